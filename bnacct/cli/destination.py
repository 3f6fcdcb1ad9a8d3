"""Opens what the output is written to: stdout, or a file that appears only when the run has succeeded."""

import contextlib
import os
import stat
import sys
from collections.abc import Iterator
from typing import TextIO

from bnacct import errors


@contextlib.contextmanager
def opened(path: str | None, *, mode: int | None = None) -> Iterator[TextIO]:
    """Yield stdout, or with a path a new file beside it, which takes its place where the block succeeds.

    Some readings being missing (`errors.PartialError`) is success enough: what was read is kept. After any other
    failure the file at the path is as it was. Its mode is kept, or is `mode`; links are followed; what is no regular
    file, as a pipe or a device, is written directly. Raises `errors.OutputError`.
    """
    if path is None or path == "-":
        yield sys.stdout
        return
    try:
        target = os.path.realpath(os.path.expanduser(path))
        found = _mode(target)
        is_plain = stat.S_ISREG(found)
        permissions = mode or stat.S_IMODE(found)
        with _beside(target, permissions) if is_plain else open(target, "w", encoding="utf-8") as stream:
            yield stream
    except BrokenPipeError:
        raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "that is no name of a file"
        raise errors.OutputError(f"Cannot write {path}: {reason}.") from None


def _mode(target: str) -> int:
    """Return the mode of a file, or that of a new one."""
    try:
        return os.stat(target).st_mode
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return stat.S_IFREG | 0o666 & ~mask


@contextlib.contextmanager
def _beside(target: str, mode: int) -> Iterator[TextIO]:
    import tempfile

    folder, name = os.path.split(target)
    descriptor, temporary = tempfile.mkstemp(prefix=f".{name[:100]}.", dir=folder)
    failure = None
    try:
        with open(descriptor, "w", encoding="utf-8", newline="") as stream:
            try:
                yield stream
            except errors.PartialError as partial:
                failure = partial
            stream.flush()
            os.fchmod(descriptor, mode)
            os.fsync(descriptor)
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    if failure is not None:
        raise failure
