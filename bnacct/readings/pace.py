"""Keeps many accounts within the weight that one address may spend in a minute. It knows no clock, and does not wait."""

import threading
from collections.abc import Iterable
from typing import NamedTuple

from bnacct import errors
from bnacct.queries import Query
from bnacct.readings.terms import Question, Reading

_MINUTE_MS = 60_000
_UNANSWERED = (errors.NetworkError, errors.ConfigError)

# What counts weight: an address of the exchange, and the name of one of its counters.
_Place = tuple[str, str]


class Shortage(NamedTuple):
    """Why an account has to wait for the next minute: what it asks with `query` weighs so much of what a minute has."""

    query: Query
    weight: int
    weight_per_minute: int


class Reserved:
    """The weight that an account under way may still spend, by what counts it."""

    def __init__(self, weights: dict[_Place, int]) -> None:
        self.weights = weights


class _Need(NamedTuple):
    weight: int
    heaviest: Query


class _Used(NamedTuple):
    minute: int
    weight: int


class Pace:
    """The weight used in this minute, as the last answers said, and what accounts under way may still add to it.

    How many pages an answer has is not known before: each account is taken to have as many as any had so far.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._used: dict[_Place, _Used] = {}
        self._reserved: list[Reserved] = []
        self._pages: dict[str, int] = {}

    def begin(self, at_most: Iterable[Question], now_ms: int) -> Reserved | Shortage:
        """Reserve what an account may ask. Where a minute has not that much left, return why, and reserve nothing.

        Where nothing is used, nothing is refused: what does not fit then would not fit later, either.
        """
        with self._lock:
            needs = self._needs(at_most)
            for place, need in needs.items():
                spent = self._spent(place, now_ms) + sum(each.weights.get(place, 0) for each in self._reserved)
                limit = need.heaviest.weight_per_minute
                if spent and spent + need.weight > limit:
                    return Shortage(need.heaviest, need.weight, limit)
            reserved = Reserved({place: need.weight for place, need in needs.items()})
            self._reserved.append(reserved)
            return reserved

    def read(self, reserved: Reserved, question: Question, reading: Reading, now_ms: int) -> None:
        """Take in an answer: what it weighed is no longer reserved, as what it says is used holds it."""
        place = _place(question)
        if place is None:
            return
        with self._lock:
            expected = self._weight(question.query)
            reserved.weights[place] = max(reserved.weights.get(place, 0) - expected, 0)
            pages = len(reading.answer.pages) if reading.answer is not None else 0
            operation = question.query.operation
            self._pages[operation] = max(self._pages.get(operation, 1), pages)
            spent, told = self._spent(place, now_ms), reading.answer and reading.answer.weight_used
            # Answers may overtake each other. One that does not say has been counted all the same, but where no host has
            # answered there is nothing to wait for: if it counted, its next answer says so.
            answers = max(pages, 0 if isinstance(reading.failure, _UNANSWERED) else 1)
            weight = max(spent, told) if told is not None else spent + question.query.weight * answers
            self._used[place] = _Used(now_ms // _MINUTE_MS, weight)

    def end(self, reserved: Reserved) -> None:
        """Give back what an account did not come to ask."""
        with self._lock:
            self._reserved.remove(reserved)

    def _needs(self, at_most: Iterable[Question]) -> dict[_Place, _Need]:
        needs: dict[_Place, _Need] = {}
        for question in at_most:
            place, query = _place(question), question.query
            if place is not None:
                before = needs.get(place, _Need(0, query))
                heaviest = max(before.heaviest, query, key=self._weight)
                needs[place] = _Need(before.weight + self._weight(query), heaviest)
        return needs

    def _weight(self, query: Query) -> int:
        return query.weight * self._pages.get(query.operation, 1)

    def _spent(self, place: _Place, now_ms: int) -> int:
        used = self._used.get(place)
        return used.weight if used is not None and used.minute == now_ms // _MINUTE_MS else 0


def left_of_minute_ms(now_ms: int) -> int:
    """Return how long this minute lasts from now on: counts start anew with each minute of the exchange's clock."""
    return _MINUTE_MS - now_ms % _MINUTE_MS


def _place(question: Question) -> _Place | None:
    """Return what counts a question's weight, None where that is not the address: an account's own, or no host.

    Hosts that count together are known by the one that gives its name to the count.
    """
    if question.query.endpoint.by_account:
        return None
    try:
        return question.account.settings.base_url(question.query.pool), question.query.counter
    except errors.BnacctError:
        return None
