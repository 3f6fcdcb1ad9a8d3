"""Lays tables out: which sections and columns stand where, and what is said about those left out."""

from collections.abc import Iterable, Sequence
from typing import Any

from bnacct import views
from bnacct.output import cells, layouts
from bnacct.output.choices import Screen, Selection
from bnacct.output.columns import LONGEST_NAME, Style, fitted, table_column
from bnacct.output.contents import Contents, Look, contents
from bnacct.output.escapes import visible
from bnacct.output.grid import Blocks, Table, TableColumn, total_width
from bnacct.output.layouts import Layout
from bnacct.output.notices import Notices
from bnacct.views import Column, Row, Section, View
from bnacct.views.derived import missing_days

# rich takes 350 µs a row, the plain writer three: rich draws no more rows than this.
_LARGEST_DRAWN_TABLE = 200
_NO_SNAPSHOT = "No snapshot in this range: that of a day appears after the day has ended (UTC)."


def render(
    view: View, document: Any, selection: Selection, screen: Screen, previous: Any = None
) -> tuple[Iterable[str], list[str]]:
    """Return the text of all tables, line by line if they are long, and the notes that belong beside them.

    Cells that grew or shrank since `previous`, the document before, are marked.
    """
    arranging = _Arranging(selection, screen)
    chosen = selection.sections(view)
    sections = [section for section in layouts.sections(view) if section in chosen]
    shown = [
        table
        for section in sections
        for table in arranging.tables(section, layouts.layout(view, section), document, previous)
    ]
    if view.envelope:
        arranging.name_missing_days(views.dates(document))
    if view.note and not selection.section and shown:
        shown = arranging.explained(view.note, shown)
    titled = len(sections) > 1 or len(shown) > 1
    notes = arranging.notices.texts(screen.width if arranging.for_person else None)
    if screen.height is not None:
        from bnacct.output import cutting

        shown = cutting.cut(shown, screen.height - cutting.height(notes, screen.width), screen.width, titled=titled)
    if arranging.for_person and sum(table.height for table in shown) <= _LARGEST_DRAWN_TABLE:
        from bnacct.output import terminal

        return [terminal.draw(shown, titled=titled, screen=screen)], notes
    from bnacct.output import plain

    return plain.draw(shown, titled=titled, width=screen.width), notes


