"""Settles what appears twice: Earn receipts in spot, and the collateral of flexible loans."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from bnacct.worth import exact
from bnacct.worth.answers import pages
from bnacct.worth.exact import Decimal
from bnacct.worth.ledger import Entry
from bnacct.worth.prices import PriceTable
from bnacct.worth.routes import Routes
from bnacct.worth.statuses import State

if TYPE_CHECKING:
    from bnacct.readings import Reading

_RECEIPT = "LD"
# Real coins whose names start like a receipt's.
_COINS = frozenset(("LDO",))
# Receipts whose names hide another asset than the one they are for: LDBAKE is QTUM, LDLEND is TKO.
_MISLEADING = frozenset(("LDBAKE", "LDLEND"))


def is_receipt(asset: str, table: PriceTable) -> bool:
    """Return whether an asset in spot is the receipt of a flexible Earn position rather than a coin of its own."""
    return is_named_like_receipt(asset) and not table.is_traded(asset)


def is_named_like_receipt(asset: str) -> bool:
    """Return whether the name of an asset is that of a receipt, though it may be that of a coin that is traded."""
    return asset.startswith(_RECEIPT) and len(asset) > 3 and asset not in _COINS


def settled(entries: Iterable[Entry], flexible: State, routes: Routes) -> list[Entry]:
    """Return the entries with each receipt counted at most once.

    Where flexible Earn was read, or is not to be counted, receipts are shown only. Where it could not be read, a receipt
    stands for its asset, one for one, as long as its name says which asset that is.
    """
    is_unread = flexible.status in ("failed", "not permitted")
    found = []
    for entry in entries:
        if entry.wallet == "spot" and entry.asset and is_receipt(entry.asset, routes.table):
            settled_entry = _estimated(entry, routes) if is_unread else entry._replace(is_counted=False)
            # The exchange values receipts at nothing.
            found.append(settled_entry._replace(valuation=None))
        else:
            found.append(entry)
    return found


def _estimated(entry: Entry, routes: Routes) -> Entry:
    asset = entry.asset or ""
    underlying = asset.removeprefix(_RECEIPT)
    is_known = asset not in _MISLEADING and (underlying == routes.quote or routes.table.is_traded(underlying))
    # A name that says nothing is counted without a price: what it is worth is unknown.
    return entry._replace(estimated_as=underlying) if is_known else entry


def collateral_outside(loans: "Reading", flexible: "Reading") -> dict[str, Decimal]:
    """Return, by asset, the collateral of flexible loans that exceeds the flexible positions it is said to lie in."""
    pledged: dict[str, Decimal] = {}
    held: dict[str, Decimal] = {}
    for row in pages(loans, "loanCoin").rows:
        coin, amount = str(row.get("collateralCoin")), exact.number(row.get("collateralAmount"))
        pledged[coin] = exact.add((pledged.get(coin, Decimal(0)), amount or Decimal(0)))
    for row in pages(flexible, "asset").rows:
        coin, amount = str(row["asset"]), exact.number(row.get("totalAmount"))
        held[coin] = exact.add((held.get(coin, Decimal(0)), amount or Decimal(0)))
    excess = {coin: exact.add((amount, -held.get(coin, Decimal(0)))) for coin, amount in pledged.items()}
    return {coin: amount for coin, amount in excess.items() if amount > 0}
