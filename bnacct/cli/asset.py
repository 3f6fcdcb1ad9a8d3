"""The options about assets and symbols: which ones, and whether to value them."""

from collections.abc import Mapping
from typing import Annotated

import typer

from bnacct import errors

AssetOption = Annotated[
    str | None, typer.Option("--asset", metavar="A[,B]", help="Only these assets, like USDT or BTC,ETH.")
]
SymbolOption = Annotated[
    str | None, typer.Option("--symbol", metavar="A[,B]", help="Only positions in these symbols, like BTCUSDT.")
]

# What `given` of a command may narrow an answer to: the request's parameter, which is also the column.
_NARROWING = ("asset", "symbol")

BtcValuationOption = Annotated[
    bool, typer.Option("--btc-valuation/--no-btc-valuation", help="Value each asset in BTC; it costs nothing.")
]


def asset_name(text: str | None) -> str | None:
    """Return the names of assets as the exchange writes them: in capitals, where it has any, with commas between.

    Raises `errors.UsageError`.
    """
    return _names("--asset", "an asset", text)


def symbol_name(text: str | None) -> str | None:
    """Return the names of symbols, as `asset_name` does."""
    return _names("--symbol", "a symbol", text)


def without_valuation(btc_valuation: bool) -> dict[str, str]:
    """Return what is left out where no valuation is asked for: the exchange fills it in with zeros."""
    return {} if btc_valuation else {"btcValuation": "--no-btc-valuation"}


def wanted(given: Mapping[str, object]) -> dict[str, tuple[str, ...]]:
    """Return the names that rows are narrowed to, by column."""
    named = {column: given.get(column) for column in _NARROWING}
    return {column: tuple(text.split(",")) for column, text in named.items() if isinstance(text, str)}


def _names(option: str, kind: str, text: str | None) -> str | None:
    if text is None:
        return None
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if not name or not _is_unicode(name):
            raise errors.UsageError(f"{option}: {name!r} is not the name of {kind}.")
    return ",".join(dict.fromkeys([name.upper() if name.isascii() else name for name in names]))


def _is_unicode(text: str) -> bool:
    # An argument that is not valid text arrives with lone surrogates, which nothing can send.
    return not any("\ud800" <= character <= "\udfff" for character in text)
