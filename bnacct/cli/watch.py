"""Asks again and again: a table that refreshes in place on a terminal, readings one after the other in a pipe."""

import contextlib
import gc
import math
import os
import shutil
import time
from collections.abc import Callable, Sequence
from typing import Any

from bnacct import errors
from bnacct.cli import streams
from bnacct.cli.display import Ask, Display
from bnacct.cli.second_screen import SecondScreen
from bnacct.cli.stderr import Stderr, filled
from bnacct.endpoints import Endpoint, counter, limit
from bnacct.output import Repeat
from bnacct.output.escapes import visible

_LONGEST_BACKOFF_S = 300.0
# From here on, a float would be written with an exponent.
_MANY_S = 100_000.0
# Failures that the next reading may not meet.
_PASSING = (errors.NetworkError, errors.RateLimitError, errors.ApiError, errors.ResponseError)
# How many lines of what is said meanwhile a screen shows below its table.
_MOST_SAID = 3


def interval_s(text: str, endpoints: Sequence[Endpoint], accounts: int = 1) -> float:
    """Return the seconds between readings. Raises `errors.UsageError` where they would spend a weight limit.

    `endpoints` are what one reading asks for each of so many accounts.
    """
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds < math.inf:
        raise errors.UsageError(f"--watch: {text!r} is not a number of seconds.")
    smallest_s, endpoint = _smallest_s(endpoints, accounts)
    if seconds < smallest_s:
        each = f" for each of {accounts} accounts" if accounts > 1 else ""
        raise errors.UsageError(
            f"--watch: {text} s is too short; {endpoint.name} weighs {endpoint.weight} of "
            f"{limit(endpoint).weight_per_minute} a minute{each}, so the smallest interval is {smallest_s:g} s."
        )
    return seconds


def _smallest_s(endpoints: Sequence[Endpoint], accounts: int) -> tuple[float, Endpoint]:
    """Return the shortest interval that spends no limit, and the heaviest endpoint of the limit that decides it."""
    pools: dict[str, list[Endpoint]] = {}
    for endpoint in endpoints:
        pools.setdefault(counter(endpoint), []).append(endpoint)
    found = []
    for pool in pools.values():
        # A limit of the account's own is not shared with others.
        times = 1 if pool[0].by_account else accounts
        seconds = sum(endpoint.weight for endpoint in pool) * times * 60 / limit(pool[0]).weight_per_minute
        found.append((seconds, max(pool, key=lambda endpoint: endpoint.weight)))
    return max(found, key=lambda pair: pair[0])


def watch(
    stderr: Stderr,
    ask: Ask,
    shown: Display,
    title: str,
    *,
    interval_s: float,
    count: int | None,
    keep: Callable[[], None] = lambda: None,
) -> None:
    """Show what `ask` returns every `interval_s` seconds, `count` times or until interrupted; `keep` follows each.

    A failed reading is reported and the watch goes on, each time later. Raises `errors.PartialError` at the end if
    some readings failed, and the failure itself if all did.
    """
    stderr.animated = False
    in_place = (
        shown.form == "table"
        and shown.screen.is_terminal
        and not shown.raw
        and os.environ.get("TERM", "dumb") != "dumb"
    )
    sink: _InPlace | _OneByOne = _InPlace(stderr, title, shown) if in_place else _OneByOne(stderr, shown)
    failures: list[errors.BnacctError] = []
    number = succeeded = 0
    with sink:
        while count is None or number < count:
            if number:
                stderr.pause(_wait_s(interval_s, failures))
            number += 1
            try:
                try:
                    answer, document = ask()
                except errors.BnacctError:
                    keep()
                    raise
                finally:
                    _collect()
            except _PASSING as failure:
                if failure.http_status == 418:
                    raise  # a ban: each further call would make it longer
                failures.append(failure)
                if stderr.as_json:
                    stderr.failure(failure)
                else:
                    stderr.tell(_on_failure(number, failure, _wait_s(interval_s, failures), last=number == count))
                sink.refresh()
                continue
            succeeded += 1
            sink.show(answer, document, succeeded)
            keep()
            failures = []
    failed = number - succeeded
    if failed and not succeeded:
        raise failures[-1]
    if failed:
        raise errors.PartialError(f"{failed} of {number} readings failed.")


