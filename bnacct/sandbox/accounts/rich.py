"""A lived-in account: a month of changing snapshots, long and short positions, debt, odd names and odd amounts."""

from bnacct.sandbox.accounts.account import (
    FUTURES_TOTALS,
    Account,
    funding_asset,
    futures_asset,
    futures_balance,
    position,
    units,
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

_TOUCHED = 1795000000000
_MISSING_DAY = 11


class Rich(Account):
    """What a person who has used everything for some years could see."""

    history_days = 30

    def snapshot(self, kind: str, days_ago: int) -> JsonObject | None:
        if days_ago == _MISSING_DAY:
            return None
        return {"spot": _spot, "margin": _margin, "futures": _futures}[kind](days_ago)

    def permissions(self) -> JsonObject:
        """Return the rights of a careless key: it trades and withdraws, from anywhere."""
        careless = ("enableReading", "enableFutures", "enableWithdrawals", "enableSpotAndMarginTrading")
        return {**super().permissions(), "ipRestrict": False, **dict.fromkeys(careless, True)}

    def user_assets(self) -> list[JsonObject]:
        return [
            user_asset("AVAX", "1", "0.00031415"),
            user_asset("BCH", "0.9", "0.00421"),
            user_asset("BNB", "887.47061626", "8.12345678", freeze="10.52", withdrawing="0.1"),
            user_asset("BTC", "1.23456789", "1.23456789", locked="0.5"),
            user_asset("BUSD", "9999.7", "0.09876"),
            user_asset("DOGE", "0", "0"),
            user_asset("DOT", "0.00000000", "0"),
            user_asset("ETH", "32.000000000000000001", "1.1", locked="0.250000000000000000"),
            user_asset("IPO", "0", "0", ipoable="12.5"),
            user_asset("LDBNB", "3.14159265", "0.0287"),
            user_asset("LDUSDT", "1500.00000001", "0.0149"),
            user_asset("LTC", "0", "0.00012", locked="0.1"),
            user_asset("LUNC", "0.1234567890123456789012345678", "0.00000000000000000001"),
            user_asset("NFT", "123456789012345678901234567890.123456789", "0.5"),
            user_asset("PEPE", "0.00000001", "0.000000000000000001"),
            user_asset("SHIB", "532.32", "0.0000001"),
            user_asset("SOL", "12", "0.0183", freeze="3"),
            user_asset("TRX", "100000000", "120.5"),
            user_asset("USDC", "1000000.00", "9.9"),
            user_asset("USDT", "50300000001.44911105", "497000.12345678"),
            user_asset("WRZ", "1"),
            user_asset("XRP", "0", "0.003", withdrawing="100"),
            user_asset("[x]", "7", "0.0007"),
            user_asset("这是测试币", "88.88", "0.0088"),
            user_asset("🚀MOON", "42", "0.42"),
        ]

    def futures_account(self) -> JsonObject:
        amounts = {
            "totalInitialMargin": "1893.51180000",
            "totalMaintMargin": "256.20472000",
            "totalWalletBalance": "10342.55000000",
            "totalUnrealizedProfit": "-412.33210000",
            "totalMarginBalance": "9930.21790000",
            "totalPositionInitialMargin": "1793.51180000",
            "totalOpenOrderInitialMargin": "100.00000000",
            "totalCrossWalletBalance": "9842.55000000",
            "totalCrossUnPnl": "-400.00000000",
            "availableBalance": "7649.03820000",
            "maxWithdrawAmount": "7649.03820000",
        }
        return {
            **{name: amounts[name] for name in FUTURES_TOTALS},
            "assets": [
                futures_asset(
                    "USDT",
                    "10342.55000000",
                    _TOUCHED,
                    unrealizedProfit="-412.33210000",
                    marginBalance="9930.21790000",
                    maintMargin="256.20472000",
                    initialMargin="1893.51180000",
                    positionInitialMargin="1793.51180000",
                    openOrderInitialMargin="100.00000000",
                    crossWalletBalance="9842.55000000",
                    crossUnPnl="-400.00000000",
                    availableBalance="7649.03820000",
                    maxWithdrawAmount="7649.03820000",
                ),
                # Owed, and with more available than the wallet holds: the exchange lends.
                futures_asset(
                    "USDC", "-25.10000000", _TOUCHED, availableBalance="7649.03820000", maxWithdrawAmount=ZERO
                ),
                *(futures_asset(asset, ZERO) for asset in ("BTC", "ETH", "BFUSD", "LDUSDT")),
                futures_asset("FDUSD", ZERO, availableBalance="7651.00000000"),
            ],
            "positions": [
                position(
                    "BTCUSDT",
                    "0.150",
                    "LONG",
                    _TOUCHED,
                    unrealizedProfit="187.66790000",
                    notional="10125.00000000",
                    initialMargin="1012.50000000",
                    maintMargin="40.50000000",
                ),
                position(
                    "BTCUSDT",
                    "-0.050",
                    "SHORT",
                    _TOUCHED,
                    unrealizedProfit="-587.66790000",
                    notional="-3375.00000000",
                    initialMargin="337.50000000",
                    maintMargin="13.50000000",
                ),
                position(
                    "1000SHIBUSDT",
                    "-1200000",
                    "SHORT",
                    _TOUCHED,
                    unrealizedProfit="-12.33210000",
                    isolatedMargin="487.66790000",
                    notional="-4435.11800000",
                    isolatedWallet="500.00000000",
                    initialMargin="443.51180000",
                    maintMargin="202.20472000",
                ),
                # An open order, and no position.
                position("ETHUSDT", "0.000", "LONG"),
            ],
        }

    def pm_balance(self) -> list[JsonObject]:
        return [
            _pm("USDT", free="15000.00000000", um="2500.50000000", um_profit="-120.25000000", negative="0"),
            _pm(
                "BTC", free="0.75000000", locked="0.25000000", cm="0.10000000", cm_profit="-0.00312345", negative="0.0"
            ),
            _pm("USDC", free="0.0", borrowed="5000.00000000", interest="1.23456789", negative="-5001.23456789"),
            _pm("ETH", free="0.00000000", borrowed="0.00000001", cm_profit="", negative=""),
            _pm("BNB", free="", locked="", um="0.0", cm="0.0", um_profit="", cm_profit="", negative="0.0"),
            _pm("LDUSDT", free="0.00000000", negative="0"),
        ]

    def funding_assets(self) -> list[JsonObject]:
        return [
            funding_asset("BNB", "0", "0.00732", freeze="0.8"),
            funding_asset("DOGE", "0.00000000"),
            funding_asset("EQ_SOXL", "3", "0.0011"),
            funding_asset("TRY", "1500.25", "0.00037", locked="20"),
            funding_asset("USDT", "250.5", "0.0025", withdrawing="10"),
        ]

    def margin_account(self) -> JsonObject:
        return margin_account(
            [
                margin_asset("BTC", "0.40000000", "0.40000000"),
                margin_asset("USDT", "200.00000000", "-300.00123450", borrowed="500.00000000", interest="0.00123450"),
                margin_asset("XRP", "1.00000000", "1.12000000", locked="0.12000000"),
                *(margin_asset(asset, ZERO, ZERO) for asset in ("ADA", "BNB", "TRX")),
            ],
            total="0.40333333",
            liability="0.00500001",
            net="0.39833332",
            level="80.66650000",
            TotalCollateralValueInUSDT="40200.00000000",
        )

    def isolated_margin(self) -> JsonObject:
        return {
            "assets": [
                isolated_pair(
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
                    marginRatio="5.00000000",
                    indexPrice="3300.00000000",
                    liquidatePrice="1928.88000000",
                    liquidateRate="0.58000000",
                ),
                isolated_pair(
                    "DOGEBTC",
                    isolated_side("DOGE", "0.00000100", "0.00000100"),
                    isolated_side("BTC", ZERO, ZERO),
                    enabled=False,
                ),
                isolated_pair("BNBUSDT", isolated_side("BNB", ZERO, ZERO), isolated_side("USDT", ZERO, ZERO)),
            ],
            "totalAssetOfBtc": "0.09792814",
            "totalLiabilityOfBtc": "0.05185925",
            "totalNetAssetOfBtc": "0.04606889",
        }

    def futures_risk(self) -> list[JsonObject]:
        return [
            position_risk(
                "BTCUSDT",
                "0.150",
                "LONG",
                entryPrice="66248.88",
                breakEvenPrice="66275.4",
                markPrice="67500.00000000",
                unRealizedProfit="187.66790000",
                liquidationPrice="3012.44",
                notional="10125.00000000",
                initialMargin="1012.50000000",
                maintMargin="40.50000000",
                positionInitialMargin="1012.50000000",
                adl=2,
                updateTime=_TOUCHED,
            ),
            position_risk(
                "1000SHIBUSDT",
                "-1200000",
                "SHORT",
                entryPrice="0.0036856",
                breakEvenPrice="0.0036841",
                markPrice="0.00369593",
                unRealizedProfit="-12.33210000",
                liquidationPrice="0.00392154",
                isolatedMargin="487.66790000",
                notional="-4435.11800000",
                isolatedWallet="500.00000000",
                initialMargin="443.51180000",
                maintMargin="202.20472000",
                positionInitialMargin="443.51180000",
                adl=3,
                updateTime=_TOUCHED,
            ),
            # An open order, and no position.
            position_risk("ETHUSDT", "0.000", "LONG", markPrice="3300.00000000", bidNotional="1000.00000000"),
            position_risk("BNBUSDT", "0.00", markPrice="600.00000000"),
        ]

    def coin_futures_account(self) -> JsonObject:
        return coin_futures_account(
            [
                coin_futures_asset(
                    "BTC",
                    "0.10000000",
                    _TOUCHED,
                    unrealizedProfit="-0.00312345",
                    marginBalance="0.09687655",
                    maintMargin="0.00010000",
                    initialMargin="0.00250000",
                    positionInitialMargin="0.00250000",
                    crossUnPnl="-0.00312345",
                    availableBalance="0.09437655",
                    maxWithdrawAmount="0.09437655",
                ),
                coin_futures_asset("ETH", ZERO),
            ],
            [
                coin_position(
                    "BTCUSD_PERP",
                    "-25",
                    initialMargin="0.00250000",
                    maintMargin="0.00010000",
                    unrealizedProfit="-0.00312345",
                    positionInitialMargin="0.00250000",
                    leverage="15",
                    entryPrice="61750.1",
                    breakEvenPrice="61744.2",
                    updateTime=_TOUCHED,
                    notionalValue="-0.03703703",
                ),
                coin_position("BTCUSD_261225", "0"),
                coin_position("ETHUSD_PERP", "0", leverage="20"),
            ],
        )

    def options_account(self) -> JsonObject:
        return options_account(
            [options_asset("USDT", "750.25", "712.75", available="600.1", maintMargin="50.5", unrealizedPNL="-37.5")],
            [
                {"underlying": "BTCUSDT", "delta": "-0.05", "gamma": "-0.002", "theta": "-0.05", "vega": "-0.002"},
                {"underlying": "ETHUSDT", "delta": "0.31", "gamma": "0.0004", "theta": "-1.2", "vega": "0.9"},
            ],
        )

    def pm_account(self) -> JsonObject:
        return pm_account(
            "86512.44000000",
            uniMMR="4.81200000",
            accountEquity="79230.10000000",
            accountInitialMargin="31021.50000000",
            accountMaintMargin="16465.10000000",
            accountStatus="NORMAL",
            virtualMaxWithdrawAmount="20310.00000000",
            updateTime=_TOUCHED,
        )

    def earn_positions(self) -> list[JsonObject]:
        return [
            flexible_position("USDT", "1500.00000001", collateralAmount="400", cumulativeTotalRewards="31.1"),
            flexible_position("BNB", "3.14159265", latestAnnualPercentageRate="0.0018", airDropAsset="ETH"),
        ]

    def earn_positions_locked(self) -> list[JsonObject]:
        return [
            locked_position(8123001, "AXS", "122.09202928", rewardAmt="5.17181528"),
            locked_position(8123002, "SOL", "4.5", redeemingAmt="1.5", status="REDEEMING", canRedeemEarly=False),
        ]

    def ws_balance(self) -> list[JsonObject]:
        return [
            futures_balance(
                "USDT",
                "10342.55000000",
                update_time=_TOUCHED,
                crossWalletBalance="9842.55000000",
                crossUnPnl="-400.00000000",
                availableBalance="7649.03820000",
                maxWithdrawAmount="7649.03820000",
            ),
            futures_balance("USDC", "-25.10000000", update_time=_TOUCHED, availableBalance="7649.03820000"),
            futures_balance("BTC", "0.12345678", update_time=_TOUCHED, availableBalance="0.24690000"),
            futures_balance("BNFCR", "12.00000000", collateral=False, update_time=_TOUCHED),
            futures_balance("FDUSD", ZERO, collateral=False),
            futures_balance("ETH", ZERO),
        ]


def _spot(days_ago: int) -> JsonObject:
    return {
        "balances": [
            {
                "asset": "BTC",
                "free": units(123456789 + days_ago * 1_000_003),
                "locked": units(days_ago % 3 * 5_000_000),
            },
            {"asset": "ETH", "free": units(3_200_000_000 - days_ago * 20_000_007), "locked": ZERO},
            {"asset": "LDUSDT", "free": units(150_000_000_001 - days_ago * 4_100_000), "locked": ZERO},
            {"asset": "USDT", "free": units(5_000_000_000_000 + days_ago**2 * 333_333_333), "locked": ZERO},
            {"asset": "DOGE", "free": ZERO, "locked": ZERO},
        ],
        "totalAssetOfBtc": units(180_000_000 + days_ago * 1_234_567),
    }


def _margin(days_ago: int) -> JsonObject:
    borrowed, interest = 50_000_000_000 - days_ago * 100_000_000, days_ago * 12_345
    free = 20_000_000_000 + days_ago * 10_000_000
    btc = 40_000_000 + days_ago * 111_111
    return {
        "marginLevel": units(3_10000000 + days_ago * 1_234_567),
        "totalAssetOfBtc": units(btc),
        "totalLiabilityOfBtc": units(5_000_000),
        "totalNetAssetOfBtc": units(btc - 5_000_000),
        "userAssets": [
            _margin_asset("BTC", free=40_000_000 + days_ago * 100_000),
            _margin_asset("USDT", free=free, borrowed=borrowed, interest=interest),
            _margin_asset("XRP", free=100_000_000, locked=days_ago * 1_000_000),
            _margin_asset("TRX"),
        ],
    }


def _margin_asset(asset: str, free: int = 0, locked: int = 0, borrowed: int = 0, interest: int = 0) -> JsonObject:
    return {
        "asset": asset,
        "borrowed": units(borrowed),
        "free": units(free),
        "interest": units(interest),
        "locked": units(locked),
        "netAsset": units(free + locked - borrowed - interest),
    }


def _futures(days_ago: int) -> JsonObject:
    wallet, profit = 1_034_255_000_000 - days_ago * 1_000_000_000, (days_ago - 15) * 2_345_678_901
    return {
        "assets": [
            {"asset": "USDT", "marginBalance": units(wallet + profit), "walletBalance": units(wallet)},
            {"asset": "BNB", "marginBalance": ZERO, "walletBalance": ZERO},
        ],
        "position": [
            {
                "entryPrice": "67500.10000000",
                "markPrice": units(6_750_010_000_000 + days_ago * 12_345_678_901),
                "positionAmt": "0.15000000",
                "symbol": "BTCUSDT",
                "unRealizedProfit": units(profit),
            },
            {
                "entryPrice": "3300.00000000",
                "markPrice": units(330_000_000_000 - days_ago * 345_678_901),
                "positionAmt": "-2.00000000",
                "symbol": "ETHUSDT",
                "unRealizedProfit": units(days_ago * -345_678),
            },
        ],
    }


def _pm(
    asset: str,
    *,
    free: str,
    locked: str = "0.0",
    borrowed: str = "0.0",
    interest: str = "0.0",
    um: str = "0.0",
    um_profit: str = "0.0",
    cm: str = "0.0",
    cm_profit: str = "0.0",
    negative: str,
) -> JsonObject:
    touched = free not in ("", ZERO)
    return {
        "asset": asset,
        # The exchange's own sums are not derivable from the rest of its row, so nothing is added up here.
        "totalWalletBalance": free,
        "crossMarginAsset": free,
        "crossMarginBorrowed": borrowed,
        "crossMarginFree": free,
        "crossMarginInterest": interest,
        "crossMarginLocked": locked,
        "umWalletBalance": um,
        "umUnrealizedPNL": um_profit,
        "cmWalletBalance": cm,
        "cmUnrealizedPNL": cm_profit,
        "updateTime": _TOUCHED if touched else 0,
        "negativeBalance": negative,
    }
