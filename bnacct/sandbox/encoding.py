"""Encodes payloads as the exchange does: JSON without spaces, numbers digit for digit."""

import json
import re

_NUMBER = re.compile(r'"<number ([^">]*)>"')


def number(digits: str) -> str:
    """Return a stand-in for a JSON number: `encode` writes exactly these digits, which a float would round."""
    return f"<number {digits}>"


def encode(payload: object) -> bytes:
    """Return `payload` as JSON in UTF-8, without spaces."""
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    if "<number " in text:
        text = _NUMBER.sub(r"\1", text)
    # Half a surrogate pair has no UTF-8 form, so it is written as a JSON escape.
    return text.encode("utf-8", "backslashreplace")
