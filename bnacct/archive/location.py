"""Says where an archive is: the path of a file, or the URL of a PostgreSQL database."""

import re
from collections.abc import Mapping

from bnacct.errors import ArchiveError, UsageError

# Patterns are compiled where they are needed: for a file, which most archives are, none is.
_SCHEME = r"([A-Za-z][A-Za-z0-9+.-]+)://"
# Anything else is read one way by some parsers and another way by others, and a password must not slip through.
_HOST = r"(?:\[[0-9A-Fa-f:.%]+\]|[^:,@/?#\[\]\s]*)(?::[0-9]*)?"
_URL = (
    r"postgres(?:ql)?://(?:(?P<user>[^:@/?#\s]*)(?P<password>:[^@/?#\s]*)?@)?"
    rf"(?P<place>{_HOST}(?:,{_HOST})*(?:/[^@?#\s]*)?)(?:\?(?P<parameters>[^@#\s]*))?"
)
_HIDDEN_PARAMETER = r"(?:^|&)(?:ssl)?p(?:a|%61)(?:s|%73){2}word="


def is_url(location: str) -> bool:
    """Say whether a location is a PostgreSQL URL. Raise `errors.UsageError` for a URL of anything else."""
    found = re.match(_SCHEME, location) if "://" in location else None
    if found is None:
        return False
    if found[1] not in ("postgresql", "postgres"):
        raise UsageError(
            f"An archive is a file or a PostgreSQL database, not {found[1]}://",
            hint="Name a path, or postgresql://USER@HOST/DATABASE",
        )
    if re.fullmatch(_URL, location) is None:
        raise UsageError(
            "The address of the archive is not a URL that can be read with certainty.",
            hint="It is postgresql://USER@HOST/DATABASE; what is special in a part of it is written as %40, %2F, %3A.",
        )
    return True


def holds_password(location: str) -> bool:
    """Say whether a location has a password in it, which the command line is no place for: others can list it."""
    found = re.fullmatch(_URL, location) if is_url(location) else None
    return found is not None and bool(
        (found["password"] or "") > ":" or re.search(_HIDDEN_PARAMETER, found["parameters"] or "", re.IGNORECASE)
    )


def shown(location: str) -> str:
    """Return a location as a person may see it: a URL without its password and its parameters."""
    found = re.fullmatch(_URL, location) if is_url(location) else None
    if found is None:
        return location
    user = f"{found['user']}@" if found["user"] else ""
    return f"postgresql://{user}{found['place']}"


def default_path(environ: Mapping[str, str]) -> str:
    """Return where the archive is kept if nothing else is said. Raise `errors.ArchiveError` without a home folder."""
    from pathlib import Path

    base = environ.get("XDG_DATA_HOME") or ""
    # The base directory specification: a path that is not absolute is ignored.
    if not base.startswith("/"):
        try:
            base = str(Path.home() / ".local" / "share")
        except RuntimeError:
            base = ""
    if not base:
        raise ArchiveError("There is no home folder to keep an archive in.", hint="Name a file in BNACCT_ARCHIVE.")
    return f"{base}/bnacct/archive.db"
