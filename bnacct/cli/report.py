"""The report of `doctor`: a check, and the lines that show it to a person."""

import textwrap
from typing import NamedTuple

from bnacct import errors, views
from bnacct.output import Screen
from bnacct.output.escapes import visible

OK, WARNING, SKIPPED = "ok", "warning", "skipped"
NOT_PERMITTED, NOT_OPENED, FAILED = "not permitted", "not opened", "failed"

_STATUS_WIDTH, _NAME_WIDTH = 13, 22
# Where less is left for what was found, that gets lines of its own.
_LEAST_ROOM = 30


_COLORS = {OK: "\x1b[32m", WARNING: "\x1b[33m", SKIPPED: "\x1b[2m"}
_RED, _NO_COLOR = "\x1b[31m", "\x1b[0m"


class Check(NamedTuple):
    """One line of the report; `failure` is what an unwell one ended in."""

    check: str
    status: str
    detail: str
    hint: str = ""
    failure: errors.BnacctError | None = None

    @property
    def row(self) -> views.Row:
        return {"check": self.check, "status": self.status, "detail": self.detail, "hint": self.hint}


class Lines:
    """Writes each check as lines for a person: status, what was checked, and what was found, in columns.

    A hint is given once: what has one cause often fails several checks.
    """

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self._hints: set[str] = set()

    def of(self, check: Check) -> str:
        """Return the lines of a check."""
        status = f"{check.status:<{_STATUS_WIDTH}}"
        if self.screen.color:
            status = f"{_COLORS.get(check.status, _RED)}{status}{_NO_COLOR}"
        texts = [visible(check.detail)]
        if check.hint and check.hint not in self._hints:
            self._hints.add(check.hint)
            texts.append(visible(check.hint))
        name = visible(check.check)
        indent, parts = self._arranged(name, texts)
        return f"{status}  {parts[0]}\n" + "".join([f"{' ' * indent}{part}\n" for part in parts[1:]])

    def _arranged(self, name: str, texts: list[str]) -> tuple[int, list[str]]:
        """Return how far lines are indented, and the lines; the first without its status."""
        indent = _STATUS_WIDTH + 2 + _NAME_WIDTH + 2
        room = (self.screen.width or 0) - indent
        if not self.screen.width:
            first, *others = texts
            return indent, [f"{name:<{_NAME_WIDTH}}  {first}", *others]
        if room < _LEAST_ROOM or len(name) > _NAME_WIDTH:
            # Too narrow for a column of its own: what was found stands below what was checked.
            indent = 4 if room < _LEAST_ROOM else indent
            return indent, [name, *[line for text in texts for line in self._wrapped(text, indent)]]
        first, *others = [line for text in texts for line in self._wrapped(text, indent)]
        return indent, [f"{name:<{_NAME_WIDTH}}  {first}", *others]

    def _wrapped(self, text: str, indent: int) -> list[str]:
        width = max((self.screen.width or 0) - indent, _LEAST_ROOM)
        return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False) or [""]
