"""Cuts two overviews of an account down to what both know, so that what was not read is no money that came or went."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from bnacct.views import Column, Section, View
from bnacct.worth import exact, lines, overlaps
from bnacct.worth.exact import quantity_text, value_text
from bnacct.worth.valuation import Holding
from bnacct.worth.wallets import DEEP

if TYPE_CHECKING:
    from bnacct.worth.report import Overview

# The documents of `common`. A status tells no wallet from another, so it is no column: what a row holds beside its
# columns is compared as it is.
VIEW = View(
    "overview-changes",
    sections=(
        Section("totals", tuple(Column(name, "amount") for name in ("value", "assets", "debts")), "total", single=True),
        Section(
            "assets",
            (Column("asset", "text"), Column("quantity", "size"), Column("pnl", "profit"), Column("value", "amount")),
            "assets",
        ),
        Section("wallets", (Column("wallet", "text"), Column("value", "amount")), "wallets"),
    ),
)

_KNOWN = ("readable", "not opened", "covered", "no endpoint")
_SPOT = "spot"
_NOT_OPENED, _NOT_ASKED = "not opened", "not asked"
# It comes from the list in which the exchange also names wallets that we do not know: both are there, or neither.
_LISTED = "trading-bots"

_Unpriced = Mapping[str, frozenset[str | None]]


class Unknown(NamedTuple):
    """A wallet whose money one of two overviews does not know, or neither, with its status in each."""

    wallet: str
    before: str
    after: str
    is_known_before: bool
    is_known_after: bool


class Common(NamedTuple):
    """Two documents of `VIEW`, and the wallets that `assets` leaves out.

    Amounts are decimal strings, None where they are unknown. `quantity` is what is held less what is owed, with its
    sign; `pnl` is unrealised, and apart, since prices move it. `value` is that of both.
    """

    before: dict[str, Any]
    after: dict[str, Any]
    left_out: tuple[Unknown, ...]


def common(before: "Overview", after: "Overview") -> Common:
    """Return what two overviews of a whole account know, with equal wallets in both.

    Assets are those of the wallets that both know, without receipts for what lies in others. A total that is not complete
    is unknown. So is the value of a wallet that was not read, or in which something has no price that has one in the other
    overview.
    """
    receipts = _receipts(before) | _receipts(after)
    one, other = _Known(before, receipts), _Known(after, receipts)
    names = list(dict.fromkeys([*one.statuses, *other.statuses]))
    left_out = tuple(
        Unknown(name, one.status(name), other.status(name), one.knows(name), other.knows(name))
        for name in names
        if not (one.knows(name) and other.knows(name))
    )
    compared = frozenset(names) - {each.wallet for each in left_out}
    return Common(
        one.document(names, compared, other.unpriced),
        other.document(names, compared, one.unpriced),
        tuple(each for each in left_out if (each.before, each.after) != (_NOT_ASKED, _NOT_ASKED)),
    )


class _Known:
    """What one overview knows. `receipts` are the assets in spot that stand for others."""

    def __init__(self, found: "Overview", receipts: frozenset[str]) -> None:
        self._found = found
        self._counted = [
            holding
            for holding in found.holdings
            if holding.entry.is_counted and not (holding.entry.wallet == _SPOT and holding.entry.asset in receipts)
        ]
        self._lacking = {part.wallet for part in found.total.missing}
        self.statuses = {line.wallet: line.status for line in found.wallets}
        self.unpriced = _unpriced(self._counted)

    def status(self, wallet: str) -> str:
        """Return the status of a wallet; one that the exchange alone names is not there where its list is without it."""
        if wallet in self.statuses:
            return self.statuses[wallet]
        return _NOT_OPENED if self.statuses[_LISTED] in _KNOWN else self.statuses[_LISTED]

    def knows(self, wallet: str) -> bool:
        """Return whether all that a wallet holds is known: it was read to its end, or there is no need to."""
        if wallet not in self.statuses:
            return self.statuses[_LISTED] in _KNOWN
        if wallet in self._lacking:
            return False
        # What is asked only where there may be any was not asked because there is none, and the total goes by that too.
        return self.statuses[wallet] in _KNOWN or (self.statuses[wallet] == _NOT_ASKED and wallet not in DEEP)

    def document(self, names: Sequence[str], compared: frozenset[str], unpriced_there: _Unpriced) -> dict[str, Any]:
        """Return the document with the wallets of these names, and the assets of those that are compared."""
        total, is_complete = self._found.total, self._found.total.is_complete
        parts = {"value": total.value, "assets": total.assets, "debts": total.debts}
        return {
            "total": {name: value_text(value) if is_complete else None for name, value in parts.items()},
            "assets": self._assets(compared),
            "wallets": [
                {"wallet": name, "status": self.status(name), "value": self._value(name, unpriced_there)}
                for name in names
            ],
        }

    def _value(self, wallet: str, unpriced_there: _Unpriced) -> str | None:
        has_prices = self._found.prices_at_ms is not None
        if not has_prices or not self.knows(wallet) or self._unpriced(wallet) - unpriced_there.get(wallet, frozenset()):
            return None
        values = [value for entry, _, value in self._counted if entry.wallet == wallet]
        is_unpriced = bool(values) and all(value is None for value in values)
        return None if is_unpriced else value_text(exact.total(values))

    def _unpriced(self, wallet: str) -> frozenset[str | None]:
        return self.unpriced.get(wallet, frozenset())

    def _assets(self, compared: frozenset[str]) -> list[dict[str, str | None]]:
        """Return the rows of assets, the most valuable first."""
        counted = [holding for holding in self._counted if holding.entry.wallet in compared]
        unpriced = frozenset[str | None]().union(*_unpriced(counted).values())
        profits = _quantities(holding for holding in counted if holding.entry.kind == "pnl")
        held = _quantities(holding for holding in counted if holding.entry.kind != "pnl")
        return [
            {
                "asset": line.asset,
                "quantity": held.get(line.asset, "0"),
                "pnl": profits.get(line.asset, "0"),
                "value": None if line.asset in unpriced else value_text(line.value),
            }
            for line in lines.by_asset(counted, self._found.total)
        ]


def _receipts(found: "Overview") -> frozenset[str]:
    """Return the assets in spot that an overview takes for receipts of Earn positions; it counts them if Earn is unread."""
    return frozenset(
        entry.asset
        for entry, price, _ in found.holdings
        if entry.wallet == _SPOT and entry.asset and overlaps.is_named_like_receipt(entry.asset)
        if not entry.is_counted or entry.estimated_as or price is None
    )


def _unpriced(counted: Iterable[Holding]) -> _Unpriced:
    """Return by wallet the assets that have no value."""
    found: dict[str, set[str | None]] = {}
    for entry, _, value in counted:
        if value is None:
            found.setdefault(entry.wallet, set()).add(entry.asset)
    return {wallet: frozenset(assets) for wallet, assets in found.items()}


def _quantities(counted: Iterable[Holding]) -> dict[str, str | None]:
    """Return the exact sum of each asset, None where a part of it is unknown."""
    groups: dict[str, list[exact.Decimal | None]] = {}
    for entry, _, _ in counted:
        if entry.asset is not None:
            groups.setdefault(entry.asset, []).append(entry.quantity)
    return {
        asset: None if None in group else quantity_text(exact.add(each for each in group if each is not None))
        for asset, group in groups.items()
    }
