"""`bnacct history init`: makes the archive, or brings it up to date."""

from typing import Annotated

import typer

from bnacct import archive
from bnacct.cli import archives, streams
from bnacct.cli.options import Format, Placed, with_groups
from bnacct.cli.stderr import Stderr


@with_groups
def init(
    context: typer.Context,
    shared: Placed,
    writer: Annotated[
        str, typer.Option("--writer", metavar="ROLE", help="The PostgreSQL role that records.")
    ] = "bnacct_writer",
) -> None:
    """Make the archive, or bring it up to date. A file needs none of it.

      BNACCT_ARCHIVE=postgresql://owner@db/balances bnacct history init --writer recorder

    For PostgreSQL it prints what lets a role add readings, and neither change nor remove them: run that as the owner.
    """
    stderr: Stderr = context.obj
    stderr.quiet = shared.place.quiet
    settings, _ = archives.settings(Format(), shared.place)
    place = archives.place(settings)
    with archive.init(place) as kept:
        stderr.note(f"The archive {kept.shown} is ready.")
    if archive.is_url(place):
        streams.say("".join(f"{statement}\n" for statement in archive.grants(writer)))
