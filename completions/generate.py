"""Writes the completions and the manual page from the command tree and the tables.

python completions/generate.py            writes them
python completions/generate.py --check    writes nothing; names the files that are out of date, and exits 1
"""

import re
import shlex
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parent
sys.path.insert(0, str(ROOT))  # the commands of this folder, whichever bnacct is installed

import typer  # noqa: E402

from bnacct import __version__, errors, queries, views  # noqa: E402
from bnacct.cli.commands import FAMILIES, app  # noqa: E402
from bnacct.cli.options import GROUPS  # noqa: E402
from bnacct.output import layouts  # noqa: E402
from bnacct.sandbox import ACCOUNTS, FAULTS  # noqa: E402
from bnacct.settings import hosts, sources  # noqa: E402

# Values that a shell finds for itself: what to look up, by the option or by what it calls its value.
LOOKUPS = {
    "--profile": "profile",
    "--section": "section",
    "--fields": "fields",
    "--sort": "sort",
    "PATH": "file",
    "FILE": "file",
}
# Values that are the names of a table, with what each means.
NAMES: dict[str, Mapping[str, str]] = {
    "--account": ACCOUNTS,
    "--fault": {name: fault.description for name, fault in FAULTS.items()},
}

SPECIAL = '\\"$`'  # characters that mean something within double quotes

EVERYWHERE = "Options of bnacct itself; --help goes with every command:"
FILES = {
    "$XDG_CONFIG_HOME/bnacct/NAME.env": "The profile NAME; in ~/.config where XDG_CONFIG_HOME is not set.",
    "$XDG_DATA_HOME/bnacct/archive.db": "The archive; in ~/.local/share where XDG_DATA_HOME is not set.",
    ".env": "Settings, of the working directory only.",
}


class Option(NamedTuple):
    """One option, as every shell and page needs it.

    `names` has the short one first. `metavar` is what its value is called, "" for a flag. The value is one of `words`,
    each with what it means or "", or what `lookup` says, or anything. `group` is the group it belongs to, "" for none.
    """

    names: tuple[str, ...]
    metavar: str
    help: str
    default: str
    words: tuple[tuple[str, str], ...]
    lookup: str
    is_repeatable: bool
    group: str

    @property
    def usage(self) -> str:
        """How it is written: `-o, --output table|json`."""
        return f"{', '.join(self.names)} {self.metavar}".rstrip()

    @property
    def summary(self) -> str:
        """The help as one phrase, for a shell's list."""
        return self.help.partition(" [")[0].removesuffix(".")

    @property
    def explanation(self) -> str:
        """The help with the default, for a page."""
        return f"{self.help} [default: {self.default}]" if self.default else self.help


class Command(NamedTuple):
    """A command, "" for bnacct itself: its `own` options, and the names of the `groups` of options that it takes.

    `sections` are those of its answer, each as its name and its fields, the default first; by the value of --type
    that asks for them, where "" is none.
    """

    name: str
    help: str
    own: tuple[Option, ...]
    groups: tuple[str, ...]
    sections: Mapping[str, tuple[str, ...]]

    @property
    def word(self) -> str:
        """The last word of the name: `list` of `history list`."""
        return self.name.rpartition(" ")[2]

    @property
    def summary(self) -> str:
        """The first sentence of the help as a phrase, for a shell's list."""
        return re.split(r"\.(?: |$)", self.help.partition("\n")[0])[0]


class Tree(NamedTuple):
    """The program: bnacct itself, its commands, and the groups of options that several commands take."""

    root: Command
    commands: tuple[Command, ...]
    groups: Mapping[str, tuple[Option, ...]]

    @property
    def top(self) -> list[Command]:
        """The commands that stand right after `bnacct`."""
        return [command for command in self.commands if " " not in command.name]

    def inner(self, family: str) -> list[Command]:
        """Return the commands that stand after a command of that name."""
        return [command for command in self.commands if command.name.startswith(f"{family} ")]

    def taken(self, command: Command) -> list[Option]:
        """Return the options of a command that come from groups."""
        return [option for group in command.groups for option in self.groups[group]]


# ---- Reading the program


