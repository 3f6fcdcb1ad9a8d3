"""The exchange itself: takes a request as received and says what the answer is. It knows no socket and no clock."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from bnacct.client.signing import Signer, Value
from bnacct.endpoints import HANDSHAKE_WEIGHT, Endpoint
from bnacct.sandbox import checks, pages
from bnacct.sandbox.accounts.account import Account
from bnacct.sandbox.answer import (
    JSON,
    Answer,
    Received,
    encode,
    html_answer,
    json_answer,
    refusal_answer,
)
from bnacct.sandbox.answers import ANSWERS, ROUTES, Parameters
from bnacct.sandbox.refusals import RefusedError
from bnacct.sandbox.weights import Spent, Weights

WEBSOCKET_PATH = "/ws-fapi/v1"
NOT_FOUND = html_answer(pages.NOT_FOUND, 404)

_HANDSHAKE = Endpoint("handshake", "ws_fapi", "WS", WEBSOCKET_PATH, HANDSHAKE_WEIGHT, (), "", signed=False)


class Frame(NamedTuple):
    """What a WebSocket answer's envelope needs to know of its request."""

    id: object
    method: str
    parameters: dict[str, Value]
    returns_rate_limits: bool


class Exchange:
    """One account, the keys that open it, and the weight its address has used."""

    def __init__(self, account: Account, keys: Mapping[str, Signer]) -> None:
        self._account = account
        self._keys = keys
        self._weights = Weights()

    def rest(self, received: Received, now_ms: int) -> Answer:
        """Answer an HTTP request."""
        endpoint = ROUTES.get((received.method, received.path))
        if endpoint is None:
            return NOT_FOUND
        spent = self._weights.spend(endpoint, now_ms)
        try:
            self._weights.refuse_if_over(spent, now_ms)
            answer = json_answer(self._rest_payload(endpoint, received, now_ms))
        except RefusedError as refused:
            answer = refusal_answer(refused)
        return answer.with_headers(**{spent.limit.used_header: str(spent.used)})

    def websocket(self, frame: Frame, now_ms: int) -> tuple[Answer, Spent | None]:
        """Answer one WebSocket request, without the envelope."""
        endpoint = ROUTES.get(("WS", frame.method))
        if endpoint is None:
            # What the futures API says to an unknown method is not documented.
            return refusal_answer(RefusedError(-1020)), None
        spent = self._weights.spend(endpoint, now_ms)
        try:
            self._weights.refuse_if_over(spent, now_ms)
            return json_answer(self._websocket_payload(endpoint, frame.parameters, now_ms)), spent
        except RefusedError as refused:
            return refusal_answer(refused), spent

    def handshake(self, path: str, now_ms: int) -> Answer | None:
        """Answer a WebSocket handshake: None lets it in."""
        if path != WEBSOCKET_PATH:
            return NOT_FOUND
        try:
            self._weights.refuse_if_over(self._weights.spend(_HANDSHAKE, now_ms), now_ms)
        except RefusedError as refused:
            return refusal_answer(refused)
        return None

    def _rest_payload(self, endpoint: Endpoint, received: Received, now_ms: int) -> object:
        if not endpoint.signed:
            return self._payload(endpoint, {}, now_ms)
        signer = checks.signer_of(received.headers.get("x-mbx-apikey", ""), self._keys)
        sent = checks.rest_parameters(received)
        parameters = checks.check(endpoint, sent, now_ms)
        checks.check_signature(signer, checks.signed_bytes(received), str(sent["signature"]))
        return self._payload(endpoint, parameters, now_ms)

    def _websocket_payload(self, endpoint: Endpoint, sent: dict[str, Value], now_ms: int) -> object:
        signer = checks.signer_of(str(sent.get("apiKey", "")), self._keys)
        parameters = checks.check(endpoint, checks.websocket_parameters(endpoint, sent), now_ms)
        checks.check_signature(signer, checks.websocket_signed_bytes(sent), str(sent["signature"]))
        return self._payload(endpoint, parameters, now_ms)

    def _payload(self, endpoint: Endpoint, parameters: Parameters, now_ms: int) -> object:
        return ANSWERS[endpoint.path](self._account, parameters, now_ms)


def read_frame(received: Received) -> Frame:
    """Read one request frame. Raises `RefusedError` (-1135) where it is not one."""
    try:
        request = json.loads(received.body, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise RefusedError(-1135) from None
    if not isinstance(request, dict):
        raise RefusedError(-1135)
    parameters = request.get("params", {})
    if not isinstance(parameters, dict):
        raise RefusedError(-1135, text="Invalid 'params' in JSON request; expected an object.")
    identity, method = request.get("id", ...), request.get("method")
    if isinstance(identity, (bool, float, dict, list)) or identity is ... or not isinstance(method, str):
        raise RefusedError(-1135)
    unwanted = parameters.get("returnRateLimits") is False or "returnRateLimits=false" in received.query.split("&")
    return Frame(identity, method, parameters, not unwanted)


def envelope(frame: Frame | None, answer: Answer, spent: Spent | None, now_ms: int) -> bytes:
    """Wrap an answer as a WebSocket frame. What is not JSON stays as it is, as no envelope could hold it."""
    if not answer.headers.get("Content-Type", "").startswith(JSON):
        return answer.body
    fields = {"id": encode(frame.id if frame else None), "status": encode(answer.status)}
    if answer.status == 200:
        fields["result"] = answer.body
    else:
        fields["error"] = _with_wait(answer, now_ms)
    if spent and frame and frame.returns_rate_limits:
        fields["rateLimits"] = encode([_rate_limit(spent)])
    return b"{%s}" % b",".join(b'"%s":%s' % (name.encode(), value) for name, value in fields.items())


def _with_wait(answer: Answer, now_ms: int) -> bytes:
    # REST says how long to wait, in seconds; the WebSocket until when, in milliseconds.
    wait_s = answer.headers.get("Retry-After")
    if wait_s is None:
        return answer.body
    error: dict[str, Any] = json.loads(answer.body)
    return encode({**error, "data": {"serverTime": now_ms, "retryAfter": now_ms + int(wait_s) * 1000}})


def _rate_limit(spent: Spent) -> dict[str, object]:
    return {
        "rateLimitType": "REQUEST_WEIGHT",
        "interval": "MINUTE",
        "intervalNum": 1,
        "limit": spent.limit.weight_per_minute,
        "count": spent.used,
    }


def _no_constant(name: str) -> object:
    raise ValueError(name)
