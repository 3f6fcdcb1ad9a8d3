"""`bnacct user-assets`: what the spot wallet holds."""

import typer

from bnacct import queries
from bnacct.cli.asset import AssetOption, BtcValuationOption, asset_name, without_valuation
from bnacct.cli.options import Shared, with_groups
from bnacct.cli.show import show


@with_groups
def user_assets(
    context: typer.Context, shared: Shared, asset: AssetOption = None, btc_valuation: BtcValuationOption = True
) -> None:
    """What the spot wallet holds, by asset.

    bnacct user-assets --sort -btcValuation

    bnacct user-assets --asset BTC -o json | jq -r '.[].free'
    """
    parameters = {"asset": asset_name(asset), "needBtcValuation": btc_valuation}
    show(context.obj, shared, queries.named("user-assets"), parameters, hidden=without_valuation(btc_valuation))
