"""Merges what is said beside tables into few lines: what is hidden and how to see it, and what marks mean.

On a terminal that is two lines where it can be: field names give way to their number, then sentences to short ones.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

_MOST_LINES = 2
# What stands before a notice on stderr.
_PREFIX = "bnacct: "


class Sentence(NamedTuple):
    """Something to say, and how it is said where there is little room; "" leaves it out."""

    text: str
    short: str


class Notices:
    """Gathers what tables hide and what their marks mean. `whole` is the option that shows every column whole."""

    def __init__(self, whole: str = "--wide") -> None:
        self.whole = whole
        self.hidden_rows = 0
        self.zeros_hidden = False
        self.no_room: list[str] = []
        self.zero_columns = 0
        self.every_day: list[str] = []
        self.empty: list[str] = []
        self.others: list[Sentence] = []
        self.meanings: list[str] = []

    def say(self, text: str, short: str | None = None) -> None:
        """Add a sentence, once."""
        sentence = Sentence(text, text if short is None else short)
        if sentence not in self.others:
            self.others.append(sentence)

    def texts(self, width: int | None) -> list[str]:
        """Return the notices: at most two, of two lines together for a screen of that width."""
        if width is None:
            whole = " ".join([sentence.text for sentence in self._sentences(len(self.no_room))])
            return [text for text in (whole, " ".join(self.meanings)) if text]
        text = next((text for text in self._attempts() if _lines(text, width) <= _MOST_LINES), None)
        if text is None:
            *_, text = self._attempts()
        return [text] if text else []

    def _attempts(self) -> Iterator[str]:
        """Yield the notice in ever shorter forms."""
        for named in range(len(self.no_room), 0, -1):
            yield " ".join([sentence.text for sentence in self._sentences(named)])
        for sentences in (self._sentences(0), [each for each in self._sentences(0) if each.short]):
            yield " ".join([sentence.text for sentence in sentences])
        yield " ".join([sentence.short for sentence in self._sentences(0) if sentence.short])

    def _sentences(self, named: int) -> list[Sentence]:
        """Return all sentences, with so many of the fields that have no room by name."""
        return [*self._empty(), *self._zeros(), *self._columns(named), *self._days(), *self.others]

    def _empty(self) -> list[Sentence]:
        return [Sentence(f"{_listed(self.empty)}: nothing to show.", "Nothing to show.")] if self.empty else []

    def _zeros(self) -> list[Sentence]:
        rows = f"{self.hidden_rows} all-zero {'row' if self.hidden_rows == 1 else 'rows'}"
        if self.hidden_rows and self.zeros_hidden:
            return [Sentence(f"{rows} and single zeros hidden; --all shows them.", f"{rows} and zeros hidden (--all).")]
        if self.hidden_rows:
            return [Sentence(f"{rows} hidden; --all shows them.", f"{rows} hidden (--all).")]
        return [Sentence("Zeros are left out; --all shows them.", "Zeros hidden (--all).")] * self.zeros_hidden

    def _columns(self, named: int) -> list[Sentence]:
        names = list(dict.fromkeys(self.no_room))
        if not names and not self.zero_columns:
            return []
        shown, more = names[:named], len(names) - len(names[:named])
        short = f"No room for {_columns(len(names) + self.zero_columns)} ({self.whole})."
        parts = shown + ([_columns(more, "more" if shown else "")] if more else [])
        zeros = _columns(self.zero_columns, "all-zero")
        if not names:
            return [Sentence(f"{zeros} left out; {self.whole} shows them.", f"{zeros} left out ({self.whole}).")]
        return [
            Sentence(
                f"No room for {_listed(parts + [zeros] * bool(self.zero_columns))}; {self.whole} shows them.", short
            )
        ]

    def _days(self) -> list[Sentence]:
        names = list(dict.fromkeys(self.every_day))
        text = f"--section {names[0] if len(names) == 1 else 'NAME'} shows every day." if names else ""
        return [Sentence(text, text)] if names else []


def _columns(count: int, kind: str = "") -> str:
    return " ".join([str(count), *[kind] * bool(kind), "column" if count == 1 else "columns"])


def _listed(parts: Sequence[str]) -> str:
    """Return `a, b and c`."""
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last


def _lines(text: str, width: int) -> int:
    import textwrap

    return len(
        textwrap.wrap(
            _PREFIX + text, max(width, 20), subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
        )
    )
