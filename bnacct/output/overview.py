"""Writes an overview for people: the total first, then wallets and assets, rounded on the screen only."""

import textwrap
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal  # noqa: TID253 - only tables of an overview import this module
from typing import Any

from bnacct.output.choices import Repeat, Screen, Selection
from bnacct.output.escapes import visible
from bnacct.views import OVERVIEW, Row, Section, View
from bnacct.views.amounts import number

# Quotes whose values are shown with two decimals. All others have eight.
_MONEY = frozenset(
    ("USDT", "USDC", "FDUSD", "TUSD", "DAI", "EUR", "TRY", "BRL", "GBP", "AUD", "JPY", "PLN", "ARS", "UAH", "RUB")
)
_PRICE_DIGITS = 8
_WORDS = {"exact": "Total", "at least": "At least", "unknown": "Partial"}
# A headline names so many wallets, and counts more of them.
_MOST_NAMED = 3
# It names so many missing parts, and counts more of them.
_MOST_MISSING = 6
# What holds nothing, and is not shown without --all.
_EMPTY = ("readable", "not opened", "not asked", "covered", "no endpoint")

# What a table has room for; --wide and --fields show the rest.
_SHOWN = {"wallets": "wallet value status exchangeValue", "assets": "asset value share quantity price"}


def render(document: Any, selection: Selection, screen: Screen, repeat: Repeat) -> tuple[Iterable[str], list[str]]:
    """Return the text of an overview, and the notes that belong beside it."""
    if "accounts" in document:
        return _render_several(document, selection, screen, repeat)
    return _render_one(document, selection, screen, repeat)


def _render_several(
    document: Any, selection: Selection, screen: Screen, repeat: Repeat
) -> tuple[Iterable[str], list[str]]:
    """Return the grand total, and a block for each account."""
    total = document["grandTotal"]
    value = amount(total["value"], total["quote"], for_person=screen.is_terminal or screen.color)
    texts = [f"{total['word']} {value} {total['quote']} {total['of']}\n"]
    is_hidden = False
    earlier = dict(repeat.previous["accounts"]) if repeat.previous else {}
    for name, found in document["accounts"]:
        own = repeat._replace(previous=earlier.get(name))
        drawn, own_notes = _render_one(found, selection, screen, own, name)
        texts += ["\n", *drawn]
        is_hidden = is_hidden or bool(own_notes)
    return texts, ["wallets without value, and small change, are hidden; --all shows them."] if is_hidden else []


def _render_one(
    document: Any, selection: Selection, screen: Screen, repeat: Repeat, name: str = ""
) -> tuple[Iterable[str], list[str]]:
    from bnacct.output import table

    for_person = screen.is_terminal or screen.color
    texts: list[str] = []
    if selection.section is None:
        texts = ["\n".join(_fitted(headline(document, for_person=for_person, name=name), screen.width)) + "\n\n"]
    sections = _SHOWN if selection.section is None else (selection.section.name,)
    shown, notes = on_screen(document, sections, every=selection.zero_rows)
    previous = None if repeat.previous is None else on_screen(repeat.previous, sections, every=True)[0]
    drawn, table_notes = table.render(_view(selection), shown, selection._replace(zero_rows=True), screen, previous)
    return [*texts, *drawn], [*notes, *table_notes]


def headline(document: Mapping[str, Any], *, for_person: bool, name: str = "") -> list[str]:
    """Return the lines that stand first: the total and what it is, and each part that it lacks."""
    total, quote = document["total"], document["quoteAsset"]
    prices_at = document["pricesAt"]
    word = _WORDS[total["bound"]]
    title = f"{name}: " if name else ""
    if total["value"] is None:
        lines = [f"{title}{word}: the value is unknown, as prices could not be read."]
    else:
        clock = "" if prices_at is None else f", prices at {_clock(prices_at)}"
        value = amount(total["value"], quote, for_person=for_person)
        lines = [f"{title}{word} {value} {quote}{_covered(document)}{clock}"]
        assets, debts = (amount(total[part], quote, for_person=for_person) for part in ("assets", "debts"))
        lines += [f"Assets {assets}, debts {debts}.", *_estimate(document, quote, for_person=for_person)]
    missing = total["missing"]
    for part in missing[:_MOST_MISSING]:
        lines.append(f"Missing: {part.get('wallet') or part.get('asset')}: {part['reason']}.")
    if len(missing) > _MOST_MISSING:
        lines.append(f"Missing: {len(missing) - _MOST_MISSING} more parts; -o json names them all.")
    return [visible(line) for line in lines]


def amount(value: str | None, quote: str, *, for_person: bool) -> str:
    """Return a value rounded for the screen, with commas between thousands for a person."""
    found = number(value)
    if found is None:
        return "?"
    return f"{found:,.{_places(quote)}f}" if for_person else f"{found:.{_places(quote)}f}"


