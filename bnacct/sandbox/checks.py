"""Checks a request as the exchange does: key, parameters, time and signature over the bytes received."""

import hmac
import re
from collections.abc import Mapping
from urllib.parse import unquote_plus

from bnacct.client.signing import Signer, Value, websocket_payload
from bnacct.endpoints import RECV_WINDOW, Endpoint, Parameter
from bnacct.sandbox.answer import Received
from bnacct.sandbox.answers import Parameters
from bnacct.sandbox.refusals import AHEAD, RefusedError

# A key that exists, but not for the address the request comes from.
IP_RESTRICTED_KEY = "sandboxKeyForAnotherAddress".ljust(64, "0")

DEFAULT_RECV_WINDOW_MS = 5_000
MAX_RECV_WINDOW_MS = 60_000
AHEAD_MS = 1_000

_KEY = re.compile(r"[A-Za-z0-9]{64}")
_LONG = re.compile(r"^[0-9]{1,20}$")
# Of the request, not of the endpoint.
_ENVELOPE = ("apiKey", "returnRateLimits")
_BOOLEANS: Mapping[Value, bool] = {"true": True, "false": False, True: True, False: False}


def signer_of(key: str, keys: Mapping[str, Signer]) -> Signer:
    """Return what verifies this key's signatures, or refuse the key."""
    if not _KEY.fullmatch(key):
        raise RefusedError(-2014)
    if key == IP_RESTRICTED_KEY:
        raise RefusedError(-2015)
    if key not in keys:
        raise RefusedError(-2008)
    return keys[key]


def rest_parameters(received: Received) -> dict[str, Value]:
    """Return what query and form body send, decoded; where both have a name, the query wins."""
    return {**_decoded(received.body.decode("latin-1")), **_decoded(received.query)}


def websocket_parameters(endpoint: Endpoint, sent: Mapping[str, Value]) -> dict[str, Value]:
    """Return what `params` sends beside the key. Its numbers are JSON numbers: a timestamp in quotes is refused."""
    for parameter in endpoint.parameters:
        # recvWindow is let through in quotes, as the official SDK sends it so.
        if parameter.kind == "LONG" and parameter.required and isinstance(sent.get(parameter.name), str):
            raise RefusedError(-1100, parameter.name, _LONG.pattern)
    return {name: value for name, value in sent.items() if name not in _ENVELOPE}


def signed_bytes(received: Received) -> bytes:
    """Return what a REST signature covers: query and body with nothing between, less the trailing signature."""
    parts = received.query, received.body.decode("latin-1")
    return "".join(_without_signature(part) for part in parts).encode("latin-1")


def check(endpoint: Endpoint, sent: Mapping[str, Value], now_ms: int) -> Parameters:
    """Check every parameter against the endpoint's table and the clock; return them typed, without the signature."""
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


def check_signature(signer: Signer, payload: bytes, signature: str) -> None:
    """Sign again and compare: all three algorithms give the same signature for the same bytes."""
    if signer.kind == "HMAC":
        signature = signature.lower()
    if not hmac.compare_digest(signer.sign(payload).encode(), signature.encode("utf-8", "replace")):
        raise RefusedError(-1022)


def websocket_signed_bytes(sent: Mapping[str, Value]) -> bytes:
    """Return what a WebSocket signature covers. JSON can hold half surrogate pairs; those cannot have been signed."""
    return websocket_payload(sent).encode("utf-8", "replace")


def _decoded(part: str) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for pair in filter(None, part.split("&")):
        name, _, value = pair.partition("=")
        if not pair.isascii():
            # Since 2026-01-15: what is not percent-encoded before it is signed is refused as a wrong signature.
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
    # A window of 0 is legal on the wire.
    if parameter.name == RECV_WINDOW.name and number > MAX_RECV_WINDOW_MS:
        raise RefusedError(-1131)
    if parameter.maximum is not None and number > parameter.maximum:
        raise RefusedError(-1130, parameter.name)
    if parameter.minimum is not None and number < parameter.minimum:
        raise RefusedError(-1130, parameter.name)
    return number


def _check_time(parameters: Parameters, now_ms: int) -> None:
    timestamp_ms = int(parameters["timestamp"])
    if timestamp_ms >= now_ms + AHEAD_MS:
        raise RefusedError(-1021, text=AHEAD)
    if now_ms - timestamp_ms > int(parameters.get("recvWindow", DEFAULT_RECV_WINDOW_MS)):
        raise RefusedError(-1021)
