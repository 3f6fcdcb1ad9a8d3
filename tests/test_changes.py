"""Two answers compared: the exact change of a figure, and amounts that fell."""

from decimal import Decimal
from typing import Any

import pytest

from bnacct import queries
from bnacct.monitoring import changes, figures
from bnacct.monitoring.plugin import State

VIEW = queries.named("user-assets").view


def asset(name: str, free: str | None, **states: str) -> dict[str, Any]:
    zero = {"locked": "0", "freeze": "0", "withdrawing": "0", "ipoable": "0", "btcValuation": "0"}
    return {"asset": name, "free": free, **zero, **states}


def changed(name: str, now: Any, then: Any) -> dict[str, str | None]:
    found = changes.find(figures.parse(name, {"user-assets": VIEW}), VIEW, now, then)
    return {str(each.name): None if each.value is None else str(each.value) for each in found}


@pytest.mark.parametrize(
    ("now", "then", "change"),
    [
        ("1.3", "2", "-0.7"),
        ("0.3", "0.1", "0.2"),
        ("5", "5.00", "0.00"),
        ("0.000000000000000001", "50300000001.44911105", "-50300000001.449111049999999999"),
        ("", "1", None),
        ("1", None, None),
    ],
)
def test_a_change_is_exact_and_unknown_where_one_side_is(now: str, then: str | None, change: str | None) -> None:
    assert changed("user-assets.BTC.free", [asset("BTC", now)], [asset("BTC", then)]) == {
        "user-assets.BTC.free": change
    }


def test_what_appeared_or_is_gone_changed_from_or_to_0() -> None:
    assert changed("user-assets.*.free", [asset("NEW", "1")], [asset("OLD", "2")]) == {
        "user-assets.NEW.free": "1",
        "user-assets.OLD.free": "-2",
    }


def facts(now: Any, then: Any, percent: str = "20") -> list[tuple[State, str]]:
    found = changes.outflow("user-assets", VIEW, now, then, Decimal(percent))
    return [(fact.state, fact.reason) for fact in found]


def test_an_amount_that_fell_by_more_is_a_warning_with_both_amounts() -> None:
    held, kept = [asset("BTC", "1.3"), asset("ETH", "1.7")], [asset("BTC", "2"), asset("ETH", "2")]

    assert facts(held, kept) == [(State.WARNING, "spot BTC fell by 35.00 %, from 2 to 1.3")]


def test_the_percentage_itself_is_not_more() -> None:
    assert facts([asset("BTC", "1.6")], [asset("BTC", "2")]) == []
    assert len(facts([asset("BTC", "1.599999999999999999999999999999")], [asset("BTC", "2")])) == 1


def test_what_is_gone_fell_by_all_of_it() -> None:
    assert facts([], [asset("BTC", "2")]) == [(State.WARNING, "spot BTC fell by 100.00 %, from 2 to 0")]


def test_what_is_locked_or_being_withdrawn_has_not_left() -> None:
    assert facts([asset("BTC", "0", locked="1.5", withdrawing="0.5")], [asset("BTC", "2")]) == []


def test_what_became_unknown_is_unknown() -> None:
    assert facts([asset("BTC", "")], [asset("BTC", "2")]) == [(State.UNKNOWN, "spot BTC is unknown, and was 2")]


@pytest.mark.parametrize("then", ["0", "", None, "-5"])
def test_what_was_not_held_cannot_fall(then: str | None) -> None:
    assert facts([asset("BTC", "-9")], [asset("BTC", then)]) == []


def test_profit_that_is_not_realised_is_no_outflow() -> None:
    view = queries.named("futures-account").view

    def answer(profit: str) -> Any:
        return {"assets": [{"asset": "USDT", "walletBalance": "100", "unrealizedProfit": profit}], "positions": []}

    assert changes.outflow("futures-account", view, answer("-90"), answer("90"), Decimal(20)) == []
    assert changes.outflow("ws-balance", view, answer("0"), answer("0"), Decimal(20)) == []
