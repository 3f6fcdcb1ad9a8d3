"""Carries out errands: questions of which the next depend on what has been answered, for several accounts at once."""

import threading
import time
from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from bnacct import errors
from bnacct.readings.errand import Errand
from bnacct.readings.terms import Question, Reading
from bnacct.readings.workers import side_by_side

if TYPE_CHECKING:
    from bnacct.readings.reader import Reader


class _Task(NamedTuple):
    number: int
    name: str
    question: Question


class Round:
    """One run of errands. Workers take what is to be asked in the order in which it became known."""

    def __init__(self, reader: "Reader", errands: Sequence[Errand], stopped: dict[str, errors.BnacctError]) -> None:
        self._reader = reader
        self._errands = errands
        self._readings: list[dict[str, Reading]] = [{} for _ in errands]
        self._taken: list[list[str]] = [[] for _ in errands]
        self._tasks: deque[_Task] = deque()
        self._running = 0
        self._is_broken = False
        self._stopped = stopped
        self._changed = threading.Condition()

    def run(self) -> list[dict[str, Reading]]:
        """Return the readings of each errand by name, in the order in which they were asked for."""
        for number in range(len(self._errands)):
            self._plan(number)
        side_by_side(self._work)
        return [
            {name: readings[name] for name in taken}
            for readings, taken in zip(self._readings, self._taken, strict=True)
        ]

    def _plan(self, number: int) -> None:
        asked = self._errands[number].next(self._readings[number])
        for name, question in asked.items():
            if name not in self._taken[number]:
                self._taken[number].append(name)
                self._tasks.append(_Task(number, name, question))

    def _work(self) -> None:
        try:
            while (task := self._next_task()) is not None:
                self._done(task, self._read(task))
        except BaseException:
            with self._changed:
                self._is_broken = True
                self._changed.notify_all()
            raise

    def _next_task(self) -> _Task | None:
        """Return what to ask next, waiting for it while others may still call for more; None at the end."""
        with self._changed:
            while not self._tasks and self._running and not self._is_broken:
                self._changed.wait()
            if not self._tasks or self._is_broken:
                return None
            self._running += 1
            return self._tasks.popleft()

    def _read(self, task: _Task) -> Reading:
        pool = task.question.query.pool
        with self._changed:
            stopped = self._stopped.get(pool)
        if stopped is not None:
            return _unsent(task.question, stopped)
        reading = self._reader.read(task.question, self._errands[task.number].deadline)
        if isinstance(reading.failure, errors.RateLimitError):
            with self._changed:
                self._stopped.setdefault(pool, reading.failure)
        return reading

    def _done(self, task: _Task, reading: Reading) -> None:
        with self._changed:
            self._readings[task.number][task.name] = reading
            self._plan(task.number)
            self._running -= 1
            self._changed.notify_all()


def _unsent(question: Question, failure: errors.BnacctError) -> Reading:
    """Return the reading of a question that was not sent, since its host had refused another for too much weight."""
    unsent = errors.RateLimitError(
        f"Not sent, as the exchange had asked to wait: {failure.message}",
        hint=failure.hint,
        binance_code=failure.binance_code,
        http_status=failure.http_status,
        retry_after_s=failure.retry_after_s,
    )
    at_ms = time.time_ns() // 1_000_000
    return Reading(question.query, question.account.name, at_ms, failure=unsent, parameters=question.asked)
