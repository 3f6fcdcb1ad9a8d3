"""Serves an account on loopback: `python -m tests.bench.holdings 3000 300` has so many assets and Earn positions.

Whatever it holds, the same wallets are opened, and as many markets trade as at the exchange. It ends with its stdin.
"""

import functools
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qsl, urlsplit

from bnacct import endpoints
from bnacct.sandbox.accounts.account import Account, units, user_asset
from bnacct.sandbox.accounts.answers import flexible_position, wallet_balance
from bnacct.sandbox.accounts.terms import JsonObject
from bnacct.sandbox.exchange.error_bodies import RefusedError, error_response
from bnacct.sandbox.exchange.payloads import NOTHING, PAYLOADS
from tests.bench.rows import serve, started

_MARKETS = 3_000
_PRIME = 999_999_937


class Holdings(Account):
    """So many assets in spot, and positions in flexible Earn; the other wallets are opened, and empty."""

    def __init__(self, assets: int, positions: int) -> None:
        self._assets, self._positions = assets, positions

    def user_assets(self) -> list[JsonObject]:
        return [user_asset(f"A{n:04}", _amount(n), units(n)) for n in range(self._assets)]

    def earn_positions(self) -> list[JsonObject]:
        return [flexible_position(f"A{n:04}", _amount(n)) for n in range(self._positions)]

    def wallet_balance(self) -> list[JsonObject]:
        return wallet_balance()


@contextmanager
def served(assets: int, positions: int) -> Iterator[dict[str, str]]:
    """Serve such an account in a process of its own; yield the environment that leads to it."""
    with started("tests.bench.holdings", assets, positions) as environment:
        yield environment


def _amount(n: int) -> str:
    return units((n + 1) * 7_919 * 104_729 % _PRIME)


def main() -> None:
    account = Holdings(*map(int, sys.argv[1:]))
    prices = [{"symbol": f"A{n:04}USDT", "price": _amount(n + _MARKETS)} for n in range(_MARKETS)]
    prices.append({"symbol": "BTCUSDT", "price": "67500.00000000"})

    @functools.cache
    def answer(path: str, page: str) -> tuple[int, bytes]:
        if path == endpoints.PRICES.path:
            return 200, json.dumps(prices, separators=(",", ":")).encode()
        try:
            payload = PAYLOADS[path](
                account, {"needBtcValuation": True, "quoteAsset": "USDT", "current": page, "size": 100}, 0
            )
        except RefusedError as refused:
            return error_response(refused)[:2]
        return 200, b"" if payload is NOTHING else json.dumps(payload, separators=(",", ":")).encode()

    def of_target(target: str) -> tuple[int, bytes]:
        asked = urlsplit(target)
        return answer(asked.path, dict(parse_qsl(asked.query)).get("current", "1"))

    serve(of_target)


if __name__ == "__main__":
    main()
