"""Gives every number of every view one name, and finds the numbers that a name stands for.

`COMMAND.FIELD` names a field of a section that is one row, and `COMMAND.ROW.FIELD` one of a row: `user-assets.BTC.free`,
`futures-account.BTCUSDT/LONG.unrealizedProfit`. The row `*` stands for all rows. Fields have the exchange's own names;
those that a view derives, such as marginRatio, are figures too. Of daily snapshots, the last day counts.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal  # noqa: TID253 - imported only where figures are checked
from typing import Any, NamedTuple

from bnacct import views
from bnacct.monitoring import ranges
from bnacct.views import Column, Row, Section, View

EVERY_ROW = "*"
PERCENT = "%"

# Numbers that a row which is not there does not have: what is not held amounts to 0, but has no price.
_NO_AMOUNT = ("price", "level", "ratio", "rate", "leverage", "distance")
# What tells a row from others, the first words of its name first; the exchange's other texts only where these do not.
_NAMING = ("symbol", "pair", "asset", "underlying")
# Kinds of columns that hold no number.
_NO_NUMBERS = ("text", "aside", "side", "time", "flag", "object")
_SIDES = ("LONG", "SHORT")


class UnknownFigure(ValueError):
    """No view has the figure; the message is a sentence that names the nearest ones."""


class Name(NamedTuple):
    """The parts of a figure's name; `row` is "" in a section that is one row."""

    command: str
    row: str
    field: str

    def __str__(self) -> str:
        return ".".join(part for part in self if part)


class Figure(NamedTuple):
    """A number under its name. It is None if it is unknown. `unit` is "" or %."""

    name: Name
    value: Decimal | None
    unit: str = ""


def parse(text: str, known: Mapping[str, View]) -> Name:
    """Return the parts of a name. `known` are the views by command. Raises `UnknownFigure`."""
    command, dot, rest = text.partition(".")
    row, _, field = rest.rpartition(".")
    if not dot or command not in known:
        raise UnknownFigure(f"{text!r} is no figure: {_nearest(text, command, row, field, known)}")
    named = Name(command, row, field)
    if field not in _fields(known[command], of_rows=bool(row)):
        raise UnknownFigure(f"{text!r} is no figure: {_nearest(text, command, row, field, known)}")
    return named


def every(command: str, view: View, document: Any) -> Iterator[Figure]:
    """Yield all figures of an answer, in the order of the view."""
    for section in view.sections:
        names = [column.name for column in (*section.columns, *section.added) if _is_number(column)]
        for row_name, row in _rows(section, document):
            fields = {**row, **(section.derived(row) if section.derived else {})}
            for field in names:
                if field in fields:
                    yield number(Name(command, row_name, field), fields[field])


def find(name: Name, view: View, document: Any, *, is_complete: bool = True) -> list[Figure]:
    """Return the figures that a name stands for: one, or one for each row of `*`.

    A row that is not there counts as 0 in a complete answer, and as unknown in any other; so do the rows of `*` that an
    incomplete answer may lack.
    """
    sections = [section for section in view.sections if name.field in _numbers(section, of_rows=bool(name.row))]
    found = [figure for section in sections for figure in _found(name, section, document)]
    if name.row == EVERY_ROW:
        return found if is_complete else [*found, Figure(name, None)]
    if found:
        return found
    has_amount = bool(name.row) and is_complete and not any(word in name.field.lower() for word in _NO_AMOUNT)
    is_derived = all(name.field in [column.name for column in section.added] for section in sections)
    return [Figure(name, Decimal(0) if has_amount and not is_derived else None)]


def _found(name: Name, section: Section, document: Any) -> Iterator[Figure]:
    wanted = name.row.casefold()
    for row_name, row in _rows(section, document):
        if name.row not in (EVERY_ROW, "") and not _goes_by(wanted, row_name, section, row):
            continue
        fields = row if name.field in row or section.derived is None else section.derived(row)
        figure = number(Name(name.command, row_name, name.field), fields.get(name.field))
        if name.row == EVERY_ROW and figure.value is None and _cannot_be_liquidated(section, row):
            continue
        yield figure


def number(name: Name, value: object) -> Figure:
    """Return what a field holds as a figure: an amount, or a percentage as views derive it."""
    text = str(value) if isinstance(value, str) else value
    if isinstance(text, str) and text.endswith(PERCENT):
        return Figure(name, ranges.value(text.removesuffix(PERCENT).rstrip()), PERCENT)
    return Figure(name, ranges.value(text))


