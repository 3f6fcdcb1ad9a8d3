"""Reads the requests of the WebSocket API, and wraps responses in its envelope."""

import json
from typing import Any, NamedTuple

from bnacct.client.signing import Value
from bnacct.sandbox.encoding import encode
from bnacct.sandbox.exchange.error_bodies import RefusedError
from bnacct.sandbox.exchange.weights import Spent
from bnacct.sandbox.messages import JSON, Received, Response


class WebSocketRequest(NamedTuple):
    """One request: its id, the API's method, and `params`."""

    id: object
    method: str
    parameters: dict[str, Value]
    returns_rate_limits: bool


def read_request(received: Received) -> WebSocketRequest:
    """Read one request. Raises `RefusedError` (-1135) where the message is not one."""
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
    return WebSocketRequest(identity, method, parameters, not unwanted)


def envelope(request: WebSocketRequest | None, response: Response, spent: Spent | None, now_ms: int) -> bytes:
    """Return the message that carries a response. A body that is not JSON is returned as it is, without an envelope."""
    if not response.headers.get("Content-Type", "").startswith(JSON):
        return response.body
    fields = {"id": encode(request.id if request else None), "status": encode(response.status)}
    if response.status == 200:
        fields["result"] = response.body
    else:
        fields["error"] = _with_wait(response, now_ms)
    if spent and request and request.returns_rate_limits:
        fields["rateLimits"] = encode([_rate_limit(spent)])
    return b"{%s}" % b",".join(b'"%s":%s' % (name.encode(), value) for name, value in fields.items())


def _with_wait(response: Response, now_ms: int) -> bytes:
    # REST sends how long to wait, in seconds; the WebSocket sends until when, in milliseconds.
    wait_s = response.headers.get("Retry-After")
    if wait_s is None:
        return response.body
    error: dict[str, Any] = json.loads(response.body)
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
