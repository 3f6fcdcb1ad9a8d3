"""Compares for `history diff overview` what an account is worth: what it was by a run that is kept, and what it is."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from bnacct import archive, errors, queries
from bnacct.archive import Archive, Owner
from bnacct.cli import accounts, archived, reckoning
from bnacct.cli.accounts import Chosen
from bnacct.cli.history.interval import Interval
from bnacct.cli.overview import SANDBOX_ACCOUNT
from bnacct.cli.reckoning import Outcome
from bnacct.cli.stderr import Stderr
from bnacct.cli.totals_kept import Overviews
from bnacct.monitoring import totals
from bnacct.output.overview import rounded
from bnacct.readings import Reader
from bnacct.settings import Settings
from bnacct.views import amounts, comparison
from bnacct.views.comparison import Change
from bnacct.worth import Overview, comparable

# In the documents that are compared, all other amounts are valuations.
_QUANTITY = "quantity"
# These are in the quote; a profit that is not realised is in its own asset.
_VALUES = ("value", "assets", "debts")
# A note names so many wallets, and counts more of them.
_MOST_NAMED = 3


class Worth(NamedTuple):
    """An overview, and the runs after it of which nothing could be read."""

    found: Overview
    failed_since: int = 0
    last_failure: tuple[int, errors.BnacctError] | None = None


class Worths:
    """The overviews of one account."""

    def __init__(self, stderr: Stderr, kept: Archive, owner: Owner, settings: Settings) -> None:
        self._owner = owner
        self._settings = settings
        self._scope = reckoning.scope(settings)
        self._kept = Overviews(stderr, kept, owner, settings, self._scope)
        self._failures: list[tuple[int, errors.BnacctError]] = []
        self.failure: errors.BnacctError | None = None

    def last(self, at_ms: int) -> tuple[int, Worth] | None:
        """Return the last overview kept at or before a time of which something was read, and of when it is."""
        failures: list[tuple[int, errors.BnacctError]] = []
        while (run := self._kept.last(at_ms)) is not None:
            found = self._read(*run)
            if found is not None:
                return run[0], Worth(found, len(failures), failures[0] if failures else None)
            failures.append(self._failures[-1])
            at_ms = run[0] - 1
        return None

    def first_after(self, at_ms: int) -> tuple[int, Worth] | None:
        """Return the first overview kept after a time of which something was read, and of when it is."""
        while (run := self._kept.first_after(at_ms)) is not None:
            found = self._read(*run)
            if found is not None:
                return run[0], Worth(found)
            at_ms = run[0]
        return None

    def missing(self, when: str) -> errors.ArchiveError:
        """Build the failure for a time of which no overview is kept, or none of which something was read."""
        if self._failures:
            at_ms, failure = max(self._failures, key=lambda each: each[0])
            return errors.ArchiveError(
                f"The archive holds no overview of {self._owner} {when} of which anything was read.",
                hint=f"The attempt of {archive.utc(at_ms)} failed: {failure.message}",
            )
        return archived.no_overview(self._owner, when)

    def now(self, stderr: Stderr, settings: Settings) -> tuple[int, Worth]:
        """Return what the account is worth now, and of when that is. Raise the failure where nothing could be read."""
        asked = [queries.SOURCES[name].endpoint for name in reckoning.asked_at_most(self._scope)]
        with (
            accounts.opened(settings, asked, stderr, sandbox_account=SANDBOX_ACCOUNT) as account,
            Reader(stderr) as reader,
            stderr.waiting("overview"),
        ):
            origin = settings.quote_origin
            chosen = [Chosen(account)]
            (outcome,) = reckoning.Run(
                stderr, reader, chosen, self._scope, quote_from=origin, reads_again=True
            ).outcomes()
        found = _found(outcome)
        if found.failed:
            names = ", ".join(each.source for each in found.failed)
            self.failure = errors.PartialError(
                f"{len(found.failed)} {'source' if len(found.failed) == 1 else 'sources'} could not be read: {names}.",
                hint="What both overviews know was compared; bnacct overview says why the rest could not be read.",
            )
        return found.read_from_ms or 0, Worth(found)

    def compared(self, before: Worth, after: Worth, wanted: Interval) -> tuple[list[Change], list[str]]:
        """Return what differs in what both overviews know, and what could not be compared, or failed in between."""
        now = "now" if wanted.until_ms is None else "after"
        common = comparable.common(before.found, after.found)
        notes = []
        if before.last_failure is not None and wanted.until_ms is None:
            notes.append(archived.failed_later(before.failed_since, *before.last_failure, wanted.zone))
        if common.left_out:
            notes.append(f"Not compared: {_listed(_unknown(each, now) for each in common.left_out)}.")
        notes += _incomplete({"before": _lacks(before.found), now: _lacks(after.found)})
        found = comparison.changes(comparable.VIEW, common.before, common.after, lambda field: field != _QUANTITY)
        return found, notes

    def on_screen(self, found: list[Change]) -> tuple[list[Change], list[str]]:
        """Return the changes that a table shows, with values rounded, and a note on those too small to be seen."""
        quote = self._settings.quote
        shown = [self._rounded(change) if change.field in _VALUES else change for change in found]
        seen = [change for change in shown if change.field not in _VALUES or amounts.number(change.change) != 0]
        hidden = len(shown) - len(seen)
        if not hidden:
            return seen, []
        many = "1 valuation" if hidden == 1 else f"{hidden} valuations"
        return seen, [f"{many} changed by less than the table shows of {quote}: hidden; -o csv has all."]

    def _rounded(self, change: Change) -> Change:
        quote = self._settings.quote
        return change._replace(
            before=rounded(_text(change.before), quote),
            after=rounded(_text(change.after), quote),
            change=rounded(change.change, quote),
        )

    def _read(self, at_ms: int, outcome: Outcome) -> Overview | None:
        """Return the overview of a run, None where it has none. Raise `errors.UsageError` for a quote that is none."""
        try:
            return _found(outcome)
        except errors.UsageError:
            raise
        except errors.BnacctError as failure:
            self._failures.append((at_ms, failure))
            return None


def _found(outcome: Outcome) -> Overview:
    if outcome.found is None:
        raise outcome.failure or errors.BnacctError("An account has neither an overview nor a failure.")
    return outcome.found


def _lacks(found: Overview) -> str:
    """Return what a total lacks, "" where it is complete."""
    total = totals.of(found.document(holdings=False))
    return total.lacks if total.value is None else ""


def _incomplete(lacks: Mapping[str, str]) -> list[str]:
    """Return a note on the totals that are not complete, by what each lacks."""
    lacking = {when: text for when, text in lacks.items() if text}
    if len(lacking) < len(lacks):
        return [f"The total {when} is not complete, so it is unknown; {text}." for when, text in lacking.items()]
    parts = [f"{when}: {text}" for when, text in lacking.items()] if len(set(lacking.values())) > 1 else []
    return [f"Neither total is complete, so both are unknown; {'; '.join(parts) or lacking['before']}."]


def _unknown(wallet: comparable.Unknown, now: str) -> str:
    before, after = map(_shortfall, (wallet.before, wallet.after))
    if wallet.is_known_after:
        return f"{wallet.wallet} ({before} before)"
    if wallet.is_known_before:
        return f"{wallet.wallet} ({after} {now})"
    return f"{wallet.wallet} ({f'{before} both times' if before == after else f'{before} before, {after} {now}'})"


def _shortfall(status: str) -> str:
    """Return what is wrong with a wallet that is not known: one of a good status lacks a part."""
    return "read in part" if status in ("readable", "no endpoint") else status


def _listed(texts: Iterable[str]) -> str:
    named = list(texts)
    more = len(named) - _MOST_NAMED
    return ", ".join(named) if more <= 1 else f"{', '.join(named[:_MOST_NAMED])} and {more} more"


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
