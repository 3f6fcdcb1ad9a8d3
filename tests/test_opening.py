"""The connection is opened while the library that uses it is imported: only when it may be, and only for its own host."""

import contextlib
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from bnacct.client import https, opening
from bnacct.client.opening import Opening, is_direct, tls_context
from bnacct.client.retry import Attempt
from bnacct.sandbox import Sandbox
from bnacct.settings import Settings
from tests.conftest import Outcome
from tests.gateways import Proxy, TlsFront

Run = Callable[..., Outcome]
Exchange = Callable[..., Sandbox]

COMMANDS = {"https": "user-assets", "websocket": "ws-balance"}
TRANSPORTS = pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
HOSTS = ("sapi", "fapi", "papi", "ws_fapi")


class Secure:
    """A sandbox, and a front for each of its hosts that ends TLS before it."""

    def __init__(self, sandbox: Sandbox, bundle: Path, fronts: dict[str, TlsFront]) -> None:
        self.sandbox, self.bundle, self.fronts = sandbox, bundle, fronts

    @property
    def connections(self) -> dict[str, int]:
        return {host: front.connections for host, front in self.fronts.items() if front.connections}


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def bundle(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return path


def served(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


def point_at(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Send every call to one address, over TLS."""
    for host in HOSTS[:3]:
        monkeypatch.setenv(f"BNACCT_{host.upper()}_URL", f"https://{address}")
    monkeypatch.setenv("BNACCT_WS_FAPI_URL", f"wss://{address}/ws-fapi/v1")


@pytest.fixture
def secure(
    exchange: Exchange, authority: trustme.CA, bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Secure]]:
    """Start a sandbox with each host behind TLS, and point bnacct at it."""
    with contextlib.ExitStack() as open_:

        def start(**options: Any) -> Secure:
            sandbox = exchange(**options)
            tls = served(authority.issue_cert("127.0.0.1"))
            fronts = {host: open_.enter_context(TlsFront(tls, sandbox.urls[host])) for host in HOSTS}  # type: ignore[index]
            for host, front in fronts.items():
                scheme, path = ("wss", "/ws-fapi/v1") if host == "ws_fapi" else ("https", "")
                monkeypatch.setenv(f"BNACCT_{host.upper()}_URL", f"{scheme}://{front.address}{path}")
            return Secure(sandbox, bundle, fronts)

        yield start


@pytest.fixture
def silent(exchange: Exchange, bundle: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A host that takes connections and never says a word, so that TLS is never established."""
    exchange()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(20)
        point_at(f"127.0.0.1:{listening.getsockname()[1]}", monkeypatch)
        yield listening


# -- when


RECORDING = """
import json, socket, sys
connect, seen = socket.create_connection, []
def recording(address, *arguments, **options):
    # Of a host that is text, the resolver would load a codec first, and wait its turn to import it.
    seen.append([address[1], {library!r} in sys.modules, isinstance(address[0], bytes)])
    return connect(address, *arguments, **options)
socket.create_connection = recording
from bnacct import __main__
sys.argv = ["bnacct", *sys.argv[1:]]
status = __main__.main()
sys.stderr.write(json.dumps([status, seen, {library!r} in sys.modules]))
"""


@pytest.mark.parametrize(
    ("command", "host", "library"), [("user-assets", "sapi", "requests"), ("ws-balance", "ws_fapi", "websockets")]
)
def test_connecting_begins_before_the_library_is_loaded(
    secure: Callable[..., Secure], command: str, host: str, library: str
) -> None:
    front = secure().fronts[host]
    code = RECORDING.format(library=library)
    done = subprocess.run(
        [sys.executable, "-c", code, command, "-q", "-o", "json"], capture_output=True, timeout=60, check=True
    )

    status, seen, is_loaded = json.loads(done.stderr)
    assert (status, is_loaded) == (0, True)
    assert seen == [[int(front.address.rpartition(":")[2]), False, True]]


LOADING = """
import sys, threading
class Finder:
    def find_spec(self, name, *_):
        if name == "requests":
            sys.stderr.write(threading.current_thread().name)
sys.meta_path.insert(0, Finder())
from bnacct import __main__
sys.argv = ["bnacct", "user-assets", "-q", "-o", "json"]
__main__.main()
"""


def test_the_thread_that_waits_loads_the_library_where_nothing_is_opened_meanwhile(
    exchange: Exchange, secure: Callable[..., Secure]
) -> None:
    def loading() -> str:
        done = subprocess.run([sys.executable, "-c", LOADING], capture_output=True, text=True, timeout=60, check=True)
        return done.stderr

    exchange()
    assert loading() == "MainThread"
    secure()
    assert loading() == "try"


UNSOUND: dict[str, tuple[int, list[str], dict[str, str | None]]] = {
    "an option that is none": (2, ["--nope"], {}),
    "a format that is none": (2, ["-o", "xml"], {}),
    "a field that is none": (2, ["--fields", "nope"], {}),
    "no key": (3, [], {"BINANCE_API_KEY": None, "BINANCE_API_SECRET": None}),
    "half a pair": (3, [], {"BINANCE_API_SECRET": None}),
    "a private key that is none": (3, [], {"BINANCE_API_SECRET": None, "BINANCE_PRIVATE_KEY": "nope"}),
    "authorities that are missing": (3, [], {"SSL_CERT_FILE": "missing.pem"}),
    "a profile that is missing": (3, ["-p", "nope"], {}),
}


@TRANSPORTS
@pytest.mark.parametrize("unsound", UNSOUND.values(), ids=UNSOUND)
def test_nothing_is_connected_to_before_all_is_sound(
    run: Run,
    secure: Callable[..., Secure],
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    unsound: tuple[int, list[str], dict[str, str | None]],
) -> None:
    found = secure()
    status, arguments, variables = unsound
    for name, value in variables.items():
        monkeypatch.delenv(name) if value is None else monkeypatch.setenv(name, value)

    assert run(command, *arguments).status == status
    assert found.connections == {}


@TRANSPORTS
def test_a_request_that_is_only_shown_connects_to_nothing(
    run: Run, secure: Callable[..., Secure], command: str
) -> None:
    found = secure()

    assert run(command, "--show-request").status == 0
    assert found.connections == {}


# -- how many


@TRANSPORTS
@pytest.mark.parametrize("repeated", [(), ("--watch", "0.3", "--count", "3")], ids=["once", "watched"])
def test_one_account_takes_one_connection_to_its_host(
    run: Run, secure: Callable[..., Secure], command: str, repeated: tuple[str, ...]
) -> None:
    found = secure()

    assert run(command, "-o", "json", *repeated).status == 0
    assert list(found.connections.values()) == [1]


def test_doctor_takes_one_connection_to_each_host(run: Run, secure: Callable[..., Secure]) -> None:
    found = secure()

    assert run("doctor").status == 0
    assert found.connections == dict.fromkeys(HOSTS, 1)


def test_a_connection_that_is_lost_is_opened_anew(run: Run, secure: Callable[..., Secure]) -> None:
    found = secure(faults=["drop*1"])

    assert run("user-assets", "-o", "json").status == 0
    assert found.connections == {"sapi": 2}


@TRANSPORTS
def test_a_redirect_is_refused_over_tls_too(run: Run, secure: Callable[..., Secure], command: str) -> None:
    found = secure(faults=["redirect=http://127.0.0.1:9/"])

    assert run(command, "-o", "json").status == 8
    assert list(found.connections.values()) == [1]


# -- for whom


def test_the_clock_of_another_host_is_not_asked_over_this_hosts_connection(
    run: Run, secure: Callable[..., Secure]
) -> None:
    found = secure(faults=["clock-skew=60000"])

    assert run("pm-balance", "-o", "json").status == 0
    papi, sapi = bytes(found.fronts["papi"].received), bytes(found.fronts["sapi"].received)
    key = found.sandbox.api_key.encode()
    assert found.connections == {"sapi": 1, "papi": 1}
    assert (b"/api/v3/time" in sapi, key in sapi) == (True, False)
    assert (b"/api/v3/time" in papi, key in papi) == (False, True)


def test_a_connection_serves_its_own_host_and_port_and_no_other(secure: Callable[..., Secure]) -> None:
    import requests

    found = secure()
    own, other = found.fronts["papi"], found.fronts["sapi"]
    attempt = Attempt(20)
    request = requests.Request("GET", f"https://{other.address}/api/v3/time").prepare()
    adapter = https._adapter_class()()
    url = f"https://{own.address}"
    with Opening(url, str(found.bundle), attempt, connect_s=20, speaks_tls=True) as begun:
        https._running.attempt, https._running.opening, https._running.context = attempt, begun, None
        adapter.send(request, verify=str(found.bundle), stream=True).close()
        assert begun.is_for(*own.address.split(":")[:1], int(own.address.split(":")[1]))
        untaken = begun.take()
        assert untaken is not None
        untaken.close()
    adapter.close()
    attempt.end()

    assert (bytes(own.received), b"/api/v3/time" in other.received) == (b"", True)


@pytest.mark.parametrize(
    ("host", "port", "is_its_own"),
    [
        ("api.example.com", 443, True),
        ("API.example.com", 443, True),
        ("api.example.com.", 443, True),
        ("api.example.com", 8443, False),
        ("example.com", 443, False),
        ("api.example.com.evil.com", 443, False),
        ("", 443, False),
    ],
)
def test_a_connection_is_known_by_host_and_port(
    monkeypatch: pytest.MonkeyPatch, host: str, port: int, is_its_own: bool
) -> None:
    def refuse(*_: object, **__: object) -> socket.socket:
        raise ConnectionRefusedError

    monkeypatch.setattr(opening.socket, "create_connection", refuse)
    with Opening("https://api.example.com", None, Attempt(20), connect_s=1, speaks_tls=True) as begun:
        assert begun.is_for(host, port) is is_its_own


PROXIES = ["HTTPS_PROXY", "https_proxy", "Https_Proxy", "ALL_PROXY", "all_proxy", "aLL_pROXY"]


@TRANSPORTS
@pytest.mark.parametrize("variable", PROXIES)
def test_where_a_proxy_stands_nothing_passes_it_by(
    run: Run, secure: Callable[..., Secure], monkeypatch: pytest.MonkeyPatch, command: str, variable: str
) -> None:
    found = secure()
    with Proxy() as proxy:
        monkeypatch.setenv(variable, f"http://{proxy.address}")

        assert run(command, "-o", "json").status == 0
        assert (proxy.connections, list(found.connections.values())) == (1, [1])


@pytest.mark.parametrize("variable", [*PROXIES, "http_proxy", "SOCKS_PROXY"])
def test_any_variable_of_a_proxy_leaves_connecting_to_the_libraries(
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    settings = Settings({}, environ={})
    assert is_direct("https://api.binance.com", settings)
    monkeypatch.setenv("NO_PROXY", "*")
    assert is_direct("https://api.binance.com", settings)
    monkeypatch.setenv(variable, "http://proxy:1")
    assert not is_direct("https://api.binance.com", settings)
    assert is_direct("http://127.0.0.1", settings)


# -- who it is


@TRANSPORTS
def test_a_certificate_that_names_its_host_in_the_old_way_is_refused(
    run: Run,
    secure: Callable[..., Secure],
    authority: trustme.CA,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
) -> None:
    found = secure()
    host = "sapi" if command == "user-assets" else "ws_fapi"
    tls = served(authority.issue_cert(common_name="localhost"))
    with TlsFront(tls, found.sandbox.urls[host]) as front:  # type: ignore[index]
        point_at(f"localhost:{front.address.rpartition(':')[2]}", monkeypatch)

        ended = run(command, "-o", "json")

    assert (ended.status, bytes(front.received)) == (6, b"")
    assert "could not prove its identity" in ended.error["message"]


def test_verification_is_that_of_requests(bundle: Path) -> None:
    from urllib3.util.ssl_ import create_urllib3_context

    ours, theirs = tls_context(str(bundle)), create_urllib3_context()
    for fact in ("verify_mode", "check_hostname", "verify_flags", "hostname_checks_common_name", "minimum_version"):
        assert getattr(ours, fact) == getattr(theirs, fact), fact
    assert len(ours.get_ca_certs()) == 1
    assert len(tls_context(None).get_ca_certs()) > 100


# -- how it ends


def sockets_of(monkeypatch: pytest.MonkeyPatch) -> list[socket.socket]:
    """Return a list that will hold every socket that is opened."""
    connect, made = socket.create_connection, []

    def connecting(*arguments: Any, **options: Any) -> socket.socket:
        made.append(connect(*arguments, **options))
        return made[-1]

    monkeypatch.setattr(opening.socket, "create_connection", connecting)
    return made


def test_authorities_that_cannot_be_read_close_the_connection(
    secure: Callable[..., Secure], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "empty.pem").touch()
    made = sockets_of(monkeypatch)
    url = f"https://{secure().fronts['sapi'].address}"
    attempt = Attempt(20)

    with (
        Opening(url, str(tmp_path / "empty.pem"), attempt, connect_s=20, speaks_tls=True) as begun,
        pytest.raises(ssl.SSLError),
    ):
        begun.take()
    attempt.end()

    assert [each.fileno() for each in made] == [-1]


def test_a_connection_that_nobody_took_is_closed(
    secure: Callable[..., Secure], bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = sockets_of(monkeypatch)
    url = f"https://{secure().fronts['sapi'].address}"
    attempt = Attempt(20)
    begun = Opening(url, str(bundle), attempt, connect_s=20, speaks_tls=False)
    begun._socket.result()
    begun.close()
    attempt.end()

    assert (begun.take(), [each.fileno() for each in made]) == (None, [-1])


def test_a_try_that_is_over_takes_no_connection(
    secure: Callable[..., Secure], bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = sockets_of(monkeypatch)
    url = f"https://{secure().fronts['sapi'].address}"
    attempt = Attempt(20)
    attempt.end()

    with (
        Opening(url, str(bundle), attempt, connect_s=20, speaks_tls=True) as begun,
        pytest.raises(TimeoutError),
    ):
        begun.take()
    assert [each.fileno() for each in made] == [-1]


@TRANSPORTS
def test_the_deadline_holds_while_tls_is_established(run: Run, silent: socket.socket, command: str) -> None:
    ended = run(command, "-o", "json", "--timeout", "0.2", "--retries", "0")

    assert ended.status == 6
    assert "did not answer in time" in ended.error["message"]


@TRANSPORTS
def test_ctrl_c_ends_a_run_while_tls_is_established(silent: socket.socket, command: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-X", "dev", "-m", "bnacct", command], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    connected, _ = silent.accept()
    with connected:
        connected.settimeout(20)
        assert connected.recv(1)  # TLS has begun
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)

    assert (process.returncode, out, err) == (130, b"", b"")


@TRANSPORTS
def test_ctrl_c_ends_a_run_while_the_answer_is_awaited(secure: Callable[..., Secure], command: str) -> None:
    found = secure(faults=["silence"])
    process = subprocess.Popen(
        [sys.executable, "-X", "dev", "-m", "bnacct", command], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    while not found.sandbox.requests:
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)

    assert (process.returncode, out, err) == (130, b"", b"")


# -- what is done meanwhile


def test_what_shows_the_answer_is_loaded_while_that_is_on_its_way(
    run: Run, exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bnacct.cli import display

    sandbox, loaded = exchange(), threading.Event()
    answer = sandbox._exchange.rest
    monkeypatch.setattr(display.output, "load", lambda form, screen: loaded.set())
    # The answer waits for it: without it, there is none.
    monkeypatch.setattr(sandbox._exchange, "rest", lambda *given: answer(*given) if loaded.wait(20) else None)

    assert run("user-assets", "--color", "always").status == 0


@pytest.mark.parametrize("arguments", [("-o", "json"), ()], ids=["json", "a table in a pipe"])
def test_rich_is_loaded_for_a_terminal_alone(exchange: Exchange, arguments: tuple[str, ...]) -> None:
    exchange()
    code = (
        "import sys; from bnacct import __main__; sys.argv = ['bnacct', *sys.argv[1:]]; __main__.main(); "
        "sys.stderr.write(str('rich' in sys.modules))"
    )
    ended = [
        subprocess.run(
            [sys.executable, "-c", code, "user-assets", "-q", *extra],
            capture_output=True,
            timeout=60,
            check=True,
            env={**os.environ},
        ).stderr
        for extra in (arguments, ("--color", "always"))
    ]

    assert ended == [b"False", b"True"]


# -- the clock


@pytest.mark.parametrize("command", ["user-assets", "pm-balance", "ws-balance"])
def test_connecting_does_not_pass_for_drift(
    run: Run, secure: Callable[..., Secure], monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    moved_ms, now_ns = [0], time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: now_ns() + moved_ms[0] * 1_000_000)
    found = secure(faults=["error=-1021*1"])

    def slowly(*_: object) -> None:
        moved_ms[0] += 100_000  # so long does connecting take

    for front in found.fronts.values():
        assert front._tls is not None
        front._tls.sni_callback = slowly

    measured: list[int] = []
    drift_ms = https.Client.drift_ms

    def measuring(self: Any, *arguments: Any) -> int:
        measured.append(drift_ms(self, *arguments))
        return measured[-1]

    monkeypatch.setattr(https.Client, "drift_ms", measuring)

    assert run(command, "-o", "json").status == 0
    assert [abs(ms) < 20_000 for ms in measured] == [True]