class _Arranging:
    """Arranges the sections of one answer for one screen, and gathers the notices."""

    def __init__(self, selection: Selection, screen: Screen) -> None:
        self.notices = Notices(selection.whole)
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
            self.notices.say(
                f"No snapshot of {', '.join(missing)}: a change there spans more than a day.",
                f"No snapshot of {missing[0]}{f' and {len(missing) - 1} more gaps' if missing[1:] else ''}.",
            )

    def tables(self, section: Section, layout: Layout, document: Any, previous: Any) -> list[Table]:
        """Return the tables that show a section: one, or one for each part if they do not fit side by side."""
        now = contents(section, layout, document, self._selection, self._look)
        self.notices.hidden_rows += now.hidden_rows
        if now.unknown:
            self._name_unknown(now.unknown)
        self.notices.every_day += [section.name] if now.is_latest else []
        if not now.rows:
            self._say_empty(section, document)
            return []
        before: list[Row | None] = [None] * len(now.rows)
        if previous is not None:
            before = _before(now, contents(section, layout, previous, self._selection, self._look))
        arranged = self._arranged(now, before)
        self._explain_marks(arranged)
        arranged = [table._replace(header=self._selection.header) for table in arranged]
        return self.explained(self._meaning(now), arranged)

    def explained(self, meaning: str, tables: list[Table]) -> list[Table]:
        """Return the tables with a sentence below the last of them; in a pipe, it becomes a notice."""
        if meaning and not self.for_person:
            self.notices.meanings.append(meaning)
        elif meaning and tables:
            *others, last = tables
            tables = [*others, last._replace(meaning=" ".join([last.meaning, meaning]).strip())]
        return tables

    def _name_unknown(self, names: Sequence[str]) -> None:
        """Say where an amount stands for which no table has a column."""
        more = f" and {len(names) - 1} more fields" if names[1:] else ""
        name = cells.shortened(visible(names[0]), LONGEST_NAME, self._style.ellipsis)
        self.notices.say(f"Amounts in {name}{more} are shown by -o json only.", f"More in {name}{more} (-o json).")

    def _say_empty(self, section: Section, document: Any) -> None:
        if section.daily and not document:
            self.notices.say(_NO_SNAPSHOT)
        else:
            self.notices.empty.append(section.name)

    def _arranged(self, now: Contents, before: list[Row | None]) -> list[Table]:
        shown = self._shown_columns(now)
        summed = now.layout.summed(now.section)
        total = self._total(now) if summed in [column.name for column in shown] else ""
        columns = [
            table_column(column, now.rows, before, self._style, total if column.name == summed else "", kinds=now.kinds)
            for column in shown
        ]
        whole = Table(self._title(now), columns, [], upright=now.upright)
        whole = _with_footer(whole, summed, total, "" if self.for_person else "-")
        if self._width is None or total_width(whole.columns) <= self._width:
            return [whole]
        return self._in_parts(now, before) or [self._narrowed(whole, now, total, self._width)]

    def _narrowed(self, whole: Table, now: Contents, total: str, width: int) -> Table:
        """Return a table with the columns that fit, or with a block for each row if too few would.

        Fields that were typed are shown, whatever the width.
        """
        layout, typed = now.layout, bool(self._selection.fields)
        kept = None if typed else fitted(whole.columns, width, layout.needed, layout.importance)
        if kept is None:
            zeros = self._selection.zero_rows or typed
            self.notices.zeros_hidden |= not zeros and any("nothing" in column.tones for column in whole.columns)
            return whole._replace(blocks=Blocks(width, zeros))
        self._say_left_out([column for column in whole.columns if column not in kept])
        summed = layout.summed(now.section)
        if total and summed not in [column.name for column in kept]:
            written = cells.cells([total], "amount", for_person=True)[0]
            self.notices.say(f"Total {summed} {written}.")
            return whole._replace(columns=kept, footer=[])
        footers = zip(whole.columns, whole.footer, strict=True) if whole.footer else ()
        return whole._replace(columns=kept, footer=[footer for column, footer in footers if column in kept])

    def _in_parts(self, now: Contents, before: list[Row | None]) -> list[Table]:
        """Return a table for each part of a section, or none if there is only one part or if one does not fit."""
        parts = now.layout.whole_parts(now.section)
        if len(parts) == 1 or self._selection.fields or self._width is None:
            return []
        tables, left_out, zeros_hidden = [], [], False
        by_name = {column.name: column for column in self._shown_columns(now)}
        names = [column for column in by_name.values() if column.kind == "text"]
        for part in parts:
            shown = [
                *names,
                *[by_name[name] for name in part.names if name in by_name and by_name[name] not in names],
            ]
            pairs = list(zip(now.rows, before, strict=True))
            if part.title and not self._selection.zero_rows:
                zeros = {id(row) for row in cells.zero_rows(now.rows, shown)}
                pairs = [pair for pair in pairs if id(pair[0]) not in zeros]
                zeros_hidden |= bool(zeros)
            rows, earlier = [row for row, _ in pairs], [row for _, row in pairs]
            columns = [table_column(column, rows, earlier, self._style) for column in shown]
            kept = fitted(columns, self._width, importance=now.layout.importance)
            if kept is None:
                return []
            left_out += [column for column in columns if column not in kept]
            title = ", ".join([self._title(now), part.title] if part.title else [self._title(now)])
            tables += [Table(title, kept, [])] if rows else []
        self._say_left_out(left_out)
        self.notices.zeros_hidden |= zeros_hidden
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

    def _meaning(self, now: Contents) -> str:
        """Return what a reader has to know about a table: of a computed field only where it has a value."""
        known = {row["field"] for row in now.rows if row["value"]} if now.upright else set()
        sentences = [text for name, text in now.section.explained.items() if name in known]
        return " ".join([*sentences, *[now.section.meaning] * bool(now.section.meaning)])

    def _say_left_out(self, left_out: Sequence[TableColumn]) -> None:
        self.notices.no_room += [column.name for column in left_out if not column.all_zero]
        self.notices.zero_columns += sum(column.all_zero for column in left_out)

    def _explain_marks(self, tables: Sequence[Table]) -> None:
        if not self.for_person:
            return
        columns = [column for table in tables for column in table.columns]
        if any(column.owes for column in columns):
            self.notices.say("! marks what is owed.", "! is owed.")
        if any(any(column.changes) for column in columns):
            grew, shrank = self._style.arrows
            marks = f"{grew} {shrank} *"
            self.notices.say(f"{marks} mark what grew, shrank or is new since the last reading.", f"{marks} changed.")
        if any(column.column is layouts.TREND for column in columns):
            self.notices.say("trend runs from the least to the greatest amount shown.", "")
        names = [cell for column in columns if column.column.kind == "text" for cell in column.cells]
        if any(cell.endswith(self._style.ellipsis) and cells.width(cell) >= LONGEST_NAME - 1 for cell in names):
            self.notices.say(
                f"Names are cut at {LONGEST_NAME} columns; {self.notices.whole} shows them whole.",
                f"Names cut ({self.notices.whole}).",
            )

    def _total(self, now: Contents) -> str:
        """Return the sum under a column, if it is known: for a person unless it is zero, and where it was asked for."""
        summed, wanted = now.layout.summed(now.section), self._selection.total
        if not summed or not (wanted or self.for_person):
            return ""
        from bnacct.views import amounts

        values = [row.get(summed) for row in now.rows]
        total = amounts.total(values)
        if not total and (wanted or any(amounts.number(value) for value in values)):
            self.notices.say(f"No total: not every {summed} is known.", "No total.")
        return "" if cells.is_zero(total) and not wanted else total


def _with_footer(table: Table, summed: str, total: str, blank: str) -> Table:
    """Return a table with the total, which is the last cell of its column, in a row of its own."""
    if not total:
        return table
    footer = [column.cells[-1] if column.name == summed else blank for column in table.columns]
    columns = [column.first(-1) if column.name == summed else column for column in table.columns]
    label = footer[0] if table.columns[0].name == summed else "total"
    return table._replace(columns=columns, footer=[label, *footer[1:]])


def _before(now: Contents, earlier: Contents) -> list[Row | None]:
    """Return each row as it was in the document before: {} if it is new."""
    identity = now.section.identity
    by_identity = {identity(row): row for row in earlier.rows}
    return [by_identity.get(identity(row), {}) for row in now.rows]
