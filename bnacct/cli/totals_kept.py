"""Adds up the runs that the archive holds: what an account was worth, by the wallets and prices of one run."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from bnacct import errors, queries
from bnacct.archive import Archive, Owner, runs
from bnacct.archive.runs import Run
from bnacct.cli import reckoning
from bnacct.cli.accounts import Chosen
from bnacct.cli.reckoning import Outcome
from bnacct.cli.stderr import Stderr
from bnacct.readings import Account, Errand, Question, Reading
from bnacct.settings import Settings
from bnacct.worth import Scope

# Every overview asks it, and nothing else does.
MARK = queries.SOURCES["account-info"]


class Overviews:
    """The overviews of one account that an archive holds."""

    def __init__(self, stderr: Stderr, archive: Archive, owner: Owner, settings: Settings, scope: Scope) -> None:
        self._stderr = stderr
        self._archive = archive
        self._owner = owner
        self._account = Account(owner.name, settings)
        self._scope = scope

    def last(self, at_ms: int) -> tuple[int, Outcome] | None:
        """Return the last overview at or before a time, and of when it is."""
        run = runs.last(self._archive, self._owner, MARK, at_ms)
        return run and (run.at_ms, self._of(run))

    def first_after(self, at_ms: int) -> tuple[int, Outcome] | None:
        """Return the first overview after a time, and of when it is."""
        run = runs.first_after(self._archive, self._owner, MARK, at_ms)
        return run and (run.at_ms, self._of(run))

    def between(self, since_ms: int, until_ms: int) -> Iterator[tuple[int, Outcome]]:
        """Yield each overview within a time, and of when it is, the oldest first. One at a time is held."""
        for run in runs.between(self._archive, self._owner, MARK, since_ms, until_ms):
            yield run.at_ms, self._of(run)

    def _of(self, run: Run) -> Outcome:
        """Return the overview of a run. What is wrong with its quote is its failure, since others may have a price."""
        reader = KeptReader()
        reader.add(self._archive, run, self._account, self._owner)
        origin = self._account.settings.quote_origin
        adding = reckoning.Run(
            self._stderr, reader, [Chosen(self._account)], self._scope, quote_from=origin, key=reader.key
        )
        try:
            (outcome,) = adding.outcomes()
        except errors.BnacctError as failure:
            return Outcome(self._account.name, None, failure)
        return outcome


class KeptReader:
    """Answers questions from what the archive holds, as a `Reader` does from the exchange; sends nothing."""

    def __init__(self) -> None:
        self._readings: dict[_Place, Reading] = {}
        self._keys: dict[str, str] = {}

    def add(self, archive: Archive, run: Run, account: Account, owner: Owner) -> None:
        """Take in the readings of an account in a run; prices are those of all its accounts."""
        self._keys[account.name] = str(owner)
        for _, reading in runs.readings(archive, run.name, owner, of_all=queries.TABLES):
            self._readings[_place(account, reading.query.operation, reading.parameters)] = reading

    def key(self, account: Account) -> str:
        """Return what tells the key of an account from others, without having it."""
        return self._keys[account.name]

    def read(self, question: Question) -> Reading:
        """Return what is kept as the answer to a question; a failure where nothing is."""
        query, account = question.query, question.account
        found = self._readings.get(_place(account, query.operation, question.asked))
        if found is not None:
            return found._replace(query=query, account=account.name)
        failure = errors.ArchiveError("It was not read then.")
        return Reading(query, account.name, 0, failure=failure, parameters=question.asked)

    def run(self, errands: Sequence[Errand], _stopped: object = None) -> list[dict[str, Reading]]:
        """Carry out errands, each to its end."""
        return [self._errand(each) for each in errands]

    def prepare(self, _account: Account, _hosts: Sequence[str]) -> None:
        """Do nothing: there is no host to call."""

    def _errand(self, errand: Errand) -> dict[str, Reading]:
        readings: dict[str, Reading] = {}
        while new := {name: each for name, each in errand.next(readings).items() if name not in readings}:
            readings.update({name: self.read(question) for name, question in new.items()})
        return readings


class _Place(NamedTuple):
    """Where a reader finds an answer."""

    account: str
    operation: str
    parameters: str


def _place(account: Account, operation: str, parameters: Mapping[str, Any]) -> _Place:
    return _Place(account.name, operation, str(sorted(parameters.items())))
