"""What the exchange's refusals mean: its codes and statuses as data, each with the way out.

Keyed on the code, since "codes are universal, but messages can vary", and on the host family where a code has
a meaning of its own there.
"""

import contextlib
import re
import time
from collections.abc import Mapping
from typing import NamedTuple

from bnacct.errors import BAD_TIMESTAMP, REJECTED_KEY, ApiError, AuthError, BnacctError, RateLimitError


class Refusal(NamedTuple):
    """What an exchange code means for the user: the class of failure, and the way out."""

    failure: type[BnacctError]
    hint: str
    retriable: bool = False


_OTHER = Refusal(ApiError, "Look the code up in the exchange's error list; -v shows which request was refused.")
_BUSY = Refusal(ApiError, "The exchange is busy or failed inside. Try again in a minute.", retriable=True)
_DATA = "Check the values on the command line; --help lists what each takes."
_OTHER_ACCOUNT = "The account does not hold this asset. Check the asset's name and the account of the key."
_OUR_BUG = "bnacct sent what the exchange does not take. Please report it, with `bnacct --version` and this message."
_SYNC = "Synchronise this machine's clock (timedatectl set-ntp true, or your system's time settings)"

REFUSALS: Mapping[int, Refusal] = {
    -1000: _BUSY,
    -1001: _BUSY,
    -1002: Refusal(
        AuthError, "1. Tick 'Enable Reading' for this key. 2. The account may lack the product (futures, margin)."
    ),
    -1003: Refusal(
        RateLimitError,
        "Wait, and poll less often: calling during a ban makes it longer. The limit counts every program on this IP.",
    ),
    -1004: Refusal(ApiError, "The exchange is busy. Try again in a minute."),
    -1006: _BUSY,
    -1007: _BUSY,
    -1008: _BUSY,
    -1011: Refusal(ApiError, "Add this machine's IP address to the key's allow-list."),
    -1015: Refusal(ApiError, "Too many orders from this account; bnacct sends none. Try again later."),
    -1016: Refusal(ApiError, "The exchange has retired this endpoint. Update bnacct."),
    -1020: Refusal(ApiError, "This kind of account does not support the call."),
    -1021: Refusal(ApiError, f"{_SYNC}."),
    -1022: Refusal(
        AuthError,
        "1. The secret does not belong to this key: paste both again. "
        "2. The key is RSA or Ed25519, and a secret was given in place of its private key, or the reverse.",
    ),
    -1023: Refusal(ApiError, "The start must be before the end."),
    -1034: Refusal(ApiError, "Too many connections from this IP. Wait five minutes."),
    -1099: Refusal(ApiError, "Check the key and its permissions."),
    -1100: Refusal(ApiError, _DATA),
    -1101: Refusal(ApiError, _OUR_BUG),
    -1102: Refusal(ApiError, _OUR_BUG),
    -1103: Refusal(ApiError, _OUR_BUG),
    -1104: Refusal(ApiError, _OUR_BUG),
    -1105: Refusal(ApiError, _OUR_BUG),
    -1106: Refusal(ApiError, _OUR_BUG),
    -1109: Refusal(ApiError, "The account has not been opened. Open it on the exchange's web site first."),
    -1121: Refusal(ApiError, _DATA),
    -1126: Refusal(ApiError, "The exchange does not support this asset here."),
    -1127: Refusal(ApiError, "Ask for a shorter time range."),
    -1128: Refusal(ApiError, _DATA),
    -1130: Refusal(ApiError, _DATA),
    -1131: Refusal(ApiError, "Give a shorter --recv-window: the exchange takes no longer one."),
    -1135: Refusal(ApiError, _OUR_BUG),
    -1194: Refusal(ApiError, _OUR_BUG),
    -2008: Refusal(
        AuthError,
        "1. The key belongs to another environment: live and testnet keys are not interchangeable (-e). "
        "2. It was deleted, or copied incompletely.",
    ),
    -2014: Refusal(AuthError, "The key was copied incompletely, or with extra characters. Paste it again."),
    -2015: Refusal(
        AuthError,
        "1. This IP address is not on the key's allow-list{ip}. "
        "2. The key lacks the permission: tick 'Enable Reading'; where only futures or portfolio margin are refused, "
        "'Enable Futures' too (which also allows trading). A key made before futures or portfolio margin was opened "
        "must be made anew. "
        "3. The key belongs to another environment (-e), or was deleted.",
    ),
    -2017: Refusal(ApiError, "API keys are locked on this account. Contact the exchange's support."),
    -3000: _BUSY,
    -3003: Refusal(ApiError, "The margin account has not been opened. Open it on the exchange's web site first."),
    -3022: Refusal(ApiError, "The account is banned from trading. Contact the exchange's support."),
    -3026: Refusal(ApiError, _DATA),
    -3044: _BUSY,
    -3999: Refusal(ApiError, "The exchange offers this function to invited users only."),
    -5000: Refusal(ApiError, "The exchange has retired this endpoint. Update bnacct."),
    -10001: Refusal(ApiError, "The exchange is under maintenance. Try again later."),
}

