"""On a real terminal, in pipes, and where stdout or stderr cannot be written: what is shown, and what is left behind."""

import contextlib
import fcntl
import json
import os
import pty
import re
import select
import shlex
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bnacct import errors
from bnacct.cli import watch as watching
from bnacct.cli.spinner import Spinner
from bnacct.cli.stderr import Stderr
from bnacct.endpoints import FUTURES_ACCOUNT, PM_BALANCE, SNAPSHOT, USER_ASSETS, WS_BALANCE
from bnacct.sandbox import Sandbox
from tests.conftest import Outcome
from tests.readings import COMMANDS, Command

Exchange = Callable[..., Sandbox]
RunProcess = Callable[..., Outcome]
Sandboxed = Callable[..., Outcome]

PROGRAM = [sys.executable, "-m", "bnacct"]
SANDBOX = {"BNACCT_ENVIRONMENT": "sandbox", "BNACCT_SANDBOX_ACCOUNT": "rich"}

ENTER, LEAVE = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l"
PATIENCE_S = 20.0

# Makes stdin the terminal that its keys act on, and becomes the program.
_ON_TERMINAL = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execvp(sys.argv[1], sys.argv[1:])"
)

every_command = pytest.mark.parametrize("command", COMMANDS, ids=[command.name for command in COMMANDS])


class Terminal:
    """A pseudo-terminal with a program on it, which leads its session, so that ^C reaches it."""

    def __init__(self, program: list[str], width: int, height: int, env: dict[str, str], **streams: Any):
        self._controller, terminal = pty.openpty()
        self._terminal = terminal
        self.resize(width, height)
        self.settings = termios.tcgetattr(terminal)
        self.seen = ""
        self.process = subprocess.Popen(
            [sys.executable, "-c", _ON_TERMINAL, *program],
            env={**os.environ, "TERM": "xterm-256color", **env},
            start_new_session=True,
            **{"stdin": terminal, "stdout": terminal, "stderr": terminal, **streams},
        )

    def resize(self, width: int, height: int) -> None:
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))

    def until(self, pattern: str) -> str:
        """Read until a pattern is seen."""
        ends = time.monotonic() + PATIENCE_S
        while not re.search(pattern, self.seen):
            assert time.monotonic() < ends, f"{pattern!r} is not in {self.seen!r}"
            self._read(0.1)
        return self.seen

    def press(self, keys: str) -> None:
        os.write(self._controller, keys.encode())

    def end(self) -> int:
        """Read to the end, and return the exit status."""
        ends = time.monotonic() + PATIENCE_S
        while self.process.poll() is None:
            assert time.monotonic() < ends, f"it does not end: {self.seen!r}"
            self._read(0.05)
        while self._read(0.0):
            pass
        return self.process.returncode

    @property
    def now_set(self) -> list[Any]:
        return termios.tcgetattr(self._terminal)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._controller)
        os.close(self._terminal)

    def _read(self, patience_s: float) -> bool:
        if not select.select([self._controller], [], [], patience_s)[0]:
            return False
        with contextlib.suppress(OSError):
            self.seen += os.read(self._controller, 1 << 16).decode("utf-8", "replace").replace("\r\n", "\n")
        return True


@pytest.fixture
def terminal() -> Iterator[Callable[..., Terminal]]:
    """Start bnacct on a pseudo-terminal: terminal("user-assets", width=80)."""
    open_: list[Terminal] = []

    def start(
        *arguments: str,
        width: int = 100,
        height: int = 50,
        env: dict[str, str] | None = None,
        program: list[str] | None = None,
        **streams: Any,
    ) -> Terminal:
        whole = program or [*PROGRAM, *arguments]
        open_.append(Terminal(whole, width, height, env if env is not None else SANDBOX, **streams))
        return open_[-1]

    yield start
    for each in open_:
        each.close()


Start = Callable[..., Terminal]


