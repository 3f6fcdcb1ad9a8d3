"""`bnacct pm-account`: the portfolio margin account as a whole."""

import typer

from bnacct import queries
from bnacct.cli.options import Shared, with_groups
from bnacct.cli.show import show


@with_groups
def pm_account(context: typer.Context, shared: Shared) -> None:
    """The portfolio margin account: equity and margin.

    bnacct pm-account

    bnacct pm-account -o json | jq -r .uniMMR
    """
    show(context.obj, shared, queries.named("pm-account"))
