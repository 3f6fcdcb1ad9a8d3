"""Points in time on the command line, and the ranges that are refused before weight is spent on them."""

import calendar

import pytest

from bnacct import errors
from bnacct.cli.dates import moment_ms, snapshot_range

DAY_MS = 86_400_000


def utc_ms(*parts: int) -> int:
    return calendar.timegm((*parts, 0, 0, 0)[:6]) * 1000


NOW = utc_ms(2026, 11, 20) + DAY_MS // 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-01", utc_ms(2026, 11, 1)),
        ("2026-11-01T12:30:00", utc_ms(2026, 11, 1, 12, 30)),
        ("2026-11-01 12:30", utc_ms(2026, 11, 1, 12, 30)),
        ("2026-11-01T12:30:00Z", utc_ms(2026, 11, 1, 12, 30)),
        ("2026-11-01T12:30:00+02:00", utc_ms(2026, 11, 1, 10, 30)),
        ("2026-11-01T00:00:00.123", utc_ms(2026, 11, 1) + 123),
        ("1576281599000", 1576281599000),
        (" 1576281599000 ", 1576281599000),
        ("today", utc_ms(2026, 11, 20)),
        ("yesterday", utc_ms(2026, 11, 19)),
        ("90m", NOW - 90 * 60_000),
        ("24h", NOW - DAY_MS),
        ("7d", NOW - 7 * DAY_MS),
        ("2w", NOW - 14 * DAY_MS),
    ],
)
def test_a_moment_is_written_in_any_of_these_ways(text: str, expected: int) -> None:
    assert expected == moment_ms("--start", text, now_ms=NOW)


def test_a_date_that_ends_a_range_includes_its_day() -> None:
    assert utc_ms(2026, 11, 2) - 1 == moment_ms("--end", "2026-11-01", now_ms=NOW, end_of_day=True)


def test_a_time_that_ends_a_range_is_that_time() -> None:
    assert utc_ms(2026, 11, 1, 12) == moment_ms("--end", "2026-11-01T12:00:00Z", now_ms=NOW, end_of_day=True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tomorrow",
        "7",
        "7x",
        "-7d",
        "7 d",
        "1.5h",
        "٧d",
        "2026-13-01",
        "2026-02-30",
        "1e12",
        "-5",
        "١٢٣",
        "9" * 30,
        "2026-11",
        "1576281599",
        "20261110",
    ],
)
def test_anything_else_is_refused_with_the_forms_that_work(text: str) -> None:
    with pytest.raises(errors.UsageError) as refused:
        moment_ms("--start", text, now_ms=NOW)

    assert refused.value.message.startswith("--start: ")
    assert refused.value.hint is not None
    assert "2026-11-01T12:00:00Z" in refused.value.hint


def test_nothing_asked_sends_nothing() -> None:
    assert snapshot_range(None, None, None, now_ms=NOW) == {"startTime": None, "endTime": None, "limit": None}


@pytest.mark.parametrize("days", [7, 30])
def test_days_are_the_limit(days: int) -> None:
    assert days == snapshot_range(days, None, None, now_ms=NOW)["limit"]


@pytest.mark.parametrize("days", [-1, 0, 6, 31])
def test_days_out_of_range_are_refused(days: int) -> None:
    with pytest.raises(errors.UsageError, match="from 7 to 30"):
        snapshot_range(days, None, None, now_ms=NOW)


@pytest.mark.parametrize(
    ("start", "end", "limit"),
    [
        ("2026-11-19", "2026-11-19", 7),
        ("2026-11-01", "2026-11-19", 19),
        ("2026-10-22", "2026-11-20", 30),
        ("2026-11-01", None, 20),
    ],
)
def test_a_range_asks_for_every_day_in_it(start: str, end: str | None, limit: int) -> None:
    # The exchange would send seven, whatever the range.
    assert limit == snapshot_range(None, start, end, now_ms=NOW)["limit"]


@pytest.mark.parametrize(
    ("start", "end", "why"),
    [
        ("2026-11-10", "2026-11-09", "before"),
        ("2026-10-20", "2026-11-19", "30 days or more"),
        ("2026-10-20", None, "30 days or more"),
        ("2026-10-19", "2026-10-25", "older than a month"),
        (None, "2026-10-01", "older than a month"),
        ("2020-01-01", None, "older than a month"),
        ("1576281599000", None, "older than a month"),
        ("2026-11-21", None, "future"),
        ("2026-11-21", "2026-11-22", "future"),
    ],
)
def test_what_the_exchange_would_refuse_is_refused_first(start: str | None, end: str | None, why: str) -> None:
    with pytest.raises(errors.UsageError, match=why):
        snapshot_range(None, start, end, now_ms=NOW)


@pytest.mark.parametrize(("now", "oldest"), [((2026, 3, 31), "2026-02-28"), ((2026, 1, 15), "2025-12-15")])
def test_a_month_ago_is_the_same_day_of_the_month_before(now: tuple[int, int, int], oldest: str) -> None:
    end = {"2026-02-28": "2026-03-10", "2025-12-15": "2025-12-31"}[oldest]

    accepted = snapshot_range(None, oldest, end, now_ms=utc_ms(*now))

    assert accepted["startTime"] == moment_ms("--start", oldest, now_ms=0)


@pytest.mark.parametrize(("length_ms", "is_sent"), [(30 * DAY_MS - 1, True), (30 * DAY_MS, False)])
def test_a_range_of_exactly_thirty_days_is_not_sent(length_ms: int, is_sent: bool) -> None:
    start = NOW - 30 * DAY_MS
    ends = str(start + length_ms)

    if is_sent:
        assert snapshot_range(None, str(start), ends, now_ms=NOW)["endTime"] == start + length_ms
    else:
        with pytest.raises(errors.UsageError, match="30 days"):
            snapshot_range(None, str(start), ends, now_ms=NOW)


def test_yesterday_ends_with_its_last_millisecond() -> None:
    assert utc_ms(2026, 11, 20) - 1 == moment_ms("--end", "yesterday", now_ms=NOW, end_of_day=True)


def test_days_count_from_the_start() -> None:
    start = utc_ms(2026, 11, 1)

    asked = snapshot_range(7, "2026-11-01", None, now_ms=NOW)

    assert asked == {"startTime": start, "endTime": start + 7 * DAY_MS - 1, "limit": 7}


def test_days_end_with_the_end() -> None:
    end = utc_ms(2026, 11, 16) - 1

    assert snapshot_range(7, None, "2026-11-15", now_ms=NOW) == {"startTime": None, "endTime": end, "limit": 7}


def test_days_with_a_start_and_an_end_are_refused() -> None:
    with pytest.raises(errors.UsageError, match="not with both"):
        snapshot_range(7, "2026-11-01", "2026-11-15", now_ms=NOW)


def test_thirty_days_from_a_start_can_be_asked_for() -> None:
    assert snapshot_range(30, "2026-10-21", None, now_ms=NOW)["limit"] == 30
