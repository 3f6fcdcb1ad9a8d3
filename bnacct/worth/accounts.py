"""Adds several accounts up: each once, however many keys open it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from bnacct.worth import exact
from bnacct.worth.exact import Fraction
from bnacct.worth.report import Overview
from bnacct.worth.total import Bound

if TYPE_CHECKING:
    from bnacct.readings import Reading


class Counted(NamedTuple):
    """An account of a run: its name, what tells its key from others, its `uid`, and its overview; None is unknown."""

    name: str
    key: str
    uid: str | None
    overview: Overview | None


class GrandTotal(NamedTuple):
    """The sum of the accounts that were read, None where there is none; `asked` counts each account once."""

    value: Fraction | None
    bound: Bound
    read: int
    asked: int
    notes: tuple[str, ...]


def uid(reading: "Reading | None") -> str | None:
    """Return the account that GET /api/v3/account answers for, None where it does not say."""
    answer = reading.answer.document if reading is not None and reading.answer is not None else None
    found = answer.get("uid") if isinstance(answer, dict) else None
    return None if found in (None, "") else str(found)


def grand_total(accounts: Sequence[Counted]) -> GrandTotal:
    """Return the total of several accounts in one quote.

    Two keys of one account count once, by the overview that covers more. Where there are several accounts, one whose
    uid is unknown may be another of them: it is left out.
    """
    notes: list[str] = []
    groups: dict[str, list[Counted]] = {}
    by_key: dict[str, str] = {}
    for account in accounts:
        known = next((each.uid for each in accounts if each.key == account.key and each.uid is not None), account.uid)
        identity = by_key.setdefault(account.key, f"uid {known}" if known is not None else f"key {account.key}")
        groups.setdefault(identity, []).append(account)
    total, read = Fraction(0), 0
    bounds: list[Bound] = []
    for identity, group in groups.items():
        if len(group) > 1:
            notes.append(f"{' and '.join(each.name for each in group)} open one account: it is counted once.")
        found = [each.overview for each in group if each.overview is not None and each.overview.total.value is not None]
        if not found:
            bounds.append("unknown")
        elif identity.startswith("key ") and len(groups) > 1:
            notes.append(f"{group[0].name} is left out: it may be one of the other accounts, as its uid is unknown.")
            bounds.append("unknown")
        else:
            best = min((each.total for each in found), key=lambda each: _ORDER.index(each.bound))
            total += exact.total([best.value])
            bounds.append(best.bound)
            read += 1
    bound = max(bounds, key=_ORDER.index) if bounds else "exact"
    return GrandTotal(total if read else None, bound, read, len(groups), tuple(notes))


_ORDER: tuple[Bound, ...] = ("exact", "at least", "unknown")
