"""A classic account with everything opened, where adding up what the endpoints answer would be wrong in many ways."""

from bnacct.sandbox.accounts.account import (
    FUTURES_TOTALS,
    Account,
    funding_asset,
    futures_asset,
    position,
    units,
    user_asset,
)
from bnacct.sandbox.accounts.answers import (
    coin_futures_account,
    coin_futures_asset,
    coin_position,
    flexible_loan,
    flexible_position,
    isolated_pair,
    isolated_side,
    locked_position,
    margin_account,
    margin_asset,
    options_account,
    options_asset,
    wallet_balance,
)
from bnacct.sandbox.accounts.terms import ZERO, JsonObject

_TOUCHED = 1795000000000
# What lies in flexible Earn, in 103 small positions beside two larger ones.
_SAVED = ("ADA", "XRP", "SOL", "DOGE", "DOT", "TRX")
_SMALL_POSITIONS = 103
_LOCKED_POSITIONS = 15


class Classic(Account):
    """Earn receipts beside the positions they are for, debts, a coin that has no price, and bots without an endpoint."""

    uid = 100000001

    def user_assets(self) -> list[JsonObject]:
        saved = [(asset, _saved(asset)) for asset in _SAVED]
        return [
            user_asset("BTC", "1.25000000", "1.25000000"),
            user_asset("ETH", "4.00000000", "0.22000500", locked="0.50000000"),
            user_asset("USDT", "10250.75000000", "0.15186296"),
            user_asset("BNB", "12.50000000", "0.11111250"),
            # A coin of its own, whose name starts like that of a receipt.
            user_asset("LDO", "800.00000000", "0.02192592"),
            user_asset("LDUSDT", "1500.00000001"),
            user_asset("LDBNB", "3.14159265"),
            *(user_asset(f"LD{asset}", amount) for asset, amount in saved),
            user_asset("TRY", "25000.00000000", "0.01081314"),
            user_asset("CHZ", "1200.00000000", "0.00125401"),
            # Delisted: the exchange values it, and no market does.
            user_asset("BUSD", "150.50000000", "0.00222963"),
            # Nobody values this.
            user_asset("LUNX", "42.00000000"),
            user_asset("ADA", "1.20000000", "0.00000800"),
            user_asset("XRP", "0.80000000", "0.00000651"),
            user_asset("DOGE", "3.00000000", "0.00000533"),
        ]

    def funding_assets(self) -> list[JsonObject]:
        return [
            funding_asset("USDT", "500.00000000", "0.00740740"),
            funding_asset("BNB", "0", "0.00711111", freeze="0.80000000"),
            funding_asset("EQ_SOXL", "3.00000000", "0.00110000"),
        ]

    def margin_account(self) -> JsonObject:
        return margin_account(
            [
                margin_asset("BTC", "0.40000000", "0.40000000"),
                margin_asset("USDT", "200.00000000", "-300.00123450", borrowed="500.00000000", interest="0.00123450"),
                *(margin_asset(asset, ZERO, ZERO) for asset in ("ADA", "BNB", "ETH")),
            ],
            total="0.40296296",
            liability="0.00740743",
            net="0.39555553",
            level="54.40050000",
        )

    def isolated_margin(self) -> JsonObject:
        pair = isolated_pair(
            "ETHUSDT",
            isolated_side("ETH", "2.00000000", "2.00000000", "0.09778000"),
            isolated_side(
                "USDT",
                "10.00000000",
                "-3490.50000000",
                "-0.05171111",
                borrowed="3500.00000000",
                interest="0.50000000",
            ),
            marginLevel="1.88830500",
            marginLevelStatus="NORMAL",
            indexPrice="3300.00000000",
            liquidatePrice="1928.88000000",
        )
        return {
            "assets": [pair],
            "totalAssetOfBtc": "0.09792814",
            "totalLiabilityOfBtc": "0.05185925",
            "totalNetAssetOfBtc": "0.04606889",
        }

    def futures_account(self) -> JsonObject:
        return {
            **dict.fromkeys(FUTURES_TOTALS, ZERO),
            "totalWalletBalance": "5200.00000000",
            "totalUnrealizedProfit": "-412.33210000",
            "totalMarginBalance": "4787.66790000",
            "assets": [
                futures_asset(
                    "USDT",
                    "5200.00000000",
                    _TOUCHED,
                    unrealizedProfit="-412.33210000",
                    marginBalance="4787.66790000",
                ),
                futures_asset("BNB", ZERO),
            ],
            "positions": [
                position("BTCUSDT", "-0.150", update_time=_TOUCHED, unrealizedProfit="-412.33210000", notional="-10125")
            ],
        }

    def coin_futures_account(self) -> JsonObject:
        profit = "-0.00312345"
        return coin_futures_account(
            [
                coin_futures_asset(
                    "BTC",
                    "0.10000000",
                    _TOUCHED,
                    unrealizedProfit=profit,
                    marginBalance="0.09687655",
                    crossUnPnl=profit,
                )
            ],
            [coin_position("BTCUSD_PERP", "-25", unrealizedProfit=profit, updateTime=_TOUCHED)],
        )

    def options_account(self) -> JsonObject:
        greek = {"underlying": "BTCUSDT", "delta": "-0.05", "gamma": "-0.002", "theta": "-0.05", "vega": "-0.002"}
        return options_account([options_asset("USDT", "750.25", "712.75", unrealizedPNL="-37.5")], [greek])

    def earn_positions(self) -> list[JsonObject]:
        return [
            flexible_position("USDT", "1500.00000001", collateralAmount="400.00000000"),
            flexible_position("BNB", "3.14159265"),
            *(
                flexible_position(_SAVED[n % len(_SAVED)], units(_small(n)), productId=f"SMALL{n:03}")
                for n in range(_SMALL_POSITIONS)
            ),
        ]

    def earn_positions_locked(self) -> list[JsonObject]:
        return [
            locked_position(8123001, "AXS", "122.09202928", rewardAmt="5.17181528"),
            *(locked_position(8123002 + n, "DOT", units(100_000_000 + n)) for n in range(_LOCKED_POSITIONS - 1)),
        ]

    def flexible_loan(self) -> list[JsonObject]:
        return [flexible_loan("USDC", "250.50000000", "USDT", "400.00000000")]

    def wallet_balance(self) -> list[JsonObject]:
        return wallet_balance(
            Spot="119422.21",
            Funding="1054.25",
            Cross_Margin="26700.01",
            Isolated_Margin="3109.65",
            USDM_Futures="4787.66",
            COINM_Futures="6539.16",
            Earn="7070.85",
            Options="712.75",
            Trading_Bots="321.50",
        )


def _small(n: int) -> int:
    return 50_000_000 + n * 1_234_567


def _saved(asset: str) -> str:
    return units(sum(_small(n) for n in range(_SMALL_POSITIONS) if _SAVED[n % len(_SAVED)] == asset))
