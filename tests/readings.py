"""What can be asked, for tests that ask it of every command: arguments, view, and where the answer's rows stand."""

from collections.abc import Callable
from typing import Any, NamedTuple

from bnacct import queries, views
from bnacct.client import decoding
from bnacct.endpoints import Endpoint
from bnacct.queries import Query
from bnacct.sandbox.accounts import open_account
from bnacct.sandbox.encoding import encode
from bnacct.sandbox.exchange.payloads import PAYLOADS
from bnacct.views import View


class Command(NamedTuple):
    """One of the commands. `parameters` are those of the request that decide what is answered."""

    name: str
    arguments: tuple[str, ...]
    view: View
    endpoint: Endpoint
    parameters: dict[str, Any]

    def document(self, account: str, now_ms: int) -> Any:
        """Return what an account answers, as the program reads it."""
        answer = PAYLOADS[self.endpoint.path](open_account(account), self.parameters, now_ms)
        return views.document(self.view, decoding.decode(encode(answer)))


def _command(query: Query) -> Command:
    """Return the command line that asks a query, and the parameters it sends."""
    arguments = (query.command, "--type", query.variant) if query.variant else (query.command,)
    days = {"limit": 14} if query.command == "snapshot" else {}
    asked = (*arguments, "--days", "14") if days else arguments
    return Command(query.name, asked, query.view, query.endpoint, query.asked(days))


# The second version of ws-balance is the same view, and the same account.
COMMANDS = [_command(query) for query in queries.QUERIES if query.variant != "v2"]


def _days(body: Any) -> list[dict[str, Any]]:
    return [{"updateTime": day["updateTime"], **day["data"]} for day in body["snapshotVos"]]


def _of_days(body: Any, name: str) -> list[dict[str, Any]]:
    return [{"updateTime": day["updateTime"], **row} for day in body["snapshotVos"] for row in day["data"][name]]


def _sides(body: Any) -> list[dict[str, Any]]:
    sides = ("baseAsset", "quoteAsset")
    own = [{name: value for name, value in pair.items() if name not in sides} for pair in body["assets"]]
    return [{**common, **pair[side]} for common, pair in zip(own, body["assets"], strict=True) for side in sides]


# Where each section's rows stand in a body, told without the views.
ROWS: dict[tuple[str, str], Callable[[Any], list[dict[str, Any]]]] = {
    ("user-assets", "assets"): lambda body: body,
    ("funding-assets", "assets"): lambda body: body,
    ("margin-account", "userAssets"): lambda body: body["userAssets"],
    ("margin-account", "totals"): lambda body: [body],
    ("isolated-margin", "assets"): _sides,
    ("isolated-margin", "totals"): lambda body: [body],
    ("futures-risk", "positions"): lambda body: body,
    ("coin-futures-account", "assets"): lambda body: body["assets"],
    ("coin-futures-account", "positions"): lambda body: body["positions"],
    ("options-account", "asset"): lambda body: body["asset"],
    ("options-account", "greek"): lambda body: body["greek"],
    ("pm-account", "account"): lambda body: [body],
    ("earn-positions-flexible", "rows"): lambda body: body["rows"],
    ("earn-positions-locked", "rows"): lambda body: body["rows"],
    ("pm-balance", "balances"): lambda body: body,
    ("ws-balance", "balances"): lambda body: body["result"],
    ("futures-account", "assets"): lambda body: body["assets"],
    ("futures-account", "positions"): lambda body: body["positions"],
    ("futures-account", "totals"): lambda body: [body],
    ("snapshot-spot", "balances"): lambda body: _of_days(body, "balances"),
    ("snapshot-spot", "totals"): _days,
    ("snapshot-margin", "userAssets"): lambda body: _of_days(body, "userAssets"),
    ("snapshot-margin", "totals"): _days,
    ("snapshot-futures", "assets"): lambda body: _of_days(body, "assets"),
    ("snapshot-futures", "position"): lambda body: _of_days(body, "position"),
}
