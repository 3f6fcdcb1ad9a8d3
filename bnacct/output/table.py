"""Lays tables out: which sections and columns stand where, and what is said about those left out."""

from collections.abc import Iterable, Sequence
from typing import Any

from bnacct import views
from bnacct.output import cells, layouts
from bnacct.output.choices import Screen, Selection
from bnacct.output.columns import LONGEST_NAME, Style, fitted, table_column
from bnacct.output.contents import Contents, Look, contents, without_zero_rows
from bnacct.output.grid import Blocks, Table, TableColumn, total_width
from bnacct.output.layouts import Layout
from bnacct.views import Column, Row, Section, View
from bnacct.views.derived import missing_days

# rich takes 350 µs a row, the plain writer three: rich draws no more rows than this.
_LARGEST_DRAWN_TABLE = 200


def render(
    view: View, document: Any, selection: Selection, screen: Screen, previous: Any = None
) -> tuple[Iterable[str], list[str]]:
    """Return the text of all tables, line by line if they are long, and the notes that belong beside them.

    Cells that grew or shrank since `previous`, the document before, are marked.
    """
    arranging = _Arranging(selection, screen)
    sections = [selection.section] if selection.section else layouts.sections(view)
    shown = [
        table
        for section in sections
        for table in arranging.tables(section, layouts.layout(view, section), document, previous)
    ]
    if view.envelope:
        arranging.name_missing_days(views.dates(document))
    if view.note and not selection.section and shown:
        arranging.notes.append(view.note)
    titled = len(sections) > 1 or len(shown) > 1
    if arranging.for_person and sum(table.height for table in shown) <= _LARGEST_DRAWN_TABLE:
        from bnacct.output import terminal

        return [terminal.draw(shown, titled=titled, screen=screen)], arranging.notes
    from bnacct.output import plain

    return plain.draw(shown, titled=titled, width=screen.width), arranging.notes