def read_tree() -> Tree:
    """Read the command tree, and the tables that say what values there are."""
    root: Any = typer.main.get_command(app)
    context = root.make_context("bnacct", [], resilient_parsing=True)
    found = dict(_commands(root, context))
    options = {
        name: _options(command, command.make_context(name, [], parent=context, resilient_parsing=True))
        for name, command in found.items()
    }
    grouped = dict.fromkeys(option for each in options.values() for option in each if option.group)
    return Tree(
        root=_command("", root.help, _options(root, context)),
        commands=tuple(_command(name, command.help or "", options[name]) for name, command in found.items()),
        groups={name: tuple(option for option in grouped if option.group == name) for name in GROUPS},
    )


def _commands(root: Any, context: Any) -> Iterator[tuple[str, Any]]:
    """Yield all commands with their names; one that belongs to a family has both: `history list`."""
    for name in root.list_commands(context):
        command = root.get_command(context, name)
        yield name, command
        for inner in FAMILIES.get(name, ()):
            yield f"{name} {inner}", command.get_command(context, inner)


def _options(command: Any, context: Any) -> tuple[Option, ...]:
    parameters = command.get_params(context)
    found = [each for each in parameters if each.param_type_name == "option" and not each.hidden]
    names = {each.name for each in found}
    groups: dict[str, Any] = {}
    for name, group in GROUPS.items():
        # A command has a group if it has all of it, and no part of that is another group's.
        if names.issuperset(group._fields):
            groups[name] = group
            names.difference_update(group._fields)
    return tuple(_option(each, groups) for each in found)


def _option(parameter: Any, groups: Mapping[str, Any]) -> Option:
    names = (*sorted(parameter.opts, key=len), *parameter.secondary_opts)
    metavar = "" if parameter.is_flag else parameter.metavar or parameter.type.name.upper()
    listed = dict.fromkeys(metavar.split("|"), "") if re.fullmatch(r"\w+(\|\w+)+", metavar) else {}
    words = next((NAMES[name] for name in names if name in NAMES), listed)
    return Option(
        names=names,
        metavar=metavar,
        help=parameter.help or "",
        default=_default(parameter),
        words=tuple(words.items()),
        lookup=next((LOOKUPS[key] for key in (*names, metavar) if key in LOOKUPS), ""),
        is_repeatable=parameter.multiple,
        group=next((name for name, group in groups.items() if parameter.name in group._fields), ""),
    )


def _default(parameter: Any) -> str:
    if parameter.is_flag:
        return parameter.opts[0] if parameter.default and parameter.secondary_opts else ""
    return str(parameter.default) if isinstance(parameter.default, str | int) else ""


def _command(name: str, text: str, options: tuple[Option, ...]) -> Command:
    groups = tuple(dict.fromkeys(option.group for option in options if option.group))
    return Command(name, text, tuple(option for option in options if not option.group), groups, _sections(name))


def _sections(command: str) -> dict[str, tuple[str, ...]]:
    """Return the sections of a command's answer: the default under "", and those of each variant under its name."""
    asked = queries.of(command)
    found = {"": asked[0].view, **{query.variant: query.view for query in asked if query.variant}} if asked else {}
    if command == "overview":
        found = {"": views.VIEWS[command]}
    # Where all variants have the same sections, nobody has to look at the variant.
    if len({id(view) for view in found.values()}) == 1:
        found = {"": found[""]}
    return {kind: tuple(_section(view, section) for section in view.sections) for kind, view in found.items()}


def _section(view: views.View, section: views.Section) -> str:
    columns = (*section.columns, *layouts.layout(view, section).columns(section))
    return " ".join((section.name, *dict.fromkeys(column.name for column in columns)))


# ---- Shells: each fills its template


def _filled(template: str, **parts: Iterable[str]) -> str:
    """Put the lines of each part where the template says `# @part@`, indented alike."""
    lines: list[str] = []
    for line in (FOLDER / "templates" / template).read_text(encoding="utf-8").splitlines():
        mark = re.fullmatch(r"( *)# @(\w+)@", line)
        lines += [mark[1] + new if new else "" for new in parts[mark[2]]] if mark else [line]
    return "\n".join(lines) + "\n"


