"""Chooses rows for programs: their order, their fields, what is computed from them, and their sum."""

from collections.abc import Iterable, Sequence

from bnacct.output import layouts
from bnacct.output.added import with_added
from bnacct.output.choices import Selection
from bnacct.output.layouts import Layout
from bnacct.output.ordering import in_order
from bnacct.views import Row, Section, View, is_wanted

_PERCENT = " %"


def chosen(
    found: Iterable[Row], section: Section, view: View, selection: Selection, names: Sequence[str]
) -> tuple[Iterable[Row], list[str]]:
    """Return rows in the order and with the fields that were asked for, and notes about them.

    Where none were, a row keeps every field that was sent. Computed fields are there if they are named.
    """
    if section.sides and selection.wanted:
        found = (row for row in found if is_wanted(row, selection.wanted))
    layout = layouts.layout(view, section)
    computed = layout.computed(section)
    wanted = {*selection.fields, selection.sort.removeprefix("-")}
    if wanted & computed:
        found = with_added(section, layout, list(found), wanted)
    found = in_order(found, layout.columns(section), selection.sort)
    notes: list[str] = []
    last: list[Row] = []
    if selection.total:
        found = list(found)
        last, notes = _total(found, section, layout, names)
    if selection.fields:
        found = ({name: _bare(row.get(name), name in computed) for name in names} for row in found)
    elif dropped := (selection.hidden | (wanted & computed)):
        found = ({name: value for name, value in row.items() if name not in dropped} for row in found)
    return (found if not last else [*found, *last]), notes


def _total(found: Sequence[Row], section: Section, layout: Layout, names: Sequence[str]) -> tuple[list[Row], list[str]]:
    """Return the row that ends the others: "total", the sum, and nothing in the other fields."""
    from bnacct.views import amounts

    summed = layout.summed(section)
    total = amounts.total([row.get(summed) for row in found]) if found else "0"
    row: Row = {**dict.fromkeys(names), names[0]: "total", summed: total or None}
    return [row], [] if total else [f"No total: not every {summed} is known."]


def _bare(value: object, is_computed: bool) -> object:
    """Return a computed percentage as its number."""
    return value.removesuffix(_PERCENT) if is_computed and isinstance(value, str) else value
