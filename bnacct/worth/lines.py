"""Sums holdings up by wallet and by asset."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from bnacct.worth import exact
from bnacct.worth.exact import Decimal, Fraction, Value
from bnacct.worth.routes import Price
from bnacct.worth.statuses import State
from bnacct.worth.total import Total
from bnacct.worth.valuation import Holding
from bnacct.worth.wallets import Status


class WalletLine(NamedTuple):
    """A wallet with its value and the exchange's, in the quote; None is unknown."""

    wallet: str
    status: Status
    value: Fraction | None
    exchange_value: Fraction | None
    reason: str


class AssetLine(NamedTuple):
    """An asset over all wallets; `price` is None where it has none, or more than one (`is_mixed`).

    `value` is that of what has a price, and `whole` that of all assets.
    """

    asset: str
    quantity: Decimal | None
    price: Price | None
    is_mixed: bool
    value: Value | None
    whole: Fraction | None


def by_wallet(
    holdings: Iterable[Holding],
    states: Mapping[str, State],
    exchange_values: Mapping[str, Fraction | None],
    has_prices: bool,
) -> tuple[WalletLine, ...]:
    """Return every wallet, in the order of the states."""
    counted: dict[str, list[Value | None]] = {}
    for entry, _, value in holdings:
        if entry.is_counted:
            counted.setdefault(entry.wallet, []).append(value)
    return tuple(
        WalletLine(
            wallet,
            state.status,
            _wallet_value(state, counted.get(wallet, [])) if has_prices else None,
            exchange_values.get(wallet),
            state.reason,
        )
        for wallet, state in states.items()
    )


def _wallet_value(state: State, values: Sequence[Value | None]) -> Fraction | None:
    if any(value is not None for value in values):
        return exact.total(values)
    is_known = state.status in ("readable", "not opened", "covered", "no endpoint") and state.is_whole
    return Fraction(0) if is_known and not values else None


def by_asset(holdings: Iterable[Holding], total: Total) -> tuple[AssetLine, ...]:
    """Return what is counted by asset, the most valuable first, and what has no value last."""
    groups: dict[str, list[Holding]] = {}
    for holding in holdings:
        if holding.entry.is_counted and holding.entry.asset is not None:
            groups.setdefault(holding.entry.asset, []).append(holding)
    lines = [_line(asset, groups[asset], total.assets) for asset in sorted(groups)]
    # Where values are alike, that leaves the order of the names.
    valued = [(exact.floor(line.value), line) for line in lines if line.value is not None]
    valued.sort(key=lambda pair: pair[0], reverse=True)
    return (*[line for _, line in valued], *[line for line in lines if line.value is None])


def _line(asset: str, group: Sequence[Holding], whole: Fraction | None) -> AssetLine:
    if len(group) == 1:  # as nearly all are, of an account that has thousands
        ((entry, price, value),) = group
        return AssetLine(asset, entry.quantity, price, False, value, whole)
    quantities = [holding.entry.quantity for holding in group]
    known = [quantity for quantity in quantities if quantity is not None]
    values = [holding.value for holding in group if holding.value is not None]
    first = group[0].price
    is_mixed = any(holding.price != first for holding in group[1:])
    value = values[0] if len(values) == 1 else exact.total(values) if values else None
    return AssetLine(
        asset,
        exact.add(known) if len(known) == len(quantities) else None,
        None if is_mixed else first,
        is_mixed,
        value,
        whole,
    )
