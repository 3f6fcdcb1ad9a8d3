"""The options about assets: which one, and whether to value them."""

from typing import Annotated

import typer

from bnacct import errors

AssetOption = Annotated[str | None, typer.Option("--asset", metavar="ASSET", help="Only this asset, like USDT.")]

BtcValuationOption = Annotated[
    bool, typer.Option("--btc-valuation/--no-btc-valuation", help="Value each asset in BTC; it costs nothing.")
]


def asset_name(text: str | None) -> str | None:
    """Return an asset's name as the exchange writes it: in capitals, where it has any. Raises `errors.UsageError`."""
    if text is None:
        return None
    name = text.strip()
    if not name or not _is_unicode(name):
        raise errors.UsageError(f"--asset: {name!r} is not the name of an asset.")
    return name.upper() if name.isascii() else name


def _is_unicode(text: str) -> bool:
    # An argument that is not valid text arrives with lone surrogates, which nothing can send.
    return not any("\ud800" <= character <= "\udfff" for character in text)
