"""Turns an answer into rows: pure functions that read what a view describes, and leave the answer as it is.

Rows are plain dicts under the API's own field names, in the document's order; unknown fields are kept. Amounts are
decimal strings. `""`, null and a missing field mean unknown, not zero. `updateTime` is in epoch milliseconds; 0 means
that nothing ever happened.
"""

import itertools
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from bnacct.views.terms import DATE, NUMBERS, SNAPSHOT_TIME, Row, Section, View

_YEAR_1_MS, _YEAR_10000_MS = -62_135_596_800_000, 253_402_300_800_000
_DATA = "data"
_PLAIN = {str, type(None)}


class WrongShape(ValueError):
    """The answer is JSON, but not of the shape that the API document promises."""


def document(view: View, answer: Any) -> Any:
    """Return the answer without its envelope, in the one shape that the command promises, with amounts as strings.

    `answer` is not changed. The document shares every part with it that needs no change.
    Raises `WrongShape` if any section of the answer is not as documented.
    """
    found = _opened(view, answer)
    for section in view.sections:
        names = _checked(section, found)
        if names:
            found = _with_text_amounts(section, found, names)
    return found


def rows(section: Section, found: Any) -> Iterator[Row]:
    """Yield the rows of a section of a document.

    Rows of a daily section start with `date` (UTC, YYYY-MM-DD) and `updateTime`.
    """
    for day, objects in _sources(section, found):
        sources = [_plain_fields(each) for each in objects] if section.single else objects
        if not section.daily:
            yield from sources
            continue
        time_ms = day.get(SNAPSHOT_TIME.name)
        stamps = {DATE.name: _utc_date(time_ms), SNAPSHOT_TIME.name: time_ms}
        for source in sources:
            # The stamps come first, and replace what the row itself may hold under these names.
            yield {**stamps, **source, **stamps}


def only(view: View, found: Any, wanted: Mapping[str, Sequence[str]]) -> tuple[Any, list[str]]:
    """Return a document with only the rows that are wanted, and the names that no row has.

    `wanted` holds, by column (`asset`, `symbol`), the names to keep, in capitals. Sections without that column stay as
    they are; an object that several rows are made of stays whole if one of them is wanted.
    """
    missing = [(column, name) for column, names in wanted.items() for name in names]
    for section in view.sections:
        known = {column.name for column in section.columns}
        asked = {column: names for column, names in wanted.items() if column in known}
        if not asked or section.single:
            continue
        found = _with_rows(section, found, _wanted_rows(asked, section, missing))
    return found, [name for _, name in missing]


def is_wanted(row: Row, wanted: Mapping[str, Sequence[str]]) -> bool:
    """Return whether a row has one of the names that are wanted, in every column of `wanted` that it has."""
    return all(str(row[column]).upper() in names for column, names in wanted.items() if column in row)


def _wanted_rows(
    asked: Mapping[str, Sequence[str]], section: Section, missing: list[tuple[str, str]]
) -> Callable[[list[Row]], list[Row]]:
    """Return a function that keeps the rows asked for, and strikes what it finds off the list of what is missing."""

    def kept(listed: list[Row]) -> list[Row]:
        found = []
        for whole in listed:
            parts = _by_sides(section, [whole]) if section.sides else [whole]
            rows = [row for row in parts if asked.keys() <= row.keys() and is_wanted(row, asked)]
            names = {(column, str(row[column]).upper()) for row in rows for column in asked}
            missing[:] = [pair for pair in missing if pair not in names]
            found += [whole] * bool(rows)
        return found

    return kept


def dates(found: Any) -> list[str]:
    """Return the dates (UTC) of a document's snapshots."""
    return [_utc_date(day.get(SNAPSHOT_TIME.name)) for day in _objects(found)]


def _opened(view: View, answer: Any) -> Any:
    """Return what is inside the envelope, or the answer itself; a bare object becomes a list."""
    if view.envelope:
        if str(_field(answer, "code")) != "200":
            raise WrongShape("its code is not 200")
        days = _field(answer, view.envelope)
        for day in _objects(days):
            if day.get("type", view.snapshot_type) != view.snapshot_type:
                raise WrongShape(f"a {view.snapshot_type} snapshot was asked for, and another type came")
        return days
    if view.listed:
        return _field(answer, view.listed)
    if isinstance(answer, dict) and view.bare:
        # {} means that there is no such asset.
        if answer and "asset" not in answer:
            raise WrongShape("it is an object that is no asset")
        return [answer] if answer else []
    return answer


