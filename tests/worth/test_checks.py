"""The exchange's own figures stand beside ours: a difference is told, and never corrected."""

import pytest

from tests.worth.account import (
    answered,
    classic,
    coin,
    document_of,
    flexible,
    futures_asset,
    listed,
    missing,
    paged,
    pm_asset,
    portfolio_margin,
    timed_out,
    total_of,
    wallet,
)


def test_the_estimate_is_the_exchanges_sum_and_the_difference_is_ours_less_theirs() -> None:
    shown = listed(Spot="100", Earn="50", Copy_Trading="1.5")
    readings = classic(
        wallet_balance=shown, spot=answered([coin("USDT", "99")]), earn_flexible=paged(flexible("USDT", "50"))
    )
    document = document_of(readings)
    assert document["total"]["value"] == "150.5"
    assert document["exchangeEstimate"] == {"value": "151.5", "difference": "-1"}
    assert wallet(document, "spot")["exchangeValue"] == "100"


def test_the_estimate_is_of_the_wallets_named() -> None:
    readings = classic(wallet_balance=listed(Spot="100", Earn="50"), spot=answered([coin("USDT", "99")]))
    assert document_of(readings, wallets=("spot",))["exchangeEstimate"] == {"value": "100", "difference": "-1"}
    # The exchange has one figure for all of Earn.
    assert document_of(readings, wallets=("spot", "earn-locked"))["exchangeEstimate"]["value"] is None


def test_more_under_earn_than_can_be_read_leaves_the_total_at_least() -> None:
    readings = classic(wallet_balance=listed(Earn="150"), earn_flexible=paged(flexible("USDT", "100")))
    found = total_of(readings)
    document = found.document()
    assert missing(document) == {"Earn"}
    assert document["total"]["bound"] == "at least"
    assert "50 USDT more" in document["total"]["missing"][0]["reason"]
    assert found.exit_status == 0
    assert document["total"]["value"] == "100"


@pytest.mark.parametrize("shown", ["100.9", "101", "99.1", "0.0"])
def test_less_or_hardly_more_under_earn_is_no_gap(shown: str) -> None:
    readings = classic(wallet_balance=listed(Earn=shown), earn_flexible=paged(flexible("USDT", "100")))
    assert document_of(readings)["total"]["isComplete"]


def test_staked_tokens_explain_a_residual_under_earn() -> None:
    readings = classic(wallet_balance=listed(Earn="400", Spot="400"), spot=answered([coin("WBETH", "0.1")]))
    readings["prices"] = answered([{"symbol": "WBETHUSDT", "price": "4000"}])
    assert document_of(readings)["total"]["isComplete"]


@pytest.mark.parametrize(("shown", "is_told"), [("101.01", False), ("102", True), ("98", True), ("99", False)])
def test_a_gap_beyond_one_percent_is_told(shown: str, is_told: bool) -> None:
    notes = total_of(classic(wallet_balance=listed(Spot=shown), spot=answered([coin("USDT", "100")]))).notes
    assert any(note.startswith("spot:") for note in notes) == is_told


def test_futures_without_their_unrealised_profit_are_no_gap() -> None:
    assets = answered({"assets": [futures_asset("USDT", "100", "-30")]})
    for shown in ("100", "70"):
        readings = classic(wallet_balance=listed(**{"USDⓈ-M Futures": shown}), usdm_futures=assets)
        assert total_of(readings).notes == ()


def test_the_equity_of_portfolio_margin_is_compared_in_dollars() -> None:
    row = pm_asset("USDT", crossMarginFree="100")
    same = portfolio_margin(row, pm_account=answered({"actualEquity": "99.9"}))
    assert not any("actualEquity" in note for note in total_of(same).notes)
    other = portfolio_margin(row, pm_account=answered({"actualEquity": "150"}))
    assert any("actualEquity" in note for note in total_of(other).notes)


def test_rows_of_portfolio_margin_belong_to_it() -> None:
    names = ("Cross Margin (PM)", "USDⓈ-M Futures (PM)", "COIN-M Futures (PM)")
    shown = answered([{"activate": True, "balance": "10", "walletName": name} for name in names])
    document = document_of(portfolio_margin(pm_asset("USDT", crossMarginFree="30"), wallet_balance=shown))
    assert wallet(document, "portfolio-margin")["exchangeValue"] == "30"
    assert wallet(document, "cross-margin")["exchangeValue"] is None
    assert document["exchangeEstimate"]["difference"] == "0"


def test_dual_investment_is_told_to_be_at_face_value() -> None:
    answer = answered({"total": 1, "list": [{"id": "1", "investCoin": "USDT", "subscriptionAmount": "5"}]})
    dual = {f"dual_{state}": answer for state in ("pending", "purchased", "settling", "refunding")}
    notes = total_of(classic(**dual), wallets=("dual-investment",)).notes
    assert any("face value" in note for note in notes)


def test_without_prices_nothing_is_compared() -> None:
    found = total_of(classic(prices=timed_out(), wallet_balance=listed(Spot="100", Earn="9")))
    assert found.notes == ()
    assert [part.asset for part in found.total.missing] == ["USDT"]


# -- money on its way


@pytest.mark.parametrize(
    ("shown", "wallets"),
    [
        ({"Spot": "1500", "Funding": "500"}, ("spot", "funding")),
        # Prices are of another moment: what cancels out is most of it, and the rest is within one percent of both.
        ({"Spot": "1500", "Funding": "518"}, ("spot", "funding")),
        ({"Spot": "600", "Funding": "1000", "Earn": "400"}, ("spot", "Earn")),
        ({"Spot": "1300", "Funding": "500", "Earn": "0"}, None),
        ({"Spot": "1000", "Funding": "1000"}, None),
        ({"Spot": "1500", "Funding": "1000"}, None),
        ({"Spot": "1500", "Funding": "1500"}, None),
        ({"Spot": "1500", "Funding": "800"}, None),
        ({"Spot": "1009", "Funding": "991"}, None),
    ],
)
def test_two_gaps_that_cancel_out_are_money_on_its_way(shown: dict[str, str], wallets: tuple[str, str] | None) -> None:
    balances = {"Funding": "500", **shown}
    readings = classic(
        wallet_balance=listed(**balances),
        spot=answered([coin("USDT", "1000")]),
        funding=answered([coin("USDT", "1000")]),
    )
    assert total_of(readings).moved == wallets


def test_a_small_gap_is_not_made_up_for_by_the_tolerance_of_a_large_wallet() -> None:
    readings = classic(
        wallet_balance=listed(Spot="98950", Funding="150"),
        spot=answered([coin("USDT", "100000")]),
        funding=answered([coin("USDT", "50")]),
    )
    found = total_of(readings)
    assert [note.partition(":")[0] for note in found.notes] == ["spot", "funding"]
    assert found.moved is None


def test_without_prices_no_money_is_on_its_way() -> None:
    readings = classic(prices=timed_out(), wallet_balance=listed(Spot="100"), spot=answered([coin("USDT", "100")]))
    assert total_of(readings).moved is None
