"""Finds misspelt settings, and the names they were meant to be."""

from collections.abc import Iterable, Sequence

from bnacct.settings.hosts import VARIABLES
from bnacct.settings.sources import ALLOW_ANY_HOST, ARCHIVE, CREDENTIALS, RECORD, Source

_OWN = "BNACCT_"
_CLOSE_ENOUGH = 0.8


def unknown(sources: Sequence[Source], knobs: Iterable[str]) -> list[tuple[str, str, str]]:
    """Return the misspelt variables, each with its name, its source, and the nearest name or "".

    `knobs` are the names of the settings that options have too. Other programs have variables that start with
    BINANCE_, so of these only the misspelt ones count.
    """
    kept = (RECORD, ARCHIVE, f"{ARCHIVE}_FILE", f"{ARCHIVE}_COMMAND")
    named = ("BNACCT_PROFILE", "BNACCT_SANDBOX_ACCOUNT", *knobs)
    known = (*CREDENTIALS, ALLOW_ANY_HOST, *kept, *VARIABLES.values(), *named)
    strangers = [
        (name, source.name)
        for source in sources
        for name in sorted(source.values)
        if name.startswith((_OWN, "BINANCE_")) and name not in known
    ]
    if not strangers:
        return []
    import difflib

    near = [(name, of, difflib.get_close_matches(name, known, n=1, cutoff=_CLOSE_ENOUGH)) for name, of in strangers]
    return [(name, of, close[0] if close else "") for name, of, close in near if close or name.startswith(_OWN)]