def _checked(section: Section, found: Any) -> list[str]:
    """Return the names of the amounts that came as whole numbers in some row. Raises `WrongShape`."""
    sources = [source for _, listed in _sources(section, found) for source in listed]
    if set(map(type, itertools.chain.from_iterable(map(dict.values, sources)))) <= _PLAIN:
        # As most answers are: fields as documented, and none that would have to be looked at by its name.
        return []
    whole_numbers, nested = [], False
    for name, kind in section.columns:
        # A set of classes for each column: a loop over the fields of 50,000 rows takes several times as long.
        classes = {source.get(name).__class__ for source in sources}
        is_nested = any(issubclass(found_class, list | dict) for found_class in classes)
        if kind == "object":
            continue
        if kind not in NUMBERS:
            nested = nested or is_nested
        elif is_nested:
            raise WrongShape(f"{name} is not an amount")
        elif int in classes:
            whole_numbers.append(name)
    if nested:
        others = [column.name for column in section.columns if column.kind not in (*NUMBERS, "object")]
        raise WrongShape(f"one of {', '.join(others)} is not a plain value")
    return whole_numbers


def _with_text_amounts(section: Section, found: Any, names: Sequence[str]) -> Any:
    """Return a copy of a document in which these amounts are the strings they should have been.

    Only whole numbers have to be changed: fractions became strings when they were decoded.
    """

    def in_row(row: Row) -> Row:
        row = {**row, **{side: in_fields(row[side]) for side in section.sides}} if section.sides else row
        return in_fields(row)

    def in_fields(row: Row) -> Row:
        changed = {name: str(row[name]) for name in names if row.get(name).__class__ is int}
        return {**row, **changed} if changed else row

    return _with_rows(section, found, lambda listed: [in_row(row) for row in listed])


def _with_rows(section: Section, found: Any, change: Callable[[list[Row]], list[Row]]) -> Any:
    """Return a copy of a document in which a section's lists of rows are changed; all else is shared."""

    def in_holder(holder: Any) -> Any:
        if section.single and section.key:
            return {**holder, section.key: change([holder[section.key]])[0]}
        if section.single:
            return change([holder])[0]
        return {**holder, section.key: change(holder[section.key])} if section.key else change(holder)

    if section.daily:
        return [{**day, _DATA: in_holder(day[_DATA])} for day in found]
    return in_holder(found)


def _sources(section: Section, found: Any) -> Iterator[tuple[Row, list[Row]]]:
    """Yield the objects that rows are made of, a list for each snapshot, with that snapshot; {} if there are none."""
    holders = [(day, _field(day, _DATA)) for day in _objects(found)] if section.daily else [({}, found)]
    for day, holder in holders:
        inner = _field(holder, section.key) if section.key else holder
        found_rows = _objects([inner] if section.single else inner)
        yield day, _by_sides(section, found_rows) if section.sides else found_rows


def _by_sides(section: Section, found: list[Row]) -> list[Row]:
    """Return a row for each side of each object: its own fields, amid those that all sides have in common."""
    results = []
    for whole in found:
        common = {name: value for name, value in whole.items() if name not in section.sides}
        lead = {section.lead: whole.get(section.lead)}
        results += [{**lead, **side, **common} for side in _objects([_field(whole, name) for name in section.sides])]
    return results


def _field(holder: Any, key: str) -> Any:
    if not isinstance(holder, dict) or key not in holder:
        raise WrongShape(f"it has no field {key}")
    return holder[key]


def _objects(listed: Any) -> list[Row]:
    if not isinstance(listed, list) or not all(issubclass(each, dict) for each in set(map(type, listed))):
        raise WrongShape("it is not a list of objects where one belongs")
    return listed


def _plain_fields(source: Row) -> Row:
    return {name: value for name, value in source.items() if not isinstance(value, list | dict)}


def _utc_date(time_ms: object) -> str:
    if not isinstance(time_ms, int) or not _YEAR_1_MS <= time_ms < _YEAR_10000_MS:
        return ""
    try:
        return time.strftime("%Y-%m-%d", time.gmtime(time_ms // 1000))
    except (OverflowError, ValueError, OSError):
        return ""