def _section_cases(tree: Tree, case: str) -> Iterator[str]:
    """Yield the sections of each command and type, written as the shell writes a case."""
    for command in tree.commands:
        for kind, sections in command.sections.items():
            quoted = " ".join(shlex.quote(section) for section in sections)
            yield case.format(key=f"'{command.name} {kind}'", sections=quoted)


def bash(tree: Tree) -> str:
    """Return the script for bash."""
    return _filled(
        "bnacct.bash",
        commands=_bash_commands(tree),
        groups=_bash_groups(tree),
        options=_bash_options(tree),
        sections=_section_cases(tree, "{key}) sections=({sections}) ;;"),
    )


def _bash_commands(tree: Tree) -> Iterator[str]:
    yield f"local -a commands=({' '.join(command.name for command in tree.top)})"
    for family in FAMILIES:
        words = " ".join(command.word for command in tree.inner(family))
        yield f"local -A families=([{family}]={shlex.quote(words)})"


def _bash_groups(tree: Tree) -> Iterator[str]:
    for name, options in tree.groups.items():
        yield f"local {name}=("
        yield from (f"    {_bash_option(option)}" for option in options)
        yield ")"


def _bash_options(tree: Tree) -> Iterator[str]:
    for command in (tree.root, *tree.commands):
        words = [_bash_option(option) for option in command.own]
        words += [f'"${{{group}[@]}}"' for group in command.groups]
        yield f"{shlex.quote(command.name)}) options=({' '.join(words)}) ;;"


def _bash_option(option: Option) -> str:
    values = f"@{option.lookup}" if option.lookup else "|".join(word for word, _ in option.words)
    names = "+" * option.is_repeatable + ",".join(option.names)
    return shlex.quote(f"{names}={values}" if option.metavar else names)


def zsh(tree: Tree) -> str:
    """Return the script for zsh."""
    return _filled(
        "_bnacct",
        commands=[shlex.quote(f"{command.name}:{command.summary}") for command in tree.top],
        families=_zsh_families(tree),
        groups=_zsh_groups(tree),
        root=[f"{_zsh_option(option)} \\" for option in tree.root.own],
        options=[line for command in tree.commands for line in _zsh_command(command)],
        sections=_section_cases(tree, "{key}) sections=({sections}) ;;"),
    )


def _zsh_families(tree: Tree) -> Iterator[str]:
    for family in FAMILIES:
        yield f"{family}) inner=("
        for command in tree.inner(family):
            yield f"    {shlex.quote(f'{command.word}:{command.summary}')}"
        yield ") ;;"


def _zsh_groups(tree: Tree) -> Iterator[str]:
    for name, options in tree.groups.items():
        yield f"local -a {name}=("
        yield from (f"    {_zsh_option(option)}" for option in options)
        yield ")"


def _zsh_command(command: Command) -> list[str]:
    specs = [_zsh_option(option) for option in command.own] + [f"${group}" for group in command.groups]
    *lines, last = ["_arguments -s -S", *(f"    {spec}" for spec in specs)]
    return [f"{shlex.quote(command.name)})", *(f"    {line} \\" for line in lines), f"    {last}", "    ;;"]


def _zsh_option(option: Option) -> str:
    """Return what `_arguments` takes: the names that exclude each other, the names, what it does, its value."""
    told = f"[{_escaped(option.summary, '[]:')}]"
    if option.metavar:
        told += f":{_escaped(option.metavar, ':')}:{_zsh_action(option)}"
    names = [_zsh_name(name, option) for name in option.names]
    if len(names) == 1:
        return shlex.quote(names[0] + told)
    exclusion = "" if option.is_repeatable else shlex.quote(f"({' '.join(option.names)})")
    return f"{exclusion}{{{','.join(map(shlex.quote, names))}}}{shlex.quote(told)}"


def _zsh_name(name: str, option: Option) -> str:
    value = ("=" if name.startswith("--") else "+") if option.metavar else ""
    return f"{'*' * option.is_repeatable}{name}{value}"


def _zsh_action(option: Option) -> str:
    if option.lookup:
        return "_files" if option.lookup == "file" else f"_bnacct_offer_{option.lookup}"
    if any(meaning for _, meaning in option.words):
        words = " ".join(f'"{word}:{_escaped(meaning, SPECIAL)}"' for word, meaning in option.words)
        return f"(({_escaped(words, ':')}))"
    words = " ".join(word for word, _ in option.words)
    return f"({words})" if words else " "


