"""Adds to rows what is computed from them: the side of a position, a ratio, how an amount changed, and its trend."""

from collections.abc import Collection

from bnacct.output.layouts import TREND, Layout
from bnacct.views import Row, Section, derived


def with_added(
    section: Section,
    layout: Layout,
    found: list[Row],
    wanted: Collection[str],
    *,
    sparkline: bool = False,
    unicode: bool = True,
) -> list[Row]:
    """Return the rows with those computed fields that are wanted, by name.

    A trend is a bar for each row, or with `sparkline` a line of all days.
    """
    if section.derived and any(column.name in wanted for column in section.added):
        found = [{**row, **section.derived(row)} for row in found]
    followed = [column.name for column in layout.followed if column.name in wanted]
    if [name for name in followed if name != TREND.name]:
        changed = derived.changes(section, layout.history, found)
        found = [
            {**row, **{name: value for name, value in change.items() if name in wanted}}
            for row, change in zip(found, changed, strict=True)
        ]
    if TREND.name in followed:
        from bnacct.output import trend

        draw = trend.sparklines if sparkline else trend.bars
        drawn = draw(section, layout.history, found, unicode=unicode)
        found = [{**row, TREND.name: text} for row, text in zip(found, drawn, strict=True)]
    return found
