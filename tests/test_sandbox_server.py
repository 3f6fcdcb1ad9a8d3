"""The sandbox's server speaks HTTP and WebSocket on real sockets."""

import http.client
import socket
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import websockets.exceptions

from bnacct.sandbox import Sandbox
from bnacct.sandbox.server.frames import frame
from bnacct.sandbox.server.http_server import MOST_BODY_BYTES, MOST_HEAD_BYTES
from tests.sandbox_requests import ASSETS, BOUND_S, make, opened, raw, send


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with make() as running:
        yield running


def test_many_requests_go_over_one_connection(sandbox: Sandbox) -> None:
    connection = http.client.HTTPConnection(urlsplit(sandbox.urls["sapi"]).netloc, timeout=BOUND_S)
    for _ in range(3):
        connection.request("GET", "/api/v3/time")
        connection.getresponse().read()
    connection.close()
    assert (sandbox.http_connections, sandbox.ws_connections, len(sandbox.requests)) == (1, 0, 3)


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (MOST_BODY_BYTES + 1), 413),
        (b"GET / HTTP/1.1\r\nx: " + b"x" * MOST_HEAD_BYTES, 431),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 411),
    ],
)
def test_what_is_no_http_request_is_refused(sandbox: Sandbox, request_: bytes, status: int) -> None:
    address = urlsplit(sandbox.urls["sapi"])
    with socket.create_connection((address.hostname, address.port or 0), timeout=BOUND_S) as connection:
        connection.sendall(request_)
        assert connection.recv(65_536).startswith(f"HTTP/1.1 {status} ".encode())


def test_serving_http_alone_loads_neither_websockets_nor_cryptography() -> None:
    code = (
        "import sys; from bnacct.sandbox import Sandbox; Sandbox().start(websocket=False).close();"
        "print([name for name in ('websockets', 'cryptography', 'requests') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_another_websocket_path_is_a_404(sandbox: Sandbox) -> None:
    with pytest.raises(websockets.exceptions.InvalidStatus) as refused, opened(sandbox, "x"):
        pass
    assert refused.value.response.status_code == 404


def test_requests_sent_together_are_answered_one_after_the_other(sandbox: Sandbox) -> None:
    address = urlsplit(sandbox.urls["sapi"])
    request = b"GET /api/v3/time HTTP/1.1\r\n\r\n"
    with socket.create_connection((address.hostname, address.port or 0), timeout=BOUND_S) as connection:
        connection.sendall(request + request)
        received = b""
        while received.count(b"serverTime") < 2:
            chunk = connection.recv(65_536)
            assert chunk
            received += chunk
    assert len(sandbox.requests) == 2


def test_a_connection_ends_where_the_request_says_so(sandbox: Sandbox) -> None:
    assert raw(sandbox).startswith(b"HTTP/1.1 200 OK\r\n")


def test_a_response_is_dated_by_the_clock_of_the_exchange(sandbox: Sandbox) -> None:
    assert send(sandbox, ASSETS).headers["Date"] == "Sat, 21 Nov 2026 00:00:30 GMT"


@pytest.mark.parametrize(
    ("length", "head"),
    [
        (125, b"\x81\x7d"),
        (126, b"\x81\x7e\x00\x7e"),
        (65_535, b"\x81\x7e\xff\xff"),
        (65_536, b"\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00"),
    ],
)
def test_a_frame_states_its_length_in_the_shortest_form(length: int, head: bytes) -> None:
    assert frame(b"x" * length) == head + b"x" * length


# -- few resources

FEW_FILES = """
import resource, sys
from bnacct import __main__ as entry
limit = int(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
raise SystemExit(entry.main())
"""


@pytest.mark.parametrize("command", ["user-assets", "ws-balance"])
@pytest.mark.parametrize("limit", [6, 7, 8, 9, 10, 12])
def test_a_sandbox_with_few_file_descriptors_ends_all_the_same(command: str, limit: int) -> None:
    # A run that did not end would raise subprocess.TimeoutExpired.
    done = subprocess.run(
        [sys.executable, "-c", FEW_FILES, str(limit), command, "-e", "sandbox", "-o", "json", "--timeout", "1"],
        capture_output=True,
        timeout=30,
        check=False,
    )

    assert done.returncode in (0, 1, 6)
    assert b"Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_library_is_loaded_before_anybody_connects() -> None:
    code = (
        "import sys; from bnacct.sandbox import Sandbox; Sandbox().start(); print('websockets.server' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout == b"True\n"
