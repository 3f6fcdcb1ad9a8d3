"""Adds holdings up, and says what the sum is: exact, at least so much, or unknown because debt may be unseen."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from bnacct.worth import exact
from bnacct.worth.exact import Fraction, Value
from bnacct.worth.facts import Facts
from bnacct.worth.scope import Scope
from bnacct.worth.statuses import State
from bnacct.worth.valuation import Holding
from bnacct.worth.wallets import MAY_BE_NEGATIVE

Bound = Literal["exact", "at least", "unknown"]


class Missing(NamedTuple):
    """A part that the total lacks: a wallet or an asset, why, and whether it could be less than nothing."""

    wallet: str | None
    asset: str | None
    reason: str
    may_be_negative: bool = False


class Total(NamedTuple):
    """One sum in the quote. `assets` and `debts`, which is never positive, make `value`; None is unknown."""

    value: Fraction | None
    bound: Bound
    assets: Fraction | None
    debts: Fraction | None
    covers: tuple[str, ...]
    missing: tuple[Missing, ...]

    @property
    def is_complete(self) -> bool:
        return self.bound == "exact"

    @property
    def word(self) -> Literal["Total", "At least", "Partial"]:
        """What a person reads before the sum."""
        words: Mapping[Bound, Literal["Total", "At least", "Partial"]] = {
            "exact": "Total",
            "at least": "At least",
            "unknown": "Partial",
        }
        return words[self.bound]


def added(holdings: Iterable[Holding], covers: tuple[str, ...], missing: Sequence[Missing], has_prices: bool) -> Total:
    """Return the total of what is counted."""
    if not has_prices:
        return Total(None, "unknown", None, None, covers, tuple(missing))
    groups: dict[tuple[object, ...], list[Value]] = {}
    for entry, _, value in holdings:
        if entry.is_counted and value is not None:
            # Profit and loss belong to the balance beside them; only what is left below nothing is owed.
            key = entry.wallet, entry.asset, entry.kind == "debt"
            groups.setdefault(key, []).append(value)
    sums = [group[0] if len(group) == 1 else exact.total(group) for group in groups.values()]
    assets = exact.total(value for value in sums if value > 0)
    debts = exact.total(value for value in sums if value < 0)
    bound: Bound = "unknown" if any(part.may_be_negative for part in missing) else "at least" if missing else "exact"
    return Total(assets + debts, bound, assets, debts, covers, tuple(missing))


def covered(scope: Scope, states: Mapping[str, State]) -> tuple[str, ...]:
    """Return the wallets that the total covers: asked, and either read or known to hold nothing of their own."""
    known = ("readable", "not opened", "covered", "no endpoint")
    return tuple(wallet for wallet, state in states.items() if scope.asks(wallet) and state.status in known)


def missing_wallets(scope: Scope, states: Mapping[str, State], facts: Facts) -> list[Missing]:
    """Return the wallets that were to be read, and were not, or not wholly."""
    found = [
        Missing(wallet, None, state.reason, wallet in MAY_BE_NEGATIVE)
        for wallet, state in states.items()
        if state.status in ("failed", "not permitted") or not state.is_whole
    ]
    if scope.is_whole and not scope.asks("vip-loan") and facts.vip_level != 0:
        level = "unknown" if facts.vip_level is None else facts.vip_level
        found.append(Missing("vip-loan", None, f"VIP loans (VIP level {level}) are read with --deep only", True))
    return found


def missing_assets(holdings: Sequence[Holding], quote: str) -> list[Missing]:
    """Return the assets of which the quantity or the price is unknown."""
    found = []
    unpriced: dict[str, list[Holding]] = {}
    for holding in holdings:
        entry = holding.entry
        if not entry.is_counted or entry.asset is None:
            continue
        if entry.quantity is None:
            reason = f"how much of it {entry.wallet} holds is unknown"
            found.append(Missing(None, entry.asset, reason, entry.wallet in MAY_BE_NEGATIVE))
        elif holding.price is None:
            unpriced.setdefault(entry.asset, []).append(holding)
    for asset, group in unpriced.items():
        net = exact.add(holding.entry.quantity for holding in group if holding.entry.quantity is not None)
        found.append(Missing(None, asset, f"no price leads from it to {quote}: {net:f} {asset} left out", net < 0))
    return found
