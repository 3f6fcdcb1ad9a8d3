"""A portfolio margin account, whose older endpoints repeat a part of what it holds, and refuse the rest."""

from bnacct.sandbox.accounts.account import Account, user_asset
from bnacct.sandbox.accounts.answers import (
    account_info,
    flexible_position,
    margin_account,
    margin_asset,
    pm_account,
    pm_asset,
    wallet_balance,
)
from bnacct.sandbox.accounts.terms import JsonObject, NotThereError


class PortfolioMargin(Account):
    """Cross margin, UM and CM futures are one wallet, which owes; adding the cross margin account counts it twice."""

    uid = 100000002

    def account_info(self) -> JsonObject:
        return {**account_info(portfolio_margin=True), "isOptionsEnabled": False}

    def portfolio_account(self) -> JsonObject | None:
        account = self.pm_account()
        del account["virtualMaxWithdrawAmount"], account["totalMarginOpenLoss"], account["updateTime"]
        return {**account, "totalAvailableBalance": "122,559.90199491", "accountType": "PM_2"}

    def user_assets(self) -> list[JsonObject]:
        return [user_asset("USDT", "100.00000000", "0.00148148"), user_asset("LDUSDT", "60.00000000")]

    def earn_positions(self) -> list[JsonObject]:
        return [flexible_position("USDT", "60.00000000")]

    def margin_account(self) -> JsonObject:
        return margin_account(
            [
                margin_asset("BTC", "0.75000000", "1.00000000", locked="0.25000000"),
                margin_asset("USDT", "15000.00000000", "15000.00000000"),
                margin_asset("USDC", "0.00000000", "-5001.23456789", borrowed="5000.00000000", interest="1.23456789"),
            ],
            total="1.22222222",
            liability="0.07407704",
            net="1.14814518",
            level="16.49930000",
        )

    def futures_account(self) -> JsonObject:
        raise NotThereError(-2015)

    def futures_risk(self) -> list[JsonObject]:
        raise NotThereError(-2015)

    def ws_balance(self) -> list[JsonObject]:
        raise NotThereError(-2015)

    def coin_futures_account(self) -> JsonObject:
        raise NotThereError(-2015)

    def options_account(self) -> JsonObject:
        raise NotThereError(-1130)

    def pm_balance(self) -> list[JsonObject]:
        return [
            pm_asset(
                "USDT",
                totalWalletBalance="17500.50000000",
                crossMarginAsset="15000.00000000",
                crossMarginFree="15000.00000000",
                umWalletBalance="2500.50000000",
                umUnrealizedPNL="-120.25000000",
            ),
            pm_asset(
                "BTC",
                totalWalletBalance="1.10000000",
                crossMarginAsset="1.00000000",
                crossMarginFree="0.75000000",
                crossMarginLocked="0.25000000",
                cmWalletBalance="0.10000000",
                cmUnrealizedPNL="-0.00312345",
            ),
            pm_asset(
                "USDC",
                crossMarginBorrowed="5000.00000000",
                crossMarginInterest="1.23456789",
                negativeBalance="-5001.23456789",
            ),
            pm_asset("BNB", crossMarginFree="", crossMarginLocked="", umUnrealizedPNL="", cmUnrealizedPNL=""),
        ]

    def pm_account(self) -> JsonObject:
        return pm_account(
            "86377.90000000",
            uniMMR="9.31220000",
            accountEquity="83110.42000000",
            accountInitialMargin="12031.50000000",
            accountMaintMargin="8924.90000000",
            updateTime=1795000000000,
        )

    def wallet_balance(self) -> list[JsonObject]:
        return wallet_balance(
            suffix=" (PM)",
            Spot="100.00",
            Cross_Margin="77499.77",
            USDM_Futures="2380.25",
            COINM_Futures="6539.17",
            Earn="60.00",
        )
