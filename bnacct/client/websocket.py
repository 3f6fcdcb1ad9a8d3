"""Sends one endpoint of the WebSocket API.

Return the result and the frame it came in, or raise a `BnacctError`.
"""

import contextlib
import functools
import json
import threading
import time
from typing import TYPE_CHECKING, Any

from bnacct import __version__, errors
from bnacct.client import decoding, proxies, retry, signing, tunnel
from bnacct.client.base import BaseClient, Reply, silence_libraries, weight, whole_number
from bnacct.client.contract import Console, Parameters, WebSocketRequest
from bnacct.client.opening import Opening, is_direct, require_peer, tls_context
from bnacct.endpoints import Endpoint
from bnacct.errors import network
from bnacct.settings import Settings

if TYPE_CHECKING:
    import ssl

    from websockets.http11 import Response
    from websockets.sync.client import ClientConnection

    from bnacct.client import https

# The reply is here, so the goodbye is sent, and its answer not waited for: that would take a round trip.
_CLOSE_TIMEOUT_S = 0
# The whole goodbye, sending it included.
_GOODBYE_S = 0.1
_SHORTEST_S = 0.001
# A frame that was received and not yet read; each may be as long as the longest answer.
_MOST_FRAMES = 1
# The close code that our side sends when a message passes max_size. One that is received is sent back.
_TOO_BIG = 1009


