"""Decodes a JSON answer exactly: every digit is kept, and nothing is dropped silently.

Both transports use it, so that an amount means the same over either.
"""

import itertools
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from bnacct import errors

# Ten times the largest answer that 5,000 assets make; anything longer is not an answer.
LARGEST_BODY = 32 << 20

# No documented answer is nested deeper than 5. What is nested deeper than any writer of JSON can follow is refused,
# at a depth that does not depend on the version of Python.
_DEEPEST = 100
_CONTAINERS: frozenset[type] = frozenset((dict, list))

# From so many bytes on, a way that is faster for many rows is tried first.
_LONG = 1 << 16

# What fits in 64 bits is an integer (times, ids); anything longer is kept as its digits.
_LONGEST_INTEGER = 19


class Answer(NamedTuple):
    """What the exchange sent: the body byte for byte (decompressed), and the document it holds.

    Of an answer in pages, `document` is that of the first page with the rows of all pages, `pages` are the bodies in
    order, and `body` is these, each followed by a newline.

    `weight_used` is what the host has counted this minute, where its answer says so.
    """

    body: bytes
    document: Any
    pages: tuple[bytes, ...] = ()
    weight_used: int | None = None


def decode(body: bytes | str) -> Any:
    """Return the document. Integers stay integers; a number with a fraction or an exponent becomes its own text.

    Raise `errors.ResponseError` for what is not JSON, NaN and Infinity included, for an object that names a field
    twice (one of two amounts would be lost), and for nesting too deep to read.
    """
    try:
        if len(body) > _LONG:
            document = _parsed(body)
            colons, *brackets = (_count(body, character) for character in ":{[")
            # Each field has a colon. Are there no more colons than fields, then no string holds one and no object names
            # a field twice: what the slower way below would look for in each object.
            if _fields(document, sum(brackets)) == colons:
                return document
        document = _parsed(body, object_pairs_hook=_object)
        _fields(document)
        return document
    except RecursionError:
        failure = errors.ResponseError("The answer is nested too deep to be read.")
    except _Ambiguous as error:
        failure = errors.ResponseError(f"The answer {error}.")
    except ValueError:
        failure = errors.ResponseError(
            f"The answer is not JSON: {_describe(body)}.",
            hint="Something between here and the exchange answered in its place (a proxy, a login page), "
            "or the exchange itself is in trouble. -v shows where the request went.",
        )
    # Raised here, so that the parser's exception, which holds the body, is not even its hidden context.
    raise failure


def code_and_text(document: Any) -> tuple[int | None, str]:
    """Return the code and text of a `{"code":…, "msg":…}` body; sibling endpoints send the code as a string."""
    if not isinstance(document, dict) or "code" not in document:
        return None, ""
    text = document.get("msg") or document.get("message") or ""
    try:
        return int(document["code"]), str(text)
    except (TypeError, ValueError):
        return None, str(text)


class _Ambiguous(ValueError):
    """JSON that has no single meaning."""


def _integer(text: str) -> int | str:
    return int(text) if len(text) <= _LONGEST_INTEGER and text != "-0" else text


def _refuse_constant(name: str) -> None:
    raise _Ambiguous(f"holds {name}, which is not a JSON number")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise _Ambiguous("names a field twice in one object")
    return fields


def _parsed(body: bytes | str, **hooks: Any) -> Any:
    return json.loads(body, parse_float=str, parse_int=_integer, parse_constant=_refuse_constant, **hooks)


def _count(body: bytes | str, character: str) -> int:
    return body.count(character.encode()) if isinstance(body, bytes) else body.count(character)


def _fields(document: Any, brackets: int | None = None) -> int:
    """Return how many fields all objects of a document have. Raises RecursionError where it is nested too deep.

    `brackets` is how many the text opens: once there is an object or a list for each, none is left to look for.
    """
    count = found = 0
    level: list[Any] = [document]
    for _ in range(_DEEPEST):
        objects = [node for node in level if isinstance(node, dict)]
        lists = [node for node in level if isinstance(node, list)]
        count += sum(map(len, objects))
        found += len(objects) + len(lists)
        # The classes first: of 50,000 flat rows, no value has to be looked at one by one.
        if found == brackets or not _CONTAINERS & set(map(type, _values(objects, lists))):
            return count
        level = [value for value in _values(objects, lists) if value.__class__ in _CONTAINERS]
    raise RecursionError


def _values(objects: list[dict[str, Any]], lists: list[list[Any]]) -> Iterator[Any]:
    return itertools.chain.from_iterable(itertools.chain(map(dict.values, objects), lists))


def _describe(body: bytes | str) -> str:
    # Never quoted: what comes in place of an answer can be anything, even an echo of the request.
    start = body.lstrip()[:20].lower()
    if not start:
        return "it is empty"
    html: tuple[Any, ...] = (b"<!doctype", b"<html") if isinstance(start, bytes) else ("<!doctype", "<html")
    if start.startswith(html):
        return "it is an HTML page"
    return f"{len(body):,} {'bytes' if isinstance(body, bytes) else 'characters'} that do not parse"
