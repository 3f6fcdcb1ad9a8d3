"""Daily snapshots of the spot, margin and futures accounts."""

from bnacct.views import derived
from bnacct.views.terms import ASSET, DATE, SNAPSHOT_TIME, Column, Section, View, columns

_ENVELOPE = "snapshotVos"
_DAY = (DATE, SNAPSHOT_TIME)

_SPOT = View(
    "snapshot-spot",
    sections=(
        Section("balances", (*_DAY, ASSET, *columns("free locked", "amount")), key="balances", daily=True),
        Section("totals", (*_DAY, *columns("totalAssetOfBtc", "amount")), single=True, daily=True),
    ),
    envelope=_ENVELOPE,
    snapshot_type="spot",
)

_MARGIN = View(
    "snapshot-margin",
    sections=(
        Section(
            "userAssets",
            (
                *_DAY,
                ASSET,
                Column("borrowed", "debt"),
                Column("free", "amount"),
                Column("interest", "debt"),
                *columns("locked netAsset", "amount"),
            ),
            key="userAssets",
            daily=True,
        ),
        Section(
            "totals",
            (
                *_DAY,
                *columns("marginLevel totalAssetOfBtc", "amount"),
                Column("totalLiabilityOfBtc", "debt"),
                Column("totalNetAssetOfBtc", "amount"),
            ),
            single=True,
            daily=True,
        ),
    ),
    envelope=_ENVELOPE,
    snapshot_type="margin",
)

_FUTURES = View(
    "snapshot-futures",
    sections=(
        Section("assets", (*_DAY, ASSET, *columns("marginBalance walletBalance", "amount")), key="assets", daily=True),
        Section(
            "position",  # singular, as the exchange names it
            (
                *_DAY,
                Column("symbol", "text"),
                *columns("entryPrice markPrice", "amount"),
                Column("positionAmt", "size"),
                Column("unRealizedProfit", "profit"),
            ),
            key="position",
            daily=True,
            derived=derived.side,
            added=derived.SIDE,
        ),
    ),
    note="marginBalance and unRealizedProfit are those of the moment the position was opened; the exchange does not "
    "update them in snapshots.",
    envelope=_ENVELOPE,
    snapshot_type="futures",
)

# By the value of the request's `type`.
SNAPSHOTS: dict[str, View] = {"SPOT": _SPOT, "MARGIN": _MARGIN, "FUTURES": _FUTURES}
