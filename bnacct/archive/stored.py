"""Turns readings into what the tables hold, and back, exactly.

No key, no signature and no network address is ever among it: parameters are those that decide what is answered, and the
texts of failures are masked.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from bnacct import errors, queries, readings
from bnacct.queries import Query, Value
from bnacct.readings import Answer, Reading

LIVE, BACKFILL, IMPORT = "live", "backfill", "import"
SOURCES = (LIVE, BACKFILL, IMPORT)

# Not parts of a question, wherever a reading comes from.
_NEVER_KEPT = ("apiKey", "signature", "timestamp", "recvWindow")
# A signature, and a key, which is 64 characters long.
_ECHO = r"signature=[^&\s\"']*|[A-Za-z0-9+/=%_-]{64,}"
_PERHAPS_ADDRESS = r"[0-9A-Fa-f]*(?:[.:][0-9A-Fa-f]*){2,}"


class Owner(NamedTuple):
    """Whose readings they are: a profile's name or `default`, an environment, and the end of the key, like `…4k2Q`.

    Two keys under one name may be two accounts, so their readings are told apart. The sandbox's key has no mark.
    """

    name: str
    environment: str
    key_mark: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (self.name, self.key_mark, self.environment) if part)


class Row(NamedTuple):
    """One row of `reading`, with its account and body in full. `params` and `error` are JSON."""

    uid: str
    run: str
    at_ms: int
    owner: Owner
    operation: str
    params: str
    page: int
    source: str
    error: str | None
    body: str | None

    @property
    def sha256(self) -> str | None:
        return None if self.body is None else digest(self.body)


def digest(text: str) -> str:
    """Return what a body is known by."""
    return hashlib.sha256(text.encode()).hexdigest()


def rows_of(reading: Reading, owner: Owner, *, uid: str, run: str, source: str) -> list[Row]:
    """Return the rows that a reading is kept as, one for each page.

    One whose answer is of no known shape, or has not all its pages, is kept as a failure with what came of it.
    """
    failure = reading.failure
    bodies: list[str] = []
    if reading.answer is not None:
        bodies += map(text_of, reading.answer.pages or (reading.answer.body,))
        # A command may show what an overview asked, so its view counts.
        shown_by = queries.answering(reading.query.operation, reading.parameters) or reading.query
        try:
            reading._replace(query=shown_by).document()
        except errors.BnacctError as unusable:
            if failure is None:
                # Perhaps not the exchange's answer, but that of a gateway, which may echo the request.
                bodies = [re.sub(_ECHO, "***", body) for body in bodies]
            failure = unusable
    error = None if failure is None else json.dumps(masked(failure.as_json()["error"]), ensure_ascii=False)
    if error is None and not bodies:
        raise ValueError("a reading holds an answer or a failure")
    operation, params = reading.query.operation, canonical(reading.parameters)
    return [
        Row(page_uid(uid, page), run, reading.at_ms, owner, operation, params, page, source, error, body)
        for page, body in enumerate(bodies or [None], 1)
    ]


def reading_of(query: Query, rows: Sequence[Row]) -> Reading:
    """Return the reading that was kept as these rows, a page each, as the exchange gave it."""
    first = rows[0]
    parameters = json.loads(first.params)
    if first.error is not None:
        failure = errors.from_json(json.loads(first.error))
        # Of pages, those that came are there.
        came = _answer(query, rows) if query.pages is not None and first.body is not None else None
        return Reading(query, first.owner.name, first.at_ms, came, failure, parameters)
    answer = readings.answer_in(query, [(row.body or "").encode() for row in rows])
    return Reading(query, first.owner.name, first.at_ms, answer, parameters=parameters)


def _answer(query: Query, rows: Sequence[Row]) -> Answer | None:
    try:
        return readings.answer_in(query, [(row.body or "").encode() for row in rows])
    except errors.BnacctError:
        return None


def page_uid(uid: str, page: int) -> str:
    """Return the uid of a page of the reading whose first page has this one."""
    return uid if page == 1 else f"{uid}.{page}"


def canonical(parameters: Mapping[str, Value]) -> str:
    """Return parameters as the one text by which the same question is found again."""
    kept = {name: value for name, value in parameters.items() if name not in _NEVER_KEPT}
    return json.dumps(kept, sort_keys=True, separators=(",", ":"))


def text_of(body: bytes) -> str:
    """Return a body as text that any database takes; what is not UTF-8 already is written as JSON escapes it."""
    try:
        return body.decode()
    except UnicodeDecodeError:
        found = body.decode(json.detect_encoding(body), "surrogatepass")
        return found.encode("utf-8", "backslashreplace").decode()


def masked(document: Any) -> Any:
    """Return a failure's document without network addresses."""
    if isinstance(document, dict):
        return {name: masked(value) for name, value in document.items()}
    return re.sub(_PERHAPS_ADDRESS, _without_address, document) if isinstance(document, str) else document


def _without_address(found: re.Match[str]) -> str:
    import ipaddress

    text = found[0]
    # A sentence may end right after it.
    for ending in ("", ".", ":"):
        try:
            ipaddress.ip_address(text.removesuffix(ending))
        except ValueError:
            continue
        return "***" + (ending if text.endswith(ending) else "")
    return text