# Where a host family gives a code a meaning of its own.
_HOST_REFUSALS: Mapping[tuple[str, int], Refusal] = {
    ("fapi", -1004): Refusal(ApiError, "This IP address is already on the allow-list."),
    ("fapi", -1005): Refusal(ApiError, "Add this machine's IP address to the key's allow-list."),
    ("fapi", -1108): Refusal(ApiError, "Check the asset's name."),
    ("papi", -1108): Refusal(ApiError, "Check the asset's name."),
    ("sapi", -1108): Refusal(ApiError, _DATA),
    ("fapi", -4056): Refusal(ApiError, "The exchange does not take this type of key here."),
    ("fapi", -4057): Refusal(ApiError, "The exchange does not know this public key."),
    ("fapi", -4109): Refusal(ApiError, "The futures account is inactive: transfer any amount to it first."),
    ("sapi", -4045): Refusal(ApiError, "The exchange could not read its own books. Try again in a minute."),
    ("sapi", -4047): Refusal(ApiError, "Ask for a shorter time range."),
    ("sapi", -5002): Refusal(ApiError, _OTHER_ACCOUNT),
    ("sapi", -5003): Refusal(ApiError, _OTHER_ACCOUNT),
    ("sapi", -6009): Refusal(ApiError, "Too frequent. Wait a minute, and poll less often."),
    ("sapi", -6016): Refusal(ApiError, _DATA),
    ("sapi", -10005): Refusal(ApiError, "There are no records for what was asked."),
    ("sapi", -5011): Refusal(ApiError, "The futures account has not been opened."),
}

# Statuses that speak for themselves, where the body has no code we know.
_STATUSES: Mapping[int, Refusal] = {
    401: Refusal(AuthError, "Check the key and its permissions."),
    403: Refusal(
        ApiError,
        "The exchange's firewall turned the request away. Wait, then check proxies and VPNs; "
        "do not repeat it at once, as that lengthens the block.",
    ),
    404: Refusal(ApiError, "The address does not exist on this host. Check BNACCT_*_URL and -e."),
    408: _BUSY,
    418: REFUSALS[-1003],
    429: REFUSALS[-1003],
    451: Refusal(ApiError, "The exchange does not serve the place this machine connects from."),
}

# Statuses that outrank the code in the body, and those that do where the code says what is wrong with the key.
_SPEAKING = (401, 403, 418, 429, 451)
_OUTRANKED: Mapping[type[BnacctError], tuple[int, ...]] = {AuthError: (418, 429)}

_BANNED_UNTIL = re.compile(r"banned until (\d{12,14})\b")
_REQUEST_IP = re.compile(r"request ip: ?([0-9a-fA-F.:]+)")
_CALLER_IP = re.compile(r"(?<=IP\()[^)]*(?=\))|((?<=request ip:)|(?<=request ip: ))[0-9a-fA-F.:]+")
# What a gateway may echo of the request: the signature, and the key, which is 64 characters long.
_ECHO = re.compile(r"signature=[^&\s\"']*|[A-Za-z0-9+/=%_-]{64,}")
_LONGEST_TEXT = 1000
_AHEAD = "ahead of the server"


