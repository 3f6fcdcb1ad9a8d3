"""Adds up what accounts are worth for commands that run while nobody looks. What they have read is not asked again."""

from collections.abc import Mapping, Sequence
from typing import Any

from bnacct import errors, queries
from bnacct.cli import reckoning
from bnacct.cli.accounts import Chosen
from bnacct.cli.reckoning import Outcome
from bnacct.cli.stderr import Stderr
from bnacct.readings import Account, Errand, Question, Reader, Reading
from bnacct.worth import Scope

# Price tables are the same for all accounts.
_TABLES = frozenset(queries.SOURCES[name].operation for name in ("prices", "asset-index"))


class Totals:
    """Adds up accounts, some at a time. Prices are read once for all."""

    def __init__(self, stderr: Stderr, reader: Reader, scope: Scope, quote_from: str) -> None:
        self._stderr = stderr
        self._held = Held(reader)
        self._scope = scope
        self._quote_from = quote_from

    def of(
        self, chosen: Sequence[Chosen], readings: Sequence[Sequence[Reading]]
    ) -> tuple[list[Outcome], list[Reading]]:
        """Return what came of each account, and what had to be read beside the readings that there are."""
        self._held.hold([(each.account, found) for each, found in zip(chosen, readings, strict=True)])
        callable_ = [self._with_hosts(each) for each in chosen]
        run = reckoning.Run(
            self._stderr, self._held, callable_, self._scope, quote_from=self._quote_from, identified=False
        )
        try:
            outcomes = run.outcomes()
        except errors.BnacctError as failure:
            # No price could be read for the quote, or no market trades it.
            outcomes = [Outcome(each.account.name, None, each.failure or failure) for each in callable_]
        return outcomes, self._held.asked

    def _with_hosts(self, chosen: Chosen) -> Chosen:
        """Return an account with its failure, which is that of a host it does not have."""
        if chosen.failure is None:
            try:
                for name in reckoning.asked_at_most(self._scope):
                    chosen.account.settings.base_url(queries.SOURCES[name].endpoint.host)
            except errors.BnacctError as failure:
                return Chosen(chosen.account, failure)
        return chosen


class Held:
    """Answers questions with the readings that it holds, and asks a `Reader` only for the others."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._readings: dict[tuple[str, str, str], Reading] = {}
        self._tables: dict[tuple[str, str, str], Reading] = {}
        # What was asked since the last `hold`.
        self.asked: list[Reading] = []

    def hold(self, readings: Sequence[tuple[Account, Sequence[Reading]]]) -> None:
        """Hold these readings in place of those before. Price tables stay."""
        self.asked = []
        self._readings = {
            _place(account, each.query.operation, each.parameters): each
            for account, found in readings
            for each in found
        }

    def read(self, question: Question) -> Reading:
        """Return the reading of a question."""
        return self._find(question) or self._take(self._reader.read(question))

    def run(
        self, errands: Sequence[Errand], stopped: dict[str, errors.BnacctError] | None = None
    ) -> list[dict[str, Reading]]:
        """Carry out errands, and return the readings of each. A host that refused for too much weight is not asked."""
        stopped = {} if stopped is None else stopped
        for reading in self._readings.values():
            if isinstance(reading.failure, errors.RateLimitError):
                stopped.setdefault(reading.query.pool, reading.failure)
        held: list[dict[str, Reading]] = [{} for _ in errands]
        asking = [self._asking(errand, found) for errand, found in zip(errands, held, strict=True)]
        read = self._reader.run(asking, stopped)
        for readings in read:
            for reading in readings.values():
                self._take(reading)
        return [{**found, **readings} for found, readings in zip(held, read, strict=True)]

    def prepare(self, account: Account, hosts: Sequence[str]) -> None:
        """Open connections, unless there are readings: then those are open that are needed."""
        if not self._readings:
            self._reader.prepare(account, hosts)

    def _asking(self, errand: Errand, found: dict[str, Reading]) -> Errand:
        """Return an errand that asks for what is not held. What is held is put into `found`."""

        def next_(readings: Mapping[str, Reading]) -> dict[str, Question]:
            while True:
                wanted = errand.next({**found, **readings})
                new = {name: question for name, question in wanted.items() if name not in found}
                held = {name: self._find(question) for name, question in new.items() if name not in readings}
                known = {name: reading for name, reading in held.items() if reading is not None}
                if not known:
                    return new
                found.update(known)

        unknown = [question for question in errand.at_most if self._find(question) is None]
        return Errand(next_, errand.deadline, unknown)

    def _find(self, question: Question) -> Reading | None:
        place = _place(question.account, question.query.operation, question.asked)
        found = self._readings.get(place) or self._tables.get(place)
        return None if found is None else found._replace(query=question.query)

    def _take(self, reading: Reading) -> Reading:
        self.asked.append(reading)
        if reading.query.operation in _TABLES and reading.failure is None:
            self._tables["", reading.query.operation, _text(reading.parameters)] = reading
        return reading


def _place(account: Account, operation: str, parameters: Mapping[str, Any]) -> tuple[str, str, str]:
    return "" if operation in _TABLES else account.name, operation, _text(parameters)


def _text(parameters: Mapping[str, Any]) -> str:
    return str(sorted(parameters.items()))
