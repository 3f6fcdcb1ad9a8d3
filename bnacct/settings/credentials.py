"""Resolves one set of credentials, taken whole from the first source that has any part of it."""

import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bnacct import errors
from bnacct.settings.files import exposure, read_text
from bnacct.settings.sources import CREDENTIALS, SECRETS, Source, of_credentials

if TYPE_CHECKING:
    import subprocess

_COMMAND_TIMEOUT_S = 60
_LARGEST_SECRET = 1 << 16


class Credentials:
    """An API key with its secret or private key (PEM). What is secret never shows: not in repr, not in a message."""

    def __init__(
        self, api_key: str, source: str, *, secret: str = "", private_key: str = "", passphrase: str = ""
    ) -> None:
        self.api_key = api_key
        self.source = source
        self.secret = secret
        self.private_key = private_key
        self.passphrase = passphrase

    def __repr__(self) -> str:
        return f"Credentials({self.masked_key}, from {self.source})"

    @property
    def masked_key(self) -> str:
        """The key as a person may see it: its last four characters."""
        return "…" + self.api_key[-4:]


class Resolver:
    """Resolves credentials when they are first asked for, since that may read files and run a command; once.

    Several threads may ask. A failure is not kept: the next to ask resolves again.
    """

    def __init__(self, sources: Sequence[Source], resolved: Credentials | None = None) -> None:
        self._sources = sources
        self._resolved = resolved
        self._was_asked = False
        self._resolving = threading.Lock()

    def credentials(self) -> Credentials:
        """Return the credentials. Raise `errors.ConfigError` where there are none, or only half of them."""
        with self._resolving:
            if self._resolved is None:
                self._was_asked = True
                self._resolved = resolve(self._sources)
            return self._resolved

    @property
    def warnings(self) -> tuple[str, ...]:
        """Words about the files that hold the credentials; none before these were asked for."""
        return exposed_files(self._sources) if self._was_asked else ()


def resolve(sources: Sequence[Source]) -> Credentials:
    """Return the credentials. Raise `errors.ConfigError` where there are none, or only half of them."""
    for source in sources:
        if any(source.get(variable) for variable in CREDENTIALS):
            return _from(source)
        if source.is_the_account:
            raise errors.ConfigError(f"{_subject(source)} holds no credentials.", hint=_what_to_set())
    unreadable = "".join(f" {source.unreadable}" for source in sources if source.unreadable)
    raise errors.ConfigError(
        f"No API key is set.{unreadable}",
        hint=f"{_what_to_set()} To try the tool without a key, add: -e sandbox",
    )


def _what_to_set() -> str:
    return (
        "Set BINANCE_API_KEY and BINANCE_API_SECRET (HMAC), or BINANCE_API_KEY and BINANCE_PRIVATE_KEY_FILE "
        "(RSA, Ed25519), in the environment or in .env."
    )


def _from(source: Source) -> Credentials:
    api_key = value(source, "BINANCE_API_KEY")
    secret, private_key, passphrase = (value(source, name) for name in SECRETS)
    if secret and private_key:
        raise errors.ConfigError(
            f"{_subject(source)} sets both BINANCE_API_SECRET and BINANCE_PRIVATE_KEY.",
            hint="A key is either HMAC or RSA/Ed25519: keep the one that belongs to it.",
        )
    if not api_key:
        raise errors.ConfigError(_half(source, "BINANCE_API_KEY"), hint="Both halves must come from one source.")
    if not (secret or private_key):
        raise errors.ConfigError(
            _half(source, "BINANCE_API_SECRET or BINANCE_PRIVATE_KEY"), hint="Both halves must come from one source."
        )
    _refuse_what_no_header_takes(source, "BINANCE_API_KEY", api_key)
    if secret:
        _refuse_what_no_header_takes(source, "BINANCE_API_SECRET", secret)
    return Credentials(
        api_key, source.name, secret=secret or "", private_key=private_key or "", passphrase=passphrase or ""
    )


