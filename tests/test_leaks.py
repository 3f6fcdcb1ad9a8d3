"""No secret is ever on a stream, in a text or in a repr: whatever is asked, whatever fails, in whatever format, -v included."""

import base64
import json
import re
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from bnacct import endpoints, errors
from bnacct.client import Silent, https, open_client, signing, websocket
from bnacct.sandbox import FAULTS, Sandbox
from bnacct.sandbox.exchange.keys import Key
from bnacct.sandbox.server.http_server import serve_http
from bnacct.sandbox.server.listener import HangUpError, Listener
from bnacct.settings import Settings
from tests.conftest import Outcome
from tests.gateways import Proxy

COMMANDS = ("user-assets", "futures-account", "pm-balance", "snapshot", "ws-balance", "doctor")
FORMATS = ("table", "json", "csv")

# Texts that occur nowhere else, so that a part of them is found, too.
API_KEY = "Kq7ZxW9vTj3LmPd5RbYh8NcGf2SaEu4DkJt6XoVi1QwZrMy0HpBlCgUeFnOsIzAK"
SECRET = "zXcVbQ8mNwErTyU7iOpLk9jHgFdSaQwE3rTyUiOp5aSdFgHjK1lZxCvBnM4qWeRt"
PASSPHRASE = "correct horse battery/staple+%"
LOGIN = "proxyuser", "proxy-passw0rd/+"

Run = Callable[..., Outcome]
Exchange = Callable[..., Sandbox]


_KEY = Ed25519PrivateKey.generate()
OPEN_PEM = _KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
PEM = _KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(PASSPHRASE.encode())).decode()


def parts(secret: str, length: int) -> list[str]:
    """Return every part of that length: a secret cut short is one still."""
    return [secret[at : at + length] for at in range(len(secret) - length + 1)]


def needles() -> list[bytes]:
    """Return what no stream may hold: the secrets, their parts, and how they look encoded."""
    password = LOGIN[1]
    plain = [*parts(SECRET, 8), *parts(API_KEY, 5), PASSPHRASE, password, "signature="]
    encoded = [quote(text, safe="") for text in (PASSPHRASE, password)]
    for text in (SECRET, API_KEY, PASSPHRASE, ":".join(LOGIN)):
        encoded.append(base64.b64encode(text.encode()).decode().rstrip("=")[:-2])
    lines = [line for line in (PEM + OPEN_PEM.decode()).splitlines() if re.fullmatch("[A-Za-z0-9+/=]+", line)]
    return [text.encode() for text in (*plain, *encoded, *lines)]


class Searcher:
    """Searches streams and texts, and counts them."""

    def __init__(self) -> None:
        self.searched = 0
        self.forbidden = needles()

    def search(self, *found: bytes | str) -> None:
        for text in found:
            stream = text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")
            # As --show-request writes it.
            stream = stream.replace(b"signature=REDACTED", b"")
            self.searched += 1
            assert [needle for needle in self.forbidden if needle in stream] == [], stream

    def run(self, ended: Outcome) -> Outcome:
        self.search(ended.out, ended.err)
        return ended


@pytest.fixture
def searcher() -> Searcher:
    return Searcher()


@pytest.fixture(params=["HMAC", "Ed25519"])
def leaky(request: pytest.FixtureRequest, exchange: Exchange, monkeypatch: pytest.MonkeyPatch) -> Exchange:
    """Start sandboxes that open for our key, of both kinds of secret: leaky(faults=["html"])."""

    def our_key() -> Key:
        if request.param == "HMAC":
            return Key(API_KEY, SECRET, "BINANCE_API_SECRET", signing.HmacSigner(SECRET))
        monkeypatch.setenv("BINANCE_PRIVATE_KEY_PASSPHRASE", PASSPHRASE)
        return Key(API_KEY, PEM, "BINANCE_PRIVATE_KEY", signing.private_key_signer(PEM.encode(), PASSPHRASE))

    def start(**options: Any) -> Sandbox:
        return exchange(key=our_key(), **options)

    return start


