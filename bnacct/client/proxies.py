"""Says which proxy stands before a host, by the same rules for both transports."""

from urllib.parse import urlsplit

from bnacct.errors import network


def before(url: str) -> str | None:
    """Return the proxy that the environment puts before the host of an https or wss URL, with its scheme; else None.

    Raise `errors.NetworkError` for a proxy that cannot be used. No text holds its address, as that may hold a password.
    """
    from urllib.request import getproxies

    if not getproxies():
        return None
    from requests.utils import get_environ_proxies, select_proxy

    # NO_PROXY may hold ranges of addresses, which requests alone can read.
    https_url = url.replace("wss:", "https:", 1)
    proxy = select_proxy(https_url, get_environ_proxies(https_url))
    if not proxy:
        return None
    # With a login and without a scheme, the libraries take the user for one.
    address = proxy if "://" in proxy else f"http://{proxy}"
    if _is_socks(address):
        if https_url != url or not _speaks_socks():
            raise network.socks_proxy()
    elif not _is_usable(address):
        raise network.unusable_address()
    return _with_password(address)


def _with_password(address: str) -> str:
    """Return the address with an empty password, where it has a user alone: requests would leave the login out."""
    parts = urlsplit(address)
    if not parts.username or parts.password is not None:
        return address
    login, _, host = parts.netloc.rpartition("@")
    return parts._replace(netloc=f"{login}:@{host}").geturl()


def _is_socks(address: str) -> bool:
    return address.lower().startswith("socks")


def _speaks_socks() -> bool:
    """Say whether the library is there that requests needs to speak to a SOCKS proxy."""
    import importlib.util

    return importlib.util.find_spec("socks") is not None


def _is_usable(address: str) -> bool:
    """Say whether an address has a scheme, a host and a port that there can be. What is missing makes requests fail."""
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and " " not in address
    except ValueError:
        return False
