"""Says things on stderr: notes, a line for each request, and failures in words or as JSON."""

import json
import sys

from bnacct import errors
from bnacct.output.cells import visible


class Words:
    """What the program says beside its data.

    In JSON mode a failure is one JSON object and nothing else, so notes are held back until the run has succeeded.
    """

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self.verbose = False
        self._held: list[str] = []

    def note(self, text: str) -> None:
        """Say something the user should know."""
        if self.as_json:
            self._held.append(text)
        else:
            _say(f"bnacct: {text}")

    def log(self, text: str) -> None:
        """Say something that was asked for with -v."""
        if self.verbose:
            _say(f"bnacct: {text}")

    def release(self) -> None:
        """Say what was held back."""
        held, self._held = self._held, []
        for text in held:
            _say(f"bnacct: {text}")

    def failure(self, error: errors.BnacctError) -> None:
        """Tell of the failure that ends the run."""
        if self.as_json:
            _say(json.dumps(error.as_json()), plain=True)
            return
        _say(f"bnacct: error: {error.message}")
        if error.retry_after_s is not None:
            _say(f"  The exchange asks to wait {error.retry_after_s:.0f} s.")
        if error.hint:
            _say(f"  {error.hint}")


def _filled(text: str) -> str:
    """Break lines between words, where a terminal would break them within."""
    import shutil
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


def _say(text: str, *, plain: bool = False) -> None:
    # stderr may be closed, full or gone: then there is nobody to tell.
    try:
        stream = sys.stderr
        encoding = stream.encoding or "utf-8"
        shown = text if plain else visible(text)
        if stream.isatty() and not plain:
            shown = _filled(shown)
        stream.write(shown.encode(encoding, "backslashreplace").decode(encoding) + "\n")
        stream.flush()
    except (AttributeError, OSError, ValueError):
        pass