def refusal(host: str, http_status: int | None, binance_code: int | None) -> Refusal:
    """Return what a refusal means: the code decides, then the HTTP status, as codes are the stabler of the two."""
    family = "fapi" if host == "ws_fapi" else host
    status = http_status or 0
    known = None
    if binance_code is not None:
        known = _HOST_REFUSALS.get((family, binance_code)) or REFUSALS.get(binance_code)
    if (status, binance_code) == (403, 0):
        status = 451  # the restricted-location answer comes with either
    by_status = _STATUSES.get(status)
    if by_status is not None and (known is None or status in _OUTRANKED.get(known.failure, _SPEAKING)):
        return by_status
    if status >= 500:
        return known._replace(retriable=True) if known else _BUSY
    return known or _OTHER


def refused(
    host: str,
    *,
    http_status: int | None,
    binance_code: int | None,
    text: str,
    retry_after_s: float | None = None,
    drift_ms: int | None = None,
) -> BnacctError:
    """Build the failure for a refusal by the exchange.

    `text` is the exchange's own, "" where it sent none; `drift_ms` is our clock minus the
    server's, where it was measured.
    """
    text = _ECHO.sub("***", text)[:_LONGEST_TEXT]
    known = refusal(host, http_status, binance_code)
    hint = known.hint
    if binance_code == REJECTED_KEY:
        address = _REQUEST_IP.search(text)
        hint = hint.format(ip=f" (the exchange saw {address[1]})" if address else "")
    elif binance_code == BAD_TIMESTAMP:
        hint = _clock_hint(text, drift_ms)
    ban_end_ms = banned_until_ms(text)
    if ban_end_ms is not None:
        # Not every system knows the local time of every year.
        with contextlib.suppress(ValueError, OverflowError, OSError):
            hint += f" The ban ends at {time.strftime('%Y-%m-%d %H:%M:%S %Z', time.localtime(ban_end_ms / 1000))}."
    # The caller's own address is kept out of logs; only the hint of -2015 shows it, where it is the cure.
    text = _CALLER_IP.sub("***", text)
    code = f"{binance_code}: " if binance_code is not None else ""
    status = f" (HTTP {http_status})" if http_status not in (None, 200) else ""
    if not (code or text):
        text, status = f"HTTP {http_status} without an error message.", ""
    return known.failure(
        f"The exchange refused the request: {code}{text}{status}",
        hint=hint,
        binance_code=binance_code,
        http_status=http_status,
        retry_after_s=retry_after_s,
        retriable=known.retriable,
    )


def banned_until_ms(text: str) -> int | None:
    """Return the end of a ban in epoch milliseconds where the exchange's text names one, else None."""
    found = _BANNED_UNTIL.search(text)
    return int(found[1]) if found else None


def retry_after_s(header: str | None, text: str, now_ms: int) -> float | None:
    """Return the wait the exchange asks for: its header, in seconds or a date, or the end of a ban its text names."""
    told = (header or "").strip()
    if told.isascii() and told.isdigit():
        return float(told[:9])
    until_ms = _date_ms(told)
    if until_ms is None:
        until_ms = banned_until_ms(text)
    return max(0.0, (until_ms - now_ms) / 1000) if until_ms is not None else None


def _date_ms(text: str) -> int | None:
    """Return an HTTP date (`Sun, 06 Nov 1994 08:49:37 GMT`) in epoch milliseconds; None where it is none."""
    from email.utils import mktime_tz, parsedate_tz

    try:
        parsed = parsedate_tz(text)
        return None if parsed is None else mktime_tz(parsed) * 1000
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _clock_hint(text: str, drift_ms: int | None) -> str:
    measured = ""
    if drift_ms is not None:
        side = "ahead of" if drift_ms > 0 else "behind"
        measured = f" This clock was measured {abs(drift_ms) / 1000:.3f} s {side} the server's."
    if _AHEAD in text:
        return f"{_SYNC}; a larger --recv-window does not help with a clock that is fast.{measured}"
    return f"{_SYNC}; on a slow network, raise --recv-window.{measured}"
