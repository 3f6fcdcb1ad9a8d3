"""Builds the answers of the further wallets, and their rows: what is not given is zero."""

from bnacct.sandbox.accounts.terms import ZERO, JsonObject


def margin_account(
    user_assets: list[JsonObject],
    *,
    total: str,
    liability: str = ZERO,
    net: str | None = None,
    level: str = "999.00000000",
    **others: object,
) -> JsonObject:
    """Return the answer of /sapi/v1/margin/account; totals are in BTC."""
    return {
        "created": True,
        "borrowEnabled": True,
        "marginLevel": level,
        "collateralMarginLevel": level,
        "totalAssetOfBtc": total,
        "totalLiabilityOfBtc": liability,
        "totalNetAssetOfBtc": total if net is None else net,
        "TotalCollateralValueInUSDT": ZERO,
        "totalOpenOrderLossInUSDT": ZERO,
        "tradeEnabled": True,
        "transferInEnabled": True,
        "transferOutEnabled": True,
        "accountType": "MARGIN_1",
        **others,
        "userAssets": user_assets,
    }


def margin_asset(asset: str, free: str, net: str, **amounts: str) -> JsonObject:
    """Return one row of `userAssets`; the amounts not given are zero."""
    row = {"asset": asset, "borrowed": ZERO, "free": free, "interest": ZERO, "locked": ZERO, **amounts}
    return {**row, "netAsset": net}


def isolated_side(asset: str, free: str, net: str, net_of_btc: str = ZERO, **amounts: str) -> JsonObject:
    """Return `baseAsset` or `quoteAsset` of an isolated pair; the amounts not given are zero."""
    return {
        "asset": asset,
        "borrowEnabled": True,
        "borrowed": ZERO,
        "free": free,
        "interest": ZERO,
        "locked": ZERO,
        **amounts,
        "netAsset": net,
        "netAssetOfBtc": net_of_btc,
        "repayEnabled": True,
        "totalAsset": free,
    }


def isolated_pair(symbol: str, base: JsonObject, quote: JsonObject, **others: object) -> JsonObject:
    """Return one row of the isolated margin account's `assets`."""
    return {
        "baseAsset": base,
        "quoteAsset": quote,
        "symbol": symbol,
        "isolatedCreated": True,
        "enabled": True,
        "marginLevel": ZERO,
        "marginLevelStatus": "EXCESSIVE",
        "marginRatio": ZERO,
        "indexPrice": ZERO,
        "liquidatePrice": ZERO,
        "liquidateRate": ZERO,
        "tradeEnabled": True,
        **others,
    }


def position_risk(symbol: str, amount: str, side: str = "BOTH", **others: object) -> JsonObject:
    """Return one row of /fapi/v3/positionRisk; what is not given is zero."""
    return {
        "symbol": symbol,
        "positionSide": side,
        "positionAmt": amount,
        "entryPrice": "0.0",
        "breakEvenPrice": "0.0",
        "markPrice": ZERO,
        "unRealizedProfit": ZERO,
        "liquidationPrice": "0",
        "isolatedMargin": "0",
        "notional": "0",
        "marginAsset": "USDT",
        "isolatedWallet": "0",
        "initialMargin": "0",
        "maintMargin": "0",
        "positionInitialMargin": "0",
        "openOrderInitialMargin": "0",
        "adl": 0,
        "bidNotional": "0",
        "askNotional": "0",
        "updateTime": 0,
        **others,
    }


def coin_futures_account(assets: list[JsonObject], positions: list[JsonObject]) -> JsonObject:
    """Return the answer of /dapi/v1/account."""
    return {
        "assets": assets,
        "positions": positions,
        "canDeposit": True,
        "canTrade": True,
        "canWithdraw": True,
        "feeTier": 2,
        "updateTime": 0,
    }


def coin_futures_asset(asset: str, balance: str, update_time: int = 0, **amounts: str) -> JsonObject:
    """Return one row of `assets` that holds `balance`, except where `amounts` say otherwise."""
    return {
        "asset": asset,
        "walletBalance": balance,
        "unrealizedProfit": ZERO,
        "marginBalance": balance,
        "maintMargin": ZERO,
        "initialMargin": ZERO,
        "positionInitialMargin": ZERO,
        "openOrderInitialMargin": ZERO,
        "maxWithdrawAmount": balance,
        "crossWalletBalance": balance,
        "crossUnPnl": ZERO,
        "availableBalance": balance,
        **amounts,
        "updateTime": update_time,
    }


def coin_position(symbol: str, amount: str, side: str = "BOTH", **others: object) -> JsonObject:
    """Return one row of the COIN-M account's `positions`."""
    return {
        "symbol": symbol,
        "positionAmt": amount,
        "initialMargin": "0",
        "maintMargin": "0",
        "unrealizedProfit": ZERO,
        "positionInitialMargin": "0",
        "openOrderInitialMargin": "0",
        "leverage": "125",
        "isolated": False,
        "positionSide": side,
        "entryPrice": "0.0",
        "breakEvenPrice": "0.0",
        "maxQty": "50",
        "updateTime": 0,
        "notionalValue": "0",
        **others,
    }


def options_account(assets: list[JsonObject], greeks: list[JsonObject]) -> JsonObject:
    """Return the answer of /eapi/v1/marginAccount."""
    return {
        "asset": assets,
        "greek": greeks,
        "time": 1762843368098,
        "canTrade": True,
        "canDeposit": True,
        "canWithdraw": True,
        "reduceOnly": False,
        "tradeGroupId": -1,
    }


