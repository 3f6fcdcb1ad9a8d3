"""Chooses what a table shows of a section: which rows, in which order, with what beside; and says what it hides."""

from collections.abc import Sequence
from typing import NamedTuple

from bnacct.output import Selection, cells, in_order
from bnacct.views import Column, Row, Section, derived, rows


class Contents(NamedTuple):
    """The rows of a section as a table shows them; `day` is the one day they are of, if they are of one alone."""

    section: Section
    rows: list[Row]
    notes: list[str]
    day: str = ""


class Look(NamedTuple):
    """How it is shown: to a person or in a pipe, on a screen that knows Unicode or not."""

    for_person: bool
    unicode: bool


# The first column of a section that has been turned upright.
UPRIGHT = "field"
_UPRIGHT = Section("", (Column(UPRIGHT, "text"), Column("value", "amount")))


def contents(section: Section, document: object, selection: Selection, look: Look) -> Contents:
    """Return what is shown of a section of a document."""
    found = list(rows(section, document))
    if section.single and not section.daily:
        upright = _upright(section, found, selection.fields or section.order(), look)
        return Contents(_UPRIGHT._replace(name=section.name, meaning=section.meaning), upright, [])
    latest_only = section.daily and not section.single and selection.section is None
    if not selection.fields:
        found = _with_derived(section, found, look, latest_only=latest_only)
    notes: list[str] = []
    day = ""
    if latest_only:
        day = max((row["date"] for row in found), default="")
        kept = [row for row in found if row["date"] == day]
        if len(kept) < len(found):
            notes.append(f"{section.name}: {day} only; --section {section.name} shows every day.")
        found = kept
    if not selection.zero_rows and not section.single:
        found, hidden = without_zero_rows(found, section.columns, section.order())
        if hidden:
            notes.append(f"{section.name}: {hidden} hidden; --all shows them.")
    if section.total and not selection.sort:
        selection = selection._replace(sort=f"-{section.total}")
    return Contents(section, list(in_order(found, section, selection)), notes, day)


def without_zero_rows(found: list[Row], columns: Sequence[Column], known: Sequence[str] = ()) -> tuple[list[Row], str]:
    """Return the rows with an amount that is not known to be zero in one of the columns, and words on the others.

    With `known`, the names of all fields that can be shown, an amount in any other field keeps a row too.
    """
    names = frozenset((*known, "trend"))
    kept = [row for row in found if not cells.is_zero_row(row, columns) or (known and cells.has_more(row, names))]
    hidden = len(found) - len(kept)
    return kept, "" if not hidden else f"{hidden} all-zero {'row' if hidden == 1 else 'rows'}"


def _with_derived(section: Section, found: list[Row], look: Look, *, latest_only: bool) -> list[Row]:
    if section.derived:
        found = [{**row, **section.derived(row)} for row in found]
    if section.history:
        changed = derived.changes(section, found)
        found = [{**row, **change} for row, change in zip(found, changed, strict=True)]
        if look.for_person:
            from bnacct.output import trend

            draw = trend.sparklines if latest_only else trend.bars
            drawn = draw(section, found, unicode=look.unicode)
            found = [{**row, "trend": line} for row, line in zip(found, drawn, strict=True)]
    return found


def _upright(section: Section, found: list[Row], names: Sequence[str], look: Look) -> list[Row]:
    """Turn a section of one row into a row for each of the fields named."""
    profits = [column.name for column in section.columns if column.kind == "profit" and look.for_person]
    upright = []
    for row in found:
        fields = {**row, **(section.derived(row) if section.derived else {})}
        values = {name: cells.signed(fields.get(name)) if name in profits else fields.get(name) for name in names}
        upright += [{UPRIGHT: name, "value": value} for name, value in values.items()]
    return upright
