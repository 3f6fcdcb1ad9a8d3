"""Sums are exact: an independent sum in fractions agrees with every figure of the document."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bnacct.worth import exact
from tests.worth.account import (
    answered,
    classic,
    coin,
    document_of,
    flexible,
    futures_asset,
    listed,
    margin_asset,
    paged,
    prices,
)

COINS = ("AAA", "BBB", "CCC", "USDT", "BTC")
# AAA trades directly, BBB the other way round, CCC by a hub.
WAYS = {"AAA": (("AAAUSDT", 1),), "BBB": (("USDTBBB", -1),), "CCC": (("CCCBTC", 1), ("BTCUSDT", 1)), "USDT": ()}
WAYS["BTC"] = (("BTCUSDT", 1),)

amount = st.decimals(0, 10**15, places=8).map(lambda found: f"{found:f}") | st.sampled_from(["0", "0.00000001"])
change = st.decimals(-(10**9), 10**9, places=8).map(lambda found: f"{found:f}")
price = st.decimals("0.00000001", 10**7, places=8).map(lambda found: f"{found:f}")
amounts = st.dictionaries(st.sampled_from(COINS), amount)


def rounded(value: Fraction) -> Fraction:
    """Return a value at 18 decimals, half to even."""
    return Fraction(round(value * 10**18), 10**18)


@given(
    spot=amounts,
    earn=amounts,
    free=amounts,
    borrowed=amounts,
    futures=st.dictionaries(st.sampled_from(COINS), st.tuples(change, change)),
    bots=amount,
    table=st.fixed_dictionaries(dict.fromkeys(("AAAUSDT", "USDTBBB", "CCCBTC", "BTCUSDT"), price)),
    quote=st.sampled_from(["USDT", "BTC"]),
)
def test_the_document_agrees_with_an_independent_sum(
    spot: dict[str, str],
    earn: dict[str, str],
    free: dict[str, str],
    borrowed: dict[str, str],
    futures: dict[str, tuple[str, str]],
    bots: str,
    table: dict[str, str],
    quote: str,
) -> None:
    margin = [margin_asset(name, free.get(name, "0"), borrowed.get(name, "0")) for name in {*free, *borrowed}]
    readings = classic(
        spot=answered([coin(name, held) for name, held in spot.items()]),
        earn_flexible=paged(*(flexible(name, held) for name, held in earn.items())),
        cross_margin=answered({"created": True, "userAssets": margin}),
        usdm_futures=answered({"assets": [futures_asset(name, *parts) for name, parts in futures.items()]}),
        wallet_balance=listed(Trading_Bots=bots),
        prices=prices(table),
    )
    document = document_of(readings, quote=quote)

    def worth_in_quote(name: str) -> Fraction:
        in_usdt = Fraction(1)
        for symbol, way in WAYS[name]:
            in_usdt *= Fraction(table[symbol]) ** way
        if quote == "USDT":
            return in_usdt
        # Where a market leads to bitcoin itself, the way by dollars is not taken.
        return {"CCC": Fraction(table["CCCBTC"]), "BTC": Fraction(1)}.get(name, in_usdt / Fraction(table["BTCUSDT"]))

    quantities: dict[str, Fraction] = dict.fromkeys(COINS, Fraction(0))
    for name in COINS:
        quantities[name] += sum(Fraction(held.get(name, "0")) for held in (spot, earn, free))
        quantities[name] -= Fraction(borrowed.get(name, "0"))
        quantities[name] += sum(Fraction(part) for part in futures.get(name, ()))
    values = {name: quantity * worth_in_quote(name) for name, quantity in quantities.items()}
    in_bots = Fraction(bots) * worth_in_quote("USDT")

    total = document["total"]
    assert Fraction(total["value"]) == rounded(sum(values.values(), in_bots))
    assert abs(Fraction(total["assets"]) + Fraction(total["debts"]) - Fraction(total["value"])) <= Fraction(1, 10**18)
    assert Fraction(total["debts"]) <= 0 <= Fraction(total["assets"])
    for line in document["assets"]:
        assert Fraction(line["quantity"]) == quantities[line["asset"]]
        assert Fraction(line["value"]) == rounded(values[line["asset"]])
    unlisted = set(COINS) - {line["asset"] for line in document["assets"]}
    assert all(quantities[name] == 0 for name in unlisted)
    assert total["isComplete"]
    assert_plain(document)


def assert_plain(value: Any) -> None:
    """Check that amounts are strings without an exponent, and that nothing is a float."""
    assert not isinstance(value, float)
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        assert_plain(child)
    if isinstance(value, dict):
        for name in ("quantity", "value", "price", "share"):
            assert "E" not in str(value.get(name) or "").upper()
            assert len(str(value.get(name) or "").partition(".")[2]) <= 18 or name == "quantity"


# Of all sizes that an amount may have, with ties at the eighteenth decimal among them.
value = st.decimals(-(10**40), 10**40, places=30) | st.integers(-(10**20), 10**20).map(
    lambda units: Decimal(10 * units + 5).scaleb(-19)
)


@given(value)
def test_a_value_is_written_and_sorted_alike_as_a_decimal_and_as_a_fraction(found: Decimal) -> None:
    assert Fraction(exact.value_text(found)) == rounded(Fraction(found))
    for decimals in (2, 8, 18):
        assert exact.value_text(found, decimals) == exact.value_text(Fraction(found), decimals)
    assert exact.ratio_text(found, Fraction(7)) == exact.ratio_text(Fraction(found), Fraction(7))
    assert exact.floor(found) == exact.floor(Fraction(found)) == Fraction(found) * 10**18 // 1


@given(st.lists(value | value.map(lambda found: Fraction(found) / 3)))
def test_a_sum_of_decimals_and_fractions_is_that_of_fractions(values: list[Decimal | Fraction]) -> None:
    assert exact.total(values) == sum(map(Fraction, values), Fraction(0))


@given(value, value | value.map(lambda found: Fraction(found) / 3))
def test_a_product_of_decimals_and_fractions_is_that_of_fractions(one: Decimal, other: Decimal | Fraction) -> None:
    assert exact.times(one, other) == exact.times(other, one) == Fraction(one) * Fraction(other)


def test_the_longest_amounts_and_prices_that_are_read_multiply_exactly() -> None:
    longest = exact.number(f"{'9' * 64}.{'9' * 200}")
    assert longest is not None
    found = exact.times(exact.times(exact.times(longest, longest), longest), longest)

    assert isinstance(found, Decimal)
    assert found == Fraction(longest) ** 4
    assert exact.total([found, Decimal(1)]) == Fraction(found) + 1
    assert exact.number(f"{'9' * 66}") is None


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("0.00", "0.00"),
        ("-0.000", "0.000"),
        ("-1.50", "-1.50"),
        ("1E+3", "1000"),
        ("1,234.5", "1234.5"),
        ("1,23.5", None),
        ("9" * 61, "9" * 61),
        ("0." + "0" * 99 + "1", "0." + "0" * 99 + "1"),
        ("1E+65", None),
        ("NaN", None),
        ("Infinity", None),
        ("", None),
        (7, "7"),
        (True, None),
    ],
)
def test_an_amount_is_read_with_all_its_digits_or_not_at_all(sent: object, read: str | None) -> None:
    assert exact.quantity_text(exact.number(sent)) == read
