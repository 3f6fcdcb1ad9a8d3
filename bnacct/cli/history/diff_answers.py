"""Compares for `history diff` the answers to one command: those that are kept, and that of now."""

from collections.abc import Mapping

from bnacct import errors
from bnacct.archive import LIVE, Archive, Found, Owner
from bnacct.cli import accounts, archived
from bnacct.cli.history.interval import Interval
from bnacct.cli.stderr import Stderr
from bnacct.queries import Query, Value
from bnacct.readings import Question, Reader
from bnacct.settings import Settings
from bnacct.views import comparison
from bnacct.views.comparison import Change


class Answers:
    """The answers of one account to one question."""

    # Either there is an answer, or the run fails.
    failure: errors.BnacctError | None = None

    def __init__(self, kept: Archive, owner: Owner, query: Query, parameters: Mapping[str, Value]) -> None:
        self._kept = kept
        self._owner = owner
        self._query = query
        self._parameters = parameters

    def last(self, at_ms: int) -> tuple[int, Found] | None:
        """Return the last answer kept at or before a time, and of when it is."""
        found = self._kept.last(self._owner, self._query, self._parameters, at_ms)
        return found and (found.reading.at_ms, found)

    def first_after(self, at_ms: int) -> tuple[int, Found] | None:
        """Return the first answer kept after a time, and of when it is."""
        found = self._kept.first_after(self._owner, self._query, self._parameters, at_ms)
        return found and (found.reading.at_ms, found)

    def missing(self, when: str) -> errors.ArchiveError:
        """Build the failure for a time of which no answer is kept."""
        return archived.nothing_kept(self._kept, self._owner, self._query, self._parameters, when)

    def now(self, stderr: Stderr, settings: Settings) -> tuple[int, Found]:
        """Return what the exchange answers, and of when it is."""
        with (
            accounts.opened(settings, [self._query.endpoint], stderr) as account,
            Reader(stderr) as reader,
            stderr.waiting(self._query.command),
        ):
            reading = reader.read(Question(account, self._query, self._parameters))
        return reading.at_ms, Found(reading, self._owner, "", LIVE)

    def compared(self, before: Found, after: Found, wanted: Interval) -> tuple[list[Change], list[str]]:
        """Return what differs, and until now, which later readings failed. Raise the failure of what is no answer."""
        found = comparison.changes(self._query.view, before.reading.document(), after.reading.document())
        return found, archived.failures(before, wanted.zone) if wanted.until_ms is None else []

    def on_screen(self, found: list[Change]) -> tuple[list[Change], list[str]]:
        """Return the changes that a table shows, which are all of them, and notes on the others."""
        return found, []
