"""Holds the completions in bash, zsh and fish, as their users meet them, and the pages generated with them."""

import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from bnacct import settings, views
from bnacct.cli.commands import FAMILIES, app
from bnacct.output import layouts
from bnacct.queries import QUERIES
from bnacct.sandbox import ACCOUNTS, FAULTS
from tests.conftest import needs

ROOT = Path(__file__).resolve().parents[1]
COMPLETIONS = ROOT / "completions"
TIMEOUT_S = 20

Offers = Callable[[str], list[str]]


# ---- The program, read here once more, in the plainest way


def _names_of_options(command: str) -> list[str]:
    found = PROGRAM
    for word in command.split():
        found = found.get_command(None, word)
    parameters = [each for each in found.params if each.param_type_name == "option"]
    return ["-h", "--help", *(name for each in parameters for name in (*each.opts, *each.secondary_opts))]


PROGRAM: Any = typer.main.get_command(app)
COMMANDS = PROGRAM.list_commands(None)
INNER = [f"{family} {name}" for family, names in FAMILIES.items() for name in names]


# ---- The shells


@pytest.fixture
def surroundings(tmp_path: Path) -> Iterator[dict[str, str]]:
    """An environment in which starting any program known by its name leaves a trace, which fails the test."""
    folder, trace = tmp_path / "bin", tmp_path / "started"
    folder.mkdir()
    for name in ("python", "python3", "bnacct", "curl", "grep", "sed", "ls", "cat"):
        program = folder / name
        program.write_text(f"#!/bin/sh\necho {name} >>{trace}\n")
        program.chmod(0o755)
    yield {"PATH": str(folder), "HOME": os.environ["HOME"], "TERM": "xterm", "LC_ALL": "C.UTF-8"}
    assert not trace.exists(), f"TAB started {trace.read_text().split()}"


class Terminal:
    """A shell at a terminal."""

    def __init__(self, command: list[str], env: dict[str, str]) -> None:
        self._master, slave = pty.openpty()
        self._shell = subprocess.Popen(
            command, env=env, stdin=slave, stdout=slave, stderr=slave, start_new_session=True
        )
        os.close(slave)

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    def read_until(self, wanted: str) -> str:
        """Return what the shell writes, up to the wanted text."""
        seen, until = "", time.monotonic() + TIMEOUT_S
        while wanted not in seen:
            ready, _, _ = select.select([self._master], [], [], max(0, until - time.monotonic()))
            assert ready, f"{wanted!r} never came; this did: {seen!r}"
            seen += os.read(self._master, 65_536).decode(errors="replace")
        return seen

    def close(self) -> None:
        self._shell.kill()
        self._shell.wait(TIMEOUT_S)
        os.close(self._master)


@pytest.fixture
def terminal(surroundings: dict[str, str]) -> Iterator[Callable[..., Terminal]]:
    """Start shells at terminals of their own: terminal("bash", "--norc")."""
    running: list[Terminal] = []

    def start(program: str, *arguments: str, **env: str) -> Terminal:
        running.append(Terminal([needs(program), *arguments], {**surroundings, **env}))
        return running[-1]

    yield start
    for each in running:
        each.close()


def _lines_of(shell: list[str], env: dict[str, str]) -> list[str]:
    done = subprocess.run(shell, env=env, stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT_S, check=False)
    assert not done.stderr, done.stderr.decode()
    return done.stdout.decode().splitlines()


