"""Names everything that can be asked: which command asks which endpoint, with which view and parameters.

Whatever lists commands reads this table: the command line and its help, completions, `doctor`, the tests.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from bnacct import endpoints, views
from bnacct.endpoints import HANDSHAKE_WEIGHT, LIMITS, POOLS, Endpoint, Host
from bnacct.views import View, WrongShape

__all__ = [
    "COMMANDS",
    "KEY_RIGHTS",
    "PROBES",
    "QUERIES",
    "SOURCES",
    "TABLES",
    "Paging",
    "Query",
    "Value",
    "WrongShape",
    "answering",
    "cost",
    "named",
    "of",
    "sections",
]

Value = str | int | bool

_HEAVY = 1000


class Paging(NamedTuple):
    """How a query is asked page after page: the parameters for a page's number and size, and the field of its rows."""

    number: str
    size: str
    rows: str
    most: int = 100


class Query(NamedTuple):
    """One question: the command that asks it, where it goes, and how the answer is read.

    `parameters` are those that a request always has, under the exchange's own names. A command with several queries
    tells them apart by `variant`, the first being the default. A query with `pages` is read to its last page.
    """

    command: str
    endpoint: Endpoint
    # Called where it is needed: a run loads the one family of views that it shows.
    shown_as: Callable[[], View]
    parameters: Mapping[str, Value] = {}
    variant: str = ""
    pages: Paging | None = None

    @property
    def view(self) -> View:
        """What the answer holds, and how it becomes rows."""
        return self.shown_as()

    @property
    def name(self) -> str:
        """The command, and the variant where there is one: `snapshot-margin`."""
        return f"{self.command}-{self.variant}" if self.variant else self.command

    @property
    def title(self) -> str:
        """What a list calls it: its name, or the operation where no command asks it by itself."""
        return self.name or self.operation

    @property
    def is_heavy(self) -> bool:
        """Whether one call spends about a tenth of a minute's weight. Such a one is made only if it was asked for."""
        return self.endpoint.weight > _HEAVY

    @property
    def pool(self) -> Host:
        """The host whose weight a call counts towards."""
        return POOLS.get(self.endpoint.host, self.endpoint.host)

    @property
    def counter(self) -> str:
        """The name of what counts a call's weight; see `endpoints.counter`."""
        return endpoints.counter(self.endpoint)

    @property
    def weight(self) -> int:
        """What a call weighs, the handshake of a connection of its own included."""
        return self.endpoint.weight + (HANDSHAKE_WEIGHT if self.endpoint.method == "WS" else 0)

    @property
    def weight_per_minute(self) -> int:
        """How much weight a minute has for such calls."""
        return endpoints.limit(self.endpoint).weight_per_minute

    @property
    def operation(self) -> str:
        """What is called, as readings are filed under: `GET /sapi/v1/accountSnapshot`, `WS account.balance`."""
        return f"{self.endpoint.method} {self.endpoint.path}"

    def asked(self, given: Mapping[str, Value | None]) -> dict[str, Value]:
        """Return the parameters that decide what is answered, in the order of the API document. None is not sent."""
        values = {**self.parameters, **given}
        known = [parameter.name for parameter in self.endpoint.parameters]
        return {name: value for name in known if (value := values.get(name)) is not None}

    def sent(self, asked: Mapping[str, Value], *, recv_window_ms: int, page: int = 1) -> dict[str, Value]:
        """Return what a request sends, except its timestamp."""
        paged = {self.pages.number: page, self.pages.size: self.pages.most} if self.pages else {}
        takes_window = endpoints.RECV_WINDOW in self.endpoint.parameters
        return {**asked, **paged, **({endpoints.RECV_WINDOW.name: recv_window_ms} if takes_window else {})}

    def document(self, answer: Any) -> Any:
        """Return an answer without its envelope, in the shape of the view. Raises `WrongShape`."""
        return views.document(self.view, answer)


_EARN_PAGES = Paging("current", "size", "rows")

