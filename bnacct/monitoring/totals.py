"""The one figure that many answers are added up for: `overview.total`, what an account is worth."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from bnacct.views import Column, Section, View

TOTAL = View("overview", (Section("total", (Column("total", "amount"),), single=True),))


class Total(NamedTuple):
    """What a total says. One that is not complete is no `value`: what was read of it is `partial`.

    Both are decimal strings or None. `lacks` says what is missing, "" where nothing is.
    """

    value: str | None
    bound: str
    partial: str | None
    lacks: str


def missing(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the wallets and assets that an overview's total lacks, in order of their names."""
    return tuple(sorted(str(part.get("wallet") or part.get("asset")) for part in document["total"]["missing"]))


def of(document: Mapping[str, Any]) -> Total:
    """Return the total of an overview's document."""
    total = document["total"]
    parts = [f"{part.get('wallet') or part.get('asset')}: {part['reason'].rstrip('.')}" for part in total["missing"]]
    lacks = "".join(parts[:1]) + (f", and {len(parts) - 1} more" if len(parts) > 1 else "")
    if total["isComplete"]:
        return Total(total["value"], total["bound"], None, lacks)
    return Total(None, total["bound"], total["value"], lacks)
