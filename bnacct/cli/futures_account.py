"""`bnacct futures-account`: the USDⓈ-M futures account."""

import typer

from bnacct import queries
from bnacct.cli.asset import AssetOption, SymbolOption, asset_name, symbol_name
from bnacct.cli.options import Shared, with_groups
from bnacct.cli.show import show


@with_groups
def futures_account(
    context: typer.Context, shared: Shared, asset: AssetOption = None, symbol: SymbolOption = None
) -> None:
    """The USDⓈ-M futures account: totals, assets and positions.

    bnacct futures-account --section positions --sort -unrealizedProfit

    bnacct futures-account -o json | jq -r .totalMarginBalance
    """
    given = {"asset": asset_name(asset), "symbol": symbol_name(symbol)}
    show(context.obj, shared, queries.named("futures-account"), given)
