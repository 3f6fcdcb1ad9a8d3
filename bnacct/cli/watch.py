"""Asks again and again: a table that refreshes in place on a terminal, readings one after the other in a pipe."""

import contextlib
import gc
import math
import os
import shutil
import time
from typing import Any

from bnacct import errors
from bnacct.cli import streams
from bnacct.cli.display import Display
from bnacct.cli.second_screen import SecondScreen
from bnacct.cli.stderr import Stderr, filled
from bnacct.endpoints import LIMITS, Endpoint
from bnacct.output import Repeat
from bnacct.output.cells import visible
from bnacct.readings import Question, Reader, Reading

_LONGEST_BACKOFF_S = 300.0
# Failures that the next reading may not meet.
_PASSING = (errors.NetworkError, errors.RateLimitError, errors.ApiError, errors.ResponseError)
# How many lines of what is said meanwhile a screen shows below its table.
_MOST_SAID = 3


def interval_s(text: str, endpoint: Endpoint) -> float:
    """Return the seconds between readings. Raises `errors.UsageError` where they would spend the weight limit."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds < math.inf:
        raise errors.UsageError(f"--watch: {text!r} is not a number of seconds.")
    limit = LIMITS[endpoint.host].weight_per_minute
    smallest_s = endpoint.weight * 60 / limit
    if seconds < smallest_s:
        raise errors.UsageError(
            f"--watch: {text} s is too short; {endpoint.name} weighs {endpoint.weight} of {limit} a minute, "
            f"so the smallest interval is {smallest_s:g} s."
        )
    return seconds


def watch(
    stderr: Stderr, reader: Reader, question: Question, shown: Display, *, interval_s: float, count: int | None
) -> None:
    """Show a reading every `interval_s` seconds, `count` times or until interrupted.

    A failed reading is reported and the watch goes on, each time later. Raises `errors.PartialError` at the end if
    some readings failed, and the failure itself if all did.
    """
    # A watch lives long enough to make garbage.
    gc.enable()
    stderr.animated = False
    in_place = (
        shown.form == "table"
        and shown.screen.is_terminal
        and not shown.raw
        and os.environ.get("TERM", "dumb") != "dumb"
    )
    sink: _InPlace | _OneByOne = _InPlace(stderr, question, shown) if in_place else _OneByOne(stderr, shown)
    failures: list[errors.BnacctError] = []
    number = succeeded = 0
    with sink:
        while count is None or number < count:
            if number:
                stderr.pause(_wait_s(interval_s, failures))
            number += 1
            try:
                reading = reader.read(question)
                document = reading.document()
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
            sink.show(reading, document, succeeded)
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
    next_one = "" if last else f" The next is due in {wait_s:g} s."
    return f"reading {number} failed: {failure.message}{next_one}"


class _OneByOne(contextlib.ExitStack):
    """Writes each reading after the one before: tables a blank line apart, bodies and documents a line each."""

    def __init__(self, stderr: Stderr, shown: Display) -> None:
        super().__init__()
        self._stderr = stderr
        self._shown = shown
        self._previous: Any = None

    def show(self, reading: Reading, document: Any, number: int) -> None:
        shown = self._shown.fitted()
        pieces, notes = shown.rendered(reading.answered().body, document, Repeat(number, self._previous))
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


class _InPlace(contextlib.ExitStack):
    """Draws each reading over the one before, on a terminal's second screen.

    The title, totals and notices stay where rows have to be cut. At the end, and after Ctrl-C, the last reading is
    written whole to the first screen.
    """

    def __init__(self, stderr: Stderr, question: Question, shown: Display) -> None:
        super().__init__()
        self._stderr = stderr
        self._title = _title(question)
        self._shown = shown
        self._latest: tuple[Reading, Any, Repeat] | None = None
        self._seen_at = ""
        self._previous: Any = None

    def __enter__(self) -> "_InPlace":
        self.push(self._leave)
        self._said = self.enter_context(self._stderr.aside())
        self._screen = self.enter_context(SecondScreen(self._shown.stream, self._shown.screen.encoding))
        return self

    def show(self, reading: Reading, document: Any, number: int) -> None:
        self._latest = reading, document, Repeat(number, self._previous)
        self._previous = document
        self._seen_at = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime())
        self._said.clear()
        self.refresh()

    def refresh(self) -> None:
        """Draw the latest reading, with what has been said since."""
        size = shutil.get_terminal_size()
        head = [*self._lines(", ".join([*self._title, *[self._seen_at] * bool(self._seen_at), "Ctrl-C ends"]))]
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
        reading, document, repeat = self._latest
        shown = self._shown.fitted(max(lines, 1))
        pieces, notes = shown.rendered(reading.answered().body, document, repeat)
        return b"".join(pieces).decode(shown.screen.encoding).splitlines(), notes

    def _leave(self, kind: type[BaseException] | None, *_: object) -> None:
        """Write the last reading to the first screen, unless a signal or a failure ends the watch."""
        if self._latest is None or not (kind is None or issubclass(kind, KeyboardInterrupt)):
            return
        reading, document, repeat = self._latest
        shown = self._shown.fitted()
        pieces, notes = shown.rendered(reading.answered().body, document, repeat)
        streams.write(shown.stream, pieces)
        for note in notes:
            self._stderr.note(note, dim=True)

    def _lines(self, text: str) -> list[str]:
        return filled(visible(text)).splitlines()


def _title(question: Question) -> list[str]:
    """Return what a screen names: command, account and environment."""
    settings = question.account.settings
    environment = settings.environment
    if environment == "sandbox":
        environment += f" ({settings.sandbox_account})"
    account = question.account.name or ("" if settings.environment == "sandbox" else settings.credentials.source)
    return [f"bnacct {question.query.command}", *[account] * bool(account), environment]
