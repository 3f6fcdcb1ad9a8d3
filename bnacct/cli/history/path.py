"""`bnacct history path`: where the archive is."""

import typer

from bnacct import archive
from bnacct.cli import archives, streams
from bnacct.cli.options import Format, Placed, with_groups


@with_groups
def path(context: typer.Context, shared: Placed) -> None:
    """Print where the archive is, or would be; without its password.

    ls -l "$(bnacct history path)"
    """
    settings, _ = archives.settings(Format(), shared.place)
    streams.say(f"{archive.shown(archives.place(settings))}\n")
