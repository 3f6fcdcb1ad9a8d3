"""Valid JSON that means harm: text that terminals, spreadsheets and markup would act on, numbers where text belongs."""

from bnacct.sandbox.accounts.account import (
    FUTURES_TOTALS,
    Account,
    funding_asset,
    futures_asset,
    futures_balance,
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

    def funding_assets(self) -> list[JsonObject]:
        names = [funding_asset(name, "1") for name in _NAMES]
        return [*names, *(funding_asset(f"N{at}", number(digits)) for at, digits in enumerate(_EXACT)), {}]

    def margin_account(self) -> JsonObject:
        rows = [margin_asset(name, "1", "1") for name in _NAMES]
        exact = [margin_asset(f"N{at}", number(digits), number(digits)) for at, digits in enumerate(_EXACT)]
        return margin_account(
            [*rows, *exact, {}], total=number("9007199254740993.00000001"), level=_ESCAPE, accountType=_MARKUP
        )

    def isolated_margin(self) -> JsonObject:
        pairs = [
            isolated_pair(name, isolated_side(name, "1", "1"), isolated_side("", number("1e-8"), number("-0")))
            for name in _NAMES
        ]
        lean = {"symbol": None, "baseAsset": {}, "quoteAsset": {"asset": _ESCAPE}, "surprise": [1]}
        return {"assets": [*pairs, lean], "totalAssetOfBtc": None, "totalLiabilityOfBtc": _ESCAPE}

    def futures_risk(self) -> list[JsonObject]:
        exact = [position_risk(f"N{at}", number(digits), markPrice=number(digits)) for at, digits in enumerate(_EXACT)]
        return [*(position_risk(name, "1", "\u202eLONG") for name in _NAMES), *exact, {}]

    def coin_futures_account(self) -> JsonObject:
        assets = [coin_futures_asset(name, "1") for name in _NAMES]
        return coin_futures_account(
            [*assets, {"asset": "LEAN"}], [coin_position(_ESCAPE, number("1e-8"), leverage=number("1E+3"))]
        )

    def options_account(self) -> JsonObject:
        greek = {"underlying": _LONG, "delta": number("-0"), "gamma": None, "theta": _FORMULA}
        return options_account([options_asset(name, "1", number("1e-8")) for name in _NAMES], [greek])

    def pm_account(self) -> JsonObject:
        return pm_account(number("0.10000000000000000001"), uniMMR=_ESCAPE, accountStatus=_LINES, surprise=[_ESCAPE])

    def earn_positions(self) -> list[JsonObject]:
        rates = {_ESCAPE: number("1e-8"), "": None}
        return [flexible_position(name, "1", tierAnnualPercentageRate=rates) for name in _NAMES]

    def earn_positions_locked(self) -> list[JsonObject]:
        return [locked_position(at, name, "1", redeemTo=_ESCAPE) for at, name in enumerate(_NAMES)]

    def ws_balance(self) -> list[JsonObject]:
        names = [futures_balance(name, "1") for name in _NAMES]
        exact = [futures_balance(f"N{at}", number(digits)) for at, digits in enumerate(_EXACT)]
        return [*names, *exact, {"asset": "LEAN", "marginAvailable": "yes", "updateTime": ZERO}]
