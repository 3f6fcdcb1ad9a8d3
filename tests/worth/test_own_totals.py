"""What a wallet's own answer states in total stands beside the sum of its rows: a difference is told, never corrected."""

from typing import Any

import pytest

from bnacct.readings import Reading
from tests.worth.account import (
    answered,
    classic,
    document_of,
    futures_asset,
    indexes,
    margin_asset,
    pm_asset,
    portfolio_margin,
    refused,
    total_of,
)


def notes_of(readings: dict[str, Reading]) -> tuple[str, ...]:
    """Return the notes, the exchange's list of wallets being empty. Nothing compared here may bear on the total."""
    found = total_of(readings | {"wallet-balance": answered([])})
    assert found.exit_status == 0
    assert found.total.is_complete
    return found.notes


def cross_margin(net_of_btc: Any, *rows: dict[str, str]) -> dict[str, Reading]:
    answer = {"created": True, "userAssets": list(rows), "totalNetAssetOfBtc": net_of_btc}
    return classic(cross_margin=answered(answer))


def isolated_margin(net_of_btc: Any, base: dict[str, str], quote: dict[str, str]) -> dict[str, Reading]:
    pairs = [{"symbol": "ETHUSDT", "baseAsset": base, "quoteAsset": quote}]
    return classic(isolated_margin=answered({"assets": pairs, "totalNetAssetOfBtc": net_of_btc}))


def futures(*assets: dict[str, Any], positions: Any = (), **totals: str) -> dict[str, Reading]:
    answer = {**totals, "assets": list(assets), "positions": [dict(each) for each in positions]}
    return classic(usdm_futures=answered(answer))


def position(symbol: str, profit: str) -> dict[str, str]:
    return {"symbol": symbol, "positionAmt": "1", "unrealizedProfit": profit}


# -- margin


BORROWED = margin_asset("USDT", "100", borrowed="30100")


@pytest.mark.parametrize(("net", "is_told"), [("0.70", False), ("0.706", False), ("0.72", True), ("1", True)])
def test_the_net_of_cross_margin_is_compared_in_bitcoin(net: str, is_told: bool) -> None:
    # 1 BTC less 30,000 USDT is 0.7 BTC: gross of debt, it would be 1.001.
    notes = notes_of(cross_margin(net, margin_asset("BTC", "1"), BORROWED))
    assert (
        any(note.startswith("cross-margin, by its totalNetAssetOfBtc: 70000 USDT here, ") for note in notes) == is_told
    )


@pytest.mark.parametrize(("net", "is_told"), [("0.05", False), ("0.0504", False), ("0.09", True), ("-0.05", True)])
def test_the_net_of_isolated_margin_is_compared_in_bitcoin(net: str, is_told: bool) -> None:
    readings = isolated_margin(net, margin_asset("ETH", "2"), margin_asset("USDT", "0", borrowed="3000"))
    notes = notes_of(readings)
    assert any(note.startswith("isolated-margin, by its totalNetAssetOfBtc: 5000 USDT") for note in notes) == is_told


def test_less_than_one_usdt_is_no_gap() -> None:
    # A third of what is held, and 0.5 USDT.
    assert notes_of(cross_margin("0.00001", margin_asset("USDT", "1.5"))) == ()


@pytest.mark.parametrize("net", ["", None, "none", "1e999999"])
def test_a_total_that_is_not_there_is_not_compared(net: Any) -> None:
    assert notes_of(cross_margin(net, margin_asset("BTC", "1"))) == ()


def test_a_wallet_with_an_asset_that_has_no_price_is_not_compared() -> None:
    readings = cross_margin("5", margin_asset("BTC", "1"), margin_asset("NOPRICE", "7"))
    assert total_of(readings | {"wallet-balance": answered([])}).notes == ()


def test_a_wallet_that_is_not_there_is_not_compared() -> None:
    assert notes_of(classic(cross_margin=answered({"created": False, "totalNetAssetOfBtc": "1"}))) == ()
    assert notes_of(classic(isolated_margin=refused(-11001))) == ()


# -- portfolio margin


OWING = {"crossMarginFree": "100", "crossMarginLocked": "3", "crossMarginBorrowed": "10", "crossMarginInterest": "0.7"}


def test_the_total_of_a_row_is_gross_of_debt_and_leaves_profits_out() -> None:
    row = pm_asset("USDT", **OWING, umWalletBalance="20", cmWalletBalance="1", umUnrealizedPNL="-50")
    assert notes_of(portfolio_margin({**row, "totalWalletBalance": "124"})) == ()


def test_a_total_that_is_net_of_debt_is_told_with_both_numbers_and_changes_nothing() -> None:
    gross, net = (
        portfolio_margin({**pm_asset("USDT", **OWING), "totalWalletBalance": total}) for total in ("103", "92.3")
    )
    assert notes_of(gross) == ()
    (note,) = notes_of(net)
    assert note == "portfolio-margin: totalWalletBalance is net of debt here: 92.3 USDT where its parts hold 103."
    assert document_of(net)["total"] == document_of(gross)["total"]


