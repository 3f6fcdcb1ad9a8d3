"""The samples of the API documents.

They are not valid JSON as printed: comments, missing commas and no-break spaces are mended here. Amounts are untouched,
even where they contradict the documents' own formulas. Snapshots are moved to the last seven days, as the printed date
is too old to be asked for.
"""

from bnacct.sandbox.accounts.account import (
    FUTURES_TOTALS,
    Account,
    funding_asset,
    futures_asset,
    position,
    user_asset,
)
from bnacct.sandbox.accounts.answers import (
    coin_futures_account,
    coin_futures_asset,
    coin_position,
    flexible_position,
    isolated_pair,
    isolated_side,
    locked_position,
    margin_account,
    margin_asset,
    options_account,
    options_asset,
    pm_account,
    position_risk,
)
from bnacct.sandbox.accounts.terms import ZERO, JsonObject
from bnacct.sandbox.encoding import number

_SNAPSHOTS: dict[str, JsonObject] = {
    "spot": {
        "balances": [
            {"asset": "BTC", "free": "0.09905021", "locked": "0.00000000"},
            {"asset": "USDT", "free": "1.89109409", "locked": "0.00000000"},
        ],
        "totalAssetOfBtc": "0.09942700",
    },
    "margin": {
        "marginLevel": "2748.02909813",
        "totalAssetOfBtc": "0.00274803",
        "totalLiabilityOfBtc": "0.00000100",
        "totalNetAssetOfBtc": "0.00274750",
        "userAssets": [
            {
                "asset": "XRP",
                "borrowed": "0.00000000",
                "free": "1.00000000",
                "interest": "0.00000000",
                "locked": "0.00000000",
                "netAsset": "1.00000000",
            }
        ],
    },
    "futures": {
        "assets": [{"asset": "USDT", "marginBalance": "118.99782335", "walletBalance": "120.23811389"}],
        "position": [
            {
                "entryPrice": "7130.41000000",
                "markPrice": "7257.66239673",
                "positionAmt": "0.01000000",
                "symbol": "BTCUSDT",
                "unRealizedProfit": "1.24029054",
            }
        ],
    },
}

# The fields that hold the account's balance in the futures sample; the other totals are zero.
_HELD = (
    "totalWalletBalance",
    "totalMarginBalance",
    "totalCrossWalletBalance",
    "availableBalance",
    "maxWithdrawAmount",
)


