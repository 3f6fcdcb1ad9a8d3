"""Carries out errands: questions of which the next depend on what has been answered, for several accounts at once."""

import threading
import time
from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from bnacct import errors
from bnacct.readings.errand import Errand
from bnacct.readings.pace import Reserved, Shortage
from bnacct.readings.terms import Question, Reading
from bnacct.readings.workers import MOST_AT_ONCE, side_by_side

if TYPE_CHECKING:
    from bnacct.readings.reader import Reader


class _Task(NamedTuple):
    number: int
    name: str
    question: Question


class Round:
    """One run of errands. Workers take what is to be asked in the order in which it became known.

    An errand is begun only once a worker has nothing else to do: its time runs from its first request. `stopped` holds
    what hosts refused for too much weight, and gains what they refuse now; where it is None, nothing stops the others.
    """

    def __init__(
        self, reader: "Reader", errands: Sequence[Errand], stopped: dict[str, errors.BnacctError] | None
    ) -> None:
        self._reader = reader
        self._errands = errands
        self._readings: list[dict[str, Reading]] = [{} for _ in errands]
        self._taken: list[list[str]] = [[] for _ in errands]
        self._unbegun = deque(range(len(errands)))
        self._reserved: dict[int, Reserved] = {}
        self._tasks: deque[_Task] = deque()
        self._running = 0
        self._is_pausing = False
        self._is_broken = False
        self._stopped = stopped
        self._changed = threading.Condition()

    def run(self, most: int = MOST_AT_ONCE) -> list[dict[str, Reading]]:
        """Return the readings of each errand by name, in the order in which they were asked for.

        More than `most` workers are of no use.
        """
        try:
            side_by_side(self._work, most)
        finally:
            # After an interrupt, workers that still wait send nothing more.
            self._break()
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
        if len(self._taken[number]) == len(self._readings[number]):
            self._reader.pace.end(self._reserved.pop(number))

    def _work(self) -> None:
        try:
            while (task := self._next_task()) is not None:
                self._done(task, self._read(task))
        except BaseException:
            self._break()
            raise

    def _break(self) -> None:
        with self._changed:
            self._is_broken = True
            self._changed.notify_all()

    def _next_task(self) -> _Task | None:
        """Return what to ask next, waiting for it while others may still call for more; None at the end."""
        while True:
            with self._changed:
                shortage = self._begun()
                while not self._tasks and not self._is_broken and (self._running or self._is_pausing):
                    self._changed.wait()
                    shortage = self._begun()
                if self._tasks and not self._is_broken:
                    self._running += 1
                    return self._tasks.popleft()
                if self._is_broken or shortage is None:
                    return None
                self._is_pausing = True
            # Nothing is under way, and what comes next does not fit into this minute.
            self._reader.wait_for_minute(shortage)
            with self._changed:
                self._is_pausing = False
                self._changed.notify_all()

    def _begun(self) -> Shortage | None:
        """Begin errands until there is something to ask. Return why the next one has to wait, if it has to."""
        while self._unbegun and not self._tasks:
            number = self._unbegun[0]
            errand = self._errands[number]
            sent = [each for each in errand.at_most if each.query.pool not in (self._stopped or {})]
            reserved = self._reader.pace.begin(sent, self._reader.now_ms())
            if isinstance(reserved, Shortage) and not (errand.deadline and errand.deadline.has_begun):
                return reserved
            self._unbegun.popleft()
            if isinstance(reserved, Reserved):
                self._reserved[number] = reserved
                self._plan(number)
        return None

    def _read(self, task: _Task) -> Reading:
        pool = task.question.query.pool
        with self._changed:
            stopped = (self._stopped or {}).get(pool)
        if stopped is not None:
            return _unsent(task.question, stopped)
        reading = self._reader.read(task.question, self._errands[task.number].deadline)
        with self._changed:
            self._reader.pace.read(self._reserved[task.number], task.question, reading, self._reader.now_ms())
            if self._stopped is not None and isinstance(reading.failure, errors.RateLimitError):
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