# -- every command, every fault, every format

# Values that make a fault quick, and as telling as at its own.
QUICK = {"latency": "60", "junk": "70000", "gzip-bomb": "1", "rate-limit": "30", "big": "1000"}
ENDLESS = ("latency=60", "silence", "drip")
FAULTY = [f"{name}={QUICK[name]}" if name in QUICK else name for name in FAULTS]
REFUSALS = [f"error={code}" for code in (-1021, -1022, -2008, -2014, -2015)]


@pytest.mark.parametrize("fault", [*FAULTY, *REFUSALS, "wrong-shape=[]", "wrong-shape={"])
def test_no_fault_brings_a_secret_out(run: Run, leaky: Exchange, searcher: Searcher, fault: str) -> None:
    local = leaky(faults=[fault])
    timeout = "0.02" if fault in ENDLESS else "5"

    for command in COMMANDS:
        for form in FORMATS:
            searcher.run(run(command, "-o", form, "-v", "--retries", "0", "--timeout", timeout))

    assert searcher.searched == 2 * len(COMMANDS) * len(FORMATS)
    assert local.connections > 0


def test_no_answer_and_no_shown_request_brings_a_secret_out(run: Run, leaky: Exchange, searcher: Searcher) -> None:
    leaky()

    for command in COMMANDS:
        for form in (*FORMATS, "jsonl", "tsv"):
            for more in ([], ["--show-request"], ["--watch", "15", "--count", "1"]):
                searcher.run(run(command, "-o", form, "-v", *more))

    assert searcher.searched == 2 * len(COMMANDS) * 5 * 3


@pytest.mark.parametrize("faults", [[], ["error=-2015"], ["error=-1021"], ["html"], ["drop"]], ids=str)
def test_no_archive_holds_a_secret(
    run: Run, leaky: Exchange, searcher: Searcher, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, faults: list[str]
) -> None:
    archive = tmp_path / "archive.db"
    monkeypatch.setenv("BNACCT_ARCHIVE", str(archive))
    leaky(faults=faults)

    for arguments in [*([command, "--record"] for command in COMMANDS[:5]), ["record"], ["history", "backfill"]]:
        searcher.run(run(*arguments, "--retries", "0"))
    for name in ("list", "export", "verify", "path"):
        searcher.run(run("history", name))

    searcher.search(archive.read_bytes())
    assert run("history", "list", "--limit", "0", "-o", "json").json


