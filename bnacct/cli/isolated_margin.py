"""`bnacct isolated-margin`: the isolated margin account."""

from typing import Annotated

import typer

from bnacct import queries
from bnacct.cli.asset import AssetOption, asset_name
from bnacct.cli.options import Shared, with_groups
from bnacct.cli.show import show


@with_groups
def isolated_margin(
    context: typer.Context,
    shared: Shared,
    symbols: Annotated[
        str | None, typer.Option("--symbols", metavar="A,B,C", help="Only these pairs, five at most; without totals.")
    ] = None,
    asset: AssetOption = None,
) -> None:
    """Isolated margin: both sides of each pair.

    bnacct isolated-margin --symbols BTCUSDT,ETHUSDT

    bnacct isolated-margin --fields symbol,asset,netAsset,marginLevel
    """
    given = {"symbols": symbols and symbols.replace(" ", "").upper(), "asset": asset_name(asset)}
    show(context.obj, shared, queries.named("isolated-margin"), given)
