"""Several accounts make one grand total, each account once."""

import pytest

from bnacct import worth
from bnacct.worth import Counted, Overview
from tests.worth.account import answered, classic, coin, timed_out, total_of


def holding(amount: str, **changes: object) -> Overview:
    return total_of(classic(spot=answered([coin("USDT", amount)]), **changes))


def counted(name: str, amount: str | None, uid: str | None = "", key: str = "", **changes: object) -> Counted:
    overview = None if amount is None else holding(amount, **changes)
    return Counted(name, key or name, name if uid == "" else uid, overview)


def test_accounts_that_differ_add_up() -> None:
    found = worth.grand_total([counted("a", "1"), counted("b", "2"), counted("c", "-0")])
    assert (found.value, found.bound, found.read, found.asked, found.notes) == (3, "exact", 3, 3, ())


@pytest.mark.parametrize("second", [counted("b", "5", uid="7"), counted("b", "5", uid=None, key="a")])
def test_two_keys_of_one_account_count_once(second: Counted) -> None:
    found = worth.grand_total([counted("a", "5", uid="7"), second, counted("c", "1")])
    assert (found.value, found.read, found.asked) == (6, 2, 2)
    assert found.notes == ("a and b open one account: it is counted once.",)


def test_of_two_keys_the_one_that_reads_more_counts() -> None:
    less = counted("a", "5", uid="7", funding=timed_out())
    found = worth.grand_total([less, counted("b", "6", uid="7")])
    assert (found.value, found.bound) == (6, "exact")


def test_an_account_that_failed_leaves_the_total_partial() -> None:
    found = worth.grand_total([counted("a", "1"), counted("b", "2"), counted("c", None)])
    assert (found.value, found.bound, found.read, found.asked) == (3, "unknown", 2, 3)


def test_an_account_that_is_at_least_makes_the_total_at_least() -> None:
    found = worth.grand_total([counted("a", "1"), counted("b", "2", funding=timed_out())])
    assert (found.value, found.bound, found.read) == (3, "at least", 2)


def test_an_account_of_unknown_identity_is_left_out_beside_others() -> None:
    found = worth.grand_total([counted("a", "1"), counted("b", "2", uid=None)])
    assert (found.value, found.bound, found.read, found.asked) == (1, "unknown", 1, 2)
    assert "b is left out" in found.notes[0]
    alone = worth.grand_total([counted("b", "2", uid=None)])
    assert (alone.value, alone.bound) == (2, "exact")


def test_accounts_that_all_failed_have_no_total() -> None:
    found = worth.grand_total([counted("a", None), counted("b", "1", prices=timed_out())])
    assert (found.value, found.read, found.asked) == (None, 0, 2)


def test_an_account_is_named_by_its_uid() -> None:
    assert worth.uid(answered({"uid": 354937868})) == "354937868"
    assert worth.uid(answered({"balances": []})) is None
    assert worth.uid(answered([])) is None
    assert worth.uid(timed_out()) is None
    assert worth.uid(None) is None
