"""What a total is asked to cover: the quote asset, the wallets, and how deep to look."""

from typing import NamedTuple

from bnacct.worth.wallets import DEEP


class Scope(NamedTuple):
    """`wallets` are the names that the user gave, none meaning all; `is_deep` adds loans and the rarer Earn products."""

    quote: str = "USDT"
    wallets: tuple[str, ...] = ()
    is_deep: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether the total is to cover the whole account."""
        return not self.wallets

    def asks(self, wallet: str) -> bool:
        """Return whether a wallet is to be read. A wallet that the exchange alone knows belongs to a whole account."""
        return wallet in self.wallets if self.wallets else self.is_deep or wallet not in DEEP
