"""Lays tables out: which sections and columns stand where, and what is said about those left out."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from bnacct import views
from bnacct.output import Screen, Selection, cells
from bnacct.output.columns import LONGEST_NAME, Line, Style, fitted, line, total_width
from bnacct.output.contents import UPRIGHT, Contents, Look, contents, without_zero_rows
from bnacct.views import Column, Row, Section, View

# rich takes 350 µs a row, the plain writer three: past this many rows it draws no more.
_LARGEST_DRAWN_TABLE = 200


class Blocks(NamedTuple):
    """How blocks are written: within which width, and whether with the fields that are zero."""

    width: int
    zeros: bool


class Table(NamedTuple):
    """Rows of a section, laid out. `footer` is a last row apart from the others, one cell for each line.

    `blocks` is None where rows are rows, and says how each is a block of lines where they are not.
    """

    title: str
    lines: list[Line]
    footer: list[str]
    meaning: str = ""
    blocks: Blocks | None = None


def render(
    view: View, document: Any, selection: Selection, screen: Screen, previous: Any = None
) -> tuple[Iterable[str], list[str]]:
    """Return the text of all tables, line by line where they are long, and the notes that belong beside them.

    Cells that differ from those of `previous`, the document before, are marked where they grew or shrank.
    """
    layout = _Layout(selection, screen)
    sections = [selection.section] if selection.section else [view.section(name) for name in view.table]
    shown = [table for section in sections for table in layout.tables(section, document, previous)]
    if view.envelope:
        layout.name_missing_days(views.dates(document))
    if view.note and not selection.section and shown:
        layout.notes.append(view.note)
    titled = len(sections) > 1 or len(shown) > 1
    if layout.for_person and sum(len(table.lines[0].cells) for table in shown) <= _LARGEST_DRAWN_TABLE:
        from bnacct.output import terminal

        return [terminal.draw(shown, titled=titled, screen=screen)], layout.notes
    from bnacct.output import plain

    return plain.draw(shown, titled=titled, width=screen.width), layout.notes


class _Layout:
    """Lays out the sections of one answer for one screen, and gathers the notes."""

    def __init__(self, selection: Selection, screen: Screen) -> None:
        self.notes: list[str] = []
        self.for_person = screen.is_terminal or screen.color
        self._selection = selection
        self._width = None if selection.every_column else screen.width
        unicode = screen.encoding.lower().startswith("utf")
        self._look = Look(self.for_person, unicode)
        marks: dict[str, Any] = {} if unicode else {"arrows": ("^", "v"), "ellipsis": "..."}
        self._style = Style(self.for_person, whole_names=selection.every_column, **marks)

    def name_missing_days(self, dates: list[str]) -> None:
        missing = views.derived.missing_days(dates)
        if missing:
            self.notes.append(f"no snapshot of {', '.join(missing)}; a change there spans more than a day.")

    def tables(self, section: Section, document: Any, previous: Any) -> list[Table]:
        """Return the tables that show a section: more than one where its parts do not fit into one."""
        now = contents(section, document, self._selection, self._look)
        self.notes += now.notes
        if not now.rows:
            self.notes.append(f"{section.name}: nothing to show.")
            return []
        before: list[Row | None] = [None] * len(now.rows)
        if previous is not None:
            before = _before(now, contents(section, previous, self._selection, self._look))
        laid_out = self._laid_out(now, before)
        self._note_marks(section, laid_out)
        return laid_out

    def _laid_out(self, now: Contents, before: list[Row | None]) -> list[Table]:
        section, columns = now.section, self._columns(now)
        total = self._total(section, now.rows) if section.total in [column.name for column in columns] else ""
        lines = [
            line(column, now.rows, before, self._style, total if column.name == section.total else "")
            for column in columns
        ]
        whole = _with_footer(Table(self._title(now), lines, [], self._meaning(section)), section, total)
        if self._width is None or total_width(lines) <= self._width:
            return [whole]
        return self._in_parts(now, before) or [self._narrowed(whole, section, total, self._width)]

    def _narrowed(self, whole: Table, section: Section, total: str, width: int) -> Table:
        """Return a table with the columns that fit, or with a block for each row where too few would."""
        kept = fitted(whole.lines, width, section.needed)
        if kept is None:
            zeros = self._selection.zero_rows
            if not zeros and any("nothing" in line.tones for line in whole.lines):
                self.notes.append(f"{section.name}: zeros are left out; --all shows them.")
            return whole._replace(blocks=Blocks(width, zeros))
        self._note_left_out(section, [line for line in whole.lines if line not in kept])
        if total and section.total not in [line.column.name for line in kept]:
            written = cells.cells([total], "amount", for_person=True)[0]
            self.notes.append(f"{section.name}: total {section.total} {written}.")
            return whole._replace(lines=kept, footer=[])
        footers = zip(whole.lines, whole.footer, strict=True) if whole.footer else ()
        return whole._replace(lines=kept, footer=[footer for line, footer in footers if line in kept])

    def _in_parts(self, now: Contents, before: list[Row | None]) -> list[Table]:
        """Return a table for each part of a section, or none where there is one part or one of them does not fit."""
        parts = now.section.arranged()
        if len(parts) == 1 or self._selection.fields or self._width is None:
            return []
        tables, left_out, notes = [], [], []
        by_name = {column.name: column for column in self._columns(now)}
        names = [column for column in by_name.values() if column.kind == "text"]
        for part in parts:
            columns = [
                *names,
                *[by_name[name] for name in part.names if name in by_name and by_name[name] not in names],
            ]
            shown, hidden = list(zip(now.rows, before, strict=True)), ""
            if part.title and not self._selection.zero_rows:
                shown = [pair for pair in shown if not cells.is_zero_row(pair[0], columns)]
                hidden = without_zero_rows(now.rows, columns)[1]
            rows, earlier = [row for row, _ in shown], [row for _, row in shown]
            lines = [line(column, rows, earlier, self._style) for column in columns]
            kept = fitted(lines, self._width)
            if kept is None:
                return []
            left_out += [line for line in lines if line not in kept]
            title = ", ".join([self._title(now), part.title] if part.title else [self._title(now)])
            notes += [f"{title}: {hidden} hidden; --all shows them."] if hidden else []
            tables += [Table(title, kept, [])] if rows else []
        self.notes += notes
        self._note_left_out(now.section, left_out)
        return tables

    def _columns(self, now: Contents) -> list[Column]:
        section, fields = now.section, self._selection.fields
        by_name = {column.name: column for column in (*section.columns, *section.added)}
        if fields and UPRIGHT not in by_name:
            return [by_name[name] for name in fields]
        hidden = set() if self.for_person else {"trend"}
        if section.daily and not self._selection.every_column:
            hidden.add("updateTime")  # the date says it
        if now.day and self.for_person:
            hidden.add("date")  # and here the title
        return [by_name[name] for name in section.order() if name not in hidden]

    def _title(self, now: Contents) -> str:
        return f"{now.section.name} on {now.day}" if now.day and self.for_person else now.section.name

    def _meaning(self, section: Section) -> str:
        """Return what has to be known to read a section where it is drawn above it; in a pipe it becomes a note."""
        if section.meaning and not self.for_person:
            self.notes.append(section.meaning)
            return ""
        return section.meaning

    def _note_left_out(self, section: Section, left_out: Sequence[Line]) -> None:
        zero = [line.column.name for line in left_out if line.all_zero]
        some = [line.column.name for line in left_out if not line.all_zero]
        said = [f"no room for {', '.join(some)}"] if some else []
        said += [f"all zero and left out: {', '.join(zero)}"] if zero else []
        if said:
            self.notes.append(f"{section.name}: {'; '.join(said)}; --wide shows every column.")

    def _note_marks(self, section: Section, tables: Sequence[Table]) -> None:
        if not self.for_person:
            return
        lines = [line for table in tables for line in table.lines]
        if any(line.owes for line in lines):
            self.notes.append(f"{section.name}: ! marks what is owed.")
        if any(any(line.changes) for line in lines):
            grew, shrank = self._style.arrows
            self.notes.append(
                f"{section.name}: {grew} {shrank} * mark what grew, shrank or is new since the last reading."
            )
        if any(line.column.name == "trend" for line in lines):
            self.notes.append(f"{section.name}: trend runs from the least {section.history} shown to the greatest.")
        names = [cell for line in lines if line.column.kind == "text" for cell in line.cells]
        if any(cell.endswith(self._style.ellipsis) and cells.width(cell) >= LONGEST_NAME - 1 for cell in names):
            self.notes.append(f"{section.name}: names are cut at {LONGEST_NAME} columns; --wide shows them whole.")

    def _total(self, section: Section, found: Sequence[Row]) -> str:
        """Return the sum under a column: for a person only, and not where it says nothing."""
        if not (section.total and self.for_person):
            return ""
        from bnacct.views import amounts

        values = [row.get(section.total) for row in found]
        total = amounts.total(values)
        if not total and any(amounts.number(value) for value in values):
            self.notes.append(f"{section.name}: no total, since not every {section.total} is known.")
        return "" if cells.is_zero(total) else total


def _with_footer(table: Table, section: Section, total: str) -> Table:
    """Return a table with the total, which is the last cell of its column, in a row of its own."""
    if not total:
        return table
    footer = [line.cells[-1] if line.column.name == section.total else "" for line in table.lines]
    lines = [line.without_last_cell() if cell else line for line, cell in zip(table.lines, footer, strict=True)]
    return table._replace(lines=lines, footer=[footer[0] or "total", *footer[1:]])


def _before(now: Contents, earlier: Contents) -> list[Row | None]:
    """Return for each row what it was in the reading before: {} where it is new."""
    identity = now.section.identity
    by_identity = {identity(row): row for row in earlier.rows}
    return [by_identity.get(identity(row), {}) for row in now.rows]
