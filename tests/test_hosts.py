"""A key goes to the exchange's own hosts and to loopback, and to no other that was not freed on purpose."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bnacct import errors
from bnacct.settings import Settings
from bnacct.settings.credentials import Credentials
from bnacct.settings.hosts import VARIABLES

PAIR = {"BINANCE_API_KEY": "k" * 64, "BINANCE_API_SECRET": "s" * 64}


def base_url(url: str, host: str = "sapi", environment: str = "live", **environ: str) -> str:
    found = Settings({}, environ={"BNACCT_ENVIRONMENT": environment, VARIABLES[host]: url, **environ})
    return found.base_url(host)


def refusal(url: str, host: str = "sapi", **environ: str) -> errors.ConfigError:
    with pytest.raises(errors.ConfigError) as refused:
        base_url(url, host, **environ)
    assert refused.value.exit_status == 3
    return refused.value


# -- the exchange's own addresses


@pytest.mark.parametrize(
    ("environment", "host", "url"),
    [
        ("live", "sapi", "https://api.binance.com"),
        ("live", "fapi", "https://fapi.binance.com"),
        ("live", "papi", "https://papi.binance.com"),
        ("live", "dapi", "https://dapi.binance.com"),
        ("live", "eapi", "https://eapi.binance.com"),
        ("testnet", "dapi", "https://testnet.binancefuture.com"),
        ("live", "ws_fapi", "wss://ws-fapi.binance.com/ws-fapi/v1"),
        ("testnet", "fapi", "https://demo-fapi.binance.com"),
        ("testnet", "ws_fapi", "wss://testnet.binancefuture.com/ws-fapi/v1"),
    ],
)
def test_each_environment_has_its_own_addresses(environment: str, host: str, url: str) -> None:
    assert url == Settings({"environment": environment}, environ={}).base_url(host)
    assert url == Settings({"environment": environment}, environ={VARIABLES[host]: ""}).base_url(host)


@pytest.mark.parametrize(
    ("command", "host"), [("user-assets", "/sapi"), ("snapshot", "/sapi"), ("pm-balance", "/papi")]
)
def test_a_host_the_testnet_lacks_is_told_before_a_missing_key(
    run: Callable[..., Any], command: str, host: str
) -> None:
    outcome = run(command, "-e", "testnet", "-o", "json")
    assert (outcome.status, outcome.out) == (3, b"")
    assert outcome.error["message"].startswith(f"The testnet has no {host}: it offers futures only")
    assert "-e live" in outcome.error["hint"]


def test_a_host_the_testnet_lacks_can_be_named() -> None:
    assert base_url("https://testnet.binance.vision", environment="testnet") == "https://testnet.binance.vision"


@pytest.mark.parametrize(
    "url",
    [
        "https://api.binance.com",
        "https://api1.binance.com",
        "https://api-gcp.binance.com",
        "https://binance.com",
        "https://demo-fapi.binance.com",
        "https://testnet.binancefuture.com",
        "https://testnet.binance.vision",
        "https://api1.testnet.binance.vision",
        "https://api.binance.com:8443",
        "https://127.0.0.1",
        "https://localhost:8443",
        "http://localhost",
        "http://localhost:8080",
        "http://127.0.0.1:8080",
        "http://127.255.255.254:8080",
        "http://[::1]",
        "http://[::1]:8080",
        "http://[0:0:0:0:0:0:0:1]:8080",
    ],
)
def test_the_exchanges_domains_and_loopback_are_allowed(url: str) -> None:
    assert url == base_url(url)
    assert url == base_url(f"{url}/")


def test_scheme_and_host_are_the_same_in_capitals() -> None:
    assert base_url("HTTPS://API1.Binance.COM") == "https://api1.binance.com"
    assert base_url("HTTP://LocalHost:8080") == "http://localhost:8080"
    assert refusal("https://EVIL.COM").message.endswith("names the host evil.com, which is not the exchange's.")


@pytest.mark.parametrize(
    "url",
    [
        "wss://ws-fapi.binance.com/ws-fapi/v1",
        "wss://ws-fapi.binance.com:9443/ws-fapi/v1",
        "wss://testnet.binancefuture.com/ws-fapi/v1",
        "ws://127.0.0.1:8081/ws-fapi/v1",
        "ws://[::1]:8081/",
        "ws://localhost:8081",
    ],
)
def test_the_websocket_address_is_taken_whole(url: str) -> None:
    assert url == base_url(url, "ws_fapi")


@pytest.mark.parametrize("host", VARIABLES)
def test_each_host_has_its_own_variable(host: str) -> None:
    url = "wss://127.0.0.1/" if host == "ws_fapi" else "https://127.0.0.1"
    found = Settings({}, environ={VARIABLES[host]: url})
    live = Settings({}, environ={})
    assert {**{other: live.base_url(other) for other in VARIABLES}, host: url} == {
        other: found.base_url(other) for other in VARIABLES
    }


# -- everything else


LOOK_ALIKES = [
    "https://evil.com",
    "https://binance.com.evil.com",
    "https://api.binance.com.evil.com",
    "https://evilbinance.com",
    "https://api-binance.com",
    "https://binance.co",
    "https://binance.com.",
    "https://api.binance.com.",
    "https://binance.us",
    "https://binance.vision",
    "https://mytestnet.binance.vision",
    "https://evilbinancefuture.com",
    "https://com",
    "https://localhost.evil.com",
    "https://evil-localhost",
    "https://127.0.0.1.evil.com",
    "https://0.0.0.0",
    "https://[::]",
    "https://[::ffff:1.2.3.4]",
    "https://[fe80::1]",
    "https://10.0.0.1",
    "https://192.168.0.1",
    "https://169.254.169.254",
    "https://1.1.1.1",
    "https://16843009",
    "https://2130706433",
    "https://0x7f000001",
    "https://017700000001",
    "https://0177.0.0.1",
    "https://127.1",
    "https://xn--binance-xyz.com",
]


@pytest.mark.parametrize("url", LOOK_ALIKES)
def test_a_look_alike_is_refused_by_its_name(url: str) -> None:
    told = refusal(url)
    assert told.message.startswith("BNACCT_SAPI_URL (from the environment) names the host ")
    assert told.message.endswith(", which is not the exchange's.")
    assert "BNACCT_ALLOW_ANY_HOST=1" in str(told.hint)
    assert "not the exchange's" in refusal(f"wss{url[5:]}/ws-fapi/v1", "ws_fapi").message


@pytest.mark.parametrize(
    "url",
    [
        "https://binance.com@evil.com",
        "https://api.binance.com:443@evil.com",
        "https://user:hunter2@api.binance.com",
        "https://evil.com\\@api.binance.com",
        "https://evil.com\\.binance.com",
        "https:\\\\evil.com\\.binance.com",
        "https://evil.com#.binance.com",
        "https://evil.com#@api.binance.com",
        "https://evil.com?.binance.com",
        "https://api.binance.com?recvWindow=1",
        "https://api.binance.com#",
        "https://evil.com\t.binance.com",
        "https://evil.com\n.binance.com",
        "https://evil.com .binance.com",
        " https://api.binance.com",
        "https://api.binance.com\x00",
        "https://api.binance.com\x7f",
        "https://api.bіnance.com",
        "https://evil.com／.binance.com",
        "https://api。binance。com",
        "https://[::1",
        "https://::1",
        "https://api.binance.com:99999",
        "https://api.binance.com:-1",
        "https://api.binance.com:https",
    ],
)
def test_what_two_parsers_may_read_in_two_ways_is_refused_unrepeated(url: str) -> None:
    for told in (refusal(url), refusal(url, BNACCT_ALLOW_ANY_HOST="1")):
        assert told.message == "BNACCT_SAPI_URL (from the environment) is not a plain address."
        assert "evil" not in str(told.hint)


@pytest.mark.parametrize(
    "host", ["evil.com%2f", "evil.com%00", "evil.com;", "evil.com|", "*", "", "a.", "x" * 64, "[v1."]
)
def test_a_host_of_characters_that_no_host_name_has_is_refused(host: str) -> None:
    assert "BNACCT_SAPI_URL" in refusal(f"https://{host}.binance.com{']' if '[' in host else ''}").message


@pytest.mark.parametrize(
    "url",
    [
        "api.binance.com",
        "//api.binance.com",
        "https:",
        "https://",
        "https:api.binance.com",
        "https:///sapi",
        "wss://api.binance.com",
        "ftp://api.binance.com",
        "file:///etc/passwd",
        "javascript:alert(1)",
    ],
)
def test_rest_addresses_start_with_https(url: str) -> None:
    assert refusal(url).message == "BNACCT_SAPI_URL (from the environment) is not a https address."


@pytest.mark.parametrize("url", ["https://ws-fapi.binance.com/ws-fapi/v1", "http://127.0.0.1/ws-fapi/v1", "wss:///v1"])
def test_websocket_addresses_start_with_wss(url: str) -> None:
    assert refusal(url, "ws_fapi").message == "BNACCT_WS_FAPI_URL (from the environment) is not a wss address."


@pytest.mark.parametrize(
    "url", ["http://api.binance.com", "http://evil.com", "http://2130706433", "http://127.1", "http://0.0.0.0"]
)
def test_a_key_is_never_sent_unencrypted_to_another_machine(url: str) -> None:
    assert refusal(url).message.endswith("must start with https://.")
    assert refusal(url, BNACCT_ALLOW_ANY_HOST="1").message.endswith("must start with https://.")
    assert refusal(f"ws{url[4:]}/v1", "ws_fapi").message.endswith("must start with wss://.")


@pytest.mark.parametrize("path", ["/sapi", "/api/v3/", "//", "/.", "/..", "/;x", "/%2f"])
def test_a_path_is_refused_in_a_rest_address(path: str) -> None:
    assert "has a path: it names scheme, host and port only" in refusal(f"https://api.binance.com{path}").message


def test_a_refusal_never_shows_a_password() -> None:
    told = refusal("https://user:hunter2@evil.com")
    assert "hunter2" not in f"{told!r} {told.hint} {told.__cause__!r}"


# -- on purpose


@pytest.mark.parametrize("url", ["https://evil.com", "https://10.0.0.1:8443", "https://[fe80::1]"])
def test_any_host_is_allowed_where_the_user_says_so(url: str) -> None:
    assert url == base_url(url, BNACCT_ALLOW_ANY_HOST="1")
    assert f"wss{url[5:]}/v1" == base_url(f"wss{url[5:]}/v1", "ws_fapi", BNACCT_ALLOW_ANY_HOST="1")


@pytest.mark.parametrize("value", ["", "0", "no", "false", "2"])
def test_nothing_but_1_says_so(value: str) -> None:
    assert "not the exchange's" in refusal("https://evil.com", BNACCT_ALLOW_ANY_HOST=value).message


def test_dotenv_may_not_say_so_even_for_an_address_of_its_own() -> None:
    Path(".env").write_text("BNACCT_SAPI_URL=https://evil.com\nBNACCT_ALLOW_ANY_HOST=1\n")
    with pytest.raises(errors.ConfigError, match="BNACCT_ALLOW_ANY_HOST, which is refused from there"):
        Settings({}, environ={})


def test_an_address_from_dotenv_is_held_to_the_same_hosts() -> None:
    Path(".env").write_text("BNACCT_SAPI_URL=https://evil.com\n")
    with pytest.raises(errors.ConfigError, match=r"BNACCT_SAPI_URL \(from \.env\) names the host evil\.com"):
        Settings({}, environ={}).base_url("sapi")


@pytest.mark.parametrize("command", ["user-assets", "ws-balance"])
def test_dotenv_cannot_send_a_key_of_another_source_to_a_program_on_this_machine(
    run: Callable[..., Any], exchange: Any, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    # Who prepared the folder may listen there, and loopback needs no TLS.
    running = exchange()
    for host in ("sapi", "ws_fapi"):
        monkeypatch.delenv(VARIABLES[host])
    Path(".env").write_text("".join(f"{VARIABLES[host]}={url}\n" for host, url in running.urls.items()))
    outcome = run(command, "-o", "json", "--retries", "0")
    assert (outcome.status, running.requests) == (3, [])


@pytest.mark.parametrize("command", ["user-assets", "ws-balance"])
def test_dotenv_cannot_send_a_file_to_a_program_on_this_machine(
    run: Callable[..., Any], exchange: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str
) -> None:
    running = exchange()
    for name in running.environment():
        monkeypatch.delenv(name)
    (tmp_path / "private").write_text("what is nobody else's")
    named = {"BINANCE_API_KEY_FILE": tmp_path / "private", "BINANCE_API_SECRET": "x"}
    urls = {VARIABLES[host]: url for host, url in running.urls.items()}
    Path(".env").write_text("".join(f"{name}={value}\n" for name, value in {**named, **urls}.items()))
    outcome = run(command, "-o", "json", "--retries", "0")
    assert (outcome.status, running.requests) == (3, [])


@pytest.mark.parametrize("command", ["user-assets", "ws-balance"])
def test_dotenv_may_name_a_program_on_this_machine_and_its_key(
    run: Callable[..., Any], exchange: Any, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    environment = exchange().environment()
    for name in environment:
        monkeypatch.delenv(name)
    Path(".env").write_text("".join(f"{name}={value}\n" for name, value in environment.items()))
    assert run(command, "-o", "json").status == 0


@pytest.mark.parametrize("elsewhere", ["the environment", "a profile", "BNACCT_PROFILE"])
@pytest.mark.parametrize("command", ["user-assets", "ws-balance"])
def test_dotenv_cannot_name_another_host_wherever_any_host_was_allowed(
    run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, elsewhere: str, command: str
) -> None:
    Path(".env").write_text("BNACCT_SAPI_URL=https://evil.example\nBNACCT_WS_FAPI_URL=wss://evil.example/v1\n")
    allowing = {**PAIR, "BNACCT_ALLOW_ANY_HOST": "1"}
    arguments = _set(allowing, elsewhere, monkeypatch)

    outcome = run(command, "-o", "json", *arguments)

    assert (outcome.status, outcome.out) == (3, b"")
    assert "names the host evil.example" in outcome.error["message"]


def _set(values: dict[str, str], source: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Set variables in a source; return the arguments that name it."""
    if source == "the environment":
        for name, value in values.items():
            monkeypatch.setenv(name, value)
        return []
    folder = Path.home() / ".config" / "bnacct"
    folder.mkdir(parents=True, exist_ok=True)
    profile = folder / f"{source[:1]}.env"
    profile.write_text("".join(f"{name}={value}\n" for name, value in values.items()))
    profile.chmod(0o600)
    if source == "a profile":
        return ["-p", profile.stem]
    monkeypatch.setenv("BNACCT_PROFILE", profile.stem)
    return []


