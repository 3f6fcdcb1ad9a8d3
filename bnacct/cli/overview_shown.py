"""Shows overviews: of one account, or of several with their grand total; and says what is missing."""

from collections.abc import Sequence
from typing import Any

from bnacct import errors, worth
from bnacct.cli.display import Display
from bnacct.cli.reckoning import Outcome, Run
from bnacct.cli.stderr import Stderr
from bnacct.views import OVERVIEW
from bnacct.worth import Overview

# On stderr, beside the line about what a table hides.
_MOST_NOTES = 1


class OfOne:
    """Shows the overview of one account."""

    def __init__(self, run: Run, shown: Display) -> None:
        self.shown = shown
        self._run = run
        self._last: Overview | None = None

    def ask(self) -> tuple[bytes, Any]:
        """Return the document. Raise the failure where nothing could be read."""
        (outcome,) = self._run.outcomes()
        if outcome.found is None:
            raise outcome.failure or errors.BnacctError("An account has neither an overview nor a failure.")
        self._last = outcome.found
        _say(self._run.stderr, outcome.found)
        # Holdings are thousands of rows that no table shows unless it is asked for them.
        is_brief = self.shown.form == "table" and self.shown.selection.section is None
        return b"", outcome.found.document(holdings=not is_brief)

    def failure(self) -> errors.PartialError | None:
        """Return what the run ends in although there is an overview."""
        return _partial([] if self._last is None else [("", self._last)])


class OfSeveral:
    """Shows the overviews of several accounts, and their grand total."""

    def __init__(self, run: Run, shown: Display) -> None:
        from bnacct.cli.several import displayed

        is_blocks = shown.form == "table" and shown.selection.section is None
        self.shown = shown if is_blocks else displayed(shown)
        self._is_blocks = is_blocks
        self._run = run
        self._outcomes: list[Outcome] = []

    def ask(self) -> tuple[bytes, Any]:
        """Return the document. Raise the first failure where nothing could be read."""
        from bnacct.cli import several

        self._outcomes = self._run.outcomes()
        stderr = self._run.stderr
        several.tell_failures(stderr, self._outcomes)
        for each in self._outcomes:
            if each.found is not None:
                _say(stderr, each.found, each.account)
        documents = [
            several.Outcome(each.account, each.found and each.found.document(), each.failure) for each in self._outcomes
        ]
        total = self._grand_total()
        if self._is_blocks:
            return b"", {
                "grandTotal": total,
                "accounts": [(each.account, each.document) for each in documents if each.document],
            }
        stderr.note(total["words"])
        return b"", several.document(documents, OVERVIEW, self.shown)

    def failure(self) -> errors.BnacctError | None:
        """Return what the run ends in: the first failure where no account was read, else that some parts were not."""
        from bnacct.cli import several

        found = [(each.account, each.found) for each in self._outcomes if each.found is not None]
        return several.ending(self._outcomes) or _partial(found)

    def _grand_total(self) -> dict[str, Any]:
        from bnacct.worth.exact import value_text

        total = worth.grand_total(
            [worth.Counted(each.account, each.key or each.account, each.uid, each.found) for each in self._outcomes]
        )
        for note in total.notes:
            self._run.stderr.note(note)
        quote = self._run.scope.quote
        bound = {"exact": "Total", "at least": "At least", "unknown": "Partial"}[total.bound]
        accounts = "account" if total.asked == 1 else "accounts"
        of = f"of {total.read} of {total.asked}" if total.read < total.asked else f"of {total.asked}"
        of = f"{of} {accounts}"
        value = value_text(total.value)
        return {
            "word": bound,
            "value": value,
            "quote": quote,
            "of": of,
            "words": f"{bound} {value or '?'} {quote} {of}.",
        }


def _say(stderr: Stderr, found: Overview, account: str = "") -> None:
    """Say what could not be read, and what differs from the exchange's own figures."""
    title = f"{account}: " if account else ""
    if not stderr.as_json:
        for each in found.failed:
            stderr.tell(f"{title}{each.source} could not be read: {each.reason}")
    notes = list(found.notes)
    if len(notes) > _MOST_NOTES and not stderr.verbose:
        notes = [" ".join(notes)]
    for note in notes:
        stderr.note(f"{title}{note}")


def _partial(found: Sequence[tuple[str, Overview]]) -> errors.PartialError | None:
    failed = [(account, each) for account, account_found in found for each in account_found.failed]
    if not failed:
        return None
    names = ", ".join(f"{account}: {each.source}" if account else each.source for account, each in failed)
    many = "source" if len(failed) == 1 else "sources"
    return errors.PartialError(
        f"{len(failed)} {many} could not be read: {names}.",
        hint="The total says what it lacks; -o json has the reason for each wallet.",
    )
