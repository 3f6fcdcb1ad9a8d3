"""Lays tables out: which sections, rows and columns stand where, and what is said about those left out."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from bnacct.output import Screen, Selection, cells, chosen
from bnacct.output.columns import Line, Style, fitted, line
from bnacct.views import Column, Row, Section, View

# rich takes 350 µs a row, the plain writer three: past this many rows it draws no more.
_LARGEST_DRAWN_TABLE = 200


class Table(NamedTuple):
    """One section, laid out. `footer` is a last row apart from the others, one cell for each line."""

    title: str
    lines: list[Line]
    footer: list[str]
    blocks: bool = False


def render(
    view: View, document: Any, selection: Selection, screen: Screen, previous: Any = None
) -> tuple[str, list[str]]:
    """Return the text of all tables, and the notes that belong beside them.

    Cells that differ from those of `previous`, the document before, are marked where they grew or shrank.
    """
    layout = _Layout(selection, screen)
    sections = [selection.section] if selection.section else [view.section(name) for name in view.table]
    tables = [layout.table(section, document, previous) for section in sections]
    shown = [table for table in tables if table.lines]
    if view.note and not selection.section and shown:
        layout.notes.append(view.note)
    titled = len(sections) > 1
    if layout.style.for_person and sum(len(table.lines[0].cells) for table in shown) <= _LARGEST_DRAWN_TABLE:
        from bnacct.output import terminal

        return terminal.draw(shown, titled=titled, color=screen.color, encoding=screen.encoding), layout.notes
    from bnacct.output import plain

    return plain.draw(shown, titled=titled), layout.notes


class _Layout:
    """Lays out the sections of one answer for one screen, and gathers the notes."""

    def __init__(self, selection: Selection, screen: Screen) -> None:
        self.notes: list[str] = []
        self._selection = selection
        self._screen = screen
        arrows = ("↑", "↓") if screen.encoding.lower().startswith("utf") else ("^", "v")
        self.style = Style(screen.is_terminal or screen.color, arrows)

    def table(self, section: Section, document: Any, previous: Any) -> Table:
        found = self._rows(section, document)
        earlier = self._rows(section, previous, quietly=True) if previous is not None else None
        if section.single and not section.daily:
            derived = section.derived
            section = _UPRIGHT._replace(name=section.name)
            found, earlier = _upright(found, derived), earlier and _upright(earlier, derived)
        if not found:
            self.notes.append(f"{section.name}: nothing to show.")
            return Table(section.name, [], [])
        return self._laid_out(section, found, _matched(section, found, earlier))

    def _rows(self, section: Section, document: Any, *, quietly: bool = False) -> list[Row]:
        """Return the rows to show, in their order."""
        notes: list[str] = []
        found = chosen(section, document, self._selection._replace(fields=()))
        if section.single:
            known = [column.name for column in section.columns]
            return [{name: row.get(name) for name in known} for row in found]
        if section.daily and self._selection.section is None:
            latest = max((row["date"] for row in found), default="")
            kept = [row for row in found if row["date"] == latest]
            if len(kept) < len(found):
                notes.append(f"{section.name}: {latest} only; --section {section.name} shows every day.")
            found = kept
        if not self._selection.zero_rows:
            kept = [row for row in found if not cells.is_zero_row(row, section)]
            hidden = len(found) - len(kept)
            if hidden:
                rows = "all-zero row" if hidden == 1 else "all-zero rows"
                notes.append(f"{section.name}: {hidden} {rows} hidden; --all shows them.")
            found = kept
        if section.total and not self._selection.sort:
            from bnacct.output import ordering

            found = ordering.ordered(found, section, f"-{section.total}")
        if not quietly:
            self.notes += notes
        return found

    def _laid_out(self, section: Section, found: list[Row], before: list[Row | None]) -> Table:
        total = self._total(section, found)
        lines = [
            line(column, found, before, self.style, total if column.name == section.total else "")
            for column in self._columns(section)
        ]
        if self.style.for_person and any(column.owes for column in lines):
            self.notes.append(f"{section.name}: ! marks what is owed.")
        blocks = False
        if self._screen.width is not None and not self._selection.every_column:
            kept, blocks = fitted(lines, self._screen.width)
            if len(kept) < len(lines):
                names = ", ".join(column.column.name for column in lines if column not in kept)
                self.notes.append(f"{section.name}: no room for {names}; --wide shows every column.")
            lines = kept
        if not total:
            return Table(section.name, lines, [], blocks)
        footer = [column.cells[-1] if column.column.name == section.total else "" for column in lines]
        lines = [column.without_last_cell() if cell else column for column, cell in zip(lines, footer, strict=True)]
        return Table(section.name, lines, [footer[0] or "total", *footer[1:]] if any(footer) else [], blocks)

    def _columns(self, section: Section) -> list[Column]:
        fields = self._selection.fields
        if fields:
            by_name = {column.name: column for column in section.columns}
            return [by_name[name] for name in fields]
        if section.daily and not self._selection.every_column:
            return [column for column in section.columns if column.kind != "time"]  # the date says it
        return list(section.columns)

    def _total(self, section: Section, found: Sequence[Row]) -> str:
        """Return the sum under a column: for a person only, and not where it says nothing."""
        if not (section.total and self.style.for_person):
            return ""
        from bnacct.output import ordering

        total = ordering.total([row.get(section.total) for row in found])
        return "" if cells.is_zero(total) else total


_UPRIGHT = Section("", (Column("field", "text"), Column("value", "amount")))


def _upright(found: list[Row], derived: Any) -> list[Row]:
    """Turn a section of one row into a row for each of its fields, derived ones first."""
    fields = {**(derived(found[0]) if derived else {}), **found[0]}
    return [{"field": name, "value": value} for name, value in fields.items()]


def _matched(section: Section, found: list[Row], earlier: list[Row] | None) -> list[Row | None]:
    """Return for each row what it was in the reading before: {} where it is new, None where there was no reading."""
    if earlier is None:
        return [None] * len(found)
    identifiers = [column.name for column in section.columns if column.kind == "text"]
    by_identity = {tuple(str(row.get(name)) for name in identifiers): row for row in earlier}
    return [by_identity.get(tuple(str(row.get(name)) for name in identifiers), {}) for row in found]
