"""What appears in two answers counts once, and what was dropped is shown."""

import pytest

from tests.worth.account import (
    MARKETS,
    answered,
    asset,
    classic,
    coin,
    document_of,
    flexible,
    futures_asset,
    indexes,
    listed,
    margin_asset,
    missing,
    paged,
    pm_asset,
    portfolio_margin,
    prices,
    refused,
    timed_out,
    total_of,
    wallet,
)

RECEIPT = answered([coin("LDUSDT", "1500"), coin("USDT", "10")])


def test_a_receipt_of_earn_is_shown_and_not_counted_where_earn_was_read() -> None:
    document = document_of(classic(spot=RECEIPT, earn_flexible=paged(flexible("USDT", "1501.5"))))
    assert document["total"]["value"] == "1511.5"
    receipt = next(row for row in document["holdings"] if row["asset"] == "LDUSDT")
    assert (receipt["wallet"], receipt["quantity"], receipt["counted"]) == ("spot", "1500", False)
    assert receipt["value"] is None
    assert "LDUSDT" not in {line["asset"] for line in document["assets"]}
    assert document["total"]["isComplete"]


@pytest.mark.parametrize("reading", [refused(-2015), timed_out(), answered({"strange": 1})])
def test_a_receipt_stands_for_its_asset_where_earn_could_not_be_read(reading: object) -> None:
    found = total_of(classic(spot=RECEIPT, earn_flexible=reading, flexible_loan=paged()))
    document = found.document()
    assert document["total"]["value"] == "1510"
    assert asset(document, "LDUSDT")["basis"] == "estimated"
    assert asset(document, "LDUSDT")["route"] == "LDUSDT→USDT"
    assert document["total"]["bound"] == "at least"
    assert missing(document) == {"earn-flexible"}
    assert found.exit_status == 9


def test_a_receipt_whose_earn_was_not_asked_belongs_to_nothing_that_was_asked() -> None:
    document = document_of(classic(spot=RECEIPT), wallets=("spot",))
    assert document["total"]["value"] == "10"
    assert document["total"]["isComplete"]


def test_a_coin_whose_name_starts_like_a_receipt_is_a_coin() -> None:
    spot = answered([coin("LDO", "4"), coin("LDXY", "2")])
    document = document_of(classic(spot=spot, prices=prices({**MARKETS, "LDXYUSDT": "3"})))
    assert document["total"]["value"] == "16"
    # Even where no price could be read.
    document = document_of(classic(spot=spot, prices=timed_out()))
    assert [row["counted"] for row in document["holdings"]] == [True, False]


@pytest.mark.parametrize("name", ["LDSHIB2", "LDBAKET", "LDERD", "LDBAKE", "LDLEND"])
def test_a_receipt_whose_name_hides_its_asset_has_no_price(name: str) -> None:
    markets = {**MARKETS, "BAKEUSDT": "0.1", "LENDUSDT": "1", "SHIBUSDT": "0.00001"}
    readings = classic(spot=answered([coin(name, "9")]), prices=prices(markets))
    assert document_of(readings)["total"]["value"] == "0"
    assert document_of(readings)["total"]["isComplete"]
    document = document_of({**readings, "earn-flexible": refused(-2015), "flexible-loan": paged()})
    assert missing(document) == {"earn-flexible", name}
    assert asset(document, name)["value"] is None
    assert document["total"]["bound"] == "at least"


def test_a_receipt_without_a_position_is_noted() -> None:
    notes = total_of(classic(spot=RECEIPT)).notes
    assert any("LDUSDT" in note for note in notes)


def test_collateral_called_as_a_receipt_is_counted_in_futures_by_its_index() -> None:
    assets = [futures_asset("LDUSDT", "100"), futures_asset("BFUSD", "999")]
    readings = classic(
        usdm_futures=answered({"assets": assets}),
        asset_index=indexes(USDTUSD="1", LDUSDTUSD="1.125", BFUSDUSD="0.5"),
        earn_flexible=paged(flexible("USDT", "1")),
        prices=prices({**MARKETS, "BFUSDUSDT": "7"}),
    )
    document = document_of(readings)
    assert document["total"]["value"] == "613"
    assert asset(document, "LDUSDT")["basis"] == "index"
    assert asset(document, "LDUSDT")["route"] == "LDUSDT→USD→USDT"


