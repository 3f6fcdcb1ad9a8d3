"""Describes every endpoint the program may call.

This table is the read-only guard: a client sends nothing that is not a row of it.
The guard is keyed on (method, path), since the method alone says little at this exchange:
`POST /sapi/v3/asset/getUserAsset` only reads, and elsewhere one path reads with GET and writes with POST.

Weights and parameters are those of the API documents linked in each row; limits are those of the
exchange's "general information" pages.
"""

from bnacct.endpoints.commands import (
    COIN_FUTURES_ACCOUNT,
    EARN_FLEXIBLE,
    EARN_LOCKED,
    FUNDING_ASSETS,
    FUTURES_ACCOUNT,
    FUTURES_RISK,
    ISOLATED_MARGIN,
    MARGIN_ACCOUNT,
    OPTIONS_ACCOUNT,
    PM_ACCOUNT,
    PM_BALANCE,
    SNAPSHOT,
    USER_ASSETS,
    WS_BALANCE,
    WS_BALANCE_V2,
)
from bnacct.endpoints.probes import (
    API_RESTRICTIONS,
    API_TIME,
    DAPI_TIME,
    EAPI_TIME,
    FAPI_TIME,
    PM_PING,
)
from bnacct.endpoints.terms import ASSET, RECV_WINDOW, TIMESTAMP, Endpoint, Host, Limit, Parameter, ParameterType
from bnacct.endpoints.worth import (
    ACCOUNT_INFO,
    ASSET_INDEX,
    DUAL_POSITIONS,
    FLEXIBLE_LOANS,
    LIQUIDATION_LOAN,
    ONCHAIN_YIELDS,
    PORTFOLIO_ACCOUNT,
    PORTFOLIO_BALANCE,
    PORTFOLIO_LOAN,
    PRICES,
    SPOT_ACCOUNT,
    VIP_LOANS,
    WALLET_BALANCE,
)

__all__ = [
    "ACCOUNT_INFO",
    "ALLOWED",
    "API_RESTRICTIONS",
    "API_TIME",
    "ASSET",
    "ASSET_INDEX",
    "CLOCKS",
    "COIN_FUTURES_ACCOUNT",
    "DAPI_TIME",
    "DUAL_POSITIONS",
    "EAPI_TIME",
    "EARN_FLEXIBLE",
    "EARN_LOCKED",
    "ENDPOINTS",
    "FAPI_TIME",
    "FLEXIBLE_LOANS",
    "FUNDING_ASSETS",
    "FUTURES_ACCOUNT",
    "FUTURES_RISK",
    "HANDSHAKE_WEIGHT",
    "ISOLATED_MARGIN",
    "LIMITS",
    "LIQUIDATION_LOAN",
    "MARGIN_ACCOUNT",
    "ONCHAIN_YIELDS",
    "OPTIONS_ACCOUNT",
    "PM_ACCOUNT",
    "PM_BALANCE",
    "PM_PING",
    "POOLS",
    "PORTFOLIO_ACCOUNT",
    "PORTFOLIO_BALANCE",
    "PORTFOLIO_LOAN",
    "PRICES",
    "RECV_WINDOW",
    "SNAPSHOT",
    "SPOT_ACCOUNT",
    "TIMESTAMP",
    "USER_ASSETS",
    "VIP_LOANS",
    "WALLET_BALANCE",
    "WS_BALANCE",
    "WS_BALANCE_V2",
    "Endpoint",
    "Host",
    "Limit",
    "Parameter",
    "ParameterType",
    "counter",
    "limit",
]

# A WebSocket handshake is counted too, before any call over it.
HANDSHAKE_WEIGHT = 5

ENDPOINTS: tuple[Endpoint, ...] = (
    SNAPSHOT,
    FUTURES_ACCOUNT,
    PM_BALANCE,
    USER_ASSETS,
    FUNDING_ASSETS,
    MARGIN_ACCOUNT,
    ISOLATED_MARGIN,
    FUTURES_RISK,
    COIN_FUTURES_ACCOUNT,
    OPTIONS_ACCOUNT,
    PM_ACCOUNT,
    EARN_FLEXIBLE,
    EARN_LOCKED,
    WS_BALANCE,
    WS_BALANCE_V2,
    API_TIME,
    FAPI_TIME,
    DAPI_TIME,
    EAPI_TIME,
    PM_PING,
    API_RESTRICTIONS,
    ACCOUNT_INFO,
    WALLET_BALANCE,
    SPOT_ACCOUNT,
    PORTFOLIO_ACCOUNT,
    PORTFOLIO_BALANCE,
    PORTFOLIO_LOAN,
    LIQUIDATION_LOAN,
    ONCHAIN_YIELDS,
    DUAL_POSITIONS,
    FLEXIBLE_LOANS,
    VIP_LOANS,
    PRICES,
    ASSET_INDEX,
)

ALLOWED = frozenset((endpoint.method, endpoint.path) for endpoint in ENDPOINTS)

# papi has no clock of its own to ask; the spot API's is the exchange's.
CLOCKS: dict[Host, Endpoint] = {
    "sapi": API_TIME,
    "papi": API_TIME,
    "fapi": FAPI_TIME,
    "dapi": DAPI_TIME,
    "eapi": EAPI_TIME,
    "ws_fapi": FAPI_TIME,
}

# /sapi counts each endpoint by itself; the other hosts count all their endpoints together, and dapi and
# ws-fapi together with fapi. The WebSocket API reports its count in the answer, not in a header.
LIMITS: dict[Host, Limit] = {
    "sapi": Limit(12_000, "X-SAPI-USED-IP-WEIGHT-1M"),
    "fapi": Limit(2_400, "X-MBX-USED-WEIGHT-1M"),
    "papi": Limit(6_000, "X-MBX-USED-WEIGHT-1M"),
    "dapi": Limit(2_400, "X-MBX-USED-WEIGHT-1M"),
    "eapi": Limit(400, "X-MBX-USED-WEIGHT-1M"),
    "ws_fapi": Limit(2_400, ""),
}
# Hosts whose weight is counted with another's.
POOLS: dict[Host, Host] = {"dapi": "fapi", "ws_fapi": "fapi"}

_MARKET = Limit(6_000, "X-MBX-USED-WEIGHT-1M")
_BY_ACCOUNT = Limit(180_000, "X-SAPI-USED-UID-WEIGHT-1M")


def counter(endpoint: Endpoint) -> str:
    """Return the name of what counts a call's weight: its path for /sapi, else the host, with those that share it."""
    return endpoint.path if endpoint.path.startswith("/sapi/") else POOLS.get(endpoint.host, endpoint.host)


def limit(endpoint: Endpoint) -> Limit:
    """Return the limit that a call counts towards: its host's, unless its path or the account has one of its own."""
    if endpoint.by_account:
        return _BY_ACCOUNT
    return _MARKET if endpoint.path.startswith("/api/") else LIMITS[endpoint.host]
