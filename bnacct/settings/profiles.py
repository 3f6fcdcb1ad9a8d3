"""Finds profiles: env files in one folder, named or matched by patterns."""

import fnmatch
from collections.abc import Mapping, Sequence
from pathlib import Path

from bnacct import errors
from bnacct.settings.sources import PROFILE_NAME, profile_folder

_WILDCARDS = "*?["


def found(environ: Mapping[str, str]) -> dict[str, Path]:
    """Return the file of each profile by its name, in the order of the names. Raise `errors.ConfigError`."""
    try:
        files = sorted(profile_folder(environ).glob("*.env"))
    except OSError as error:
        raise errors.ConfigError(f"The profiles cannot be listed: {error.strerror}.") from None
    return {file.stem: file for file in files if PROFILE_NAME.fullmatch(file.stem)}


def is_pattern(text: str) -> bool:
    """Say whether a text is a pattern of names rather than one name."""
    return any(character in text for character in _WILDCARDS)


def named(asked: Sequence[str], environ: Mapping[str, str], *, every: bool = False) -> list[str]:
    """Return the names of profiles, each once, in the order asked; those of a pattern are sorted.

    Raise `errors.ConfigError` for a name that is no profile, and for a pattern that none matches.
    """
    known = found(environ)
    names: list[str] = []
    for text in asked:
        if is_pattern(text):
            matching = [name for name in known if fnmatch.fnmatchcase(name, text)]
        else:
            matching = [text] if text in known else []
        if not matching:
            what = f"No profile matches {text!r}" if is_pattern(text) else f"There is no profile {text!r}"
            raise errors.ConfigError(f"{what}.", hint=_hint(known, environ))
        names += matching
    if every:
        if not known:
            raise errors.ConfigError("There are no profiles.", hint=_hint(known, environ))
        names += known
    return list(dict.fromkeys(names))


def _hint(known: Mapping[str, Path], environ: Mapping[str, str]) -> str:
    folder = profile_folder(environ)
    return f"Profiles found: {', '.join(known) or 'none'}. A profile is an env file: {folder / 'NAME.env'}"
