"""How tables arrange the sections of each view: one row for each section that needs more than the default.

A section without a row here has the columns of its view in the document's order, and no total. The sections of a view
follow one another in the order of its rows here; those without a row come last, in the view's own order.
"""

from typing import NamedTuple

from bnacct.output.several import ACCOUNT
from bnacct.views import DATE, SNAPSHOT_TIME, Column, Section, View
from bnacct.views.derived import CHANGES

# A drawing of how an amount moved over the days. Only a person sees it.
TREND = Column("trend", "aside")


class Part(NamedTuple):
    """Columns that belong together, the most important first.

    If one table has no room for all columns of a section, each part becomes a table of its own.
    """

    title: str
    names: tuple[str, ...]


class Layout(NamedTuple):
    """How a table arranges one section.

    parts: the order of the columns; those that no part names follow at the end of the first part.
    needed: a table without these columns is not shown; if none are named, the first amount is needed.
    total: the column whose sum means something.
    history: the column that is followed from day to day: the table also shows how it changed, and its trend.
    importance: the columns that give way last, the most important first; the others follow in their order.
    """

    parts: tuple[Part, ...] = ()
    needed: tuple[str, ...] = ()
    total: str = ""
    history: str = ""
    importance: tuple[str, ...] = ()

    @property
    def followed(self) -> tuple[Column, ...]:
        """What is computed from day to day."""
        return (*CHANGES, TREND) if self.history else ()

    def columns(self, section: Section) -> tuple[Column, ...]:
        """Return all columns that a table can show, in its order."""
        by_name = {column.name: column for column in (*section.columns, *section.added, *self.followed)}
        first = [ACCOUNT.name] if ACCOUNT.name in by_name else []
        return tuple([by_name[name] for name in dict.fromkeys([*first, *self._named(), *by_name]) if name in by_name])

    def computed(self, section: Section) -> frozenset[str]:
        """Return the names of the columns that no answer holds."""
        return frozenset([column.name for column in (*section.added, *self.followed)])

    def summed(self, section: Section) -> str:
        """Return the column whose sum means something, "" where the section has none."""
        return self.total if self.total in [column.name for column in section.columns] else ""

    def whole_parts(self, section: Section) -> tuple[Part, ...]:
        """Return the parts, with the columns that none of them names at the end of the first."""
        first, *others = self.parts or (Part("", ()),)
        elsewhere = {name for part in others for name in part.names}
        names = [column.name for column in self.columns(section) if column.name not in elsewhere]
        return (first._replace(names=tuple(names)), *others)

    def _named(self) -> list[str]:
        return [name for part in self.parts for name in part.names]


def _ordered(names: str) -> tuple[Part, ...]:
    return (Part("", tuple(names.split())),)


