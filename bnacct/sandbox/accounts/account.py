"""An account that holds nothing, and what every other account overrides."""

from bnacct.sandbox.accounts.answers import (
    account_info,
    coin_futures_account,
    margin_account,
    options_account,
    pm_account,
)
from bnacct.sandbox.accounts.terms import ZERO, JsonObject

FUTURES_TOTALS = (
    "totalInitialMargin",
    "totalMaintMargin",
    "totalWalletBalance",
    "totalUnrealizedProfit",
    "totalMarginBalance",
    "totalPositionInitialMargin",
    "totalOpenOrderInitialMargin",
    "totalCrossWalletBalance",
    "totalCrossUnPnl",
    "availableBalance",
    "maxWithdrawAmount",
)
FUTURES_ASSET = (
    "walletBalance",
    "unrealizedProfit",
    "marginBalance",
    "maintMargin",
    "initialMargin",
    "positionInitialMargin",
    "openOrderInitialMargin",
    "crossWalletBalance",
    "crossUnPnl",
    "availableBalance",
    "maxWithdrawAmount",
)

KEY_RIGHTS = (
    "ipRestrict",
    "enableReading",
    "enableWithdrawals",
    "enableInternalTransfer",
    "enableMargin",
    "enableFutures",
    "permitsUniversalTransfer",
    "enableVanillaOptions",
    "enableFixApiTrade",
    "enableFixReadOnly",
    "enableSpotAndMarginTrading",
    "enablePortfolioMarginTrading",
)


class Account:
    """One customer's balances: Python values of the answers' own shapes, amounts as decimal strings.

    Every method is called for the answer that needs it, and for nothing else.
    """

    history_days = 0
    uid = 354937868

    def permissions(self) -> JsonObject:
        """Return the answer of /sapi/v1/account/apiRestrictions: a key that only reads, bound to an address."""
        rights = {right: right in ("ipRestrict", "enableReading", "enableFutures") for right in KEY_RIGHTS}
        return {"createTime": 1_700_000_000_000, **rights}

    def snapshot(self, kind: str, days_ago: int) -> JsonObject | None:
        """Return `data` of that day's snapshot, None where the day is missing. `kind` is spot, margin or futures."""
        return None

    def futures_account(self) -> JsonObject:
        """Return the answer of /fapi/v3/account."""
        return {**dict.fromkeys(FUTURES_TOTALS, ZERO), "assets": [], "positions": []}

    def pm_balance(self) -> list[JsonObject]:
        """Return the rows of /papi/v1/balance."""
        return []

    def user_assets(self) -> list[JsonObject]:
        """Return the rows of getUserAsset, valued in BTC."""
        return []

    def funding_assets(self) -> list[JsonObject]:
        """Return the rows of get-funding-asset, valued in BTC."""
        return []

    def margin_account(self) -> JsonObject:
        """Return the answer of /sapi/v1/margin/account."""
        return margin_account([], total=ZERO)

    def isolated_margin(self) -> JsonObject:
        """Return the answer of /sapi/v1/margin/isolated/account, without `symbols`."""
        return {"assets": [], "totalAssetOfBtc": ZERO, "totalLiabilityOfBtc": ZERO, "totalNetAssetOfBtc": ZERO}

    def futures_risk(self) -> list[JsonObject]:
        """Return the rows of /fapi/v3/positionRisk."""
        return []

    def coin_futures_account(self) -> JsonObject:
        """Return the answer of /dapi/v1/account."""
        return coin_futures_account([], [])

    def options_account(self) -> JsonObject:
        """Return the answer of /eapi/v1/marginAccount."""
        return options_account([], [])

    def pm_account(self) -> JsonObject:
        """Return the answer of /papi/v1/account."""
        return pm_account(ZERO)

    def earn_positions(self) -> list[JsonObject]:
        """Return the rows of all pages of Simple Earn's flexible positions."""
        return []

    def earn_positions_locked(self) -> list[JsonObject]:
        """Return the rows of all pages of Simple Earn's locked positions."""
        return []

    def account_info(self) -> JsonObject:
        """Return the answer of /sapi/v1/account/info."""
        return account_info()

    def wallet_balance(self) -> list[JsonObject]:
        """Return the rows of /sapi/v1/asset/wallet/balance, valued in USDT."""
        return []

    def portfolio_account(self) -> JsonObject | None:
        """Return the answer of /sapi/v1/portfolio/account, None where the account is classic."""
        return None

    def pm_pro_balance(self) -> list[JsonObject]:
        """Return the rows of /sapi/v1/portfolio/balance."""
        return []

    def pm_loan(self) -> JsonObject:
        """Return the answer of /sapi/v1/portfolio/pmLoan, of a Portfolio Margin Pro account."""
        return {"asset": "BUSD", "amount": "0"}

    def spot_account(self) -> JsonObject:
        """Return the answer of /api/v3/account: what spot holds, and whose it is."""
        balances = [{name: row.get(name) for name in ("asset", "free", "locked")} for row in self.user_assets()]
        return {
            "makerCommission": 15,
            "takerCommission": 15,
            "canTrade": True,
            "canWithdraw": True,
            "canDeposit": True,
            "updateTime": 123456789,
            "accountType": "SPOT",
            "balances": balances,
            "permissions": ["SPOT"],
            "uid": self.uid,
        }

    def liquidation_loan(self) -> JsonObject | None:
        """Return the answer of /sapi/v1/margin/liquidation-loan, None where nothing is owed."""
        return None

    def onchain_yields(self) -> list[JsonObject]:
        """Return the rows of all pages of on-chain yields' positions."""
        return []

    def dual_investment(self) -> list[JsonObject]:
        """Return the rows of all pages of dual investment's positions, whatever their status."""
        return []

    def flexible_loan(self) -> list[JsonObject]:
        """Return the rows of all pages of flexible loans."""
        return []

    def vip_loan(self) -> list[JsonObject]:
        """Return the rows of all pages of VIP loans."""
        return []

    def ws_balance(self) -> list[JsonObject]:
        """Return the rows of the WebSocket's account.balance."""
        return []


