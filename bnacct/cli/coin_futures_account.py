"""`bnacct coin-futures-account`: the COIN-M futures account."""

import typer

from bnacct import queries
from bnacct.cli.asset import AssetOption, SymbolOption, asset_name, symbol_name
from bnacct.cli.options import Shared, with_groups
from bnacct.cli.show import show


@with_groups
def coin_futures_account(
    context: typer.Context, shared: Shared, asset: AssetOption = None, symbol: SymbolOption = None
) -> None:
    """The COIN-M futures account: assets and positions.

    bnacct coin-futures-account --section positions

    bnacct coin-futures-account -o json | jq -r '.assets[] | [.asset, .marginBalance] | @tsv'
    """
    given = {"asset": asset_name(asset), "symbol": symbol_name(symbol)}
    show(context.obj, shared, queries.named("coin-futures-account"), given)