def _wait_s(interval_s: float, failures: list[errors.BnacctError]) -> float:
    if not failures:
        return interval_s
    backoff_s: float = min(max(interval_s, 1.0) * 2 ** min(len(failures), 16), _LONGEST_BACKOFF_S)
    return max(interval_s, backoff_s, failures[-1].retry_after_s or 0.0)


def _on_failure(number: int, failure: errors.BnacctError, wait_s: float, *, last: bool) -> str:
    next_one = "" if last else f" The next is due in {_seconds(wait_s)} s."
    return f"reading {number} failed: {failure.message}{next_one}"


def _seconds(seconds: float) -> str:
    return f"{seconds:g}" if seconds < _MANY_S else f"{seconds:.0f}"


class _OneByOne(contextlib.ExitStack):
    """Writes each reading after the one before: tables a blank line apart, bodies and documents a line each."""

    def __init__(self, stderr: Stderr, shown: Display) -> None:
        super().__init__()
        self._stderr = stderr
        self._shown = shown
        self._previous: Any = None

    def show(self, answer: bytes, document: Any, number: int) -> None:
        shown = self._shown.fitted()
        pieces, notes = shown.rendered(answer, document, Repeat(number, self._previous))
        body = b"".join(pieces)
        if shown.raw:
            body += b"\n"
        elif shown.form == "table" and number > 1:
            body = b"\n" + body
        streams.write(shown.stream, [body])
        for note in notes if number == 1 else []:
            self._stderr.note(note, dim=True)
        self._previous = document

    def refresh(self) -> None:
        """Nothing is to be drawn again."""


def _collect() -> None:
    """Collect garbage from now on, since a watch lives long enough to make some; what is loaded by now is none."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


class _InPlace(contextlib.ExitStack):
    """Draws each reading over the one before, on a terminal's second screen.

    The title, totals and notices stay where rows have to be cut. At the end, and after Ctrl-C, the last reading is
    written whole to the first screen.
    """

    def __init__(self, stderr: Stderr, title: str, shown: Display) -> None:
        super().__init__()
        self._stderr = stderr
        self._title = title
        self._shown = shown
        self._latest: tuple[bytes, Any, Repeat] | None = None
        self._seen_at = ""
        self._previous: Any = None

    def __enter__(self) -> "_InPlace":
        self.push(self._leave)
        self._said = self.enter_context(self._stderr.aside())
        self._screen = self.enter_context(SecondScreen(self._shown.stream, self._shown.screen.encoding))
        return self

    def show(self, answer: bytes, document: Any, number: int) -> None:
        self._latest = answer, document, Repeat(number, self._previous)
        self._previous = document
        self._seen_at = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime())
        self._said.clear()
        self.refresh()

    def refresh(self) -> None:
        """Draw the latest reading, with what has been said since."""
        size = shutil.get_terminal_size()
        head = [*self._lines(", ".join([self._title, *[self._seen_at] * bool(self._seen_at), "Ctrl-C ends"]))]
        head += [line for note in self._stderr.noted for line in self._lines(note)]
        said = [line for text in self._said[-_MOST_SAID:] for line in self._lines(text.removeprefix("bnacct: "))]
        body, notes = self._rendered(size.lines - len(head) - len(said) - 3)
        foot = said + [line for note in notes for line in self._lines(note)]
        room = size.lines - len(head) - len(foot) - 3
        if len(body) > room:
            body = [*body[: max(room - 1, 0)], f"({len(body) - max(room - 1, 0)} more lines)"]
        self._screen.draw([*head, "", *body, *([""] if foot else []), *foot])

    def _rendered(self, lines: int) -> tuple[list[str], list[str]]:
        if self._latest is None:
            return [], []
        answer, document, repeat = self._latest
        shown = self._shown.fitted(max(lines, 1))
        pieces, notes = shown.rendered(answer, document, repeat)
        return b"".join(pieces).decode(shown.screen.encoding).splitlines(), notes

    def _leave(self, kind: type[BaseException] | None, *_: object) -> None:
        """Write the last reading to the first screen, unless a signal or a failure ends the watch."""
        if self._latest is None or not (kind is None or issubclass(kind, KeyboardInterrupt)):
            return
        answer, document, repeat = self._latest
        shown = self._shown.fitted()
        pieces, notes = shown.rendered(answer, document, repeat)
        streams.write(shown.stream, pieces)
        for note in notes:
            self._stderr.note(note, dim=True)

    def _lines(self, text: str) -> list[str]:
        return filled(visible(text)).splitlines()