def fish(tree: Tree) -> str:
    """Return the script for fish."""
    return _filled(
        "bnacct.fish",
        commands=[
            f"complete -c bnacct -n \"__bnacct_in ''\" -a {command.name} -d {_fish_quoted(command.summary)}"
            for command in tree.top
        ]
        + [
            f'complete -c bnacct -n "__bnacct_in {family}" -a {command.word} -d {_fish_quoted(command.summary)}'
            for family in FAMILIES
            for command in tree.inner(family)
        ],
        families=[f"set -l families {' '.join(FAMILIES)}"],
        options=[_fish_option(option, commands) for option, commands in _commands_by_option(tree).items()],
        sections=_section_cases(tree, "case {key}; printf '%s\\n' {sections}"),
    )


def _commands_by_option(tree: Tree) -> dict[Option, list[str]]:
    found: dict[Option, list[str]] = {}
    for command in (tree.root, *tree.commands):
        for option in (*command.own, *tree.taken(command)):
            found.setdefault(option, []).append(command.name)
    return found


def _fish_option(option: Option, commands: list[str]) -> str:
    kind = "value" if option.metavar else "flag"
    is_open = " ".join(("__bnacct_in", *(f'"{name}"' if " " in name or not name else name for name in commands)))
    if not option.is_repeatable:
        is_open += f"; and __bnacct_lacks {kind} {' '.join(option.names)}"
    names = " ".join(f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names)
    value = f" {_fish_value(option)}" if option.metavar else ""
    return f"complete -c bnacct -n {_fish_quoted(is_open)} {names}{value} -d {_fish_quoted(option.summary)}"


def _fish_value(option: Option) -> str:
    if option.lookup:
        return "-r -F" if option.lookup == "file" else f"-x -a '(__bnacct_offer_{option.lookup})'"
    words = (f'{word}\\t"{_escaped(meaning, SPECIAL)}"' if meaning else word for word, meaning in option.words)
    listed = " ".join(words)
    return f"-x -a {_fish_quoted(listed)}" if listed else "-x"


def _fish_quoted(text: str) -> str:
    return "'" + _escaped(text, "'\\") + "'"


def _escaped(text: str, special: str) -> str:
    """Put a backslash before each of the special characters."""
    return re.sub(f"[{re.escape(special)}]", r"\\\g<0>", text)


# ---- Pages


def man(tree: Tree) -> str:
    """Return the man page."""
    return "\n".join(line for section in _man_sections(tree) for line in section) + "\n"


def _man_sections(tree: Tree) -> Iterator[list[str]]:
    examples = [text.strip() for text in tree.root.help.split("\n\n") if text.startswith("  ")]
    yield ['.\\" Written by completions/generate.py: change that.', f'.TH BNACCT 1 "" "bnacct {__version__}"']
    yield [".SH NAME", f"bnacct \\- {_roff(tree.root.summary[0].lower() + tree.root.summary[1:])}"]
    yield [".SH SYNOPSIS", ".B bnacct", ".I COMMAND", "[\\fIOPTION\\fR]..."]
    yield [".SH DESCRIPTION", *_man_paragraphs(tree.root.help)]
    yield [".SH COMMANDS"]
    for command in tree.commands:
        yield [f".SS {_roff(command.name)}", *_man_paragraphs(command.help)]
        yield from map(_man_option, _own(command, tree))
    yield [".SH OPTIONS"]
    for heading, shared in _shared(tree).items():
        yield _man_paragraphs(heading)
        yield from map(_man_option, shared)
    yield _man_paragraphs(EVERYWHERE)
    yield from map(_man_option, tree.root.own)
    for title, items in (("EXIT STATUS", _exit_statuses()), ("ENVIRONMENT", _variables(tree)), ("FILES", FILES)):
        yield [f".SH {title}"]
        yield from (_man_item(f"\\fB{_roff(name)}\\fR", meaning) for name, meaning in items.items())
    yield [".SH EXAMPLES", ".nf", *map(_roff, examples), ".fi"]


def _own(command: Command, tree: Tree) -> list[Option]:
    """Return a command's own options but those that bnacct itself has, too."""
    return [option for option in command.own if option not in tree.root.own]


