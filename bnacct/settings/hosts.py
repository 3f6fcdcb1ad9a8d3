"""Decides which hosts may ever see a key: the exchange's own, loopback, or what the user frees on purpose."""

import contextlib
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from bnacct import errors
from bnacct.settings.sources import ALLOW_ANY_HOST, DIRECT_CREDENTIALS, Source, of_credentials

# The key goes to whatever host is named, so the list is short: live and demo, the futures testnet's, the spot testnet's.
EXCHANGE_DOMAINS = ("binance.com", "binancefuture.com", "testnet.binance.vision")

# REST hosts by scheme, host and port; ws_fapi is the whole address of the endpoint.
# A host missing from an environment does not exist there.
BASE_URLS: dict[str, dict[str, str]] = {
    "live": {
        "sapi": "https://api.binance.com",
        "fapi": "https://fapi.binance.com",
        "papi": "https://papi.binance.com",
        "ws_fapi": "wss://ws-fapi.binance.com/ws-fapi/v1",
    },
    "testnet": {
        "fapi": "https://demo-fapi.binance.com",
        "ws_fapi": "wss://testnet.binancefuture.com/ws-fapi/v1",
    },
}

_LABEL = re.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")

VARIABLES: dict[str, str] = {
    "sapi": "BNACCT_SAPI_URL",
    "fapi": "BNACCT_FAPI_URL",
    "papi": "BNACCT_PAPI_URL",
    "ws_fapi": "BNACCT_WS_FAPI_URL",
}


def base_url(host: str, environment: str, sources: Sequence[Source]) -> str:
    """Return where to send calls to `host`: the override of its variable, or the environment's own address.

    Raises `errors.ConfigError` for an address that is not allowed, and for a host the environment lacks.
    """
    variable = VARIABLES[host]
    for source in sources:
        override = source.get(variable)
        if override:
            if source.was_found and not _brings_its_own_key(source, sources):
                _refuse_loopback(override, variable)
            any_host = any(other.get(ALLOW_ANY_HOST) == "1" for other in sources)
            return _checked(override, variable, source.name, websocket=host == "ws_fapi", any_host=any_host)
    try:
        return BASE_URLS[environment][host]
    except KeyError:
        raise errors.ConfigError(
            f"The {environment} has no /{host}: it offers futures only (futures-account, ws-balance).",
            hint=f"Use -e live for this command, or -e sandbox to try it without a key. {variable} can name a host.",
        ) from None


def _brings_its_own_key(source: Source, sources: Sequence[Source]) -> bool:
    """Say whether the credentials that count are written out in this source, not in a file that it names."""
    return of_credentials(sources) is source and not any(source.get(f"{name}_FILE") for name in DIRECT_CREDENTIALS)


def _refuse_loopback(url: str, variable: str) -> None:
    """Whoever prepared the folder may listen on this machine, and must not be handed a key from elsewhere."""
    with contextlib.suppress(ValueError):
        if is_loopback(urlsplit(url).hostname or ""):
            raise errors.ConfigError(
                f".env in this folder sets {variable} to this machine, but the key is not in that .env.",
                hint="Export the variable if that is what you want, or name the file: --env-file .env",
            )


def is_loopback(host: str) -> bool:
    """Say whether a host name or address is this machine's own."""
    if host == "localhost":
        return True
    import ipaddress

    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_host(host: str) -> bool:
    """Say whether a text is the name of a host, or an address: what else URLs may hold, parsers read differently."""
    import ipaddress

    try:
        return bool(ipaddress.ip_address(host))
    except ValueError:
        return all(_LABEL.fullmatch(label) for label in host.removesuffix(".").split("."))


def _checked(url: str, variable: str, source: str, *, websocket: bool, any_host: bool) -> str:
    def refuse(why: str, hint: str) -> errors.ConfigError:
        # The address is not repeated: it may hold a password.
        return errors.ConfigError(f"{variable} (from {source}) {why}.", hint=hint)

    example = BASE_URLS["live"]["ws_fapi" if websocket else "sapi"]
    shape = f"It has the form {example}"
    # A backslash or white space is read one way by some URL parsers and another way by others.
    if any(character in url for character in "\\@#?") or not url.isascii() or not url.isprintable() or " " in url:
        raise refuse("is not a plain address", shape)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise refuse("is not a plain address", shape) from None
    secure, plain = ("wss", "ws") if websocket else ("https", "http")
    if not host or parts.scheme not in (secure, plain):
        raise refuse(f"is not a {secure} address", shape)
    if not websocket and parts.path not in ("", "/"):
        raise refuse("has a path: it names scheme, host and port only", shape)
    if not _is_host(host):
        raise refuse("is not a plain address", shape)
    loopback = is_loopback(host)
    if parts.scheme == plain and not loopback:
        raise refuse(f"must start with {secure}://", "A key is never sent unencrypted, except to this machine itself.")
    ours = any(host == domain or host.endswith(f".{domain}") for domain in EXCHANGE_DOMAINS)
    if not (ours or loopback or any_host):
        raise refuse(
            f"names the host {host}, which is not the exchange's",
            f"Your key would go to it. If that is what you want, set {ALLOW_ANY_HOST}=1.",
        )
    # Rebuilt from what was checked, so that nothing else in the text can steer the request.
    bracketed = f"[{host}]" if ":" in host else host
    address = f"{parts.scheme}://{bracketed}" + (f":{port}" if port is not None else "")
    return address + parts.path if websocket else address
