"""`bnacct history import`: adds what `history export` wrote."""

import sys
from typing import Annotated, BinaryIO

import typer

from bnacct import errors
from bnacct.archive import transfer
from bnacct.cli import archives
from bnacct.cli.options import Format, Placed, with_groups
from bnacct.cli.stderr import Stderr
from bnacct.settings import Settings


@with_groups
def import_(
    context: typer.Context,
    shared: Placed,
    file: Annotated[str, typer.Argument(metavar="FILE", help="What export wrote; - is standard input.")],
) -> None:
    """Add the readings that export wrote. What is there already is left as it is.

    zcat archive.jsonl.gz | bnacct history import -
    """
    stderr: Stderr = context.obj
    stderr.quiet = shared.place.quiet
    settings, _ = archives.settings(Format(), shared.place)
    if file == "-":
        _import(stderr, settings, sys.stdin.buffer)
        return
    try:
        with open(file, "rb") as stream:
            _import(stderr, settings, stream)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "that is no name of a file"
        raise errors.UsageError(f"Cannot read {file}: {reason}.") from None


def _import(stderr: Stderr, settings: Settings, stream: BinaryIO) -> None:
    progress = transfer.Progress(0, 0)
    with archives.opened(settings, write=True) as kept:
        for progress in transfer.import_(stream, kept):
            stderr.log(f"{progress.seen} readings looked at, {progress.added} new")
    stderr.note(f"{progress.added} of {progress.seen} readings were new.")
