"""Prices come from markets by the shortest way, or from where the exchange says; what has none is unknown."""

from typing import Any

import pytest

from tests.worth.account import (
    MARKETS,
    PRICES_AT_MS,
    answered,
    asset,
    classic,
    coin,
    document_of,
    futures_asset,
    indexes,
    listed,
    missing,
    prices,
    refused,
    timed_out,
    total_of,
    wallet,
)


def holding(name: str, markets: dict[str, str], quote: str = "USDT", **spot: str) -> dict[str, Any]:
    readings = classic(spot=answered([coin(name, "2", **spot)]), prices=prices(markets))
    return asset(document_of(readings, quote=quote), name)


@pytest.mark.parametrize(
    ("markets", "route", "value"),
    [
        ({"XYZUSDT": "3"}, "XYZ→USDT", "6"),
        ({"USDTXYZ": "8"}, "XYZ→USDT", "0.25"),
        ({"XYZUSDT": "3", "USDTXYZ": "8", "XYZBTC": "9", "BTCUSDT": "9"}, "XYZ→USDT", "6"),
        ({"XYZBTC": "0.5", "BTCUSDT": "10"}, "XYZ→BTC→USDT", "10"),
        ({"XYZBTC": "0.5", "BTCUSDT": "10", "XYZUSDC": "2", "USDCUSDT": "0.5"}, "XYZ→USDC→USDT", "2"),
        ({"XYZTRY": "80", "USDTTRY": "40"}, "XYZ→TRY→USDT", "4"),
        ({"XYZEUR": "3", "EURBTC": "0.5", "BTCUSDT": "10"}, "XYZ→EUR→BTC→USDT", "30"),
        (
            {"XYZUSDC": "3", "USDCETH": "0.5", "ETHUSDT": "10", "XYZBTC": "9", "BTCBNB": "9", "BNBUSDT": "9"},
            "XYZ→USDC→ETH→USDT",
            "30",
        ),
        ({"XYZUSDT": "0.00000000", "XYZBTC": "0.5", "BTCUSDT": "10"}, "XYZ→BTC→USDT", "10"),
        ({"XYZUSDT": "-1", "USDTXYZ": "NaN", "XYZBTC": "0.5", "BTCUSDT": "10"}, "XYZ→BTC→USDT", "10"),
    ],
)
def test_the_first_of_the_shortest_ways_is_taken(markets: dict[str, str], route: str, value: str) -> None:
    line = holding("XYZ", markets)
    assert (line["route"], line["value"], line["basis"]) == (route, value, "market")


@pytest.mark.parametrize("markets", [{}, {"XYZUSDT": "0.00000000"}, {"XYZABC": "1"}, {"XYZBTC": "1"}])
def test_what_no_way_leads_from_has_no_price_and_is_not_worth_nothing(markets: dict[str, str]) -> None:
    readings = classic(spot=answered([coin("XYZ", "2"), coin("USDT", "1")]), prices=prices(markets))
    found = total_of(readings)
    document = found.document()
    line = asset(document, "XYZ")
    assert (line["quantity"], line["price"], line["value"], line["share"]) == ("2", None, None, None)
    assert document["total"]["value"] == "1"
    assert document["total"]["bound"] == "at least"
    assert missing(document) == {"XYZ"}
    assert found.exit_status == 0


def test_an_unpriced_debt_leaves_no_bound() -> None:
    rows = [{"asset": "XYZ", "free": "1", "locked": "0", "borrowed": "2", "interest": "0", "netAsset": "-1"}]
    document = document_of(classic(cross_margin=answered({"created": True, "userAssets": rows})))
    assert document["total"]["bound"] == "unknown"


def test_a_symbol_that_no_longer_trades_is_worth_what_the_exchange_says() -> None:
    line = holding("GRS", MARKETS, valuation="0.00000500")
    assert (line["basis"], line["route"], line["value"]) == ("exchange valuation", "GRS→BTC→USDT", "0.5")
    assert line["price"] == "0.25"


def test_a_share_is_worth_what_the_exchange_says() -> None:
    readings = classic(funding=answered([coin("EQ_SOXL", "3", valuation="0.003")]))
    line = asset(document_of(readings), "EQ_SOXL")
    assert (line["basis"], line["value"]) == ("exchange valuation", "300")


def test_a_stablecoin_is_worth_its_market() -> None:
    assert holding("USDC", MARKETS)["value"] == "1.9996"


@pytest.mark.parametrize(
    ("quote", "value", "route"), [("EUR", "80000", "BTC→USDT→EUR"), ("BTC", "1", "BTC"), ("TRY", "4000000", None)]
)
def test_the_total_is_told_in_any_quote(quote: str, value: str, route: str | None) -> None:
    readings = classic(spot=answered([coin("BTC", "1")]), wallet_balance=listed(Trading_Bots="100000"))
    document = document_of(readings, quote=quote)
    assert document["quoteAsset"] == quote
    assert asset(document, "BTC")["value"] == value
    assert route is None or asset(document, "BTC")["route"] == route
    assert wallet(document, "trading-bots")["value"] == value
    assert document["exchangeEstimate"]["value"] == value


def test_a_quote_divides_once_and_rounds_half_to_even_at_eighteen_decimals() -> None:
    line = holding("USDT", {"BTCUSDT": "3"}, quote="BTC")
    assert line["price"] == "0.333333333333333333"
    assert line["value"] == "0.666666666666666667"
    readings = classic(spot=answered([coin("USDT", "0.0000000000000000005"), coin("BTC", "0.0000000000000000015")]))
    by_asset = {row["asset"]: row["value"] for row in document_of(readings, quote="USDT")["assets"]}
    assert by_asset["USDT"] == "0"


def test_without_prices_quantities_are_shown_and_nothing_has_a_value() -> None:
    readings = classic(
        spot=answered([coin("BTC", "1"), coin("USDT", "2")]),
        usdm_futures=answered({"assets": [futures_asset("BNFCR", "1")]}),
        asset_index=indexes(),
        wallet_balance=listed(Trading_Bots="5"),
    )
    for reading in (timed_out(), refused(-1003, 429), answered({"code": 1}), answered("x"), answered([1])):
        found = total_of({**readings, "prices": reading})
        document = found.document()
        assert found.exit_status == 9
        assert {row["quantity"] for row in document["assets"]} == {"1", "2"}
        assert {row["value"] for row in (*document["assets"], *document["holdings"], *document["wallets"])} == {None}
        total = document["total"]
        assert (total["value"], total["assets"], total["debts"], total["bound"]) == (None, None, None, "unknown")
        assert not total["isComplete"]
        assert document["pricesAt"] is None
        assert total["missing"]
    del readings["prices"]
    assert total_of(readings).exit_status == 9


def test_the_time_of_the_prices_is_told() -> None:
    document = document_of(classic())
    assert document["pricesAt"] == PRICES_AT_MS
    assert document["readFrom"] == document["readUntil"] == PRICES_AT_MS - 5_000