def _half(source: Source, missing: str) -> str:
    present = next(variable for variable in CREDENTIALS if source.get(variable))
    return f"{_subject(source)} sets {present}, but not {missing}."


def _subject(source: Source) -> str:
    return source.name.replace("the environment", "The environment")


def value(source: Source, name: str) -> str | None:
    """Return a value of the source: set directly, or through its `_FILE` or `_COMMAND` twin."""
    direct, file, command = (source.get(name + twin) for twin in ("", "_FILE", "_COMMAND"))
    if sum(value is not None for value in (direct, file, command)) > 1:
        raise errors.ConfigError(f"{_subject(source)} sets {name} in more than one way (_FILE, _COMMAND): keep one.")
    if file:
        return _read(name, _path(source, file), any_kind=not source.was_found)
    if command:
        return _run(name, command, source.folder)
    return direct


def exposed_files(sources: Sequence[Source]) -> tuple[str, ...]:
    """Return a warning for each file that holds a secret of the credentials that count, and that others can read."""
    source = of_credentials(sources)
    if source is None:
        return ()
    named = [_path(source, file) for name in SECRETS if (file := source.get(f"{name}_FILE"))]
    # What a found .env names may be anything, so no advice on its mode.
    return tuple(
        f"{path} is used as a secret, and others can {exposed} it{'.' if source.was_found else f': chmod 600 {path}'}"
        for path in named
        if (exposed := exposure(path))
    )


def _path(source: Source, file: str) -> Path:
    return source.folder / os.path.expanduser(file)


def _read(name: str, path: Path, *, any_kind: bool) -> str:
    value = read_text(path, f"{name}_FILE, {path}", most=_LARGEST_SECRET, any_kind=any_kind).strip()
    if not value:
        raise errors.ConfigError(f"{name}_FILE, {path}, is empty.")
    return value


def _run(name: str, command: str, folder: Path) -> str:
    import shlex
    import subprocess

    try:
        arguments = shlex.split(command)
        if not arguments:
            raise errors.ConfigError(f"{name}_COMMAND is empty.")
        # No shell: what the user wrote is what runs. Its stderr is left alone, as it may ask for a touch or a PIN.
        with subprocess.Popen(  # noqa: S603
            arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, cwd=folder
        ) as process:
            printed, status = _outcome(name, process)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its quotes do not match"
        raise errors.ConfigError(f"Cannot run {name}_COMMAND: {reason}.") from None
    if status != 0:
        raise errors.ConfigError(f"{name}_COMMAND failed with exit status {status}.")
    value = printed.decode("utf-8", "replace").strip()
    if not value:
        raise errors.ConfigError(f"{name}_COMMAND printed nothing.")
    return value


def _outcome(name: str, process: "subprocess.Popen[bytes]") -> tuple[bytes, int]:
    """Return what a command printed and its exit status; one that prints without end, or does not end, is killed."""
    import threading

    timer = threading.Timer(_COMMAND_TIMEOUT_S, process.kill)
    timer.start()
    try:
        printed = process.stdout.read(_LARGEST_SECRET + 1) if process.stdout else b""
        if len(printed) > _LARGEST_SECRET:
            raise errors.ConfigError(f"{name}_COMMAND printed more than {_LARGEST_SECRET} bytes, which is no secret.")
        status = process.wait()
    finally:
        was_running = timer.is_alive()
        timer.cancel()
        process.kill()
    if not was_running:
        raise errors.ConfigError(f"{name}_COMMAND did not end within {_COMMAND_TIMEOUT_S} s.")
    return printed, status


def _refuse_what_no_header_takes(source: Source, name: str, value: str) -> None:
    if not (value.isascii() and value.isprintable()) or " " in value:
        raise errors.ConfigError(
            f"{name} from {source.name} has white space or characters that no key has.",
            hint="It was probably copied with a line break or a neighbour. Paste it again.",
        )
