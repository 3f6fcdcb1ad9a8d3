"""Counts the request weight of each minute, as the exchange does for one IP address, and refuses what is too much."""

import threading
from typing import NamedTuple

from bnacct.endpoints import LIMITS, POOLS, Endpoint, limit
from bnacct.sandbox.exchange.error_bodies import CALLER_IP, RefusedError

MINUTE_MS = 60_000

# The exchange bans an address that goes on after this many 429s, at first for two minutes.
REFUSALS_BEFORE_BAN = 10
BAN_MS = 120_000


class WeightLimit(NamedTuple):
    """One limit, the header that reports the weight used, and the text for a caller over the limit."""

    weight_per_minute: int
    used_header: str
    text: str


# The texts are from real responses; the documented ones differ.
_SPOT = (
    "Too much request weight used; current limit of IP({ip}) is {limit} request weight per 1 MINUTE. "
    "Please use WebSocket Streams for live updates to avoid polling the API."
)
_FUTURES = (
    "Too many requests; current limit of IP({ip}) is {limit} requests per minute. "
    "Please use the websocket for live updates to avoid polling the API."
)
FUTURES_LIMIT = WeightLimit(*LIMITS["fapi"], _FUTURES)
_TEXTS = {"sapi": _SPOT, "api": _SPOT}


class Spent(NamedTuple):
    """The weight used in this minute, this call included."""

    used: int
    limit: WeightLimit


class Weights:
    """The counts of one IP address. /sapi counts each endpoint by itself; /dapi and ws-fapi count together with /fapi."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._minute = 0
        self._used: dict[str, int] = {}
        self._refused = 0
        self._banned_until_ms = 0

    def spend(self, endpoint: Endpoint, now_ms: int) -> Spent:
        """Count a call. `refuse_if_over` is a step of its own, as a refused call has the headers too."""
        family = endpoint.path.split("/")[1] if endpoint.host not in POOLS else POOLS[endpoint.host]
        bucket = endpoint.path if family == "sapi" else family
        with self._lock:
            if now_ms // MINUTE_MS != self._minute:
                self._minute, self._used, self._refused = now_ms // MINUTE_MS, {}, 0
            self._used[bucket] = self._used.get(bucket, 0) + endpoint.weight
            return Spent(self._used[bucket], WeightLimit(*limit(endpoint), _TEXTS.get(family, _FUTURES)))

    def refuse_if_over(self, spent: Spent, now_ms: int) -> None:
        """Raise `RefusedError`: 429 over the limit, 418 while banned. A call during a ban makes it longer."""
        with self._lock:
            banned = now_ms < self._banned_until_ms
            if not banned and spent.used <= spent.limit.weight_per_minute:
                return
            self._refused += 1
            if banned or self._refused > REFUSALS_BEFORE_BAN:
                self._banned_until_ms = now_ms + BAN_MS
                raise banned_error(now_ms + BAN_MS, now_ms)
        raise over_limit_error(spent.limit, seconds(MINUTE_MS - now_ms % MINUTE_MS))


def over_limit_error(limit: WeightLimit, wait_s: int) -> RefusedError:
    """Return the 429 of an address over the limit."""
    return RefusedError(-1003, text=limit.text.format(ip=CALLER_IP, limit=limit.weight_per_minute), wait_s=wait_s)


def banned_error(until_ms: int, now_ms: int) -> RefusedError:
    """Return the 418 of a banned address."""
    return RefusedError(
        -1003,
        status=418,
        text=f"Way too many requests; IP({CALLER_IP}) banned until {until_ms}. "
        "Please use the websocket for live updates to avoid bans.",
        wait_s=seconds(until_ms - now_ms),
    )


def seconds(milliseconds: int) -> int:
    """Round up to whole seconds, the unit of Retry-After."""
    return -(-milliseconds // 1000)
