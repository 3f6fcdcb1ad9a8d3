"""Gathers what an account says of itself: what it has opened, of which kind it is, and what the exchange shows."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from bnacct.views import WrongShape
from bnacct.worth import answers, exact
from bnacct.worth.answers import Readings
from bnacct.worth.exact import Decimal
from bnacct.worth.wallets import COVERED, EARN, SOURCES, AccountKind, wallet_of

NOT_PORTFOLIO_MARGIN = -21001

_KINDS: Mapping[str, AccountKind] = {
    "PM_1": "portfolio-margin-pro",
    "PM_2": "portfolio-margin",
    "PM_3": "portfolio-margin-pro",
}
_FLAGS: Mapping[str, str] = {
    "cross-margin": "isMarginEnabled",
    "isolated-margin": "isMarginEnabled",
    "usdm-futures": "isFutureEnabled",
    "coinm-futures": "isFutureEnabled",
    "options": "isOptionsEnabled",
}


class Shown(NamedTuple):
    """A wallet as the exchange's list of wallets shows it: `balance` in USDT; None is unknown."""

    name: str
    wallet: str
    is_active: bool | None
    balance: Decimal | None


class Facts(NamedTuple):
    """What an account says of itself; None is unknown. `shown` is None where the list of wallets was not read."""

    kind: AccountKind
    flags: Mapping[str, bool | None]
    vip_level: int | None
    shown: tuple[Shown, ...] | None

    def is_enabled(self, wallet: str) -> bool | None:
        """Return whether the account's own description says that a wallet is opened, None where it does not say."""
        return self.flags.get(_FLAGS.get(wallet, ""))

    def rows(self, wallet: str) -> list[Shown]:
        """Return the exchange's rows of a wallet, those that portfolio margin covers being portfolio margin's."""
        return [row for row in self.shown or () if self.place(row) == wallet]

    def place(self, row: Shown) -> str:
        """Return the wallet that a row of the exchange's list belongs to."""
        return "portfolio-margin" if row.wallet in COVERED[self.kind] else row.wallet

    def balance(self, wallet: str) -> Decimal | None:
        """Return what the exchange shows for a wallet, in USDT, None where it shows nothing or no number."""
        known = [row.balance for row in self.rows(wallet)]
        found = [balance for balance in known if balance is not None]
        return exact.add(found) if found and len(found) == len(known) else None

    def is_inactive(self, wallet: str) -> bool:
        """Return whether the exchange shows a wallet as not activated, and nothing in it."""
        rows = self.rows(wallet)
        return bool(rows) and all(row.is_active is False and row.balance == 0 for row in rows)

    @property
    def unknown_wallets(self) -> tuple[str, ...]:
        """The names that the exchange lists and that are none of ours."""
        names = [row.wallet for row in self.shown or () if row.wallet not in SOURCES and row.wallet != EARN]
        return tuple(dict.fromkeys(names))


def gather(readings: Readings) -> Facts:
    """Return the facts that the readings hold so far."""
    info = answers.document(readings, "account-info")
    info = info if isinstance(info, dict) else {}
    flags = {name: _flag(info.get(name)) for name in set(_FLAGS.values()) | {"isPortfolioMarginRetailEnabled"}}
    level = info.get("vipLevel")
    shown = _shown(readings)
    return Facts(
        kind=_kind(readings, flags["isPortfolioMarginRetailEnabled"], shown),
        flags=flags,
        vip_level=level if isinstance(level, int) and not isinstance(level, bool) else None,
        shown=shown,
    )


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _shown(readings: Readings) -> tuple[Shown, ...] | None:
    try:
        rows = answers.objects(answers.document(readings, "wallet-balance"), "walletName")
    except WrongShape:
        return None
    return tuple(
        Shown(
            name := str(row["walletName"]),
            wallet_of(name),
            _flag(row.get("activate")),
            exact.number(row.get("balance")),
        )
        for row in rows
    )


def _kind(readings: Readings, is_retail: bool | None, shown: Iterable[Shown] | None) -> AccountKind:
    if is_retail:
        return "portfolio-margin"
    probe = readings.get("portfolio-probe")
    if probe is not None and probe.answer is not None:
        answer = probe.answer.document
        return _KINDS.get(str(answer.get("accountType")), "unknown") if isinstance(answer, dict) else "unknown"
    if probe is not None and probe.failure is not None and probe.failure.binance_code == NOT_PORTFOLIO_MARGIN:
        return "classic"
    if shown is not None:
        return "unknown" if any("(PM)" in row.name for row in shown) else "classic"
    return "classic" if is_retail is False else "unknown"
