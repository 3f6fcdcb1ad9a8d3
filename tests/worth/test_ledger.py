"""Every wallet's own amounts reach the total once, signed, with every digit."""

from typing import Any

import pytest

from bnacct.readings import Reading
from tests.worth.account import (
    answered,
    asset,
    classic,
    coin,
    document_of,
    flexible,
    futures_asset,
    indexes,
    margin_asset,
    missing,
    paged,
    pm_asset,
    portfolio_margin,
    wallet,
)


def isolated(base: dict[str, str], quote: dict[str, str], enabled: bool = True) -> dict[str, Any]:
    return {"baseAsset": base, "quoteAsset": quote, "symbol": "BTCUSDT", "enabled": enabled}


@pytest.mark.parametrize(
    ("name", "reading", "value"),
    [
        ("spot", answered([coin("USDT", "1", locked="2", freeze="3", withdrawing="4")]), "10"),
        ("funding", answered([coin("USDT", "1", freeze="3")]), "4"),
        ("cross-margin", answered({"created": True, "userAssets": [margin_asset("USDT", "10", "3", "0.5")]}), "6.5"),
        (
            "isolated-margin",
            answered({"assets": [isolated(margin_asset("BTC", "0.001", "0.002"), margin_asset("USDT", "300"), False)]}),
            "200",
        ),
        ("usdm-futures", answered({"assets": [futures_asset("USDT", "100", "-30")]}), "70"),
        ("coinm-futures", answered({"assets": [futures_asset("BTC", "0.001", "0.0005")]}), "150"),
        (
            "options",
            answered({"asset": [{"asset": "USDT", "marginBalance": "10099.448", "equity": "10094.44662"}]}),
            "10094.44662",
        ),
        ("earn-flexible", paged(flexible("USDT", "5"), flexible("USDT", "6", product="USDT002")), "11"),
        ("earn-locked", paged({"positionId": 1, "asset": "USDT", "amount": "7", "redeemingAmt": "9"}), "7"),
    ],
)
def test_a_wallet_counts_its_own_equity(name: str, reading: Reading, value: str) -> None:
    document = document_of(classic(**{name.replace("-", "_"): reading}))
    assert wallet(document, name)["status"] == "readable"
    assert wallet(document, name)["value"] == value
    assert document["total"]["value"] == value
    assert document["total"]["isComplete"]


def test_borrowed_more_than_held_makes_a_negative_total() -> None:
    rows = [margin_asset("BTC", "0.5", "1", "0.01"), margin_asset("USDT", "20000")]
    document = document_of(classic(cross_margin=answered({"created": True, "userAssets": rows})))
    assert document["total"]["value"] == "-31000"
    assert (document["total"]["assets"], document["total"]["debts"]) == ("70000", "-101000")
    assert asset(document, "BTC")["quantity"] == "-0.51"
    kinds = {(row["asset"], row["kind"]): row["quantity"] for row in document["holdings"]}
    assert kinds == {("BTC", "asset"): "0.50", ("BTC", "debt"): "-1.01", ("USDT", "asset"): "20000"}


def test_a_loss_larger_than_its_margin_is_a_debt() -> None:
    document = document_of(classic(usdm_futures=answered({"assets": [futures_asset("USDT", "100", "-130")]})))
    assert document["total"]["value"] == "-30"
    assert (document["total"]["assets"], document["total"]["debts"]) == ("0", "-30")


def test_negative_credits_are_a_debt_at_one_dollar() -> None:
    assets = [futures_asset("BNFCR", "-3.2"), futures_asset("USDT", "10")]
    readings = classic(usdm_futures=answered({"assets": assets}), asset_index=indexes(USDTUSD="0.8"))
    document = document_of(readings)
    assert asset(document, "BNFCR")["basis"] == "peg"
    assert asset(document, "BNFCR")["value"] == "-4"
    assert document["total"]["value"] == "6"
    assert document["total"]["debts"] == "-4"


def test_quantities_keep_every_digit() -> None:
    digits = "123456789012345678901234567890.123456789012345678901"
    document = document_of(classic(spot=answered([coin("XYZ", digits), coin("BTC", "0.00499500")])))
    assert asset(document, "XYZ")["quantity"] == digits
    assert asset(document, "BTC")["quantity"] == "0.00499500"


def test_a_portfolio_margin_asset_is_the_sum_of_its_parts() -> None:
    row = pm_asset(
        "USDT",
        crossMarginFree="100",
        crossMarginLocked="10",
        crossMarginBorrowed="30",
        crossMarginInterest="1",
        umWalletBalance="-5",
        umUnrealizedPNL="-2",
        cmWalletBalance="7",
        cmUnrealizedPNL="1",
    )
    document = document_of(portfolio_margin(row))
    assert document["total"]["value"] == "80"
    assert document["total"]["debts"] == "-36"