# -- a key and an address that is not the exchange's come from one place


@pytest.mark.parametrize(
    ("key", "address"),
    [
        ("a profile", "the environment"),
        ("BNACCT_PROFILE", "the environment"),
        ("the environment", "BNACCT_PROFILE"),
        ("the environment", "a profile"),
    ],
)
@pytest.mark.parametrize("command", ["user-assets", "ws-balance", "doctor"])
def test_a_key_does_not_go_to_an_address_that_was_set_elsewhere(
    run: Callable[..., Any], exchange: Any, monkeypatch: pytest.MonkeyPatch, key: str, address: str, command: str
) -> None:
    running = exchange()
    environment = running.environment()
    for name in environment:
        monkeypatch.delenv(name)
    urls = {name: environment.pop(name) for name in list(environment) if name.endswith("_URL")}
    arguments = [
        *_set(environment, key, monkeypatch),
        *_set({**urls, "BNACCT_ALLOW_ANY_HOST": "1"}, address, monkeypatch),
    ]

    outcome = run(command, "-o", "json", *arguments)

    assert outcome.status == 3
    assert running.requests == []
    if command != "doctor":
        assert "the key comes from" in outcome.error["message"] or "holds no credentials" in outcome.error["message"]


@pytest.mark.parametrize("source", ["the environment", "a profile", "BNACCT_PROFILE"])
def test_a_key_goes_to_an_address_that_was_set_beside_it(
    run: Callable[..., Any], exchange: Any, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    environment = exchange().environment()
    for name in environment:
        monkeypatch.delenv(name)

    outcome = run("user-assets", "-o", "json", *_set(environment, source, monkeypatch))

    assert outcome.status == 0


# -- -e on the command line, and answers from elsewhere


@pytest.mark.parametrize("environment", ["live", "testnet"])
def test_e_on_the_command_line_counts_more_than_exported_addresses(environment: str) -> None:
    environ = {**PAIR, "BNACCT_FAPI_URL": "http://127.0.0.1:9", "BNACCT_ENVIRONMENT": "sandbox"}

    assert Settings({"environment": environment}, environ=environ).base_url("fapi").endswith("fapi.binance.com")


def test_an_address_that_the_command_line_names_counts_beside_e() -> None:
    Path("mirror.env").write_text("BNACCT_FAPI_URL=https://fapi2.binance.com\n")

    found = Settings({"environment": "live"}, env_file="mirror.env", environ=PAIR)

    assert found.base_url("fapi") == "https://fapi2.binance.com"


@pytest.mark.parametrize("command", ["user-assets", "ws-balance"])
def test_an_answer_from_elsewhere_says_so_once(run: Callable[..., Any], exchange: Any, command: str) -> None:
    running = exchange()
    host = running.urls["ws_fapi" if command == "ws-balance" else "sapi"].split("/")[2]

    once, watched = run(command), run(command, "--watch", "0.2", "--count", "2")

    for outcome in (once, watched):
        assert outcome.err.count(f"answered by {host}, not the exchange") == 1


def test_nothing_is_said_of_who_answered_without_an_answer(run: Callable[..., Any], exchange: Any) -> None:
    exchange(faults=["error=-2015"])

    assert "not the exchange" not in run("user-assets").err


def test_in_the_sandbox_its_own_notice_is_enough(run: Callable[..., Any]) -> None:
    assert "not the exchange" not in run("user-assets", "-e", "sandbox").err


@pytest.mark.parametrize("command", ["user-assets", "ws-balance"])
def test_a_refused_host_is_never_called(run: Callable[..., Any], exchange: Any, command: str) -> None:
    running = exchange()
    lines = ["BNACCT_SAPI_URL=https://evil.example", "BNACCT_WS_FAPI_URL=wss://evil.example/v1"]
    Path("evil.env").write_text("\n".join(lines))
    outcome = run(command, "-o", "json", "--env-file", "evil.env")
    assert (outcome.status, running.requests, running.connections) == (3, [], 0)
    assert "names the host evil.example" in outcome.error["message"]


def test_the_sandbox_is_called_whatever_the_variables_say() -> None:
    environ = {**PAIR, "BNACCT_ENVIRONMENT": "sandbox", "BNACCT_SAPI_URL": "https://api1.binance.com"}
    found = Settings({}, environ=environ)
    own = Credentials("sandbox-key", "the sandbox", secret="sandbox-secret")
    sandboxed = found.in_sandbox({"sapi": "http://127.0.0.1:1"}, own)
    assert sandboxed.base_url("sapi") == "http://127.0.0.1:1"
    assert sandboxed.credentials is own
    assert not sandboxed.trust_environment
    assert (found.base_url("sapi"), found.credentials.api_key) == ("https://api1.binance.com", PAIR["BINANCE_API_KEY"])
    assert found.trust_environment


def test_in_the_sandbox_the_users_own_key_and_hosts_are_left_alone(run: Callable[..., Any], exchange: Any) -> None:
    running = exchange()
    outcome = run("user-assets", "-e", "sandbox", "-o", "json")
    assert (outcome.status, running.requests, running.connections) == (0, [], 0)
