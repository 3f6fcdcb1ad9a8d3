"""An account of thousands of rows, whose answers pass a megabyte."""

from bnacct.sandbox.accounts.account import (
    FUTURES_TOTALS,
    Account,
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
    locked_position,
)
from bnacct.sandbox.accounts.terms import ZERO, JsonObject

_ROWS = 5_000
_WS_ROWS = 6_000
_SNAPSHOT_ROWS = 500
_POSITIONS = 250
_PRIME = 999_999_937


class Large(Account):
    """Rows differ, in what they are called and in their amounts, and are the same each time."""

    history_days = 30

    def snapshot(self, kind: str, days_ago: int) -> JsonObject:
        rows = [(f"A{n:04}", _amount(n * days_ago)) for n in range(_SNAPSHOT_ROWS)]
        if kind == "spot":
            balances = [{"asset": asset, "free": amount, "locked": ZERO} for asset, amount in rows]
            return {"balances": balances, "totalAssetOfBtc": _amount(days_ago)}
        if kind == "futures":
            assets = [{"asset": asset, "marginBalance": amount, "walletBalance": amount} for asset, amount in rows]
            return {"assets": assets, "position": []}
        nothing = {"borrowed": ZERO, "interest": ZERO, "locked": ZERO}
        return {
            "marginLevel": "999.00000000",
            "totalAssetOfBtc": _amount(days_ago),
            "totalLiabilityOfBtc": ZERO,
            "totalNetAssetOfBtc": _amount(days_ago),
            "userAssets": [{"asset": asset, "free": amount, **nothing, "netAsset": amount} for asset, amount in rows],
        }

    def futures_account(self) -> JsonObject:
        return {
            **dict.fromkeys(FUTURES_TOTALS, ZERO),
            "assets": [futures_asset("USDT", "1000000.00000000", 1795000000000)],
            "positions": [
                position(f"A{n:04}USDT", units(n - _ROWS // 2, 3), notional=_amount(n)) for n in range(_ROWS)
            ],
        }

    def pm_balance(self) -> list[JsonObject]:
        return [_pm(f"A{n:04}", _amount(n)) for n in range(_ROWS)]

    def user_assets(self) -> list[JsonObject]:
        return [user_asset(f"A{n:04}", _amount(n), units(n)) for n in range(_ROWS)]

    def coin_futures_account(self) -> JsonObject:
        return coin_futures_account(
            [coin_futures_asset(f"A{n:04}", units(n)) for n in range(_ROWS)],
            [coin_position(f"A{n:04}USD_PERP", str(n - _ROWS // 2)) for n in range(_ROWS)],
        )

    def earn_positions(self) -> list[JsonObject]:
        return [flexible_position(f"A{n:04}", units(n)) for n in range(_POSITIONS)]

    def earn_positions_locked(self) -> list[JsonObject]:
        return [locked_position(n, f"A{n:04}", units(n)) for n in range(_POSITIONS)]

    def ws_balance(self) -> list[JsonObject]:
        return [futures_balance(f"A{n:04}", _amount(n), collateral=n % 2 == 0) for n in range(_WS_ROWS)]


def _amount(n: int) -> str:
    return units(n * n * 7_919 % _PRIME * (n + 1))


def _pm(asset: str, amount: str) -> JsonObject:
    return {
        "asset": asset,
        "totalWalletBalance": amount,
        "crossMarginAsset": amount,
        "crossMarginBorrowed": "0.0",
        "crossMarginFree": amount,
        "crossMarginInterest": "0.0",
        "crossMarginLocked": "0.0",
        "umWalletBalance": "0.0",
        "umUnrealizedPNL": "0.0",
        "cmWalletBalance": "0.0",
        "cmUnrealizedPNL": "0.0",
        "updateTime": 1795000000000,
        "negativeBalance": "0",
    }