def test_collateral_without_an_index_falls_back_on_its_market_and_never_on_one_for_one() -> None:
    assets = [futures_asset("LDUSDT", "100"), futures_asset("BFUSD", "10")]
    readings = classic(
        usdm_futures=answered({"assets": assets}),
        asset_index=timed_out(),
        prices=prices({**MARKETS, "BFUSDUSDT": "0.5"}),
    )
    found = total_of(readings)
    document = found.document()
    assert document["total"]["value"] == "5"
    assert missing(document) == {"LDUSDT"}
    assert found.exit_status == 9


def test_a_price_that_differs_by_wallet_is_mixed() -> None:
    readings = classic(
        spot=answered([coin("BFUSD", "10")]),
        usdm_futures=answered({"assets": [futures_asset("BFUSD", "10")]}),
        asset_index=indexes(USDTUSD="1", BFUSDUSD="0.5"),
        prices=prices({**MARKETS, "BFUSDUSDT": "2"}),
    )
    line = asset(document_of(readings), "BFUSD")
    assert (line["price"], line["route"], line["basis"], line["value"]) == (None, None, "mixed", "25")


def test_portfolio_margin_covers_what_other_answers_repeat() -> None:
    readings = portfolio_margin(
        pm_asset("USDT", crossMarginFree="100"),
        cross_margin=answered({"created": True, "userAssets": [margin_asset("USDT", "100")]}),
        usdm_futures=refused(-2015, host="fapi"),
    )
    document = document_of(readings)
    assert document["accountKind"] == "portfolio-margin"
    assert document["total"]["value"] == "100"
    for name in ("cross-margin", "usdm-futures", "coinm-futures"):
        assert wallet(document, name)["status"] == "covered"
        assert wallet(document, name)["value"] == "0"


def test_portfolio_margin_that_was_refused_is_not_replaced_by_the_margin_account() -> None:
    rows = answered({"created": True, "userAssets": [margin_asset("USDT", "100")]})
    document = document_of(portfolio_margin(pm_balance=refused(-2015, host="papi"), cross_margin=rows))
    assert wallet(document, "portfolio-margin")["status"] == "not permitted"
    assert document["total"]["value"] == "0"
    assert document["total"]["bound"] == "unknown"


def test_covered_wallets_whose_portfolio_margin_is_not_asked_leave_the_total_open() -> None:
    document = document_of(portfolio_margin(), wallets=("cross-margin",))
    assert wallet(document, "cross-margin")["status"] == "covered"
    assert missing(document) == {"cross-margin"}
    assert document["total"]["bound"] == "unknown"


def test_a_wallet_named_for_portfolio_margin_leaves_the_kind_unknown_where_the_probe_failed() -> None:
    probe = refused(-1000)
    shown = answered([{"activate": True, "balance": "5", "walletName": "Cross Margin (PM)"}])
    readings = classic(portfolio_probe=probe, wallet_balance=shown)
    document = document_of(readings)
    assert document["accountKind"] == "unknown"
    for name in ("cross-margin", "usdm-futures", "coinm-futures", "portfolio-margin"):
        assert wallet(document, name)["status"] == "failed"
    assert document["total"]["bound"] == "unknown"
    assert document_of({**readings, "wallet-balance": listed()})["accountKind"] == "classic"


def test_collateral_beyond_the_flexible_positions_is_told() -> None:
    loan = {"loanCoin": "USDT", "totalDebt": "1", "collateralCoin": "BNB", "collateralAmount": "49.2"}
    readings = classic(flexible_loan=paged(loan), earn_flexible=paged(flexible("BNB", "40", pledged="40")))
    document = document_of(readings)
    assert document["total"]["bound"] == "at least"
    (part,) = document["total"]["missing"]
    assert part["asset"] == "BNB"
    assert part["reason"].startswith("9.2 BNB")
    enough = {**readings, "earn-flexible": paged(flexible("BNB", "49.2", pledged="49.2"))}
    assert document_of(enough)["total"]["isComplete"]


def test_what_is_being_redeemed_is_shown_and_not_counted() -> None:
    locked = paged({"positionId": 1, "asset": "BTC", "amount": "0.001", "redeemingAmt": "0.5"})
    document = document_of(classic(earn_locked=locked))
    assert [(row["quantity"], row["counted"]) for row in document["holdings"]] == [("0.001", True), ("0.5", False)]
    assert document["total"]["value"] == "100"
