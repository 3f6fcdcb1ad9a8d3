"""Several accounts in one run: each answers or has its own failure, in the order asked, and keeps its secrets."""

import itertools
import json
import operator
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from bnacct import endpoints
from bnacct.cli import reckoning
from bnacct.cli.accounts import Chosen
from bnacct.cli.stderr import Stderr
from bnacct.cli.totals_kept import KeptReader
from bnacct.client import Answer
from bnacct.readings import Account, Errand, Question, Reading
from bnacct.sandbox import IP_RESTRICTED_KEY, Sandbox
from bnacct.sandbox.accounts.account import user_asset
from bnacct.sandbox.exchange.payloads import PAYLOADS
from bnacct.settings import Settings
from bnacct.worth import Scope
from tests.conftest import Outcome

Run = Callable[..., Outcome]
Exchange = Callable[..., Sandbox]


@pytest.fixture
def folder() -> Path:
    found = Path.home() / ".config" / "bnacct"
    found.mkdir(parents=True)
    return found


@pytest.fixture
def profile(folder: Path) -> Callable[..., None]:
    def write(name: str, sandbox: Sandbox | None = None, **values: str) -> None:
        lines = {**(sandbox.environment() if sandbox else {}), **values}
        path = folder / f"{name}.env"
        path.write_text("".join(f"{variable}={value}\n" for variable, value in lines.items()))
        path.chmod(0o600)

    return write


@pytest.fixture
def desks(profile: Callable[..., None]) -> Callable[..., list[Sandbox]]:
    """Serve an exchange for each of these accounts, each with a profile `desk-N`."""
    started: list[Sandbox] = []

    def start(*accounts: str, **options: Any) -> list[Sandbox]:
        for number, account in enumerate(accounts, 1):
            sandbox = Sandbox(account, **options).start()
            started.append(sandbox)
            profile(f"desk-{number}", sandbox)
        return started

    yield start  # type: ignore[misc]
    for sandbox in started:
        sandbox.close()


Desks = Callable[..., list[Sandbox]]
Profile = Callable[..., None]


# -- which accounts


def test_a_pattern_gives_the_accounts_sorted_and_names_the_order_asked(run: Run, desks: Desks) -> None:
    desks("docs", "empty", "new")

    by_pattern = run("user-assets", "-p", "desk-*", "-o", "json").json
    by_name = run("user-assets", "-p", "desk-3", "-p", "desk-1", "-p", "desk-3", "-o", "json").json

    assert [entry["account"] for entry in by_pattern] == ["desk-1", "desk-2", "desk-3"]
    assert [entry["account"] for entry in by_name] == ["desk-3", "desk-1"]


def test_all_profiles_are_all_of_them(run: Run, desks: Desks) -> None:
    desks("docs", "empty")

    assert len(run("user-assets", "--all-profiles", "-o", "json").json) == 2


def test_one_plain_name_stays_as_it_is_and_a_pattern_that_matches_one_does_not(run: Run, desks: Desks) -> None:
    desks("docs")

    plain = run("user-assets", "-p", "desk-1", "-o", "json").json
    matched = run("user-assets", "-p", "desk-?", "-o", "json").json

    assert plain[0]["asset"] == "AVAX"
    assert matched == [{"account": "desk-1", "data": plain}]


@pytest.mark.parametrize(
    "asked", [["-p", "desk-1", "-p", "nobody"], ["-p", "nobody-*"], ["-p", "desk-*", "-p", "x?"], ["-p", "nobody"]]
)
def test_what_names_no_profile_ends_the_run_before_anything_is_sent(run: Run, desks: Desks, asked: list[str]) -> None:
    (sandbox,) = desks("docs")

    outcome = run("user-assets", *asked, "-o", "json")

    assert (outcome.status, outcome.out, sandbox.requests) == (3, b"", [])


def test_no_profiles_at_all_are_an_error(run: Run) -> None:
    assert run("user-assets", "--all-profiles").status == 3


@pytest.mark.parametrize("option", [["--env-file", "x.env"], ["--raw"]])
def test_what_is_for_one_account_is_refused(run: Run, desks: Desks, option: list[str]) -> None:
    (sandbox,) = desks("docs")

    assert run("user-assets", "-p", "desk-*", *option).status == 2
    assert sandbox.requests == []


