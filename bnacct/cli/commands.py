"""The command tree: which commands there are, each built from its own file when it is asked for."""

import importlib
import inspect
import keyword
import textwrap
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from bnacct import __version__, queries
from bnacct.cli import streams

# Commands that are no single query.
MONITORING = ("check", "metrics")
TOOLS = ("doctor", "profiles", "sandbox", "completion", "man", "help")
HISTORY = ("record", "history")
# Commands that have commands of their own, each in a module of its folder.
FAMILIES: Mapping[str, tuple[str, ...]] = {
    "history": (
        *("list", "diff", "chart", "backfill", "export", "import", "copy"),
        *("verify", "prune", "path", "init"),
    ),
}


def headings(family: str = "") -> dict[str, Sequence[str]]:
    """Return the commands in the order of help, by heading. A heading without a command is not shown."""
    if family in FAMILIES:
        return {"Commands": FAMILIES[family]}
    return {
        "Balances": queries.COMMANDS,
        "Overview": ("overview",),
        "History": HISTORY,
        "Monitoring": MONITORING,
        "Tools": TOOLS,
    }


class Commands(TyperGroup):
    """Builds the command that is asked for and no other: building all of them takes longer than parsing one."""

    @property
    def _family(self) -> str:
        return self.name if self.name and self.name in FAMILIES else ""

    def list_commands(self, ctx: Any) -> list[str]:
        return [name for names in headings(self.name or "").values() for name in names]

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the commands with the first sentence of each, under their headings; none is built for that."""
        names = self.list_commands(ctx)
        limit = formatter.width - 6 - max(map(len, names))
        for heading, listed in headings(self.name or "").items():
            if listed:
                with formatter.section(heading):
                    formatter.write_dl(
                        [(name, _first_sentence(_documented(name, self._family), limit)) for name in listed]
                    )

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in self.commands and cmd_name in self.list_commands(ctx):
            self.commands[cmd_name] = _family(cmd_name) if cmd_name in FAMILIES else _built(cmd_name, self._family)
        return self.commands.get(cmd_name)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if self.get_command(ctx, args[0]) is None:
            # The suggestion for a wrong name is looked for among the commands that have been built.
            for name in self.list_commands(ctx):
                self.get_command(ctx, name)
        return super().resolve_command(ctx, args)


def _module(name: str, family: str) -> Any:
    module = _identifier(name)
    return importlib.import_module(f"bnacct.cli.{family}.{module}" if family else f"bnacct.cli.{module}")


def _identifier(name: str) -> str:
    """Return a command's name as Python has it. What that has a use for itself ends with an underscore: `list_`."""
    identifier = name.replace("-", "_")
    return identifier + "_" * (identifier == "list" or keyword.iskeyword(identifier))


def _documented(name: str, family: str) -> Any:
    """Return what has a command's help as its docstring: its function, or a family's module."""
    module = _module(name, family)
    return module if name in FAMILIES else getattr(module, _identifier(name))


def _first_sentence(documented: object, limit: int) -> str:
    """Return what a command does in one line of at most `limit` columns."""
    sentence = " ".join(_paragraphs(documented)[0].split()).partition(". ")[0].removesuffix(".")
    return textwrap.shorten(f"{sentence}.", limit, placeholder="...")


def _built(name: str, family: str) -> Any:
    """Return the command of that name: a function of its name, in a module of its name.

    Where the module has a class `Help`, that writes its help.
    """
    found = _module(name, family)
    function = _documented(name, family)
    paragraphs = _paragraphs(function)
    if name in queries.COMMANDS:
        paragraphs += [queries.sections(name), queries.cost(name)]
    elif name == "overview":
        paragraphs.append(queries.sections(name))
    alone = typer.Typer(**_PLAIN)
    alone.command(name, cls=getattr(found, "Help", TyperCommand), help="\n\n".join(paragraphs))(function)
    return typer.main.get_command(alone)


def _family(name: str) -> Any:
    """Return a command that has commands of its own; without one of these, it shows its help."""
    module = importlib.import_module(f"bnacct.cli.{name}")
    family = typer.Typer(name=name, cls=Commands, help="\n\n".join(_paragraphs(module)), **_PLAIN)

    @family.callback(invoke_without_command=True)
    def show_help(context: typer.Context) -> None:
        if context.invoked_subcommand is None:
            streams.say(context.get_help() + "\n")

    return typer.main.get_command(family)


def _paragraphs(documented: object) -> list[str]:
    """Return the paragraphs of a docstring as help texts have them."""
    paragraphs = [paragraph.strip() for paragraph in (inspect.getdoc(documented) or "").split("\n\n")]
    # A docstring that ends with its examples loses their indentation.
    return [f"  {each}" if each.startswith("bnacct ") else each for each in paragraphs]


def _print_version(value: bool) -> None:
    if value:
        streams.say(f"bnacct {__version__}\n")
        raise typer.Exit


_PLAIN: dict[str, Any] = {
    # Rich help and tracebacks cost 60 ms, and a traceback with locals would print secrets.
    "rich_markup_mode": None,
    "pretty_exceptions_enable": False,
    # Completions are static scripts: pressing TAB starts no Python.
    "add_completion": False,
    "context_settings": {"help_option_names": ["-h", "--help"], "max_content_width": 100},
}

app = typer.Typer(
    name="bnacct",
    cls=Commands,
    help="Show what a Binance account holds. It only reads.\n\n"
    "  bnacct user-assets -e sandbox       try it, without a key\n\n"
    "  bnacct user-assets                  the spot wallet, valued in BTC\n\n"
    "  bnacct futures-account -o json | jq -r .totalMarginBalance\n\n"
    "The key comes from the environment or from .env: BINANCE_API_KEY and BINANCE_API_SECRET.",
    **_PLAIN,
)


@app.callback(invoke_without_command=True)
def _bnacct(
    context: typer.Context,
    _version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        streams.say(context.get_help() + "\n")
