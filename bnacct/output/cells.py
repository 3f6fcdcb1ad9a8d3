"""Turns fields into the text of table cells: exact, harmless, and aligned on the decimal point."""

import re
import time
from collections.abc import Sequence
from typing import Any

from bnacct.output.machine import field_text
from bnacct.views import Kind, Row, Section

# Control characters, and those that hide or reorder what stands beside them.
_INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_PLAIN_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]*)?( %)?")
# An exponent that a balance could have; a larger one would fill the screen with zeros.
_LARGEST_EXPONENT = 64


def cells(values: Sequence[Any], kind: Kind, *, grouped: bool) -> list[str]:
    """Return a column's cells, all of one width where they are amounts. `grouped` puts commas between thousands."""
    if kind in ("amount", "debt"):
        return _aligned([_amount(value) for value in values], grouped=grouped)
    if kind == "time":
        return [_time(value) for value in values]
    return [visible(field_text(value)) for value in values]


def visible(text: str) -> str:
    """Return text with everything a terminal would obey or hide written out, as `\\x1b`."""
    if text.isascii() and text.isprintable():
        return text
    return _INVISIBLE.sub(lambda found: found[0].encode("unicode_escape", "surrogatepass").decode(), text)


def is_zero(value: Any) -> bool:
    """Say whether an amount is known to be zero. Unknown is not."""
    if not isinstance(value, str) or not value:
        return False
    if value.strip("-+0.") == "":
        return "0" in value
    if "e" in value or "E" in value:
        return value.upper().split("E")[0].strip("-+0.") == ""
    return False


def is_zero_row(row: Row, section: Section) -> bool:
    """Say whether every amount in a row is zero: debt, interest, negative and unrealised amounts count."""
    return all(is_zero(row.get(column.name)) for column in section.columns if column.kind in ("amount", "debt"))


def width(text: str) -> int:
    """Return how many terminal columns a text takes: CJK and emoji take two."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def padded(text: str, columns: int, *, right: bool = False) -> str:
    """Return a text filled up with spaces to a number of terminal columns."""
    space = " " * (columns - width(text))
    return space + text if right else text + space


def _amount(value: Any) -> str:
    text = field_text(value)
    if "e" in text or "E" in text:
        from bnacct.output.ordering import number

        found = number(text)
        if found is not None and abs(found.adjusted()) <= _LARGEST_EXPONENT:
            return f"{found:f}"
    return visible(text)


def _aligned(texts: list[str], *, grouped: bool) -> list[str]:
    parts = [text.partition(".") if _PLAIN_DECIMAL.fullmatch(text) else (text, "", "") for text in texts]
    wholes = [_grouped(whole) if grouped else whole for whole, _, _ in parts]
    fractions = [point + fraction for _, point, fraction in parts]
    before = max(map(width, wholes), default=0)
    after = max(map(len, fractions), default=0)
    return [
        padded(whole, before, right=True) + fraction.ljust(after)
        for whole, fraction in zip(wholes, fractions, strict=True)
    ]


def _grouped(whole: str) -> str:
    digits = whole.lstrip("-")
    return f"{whole[: len(whole) - len(digits)]}{int(digits):,}" if _has_no_leading_zero(digits) else whole


def _has_no_leading_zero(digits: str) -> bool:
    # int() refuses more digits than any balance has, and would drop zeros that the exchange wrote.
    return digits.isascii() and digits.isdigit() and digits[0] != "0" and len(digits) < 1000


def _time(value: Any) -> str:
    if not isinstance(value, int):
        return visible(field_text(value))
    if value == 0:
        return "never"
    try:
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(value // 1000))
    except (OverflowError, ValueError, OSError):
        return str(value)
