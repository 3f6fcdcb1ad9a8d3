"""`bnacct help`: shows the help of bnacct or of a command."""

from typing import Annotated

import typer

from bnacct.cli import streams


def help(
    context: typer.Context,
    command: Annotated[str, typer.Argument(metavar="[COMMAND]", help="The command to explain.")] = "",
) -> None:
    """Show the help of bnacct, or of a command.

    bnacct help user-assets
    """
    asked = context.parent or context
    if command:
        group = asked.command
        name, found, _ = group.resolve_command(asked, [command])  # type: ignore[attr-defined]
        asked = found.make_context(name, [], parent=asked, resilient_parsing=True)
    streams.say(asked.get_help() + "\n")
