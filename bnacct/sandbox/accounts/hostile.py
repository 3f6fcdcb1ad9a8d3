"""Valid JSON that means harm: text that terminals, spreadsheets and markup would act on, numbers where text belongs."""

from bnacct.sandbox.accounts.account import (
    FUTURES_TOTALS,
    ZERO,
    Account,
    JsonObject,
    futures_asset,
    futures_balance,
    position,
    user_asset,
)
from bnacct.sandbox.encoding import number

_ESCAPE = "\x1b[31mRED\x1b[0m"
_TITLE = "\x1b]0;owned\x07"
_LINES = "A\r\nB\tC\x00\x7f\x9b31m"
_BIDI = "\u202etxt.exe\u2066\u200b"
_HALF_PAIR = "HALF\ud83d"
_MARKUP = "[bold]x[/bold][link=http://example.com]y"
_LONG = "LONG" * 5_000
_FORMULA = "=1+1"

_NAMES = (
    _ESCAPE,
    _TITLE,
    _LINES,
    _BIDI,
    _HALF_PAIR,
    _MARKUP,
    _LONG,
    _FORMULA,
    "@SUM(1)",
    "+1",
    "-1",
    'a,"b"',
    "",
    "e\u0301",
)

# JSON numbers that a float would round, or write in another way.
_EXACT = ("0.10000000000000000001", "9007199254740993.00000001", "1e-8", "-0", "1E+3", "123456789012345678901")


class Hostile(Account):
    """Every endpoint answers in its own shape, as far as that is known, and with everything else odd."""

    history_days = 7

    def snapshot(self, kind: str, days_ago: int) -> JsonObject:
        names = [{"asset": name, "free": "1", "locked": "0", "walletBalance": "1", "netAsset": "1"} for name in _NAMES]
        exact = [{"asset": f"N{at}", "free": number(digits)} for at, digits in enumerate(_EXACT)]
        rows = {"spot": "balances", "margin": "userAssets", "futures": "assets"}[kind]
        position = {"symbol": _ESCAPE, "positionAmt": number("1e-8"), "entryPrice": None, "surprise": {"a": [1]}}
        return {
            rows: [*names, *exact],
            "totalAssetOfBtc": number("0.10000000000000000001"),
            "marginLevel": None,
            **({"position": [position]} if kind == "futures" else {}),
            "surprise": {"nested": [_ESCAPE, None, True]},
        }

    def futures_account(self) -> JsonObject:
        return {
            **dict.fromkeys(FUTURES_TOTALS, _ESCAPE),
            "totalMarginBalance": number("9007199254740993.00000001"),
            "availableBalance": None,
            "assets": [*(futures_asset(name, "1") for name in _NAMES), {"asset": "LEAN"}],
            "positions": [
                position(_ESCAPE, number("1e-8"), "\u202eLONG", unrealizedProfit=number("-0.10000000000000000001")),
                {"symbol": "LEAN", "positionAmt": None, "surprise": [[]]},
            ],
            "surprise": {_ESCAPE: _FORMULA},
        }

    def pm_balance(self) -> list[JsonObject]:
        names = [{"asset": name, "totalWalletBalance": "1", "crossMarginFree": "1", "updateTime": 0} for name in _NAMES]
        exact = [
            {"asset": f"N{at}", "crossMarginBorrowed": number(digits), "updateTime": number("1e12")}
            for at, digits in enumerate(_EXACT)
        ]
        return [*names, *exact, {"asset": None, "crossMarginFree": None, "negativeBalance": _ESCAPE}, {}]

    def user_assets(self) -> list[JsonObject]:
        names = [user_asset(name, "1") for name in _NAMES]
        exact = [user_asset(f"N{at}", number(digits)) for at, digits in enumerate(_EXACT)]
        lean: list[JsonObject] = [{"asset": "LEAN"}, {"free": "1"}, {"asset": None, "free": None, "locked": _ESCAPE}]
        odd = {**user_asset("ODD", "1"), "surprise": {"nested": [_ESCAPE, {"deeper": None}]}, "freeze": True}
        return [
            *names,
            *exact,
            *lean,
            odd,
            user_asset("WORDS", "many", locked="NaN", freeze="1_000", withdrawing=" 1 "),
        ]

    def ws_balance(self) -> list[JsonObject]:
        names = [futures_balance(name, "1") for name in _NAMES]
        exact = [futures_balance(f"N{at}", number(digits)) for at, digits in enumerate(_EXACT)]
        return [*names, *exact, {"asset": "LEAN", "marginAvailable": "yes", "updateTime": ZERO}]
