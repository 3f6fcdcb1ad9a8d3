"""What both transports do alike: the guard, the deadline, the log line, and how a try that was given up ends."""

import base64
import contextlib
import gc
import gzip
import hashlib
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator

import pytest
import responses

from bnacct import endpoints, errors
from bnacct.client import Silent, open_client
from bnacct.endpoints import Endpoint
from bnacct.sandbox import Sandbox
from bnacct.sandbox.server.frames import PING, frame
from bnacct.sandbox.server.listener import Connection, HangUpError, Listener
from bnacct.settings import Settings
from tests.bounded import run_bounded
from tests.conftest import Outcome

Run = Callable[..., Outcome]
Exchange = Callable[..., Sandbox]

CALLED: dict[str, Endpoint] = {"https": endpoints.USER_ASSETS, "websocket": endpoints.WS_BALANCE}
TRANSPORTS = pytest.mark.parametrize("endpoint", CALLED.values(), ids=CALLED)
KEY = {"BINANCE_API_KEY": "k" * 64, "BINANCE_API_SECRET": "s" * 64}


class Listening(Silent):
    """A console that keeps the log, and the thread that each line came from."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.threads: set[threading.Thread] = set()

    def log(self, text: str) -> None:
        self.lines.append(text)
        self.threads.add(threading.current_thread())


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Listener]]:
    """Serve every host from one function that speaks for itself on each connection."""
    running: list[Listener] = []

    def start(speak: Callable[[Connection], None]) -> Listener:
        listener = Listener("127.0.0.1", 0, speak)
        running.append(listener)
        for name in ("SAPI", "FAPI", "PAPI"):
            monkeypatch.setenv(f"BNACCT_{name}_URL", f"http://127.0.0.1:{listener.port}")
        monkeypatch.setenv("BNACCT_WS_FAPI_URL", f"ws://127.0.0.1:{listener.port}/ws-fapi/v1")
        for name, value in KEY.items():
            monkeypatch.setenv(name, value)
        return listener

    yield start
    for listener in running:
        listener.close()


def tries() -> list[threading.Thread]:
    """Return the threads of tries that have not ended, some time after they should have."""
    found = [thread for thread in threading.enumerate() if thread.name in ("try", "recv_events")]
    for thread in found:
        thread.join(10)
    return [thread for thread in found if thread.is_alive()]


# -- the package


def test_importing_the_client_loads_no_library() -> None:
    code = "import sys, bnacct.client; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    heavy = {"requests", "urllib3", "websockets", "cryptography", "ssl", "socket", "hashlib", "hmac"}
    assert heavy & set(loaded) == set()
    assert {"bnacct.client.https", "bnacct.client.websocket"} & set(loaded) == set()


@pytest.mark.parametrize(("name", "other"), [("USER_ASSETS", "websocket"), ("WS_BALANCE", "https")])
def test_a_client_loads_the_module_of_its_own_transport(name: str, other: str) -> None:
    code = (
        "import sys; from bnacct import client, endpoints; from bnacct.settings import Settings\n"
        f"client.open_client(Settings({{}}), endpoints.{name}, client.Silent())\n"
        f"print('bnacct.client.{other}' in sys.modules, 'requests' in sys.modules, 'websockets' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False"] * 3


# -- the log


@TRANSPORTS
@pytest.mark.parametrize(
    ("faults", "line"),
    [
        ((), r"\w+ 127\.0\.0\.1:\d+ \S+ 200 in \d+ ms, weight used \d+ of \d+"),
        (("drop",), r"\w+ 127\.0\.0\.1:\d+ \S+ failed: The connection to 127\.0\.0\.1:\d+ was lost\."),
        (("error=-2015",), r"\w+ 127\.0\.0\.1:\d+ \S+ 40\d in \d+ ms, weight (used \d+ of \d+|unknown)"),
    ],
)
def test_each_try_is_one_line_of_the_thread_that_called(
    exchange: Exchange, endpoint: Endpoint, faults: tuple[str, ...], line: str
) -> None:
    exchange(faults=faults)
    console = Listening()
    client = open_client(Settings({"retries": "1"}), endpoint, console)

    with contextlib.suppress(errors.BnacctError):
        client.call(endpoint, {})
    client.close()

    assert len(console.lines) == (2 if "drop" in faults else 1)
    assert all(re.fullmatch(line, said) for said in console.lines), console.lines
    assert console.threads == {threading.current_thread()}


# -- tries that are given up


@TRANSPORTS
@pytest.mark.parametrize("fault", ["silence", "drip=0.01", "latency=60"])
def test_a_try_that_is_given_up_ends_and_says_nothing_any_more(
    exchange: Exchange, endpoint: Endpoint, fault: str
) -> None:
    exchange(faults=[fault])
    console = Listening()
    client = open_client(Settings({"timeout": "0.2"}), endpoint, console)

    for _ in range(5):
        with pytest.raises(errors.NetworkError, match="did not answer in time"):
            client.call(endpoint, {})

    assert tries() == []
    client.close()
    gc.collect()
    assert console.lines == []


@TRANSPORTS
def test_a_client_answers_again_after_a_try_that_was_given_up(exchange: Exchange, endpoint: Endpoint) -> None:
    sandbox = exchange(faults=["silence*1"])
    client = open_client(Settings({"timeout": "0.3"}), endpoint, Silent())
    with pytest.raises(errors.NetworkError):
        client.call(endpoint, {})
    client.close()

    client = open_client(Settings({"timeout": "20"}), endpoint, Silent())
    assert client.call(endpoint, {}).document
    client.close()
    assert len(sandbox.requests) == 2


def test_a_handshake_of_tls_that_never_ends_is_given_up_and_ends(
    serve: Callable[..., Listener], monkeypatch: pytest.MonkeyPatch
) -> None:
    def drip(connection: Connection) -> None:
        # The head of a TLS record of 16 KiB, and then a byte of it at a time.
        connection.send([b"\x16\x03\x03\x40\x00\x02"])
        while True:
            connection.pause(0.005)
            connection.send([b"\x00"])

    port = serve(drip).port
    monkeypatch.setenv("BNACCT_SAPI_URL", f"https://127.0.0.1:{port}")
    monkeypatch.setenv("BNACCT_WS_FAPI_URL", f"wss://127.0.0.1:{port}/ws-fapi/v1")
    for endpoint in CALLED.values():
        client = open_client(Settings({"timeout": "0.2", "retries": "0"}), endpoint, Silent())
        with pytest.raises(errors.NetworkError, match="did not answer in time"):
            client.call(endpoint, {})
        assert tries() == []
        client.close()


def test_a_proxy_that_drips_is_given_up_and_its_thread_ends(
    serve: Callable[..., Listener], monkeypatch: pytest.MonkeyPatch
) -> None:
    def drip(connection: Connection) -> None:
        while True:
            connection.pause(0.005)
            connection.send([b"H"])

    port = serve(drip).port
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("BNACCT_SAPI_URL", "https://127.0.0.1:9")
    monkeypatch.setenv("BNACCT_WS_FAPI_URL", "wss://127.0.0.1:9/ws-fapi/v1")
    for endpoint in CALLED.values():
        client = open_client(Settings({"timeout": "0.2", "retries": "0"}), endpoint, Silent())
        with pytest.raises(errors.NetworkError):
            client.call(endpoint, {})
        assert tries() == []
        client.close()


# -- servers that hold on


def upgraded(connection: Connection) -> bytes:
    """Read the handshake and accept it; return what came after it."""
    head = b""
    while b"\r\n\r\n" not in head:
        head += connection.read() or _hang_up()
    head, _, rest = head.partition(b"\r\n\r\n")
    key = re.search(rb"Sec-WebSocket-Key: (\S+)", head)
    if key is None:
        raise HangUpError
    accept = base64.b64encode(hashlib.sha1(key[1] + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())  # noqa: S324
    connection.send(
        [
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
        ]
    )
    return rest


def _hang_up() -> bytes:
    raise HangUpError


def flood(connection: Connection) -> None:
    """Send pings without end, and read no pong."""
    upgraded(connection)
    pings = frame(b"p" * 125, PING) * 100
    while True:
        connection.send([pings])


@pytest.mark.parametrize("command", ["ws-balance", "doctor"])
def test_a_flood_of_pings_holds_no_command_past_its_deadline(
    run_process: Run, serve: Callable[..., Listener], command: str
) -> None:
    listener = serve(flood)
    listener._listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)

    # A process that did not end would raise subprocess.TimeoutExpired.
    assert run_process(command, "-o", "json", "--timeout", "3", "--retries", "0").status == 6


@pytest.fixture
def stuck(serve: Callable[..., Listener]) -> threading.Event:
    """Serve a WebSocket that refuses the first request and then floods; set once the client is stuck with its pongs."""
    event = threading.Event()

    def speak(connection: Connection) -> None:
        upgraded(connection)
        connection.send([frame(b'{"id":null,"status":401,"error":{"code":-2015,"msg":"no"}}')])
        # Once nothing more can be sent, the client reads no pings any more.
        connection._socket.settimeout(0.5)
        with contextlib.suppress(HangUpError):
            while True:
                connection.send([frame(b"p" * 125, PING) * 100])
        event.set()
        connection.pause(None)

    listener = serve(speak)
    listener._listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    return event


def test_a_flood_of_pings_after_the_answer_does_not_hold_the_goodbye(stuck: threading.Event) -> None:
    client = open_client(Settings({"timeout": "60"}), endpoints.WS_BALANCE, Silent())
    with pytest.raises(errors.AuthError):
        client.call(endpoints.WS_BALANCE, {})
    assert stuck.wait(30)

    closing = threading.Thread(target=client.close, daemon=True)
    closing.start()
    closing.join(10)
    assert not closing.is_alive()
    assert tries() == []


def test_a_flood_of_pings_between_two_calls_holds_no_thread(stuck: threading.Event) -> None:
    client = open_client(Settings({"timeout": "2", "retries": "0"}), endpoints.WS_BALANCE, Silent())
    with pytest.raises(errors.AuthError):
        client.call(endpoints.WS_BALANCE, {})
    assert stuck.wait(30)

    with pytest.raises(errors.NetworkError):
        client.call(endpoints.WS_BALANCE, {})
    assert tries() == []
    client.close()


def test_a_kept_connection_that_drips_is_given_up_and_its_thread_ends(serve: Callable[..., Listener]) -> None:
    def speak(connection: Connection) -> None:
        answered(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]")(connection)
        answered(b"HTTP/1.1 200 OK\r\nX: ")(connection)
        while True:
            connection.pause(0.005)
            connection.send([b"x"])

    listener = serve(speak)
    client = open_client(Settings({"timeout": "0.5"}), endpoints.USER_ASSETS, Silent())
    assert client.call(endpoints.USER_ASSETS, {}).document == []
    with pytest.raises(errors.NetworkError):
        client.call(endpoints.USER_ASSETS, {})
    assert tries() == []
    client.close()
    assert listener.connections == 1


def answered(*parts: bytes) -> Callable[[Connection], None]:
    """Return a server that reads one request and sends these parts."""

    def speak(connection: Connection) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            head += connection.read() or _hang_up()
        connection.send(parts)

    return speak


@pytest.mark.parametrize("size", [b"-1", b"-ffff", b"- 1"])
def test_a_chunk_of_negative_size_is_not_read_to_the_end_of_memory(serve: Callable[..., Listener], size: bytes) -> None:
    def speak(connection: Connection) -> None:
        answered(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + size + b"\r\n")(connection)
        while True:
            connection.send([b"x" * 65_536])

    serve(speak)

    ended = run_bounded("user-assets", "-o", "json", "--timeout", "20", "--retries", "0")

    assert (ended.status, ended.out) == (8, b""), ended.err


# -- what is no answer


@pytest.mark.parametrize("rest", [b"x", b"\x00", gzip.compress(b"[]", mtime=0)])
def test_what_follows_a_compressed_body_is_refused(run: Run, serve: Callable[..., Listener], rest: bytes) -> None:
    body = gzip.compress(b"[]", mtime=0) + rest
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    serve(answered(head + body))

    ended = run("user-assets", "-o", "json", "--retries", "0")

    assert (ended.status, ended.out) == (8, b"")
    assert ended.error["message"] == "The answer goes on after its end."


@pytest.mark.parametrize("command", ["user-assets", "futures-account", "pm-balance", "snapshot"])
@pytest.mark.parametrize("code", ["0", '"0"', "-1", "201", '"-2015"'])
def test_an_inner_code_other_than_200_is_a_refusal(run: Run, exchange: Exchange, command: str, code: str) -> None:
    body = f'{{"code":{code},"msg":"no","assets":[],"positions":[],"snapshotVos":[]}}'
    exchange(faults=[f"wrong-shape={body}"])

    ended = run(command, "-o", "json", "--retries", "0")

    assert (ended.out, ended.error["binance_code"]) == (b"", int(code.strip('"')))
    assert ended.status in (4, 7)


# -- the deadline of a connection


@responses.activate
@pytest.mark.parametrize(("retries", "share"), [("3", 1 / 3), ("0", 1)])
def test_a_lost_attempt_to_connect_leaves_time_for_another(
    monkeypatch: pytest.MonkeyPatch, retries: str, share: float
) -> None:
    responses.add("POST", "https://api.binance.com/sapi/v3/asset/getUserAsset", json=[])
    client = open_client(Settings({"timeout": "30", "retries": retries}, environ=KEY), endpoints.USER_ASSETS, Silent())
    client.call(endpoints.USER_ASSETS, {})
    client.close()

    connecting_s, reading_s = responses.calls[0].request.req_kwargs["timeout"]  # type: ignore[attr-defined]
    assert reading_s == pytest.approx(30, abs=5)
    assert connecting_s == pytest.approx(reading_s * share)


# -- closing


@TRANSPORTS
def test_closing_a_client_closes_every_connection_it_opened(exchange: Exchange, endpoint: Endpoint) -> None:
    # The clock is read over HTTPS, whatever the transport.
    sandbox = exchange(faults=["clock-skew=60000"])
    client = open_client(Settings({"timeout": "20"}), endpoint, Silent())
    assert client.call(endpoint, {}).document
    assert len(sandbox.requests) == 3
    serving = [thread for thread in threading.enumerate() if "_run" in thread.name]
    assert serving

    client.close()

    for thread in serving:
        thread.join(10)
    assert [thread for thread in serving if thread.is_alive()] == []
    client.close()


# -- sharing


@TRANSPORTS
def test_several_threads_may_share_a_client(exchange: Exchange, endpoint: Endpoint) -> None:
    sandbox = exchange()
    client = open_client(Settings({"timeout": "20"}), endpoint, Silent())
    answers: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: answers.append(client.call(endpoint, {}).body), daemon=True) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    client.close()

    assert len(answers) == len(sandbox.requests) == 8
    assert sandbox.connections + sandbox.ws_connections <= 8 if endpoint.method != "WS" else sandbox.ws_connections == 1