# By the names of the view and of the section.
LAYOUTS: dict[tuple[str, str], Layout] = {
    ("snapshot-spot", "totals"): Layout(history="totalAssetOfBtc"),
    ("snapshot-margin", "totals"): Layout(
        parts=_ordered(
            "date totalNetAssetOfBtc change changePercent trend totalLiabilityOfBtc marginLevel totalAssetOfBtc"
        ),
        history="totalNetAssetOfBtc",
        importance=("totalNetAssetOfBtc", "totalLiabilityOfBtc", "marginLevel"),
    ),
    ("snapshot-margin", "userAssets"): Layout(
        parts=_ordered("date asset netAsset borrowed interest free locked"),
    ),
    ("snapshot-futures", "assets"): Layout(
        parts=_ordered("date asset walletBalance change changePercent trend marginBalance"),
        history="walletBalance",
    ),
    ("snapshot-futures", "position"): Layout(
        parts=_ordered("date symbol side positionAmt unRealizedProfit entryPrice markPrice"),
        needed=("positionAmt", "unRealizedProfit"),
    ),
    ("futures-account", "totals"): Layout(
        parts=_ordered(
            "marginRatio totalMarginBalance totalWalletBalance totalUnrealizedProfit availableBalance "
            "totalMaintMargin totalInitialMargin"
        ),
    ),
    ("futures-account", "assets"): Layout(
        parts=_ordered("asset walletBalance unrealizedProfit marginBalance availableBalance maintMargin"),
    ),
    ("futures-account", "positions"): Layout(
        parts=_ordered(
            "symbol side positionAmt unrealizedProfit notional maintMargin isolatedMargin isolatedWallet "
            "initialMargin positionSide"
        ),
        needed=("positionAmt", "unrealizedProfit"),
    ),
    ("pm-balance", "balances"): Layout(
        parts=(
            Part("", ("asset", "totalWalletBalance", "negativeBalance", "crossMarginBorrowed", "crossMarginInterest")),
            Part("UM and CM", ("umWalletBalance", "umUnrealizedPNL", "cmWalletBalance", "cmUnrealizedPNL")),
        ),
    ),
    ("user-assets", "assets"): Layout(parts=_ordered("asset free btcValuation locked"), total="btcValuation"),
    ("funding-assets", "assets"): Layout(parts=_ordered("asset free btcValuation locked"), total="btcValuation"),
    ("margin-account", "totals"): Layout(
        parts=_ordered("marginLevel totalNetAssetOfBtc totalLiabilityOfBtc totalAssetOfBtc collateralMarginLevel"),
    ),
    ("margin-account", "userAssets"): Layout(
        parts=_ordered("asset netAsset borrowed interest free locked"), needed=("netAsset",)
    ),
    ("isolated-margin", "totals"): Layout(parts=_ordered("totalNetAssetOfBtc totalLiabilityOfBtc totalAssetOfBtc")),
    ("isolated-margin", "assets"): Layout(
        parts=_ordered(
            "symbol asset netAsset borrowed interest marginLevel marginLevelStatus liquidatePrice indexPrice free locked "
            "netAssetOfBtc"
        ),
        needed=("netAsset",),
        total="netAssetOfBtc",
    ),
    ("futures-risk", "positions"): Layout(
        parts=_ordered(
            "symbol side positionAmt liquidationDistance unRealizedProfit markPrice liquidationPrice entryPrice notional "
            "isolatedMargin maintMargin initialMargin adl"
        ),
        needed=("positionAmt", "liquidationDistance"),
    ),
    ("coin-futures-account", "assets"): Layout(
        parts=_ordered("asset marginBalance unrealizedProfit walletBalance availableBalance maintMargin"),
        needed=("marginBalance",),
    ),
    ("coin-futures-account", "positions"): Layout(
        parts=_ordered(
            "symbol side positionAmt unrealizedProfit notionalValue entryPrice leverage maintMargin initialMargin"
        ),
        needed=("positionAmt", "unrealizedProfit"),
    ),
    ("options-account", "asset"): Layout(
        parts=_ordered("asset equity unrealizedPNL marginBalance available maintMargin")
    ),
    ("pm-account", "account"): Layout(
        parts=_ordered("accountStatus uniMMR actualEquity accountEquity accountMaintMargin accountInitialMargin"),
    ),
    ("earn-positions-flexible", "rows"): Layout(
        parts=_ordered(
            "asset totalAmount latestAnnualPercentageRate cumulativeTotalRewards collateralAmount canRedeem productId"
        ),
        needed=("totalAmount",),
    ),
    ("earn-positions-locked", "rows"): Layout(
        parts=_ordered("asset amount APY deliverDate rewardAmt redeemingAmt status duration positionId projectId"),
        needed=("amount",),
    ),
    ("overview", "wallets"): Layout(parts=_ordered("wallet value status exchangeValue reason"), needed=("value",)),
    ("overview", "assets"): Layout(parts=_ordered("asset value share quantity price route basis"), needed=("value",)),
    # What was before follows from what is and how it changed; whose it is was asked for.
    ("history-diff", "changes"): Layout(
        needed=("after", "change"), importance=("after", "change", "before", "section", "kind", "account")
    ),
    ("ws-balance", "balances"): Layout(
        parts=_ordered(
            "asset balance crossUnPnl availableBalance crossWalletBalance maxWithdrawAmount marginAvailable "
            "accountAlias"
        ),
    ),
}


def layout(view: View, section: Section) -> Layout:
    """Return the layout of a section, which is the default if the table has no row for it."""
    return LAYOUTS.get((view.name, section.name), Layout())


def sections(view: View) -> list[Section]:
    """Return the sections of a view in the order of a table."""
    places = {name: place for place, (of_view, name) in enumerate(LAYOUTS) if of_view == view.name}
    return sorted(view.sections, key=lambda section: places.get(section.name, len(LAYOUTS)))


def said_by_date(section: Section) -> set[str]:
    """Return the columns that say no more than the date beside them: the time of a snapshot."""
    return {SNAPSHOT_TIME.name} if section.daily else set()


def said_by_title(section: Section) -> set[str]:
    """Return the columns that say no more than the title of a table of one day: its date."""
    return {DATE.name} if section.daily else set()
