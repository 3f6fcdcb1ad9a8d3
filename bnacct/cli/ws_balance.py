"""`bnacct ws-balance`: the USDⓈ-M futures balances, over the WebSocket API."""

from typing import Annotated

import typer

from bnacct import queries
from bnacct.cli.asset import AssetOption, asset_name
from bnacct.cli.options import Shared, with_groups
from bnacct.cli.show import show


@with_groups
def ws_balance(
    context: typer.Context,
    shared: Shared,
    asset: AssetOption = None,
    v2: Annotated[bool, typer.Option("--v2", help="Call v2/account.balance instead of account.balance.")] = False,
) -> None:
    """The USDⓈ-M futures balances, over the WebSocket API.

    bnacct ws-balance --v2

    bnacct ws-balance --watch 5
    """
    show(context.obj, shared, queries.named("ws-balance", "v2" if v2 else ""), {"asset": asset_name(asset)})