class _Arranging:
    """Arranges the sections of one answer for one screen, and gathers the notes."""

    def __init__(self, selection: Selection, screen: Screen) -> None:
        self.notes: list[str] = []
        self.for_person = screen.is_for_person
        self._selection = selection
        self._width = None if selection.every_column else screen.width
        unicode = screen.encoding.lower().startswith("utf")
        self._look = Look(self.for_person, unicode)
        self._style = Style(self.for_person, whole_names=selection.every_column)
        if not unicode:
            self._style = self._style._replace(arrows=("^", "v"), ellipsis="...")

    def name_missing_days(self, dates: list[str]) -> None:
        missing = missing_days(dates)
        if missing:
            self.notes.append(f"no snapshot of {', '.join(missing)}; a change there spans more than a day.")

    def tables(self, section: Section, layout: Layout, document: Any, previous: Any) -> list[Table]:
        """Return the tables that show a section: one, or one for each part if they do not fit side by side."""
        now = contents(section, layout, document, self._selection, self._look)
        self.notes += now.notes
        if not now.rows:
            self.notes.append(f"{section.name}: nothing to show.")
            return []
        before: list[Row | None] = [None] * len(now.rows)
        if previous is not None:
            before = _before(now, contents(section, layout, previous, self._selection, self._look))
        arranged = self._arranged(now, before)
        self._note_marks(section, layout, arranged)
        return arranged

    def _arranged(self, now: Contents, before: list[Row | None]) -> list[Table]:
        shown = self._shown_columns(now)
        total = self._total(now) if now.layout.total in [column.name for column in shown] else ""
        columns = [
            table_column(column, now.rows, before, self._style, total if column.name == now.layout.total else "")
            for column in shown
        ]
        whole = Table(self._title(now), columns, [], self._meaning(now.section), upright=now.upright)
        whole = _with_footer(whole, now.layout, total)
        if self._width is None or total_width(columns) <= self._width:
            return [whole]
        return self._in_parts(now, before) or [self._narrowed(whole, now, total, self._width)]

    def _narrowed(self, whole: Table, now: Contents, total: str, width: int) -> Table:
        """Return a table with the columns that fit, or with a block for each row if too few would."""
        name = now.section.name
        kept = fitted(whole.columns, width, now.layout.needed)
        if kept is None:
            zeros = self._selection.zero_rows
            if not zeros and any("nothing" in column.tones for column in whole.columns):
                self.notes.append(f"{name}: zeros are left out; --all shows them.")
            return whole._replace(blocks=Blocks(width, zeros))
        self._note_left_out(name, [column for column in whole.columns if column not in kept])
        if total and now.layout.total not in [column.name for column in kept]:
            written = cells.cells([total], "amount", for_person=True)[0]
            self.notes.append(f"{name}: total {now.layout.total} {written}.")
            return whole._replace(columns=kept, footer=[])
        footers = zip(whole.columns, whole.footer, strict=True) if whole.footer else ()
        return whole._replace(columns=kept, footer=[footer for column, footer in footers if column in kept])

    def _in_parts(self, now: Contents, before: list[Row | None]) -> list[Table]:
        """Return a table for each part of a section, or none if there is only one part or if one does not fit."""
        parts = now.layout.whole_parts(now.section)
        if len(parts) == 1 or self._selection.fields or self._width is None:
            return []
        tables, left_out, notes = [], [], []
        by_name = {column.name: column for column in self._shown_columns(now)}
        names = [column for column in by_name.values() if column.kind == "text"]
        for part in parts:
            shown = [
                *names,
                *[by_name[name] for name in part.names if name in by_name and by_name[name] not in names],
            ]
            pairs, hidden = list(zip(now.rows, before, strict=True)), ""
            if part.title and not self._selection.zero_rows:
                pairs = [pair for pair in pairs if not cells.is_zero_row(pair[0], shown)]
                hidden = without_zero_rows(now.rows, shown)[1]
            rows, earlier = [row for row, _ in pairs], [row for _, row in pairs]
            columns = [table_column(column, rows, earlier, self._style) for column in shown]
            kept = fitted(columns, self._width)
            if kept is None:
                return []
            left_out += [column for column in columns if column not in kept]
            title = ", ".join([self._title(now), part.title] if part.title else [self._title(now)])
            notes += [f"{title}: {hidden} hidden; --all shows them."] if hidden else []
            tables += [Table(title, kept, [])] if rows else []
        self.notes += notes
        self._note_left_out(now.section.name, left_out)
        return tables

    def _shown_columns(self, now: Contents) -> list[Column]:
        fields = self._selection.fields
        if fields and not now.upright:
            by_name = {column.name: column for column in now.columns}
            return [by_name[name] for name in fields]
        said = set() if self._selection.every_column else layouts.said_by_date(now.section)
        if now.day and self.for_person:
            said = said | layouts.said_by_title(now.section)
        return [column for column in now.columns if column.name not in said]

    def _title(self, now: Contents) -> str:
        return f"{now.section.name} on {now.day}" if now.day and self.for_person else now.section.name

    def _meaning(self, section: Section) -> str:
        """Return the sentence above a table; in a pipe it becomes a note, and the table has none."""
        if section.meaning and not self.for_person:
            self.notes.append(section.meaning)
            return ""
        return section.meaning

    def _note_left_out(self, name: str, left_out: Sequence[TableColumn]) -> None:
        zero = [column.name for column in left_out if column.all_zero]
        some = [column.name for column in left_out if not column.all_zero]
        said = [f"no room for {', '.join(some)}"] if some else []
        said += [f"all zero and left out: {', '.join(zero)}"] if zero else []
        if said:
            self.notes.append(f"{name}: {'; '.join(said)}; --wide shows every column.")

    def _note_marks(self, section: Section, layout: Layout, tables: Sequence[Table]) -> None:
        if not self.for_person:
            return
        columns = [column for table in tables for column in table.columns]
        if any(column.owes for column in columns):
            self.notes.append(f"{section.name}: ! marks what is owed.")
        if any(any(column.changes) for column in columns):
            grew, shrank = self._style.arrows
            self.notes.append(
                f"{section.name}: {grew} {shrank} * mark what grew, shrank or is new since the last reading."
            )
        if any(column.column is layouts.TREND for column in columns):
            self.notes.append(f"{section.name}: trend runs from the least {layout.history} shown to the greatest.")
        names = [cell for column in columns if column.column.kind == "text" for cell in column.cells]
        if any(cell.endswith(self._style.ellipsis) and cells.width(cell) >= LONGEST_NAME - 1 for cell in names):
            self.notes.append(f"{section.name}: names are cut at {LONGEST_NAME} columns; --wide shows them whole.")

    def _total(self, now: Contents) -> str:
        """Return the sum under a column: for a person only, and only if it is known and not zero."""
        summed = now.layout.total
        if not (summed and self.for_person):
            return ""
        from bnacct.views import amounts

        values = [row.get(summed) for row in now.rows]
        total = amounts.total(values)
        if not total and any(amounts.number(value) for value in values):
            self.notes.append(f"{now.section.name}: no total, since not every {summed} is known.")
        return "" if cells.is_zero(total) else total


def _with_footer(table: Table, layout: Layout, total: str) -> Table:
    """Return a table with the total, which is the last cell of its column, in a row of its own."""
    if not total:
        return table
    footer = [column.cells[-1] if column.name == layout.total else "" for column in table.columns]
    columns = [
        column.without_last_cell() if cell else column for column, cell in zip(table.columns, footer, strict=True)
    ]
    return table._replace(columns=columns, footer=[footer[0] or "total", *footer[1:]])


def _before(now: Contents, earlier: Contents) -> list[Row | None]:
    """Return each row as it was in the document before: {} if it is new."""
    identity = now.section.identity
    by_identity = {identity(row): row for row in earlier.rows}
    return [by_identity.get(identity(row), {}) for row in now.rows]