BASH = """
set -u
source "$1"
shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_bnacct
((${#COMPREPLY[@]} == 0)) || printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture
def bash(surroundings: dict[str, str]) -> Offers:
    def offers(line: str) -> list[str]:
        # Readline makes a word of its own of each "=".
        words = re.findall(r"=|[^\s=]+", line) + ([""] if line.endswith(" ") else [])
        script = str(COMPLETIONS / "bnacct.bash")
        return _lines_of([needs("bash"), "--norc", "-c", BASH, "bash", script, *words], surroundings)

    return offers


@pytest.fixture
def fish(surroundings: dict[str, str]) -> Offers:
    def offers(line: str) -> list[str]:
        script = f"source {COMPLETIONS / 'bnacct.fish'}; complete -C $argv[1]"
        found = _lines_of([needs("fish"), "--no-config", "-c", script, line], surroundings)
        return [_without_option(offer.partition("\t")[0]) for offer in found]

    return offers


ZSHRC = """
compadd() {
    if [[ ${@[1,(i)(-|--)]} != *-[OAD]\\ * ]]; then
        local -a matches
        builtin compadd -A matches "$@"
        (($#matches)) && print -rl -- $IPREFIX${^matches} >>$OFFERS
    fi
    builtin compadd "$@"
}
autoload -U compinit && compinit -u -D
SETUP
tab() { zle list-choices; print -r -- "<done>" }
zle -N tab
bindkey '^I' tab
LISTMAX=10000
precmd() { print -r -- "<ready>" }
"""


def _zsh(terminal: Callable[..., Terminal], folder: Path, setup: str, fpath: str = "") -> Offers:
    (folder / ".zshrc").write_text(fpath + ZSHRC.replace("SETUP", setup))

    def offers(line: str) -> list[str]:
        found = folder / "offers"
        found.write_text("")
        shell = terminal("zsh", "-d", "-i", ZDOTDIR=str(folder), OFFERS=str(found))
        shell.read_until("<ready>")
        shell.type(line + "\t")
        shell.read_until("<done>")
        return [_without_option(offer) for offer in found.read_text().splitlines()]

    return offers


def _without_option(offer: str) -> str:
    return re.sub("^--[a-z-]+=", "", offer)


@pytest.fixture
def zsh(terminal: Callable[..., Terminal], tmp_path: Path) -> Offers:
    """Zsh with the file found by compinit in $fpath, as an installed one is."""
    return _zsh(terminal, tmp_path, "", fpath=f"fpath=({COMPLETIONS} $fpath)\n")


@pytest.fixture
def zsh_that_sources(terminal: Callable[..., Terminal], tmp_path: Path) -> Offers:
    return _zsh(terminal, tmp_path, f"source {COMPLETIONS / '_bnacct'}")


@pytest.fixture(params=["bash", "zsh", "fish"])
def offers(request: pytest.FixtureRequest) -> Offers:
    """What each of the shells offers for a line at whose end TAB is pressed, as whole words."""
    found: Offers = request.getfixturevalue(request.param)
    return found


# ---- What TAB offers


def test_every_command_is_offered(offers: Offers) -> None:
    assert sorted(offers("bnacct ")) == sorted(COMMANDS)


def test_a_sourced_zsh_script_completes_too(zsh_that_sources: Offers) -> None:
    assert sorted(zsh_that_sources("bnacct ")) == sorted(COMMANDS)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_command_of_commands_offers_these(offers: Offers, family: str) -> None:
    assert sorted(offers(f"bnacct {family} ")) == sorted(FAMILIES[family])
    assert offers(f"bnacct {family} ve") == ["verify"]


@pytest.mark.parametrize("command", [*COMMANDS, *INNER])
def test_every_option_of_a_command_is_offered_once(offers: Offers, command: str) -> None:
    assert sorted(offers(f"bnacct {command} -")) == sorted(_names_of_options(command))


def _fields(view: views.View, section: str) -> list[str]:
    """Return every field that can be named: those that are sent, then those that are computed."""
    found = view.section(section)
    computed = layouts.layout(view, found).columns(found)
    return list(dict.fromkeys(column.name for column in (*found.columns, *computed)))


POSITIONS = _fields(views.FUTURES_ACCOUNT, "positions")
ASSETS = _fields(views.USER_ASSETS, "assets")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("bnacct user-assets -o ", settings.OUTPUTS),
        ("bnacct user-assets --output js", ["json", "jsonl"]),
        ("bnacct user-assets --output=", settings.OUTPUTS),
        ("bnacct user-assets --output=js", ["json", "jsonl"]),
        ("bnacct doctor -e ", settings.ENVIRONMENTS),
        ("bnacct pm-balance --json --color ", settings.COLORS),
        ("bnacct snapshot --type ", [name.lower() for name in views.SNAPSHOTS]),
        ("bnacct sandbox --account ", ACCOUNTS),
        ("bnacct sandbox --key ", ["hmac", "rsa", "ed25519"]),
        ("bnacct sandbox --fault ", FAULTS),
        ("bnacct sandbox --fault ban --fault ", FAULTS),
        ("bnacct user-assets --timeout ", []),
        ("bnacct nonsense -", []),
    ],
)
def test_the_values_of_an_option_are_those_of_its_table(offers: Offers, line: str, expected: list[str]) -> None:
    assert sorted(offers(line)) == sorted(expected)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("bnacct futures-account --section ", ["assets", "positions", "totals"]),
        ("bnacct snapshot --section ", ["balances", "totals"]),
        ("bnacct snapshot --type margin --section ", ["userAssets", "totals"]),
        ("bnacct snapshot --type=FUTURES --section ", ["assets", "position"]),
        ("bnacct snapshot --type futures --section position --sort ma", ["markPrice"]),
        ("bnacct user-assets --fields ", ASSETS),
        ("bnacct futures-account --section positions --fields ", POSITIONS),
        ("bnacct futures-account --section=positions --sort ", POSITIONS),
        ("bnacct futures-account --section positions --sort -", [f"-{field}" for field in POSITIONS]),
        ("bnacct futures-account --sort=-wa", ["-walletBalance"]),
    ],
)
def test_sections_and_fields_are_those_of_what_is_asked_for(offers: Offers, line: str, expected: list[str]) -> None:
    assert sorted(offers(line)) == sorted(expected)


@pytest.mark.parametrize("typed", ["--fields free,locked,", "--fields=free,locked,"])
def test_a_list_of_fields_goes_on_after_its_last_comma_with_those_it_lacks(offers: Offers, typed: str) -> None:
    rest = [field for field in ASSETS if field not in ("free", "locked")]
    assert sorted(offers(f"bnacct user-assets {typed}")) == sorted(f"free,locked,{field}" for field in rest)


def test_every_view_is_known_to_a_command() -> None:
    script = (COMPLETIONS / "bnacct.bash").read_text()
    for view in (query.view for query in QUERIES):
        for section in view.sections:
            assert f"'{section.name} {' '.join(_fields(view, section.name))}'" in script


@pytest.mark.parametrize(
    ("given", "gone"),
    [
        ("--json", {"--json"}),
        ("-o csv", {"-o", "--output"}),
        ("--output=csv", {"-o", "--output"}),
        ("--no-btc-valuation", {"--btc-valuation", "--no-btc-valuation"}),
    ],
)
def test_an_option_that_was_given_is_not_offered_again(offers: Offers, given: str, gone: set[str]) -> None:
    assert set(offers(f"bnacct user-assets {given} -")) == set(_names_of_options("user-assets")) - gone


def test_an_option_that_can_be_repeated_is_offered_again(offers: Offers) -> None:
    assert offers("bnacct sandbox --fault ban --f") == ["--fault"]


def test_profiles_are_those_in_the_configuration_folder(offers: Offers) -> None:
    folder = Path.home() / ".config" / "bnacct"
    folder.mkdir(parents=True)
    for name in ("main.env", "sub-1.env", "notes.txt", "no profile.env", "$(ls).env"):
        (folder / name).touch()
    assert sorted(offers("bnacct user-assets -p ")) == ["main", "sub-1"]
    assert offers("bnacct user-assets --profile=s") == ["sub-1"]


def test_profiles_follow_xdg_config_home(offers: Offers, surroundings: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "bnacct").mkdir()
    (tmp_path / "bnacct" / "elsewhere.env").touch()
    surroundings["XDG_CONFIG_HOME"] = str(tmp_path)
    assert offers("bnacct user-assets -p ") == ["elsewhere"]


def test_without_profiles_none_is_offered(offers: Offers) -> None:
    assert offers("bnacct user-assets -p ") == []


def test_an_env_file_is_any_file(offers: Offers) -> None:
    Path("keys.env").touch()
    Path("other").touch()
    assert offers("bnacct user-assets --env-file k") == ["keys.env"]


# ---- At the prompt


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("bnacct user-a\t--outp\tjsonl", "bnacct user-assets --output jsonl"),
        ("bnacct user-assets --output=csv --fields=fre\tz\t,lo\t,btc\t", "--fields=freeze,locked,btcValuation"),
        ("bnacct user-assets --env-file 'two w\t", "--env-file 'two words.env' "),
    ],
)
def test_bash_without_any_package_completes_at_the_prompt(
    terminal: Callable[..., Terminal], typed: str, shown: str
) -> None:
    Path("two words.env").touch()
    shell = terminal("bash", "--norc", "--noprofile", "-i", PS1="<ready>", INPUTRC="/dev/null")
    shell.read_until("<ready>")
    shell.type(f"bind 'set enable-bracketed-paste off' 'set bell-style none'; source {COMPLETIONS / 'bnacct.bash'}\n")
    shell.read_until("<ready>")
    shell.type(typed)
    shell.read_until(shown)


# ---- What is generated


def _generate(folder: Path, *arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, str(folder / "completions" / "generate.py"), *arguments],
        capture_output=True,
        timeout=TIMEOUT_S,
        check=False,
        text=True,
    )
    return done.returncode, done.stdout


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A copy of what the generator reads and writes."""
    folder = tmp_path / "repository"
    without_cache = shutil.ignore_patterns("__pycache__")
    for part in ("bnacct", "completions"):
        shutil.copytree(ROOT / part, folder / part, ignore=without_cache)
    _generate(folder)
    return folder


def test_the_generated_files_are_up_to_date() -> None:
    assert _generate(ROOT, "--check") == (0, "")


def test_a_check_names_each_stale_file_and_writes_nothing(repository: Path) -> None:
    stale = repository / "completions" / "bnacct.fish"
    stale.write_text("by hand\n")
    status, out = _generate(repository, "--check")
    assert (status, out.count("out of date")) == (1, 1)
    assert out.startswith("completions/bnacct.fish ")
    assert stale.read_text() == "by hand\n"


def test_what_is_stale_is_written_anew(repository: Path) -> None:
    (repository / "completions" / "bnacct.1").unlink()
    assert _generate(repository) == (0, "Wrote completions/bnacct.1.\n")
    assert _generate(repository, "--check") == (0, "")


def test_a_new_command_with_a_new_option_is_in_every_generated_file(repository: Path) -> None:
    folder = repository / "bnacct" / "cli"
    with (folder / "commands.py").open("a") as source:
        source.write('\nTOOLS = (*TOOLS, "brand-new")\n')
    (folder / "brand_new.py").write_text(
        "from typing import Annotated\n\nimport typer\n\nfrom bnacct.cli.options import Shared, with_groups\n\n\n"
        "@with_groups\ndef brand_new(context: typer.Context, shared: Shared, shape: Annotated[str,"
        ' typer.Option("--shape", "-s", metavar="round|square", help="Its shape.")] = "round") -> None:\n'
        '    """What nobody knew."""\n'
    )
    _generate(repository)
    for name in ("bnacct.bash", "_bnacct", "bnacct.fish", "bnacct.1"):
        text = (repository / "completions" / name).read_text().replace("\\", "")
        assert "brand-new" in text, name
        assert re.search("round.square", text), name


# ---- The man page


def _manual(**env: str) -> str:
    done = subprocess.run(
        [needs("man"), "--warnings", "-l", str(COMPLETIONS / "bnacct.1")],
        capture_output=True,
        timeout=TIMEOUT_S,
        check=False,
        text=True,
        env={**os.environ, "MANWIDTH": "200", "MAN_KEEP_FORMATTING": "", "PAGER": "cat", **env},
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_the_man_page_renders_without_a_warning(locale: str) -> None:
    assert "user-assets" in _manual(LC_ALL=locale)


def test_the_man_page_has_every_command_option_status_and_sandbox_name() -> None:
    page = _manual(LC_ALL="C")
    words = set(re.findall(r"[\w-]+", page))
    options = {name for command in (*COMMANDS, *INNER) for name in _names_of_options(command)}
    assert {*COMMANDS, *options, "--version", *ACCOUNTS, *FAULTS} <= words
    statuses = page.partition("EXIT STATUS")[2].partition("ENVIRONMENT")[0]
    assert re.findall(r"^ +(\d+) ", statuses, re.MULTILINE) == [*map(str, range(11)), "130"]
    assert {knob.variable for knob in settings.KNOBS.values()} <= words
