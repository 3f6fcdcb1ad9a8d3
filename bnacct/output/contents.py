"""Chooses what a table shows of a section: which rows, in which order, with which columns; and notes what it hides."""

import itertools
from collections.abc import Sequence
from typing import NamedTuple

from bnacct.output import cells
from bnacct.output.added import with_added
from bnacct.output.choices import Selection
from bnacct.output.layouts import TREND, Layout
from bnacct.output.ordering import in_order
from bnacct.output.several import ACCOUNT
from bnacct.views import DATE, Column, Kind, Row, Section, is_wanted, rows


class Contents(NamedTuple):
    """What a table shows of a section.

    columns: all that it can show, in its order.
    hidden_rows: how many rows it hides, all of whose amounts are zero.
    is_latest, day: it shows only the latest snapshot, of that date; "" if there is none.
    upright: the section is one row, shown as a row for each field: its name and its value, which is of one of `kinds`.
    unknown: the fields that no table shows, but whose amounts keep rows that would be hidden without them.
    """

    section: Section
    layout: Layout
    columns: tuple[Column, ...]
    rows: list[Row]
    hidden_rows: int = 0
    is_latest: bool = False
    day: str = ""
    upright: bool = False
    kinds: tuple[Kind, ...] = ()
    unknown: tuple[str, ...] = ()


class Look(NamedTuple):
    """Who sees it: a person or a pipe, on a screen with Unicode or without."""

    for_person: bool
    unicode: bool


_FIELD, _VALUE = Column("field", "text"), Column("value", "amount")


def contents(section: Section, layout: Layout, document: object, selection: Selection, look: Look) -> Contents:
    """Return what a table shows of a section of a document."""
    found = list(rows(section, document))
    if section.sides and selection.wanted:
        found = [row for row in found if is_wanted(row, selection.wanted)]
    seen = look.for_person or TREND.name in selection.fields
    columns = tuple([column for column in layout.columns(section) if seen or column is not TREND])
    names = selection.fields or [column.name for column in columns]
    wanted = {*names, selection.sort.removeprefix("-")}
    if section.single and not section.daily:
        upright = section._replace(columns=(_FIELD, _VALUE), derived=None, added=())
        found = with_added(section, layout, found, wanted)
        kinds = {column.name: column.kind for column in columns}
        fields = _fields_as_rows(found, names, kinds, look)
        of_fields = tuple([kinds[field[_FIELD.name]] for field in fields])
        return Contents(upright, Layout(), upright.columns, fields, upright=True, kinds=of_fields)
    is_latest = section.daily and not (section.single or selection.section or selection.among)
    found = with_added(section, layout, found, wanted, sparkline=is_latest, unicode=look.unicode)
    is_cut, day = False, ""
    if is_latest:
        day = max((row[DATE.name] for row in found), default="")
        latest = [row for row in found if row[DATE.name] == day]
        is_cut = len(latest) < len(found)
        found = latest
    hidden = 0
    unknown: list[str] = []
    if not selection.zero_rows and not section.single:
        kept, unknown = _without_zero_rows(found, section.columns, [column.name for column in columns])
        hidden = len(found) - len(kept)
        found = kept
    by_total = f"-{layout.summed(section)}" if layout.summed(section) else ""
    if not selection.sort and ACCOUNT in section.columns:
        # Accounts stay in the order in which they were asked.
        groups = [list(group) for _, group in itertools.groupby(found, lambda row: row[ACCOUNT.name])]
        ordered = [row for group in groups for row in in_order(group, columns, by_total)]
    else:
        ordered = list(in_order(found, columns, selection.sort or by_total))
    return Contents(section, layout, columns, ordered, hidden, is_cut, day, unknown=tuple(unknown))


def _without_zero_rows(
    found: list[Row], columns: Sequence[Column], known: Sequence[str]
) -> tuple[list[Row], list[str]]:
    """Return the rows in which some amount is not known to be zero, and the fields without which some would be.

    `known` names all fields that a table can show. An amount in any other field keeps a row too.
    """
    zeros = cells.zero_rows(found, columns)
    names = frozenset(known)
    unknown = {id(row): more for row in zeros if (more := cells.unknown_amounts(row, names))}
    hidden = {id(row) for row in zeros} - unknown.keys()
    kept = [row for row in found if id(row) not in hidden] if hidden else found
    return kept, list(dict.fromkeys(itertools.chain.from_iterable(unknown.values())))


def _fields_as_rows(found: list[Row], names: Sequence[str], kinds: dict[str, Kind], look: Look) -> list[Row]:
    """Turn a section of one row into a row for each of these fields."""
    fields = []
    for row in found:
        for name in names:
            value = cells.signed(row.get(name)) if kinds[name] == "profit" and look.for_person else row.get(name)
            fields.append({_FIELD.name: name, _VALUE.name: value})
    return fields
