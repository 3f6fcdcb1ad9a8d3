"""Decides which hosts may ever see a key: the exchange's own, loopback, or what the user frees on purpose."""

import re
from collections.abc import Sequence
from typing import NamedTuple
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
        "dapi": "https://dapi.binance.com",
        "eapi": "https://eapi.binance.com",
        "ws_fapi": "wss://ws-fapi.binance.com/ws-fapi/v1",
    },
    "testnet": {
        "fapi": "https://demo-fapi.binance.com",
        "dapi": "https://testnet.binancefuture.com",
        "ws_fapi": "wss://testnet.binancefuture.com/ws-fapi/v1",
    },
}

_LABEL = re.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")

VARIABLES: dict[str, str] = {
    "sapi": "BNACCT_SAPI_URL",
    "fapi": "BNACCT_FAPI_URL",
    "papi": "BNACCT_PAPI_URL",
    "dapi": "BNACCT_DAPI_URL",
    "eapi": "BNACCT_EAPI_URL",
    "ws_fapi": "BNACCT_WS_FAPI_URL",
}


class Address(NamedTuple):
    """Where calls to a host go. `source` names where the address was set, "" for the environment's own."""

    url: str
    source: str = ""
    is_the_exchange: bool = True


def address(host: str, environment: str, sources: Sequence[Source], *, typed_environment: bool) -> Address:
    """Return where to send calls to `host`: the override of its variable, or the environment's own address.

    With `typed_environment` (`-e` on the command line), only what else the command line names can override it.
    Raise `errors.ConfigError` for an address that is not allowed, for one whose source is not that of the key, and for
    a host that the environment lacks.
    """
    variable = VARIABLES[host]
    for rank, source in enumerate(sources):
        override = source.get(variable)
        if override and (source.is_named or not typed_environment):
            any_host = any(above.get(ALLOW_ANY_HOST) == "1" for above in sources[: rank + 1]) and not source.was_found
            found = _checked(override, variable, source.name, websocket=host == "ws_fapi", any_host=any_host)
            if not found.is_the_exchange:
                _refuse_key_from_elsewhere(found, variable, source, sources)
            return found
    try:
        return Address(BASE_URLS[environment][host])
    except KeyError:
        raise errors.ConfigError(
            f"The {environment} has no /{host}: it offers futures only (such as futures-account, ws-balance).",
            hint=f"Use -e live for this command, or -e sandbox to try it without a key. {variable} can name a host.",
        ) from None


def _refuse_key_from_elsewhere(found: Address, variable: str, source: Source, sources: Sequence[Source]) -> None:
    """A key goes to an address that is not the exchange's only if both were set in the same place.

    Whoever set the address may listen there. A found `.env` must hold the key itself: the file that it names may be
    anybody's.
    """
    owner = of_credentials(sources)
    brings_its_own = owner is source and not (
        source.was_found and any(source.get(f"{name}_FILE") for name in DIRECT_CREDENTIALS)
    )
    if owner is None or brings_its_own:
        return
    raise errors.ConfigError(
        f"{variable} (from {source.name}) names {host_of(found.url)}, which is not the exchange's, "
        f"but the key comes from {owner.name}.",
        hint=f"Your key would go there. If that is what you want, set {variable} in the same place as the key.",
    )


def host_of(url: str) -> str:
    """Return host and port of an address."""
    return url.split("/")[2]


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


def _checked(url: str, variable: str, source: str, *, websocket: bool, any_host: bool) -> Address:
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
            f"Your key would go to it. If that is what you want, set {ALLOW_ANY_HOST}=1 where the address is set.",
        )
    # Rebuilt from what was checked, so that nothing else in the text can steer the request.
    bracketed = f"[{host}]" if ":" in host else host
    rebuilt = f"{parts.scheme}://{bracketed}" + (f":{port}" if port is not None else "")
    return Address(rebuilt + parts.path if websocket else rebuilt, source, is_the_exchange=ours)
