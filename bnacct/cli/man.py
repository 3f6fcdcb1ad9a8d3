"""`bnacct man`: prints the manual page."""

import sys

from bnacct.cli import generated


def man() -> None:
    """Print the manual page, as man reads it.

    bnacct man | man -l -
    """
    sys.stdout.write(generated.text("bnacct.1"))
