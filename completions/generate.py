"""Writes the completions, the man page and the README's option reference from the command tree and the tables.

    python completions/generate.py            write them
    python completions/generate.py --check    write nothing; name the files that are out of date, and exit 1
"""

import re
import shlex
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parent
sys.path.insert(0, str(ROOT))  # the commands of this folder, whichever bnacct is installed

import typer  # noqa: E402

from bnacct import __version__, cli, errors, views  # noqa: E402
from bnacct.cli.options import Shared  # noqa: E402
from bnacct.sandbox import ACCOUNTS, FAULTS  # noqa: E402
from bnacct.settings import KNOBS, hosts, sources  # noqa: E402

README_START, README_END = "<!-- options: generated -->", "<!-- /options -->"

# Option values that a shell finds for itself: where to look, by the option or by what its value is called.
LOOKED_UP = {
    "--profile": "profile",
    "--section": "section",
    "--fields": "fields",
    "--sort": "sort",
    "PATH": "file",
    "FILE": "file",
}
# Option values that are the names of a table, with what each means.
NAMED: dict[str, Mapping[str, str]] = {
    "--account": ACCOUNTS,
    "--fault": {name: fault.description for name, fault in FAULTS.items()},
}


class Option(NamedTuple):
    """One option as every shell and page sees it.

    `names` has the short one first. `metavar` is what its value is called, "" for a flag. The value is one of
    `words` (with what each means, or ""), or is looked up by the shell as `lookup` says.
    """

    names: tuple[str, ...]
    metavar: str
    help: str
    repeatable: bool
    words: tuple[tuple[str, str], ...]
    lookup: str

    @property
    def summary(self) -> str:
        """The help as one phrase, without its bracket and full stop."""
        return self.help.partition(" [")[0].removesuffix(".")

    @property
    def usage(self) -> str:
        """Its names and the value, as in "-o, --output table|json"."""
        return f"{', '.join(self.names)} {self.metavar}".strip()


class Command(NamedTuple):
    """A command: `own` options, and the shared ones too where it `shares` them.

    `sections` lists the sections of its answer, each name followed by those of its fields, by the value of --type
    that asks for it; "" is where none is given.
    """

    name: str
    help: str
    own: tuple[Option, ...]
    shares: bool
    sections: Mapping[str, tuple[str, ...]]

    @property
    def summary(self) -> str:
        return self.help.partition("\n")[0].removesuffix(".")


class Tree(NamedTuple):
    """The whole program: `root` is bnacct itself."""

    root: Command
    commands: tuple[Command, ...]
    shared: tuple[Option, ...]

    def everything(self) -> Iterator[tuple[Command, Option]]:
        """Yield each option of each command."""
        for command in (self.root, *self.commands):
            for option in (*command.own, *(self.shared if command.shares else ())):
                yield command, option


# Reading the program


def read_tree() -> Tree:
    """Read the command tree, and the tables that say what values there are."""
    group: Any = typer.main.get_command(cli.app)
    context = group.make_context("bnacct", [], resilient_parsing=True)
    root = Command("", group.help, _options(group, context), shares=False, sections={})
    found = {
        name: (command, _options(command, command.make_context(name, [], parent=context, resilient_parsing=True)))
        for name, command in group.commands.items()
        if not command.hidden
    }
    shared = _shared(options for _, options in found.values())
    commands = (_command(name, command.help, options, shared) for name, (command, options) in found.items())
    return Tree(root, tuple(commands), shared)


def _options(command: Any, context: Any) -> tuple[Option, ...]:
    parameters = command.get_params(context)
    return tuple(
        _option(parameter) for parameter in parameters if parameter.param_type_name == "option" and not parameter.hidden
    )


def _option(parameter: Any) -> Option:
    names = tuple(sorted(parameter.opts, key=len)) + tuple(parameter.secondary_opts)
    metavar = "" if parameter.is_flag else parameter.metavar or parameter.type.name.upper()
    words: Mapping[str, str] = {}
    if re.fullmatch(r"\w+(\|\w+)+", metavar):
        words = dict.fromkeys(metavar.split("|"), "")
    for name in names:
        words = NAMED.get(name, words)
    lookup = next((LOOKED_UP[name] for name in (*names, metavar) if name in LOOKED_UP), "")
    help_ = parameter.help + _default(parameter)
    return Option(names, metavar, help_, parameter.multiple, tuple(words.items()), lookup)


def _default(parameter: Any) -> str:
    """Return the default as a bracket, where the help does not name it and it is not "nothing"."""
    if parameter.default is True and parameter.secondary_opts:
        return f" [default: {parameter.opts[0]}]"
    is_told = isinstance(parameter.default, bool) or "default:" in parameter.help
    return "" if is_told or not isinstance(parameter.default, str | int) else f" [default: {parameter.default}]"


def _shared(all_options: Iterable[tuple[Option, ...]]) -> tuple[Option, ...]:
    """Return the shared options, in their order. A command's own option of that name would not be equal."""
    names = {parameter.replace("_", "-") for parameter in Shared._fields}
    return names and ()


def _command(name: str, help_: str, options: tuple[Option, ...], shared: tuple[Option, ...]) -> Command:
    shares = set(shared) <= set(options)
    own = tuple(option for option in options if not (shares and option in shared))
    return Command(name, help_, own, shares, _sections(name, own))
