"""Reads points in time from the command line, and refuses snapshot ranges before 2400 weight is spent on them.

Everything is UTC unless a time zone is named; results are epoch milliseconds.
"""

import calendar
import re
from datetime import date, datetime, time, timedelta, timezone, tzinfo

from bnacct import errors
from bnacct.endpoints import SNAPSHOT

_DAY_MS = 86_400_000
# "The query time period must be less than 30 days", says the exchange's English page.
_LONGEST_RANGE_MS = 30 * _DAY_MS
# Fewer digits are seconds, or a date without its dashes.
_SHORTEST_MS = 12
# Relative times: so many minutes, hours, days or weeks ago.
_AGO = re.compile(r"([0-9]{1,6})([mhdw])")
_UNITS_MS = {"m": 60_000, "h": 3_600_000, "d": _DAY_MS, "w": 7 * _DAY_MS}
_DAYS_AGO = {"today": 0, "yesterday": 1}
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
    if days is not None and start is not None and end is not None:
        raise errors.UsageError("--days goes with --start or with --end, not with both.")
    start_ms = moment_ms("--start", start, now_ms=now_ms) if start is not None else None
    end_ms = moment_ms("--end", end, now_ms=now_ms, end_of_day=True) if end is not None else None
    if days is not None and start_ms is not None:
        # The last of the days ends a millisecond before the next begins, so 30 days are less than the exchange refuses.
        end_ms = start_ms + days * _DAY_MS - 1
    for option, given_ms in (("--start", start_ms), ("--end", end_ms)):
        if given_ms is not None and given_ms < _month_before(now_ms):
            raise errors.UsageError(f"{option} is older than a month, and the exchange keeps snapshots no longer.")
    if start_ms is not None:
        if start_ms > now_ms:
            raise errors.UsageError("--start is in the future.")
        until_ms = now_ms if end_ms is None else end_ms
        if until_ms < start_ms:
            raise errors.UsageError("--end is before --start.")
        if until_ms - start_ms >= _LONGEST_RANGE_MS:
            raise errors.UsageError(
                "The range is 30 days or more, which the exchange refuses.", hint="Ask for a shorter one, or --days 30."
            )
        # Without a limit the exchange sends seven days of a longer range.
        days = days or min(most, max(least, (until_ms - start_ms) // _DAY_MS + 1))
    return {"startTime": start_ms, "endTime": end_ms, "limit": days}


def zone(text: str | None) -> tzinfo:
    """Return a time zone by its name, UTC for None. Raise `errors.UsageError`."""
    if text is None:
        return timezone.utc
    import zoneinfo

    try:
        return zoneinfo.ZoneInfo(text)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        raise errors.UsageError(
            f"--tz: {text!r} is no time zone that this machine knows.", hint="It is like Europe/Berlin, or UTC."
        ) from None


def moment_ms(option: str, text: str, *, now_ms: int, end_of_day: bool = False, zone: tzinfo = timezone.utc) -> int:
    """Return epoch milliseconds for a point in time as people write it.

    That is a date, `today` or `yesterday`, an ISO 8601 time (of `zone` where it names none), epoch milliseconds, or how
    long ago: `90m`, `24h`, `7d`, `2w`. A day means its first millisecond, or its last with `end_of_day`: snapshots are
    stamped at the end of their day. Raises `errors.UsageError`.
    """
    text = text.strip()
    try:
        return _moment_ms(text, now_ms, zone, end_of_day=end_of_day)
    except (ValueError, OverflowError):
        raise errors.UsageError(
            f"{option}: {text!r} is not a point in time.",
            hint="Use a date (2026-11-01), today or yesterday, an ISO time (2026-11-01T12:00:00Z), "
            "epoch milliseconds, or how long ago (24h, 7d).",
        ) from None


def _moment_ms(text: str, now_ms: int, zone: tzinfo, *, end_of_day: bool) -> int:
    if text.isascii() and text.isdigit() and _SHORTEST_MS <= len(text) < 16:
        return int(text)
    if ago := _AGO.fullmatch(text):
        return max(0, now_ms - int(ago[1]) * _UNITS_MS[ago[2]])
    if text in _DAYS_AGO:
        day = datetime.fromtimestamp(now_ms / 1000, zone).date() - timedelta(days=_DAYS_AGO[text])
    elif _ISO_8601.fullmatch(text) is None:
        raise ValueError
    elif len(text) == len("2026-11-01"):
        day = date.fromisoformat(text)
    else:
        moment = datetime.fromisoformat(text[:-1] + "+00:00" if text[-1] in "Zz" else text)
        return _epoch_ms(moment if moment.tzinfo is not None else moment.replace(tzinfo=zone))
    # A day has 23 or 25 hours where clocks change: it ends where the next one begins.
    if end_of_day:
        return _epoch_ms(datetime.combine(day + timedelta(days=1), time.min, zone)) - 1
    return _epoch_ms(datetime.combine(day, time.min, zone))


def _epoch_ms(moment: datetime) -> int:
    return calendar.timegm(moment.utctimetuple()) * 1000 + moment.microsecond // 1000


def _month_before(now_ms: int) -> int:
    """Return the start of the same day a month ago; a shorter month has its last day stand in."""
    now = datetime.fromtimestamp(now_ms / 1000, timezone.utc)
    year, month = (now.year, now.month - 1) if now.month > 1 else (now.year - 1, 12)
    day = min(now.day, calendar.monthrange(year, month)[1])
    return calendar.timegm((year, month, day, 0, 0, 0)) * 1000