def test_the_variable_is_one_plain_name(run: Run, desks: Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    desks("docs")
    monkeypatch.setenv("BNACCT_PROFILE", "desk-*")

    assert run("user-assets").status == 2


# -- what is shown


def test_rows_start_with_the_account_in_every_format(run: Run, desks: Desks) -> None:
    desks("docs", "multi-assets")

    table = run("user-assets", "-p", "desk-*", "--fields", "asset,free").text.splitlines()
    csv = run("user-assets", "-p", "desk-*", "--csv").text.splitlines()
    lines = [json.loads(line) for line in run("user-assets", "-p", "desk-*", "-o", "jsonl").text.splitlines()]
    rows = run("user-assets", "-p", "desk-*", "-o", "json", "--section", "assets").json

    assert table[0].split() == ["account", "asset", "free"]
    assert csv[0].startswith("account,asset,free")
    assert [line.split(",")[0] for line in csv[1:]] == ["desk-1"] * 7 + ["desk-2"] * 2
    assert lines == rows
    assert list(lines[0]) == ["account", "asset", "free", "locked", "freeze", "withdrawing", "ipoable", "btcValuation"]


def test_totals_of_several_accounts_are_rows_of_one_table(run: Run, desks: Desks) -> None:
    desks("classic", "multi-assets")

    text = run("futures-account", "-p", "desk-*", "--section", "totals", "--fields", "totalWalletBalance").text

    assert [line.split() for line in text.splitlines()] == [
        ["account", "totalWalletBalance"],
        ["desk-1", "5200.00000000"],
        ["desk-2", "5162.45000000"],
    ]


def test_snapshots_of_several_accounts_carry_account_and_date(run: Run, desks: Desks) -> None:
    desks("rich", "docs")

    header, *rows = run("snapshot", "-p", "desk-*", "--csv", "--section", "totals").text.splitlines()

    assert header.startswith("account,date,updateTime")
    assert {row.split(",")[0] for row in rows} == {"desk-1", "desk-2"}


def test_requests_are_printed_for_each_account_and_nothing_is_sent(run: Run, desks: Desks) -> None:
    sandboxes = desks("docs", "docs")

    text = run("user-assets", "-p", "desk-*", "--show-request").text

    assert text.count("curl -X POST") == 2
    assert [sandbox.requests for sandbox in sandboxes] == [[], []]


def test_a_watch_of_several_accounts_reads_all_each_time(run: Run, desks: Desks) -> None:
    desks("docs", "empty")

    outcome = run("user-assets", "-p", "desk-*", "--watch", "0.05", "--count", "2", "-o", "json")

    assert [[each["account"] for each in json.loads(line)] for line in outcome.text.splitlines()] == [
        ["desk-1", "desk-2"]
    ] * 2


# -- what fails


def test_forty_profiles_of_which_three_are_dead_in_three_ways(run: Run, profile: Profile, exchange: Exchange) -> None:
    sandbox = exchange("docs")
    for number in range(37):
        profile(f"desk-{number:02}", sandbox)
    profile("dead-config", BINANCE_API_KEY="k" * 64)
    profile("dead-key", sandbox, BINANCE_API_KEY=IP_RESTRICTED_KEY)
    gone = Sandbox("docs").start()
    gone.close()
    profile("dead-host", gone)

    outcome = run("user-assets", "--all-profiles", "--retries", "0", "-o", "json")

    failed = {entry["account"]: entry["error"]["code"] for entry in outcome.json if "error" in entry}
    assert outcome.status == 9
    assert failed == {"dead-config": "config", "dead-key": "auth", "dead-host": "network"}
    assert sum("data" in entry for entry in outcome.json) == 37
    assert outcome.error["message"].startswith("3 of 40 accounts could not be read: dead-config, dead-host, dead-key")
    assert sandbox.connections <= 8


def test_forty_overviews_of_which_three_are_dead_in_three_ways_add_up_to_thirty_seven(
    run: Run, desks: Desks, profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    uids = itertools.count(1)
    monkeypatch.setitem(PAYLOADS, endpoints.SPOT_ACCOUNT.path, lambda *_: {"uid": next(uids)})
    monkeypatch.setitem(PAYLOADS, endpoints.USER_ASSETS.path, lambda *_: [user_asset("USDT", "2.5")])
    living = desks(*["new"] * 37)
    profile("dead-config", BINANCE_API_KEY="k" * 64)
    profile("dead-key", living[0], BINANCE_API_KEY=IP_RESTRICTED_KEY)
    gone = Sandbox("docs").start()
    gone.close()
    profile("dead-host", gone)

    outcome = run("overview", "--all-profiles", "--retries", "0")

    assert outcome.status == 9
    assert outcome.text.startswith("Partial 92.50 USDT of 37 of 40 accounts")
    assert "3 of 40 accounts could not be read: dead-config, dead-host, dead-key" in outcome.err


def test_stderr_has_a_line_for_each_failure(run: Run, desks: Desks, profile: Profile) -> None:
    desks("docs")
    profile("half", BINANCE_API_KEY="k" * 64)

    outcome = run("user-assets", "--all-profiles")

    assert outcome.status == 9
    assert "bnacct: half: profile 'half' sets BINANCE_API_KEY, but not" in outcome.err
    assert outcome.text.splitlines()[1].startswith("desk-1")


def test_where_none_is_read_the_status_is_that_of_the_first(run: Run, desks: Desks, profile: Profile) -> None:
    desks("docs", faults=["error=-2015"])
    profile("half", BINANCE_API_KEY="k" * 64)

    first, other = run("user-assets", "-p", "half", "-p", "desk-1"), run("user-assets", "-p", "desk-1", "-p", "half")

    assert (first.status, other.status) == (3, 4)
    assert first.out == b""


def test_a_rate_limit_stops_the_accounts_that_have_not_been_asked(
    run: Run, profile: Profile, exchange: Exchange
) -> None:
    sandbox = exchange("docs", faults=["rate-limit=1"])
    for number in range(30):
        profile(f"desk-{number:02}", sandbox)

    outcome = run("user-assets", "--all-profiles", "-o", "json")

    assert outcome.status == 5
    assert {entry["error"]["code"] for entry in outcome.json} == {"rate_limit"}
    assert len(sandbox.requests) <= 8


# -- secrets


def test_the_secrets_of_one_account_never_sign_nor_travel_with_anothers_request(
    run: Run, profile: Profile, exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bnacct.client.signing import HmacSigner

    sandbox = exchange("docs")
    for variable in ("BINANCE_API_KEY", "BINANCE_API_SECRET"):
        monkeypatch.delenv(variable)
    keys = {f"{letter}" * 64: f"{letter}secret" * 8 for letter in "ABCDEFGHIJKL"}
    for key, secret in keys.items():
        profile(key[0], sandbox, BINANCE_API_KEY=key, BINANCE_API_SECRET=secret)

    run("user-assets", "--all-profiles", "-o", "json")
    run("overview", "--all-profiles", "-o", "json")

    signed = [received for received in sandbox.requests if "signature=" in received.query]
    assert {received.headers["x-mbx-apikey"] for received in signed} == set(keys)
    for received in signed:
        payload, _, signature = received.query.rpartition("&signature=")
        key = received.headers["x-mbx-apikey"]
        assert HmacSigner(keys[key]).sign(payload.encode()) == signature
        sent = f"{received.query} {received.headers} {received.body!r}"
        assert [other for other in keys if other != key and (other in sent or keys[other] in sent)] == []
    unsigned = [received for received in sandbox.requests if "signature=" not in received.query]
    assert [received for received in unsigned if "x-mbx-apikey" in received.headers] == []
    # The connections are shared, and that is what this is about.
    assert sandbox.connections <= 16


def test_an_exported_key_never_answers_for_a_profile_without_one(
    run: Run, profile: Profile, exchange: Exchange
) -> None:
    sandbox = exchange("docs")
    profile("a", BNACCT_TIMEOUT="5")
    profile("b", BNACCT_TIMEOUT="5")

    outcome = run("user-assets", "-p", "a", "-p", "b", "-o", "json")

    assert outcome.status == 3
    assert sandbox.requests == []


# -- overview


def test_an_overview_of_several_has_a_block_for_each_and_a_grand_total(run: Run, desks: Desks) -> None:
    desks("portfolio-margin", "new")

    outcome = run("overview", "-p", "desk-*")

    lines = outcome.text.splitlines()
    assert lines[0] == "Total 86579.18 USDT of 2 accounts"
    assert [line.partition(":")[0] for line in lines if line.startswith("desk-")] == ["desk-1", "desk-2"]


def test_a_grand_total_says_at_least_where_one_account_is_incomplete(run: Run, desks: Desks) -> None:
    desks("portfolio-margin", "classic")

    assert run("overview", "-p", "desk-*").text.startswith("At least 256046.53 USDT of 2 accounts")


def test_a_grand_total_says_how_many_accounts_were_read(run: Run, desks: Desks, profile: Profile) -> None:
    desks("portfolio-margin", "new")
    profile("desk-3", BINANCE_API_KEY="k" * 64)

    outcome = run("overview", "-p", "desk-*")

    assert outcome.status == 9
    assert outcome.text.startswith("Partial 86579.18 USDT of 2 of 3 accounts")


def test_two_keys_of_one_account_count_once(run: Run, desks: Desks) -> None:
    desks("portfolio-margin", "portfolio-margin")

    outcome = run("overview", "-p", "desk-*")

    assert outcome.text.startswith("Total 86579.18 USDT of 1 account\n")
    assert "desk-1 and desk-2 open one account: it is counted once." in outcome.err


def test_overviews_as_json_are_one_array(run: Run, desks: Desks) -> None:
    desks("portfolio-margin", "new")

    found = run("overview", "-p", "desk-*", "-o", "json").json

    assert [(entry["account"], entry["data"]["total"]["value"]) for entry in found] == [
        ("desk-1", "86579.182804023578"),
        ("desk-2", "0"),
    ]


def test_prices_are_read_once_for_all_accounts(run: Run, profile: Profile, exchange: Exchange) -> None:
    sandbox = exchange("classic")
    for number in range(5):
        profile(f"desk-{number}", sandbox)

    run("overview", "--all-profiles", "-o", "json")

    assert [received.path for received in sandbox.requests].count(endpoints.PRICES.path) == 1


def test_a_first_account_whose_host_is_dead_does_not_cost_the_others_their_prices(
    run: Run, one_dead: Callable[[str], None]
) -> None:
    one_dead("host")

    outcome = run("overview", "-p", "desk-*", "--retries", "0", "-o", "json")

    assert outcome.status == 9
    assert [entry["data"]["total"]["isComplete"] for entry in outcome.json if "data" in entry] == [True, True]


def test_prices_have_their_time_however_long_the_wallets_of_all_accounts_took(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now_s = 0.0
    monkeypatch.setattr(time, "monotonic", lambda: now_s)
    deadlines: list[float] = []

    class Answering(KeptReader):
        def run(self, errands: Sequence[Errand], _stopped: object = None) -> list[dict[str, Reading]]:
            nonlocal now_s
            deadlines.append(errands[-1].deadline.ends)
            now_s += 100
            return super().run(errands)

        def read(self, question: Question) -> Reading:
            return Reading(question.query, question.account.name, 0, Answer(b"[]", []), parameters=question.asked)

    chosen = [Chosen(Account(str(number), Settings({"timeout": "10"}))) for number in range(40)]
    key = operator.attrgetter("name")
    reckoning.Run(Stderr(as_json=False), Answering(), chosen, Scope(), quote_from="", key=key).outcomes()

    of_prices = deadlines[-1]
    assert of_prices == pytest.approx(100 + 0.2 * 10)


def test_an_account_that_is_slow_does_not_hold_the_others(
    run: Run, desks: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    released = threading.Event()
    answer = PAYLOADS[endpoints.FUNDING_ASSETS.path]

    def held(account: Any, parameters: Any, now_ms: int) -> Any:
        if account.uid == 100000001:
            released.wait(20)
        return answer(account, parameters, now_ms)

    monkeypatch.setitem(PAYLOADS, endpoints.FUNDING_ASSETS.path, held)  # type: ignore[arg-type]
    desks("classic", "new")

    found = run("overview", "-p", "desk-*", "--timeout", "2", "--retries", "0", "-o", "json")
    released.set()

    assert found.status == 9
    assert [entry["data"]["total"]["bound"] for entry in found.json] == ["at least", "exact"]


# -- doctor, check, metrics


def test_doctor_examines_each_account(run: Run, desks: Desks, profile: Profile) -> None:
    desks("docs")
    profile("half", BINANCE_API_KEY="k" * 64)

    outcome = run("doctor", "--all-profiles", "-o", "json")

    assert outcome.status == 9
    assert [entry["account"] for entry in outcome.json] == ["desk-1", "half"]
    assert "account desk-1" in run("doctor", "-p", "desk-*").text


def test_metrics_and_check_take_several_accounts(run: Run, desks: Desks) -> None:
    desks("docs", "rich")

    text = run("metrics", "user-assets", "-p", "desk-*").text

    assert 'account="desk-1"' in text
    assert 'account="desk-2"' in text


DEAD = ("config", "key", "host", "html")


@pytest.fixture
def one_dead(profile: Profile, desks: Desks) -> Iterator[Callable[[str], None]]:
    """Write the profiles `desk-1` and `desk-2`, which answer, and `desk-0`, which is dead in one way."""
    started: list[Sandbox] = []

    def start(way: str) -> None:
        living, _ = desks("portfolio-margin", "portfolio-margin")
        if way == "config":
            profile("desk-0", BINANCE_API_KEY="k" * 64)
        elif way == "key":
            profile("desk-0", living, BINANCE_API_KEY=IP_RESTRICTED_KEY)
        else:
            started.append(Sandbox("docs", faults=["html"]).start())
            profile("desk-0", started[-1])
            if way == "host":
                started[-1].close()

    yield start
    for sandbox in started:
        sandbox.close()


@pytest.mark.parametrize("way", DEAD)
def test_a_check_of_several_is_one_line_and_the_worst_state(
    run: Run, one_dead: Callable[[str], None], way: str
) -> None:
    one_dead(way)
    asked = ["check", "-p", "desk-*", "--retries", "0", "-c", "user-assets.USDT.free=1:", "-c", "overview.total=1:"]

    unknown, critical, worse = (
        run(*asked),
        run(*asked, "--unreachable", "critical"),
        run(*asked, "-w", "overview.total=0"),
    )

    assert (unknown.status, critical.status, worse.status) == (3, 2, 1)
    (line,) = unknown.text.splitlines()
    assert line.startswith("BNACCT UNKNOWN: desk-0 user-assets.USDT.free unknown, ")
    for living in ("desk-1", "desk-2"):
        assert f"{living} user-assets.USDT.free 100" in line
        assert f"'{living} overview.total'=86579.182804023578;;1:" in line
    assert "'desk-0 overview.total'=U;;1:" in line


@pytest.mark.parametrize("way", DEAD)
def test_metrics_of_several_have_no_amounts_of_the_dead_and_all_of_the_others(
    run: Run, one_dead: Callable[[str], None], way: str
) -> None:
    one_dead(way)

    outcome = run("metrics", "user-assets", "overview", "-p", "desk-*", "--retries", "0")

    lines = outcome.text.splitlines()
    assert outcome.status == 9
    assert [line for line in lines if 'account="desk-0"' in line] == [
        'bnacct_up{account="desk-0",operation="user-assets"} 0',
        'bnacct_up{account="desk-0",operation="overview"} 0',
    ]
    for living in ("desk-1", "desk-2"):
        assert f'bnacct_up{{account="{living}",operation="user-assets"}} 1' in lines
        assert (
            f'bnacct_asset_amount{{account="{living}",wallet="spot",asset="USDT",state="free"}} 100.00000000' in lines
        )
        assert f'bnacct_total_value{{account="{living}",quote="USDT"}} 86579.182804023578' in lines


def test_metrics_of_more_accounts_than_are_read_at_once_have_all_of_them_and_ask_prices_once(
    run: Run, profile: Profile, exchange: Exchange
) -> None:
    sandbox = exchange("portfolio-margin")
    for number in range(19):
        profile(f"desk-{number:02}", sandbox)

    outcome = run("metrics", "user-assets", "overview", "--all-profiles")

    accounts = [line.split('"')[1] for line in outcome.text.splitlines() if line.startswith("bnacct_total_value{")]
    assert outcome.status == 0
    assert accounts == [f"desk-{number:02}" for number in range(19)]
    assert [request.path for request in sandbox.requests].count(endpoints.PRICES.path) == 1
    assert [request.path for request in sandbox.requests].count(endpoints.USER_ASSETS.path) == 19
    assert endpoints.SPOT_ACCOUNT.path not in [request.path for request in sandbox.requests]
    assert sandbox.connections <= 8
