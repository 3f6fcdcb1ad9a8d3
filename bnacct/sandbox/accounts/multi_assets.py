"""A classic account in multi-assets mode: collateral that no market prices, a credit below nothing, loans, and yields."""

from bnacct.sandbox.accounts.account import FUTURES_TOTALS, Account, futures_asset, user_asset
from bnacct.sandbox.accounts.answers import account_info, margin_account, margin_asset, wallet_balance
from bnacct.sandbox.accounts.terms import ZERO, JsonObject

_TOUCHED = 1795000000000


class MultiAssets(Account):
    """Futures totals are in USD at haircut rates; a VIP loan and the rarer Earn products show with --deep only."""

    uid = 100000003

    def account_info(self) -> JsonObject:
        return account_info(vip_level=1)

    def user_assets(self) -> list[JsonObject]:
        return [user_asset("USDT", "4000.00000000", "0.05925925"), user_asset("EUR", "250.00000000", "0.00401929")]

    def margin_account(self) -> JsonObject:
        return margin_account([margin_asset("BTC", ZERO, ZERO)], total=ZERO)

    def futures_account(self) -> JsonObject:
        return {
            **dict.fromkeys(FUTURES_TOTALS, ZERO),
            "totalWalletBalance": "5162.45000000",
            "totalMarginBalance": "5162.45000000",
            "assets": [
                futures_asset("USDT", "1000.00000000", _TOUCHED),
                futures_asset("BTC", "0.05000000", _TOUCHED),
                # Collateral that gains in price: one is worth more than one dollar.
                futures_asset("LDUSDT", "500.00000000", _TOUCHED),
                futures_asset("BFUSD", "200.00000000", _TOUCHED),
                futures_asset("BNFCR", "-3.20000000", _TOUCHED),
                futures_asset("ETH", ZERO),
            ],
            "positions": [],
        }

    def onchain_yields(self) -> list[JsonObject]:
        return [
            {
                "positionId": "123123",
                "projectId": "Solv-60d",
                "asset": "BTC",
                "amount": "0.01000000",
                "purchaseTime": "1790000000000",
                "duration": "60",
                "accrualDays": "4",
                "rewardAsset": "SOLV",
                "APY": "0.039",
                "rewardAmt": "5.17181528",
                "redeemingAmt": "0",
                "redeemTo": "FLEXIBLE",
                "type": "AUTO",
                "status": "HOLDING",
            }
        ]

    def dual_investment(self) -> list[JsonObject]:
        common = {
            "exercisedCoin": "BNB",
            "strikePrice": "530",
            "duration": 4,
            "settleDate": 1795305600000,
            "apr": "0.0365",
            "optionType": "PUT",
            "autoCompoundPlan": "NULL",
        }
        return [
            {
                "id": "1",
                "investCoin": "USDT",
                "subscriptionAmount": "50",
                "purchaseStatus": "PURCHASE_SUCCESS",
                **common,
            },
            {"id": "2", "investCoin": "USDT", "subscriptionAmount": "900", "purchaseStatus": "SETTLED", **common},
        ]

    def vip_loan(self) -> list[JsonObject]:
        return [
            {
                "orderId": 100000001,
                "loanCoin": "USDT",
                "totalDebt": "1000.00000000",
                "loanRate": "0.0123",
                "residualInterest": "0.27687923",
                "collateralAccountId": "100000003",
                "collateralCoin": "BTC",
                "totalCollateralValueAfterHaircut": "3000.00000000",
                "lockedCollateralValue": "3000.00000000",
                "currentLTV": "0.33",
                "expirationTime": 0,
                "loanDate": "1776851200000",
                "loanTerm": "open term",
            }
        ]

    def wallet_balance(self) -> list[JsonObject]:
        return wallet_balance(Spot="4271.30", USDM_Futures="5133.50", Earn="725.00")
