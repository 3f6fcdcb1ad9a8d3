"""What goes in and out of the exchange: a request as received, an answer before it is put on the wire."""

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from bnacct.sandbox.refusals import RefusedError

JSON = "application/json"
HTML = "text/html"

_NUMBER = re.compile(r'"<number ([^">]*)>"')


class Received(NamedTuple):
    """One call as it arrived. On the WebSocket `method` is `WS`, `path` the API's method, and `body` the frame.

    Header names are in lower case; `query` is the raw text after the question mark.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


class Answer(NamedTuple):
    """One answer: HTTP status, headers and body; the WebSocket side wraps it in its envelope."""

    status: int
    body: bytes
    headers: Mapping[str, str]

    def with_headers(self, **headers: str) -> "Answer":
        """Add headers, named with underscores: `Retry_After="1"`."""
        return self._replace(headers={**self.headers, **{k.replace("_", "-"): v for k, v in headers.items()}})


def json_answer(payload: object, status: int = 200) -> Answer:
    """Answer with JSON in UTF-8."""
    return Answer(status, encode(payload), {"Content-Type": f"{JSON};charset=UTF-8"})


def html_answer(page: str, status: int) -> Answer:
    """Answer with a web page, as the parts of the exchange in front of the API do."""
    return Answer(status, page.encode(), {"Content-Type": HTML})


def refusal_answer(refused: RefusedError) -> Answer:
    """Answer with the exchange's error body."""
    answer = json_answer({"code": refused.code, "msg": refused.text}, refused.status)
    return answer if refused.wait_s is None else answer.with_headers(Retry_After=str(refused.wait_s))


def number(digits: str) -> Any:
    """Stand for a JSON number whose digits must arrive as written; a float would round them."""
    return f"<number {digits}>"


def encode(payload: object) -> bytes:
    """Encode as the exchange does: no spaces, raw UTF-8, numbers digit for digit."""
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    if "<number " in text:
        text = _NUMBER.sub(r"\1", text)
    # Half a surrogate pair has no UTF-8; this writes it as the JSON escape that it then must have been.
    return text.encode("utf-8", "backslashreplace")
