"""`completion`, `man` and `help` print what the repository holds, wherever bnacct was installed from."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bnacct.cli import generated
from tests.conftest import Outcome

Run = Callable[..., Outcome]
COMPLETIONS = Path(__file__).parent.parent / "completions"


@pytest.mark.parametrize(("shell", "name"), [("bash", "bnacct.bash"), ("zsh", "_bnacct"), ("fish", "bnacct.fish")])
def test_completion_prints_the_script_of_a_shell(run: Run, shell: str, name: str) -> None:
    outcome = run("completion", shell)

    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.text == (COMPLETIONS / name).read_text()


def test_a_shell_without_a_script_exits_2_and_names_those_that_have_one(run: Run) -> None:
    outcome = run("completion", "tcsh")

    assert (outcome.status, outcome.out) == (2, b"")
    assert "bash, zsh, fish" in outcome.err


def test_man_prints_the_manual_page(run: Run) -> None:
    assert run("man").text == (COMPLETIONS / "bnacct.1").read_text()


def test_an_installation_without_the_files_says_so(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(generated, "_FOLDERS", (tmp_path,))

    outcome = run("man")

    assert (outcome.status, outcome.out) == (3, b"")
    assert "bnacct.1" in outcome.err


def test_help_is_that_of_the_program_or_of_a_command(run: Run) -> None:
    assert run("help").text == run("--help").text
    assert run("help", "user-assets").text == run("user-assets", "--help").text


def test_help_for_a_command_that_is_none_exits_2_and_names_the_nearest(run: Run) -> None:
    outcome = run("help", "user-asset")

    assert (outcome.status, outcome.out) == (2, b"")
    assert "user-assets" in outcome.err
