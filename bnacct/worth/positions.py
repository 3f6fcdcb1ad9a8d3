"""Reads what is put to work or borrowed: Earn, on-chain yields, dual investment, loans."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from bnacct.worth import exact
from bnacct.worth.answers import fields, pages
from bnacct.worth.ledger import Entry

if TYPE_CHECKING:
    from bnacct.readings import Reading

# A dual investment in one of these states has ended.
_ENDED = ("SETTLED", "PURCHASE_FAIL", "REFUND_SUCCESS")


def flexible(reading: "Reading") -> Iterator[Entry]:
    """Yield the entries of flexible Earn. Raises `WrongShape`, as all of these do."""
    for row in pages(reading, "asset").rows:
        yield Entry("earn-flexible", str(row["asset"]), "asset", exact.number(row.get("totalAmount")))


def locked(wallet: str) -> "Callable[[Reading], Iterator[Entry]]":
    """Return the reader of locked Earn, or of on-chain yields, which answer alike.

    Whether what is being redeemed is part of the amount is not documented: it is shown, and not counted.
    """

    def read(reading: "Reading") -> Iterator[Entry]:
        for row in pages(reading, "asset").rows:
            yield Entry(wallet, str(row["asset"]), "asset", exact.number(row.get("amount")))
            redeeming = exact.number(row.get("redeemingAmt"))
            if redeeming:
                yield Entry(wallet, str(row["asset"]), "asset", redeeming, is_counted=False)

    return read


def dual(reading: "Reading") -> Iterator[Entry]:
    """Yield dual investments at face value."""
    for row in pages(reading, "investCoin").rows:
        if row.get("purchaseStatus") not in _ENDED:
            amount = exact.number(row.get("subscriptionAmount"))
            yield Entry("dual-investment", str(row["investCoin"]), "asset", amount, identity=str(row.get("id") or ""))


def loan(wallet: str) -> "Callable[[Reading], Iterator[Entry]]":
    """Return the reader of loans that come in pages."""

    def read(reading: "Reading") -> Iterator[Entry]:
        for row in pages(reading, "loanCoin").rows:
            yield _debt(wallet, row["loanCoin"], row.get("totalDebt"))

    return read


def margin_loan(field: str) -> "Callable[[Reading], Iterator[Entry]]":
    """Return the reader of a loan left over from margin: its `field` is owed, and an empty body is no loan."""

    def read(reading: "Reading") -> Iterator[Entry]:
        if reading.answer is None or not reading.answer.body.strip() or not reading.answer.document:
            return
        answer = fields(reading.answer.document, "asset")
        yield _debt("margin-loan", answer["asset"], answer.get(field))

    return read


def _debt(wallet: str, asset: object, owed: object) -> Entry:
    amount = exact.number(owed)
    return Entry(wallet, str(asset), "debt", None if amount is None else exact.add((-amount,)))
