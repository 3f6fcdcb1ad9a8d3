"""Asks again and again: a table that refreshes in place on a terminal, readings one after the other in a pipe."""

import contextlib
import gc
import math
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from typing import Any, NoReturn

from bnacct import errors, output
from bnacct.cli.show import Question
from bnacct.cli.stderr import Words, filled
from bnacct.client import Client
from bnacct.endpoints import LIMITS, Endpoint
from bnacct.output import Reading

_LONGEST_BACKOFF_S = 300.0
# Failures that the next reading may not meet.
_PASSING = (errors.NetworkError, errors.RateLimitError, errors.ApiError, errors.ResponseError)

_ALTERNATE_SCREEN, _MAIN_SCREEN = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l"
_FROM_THE_TOP, _CLEAR_LINE, _CLEAR_BELOW = "\x1b[H", "\x1b[K", "\x1b[J"


def interval_s(text: str, endpoint: Endpoint, *, bounded: bool) -> float:
    """Return the seconds between readings. Raises `errors.UsageError` where they would spend the weight limit."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds < math.inf:
        raise errors.UsageError(f"--watch: {text!r} is not a number of seconds.")
    limit = LIMITS[endpoint.host].weight_per_minute
    smallest_s = endpoint.weight * 60 / limit
    if bounded and seconds < smallest_s:
        raise errors.UsageError(
            f"--watch: {text} s is too short; {endpoint.name} weighs {endpoint.weight} of {limit} a minute, "
            f"so the smallest interval is {smallest_s:g} s."
        )
    return seconds


def watch(words: Words, exchange: Client, question: Question, *, interval_s: float, count: int | None) -> None:
    """Show a reading every `interval_s` seconds, `count` times or until interrupted.

    A reading that fails is told, and the next goes on, later each time. Raises `errors.PartialError` at the end if
    some readings failed, and the failure itself if all did.
    """
    # A watch lives long enough to make garbage.
    gc.enable()
    words.animated = False
    in_place = (
        question.form == "table"
        and question.screen.is_terminal
        and not question.raw
        and os.environ.get("TERM", "dumb") != "dumb"
    )
    previous: Any = None
    failures: list[errors.BnacctError] = []
    body = b""
    number = shown = 0
    with _screen() if in_place else contextlib.nullcontext():
        while count is None or number < count:
            if number:
                words.pause(_wait_s(interval_s, failures))
            number += 1
            try:
                answer = exchange.call(question.endpoint, question.parameters)
                document = question.document(answer)
            except _PASSING as failure:
                if failure.http_status == 418:
                    raise  # a ban: each further call would make it longer
                failures.append(failure)
                if words.as_json:
                    words.failure(failure)
                else:
                    words.tell(_on_failure(number, failure, _wait_s(interval_s, failures), last=number == count))
                continue
            shown += 1
            question = _fitted(question)
            pieces, notes = question.rendered(answer, document, Reading(shown, previous))
            body = b"".join(pieces)
            if in_place:
                _redraw(question, body, notes)
            else:
                _append(words, question, body, notes, shown)
            previous, failures = document, []
    if in_place:
        output.write(sys.stdout, [body])
    failed = number - shown
    if failed and not shown:
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


def _fitted(question: Question) -> Question:
    """Return the question for the terminal as wide as it is now."""
    if question.screen.width is None:
        return question
    return question._replace(screen=question.screen._replace(width=shutil.get_terminal_size().columns))


def _redraw(question: Question, body: bytes, notes: list[str]) -> None:
    """Draw a reading over the one before. What is below the screen's last line is cut, and that is told."""
    encoding = question.screen.encoding
    clock = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime())
    lines = [f"bnacct {question.endpoint.name}, {clock}; Ctrl-C ends", "", *body.decode(encoding).splitlines()]
    lines += ["", *[line for note in notes for line in filled(note).splitlines()]]
    room = shutil.get_terminal_size().lines - 1
    if len(lines) > room:
        hidden = len(lines) - room + 1
        lines = [*lines[: room - 1], f"({hidden} more lines than the terminal has room for)"]
    drawn = _FROM_THE_TOP + "".join([f"{line}{_CLEAR_LINE}\n" for line in lines]) + _CLEAR_BELOW
    output.write(sys.stdout, [drawn.encode(encoding, "backslashreplace")])


def _append(words: Words, question: Question, body: bytes, notes: list[str], shown: int) -> None:
    """Write a reading after the one before: tables a blank line apart, bodies and documents a line each."""
    if question.raw:
        body += b"\n"
    elif question.form == "table" and shown > 1:
        body = b"\n" + body
    output.write(sys.stdout, [body])
    if shown == 1:
        for note in notes:
            words.note(note)


@contextlib.contextmanager
def _screen() -> Iterator[None]:
    """Use the terminal's second screen, so that the first is as it was when the watch ends, however it ends."""
    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    endings = {number: signal.signal(number, _end) for number in numbers}
    output.write(sys.stdout, [_ALTERNATE_SCREEN.encode()])
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            output.write(sys.stdout, [_MAIN_SCREEN.encode()])
        for number, before in endings.items():
            signal.signal(number, before)


def _end(number: int, _frame: object) -> NoReturn:
    """End as the signal would have it, but by way of `finally`."""
    raise SystemExit(128 + number)
