"""Says what each answer holds: sections, columns, and the pure functions that turn a payload into rows.

Field names, their order and their meaning are those of the API documents that `endpoints` links. There is one module
for each family of accounts, loaded when one of its views is asked for. A new view belongs in the module of its family,
and in the table at the end of this one. `VIEWS` holds all of them by name.
"""

import importlib
from typing import TYPE_CHECKING, Any

from bnacct.views.rows import WrongShape, dates, document, is_wanted, only, rows
from bnacct.views.terms import AMOUNTS, DATE, NUMBERS, SNAPSHOT_TIME, Column, Kind, Row, Section, View

if TYPE_CHECKING:
    from bnacct.views.coin_futures import COIN_FUTURES_ACCOUNT
    from bnacct.views.doctor import DOCTOR
    from bnacct.views.earn import EARN_POSITIONS
    from bnacct.views.funding import FUNDING_ASSETS
    from bnacct.views.futures import FUTURES_ACCOUNT, FUTURES_RISK, WS_BALANCE
    from bnacct.views.history import CHART, DIFF, GAPS, HISTORY, RECORD, THINNED, TOTALS_CHART
    from bnacct.views.margin import ISOLATED_MARGIN, MARGIN_ACCOUNT
    from bnacct.views.options import OPTIONS_ACCOUNT
    from bnacct.views.overview import OVERVIEW
    from bnacct.views.portfolio_margin import PM_ACCOUNT, PM_BALANCE
    from bnacct.views.profiles import PROFILES
    from bnacct.views.snapshot import SNAPSHOTS
    from bnacct.views.spot import USER_ASSETS

    VIEWS: dict[str, View]

__all__ = [
    "AMOUNTS",
    "CHART",
    "COIN_FUTURES_ACCOUNT",
    "DATE",
    "DIFF",
    "DOCTOR",
    "EARN_POSITIONS",
    "FUNDING_ASSETS",
    "FUTURES_ACCOUNT",
    "FUTURES_RISK",
    "GAPS",
    "HISTORY",
    "ISOLATED_MARGIN",
    "MARGIN_ACCOUNT",
    "NUMBERS",
    "OPTIONS_ACCOUNT",
    "OVERVIEW",
    "PM_ACCOUNT",
    "PM_BALANCE",
    "PROFILES",
    "RECORD",
    "SNAPSHOTS",
    "SNAPSHOT_TIME",
    "THINNED",
    "TOTALS_CHART",
    "USER_ASSETS",
    "VIEWS",
    "WS_BALANCE",
    "Column",
    "Kind",
    "Row",
    "Section",
    "View",
    "WrongShape",
    "dates",
    "document",
    "is_wanted",
    "only",
    "rows",
]

# The module of each view, or of the views of a command with several, in the order of help.
_HOMES = {
    "USER_ASSETS": "spot",
    "FUTURES_ACCOUNT": "futures",
    "PM_BALANCE": "portfolio_margin",
    "WS_BALANCE": "futures",
    "SNAPSHOTS": "snapshot",
    "FUNDING_ASSETS": "funding",
    "MARGIN_ACCOUNT": "margin",
    "ISOLATED_MARGIN": "margin",
    "FUTURES_RISK": "futures",
    "COIN_FUTURES_ACCOUNT": "coin_futures",
    "OPTIONS_ACCOUNT": "options",
    "PM_ACCOUNT": "portfolio_margin",
    "EARN_POSITIONS": "earn",
    "OVERVIEW": "overview",
    "PROFILES": "profiles",
    "RECORD": "history",
    "HISTORY": "history",
    "GAPS": "history",
    "DIFF": "history",
    "CHART": "history",
    "TOTALS_CHART": "history",
    "THINNED": "history",
    "DOCTOR": "doctor",
}


def __getattr__(name: str) -> Any:
    if name == "VIEWS":
        found = [globals().get(each) or __getattr__(each) for each in _HOMES]
        views = [view for each in found for view in (each.values() if isinstance(each, dict) else [each])]
        value: Any = {view.name: view for view in views}
    elif name in _HOMES:
        value = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value