def units(amount: int, places: int = 8) -> str:
    """Write an amount counted in its smallest unit: 150000000 is "1.50000000". No float is involved."""
    sign, digits = "-" if amount < 0 else "", f"{abs(amount):0{places + 1}d}"
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


def futures_asset(asset: str, balance: str, update_time: int = 0, **amounts: str) -> JsonObject:
    """Return one row of `assets` that holds `balance`, except where `amounts` say otherwise."""
    held = ("walletBalance", "marginBalance", "crossWalletBalance", "availableBalance", "maxWithdrawAmount")
    row = {"asset": asset, **dict.fromkeys(FUTURES_ASSET, ZERO), **dict.fromkeys(held, balance), **amounts}
    return {**row, "updateTime": update_time}


def position(symbol: str, amount: str, side: str = "BOTH", update_time: int = 0, **amounts: str) -> JsonObject:
    """Return one row of `positions`."""
    return {
        "symbol": symbol,
        "positionSide": side,
        "positionAmt": amount,
        "unrealizedProfit": ZERO,
        "isolatedMargin": ZERO,
        "notional": "0",
        "isolatedWallet": "0",
        "initialMargin": "0",
        "maintMargin": "0",
        **amounts,
        "updateTime": update_time,
    }


def user_asset(asset: str, free: str, btc_valuation: str = "0", **amounts: str) -> JsonObject:
    """Return one row of getUserAsset; the amounts not given are zero."""
    row = {"asset": asset, "free": free, "locked": "0", "freeze": "0", "withdrawing": "0", "ipoable": "0", **amounts}
    return {**row, "btcValuation": btc_valuation}


def funding_asset(asset: str, free: str, btc_valuation: str = "0", **amounts: str) -> JsonObject:
    """Return one row of get-funding-asset; the amounts not given are zero."""
    row = {"asset": asset, "free": free, "locked": "0", "freeze": "0", "withdrawing": "0", **amounts}
    return {**row, "btcValuation": btc_valuation}


def futures_balance(
    asset: str, balance: str, *, collateral: bool = True, update_time: int = 0, **amounts: str
) -> JsonObject:
    """Return one row of account.balance that holds `balance`, except where `amounts` say otherwise."""
    return {
        "accountAlias": "SgsR",
        "asset": asset,
        "balance": balance,
        "crossWalletBalance": balance,
        "crossUnPnl": ZERO,
        "availableBalance": balance,
        "maxWithdrawAmount": balance,
        **amounts,
        "marginAvailable": collateral,
        "updateTime": update_time,
    }
