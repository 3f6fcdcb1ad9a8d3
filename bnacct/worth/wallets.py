"""Names the wallets of an account, the sources each is read from, and what the exchange calls them."""

from collections.abc import Mapping
from typing import Literal

Status = Literal["readable", "not opened", "not permitted", "failed", "covered", "not asked", "no endpoint"]
AccountKind = Literal["classic", "portfolio-margin", "portfolio-margin-pro", "unknown"]

# Dual investment is asked once for each state in which money is still in it.
DUAL = ("dual-pending", "dual-purchased", "dual-settling", "dual-refunding")

SOURCES: Mapping[str, tuple[str, ...]] = {
    "spot": ("spot",),
    "funding": ("funding",),
    "cross-margin": ("cross-margin",),
    "isolated-margin": ("isolated-margin",),
    "usdm-futures": ("usdm-futures",),
    "coinm-futures": ("coinm-futures",),
    "options": ("options",),
    "portfolio-margin": ("pm-balance", "pm-pro-balance"),
    "earn-flexible": ("earn-flexible",),
    "earn-locked": ("earn-locked",),
    "onchain-yields": ("onchain-yields",),
    "dual-investment": DUAL,
    "flexible-loan": ("flexible-loan",),
    "vip-loan": ("vip-loan",),
    "margin-loan": ("liquidation-loan", "pm-loan"),
    "trading-bots": (),
    "copy-trading": (),
}
WALLETS = tuple(SOURCES)

# Read only where the user asks for them. Flexible loans are read wherever there may be one, too.
DEEP = frozenset(("onchain-yields", "dual-investment", "vip-loan"))

# What the exchange values, and no endpoint reads.
UNREADABLE = frozenset(("trading-bots", "copy-trading"))

# Without one of these, debt may be unseen.
MAY_BE_NEGATIVE = frozenset(
    (
        "cross-margin",
        "isolated-margin",
        "usdm-futures",
        "coinm-futures",
        "options",
        "portfolio-margin",
        "flexible-loan",
        "vip-loan",
        "margin-loan",
    )
)

# What a portfolio margin account holds in one wallet, in place of these.
COVERED: Mapping[AccountKind, frozenset[str]] = {
    "classic": frozenset(),
    "unknown": frozenset(),
    "portfolio-margin": frozenset(("cross-margin", "usdm-futures", "coinm-futures")),
    "portfolio-margin-pro": frozenset(("cross-margin", "usdm-futures", "coinm-futures", "options")),
}
# What cannot be read before it is known whether portfolio margin covers it.
KIND_DECIDES = COVERED["portfolio-margin"]

# The exchange has one figure for all of these.
EARN = "Earn"
EARN_WALLETS = ("earn-flexible", "earn-locked", "onchain-yields", "dual-investment")

_NAMES: Mapping[str, str] = {
    "spot": "spot",
    "funding": "funding",
    "c2c": "funding",
    "cross margin": "cross-margin",
    "isolated margin": "isolated-margin",
    "usds-m futures": "usdm-futures",
    "coin-m futures": "coinm-futures",
    "options": "options",
    "earn": EARN,
    "trading bots": "trading-bots",
    "copy trading": "copy-trading",
}


def wallet_of(exchange_name: str) -> str:
    """Return the wallet that the exchange calls so, "Earn" for its sum of four, or the name itself where it is new.

    Names are no enumeration: portfolio margin appends " (PM)", so they are matched from their start.
    """
    name = exchange_name.casefold().replace("ⓢ", "s")
    for known, wallet in _NAMES.items():
        if name == known or name.startswith(f"{known} "):
            return wallet
    return exchange_name
