"""Says which differences spread and age of prices explain, and puts the others into words."""

from bnacct.worth import exact
from bnacct.worth.exact import Fraction
from bnacct.worth.routes import Routes

# Quotes whose values are told with two decimals, and all others with eight.
_MONEY = frozenset(("USDT", "USDC", "FDUSD", "TRY", "EUR"))


class Tolerance:
    """One percent of the larger side, and one USDT at least; all values are in the quote."""

    def __init__(self, routes: Routes) -> None:
        stable = routes.price("USDT")
        self._least = stable.value if stable is not None else Fraction(0)
        self._quote = routes.quote

    def agree(self, ours: Fraction, theirs: Fraction) -> bool:
        """Return whether two values are the same but for spread and age."""
        return abs(ours - theirs) <= max(max(abs(ours), abs(theirs)) / 100, self._least)

    def gap(self, name: str, ours: Fraction, theirs: Fraction) -> str:
        """Return the note about two values that do not agree."""
        return f"{name}: {self.words(ours)} here, {self.words(theirs)} by the exchange's own figure."

    def words(self, value: Fraction) -> str:
        """Return a value as a note tells it."""
        return f"{exact.value_text(value, 2 if self._quote in _MONEY else 8)} {self._quote}"
