"""metrics: what Prometheus reads, and the file that node_exporter serves."""

import gc
import os
import stat
import subprocess
import tracemalloc
import weakref
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bnacct import queries
from bnacct.cli.accounts import Chosen
from bnacct.cli.stderr import Stderr
from bnacct.cli.unattended import Round
from bnacct.client import Answer
from bnacct.monitoring import samples
from bnacct.readings import MOST_AT_ONCE, Account, Question, Reader, Reading
from bnacct.sandbox import Sandbox
from bnacct.settings import Settings
from tests.conftest import Outcome, needs

Run = Callable[..., Outcome]
Exchange = Callable[..., Sandbox]
READ = ("user-assets", "futures-account", "pm-balance")
Sample = tuple[str, frozenset[tuple[str, str]]]


def parsed(text: str) -> dict[Sample, float]:
    """Return the samples as prometheus_client reads them. None may come twice."""
    found: dict[Sample, float] = {}
    for family in text_string_to_metric_families(text):
        assert family.documentation
        assert family.type == "gauge"
        for sample in family.samples:
            key = sample.name, frozenset(sample.labels.items())
            assert key not in found
            assert sample.timestamp is None
            found[key] = sample.value
    return found


def sample(name: str, **labels: str) -> Sample:
    return name, frozenset({"account": "default", **labels}.items())


def up(text: str) -> dict[str, float]:
    return {dict(labels)["operation"]: value for (name, labels), value in parsed(text).items() if name == "bnacct_up"}


def promtool(text: str) -> tuple[int, str]:
    """Run `promtool check metrics`."""
    done = subprocess.run(
        [needs("promtool"), "check", "metrics"], input=text.encode(), capture_output=True, timeout=30, check=False
    )
    return done.returncode, (done.stdout + done.stderr).decode()


@pytest.mark.parametrize("account", ["docs", "docs-multi", "rich", "empty", "hostile"])
def test_two_readers_of_the_format_find_nothing_wrong(run: Run, exchange: Exchange, account: str) -> None:
    exchange(account)

    outcome = run("metrics")

    # Rows that nobody can read are not in the total.
    assert outcome.status == (9 if account == "hostile" else 0)
    assert set(up(outcome.text).values()) == {1}
    assert promtool(outcome.text) == (0, "")


def test_each_number_is_under_its_name_with_the_digits_that_came(run: Run, exchange: Exchange) -> None:
    exchange("rich")

    lines = run("metrics", *READ).text.splitlines()

    for expected in (
        'bnacct_asset_amount{account="default",wallet="spot",asset="USDT",state="free"} 50300000001.44911105',
        'bnacct_asset_amount{account="default",wallet="spot",asset="ETH",state="free"} 32.000000000000000001',
        'bnacct_asset_amount{account="default",wallet="spot",asset="BTC",state="locked"} 0.5',
        'bnacct_asset_value{account="default",wallet="spot",asset="USDT",quote="BTC"} 497000.12345678',
        'bnacct_asset_amount{account="default",wallet="usdm-futures",asset="USDC",state="wallet"} -25.10000000',
        'bnacct_asset_debt{account="default",wallet="portfolio-margin",asset="USDC",kind="borrowed"} 5000.00000000',
        'bnacct_margin_ratio{account="default"} 0.0258',
        'bnacct_position_amount{account="default",symbol="BTCUSDT",side="SHORT"} -0.050',
        'bnacct_position_unrealized_profit{account="default",symbol="BTCUSDT",side="SHORT"} -587.66790000',
        'bnacct_api_weight_used{host="papi"} 20',
        'bnacct_asset_amount{account="default",wallet="spot",asset="这是测试币",state="free"} 88.88',
    ):
        assert expected in lines


def test_states_add_up_to_what_the_exchange_calls_the_total(run: Run, exchange: Exchange) -> None:
    exchange("rich")

    found = parsed(run("metrics").text)

    def state(name: str) -> float:
        return found[sample("bnacct_asset_amount", wallet="portfolio-margin", asset="USDT", state=name)]

    assert state("free") + state("locked") + state("um_wallet") + state("cm_wallet") == 15000 + 2500.5