def options_asset(asset: str, balance: str, equity: str, **amounts: str) -> JsonObject:
    """Return one row of `asset`; the amounts not given are zero."""
    return {
        "asset": asset,
        "marginBalance": balance,
        "equity": equity,
        "available": balance,
        "initialMargin": "0",
        "maintMargin": "0",
        "unrealizedPNL": "0",
        "adjustedEquity": equity,
        **amounts,
    }


def pm_account(equity: str, **amounts: object) -> JsonObject:
    """Return the answer of /papi/v1/account of an account worth so many dollars."""
    return {
        "uniMMR": ZERO,
        "accountEquity": equity,
        "actualEquity": equity,
        "accountInitialMargin": ZERO,
        "accountMaintMargin": ZERO,
        "accountStatus": "NORMAL",
        "virtualMaxWithdrawAmount": equity,
        "totalAvailableBalance": "",
        "totalMarginOpenLoss": "",
        "updateTime": 0,
        **amounts,
    }


def flexible_position(asset: str, amount: str, **others: object) -> JsonObject:
    """Return one position of Simple Earn's flexible products; what is not given is zero."""
    return {
        "totalAmount": amount,
        "tierAnnualPercentageRate": {},
        "latestAnnualPercentageRate": "0.02599895",
        "yesterdayAirdropPercentageRate": "0",
        "asset": asset,
        "airDropAsset": "",
        "canRedeem": True,
        "collateralAmount": "0",
        "productId": f"{asset}001",
        "yesterdayRealTimeRewards": "0",
        "cumulativeBonusRewards": "0",
        "cumulativeRealTimeRewards": "0",
        "cumulativeTotalRewards": "0",
        "autoSubscribe": True,
        **others,
    }


def locked_position(number: int, asset: str, amount: str, **others: object) -> JsonObject:
    """Return one position of Simple Earn's locked products."""
    return {
        "positionId": number,
        "parentPositionId": number - 1,
        "projectId": f"{asset.capitalize()}*60",
        "asset": asset,
        "amount": amount,
        "purchaseTime": 1790000000000,
        "duration": "60",
        "accrualDays": "4",
        "rewardAsset": asset,
        "APY": "0.2032",
        "rewardAmt": "0",
        "extraRewardAsset": "",
        "extraRewardAPR": "0",
        "estExtraRewardAmt": "0",
        "boostRewardAsset": "",
        "boostApr": "0",
        "totalBoostRewardAmt": "0",
        "nextPay": "0",
        "nextPayDate": 1795046400000,
        "payPeriod": "1",
        "redeemAmountEarly": amount,
        "rewardsEndDate": 1795219200000,
        "deliverDate": 1795219200000,
        "redeemPeriod": "1",
        "redeemingAmt": "0",
        "redeemTo": "SPOT",
        "partialAmtDeliverDate": 0,
        "canRedeemEarly": True,
        "canFastRedemption": True,
        "autoSubscribe": True,
        "type": "AUTO",
        "status": "HOLDING",
        "canReStake": True,
        **others,
    }


_WALLETS = (
    "Spot",
    "Funding",
    "Cross Margin",
    "Isolated Margin",
    "USDⓈ-M Futures",
    "COIN-M Futures",
    "Earn",
    "Options",
    "Trading Bots",
    "Copy Trading",
)


def account_info(*, vip_level: int = 0, opened: bool = True, portfolio_margin: bool = False) -> JsonObject:
    """Return the answer of /sapi/v1/account/info."""
    return {
        "vipLevel": vip_level,
        "isMarginEnabled": opened,
        "isFutureEnabled": opened,
        "isOptionsEnabled": opened,
        "isPortfolioMarginRetailEnabled": portfolio_margin,
    }


def wallet_balance(*, activated: bool = True, suffix: str = "", **balances: str) -> list[JsonObject]:
    """Return the rows of /sapi/v1/asset/wallet/balance; `balances` are by name, as in `Spot` or `Cross_Margin`.

    `suffix` is what portfolio margin appends to the names of the wallets that it covers.
    """
    covered = ("Cross Margin", "USDⓈ-M Futures", "COIN-M Futures")
    by_name = {
        name.replace("_", " ").replace("USDM", "USDⓈ-M").replace("COINM", "COIN-M"): value
        for name, value in balances.items()
    }
    return [
        {
            "activate": activated or name == "Spot",
            "balance": by_name.get(name, "0"),
            "walletName": name + (suffix if name in covered else ""),
        }
        for name in _WALLETS
    ]


def pm_asset(asset: str, **amounts: str) -> JsonObject:
    """Return one row of /papi/v1/balance; the amounts not given are zero."""
    names = (
        "totalWalletBalance",
        "crossMarginAsset",
        "crossMarginBorrowed",
        "crossMarginFree",
        "crossMarginInterest",
        "crossMarginLocked",
        "umWalletBalance",
        "umUnrealizedPNL",
        "cmWalletBalance",
        "cmUnrealizedPNL",
    )
    row = {"asset": asset, **{name: amounts.get(name, "0.0") for name in names}}
    return {**row, "updateTime": 1795000000000, "negativeBalance": amounts.get("negativeBalance", "0")}


def flexible_loan(coin: str, debt: str, collateral: str, amount: str) -> JsonObject:
    """Return one flexible loan."""
    return {
        "loanCoin": coin,
        "totalDebt": debt,
        "collateralCoin": collateral,
        "collateralAmount": amount,
        "currentLTV": "0.57",
    }
