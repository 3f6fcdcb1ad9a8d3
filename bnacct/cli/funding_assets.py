"""`bnacct funding-assets`: what the funding wallet holds."""

import typer

from bnacct import queries
from bnacct.cli.asset import AssetOption, BtcValuationOption, asset_name, without_valuation
from bnacct.cli.options import Shared, with_groups
from bnacct.cli.show import show


@with_groups
def funding_assets(
    context: typer.Context, shared: Shared, asset: AssetOption = None, btc_valuation: BtcValuationOption = True
) -> None:
    """What the funding wallet holds, by asset.

    bnacct funding-assets --sort -btcValuation

    bnacct funding-assets --asset USDT -o json | jq -r '.[].freeze'
    """
    parameters = {"asset": asset_name(asset), "needBtcValuation": btc_valuation}
    show(context.obj, shared, queries.named("funding-assets"), parameters, hidden=without_valuation(btc_valuation))