QUERIES: tuple[Query, ...] = (
    Query("snapshot", endpoints.SNAPSHOT, lambda: views.SNAPSHOTS["SPOT"], {"type": "SPOT"}, "spot"),
    Query("snapshot", endpoints.SNAPSHOT, lambda: views.SNAPSHOTS["MARGIN"], {"type": "MARGIN"}, "margin"),
    Query("snapshot", endpoints.SNAPSHOT, lambda: views.SNAPSHOTS["FUTURES"], {"type": "FUTURES"}, "futures"),
    Query("futures-account", endpoints.FUTURES_ACCOUNT, lambda: views.FUTURES_ACCOUNT),
    Query("pm-balance", endpoints.PM_BALANCE, lambda: views.PM_BALANCE),
    Query("user-assets", endpoints.USER_ASSETS, lambda: views.USER_ASSETS, {"needBtcValuation": True}),
    Query("ws-balance", endpoints.WS_BALANCE, lambda: views.WS_BALANCE),
    Query("ws-balance", endpoints.WS_BALANCE_V2, lambda: views.WS_BALANCE, variant="v2"),
    Query("funding-assets", endpoints.FUNDING_ASSETS, lambda: views.FUNDING_ASSETS, {"needBtcValuation": True}),
    Query("margin-account", endpoints.MARGIN_ACCOUNT, lambda: views.MARGIN_ACCOUNT),
    Query("isolated-margin", endpoints.ISOLATED_MARGIN, lambda: views.ISOLATED_MARGIN),
    Query("futures-risk", endpoints.FUTURES_RISK, lambda: views.FUTURES_RISK),
    Query("coin-futures-account", endpoints.COIN_FUTURES_ACCOUNT, lambda: views.COIN_FUTURES_ACCOUNT),
    Query("options-account", endpoints.OPTIONS_ACCOUNT, lambda: views.OPTIONS_ACCOUNT),
    Query("pm-account", endpoints.PM_ACCOUNT, lambda: views.PM_ACCOUNT),
    Query(
        "earn-positions",
        endpoints.EARN_FLEXIBLE,
        lambda: views.EARN_POSITIONS["flexible"],
        variant="flexible",
        pages=_EARN_PAGES,
    ),
    Query(
        "earn-positions",
        endpoints.EARN_LOCKED,
        lambda: views.EARN_POSITIONS["locked"],
        variant="locked",
        pages=_EARN_PAGES,
    ),
)


# What no command shows: how each host is tried (by its clock, or where it has none by a ping), and the key's rights.
def _nothing() -> View:
    return View("", sections=())


PROBES: Mapping[Host, Query] = {
    "sapi": Query("", endpoints.API_TIME, _nothing),
    "fapi": Query("", endpoints.FAPI_TIME, _nothing),
    "papi": Query("", endpoints.PM_PING, _nothing),
    "dapi": Query("", endpoints.DAPI_TIME, _nothing),
    "eapi": Query("", endpoints.EAPI_TIME, _nothing),
}
KEY_RIGHTS = Query("", endpoints.API_RESTRICTIONS, _nothing)


def _source(endpoint: Endpoint, parameters: Mapping[str, Value] = {}, pages: Paging | None = None) -> Query:
    return Query("", endpoint, _nothing, parameters, pages=pages)


_LOAN_PAGES = Paging("current", "limit", "rows")
_DUAL_PAGES = Paging("pageIndex", "pageSize", "list")

