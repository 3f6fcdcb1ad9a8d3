"""Starts the process: tunes the collector and takes Ctrl-C before anything is imported, then hands over to `cli`."""

import atexit
import gc
import os
import signal
import sys
import threading
import warnings
from types import FrameType

# A one-shot run makes no garbage worth collecting, and at exit there is no use in looking for it: a fifth of the run.
gc.disable()
atexit.register(gc.freeze)

_IMPORTING = "<frozen importlib._bootstrap>"
# A module takes a few milliseconds to load.
_AGAIN_AFTER_S = 0.005


def main() -> int:
    """Run the program and return its exit status."""
    _shield_libraries()
    try:
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, _interrupt)
        from bnacct import cli

        status = cli.main()
        # What remains is the interpreter's own end, of which no traceback would tell anything.
        if signal.getsignal(signal.SIGINT) is _interrupt:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
        return 130 if _was_put_off() else status
    except KeyboardInterrupt:
        _was_put_off()
        return 130


def _shield_libraries() -> None:
    """Keep the libraries from saying what no user could act on, and from reading what they fail over."""
    # They warn of one another's versions, on stderr.
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    # A thread of theirs that fails says so with a traceback; what it was for fails in our words.
    threading.excepthook = lambda _: None
    # Read when the library is loaded, which fails where they are no numbers.
    for name in [name for name in os.environ if name.startswith("WEBSOCKETS_")]:
        del os.environ[name]


def _was_put_off() -> bool:
    """Say whether an interrupt still waits for a module, and let it wait no more: at its end the process would die of it."""
    return hasattr(signal, "setitimer") and signal.setitimer(signal.ITIMER_REAL, 0)[0] > 0


def _interrupt(_number: int, frame: FrameType | None) -> None:
    """Raise KeyboardInterrupt, but not while a module is being loaded.

    There it would be swallowed, or come out as another error: each library has its own half-loaded state.
    """
    while frame is not None:
        if frame.f_code.co_filename == _IMPORTING and hasattr(signal, "setitimer"):
            signal.signal(signal.SIGALRM, _interrupt)
            signal.setitimer(signal.ITIMER_REAL, _AGAIN_AFTER_S)
            return
        frame = frame.f_back
    raise KeyboardInterrupt


if __name__ == "__main__":
    raise SystemExit(main())