def test_an_archive_holds_no_echo_of_a_request_that_a_gateway_answered_with(
    run: Run, leaky: Exchange, searcher: Searcher, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    archive = tmp_path / "archive.db"
    monkeypatch.setenv("BNACCT_ARCHIVE", str(archive))
    leaky()

    def answer(connection: Any, received: Any) -> None:
        heard = f"{received.path}?{received.query} {dict(received.headers)}"
        connection.send([http(200, json.dumps({"heard": heard}))])
        raise HangUpError

    gateway = Listener("127.0.0.1", 0, lambda connection: serve_http(connection, answer))
    monkeypatch.setenv("BNACCT_SAPI_URL", f"http://127.0.0.1:{gateway.port}")
    assert run("user-assets", "--record", "--retries", "0").status == 8
    gateway.close()

    searcher.run(run("history", "export"))
    searcher.search(archive.read_bytes())
    assert "heard" in run("history", "export").text


ECHOES: dict[str, Callable[[str], bytes]] = {
    "a refusal": lambda heard: refusal(400, heard),
    "a refusal in a good status": lambda heard: refusal(200, heard),
    "a page": lambda heard: http(502, f"<html>{heard}</html>"),
    "a body that is no JSON": lambda heard: http(200, f"[{heard}"),
    "a body that is no UTF-8": lambda heard: http(200, heard) + b"\xff",
    "a status line": lambda heard: f"HTTP/1.1 200 {heard.splitlines()[0]}\r\nContent-Length: x{heard[-9:]}".encode(),
    "no HTTP at all": lambda heard: heard.encode(),
}


def http(status: int, body: str) -> bytes:
    return f"HTTP/1.1 {status} Heard\r\nConnection: close\r\n\r\n{body}".encode()


def refusal(status: int, heard: str) -> bytes:
    return http(status, json.dumps({"code": -1100, "msg": f"Heard: {heard}"}))


@pytest.mark.parametrize("echo", ECHOES.values(), ids=ECHOES)
def test_a_gateway_that_echoes_the_request_brings_no_secret_out(
    run: Run, leaky: Exchange, searcher: Searcher, monkeypatch: pytest.MonkeyPatch, echo: Callable[[str], bytes]
) -> None:
    leaky()

    def answer(connection: Any, received: Any) -> None:
        connection.send([echo(f"{received.path}?{received.query} {dict(received.headers)}")])
        raise HangUpError

    gateway = Listener("127.0.0.1", 0, lambda connection: serve_http(connection, answer))
    for host in ("SAPI", "FAPI", "PAPI", "DAPI", "EAPI"):
        monkeypatch.setenv(f"BNACCT_{host}_URL", f"http://127.0.0.1:{gateway.port}")
    monkeypatch.setenv("BNACCT_WS_FAPI_URL", f"ws://127.0.0.1:{gateway.port}/ws-fapi/v1")

    for command in COMMANDS:
        for form in FORMATS:
            searcher.run(run(command, "-o", form, "-v", "--retries", "0", "--timeout", "2"))
    gateway.close()

    assert searcher.searched == 2 * len(COMMANDS) * len(FORMATS)


# -- proxies

PROXIES = [
    "http://{login}@{proxy}",
    "{login}@{proxy}",
    "http://{login}@127.0.0.1:9",
    "https://{login}@{proxy}",
    "http://{login}@127.0.0.1:port",
    "http://{login}@127.0.0.1:99999",
    "http://{login}@[::1",
    "http://{login}@.example:9",
    "http://{login}@{proxy}/path?query",
    "socks5://{login}@127.0.0.1:9",
    "ftp://{login}@127.0.0.1:9",
]


@pytest.mark.parametrize("leaky", ["HMAC"], indirect=True)
@pytest.mark.parametrize("address", PROXIES)
def test_no_proxy_brings_its_password_out(
    run: Run, leaky: Exchange, searcher: Searcher, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    leaky()
    for host, scheme in (
        ("SAPI", "https"),
        ("FAPI", "https"),
        ("PAPI", "https"),
        ("DAPI", "https"),
        ("EAPI", "https"),
        ("WS_FAPI", "wss"),
    ):
        monkeypatch.setenv(f"BNACCT_{host}_URL", f"{scheme}://127.0.0.1:9")
    with Proxy("somebody:else") as proxy:
        login = ":".join(quote(part, safe="") for part in LOGIN)
        monkeypatch.setenv("HTTPS_PROXY", address.format(login=login, proxy=proxy.address))
        for command in COMMANDS:
            for form in FORMATS:
                assert searcher.run(run(command, "-o", form, "-v", "--retries", "0", "--timeout", "0.05")).status == 6

    assert searcher.searched == 2 * len(COMMANDS) * len(FORMATS)


# -- set-ups that are wrong

SET_UPS: dict[str, str] = {
    "no key": f"BINANCE_API_SECRET={SECRET}",
    "no secret": f"BINANCE_API_KEY={API_KEY}",
    "both secrets": f"BINANCE_API_KEY={API_KEY}\nBINANCE_API_SECRET={SECRET}\nBINANCE_PRIVATE_KEY='{PEM}'",
    "a line that is none": f"BINANCE_API_KEY={API_KEY}\n{SECRET} = '",
    "a name that is none": f"BINANCE_API_KEY={API_KEY}\n={SECRET}",
    "a secret with a space": f"BINANCE_API_KEY={API_KEY}\nBINANCE_API_SECRET='{SECRET} {SECRET}'",
    "a key with a line break": f"BINANCE_API_KEY='{API_KEY}\n'\nBINANCE_API_SECRET='{SECRET}\n x'",
    "a secret twice": f"BINANCE_API_KEY={API_KEY}\nBINANCE_API_SECRET={SECRET}\nBINANCE_API_SECRET_FILE=secret.txt",
    "a secret for a file": f"BINANCE_API_KEY={API_KEY}\nBINANCE_API_SECRET_FILE=secret.bin",
    "a command that fails": f"BINANCE_API_KEY={API_KEY}\nBINANCE_API_SECRET_COMMAND='sh -c \"echo {SECRET}; exit 3\"'",
    "a private key that is none": f"BINANCE_API_KEY={API_KEY}\nBINANCE_PRIVATE_KEY={SECRET}",
    "a private key cut short": f"BINANCE_API_KEY={API_KEY}\nBINANCE_PRIVATE_KEY='{PEM[:-60]}'",
    "no passphrase": f"BINANCE_API_KEY={API_KEY}\nBINANCE_PRIVATE_KEY='{PEM}'",
    "another passphrase": f"BINANCE_API_KEY={API_KEY}\nBINANCE_PRIVATE_KEY='{PEM}'\n"
    f"BINANCE_PRIVATE_KEY_PASSPHRASE='{PASSPHRASE}x'",
    "a host with a password": f"BNACCT_SAPI_URL=https://me:{LOGIN[1]}@api.binance.com",
}


@pytest.mark.parametrize("text", SET_UPS.values(), ids=SET_UPS)
@pytest.mark.parametrize("name", [".env", "profile.env"])
def test_no_wrong_set_up_brings_a_secret_out(run: Run, searcher: Searcher, text: str, name: str) -> None:
    Path(name).write_text(text)
    Path("secret.bin").write_bytes(SECRET.encode() + b"\xff")
    chosen = [] if name == ".env" else ["--env-file", name]

    for command in ("user-assets", "ws-balance", "doctor"):
        for form in FORMATS:
            searcher.run(run(command, *chosen, "-o", form, "-v", "--timeout", "0.01"))

    assert searcher.searched == 2 * 3 * len(FORMATS)


# -- exceptions and objects


class Listening(Silent):
    """A console that keeps what it is told."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def note(self, text: str) -> None:
        self.said.append(text)

    def log(self, text: str) -> None:
        self.said.append(text)


def chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and all those behind it, hidden ones included."""
    pending: list[BaseException | None] = [error]
    while pending:
        found = pending.pop()
        if found is not None:
            yield found
            pending += [found.__cause__, found.__context__]


@pytest.mark.parametrize("fault", [*FAULTY, *REFUSALS])
def test_no_exception_of_a_call_holds_a_secret(leaky: Exchange, searcher: Searcher, fault: str) -> None:
    leaky(faults=[fault])
    settings = Settings({"timeout": "0.02" if fault in ENDLESS else "5", "retries": "0"})
    console = Listening()

    for endpoint in (endpoints.USER_ASSETS, endpoints.WS_BALANCE):
        exchange = open_client(settings, endpoint, console)
        try:
            exchange.call(endpoint, {})
        except errors.BnacctError as error:
            for found in chain(error):
                searcher.search(str(found), repr(found), repr(found.args))
            searcher.search("".join(traceback.format_exception(error, chain=True)), str(error.as_json()))
        searcher.search(repr(exchange), repr(exchange.request(endpoint, {})), *console.said)
        exchange.close()

    assert searcher.searched >= 2


def test_no_object_on_the_way_shows_a_secret(leaky: Exchange, searcher: Searcher) -> None:
    local = leaky()
    settings = Settings({})
    rest = https.Client(settings, Silent())
    wss = websocket.Client(settings, Silent())
    shown = [
        settings,
        settings._sources,
        settings.credentials,
        signing.HmacSigner(SECRET),
        rest,
        rest.request(endpoints.USER_ASSETS, {}),
        wss,
        wss.request(endpoints.WS_BALANCE, {}),
        local,
    ]

    for found in shown:
        searcher.search(repr(found), str(found), f"{found}")

    assert searcher.searched == 3 * len(shown)
