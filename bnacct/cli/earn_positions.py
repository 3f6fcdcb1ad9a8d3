"""`bnacct earn-positions`: what is in Simple Earn."""

from typing import Annotated

import typer

from bnacct import errors, queries
from bnacct.cli.asset import AssetOption, asset_name
from bnacct.cli.options import Shared, with_groups
from bnacct.cli.show import show

TYPES = tuple(query.variant for query in queries.of("earn-positions"))


@with_groups
def earn_positions(
    context: typer.Context,
    shared: Shared,
    type_: Annotated[str, typer.Option("--type", metavar="|".join(TYPES), help="Which positions.")] = TYPES[0],
    asset: AssetOption = None,
    product_id: Annotated[
        str | None, typer.Option("--product-id", metavar="ID", help="Only this flexible product.")
    ] = None,
    project_id: Annotated[
        str | None, typer.Option("--project-id", metavar="ID", help="Only this locked product.")
    ] = None,
    position_id: Annotated[
        int | None, typer.Option("--position-id", metavar="ID", help="Only this locked position.")
    ] = None,
) -> None:
    """What is in Simple Earn, flexible or locked.

    bnacct earn-positions

    bnacct earn-positions --type locked --fields asset,amount,deliverDate

    Every page is read, or the command fails; each page has the weight.
    """
    if type_.lower() not in TYPES:
        raise errors.not_one_of("--type", type_, TYPES)
    query = queries.named("earn-positions", type_.lower())
    given = {
        "asset": asset_name(asset),
        "productId": product_id,
        "projectId": project_id,
        "positionId": position_id,
    }
    known = [parameter.name for parameter in query.endpoint.parameters]
    for name, value in given.items():
        if value is not None and name not in known:
            raise errors.UsageError(f"--{name.removesuffix('Id')}-id is not for {query.variant} positions.")
    show(context.obj, shared, query, given)
