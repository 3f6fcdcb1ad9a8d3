"""The process as a whole: what Ctrl-C does while modules are being loaded."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

# Takes the place of a module of the standard library, and presses Ctrl-C where Python makes another error of it.
_INTERRUPTED = """
import os, signal

class Field:
    def __set_name__(self, owner, name):
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(1000):
            pass

class Half:
    field = Field()

get_close_matches = None
"""


@pytest.mark.parametrize("module", ["difflib", "mimetypes"])
def test_an_interrupt_while_modules_load_ends_with_130_and_prints_nothing(module: str, tmp_path: Path) -> None:
    # difflib is loaded with the command line, mimetypes by requests, during the call.
    (tmp_path / f"{module}.py").write_text(_INTERRUPTED)
    env = {**os.environ, "BNACCT_ENVIRONMENT": "sandbox", "PYTHONPATH": f"{tmp_path}:{Path(__file__).parent.parent}"}

    done = subprocess.run(
        [sys.executable, "-m", "bnacct", "user-assets", "--watch", "60"],
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=30,
        check=False,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )

    assert (done.returncode, done.stdout) == (130, b"")
    assert b"Traceback" not in done.stderr
    assert b"bug" not in done.stderr
