"""profiles: what each one is, without a word to anybody."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bnacct.sandbox import Sandbox
from bnacct.settings import profiles
from tests.conftest import Outcome

Run = Callable[..., Outcome]
Exchange = Callable[..., Sandbox]
KEY = "BINANCE_API_KEY=" + "k" * 60 + "last\n"


@pytest.fixture
def folder() -> Path:
    found = Path.home() / ".config" / "bnacct"
    found.mkdir(parents=True)
    return found


def write(folder: Path, name: str, text: str, mode: int = 0o600) -> None:
    path = folder / f"{name}.env"
    path.write_text(text)
    path.chmod(mode)


def test_it_lists_key_environment_file_and_mode_and_sends_nothing(run: Run, folder: Path, exchange: Exchange) -> None:
    sandbox = exchange()
    write(folder, "main", KEY + "BINANCE_API_SECRET=" + "s" * 64 + "\nBNACCT_ENVIRONMENT=testnet\n", 0o640)

    outcome = run("profiles", "-o", "json")

    assert outcome.json == [
        {
            "profile": "main",
            "keyKind": "HMAC",
            "key": "…last",
            "environment": "testnet",
            "file": str(folder / "main.env"),
            "mode": "0640",
            "problem": "",
        }
    ]
    assert (outcome.status, sandbox.requests) == (0, [])


def test_no_secret_is_in_it(run: Run, folder: Path) -> None:
    write(folder, "main", KEY + "BINANCE_API_SECRET=" + "s" * 64 + "\n")

    for form in ("table", "json", "csv"):
        outcome = run("profiles", "-o", form)
        assert "s" * 64 not in outcome.text + outcome.err
        assert "k" * 60 not in outcome.text + outcome.err


def test_a_command_that_gives_the_key_is_not_run(run: Run, folder: Path, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    write(folder, "pass", f"BINANCE_API_KEY_COMMAND=touch {mark}\nBINANCE_API_SECRET=" + "s" * 64 + "\n")

    (row,) = run("profiles", "-o", "json").json

    assert (row["key"], row["problem"]) == (None, "the key comes from a command, which was not run")
    assert not mark.exists()


def test_what_is_wrong_with_a_profile_is_said_in_its_row(run: Run, folder: Path) -> None:
    write(folder, "half", KEY)
    write(folder, "whole", KEY + "BINANCE_API_SECRET=" + "s" * 64 + "\n")

    half, whole = run("profiles", "-o", "json").json

    assert "but not BINANCE_API_SECRET" in half["problem"]
    assert whole["problem"] == ""


def test_no_profiles_are_an_empty_list(run: Run) -> None:
    outcome = run("profiles", "-o", "json")

    assert (outcome.status, outcome.json) == (0, [])


def test_files_that_are_no_profiles_are_left_out(folder: Path) -> None:
    for name in ("a", "b c", ".hidden", "-x"):
        write(folder, name, "")
    (folder / "notes.txt").write_text("")

    assert list(profiles.found({"HOME": str(Path.home())})) == ["a"]


@pytest.mark.parametrize(("text", "expected"), [("desk", False), ("desk-*", True), ("desk?", True), ("[ab]", True)])
def test_a_pattern_has_a_wildcard(text: str, expected: bool) -> None:
    assert profiles.is_pattern(text) is expected
