"""Keeps what an account holds: signed entries, debts negative, one for each wallet, asset and kind."""

from collections.abc import Iterable
from typing import Literal, NamedTuple

from bnacct.worth import exact
from bnacct.worth.exact import Decimal

# pnl is the unrealised profit or loss of positions, in the asset it is settled in.
Kind = Literal["asset", "debt", "pnl"]


class Entry(NamedTuple):
    """One amount; `quantity` is None where it is unknown.

    `valuation` is the exchange's own value of it in BTC. `figure` is the exchange's value in USDT of a wallet that no
    endpoint reads: such an entry has neither asset nor quantity. `estimated_as` is the asset that a receipt is taken for.
    `identity` is the exchange's name of a position that several sources may answer.
    """

    wallet: str
    asset: str | None
    kind: Kind
    quantity: Decimal | None
    is_counted: bool = True
    valuation: Decimal | None = None
    figure: Decimal | None = None
    estimated_as: str = ""
    identity: str = ""


def signed(wallet: str, asset: object, quantity: Decimal | None) -> Entry:
    """Return an entry that is an asset or, where it is negative, a debt."""
    is_owed = quantity is not None and quantity < 0
    return Entry(wallet, str(asset), "debt" if is_owed else "asset", quantity)


def merged(entries: Iterable[Entry]) -> list[Entry]:
    """Return one entry for each wallet, asset and kind, in the order of the first; zeros are left out.

    An unknown quantity stays an entry of its own, so that it hides nothing that is known.
    """
    groups: dict[tuple[object, ...], list[Entry]] = {}
    seen: set[str] = set()
    for entry in entries:
        # A position that changed its state between two calls was answered twice.
        if entry.quantity == 0 or entry.identity in seen:
            continue
        if entry.identity:
            seen.add(entry.identity)
        is_known = entry.quantity is not None
        groups.setdefault((entry.wallet, entry.asset, entry.kind, entry.is_counted, is_known), []).append(entry)
    return [group[0] if len(group) == 1 else _sum(group) for group in groups.values()]


def _sum(group: list[Entry]) -> Entry:
    first = group[0]
    return first._replace(
        quantity=_total([entry.quantity for entry in group]),
        valuation=_total([entry.valuation for entry in group]),
        figure=_total([entry.figure for entry in group]),
    )


def _total(amounts: list[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return exact.add(known) if len(known) == len(amounts) else None
