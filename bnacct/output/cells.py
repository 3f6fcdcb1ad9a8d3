"""Turns fields into the text of table cells: exact, safe for a terminal, and aligned on the decimal point."""

import operator
import re
import time
from collections.abc import Collection, Iterable, Sequence
from typing import TypeVar

from bnacct.output.escapes import visible
from bnacct.output.machine import field_text
from bnacct.views import AMOUNTS, NUMBERS, Column, Kind, Row

# How a pipe shows what is not known, so that every line has the same number of fields.
_UNKNOWN = "-"
_T = TypeVar("_T")
# However an exchange might write an amount: 5, .5, 1,000, 5E3, 1 000.5, $5, 5 %, 5 USDT. The group holds its digits.
_LOOSE_DECIMAL = r"[^\w\s.,]?[+-]?([\d.,_' \u00a0\u202f]*\d[.,]?)(?:[eE][+-]?\d+)?(?: ?%| [A-Za-z]{2,10})?"
_STAMPS = ("time", "timestamp", "date", "id")
_STAMP_ENDS = ("Time", "Timestamp", "Date", "Id", "ID", "_time", "_timestamp", "_date", "_id")
_PLAIN_DECIMAL = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?( %)?")


def cells(values: Sequence[object], kind: Kind, *, for_person: bool, least: int = 0) -> list[str]:
    """Return the cells of a column; amounts are all of one width, which is `least` or more.

    A person sees commas between thousands, and a plus before a profit.
    """
    if kind == "time":
        times = [_time(value) for value in values]
        return times if for_person else _filled(times)
    texts = _texts(values)
    if kind not in NUMBERS:
        shown = texts if _is_harmless(texts) else [visible(text) for text in texts]
        return shown if for_person else _filled(shown)
    # Most amounts of a long account are the same zero. Each different text is written, aligned and kept once.
    different = list(dict.fromkeys(texts))
    written = different if _is_harmless(different, "eE") else [_amount(text) for text in different]
    if not for_person:
        written = _filled(written)
    elif kind == "profit":
        written = [signed(text) for text in written]
    aligned = _aligned(written, for_person, least)
    if len(different) == len(texts):
        return aligned
    by_text = dict(zip(different, aligned, strict=True))
    return [by_text[text] for text in texts]


def _texts(values: Sequence[object]) -> list[str]:
    if set(map(type, values)) <= {str}:
        return list(values)  # type: ignore[arg-type]
    return [field_text(value) for value in values]


def _is_harmless(texts: Sequence[str], besides: str = "") -> bool:
    """Return whether no text has a character that `visible` would escape, nor one of `besides`: all at one look."""
    joined = "".join(texts)
    return joined.isascii() and joined.isprintable() and not any(character in joined for character in besides)


def signed(value: _T) -> _T | str:
    """Return a decimal string greater than zero with a plus; return anything else as it is."""
    if isinstance(value, str) and value[:1].isdigit() and _PLAIN_DECIMAL.fullmatch(value) and not is_zero(value):
        return f"+{value}"
    return value


def is_zero(value: object) -> bool:
    """Return whether an amount is known to be zero. An unknown amount is not."""
    if not isinstance(value, str) or not value:
        return False
    if value.strip("-+0.") == "":
        return "0" in value
    if "e" in value or "E" in value:
        return value.upper().split("E")[0].strip("-+0.") == ""
    return False


def zero_rows(rows: Iterable[Row], columns: Sequence[Column]) -> list[Row]:
    """Return the rows in which every amount is zero: debt, interest, negative and unrealised amounts included."""
    found = list(rows)
    for column in columns:
        if column.kind in AMOUNTS:
            # A column at a time, each different amount is looked at once: most rows drop out at the first.
            zeros = {value for value in {row.get(column.name) for row in found} if is_zero(value)}
            found = [row for row in found if row.get(column.name) in zeros]
    return found


def unknown_amounts(row: Row, known: Collection[str]) -> list[str]:
    """Return the fields that are not `known` in which a row has an amount other than zero: it may be a debt."""
    return [name for name, value in row.items() if name not in known and not _is_stamp(name) and _may_be_owed(value)]