class TestColour:
    def test_a_terminal_has_it(self, terminal: Start) -> None:
        screen = terminal("pm-balance")

        assert screen.end() == 0
        assert "\x1b[1;31m-5,001.23456789!" in screen.seen

    @pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=lambda env: next(iter(env)))
    def test_a_terminal_without_it_shows_the_same_without_escapes(self, terminal: Start, env: dict[str, str]) -> None:
        screen = terminal("pm-balance", env={**SANDBOX, **env})

        assert screen.end() == 0
        assert "\x1b" not in _left(screen.seen)
        assert "-5,001.23456789!" in screen.seen

    def test_an_empty_no_color_is_none(self, terminal: Start) -> None:
        screen = terminal("pm-balance", env={**SANDBOX, "NO_COLOR": ""})

        assert screen.end() == 0
        assert "\x1b[1;31m" in screen.seen

    def test_the_option_beats_the_environment(self, terminal: Start) -> None:
        coloured = terminal("pm-balance", "--color", "always", env={**SANDBOX, "NO_COLOR": "1"})
        plain = terminal("pm-balance", "--color", "never", env={**SANDBOX, "FORCE_COLOR": "1"})

        assert (coloured.end(), plain.end()) == (0, 0)
        assert ("\x1b[1;31m" in coloured.seen, "\x1b" in plain.seen) == (True, False)

    def test_a_pipe_has_it_where_it_is_forced(self, run_process: RunProcess) -> None:
        assert b"\x1b[1;31m" in run_process("pm-balance", env={**SANDBOX, "FORCE_COLOR": "1"}).out
        assert b"\x1b" not in run_process("pm-balance", env=SANDBOX).out

    def test_forced_colour_on_a_dumb_terminal_cuts_no_cell(self, terminal: Start) -> None:
        screen = terminal("pm-balance", width=200, env={**SANDBOX, "FORCE_COLOR": "1", "TERM": "dumb"})

        assert screen.end() == 0
        assert "…" not in screen.seen
        assert "-5,001.23456789!" in screen.seen

    def test_it_never_reaches_data(self, terminal: Start) -> None:
        for form in ("json", "jsonl", "csv", "tsv"):
            screen = terminal("pm-balance", "-o", form, "--color", "always", stderr=subprocess.DEVNULL)
            assert screen.end() == 0
            assert "\x1b" not in screen.seen


class TestWidth:
    @pytest.mark.parametrize("width", [40, 80])
    @every_command
    def test_no_line_is_wider_than_the_terminal(self, terminal: Start, command: Command, width: int) -> None:
        screen = terminal(*command.arguments, "--color", "never", width=width)

        assert screen.end() == 0
        assert [line for line in _left(screen.seen).splitlines() if len(line) > width] == []

    def test_a_diff_stays_a_table_and_says_where_the_rest_is(self, terminal: Start, tmp_path: Path) -> None:
        env = {"BNACCT_ENVIRONMENT": "sandbox", "BNACCT_ARCHIVE": str(tmp_path / "archive.db")}
        before, after = ({**env, "BNACCT_SANDBOX_ACCOUNT": name} for name in ("docs", "portfolio-margin"))
        assert terminal("pm-balance", "--record", env=before).end() == 0
        screen = terminal("history", "diff", "pm-balance", "--color", "never", width=80, env=after)

        assert screen.end() == 0
        shown = _left(screen.seen)
        assert re.search(r"^row +field +status +after +change *$", shown, re.MULTILINE)
        assert re.search(
            r"^USDT +crossMarginFree +~ changed +15,000.00000000 +\+14,900.00000000 *$", shown, re.MULTILINE
        )
        assert "-o csv shows them." in shown
        assert "--wide" not in shown


@pytest.fixture
def sandbox(run: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch) -> Sandboxed:
    """Run bnacct on the sandbox within this process, without the pauses of a watch."""
    monkeypatch.setattr(Stderr, "pause", lambda self, seconds: None)
    for name, value in SANDBOX.items():
        monkeypatch.setenv(name, value)
    return run


