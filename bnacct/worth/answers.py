"""Reads what a source answered: objects and lists of them, every page of them, and whether that is all there is."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from bnacct.views import Row, WrongShape
from bnacct.worth import exact

if TYPE_CHECKING:
    from bnacct.readings import Reading

Readings = Mapping[str, "Reading"]

# What tells a row of a paged answer from others: a position that moved between two pages is sent twice.
_IDENTITIES = ("positionId", "productId", "orderId", "id")


class Pages(NamedTuple):
    """The rows of a paged source; `gap` says what is missing, "" where nothing is."""

    rows: list[Row]
    gap: str = ""


def document(readings: Readings, source: str) -> Any:
    """Return what a source answered, or None where it did not, or answered with an empty body."""
    reading = readings.get(source)
    return reading.answer.document if reading is not None and reading.answer is not None else None


def fields(answer: Any, *needed: str) -> Row:
    """Return an object that has these fields. Raises `WrongShape`."""
    if not isinstance(answer, dict):
        raise WrongShape("it is not an object")
    for name in needed:
        if name not in answer:
            raise WrongShape(f"it has no field {name}")
    return answer


def objects(answer: Any, *needed: str) -> list[Row]:
    """Return a list of objects that have these fields. Raises `WrongShape`."""
    if not isinstance(answer, list):
        raise WrongShape("it is not a list where one belongs")
    return [fields(item, *needed) for item in answer]


def pages(reading: "Reading", *needed: str) -> Pages:
    """Return the rows of all pages, each once. Raises `WrongShape`."""
    answer = fields(reading.answer.document if reading.answer else None)
    rows = _once(objects(answer.get("list") if "rows" not in answer else answer["rows"], *needed))
    total = exact.number(answer.get("total"))
    gap = ""
    if total is not None and len(rows) < total:
        gap = f"{len(rows)} of {total:f} positions were read"
    elif reading.failure is not None:
        gap = f"{len(rows)} positions were read, and not all"
    if gap and reading.failure is not None:
        gap += f": {reading.failure.message}"
    return Pages(rows, gap)


def _once(rows: Sequence[Row]) -> list[Row]:
    found: dict[object, Row] = {}
    for number, row in enumerate(rows):
        name = next((name for name in _IDENTITIES if row.get(name) not in (None, "")), None)
        found[number if name is None else (name, str(row[name]))] = row
    return list(found.values())