def _may_be_owed(value: object) -> bool:
    """Return whether a value, or one within it, could be an amount other than zero, however it is written."""
    if isinstance(value, dict):
        return any(_may_be_owed(inner) for name, inner in value.items() if not _is_stamp(str(name)))
    if isinstance(value, list):
        return any(map(_may_be_owed, value))
    if isinstance(value, bool) or value is None:
        return False
    found = re.fullmatch(_LOOSE_DECIMAL, str(value).strip())
    return found is not None and any(digit.isdecimal() and int(digit) for digit in found[1])


def _is_stamp(name: str) -> bool:
    """Return whether a field's name says that it is a time or an identifier."""
    return name.lower() in _STAMPS or name.endswith(_STAMP_ENDS)


def width(text: str) -> int:
    """Return how many terminal columns a text takes: CJK and emoji take two, combining marks none."""
    if text.isascii():
        return len(text)
    # rich could count them too, but a pipe does without the import of rich.
    from unicodedata import category, east_asian_width

    return sum(0 if category(each)[0] == "M" else 2 if east_asian_width(each) in "WF" else 1 for each in text)


def padded(text: str, columns: int, *, right: bool = False) -> str:
    """Return a text padded with spaces to a number of terminal columns."""
    space = " " * (columns - width(text))
    return space + text if right else text + space


def widest(texts: Sequence[str]) -> int:
    """Return how many terminal columns the widest of some texts takes."""
    measure = len if "".join(texts).isascii() else width
    return max(map(measure, texts), default=0)


def shortened(text: str, columns: int, ellipsis: str) -> str:
    """Return a name cut to a number of terminal columns. An amount is never cut."""
    if width(text) <= columns:
        return text
    room = columns - width(ellipsis)
    end = 0
    while end < len(text) and (room := room - width(text[end])) >= 0:
        end += 1
    return text[:end] + ellipsis


def _amount(text: str) -> str:
    if "e" in text or "E" in text:
        from bnacct.views.amounts import LARGEST_EXPONENT, number

        found = number(text)
        if found is not None and abs(found.adjusted()) <= LARGEST_EXPONENT:
            return f"{found:f}"
    return visible(text)


def _filled(texts: list[str]) -> list[str]:
    return texts if all(map(str.strip, texts)) else [text if text.strip() else _UNKNOWN for text in texts]


def _aligned(texts: list[str], grouped: bool, least: int) -> list[str]:
    """Return amounts with their decimal points below one another, at least so wide; what is no amount ends before them."""
    wholes = [text.partition(".")[0] if _PLAIN_DECIMAL.fullmatch(text) else text for text in texts]
    if grouped:
        fractions = [text[len(whole) :] for text, whole in zip(texts, wholes, strict=True)]
        wholes = [_grouped(whole) for whole in wholes]
        texts = list(map(operator.add, wholes, fractions))
    measure = len if "".join(texts).isascii() else width
    after = max(map(operator.sub, map(measure, texts), map(measure, wholes)), default=0)
    before = max(max(map(measure, wholes), default=0), least - after)
    if measure is len:
        return [
            text.rjust(before + len(text) - len(whole)).ljust(before + after)
            for text, whole in zip(texts, wholes, strict=True)
        ]
    return [
        padded(padded(text, before + width(text) - width(whole), right=True), before + after)
        for text, whole in zip(texts, wholes, strict=True)
    ]


def _grouped(whole: str) -> str:
    digits = whole.lstrip("+-")
    return f"{whole[: len(whole) - len(digits)]}{int(digits):,}" if _has_no_leading_zero(digits) else whole


def _has_no_leading_zero(digits: str) -> bool:
    # int() would drop leading zeros that the exchange wrote, and raises for thousands of digits.
    return digits.isascii() and digits.isdigit() and digits[0] != "0" and len(digits) < 1000


def _time(value: object) -> str:
    if not isinstance(value, int) or isinstance(value, bool):
        return visible(field_text(value))
    if value == 0:
        return "never"
    try:
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(value // 1000))
    except (OverflowError, ValueError, OSError):
        return str(value)