def test_rows_that_are_net_of_debt_are_told_in_one_note() -> None:
    rows = [{**pm_asset(asset, crossMarginBorrowed="2"), "totalWalletBalance": "-2"} for asset in ("USDT", "BTC")]
    (note,) = notes_of(portfolio_margin(*rows))
    assert note.endswith("-2 USDT where its parts hold 0, -2 BTC where its parts hold 0.")


@pytest.mark.parametrize(("total", "is_told"), [("1.001", False), ("1.5", True), ("0", True)])
def test_a_total_that_is_neither_is_told_by_its_value(total: str, is_told: bool) -> None:
    row = {**pm_asset("BTC", crossMarginFree="1"), "totalWalletBalance": total}
    notes = notes_of(portfolio_margin(row))
    words = "portfolio-margin, by the totalWalletBalance of BTC: 100000 USDT here, "
    assert any(note.startswith(words) for note in notes) == is_told


@pytest.mark.parametrize("total", ["", None])
def test_a_row_without_a_total_is_not_compared(total: Any) -> None:
    row = {**pm_asset("USDT", crossMarginFree="5"), "totalWalletBalance": total}
    assert notes_of(portfolio_margin(row)) == ()


# -- futures


def test_in_single_asset_mode_the_total_is_that_of_usdt_alone() -> None:
    assets = futures_asset("USDT", "100", "-30"), futures_asset("USDC", "500")
    positions = [position("BTCUSDT", "-30")]
    same = futures(*assets, positions=positions, totalWalletBalance="100.00", totalMarginBalance="70")
    assert notes_of(same) == ()
    other = futures(*assets, positions=positions, totalWalletBalance="100.00", totalMarginBalance="570")
    (note,) = notes_of(other)
    assert (
        note == "USDT in usdm-futures, by its totalMarginBalance: 70 USDT here, 570 USDT by the exchange's own figure."
    )


@pytest.mark.parametrize("total", ["598", "99", "0", ""])
def test_a_total_that_may_be_in_dollars_at_haircut_rates_is_not_compared(total: str) -> None:
    assets = futures_asset("USDT", "100"), futures_asset("USDC", "500")
    assert notes_of(futures(*assets, totalWalletBalance=total, totalMarginBalance="1")) == ()


def test_without_usdt_nothing_says_which_mode_is_on() -> None:
    empty = futures_asset("USDT", "0"), futures_asset("USDC", "500")
    assert notes_of(futures(*empty, totalWalletBalance="0", totalMarginBalance="490")) == ()


@pytest.mark.parametrize(("profit", "is_told"), [("-30", False), ("-30.9", False), ("-45", True), ("30", True)])
def test_positions_have_gained_what_their_assets_have(profit: str, is_told: bool) -> None:
    assets = futures_asset("USDT", "1000", "-50"), futures_asset("USDC", "10", "20.004")
    readings = futures(*assets, positions=[position("BTCUSDT", "-50"), position("ETHUSDC_261225", "20")])
    assert notes_of(readings) == ()
    changed = futures(*assets, positions=[position("BTCUSDT", profit)])
    notes = notes_of(changed)
    assert (
        any(note.startswith("unrealizedProfit in usdm-futures, by its positions: -30 USDT") for note in notes)
        == is_told
    )


def test_a_contract_in_bitcoin_is_valued_in_bitcoin() -> None:
    assets = futures_asset("BTC", "1", "0.1"), futures_asset("USDT", "5")
    assert notes_of(futures(*assets, positions=[position("ETHBTC", "0.1")])) == ()
    (note,) = notes_of(futures(*assets, positions=[position("ETHBTC", "0.2")]))
    assert "10000 USDT here, 20000 USDT" in note


def test_where_credits_are_held_all_profit_is_in_credits() -> None:
    assets = futures_asset("BNFCR", "-3.2", "40"), futures_asset("USDT", "100"), futures_asset("USDC", "0")
    positions = [position("BTCUSDT", "25"), position("ETHUSDC", "15")]
    assert notes_of(futures(*assets, positions=positions) | {"asset-index": indexes()}) == ()


def test_collateral_whose_name_a_symbol_happens_to_end_with_is_not_what_it_is_settled_in() -> None:
    assets = futures_asset("LDUSDT", "500"), futures_asset("USDT", "100", "9")
    readings = futures(*assets, positions=[position("GOLDUSDT", "9")]) | {"asset-index": indexes()}
    assert notes_of(readings) == ()


@pytest.mark.parametrize("positions", [[position("BTCXYZ", "5")], [{"symbol": "BTCUSDT", "unrealizedProfit": ""}]])
def test_a_profit_that_cannot_be_placed_is_not_compared(positions: list[dict[str, str]]) -> None:
    assert notes_of(futures(futures_asset("USDT", "100", "-30"), positions=positions)) == ()
