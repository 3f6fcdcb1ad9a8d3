"""Says things on stderr: notes, a line for each request, and failures, in words or as JSON."""

import contextlib
import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, TextIO

from bnacct import errors

if TYPE_CHECKING:
    from bnacct.cli.spinner import Spinner

_LONGEST_SLEEP_S = 0.5


class Stderr:
    """What the program says, apart from its data.

    In JSON mode a failure is one JSON object and nothing else, so notes are held back until the run has succeeded.
    `on_wait` is called when a request has been sent and its answer is awaited. `animated` says whether waiting may be
    shown: not where nobody looks, nor where a table is drawn in place. `noted` are the notes said so far, since what
    draws over them has to repeat them. `color` is the setting.
    """

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self.verbose = False
        self.quiet = False
        self.color = "auto"
        self.noted: list[str] = []
        self.animated = _is_terminal() and os.environ.get("TERM") != "dumb"
        self.on_wait: Callable[[], None] | None = None
        self._held: list[str] = []
        self._spinner: Spinner | None = None
        self._aside: list[str] | None = None

    def note(self, text: str, *, dim: bool = False) -> None:
        """Say something the user should know, unless no notices were asked for."""
        if self.quiet:
            return
        self.noted.append(text)
        if self.as_json:
            self._held.append(text)
        elif self._aside is None or not _is_terminal():
            self._say(f"bnacct: {text}", dim=dim)

    def warn(self, warnings: Iterable[str]) -> None:
        """Say what is not as it should be, though it does not stop the run."""
        for warning in warnings:
            self.note(f"warning: {warning}")

    def log(self, text: str) -> None:
        """Say something that was asked for with -v."""
        if self.verbose:
            self.tell(text)

    def tell(self, text: str) -> None:
        """Say something at once, whatever the format."""
        self._say(f"bnacct: {text}")

    @contextlib.contextmanager
    def aside(self) -> Iterator[list[str]]:
        """Yield a list that takes what is said while a terminal shows another screen; notes are said at its end."""
        texts: list[str] = []
        before, self._aside = len(self.noted), texts
        try:
            yield texts
        finally:
            self._aside = None
            if _is_terminal():
                late, self.noted = self.noted[before:], self.noted[:before]
                for text in late:
                    self.note(text)

    def release(self) -> None:
        """Say what was held back."""
        held, self._held = self._held, []
        for text in held:
            self.tell(text)

    def failure(self, error: errors.BnacctError) -> None:
        """Tell of the failure that ends the run."""
        if self.as_json:
            _write(json.dumps(error.as_json()) + "\n")
            return
        self.tell(f"error: {error.message}")
        if error.retry_after_s is not None:
            self._say(f"  The exchange asks to wait {error.retry_after_s:.0f} s.")
        if error.hint:
            self._say(f"  {error.hint}")

    @contextlib.contextmanager
    def waiting(self, what: str) -> Iterator[None]:
        """Show on a terminal that an answer is being waited for, once it takes long; gone without trace when done."""
        if not self.animated or self.verbose:
            yield
            return
        from bnacct.cli.spinner import Spinner

        spinner = Spinner(f"Waiting for {what}", _write)
        self._spinner = spinner
        try:
            with spinner:
                yield
        finally:
            self._spinner = None

    def meanwhile(self) -> None:
        """Do what is to be done while an answer is awaited."""
        if self.on_wait is not None:
            self.on_wait()

    def pause(self, seconds: float) -> None:
        """Wait, counting down where waiting is shown."""
        with self._spinner.counting_down(seconds) if self._spinner else contextlib.nullcontext():
            ends = time.monotonic() + seconds
            # In steps: a signal that arrives just before a sleep begins does not interrupt it.
            while (left_s := ends - time.monotonic()) > 0:
                time.sleep(min(left_s, _LONGEST_SLEEP_S))

    def _say(self, text: str, *, dim: bool = False) -> None:
        if self._aside is not None and _is_terminal():
            self._aside.append(text)
            return
        from bnacct.output.escapes import visible

        shown = visible(text)
        line = (filled(shown) if _is_terminal() else shown) + "\n"
        if dim and _is_terminal() and colored(self.color, sys.stderr):
            line = f"\x1b[2m{line[:-1]}\x1b[0m\n"
        if self._spinner:
            self._spinner.say(line)
        else:
            _write(line)


def colored(color: str, stream: TextIO) -> bool:
    """Return whether a stream gets colours. NO_COLOR and FORCE_COLOR count where `color` is auto, any text being a yes."""
    if color != "auto":
        return color == "always"
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (stream.isatty() and os.environ.get("TERM") != "dumb")


def filled(text: str) -> str:
    """Break a line between words, where a terminal would break it within."""
    import textwrap

    indent = " " * (len(text) - len(text.lstrip()))
    return textwrap.fill(
        text.lstrip(),
        max(shutil.get_terminal_size().columns, 20),
        initial_indent=indent,
        subsequent_indent="  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _write(text: str) -> None:
    # stderr may be closed, full or gone: then there is nobody to tell.
    with contextlib.suppress(AttributeError, ValueError):
        encoding = sys.stderr.encoding or "utf-8"
        try:
            sys.stderr.write(text.encode(encoding, "backslashreplace").decode(encoding))
            sys.stderr.flush()
        except OSError:
            # Else the interpreter would try again at its end, and change the exit status.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def _is_terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()
