"""The README tells the truth: every console example is run, on the sandbox, and prints what it says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

README = Path(__file__).parent.parent / "README.md"
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def _examples() -> list[tuple[str, str]]:
    """Return each command of the console blocks, and what the README says it prints."""
    found = []
    for block in re.findall(r"```console\n(.*?)```", README.read_text(), re.DOTALL):
        for example in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, printed = example.partition("\n")
            found.append((command, printed))
    return found


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A path on which `bnacct` is this source."""
    folder = tmp_path_factory.mktemp("bin")
    script = folder / "bnacct"
    script.write_text(f'#!/bin/sh\nexec {sys.executable} -m bnacct "$@"\n')
    script.chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


def test_there_are_examples_of_every_command() -> None:
    commands = {command.split()[1] for command, _ in _examples()}

    assert commands == {"user-assets", "futures-account", "pm-balance", "ws-balance", "snapshot"}


@pytest.mark.parametrize(("command", "printed"), _examples())
def test_an_example_prints_what_the_readme_says(command: str, printed: str, path: str) -> None:
    environment = {**os.environ, "PATH": path, "BNACCT_ENVIRONMENT": "sandbox", "BNACCT_SANDBOX_ACCOUNT": "rich"}

    done = subprocess.run(
        ["bash", "-c", command], env=environment, capture_output=True, text=True, timeout=30, check=False
    )

    # The sandbox's snapshots end yesterday.
    assert _DATE.sub("DATE", printed) == _DATE.sub("DATE", done.stdout), done.stderr


def test_the_first_table_is_the_one_that_is_printed(path: str) -> None:
    shown = re.search(r"```text\n(.*?)```", README.read_text(), re.DOTALL)
    done = subprocess.run(
        ["bnacct", "user-assets", "-e", "sandbox"],
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
        executable=f"{path.split(os.pathsep)[0]}/bnacct",
    )

    assert shown is not None
    assert shown[1] == done.stdout
