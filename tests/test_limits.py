"""No fault takes more memory than a good run, and no signal ends a run in a status that is not its own."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator

import pytest

from bnacct.sandbox import Sandbox
from tests.dialogues import FRAMES, HEAR, HOLD, HTTP, UPGRADE, Dialogue, Peer, Speaker
from tests.fault_outcomes import TABLE

COMMANDS = {"https": "user-assets", "websocket": "ws-balance"}

Exchange = Callable[..., Sandbox]

# -- memory

# As `ulimit -v` counts it, libraries and stacks included. The longest answer that is read needs 150 MiB.
ADDRESS_SPACE = 200 << 20

# One process for all the faults of a transport: what one leaves behind, the next lacks.
BOUNDED = """
import json, os, resource, sys
from bnacct import cli
limit, *arguments = sys.argv[1:]
resource.setrlimit(resource.RLIMIT_AS, (int(limit), int(limit)))
for line in sys.stdin:
    os.environ.update(json.loads(line))
    print(cli.main(arguments), flush=True)
"""
# What these do lasts as long as the deadline.
ENDLESS = ("silence", "drip=0.05", "latency=60")


@pytest.mark.parametrize("transport", COMMANDS)
def test_no_fault_takes_more_than_200_mib(transport: str) -> None:
    faults = {row.fault: getattr(row, transport) for row in TABLE if getattr(row, transport)}
    arguments = [COMMANDS[transport], "-o", "json", "-q", "--to", os.devnull, "--retries", "0", "--timeout", "20"]
    ended = {}
    with subprocess.Popen(
        [sys.executable, "-c", BOUNDED, str(ADDRESS_SPACE), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdin
        assert process.stdout
        for fault in faults:
            if fault not in ENDLESS:
                with Sandbox(faults=[fault]) as sandbox:
                    process.stdin.write(json.dumps(sandbox.environment()) + "\n")
                    process.stdin.flush()
                    ended[fault] = int(process.stdout.readline())

    assert ended == {fault: ending.exit_status for fault, ending in faults.items() if fault not in ENDLESS}


# -- signals

SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1]


@contextlib.contextmanager
def started(*arguments: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Start bnacct, and end it in any case."""
    with subprocess.Popen(
        [sys.executable, "-m", "bnacct", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def check_ending(process: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    """Hold a process to end soon, by itself, of the signal, or as the shell would say that it did."""
    process.send_signal(number)
    assert process.wait(timeout=20) in (0, -number, 128 + number)


@pytest.mark.parametrize("wait_ms", range(0, 400, 40))
def test_a_run_that_is_interrupted_as_it_starts_ends_as_interrupted(wait_ms: int) -> None:
    with started("user-assets", "-e", "sandbox", "-o", "json") as process:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=wait_ms / 1000)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)

    # Before our first statement it is Python that is interrupted, and it ends as it likes.
    is_pythons = b"bnacct" not in err and process.returncode == 1
    assert is_pythons or process.returncode in (0, -signal.SIGINT, 130), err


def test_an_interrupt_that_still_waits_for_a_module_at_the_end_is_one() -> None:
    code = (
        "import signal\n"
        "from bnacct import __main__ as entry, cli\n"
        "def ending():\n"
        "    signal.signal(signal.SIGALRM, entry._interrupt)\n"
        "    signal.setitimer(signal.ITIMER_REAL, 60)\n"
        "    return 0\n"
        "cli.main = ending\n"
        "print(entry.main(), signal.getitimer(signal.ITIMER_REAL))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)

    # Left alone, the timer would end the interpreter with SIGALRM once that has let go of our handler.
    assert done.stdout == "130 (0.0, 0.0)\n"


def telling(*steps: object, reached: threading.Event) -> Dialogue:
    """Return a dialogue that says when it has come to its end, and holds."""

    def tell(_: Peer) -> None:
        reached.set()

    return [*steps, tell, HOLD]  # type: ignore[list-item]


PHASES = {
    "connecting": ("https", []),
    "reading over HTTPS": ("http", [HEAR]),
    "in a handshake": ("ws", [HEAR]),
    "reading over WebSocket": ("ws", [UPGRADE, Peer.hear_frame]),
}


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize(("scheme", "steps"), PHASES.values(), ids=PHASES)
def test_a_signal_ends_a_run_that_waits_for_the_network(
    monkeypatch: pytest.MonkeyPatch, scheme: str, steps: list[object], number: signal.Signals
) -> None:
    monkeypatch.setenv("BINANCE_API_KEY", "k" * 64)
    monkeypatch.setenv("BINANCE_API_SECRET", "s" * 64)
    reached = threading.Event()
    with Speaker(telling(*steps, reached=reached)) as speaker:
        monkeypatch.setenv("BNACCT_SAPI_URL", f"{scheme}://127.0.0.1:{speaker.port}")
        monkeypatch.setenv("BNACCT_WS_FAPI_URL", f"{scheme}://127.0.0.1:{speaker.port}/ws-fapi/v1")
        command = "ws-balance" if scheme == "ws" else "user-assets"
        with started(command, "--timeout", "60") as process:
            assert reached.wait(20)
            check_ending(process, number)
            assert process.stderr
            assert b"Traceback" not in process.stderr.read()


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize("account", ["docs", "large"])
def test_a_signal_ends_a_watch_that_sleeps_or_writes(exchange: Exchange, account: str, number: signal.Signals) -> None:
    exchange(account)
    with started("user-assets", "--watch", "1e10", "-o", "jsonl") as process:
        assert process.stdout
        # Of the large account, the rest fills the pipe: nobody reads it.
        assert process.stdout.read(1) == b"{"
        check_ending(process, number)


LONG_WAITS = {
    "429": ("user-assets", HTTP["429 for ever"], "999999999"),
    "429 over WebSocket": ("ws-balance", FRAMES["retry after 2^63"], "92233"),
}


@pytest.mark.parametrize(("command", "dialogue", "told"), LONG_WAITS.values(), ids=LONG_WAITS)
def test_a_watch_that_is_asked_to_wait_for_ages_says_so_and_can_be_interrupted(
    monkeypatch: pytest.MonkeyPatch, command: str, dialogue: Dialogue, told: str
) -> None:
    monkeypatch.setenv("BINANCE_API_KEY", "k" * 64)
    monkeypatch.setenv("BINANCE_API_SECRET", "s" * 64)
    with Speaker(dialogue) as speaker:
        monkeypatch.setenv("BNACCT_SAPI_URL", f"http://127.0.0.1:{speaker.port}")
        monkeypatch.setenv("BNACCT_WS_FAPI_URL", f"ws://127.0.0.1:{speaker.port}/ws-fapi/v1")
        with started(command, "--watch", "15") as process:
            assert process.stderr
            line = process.stderr.readline().decode()
            assert f"The next is due in {told}" in line
            check_ending(process, signal.SIGINT)
