"""Asks again and again: a table that refreshes in place on a terminal, readings one after the other in a pipe."""

import contextlib
import gc
import math
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any, NoReturn

from bnacct import errors
from bnacct.cli import streams
from bnacct.cli.display import Ask, Display
from bnacct.cli.stderr import Stderr, filled
from bnacct.endpoints import POOLS, Endpoint, limit
from bnacct.output import Repeat

_LONGEST_BACKOFF_S = 300.0
# From here on, a float would be written with an exponent.
_MANY_S = 100_000.0
# Failures that the next reading may not meet.
_PASSING = (errors.NetworkError, errors.RateLimitError, errors.ApiError, errors.ResponseError)

_ALTERNATE_SCREEN, _MAIN_SCREEN = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l"
_FROM_THE_TOP, _CLEAR_LINE, _CLEAR_BELOW = "\x1b[H", "\x1b[K", "\x1b[J"


def interval_s(text: str, endpoints: Sequence[Endpoint], accounts: int = 1, *, bounded: bool) -> float:
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
    if bounded and seconds < smallest_s:
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
        counted = endpoint.path if endpoint.path.startswith("/sapi/") else POOLS.get(endpoint.host, endpoint.host)
        pools.setdefault(counted, []).append(endpoint)
    found = []
    for pool in pools.values():
        # A limit of the account's own is not shared with others.
        times = 1 if pool[0].by_account else accounts
        seconds = sum(endpoint.weight for endpoint in pool) * times * 60 / limit(pool[0]).weight_per_minute
        found.append((seconds, max(pool, key=lambda endpoint: endpoint.weight)))
    return max(found, key=lambda pair: pair[0])


def watch(stderr: Stderr, ask: Ask, shown: Display, title: str, *, interval_s: float, count: int | None) -> None:
    """Show what `ask` returns every `interval_s` seconds, `count` times or until interrupted.

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
    previous: Any = None
    failures: list[errors.BnacctError] = []
    body = b""
    number = succeeded = 0
    with _screen() if in_place else contextlib.nullcontext():
        while count is None or number < count:
            if number:
                stderr.pause(_wait_s(interval_s, failures))
            number += 1
            try:
                answer, document = ask()
            except _PASSING as failure:
                if failure.http_status == 418:
                    raise  # a ban: each further call would make it longer
                failures.append(failure)
                if stderr.as_json:
                    stderr.failure(failure)
                else:
                    stderr.tell(_on_failure(number, failure, _wait_s(interval_s, failures), last=number == count))
                continue
            succeeded += 1
            shown = shown.fitted()
            pieces, notes = shown.rendered(answer, document, Repeat(succeeded, previous))
            body = b"".join(pieces)
            if in_place:
                _redraw(title, shown, body, notes)
            else:
                _append(stderr, shown, body, notes, succeeded)
            previous, failures = document, []
    if in_place:
        streams.write(shown.stream, [body])
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


def _redraw(title: str, shown: Display, body: bytes, notes: list[str]) -> None:
    """Draw a reading over the one before. Lines below the last line of the screen are cut, with a notice."""
    encoding = shown.screen.encoding
    clock = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime())
    lines = [f"bnacct {title}, {clock}; Ctrl-C ends", "", *body.decode(encoding).splitlines()]
    lines += ["", *[line for note in notes for line in filled(note).splitlines()]]
    room = shutil.get_terminal_size().lines - 1
    if len(lines) > room:
        hidden = len(lines) - room + 1
        lines = [*lines[: room - 1], f"({hidden} more lines than the terminal has room for)"]
    drawn = _FROM_THE_TOP + "".join([f"{line}{_CLEAR_LINE}\n" for line in lines]) + _CLEAR_BELOW
    streams.write(shown.stream, [drawn.encode(encoding, "backslashreplace")])


def _append(stderr: Stderr, shown: Display, body: bytes, notes: list[str], number: int) -> None:
    """Write a reading after the one before: tables a blank line apart, bodies and documents a line each."""
    if shown.raw:
        body += b"\n"
    elif shown.form == "table" and number > 1:
        body = b"\n" + body
    streams.write(shown.stream, [body])
    if number == 1:
        for note in notes:
            stderr.note(note)


@contextlib.contextmanager
def _screen() -> Iterator[None]:
    """Use the terminal's second screen, so that the first is as it was when the watch ends, however it ends."""
    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    endings = {number: signal.signal(number, _end) for number in numbers}
    streams.write(sys.stdout, [_ALTERNATE_SCREEN.encode()])
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            streams.write(sys.stdout, [_MAIN_SCREEN.encode()])
        for number, before in endings.items():
            signal.signal(number, before)


def _end(number: int, _frame: object) -> NoReturn:
    """End as the signal would have it, but by way of `finally`."""
    raise SystemExit(128 + number)
