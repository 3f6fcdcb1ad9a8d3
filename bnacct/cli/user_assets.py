"""`bnacct user-assets`: what the spot wallet holds."""

from typing import Annotated

import typer

from bnacct import queries
from bnacct.cli.asset import AssetOption, asset_name
from bnacct.cli.options import Shared, with_groups
from bnacct.cli.show import show


@with_groups
def user_assets(
    context: typer.Context,
    shared: Shared,
    asset: AssetOption = None,
    btc_valuation: Annotated[
        bool, typer.Option("--btc-valuation/--no-btc-valuation", help="Value each asset in BTC; it costs nothing.")
    ] = True,
) -> None:
    """What the spot wallet holds, by asset.

    bnacct user-assets --sort -btcValuation

    bnacct user-assets --asset BTC -o json | jq -r '.[].free'
    """
    parameters = {"asset": asset_name(asset), "needBtcValuation": btc_valuation}
    show(context.obj, shared, queries.named("user-assets"), parameters)
