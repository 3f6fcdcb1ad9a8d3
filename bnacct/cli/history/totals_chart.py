"""Adds up every run of an account for `history chart overview.total`."""

from collections import Counter
from datetime import tzinfo

from bnacct import errors, views
from bnacct.archive import Archive, Owner
from bnacct.cli import archived
from bnacct.cli.reckoning import scope
from bnacct.cli.stderr import Stderr
from bnacct.cli.totals_kept import Overviews
from bnacct.monitoring import totals
from bnacct.settings import Settings


def values(
    stderr: Stderr, kept: Archive, owner: Owner, settings: Settings, period_ms: tuple[int, int], zone: tzinfo
) -> list[views.Row]:
    """Return a row of `views.TOTALS_CHART` for each run of a time, and note which totals are not complete.

    What is not complete has no value, so that a part of it is never drawn beside a whole: becoming complete is a change
    of knowledge. Where none is complete, a chart is of what the totals are at least, where they lack the same as most.
    Raise `errors.ArchiveError` where no run is kept, or there is nothing to draw, and `errors.UsageError` for a quote
    that is none.
    """
    rows: list[views.Row] = []
    failures: list[errors.BnacctError | None] = []
    lacking: list[tuple[str, ...]] = []
    for at_ms, outcome in Overviews(stderr, kept, owner, settings, scope(settings)).between(*period_ms):
        if outcome.found is not None:
            document = outcome.found.document()
            total = totals.of(document)
            lacking.append(totals.missing(document))
        else:
            lacking.append(())
            failures.append(outcome.failure)
            reason = outcome.failure.message.rstrip(".") if outcome.failure is not None else "it could not be read"
            total = totals.Total(None, "unknown", None, reason)
        rows.append({"at": at_ms, **total._asdict()})
    if not rows:
        raise archived.no_overview(owner, "in this time")
    if len(failures) == len(rows) and isinstance(failures[-1], errors.UsageError):
        raise failures[-1]
    blank = [row for row in rows if row["value"] is None]
    if not blank:
        return rows
    last = f"the last, of {archived.shown(blank[-1]['at'], zone)}: {blank[-1]['lacks']}."
    if len(blank) < len(rows) or settings.output != "table":
        stderr.note(f"{len(blank)} of {len(rows)} totals are not complete and have no value; {last}")
        return rows
    # What most of them lack is what they have in common: one run that failed is no reason to draw none of the others.
    told = Counter(
        lacks for row, lacks in zip(reversed(rows), reversed(lacking), strict=True) if row["bound"] == "at least"
    )
    if not told:
        raise errors.ArchiveError(
            f"No total of {owner} in this time is complete; {last}", hint="-o csv shows what is known of each."
        )
    ((common, count),) = told.most_common(1)
    others = f", and {len(rows) - count} that lack something else are left out" if count < len(rows) else ""
    stderr.note(f"No total is complete: they are drawn without {', '.join(common)}{others}.")
    return [
        {**row, "value": row["partial"] if row["bound"] == "at least" and lacks == common else None}
        for row, lacks in zip(rows, lacking, strict=True)
    ]
