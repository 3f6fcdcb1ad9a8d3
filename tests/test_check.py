"""check: one line on stdout whatever happens, and the statuses of a monitoring plugin."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bnacct.cli import judging
from bnacct.monitoring import rights
from bnacct.monitoring.plugin import Fact, State
from bnacct.sandbox import Sandbox
from tests.conftest import Outcome, needs

Run = Callable[..., Outcome]
Exchange = Callable[..., Sandbox]

BTC = "user-assets.BTC.free"  # 1.23456789 in the account "rich"


def line(outcome: Outcome) -> str:
    """Return the one line that a check prints."""
    lines = outcome.text.splitlines()
    assert len(lines) == 1
    assert outcome.text.endswith("\n")
    return lines[0]


# -- states


@pytest.mark.parametrize(
    ("arguments", "status", "start"),
    [
        (("-w", f"{BTC}=1:", "-c", f"{BTC}=0.5:"), 0, "BNACCT OK: user-assets.BTC.free 1.23456789 |"),
        (("-w", f"{BTC}=2:", "-c", f"{BTC}=1:"), 1, "BNACCT WARNING: user-assets.BTC.free 1.23456789, below 2 |"),
        (("-w", f"{BTC}=3:", "-c", f"{BTC}=2:"), 2, "BNACCT CRITICAL: user-assets.BTC.free 1.23456789, below 2 |"),
        (("-c", f"{BTC}=@1:2"), 2, "BNACCT CRITICAL: user-assets.BTC.free 1.23456789, within 1:2 |"),
        (("-c", f"{BTC}=~:1.23456789"), 0, "BNACCT OK: user-assets.BTC.free 1.23456789 |"),
        (("-c", f"{BTC}=~:1.23456788"), 2, "BNACCT CRITICAL: user-assets.BTC.free 1.23456789, above 1.23456788 |"),
        (("-c", "user-assets.PEPE.free=1e-8:"), 0, "BNACCT OK: user-assets.PEPE.free 0.00000001 |"),
        (("-c", "user-assets.XYZ.free=1:"), 2, "BNACCT CRITICAL: user-assets.XYZ.free 0, below 1 |"),
        (("-c", "futures-account.marginRatio=2"), 2, "BNACCT CRITICAL: futures-account.marginRatio 2.58%, above 2 |"),
        (("-c", "pm-balance.*.crossMarginBorrowed=0"), 2, "BNACCT CRITICAL: pm-balance.USDC.crossMarginBorrowed 5000"),
        (("-c", "snapshot-margin.marginLevel=2:"), 0, "BNACCT OK: snapshot-margin.marginLevel 3.11234567 |"),
        (("-c", "ws-balance.USDC.balance=0:"), 2, "BNACCT CRITICAL: ws-balance.USDC.balance -25.10000000, below 0 |"),
    ],
)
def test_the_status_is_the_state(
    run: Run, exchange: Exchange, arguments: tuple[str, ...], status: int, start: str
) -> None:
    exchange("rich")

    outcome = run("check", *arguments)

    assert outcome.status == status
    assert "error" not in outcome.err
    assert line(outcome).startswith(start)


def test_a_value_that_is_unknown_is_unknown(run: Run, exchange: Exchange) -> None:
    exchange("rich")

    outcome = run("check", "-c", "pm-balance.BNB.crossMarginFree=0:")

    assert outcome.status == 3
    assert line(outcome) == (
        "BNACCT UNKNOWN: pm-balance.BNB.crossMarginFree unknown, the answer has no value for it"
        " | 'pm-balance.BNB.crossMarginFree'=U;;0:"
    )


def test_three_figures_of_one_endpoint_cost_one_call(run: Run, exchange: Exchange) -> None:
    running = exchange("rich")

    outcome = run("check", "-w", f"{BTC}=1:", "-c", "user-assets.ETH.free=1:", "-c", "user-assets.*.locked=0:")

    assert outcome.status == 0
    assert len(running.requests) == 1
    assert running.connections == 1


def test_each_endpoint_is_called_once_and_all_that_was_checked_is_listed(run: Run, exchange: Exchange) -> None:
    running = exchange("rich")

    outcome = run(
        *("check", "-w", f"{BTC}=1:", "-c", "futures-account.marginRatio=80"),
        *("-c", "futures-account.totalMarginBalance=500:", "-w", "futures-account.totalMarginBalance=1e5:"),
    )

    assert outcome.status == 1
    assert len(running.requests) == 2
    assert line(outcome) == (
        "BNACCT WARNING: futures-account.totalMarginBalance 9930.21790000, below 100000; user-assets.BTC.free 1.23456789;"
        " futures-account.marginRatio 2.58% | 'user-assets.BTC.free'=1.23456789;1:"
        " 'futures-account.totalMarginBalance'=9930.21790000;100000:;500: 'futures-account.marginRatio'=2.58%;;80"
    )


# -- the total of the overview


def test_the_total_is_a_figure_and_costs_what_the_overview_costs(run: Run, exchange: Exchange) -> None:
    running = exchange("portfolio-margin")
    run("overview")
    needed = sorted(request.path for request in running.requests)
    running.requests.clear()

    outcome = run("check", "-w", "overview.total=1e5:", "-c", "overview.total=1000:", "-c", "user-assets.BTC.free=0:")

    assert outcome.status == 1
    assert line(outcome) == (
        "BNACCT WARNING: overview.total 86579.182804023578, below 100000; user-assets.BTC.free 0"
        " | 'overview.total'=86579.182804023578;100000:;1000: 'user-assets.BTC.free'=0;;0:"
    )
    # What the overview needs is asked once, for the other figures as well.
    assert sorted(request.path for request in running.requests) == needed


def test_the_total_is_in_the_quote(run: Run, exchange: Exchange, monkeypatch: pytest.MonkeyPatch) -> None:
    exchange("portfolio-margin")
    monkeypatch.setenv("BNACCT_QUOTE", "BTC")

    assert run("check", "-c", "overview.total=1:2").status == 0
    assert run("check", "-c", "overview.total=1e5:", "--in", "TRY").status == 0


def test_a_total_that_is_not_complete_is_unknown_and_says_what_it_lacks(run: Run, exchange: Exchange) -> None:
    exchange("classic")

    outcome = run("check", "-c", "overview.total=1:")

    assert outcome.status == 3
    assert line(outcome).startswith(
        "BNACCT UNKNOWN: overview.total unknown, the total is not complete: LUNX: no price leads from it to USDT"
    )
    assert line(outcome).endswith(" | 'overview.total'=U;;1:")


@pytest.mark.parametrize("fault", ["error=-2015", "html", "drop"])
def test_a_total_that_cannot_be_read_has_the_state_that_was_chosen(run: Run, exchange: Exchange, fault: str) -> None:
    exchange("portfolio-margin", faults=[fault])

    outcome = run("check", "-c", "overview.total=1:", "--unreachable", "critical", "--retries", "0")

    assert outcome.status == 2
    assert line(outcome).startswith("BNACCT CRITICAL: overview.total unknown, ")


def test_a_quote_that_no_market_trades_leaves_the_other_figures(
    run: Run, exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange("rich")
    monkeypatch.setenv("BNACCT_QUOTE", "NOSUCH")

    outcome = run("check", "-c", "overview.total=1:", "-c", f"{BTC}=2:")

    assert outcome.status == 2
    assert "user-assets.BTC.free 1.23456789, below 2; overview.total unknown, " in line(outcome)


# -- what cannot be read


FAULTS: dict[str, str] = {
    "error=-2015": "API-key",
    "ban": "",
    "html": "",
    "drop": "",
    "truncated": "",
    "error=-4109": "",
    "wrong-shape=[[]]": "",
    "waf": "",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_cannot_be_read_is_unknown_and_says_why_once(run: Run, exchange: Exchange, fault: str) -> None:
    exchange("rich", faults=[fault])

    outcome = run("check", "-c", f"{BTC}=1:", "-c", "user-assets.ETH.free=1:", "--retries", "0")

    assert outcome.status == 3
    assert "error" not in outcome.err
    said = line(outcome)
    assert said.startswith("BNACCT UNKNOWN: user-assets.BTC.free unknown, ")
    assert "; user-assets.ETH.free unknown | 'user-assets.BTC.free'=U;;1: 'user-assets.ETH.free'=U;;1:" in said


@pytest.mark.parametrize(("state", "status"), [("ok", 0), ("warning", 1), ("CRITICAL", 2), ("unknown", 3)])
def test_what_cannot_be_read_has_the_state_that_was_chosen(
    run: Run, exchange: Exchange, state: str, status: int
) -> None:
    exchange(faults=["html"])

    assert run("check", "-c", f"{BTC}=1:", "--unreachable", state).status == status


def test_what_is_critical_stays_so_if_something_else_cannot_be_read(
    run: Run, exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange("rich")
    monkeypatch.setenv("BNACCT_FAPI_URL", "http://127.0.0.1:1")

    outcome = run("check", "-c", "futures-account.marginRatio=80", "-c", f"{BTC}=2:", "--retries", "0")

    assert outcome.status == 2
    assert line(outcome).startswith("BNACCT CRITICAL: user-assets.BTC.free 1.23456789, below 2; futures-account.margin")


def test_without_a_key_the_account_is_unknown(run: Run) -> None:
    outcome = run("check", "-c", f"{BTC}=1:")

    assert outcome.status == 3
    assert "No API key is set" in line(outcome)


# -- errors


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "Nothing to check was named. Name figures with -w or -c"),
        (("-c", BTC), "has no range"),
        (("-c", f"{BTC}="), "has no bounds"),
        (("-c", f"{BTC}=20:10"), "starts above its end"),
        (("-c", "user-assets.BTC.fre=1"), "did you mean user-assets.BTC.free"),
        (("-c", "1:2"), "has no range"),
        (("-c", "overview.totl=1"), "did you mean overview.total"),
        (("-c", "overvew.total=1"), "did you mean overview.total"),
        (("-c", "overview.BTC.total=1"), "overview is one row, so its figures are overview.total"),
        (("-c", "overview.total.change=1"), "a change needs a time to compare with"),
        (("-c", f"{BTC}=1", "--in", "EUR"), "--in is for overview.total"),
        (("-c", f"{BTC}=1", "-c", f"{BTC}=2"), "-c names user-assets.BTC.free twice"),
        (("--unreachable", "maybe", "-c", f"{BTC}=1"), "--unreachable: 'maybe' is not one of"),
        (("--no-such-option",), "There is no option --no-such-option"),
        (("-c",), "needs a value"),
        (("surplus",), "'surplus'"),
        (("-c", f"{BTC}=1", "-o", "xml"), "-o" and "'xml' is not one of"),
        (("-c", f"{BTC}=1", "--timeout", "never"), "--timeout"),
        (("-c", f"{BTC}=1", "-p", "no-such-profile"), "no-such-profile"),
        (("-c", f"{BTC}=1", "--env-file", "missing"), "missing"),
        (("--list", "--key"), "--list checks nothing"),
    ],
)
def test_every_error_is_unknown_and_one_line_on_stdout(run: Run, arguments: tuple[str, ...], sentence: str) -> None:
    outcome = run("check", *arguments)

    assert (outcome.status, outcome.err) == (3, "")
    assert line(outcome).startswith("BNACCT UNKNOWN: ")
    assert sentence in line(outcome)
    assert "|" not in line(outcome).partition(" | ")[0]


def test_a_bug_is_unknown_and_one_line_too(run: Run, exchange: Exchange, monkeypatch: pytest.MonkeyPatch) -> None:
    exchange()

    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("secret")

    monkeypatch.setattr(judging.figures, "find", broken)
    outcome = run("check", "-c", f"{BTC}=1:")

    assert outcome.status == 3
    assert line(outcome).startswith("BNACCT UNKNOWN: This is a bug in bnacct: RuntimeError")
    assert "secret" not in outcome.text + outcome.err


def test_help_is_0_and_says_what_w_means_and_which_statuses_there_are(run: Run) -> None:
    outcome = run("check", "--help")
    text = " ".join(outcome.text.split())

    assert outcome.status == 0
    assert "not --watch" in text
    assert "0 for OK, 1 for WARNING, 2 for CRITICAL, and 3 for UNKNOWN" in text


def test_ctrl_c_is_unknown_and_one_line(exchange: Exchange) -> None:
    running = exchange(faults=["silence"])
    asked = threading.Event()
    received = running.requests

    class Noticing(list[Any]):
        def append(self, item: Any) -> None:
            super().append(item)
            asked.set()

    running.requests = Noticing(received)
    process = subprocess.Popen(
        [sys.executable, "-m", "bnacct", "check", "-c", f"{BTC}=1:"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert asked.wait(30)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)

    assert (process.returncode, out, err) == (3, b"BNACCT UNKNOWN: Interrupted.\n", b"")


def test_a_reader_that_is_gone_does_not_change_the_status(
    run_process: Callable[..., Outcome], exchange: Exchange
) -> None:
    exchange("rich")
    command = f"{sys.executable} -m bnacct check -q -c {BTC}=2: | true; echo ${{PIPESTATUS[0]}}"

    done = subprocess.run([needs("bash"), "-c", command], capture_output=True, text=True, timeout=30, check=True)

    assert (done.stdout, done.stderr) == ("2\n", "")


def test_a_closed_or_full_stdout_is_unknown(exchange: Exchange) -> None:
    exchange("rich")
    command = f"{sys.executable} -m bnacct check -c {BTC}=1:"

    for redirection in (">&-", "> /dev/full"):
        done = subprocess.run(
            [needs("bash"), "-c", f"{command} {redirection}"], capture_output=True, text=True, timeout=30, check=False
        )
        assert done.returncode == 3
        assert "Traceback" not in done.stderr


# -- forms


def test_quiet_prints_nothing_at_all_if_all_is_ok_and_else_the_line(run: Run, exchange: Exchange) -> None:
    exchange("rich")

    assert run("check", "-q", "-c", f"{BTC}=1:") == (0, b"", "")
    assert run("check", "-q", "-c", f"{BTC}=1:", "-e", "sandbox").err == ""
    assert run("check", "-q", "-c", f"{BTC}=2:").text.startswith("BNACCT CRITICAL")
    assert run("check", "-q", "-o", "json", "-c", f"{BTC}=1:") == (0, b"", "")


def test_json_has_every_figure_with_its_ranges_and_state_on_one_line(run: Run, exchange: Exchange) -> None:
    exchange("rich")

    outcome = run("check", "-o", "json", "-w", f"{BTC}=2:", "-c", "user-assets.*.ipoable=~:10", "--key")

    found = json.loads(line(outcome))
    assert (outcome.status, found["state"], found["status"]) == (2, "CRITICAL", 2)
    assert found["figures"][0] == {
        "account": "",
        "figure": "user-assets.BTC.free",
        "value": "1.23456789",
        "unit": "",
        "state": "WARNING",
        "reason": "below 2",
        "warning": "2:",
        "critical": None,
    }
    assert len([each for each in found["figures"] if each["figure"].endswith(".ipoable")]) == 25
    assert [each["reason"] for each in found["figures"] if each["figure"] == "key"]


def test_a_failure_is_one_line_of_json_too(run: Run) -> None:
    outcome = run("check", "-o", "json", "-c", f"{BTC}=1:x")

    found = json.loads(line(outcome))
    assert (outcome.status, found["state"], found["error"]["code"], outcome.err) == (3, "UNKNOWN", "usage", "")


def test_a_hostile_name_stays_in_its_place(run: Run, exchange: Exchange) -> None:
    exchange("hostile")

    outcome = run("check", "-c", "user-assets.*.free=~:-1")

    assert outcome.status in (2, 3)
    assert line(outcome).count("|") == 1
    assert line(outcome).isprintable()


def test_the_names_of_a_profile_stand_before_its_figures(run: Run, exchange: Exchange) -> None:
    running = exchange("rich")
    folder = Path.home() / ".config" / "bnacct"
    folder.mkdir(parents=True)
    lines = [f"{name}={value}\n" for name, value in running.environment().items()]
    (folder / "main.env").write_text("".join(lines))
    (folder / "main.env").chmod(0o600)

    assert line(run("check", "-p", "main", "-c", f"{BTC}=2:")) == (
        "BNACCT CRITICAL: main user-assets.BTC.free 1.23456789, below 2 | 'main user-assets.BTC.free'=1.23456789;;2:"
    )


# -- the list


def test_the_list_has_what_can_be_checked_and_leaves_snapshots_out(run: Run, exchange: Exchange) -> None:
    running = exchange("rich")

    outcome = run("check", "--list", "-o", "json")

    names = [row["figure"] for row in outcome.json]
    assert outcome.status == 0
    assert {"user-assets.BTC.free", "futures-account.marginRatio", "pm-balance.USDC.crossMarginBorrowed"} <= set(names)
    assert "/sapi/v1/accountSnapshot" not in [request.path for request in running.requests]
    for name in names[:: len(names) // 20]:
        assert run("check", "-c", f"{name}=~:").status in (0, 3)


def test_the_list_is_a_table_of_names_and_values(run: Run, exchange: Exchange) -> None:
    exchange("rich")

    rows = [text.split() for text in run("check", "--list").text.splitlines()]

    assert rows[0] == ["figure", "value"]
    assert ["user-assets.BTC.free", "1.23456789"] in rows


def test_what_is_not_opened_is_not_listed(run: Run, exchange: Exchange) -> None:
    exchange("rich", faults=["error=-4109*1"])

    outcome = run("check", "--list")

    assert outcome.status == 0
    assert "not opened" in outcome.err


def test_a_list_of_nothing_is_unknown(run: Run, exchange: Exchange) -> None:
    exchange(faults=["html"])

    assert line(run("check", "--list")).startswith("BNACCT UNKNOWN: ")


# -- the key


def test_a_key_that_may_withdraw_is_critical(run: Run, exchange: Exchange) -> None:
    exchange("rich")

    outcome = run("check", "--key")

    assert outcome.status == 2
    assert line(outcome) == (
        "BNACCT CRITICAL: key may withdraw (enableWithdrawals); key may trade (enableSpotAndMarginTrading); "
        "key is bound to no address"
    )


def test_a_key_that_only_reads_is_ok(run: Run, exchange: Exchange) -> None:
    running = exchange()

    assert line(run("check", "--key")) == "BNACCT OK: key only reads, from its own addresses"
    assert [request.path for request in running.requests] == ["/sapi/v1/account/apiRestrictions"]


READS_ONLY = {"ipRestrict": True, "enableWithdrawals": False, "enableSpotAndMarginTrading": False}


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (READS_ONLY, State.OK),
        ({**READS_ONLY, "enableFutures": True}, State.OK),
        ({**READS_ONLY, "ipRestrict": False}, State.WARNING),
        ({**READS_ONLY, "permitsUniversalTransfer": True}, State.WARNING),
        ({**READS_ONLY, "enableInternalTransfer": True}, State.WARNING),
        ({**READS_ONLY, "enableMargin": True}, State.WARNING),
        ({**READS_ONLY, "enableWithdrawals": True}, State.CRITICAL),
        ({"ipRestrict": True}, State.UNKNOWN),
        ({**READS_ONLY, "enableWithdrawals": "false"}, State.UNKNOWN),
        ({}, State.UNKNOWN),
        ([], State.UNKNOWN),
        (None, State.UNKNOWN),
    ],
)
def test_a_key_is_judged_by_what_its_rights_say(answer: Any, state: State) -> None:
    facts = rights.judged(answer)

    assert {type(fact) for fact in facts} == {Fact}
    assert state in [fact.state for fact in facts]
    assert (state is State.OK) == (len(facts) == 1 and facts[0].state is State.OK)


def test_a_key_that_cannot_be_asked_about_is_unknown(run: Run, exchange: Exchange) -> None:
    exchange(faults=["html"])

    outcome = run("check", "--key")

    assert outcome.status == 3
    assert line(outcome).startswith("BNACCT UNKNOWN: key unknown, ")


# -- a caller


@pytest.mark.parametrize(("limit", "status", "state"), [("1:", 2, "CRITICAL"), ("2:", 0, "OK")])
def test_a_caller_of_plugins_reads_status_and_line(exchange: Exchange, limit: str, status: int, state: str) -> None:
    """`negate` of the Monitoring Plugins runs a plugin, and turns OK and CRITICAL round, in the line too."""
    exchange("rich")
    negate = Path("/usr/lib/nagios/plugins/negate")
    if not negate.exists():
        needs("negate")
    command = [str(negate), "-t", "30", "-s", sys.executable, "-m", "bnacct", "check", "-c", f"{BTC}={limit}"]

    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env={**os.environ})

    assert done.returncode == status
    assert done.stdout.startswith(f"BNACCT {state}: user-assets.BTC.free 1.23456789")
