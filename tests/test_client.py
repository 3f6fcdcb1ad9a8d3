"""The HTTPS client where no server can stage what happens: failures below HTTP, and the hosts of the exchange itself."""

import socket
from collections.abc import Callable

import pytest
import requests
import responses
import urllib3

from bnacct.sandbox import Sandbox
from tests.conftest import Outcome

Run = Callable[..., Outcome]
Raised = Exception

HOSTS = {
    ("snapshot",): ("GET", "https://api.binance.com/sapi/v1/accountSnapshot"),
    ("user-assets",): ("POST", "https://api.binance.com/sapi/v3/asset/getUserAsset"),
    ("futures-account",): ("GET", "https://fapi.binance.com/fapi/v3/account"),
    ("futures-account", "-e", "testnet"): ("GET", "https://demo-fapi.binance.com/fapi/v3/account"),
    ("pm-balance",): ("GET", "https://papi.binance.com/papi/v1/balance"),
}


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BINANCE_API_KEY", "k" * 64)
    monkeypatch.setenv("BINANCE_API_SECRET", "s" * 64)


def _new_connection_error(reason: Exception) -> requests.ConnectionError:
    failure = urllib3.exceptions.NewConnectionError(None, "signature=secret")  # type: ignore[arg-type]
    failure.__cause__ = reason
    return requests.ConnectionError(urllib3.exceptions.MaxRetryError(None, "/?signature=secret", failure))  # type: ignore[arg-type]


@responses.activate
@pytest.mark.parametrize("arguments", HOSTS)
def test_each_command_calls_its_own_host_of_the_exchange(run: Run, arguments: tuple[str, ...]) -> None:
    method, url = HOSTS[arguments]
    responses.add(
        method, url, json={"code": -2015, "msg": "Invalid API-key, IP, or permissions for action."}, status=401
    )

    outcome = run(*arguments, "-o", "json")

    assert (outcome.status, outcome.error["binance_code"]) == (4, -2015)
    assert len(responses.calls) == 1
    assert responses.calls[0].request.headers["X-MBX-APIKEY"] == "k" * 64


@responses.activate
@pytest.mark.parametrize(
    ("raised", "says"),
    [
        (_new_connection_error(socket.gaierror(-2, "Name or service not known")), "could not be looked up"),
        (_new_connection_error(ConnectionRefusedError(111, "Connection refused")), "refused the connection"),
        (_new_connection_error(OSError(101, "Network is unreachable")), "was lost"),
        (requests.ConnectTimeout("signature=secret"), "was lost"),
        (requests.ConnectionError(TimeoutError("signature=secret")), "did not answer in time"),
        (requests.exceptions.ProxyError("http://me:secret@proxy"), "proxy"),
        (requests.exceptions.ChunkedEncodingError("signature=secret"), "was lost"),
    ],
)
def test_what_fails_below_http_exits_6_in_our_own_words(run: Run, raised: Raised, says: str) -> None:
    method, url = HOSTS["user-assets",]
    responses.add(method, url, body=raised)

    outcome = run("user-assets", "-o", "json", "--retries", "1")

    assert (outcome.status, len(responses.calls)) == (6, 2)
    assert says in outcome.error["message"]
    assert "secret" not in outcome.err


@responses.activate
def test_a_host_that_comes_back_is_not_told_of(run: Run, exchange: Callable[..., Sandbox]) -> None:
    method, url = HOSTS["pm-balance",]
    responses.add(method, url, body=_new_connection_error(ConnectionResetError(104, "reset")))
    responses.add(method, url, json=[])

    outcome = run("pm-balance", "-o", "json")

    assert (outcome.status, outcome.json, outcome.err) == (0, [], "")


@responses.activate
@pytest.mark.parametrize("status", [204, 205])
def test_success_without_a_body_is_no_empty_account(run: Run, status: int) -> None:
    method, url = HOSTS["user-assets",]
    responses.add(method, url, status=status)

    assert run("user-assets").status == 8
