"""Words Typer's usage errors: what was wrong, and one next step."""

import difflib
import re
import shlex
from collections.abc import Sequence
from typing import Any

from bnacct import errors

# What Click says of numbers, and what people call that.
_NOT_A_NUMBER = re.compile(r"is not a valid (int|integer|float)\b.*")
_OUT_OF_RANGE = re.compile(r"is not in the range (?:(\d+)<=)?x(?:<=(\d+)|>=(\d+))?.*")
_CLOSE_ENOUGH = 0.75


def failure(error: Any, arguments: Sequence[str]) -> errors.UsageError:
    """Return the failure for a usage error of Typer's; `arguments` are those of the whole line."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "bnacct"
    text, hint = error.format_message(), f"See: {path} --help"
    option, parameter = getattr(error, "option_name", None), getattr(error, "param", None)
    if option and text.startswith("No such option"):
        text, hint = f"There is no option {option}.", _instead(option, context, arguments) or hint
    elif option:
        text = f"{option} {'takes no' if 'does not take' in text else 'needs a'} value."
    elif parameter is not None and text.startswith("Missing"):
        text = f"{_name(parameter)} is missing."
    elif parameter is not None:
        text = f"{_name(parameter)}: {_reworded(error.message)}"
    elif stray := re.search(r"extra arguments?(?:\(s\))? \((.*)\)", text):
        text = f"{stray[1]!r} is not expected after {path}."
    elif text.startswith("No such command") and context is not None:
        hint = f"Commands: {', '.join(context.command.list_commands(context))}. {hint}"
    return errors.UsageError(text, hint=hint)


def _instead(option: str, context: Any, arguments: Sequence[str]) -> str | None:
    """Return what an option that does not exist was probably meant to be."""
    known = _options(context.command)
    long = [name for name in known if name.startswith("--")]
    close = [name for name in long if len(option) > 2 and name.startswith(option)]
    close = close or difflib.get_close_matches(option, long, n=2, cutoff=_CLOSE_ENOUGH)
    if close:
        return f"Did you mean {' or '.join(sorted(close))}?"
    root = context.find_root()
    names = root.command.list_commands(root)
    owners = [name for name in names if option in _options(root.command.get_command(root, name))]
    if not owners:
        return None
    if context is root:
        command = next((argument for argument in reversed(arguments) if argument in names), None)
        if command is None:
            return f"Options go after the command, as in: bnacct {owners[0]} {option}"
        at = len(arguments) - 1 - list(reversed(arguments)).index(command)
        rest = [*arguments[:at], *arguments[at + 1 :]]
        return f"Options go after the command: bnacct {command} {shlex.join(rest)}"
    return f"{option} is an option of {', '.join(owners)}."


def _options(command: Any) -> list[str]:
    return [name for each in command.params for name in (*each.opts, *each.secondary_opts) if name.startswith("-")]


def _name(parameter: Any) -> str:
    """Return what a parameter is called on the command line: the long name of an option."""
    names: list[str] = parameter.opts if parameter.param_type_name == "option" else [parameter.metavar]
    return max(names, key=len)


def _reworded(text: str) -> str:
    text = _NOT_A_NUMBER.sub("is not a whole number.", text)
    if found := _OUT_OF_RANGE.search(text):
        least, most, only_least = found.groups()
        reworded = f"is not from {least} to {most}." if most else f"is not {least or only_least} or more."
        text = text[: found.start()] + reworded
    return text
