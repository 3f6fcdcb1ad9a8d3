"""Two answers are compared to the last digit: rows by what identifies them, and what is unknown is not zero."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bnacct import views
from bnacct.views import comparison
from bnacct.views.comparison import APPEARED, BECAME_KNOWN, BECAME_UNKNOWN, CHANGED, GONE, Change


def compared(before: Any, after: Any, view: views.View = views.USER_ASSETS) -> list[tuple[Any, ...]]:
    found = comparison.changes(view, before, after)
    return [(each.row, each.field, each.status, each.before, each.after, each.change) for each in found]


def asset(name: str, **fields: Any) -> dict[str, Any]:
    return {"asset": name, **fields}


def test_the_same_answer_has_no_change() -> None:
    answer = [asset("BTC", free="1.0", locked="0")]
    assert compared(answer, answer) == []


def test_the_same_worth_written_otherwise_is_no_change() -> None:
    assert compared([asset("BTC", free="1.0", locked="0")], [asset("BTC", free="1.00", locked="0E-8")]) == []


def test_a_change_is_exact() -> None:
    before = [asset("NFT", free="123456789012345678901234567890.123456789")]
    after = [asset("NFT", free="123456789012345678901234567890.123456790")]
    assert compared(before, after) == [
        ("NFT", "free", CHANGED, before[0]["free"], after[0]["free"], "0.000000001")
    ]  # fmt: skip


def test_an_asset_that_appeared_and_one_that_is_gone_count_from_nothing_and_to_nothing() -> None:
    found = compared([asset("OLD", free="2.5", locked="0")], [asset("NEW", free="7", locked="0")])
    assert found == [("OLD", "free", GONE, "2.5", None, "-2.5"), ("NEW", "free", APPEARED, None, "7", "7")]


def test_an_asset_that_was_renamed_is_gone_under_one_name_and_there_under_another() -> None:
    found = compared([asset("MATIC", free="100")], [asset("POL", free="100")])
    assert [(row, status, change) for row, _, status, _, _, change in found] == [
        ("MATIC", GONE, "-100"), ("POL", APPEARED, "100")
    ]  # fmt: skip


def test_a_row_of_zeros_neither_appears_nor_goes() -> None:
    assert compared([], [asset("BTC", free="0", locked="0.000")]) == []


@pytest.mark.parametrize("unknown", ["", None])
def test_what_becomes_known_is_a_change_of_knowledge_and_not_of_money(unknown: Any) -> None:
    before, after = [asset("BTC", free="1", btcValuation=unknown)], [asset("BTC", free="1", btcValuation="1")]
    assert compared(before, after) == [("BTC", "btcValuation", BECAME_KNOWN, None, "1", None)]
    assert compared(after, before) == [("BTC", "btcValuation", BECAME_UNKNOWN, "1", None, None)]


def test_what_was_unknown_and_is_missing_is_no_change() -> None:
    assert compared([asset("BTC", free="1", ipoable="")], [asset("BTC", free="1")]) == []


def test_amounts_come_before_what_prices_move() -> None:
    before = [asset("BTC", free="1", btcValuation="1"), asset("ETH", free="1", btcValuation="0.05")]
    after = [asset("BTC", free="1", btcValuation="1"), asset("ETH", free="2", btcValuation="0.11")]
    found = comparison.changes(views.USER_ASSETS, before, after)
    assert [(each.field, each.is_valuation) for each in found] == [("free", False), ("btcValuation", True)]


def test_a_field_that_is_no_amount_changes_without_a_difference() -> None:
    before = [{"asset": "USDT", "balance": "1", "marginAvailable": True}]
    after = [{"asset": "USDT", "balance": "1", "marginAvailable": False}]
    assert compared(before, after, views.WS_BALANCE) == [("USDT", "marginAvailable", CHANGED, True, False, None)]


def test_a_field_that_no_document_names_yet_is_compared_too() -> None:
    found = compared([asset("BTC", free="1", staked="5")], [asset("BTC", free="1", staked="6")])
    assert found == [("BTC", "staked", CHANGED, "5", "6", None)]


def test_a_time_alone_is_no_change() -> None:
    before = [{"asset": "USDT", "balance": "1", "updateTime": 1}]
    assert compared(before, [{**before[0], "updateTime": 2}], views.WS_BALANCE) == []


def position(symbol: str, side: str, amount: str) -> dict[str, Any]:
    return {"symbol": symbol, "positionSide": side, "positionAmt": amount, "unrealizedProfit": "0"}


def test_positions_are_matched_by_symbol_and_side_and_totals_as_one_row() -> None:
    def account(margin: str, *positions: dict[str, Any]) -> dict[str, Any]:
        return {"assets": [], "positions": list(positions), "totalWalletBalance": margin}

    before = account("10", position("BTCUSDT", "LONG", "1"), position("BTCUSDT", "SHORT", "-2"))
    after = account("11", position("BTCUSDT", "SHORT", "-2.5"), position("BTCUSDT", "LONG", "1"))
    assert compared(before, after, views.FUTURES_ACCOUNT) == [
        ("BTCUSDT/SHORT", "positionAmt", CHANGED, "-2", "-2.5", "-0.5"),
        ("", "totalWalletBalance", CHANGED, "10", "11", "1"),
    ]


def test_rows_that_nothing_tells_apart_are_compared_in_their_order() -> None:
    before = [asset("BTC", free="1"), asset("BTC", free="2")]
    assert compared(before, [asset("BTC", free="1"), asset("BTC", free="5")]) == [
        ("BTC/2", "free", CHANGED, "2", "5", "3")
    ]  # fmt: skip


_AMOUNTS = st.decimals(allow_nan=False, allow_infinity=False, places=8, min_value=-(10**12), max_value=10**12)


@given(st.dictionaries(st.sampled_from("ABCDE"), _AMOUNTS), st.dictionaries(st.sampled_from("ABCDE"), _AMOUNTS))
def test_the_changes_lead_from_one_answer_to_the_other(before: dict[str, Any], after: dict[str, Any]) -> None:
    def answer(held: dict[str, Any]) -> list[dict[str, Any]]:
        return [asset(name, free=f"{amount:f}") for name, amount in held.items()]

    found: list[Change] = comparison.changes(views.USER_ASSETS, answer(before), answer(after))
    from decimal import Decimal

    moved = {each.row: Decimal(each.change or "0") for each in found}
    for name in {*before, *after}:
        assert before.get(name, 0) + moved.get(name, Decimal(0)) == after.get(name, 0)
    assert len(found) == sum(1 for name in {*before, *after} if before.get(name, 0) != after.get(name, 0))
