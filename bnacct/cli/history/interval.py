"""Finds the two readings that a time lies between, and says of when they are."""

from datetime import tzinfo
from typing import NamedTuple, Protocol, TypeVar

from bnacct import errors
from bnacct.cli import archived, dates
from bnacct.cli.history import choices
from bnacct.cli.stderr import Stderr

_Read = TypeVar("_Read")
_Held_co = TypeVar("_Held_co", covariant=True)


class Interval(NamedTuple):
    """From when until when, in epoch milliseconds; None is the last that is kept, and now. `now_ms` is when it was asked."""

    since_ms: int | None
    until_ms: int | None
    zone: tzinfo
    now_ms: int


class Kept(Protocol[_Held_co]):
    """What the archive holds of one thing, each reading with its time."""

    def last(self, at_ms: int) -> tuple[int, _Held_co] | None:
        """Return the last one at or before a time."""

    def first_after(self, at_ms: int) -> tuple[int, _Held_co] | None:
        """Return the first one after a time."""

    def missing(self, when: str) -> errors.ArchiveError:
        """Build the failure for a time of which there is none."""


def asked(since: str | None, until: str | None, zone: str | None) -> Interval:
    """Return the interval that the options name; a day means its end. Raise `errors.UsageError`."""
    named, now_ms = dates.zone(zone), choices.now_ms()
    since_ms = None if since is None else dates.moment_ms("--since", since, now_ms=now_ms, end_of_day=True, zone=named)
    until_ms = None if until is None else dates.moment_ms("--until", until, now_ms=now_ms, end_of_day=True, zone=named)
    if since_ms is not None and since_ms >= (now_ms if until_ms is None else until_ms):
        raise errors.UsageError("--since is not before --until." if until else "--since is in the future.")
    return Interval(since_ms, until_ms, named, now_ms)


def ends(wanted: Interval, kept: Kept[_Read]) -> tuple[tuple[int, _Read], tuple[int, _Read] | None]:
    """Return the reading before and the one after, which is None where the exchange is to be asked.

    The one before is the last up to --since, else the first after that. Raise what `Kept.missing` builds.
    """
    later = None if wanted.until_ms is None else _last(wanted, kept, wanted.until_ms)
    before_ms = wanted.now_ms if later is None else later[0] - 1
    if wanted.since_ms is None:
        return _last(wanted, kept, before_ms), later
    found = kept.last(wanted.since_ms) or kept.first_after(wanted.since_ms)
    if found is None or found[0] > before_ms:
        raise kept.missing(f"before that of {archived.shown(before_ms + 1, wanted.zone)}" if later else "yet")
    return found, later


def _last(wanted: Interval, kept: Kept[_Read], at_ms: int) -> tuple[int, _Read]:
    found = kept.last(at_ms)
    if found is None:
        raise kept.missing(f"up to {archived.shown(at_ms, wanted.zone)}")
    return found


def note_distances(stderr: Stderr, wanted: Interval, earlier_ms: int, later_ms: int | None) -> None:
    """Say where a reading is the first one after the time that was asked for, or is far from it."""
    until_ms = wanted.now_ms if wanted.until_ms is None else wanted.until_ms
    since_ms = earlier_ms if wanted.since_ms is None else wanted.since_ms
    if earlier_ms > since_ms:
        stderr.note(f"No reading is kept up to {archived.shown(since_ms, wanted.zone)}; this is the first one after.")
    far = [
        (option, abs(at_ms - wanted_ms))
        for option, at_ms, wanted_ms in (
            ("--since", earlier_ms, since_ms),
            ("--until", until_ms if later_ms is None else later_ms, until_ms),
        )
        if 2 * abs(at_ms - wanted_ms) > until_ms - since_ms
    ]
    stderr.warn(
        f"the reading nearest to {option} is {archived.span(distance_ms)} from it, more than half of the time asked for"
        for option, distance_ms in far
    )


def note_times(stderr: Stderr, wanted: Interval, earlier_ms: int, later_ms: int, *, is_kept: bool) -> None:
    """Say of when both readings are, and whether the later one was kept or read now."""
    started, ended = archived.shown(earlier_ms, wanted.zone), archived.shown(later_ms, wanted.zone)
    stderr.note(f"Before: {started}, kept. After: {ended}, {'kept' if is_kept else 'now'}.")
