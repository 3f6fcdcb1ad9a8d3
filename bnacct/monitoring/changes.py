"""Compares what an account holds with what it held: the change of a figure, and amounts that fell."""

from decimal import Context, Decimal  # noqa: TID253 - imported only where figures are checked
from typing import Any

from bnacct import views
from bnacct.monitoring import figures, ranges
from bnacct.monitoring.figures import Figure, Name
from bnacct.monitoring.plugin import Fact, State
from bnacct.monitoring.samples import WALLETS, Wallet
from bnacct.views import View, amounts

_OUTFLOW = "outflow"
# Profit that is not realised comes and goes with the price, and is no amount that could leave.
_UNREALIZED = "unrealized"
_EXACT = Context(prec=500)


def find(name: Name, view: View, now: Any, then: Any) -> list[Figure]:
    """Return how the figures that a name stands for changed, exactly: `now` and `then` are the two answers.

    What is held in one answer only counts as 0 in the other. A change from or to an unknown value is unknown.
    """
    names = [figure.name for answer in (now, then) for figure in figures.find(name, view, answer)]
    changed = []
    for each in dict.fromkeys(names):
        new, old = (_one(each, view, answer) for answer in (now, then))
        difference = "" if None in (new.value, old.value) else amounts.difference(_text(new), _text(old))
        changed.append(Figure(each, ranges.value(difference), new.unit))
    return changed


def outflow(operation: str, view: View, now: Any, then: Any, percent: Decimal) -> list[Fact]:
    """Return a WARNING for each asset of which the account holds less than it did, by more than `percent`.

    All states of an asset count together, so that what is locked has not left. UNKNOWN stands for an amount that was
    known and is not any more. An operation that reads no wallet has nothing to compare.
    """
    wallet = WALLETS.get(operation)
    if wallet is None:
        return []
    before, after = _held(wallet, view, then), _held(wallet, view, now)
    facts = []
    for asset, text in before.items():
        old, new = ranges.value(text), ranges.value(after.get(asset, "0"))
        if old is None or old <= 0:
            continue
        held = f"{wallet.wallet} {asset}"
        if new is None:
            facts.append(Fact(_OUTFLOW, State.UNKNOWN, f"{held} is unknown, and was {ranges.plain(old)}"))
            continue
        # Compared without a division, so that nothing is rounded.
        fell = ranges.value(amounts.difference(ranges.plain(old), ranges.plain(new))) or Decimal(0)
        if _EXACT.multiply(fell, Decimal(100)) > _EXACT.multiply(old, percent):
            share = amounts.percent(ranges.plain(fell), ranges.plain(old))
            words = f"{held} fell by {share} %, from {ranges.plain(old)} to {ranges.plain(new)}"
            facts.append(Fact(_OUTFLOW, State.WARNING, words))
    return facts


def _one(name: Name, view: View, answer: Any) -> Figure:
    found = figures.find(name, view, answer)
    return found[0] if len(found) == 1 else Figure(name, None)


def _text(figure: Figure) -> str:
    return "" if figure.value is None else ranges.plain(figure.value)


def _held(wallet: Wallet, view: View, answer: Any) -> dict[str, str]:
    """Return what is held of each asset, "" where part of it is unknown."""
    fields = [field for state, field in wallet.states.items() if _UNREALIZED not in state]
    found: dict[str, list[object]] = {}
    for row in views.rows(view.section(wallet.section), answer):
        found.setdefault(str(row.get("asset") or ""), []).extend([row.get(field) for field in fields])
    return {asset: amounts.total(values) for asset, values in found.items()}