class Client(BaseClient):
    """A client of the WebSocket API, its connection kept open over all calls of a command.

    The exchange's clock is read over HTTPS, as the futures WebSocket API documents none.
    """

    sends = frozenset({"WS"})

    def __init__(self, settings: Settings, console: Console) -> None:
        super().__init__(settings, console)
        self._connection: ClientConnection | None = None
        # On the connection that is open.
        self._requests = 0
        # One call at a time is under way on a connection.
        self._using = threading.Lock()
        self._rest: https.Client | None = None
        self._ends = 0.0

    def close(self) -> None:
        if self._rest is not None:
            self._rest.close()
        connection, self._connection = self._connection, None
        if connection is not None:
            # A peer that does not read can hold up even the goodbye.
            left_s = min(_GOODBYE_S, self._ends - time.monotonic())
            with contextlib.suppress(errors.NetworkError):
                retry.within(max(left_s, _SHORTEST_S), lambda attempt: _say_goodbye(connection, attempt))

    def _read_drift_ms(self, endpoint: Endpoint, left_s: float) -> int:
        if self._rest is None:
            from bnacct.client import https

            self._rest = https.Client(self._settings, self._console)
        return self._rest.drift_ms(endpoint, left_s)

    def _built(self, endpoint: Endpoint, parameters: Parameters) -> WebSocketRequest:
        credentials = self._settings.credentials
        stamped = {**parameters, "apiKey": credentials.api_key, "timestamp": self.clock.now_ms()}
        frame = {
            # No two requests on a connection share an id, so that a late answer is not taken for that to another. The
            # ids of each connection start anew: answers repeat them, and equal ones are to be kept once.
            "id": f"bnacct-{self._requests + 1}",
            "method": endpoint.path,
            "params": signing.sign_websocket(stamped, signing.signer(credentials)),
        }
        return WebSocketRequest(self._settings.base_url(endpoint.host), frame)

    def _send(self, endpoint: Endpoint, parameters: Parameters, attempt: retry.Attempt) -> Reply | errors.BnacctError:
        self._ends = time.monotonic() + attempt.left_s
        if not self._using.acquire(timeout=attempt.left_s):
            return network.timed_out()
        try:
            return self._asked(endpoint, parameters, attempt)
        finally:
            self._using.release()

    def _asked(self, endpoint: Endpoint, parameters: Parameters, attempt: retry.Attempt) -> Reply | errors.BnacctError:
        url = self._settings.base_url(endpoint.host)
        signing.signer(self._settings.credentials)  # nothing is sent unless there is a key to sign with
        with self._begun(url, attempt) as opening:
            from websockets.exceptions import WebSocketException

            silence_libraries()
            try:
                connection = self._connected(url, attempt, opening)
                # Built once connected, so that the timestamp is fresh.
                request = self._built(endpoint, parameters)
                self._requests += 1
                connection.send(json.dumps(request.frame))
                attempt.has_sent()
                frame, reply = _answer_to(request.frame["id"], connection, self._ends)
            except (WebSocketException, OSError, EOFError, _Redirected, tunnel.ProxyRefusalError) as error:
                self._drop(attempt)
                return self._failure(error, endpoint)
        judged = functools.partial(self._judged, endpoint, frame, reply)
        used, limit = _counted(reply)
        return Reply(
            reply.get("status"),
            weight(used, limit),
            lambda: judged()._replace(weight_used=whole_number(used)),
            attempt.middle_ms(),
        )

    def _begun(self, url: str, attempt: retry.Attempt) -> contextlib.AbstractContextManager[Opening | None]:
        """Begin to open a connection, if one is needed and it is sure to be used."""
        if self._connection is not None or not is_direct(url, self._settings):
            return contextlib.nullcontext()
        bundle = self._settings.ca_bundle if url.startswith("wss:") else None
        return Opening(url, bundle, attempt, connect_s=max(attempt.left_s, _SHORTEST_S), speaks_tls=False)

    def _drop(self, attempt: retry.Attempt) -> None:
        """Close a connection that failed. Its socket is shut down first: a goodbye could block on a peer that does not read."""
        connection, self._connection = self._connection, None
        attempt.give_up()
        if connection is not None:
            connection.close()

    def _connected(self, url: str, attempt: retry.Attempt, opening: Opening | None) -> "ClientConnection":
        if self._connection is None:
            self._requests = 0
            # Entered, as the library warns of a connection that is not.
            self._connection = self._opened(url, attempt, opening).__enter__()
        else:
            attempt.uses(self._connection.socket.fileno())
        return self._connection

    def _opened(self, url: str, attempt: retry.Attempt, opening: Opening | None) -> "ClientConnection":
        from websockets.exceptions import InvalidURI
        from websockets.sync.client import connect

        secure = url.startswith("wss:")
        # What goes unencrypted goes to this machine, so no proxy may see it.
        proxy = proxies.before(url) if secure and self._settings.trust_environment else None
        tls = None
        if secure:
            tls = opening.context() if opening else self._tls()
        opened = None
        try:
            if proxy:
                opened = tunnel.through(proxy, url, self._tls, attempt)
            else:
                opened = (opening.take() if opening else None) or tunnel.straight(url, attempt)
            if tls is not None:
                require_peer(opened)
            opened.settimeout(None)
            return connect(
                url,
                sock=opened,
                ssl=tls,
                # The tunnel stands already; a proxy that is spoken to over TLS makes it TLS within TLS.
                proxy=None,
                proxy_ssl=tls if proxy and proxy.startswith("https:") else None,
                open_timeout=attempt.left_s,
                close_timeout=_CLOSE_TIMEOUT_S,
                ping_interval=None,
                compression=None,
                max_size=decoding.LARGEST_BODY,
                max_queue=_MOST_FRAMES,
                user_agent_header=f"bnacct/{__version__}",
                create_connection=_connection_class(),
            )
        except BaseException as error:
            # Most failures of the library close it, but not all.
            if opened is not None:
                opened.close()
            # A wrong certificate is a ValueError, too. Any other is a port that is none, or a name no host can have.
            if isinstance(error, ValueError) and not isinstance(error, OSError):
                raise InvalidURI("***", "it cannot be used") from None
            raise

    def _tls(self) -> "ssl.SSLContext":
        return tls_context(self._settings.ca_bundle)

    def _judged(self, endpoint: Endpoint, frame: bytes, reply: dict[str, Any]) -> decoding.Answer:
        """Return the answer that a reply holds; raise what the exchange's refusal means if it is one."""
        status = reply.get("status")
        if status == 200 and "result" in reply:
            return decoding.Answer(frame, reply["result"])
        error = reply.get("error")
        if not isinstance(error, dict):
            raise errors.ResponseError("The reply has neither a result nor an error.")
        code, text = decoding.code_and_text(error)
        raise self._refused(
            endpoint,
            status if isinstance(status, int) else None,
            code,
            text or "the reply has no text",
            self._retry_after_s(error.get("data"), text),
        )

    def _retry_after_s(self, data: Any, text: str) -> float | None:
        """Return the wait asked for. Here `retryAfter` is a moment in epoch milliseconds, not a number of seconds."""
        from bnacct.errors import refusals

        moments = data if isinstance(data, dict) else {}
        until_ms, now_ms = moments.get("retryAfter"), moments.get("serverTime")
        if not isinstance(until_ms, int):
            until_ms = refusals.banned_until_ms(text)
        if not isinstance(now_ms, int):
            now_ms = self.clock.now_ms()
        return max(0.0, (until_ms - now_ms) / 1000) if until_ms is not None else None

    def _failure(self, error: Exception, endpoint: Endpoint) -> errors.BnacctError:
        from websockets import exceptions

        match error:
            case exceptions.InvalidStatus() | _Redirected():
                return self._refused_handshake(error.response, endpoint)
            case tunnel.ProxyRefusalError():
                return error.failure
            case exceptions.InvalidURI():
                return network.unusable_address()
            case exceptions.ConnectionClosed() if error.sent and error.sent.code == _TOO_BIG and not error.rcvd:
                return network.oversize(decoding.LARGEST_BODY)
            case exceptions.InvalidHandshake() if not isinstance(error.__cause__, EOFError | OSError):
                return errors.ResponseError("The address answers, but not as a WebSocket API.")
            case _:
                return network.failure(error, self._host(endpoint))

    def _refused_handshake(self, response: "Response", endpoint: Endpoint) -> errors.BnacctError:
        """A refused handshake is plain HTTP: 403 and 404 pages, 451, 429 and 418 with their bodies."""
        if 300 <= response.status_code < 400:
            return network.redirected(response.status_code)
        from bnacct.errors import refusals

        code, text = None, ""
        with contextlib.suppress(errors.BnacctError):
            code, text = decoding.code_and_text(decoding.decode(bytes(response.body or b"")))
        return self._refused(
            endpoint,
            response.status_code,
            code,
            text or "the WebSocket handshake was turned down",
            refusals.retry_after_s(response.headers.get("Retry-After"), text, self.clock.now_ms()),
        )


