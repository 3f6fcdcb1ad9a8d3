"""The endpoints that only `overview` asks: what an account has opened, its rarer wallets, its loans, and prices."""

from bnacct.endpoints.terms import ASSET, DOCS, RECV_WINDOW, TIMESTAMP, Endpoint, Parameter

_SIGNED = (RECV_WINDOW, TIMESTAMP)
_CURRENT = Parameter("current", "INT", minimum=1)
_SIZE = Parameter("size", "INT", minimum=1, maximum=100)
_LIMIT = Parameter("limit", "INT", minimum=1, maximum=100)

ACCOUNT_INFO = Endpoint(
    "account-info", "sapi", "GET", "/sapi/v1/account/info", 1, _SIGNED, DOCS + "wallet/account/account-info"
)
WALLET_BALANCE = Endpoint(
    "wallet-balance",
    "sapi",
    "GET",
    "/sapi/v1/asset/wallet/balance",
    60,
    (Parameter("quoteAsset", "STRING"), Parameter("needBalanceDetail", "BOOLEAN"), *_SIGNED),
    DOCS + "wallet/asset/query-user-wallet-balance",
)
SPOT_ACCOUNT = Endpoint(
    "spot-account",
    "sapi",
    "GET",
    "/api/v3/account",
    20,
    (Parameter("omitZeroBalances", "BOOLEAN"), *_SIGNED),
    "https://developers.binance.com/docs/zh-CN/binance-spot-api-docs/rest-api/account-endpoints",
)
PORTFOLIO_ACCOUNT = Endpoint(
    "portfolio-account",
    "sapi",
    "GET",
    "/sapi/v1/portfolio/account",
    5,
    _SIGNED,
    DOCS + "derivatives/portfolio-margin-pro/account",
    by_account=True,
)
PORTFOLIO_BALANCE = Endpoint(
    "pm-pro-balance",
    "sapi",
    "GET",
    "/sapi/v1/portfolio/balance",
    20,
    (ASSET, *_SIGNED),
    DOCS + "derivatives/portfolio-margin-pro/account/Get-Classic-Portfolio-Margin-Balance-Info",
)
PORTFOLIO_LOAN = Endpoint(
    "pm-loan",
    "sapi",
    "GET",
    "/sapi/v1/portfolio/pmLoan",
    500,
    _SIGNED,
    DOCS + "derivatives/portfolio-margin-pro/account/Classic-Portfolio-Margin-Bankruptcy-Loan-Amount",
    by_account=True,
)
LIQUIDATION_LOAN = Endpoint(
    "liquidation-loan",
    "sapi",
    "GET",
    "/sapi/v1/margin/liquidation-loan",
    100,
    _SIGNED,
    DOCS + "margin_trading/trade",
    may_be_empty=True,
    by_account=True,
)
ONCHAIN_YIELDS = Endpoint(
    "onchain-yields",
    "sapi",
    "GET",
    "/sapi/v1/onchain-yields/locked/position",
    50,
    (ASSET, Parameter("positionId", "INT"), Parameter("projectId", "STRING"), _CURRENT, _SIZE, *_SIGNED),
    DOCS + "staking/on-chain-yields/account/Get-On-chain-Yields-Locked-Product-Position",
)
DUAL_POSITIONS = Endpoint(
    "dual-investment",
    "sapi",
    "GET",
    "/sapi/v1/dci/product/positions",
    1,
    (
        Parameter("status", "STRING"),
        Parameter("pageSize", "INT", minimum=1, maximum=100),
        Parameter("pageIndex", "INT", minimum=1),
        *_SIGNED,
    ),
    DOCS + "dual_investment/trade/Get-Dual-Investment-positions",
)
FLEXIBLE_LOANS = Endpoint(
    "flexible-loan",
    "sapi",
    "GET",
    "/sapi/v2/loan/flexible/ongoing/orders",
    300,
    (Parameter("loanCoin", "STRING"), Parameter("collateralCoin", "STRING"), _CURRENT, _LIMIT, *_SIGNED),
    DOCS + "crypto_loan/flexible-rate/user-information/Get-Flexible-Loan-Ongoing-Orders",
)
VIP_LOANS = Endpoint(
    "vip-loan",
    "sapi",
    "GET",
    "/sapi/v1/loan/vip/ongoing/orders",
    400,
    (
        Parameter("orderId", "LONG"),
        Parameter("collateralAccountId", "LONG"),
        Parameter("loanCoin", "STRING"),
        Parameter("collateralCoin", "STRING"),
        _CURRENT,
        _LIMIT,
        *_SIGNED,
    ),
    DOCS + "vip_loan/user-information/Get-VIP-Loan-Ongoing-Orders",
)

# Prices are nobody's secret: no key goes with them.
PRICES = Endpoint(
    "prices",
    "sapi",
    "GET",
    "/api/v3/ticker/price",
    4,
    (Parameter("symbol", "STRING"), Parameter("symbolStatus", "STRING", choices=("TRADING", "HALT", "BREAK"))),
    "https://developers.binance.com/docs/zh-CN/binance-spot-api-docs/rest-api/market-data-endpoints",
    signed=False,
)
ASSET_INDEX = Endpoint(
    "asset-index",
    "fapi",
    "GET",
    "/fapi/v1/assetIndex",
    10,
    (Parameter("symbol", "STRING"),),
    DOCS + "derivatives/usds-margined-futures/market-data/rest-api/Multi-Assets-Mode-Asset-Index",
    signed=False,
)
