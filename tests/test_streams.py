"""stdout and stderr: every encoding takes every text, and what cannot be written is blamed where it happened."""

import errno
import os
import subprocess
import sys
from collections.abc import Callable
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
