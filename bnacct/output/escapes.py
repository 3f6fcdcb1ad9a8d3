"""Escapes what a terminal would obey or hide: control characters, and those that reorder or widen their neighbours."""

import json
import re

# Patterns are compiled where a text needs them: few do, and compiling takes longer than a small answer's writing.
_INVISIBLE = (
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)
# What a terminal obeys or hides, but for what separates lines and fields: in a csv a line ends with \r\n.
_OBEYED = f"(?!\n|\t|\r\n){_INVISIBLE}"


def visible(text: str) -> str:
    """Return text with the characters escaped, as `\\x1b`, that a terminal would act on or hide."""
    return text if _is_plain(text) else re.sub(_INVISIBLE, _escaped, text)


def visible_lines(text: str) -> str:
    """Return text of several lines with the characters escaped that a terminal would act on or hide."""
    return text if _is_plain(text) else re.sub(_OBEYED, _escaped, text)


def visible_json(text: str) -> str:
    """Return JSON text with the characters escaped, in JSON's own way, that a terminal would act on or hide."""
    return text if text.isascii() else re.sub(_OBEYED, lambda found: json.dumps(found[0])[1:-1], text)


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable()


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape", "surrogatepass").decode()
