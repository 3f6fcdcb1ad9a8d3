"""Sums are exact: an independent sum in fractions agrees with every figure of the document."""

from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

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
