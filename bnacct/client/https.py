"""Sends one endpoint over HTTPS.

Return the decoded JSON and the body it came from, or raise a `BnacctError`.
"""

import contextlib
import functools
import threading
import zlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from bnacct import __version__, endpoints, errors
from bnacct.client import decoding, proxies, retry, signing
from bnacct.client.base import BaseClient, Reply, silence_libraries, weight, whole_number
from bnacct.client.contract import Console, HttpsRequest, Parameters
from bnacct.client.decoding import Answer
from bnacct.client.opening import Opening, is_direct, require_peer, tls_context
from bnacct.endpoints import Endpoint
from bnacct.errors import network
from bnacct.settings import Settings

if TYPE_CHECKING:
    import socket
    import ssl

    import requests
    from requests.adapters import HTTPAdapter

_CHUNK = 1 << 16
_KEY_HEADER = "X-MBX-APIKEY"
_SHORTEST_S = 0.001
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS

# The try that runs in this thread, for the connections it uses, and the connection that is being opened for it.
_running = threading.local()


class Connections:
    """The connections of any number of clients, kept open until they are closed, and used by one call at a time.

    They belong to hosts, and not to accounts: each request brings the key and the signature of its own client.
    """

    def __init__(self) -> None:
        self._opening = threading.Lock()
        self._reading = threading.Lock()
        self._adapter: HTTPAdapter | None = None
        self._begun: set[str] = set()
        self._contexts: dict[str | None, ssl.SSLContext] = {}

    def context(self, bundle: str | None) -> "ssl.SSLContext":
        """Return the TLS context with these authorities; they are read once for all connections."""
        with self._reading:
            if bundle not in self._contexts:
                self._contexts[bundle] = tls_context(bundle)
            return self._contexts[bundle]

    def is_new(self, url: str) -> bool:
        """Say whether a call to the host of this address is sure to need a connection of its own, and remember it.

        It is if it is the first call to that host, or if no library is there yet that could have opened another.
        """
        with self._opening:
            is_new = url not in self._begun or self._adapter is None
            self._begun.add(url)
            return is_new

    def prepare(self, url: str, settings: Settings) -> None:
        """Open a connection to a host that will be called soon, and keep it; what fails will fail with the call.

        Nothing is sent over it. It is done aside, and only where TLS takes its time and no proxy is in between.
        """
        if url.startswith("https:") and is_direct(url, settings):
            threading.Thread(target=self._prepared, args=(url, settings), daemon=True).start()

    def _prepared(self, url: str, settings: Settings) -> None:
        import requests
        from urllib3.exceptions import HTTPError

        bundle = settings.ca_bundle
        _running.attempt, _running.opening = retry.Attempt(settings.timeout_s), None
        _running.context = lambda: self.context(bundle)
        prepared = requests.Request("GET", url).prepare()
        with contextlib.suppress(requests.RequestException, HTTPError, OSError, ValueError):
            pool: Any = self.adapter().get_connection_with_tls_context(prepared, bundle or True)
            connection = pool._get_conn(settings.timeout_s)
            connection.timeout = settings.timeout_s
            connection.connect()
            pool._put_conn(connection)

    def adapter(self) -> "HTTPAdapter":
        with self._opening:
            if self._adapter is None:
                self._adapter = _adapter_class()()
            return self._adapter

    def close(self) -> None:
        with self._opening:
            if self._adapter is not None:
                self._adapter.close()
                self._adapter = None


