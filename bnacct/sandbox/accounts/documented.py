"""The samples of the API documents.

They are not valid JSON as printed: comments, missing commas and no-break spaces are mended here. Amounts are untouched,
even where they contradict the documents' own formulas. Snapshots are moved to the last seven days, as the printed date
is too old to be asked for.
"""

from bnacct.sandbox.accounts.account import (
    FUTURES_TOTALS,
    ZERO,
    Account,
    JsonObject,
    futures_asset,
    position,
    user_asset,
)

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
