"""Whatever the exchange or the network does, a run ends in a documented status, in time, and with an empty stdout."""

import contextlib
import json
import math
import re
import socket
import time
from collections.abc import Callable
from urllib.parse import parse_qsl

import pytest

from bnacct import endpoints, errors
from bnacct.client import Silent, retry
from bnacct.client.https import Client
from bnacct.sandbox import FAULTS, Received, Sandbox
from bnacct.sandbox.exchange.error_bodies import CALLER_IP
from bnacct.settings import Settings
from tests.bounded import run_bounded
from tests.conftest import Outcome
from tests.fault_outcomes import README, TABLE, Ending, rewrite

COMMANDS = {"https": "user-assets", "websocket": "ws-balance"}
PATIENCE = ("--timeout", "20", "--retries", "1")
# What these do would last as long as the deadline.
HASTE = ("--timeout", "0.2", "--retries", "1")
ENDLESS = ("silence", "drip=0.05", "latency=60")

MIDNIGHT_MS = 1_795_219_200_000

Run = Callable[..., Outcome]
Exchange = Callable[..., Sandbox]

CASES = [
    pytest.param(row.fault, transport, ending, id=f"{row.fault}-{transport}")
    for row in TABLE
    for transport, ending in (("https", row.https), ("websocket", row.websocket))
    if ending
]


@pytest.fixture(autouse=True)
def _short_backoff(monkeypatch: pytest.MonkeyPatch) -> None:
    """How long is waited between tries is for test_retry to say."""
    monkeypatch.setattr(retry, "_FIRST_BACKOFF_S", 0.01)


def seen(sandbox: Sandbox) -> int:
    """Return how many requests arrived; those of a WebSocket handshake that was refused are connections."""
    return len(sandbox.requests) or sandbox.ws_connections


@pytest.mark.parametrize(("fault", "transport", "ending"), CASES)
def test_a_fault_ends_as_the_table_says(
    run: Run, exchange: Exchange, fault: str, transport: str, ending: Ending
) -> None:
    expected = run(COMMANDS[transport], "-o", "json") if exchange() else None
    sandbox = exchange(faults=[fault])

    ended = run(COMMANDS[transport], "-o", "json", *(HASTE if fault in ENDLESS else PATIENCE))

    assert (ending.exit_status, ending.requests) == (ended.status, seen(sandbox)), ended.err
    if ending.exit_status:
        assert (ending.code, ending.exit_status) == (ended.error["code"], ended.error["exit"])
        assert ended.out == b""
    else:
        assert expected.out == ended.out


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_is_in_the_table_for_each_transport_it_acts_on(name: str) -> None:
    fault = FAULTS[name]
    rows = [row for row in TABLE if row.name == name]

    assert any(row.https for row in rows) == (not fault.frames and not fault.only_handshake)
    assert any(row.websocket for row in rows) == ("(REST)" not in fault.description)


def test_the_readme_shows_the_table() -> None:
    assert rewrite(README.read_text()) == README.read_text(), "run: python -m tests.fault_outcomes"


# -- trying again


def stamp(received: Received) -> tuple[str, str]:
    """Return timestamp and signature of a request over either transport."""
    sent = json.loads(received.body)["params"] if received.method == "WS" else dict(parse_qsl(received.query))
    return str(sent["timestamp"]), sent["signature"]


@pytest.mark.parametrize("transport", COMMANDS)
@pytest.mark.parametrize("fault", ["drop*2", "server-error=503*2", "truncated*2"])
def test_each_try_has_a_timestamp_and_a_signature_of_its_own(
    run: Run, exchange: Exchange, transport: str, fault: str
) -> None:
    sandbox = exchange(faults=[fault])

    ended = run(COMMANDS[transport], "--retries", "2")

    timestamps, signatures = zip(*map(stamp, sandbox.requests), strict=True)
    # That the third was accepted says that it was signed anew, too: the sandbox checks.
    assert (ended.status, len(set(timestamps)), len(set(signatures))) == (0, 3, 3)
    assert sorted(timestamps) == list(timestamps)


@pytest.mark.parametrize("transport", COMMANDS)
@pytest.mark.parametrize(("retries", "requests"), [("0", 1), ("2", 3)])
def test_it_is_tried_as_often_as_retries_say(
    run: Run, exchange: Exchange, transport: str, retries: str, requests: int
) -> None:
    sandbox = exchange(faults=["drop"])

    assert run(COMMANDS[transport], "--retries", retries).status == 6
    assert len(sandbox.requests) == requests


