"""Judges what a key may do beside reading: the answer of /sapi/v1/account/apiRestrictions."""

from typing import Any

from bnacct.monitoring.plugin import Fact, State

_KEY = "key"
_WITHDRAWS = ("enableWithdrawals",)
_TRANSFERS = ("enableInternalTransfer", "permitsUniversalTransfer")
_TRADES = (
    "enableSpotAndMarginTrading",
    "enableMargin",
    "enableVanillaOptions",
    "enableFixApiTrade",
    "enablePortfolioMarginTrading",
)
# What every answer says; the others are younger, or only for some accounts.
_ALWAYS_TOLD = ("enableWithdrawals", "enableSpotAndMarginTrading", "ipRestrict")


def judged(rights: Any) -> list[Fact]:
    """Return what there is to say: CRITICAL if the key may withdraw, WARNING if it may more than read, or from anywhere.

    An answer that does not say is UNKNOWN. A key that only reads, from its own addresses, is one fact that is OK.
    """
    told = rights if isinstance(rights, dict) else {}
    missing = [right for right in _ALWAYS_TOLD if not isinstance(told.get(right), bool)]
    facts = [
        Fact(_KEY, state, f"{words} ({', '.join(found)})")
        for state, words, names in (
            (State.CRITICAL, "may withdraw", _WITHDRAWS),
            (State.WARNING, "may trade", _TRADES),
            (State.WARNING, "may transfer", _TRANSFERS),
        )
        if (found := [right for right in names if told.get(right) is True])
    ]
    if told.get("ipRestrict") is False:
        facts.append(Fact(_KEY, State.WARNING, "is bound to no address"))
    if missing:
        facts.append(Fact(_KEY, State.UNKNOWN, f"is not fully described: {', '.join(missing)} is missing"))
    return facts or [Fact(_KEY, State.OK, "only reads, from its own addresses")]