class Client(BaseClient):
    """A client over HTTPS, kept alive over all calls of a command.

    `connections` may be shared with other clients, and are closed by whoever shares them.
    """

    sends = frozenset({"GET", "POST"})

    def __init__(self, settings: Settings, console: Console, connections: Connections | None = None) -> None:
        super().__init__(settings, console)
        self._own = Connections() if connections is None else None
        self._connections = connections or self._own or Connections()

    def call(self, endpoint: Endpoint, parameters: Parameters, ends: float | None = None) -> Answer:
        """Send a signed call and return its answer; see `contract.Client.call`."""
        if self._context(self._settings.base_url(endpoint.host)) is None:
            # Nothing is opened meanwhile, so the library is loaded here and not in the thread of a try, which would get
            # the memory for it from the kernel in many small pieces.
            import requests  # noqa: F401
        return super().call(endpoint, parameters, ends)

    def drift_ms(self, endpoint: Endpoint, left_s: float | None = None) -> int:
        """Return how many milliseconds our clock is ahead of that of the endpoint's host, read once within `left_s` seconds.

        Without `left_s` it may take the `timeout_s` of the settings. Raise `errors.BnacctError`.
        """
        clock = endpoints.CLOCKS[endpoint.host]
        answer, at_ms = self._exchange(clock, {}, self._settings.timeout_s if left_s is None else left_s)
        document = answer.document
        server_ms = document.get("serverTime") if isinstance(document, dict) else None
        if not isinstance(server_ms, int):
            raise errors.ResponseError("The exchange's clock gave no time.")
        return at_ms - server_ms

    def close(self) -> None:
        if self._own is not None:
            self._own.close()

    def _read_drift_ms(self, endpoint: Endpoint, left_s: float) -> int:
        return self.drift_ms(endpoint, left_s)

    def _built(self, endpoint: Endpoint, parameters: Parameters) -> HttpsRequest:
        url = self._settings.base_url(endpoint.host) + endpoint.path
        headers = {"User-Agent": f"bnacct/{__version__}", "Accept": "application/json", "Accept-Encoding": "gzip"}
        if endpoint.signed:
            credentials = self._settings.credentials
            stamped = {**parameters, "timestamp": self.clock.now_ms()}
            url += "?" + signing.sign_rest(stamped, signing.signer(credentials))
            headers[_KEY_HEADER] = credentials.api_key
        elif parameters:
            url += "?" + signing.rest_payload(parameters)
        return HttpsRequest(endpoint.method, url, headers)

    def _send(self, endpoint: Endpoint, parameters: Parameters, attempt: retry.Attempt) -> Reply | errors.BnacctError:
        if endpoint.signed:
            signing.signer(self._settings.credentials)  # nothing is sent unless there is a key to sign with
        timeouts = self._timeouts(attempt)
        with self._begun(self._settings.base_url(endpoint.host), attempt, timeouts[0]) as opening:
            import requests
            from urllib3.exceptions import HTTPError

            silence_libraries()
            _running.attempt, _running.opening = attempt, opening
            _running.context = self._context(self._settings.base_url(endpoint.host))
            request = self._built(endpoint, parameters)
            try:
                with self._sent(request, timeouts) as response:
                    at_ms = attempt.middle_ms()
                    body = _read(response)
            except (requests.RequestException, HTTPError, OSError, ValueError) as error:
                return _failure(error, self._host(endpoint))
            except errors.BnacctError as failure:
                # The frames that its traceback keeps alive hold the request.
                return failure.with_traceback(None)
        status, headers = response.status_code, response.headers
        limit = endpoints.limit(endpoint)
        used = whole_number(headers.get(limit.used_header))
        return Reply(
            status,
            weight(used, limit.weight_per_minute),
            lambda: self._judged(endpoint, status, headers, body)._replace(weight_used=used),
            at_ms,
        )

    def _begun(
        self, url: str, attempt: retry.Attempt, connect_s: float
    ) -> contextlib.AbstractContextManager[Opening | None]:
        """Begin to open the connection of the first request to a host, where it is sure to be used."""
        context = self._context(url)
        if context is None or not self._connections.is_new(url):
            return contextlib.nullcontext()
        bundle = self._settings.ca_bundle
        return Opening(url, bundle, attempt, connect_s=connect_s, speaks_tls=True, context=context)

    def _context(self, url: str) -> "Callable[[], ssl.SSLContext] | None":
        """Return what makes the TLS context for a host; None where the library connects by itself."""
        if url.startswith("http:") or not is_direct(url, self._settings):
            return None
        bundle = self._settings.ca_bundle
        return lambda: self._connections.context(bundle)

    def _timeouts(self, attempt: retry.Attempt) -> tuple[float, float]:
        """Return the seconds to connect, and to wait for a part of the answer.

        A lost connection attempt may be tried again within the deadline; a slow answer may take all of it.
        """
        connect_s = attempt.left_s / 3 if self._settings.retries else attempt.left_s
        return max(connect_s, _SHORTEST_S), max(attempt.left_s, _SHORTEST_S)

    def _sent(self, request: HttpsRequest, timeouts: tuple[float, float]) -> "requests.Response":
        import requests

        # Prepared apart from any session, whose preparation would add what a ~/.netrc says of the host.
        prepared = requests.Request(request.method, request.url, request.headers).prepare()
        # What goes unencrypted goes to this machine, so no proxy may see it.
        trusted = self._settings.trust_environment and request.url.startswith("https:")
        proxy = proxies.before(request.url) if trusted else None
        # Sent by an adapter without a session. A redirect would take the key's header and the signature to another
        # host; a session follows it, or if told not to, still reads its whole body and parses where it points.
        return self._connections.adapter().send(
            prepared,
            timeout=timeouts,
            stream=True,
            proxies={"https": proxy} if proxy else {},
            verify=self._settings.ca_bundle or True,
        )

    def _judged(self, endpoint: Endpoint, status: int, headers: Mapping[str, str], body: bytes) -> decoding.Answer:
        """Return the answer if it is one; raise what the exchange's refusal means if it is not."""
        if 200 <= status < 300:
            if endpoint.may_be_empty and not body:
                return decoding.Answer(body, None)
            document = decoding.decode(body)
            code, text = decoding.code_and_text(document)
            if code is None or code == 200:
                return decoding.Answer(body, document)
            raise self._refusal(endpoint, status, code, text, headers)
        if 300 <= status < 400:
            raise network.redirected(status)
        try:
            code, text = decoding.code_and_text(decoding.decode(body))
        except errors.ResponseError:
            code, text = None, ""
        raise self._refusal(endpoint, status, code, text, headers)

    def _refusal(
        self, endpoint: Endpoint, status: int, code: int | None, text: str, headers: Mapping[str, str]
    ) -> errors.BnacctError:
        from bnacct.errors import refusals

        retry_after_s = refusals.retry_after_s(headers.get("Retry-After"), text, self.clock.now_ms())
        return self._refused(endpoint, status, code, text, retry_after_s)


