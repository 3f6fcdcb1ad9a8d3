"""What can be asked, for tests that ask it of every command: arguments, view, and where the answer's rows stand."""

from collections.abc import Callable
from typing import Any, NamedTuple

from bnacct import endpoints, views
from bnacct.client import decoding
from bnacct.endpoints import Endpoint
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


def _snapshot(kind: str) -> Command:
    view = views.SNAPSHOTS[kind.upper()]
    arguments = ("snapshot", "--type", kind, "--days", "14")
    return Command(f"snapshot-{kind}", arguments, view, endpoints.SNAPSHOT, {"type": kind.upper(), "limit": 14})


COMMANDS = [
    Command("user-assets", ("user-assets",), views.USER_ASSETS, endpoints.USER_ASSETS, {"needBtcValuation": True}),
    Command("futures-account", ("futures-account",), views.FUTURES_ACCOUNT, endpoints.FUTURES_ACCOUNT, {}),
    Command("pm-balance", ("pm-balance",), views.PM_BALANCE, endpoints.PM_BALANCE, {}),
    Command("ws-balance", ("ws-balance",), views.WS_BALANCE, endpoints.WS_BALANCE, {}),
    *map(_snapshot, ("spot", "margin", "futures")),
]


def _days(body: Any) -> list[dict[str, Any]]:
    return [{"updateTime": day["updateTime"], **day["data"]} for day in body["snapshotVos"]]


def _of_days(body: Any, name: str) -> list[dict[str, Any]]:
    return [{"updateTime": day["updateTime"], **row} for day in body["snapshotVos"] for row in day["data"][name]]


# Where each section's rows stand in a body, told without the views.
ROWS: dict[tuple[str, str], Callable[[Any], list[dict[str, Any]]]] = {
    ("user-assets", "assets"): lambda body: body,
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
