"""`bnacct history copy`: copies the archive into a file or onto a server."""

from typing import Annotated

import typer

from bnacct import archive, errors
from bnacct.archive import transfer
from bnacct.cli import archives
from bnacct.cli.options import Format, Placed, with_groups
from bnacct.cli.stderr import Stderr


@with_groups
def copy(
    context: typer.Context,
    shared: Placed,
    to: Annotated[str, typer.Option("--to", metavar="PATH|URL", help="A file, or postgresql://USER@HOST/DATABASE.")],
) -> None:
    """Copy the archive: a backup, or the move to a server or back. Only what is missing there is copied.

      bnacct history copy --to /backup/archive.db

      bnacct history copy --to postgresql://recorder@db.example.com/balances

    One that was interrupted goes on when it is run again.
    """
    stderr: Stderr = context.obj
    stderr.quiet = shared.place.quiet
    if archive.holds_password(to):
        raise errors.UsageError(
            "--to holds a password, which every user of this machine can read there.",
            hint="PostgreSQL has places for it: PGPASSFILE (~/.pgpass), or a service file.",
        )
    settings, _ = archives.settings(Format(), shared.place)
    progress = transfer.Progress(0, 0)
    with archives.opened(settings) as source, archive.open(to, write=True) as target:
        with stderr.waiting(f"the copy to {target.shown}"):
            for step in transfer.copy(source, target):
                progress = step
        stderr.note(f"{progress.added} of {progress.seen} readings were new to {target.shown}.")
