"""Writes to stdout, in one place: whatever the locale, and with failures that name it."""

import codecs
import contextlib
import os
import sys
from collections.abc import Iterable, Iterator
from typing import TextIO

from bnacct import errors, output

# Named in `make_robust`, and looked up by the codecs.
_ERRORS = "bnacct-plain"


def make_robust() -> None:
    """Let every stream take every text: what its encoding lacks becomes its plain form (S for a circled S), or `\\u24c8`."""
    codecs.register_error(_ERRORS, _plain)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):  # closed, or replaced by a test
            stream.reconfigure(errors=_ERRORS)  # type: ignore[union-attr]


def write(stream: TextIO, pieces: Iterable[bytes]) -> None:
    """Write pieces of output. Raise `errors.OutputError` where stdout cannot take them, and BrokenPipeError."""
    with _blamed(stream):
        output.write(stream, pieces)


def say(text: str) -> None:
    """Write text for a person to stdout. Raise `errors.OutputError`, and BrokenPipeError."""
    with _blamed(sys.stdout):
        # Not through the text layer, which loses what an unbuffered stream does not take at once.
        output.write(sys.stdout, [text.encode(sys.stdout.encoding, sys.stdout.errors or "strict")])


def flush_stdout() -> None:
    """Write what is left in the buffer. Raise `errors.OutputError`, and BrokenPipeError."""
    if sys.stdout is not None:
        with _blamed(sys.stdout):
            sys.stdout.flush()


def of_typer(error: OSError) -> errors.OutputError | None:
    """Return the failure to write --help, which Typer does by itself; None where the error comes from elsewhere."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    if place is None or not place.tb_frame.f_globals.get("__name__", "").startswith("typer."):
        return None
    return _unwritable(error)


def abandon_stdout() -> None:
    """Keep the interpreter from failing once more when it flushes stdout at exit."""
    with contextlib.suppress(AttributeError, ValueError, OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextlib.contextmanager
def _blamed(stream: TextIO) -> Iterator[None]:
    """Blame stdout for a failure to write to it. A file that `--to` names is blamed where it was opened."""
    try:
        yield
    except BrokenPipeError:
        raise
    except (OSError, ValueError, AttributeError) as error:
        if stream is not sys.stdout:
            raise
        raise _unwritable(error) from None


def _unwritable(error: Exception) -> errors.OutputError:
    reason = getattr(error, "strerror", None) or "stdout is closed"
    return errors.OutputError(f"The output cannot be written: {reason}.")


def _plain(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    from unicodedata import normalize

    found = error.object[error.start : error.end]
    plain = normalize("NFKC", found)
    try:
        plain.encode(error.encoding)
    except UnicodeEncodeError:
        return codecs.backslashreplace_errors(error)
    return plain, error.end
