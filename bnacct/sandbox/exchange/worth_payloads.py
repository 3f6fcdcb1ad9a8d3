"""The payloads of the endpoints that only `overview` asks."""

from collections.abc import Callable, Mapping

from bnacct import endpoints
from bnacct.sandbox.accounts.account import Account
from bnacct.sandbox.accounts.market import ASSET_INDEX, NOT_TRADING, PRICES
from bnacct.sandbox.accounts.terms import JsonObject
from bnacct.sandbox.exchange.error_bodies import RefusedError

# Stands for an answer of 0 bytes.
NOTHING = object()

# The parameters by name: int for INT and LONG, bool for BOOLEAN, otherwise text.
CheckedParameters = Mapping[str, str | int | bool]
Payload = Callable[[Account, CheckedParameters, int], object]

DEFAULT_PAGE_SIZE = 10


def page(
    rows: list[JsonObject], parameters: CheckedParameters, number: str = "current", size: str = "size"
) -> list[JsonObject]:
    """Return the rows of one page."""
    length = int(parameters.get(size, DEFAULT_PAGE_SIZE))
    start = (int(parameters.get(number, 1)) - 1) * length
    return rows[start : start + length]


def _account_info(account: Account, parameters: CheckedParameters, now_ms: int) -> object:
    return account.account_info()


def _wallet_balance(account: Account, parameters: CheckedParameters, now_ms: int) -> object:
    if parameters.get("quoteAsset", "BTC") != "USDT":
        raise RefusedError(-1126)
    return account.wallet_balance()


def _spot_account(account: Account, parameters: CheckedParameters, now_ms: int) -> object:
    return account.spot_account()


def _portfolio_account(account: Account, parameters: CheckedParameters, now_ms: int) -> object:
    found = account.portfolio_account()
    if found is None:
        raise RefusedError(-21001)
    return found


def _portfolio_balance(account: Account, parameters: CheckedParameters, now_ms: int) -> object:
    if account.portfolio_account() is None:
        raise RefusedError(-21001)
    return account.pm_pro_balance()


def _portfolio_loan(account: Account, parameters: CheckedParameters, now_ms: int) -> object:
    if account.portfolio_account() is None:
        raise RefusedError(-21001)
    return account.pm_loan()


def _liquidation_loan(account: Account, parameters: CheckedParameters, now_ms: int) -> object:
    found = account.liquidation_loan()
    return NOTHING if found is None else found


def _onchain_yields(account: Account, parameters: CheckedParameters, now_ms: int) -> object:
    rows = account.onchain_yields()
    return {"rows": page(rows, parameters), "total": len(rows)}


def _dual_positions(account: Account, parameters: CheckedParameters, now_ms: int) -> object:
    rows = account.dual_investment()
    if "status" in parameters:
        rows = [row for row in rows if row["purchaseStatus"] == parameters["status"]]
    return {"total": len(rows), "list": page(rows, parameters, "pageIndex", "pageSize")}


def _flexible_loans(account: Account, parameters: CheckedParameters, now_ms: int) -> object:
    rows = account.flexible_loan()
    return {"rows": page(rows, parameters, size="limit"), "total": len(rows)}


def _vip_loans(account: Account, parameters: CheckedParameters, now_ms: int) -> object:
    rows = account.vip_loan()
    return {"rows": page(rows, parameters, size="limit"), "total": len(rows)}


def _prices(account: Account, parameters: CheckedParameters, now_ms: int) -> object:
    symbols = {**PRICES, **({} if "symbolStatus" in parameters else NOT_TRADING)}
    rows = [{"symbol": symbol, "price": price} for symbol, price in symbols.items()]
    if "symbol" not in parameters:
        return rows
    found = [row for row in rows if row["symbol"] == parameters["symbol"]]
    if not found:
        raise RefusedError(-1121)
    return found[0]


def _asset_index(account: Account, parameters: CheckedParameters, now_ms: int) -> object:
    rows = [
        {
            "symbol": f"{asset}USD",
            "time": now_ms,
            "index": index,
            "bidBuffer": "0.05000000",
            "askBuffer": "0.05000000",
            "bidRate": index,
            "askRate": index,
            "autoExchangeBidBuffer": "0.02500000",
            "autoExchangeAskBuffer": "0.02500000",
            "autoExchangeBidRate": index,
            "autoExchangeAskRate": index,
        }
        for asset, index in ASSET_INDEX.items()
    ]
    if "symbol" not in parameters:
        return rows
    return next((row for row in rows if row["symbol"] == parameters["symbol"]), rows[0])


WORTH: Mapping[str, Payload] = {
    endpoints.ACCOUNT_INFO.path: _account_info,
    endpoints.WALLET_BALANCE.path: _wallet_balance,
    endpoints.SPOT_ACCOUNT.path: _spot_account,
    endpoints.PORTFOLIO_ACCOUNT.path: _portfolio_account,
    endpoints.PORTFOLIO_BALANCE.path: _portfolio_balance,
    endpoints.PORTFOLIO_LOAN.path: _portfolio_loan,
    endpoints.LIQUIDATION_LOAN.path: _liquidation_loan,
    endpoints.ONCHAIN_YIELDS.path: _onchain_yields,
    endpoints.DUAL_POSITIONS.path: _dual_positions,
    endpoints.FLEXIBLE_LOANS.path: _flexible_loans,
    endpoints.VIP_LOANS.path: _vip_loans,
    endpoints.PRICES.path: _prices,
    endpoints.ASSET_INDEX.path: _asset_index,
}