@functools.cache
def _adapter_class() -> "type[HTTPAdapter]":
    """Return an adapter whose connections name their sockets to the try that runs, and whose bodies are bounded."""
    import http.client

    from requests.adapters import HTTPAdapter
    from urllib3.connection import HTTPConnection, HTTPSConnection
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

    class BoundedResponse(http.client.HTTPResponse):
        def _read_status(self) -> tuple[str, int, str]:
            while True:
                version, status, reason = super()._read_status()  # type: ignore[misc]
                # Of the interim answers, the library passes over 100 alone. 101 is final: nothing else was asked for.
                if not 101 < status < 200:
                    return version, status, reason
                http.client.parse_headers(self.fp)

        def _safe_read(self, amt: int) -> bytes:
            # A chunk that says it is -1 bytes long would be read to the end of the connection, into memory.
            if amt < 0:
                raise http.client.IncompleteRead(b"")
            read: bytes = super()._safe_read(amt)  # type: ignore[misc]
            return read

    class Naming:
        """Names each socket to the running try: a new one before TLS begins on it, a kept one before it is used."""

        sock: "socket.socket | None"

        def _new_conn(self) -> "socket.socket":
            opened: socket.socket = super()._new_conn()  # type: ignore[misc]
            try:
                _running.attempt.uses(opened.fileno())
            except TimeoutError:
                opened.close()
                raise
            return opened

        def _tunnel(self) -> None:
            super()._tunnel()  # type: ignore[misc]
            if self.sock is not None:
                require_peer(self.sock)

        def putrequest(self, *arguments: Any, **options: Any) -> None:
            if self.sock is not None:
                _running.attempt.uses(self.sock.fileno())
            super().putrequest(*arguments, **options)  # type: ignore[misc]

        def getresponse(self, *arguments: Any, **options: Any) -> Any:
            _running.attempt.has_sent()
            return super().getresponse(*arguments, **options)  # type: ignore[misc]

    class Plain(Naming, HTTPConnection):
        response_class = BoundedResponse

    class Secure(Naming, HTTPSConnection):
        response_class = BoundedResponse

        def connect(self) -> None:
            opening: Opening | None = _running.opening
            if opening is not None and self.proxy is None and opening.is_for(self.host, self.port or 443):
                opened = opening.take()
                if opened is not None:
                    # Its certificate has been verified: else there would be no socket.
                    self.sock, self.is_verified = opened, True
                    return
            if self.proxy is not None or _running.context is None:
                super().connect()
                return
            # As the library does, but with authorities that were read once for all connections.
            opened = self._new_conn()
            try:
                self.sock = _running.context().wrap_socket(opened, server_hostname=self.host.rstrip("."))
            except BaseException:
                opened.close()
                raise
            self.is_verified = True

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    pools = {"http": PlainPool, "https": SecurePool}

    class Adapter(HTTPAdapter):
        def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
            super().init_poolmanager(*arguments, **options)
            self.poolmanager.pool_classes_by_scheme = pools

        def proxy_manager_for(self, *arguments: Any, **options: Any) -> Any:
            manager = super().proxy_manager_for(*arguments, **options)
            manager.pool_classes_by_scheme = pools
            return manager

        def close(self) -> None:
            # The library leaves this to the garbage collector, which may never come to it.
            for manager in (self.poolmanager, *self.proxy_manager.values()):
                for key in manager.pools.keys():  # noqa: SIM118 - it cannot be iterated over by itself
                    manager.pools[key].close()
            super().close()

    return Adapter


