"""Finds the places settings come from, in their order of precedence.

What the command line names (`-p`, then `--env-file`) comes first, then the environment, then the profile in
`BNACCT_PROFILE`, then `.env` in the working directory: that one folder, never its parents.
An empty value is unset. Values are taken literally, and nothing is ever exported.
"""

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from bnacct import errors
from bnacct.settings.files import exposure, read_text

SECRETS = ("BINANCE_API_SECRET", "BINANCE_PRIVATE_KEY", "BINANCE_PRIVATE_KEY_PASSPHRASE")
DIRECT_CREDENTIALS = ("BINANCE_API_KEY", *SECRETS)
CREDENTIALS = tuple(name + twin for name in DIRECT_CREDENTIALS for twin in ("", "_FILE", "_COMMAND"))
ALLOW_ANY_HOST = "BNACCT_ALLOW_ANY_HOST"
RECORD, ARCHIVE = "BNACCT_RECORD", "BNACCT_ARCHIVE"
# What would run a program, or send something where the user did not mean it to go.
_REFUSED_WHERE_FOUND = (ALLOW_ANY_HOST, RECORD, ARCHIVE, f"{ARCHIVE}_FILE")

PROFILE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}")
OURS = ("BINANCE_", "BNACCT_")
# An env file is a few lines; more is not one, and must not be read into memory. Whoever wrote a file that was found
# may want to keep the parser busy, so of that even less is read.
_LARGEST_ENV_FILE, _LARGEST_FOUND_FILE = 1 << 20, 1 << 13
# The parser takes time that grows with the square of such a run.
_LONGEST_GAP = re.compile(r"[^\S\r\n]{200}")


class Source(NamedTuple):
    """One place that may hold settings.

    `name` is how a message refers to it, and `folder` is where its paths start. `is_named` marks what the command line
    names, and `is_the_account` the profile among that: its credentials count, or none. `was_found` marks `.env` in the
    working directory, which the user may not have written. `profile` is the name of the profile that it is, "" for
    anything else. `warnings` are words about the place itself, like a secret that others can read; `unreadable` says
    why a found file has no values.
    """

    name: str
    values: Mapping[str, str]
    folder: Path
    is_named: bool = False
    is_the_account: bool = False
    was_found: bool = False
    profile: str = ""
    warnings: tuple[str, ...] = ()
    unreadable: str = ""

    def __repr__(self) -> str:
        return f"Source({self.name})"

    def get(self, variable: str) -> str | None:
        return self.values.get(variable) or None


def find(environ: Mapping[str, str], *, profile: str | None, env_file: str | None) -> list[Source]:
    """Return the sources, the first to be asked first.

    Raise `errors.ConfigError` for a file that was named and cannot be read, and for a `.env` that asks for what only
    a file chosen by the user may.
    """
    try:
        here = Path.cwd()
    except FileNotFoundError:
        raise errors.ConfigError(
            "The working directory does not exist any more.", hint="cd to one that does."
        ) from None
    except OSError as error:
        raise errors.ConfigError(f"The working directory cannot be read: {error.strerror}.") from None
    sources = []
    if profile is not None:
        sources.append(_profile(profile, environ)._replace(is_named=True, is_the_account=True))
    if env_file is not None:
        sources.append(_env_file(Path(os.path.expanduser(env_file)), env_file)._replace(is_named=True))
    sources.append(Source("the environment", environ, here))
    named_by_variable = environ.get("BNACCT_PROFILE")
    if named_by_variable and profile is None:
        sources.append(_profile(named_by_variable, environ))
    dotenv = here / ".env"
    # A folder called .env (a virtual environment, often) is none of ours. A working directory that this user may not
    # search has no .env.
    if os.path.isfile(dotenv) and not (env_file is not None and _is_same(dotenv, os.path.expanduser(env_file))):
        sources.append(_found_env_file(dotenv))
    return sources


def _is_same(one: Path, other: str) -> bool:
    try:
        return os.path.samefile(one, other)
    except (OSError, ValueError):
        return False


def of_credentials(sources: Sequence[Source]) -> Source | None:
    """Return the source whose credentials count: the first that has any part of them."""
    return next((source for source in sources if any(map(source.get, CREDENTIALS))), None)


