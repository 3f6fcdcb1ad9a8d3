"""`bnacct margin-account`: the cross margin account."""

import typer

from bnacct import queries
from bnacct.cli.asset import AssetOption, asset_name
from bnacct.cli.options import Shared, with_groups
from bnacct.cli.show import show


@with_groups
def margin_account(context: typer.Context, shared: Shared, asset: AssetOption = None) -> None:
    """Cross margin: assets, debt, and totals in BTC.

    bnacct margin-account --sort -netAsset

    bnacct margin-account -o json | jq -r .marginLevel
    """
    show(context.obj, shared, queries.named("margin-account"), {"asset": asset_name(asset)})
