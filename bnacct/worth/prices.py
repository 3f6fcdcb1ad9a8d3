"""Keeps the two price tables of the exchange: what markets traded at last, and the dollar index of collateral."""

from typing import TYPE_CHECKING, Any

from bnacct.views import WrongShape
from bnacct.worth import answers, exact
from bnacct.worth.answers import Readings
from bnacct.worth.exact import Decimal, Fraction, Value

if TYPE_CHECKING:
    from bnacct.readings import Reading

# What prices pass through where no market trades an asset against the quote, in the order in which they are tried.
HUBS = ("USDT", "USDC", "FDUSD", "BTC", "BNB", "ETH", "TRY", "EUR")

# A credit worth one dollar, for which there is no market.
CREDIT = "BNFCR"
# Collateral that gains in price rather than in quantity: never worth one dollar a piece.
INDEXED = frozenset(("LDUSDT", "BFUSD", "RWUSD"))
# Where an asset is collateral.
COLLATERAL_WALLETS = frozenset(("usdm-futures", "portfolio-margin"))

_COLLATERAL_SOURCES = ("usdm-futures", "pm-balance", "pm-pro-balance")


class PriceTable:
    """Prices by symbol, and dollar indexes by asset. A price that is not a positive number is none."""

    def __init__(self, symbols: dict[str, Any], indexes: dict[str, Any]) -> None:
        self._symbols = symbols
        self._indexes = indexes
        self._legs: dict[str, dict[str, Value | None]] = {}

    @classmethod
    def of(cls, prices: "Reading | None", indexes: "Reading | None" = None) -> "PriceTable":
        """Return the table that two readings make; what was not read, or is of another shape, is empty."""
        return cls(_column(prices, "price"), _column(indexes, "index"))

    def price(self, base: str, quote: str) -> Decimal | None:
        """Return the last price of a market, None where there is none."""
        return _positive(self._symbols.get(base + quote))

    def leg(self, asset: str, quote: str) -> Value | None:
        """Return what one asset is worth in another by the market between them, whichever way round it is quoted."""
        legs = self._legs.setdefault(quote, {})
        if asset not in legs:
            found: Value | None = self.price(asset, quote)
            if found is None and (inverse := self.price(quote, asset)) is not None:
                found = 1 / Fraction(inverse)
            legs[asset] = found
        return legs[asset]

    def dollars(self, asset: str) -> Fraction | None:
        """Return the dollar index of a collateral asset, None where there is none."""
        found = _positive(self._indexes.get(f"{asset}USD"))
        return None if found is None else Fraction(found)

    def is_traded(self, asset: str) -> bool:
        """Return whether any symbol of the table trades an asset against a hub, at whatever price."""
        return any(asset + hub in self._symbols or hub + asset in self._symbols for hub in HUBS)

    def has_market(self, asset: str) -> bool:
        """Return whether an asset is a hub that trades, or has a price against one."""
        return any(self.leg(asset, hub) is not None for hub in HUBS if hub != asset)


def needs_index(readings: Readings) -> bool:
    """Return whether a wallet of collateral holds what only the dollar index prices."""
    for source in _COLLATERAL_SOURCES:
        answer = answers.document(readings, source)
        rows = answer.get("assets", [answer]) if isinstance(answer, dict) else answer
        for row in rows if isinstance(rows, list) else ():
            asset = str(row.get("asset")) if isinstance(row, dict) else ""
            if (asset == CREDIT or is_indexed(asset)) and _holds(row):
                return True
    return False


def is_indexed(asset: str) -> bool:
    """Return whether an asset is collateral that the index prices before any market does."""
    return asset in INDEXED or (asset.startswith("LD") and asset != "LDO")


def _holds(row: dict[str, Any]) -> bool:
    names = [name for name in row if name.endswith(("Balance", "Profit", "PNL", "Free", "Locked", "Borrowed"))]
    return any(exact.number(row[name]) != 0 for name in names if row[name] not in ("", None))


def _column(reading: "Reading | None", name: str) -> dict[str, Any]:
    if reading is None or reading.answer is None:
        return {}
    answer = reading.answer.document
    try:
        rows = answers.objects([answer] if isinstance(answer, dict) else answer, "symbol")
    except WrongShape:
        return {}
    return {str(row["symbol"]): row.get(name) for row in rows}


def _positive(text: object) -> Decimal | None:
    found = None if text is None else exact.number(text)
    return found if found is not None and found > 0 else None
