"""Chooses what a table shows of a section: which rows, in which order, with which columns; and notes what it hides."""

import itertools
from collections.abc import Sequence
from typing import NamedTuple

from bnacct.output import cells
from bnacct.output.choices import Selection
from bnacct.output.layouts import TREND, Layout
from bnacct.output.ordering import in_order
from bnacct.output.several import ACCOUNT
from bnacct.views import DATE, Column, Row, Section, derived, rows


class Contents(NamedTuple):
    """What a table shows of a section.

    columns: all that it can show, in its order.
    notes: what it hides.
    day: the one date of all rows, if only the latest snapshot is shown; else "".
    upright: the section is one row, shown as a row for each field: its name and its value.
    """

    section: Section
    layout: Layout
    columns: tuple[Column, ...]
    rows: list[Row]
    notes: list[str]
    day: str = ""
    upright: bool = False


class Look(NamedTuple):
    """Who sees it: a person or a pipe, on a screen with Unicode or without."""

    for_person: bool
    unicode: bool


_FIELD, _VALUE = Column("field", "text"), Column("value", "amount")


def contents(section: Section, layout: Layout, document: object, selection: Selection, look: Look) -> Contents:
    """Return what a table shows of a section of a document."""
    found = list(rows(section, document))
    columns = tuple([column for column in layout.columns(section) if look.for_person or column is not TREND])
    if section.single and not section.daily:
        names = selection.fields or [column.name for column in columns]
        upright = Section(section.name, (_FIELD, _VALUE), meaning=section.meaning)
        fields = _fields_as_rows(section, found, names, look)
        return Contents(upright, Layout(), upright.columns, fields, [], upright=True)
    latest_only = section.daily and not section.single and selection.section is None
    if not selection.fields:
        found = _with_derived(section, layout, found, look, latest_only=latest_only)
    notes: list[str] = []
    day = ""
    if latest_only:
        day = max((row[DATE.name] for row in found), default="")
        latest = [row for row in found if row[DATE.name] == day]
        if len(latest) < len(found):
            notes.append(f"{section.name}: {day} only; --section {section.name} shows every day.")
        found = latest
    if not selection.zero_rows and not section.single:
        found, hidden = without_zero_rows(found, section.columns, [column.name for column in columns])
        if hidden:
            notes.append(f"{section.name}: {hidden} hidden; --all shows them.")
    by_total = f"-{layout.total}" if layout.total else ""
    if not selection.sort and ACCOUNT in section.columns:
        # Accounts stay in the order in which they were asked.
        groups = [list(group) for _, group in itertools.groupby(found, lambda row: row[ACCOUNT.name])]
        ordered = [row for group in groups for row in in_order(group, section, by_total)]
    else:
        ordered = list(in_order(found, section, selection.sort or by_total))
    return Contents(section, layout, columns, ordered, notes, day=day)


def without_zero_rows(found: list[Row], columns: Sequence[Column], known: Sequence[str] = ()) -> tuple[list[Row], str]:
    """Return the rows in which some amount of these columns is not known to be zero, and words about the others.

    `known` names all fields that a table can show. If it is given, an amount in any other field keeps a row too.
    """
    names = frozenset(known)
    kept = [row for row in found if not cells.is_zero_row(row, columns) or (known and cells.has_more(row, names))]
    hidden = len(found) - len(kept)
    return kept, "" if not hidden else f"{hidden} all-zero {'row' if hidden == 1 else 'rows'}"


def _with_derived(section: Section, layout: Layout, found: list[Row], look: Look, *, latest_only: bool) -> list[Row]:
    if section.derived:
        found = [{**row, **section.derived(row)} for row in found]
    if layout.history:
        changed = derived.changes(section, layout.history, found)
        found = [{**row, **change} for row, change in zip(found, changed, strict=True)]
        if look.for_person:
            from bnacct.output import trend

            draw = trend.sparklines if latest_only else trend.bars
            drawn = draw(section, layout.history, found, unicode=look.unicode)
            found = [{**row, TREND.name: text} for row, text in zip(found, drawn, strict=True)]
    return found


def _fields_as_rows(section: Section, found: list[Row], names: Sequence[str], look: Look) -> list[Row]:
    """Turn a section of one row into a row for each of these fields."""
    profits = [column.name for column in section.columns if column.kind == "profit" and look.for_person]
    fields = []
    for row in found:
        whole = {**row, **(section.derived(row) if section.derived else {})}
        values = {name: cells.signed(whole.get(name)) if name in profits else whole.get(name) for name in names}
        fields += [{_FIELD.name: name, _VALUE.name: value} for name, value in values.items()]
    return fields