def test_unknown_is_no_line(run: Run, exchange: Exchange) -> None:
    exchange("rich")

    found = parsed(run("metrics", "pm-balance").text)

    assert sample("bnacct_asset_amount", wallet="portfolio-margin", asset="BNB", state="um_wallet") in found
    assert sample("bnacct_asset_amount", wallet="portfolio-margin", asset="BNB", state="free") not in found


def test_the_commands_that_were_named_are_read_and_no_others(run: Run, exchange: Exchange) -> None:
    running = exchange("rich")

    assert list(up(run("metrics", "user-assets").text)) == ["user-assets"]
    assert len(running.requests) == 1


@pytest.mark.parametrize("name", ["snapshot", "user-asset", "ws-balance", ""])
def test_a_command_without_samples_is_refused(run: Run, name: str) -> None:
    outcome = run("metrics", name)

    assert (outcome.status, outcome.out) == (2, b"")
    assert "is not one of" in outcome.err


# -- the overview


def calls(running: Sandbox) -> list[str]:
    return [f"{request.path} {parse_qs(request.query).get('current', '')}" for request in running.requests]


def test_a_complete_total_has_its_value_and_the_values_add_up_to_it(run: Run, exchange: Exchange) -> None:
    exchange("portfolio-margin")

    outcome = run("metrics", "overview")

    assert outcome.status == 0
    assert up(outcome.text) == {"overview": 1}
    lines = outcome.text.splitlines()
    assert 'bnacct_total_value{account="default",quote="USDT"} 86579.182804023578' in lines
    assert 'bnacct_total_complete{account="default",quote="USDT"} 1' in lines
    assert any(line.startswith('bnacct_api_weight_used{host="sapi"} ') for line in lines)
    values = [Decimal(line.rpartition(" ")[2]) for line in lines if line.startswith("bnacct_asset_value{")]
    assert sum(values) == Decimal("86579.182804023578")
    assert promtool(outcome.text) == (0, "")


def test_a_total_that_is_not_complete_has_no_value(run: Run, exchange: Exchange) -> None:
    exchange("classic")

    found = parsed(run("metrics", "overview").text)

    assert found[sample("bnacct_total_complete", quote="USDT")] == 0
    assert "bnacct_total_value" not in {name for name, _ in found}
    assert found[sample("bnacct_asset_value", wallet="spot", asset="BTC", quote="USDT")] == 84375
    assert found[sample("bnacct_asset_value", wallet="isolated-margin", asset="USDT", quote="USDT")] == -3490.5