def profile_folder(environ: Mapping[str, str]) -> Path:
    """Return the folder that holds `NAME.env`, one file a profile."""
    base = environ.get("XDG_CONFIG_HOME") or ""
    # The base directory specification: a path that is not absolute is ignored.
    if base.startswith("/"):
        return Path(base) / "bnacct"
    try:
        return Path.home() / ".config" / "bnacct"
    except RuntimeError:
        raise errors.ConfigError(
            "There is no home folder to look for profiles in.", hint="Set HOME or XDG_CONFIG_HOME."
        ) from None


def _profile(name: str, environ: Mapping[str, str]) -> Source:
    if not PROFILE_NAME.fullmatch(name):
        raise errors.UsageError(f"{name!r} is not a profile name: letters, digits, dot, dash and underscore only.")
    folder = profile_folder(environ)
    path = folder / f"{name}.env"
    if not _exists(path):
        known = ", ".join(sorted(file.stem for file in folder.glob("*.env"))) or "none"
        raise errors.ConfigError(
            f"There is no profile {name!r}.", hint=f"Profiles found: {known}. A profile is an env file: {path}"
        )
    return _env_file(path, f"profile {name!r}")._replace(profile=name)


def is_profile(name: str, environ: Mapping[str, str]) -> bool:
    """Say whether there is a profile of that name."""
    return PROFILE_NAME.fullmatch(name) is not None and _exists(profile_folder(environ) / f"{name}.env")


def _exists(path: Path) -> bool:
    """Say whether a file exists, as far as this user may know: reading it says what is wrong."""
    try:
        os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def _found_env_file(path: Path) -> Source:
    """Return the `.env` of the folder; one that cannot be read is empty: it may be another program's."""
    try:
        text = read_text(path, ".env", most=_LARGEST_FOUND_FILE, any_kind=False)
    except errors.ConfigError as unreadable:
        return Source(".env", {}, path.parent, was_found=True, unreadable=unreadable.message)
    return _refuse_what_runs_or_redirects(_parsed(text, path, ".env", ours_only=True)._replace(was_found=True))


def _env_file(path: Path, name: str) -> Source:
    # Process substitution (`--env-file <(pass show …)`) is a pipe, so any kind of file that was named is read.
    text = read_text(path, name, most=_LARGEST_ENV_FILE, any_kind=True)
    return _parsed(text, path, name, ours_only=False)


def _parsed(text: str, path: Path, name: str, *, ours_only: bool) -> Source:
    """Return what a file sets. A line that is not NAME=value is an error, with `ours_only` where it names ours."""
    import io

    if gap := _LONGEST_GAP.search(text):
        line = text.count("\n", 0, gap.start()) + 1
        raise errors.ConfigError(f"Cannot read {name}: line {line} has more white space than any setting.")
    from dotenv.parser import parse_stream

    values: dict[str, str] = {}
    for binding in parse_stream(io.StringIO(text)):
        if binding.error and (not ours_only or any(prefix in binding.original.string for prefix in OURS)):
            # The line itself may hold a secret, so the message gives only its number.
            blank_lines = len(binding.original.string) - len(binding.original.string.lstrip("\n"))
            raise errors.ConfigError(
                f"Cannot read {name}: line {binding.original.line + blank_lines} is not NAME=value.",
                hint="Quote values that hold spaces or quotes.",
            )
        if binding.key and binding.value and binding.key.startswith(OURS):
            values[binding.key] = binding.value
    exposed = exposure(path) if any(values.get(secret) for secret in SECRETS) else ""
    warnings = (f"{name} holds a secret and others can {exposed} it: chmod 600 {path}",) if exposed else ()
    return Source(name, values, path.absolute().parent, warnings=warnings)


def _refuse_what_runs_or_redirects(source: Source) -> Source:
    """A `.env` may have been prepared by somebody else: it must not run commands, free the choice of hosts, or keep."""
    for variable in source.values:
        if variable.endswith("_COMMAND") or variable in _REFUSED_WHERE_FOUND:
            raise errors.ConfigError(
                f".env in this folder sets {variable}, which is refused from there.",
                hint="It works from the environment, from a profile (-p), or where you name the file: --env-file .env",
            )
    return source
