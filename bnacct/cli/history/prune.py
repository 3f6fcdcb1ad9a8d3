"""`bnacct history prune`: thins the archive."""

import re
from typing import Annotated, Any

import typer

from bnacct import errors, queries, views
from bnacct.archive import retention
from bnacct.archive.retention import Policy
from bnacct.cli import archives, dates, display
from bnacct.cli.display import JSON_FORMS
from bnacct.cli.history import choices
from bnacct.cli.options import Kept, ZoneOption, with_groups
from bnacct.cli.stderr import Stderr

_WITHIN = re.compile(r"(?:([0-9]{1,4})y)?(?:([0-9]{1,4})m)?(?:([0-9]{1,4})d)?(?:([0-9]{1,4})h)?")
_HOUR_MS = 3_600_000
_HOURS = (365 * 24, 30 * 24, 24, 1)


def _keep(period: str) -> Any:
    return typer.Option(
        f"--keep-{period}", metavar="N", help=f"Keep the last reading of each of N {_PERIODS[period]}; -1 for all."
    )


_PERIODS = {"hourly": "hours", "daily": "days", "weekly": "weeks", "monthly": "months", "yearly": "years"}


@with_groups
def prune(
    context: typer.Context,
    shared: Kept,
    last: Annotated[int, typer.Option("--keep-last", metavar="N", help="Keep the last N readings; -1 for all.")] = 0,
    hourly: Annotated[int, _keep("hourly")] = 0,
    daily: Annotated[int, _keep("daily")] = 0,
    weekly: Annotated[int, _keep("weekly")] = 0,
    monthly: Annotated[int, _keep("monthly")] = 0,
    yearly: Annotated[int, _keep("yearly")] = 0,
    within: Annotated[
        str, typer.Option("--keep-within", metavar="1y5m7d2h", help="Keep all within this time before the newest.")
    ] = "",
    zone: ZoneOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", "-n", help="Say what would be removed; remove nothing.")
    ] = False,
) -> None:
    """Thin the archive: remove what no rule keeps. The rules are those of restic.

      bnacct history prune --keep-daily 30 --keep-monthly -1 --dry-run

    They count for each account and command by itself, and only hours, days and so on that have a reading. Answers and
    failures count apart, and what was read together stays together.
    """
    stderr: Stderr = context.obj
    stderr.quiet = shared.place.quiet
    settings, _ = archives.settings(shared.format, shared.place)
    stderr.as_json, stderr.color = settings.output in JSON_FORMS, settings.color
    counts = (last, hourly, daily, weekly, monthly, yearly)
    if min(counts) < -1:
        raise errors.UsageError(f"A rule keeps 0 readings or more, or -1 for all of them, not {min(counts)}.")
    policy = Policy(*counts, within_ms=_within_ms(within), zone=dates.zone(zone))
    if policy.is_empty:
        raise errors.UsageError(
            "No rule says what to keep, and nothing would be left.",
            hint="For example: --keep-daily 30 --keep-monthly -1",
        )
    archives.opened(settings).close()  # one that is not there is not made
    with archives.opened(settings, write=not dry_run) as kept:
        thinned = retention.prune(kept, policy, archives.owners(kept, shared.place), dry_run=dry_run)
    rows = []
    for each in thinned:
        query = queries.answering(each.operation, each.parameters)
        rows.append(
            {
                "account": str(each.owner),
                "command": query.title if query else each.operation,
                "parameters": choices.written(each.parameters, query),
                "kept": str(each.kept),
                "removed": str(each.removed),
            }
        )
    display.report(stderr, settings, views.THINNED, rows)
    removed = sum(each.removed for each in thinned)
    stderr.note(f"{removed} readings {'would be' if dry_run else 'were'} removed.")


def _within_ms(text: str) -> int:
    found = _WITHIN.fullmatch(text.strip())
    if found is None or (text and not any(found.groups())):
        raise errors.UsageError(
            f"--keep-within: {text!r} is not a length of time.", hint="It is like 2y5m7d3h: years, months, days, hours."
        )
    return sum(int(count or 0) * hours for count, hours in zip(found.groups(), _HOURS, strict=True)) * _HOUR_MS
