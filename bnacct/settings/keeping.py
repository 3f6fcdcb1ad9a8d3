"""Resolves whether readings are kept, where, and under whose name; no key is needed for that."""

import os
from collections.abc import Sequence
from pathlib import Path

from bnacct import errors
from bnacct.settings.credentials import value
from bnacct.settings.sources import ARCHIVE, RECORD, Source, of_credentials

NO_PROFILE = "default"

_YES, _NO = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


def archive(sources: Sequence[Source]) -> str | None:
    """Return the path or URL that `BNACCT_ARCHIVE` names, or None. Raise `errors.ConfigError`."""
    for source in sources:
        place = value(source, ARCHIVE)
        if place:
            # As all paths of a source, it starts at the source's folder.
            return place if "://" in place else str(Path(source.folder, os.path.expanduser(place)))
    return None


def records(sources: Sequence[Source]) -> bool:
    """Return what `BNACCT_RECORD` says. Raise `errors.UsageError` where that is neither yes nor no."""
    for source in sources:
        text = source.get(RECORD)
        if text is not None:
            if text.lower() not in (*_YES, *_NO):
                raise errors.not_one_of(f"{RECORD} (from {source.name})", text, ["1", "0"])
            return text.lower() in _YES
    return False


def account_name(sources: Sequence[Source]) -> str:
    """Return the name of the profile whose credentials count; `default` where they are no profile's."""
    named = next((source for source in sources if source.is_the_account), None)
    owner = named or of_credentials(sources) or next((source for source in sources if source.profile), None)
    return (owner.profile if owner else "") or NO_PROFILE


def key_mark(sources: Sequence[Source]) -> str | None:
    """Return the end of the API key, as `Credentials.masked_key`, or None where only a file or a command has it."""
    owner = of_credentials(sources)
    key = owner.get("BINANCE_API_KEY") if owner else None
    return f"…{key[-4:]}" if key else None