@pytest.mark.parametrize("transport", COMMANDS)
@pytest.mark.parametrize("fault", ["ban=0", "waf", "restricted"])
def test_418_403_and_451_are_never_tried_again(run: Run, exchange: Exchange, transport: str, fault: str) -> None:
    sandbox = exchange(faults=[fault])

    run(COMMANDS[transport], "--retries", "5", "--max-wait", "100")

    assert seen(sandbox) == 1


# -- the deadline


@pytest.mark.parametrize("transport", COMMANDS)
@pytest.mark.parametrize("fault", ENDLESS)
def test_no_server_holds_a_command_past_its_deadline(
    run_process: Run, exchange: Exchange, transport: str, fault: str
) -> None:
    exchange(faults=[fault])

    # A process that did not end would raise subprocess.TimeoutExpired.
    ended = run_process(COMMANDS[transport], "-o", "json", "--timeout", "0.5", "--retries", "10", "--max-wait", "0")

    assert (ended.status, ended.error["message"]) == (6, "The exchange did not answer in time.")


@pytest.mark.parametrize("command", [*COMMANDS.values(), "doctor"])
def test_a_host_that_accepts_and_says_nothing_holds_no_command(
    run_process: Run, exchange: Exchange, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    exchange()
    with socket.create_server(("127.0.0.1", 0)) as mute:
        for host in ("SAPI", "FAPI", "PAPI", "DAPI", "EAPI"):
            monkeypatch.setenv(f"BNACCT_{host}_URL", f"http://127.0.0.1:{mute.getsockname()[1]}")
        monkeypatch.setenv("BNACCT_WS_FAPI_URL", f"ws://127.0.0.1:{mute.getsockname()[1]}/ws-fapi/v1")

        assert run_process(command, "-o", "json", "--timeout", "0.5").status == 6


# -- rate limits


@pytest.mark.parametrize("transport", COMMANDS)
def test_a_wait_that_the_exchange_asks_for_is_kept(run: Run, exchange: Exchange, transport: str) -> None:
    sandbox = exchange(faults=["rate-limit=1*1"])

    ended = run(COMMANDS[transport], "--timeout", "20", "--max-wait", "1")

    assert (ended.status, len(sandbox.requests)) == (0, 2)
    assert "Rate limited: waiting 1 s, as the exchange asks." in ended.err


@pytest.mark.parametrize("transport", COMMANDS)
@pytest.mark.parametrize("fault", ["rate-limit=30", "ban=30"])
def test_a_wait_that_is_too_long_is_told_and_not_begun(
    run: Run, exchange: Exchange, transport: str, fault: str
) -> None:
    sandbox = exchange(faults=[fault])

    ended = run(COMMANDS[transport], "-o", "json", "--max-wait", "29")

    assert (ended.status, round(ended.error["retry_after_s"]), len(sandbox.requests)) == (5, 30.0, 1)


def test_the_end_of_a_ban_is_told_in_local_time(run_process: Run, exchange: Exchange) -> None:
    exchange(faults=["ban=7200"])

    error = run_process("user-assets", "-o", "json", env={"TZ": "HERE-9"}).error

    until_s = int(error["message"].split("banned until ")[1].split(".")[0]) // 1000
    local = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(until_s + 9 * 3600))
    assert f"The ban ends at {local} HERE." in error["hint"]


class Cron(Silent):
    """Runs that ask for a snapshot, at an instant that all share; they sleep as long as they say, in no time."""

    def __init__(self) -> None:
        self.now_ms = MIDNIGHT_MS
        self.waiting: list[dict[str, str | None]] = []
        self.statuses: list[int] = []

    def pause(self, seconds: float) -> None:
        """Let the runs that are still to come at this instant go first, as they would while this one sleeps."""
        wakes_ms = self.now_ms + math.ceil(seconds * 1000)
        self.run()
        self.now_ms = max(self.now_ms, wakes_ms)

    def run(self) -> None:
        while self.waiting:
            settings = Settings(self.waiting.pop())
            with contextlib.closing(Client(settings, self)) as client:
                client.clock.drift_ms = time.time_ns() // 1_000_000 - self.now_ms
                try:
                    client.call(endpoints.SNAPSHOT, {"type": "SPOT"})
                    self.statuses.append(200)
                except errors.BnacctError as refusal:
                    self.statuses.append(refusal.http_status or 0)


