"""`bnacct completion`: prints the completion script of a shell."""

from typing import Annotated

import typer

from bnacct import errors
from bnacct.cli import generated, streams

SCRIPTS = {"bash": "bnacct.bash", "zsh": "_bnacct", "fish": "bnacct.fish"}


def completion(
    shell: Annotated[str, typer.Argument(metavar="|".join(SCRIPTS), help="The shell that will read the script.")],
) -> None:
    """Print the completion script of a shell.

      bnacct completion bash > ~/.local/share/bash-completion/completions/bnacct

      bnacct completion zsh > "${fpath[1]}/_bnacct"

      bnacct completion fish > ~/.config/fish/completions/bnacct.fish

    The script is static: pressing TAB starts no program.
    """
    if shell not in SCRIPTS:
        raise errors.not_one_of("SHELL", shell, list(SCRIPTS))
    streams.say(generated.text(SCRIPTS[shell]))
