"""Compares two documents of one view, exactly: what appeared, what is gone, and what changed."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from bnacct.views.rows import rows
from bnacct.views.terms import AMOUNTS, Kind, Row, Section, View

APPEARED, GONE, CHANGED = "appeared", "gone", "changed"
# The exchange began to say a value, or ceased to. Nothing moved.
BECAME_KNOWN, BECAME_UNKNOWN = "became known", "became unknown"

# Parts of the names of fields that move with prices while no amount does, the case apart.
_OF_VALUATIONS = (
    *("valuation", "ofbtc", "price", "notional", "unrealized", "unpnl", "ratio", "level", "available", "maxwithdraw"),
    *("maintmargin", "initialmargin", "marginbalance", "isolatedmargin"),
)
# Numbers that a row which is not there does not have: what is not held amounts to 0, but it has no price.
_OF_NO_AMOUNT = ("price", "level", "ratio", "rate", "leverage", "distance")

_Key = tuple[tuple[str, ...], int]
_Differing = tuple[str, object, object, str | None]


class Change(NamedTuple):
    """One field that differs.

    `row` says in which row, "" in a section of one row. `is_valuation` says that prices move the field too.
    `before`, `after` and `change` are exact decimal strings, or for a field that is no amount what stood there. What is
    unknown is None, and so is the change from it or to it.
    """

    section: str
    row: str
    field: str
    status: str
    is_valuation: bool
    before: object
    after: object
    change: str | None


def is_moved_by_prices(field: str) -> bool:
    """Return whether the name of an amount says that prices move it, too."""
    return _is_named(field, _OF_VALUATIONS)


def changes(
    view: View, before: Any, after: Any, is_valuation: Callable[[str], bool] = is_moved_by_prices
) -> list[Change]:
    """Return every field that differs between two documents; of each section amounts come first, then valuations.

    Rows are matched by what identifies them, and values by their worth: 1.0 is 1.00. Times are left out.
    `is_valuation` says of the name of an amount whether prices move it, too.
    """
    found = [change for section in view.sections for change in _in_section(section, before, after, is_valuation)]
    return sorted(found, key=lambda change: change.is_valuation)


def _in_section(section: Section, before: Any, after: Any, is_valuation: Callable[[str], bool]) -> Iterator[Change]:
    then, now = _by_identity(section, before), _by_identity(section, after)
    for key in dict.fromkeys([*then, *now]):
        one, other = then.get(key), now.get(key)
        label = "" if section.single else _label(key)
        for name, kind in _fields(section, one, other):
            if kind == "time":
                continue
            is_amount = kind in AMOUNTS
            found = _in_field(name, one, other, is_amount=is_amount)
            if found is not None:
                status, old, new, change = found
                valued = is_amount and is_valuation(name)
                yield Change(section.name, label, name, status, valued, old, new, change)


def _in_field(name: str, before: Row | None, after: Row | None, *, is_amount: bool) -> _Differing | None:
    """Return how a field differs, None where it does not: its status, what it was, what it is, and the change."""
    old, new = _value(before, name), _value(after, name)
    if before is None or after is None:
        value, status = (new, APPEARED) if before is None else (old, GONE)
        # Nothing appeared where there is nothing of it.
        if not is_amount or value is None or not _worth(value):
            return None
        change = None if _is_named(name, _OF_NO_AMOUNT) else _difference(new or "0", old or "0")
    elif _same(old, new, is_amount=is_amount):
        return None
    elif is_amount and (old is None or new is None):
        status, change = BECAME_KNOWN if old is None else BECAME_UNKNOWN, None
    else:
        status, change = CHANGED, _difference(new, old) if is_amount else None
    return status, old, new, change


def _by_identity(section: Section, document: Any) -> Mapping[_Key, Row]:
    """Return the rows by what identifies them; rows that nothing tells apart are told apart by their order."""
    found: dict[_Key, Row] = {}
    for row in rows(section, document):
        identity, number = section.identity(row), 0
        while (identity, number) in found:
            number += 1
        found[identity, number] = row
    return found


def _label(key: _Key) -> str:
    identity, number = key
    parts = [part for part in identity if part not in ("None", "")]
    return "/".join([*parts, str(number + 1)] if number else parts)


def _fields(section: Section, *found: Row | None) -> list[tuple[str, Kind]]:
    """Return the fields of a section with their kinds, and then those that the documents do not know yet."""
    kinds: dict[str, Kind] = {column.name: column.kind for column in section.columns}
    for row in found:
        for name in row or ():
            kinds.setdefault(name, "aside")
    return list(kinds.items())


def _is_named(name: str, parts: tuple[str, ...]) -> bool:
    return any(part in name.lower() for part in parts)


def _value(row: Row | None, name: str) -> Any:
    value = row.get(name) if row is not None else None
    return None if value == "" else value


def _same(old: object, new: object, *, is_amount: bool) -> bool:
    if old == new:
        return True
    if not is_amount or old is None or new is None:
        return False
    one, other = _worth(old), _worth(new)
    return one is not None and one == other


def _worth(value: object) -> Any:
    from bnacct.views import amounts

    return amounts.number(value)


def _difference(new: object, old: object) -> str | None:
    from bnacct.views import amounts

    return amounts.difference(new, old) or None
