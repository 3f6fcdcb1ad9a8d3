"""The command line: values, refusals, exit statuses, and what goes to which stream."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bnacct import __version__
from bnacct.cli.commands import HISTORY, MONITORING, TOOLS
from bnacct.endpoints import LIMITS
from bnacct.queries import COMMANDS, named
from bnacct.readings import Reader
from bnacct.sandbox import IP_RESTRICTED_KEY, Sandbox
from tests.conftest import Outcome, needs

Run = Callable[..., Outcome]
Exchange = Callable[..., Sandbox]

ERROR_KEYS = ["code", "exit", "binance_code", "http_status", "message", "hint", "retry_after_s"]


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_reads_the_sandbox_without_a_key(run: Run, command: str) -> None:
    outcome = run(command, "-e", "sandbox", "-o", "json")

    assert outcome.status == 0
    assert outcome.json
    assert "Sandbox data" in outcome.err


def test_the_users_own_key_is_not_used_in_the_sandbox(run: Run, exchange: Exchange) -> None:
    outside = exchange("rich")

    outcome = run("user-assets", "-e", "sandbox", "-o", "json")

    assert outcome.status == 0
    assert outside.requests == []


def test_alone_it_prints_concise_help(run: Run) -> None:
    outcome = run()

    assert outcome.status == 0
    assert all(command in outcome.text for command in COMMANDS)
    assert outcome.err == ""


def test_version_is_told(run: Run) -> None:
    assert (0, f"bnacct {__version__}\n") == (*run("--version")[:1], run("--version").text)


@pytest.mark.parametrize("command", [*COMMANDS, "overview", *HISTORY, *MONITORING, *TOOLS])
def test_each_command_has_help(run: Run, command: str) -> None:
    outcome = run(command, "--help")

    assert outcome.status == 0
    assert f"bnacct {command}" in outcome.text


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["nope"], ["user-assets", "snapshot"]),
        (["user-asset"], ["Did you mean 'user-assets'"]),
        (["user-assets", "--nope"], ["There is no option --nope", "See: bnacct user-assets --help"]),
        (["user-assets", "--quit"], ["Did you mean --quiet?"]),
        (["user-assets", "--a", "BTC"], ["Did you mean --all or --all-profiles or --asset or --at?"]),
        (["user-assets", "--days", "7"], ["--days is an option of snapshot."]),
        (["user-assets", "--asset"], ["--asset needs a value."]),
        (["user-assets", "--raw=1"], ["--raw takes no value."]),
        (["-e", "sandbox", "user-assets", "--json"], ["bnacct user-assets -e sandbox --json"]),
        (["completion"], ["bash|zsh|fish is missing."]),
        (["user-assets", "-o", "xml"], ["table, json, jsonl, csv, tsv"]),
        (["user-assets", "-e", "prod"], ["live, testnet, sandbox"]),
        (["user-assets", "--color", "maybe"], ["auto, always, never"]),
        (["snapshot", "--type", "sopt"], ["spot, margin, futures", "Did you mean spot"]),
        (["snapshot", "--days", "31"], ["7 to 30"]),
        (["snapshot", "--days", "x"], ["--days: 'x' is not a whole number."]),
        (["user-assets", "-w", "1", "--count", "0"], ["--count: 0 is not 1 or more."]),
        (["user-assets", "--section", "asset"], ["assets"]),
        (["user-assets", "--fields", "asset,fre"], ["free", "Did you mean free"]),
        (["user-assets", "--sort", "-fre"], ["free"]),
        (["user-assets", "--timeout", "soon"], ["seconds"]),
        (["user-assets", "--timeout", "nan"], ["seconds"]),
        (["user-assets", "--timeout", "0"], ["seconds"]),
        (["user-assets", "--recv-window", "60001"], ["60000"]),
        (["user-assets", "--recv-window", "1.5"], ["whole number"]),
        (["user-assets", "--retries", "-1"], ["whole number"]),
        (["user-assets", "--asset", ""], ["--asset"]),
        (["user-assets", "--json", "--csv"], ["csv, json"]),
        (["user-assets", "--raw", "--fields", "asset"], ["--raw"]),
        (["user-assets", "--count", "2"], ["--watch"]),
        (["snapshot", "--watch", "5"], ["12 s"]),
        (["user-assets", "-p", "../x"], ["profile name"]),
        (["user-assets", "stray"], ["'stray' is not expected after bnacct user-assets."]),
        (["sandbox", "--fault", "nope"], ["rate-limit"]),
        (["sandbox", "--account", "nope"], ["rich"]),
        (["sandbox", "--key", "nope"], ["ed25519"]),
        (["sandbox", "--port", "70000"], ["--port: 70000 is not from 0 to 65535."]),
        (["sandbox", "--ws-port", "-1"], ["--ws-port"]),
    ],
)
def test_bad_usage_exits_2_and_names_the_choices(run: Run, arguments: list[str], names: list[str]) -> None:
    outcome = run(*arguments)

    assert outcome.status == 2
    assert outcome.out == b""
    assert [name for name in names if name not in outcome.err] == []


def test_a_variable_out_of_range_is_named_with_its_source(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BNACCT_TIMEOUT", "soon")

    outcome = run("user-assets", "-e", "sandbox")

    assert outcome.status == 2
    assert "BNACCT_TIMEOUT (from the environment)" in outcome.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["-o", "json"],
        ["-ojson"],
        ["-o=json"],
        ["-vo", "json"],
        ["-vqojson"],
        ["--output", "JSON"],
        ["--output=json"],
        ["--json"],
        ["-o", "jsonl"],
    ],
)
def test_usage_errors_are_json_where_json_was_asked_for(run: Run, arguments: list[str]) -> None:
    outcome = run("user-assets", "--nope", *arguments)

    assert list(outcome.error) == ERROR_KEYS
    assert outcome.error["code"] == "usage"
    assert outcome.error["exit"] == 2


@pytest.mark.parametrize("arguments", [["-o", "csv"], ["-vocsv"], ["--csv"], ["--output=table"]])
def test_a_format_that_was_typed_counts_more_than_the_variable_in_usage_errors_too(
    run: Run, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.setenv("BNACCT_OUTPUT", "json")

    assert run("user-assets", "--nope", *arguments).err.startswith("bnacct: error: ")


def test_missing_keys_exit_3_and_name_the_variables_and_the_sandbox(run: Run) -> None:
    outcome = run("user-assets")

    assert outcome.status == 3
    assert outcome.out == b""
    for name in ("BINANCE_API_KEY", "BINANCE_API_SECRET", "-e sandbox"):
        assert name in outcome.err


@pytest.mark.parametrize("command", ["snapshot", "user-assets", "pm-balance"])
def test_what_the_testnet_lacks_exits_3_and_says_why(run: Run, command: str) -> None:
    outcome = run(command, "-e", "testnet", "-o", "json")

    assert outcome.status == 3
    assert outcome.error["code"] == "config"
    assert "futures only" in outcome.error["message"]


@pytest.mark.parametrize(
    ("variable", "value", "code", "says"),
    [
        ("BINANCE_API_SECRET", "wrong", -1022, "secret"),
        ("BINANCE_API_KEY", "k" * 64, -2008, "environment"),
        ("BINANCE_API_KEY", "short", -2014, "copied"),
        ("BINANCE_API_KEY", IP_RESTRICTED_KEY, -2015, "203.0.113.7"),
    ],
)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_refused_key_exits_4_and_says_what_to_look_at(
    run: Run,
    exchange: Exchange,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    variable: str,
    value: str,
    code: int,
    says: str,
) -> None:
    exchange()
    monkeypatch.setenv(variable, value)

    outcome = run(command, "-o", "json")

    assert outcome.status == 4
    assert outcome.out == b""
    assert outcome.error["binance_code"] == code
    assert says in outcome.error["hint"]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_dead_host_exits_6(run: Run, exchange: Exchange, command: str) -> None:
    exchange().close()

    outcome = run(command, "-o", "json", "--retries", "0")

    assert outcome.status == 6
    assert outcome.out == b""
    assert outcome.error["code"] == "network"


def test_every_request_parameter_can_be_set(run: Run, exchange: Exchange) -> None:
    received = exchange("rich").requests

    assert run("snapshot", "--type", "FUTURES", "--days", "9", "--recv-window", "7000", "-o", "json").status == 0
    assert run("snapshot", "--start", _days_ago(5), "--end", _days_ago(2), "-o", "json").status == 0
    assert run("pm-balance", "--asset", "usdt", "-o", "json").status == 0
    assert run("user-assets", "--asset", "这是测试币", "--no-btc-valuation", "-o", "json").status == 0

    queries = [request.query for request in received]
    assert "type=FUTURES&limit=9&recvWindow=7000&timestamp=" in queries[0]
    assert "type=SPOT&startTime=" in queries[1]
    assert "&endTime=" in queries[1]
    assert "&limit=7&" in queries[1]
    assert queries[2].startswith("asset=USDT&recvWindow=5000&timestamp=")
    assert queries[3].startswith("asset=%E8%BF%99%E6%98%AF%E6%B5%8B%E8%AF%95%E5%B8%81&needBtcValuation=false&")


def test_the_websocket_method_is_chosen_by_v2_and_numbers_stay_numbers(run: Run, exchange: Exchange) -> None:
    received = exchange().requests

    run("ws-balance", "--recv-window", "7000")
    run("ws-balance", "--v2")

    assert [request.path for request in received] == ["account.balance", "v2/account.balance"]
    params = json.loads(received[0].body)["params"]
    assert params["recvWindow"] == 7000
    assert isinstance(params["timestamp"], int)


@pytest.mark.parametrize("command", COMMANDS)
def test_one_request_over_one_connection_is_all_a_run_makes(run: Run, exchange: Exchange, command: str) -> None:
    sandbox = exchange()

    run(command)

    assert (len(sandbox.requests), sandbox.connections) == (1, 1)


@pytest.mark.parametrize("command", COMMANDS)
def test_all_readings_of_a_watch_go_over_one_connection(run: Run, exchange: Exchange, command: str) -> None:
    sandbox = exchange(faults=["latency=0*1"])

    # An interval of zero is for the sandbox alone, so the smallest allowed one has to do.
    endpoint = named(command).endpoint
    smallest_s = endpoint.weight * 60 / LIMITS[endpoint.host].weight_per_minute
    count = "3" if smallest_s < 1 else "1"
    outcome = run(command, "--watch", f"{smallest_s}", "--count", count, "-o", "json")

    assert outcome.status == 0
    assert len(outcome.text.splitlines()) == int(count)
    assert (int(count), 1) == (len(sandbox.requests), sandbox.connections)


def test_a_reading_that_fails_is_told_and_the_next_goes_on(run: Run, exchange: Exchange) -> None:
    exchange(faults=["html*1"])

    outcome = run("user-assets", "--watch", "0.025", "--count", "2", "-o", "csv")

    assert outcome.status == 9
    assert outcome.text.startswith("asset,free")
    assert "reading 1 failed" in outcome.err


def test_failed_readings_are_json_lines_where_json_was_asked_for(run: Run, exchange: Exchange) -> None:
    exchange(faults=["html*1"])

    outcome = run("user-assets", "--watch", "0.025", "--count", "2", "-o", "json")

    told = [json.loads(line)["error"]["code"] for line in outcome.err.splitlines()]
    assert (outcome.status, told) == (9, ["response", "partial"])


def test_a_watch_ends_at_once_where_the_key_is_refused(
    run: Run, exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox = exchange()
    monkeypatch.setenv("BINANCE_API_SECRET", "wrong")

    outcome = run("user-assets", "--watch", "1", "-o", "json")

    assert outcome.status == 4
    assert len(sandbox.requests) == 1


@pytest.mark.parametrize("command", COMMANDS)
def test_show_request_shows_all_but_the_secrets_and_sends_nothing(run: Run, exchange: Exchange, command: str) -> None:
    sandbox = exchange()

    outcome = run(command, "--show-request")

    assert outcome.status == 0
    assert sandbox.requests == []
    assert "timestamp" in outcome.text
    assert "REDACTED" in outcome.text
    assert sandbox.api_key not in outcome.text
    assert sandbox.secret not in outcome.text


def test_the_shown_request_is_runnable_in_shape(run: Run, exchange: Exchange) -> None:
    needs("curl")
    sandbox = exchange()
    shown = run("user-assets", "--show-request").text

    done = subprocess.run(
        ["bash", "-c", f"{shown.rstrip()} -sS"], capture_output=True, text=True, timeout=20, check=True
    )

    assert json.loads(done.stdout)["code"] == -2014  # the key is not in it
    assert [request.path for request in sandbox.requests] == ["/sapi/v3/asset/getUserAsset"]


def test_v_says_what_is_sent_where_and_what_it_weighs(run: Run, exchange: Exchange) -> None:
    sandbox = exchange()

    rest = run("user-assets", "-v")
    websocket = run("ws-balance", "-v")

    address = sandbox.urls["sapi"].removeprefix("http://")
    assert f"POST {address} /sapi/v3/asset/getUserAsset 200 in " in rest.err
    assert "weight used 5 of 12000" in rest.err
    assert "WS 127.0.0.1:" in websocket.err
    assert " account.balance 200 in " in websocket.err
    assert "of 2400" in websocket.err


def test_raw_is_the_body_byte_for_byte(run: Run, exchange: Exchange) -> None:
    exchange("hostile")

    raw = run("user-assets", "--raw")

    assert raw.status == 0
    assert b"0.10000000000000000001" in raw.out
    assert not raw.out.endswith(b"\n")


def test_a_bug_is_told_without_a_traceback(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: object) -> None:
        raise RuntimeError("secret text")

    monkeypatch.setattr(Reader, "read", broken)

    outcome = run("user-assets", "-e", "sandbox", "-o", "json")

    assert outcome.status == 1
    assert outcome.error["code"] == "internal"
    assert "secret text" not in outcome.err
    assert re.search(r"RuntimeError in bnacct\.cli:\d+ > .*bnacct\.cli\.show:\d+\.$", outcome.error["message"])


def test_the_served_sandbox_prints_what_to_export_and_ends_with_130(tmp_path: Path, run_process: Run) -> None:
    serving = subprocess.Popen(
        [sys.executable, "-m", "bnacct", "sandbox", "--account", "rich", "--key", "ed25519"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert serving.stdout is not None
    lines = []
    while not (lines and lines[-1].startswith("export BNACCT_WS_FAPI_URL")):
        lines.append(serving.stdout.readline())
    exports = tmp_path / "exports"
    exports.write_text("".join(lines))

    done = subprocess.run(
        ["bash", "-c", f". {exports}; for c in user-assets ws-balance; do {sys.executable} -m bnacct $c -o json; done"],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    serving.send_signal(signal.SIGINT)
    serving.communicate(timeout=20)

    assert '"asset": "AVAX"' in done.stdout
    assert '"asset": "BNFCR"' in done.stdout
    assert serving.returncode == 130


def test_a_working_directory_that_is_gone_exits_3(tmp_path: Path, run_process: Run) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()

    done = subprocess.run(
        ["bash", "-c", f"cd {gone} && rmdir {gone} && exec {sys.executable} -m bnacct user-assets"],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )

    assert done.returncode == 3
    assert "working directory" in done.stderr


def _days_ago(days: int) -> str:
    import datetime

    return str(datetime.datetime.now(datetime.timezone.utc).date() - datetime.timedelta(days=days))


def test_a_ban_ends_a_watch(run: Run, exchange: Exchange) -> None:
    sandbox = exchange(faults=["ban"])

    outcome = run("user-assets", "--watch", "0.025", "--count", "3")

    assert outcome.status == 5
    assert len(sandbox.requests) == 1


def test_a_stderr_that_is_full_does_not_change_the_status(run_process: Run) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "bnacct", "user-assets", "--nope"], stderr=full, timeout=20, check=False
        )

    assert done.returncode == 2


def test_ctrl_c_while_modules_are_loaded_exits_130() -> None:
    code = (
        "import builtins, sys, bnacct.__main__ as entry\n"
        "loading = builtins.__import__\n"
        "def interrupted(name, *rest):\n"
        "    if name == 'typer':\n"
        "        raise KeyboardInterrupt\n"
        "    return loading(name, *rest)\n"
        "builtins.__import__ = interrupted\n"
        "sys.exit(entry.main())\n"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=20, check=False)

    assert (done.returncode, done.stderr) == (130, b"")
