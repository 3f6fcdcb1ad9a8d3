"""Runs bnacct with little memory, to see that no answer takes more."""

import subprocess
import sys

from tests.conftest import Outcome

# What does not fit fails with MemoryError, which is status 1.
_BOUNDED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (384 << 20, 384 << 20))
from bnacct import cli
raise SystemExit(cli.main(sys.argv[1:]))
"""


def run_bounded(*arguments: str) -> Outcome:
    """Run bnacct as a process that can have 384 MiB, libraries included, and no more."""
    done = subprocess.run([sys.executable, "-c", _BOUNDED, *arguments], capture_output=True, timeout=60, check=False)
    return Outcome(done.returncode, done.stdout, done.stderr.decode())
