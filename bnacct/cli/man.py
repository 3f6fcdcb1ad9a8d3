"""`bnacct man`: prints the manual page."""

from bnacct.cli import generated, streams


def man() -> None:
    """Print the manual page, as man reads it.

    bnacct man | man -l -
    """
    streams.say(generated.text("bnacct.1"))