class Documented(Account):
    """The samples as printed; the futures account is in single-asset mode."""

    history_days = 7
    _futures_total = "103.12345678"

    def snapshot(self, kind: str, days_ago: int) -> JsonObject:
        return _SNAPSHOTS[kind]

    def futures_account(self) -> JsonObject:
        return {
            **dict.fromkeys(FUTURES_TOTALS, ZERO),
            **dict.fromkeys(_HELD, self._futures_total),
            "assets": [
                futures_asset("USDT", "23.72469206", 1625474304765),
                futures_asset("USDC", "103.12345678", 1625474304765, availableBalance="126.72469206"),
            ],
            "positions": [position("BTCUSDT", "1.000")],
        }

    def pm_balance(self) -> list[JsonObject]:
        return [
            {
                "asset": "USDT",
                "totalWalletBalance": "122607.35137903",
                "crossMarginAsset": "92.27530794",
                "crossMarginBorrowed": "10.00000000",
                "crossMarginFree": "100.00000000",
                "crossMarginInterest": "0.72469206",
                "crossMarginLocked": "3.00000000",
                "umWalletBalance": "0.00000000",
                "umUnrealizedPNL": "23.72469206",
                "cmWalletBalance": "23.72469206",
                "cmUnrealizedPNL": "",
                "updateTime": 1617939110373,
                "negativeBalance": "0",
            }
        ]

    def user_assets(self) -> list[JsonObject]:
        return [
            user_asset("AVAX", "1"),
            user_asset("BCH", "0.9"),
            user_asset("BNB", "887.47061626", freeze="10.52", withdrawing="0.1"),
            user_asset("BUSD", "9999.7"),
            user_asset("SHIB", "532.32"),
            user_asset("USDT", "50300000001.44911105"),
            user_asset("WRZ", "1"),
        ]

    def funding_assets(self) -> list[JsonObject]:
        return [funding_asset("USDT", "1", "0.00000091")]

    def margin_account(self) -> JsonObject:
        return margin_account(
            # The sample's totals are those of more than its one asset.
            [margin_asset("BTC", "0.00499500", "0.00499500")],
            total="0.00499500",
            TotalCollateralValueInUSDT="337.16250000",
        )

    def isolated_margin(self) -> JsonObject:
        pair = isolated_pair(
            "BTCUSDT",
            isolated_side("BTC", ZERO, ZERO),
            isolated_side("USDT", ZERO, ZERO),
            indexPrice="10000.00000000",
            liquidatePrice="1000.00000000",
            liquidateRate="1.00000000",
        )
        return {**super().isolated_margin(), "assets": [pair]}

    def futures_risk(self) -> list[JsonObject]:
        return [
            position_risk(
                "ADAUSDT",
                "30",
                entryPrice="0.385",
                breakEvenPrice="0.385077",
                markPrice="0.41047590",
                unRealizedProfit="0.76427700",
                notional="12.31427700",
                initialMargin="0.61571385",
                maintMargin="0.08004280",
                positionInitialMargin="0.61571385",
                adl=2,
                updateTime=1720736417660,
            )
        ]

    def coin_futures_account(self) -> JsonObject:
        return coin_futures_account(
            [coin_futures_asset("BTC", "0.00241969", 1625474304765)], [coin_position("BTCUSD_201225", "0")]
        )

    def options_account(self) -> JsonObject:
        asset = options_asset(
            "USDT",
            "10099.448",
            "10094.44662",
            available="8725.92524",
            initialMargin="1084.52138",
            maintMargin="151.00138",
            unrealizedPNL="-5.00138",
            adjustedEquity="34.13282285",
        )
        greek = {"underlying": "BTCUSDT", "delta": "-0.05", "gamma": "-0.002", "theta": "-0.05", "vega": "-0.002"}
        return options_account([asset], [greek])

    def pm_account(self) -> JsonObject:
        return pm_account(
            "122607.35137903",
            uniMMR="5167.92171923",
            accountEquity="73.47428058",
            accountInitialMargin="23.72469206",
            accountMaintMargin="23.72469206",
            virtualMaxWithdrawAmount="1627523.32459208",
            updateTime=1657707212154,
        )

    def earn_positions(self) -> list[JsonObject]:
        rates = {"0-5BTC": number("0.05"), "5-10BTC": number("0.03")}
        return [
            flexible_position(
                "USDT",
                "75.46000000",
                tierAnnualPercentageRate=rates,
                yesterdayAirdropPercentageRate="0.02599895",
                airDropAsset="BETH",
                collateralAmount="232.23123213",
                yesterdayRealTimeRewards="0.10293829",
                cumulativeBonusRewards="0.22759183",
                cumulativeRealTimeRewards="0.22759183",
                cumulativeTotalRewards="0.45459183",
            )
        ]

    def earn_positions_locked(self) -> list[JsonObject]:
        return [
            locked_position(
                123123,
                "AXS",
                "122.09202928",
                projectId="Axs*90",
                purchaseTime=1646182276000,
                rewardAmt="5.17181528",
                extraRewardAsset="BNB",
                extraRewardAPR="0.0203",
                estExtraRewardAmt="5.17181528",
                boostRewardAsset="AXS",
                boostApr="0.0121",
                totalBoostRewardAmt="3.98201829",
                nextPay="1.29295383",
                nextPayDate=1646697600000,
                redeemAmountEarly="2802.24068892",
                rewardsEndDate=1651449600000,
                deliverDate=1651536000000,
                redeemingAmt="232.2323",
                redeemTo="FLEXIBLE",
                partialAmtDeliverDate=1651536000000,
            )
        ]

    def ws_balance(self) -> list[JsonObject]:
        return [
            {
                "accountAlias": "SgsR",
                "asset": "USDT",
                "balance": "122607.35137903",
                "crossWalletBalance": "23.72469206",
                "crossUnPnl": "0.00000000",
                "availableBalance": "23.72469206",
                "maxWithdrawAmount": "23.72469206",
                "marginAvailable": True,
                "updateTime": 1617939110373,
            }
        ]


class DocumentedMultiAssets(Documented):
    """The samples, with the futures account in multi-assets mode: its totals are in USD."""

    _futures_total = "126.72469206"
