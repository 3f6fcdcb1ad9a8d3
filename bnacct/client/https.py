"""Sends one endpoint over HTTPS, signed, with retry, clock and weight accounting.

Returns the decoded JSON and the body it came from, or raises a `BnacctError`. Only rows of the endpoint table are sent.
"""

import time
import zlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from bnacct import __version__, endpoints, errors
from bnacct.client import decoding, retry, signing
from bnacct.endpoints import Endpoint
from bnacct.errors import network, refusals
from bnacct.settings import Settings

if TYPE_CHECKING:
    import requests

_CHUNK = 1 << 16
_KEY_HEADER = "X-MBX-APIKEY"
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS


class Request(NamedTuple):
    """One HTTP request as it goes out: every parameter is in the query, so the body is empty."""

    method: str
    url: str
    headers: dict[str, str]

    def __repr__(self) -> str:
        return f"Request({self.method} {self.url.partition('?')[0]})"


class Client:
    """A connection to the exchange, kept alive over all calls of a command.

    `note` takes words for the user, `log` a line for each request (`-v`), `sleep` waits between tries.
    """

    def __init__(
        self,
        settings: Settings,
        note: Callable[[str], None],
        log: Callable[[str], None],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._settings = settings
        self._note = note
        self._log = log
        self._sleep = sleep
        self._session: requests.Session | None = None
        self.clock = retry.Clock()

    def call(self, endpoint: Endpoint, parameters: Mapping[str, signing.Value]) -> decoding.Answer:
        """Send a signed call and return its answer. `parameters` are those of the API document, without timestamp."""
        retrier = retry.Retrier(self._settings, self.clock, lambda: self.server_ms(endpoint), self._note, self._sleep)
        return retrier.run(lambda left_s: self._exchange(endpoint, self.request(endpoint, parameters), left_s))

    def request(self, endpoint: Endpoint, parameters: Mapping[str, signing.Value]) -> Request:
        """Build the request with a fresh timestamp, and sign it where the endpoint asks for that."""
        if endpoint.method == "WS" or (endpoint.method, endpoint.path) not in endpoints.ALLOWED:
            raise ValueError(f"{endpoint.method} {endpoint.path} is not in the endpoint table")
        url = self._settings.base_url(endpoint.host) + endpoint.path
        headers = {"User-Agent": f"bnacct/{__version__}", "Accept": "application/json", "Accept-Encoding": "gzip"}
        if endpoint.signed:
            credentials = self._settings.credentials
            stamped = {**parameters, "timestamp": self.clock.now_ms()}
            url += "?" + signing.sign_rest(stamped, signing.signer(credentials))
            headers[_KEY_HEADER] = credentials.api_key
        return Request(endpoint.method, url, headers)

    def server_ms(self, endpoint: Endpoint) -> int:
        """Read the clock of the endpoint's host, in epoch milliseconds."""
        clock = endpoints.CLOCKS[endpoint.host]
        document = self._exchange(clock, self.request(clock, {}), self._settings.timeout_s).document
        server_ms = document.get("serverTime") if isinstance(document, dict) else None
        if not isinstance(server_ms, int):
            raise errors.ResponseError("The exchange's clock gave no time.")
        return server_ms

    def close(self) -> None:
        if self._session is not None:
            self._session.close()

    def _exchange(self, endpoint: Endpoint, request: Request, left_s: float) -> decoding.Answer:
        import requests
        from urllib3.exceptions import HTTPError

        started = time.monotonic()
        host = request.url.split("/")[2]
        failure = None
        try:
            with self._send(request, left_s) as response:
                body = _read(response)
                status = response.status_code
                headers = response.headers
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            failure = _failure(error, host)
        taken_s = time.monotonic() - started
        if taken_s >= left_s:
            # This try has been given up, so it must say nothing any more.
            raise network.timed_out()
        if failure is not None:
            self._log(f"{endpoint.method} {host} {endpoint.path} failed: {failure.message}")
            # Raised here: the library's exceptions carry the URL, and with it the signature, even as a hidden context.
            raise failure
        limit = endpoints.LIMITS[endpoint.host]
        used = headers.get(limit.used_header, "?")
        self._log(
            f"{endpoint.method} {host} {endpoint.path} {status} in {taken_s * 1000:.0f} ms, "
            f"weight used {used} of {limit.weight_per_minute}"
        )
        return self._judged(endpoint, status, headers, body)

    def _send(self, request: Request, left_s: float) -> "requests.Response":
        import requests

        if self._session is None:
            self._session = requests.Session()
        # Prepared apart from the session, whose preparation would add what a ~/.netrc says of the host.
        prepared = requests.Request(request.method, request.url, request.headers).prepare()
        # The bytes that were signed are the bytes that are sent, whatever the library makes of URLs.
        prepared.url = request.url
        proxies = {}
        # What goes unencrypted goes to this machine, so no proxy may see it.
        if self._settings.trust_environment and request.url.startswith("https:"):
            found = requests.utils.get_environ_proxies(request.url)
            # With a login and without a scheme, the library takes the user for one.
            proxies = {name: url if "://" in url else f"http://{url}" for name, url in found.items()}
        # Sent by the session's adapter. A redirect would take the key's header and the signature to another host;
        # the session follows it, or if told not to, still reads its whole body and parses where it points.
        return self._session.get_adapter(request.url).send(
            prepared,
            # A lost connection attempt may be tried again within the deadline; a slow answer may take all of it.
            timeout=(max(left_s / 3 if self._settings.retries else left_s, 0.001), max(left_s, 0.001)),
            stream=True,
            proxies=proxies,
            verify=self._settings.ca_bundle or True,
        )

    def _judged(self, endpoint: Endpoint, status: int, headers: Mapping[str, str], body: bytes) -> decoding.Answer:
        """Return the answer if it is one; raise what the exchange's refusal means if it is not."""
        if 200 <= status < 300:
            document = decoding.decode(body)
            code, text = decoding.code_and_text(document)
            if code is None or code == 200:
                return decoding.Answer(body, document)
            raise self._refused(endpoint, status, code, text, headers)
        if 300 <= status < 400:
            raise network.redirected(status)
        try:
            code, text = decoding.code_and_text(decoding.decode(body))
        except errors.ResponseError:
            code, text = None, ""
        raise self._refused(endpoint, status, code, text or "the answer has no text of the exchange's", headers)

    def _refused(
        self, endpoint: Endpoint, status: int, code: int | None, text: str, headers: Mapping[str, str]
    ) -> errors.BnacctError:
        return refusals.refused(
            endpoint.host,
            http_status=status,
            binance_code=code,
            text=text,
            retry_after_s=refusals.retry_after_s(headers.get("Retry-After"), text, self.clock.now_ms()),
            drift_ms=self.clock.drift_ms,
        )


def _read(response: "requests.Response") -> bytes:
    """Return the body, decompressed, of at most `LARGEST_BODY` bytes: what a compressed byte costs is not known before."""
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
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