def _read(response: "requests.Response") -> bytes:
    """Return the body, decompressed, of at most `LARGEST_BODY` bytes: what a compressed byte costs is not known before."""
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    length = whole_number(response.headers.get("Content-Length"))
    if length is not None:
        _refuse_oversize(length)
    received = bytearray()
    while chunk := response.raw.read(_CHUNK, decode_content=False):
        received += chunk
        _refuse_oversize(len(received))
    if encoding in ("identity", ""):
        return bytes(received)
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise errors.ResponseError("The answer is compressed in a way that was not asked for.")
    inflater = zlib.decompressobj(_GZIP_OR_ZLIB)
    try:
        body = inflater.decompress(received, decoding.LARGEST_BODY + 1)
    except zlib.error:
        raise errors.ResponseError("The answer is compressed, and damaged.", retriable=True) from None
    _refuse_oversize(len(body))
    if not inflater.eof:
        raise network.truncated()
    if inflater.unused_data:
        raise errors.ResponseError("The answer goes on after its end.", retriable=True)
    return body


def _refuse_oversize(length: int) -> None:
    if length > decoding.LARGEST_BODY:
        raise network.oversize(decoding.LARGEST_BODY)


def _failure(error: Exception, host: str) -> errors.BnacctError:
    import requests
    from urllib3 import exceptions as urllib3

    match error:
        case requests.exceptions.ProxyError() | urllib3.ProxyError():
            return network.proxy_failure()
        case requests.exceptions.InvalidURL() | requests.exceptions.InvalidSchema() | urllib3.LocationValueError():
            return network.unusable_address()
        case requests.RequestException() | urllib3.HTTPError() | OSError():
            return network.failure(error, host)
        case _:
            return network.unusable_address()
