"""`bnacct history verify`: whether the archive holds what was put into it."""

import typer

from bnacct import errors
from bnacct.archive import verification
from bnacct.cli import archives, streams
from bnacct.cli.options import Format, Placed, with_groups
from bnacct.cli.stderr import Stderr
from bnacct.output.escapes import visible


@with_groups
def verify(context: typer.Context, shared: Placed) -> None:
    """Check the storage, the hash of every body, and that nothing is missing.

    bnacct history verify && bnacct history copy --to backup.db
    """
    stderr: Stderr = context.obj
    stderr.quiet = shared.place.quiet
    settings, _ = archives.settings(Format(), shared.place)
    with archives.opened(settings) as kept:
        found = verification.verify(kept)
        where = kept.shown
    streams.say(f"{found.readings} readings, {found.bodies} bodies, {len(found.problems)} problems\n")
    streams.say("".join(f"{visible(problem)}\n" for problem in found.problems))
    if found.problems:
        raise errors.ArchiveError(
            f"The archive {where} has {len(found.problems)} problems.",
            hint="It was left as it is. Restore a copy, or copy what is sound into a new one: history copy --to.",
        )
