"""Reads env files and files that hold secrets: bounded, and without waiting for anything but a file that was chosen."""

import os
import stat
from pathlib import Path

from bnacct import errors


def read_text(path: Path, what: str, *, most: int, any_kind: bool) -> str:
    """Return a file's text of at most `most` bytes.

    Raise `errors.ConfigError`, which calls the file `what` and holds nothing of it. Without `any_kind`, only a plain
    file that can be read at once is read: a pipe that nobody writes to, or a log of the kernel, would hold the run.
    """
    try:
        with open(path, "rb", opener=None if any_kind else _open_at_once) as stream:
            if not any_kind and not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise errors.ConfigError(f"Cannot read {what}: it is no plain file.")
            # Where nothing is there to be read at once, that is None.
            data = stream.read(most + 1) or b""
    except OSError as error:
        raise errors.ConfigError(f"Cannot read {what}: {error.strerror}.") from None
    except ValueError:
        raise errors.ConfigError(f"Cannot read {what}: that is no name of a file.") from None
    if len(data) > most:
        raise errors.ConfigError(f"Cannot read {what}: it is longer than {most} bytes.")
    text = _decoded(data)
    if text is None:
        raise errors.ConfigError(f"Cannot read {what}: it is not UTF-8 text.")
    return text


def _open_at_once(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _decoded(data: bytes) -> str | None:
    # Not raised from within: the exception holds the data.
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def exposure(path: Path) -> str:
    """Return what others than the owner can do with a plain file: "read", "change", or "" for neither."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return ""
    if os.name != "posix" or not stat.S_ISREG(mode):
        return ""
    if mode & (stat.S_IRGRP | stat.S_IROTH):
        return "read"
    return "change" if mode & (stat.S_IWGRP | stat.S_IWOTH) else ""