@pytest.mark.parametrize("second", [0, 30, 51, 55, 59])
def test_two_runs_at_once_each_minute_never_turn_a_429_into_a_ban(exchange: Exchange, second: int) -> None:
    cron = Cron()
    sandbox = exchange(now_ms=lambda: cron.now_ms)

    for minute in range(10):
        cron.now_ms = max(cron.now_ms, MIDNIGHT_MS + minute * 60_000 + second * 1000)
        # Five snapshots of other programs use up the minute's weight, just before our two.
        cron.waiting = [{}] * 2 + [{"retries": "0"}] * 5
        cron.run()

    assert set(cron.statuses) == {200, 429}
    assert len(sandbox.requests) >= len(cron.statuses) == 70


# -- the clock


@pytest.mark.parametrize("transport", COMMANDS)
@pytest.mark.parametrize(("skew_ms", "side"), [(60_000, "behind"), (-60_000, "ahead of")])
def test_a_wrong_clock_is_measured_corrected_and_told(
    run: Run, exchange: Exchange, transport: str, skew_ms: int, side: str
) -> None:
    sandbox = exchange(faults=[f"clock-skew={skew_ms}"])

    ended = run(COMMANDS[transport], "--retries", "0", "--timeout", "20")

    refused, asked, accepted = sandbox.requests
    assert (0, "/fapi/v1/time" if transport == "websocket" else "/api/v3/time") == (ended.status, asked.path)
    drift_ms = float(re.findall(rf"clock is ([\d.]+) s {side} the exchange's; corrected", ended.err)[0]) * 1000
    # As far as a busy machine can be slow to answer.
    assert abs(skew_ms) == pytest.approx(drift_ms, abs=5_000)
    assert skew_ms == pytest.approx(int(stamp(accepted)[0]) - int(stamp(refused)[0]), abs=5_000)


@pytest.mark.parametrize("transport", COMMANDS)
def test_a_clock_that_stays_refused_is_told_with_what_was_measured(
    run: Run, exchange: Exchange, transport: str
) -> None:
    exchange(faults=["error=-1021*1", "error=-1021"])

    ended = run(COMMANDS[transport], "-o", "json")

    assert (ended.status, ended.error["binance_code"]) == (7, -1021)
    assert "This clock was measured" in ended.error["hint"] or "timedatectl" in ended.error["hint"]


# -- what is told


@pytest.mark.parametrize("transport", COMMANDS)
def test_the_callers_address_is_shown_in_the_hint_that_needs_it_alone(
    run: Run, exchange: Exchange, transport: str
) -> None:
    exchange(faults=["error=-2015"])

    in_words = run(COMMANDS[transport], "-v").err
    in_json = run(COMMANDS[transport], "-o", "json").error

    assert (in_words.count(CALLER_IP), in_json["hint"].count(CALLER_IP)) == (1, 1)
    assert CALLER_IP not in in_json["message"]


@pytest.mark.parametrize("transport", COMMANDS)
@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv", "tsv"])
@pytest.mark.parametrize("fault", ["html", "error=-2015", "drop", "ban"])
def test_a_failure_says_why_on_stderr_and_nothing_on_stdout(
    run: Run, exchange: Exchange, transport: str, form: str, fault: str
) -> None:
    exchange(faults=[fault])

    ended = run(COMMANDS[transport], "-o", form, "--retries", "0")

    assert ended.out == b""
    if form in ("json", "jsonl"):
        assert ended.error["exit"] == ended.status
    else:
        assert ended.err.startswith("bnacct: error: ")


# -- memory

ENORMOUS = {
    "an endless body": ("user-assets", 8, [f"junk={1 << 30}"]),
    "a gzip bomb": ("user-assets", 8, ["gzip-bomb=400"]),
    "a gzip bomb in a redirect": ("user-assets", 8, ["redirect", "gzip-bomb=400"]),
    "a gzip bomb in a refusal": ("user-assets", 8, ["waf", "gzip-bomb=400"]),
    "endless bytes for frames": ("ws-balance", 6, [f"junk={1 << 30}"]),
    "a frame that is too long": ("ws-balance", 8, [f"big={33 << 20}"]),
}


@pytest.mark.parametrize(("command", "status", "faults"), ENORMOUS.values(), ids=ENORMOUS)
def test_no_answer_takes_more_than_384_mib(exchange: Exchange, command: str, status: int, faults: list[str]) -> None:
    exchange(faults=faults)

    ended = run_bounded(command, "--timeout", "20", "--retries", "0")

    assert (ended.status, ended.out) == (status, b""), ended.err