class _Redirected(Exception):
    """The handshake was answered with a redirect."""

    def __init__(self, response: "Response") -> None:
        super().__init__(response.status_code)
        self.response = response


def _connection_class() -> "type[ClientConnection]":
    """Return a connection class that refuses redirects, and reads and writes TLS in turns.

    Newer libraries follow redirects, and the key would go along.
    """
    import ssl

    from websockets.exceptions import InvalidHandshake, InvalidStatus
    from websockets.sync.client import ClientConnection

    from bnacct.client.turns import TurnTakingSocket

    class StayingConnection(ClientConnection):
        def __init__(self, socket: Any, *args: Any, **options: Any) -> None:
            taking_turns: Any = TurnTakingSocket(socket) if isinstance(socket, ssl.SSLSocket) else socket
            super().__init__(taking_turns, *args, **options)

        def handshake(self, *args: Any, **options: Any) -> None:
            try:
                super().handshake(*args, **options)
            except InvalidStatus as error:
                if 300 <= error.response.status_code < 400:
                    raise _Redirected(error.response) from None
                raise
            except AssertionError:
                # The library does not expect an answer before it has sent the request.
                raise InvalidHandshake from None

    return StayingConnection


def _say_goodbye(connection: "ClientConnection", attempt: retry.Attempt) -> None:
    with contextlib.suppress(OSError):
        attempt.uses(connection.socket.fileno())
    connection.close()


def _answer_to(request_id: str, connection: "ClientConnection", ends: float) -> tuple[bytes, dict[str, Any]]:
    """Return the frame with our id, and what it holds. Frames that are not ours, like `serverShutdown`, are skipped.

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


def _counted(reply: dict[str, Any]) -> tuple[object, object]:
    """Return what a reply says of the weight used and its limit, whatever that is; None where it does not say."""
    limits = reply.get("rateLimits")
    for limit in limits if isinstance(limits, list) else ():
        if isinstance(limit, dict) and limit.get("rateLimitType") == "REQUEST_WEIGHT":
            return limit.get("count"), limit.get("limit")
    return None, None
