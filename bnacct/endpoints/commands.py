"""The endpoints that commands ask, one for each wallet."""

from bnacct.endpoints.terms import ASSET, DOCS, RECV_WINDOW, TIMESTAMP, Endpoint, Parameter

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
    document=DOCS + "wallet/account/daily-account-snapshoot",
)

FUTURES_ACCOUNT = Endpoint(
    name="futures-account",
    host="fapi",
    method="GET",
    path="/fapi/v3/account",
    weight=5,
    parameters=(RECV_WINDOW, TIMESTAMP),
    document=DOCS + "derivatives/usds-margined-futures/account/rest-api/Account-Information-V3",
)

PM_BALANCE = Endpoint(
    name="pm-balance",
    host="papi",
    method="GET",
    path="/papi/v1/balance",
    weight=20,
    parameters=(ASSET, RECV_WINDOW, TIMESTAMP),
    document=DOCS + "derivatives/portfolio-margin/account",
)

USER_ASSETS = Endpoint(
    name="user-assets",
    host="sapi",
    method="POST",  # It reads; the exchange answers GET with an error.
    path="/sapi/v3/asset/getUserAsset",
    weight=5,
    parameters=(ASSET, Parameter("needBtcValuation", "BOOLEAN"), RECV_WINDOW, TIMESTAMP),
    document=DOCS + "wallet/asset/user-assets",
)

FUNDING_ASSETS = Endpoint(
    name="funding-assets",
    host="sapi",
    method="POST",  # It reads; the exchange answers GET with an error.
    path="/sapi/v1/asset/get-funding-asset",
    weight=1,
    parameters=(ASSET, Parameter("needBtcValuation", "BOOLEAN"), RECV_WINDOW, TIMESTAMP),
    document=DOCS + "wallet/asset/funding-wallet",
)

MARGIN_ACCOUNT = Endpoint(
    name="margin-account",
    host="sapi",
    method="GET",
    path="/sapi/v1/margin/account",
    weight=10,
    parameters=(RECV_WINDOW, TIMESTAMP),
    document=DOCS + "margin_trading/account/Query-Cross-Margin-Account-Details",
)

ISOLATED_MARGIN = Endpoint(
    name="isolated-margin",
    host="sapi",
    method="GET",
    path="/sapi/v1/margin/isolated/account",
    weight=10,
    parameters=(Parameter("symbols", "STRING"), RECV_WINDOW, TIMESTAMP),
    document=DOCS + "margin_trading/account/Query-Isolated-Margin-Account-Info",
)

FUTURES_RISK = Endpoint(
    name="futures-risk",
    host="fapi",
    method="GET",
    path="/fapi/v3/positionRisk",
    weight=5,
    parameters=(Parameter("symbol", "STRING"), RECV_WINDOW, TIMESTAMP),
    document=DOCS + "derivatives/usds-margined-futures/trade/rest-api/Position-Information-V3",
)

COIN_FUTURES_ACCOUNT = Endpoint(
    name="coin-futures-account",
    host="dapi",
    method="GET",
    path="/dapi/v1/account",
    weight=5,
    parameters=(RECV_WINDOW, TIMESTAMP),
    document=DOCS + "derivatives/coin-margined-futures/account/rest-api/Account-Information",
)

OPTIONS_ACCOUNT = Endpoint(
    name="options-account",
    host="eapi",
    method="GET",
    path="/eapi/v1/marginAccount",
    weight=3,
    parameters=(RECV_WINDOW, TIMESTAMP),
    document=DOCS + "derivatives/option/market-maker-endpoints/Option-Margin-Account-Information",
)

PM_ACCOUNT = Endpoint(
    name="pm-account",
    host="papi",
    method="GET",
    path="/papi/v1/account",
    weight=20,
    parameters=(RECV_WINDOW, TIMESTAMP),
    document=DOCS + "derivatives/portfolio-margin/account/Account-Information",
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
    document=DOCS + "simple_earn/flexible-locked/account/Get-Flexible-Product-Position",
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
    document=DOCS + "simple_earn/flexible-locked/account/Get-Locked-Product-Position",
)

WS_BALANCE = Endpoint(
    name="ws-balance",
    host="ws_fapi",
    method="WS",
    path="account.balance",
    # As documented. The change log of 2024-08-07 says 10; `-v` shows what the server really counted.
    weight=5,
    parameters=(RECV_WINDOW, TIMESTAMP),
    document=DOCS + "derivatives/usds-margined-futures/account/websocket-api/Futures-Account-Balance",
)

WS_BALANCE_V2 = WS_BALANCE._replace(
    path="v2/account.balance",
    document=DOCS + "derivatives/usds-margined-futures/account/websocket-api",
)
