"""Answers a question from the archive, as of a time: no key is resolved, and nothing is sent."""

import time
from collections.abc import Mapping
from datetime import tzinfo
from typing import NamedTuple

from bnacct import archive, errors
from bnacct.archive import Archive, Found, Owner
from bnacct.cli import accounts, archives, dates, destination, display, options
from bnacct.cli.display import JSON_FORMS, Display
from bnacct.cli.options import Shared, Summary
from bnacct.cli.presentation import write
from bnacct.cli.stderr import Stderr
from bnacct.output import Selection
from bnacct.queries import Query, Value
from bnacct.readings import Reading


def refuse_what_needs_the_exchange(shared: Shared | Summary, origin: str = "--at") -> None:
    """Raise `errors.UsageError` for an option that cannot go with --at, or whatever else shows what was kept."""
    repetition = shared.repetition
    for option, given in (
        ("--watch", repetition.watch is not None),
        ("--count", repetition.readings is not None),
        ("--show-request", isinstance(shared, Shared) and shared.wire.show_request),
        ("--record", shared.archive.record),
    ):
        if given:
            raise errors.UsageError(f"{origin} shows what was kept, so {option} cannot go with it.")


class Moment(NamedTuple):
    """The time that --at names, in the zone of --tz; `now_ms` is when it was asked for."""

    at_ms: int
    zone: tzinfo
    now_ms: int


def moment(typed: options.Archive) -> Moment:
    """Return the time that is asked for. Raise `errors.UsageError`."""
    now_ms, zone = time.time_ns() // 1_000_000, dates.zone(typed.zone)
    at_ms = dates.moment_ms("--at", typed.at or "", now_ms=now_ms, end_of_day=True, zone=zone)
    return Moment(at_ms, zone, now_ms)


def show(stderr: Stderr, shared: Shared, query: Query, given: Mapping[str, Value | None], selection: Selection) -> None:
    """Write the answer that is kept as of --at; those of several accounts as one."""
    refuse_what_needs_the_exchange(shared)
    settings, names = archives.settings(shared.format, shared.connection)
    stderr.as_json, stderr.color = settings.output in JSON_FORMS, settings.color
    asked = moment(shared.archive)
    with destination.opened(shared.selection.to) as stream, archives.opened(settings) as kept:
        screen = display.screen(settings.color, stream)
        shown_as = Display(stream, query.view, selection, settings.output, screen, shared.wire.raw)
        if not accounts.are_several(shared.connection):
            owner = archives.owner(kept, settings, names[0] if names else "", shared.archive.key_mark)
            reading = _read(stderr, kept, owner, query, query.asked(given), asked)
            write(stderr, shown_as, reading.answered().body, reading.document())
            return
        from bnacct.cli import several

        if shared.wire.raw:
            raise errors.UsageError("--raw writes one body, so it cannot go with several accounts.")
        outcomes: list[several.Outcome] = []
        for name in archives.chosen_names(kept, settings, names, every=shared.connection.all_profiles):
            try:
                owner = archives.owner(kept, settings, name, shared.archive.key_mark)
                reading = _read(stderr, kept, owner, query, query.asked(given), asked)
                outcomes.append(several.outcome(reading._replace(account=name), query, selection.wanted))
            except errors.BnacctError as failure:
                outcomes.append(several.Outcome(name, failure=failure))
        of_several = several.displayed(shown_as)
        document = several.document(outcomes, query.view, of_several, selection.wanted)
        several.tell_failures(stderr, outcomes)
        write(stderr, of_several, b"", document)
        ending = several.ending(outcomes)
        if ending is not None:
            raise ending


def _read(
    stderr: Stderr, kept: Archive, owner: Owner, query: Query, parameters: Mapping[str, Value], asked: Moment
) -> Reading:
    """Return the last answer, and note its age. Raise `errors.ArchiveError` where there is none."""
    found = kept.last(owner, query, parameters, asked.at_ms)
    if found is None:
        raise nothing_kept(kept, owner, query, parameters, f"up to {shown(asked.at_ms, asked.zone)}")
    note_age(stderr, found.reading.at_ms, found.owner, asked)
    for note in failures(found, asked.zone):
        stderr.note(note)
    return found.reading


def note_age(stderr: Stderr, at_ms: int, owner: Owner, asked: Moment) -> None:
    """Say of when a reading is."""
    stderr.note(f"Kept {shown(at_ms, asked.zone)}, {span(asked.now_ms - at_ms)} ago, of {owner}.")


def nothing_kept(
    kept: Archive, owner: Owner, query: Query, asked: Mapping[str, Value], when: str
) -> errors.ArchiveError:
    """Build the failure for a question that the archive has no answer to; it says what there is instead."""
    hint = "Readings are kept with --record, or with BNACCT_RECORD=1."
    first = kept.first_after(owner, query, asked, 0)
    others = [each for each in kept.asked(owner, query) if each != asked]
    keys = [each.key_mark for each in kept.owners() if each[:2] == owner[:2] and each != owner]
    if first is not None:
        hint = f"The first one is of {archive.utc(first.reading.at_ms)}."
    elif others:
        hint = f"It was asked otherwise: {'; '.join(map(_written, others[:5]))}."
    if keys:
        hint += f" Another key of that name has readings of its own: --key-mark {' or '.join(keys)}."
    return errors.ArchiveError(
        f"The archive holds no answer to {query.name} ({_written(asked)}) of {owner} {when}.", hint=hint
    )


def no_overview(owner: Owner, when: str) -> errors.ArchiveError:
    """Build the failure for a time of which no overview is kept."""
    return errors.ArchiveError(
        f"The archive holds no overview of {owner} {when}.",
        hint="They are kept with overview --record, and by bnacct record.",
    )


def failures(found: Found, zone: tzinfo) -> list[str]:
    """Return a note on the attempts after a reading that failed."""
    if found.last_failure is None or found.last_failure.failure is None:
        return []
    return [failed_later(found.failed_since, found.last_failure.at_ms, found.last_failure.failure, zone)]


def failed_later(count: int, last_ms: int, last: errors.BnacctError, zone: tzinfo) -> str:
    """Return a note on so many later attempts that failed, and the last of them."""
    many = f"{count} later readings" if count > 1 else "A later reading"
    return f"{many} failed{', the last' if count > 1 else ''} at {shown(last_ms, zone)}: {last.message}"


def shown(at_ms: int, zone: tzinfo) -> str:
    """Return a time of a zone as a person reads it."""
    from datetime import datetime, timezone

    if zone is timezone.utc:
        return archive.utc(at_ms)
    try:
        return datetime.fromtimestamp(at_ms / 1000, zone).strftime("%Y-%m-%d %H:%M:%S %Z")
    except (ValueError, OverflowError, OSError):
        return archive.utc(at_ms)


def span(length_ms: int) -> str:
    """Return a length of time in its largest unit, with one below it: `3 d 4 h`, `12 min`."""
    minutes = max(0, length_ms) // 60_000
    days, hours = divmod(minutes // 60, 24)
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    if hours:
        return f"{hours} h {minutes % 60} min" if minutes % 60 else f"{hours} h"
    return f"{minutes} min" if minutes else f"{max(0, length_ms) // 1000} s"


def _written(asked: Mapping[str, Value]) -> str:
    return (
        ", ".join(
            f"{name}={str(value).lower() if value is True or value is False else value}"
            for name, value in asked.items()
        )
        or "no parameters"
    )
