"""The README tells the truth: every console example is run, on the sandbox, and prints what it says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import pictures
from tests.conftest import needs

README = Path(__file__).parent.parent / "README.md"
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def _need_what_runs_in(script: str) -> None:
    needs("bash")
    if "jq " in script:
        needs("jq")


def _examples() -> list[tuple[str, str]]:
    """Return each command of the console blocks, and what the README says it prints."""
    found = []
    for block in re.findall(r"```console\n(.*?)```", README.read_text(), re.DOTALL):
        for example in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, printed = example.partition("\n")
            found.append((command, printed))
    return found


EXAMPLES = _examples()


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A path on which `bnacct` is this source."""
    folder = tmp_path_factory.mktemp("bin")
    script = folder / "bnacct"
    script.write_text(f'#!/bin/sh\nexec {sys.executable} -m bnacct "$@"\n')
    script.chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


@pytest.mark.parametrize(("command", "printed"), EXAMPLES)
def test_an_example_prints_what_the_readme_says(command: str, printed: str, path: str) -> None:
    _need_what_runs_in(command)
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
        executable=f"{path.split(os.pathsep, maxsplit=1)[0]}/bnacct",
    )

    assert shown is not None
    assert shown[1] == done.stdout


# -- the cookbook

_SCHEDULE = re.compile(r"^[0-9*]+( [0-9*]+){4}  ", re.MULTILINE)


def _recipes() -> list[str]:
    cookbook = README.read_text().partition("### Cookbook\n")[2].partition("\n## ")[0]
    return re.findall(r"```sh\n(.*?)```", cookbook, re.DOTALL)


# What each recipe leaves behind, in its order: a file and its first line.
_LEFT_BEHIND = (
    ("assets.json", "["),
    ("../home/balances.tsv", "date\tupdateTime\ttotalAssetOfBtc"),
    ("month.tsv", "date\ttotalAssetOfBtc"),
    ("logged", "look at the margin balance"),
    ("wallets.tsv", "account\tasset"),
    ("before.tsv", "asset\tfree\tlocked"),
    ("printed", "122607.35137903"),
)


def test_every_recipe_has_a_test() -> None:
    assert len(_recipes()) == len(_LEFT_BEHIND)


@pytest.mark.parametrize(("recipe", "left_behind"), list(zip(_recipes(), _LEFT_BEHIND, strict=False)))
def test_a_recipe_does_what_it_says(recipe: str, left_behind: tuple[str, str], path: str, tmp_path: Path) -> None:
    _need_what_runs_in(recipe)
    script = _SCHEDULE.sub("", recipe).replace("\\%", "%") if _SCHEDULE.search(recipe) else recipe
    home = tmp_path / "home"
    (home / ".config" / "bnacct").mkdir(parents=True)
    for profile in ("main", "sub1"):
        (home / ".config" / "bnacct" / f"{profile}.env").write_text("BNACCT_TIMEOUT=9\n")
    (home / ".venv" / "bin").mkdir(parents=True)
    (home / ".venv" / "bin" / "bnacct").symlink_to(Path(path.split(os.pathsep, maxsplit=1)[0]) / "bnacct")
    programs = tmp_path / "programs"
    programs.mkdir()
    # The system's log is not for tests.
    (programs / "logger").write_text("#!/bin/sh\nexec cat > logged\n")
    for program in programs.iterdir():
        program.chmod(0o755)
    environment = {**os.environ, "PATH": f"{programs}{os.pathsep}{path}", "BNACCT_ENVIRONMENT": "sandbox"}

    done = subprocess.run(
        ["bash", "-c", script], env=environment, capture_output=True, text=True, timeout=30, check=False
    )
    Path("printed").write_text(done.stdout)

    name, first_line = left_behind
    assert "error" not in done.stderr
    assert Path(name).exists(), done.stderr
    assert Path(name).read_text().partition("\n")[0].startswith(first_line)


# -- the pictures


def test_the_pictures_show_what_a_run_prints() -> None:
    assert pictures.stale() == []


def test_the_readme_shows_only_pictures_that_are_drawn() -> None:
    linked = set(re.findall(r"\(tests/pictures/(.*?)\.svg\)", README.read_text()))

    assert linked == set(pictures.PICTURES)


def test_the_quoted_timings_are_those_that_were_measured() -> None:
    results = README.with_name("tests") / "bench" / "results.md"
    speed = README.read_text().partition("## Speed\n")[2].partition("\n## ")[0]
    quoted = [line for line in speed.splitlines() if line.startswith(("|", "Measured on"))]

    assert len(quoted) > 10
    assert [line for line in quoted if line not in results.read_text().splitlines()] == []
