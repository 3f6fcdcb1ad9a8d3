"""Simple Earn: flexible and locked positions."""

from bnacct.views.terms import ASSET, Column, Section, View, columns

_FLEXIBLE = View(
    "earn-positions-flexible",
    sections=(
        Section(
            "rows",
            (
                Column("totalAmount", "amount"),
                Column("tierAnnualPercentageRate", "object"),
                *columns("latestAnnualPercentageRate yesterdayAirdropPercentageRate", "rate"),
                ASSET,
                Column("airDropAsset", "aside"),
                Column("canRedeem", "flag"),
                Column("collateralAmount", "amount"),
                Column("productId", "aside"),
                *columns(
                    "yesterdayRealTimeRewards cumulativeBonusRewards cumulativeRealTimeRewards cumulativeTotalRewards",
                    "amount",
                ),
                Column("autoSubscribe", "flag"),
            ),
        ),
    ),
    listed="rows",
)

_LOCKED = View(
    "earn-positions-locked",
    sections=(
        Section(
            "rows",
            (
                *columns("positionId parentPositionId projectId", "aside"),
                ASSET,
                Column("amount", "amount"),
                Column("purchaseTime", "time"),
                *columns("duration accrualDays", "rate"),
                Column("rewardAsset", "aside"),
                Column("APY", "rate"),
                Column("rewardAmt", "amount"),
                Column("extraRewardAsset", "aside"),
                Column("extraRewardAPR", "rate"),
                Column("estExtraRewardAmt", "amount"),
                Column("boostRewardAsset", "aside"),
                Column("boostApr", "rate"),
                *columns("totalBoostRewardAmt nextPay", "amount"),
                Column("nextPayDate", "time"),
                Column("payPeriod", "rate"),
                Column("redeemAmountEarly", "amount"),
                *columns("rewardsEndDate deliverDate", "time"),
                Column("redeemPeriod", "rate"),
                Column("redeemingAmt", "amount"),
                Column("redeemTo", "aside"),
                Column("partialAmtDeliverDate", "time"),
                *columns("canRedeemEarly canFastRedemption autoSubscribe", "flag"),
                *columns("type status", "aside"),
                Column("canReStake", "flag"),
            ),
        ),
    ),
    listed="rows",
)

# By the value of --type.
EARN_POSITIONS: dict[str, View] = {"flexible": _FLEXIBLE, "locked": _LOCKED}
