"""`bnacct pm-balance`: the portfolio margin account."""

import typer

from bnacct import queries
from bnacct.cli.asset import AssetOption, asset_name
from bnacct.cli.options import Shared, with_groups
from bnacct.cli.show import show


@with_groups
def pm_balance(context: typer.Context, shared: Shared, asset: AssetOption = None) -> None:
    """The portfolio margin account: wallets and debt.

    bnacct pm-balance --asset USDT

    bnacct pm-balance --fields asset,crossMarginBorrowed,negativeBalance
    """
    show(context.obj, shared, queries.named("pm-balance"), {"asset": asset_name(asset)})