def _shared(tree: Tree) -> dict[str, list[Option]]:
    """Return the options of groups under a heading that names the commands that take them."""
    found: dict[str, list[Option]] = {}
    for group, options in tree.groups.items():
        *names, last = (command.name for command in tree.commands if group in command.groups)
        heading = f"Options of {', '.join(names)} and {last}:" if names else f"Options of {last}:"
        found.setdefault(heading, []).extend(options)
    return found


def _man_paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a help text, without its examples, which are indented."""
    paragraphs = (each for each in text.split("\n\n") if not each.startswith(" "))
    return [line for each in paragraphs for line in (".PP", _roff(" ".join(each.split())))]


def _man_option(option: Option) -> list[str]:
    names = ", ".join(f"\\fB{_roff(name)}\\fR" for name in option.names)
    value = f" \\fI{_roff(option.metavar)}\\fR" if option.metavar else ""
    lines = _man_item(names + value, option.explanation)
    if any(meaning for _, meaning in option.words):
        inner = (_man_item(f"\\fB{_roff(word)}\\fR", meaning) for word, meaning in option.words)
        lines += [".RS", *(line for item in inner for line in item), ".RE"]
    return lines


def _man_item(tag: str, text: str) -> list[str]:
    return [".TP", tag, _roff(text)]


def _roff(text: str) -> str:
    """Escape a line of text; `Ⓢ` and its like become plain letters, which every terminal has."""
    escaped = unicodedata.normalize("NFKC", text).replace("\\", "\\e").replace("-", "\\-")
    escaped = "".join(each if each.isascii() else f"\\[u{ord(each):04X}]" for each in escaped)
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped


def _exit_statuses() -> dict[str, str]:
    """Say what each exit status means; failures that share one are joined."""
    statuses = {"0": "success; an empty list is one"}
    for ending in errors.endings():
        status = str(ending.exit_status)
        statuses[status] = f"{statuses[status]}; {ending.meaning}" if status in statuses else ending.meaning
    return {**statuses, str(errors.INTERRUPTED_EXIT): "interrupted"}


def _variables(tree: Tree) -> dict[str, str]:
    """Say what each environment variable is for."""
    credentials = {
        name: f"Or {name}_FILE, a file that holds it; or {name}_COMMAND, a command that prints it."
        for name in sources.CREDENTIALS
        if not name.endswith(("_FILE", "_COMMAND"))
    }
    named_in_help = (
        (re.search(r"\[(BNACCT_\w+)", option.help), option) for options in tree.groups.values() for option in options
    )
    settings = {found[1]: f"The same as {_long(option)}." for found, option in named_in_help if found}
    urls = {variable: f"In place of {hosts.BASE_URLS['live'][host]}." for host, variable in hosts.VARIABLES.items()}
    return {
        **credentials,
        **settings,
        **urls,
        sources.RECORD: "1 keeps every answer, as --record does.",
        sources.ARCHIVE: "Where: a path, or postgresql://USER@HOST/DATABASE. "
        f"Or {sources.ARCHIVE}_FILE, a file that holds it; or {sources.ARCHIVE}_COMMAND, a command that prints it.",
        sources.ALLOW_ANY_HOST: "1 allows those to be any host; it gets the key.",
    }


def _long(option: Option) -> str:
    return next(name for name in option.names if name.startswith("--"))


# ---- Writing


def generate() -> dict[Path, str]:
    """Return the text of every generated file."""
    tree = read_tree()
    return {
        FOLDER / "bnacct.bash": bash(tree),
        FOLDER / "_bnacct": zsh(tree),
        FOLDER / "bnacct.fish": fish(tree),
        FOLDER / "bnacct.1": man(tree),
    }


def main(arguments: list[str]) -> int:
    """Write what is out of date, or with --check only name it. Returns the exit status."""
    if arguments not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    texts = generate()
    stale = [path for path, text in texts.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in stale:
        if arguments:
            print(f"{path.relative_to(ROOT)} is out of date: run python completions/generate.py")
        else:
            path.write_text(texts[path], encoding="utf-8")
            print(f"Wrote {path.relative_to(ROOT)}.")
    return 1 if arguments and stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