class TestWatch:
    def test_it_refreshes_in_place_and_leaves_the_terminal_as_it_was(self, terminal: Start) -> None:
        screen = terminal("ws-balance", "--watch", "0.2", "--count", "3")

        assert screen.end() == 0
        assert screen.seen.count(ENTER) == screen.seen.count(LEAVE) == 1
        before, _, rest = screen.seen.partition(ENTER)
        readings, _, after = rest.partition(LEAVE)
        assert readings.count("\x1b[H") == 3
        assert "10,342.55000000" not in before
        assert "10,342.55000000" in after
        assert screen.now_set == screen.settings

    def test_ctrl_c_ends_with_130_and_the_terminal_as_it_was(self, terminal: Start) -> None:
        screen = terminal("user-assets", "--watch", "60")
        screen.until(r"Ctrl-C ends")

        screen.press("\x03")

        assert screen.end() == 130
        assert screen.seen.count(LEAVE) == 1
        assert "Traceback" not in screen.seen
        assert screen.now_set == screen.settings

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
    def test_a_signal_that_ends_it_leaves_the_terminal_as_it_was(self, terminal: Start, number: signal.Signals) -> None:
        screen = terminal("user-assets", "--watch", "60")
        screen.until(r"Ctrl-C ends")

        screen.process.send_signal(number)

        assert screen.end() == 128 + number
        assert screen.seen.count(LEAVE) == 1

    def test_a_failure_that_ends_it_leaves_the_terminal_as_it_was(self, terminal: Start, exchange: Exchange) -> None:
        exchange("rich", faults=["error=-2015"])
        screen = terminal("user-assets", "--watch", "0.1", env={})

        assert screen.end() == 4
        assert LEAVE in screen.seen
        assert "-2015" in screen.seen.partition(LEAVE)[2]

    def test_after_ctrl_c_the_last_reading_stays_with_its_notices(self, terminal: Start) -> None:
        screen = terminal("user-assets", "--watch", "60", "--color", "never", width=120, height=12)
        screen.until(r"Ctrl-C ends")

        screen.press("\x03")

        assert screen.end() == 130
        left = screen.seen.partition(LEAVE)[2]
        assert "more rows" not in left
        assert left.count("USDC") == 1
        assert "bnacct: 2 all-zero rows hidden; --all shows them." in left

    def test_the_title_names_command_account_environment_and_time(self, terminal: Start, exchange: Exchange) -> None:
        exchange("rich")
        screen = terminal("ws-balance", "--watch", "60", env={})
        screen.until(r"Ctrl-C ends")

        screen.press("\x03")

        assert screen.end() == 130
        title = screen.seen.partition("\x1b[H")[2].splitlines()[0]
        assert re.match(r"bnacct ws-balance, the environment, live, [0-9: -]+ UTC, Ctrl-C ends", title)
        assert "not the exchange" in screen.seen.partition("\x1b[H")[2].partition(LEAVE)[0]
        assert "bnacct: answered by 127.0.0.1" in screen.seen.partition(LEAVE)[2]

    def test_a_failed_reading_is_told_below_the_last_one(self, terminal: Start, exchange: Exchange) -> None:
        sandbox = exchange("rich")
        screen = terminal("user-assets", "--watch", "0.1", "--retries", "0", env={})
        screen.until(r"Ctrl-C ends")

        sandbox.close()

        screen.until(r"reading [0-9]+ failed")
        screen.press("\x03")
        assert screen.end() == 130
        frame = screen.seen.rpartition("\x1b[H")[2].partition(LEAVE)[0]
        assert "USDT" in frame
        assert "failed: " in frame

    def test_ctrl_backslash_leaves_the_terminal_as_it_was(self, terminal: Start) -> None:
        screen = terminal("user-assets", "--watch", "60")
        screen.until(r"Ctrl-C ends")

        screen.press("\x1c")

        assert screen.end() == 128 + signal.SIGQUIT
        assert screen.seen.count(LEAVE) == 1
        assert screen.now_set == screen.settings

    def test_ctrl_z_shows_the_first_screen_until_it_goes_on(self, terminal: Start) -> None:
        # A shell is above it, so that it can be stopped and started again.
        program = shlex.join([*PROGRAM, "ws-balance", "--watch", "60"])
        screen = terminal(program=["bash", "-c", f"set -m; {program}; echo stopped $?; sleep 0; fg; echo ended $?"])
        screen.until(r"Ctrl-C ends")

        screen.press("\x1a")
        screen.until(rf"stopped {128 + signal.SIGTSTP}")
        screen.until(rf"stopped[\s\S]*{re.escape(ENTER)}[\s\S]*Ctrl-C ends")
        screen.press("\x03")
        screen.until("ended 130")

        assert screen.end() == 0
        first, _, second = screen.seen.partition("stopped")
        assert first.rstrip().endswith(LEAVE) or LEAVE in first
        assert second.count(ENTER) >= 1
        assert LEAVE in second.rpartition(ENTER)[2]

    def test_changes_are_marked(self, terminal: Start, exchange: Exchange, monkeypatch: pytest.MonkeyPatch) -> None:
        # The sandbox runs within this process: its account can spend.
        from bnacct.sandbox.accounts.rich import Rich

        amounts = iter(["1.5", "2.5", "2.25"])
        row = {"asset": "USDT", "balance": "", "crossUnPnl": "0", "marginAvailable": True}
        monkeypatch.setattr(Rich, "ws_balance", lambda self: [{**row, "balance": next(amounts, "2.25")}])
        exchange("rich")

        screen = terminal("ws-balance", "--watch", "0.2", "--count", "3", env={})

        assert screen.end() == 0
        shown = re.findall(r"\x1b\[1m *(2\.2?5 *[↑↓])", screen.seen)
        assert list(dict.fromkeys(shown)) == ["2.5↑", "2.25↓"]

    def test_it_follows_the_width_of_the_terminal(self, terminal: Start) -> None:
        screen = terminal("ws-balance", "--watch", "0.2", width=60)
        screen.until("No room for")

        screen.resize(200, 50)

        screen.until("2026-11-18T11:06:40Z")
        screen.press("\x03")
        assert screen.end() == 130

    def test_rows_are_cut_where_the_screen_has_no_room(self, terminal: Start) -> None:
        screen = terminal("user-assets", "--watch", "0.1", "--count", "1", width=120, height=14)

        assert screen.end() == 0
        readings = screen.seen.partition(ENTER)[2].partition(LEAVE)[0]
        assert readings.count("\n") <= 13
        assert re.search(r"\([0-9]+ more rows\)", readings)
        # The title, the total and the notices stay.
        for kept in (
            "bnacct user-assets, sandbox (rich), ",
            "nothing here is real",
            "497,142.0792857",
            "all-zero rows hidden",
        ):
            assert kept in readings

    def test_a_dumb_terminal_gets_readings_one_after_the_other(self, terminal: Start) -> None:
        screen = terminal("ws-balance", "--watch", "0.2", "--count", "2", env={**SANDBOX, "TERM": "dumb"})

        assert screen.end() == 0
        assert "\x1b" not in screen.seen
        assert screen.seen.count("10,342.55000000") == 2

    @every_command
    def test_in_a_pipe_it_is_one_document_a_line(self, command: Command, sandbox: Sandboxed) -> None:
        outcome = sandbox(*command.arguments, "--watch", "12", "--count", "2", "-o", "json")

        assert outcome.status == 0
        first, second = [json.loads(line) for line in outcome.text.splitlines()]
        assert first == second

    @every_command
    def test_in_a_pipe_csv_has_one_header(self, command: Command, sandbox: Sandboxed) -> None:
        outcome = sandbox(*command.arguments, "--watch", "12", "--count", "2", "-o", "csv")

        header, *rows = outcome.text.splitlines()
        assert outcome.status == 0
        assert header not in rows
        assert rows[: len(rows) // 2] == rows[len(rows) // 2 :]

    @pytest.mark.parametrize("command", ["user-assets", "futures-account"])
    def test_in_a_pipe_the_notes_are_written_once(self, command: str, sandbox: Sandboxed) -> None:
        alone = sandbox(command)
        watched = sandbox(command, "--watch", "1", "--count", "3")

        assert "all-zero rows hidden" in alone.err
        assert watched.err == alone.err
        assert watched.text.count("USDT") == 3 * alone.text.count("USDT")

    def test_raw_bodies_are_a_line_each(self, run_process: RunProcess) -> None:
        outcome = run_process("user-assets", "--watch", "0.1", "--count", "2", "--raw", env=SANDBOX)

        assert [len(json.loads(line)) for line in outcome.text.splitlines()] == [25, 25]

    def test_each_reading_is_written_at_once(self) -> None:
        process = subprocess.Popen(
            [*PROGRAM, "ws-balance", "--watch", "60", "-o", "json"],
            env={**os.environ, **SANDBOX},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        try:
            assert process.stdout is not None
            assert json.loads(process.stdout.readline())[0]["asset"] == "USDT"
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 130

    @pytest.mark.parametrize("name", ["user-assets", "ws-balance"])
    def test_all_readings_go_over_one_connection(
        self, name: str, exchange: Exchange, run: Callable[..., Outcome]
    ) -> None:
        sandbox = exchange("rich")

        outcome = run(name, "--watch", "0.2", "--count", "3", "-o", "json")

        assert (outcome.status, len(sandbox.requests), sandbox.connections) == (0, 3, 1)

    @pytest.mark.parametrize(
        ("endpoint", "smallest"),
        [
            (SNAPSHOT, "12"),
            (FUTURES_ACCOUNT, "0.125"),
            (PM_BALANCE, "0.2"),
            (USER_ASSETS, "0.025"),
            (WS_BALANCE, "0.125"),
        ],
        ids=lambda value: getattr(value, "name", value),
    )
    def test_an_interval_that_would_spend_the_limit_is_refused(self, endpoint: Any, smallest: str) -> None:
        for text in ("0", "0.01"):
            with pytest.raises(errors.UsageError, match=f"the smallest interval is {smallest} s"):
                watching.interval_s(text, [endpoint])

        assert float(smallest) == watching.interval_s(smallest, [endpoint])

    def test_the_sandbox_refuses_it_too(self, run_process: RunProcess) -> None:
        outcome = run_process("snapshot", "--watch", "0", env=SANDBOX)

        assert (outcome.status, outcome.out) == (2, b"")
        assert "the smallest interval is 12 s" in outcome.err

    @pytest.mark.parametrize("text", ["", "x", "-1", "nan", "inf"])
    def test_an_interval_is_a_number_of_seconds(self, text: str) -> None:
        with pytest.raises(errors.UsageError, match="is not a number of seconds"):
            watching.interval_s(text, [USER_ASSETS])

    def test_a_reading_that_fails_is_told_and_the_next_goes_on(
        self, exchange: Exchange, run: Callable[..., Outcome]
    ) -> None:
        exchange("rich", faults=["html*1"])

        outcome = run("user-assets", "--watch", "0.1", "--count", "2", "--retries", "0", "-o", "csv")

        assert outcome.status == 9
        assert outcome.text.count("asset,free") == 1
        assert "reading 1 failed: " in outcome.err
        assert "The next is due in 2 s." in outcome.err
        assert "1 of 2 readings failed." in outcome.err

    def test_failures_in_a_row_back_off(self) -> None:
        failure = errors.NetworkError("down")

        waits = [watching._wait_s(5, [failure] * failed) for failed in (0, 1, 2, 3, 10, 10_000)]

        assert waits == [5, 10, 20, 40, 300, 300]

    def test_a_rate_limit_is_waited_for_as_the_exchange_asks(self) -> None:
        assert watching._wait_s(1, [errors.RateLimitError("slow", retry_after_s=400)]) == 400


class TestWaiting:
    def test_on_a_terminal_it_is_shown_after_a_while_and_leaves_no_trace(
        self, terminal: Start, exchange: Exchange
    ) -> None:
        exchange("rich", faults=["latency=0.6"])
        screen = terminal("user-assets", "--fields", "asset", "--color", "never", env={})

        assert screen.end() == 0
        assert "\r\x1b[K| Waiting for user-assets" in screen.seen
        assert _left(screen.seen).startswith("asset\n")

    def test_an_answer_that_comes_soon_shows_nothing(self) -> None:
        written: list[str] = []

        with Spinner("Waiting", written.append):
            pass

        assert written == []

    def test_a_rate_limit_counts_down(self, terminal: Start, exchange: Exchange) -> None:
        exchange("rich", faults=["rate-limit=2*1"])
        screen = terminal("user-assets", "--fields", "asset", "--color", "never", env={})

        assert screen.end() == 0
        assert re.search("Waiting for user-assets, trying again in 2 s.*trying again in 1 s", screen.seen, re.DOTALL)
        assert _left(screen.seen).startswith("bnacct: Rate limited: waiting 2 s, as the exchange asks.\nasset\n")

    def test_a_failure_stands_on_a_line_of_its_own(self, terminal: Start, exchange: Exchange) -> None:
        exchange("rich", faults=["latency=5"])
        screen = terminal("user-assets", "--timeout", "0.6", env={})

        assert screen.end() == 6
        assert "Waiting for user-assets" in screen.seen
        assert _left(screen.seen).startswith("bnacct: error: ")

    def test_ctrl_c_ends_it_at_once_and_without_trace(self, terminal: Start, exchange: Exchange) -> None:
        exchange("rich", faults=["silence"])
        screen = terminal("user-assets", env={})
        screen.until("Waiting for user-assets")

        screen.press("\x03")

        assert screen.end() == 130
        assert _left(screen.seen).replace("^C", "").strip() == ""

    def test_nothing_moves_where_stderr_is_no_terminal(self, terminal: Start, exchange: Exchange) -> None:
        exchange("rich", faults=["rate-limit=1*1"])
        screen = terminal("user-assets", env={}, stderr=subprocess.PIPE)

        assert screen.end() == 0
        assert screen.process.stderr is not None
        with screen.process.stderr as stderr:
            assert stderr.read().startswith(b"bnacct: Rate limited: waiting 1 s, as the exchange asks.\n")
        assert "Waiting" not in screen.seen

    def test_nothing_moves_on_a_dumb_terminal(self, terminal: Start, exchange: Exchange) -> None:
        exchange("rich", faults=["latency=0.6"])
        screen = terminal("user-assets", env={"TERM": "dumb"})

        assert screen.end() == 0
        assert "Waiting" not in screen.seen


def _left(seen: str) -> str:
    """Return what is left to see of lines that were erased and written anew; who answered aside."""
    return re.sub(r"bnacct: answered by .*\n", "", re.sub(r"[^\n]*\r\x1b\[K", "", seen))


class TestPipes:
    def shell(self, command: str, **env: str) -> Outcome:
        """Run a shell command in which "bnacct" is this program; the status is that of its first command."""
        program = " ".join(PROGRAM)
        done = subprocess.run(
            ["bash", "-c", f'bnacct() {{ {program} "$@"; }}; {command}; exit "${{PIPESTATUS[0]}}"'],
            env={**os.environ, **SANDBOX, **env},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE_S,
            check=False,
        )
        return Outcome(done.returncode, done.stdout, done.stderr.decode())

    @pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv", "tsv"])
    def test_head_ends_it_quietly(self, form: str) -> None:
        outcome = self.shell(f"bnacct user-assets -o {form} | head -1", BNACCT_SANDBOX_ACCOUNT="large")

        assert outcome.status == 0
        assert outcome.out.count(b"\n") == 1
        assert "rror" not in outcome.err
        assert "ipe" not in outcome.err

    def test_head_ends_a_watch_quietly(self) -> None:
        outcome = self.shell("bnacct ws-balance --watch 0.2 -o jsonl | head -1")

        assert outcome.status == 0
        assert outcome.out.count(b"\n") == 1
        assert "rror" not in outcome.err

    @pytest.mark.parametrize("form", ["table", "json", "csv"])
    @pytest.mark.parametrize("account", ["rich", "large"])
    def test_a_reader_that_is_gone_before_the_first_line_ends_it_quietly(self, account: str, form: str) -> None:
        # Like `less` that is quit at once.
        outcome = self.shell(f"bnacct user-assets -o {form} | true", BNACCT_SANDBOX_ACCOUNT=account)

        assert outcome.status == 0
        assert "rror" not in outcome.err

    def test_less_shows_what_is_piped_into_it(self) -> None:
        outcome = self.shell("bnacct user-assets | less")

        assert outcome.status == 0
        assert "这是测试币" in outcome.text

    @pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv", "tsv"])
    def test_a_full_disk_is_told(self, form: str) -> None:
        outcome = self.shell(f"bnacct user-assets -o {form} > /dev/full")

        assert outcome.status == 1
        assert "The output cannot be written: No space left on device." in outcome.err
        assert "Traceback" not in outcome.err

    @pytest.mark.parametrize("arguments", ["user-assets", "user-assets -o json", "ws-balance --watch 1", "doctor", ""])
    def test_a_closed_stdout_is_told(self, arguments: str) -> None:
        outcome = self.shell(f"bnacct {arguments} >&-")

        assert outcome.status == 1
        assert "The output cannot be written: stdout is closed." in outcome.err

    @pytest.mark.parametrize("closed", ["2>&-", "2>/dev/full"])
    def test_without_stderr_the_data_still_comes(self, closed: str) -> None:
        outcome = self.shell(f"bnacct user-assets -o json {closed}")

        assert outcome.status == 0
        assert len(outcome.json) == 25

    def test_with_nowhere_to_write_the_status_still_tells(self) -> None:
        assert self.shell("bnacct user-assets >&- 2>&-").status == 1
        assert self.shell("bnacct user-assets --fields nope >/dev/full 2>/dev/full").status == 2

    @pytest.mark.parametrize(
        "env",
        [{"LANG": "C"}, {"LC_ALL": "C"}, {"LC_ALL": "POSIX"}, {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}],
        ids=str,
    )
    def test_a_plain_locale_shows_every_row(self, env: dict[str, str], run_process: RunProcess) -> None:
        outcome = run_process("user-assets", env={**SANDBOX, **env})

        assert outcome.status == 0
        assert len(outcome.out.splitlines()) == 24

    @pytest.mark.parametrize("encoding", ["latin-1", "ascii", "cp1252"])
    def test_what_an_encoding_lacks_is_escaped_in_tables_and_whole_in_data(
        self, encoding: str, run_process: RunProcess
    ) -> None:
        env = {**SANDBOX, "PYTHONIOENCODING": encoding}
        table = run_process("user-assets", env=env)
        data = run_process("user-assets", "-o", "json", env=env)

        assert (table.status, data.status) == (0, 0)
        assert rb"\u8fd9\u662f" in table.out
        assert "这是测试币" in [row["asset"] for row in data.json]

    def test_stdin_is_never_read(self) -> None:
        outcome = self.shell(
            "printf 'a\\nb\\n' | while read line; do bnacct user-assets -o json > /dev/null; echo $line; done"
        )

        assert outcome.text == "a\nb\n"

    def test_an_open_stdin_holds_nothing_up(self) -> None:
        reading, writing = os.pipe()
        try:
            done = subprocess.run(
                [*PROGRAM, "user-assets", "-o", "json"],
                env={**os.environ, **SANDBOX},
                stdin=reading,
                capture_output=True,
                timeout=PATIENCE_S,
                check=False,
            )
        finally:
            os.close(reading)
            os.close(writing)

        assert done.returncode == 0

    def test_rich_is_not_imported_in_a_pipe(self) -> None:
        code = "import sys; from bnacct import cli; cli.main(sys.argv[1:]); print([m for m in sys.modules if m.startswith('rich')], file=sys.stderr)"
        for command in COMMANDS:
            done = subprocess.run(
                [sys.executable, "-c", code, *command.arguments],
                env={**os.environ, **SANDBOX},
                capture_output=True,
                timeout=PATIENCE_S,
                check=True,
            )
            assert done.stderr.decode().splitlines()[-1] == "[]"