def _rows(section: Section, document: Any) -> list[tuple[str, Row]]:
    """Return each row with its name; a section that is one row has none."""
    found = list(views.rows(section, document))
    if section.daily:
        last = max((str(row.get("date")) for row in found), default="")
        found = [row for row in found if str(row.get("date")) == last]
    if section.single:
        return [("", row) for row in found]
    short = [_short_name(row) for row in found]
    count = Counter(short)
    return [
        (name if count[name] == 1 else _long_name(section, row), row) for name, row in zip(short, found, strict=True)
    ]


def _short_name(row: Row) -> str:
    """Return the symbol, the asset, or both, and the side of a position in hedge mode: `BTCUSDT/LONG`."""
    parts = [str(row[name]) for name in _NAMING if row.get(name)]
    # In COIN-M futures, `pair` only repeats what the symbol starts with.
    parts = parts[:1] + parts[2:] if row.get("symbol") and row.get("pair") else parts
    side = row.get("positionSide")
    return "/".join([*parts, side] if side in _SIDES else parts)


def _long_name(section: Section, row: Row) -> str:
    """Return a name that tells rows of one short name apart: with the side, and with all other texts."""
    side = _side(section, row)
    others = [column.name for column in section.columns if column.kind in ("text", "aside")]
    others = [name for name in others if row.get(name) and name not in (*_NAMING, "date", "positionSide")]
    # A position's own number tells it from all others; what else is said of it may change.
    parts = [str(row[name]) for name in [name for name in others if name.endswith("Id")][:1] or others]
    short = _short_name(row)
    if side and not short.endswith(f"/{side}"):
        parts.insert(0, side)
    return "/".join([short, *parts])


def _goes_by(wanted: str, name: str, section: Section, row: Row) -> bool:
    """Say whether a row goes by a name, in whatever case.

    A position goes by its symbol, with or without its side, in one-way mode and in hedge mode.
    """
    if name.casefold() == wanted:
        return True
    if not row.get("symbol") and "/" not in wanted:
        return _short_name(row).casefold() == wanted
    names = [_short_name(row), _long_name(section, row)]
    if row.get("symbol") and not row.get("asset"):
        side = _side(section, row)
        names += [str(row["symbol"]), f"{row['symbol']}/{side}" if side else ""]
    return wanted in [each.casefold() for each in names]


def _side(section: Section, row: Row) -> str:
    return str((section.derived(row) if section.derived else {}).get("side") or "")


def _cannot_be_liquidated(section: Section, row: Row) -> bool:
    """Say whether a row is a position without a liquidation price: one that is not open, or one that is safe."""
    sizes = [ranges.value(row.get(column.name)) for column in section.columns if column.kind == "size"]
    is_closed = bool(sizes) and not any(size is None or size for size in sizes)
    price = ranges.value(row.get("liquidationPrice"))
    return is_closed or (price is not None and not price)


def _numbers(section: Section, *, of_rows: bool) -> list[str]:
    if section.single == of_rows:
        return []
    derived = section.added if section.derived else ()
    return [column.name for column in (*section.columns, *derived) if _is_number(column)]


def _is_number(column: Column) -> bool:
    return column.kind not in _NO_NUMBERS


def _fields(view: View, *, of_rows: bool) -> list[str]:
    return [name for section in view.sections for name in _numbers(section, of_rows=of_rows)]


def _nearest(text: str, command: str, row: str, field: str, known: Mapping[str, View]) -> str:
    """Return what may have been meant, as the end of a sentence."""
    import difflib

    commands = difflib.get_close_matches(command, known, n=1)
    if not commands:
        return f"its command is one of {', '.join(known)}."
    view = known[commands[0]]
    wanted = [Name(commands[0], "", name) for name in _fields(view, of_rows=False)]
    wanted += [Name(commands[0], row or EVERY_ROW, name) for name in _fields(view, of_rows=True)]
    by_field: dict[str, Name] = {}
    for name in wanted if not row else reversed(wanted):
        by_field[name.field.casefold()] = name
    if row and not _fields(view, of_rows=True):
        return f"{commands[0]} is one row, so its figures are {_listed([name for name in wanted if not name.row])}."
    near = difflib.get_close_matches((field or row or text).casefold(), by_field, n=3)
    if near:
        return f"did you mean {_listed([by_field[name] for name in near], 'or')}?"
    return f"figures of {commands[0]} are {_listed(wanted)}."


def _listed(names: Sequence[Name], last: str = "and") -> str:
    *most, end = [str(name) for name in names]
    return f"{', '.join(most)} {last} {end}" if most else end
