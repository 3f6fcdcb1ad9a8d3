"""stdout and stderr: every encoding takes every text, and what cannot be written is blamed where it happened."""

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bnacct.readings import Reader
from bnacct.sandbox import Sandbox
from tests.conftest import Outcome

Run = Callable[..., Outcome]
Exchange = Callable[..., Sandbox]

ENCODINGS = ("ascii", "iso8859-1", "cp1252", "gbk", "cp437", "utf-8")


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("arguments", [("--help",), ("futures-account", "--help"), ("help", "ws-balance"), ("man",)])
def test_every_encoding_takes_the_help(run_process: Run, encoding: str, arguments: tuple[str, ...]) -> None:
    outcome = run_process(*arguments, env={"PYTHONIOENCODING": encoding})

    assert (outcome.status, outcome.err) == (0, "")
    # Where a stream says that it takes ASCII only, Typer writes --help in UTF-8 all the same.
    expected = "utf-8" if encoding == "ascii" and "--help" in arguments else encoding
    assert "USD" in outcome.out.decode(expected) or arguments == ("--help",)


def test_what_an_encoding_lacks_is_written_in_its_plain_form(run_process: Run) -> None:
    outcome = run_process("futures-account", "--help", env={"PYTHONIOENCODING": "iso8859-1"})

    assert "The USDS-M futures account" in outcome.out.decode("iso8859-1")


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_encoding_takes_odd_names_in_tables_and_errors(run_process: Run, encoding: str) -> None:
    env = {"PYTHONIOENCODING": encoding, "BNACCT_SANDBOX_ACCOUNT": "rich"}

    table = run_process("user-assets", "-e", "sandbox", env=env)
    refused = run_process("user-assets", "--asset", "这是测试币", "--fields", "🚀", env=env)

    assert (table.status, refused.status) == (0, 2)
    assert "bug" not in refused.err


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("man",), ("user-assets", "-e", "sandbox")])
def test_a_full_stdout_exits_1_and_is_named(arguments: tuple[str, ...]) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "bnacct", *arguments], stdout=full, stderr=subprocess.PIPE, timeout=30, check=False
        )

    assert done.returncode == 1
    assert b"The output cannot be written: No space left on device." in done.stderr


def test_a_failure_of_the_system_elsewhere_is_not_blamed_on_the_output(
    run: Run, exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange()

    def fail(*_: Any) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Reader, "read", fail)

    outcome = run("user-assets", "-o", "json")

    assert outcome.status == 1
    assert outcome.error["code"] == "internal"
    assert "PermissionError in bnacct.cli:" in outcome.error["message"]


LARGE = {"BNACCT_ENVIRONMENT": "sandbox", "BNACCT_SANDBOX_ACCOUNT": "large", "PYTHONUNBUFFERED": "1"}
COMMAND = [sys.executable, "-m", "bnacct"]


def large_answer(run_process: Run) -> bytes:
    return run_process("user-assets", "-o", "json", env={**LARGE, "PYTHONUNBUFFERED": ""}).out


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_pipe_that_does_not_block_gets_everything(run_process: Run, unbuffered: str) -> None:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    process = subprocess.Popen(
        [*COMMAND, "user-assets", "-o", "json"],
        env={**os.environ, **LARGE, "PYTHONUNBUFFERED": unbuffered},
        stdin=subprocess.DEVNULL,
        stdout=writing,
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with open(reading, "rb") as pipe:
        found = pipe.read()

    assert process.wait(timeout=30) == 0
    assert found == large_answer(run_process)


def test_a_stop_in_the_middle_of_a_write_loses_nothing(run_process: Run) -> None:
    process = subprocess.Popen(
        [*COMMAND, "user-assets", "-o", "json"],
        env={**os.environ, **LARGE},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
    )
    assert process.stdout is not None
    found = process.stdout.read(1)  # the pipe is full from now on
    process.send_signal(signal.SIGSTOP)
    os.waitpid(process.pid, os.WUNTRACED)
    process.send_signal(signal.SIGCONT)
    rest, _ = process.communicate(timeout=30)

    assert process.returncode == 0
    assert found + rest == large_answer(run_process)


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("arguments", [("user-assets", "-o", "json"), ("user-assets",), ("man",)])
def test_a_file_that_may_not_grow_ends_it_with_1(arguments: tuple[str, ...], unbuffered: str, tmp_path: Path) -> None:
    target = tmp_path / "small"
    process = subprocess.run(
        ["bash", "-c", 'ulimit -f 8; exec "$@" > "$TARGET"', "bash", *COMMAND, *arguments],
        env={**os.environ, **LARGE, "PYTHONUNBUFFERED": unbuffered, "TARGET": str(target)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=30,
        check=False,
    )

    assert process.returncode == 1
    assert b"The output cannot be written: File too large." in process.stderr
    assert target.stat().st_size == 8192
