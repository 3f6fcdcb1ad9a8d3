"""What check judges: changes since an earlier reading, and amounts that fell."""

from decimal import Decimal
from typing import Any

import pytest

from bnacct import errors, queries
from bnacct.cli import judging
from bnacct.cli.judging import Readings
from bnacct.client import Answer
from bnacct.errors import NetworkError
from bnacct.monitoring.plugin import State
from bnacct.readings import Reading

CHANGE = "user-assets.BTC.free.change"


def reading(free: str | None, *, asset: str = "BTC") -> Reading:
    rows: list[dict[str, Any]] = [{"asset": asset, "free": free, "locked": "0", "freeze": "0", "withdrawing": "0"}]
    return Reading(queries.named("user-assets"), "main", 0, Answer(b"", rows))


def failed() -> Reading:
    return Reading(queries.named("user-assets"), "main", 0, failure=NetworkError("No answer."))


def readings(now: Reading, then: Reading | None) -> Readings:
    return Readings("main", {"user-assets": now}, {} if then is None else {"user-assets": then})


def change(now: Reading, then: Reading | None, limit: str = "-0.5:") -> str:
    (found,) = judging.checked(
        judging.asked([], [f"{CHANGE}={limit}"], since=True), readings(now, then), State.CRITICAL
    )
    return f"{found.state.name}: {found.text}"


def test_a_change_is_judged_as_any_figure() -> None:
    assert change(reading("1.6"), reading("2")) == "OK: user-assets.BTC.free.change -0.4"
    assert change(reading("1.4"), reading("2")) == "CRITICAL: user-assets.BTC.free.change -0.6, below -0.5"
    assert change(reading("1"), reading("9", asset="ETH")) == "OK: user-assets.BTC.free.change 1"


def test_a_change_is_unknown_where_a_side_is() -> None:
    for then in (None, failed(), reading("")):
        assert change(reading("1"), then).startswith("UNKNOWN: user-assets.BTC.free.change unknown, ")
    assert change(failed(), reading("1")) == "CRITICAL: user-assets.BTC.free.change unknown, No answer"


def test_without_a_time_to_compare_with_there_is_no_change() -> None:
    with pytest.raises(errors.UsageError, match="--since"):
        judging.asked([], [f"{CHANGE}=1:"])


def test_a_figure_and_its_change_are_two() -> None:
    found = judging.asked(["user-assets.BTC.free=1:"], [f"{CHANGE}=1:"], since=True)

    assert [str(each) for each in found] == ["user-assets.BTC.free", CHANGE]


def test_what_may_be_missing_in_part_of_an_answer_is_unknown() -> None:
    part = reading("5")._replace(failure=NetworkError("The second page is missing."))
    names = ["user-assets.BTC.free=1:", "user-assets.ETH.free=0:", "user-assets.*.free=1:"]

    found = judging.checked(judging.asked([], names), readings(part, None), State.UNKNOWN)

    assert [check.state for check in found] == [State.OK, State.UNKNOWN, State.UNKNOWN]
    assert found[1].text == "user-assets.ETH.free unknown, The second page is missing"


@pytest.mark.parametrize(
    ("now", "then", "said"),
    [
        (reading("1.9"), reading("2"), "OK: outflow of no amount is more than 20 %"),
        (reading("1"), reading("2"), "WARNING: outflow spot BTC fell by 50.00 %, from 2 to 1"),
        (reading("1"), None, "UNKNOWN: outflow unknown, no reading of a wallet was kept"),
        (failed(), reading("2"), "CRITICAL: outflow of user-assets unknown, No answer"),
        (reading(""), reading("2"), "UNKNOWN: outflow spot BTC is unknown, and was 2"),
    ],
)
def test_an_outflow_is_a_warning(now: Reading, then: Reading | None, said: str) -> None:
    found = judging.outflow(readings(now, then), Decimal(20), State.CRITICAL)

    assert f"{found.state.name}: {found.text}" == said
