"""`bnacct options-account`: the options account."""

import typer

from bnacct import queries
from bnacct.cli.asset import AssetOption, asset_name
from bnacct.cli.options import Shared, with_groups
from bnacct.cli.show import show


@with_groups
def options_account(context: typer.Context, shared: Shared, asset: AssetOption = None) -> None:
    """The options account: margin, and the greeks.

    bnacct options-account --section greek

    bnacct options-account -o json | jq -r '.asset[0].equity'
    """
    show(context.obj, shared, queries.named("options-account"), {"asset": asset_name(asset)})
