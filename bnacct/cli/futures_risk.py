"""`bnacct futures-risk`: how near USDⓈ-M positions are to liquidation."""

import typer

from bnacct import queries
from bnacct.cli.asset import SymbolOption, symbol_name
from bnacct.cli.options import Shared, with_groups
from bnacct.cli.show import show


@with_groups
def futures_risk(context: typer.Context, shared: Shared, symbol: SymbolOption = None) -> None:
    """The USDⓈ-M positions, and how far liquidation is.

    bnacct futures-risk --symbol BTCUSDT

    bnacct futures-risk --sort -unRealizedProfit
    """
    show(context.obj, shared, queries.named("futures-risk"), {"symbol": symbol_name(symbol)})
