"""Sends one endpoint of the WebSocket API, signed, with retry, clock and weight accounting.

Returns the result and the frame it came in, or raises a `BnacctError`. Only rows of the endpoint table are sent.
"""

import contextlib
import json
import os
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from bnacct import __version__, endpoints, errors
from bnacct.client import decoding, retry, signing
from bnacct.endpoints import Endpoint
from bnacct.errors import network, refusals
from bnacct.settings import Settings

if TYPE_CHECKING:
    import ssl

    from websockets.http11 import Response
    from websockets.sync.client import ClientConnection

# The reply is here; a peer that does not say goodbye is not waited for.
_CLOSE_TIMEOUT_S = 0.05
# A frame that was received and not yet read; each may be as long as the longest answer.
_MOST_FRAMES = 1
# Before this version the library takes a proxy's login as it stands, percent signs included. (Python 3.10 has 16.)
_DECODES_LOGINS = 17
# The close code that our side sends when a message passes max_size.
_TOO_BIG = 1009


class Client:
    """A connection to the WebSocket API, kept open over all calls of a command.

    `read_server_ms` reads the exchange's clock over REST, as the futures WebSocket API documents none;
    `note` takes words for the user, `log` a line for each request (`-v`), `sleep` waits between tries.
    """

    def __init__(
        self,
        settings: Settings,
        note: Callable[[str], None],
        log: Callable[[str], None],
        read_server_ms: Callable[[Endpoint], int],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._settings = settings
        self._note = note
        self._log = log
        self._sleep = sleep
        self._read_server_ms = read_server_ms
        self._open = contextlib.ExitStack()
        self._connection: ClientConnection | None = None
        self.clock = retry.Clock()

    def call(self, endpoint: Endpoint, parameters: Mapping[str, signing.Value]) -> decoding.Answer:
        """Send a signed call and return its result. `parameters` are those of the API document, without timestamp."""
        retrier = retry.Retrier(
            self._settings, self.clock, lambda: self._read_server_ms(endpoint), self._note, self._sleep
        )
        return retrier.run(lambda left_s: self._exchange(endpoint, parameters, left_s))

    def request(self, endpoint: Endpoint, parameters: Mapping[str, signing.Value]) -> dict[str, Any]:
        """Build the frame with a fresh timestamp, signed."""
        if endpoint.method != "WS" or (endpoint.method, endpoint.path) not in endpoints.ALLOWED:
            raise ValueError(f"{endpoint.path} is not in the endpoint table")
        credentials = self._settings.credentials
        stamped = {**parameters, "apiKey": credentials.api_key, "timestamp": self.clock.now_ms()}
        return {
            "id": os.urandom(8).hex(),
            "method": endpoint.path,
            "params": signing.sign_websocket(stamped, signing.signer(credentials)),
        }

    def close(self) -> None:
        self._connection = None
        self._open.close()

    def _exchange(self, endpoint: Endpoint, parameters: Mapping[str, signing.Value], left_s: float) -> decoding.Answer:
        from websockets.exceptions import WebSocketException

        url = self._settings.base_url(endpoint.host)
        host = url.split("/")[2]
        started = time.monotonic()
        failure = None
        try:
            connection = self._connected(url, left_s)
            request = self.request(endpoint, parameters)
            connection.send(json.dumps(request))
            frame, reply = _answer_to(request["id"], connection, started + left_s)
        except (WebSocketException, OSError, EOFError, _Redirected) as error:
            failure = self._failure(error, endpoint, host)
            self._connection = None
        taken_s = time.monotonic() - started
        if taken_s >= left_s:
            # This try has been given up, so it must say nothing any more.
            raise network.timed_out()
        if failure is not None:
            self._log(f"{endpoint.method} {host} {endpoint.path} failed: {failure.message}")
            # Raised here: the library's exceptions may hold the frame, or a proxy's password, even as a hidden context.
            raise failure
        self._log(
            f"{endpoint.method} {host} {endpoint.path} {reply.get('status')} in {taken_s * 1000:.0f} ms, {_weight(reply)}"
        )
        return decoding.Answer(frame, self._judged(endpoint, reply))

    def _connected(self, url: str, left_s: float) -> "ClientConnection":
        if self._connection is None:
            self._open.close()
            from websockets.exceptions import InvalidProxy
            from websockets.sync.client import connect

            secure = url.startswith("wss:")
            # What goes unencrypted goes to this machine, so no proxy may see it.
            proxy = _proxy(url) if secure and self._settings.trust_environment else None
            try:
                opened = connect(
                    url,
                    ssl=self._tls() if secure else None,
                    proxy=proxy,
                    proxy_ssl=self._tls() if proxy and proxy.startswith("https:") else None,
                    open_timeout=left_s,
                    close_timeout=_CLOSE_TIMEOUT_S,
                    ping_interval=None,
                    compression=None,
                    max_size=decoding.LARGEST_BODY,
                    max_queue=_MOST_FRAMES,
                    user_agent_header=f"bnacct/{__version__}",
                    create_connection=_connection_that_stays(),
                )
            except OSError:  # a wrong certificate is a ValueError, too
                raise
            except (ImportError, ValueError):
                # A port that is none, a name that no host can have, or SOCKS without its library.
                raise InvalidProxy("***", "it cannot be used") from None
            self._connection = self._open.enter_context(opened)
        return self._connection

    def _tls(self) -> "ssl.SSLContext":
        import ssl

        # The same authorities as over HTTPS, where requests brings certifi's.
        bundle = self._settings.ca_bundle
        if bundle is None:
            import certifi

            bundle = certifi.where()
        if os.path.isdir(bundle):
            return ssl.create_default_context(capath=bundle)
        return ssl.create_default_context(cafile=bundle)

    def _judged(self, endpoint: Endpoint, reply: dict[str, Any]) -> Any:
        """Return the result of a reply; raise what the exchange's refusal means if it is one."""
        status = reply.get("status")
        if status == 200 and "result" in reply:
            return reply["result"]
        error = reply.get("error")
        if not isinstance(error, dict):
            raise errors.ResponseError("The reply has neither a result nor an error.")
        code, text = decoding.code_and_text(error)
        raise refusals.refused(
            endpoint.host,
            http_status=status if isinstance(status, int) else None,
            binance_code=code,
            text=text or "the reply has no text",
            retry_after_s=self._retry_after_s(error.get("data"), text),
            drift_ms=self.clock.drift_ms,
        )

    def _retry_after_s(self, data: Any, text: str) -> float | None:
        """Return the wait asked for. Here `retryAfter` is a moment in epoch milliseconds, not a number of seconds."""
        moments = data if isinstance(data, dict) else {}
        until_ms, now_ms = moments.get("retryAfter"), moments.get("serverTime")
        if not isinstance(until_ms, int):
            until_ms = refusals.banned_until_ms(text)
        if not isinstance(now_ms, int):
            now_ms = self.clock.now_ms()
        return max(0.0, (until_ms - now_ms) / 1000) if until_ms is not None else None

    def _failure(self, error: Exception, endpoint: Endpoint, host: str) -> errors.BnacctError:
        from websockets import exceptions

        match error:
            case exceptions.InvalidStatus() | _Redirected():
                return self._refused_handshake(error.response, endpoint)
            case exceptions.InvalidProxy():
                return network.unusable_address()
            case exceptions.ProxyError():
                return network.proxy_failure()
            case exceptions.ConnectionClosed() if error.sent is not None and error.sent.code == _TOO_BIG:
                return network.oversize(decoding.LARGEST_BODY)
            case exceptions.InvalidHandshake() if not isinstance(error.__cause__, EOFError | OSError):
                return errors.ResponseError("The address answers, but not as a WebSocket API.")
            case _:
                return network.failure(error, host)

    def _refused_handshake(self, response: "Response", endpoint: Endpoint) -> errors.BnacctError:
        """A refused handshake is plain HTTP: 403 and 404 pages, 451, 429 and 418 with their bodies."""
        if 300 <= response.status_code < 400:
            return network.redirected(response.status_code)
        code, text = None, ""
        with contextlib.suppress(errors.BnacctError):
            code, text = decoding.code_and_text(decoding.decode(bytes(response.body or b"")))
        return refusals.refused(
            endpoint.host,
            http_status=response.status_code,
            binance_code=code,
            text=text or "the WebSocket handshake was turned down",
            retry_after_s=refusals.retry_after_s(response.headers.get("Retry-After"), text, self.clock.now_ms()),
        )


class _Redirected(Exception):
    """The handshake was answered with a redirect."""

    def __init__(self, response: "Response") -> None:
        super().__init__(response.status_code)
        self.response = response


def _connection_that_stays() -> "type[ClientConnection]":
    """Return a connection class that refuses redirects: newer libraries follow them, and the key would go along."""
    from websockets.exceptions import InvalidStatus
    from websockets.sync.client import ClientConnection

    class StayingConnection(ClientConnection):
        def handshake(self, *args: Any, **options: Any) -> None:
            try:
                super().handshake(*args, **options)
            except InvalidStatus as error:
                if 300 <= error.response.status_code < 400:
                    raise _Redirected(error.response) from None
                raise

    return StayingConnection


def _proxy(url: str) -> str | None:
    """Return the proxy that HTTPS would take to this host: the library has other variables, and wants a scheme."""
    from urllib.parse import unquote
    from urllib.request import getproxies, proxy_bypass

    from websockets.version import version

    proxies = getproxies()
    proxy = proxies.get("https") or proxies.get("all")
    if proxy is None or proxy_bypass(url.split("/")[2]):
        return None
    scheme, _, address = proxy.rpartition("://")
    login, at, address = address.rpartition("@")
    if int(version.partition(".")[0]) < _DECODES_LOGINS:
        login = unquote(login)
    return f"{scheme or 'http'}://{login}{at}{address}"


def _answer_to(request_id: str, connection: "ClientConnection", ends: float) -> tuple[bytes, dict[str, Any]]:
    """Return the frame with our id, and what it holds. Frames that are not ours, as `serverShutdown`, are passed over.

    An error whose id is null is ours too: it is how a request is refused that could not be tied to its id, and only
    one is under way.
    """
    while (left_s := ends - time.monotonic()) > 0:
        # As bytes, whatever the opcode says: text is decoded as an HTTP body is, and so refused in the same words.
        frame = connection.recv(timeout=left_s, decode=False)
        reply = decoding.decode(frame)
        if not isinstance(reply, dict):
            continue
        if reply.get("id") == request_id or (reply.get("id") is None and "error" in reply):
            return frame, reply
    raise TimeoutError


def _weight(reply: dict[str, Any]) -> str:
    limits = reply.get("rateLimits")
    for limit in limits if isinstance(limits, list) else ():
        if isinstance(limit, dict) and limit.get("rateLimitType") == "REQUEST_WEIGHT":
            return f"weight used {limit.get('count')} of {limit.get('limit')}"
    return "weight not told"
