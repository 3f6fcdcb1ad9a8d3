"""Failures between here and the exchange, in our own words.

The libraries' texts are never passed on: they hold the signed URL, the frame, or a proxy's password.
"""

from collections.abc import Callable

from bnacct.errors import BnacctError, NetworkError, ResponseError


def failure(error: BaseException, host: str) -> BnacctError:
    """Return what an exception of the network's libraries means, by the standard library's exception at its root."""
    import http.client
    import socket
    import ssl

    roots: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], Callable[[str], BnacctError]], ...] = (
        (http.client.IncompleteRead, lambda _: truncated()),
        ((ssl.SSLEOFError, ssl.SSLZeroReturnError), connection_lost),
        (ssl.SSLError, tls_failure),
        (TimeoutError, lambda _: timed_out(retriable=True)),
        (socket.gaierror, unknown_host),
        (ConnectionRefusedError, connection_refused),
    )
    causes = list(_causes(error))
    for root, build in roots:
        if any(isinstance(cause, root) for cause in causes):
            return build(host)
    return connection_lost(host)


def _causes(error: BaseException) -> list[BaseException]:
    """Return the exception and all it wraps: libraries nest them in arguments, reasons and causes."""
    found: list[BaseException] = []
    pending: list[object] = [error]
    while pending:
        candidate = pending.pop()
        if isinstance(candidate, BaseException) and candidate not in found:
            found.append(candidate)
            # Of its own fields only: elsewhere `reason` may be a property that warns of being deprecated.
            reason = vars(candidate).get("reason")
            pending += [*candidate.args, reason, candidate.__cause__, candidate.__context__]
    return found


def unknown_host(host: str) -> NetworkError:
    """Build the failure for a name that DNS does not resolve."""
    return NetworkError(
        f"The name {host} could not be looked up.", hint="Check the network, DNS and BNACCT_*_URL.", retriable=True
    )


def connection_refused(host: str) -> NetworkError:
    """Build the failure for a host where nothing listens."""
    return NetworkError(
        f"{host} refused the connection.", hint="Check the network, proxies and BNACCT_*_URL.", retriable=True
    )


def connection_lost(host: str) -> NetworkError:
    """Build the failure for a connection that could not be made, or broke off without an answer."""
    return NetworkError(
        f"The connection to {host} was lost.", hint="Check the network and proxies, and try again.", retriable=True
    )


def tls_failure(host: str) -> NetworkError:
    """Build the failure for a peer that could not prove to be `host`. Trying again would not help."""
    return NetworkError(
        f"{host} could not prove its identity (TLS).",
        hint="1. A proxy or firewall intercepts the connection: name its certificate authority in SSL_CERT_FILE. "
        "2. This machine's clock is wrong. Certificates are always verified.",
    )


def proxy_failure() -> NetworkError:
    """Build the failure for a proxy that does not let requests through. Its address may hold a password."""
    return NetworkError(
        "The proxy did not let the request through.",
        hint="Check HTTPS_PROXY and NO_PROXY (address, user, password), or unset them.",
        retriable=True,
    )


def unusable_address() -> NetworkError:
    """Build the failure for an address that no connection can be made to: BNACCT_*_URL, or more often the proxy's."""
    return NetworkError(
        "The address of the host, or of the proxy before it, cannot be used.",
        hint="HTTPS_PROXY has the form http://user:password@host:port. Check BNACCT_*_URL, too.",
    )


def socks_proxy() -> NetworkError:
    """Build the failure for a SOCKS proxy that we cannot speak to."""
    return NetworkError(
        "The proxy is a SOCKS proxy, which is not supported here.",
        hint="Set HTTPS_PROXY to an HTTP proxy (http://user:password@host:port), or name the host in NO_PROXY. "
        "ALL_PROXY counts where HTTPS_PROXY is not set.",
    )


def redirected(http_status: int) -> ResponseError:
    """Build the failure for an answer that points elsewhere."""
    return ResponseError(
        f"The exchange answered with a redirect (HTTP {http_status}), which is refused.",
        hint="Following it would hand your key to another host. Check the proxy and BNACCT_*_URL.",
        http_status=http_status,
    )


def timed_out(*, retriable: bool = False) -> NetworkError:
    """Build the failure for an answer that did not come: for the whole command, unless another try is worth it."""
    return NetworkError(
        "The exchange did not answer in time.",
        hint="Check the network and proxies, or give it longer: --timeout SECONDS.",
        retriable=retriable,
    )


def truncated() -> ResponseError:
    """Build the failure for a body that is shorter than its headers say."""
    return ResponseError("The answer broke off before its end.", retriable=True)


def oversize(limit: int) -> ResponseError:
    """Build the failure for an answer that no account could have."""
    return ResponseError(f"The answer is longer than {limit >> 20} MiB, so it was not read.")