# What `overview` asks, by the names that `worth` gives to its sources.
SOURCES: Mapping[str, Query] = {
    "key-rights": KEY_RIGHTS,
    "account-info": _source(endpoints.ACCOUNT_INFO),
    "portfolio-probe": _source(endpoints.PORTFOLIO_ACCOUNT),
    "wallet-balance": _source(endpoints.WALLET_BALANCE, {"quoteAsset": "USDT"}),
    "spot": _source(endpoints.USER_ASSETS, {"needBtcValuation": True}),
    "funding": _source(endpoints.FUNDING_ASSETS, {"needBtcValuation": True}),
    "cross-margin": _source(endpoints.MARGIN_ACCOUNT),
    "isolated-margin": _source(endpoints.ISOLATED_MARGIN),
    "usdm-futures": _source(endpoints.FUTURES_ACCOUNT),
    "coinm-futures": _source(endpoints.COIN_FUTURES_ACCOUNT),
    "options": _source(endpoints.OPTIONS_ACCOUNT),
    "pm-balance": _source(endpoints.PM_BALANCE),
    "pm-account": _source(endpoints.PM_ACCOUNT),
    "pm-pro-balance": _source(endpoints.PORTFOLIO_BALANCE),
    "pm-loan": _source(endpoints.PORTFOLIO_LOAN),
    "liquidation-loan": _source(endpoints.LIQUIDATION_LOAN),
    "earn-flexible": _source(endpoints.EARN_FLEXIBLE, pages=_EARN_PAGES),
    "earn-locked": _source(endpoints.EARN_LOCKED, pages=_EARN_PAGES),
    "onchain-yields": _source(endpoints.ONCHAIN_YIELDS, pages=_EARN_PAGES),
    **{
        name: _source(endpoints.DUAL_POSITIONS, {"status": status}, _DUAL_PAGES)
        for name, status in (
            ("dual-pending", "PENDING"),
            ("dual-purchased", "PURCHASE_SUCCESS"),
            ("dual-settling", "SETTLING"),
            ("dual-refunding", "REFUNDING"),
        )
    },
    "flexible-loan": _source(endpoints.FLEXIBLE_LOANS, pages=_LOAN_PAGES),
    "vip-loan": _source(endpoints.VIP_LOANS, pages=_LOAN_PAGES),
    "prices": _source(endpoints.PRICES, {"symbolStatus": "TRADING"}),
    "asset-index": _source(endpoints.ASSET_INDEX),
    "identity": _source(endpoints.SPOT_ACCOUNT, {"omitZeroBalances": True}),
}

# The same for all accounts: a run reads them once, and keeps them with its first account.
TABLES: tuple[Query, ...] = (SOURCES["prices"], SOURCES["asset-index"])

COMMANDS: tuple[str, ...] = tuple(dict.fromkeys(query.command for query in QUERIES))


def of(command: str) -> tuple[Query, ...]:
    """Return the queries of a command, the default first."""
    return tuple(query for query in QUERIES if query.command == command)


def named(command: str, variant: str = "") -> Query:
    """Return the query of a command, or its default one. Raises KeyError where there is no such variant."""
    found = of(command)
    return found[0] if not variant else {query.variant: query for query in found}[variant]


def answering(operation: str, parameters: Mapping[str, Value]) -> Query | None:
    """Return the query that asked for an operation with these parameters, or None where no query of today does."""
    for query in (*QUERIES, *SOURCES.values(), *PROBES.values()):
        # A flag of ours may have been turned off (needBtcValuation), a choice among several (type) may not.
        fixed = {name: value for name, value in query.parameters.items() if isinstance(value, str)}
        if query.operation == operation and fixed.items() <= parameters.items():
            return query
    return None


def cost(command: str) -> str:
    """Return the sentence of a command's help that says what a call weighs."""
    endpoint = named(command).endpoint
    sentence = f"A call weighs {endpoint.weight} of {LIMITS[endpoint.host].weight_per_minute} a minute"
    if endpoint.host in POOLS:
        shared = next(query.command for query in QUERIES if query.endpoint.host == POOLS[endpoint.host])
        sentence += f", shared with {shared}"
    if endpoint.method == "WS":
        sentence += f"; connecting, {HANDSHAKE_WEIGHT} more"
    return f"{sentence}."


def sections(command: str) -> str:
    """Return the sentence of a command's help that names the sections of its answer."""
    shown = {query.variant: query.view for query in of(command)} or {"": views.VIEWS[command]}
    found = {variant: ", ".join([section.name for section in view.sections]) for variant, view in shown.items()}
    if len(set(found.values())) > 1:
        return "Sections: " + "; ".join([f"{names} ({variant})" for variant, names in found.items()]) + "."
    return f"Sections: {next(iter(found.values()))}."
