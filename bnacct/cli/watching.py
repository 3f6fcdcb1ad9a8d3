"""Asks again and again: a table that refreshes in place on a terminal, readings one after the other in a pipe."""

import contextlib
import gc
import math
import sys
import time
from collections.abc import Iterator
from typing import Any

from bnacct import errors, output
from bnacct.cli.connecting import Exchange
from bnacct.cli.reading import Question
from bnacct.cli.words import Words, filled
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


def watch(words: Words, exchange: Exchange, question: Question, *, interval_s: float, count: int | None) -> None:
    """Show a reading every `interval_s` seconds, `count` times or until interrupted.

    A reading that fails is told, and the next goes on, later each time. Raises `errors.PartialError` at the end if
    some readings failed, and the failure itself if all did.
    """
    # A watch lives long enough to make garbage.
    gc.enable()
    in_place = question.form == "table" and question.screen.is_terminal and not question.raw
    words.animated = False
    previous: Any = None
    failures: list[errors.BnacctError] = []
    rendered = b"", list[str]()
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
                failures.append(failure)
                words.tell(f"reading {number} failed: {failure.message}")
                continue
            shown += 1
            rendered = question.rendered(answer, document, Reading(shown, previous))
            _write(words, question, rendered, in_place, shown)
            previous, failures = document, []
    if in_place:
        output.write(sys.stdout, rendered[0])
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


def _write(words: Words, question: Question, rendered: tuple[bytes, list[str]], in_place: bool, shown: int) -> None:
    body, notes = rendered
    if in_place:
        clock = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime())
        heading = f"bnacct {question.endpoint.name}, {clock}; Ctrl-C ends\n\n"
        encoding = question.screen.encoding
        text = heading + body.decode(encoding) + "".join([f"\n{filled(note)}" for note in notes])
        drawn = _FROM_THE_TOP + text.replace("\n", f"{_CLEAR_LINE}\n") + _CLEAR_BELOW
        output.write(sys.stdout, drawn.encode(encoding, "backslashreplace"))
        return
    separator = b"\n" if question.form == "table" and shown > 1 and not question.raw else b""
    output.write(sys.stdout, separator + body)
    if shown == 1:
        for note in notes:
            words.note(note)


@contextlib.contextmanager
def _screen() -> Iterator[None]:
    """Use the terminal's second screen, so that the first is as it was when the watch ends, however it ends."""
    output.write(sys.stdout, _ALTERNATE_SCREEN.encode())
    try:
        yield
    finally:
        output.write(sys.stdout, _MAIN_SCREEN.encode())
