"""Describes every endpoint the program may call.

This table is the read-only guard: a client sends nothing that is not a row of it.
The guard is keyed on (method, path), since the method alone says little at this exchange:
`POST /sapi/v3/asset/getUserAsset` only reads, and elsewhere one path reads with GET and writes with POST.

Weights and parameters are those of the API documents linked in each row; limits are those of the
exchange's "general information" pages.
"""

from typing import Literal, NamedTuple

Host = Literal["sapi", "fapi", "papi", "dapi", "eapi", "ws_fapi"]
ParameterType = Literal["STRING", "BOOLEAN", "INT", "LONG"]


class Parameter(NamedTuple):
    """One documented request parameter, under the exchange's own name."""

    name: str
    kind: ParameterType
    required: bool = False
    choices: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None


class Limit(NamedTuple):
    """How a host counts request weight: so much a minute for one IP, reported in this answer header."""

    weight_per_minute: int
    used_header: str


class Endpoint(NamedTuple):
    """One call: what is sent, where, at which cost, and which document describes it.

    `method` and `path` are those of HTTP; on the WebSocket API `method` is `WS` and `path` the API's method name.
    """

    name: str
    host: Host
    method: Literal["GET", "POST", "WS"]
    path: str
    weight: int
    parameters: tuple[Parameter, ...]
    document: str
    signed: bool = True


_DOCS = "https://developers.binance.com/docs/zh-CN/"

# Its bounds are those of the setting, in `settings.KNOBS`.
RECV_WINDOW = Parameter("recvWindow", "LONG")
TIMESTAMP = Parameter("timestamp", "LONG", required=True)
ASSET = Parameter("asset", "STRING")

SNAPSHOT = Endpoint(
    name="snapshot",
    host="sapi",
    method="GET",
    path="/sapi/v1/accountSnapshot",
    weight=2400,
    parameters=(
        Parameter("type", "STRING", required=True, choices=("SPOT", "MARGIN", "FUTURES")),
        Parameter("startTime", "LONG"),
        Parameter("endTime", "LONG"),
        Parameter("limit", "INT", minimum=7, maximum=30),
        RECV_WINDOW,
        TIMESTAMP,
    ),
    document=_DOCS + "wallet/account/daily-account-snapshoot",
)

FUTURES_ACCOUNT = Endpoint(
    name="futures-account",
    host="fapi",
    method="GET",
    path="/fapi/v3/account",
    weight=5,
    parameters=(RECV_WINDOW, TIMESTAMP),
    document=_DOCS + "derivatives/usds-margined-futures/account/rest-api/Account-Information-V3",
)

PM_BALANCE = Endpoint(
    name="pm-balance",
    host="papi",
    method="GET",
    path="/papi/v1/balance",
    weight=20,
    parameters=(ASSET, RECV_WINDOW, TIMESTAMP),
    document=_DOCS + "derivatives/portfolio-margin/account",
)

USER_ASSETS = Endpoint(
    name="user-assets",
    host="sapi",
    method="POST",  # It reads; the exchange answers GET with an error.
    path="/sapi/v3/asset/getUserAsset",
    weight=5,
    parameters=(ASSET, Parameter("needBtcValuation", "BOOLEAN"), RECV_WINDOW, TIMESTAMP),
    document=_DOCS + "wallet/asset/user-assets",
)

FUNDING_ASSETS = Endpoint(
    name="funding-assets",
    host="sapi",
    method="POST",  # It reads; the exchange answers GET with an error.
    path="/sapi/v1/asset/get-funding-asset",
    weight=1,
    parameters=(ASSET, Parameter("needBtcValuation", "BOOLEAN"), RECV_WINDOW, TIMESTAMP),
    document=_DOCS + "wallet/asset/funding-wallet",
)

MARGIN_ACCOUNT = Endpoint(
    name="margin-account",
    host="sapi",
    method="GET",
    path="/sapi/v1/margin/account",
    weight=10,
    parameters=(RECV_WINDOW, TIMESTAMP),
    document=_DOCS + "margin_trading/account/Query-Cross-Margin-Account-Details",
)

ISOLATED_MARGIN = Endpoint(
    name="isolated-margin",
    host="sapi",
    method="GET",
    path="/sapi/v1/margin/isolated/account",
    weight=10,
    parameters=(Parameter("symbols", "STRING"), RECV_WINDOW, TIMESTAMP),
    document=_DOCS + "margin_trading/account/Query-Isolated-Margin-Account-Info",
)

