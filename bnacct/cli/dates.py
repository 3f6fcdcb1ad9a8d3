"""Reads points in time from the command line, and refuses snapshot ranges before 2400 weight is spent on them.

Everything is UTC; results are epoch milliseconds.
"""

import calendar
import re
from datetime import datetime, timezone

from bnacct import errors
from bnacct.endpoints import SNAPSHOT

_DAY_MS = 86_400_000
# "The query time period must be less than 30 days", says the exchange's English page.
_LONGEST_RANGE_MS = 30 * _DAY_MS
# Fewer digits are seconds, or a date without its dashes.
_SHORTEST_MS = 12
# What every version of Python reads alike.
_ISO_8601 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.([0-9]{3}){1,2})?)?([Zz]|[+-][0-9]{2}:[0-9]{2})?)?"
)
_LIMIT = next(parameter for parameter in SNAPSHOT.parameters if parameter.name == "limit")


def snapshot_range(days: int | None, start: str | None, end: str | None, *, now_ms: int) -> dict[str, int | None]:
    """Return startTime, endTime and limit as they are sent; None is not sent. Raises `errors.UsageError`."""
    least, most = _LIMIT.minimum or 0, _LIMIT.maximum or 0
    if days is not None and not least <= days <= most:
        raise errors.UsageError(f"--days: {days} is not from {least} to {most}.")
    start_ms = moment_ms("--start", start) if start is not None else None
    end_ms = moment_ms("--end", end, end_of_day=True) if end is not None else None
    for option, given_ms in (("--start", start_ms), ("--end", end_ms)):
        if given_ms is not None and given_ms < _month_before(now_ms):
            raise errors.UsageError(f"{option} is older than a month, and the exchange keeps snapshots no longer.")
    if start_ms is not None:
        until_ms = now_ms if end_ms is None else end_ms
        if until_ms < start_ms:
            raise errors.UsageError("--end is before --start." if end_ms is not None else "--start is in the future.")
        if start_ms > now_ms:
            raise errors.UsageError("--start is in the future.")
        if until_ms - start_ms >= _LONGEST_RANGE_MS:
            raise errors.UsageError(
                "The range is 30 days or more, which the exchange refuses.", hint="Ask for a shorter one, or --days 30."
            )
        # Without a limit the exchange sends seven days of a longer range.
        days = days or min(most, max(least, (until_ms - start_ms) // _DAY_MS + 1))
    return {"startTime": start_ms, "endTime": end_ms, "limit": days}


def moment_ms(option: str, text: str, *, end_of_day: bool = False) -> int:
    """Return epoch milliseconds for a date, an ISO 8601 time (UTC where it names no zone), or epoch milliseconds.

    A date means its first millisecond, or its last with `end_of_day`: snapshots are stamped at the end of their day.
    """
    text = text.strip()
    try:
        if text.isascii() and text.isdigit() and _SHORTEST_MS <= len(text) < 16:
            return int(text)
        if not _ISO_8601.fullmatch(text):
            raise ValueError
        moment = datetime.fromisoformat(text[:-1] + "+00:00" if text[-1] in "Zz" else text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=timezone.utc)
        start_ms = calendar.timegm(moment.utctimetuple()) * 1000 + moment.microsecond // 1000
    except (ValueError, OverflowError):
        raise errors.UsageError(
            f"{option}: {text!r} is not a point in time.",
            hint="Use a date (2026-11-01), an ISO time (2026-11-01T12:00:00Z) or epoch milliseconds.",
        ) from None
    is_date = len(text) == len("2026-11-01") and ":" not in text
    return start_ms + _DAY_MS - 1 if end_of_day and is_date else start_ms


def _month_before(now_ms: int) -> int:
    """Return the start of the same day a month ago; a shorter month has its last day stand in."""
    now = datetime.fromtimestamp(now_ms / 1000, timezone.utc)
    year, month = (now.year, now.month - 1) if now.month > 1 else (now.year - 1, 12)
    day = min(now.day, calendar.monthrange(year, month)[1])
    return calendar.timegm((year, month, day, 0, 0, 0)) * 1000
