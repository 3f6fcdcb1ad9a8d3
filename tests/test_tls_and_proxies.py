"""The key reaches the exchange and nobody else: certificates are verified, tunnels stay shut, redirects are refused."""

import datetime
import ssl
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import trustme

from bnacct.sandbox import Sandbox
from bnacct.sandbox.server.listener import Connection, Listener
from tests.conftest import Outcome, needs
from tests.gateways import Gateway, Proxy, TlsFront

COMMANDS = {"https": "user-assets", "websocket": "ws-balance"}
LOGIN = "me:pass%20word"
TRANSPORTS = pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)

Run = Callable[..., Outcome]
Exchange = Callable[..., Sandbox]


class Secure(NamedTuple):
    """A sandbox behind TLS, and the certificate authority that vouches for it."""

    sandbox: Sandbox
    authority: trustme.CA
    bundle: Path
    fronts: tuple[Gateway, ...]


def serving(authority: trustme.CA, name: str = "127.0.0.1", **options: datetime.datetime) -> ssl.SSLContext:
    """Return the TLS of a server with a certificate for that name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name, **options).configure_cert(context)
    return context


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def secure(
    exchange: Exchange, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Secure]]:
    """Start a sandbox behind TLS, and point bnacct at it: secure(name="example.com")."""
    running: list[Gateway] = []

    def start(tls: ssl.SSLContext | None = None) -> Secure:
        sandbox = exchange()
        fronts = [TlsFront(tls or serving(authority), sandbox.urls[host]) for host in ("sapi", "ws_fapi")]
        running.extend(fronts)
        monkeypatch.setenv("BNACCT_SAPI_URL", f"https://{fronts[0].address}")
        monkeypatch.setenv("BNACCT_WS_FAPI_URL", f"wss://{fronts[1].address}/ws-fapi/v1")
        bundle = tmp_path / "authority.pem"
        authority.cert_pem.write_to_path(bundle)
        return Secure(sandbox, authority, bundle, tuple(fronts))

    yield start
    for gateway in running:
        gateway.__exit__(None, None, None)


@pytest.fixture
def trusted(secure: Callable[..., Secure], monkeypatch: pytest.MonkeyPatch) -> Secure:
    """A sandbox behind TLS whose authority is known."""
    found = secure()
    monkeypatch.setenv("SSL_CERT_FILE", str(found.bundle))
    return found


def ask(run: Run, command: str) -> Outcome:
    return run(command, "-o", "json", "-v", "--retries", "0")


# -- certificates


@TRANSPORTS
@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_an_authority_of_ones_own_is_trusted(
    run: Run, secure: Callable[..., Secure], monkeypatch: pytest.MonkeyPatch, command: str, variable: str
) -> None:
    monkeypatch.setenv(variable, str(secure().bundle))

    assert ask(run, command).status == 0


@TRANSPORTS
def test_a_folder_of_authorities_is_trusted(
    run: Run, secure: Callable[..., Secure], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str
) -> None:
    needs("openssl")
    bundle = secure().bundle
    name = subprocess.run(
        ["openssl", "x509", "-hash", "-noout", "-in", bundle], capture_output=True, text=True, check=True
    ).stdout.strip()
    folder = tmp_path / "authorities"
    folder.mkdir()
    (folder / f"{name}.0").write_bytes(bundle.read_bytes())
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(folder))

    assert ask(run, command).status == 0


YESTERDAY = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=1)
WRONG = {
    "for another name": lambda authority: serving(authority, "example.com"),
    "expired": lambda authority: serving(authority, not_after=YESTERDAY),
    "of another authority": lambda authority: serving(trustme.CA()),
}


@TRANSPORTS
@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_wrong_certificate_is_refused_at_once_and_sent_nothing(
    run: Run,
    secure: Callable[..., Secure],
    authority: trustme.CA,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    wrong: Callable[[trustme.CA], ssl.SSLContext],
) -> None:
    found = secure(wrong(authority))
    monkeypatch.setenv("SSL_CERT_FILE", str(found.bundle))

    ended = run(command, "-o", "json", "--retries", "3")

    assert (ended.status, ended.out) == (6, b"")
    assert "could not prove its identity (TLS)" in ended.error["message"]
    assert sum(front.connections for front in found.fronts) == 1
    assert [bytes(front.received) for front in found.fronts] == [b"", b""]


@TRANSPORTS
def test_without_the_authority_the_certificate_is_refused(
    run: Run, secure: Callable[..., Secure], command: str
) -> None:
    found = secure()

    assert ask(run, command).status == 6
    assert [bytes(front.received) for front in found.fronts] == [b"", b""]


@TRANSPORTS
def test_a_bundle_that_is_none_is_told(
    run: Run, secure: Callable[..., Secure], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str
) -> None:
    secure()
    (tmp_path / "empty.pem").touch()
    for name, status in (("empty.pem", 6), ("missing.pem", 3)):
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / name))
        assert ask(run, command).status == status


# -- proxies


@TRANSPORTS
@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
@pytest.mark.parametrize("login", ["", LOGIN])
@pytest.mark.parametrize("scheme", ["http://", ""])
def test_a_proxy_tunnels_and_learns_nothing(
    run: Run,
    trusted: Secure,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    variable: str,
    login: str,
    scheme: str,
) -> None:
    with Proxy(login.replace("%20", " ")) as proxy:
        monkeypatch.setenv(variable, f"{scheme}{login}{'@' if login else ''}{proxy.address}")

        assert ask(run, command).status == 0

        seen = bytes(proxy.head + proxy.received)
        assert len(proxy.targets) == 1
        assert proxy.targets[0] in [front.address for front in trusted.fronts]
        assert [secret for secret in (trusted.sandbox.api_key, "signature") if secret.encode() in seen] == []


@TRANSPORTS
def test_a_proxy_may_be_spoken_to_over_tls(
    run: Run, trusted: Secure, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    with Proxy(tls=serving(trusted.authority)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"https://{proxy.address}")

        assert ask(run, command).status == 0
        assert len(proxy.targets) == 1


@TRANSPORTS
@pytest.mark.parametrize("login", ["", "me:wrong@"])
def test_a_proxy_that_wants_another_login_is_told_without_it(
    run: Run, trusted: Secure, monkeypatch: pytest.MonkeyPatch, command: str, login: str
) -> None:
    with Proxy("me:right") as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{login}{proxy.address}")

        ended = ask(run, command)

    assert (ended.status, ended.out) == (6, b"")
    assert "The proxy did not let the request through." in ended.err
    assert "wrong" not in ended.err


@TRANSPORTS
@pytest.mark.parametrize(("login", "expected"), [("me@", "me:"), ("me:@", "me:"), ("m%40e:p%3Aw@", "m@e:p:w")])
def test_a_login_of_a_proxy_is_what_its_address_says(
    run: Run, trusted: Secure, monkeypatch: pytest.MonkeyPatch, command: str, login: str, expected: str
) -> None:
    if command == "user-assets" and login == "me@":
        expected = ""  # requests sends no login without a password
    with Proxy(expected) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{login}{proxy.address}/path?query")

        assert ask(run, command).status == 0
        assert len(proxy.targets) == 1


HEADS = {
    "no HTTP": b"SSH-2.0-x\r\n\r\n",
    "no status": b"HTTP/1.1\r\n\r\n",
    "no end": b"HTTP/1.1 200 OK\r\n",
    "nothing": b"",
    "a redirect": b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\n\r\n",
    "words through the tunnel": b"HTTP/1.1 200 OK\r\n\r\nwelcome",
    "a head without end": b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 20_000,
}


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_what_is_no_tunnel_is_not_spoken_through(
    run: Run, trusted: Secure, monkeypatch: pytest.MonkeyPatch, head: bytes
) -> None:
    heard = bytearray()

    def answer(connection: Connection) -> None:
        heard.extend(connection.read())
        connection.send([head])

    proxy = Listener("127.0.0.1", 0, answer)
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")

    ended = ask(run, "ws-balance")
    proxy.close()

    assert (ended.status, ended.out) == (6, b"")
    assert "The proxy did not let the request through." in ended.err
    assert heard.startswith(b"CONNECT ")
    assert heard.endswith(b"\r\n\r\n")


UNUSABLE = [
    "http://127.0.0.1:x",
    "http://[::1",
    "http://127.0.0.1:99999",
    "http://",
    "ftp://127.0.0.1:9",
    "http://.a:9",
    "http://me:secret@",
    "me:secret@",
    "http://127.0.0.1:0",
    "junk junk",
]


@TRANSPORTS
@pytest.mark.parametrize("address", UNUSABLE)
def test_a_proxy_address_that_is_none_is_a_failure_of_the_network(
    run: Run, trusted: Secure, monkeypatch: pytest.MonkeyPatch, command: str, address: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", address)

    ended = run(command, "-o", "json", "--retries", "0")

    assert (ended.status, ended.out) == (6, b"")
    assert "cannot be used" in ended.error["message"]


@TRANSPORTS
@pytest.mark.parametrize("names", ["127.0.0.1", "localhost,127.0.0.0/8", "*"])
def test_no_proxy_leaves_the_proxy_out(
    run: Run, trusted: Secure, monkeypatch: pytest.MonkeyPatch, command: str, names: str
) -> None:
    with Proxy() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{proxy.address}")
        monkeypatch.setenv("NO_PROXY", names)

        assert (ask(run, command).status, proxy.connections) == (0, 0)


@TRANSPORTS
@pytest.mark.parametrize("address", ["http://me@{}", "http://{}/a/path?and=more", "me@{}/path"])
def test_a_proxy_without_a_password_or_with_a_path_is_used(
    run: Run, trusted: Secure, monkeypatch: pytest.MonkeyPatch, command: str, address: str
) -> None:
    with Proxy("me:" if "me@" in address else "") as proxy:
        monkeypatch.setenv("HTTPS_PROXY", address.format(proxy.address))

        assert (ask(run, command).status, len(proxy.targets)) == (0, 1)


@TRANSPORTS
@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:9", "http://nowhere.example:3128", "https://me:secret@127.0.0.1:9"]
)
def test_a_dead_proxy_is_blamed_and_not_the_exchange(
    run: Run, trusted: Secure, monkeypatch: pytest.MonkeyPatch, command: str, address: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", address)

    ended = run(command, "-o", "json", "--retries", "0")

    assert (ended.status, ended.error["message"]) == (6, "The proxy did not let the request through.")


@TRANSPORTS
@pytest.mark.parametrize("scheme", ["socks4", "socks5", "socks5h", "SOCKS5"])
def test_a_socks_proxy_is_refused_in_words_that_help(
    run: Run, trusted: Secure, monkeypatch: pytest.MonkeyPatch, command: str, scheme: str
) -> None:
    monkeypatch.setenv("ALL_PROXY", f"{scheme}://me:secret@127.0.0.1:9")

    ended = run(command, "-o", "json", "--retries", "0")

    assert (ended.status, ended.out) == (6, b"")
    assert "SOCKS proxy" in ended.error["message"]
    assert "HTTPS_PROXY" in ended.error["hint"]
    assert sum(front.connections for front in trusted.fronts) == 0


@TRANSPORTS
def test_what_goes_unencrypted_to_this_machine_goes_through_no_proxy(
    run: Run, exchange: Exchange, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    exchange()
    with Proxy() as proxy:
        for variable in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "WS_PROXY"):
            monkeypatch.setenv(variable, f"http://{proxy.address}")

        assert (ask(run, command).status, proxy.connections) == (0, 0)
        assert (run(command, "-e", "sandbox", "-o", "json").status, proxy.connections) == (0, 0)


# -- where the key goes


@TRANSPORTS
@pytest.mark.parametrize("location", ["http://{}/", "ws://{}/ws-fapi/v1", "//{}/", "http://[", "/\xff\xfe", "", "\x07"])
def test_a_redirect_is_refused_wherever_it_points(run: Run, exchange: Exchange, command: str, location: str) -> None:
    elsewhere = exchange()
    port = elsewhere.urls["ws_fapi" if location.startswith("ws") else "sapi"].split(":")[2].partition("/")[0]
    sandbox = exchange(faults=[f"redirect={location.format(f'127.0.0.1:{port}')}"])

    ended = ask(run, command)

    assert (ended.status, ended.out) == (8, b"")
    assert (sandbox.connections, elsewhere.connections, elsewhere.requests) == (1, 0, [])


def test_a_netrc_adds_nothing_to_a_request(run: Run, exchange: Exchange) -> None:
    (Path.home() / ".netrc").write_text("machine 127.0.0.1 login me password pass\n")
    sandbox = exchange()

    assert ask(run, "user-assets").status == 0
    assert "authorization" not in sandbox.requests[0].headers


def test_a_cookie_is_not_sent_back(run: Run, exchange: Exchange) -> None:
    sandbox = exchange()

    assert run("user-assets", "--watch", "0.03", "--count", "2", "-o", "json").status == 0
    assert [set(received.headers) & {"cookie", "authorization"} for received in sandbox.requests] == [set(), set()]
