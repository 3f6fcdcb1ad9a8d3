"""`bnacct history export`: writes the archive as JSON, a line for each reading."""

from typing import Annotated

import typer

from bnacct.archive import transfer
from bnacct.cli import archives, destination, streams
from bnacct.cli.options import Format, Placed, with_groups
from bnacct.cli.stderr import Stderr


@with_groups
def export(
    context: typer.Context,
    shared: Placed,
    to: Annotated[
        str | None, typer.Option("--to", metavar="FILE", help="Write to this file, which changes only on success.")
    ] = None,
) -> None:
    """Write the archive as JSONL, a line for each reading, with its body as it came.

    bnacct history export | gzip > archive.jsonl.gz

    bnacct history export | jq -r 'select(.error) | .error.message'
    """
    stderr: Stderr = context.obj
    stderr.quiet = shared.place.quiet
    settings, _ = archives.settings(Format(), shared.place)
    with archives.opened(settings) as kept, destination.opened(to) as stream:
        streams.write(stream, (line.encode() for line in transfer.export(kept)))
