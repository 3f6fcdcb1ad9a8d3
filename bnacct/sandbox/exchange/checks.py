"""Checks a request as the exchange does: key, parameters, timestamp, and the signature over the bytes received."""

import hmac
import re
from collections.abc import Mapping
from urllib.parse import unquote_plus

from bnacct.client.signing import Signer, Value, websocket_payload
from bnacct.endpoints import RECV_WINDOW, Endpoint, Parameter
from bnacct.sandbox.exchange.error_bodies import AHEAD, WRONG_CHOICE, RefusedError
from bnacct.sandbox.exchange.payloads import CheckedParameters
from bnacct.sandbox.messages import Received

# A key that exists, but is bound to another address.
IP_RESTRICTED_KEY = "sandboxKeyForAnotherAddress".ljust(64, "0")

DEFAULT_RECV_WINDOW_MS = 5_000
# The exchange's own maximum, whatever the client accepts.
MAX_RECV_WINDOW_MS = 60_000
AHEAD_MS = 1_000

_KEY = re.compile(r"[A-Za-z0-9]{64}")
_LONG = re.compile(r"^[0-9]{1,20}$")
# These belong to every WebSocket request, not to an endpoint.
_ENVELOPE = ("apiKey", "returnRateLimits")
_BOOLEANS: Mapping[Value, bool] = {"true": True, "false": False, True: True, False: False}


def signer_of(key: str, keys: Mapping[str, Signer]) -> Signer:
    """Return the signer that belongs to an API key. Raises `RefusedError` for a key that is malformed or unknown."""
    if not _KEY.fullmatch(key):
        raise RefusedError(-2014)
    if key == IP_RESTRICTED_KEY:
        raise RefusedError(-2015)
    if key not in keys:
        raise RefusedError(-2008)
    return keys[key]


def rest_parameters(received: Received) -> dict[str, Value]:
    """Return the parameters of query and form body, decoded. Where both have the same name, the query wins."""
    return {**_decoded(received.body.decode("latin-1")), **_decoded(received.query)}


def websocket_parameters(endpoint: Endpoint, sent: Mapping[str, Value]) -> dict[str, Value]:
    """Return the parameters of `params` without the key. A timestamp must be a JSON number: one in quotes is refused."""
    for parameter in endpoint.parameters:
        # recvWindow may be in quotes, as the official SDK sends it.
        if parameter.kind == "LONG" and parameter.required and isinstance(sent.get(parameter.name), str):
            raise RefusedError(-1100, parameter.name, _LONG.pattern)
    return {name: value for name, value in sent.items() if name not in _ENVELOPE}


def signed_bytes(received: Received) -> bytes:
    """Return the bytes that a REST signature covers: query and body joined directly, without the last signature."""
    parts = received.query, received.body.decode("latin-1")
    return "".join(_without_signature(part) for part in parts).encode("latin-1")


def check(endpoint: Endpoint, sent: Mapping[str, Value], now_ms: int) -> CheckedParameters:
    """Check all parameters against the endpoint and the clock. Return them with their types, without the signature."""
    for name, value in sent.items():
        if value == "":
            raise RefusedError(-1105, name)
    required = [parameter.name for parameter in endpoint.parameters if parameter.required]
    for name in (*required, *(["signature"] if endpoint.signed else [])):
        if sent.get(name) is None:
            raise RefusedError(-1102, name)
    typed = {known.name: _typed(known, sent[known.name]) for known in endpoint.parameters if known.name in sent}
    unread = sent.keys() - typed.keys() - {"signature"}
    if unread:
        raise RefusedError(-1104, len(sent) - len(unread), len(sent))
    if endpoint.signed:
        _check_time(typed, now_ms)
    return typed


def check_choices(endpoint: Endpoint, parameters: CheckedParameters) -> None:
    """Refuse a value that is not one of the endpoint's choices."""
    for known in endpoint.parameters:
        if known.choices and known.name in parameters and parameters[known.name] not in known.choices:
            raise RefusedError(-3026, text=WRONG_CHOICE.format(known.name, ", ".join(map(repr, known.choices))))


def check_signature(signer: Signer, payload: bytes, signature: str) -> None:
    """Refuse a wrong signature. All three algorithms sign the same bytes the same way, so signing again is enough."""
    if signer.kind == "HMAC":
        signature = signature.lower()
    if not hmac.compare_digest(signer.sign(payload).encode(), signature.encode("utf-8", "replace")):
        raise RefusedError(-1022)


def websocket_signed_bytes(sent: Mapping[str, Value]) -> bytes:
    """Return the bytes that a WebSocket signature covers. Half a surrogate pair, which JSON allows, becomes `?`."""
    return websocket_payload(sent).encode("utf-8", "replace")


def _decoded(part: str) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for pair in filter(None, part.split("&")):
        name, _, value = pair.partition("=")
        if not pair.isascii():
            # Since 2026-01-15 the exchange refuses parameters that were not percent-encoded before signing.
            raise RefusedError(-1022)
        if name in found:
            raise RefusedError(-1101)
        found[unquote_plus(name)] = unquote_plus(value)
    return found


def _without_signature(part: str) -> str:
    payload, found, last = part.rpartition("signature=")
    if not found or "&" in last or not (payload == "" or payload.endswith("&")):
        return part
    return payload[:-1]


def _typed(parameter: Parameter, value: Value) -> Value:
    name = parameter.name
    if parameter.kind in ("INT", "LONG"):
        return _number(parameter, value)
    if parameter.kind == "BOOLEAN":
        if value not in _BOOLEANS:
            raise RefusedError(-1130, name)
        return _BOOLEANS[value]
    if not isinstance(value, str):
        raise RefusedError(-1130, name)
    return value


def _number(parameter: Parameter, value: Value) -> int:
    if isinstance(value, bool) or not _LONG.fullmatch(str(value)):
        raise RefusedError(-1100, parameter.name, _LONG.pattern)
    number = int(value)
    if parameter.name == RECV_WINDOW.name:
        if number > MAX_RECV_WINDOW_MS:
            raise RefusedError(-1131)
        return number
    below = parameter.minimum is not None and number < parameter.minimum
    above = parameter.maximum is not None and number > parameter.maximum
    if below or above:
        raise RefusedError(-1130, parameter.name)
    return number


def _check_time(parameters: CheckedParameters, now_ms: int) -> None:
    timestamp_ms = int(parameters["timestamp"])
    if timestamp_ms >= now_ms + AHEAD_MS:
        raise RefusedError(-1021, text=AHEAD)
    if now_ms - timestamp_ms > int(parameters.get("recvWindow", DEFAULT_RECV_WINDOW_MS)):
        raise RefusedError(-1021)
