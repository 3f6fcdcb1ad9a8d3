"""Finds the archive that the settings name, and whose readings in it are meant."""

import fnmatch
import os
from collections.abc import Sequence

from bnacct import archive
from bnacct.archive import Archive, Owner
from bnacct.cli import accounts, display, options
from bnacct.errors import ArchiveError, UsageError
from bnacct.readings import Account
from bnacct.settings import Settings, profiles
from bnacct.settings.sources import is_profile

_SANDBOX = "sandbox"


def place(settings: Settings) -> str:
    """Return the path or URL of the archive. Raise `errors.ConfigError`, `errors.ArchiveError`, `errors.UsageError`."""
    found = settings.archive or archive.default_path(os.environ)
    archive.is_url(found)  # what is neither a path nor a URL of PostgreSQL is refused before anything is asked
    return found


def opened(settings: Settings, *, write: bool = False) -> Archive:
    """Open the archive. Raise `errors.ArchiveError`, and what `place` raises."""
    return archive.open(place(settings), write=write)


def settings(
    form: options.Format, connection: options.Connection | options.Place, **knobs: str | None
) -> tuple[Settings, list[str]]:
    """Resolve the settings for reading the archive, and the names or patterns of accounts in it that were given.

    A profile that is no more may still have readings, so one that is named need not exist. `knobs` are as in
    `display.settings`.
    """
    given = connection.profile or []
    names = [given] if isinstance(given, str) else list(given)
    if isinstance(connection, options.Connection):
        is_one = len(names) == 1 and not connection.all_profiles and is_profile(names[0], os.environ)
        alone = connection._replace(profile=names if is_one else None, all_profiles=False)
        return display.settings(form, alone, **knobs), names
    is_one = bool(names) and is_profile(names[0], os.environ)
    return display.settings(form, connection._replace(profile=names[0] if is_one else None), **knobs), names


def chosen_names(kept: Archive, found: Settings, asked: Sequence[str], *, every: bool) -> list[str]:
    """Return the names of the accounts in the archive that were asked for, those of a pattern sorted."""
    known = sorted({owner.name for owner in kept.owners() if owner.environment == found.environment})
    names: list[str] = []
    for text in asked:
        matching = fnmatch.filter(known, text) if profiles.is_pattern(text) else [text]
        if not matching:
            raise ArchiveError(f"The archive holds no account like {text!r}.", hint=f"In it: {', '.join(known)}.")
        names += matching
    return list(dict.fromkeys([*names, *(known if every else [])]))


def one_account(
    form: options.Format, connection: options.Connection | options.Place, **knobs: str | None
) -> tuple[Settings, str]:
    """Resolve the settings as `settings` does, and the name of the one account, "" if none was given.

    Raise `errors.UsageError` where several are asked for.
    """
    if isinstance(connection, options.Connection) and accounts.are_several(connection):
        raise UsageError("This shows one account at a time.", hint="Name one with -p.")
    found, names = settings(form, connection, **knobs)
    return found, names[0] if names else ""


def owner_of(account: Account) -> Owner:
    """Return under whose name readings of an account are kept. The sandbox's key is another each time."""
    found = account.settings
    mark = "" if found.environment == _SANDBOX else found.credentials.masked_key
    return Owner(account.name or found.account_name, found.environment, mark)


def owner(kept: Archive, found: Settings, name: str = "", key_mark: str | None = None) -> Owner:
    """Return whose readings are meant, without resolving a key. Raise what `Archive.owner` raises."""
    mark = key_mark or ("" if found.environment == _SANDBOX else None if name else found.key_mark)
    return kept.owner(name or found.account_name, found.environment, mark, chosen=key_mark is not None)


def owners(kept: Archive, place: options.Place) -> Sequence[Owner] | None:
    """Return whose readings the options choose; None if they choose nothing."""
    given = (place.profile, place.environment, place.key_mark)
    if given == (None, None, None):
        return None
    chosen = [
        owner
        for owner in kept.owners()
        if all(want is None or have == want for have, want in zip(owner, given, strict=True))
    ]
    if not chosen:
        kept.owner(place.profile or "", place.environment or "", place.key_mark)
    return chosen
