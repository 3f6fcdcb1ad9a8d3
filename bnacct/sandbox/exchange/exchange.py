"""The exchange itself: takes a request as received and returns the response. It knows no socket and no clock."""

from collections.abc import Mapping

from bnacct.client.signing import Signer, Value
from bnacct.endpoints import ENDPOINTS, HANDSHAKE_WEIGHT, Endpoint
from bnacct.sandbox.accounts.account import Account
from bnacct.sandbox.accounts.terms import NotThereError
from bnacct.sandbox.exchange import checks
from bnacct.sandbox.exchange.envelopes import WebSocketRequest
from bnacct.sandbox.exchange.error_bodies import RefusedError, error_response
from bnacct.sandbox.exchange.payloads import NOTHING, PAYLOADS, CheckedParameters
from bnacct.sandbox.exchange.weights import Spent, Weights
from bnacct.sandbox.messages import Received, Response, html_response, json_response

WEBSOCKET_PATH = "/ws-fapi/v1"

_ROUTES: Mapping[tuple[str, str], Endpoint] = {(endpoint.method, endpoint.path): endpoint for endpoint in ENDPOINTS}
_HANDSHAKE = Endpoint("handshake", "ws_fapi", "WS", WEBSOCKET_PATH, HANDSHAKE_WEIGHT, (), "", signed=False)
_NOT_FOUND = html_response(
    """<!DOCTYPE html>
<!-- saved from url=(0030)https://www.binance.com/en/error -->
<html lang="en"><head><meta charset="utf-8"><title>Binance</title></head>
<body><h1>404</h1><p>Sorry! The page you're looking for cannot be found.</p></body></html>
""",
    404,
)


class Exchange:
    """One account, the API keys that open it, and the weight that the caller's address has used."""

    def __init__(self, account: Account, keys: Mapping[str, Signer]) -> None:
        self._account = account
        self._keys = keys
        self._weights = Weights()

    def rest(self, received: Received, now_ms: int) -> Response:
        """Return the response to an HTTP request."""
        endpoint = _ROUTES.get((received.method, received.path))
        if endpoint is None:
            return _NOT_FOUND
        spent = self._weights.spend(endpoint, now_ms)
        try:
            self._weights.refuse_if_over(spent, now_ms)
            payload = self._rest_payload(endpoint, received, now_ms)
            response = json_response(payload) if payload is not NOTHING else Response(200, b"", {})
        except RefusedError as refused:
            response = error_response(refused)
        return response.with_headers(**{spent.limit.used_header: str(spent.used)})

    def websocket(self, request: WebSocketRequest, now_ms: int) -> tuple[Response, Spent | None]:
        """Return the response to a WebSocket request, without its envelope, and the weight used."""
        endpoint = _ROUTES.get(("WS", request.method))
        if endpoint is None:
            # The documents do not say how the futures API refuses an unknown method.
            return error_response(RefusedError(-1020)), None
        spent = self._weights.spend(endpoint, now_ms)
        try:
            self._weights.refuse_if_over(spent, now_ms)
            return json_response(self._websocket_payload(endpoint, request.parameters, now_ms)), spent
        except RefusedError as refused:
            return error_response(refused), spent

    def handshake(self, path: str, now_ms: int) -> Response | None:
        """Return what a WebSocket handshake is refused with, or None to accept it."""
        if path != WEBSOCKET_PATH:
            return _NOT_FOUND
        try:
            self._weights.refuse_if_over(self._weights.spend(_HANDSHAKE, now_ms), now_ms)
        except RefusedError as refused:
            return error_response(refused)
        return None

    def _rest_payload(self, endpoint: Endpoint, received: Received, now_ms: int) -> object:
        if not endpoint.signed:
            return self._payload(endpoint, checks.check(endpoint, checks.rest_parameters(received), now_ms), now_ms)
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

    def _payload(self, endpoint: Endpoint, parameters: CheckedParameters, now_ms: int) -> object:
        # The snapshot refuses a wrong type only after the signature.
        checks.check_choices(endpoint, parameters)
        try:
            return PAYLOADS[endpoint.path](self._account, parameters, now_ms)
        except NotThereError as missing:
            raise RefusedError(missing.code) from None
