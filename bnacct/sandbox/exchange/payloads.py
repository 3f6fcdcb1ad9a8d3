"""The payload of each endpoint, for a request that has passed all checks."""

from collections.abc import Mapping

from bnacct import endpoints
from bnacct.sandbox.accounts.account import Account
from bnacct.sandbox.accounts.terms import JsonObject
from bnacct.sandbox.exchange.error_bodies import RefusedError
from bnacct.sandbox.exchange.worth_payloads import NOTHING, WORTH, CheckedParameters, Payload, page

__all__ = ["NOTHING", "PAYLOADS", "CheckedParameters"]

DAY_MS = 86_400_000
LONGEST_RANGE_DAYS = 30
# "Support query within the last one month only": the document does not say how many days.
LOOKBACK_DAYS = 31
DEFAULT_LIMIT = 7
MOST_SYMBOLS = 5


def _snapshots(account: Account, parameters: CheckedParameters, now_ms: int) -> object:
    kind = str(parameters["type"]).lower()
    limit, start_ms, end_ms = _snapshot_range(parameters, now_ms)
    found: list[JsonObject] = []
    for days_ago in range(1, account.history_days + 1):
        # The time of a snapshot is the last second of its day, in UTC.
        update_time = (now_ms // DAY_MS - days_ago + 1) * DAY_MS - 1000
        if start_ms <= update_time <= end_ms and len(found) < limit:
            data = account.snapshot(kind, days_ago)
            if data is not None:
                found.append({"data": data, "type": kind, "updateTime": update_time})
    return {"code": 200, "msg": "", "snapshotVos": found[::-1]}


def _snapshot_range(parameters: CheckedParameters, now_ms: int) -> tuple[int, int, int]:
    limit = int(parameters.get("limit", DEFAULT_LIMIT))
    start_ms = int(parameters.get("startTime", 0))
    end_ms = int(parameters.get("endTime", now_ms))
    if "startTime" not in parameters:
        return limit, start_ms, end_ms
    if start_ms > end_ms:
        raise RefusedError(-1023)
    if start_ms < now_ms - LOOKBACK_DAYS * DAY_MS:
        raise RefusedError(-3026)
    if "endTime" in parameters and end_ms - start_ms >= LONGEST_RANGE_DAYS * DAY_MS:
        raise RefusedError(-1127)
    return limit, start_ms, end_ms


def _futures_account(account: Account, parameters: CheckedParameters, now_ms: int) -> object:
    return account.futures_account()


def _pm_balance(account: Account, parameters: CheckedParameters, now_ms: int) -> object:
    rows = account.pm_balance()
    if "asset" not in parameters:
        return rows
    row = _of_asset(rows, parameters["asset"])
    if row is None:
        raise RefusedError(-1108)
    # The document shows one object, without this field.
    return {name: value for name, value in row.items() if name != "crossMarginAsset"}


def _user_assets(account: Account, parameters: CheckedParameters, now_ms: int) -> object:
    return _valued(account.user_assets(), parameters)


def _funding_assets(account: Account, parameters: CheckedParameters, now_ms: int) -> object:
    return _valued(account.funding_assets(), parameters)


def _valued(rows: list[JsonObject], parameters: CheckedParameters) -> object:
    if "asset" in parameters:
        row = _of_asset(rows, parameters["asset"])
        rows = [] if row is None else [row]
    if parameters.get("needBtcValuation"):
        return rows
    return [{**row, "btcValuation": "0"} if "btcValuation" in row else row for row in rows]


def _ws_balance(account: Account, parameters: CheckedParameters, now_ms: int) -> object:
    return account.ws_balance()


def _margin_account(account: Account, parameters: CheckedParameters, now_ms: int) -> object:
    return account.margin_account()


def _isolated_margin(account: Account, parameters: CheckedParameters, now_ms: int) -> object:
    answer = account.isolated_margin()
    if "symbols" not in parameters:
        return answer
    symbols = str(parameters["symbols"]).split(",")
    if len(symbols) > MOST_SYMBOLS:
        raise RefusedError(-1130, "symbols")
    return {"assets": [pair for pair in answer["assets"] if pair.get("symbol") in symbols]}


def _futures_risk(account: Account, parameters: CheckedParameters, now_ms: int) -> object:
    rows = account.futures_risk()
    symbol = parameters.get("symbol")
    return [row for row in rows if row.get("symbol") == symbol] if symbol is not None else rows


def _coin_futures_account(account: Account, parameters: CheckedParameters, now_ms: int) -> object:
    return account.coin_futures_account()


def _options_account(account: Account, parameters: CheckedParameters, now_ms: int) -> object:
    return account.options_account()


def _pm_account(account: Account, parameters: CheckedParameters, now_ms: int) -> object:
    return account.pm_account()


def _earn_positions(kind: str) -> Payload:
    def payload(account: Account, parameters: CheckedParameters, now_ms: int) -> object:
        rows = account.earn_positions() if kind == "flexible" else account.earn_positions_locked()
        for name in ("asset", "productId", "positionId", "projectId"):
            if name in parameters:
                rows = [row for row in rows if row.get(name) == parameters[name]]
        return {"rows": page(rows, parameters), "total": len(rows)}

    return payload


def _time(account: Account, parameters: CheckedParameters, now_ms: int) -> object:
    return {"serverTime": now_ms}


def _ping(account: Account, parameters: CheckedParameters, now_ms: int) -> object:
    return {}


def _permissions(account: Account, parameters: CheckedParameters, now_ms: int) -> object:
    return account.permissions()


def _of_asset(rows: list[JsonObject], asset: object) -> JsonObject | None:
    return next((row for row in rows if row.get("asset") == asset), None)


# One row for each path of `endpoints.ENDPOINTS`.
PAYLOADS: Mapping[str, Payload] = {
    endpoints.SNAPSHOT.path: _snapshots,
    endpoints.FUTURES_ACCOUNT.path: _futures_account,
    endpoints.PM_BALANCE.path: _pm_balance,
    endpoints.USER_ASSETS.path: _user_assets,
    endpoints.FUNDING_ASSETS.path: _funding_assets,
    endpoints.MARGIN_ACCOUNT.path: _margin_account,
    endpoints.ISOLATED_MARGIN.path: _isolated_margin,
    endpoints.FUTURES_RISK.path: _futures_risk,
    endpoints.COIN_FUTURES_ACCOUNT.path: _coin_futures_account,
    endpoints.OPTIONS_ACCOUNT.path: _options_account,
    endpoints.PM_ACCOUNT.path: _pm_account,
    endpoints.EARN_FLEXIBLE.path: _earn_positions("flexible"),
    endpoints.EARN_LOCKED.path: _earn_positions("locked"),
    endpoints.WS_BALANCE.path: _ws_balance,
    endpoints.WS_BALANCE_V2.path: _ws_balance,
    endpoints.API_TIME.path: _time,
    endpoints.FAPI_TIME.path: _time,
    endpoints.DAPI_TIME.path: _time,
    endpoints.EAPI_TIME.path: _time,
    endpoints.PM_PING.path: _ping,
    endpoints.API_RESTRICTIONS.path: _permissions,
    **WORTH,
}
