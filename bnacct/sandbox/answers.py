"""What each endpoint answers, once the exchange has found the request in order."""

from collections.abc import Callable, Mapping

from bnacct import endpoints
from bnacct.sandbox.accounts.account import Account, Row
from bnacct.sandbox.refusals import TYPE_WRONG, RefusedError

# Parameters as checked: text, int for INT and LONG, bool for BOOLEAN.
Parameters = Mapping[str, str | int | bool]

DAY_MS = 86_400_000
LONGEST_RANGE_DAYS = 30
# "Support query within the last one month only": the exchange does not say how long a month is.
LOOKBACK_DAYS = 31
DEFAULT_LIMIT = 7


def _snapshots(account: Account, parameters: Parameters, now_ms: int) -> object:
    kind = str(parameters["type"])
    if kind not in ("SPOT", "MARGIN", "FUTURES"):
        raise RefusedError(-3026, text=TYPE_WRONG)
    limit, start_ms, end_ms = _snapshot_range(parameters, now_ms)
    found: list[Row] = []
    for days_ago in range(1, account.history_days + 1):
        # A day's snapshot is stamped with the last second of the day, in UTC.
        update_time = (now_ms // DAY_MS - days_ago + 1) * DAY_MS - 1000
        if start_ms <= update_time <= end_ms and len(found) < limit:
            data = account.snapshot(kind.lower(), days_ago)
            if data is not None:
                found.append({"data": data, "type": kind.lower(), "updateTime": update_time})
    return {"code": 200, "msg": "", "snapshotVos": found[::-1]}


def _snapshot_range(parameters: Parameters, now_ms: int) -> tuple[int, int, int]:
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


def _futures_account(account: Account, parameters: Parameters, now_ms: int) -> object:
    return account.futures_account()


def _pm_balance(account: Account, parameters: Parameters, now_ms: int) -> object:
    rows = account.pm_balances()
    if "asset" not in parameters:
        return rows
    row = _of_asset(rows, parameters["asset"])
    if row is None:
        raise RefusedError(-1108)
    # As in the document: one object, and without this field.
    return {name: value for name, value in row.items() if name != "crossMarginAsset"}


def _user_assets(account: Account, parameters: Parameters, now_ms: int) -> object:
    rows = account.user_assets()
    if "asset" in parameters:
        row = _of_asset(rows, parameters["asset"])
        rows = [] if row is None else [row]
    if parameters.get("needBtcValuation"):
        return rows
    return [{**row, "btcValuation": "0"} if "btcValuation" in row else row for row in rows]


def _futures_balances(account: Account, parameters: Parameters, now_ms: int) -> object:
    return account.futures_balances()


def _time(account: Account, parameters: Parameters, now_ms: int) -> object:
    return {"serverTime": now_ms}


def _ping(account: Account, parameters: Parameters, now_ms: int) -> object:
    return {}


def _restrictions(account: Account, parameters: Parameters, now_ms: int) -> object:
    return account.restrictions()


def _of_asset(rows: list[Row], asset: object) -> Row | None:
    return next((row for row in rows if row.get("asset") == asset), None)


ROUTES: Mapping[tuple[str, str], endpoints.Endpoint] = {
    (endpoint.method, endpoint.path): endpoint for endpoint in endpoints.ENDPOINTS
}

ANSWERS: Mapping[str, Callable[[Account, Parameters, int], object]] = {
    endpoints.SNAPSHOT.path: _snapshots,
    endpoints.FUTURES_ACCOUNT.path: _futures_account,
    endpoints.PM_BALANCE.path: _pm_balance,
    endpoints.USER_ASSETS.path: _user_assets,
    endpoints.WS_BALANCE.path: _futures_balances,
    endpoints.WS_BALANCE_V2.path: _futures_balances,
    endpoints.API_TIME.path: _time,
    endpoints.FAPI_TIME.path: _time,
    endpoints.PM_PING.path: _ping,
    endpoints.API_RESTRICTIONS.path: _restrictions,
}