def test_a_number_with_thousands_commas_is_a_number() -> None:
    document = document_of(portfolio_margin(pm_asset("USDT", crossMarginFree="122,559.90199491")))
    assert asset(document, "USDT")["quantity"] == "122559.90199491"


@pytest.mark.parametrize("text", ["12,34", "1,2345", ",123", "1,234,", "NaN", "Infinity", "", "1E+999999999", True])
def test_what_is_no_amount_is_unknown_and_not_zero(text: Any) -> None:
    document = document_of(classic(spot=answered([{**coin("BTC"), "free": text}])))
    assert asset(document, "BTC")["quantity"] is None
    assert missing(document) == {"BTC"}
    assert document["total"]["bound"] == "at least"


def test_an_unknown_amount_that_may_be_a_debt_leaves_no_bound() -> None:
    rows = [{"asset": "BTC", "free": "1", "locked": "0", "borrowed": "", "interest": "0", "netAsset": ""}]
    document = document_of(classic(cross_margin=answered({"created": True, "userAssets": rows})))
    assert document["total"]["bound"] == "unknown"


def test_blanks_of_portfolio_margin_are_nothing_where_another_part_is_known() -> None:
    row = pm_asset("USDT", crossMarginFree="5", umUnrealizedPNL="")
    assert document_of(portfolio_margin(row))["total"]["value"] == "5"
    blank = dict.fromkeys(pm_asset("USDT"), "") | {"asset": "USDT"}
    assert document_of(portfolio_margin(blank))["total"]["bound"] == "unknown"


def test_portfolio_margin_may_answer_a_bare_object() -> None:
    document = document_of(portfolio_margin(pm_balance=answered(pm_asset("USDT", crossMarginFree="5"))))
    assert document["total"]["value"] == "5"


def test_portfolio_margin_pro_adds_the_equity_of_options_and_subtracts_its_loan() -> None:
    readings = portfolio_margin(
        portfolio_probe=answered({"accountType": "PM_1"}),
        pm_pro_balance=answered([pm_asset("USDT", crossMarginFree="5", optionEquity="3")]),
        pm_loan=answered({"asset": "USDT", "amount": "2"}),
    )
    readings["account-info"] = classic()["account-info"]
    del readings["pm-balance"]
    document = document_of(readings)
    assert document["accountKind"] == "portfolio-margin-pro"
    assert wallet(document, "options")["status"] == "covered"
    assert wallet(document, "margin-loan")["value"] == "-2"
    assert document["total"]["value"] == "6"
    assert document["total"]["isComplete"]


def test_loans_are_debts() -> None:
    readings = classic(
        flexible_loan=paged({"loanCoin": "USDT", "totalDebt": "100", "collateralCoin": "BNB", "collateralAmount": "1"}),
        vip_loan=paged({"orderId": 1, "loanCoin": "BTC", "totalDebt": "0.001"}),
        earn_flexible=paged(flexible("BNB", "1", pledged="1")),
        liquidation_loan=answered({"asset": "USDC", "amount": "9", "repaidAmount": "4", "remainingAmount": "5"}),
        onchain_yields=paged({"positionId": "7", "asset": "BTC", "amount": "0.01"}),
        **{f"dual_{state}": paged() for state in ("purchased", "settling", "refunding")},
        dual_pending=answered({"total": 1, "list": [{"id": "9", "investCoin": "USDT", "subscriptionAmount": "0.5"}]}),
    )
    document = document_of(readings, is_deep=True)
    assert document["total"]["debts"] == "-204.999"
    assert document["total"]["value"] == "1595.501"
    assert document["total"]["isComplete"]
    assert wallet(document, "dual-investment")["value"] == "0.5"


def test_a_dual_investment_that_changes_its_state_while_it_is_read_counts_once() -> None:
    position = {"id": "9", "investCoin": "USDT", "subscriptionAmount": "5", "purchaseStatus": "PENDING"}
    answer = answered({"total": 1, "list": [position]})
    readings = classic(dual_pending=answer, dual_purchased=answer, dual_settling=answer, dual_refunding=answer)
    assert document_of(readings, wallets=("dual-investment",))["total"]["value"] == "5"


def test_a_loan_with_nothing_left_to_repay_is_none() -> None:
    for answer in ({"asset": "USDC", "remainingAmount": "0"}, {}):
        document = document_of(classic(liquidation_loan=answered(answer)))
        assert wallet(document, "margin-loan") == {
            "wallet": "margin-loan",
            "status": "readable",
            "value": "0",
            "exchangeValue": None,
            "reason": None,
        }


def test_an_asset_name_sent_as_a_number_is_a_name() -> None:
    document = document_of(classic(spot=answered([{**coin("x", "1"), "asset": 1}])))
    assert asset(document, "1")["quantity"] == "1"