def test_a_value_in_the_quote_is_not_added_to_the_exchanges_own(
    run: Run, exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange("classic")
    monkeypatch.setenv("BNACCT_QUOTE", "BTC")

    found = parsed(run("metrics").text)

    assert found[sample("bnacct_asset_value", wallet="spot", asset="BTC", quote="BTC")] == 1.25


def test_without_a_command_the_overview_is_read_too_and_asks_nothing_again(run: Run, exchange: Exchange) -> None:
    running = exchange("classic")

    outcome = run("metrics")

    assert outcome.status == 0
    assert up(outcome.text)["overview"] == 1
    assert len(set(calls(running))) == len(calls(running))


def test_a_source_that_fails_leaves_the_total_incomplete_and_the_status_says_so(
    run: Run, exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange("portfolio-margin")
    monkeypatch.setenv("BNACCT_PAPI_URL", "http://127.0.0.1:1")

    outcome = run("metrics", "overview", "--retries", "0")

    assert outcome.status == 9
    assert "error: Not in the total: pm-balance" in outcome.err
    assert parsed(outcome.text)[sample("bnacct_total_complete", quote="USDT")] == 0
    assert "bnacct_total_value" not in outcome.text


@pytest.mark.parametrize("fault", ["ban", "rate-limit=1"])
def test_a_host_that_refused_for_too_much_weight_is_not_asked_for_the_overview(
    run: Run, exchange: Exchange, fault: str
) -> None:
    running = exchange("classic", faults=[fault])

    outcome = run("metrics", "user-assets", "overview", "--retries", "0")

    assert outcome.status == 5
    assert up(outcome.text) == {"overview": 0, "user-assets": 0}
    assert [call.path for call in running.requests if call.path.startswith("/sapi/")] == [
        queries.named("user-assets").endpoint.path
    ]


def test_a_quote_that_no_market_trades_leaves_the_amounts_and_replaces_the_file(
    run: Run, exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange("classic")
    monkeypatch.setenv("BNACCT_QUOTE", "NOSUCH")

    outcome = run("metrics", "user-assets", "overview", "--to", "bnacct.prom")

    assert outcome.status == 9
    assert "BNACCT_QUOTE (from the environment): no market trades 'NOSUCH'" in outcome.err
    assert up(Path("bnacct.prom").read_text()) == {"overview": 0, "user-assets": 1}


# -- failures


def test_what_failed_is_down_and_has_no_amounts(run: Run, exchange: Exchange, monkeypatch: pytest.MonkeyPatch) -> None:
    exchange("rich")
    monkeypatch.setenv("BNACCT_FAPI_URL", "http://127.0.0.1:1")

    outcome = run("metrics", *READ, "--retries", "0")

    assert outcome.status == 9
    assert up(outcome.text) == {"futures-account": 0, "pm-balance": 1, "user-assets": 1}
    assert "usdm-futures" not in outcome.text
    assert not [line for line in outcome.text.splitlines() if "timestamp" in line and "futures" in line]
    assert "futures-account: " in outcome.err


@pytest.mark.parametrize(
    ("fault", "status"), [("error=-2015", 4), ("ban", 5), ("drop", 6), ("html", 8), ("wrong-shape=[[]]", 8)]
)
def test_an_account_that_is_dead_in_any_way_is_down_and_the_status_says_how(
    run: Run, exchange: Exchange, fault: str, status: int
) -> None:
    exchange("rich", faults=[fault])

    outcome = run("metrics", "--retries", "0")

    assert outcome.status == status
    assert set(up(outcome.text).values()) == {0}
    assert "bnacct_asset_amount" not in outcome.text


def test_a_wallet_that_was_not_opened_is_neither_up_nor_down(run: Run, exchange: Exchange) -> None:
    exchange("rich", faults=["error=-4109"])

    outcome = run("metrics", "futures-account")

    assert outcome.status == 0
    assert up(outcome.text) == {}


# -- the file


def test_the_file_is_whole_readable_by_all_and_has_nothing_beside_it(run: Run, exchange: Exchange) -> None:
    exchange("rich")
    mask = os.umask(0o077)
    try:
        outcome = run("metrics", "--to", "bnacct.prom")
    finally:
        os.umask(mask)

    assert (outcome.status, outcome.out) == (0, b"")
    assert stat.S_IMODE(os.stat("bnacct.prom").st_mode) == 0o644
    assert os.listdir() == ["bnacct.prom"]
    assert promtool(Path("bnacct.prom").read_text()) == (0, "")


def test_a_dead_account_replaces_the_file_with_its_last_amounts(run: Run, exchange: Exchange) -> None:
    exchange("rich")
    run("metrics", "--to", "bnacct.prom")
    exchange("rich", faults=["ban"])

    outcome = run("metrics", "--to", "bnacct.prom")

    assert outcome.status == 5
    assert set(up(Path("bnacct.prom").read_text()).values()) == {0}
    assert "bnacct_asset_amount" not in Path("bnacct.prom").read_text()


def test_an_account_without_a_key_replaces_the_file_too(run: Run) -> None:
    Path("bnacct.prom").write_text("before")

    outcome = run("metrics", "--to", "bnacct.prom")

    assert outcome.status == 3
    assert set(up(Path("bnacct.prom").read_text()).values()) == {0}


def test_wrong_options_leave_the_file_alone(run: Run) -> None:
    Path("bnacct.prom").write_text("before")

    assert run("metrics", "nothing", "--to", "bnacct.prom").status == 2
    assert run("metrics", "--timeout", "x", "--to", "bnacct.prom").status == 2
    assert Path("bnacct.prom").read_text() == "before"


def test_a_reader_at_the_moment_of_renaming_reads_the_whole_old_file(run: Run, exchange: Exchange) -> None:
    exchange("rich")
    Path("bnacct.prom").write_text("before\n" * 1000)

    with open("bnacct.prom", encoding="utf-8") as reader:
        first = reader.read(7)
        assert run("metrics", "--to", "bnacct.prom").status == 0
        rest = reader.read()

    assert first + rest == "before\n" * 1000
    assert "bnacct_up" in Path("bnacct.prom").read_text()


@pytest.mark.parametrize("target", ["missing/bnacct.prom", "folder", "bnacct.prom/x"])
def test_a_file_that_cannot_be_replaced_is_a_sentence(run: Run, exchange: Exchange, target: str) -> None:
    exchange("rich")
    Path("folder").mkdir()
    Path("bnacct.prom").write_text("before")

    outcome = run("metrics", "--to", target)

    assert outcome.status == 1
    assert f"Cannot write {target}: " in outcome.err
    assert sorted(os.listdir()) == ["bnacct.prom", "folder"]
    assert Path("bnacct.prom").read_text() == "before"


# -- memory


def _reading(account: str, assets: int) -> Reading:
    rows = [{"asset": f"A{number}", "free": "1.5", "padding": f"{account}{'x' * 2000}"} for number in range(assets)]
    return Reading(queries.named("user-assets"), account, 1_795_000_000_000, Answer(b"", rows))


def test_memory_grows_with_the_lines_and_not_with_the_answers() -> None:
    exposition = samples.exposition("0")
    tracemalloc.start()
    try:
        for number in range(100):
            samples.add(exposition, _reading(f"account{number}", 10))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    # The answers are 2 MB together, and one is 20 kB.
    assert len(list(exposition.lines())) > 1000
    assert peak < 1_000_000


def test_what_is_left_of_an_account_s_answers_goes_before_the_end_although_nothing_collects() -> None:
    class Circle:
        """What the libraries leave behind: objects that hold each other."""

        def __init__(self) -> None:
            self.itself = self

    alive: weakref.WeakSet[Circle] = weakref.WeakSet()

    class Answering(Reader):
        def read_all(self, questions: Sequence[Question]) -> list[Reading]:
            found = [_reading(each.account.name, 1)._replace(answer=Answer(b"", Circle())) for each in questions]
            alive.update(each.answer.document for each in found if each.answer)
            return found

    stderr = Stderr(as_json=False)
    accounts = [Chosen(Account(str(number), Settings({}))) for number in range(10 * MOST_AT_ONCE)]
    gc.collect()
    gc.disable()
    try:
        rounds = Round(stderr, Answering(stderr), [queries.named("user-assets")]).read(accounts)
        most = max(len(alive) for _ in rounds)
    finally:
        gc.enable()

    assert most <= 3 * MOST_AT_ONCE


def test_the_work_for_an_account_does_not_depend_on_how_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    exposition = samples.exposition("0")
    added: list[Any] = []
    add = exposition.add
    monkeypatch.setattr(exposition, "add", lambda *arguments: (added.append(arguments), add(*arguments)))

    counts = []
    for number in range(50):
        before = len(added)
        samples.add(exposition, _reading(f"account{number}", 10))
        counts.append(len(added) - before)

    assert len(set(counts)) == 1


def test_every_family_has_a_name_of_ours_and_says_what_it_is() -> None:
    names = [family.name for family in samples.FAMILIES]

    assert len(set(names)) == len(names)
    for family in samples.FAMILIES:
        assert family.name.startswith("bnacct_")
        assert family.help.endswith(".")


def test_every_operation_that_is_read_is_a_query_with_the_fields_it_needs() -> None:
    known = {query.name: query.view for query in queries.QUERIES}

    for name, wallet in samples.WALLETS.items():
        if name in known:
            columns = {column.name for column in known[name].section(wallet.section).columns}
            assert {*wallet.states.values(), *wallet.debts.values(), *wallet.values.values()} <= columns
    assert {"user-assets", "futures-account", "pm-balance"} <= known.keys() & samples.WALLETS.keys()
