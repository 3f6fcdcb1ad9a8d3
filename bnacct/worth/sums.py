"""Sums what is counted of each wallet, once, for all who compare it with something."""

from collections.abc import Iterable, Sequence

from bnacct.worth import exact
from bnacct.worth.exact import Fraction
from bnacct.worth.valuation import Holding


class Sums:
    """The values of wallets in the quote."""

    def __init__(self, holdings: Iterable[Holding]) -> None:
        self._holdings: dict[str, list[Holding]] = {}
        for holding in holdings:
            self._holdings.setdefault(holding.entry.wallet, []).append(holding)
        self._values: dict[str, Fraction] = {}

    def of(self, wallet: str) -> Sequence[Holding]:
        """Return the holdings of a wallet, those that are not counted included."""
        return self._holdings.get(wallet, [])

    def value(self, wallet: str) -> Fraction:
        """Return the value of what is counted and has one."""
        if wallet not in self._values:
            counted = (holding.value for holding in self.of(wallet) if holding.entry.is_counted)
            self._values[wallet] = exact.total(counted)
        return self._values[wallet]

    def is_unpriced(self, wallet: str) -> bool:
        """Return whether a part of a wallet has no value."""
        return any(holding.value is None for holding in self.of(wallet))