FUTURES_RISK = Endpoint(
    name="futures-risk",
    host="fapi",
    method="GET",
    path="/fapi/v3/positionRisk",
    weight=5,
    parameters=(Parameter("symbol", "STRING"), RECV_WINDOW, TIMESTAMP),
    document=_DOCS + "derivatives/usds-margined-futures/trade/rest-api/Position-Information-V3",
)

COIN_FUTURES_ACCOUNT = Endpoint(
    name="coin-futures-account",
    host="dapi",
    method="GET",
    path="/dapi/v1/account",
    weight=5,
    parameters=(RECV_WINDOW, TIMESTAMP),
    document=_DOCS + "derivatives/coin-margined-futures/account/rest-api/Account-Information",
)

OPTIONS_ACCOUNT = Endpoint(
    name="options-account",
    host="eapi",
    method="GET",
    path="/eapi/v1/marginAccount",
    weight=3,
    parameters=(RECV_WINDOW, TIMESTAMP),
    document=_DOCS + "derivatives/option/market-maker-endpoints/Option-Margin-Account-Information",
)

PM_ACCOUNT = Endpoint(
    name="pm-account",
    host="papi",
    method="GET",
    path="/papi/v1/account",
    weight=20,
    parameters=(RECV_WINDOW, TIMESTAMP),
    document=_DOCS + "derivatives/portfolio-margin/account/Account-Information",
)

# The documents name the parameters of pages; the most that a page holds is from an older English page.
_PAGE = (Parameter("current", "INT", minimum=1), Parameter("size", "INT", minimum=1, maximum=100))

EARN_FLEXIBLE = Endpoint(
    name="earn-positions",
    host="sapi",
    method="GET",
    path="/sapi/v1/simple-earn/flexible/position",
    weight=150,
    parameters=(ASSET, Parameter("productId", "STRING"), *_PAGE, RECV_WINDOW, TIMESTAMP),
    document=_DOCS + "simple_earn/flexible-locked/account/Get-Flexible-Product-Position",
)

EARN_LOCKED = Endpoint(
    name="earn-positions-locked",
    host="sapi",
    method="GET",
    path="/sapi/v1/simple-earn/locked/position",
    weight=150,
    parameters=(
        ASSET,
        Parameter("positionId", "INT"),
        Parameter("projectId", "STRING"),
        *_PAGE,
        RECV_WINDOW,
        TIMESTAMP,
    ),
    document=_DOCS + "simple_earn/flexible-locked/account/Get-Locked-Product-Position",
)

WS_BALANCE = Endpoint(
    name="ws-balance",
    host="ws_fapi",
    method="WS",
    path="account.balance",
    # As documented. The change log of 2024-08-07 says 10; `-v` shows what the server really counted.
    weight=5,
    parameters=(RECV_WINDOW, TIMESTAMP),
    document=_DOCS + "derivatives/usds-margined-futures/account/websocket-api/Futures-Account-Balance",
)

WS_BALANCE_V2 = WS_BALANCE._replace(
    path="v2/account.balance",
    document=_DOCS + "derivatives/usds-margined-futures/account/websocket-api",
)

# The server's clock, read once when it refuses ours (-1021). Unsigned, so no key goes with them.
_GENERAL = (
    "https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/Check-Server-Time"
)
API_TIME = Endpoint("time", "sapi", "GET", "/api/v3/time", 1, (), _GENERAL, signed=False)
FAPI_TIME = Endpoint("time", "fapi", "GET", "/fapi/v1/time", 1, (), _GENERAL, signed=False)
DAPI_TIME = Endpoint("time", "dapi", "GET", "/dapi/v1/time", 1, (), _GENERAL, signed=False)
EAPI_TIME = Endpoint("time", "eapi", "GET", "/eapi/v1/time", 1, (), _GENERAL, signed=False)

# A WebSocket handshake is counted too, before any call over it.
HANDSHAKE_WEIGHT = 5

# What `doctor` asks beside the commands: whether papi is there at all, and what the key may do.
PM_PING = Endpoint(
    "ping", "papi", "GET", "/papi/v1/ping", 1, (), _DOCS + "derivatives/portfolio-margin/market-data", signed=False
)
API_RESTRICTIONS = Endpoint(
    "permissions",
    "sapi",
    "GET",
    "/sapi/v1/account/apiRestrictions",
    1,
    (RECV_WINDOW, TIMESTAMP),
    _DOCS + "wallet/account/api-key-permission",
)

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
