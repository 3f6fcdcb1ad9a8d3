"""Turns an answer into rows: the terms that views are written in, and the pure functions that read them.

Rows are plain dicts under the API's own field names, in the documents' order, unknown fields kept. Amounts are decimal
strings; `""`, null and a missing field are unknown, which is not zero. `updateTime` is epoch milliseconds, 0 where
nothing ever happened.
"""

import time
from collections.abc import Callable, Iterator
from typing import Any, Literal, NamedTuple

Row = dict[str, Any]

# text names what a row is about, aside says something more; side is LONG or SHORT. amount is a decimal string; so are
# size, whose minus means short, profit, whose minus means loss, and debt, which is owed when it is not zero.
# time is epoch milliseconds.
Kind = Literal["text", "aside", "side", "amount", "size", "profit", "debt", "time", "flag"]
AMOUNTS: tuple[Kind, ...] = ("amount", "size", "profit", "debt")


_YEAR_1_MS, _YEAR_10000_MS = -62_135_596_800_000, 253_402_300_800_000


class WrongShape(ValueError):
    """The answer is JSON, but not of the shape that the API document promises."""


class Column(NamedTuple):
    """A field of a row, under the API's own name."""

    name: str
    kind: Kind


class Part(NamedTuple):
    """Columns that belong together, the most important first: a table of its own where one has no room for all."""

    title: str
    names: tuple[str, ...]


class Section(NamedTuple):
    """One list of rows within an answer.

    `key` is the field that holds the list ("" where the document is the list). A `single` section is one row: the
    plain fields of the object itself. A `daily` section stands in each snapshot anew.

    The rest is for tables alone. `parts` is the order of the columns there; those that it does not name follow. None
    is shown without those `needed`, or without its first amount where none are named. `total` names a column whose sum
    means something, and `history` one to be followed from day to day. `meaning` says what has to be known to read the
    section. `derived` computes the fields of the columns `added`.
    """

    name: str
    columns: tuple[Column, ...]
    key: str = ""
    single: bool = False
    daily: bool = False
    parts: tuple[Part, ...] = ()
    needed: tuple[str, ...] = ()
    total: str = ""
    history: str = ""
    meaning: str = ""
    derived: Callable[[Row], Row] | None = None
    added: tuple[Column, ...] = ()

    def order(self) -> tuple[str, ...]:
        """Return the names of all columns in the order of a table."""
        every = [column.name for column in (*self.columns, *self.added)]
        return tuple(dict.fromkeys([*[name for part in self.parts for name in part.names], *every]))

    def arranged(self) -> tuple[Part, ...]:
        """Return the parts, with every column in one of them: in the first where none names it."""
        first, *others = self.parts or (Part("", ()),)
        elsewhere = {name for part in others for name in part.names}
        return (first._replace(names=tuple(name for name in self.order() if name not in elsewhere)), *others)

    def identity(self, row: Row, *, daily: bool = True) -> tuple[str, ...]:
        """Return what tells a row from others, of the same snapshot or (not `daily`) of all."""
        names = [column.name for column in self.columns if column.kind in ("text", "aside")]
        return tuple([str(row.get(name)) for name in names if daily or name != "date"])


class View(NamedTuple):
    """What a command shows: its sections, the first being the default of csv, tsv, jsonl, `--fields` and `--sort`.

    `table` is the order in which a table shows them, and `note` what it says beside. `envelope` is the field of the
    answer that holds daily snapshots, each of `snapshot_type`. `bare` says that one row may come as a bare object.
    """

    sections: tuple[Section, ...]
    table: tuple[str, ...]
    note: str = ""
    envelope: str = ""
    snapshot_type: str = ""
    bare: bool = False

    def section(self, name: str) -> Section:
        """Return the section of that name. Raises KeyError."""
        return {section.name: section for section in self.sections}[name]


def document(view: View, answer: Any) -> Any:
    """Return the answer without its envelope, in the one shape the command promises, its amounts as strings.

    Raises `WrongShape` where the answer is of no documented shape, in any section.
    """
    if view.envelope:
        if str(_field(answer, "code")) != "200":
            raise WrongShape("its code is not 200")
        answer = _field(answer, view.envelope)
        for day in _objects(answer):
            if day.get("type", view.snapshot_type) != view.snapshot_type:
                raise WrongShape(f"a {view.snapshot_type} snapshot was asked for, and another type came")
    elif isinstance(answer, dict) and view.bare:
        # {} is no asset.
        if answer and "asset" not in answer:
            raise WrongShape("it is an object that is no asset")
        answer = [answer] if answer else []
    for section in view.sections:
        amounts = tuple(column.name for column in section.columns if column.kind in AMOUNTS)
        others = tuple(column.name for column in section.columns if column.kind not in AMOUNTS)
        for _, source in _sources(section, answer):
            _keep_digits(source, amounts)
            if any(isinstance(source.get(name), list | dict) for name in others):
                raise WrongShape(f"one of {', '.join(others)} is not a plain value")
    return answer


def rows(section: Section, answer: Any) -> Iterator[Row]:
    """Yield a section's rows, of an answer that `document` has returned.

    Rows of daily snapshots start with `date` (UTC, YYYY-MM-DD) and `updateTime`.
    """
    for day, source in _sources(section, answer):
        row = _plain_fields(source) if section.single else source
        if section.daily:
            stamp = day.get("updateTime")
            stamps = {"date": _utc_date(stamp), "updateTime": stamp}
            row = {**stamps, **row, **stamps}  # first, whatever the row itself may hold under these names
        yield row


def dates(answer: Any) -> list[str]:
    """Return the days (UTC) of an answer's snapshots."""
    return [_utc_date(day.get("updateTime")) for day in _objects(answer)]


def _sources(section: Section, answer: Any) -> Iterator[tuple[Row, Row]]:
    """Yield the objects that a section's rows come from, each with the snapshot it stands in."""
    holders = [(day, _field(day, "data")) for day in _objects(answer)] if section.daily else [({}, answer)]
    for day, holder in holders:
        listed = [holder] if section.single else _field(holder, section.key) if section.key else holder
        for source in _objects(listed):
            yield day, source


def _field(holder: Any, key: str) -> Any:
    if not isinstance(holder, dict) or key not in holder:
        raise WrongShape(f"it has no field {key}")
    return holder[key]


def _objects(listed: Any) -> list[Row]:
    if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
        raise WrongShape("it is not a list of objects where one belongs")
    return listed


def _plain_fields(source: Row) -> Row:
    return {name: value for name, value in source.items() if not isinstance(value, list | dict)}


def _keep_digits(source: Row, amounts: tuple[str, ...]) -> None:
    """Make whole-number amounts the strings they should have been; fractions are strings since they were decoded."""
    for name in amounts:
        value = source.get(name)
        if value.__class__ is int:
            source[name] = str(value)
        elif isinstance(value, list | dict):
            raise WrongShape(f"{name} is not an amount")


def _utc_date(stamp_ms: Any) -> str:
    if not isinstance(stamp_ms, int) or not _YEAR_1_MS <= stamp_ms < _YEAR_10000_MS:
        return ""
    try:
        return time.strftime("%Y-%m-%d", time.gmtime(stamp_ms // 1000))
    except (OverflowError, ValueError, OSError):
        return ""
