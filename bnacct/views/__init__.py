"""Says what each answer holds: sections, columns, and the pure functions that turn a payload into rows.

Field names, their order and their meaning are those of the API documents that `endpoints` links. There is one module
for each family of accounts. A new view belongs in the module of its family, and in `VIEWS`.
"""

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
from bnacct.views.rows import WrongShape, dates, document, is_wanted, only, rows
from bnacct.views.snapshot import SNAPSHOTS
from bnacct.views.spot import USER_ASSETS
from bnacct.views.terms import AMOUNTS, DATE, NUMBERS, SNAPSHOT_TIME, Column, Kind, Row, Section, View

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

VIEWS: dict[str, View] = {
    view.name: view
    for view in (
        USER_ASSETS,
        FUTURES_ACCOUNT,
        PM_BALANCE,
        WS_BALANCE,
        *SNAPSHOTS.values(),
        FUNDING_ASSETS,
        MARGIN_ACCOUNT,
        ISOLATED_MARGIN,
        FUTURES_RISK,
        COIN_FUTURES_ACCOUNT,
        OPTIONS_ACCOUNT,
        PM_ACCOUNT,
        *EARN_POSITIONS.values(),
        OVERVIEW,
        PROFILES,
        RECORD,
        HISTORY,
        GAPS,
        DIFF,
        CHART,
        TOTALS_CHART,
        THINNED,
        DOCTOR,
    )
}