def on_screen(
    document: Mapping[str, Any], sections: Collection[str], *, every: bool
) -> tuple[dict[str, Any], list[str]]:
    """Return the document with values rounded, and what is hidden in words: small change, and wallets without value.

    Holdings, which may be thousands, are as they were unless they are among the sections to be shown, which are named.
    """
    quote = document["quoteAsset"]
    notes: list[str] = []
    wallets, assets = document["wallets"], document["assets"]
    if not every:
        kept = [row for row in wallets if not _is_empty(row)]
        if len(kept) < len(wallets):
            notes.append(
                f"wallets: {_counted(len(wallets) - len(kept), 'wallet')} without value hidden; --all shows them."
            )
        wallets = kept
        least, words = _small(document)
        kept = [row for row in assets if not _is_small(row, least)]
        if len(kept) < len(assets):
            notes.append(f"assets: {_counted(len(assets) - len(kept), 'asset')} {words} hidden; --all shows them.")
        assets = kept
    total = {
        **document["total"],
        **{part: rounded(document["total"][part], quote) for part in ("value", "assets", "debts")},
    }
    shown = {
        **document,
        "total": total,
        "wallets": [_with_rounded(row, quote, "value", "exchangeValue") for row in wallets],
        "assets": [_priced(row, quote, share=_percent(row["share"])) for row in assets],
    }
    if "holdings" in sections:
        shown["holdings"] = [_priced(row, quote) for row in document["holdings"]]
    return shown, notes


def _view(selection: Selection) -> View:
    """Return the sections to show: wallets and assets, and of these what a table has room for."""
    if selection.section is not None:
        return OVERVIEW
    sections = []
    for name, names in _SHOWN.items():
        section = OVERVIEW.section(name)
        by_name = {column.name: column for column in section.columns}
        columns = section.columns if selection.every_column else tuple(by_name[each] for each in names.split())
        sections.append(Section(name, columns, key=name))
    return View(OVERVIEW.name, tuple(sections))


def _covered(document: Mapping[str, Any]) -> str:
    covers: Sequence[str] = document["total"]["covers"]
    if len(covers) <= _MOST_NAMED:
        return f" in {', '.join(covers)}" if covers else ""
    return f" in {len(covers)} wallets"


def _estimate(document: Mapping[str, Any], quote: str, *, for_person: bool) -> list[str]:
    estimate = document["exchangeEstimate"]
    if estimate["value"] is None:
        return []
    value = amount(estimate["value"], quote, for_person=for_person)
    difference = amount(estimate["difference"], quote, for_person=for_person)
    signed = difference if difference.startswith("-") else f"+{difference}"
    return [f"The exchange's own estimate is {value}; the difference is {signed}."]


def _is_empty(row: Row) -> bool:
    if row["status"] in ("not opened", "not asked", "covered"):
        return not number(row["value"]) and not number(row["exchangeValue"])
    return row["status"] in _EMPTY and number(row["value"]) == 0 and not number(row["exchangeValue"])


def _is_small(row: Row, least: Decimal) -> bool:
    value = number(row["value"])
    return value is not None and 0 <= value < least


def _small(document: Mapping[str, Any]) -> tuple[Decimal, str]:
    """Return the value below which an asset is small change, about one USDT, and words for that."""
    quote = document["quoteAsset"]
    if quote in _MONEY:
        return Decimal(1), f"below 1 {quote}"
    stable = next((number(row["price"]) for row in document["assets"] if row["asset"] == "USDT"), None)
    if stable is not None:
        return stable, "below 1 USDT"
    whole = number(document["total"]["assets"]) or Decimal(0)
    return whole.scaleb(-5), "below 0.001 % of the assets"


def _with_rounded(row: Row, quote: str, *names: str) -> Row:
    return {**row, **{name: rounded(row[name], quote) for name in names}}


def _priced(row: Row, quote: str, **others: str) -> Row:
    return {**row, "value": rounded(row["value"], quote), "price": _price(row["price"]), **others}


def _percent(share: str | None) -> str:
    found = number(share)
    return "" if found is None else f"{found * 100:.2f} %"


def _price(price: str | None) -> str | None:
    found = number(price)
    if found is None:
        return price
    places = max(_PRICE_DIGITS - 1 - found.adjusted(), 2) if found else 2
    return f"{found:.{places}f}".rstrip("0").rstrip(".")


def rounded(value: str | None, quote: str) -> str | None:
    """Return a value rounded for the screen, as it is where it is no number."""
    found = number(value)
    return value if found is None else f"{found:.{_places(quote)}f}"


def _places(quote: str) -> int:
    return 2 if quote in _MONEY else 8


def _clock(at_ms: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(at_ms // 1000))


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"


def _fitted(lines: Sequence[str], width: int | None) -> list[str]:
    if width is None:
        return list(lines)
    return [
        part
        for line in lines
        for part in textwrap.wrap(line, max(width, 20), subsequent_indent="  ", break_long_words=False)
    ]
