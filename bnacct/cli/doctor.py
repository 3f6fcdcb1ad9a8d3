"""Tries each part of a set-up once, and reports what is well: settings, key, hosts, clock, permissions, endpoints.

The report holds no secret, so it can be pasted into an issue.
"""

import contextlib
import platform
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple
from urllib.parse import urlsplit

from bnacct import __version__, endpoints, errors, output, views
from bnacct.cli import connecting, selection
from bnacct.cli.options import Shared
from bnacct.cli.stderr import JSON_FORMS, Words, filled
from bnacct.client import retry, signing
from bnacct.client.https import Client
from bnacct.endpoints import Endpoint, Host
from bnacct.errors import network
from bnacct.output.cells import visible
from bnacct.settings import Settings
from bnacct.settings.hosts import is_loopback

OK, WARNING, SKIPPED = "ok", "warning", "skipped"
NOT_PERMITTED, NOT_OPENED, FAILED = "not permitted", "not opened", "failed"

_READS = "read "
# The exchange refuses timestamps that are further ahead.
_LARGEST_LEAD_MS = 1000

# Codes that say the account lacks the product, and those that say the key lacks the right.
_NOT_OPENED = (-1109, -3003, -4109, -5011)
_NOT_PERMITTED = (-1002, -2015)

# What a key that only reads has no need of.
_TOO_MUCH = (
    "enableWithdrawals",
    "enableInternalTransfer",
    "permitsUniversalTransfer",
    "enableSpotAndMarginTrading",
    "enableMargin",
    "enableVanillaOptions",
    "enableFixApiTrade",
    "enablePortfolioMarginTrading",
)

_READ: tuple[Endpoint, ...] = (
    endpoints.USER_ASSETS,
    endpoints.FUTURES_ACCOUNT,
    endpoints.PM_BALANCE,
    endpoints.WS_BALANCE,
)


# How each host is tried: by its clock, or where it has none, by a ping.
_PROBES: dict[Host, Endpoint] = {
    "sapi": endpoints.API_TIME,
    "fapi": endpoints.FAPI_TIME,
    "papi": endpoints.PM_PING,
}


class Check(NamedTuple):
    """One line of the report; `failure` is what an unwell one ended in."""

    check: str
    status: str
    detail: str
    hint: str = ""
    failure: errors.BnacctError | None = None

    @property
    def row(self) -> views.Row:
        return {"check": self.check, "status": self.status, "detail": self.detail, "hint": self.hint}


def examine(words: Words, shared: Shared, *, with_snapshot: bool) -> None:
    """Write the report. Raises the failure that its exit status comes from, unless all that was tried is well."""
    words.verbose = shared.verbose
    chosen = selection.selection(shared, views.DOCTOR)
    settings = selection.settings(shared)
    words.as_json = settings.output in JSON_FORMS
    read = (*_READ, endpoints.SNAPSHOT) if with_snapshot else _READ
    checks = []
    for check in _Examination(words, settings, read).run():
        checks.append(check)
        if settings.output == "table":
            output.write(sys.stdout, [_lines(check).encode(sys.stdout.encoding or "utf-8", "backslashreplace")])
    if settings.output != "table":
        rows = [check.row for check in checks]
        screen = selection.screen(settings.color)
        body, _ = output.render(settings.output, views.DOCTOR, rows, selection=chosen, screen=screen)
        output.write(sys.stdout, body)
    failures = [check.failure for check in checks if check.failure is not None]
    if failures:
        bad = [check.check for check in checks if check.failure is not None]
        message = f"{len(bad)} of {len(checks)} checks failed: {', '.join(bad)}."
        some = any(check.check.startswith(_READS) and check.status == OK for check in checks)
        raise errors.PartialError(message) if some else type(failures[0])(message)


def _lines(check: Check) -> str:
    texts = [f"{check.status:<13}  {check.check:<22}  {visible(check.detail)}"]
    if check.hint:
        texts.append(f"{'':13}  {visible(check.hint)}")
    return "".join([(filled(text) if sys.stdout.isatty() else text) + "\n" for text in texts])


class _Examination:
    """Yields check after check; what a failed one makes pointless is skipped."""

    def __init__(self, words: Words, settings: Settings, read: Sequence[Endpoint]) -> None:
        self._words = words
        # Each part is tried once: what works only at the second try is not well.
        self._settings = settings.with_retries(0)
        self._read = read
        self._unreachable: set[Host] = set()
        self._has_key = False

    def run(self) -> Iterator[Check]:
        settings = self._settings
        system = f"Python {platform.python_version()}, {platform.system()} {platform.machine()}"
        yield Check("bnacct", OK, f"{__version__}, {system}")
        yield Check("environment", OK, settings.environment)
        for variable, source in settings.origins():
            yield Check(variable, OK, f"set in {source}")
        is_sandbox = settings.environment == "sandbox"
        with connecting.sandbox(settings, websocket=True) if is_sandbox else contextlib.nullcontext(settings) as used:
            settings = self._settings = used
            yield self._tried("key", self._key)
            for warning in settings.warnings:
                yield Check("files", WARNING, warning)
            self._words.note(self._cost())
            with contextlib.closing(Client(settings, self._words)) as client:
                for host in _PROBES:
                    yield from self._host(client, host)
                yield self._called("key rights", endpoints.API_RESTRICTIONS, lambda _: self._rights(client))
            for endpoint in self._read:
                yield self._called(_READS + endpoint.name, endpoint, self._reads)

    def _cost(self) -> str:
        calls = (*_PROBES.values(), endpoints.API_RESTRICTIONS, *self._read)
        weights: dict[str, int] = {}
        for endpoint in calls:
            host = endpoint.host.removeprefix("ws_")
            weight = endpoint.weight + (endpoints.HANDSHAKE_WEIGHT if endpoint.method == "WS" else 0)
            weights[host] = weights.get(host, 0) + weight
        spent = ", ".join(f"{weight} on {host}" for host, weight in weights.items())
        return f"This sends {len(calls)} requests at most, which weigh {spent}."

    def _tried(self, name: str, action: Callable[[], str]) -> Check:
        try:
            detail = action()
        except _Unwell as warning:
            return Check(name, WARNING, warning.detail, warning.hint)
        except errors.BnacctError as error:
            return Check(name, _status(error), error.message, error.hint or "", error)
        return Check(name, OK, detail)

    def _called(self, name: str, endpoint: Endpoint, action: Callable[[Endpoint], str]) -> Check:
        """Try a call that needs a host and a key, where there are both."""
        if self._settings.environment == "testnet" and endpoint.host in ("sapi", "papi"):
            return Check(name, SKIPPED, f"the testnet has no /{endpoint.host}")
        if endpoint.host in self._unreachable:
            return Check(name, SKIPPED, "its host cannot be reached")
        if not self._has_key:
            return Check(name, SKIPPED, "there is no usable key")
        return self._tried(name, lambda: action(endpoint))

    def _key(self) -> str:
        credentials = self._settings.credentials
        kind = signing.signer(credentials).kind
        self._has_key = True
        return f"{kind} {credentials.masked_key}, from {credentials.source}"

    def _host(self, client: Client, host: Host) -> Iterator[Check]:
        if self._settings.environment == "testnet" and host in ("sapi", "papi"):
            yield Check(f"host {host}", SKIPPED, f"the testnet has no /{host}")
            return
        for name, action in (("dns", self._dns), ("clock", partial(self._clock, client))):
            check = self._tried(f"{name} {host}", partial(action, host))
            yield check
            if isinstance(check.failure, errors.NetworkError | errors.ConfigError):
                self._unreachable.add(host)
                return

    def _dns(self, host: Host) -> str:
        name = urlsplit(self._settings.base_url(host)).hostname or ""
        if is_loopback(name):
            return f"{name} is this machine"
        try:
            found = retry.within(self._settings.timeout_s, lambda _: socket.getaddrinfo(name, None))
        except OSError:
            raise network.unknown_host(name) from None
        return f"{name} has {len({entry[4][0] for entry in found})} addresses"

    def _clock(self, client: Client, host: Host) -> str:
        secure = self._settings.base_url(host).startswith("https")
        tls = "TLS verified" if secure else "no TLS, as on this machine none is needed"
        probe = _PROBES[host]
        import requests  # noqa: F401 - loading it within the round trip would pass for distance

        if probe is endpoints.PM_PING:
            client.call(probe, {})
            return f"it has none, but answers; {tls}"
        clock = retry.Clock()
        drift_ms = retry.within(self._settings.timeout_s, lambda _: clock.measure(lambda: client.server_ms(probe)))
        detail = f"this machine's is {abs(drift_ms)} ms {'ahead' if drift_ms > 0 else 'behind'}; {tls}"
        if drift_ms >= _LARGEST_LEAD_MS or -drift_ms > self._settings.recv_window_ms:
            raise errors.ApiError(
                detail, hint="Requests would be refused with -1021. Synchronise this machine's clock."
            )
        return detail

    def _rights(self, client: Client) -> str:
        sent = {"recvWindow": self._settings.recv_window_ms}
        rights = client.call(endpoints.API_RESTRICTIONS, sent).document
        if not isinstance(rights, dict):
            raise errors.ResponseError("The answer does not say what the key may do.")
        is_bound = rights.get("ipRestrict") is True
        bound = "bound to IP addresses" if is_bound else "not bound to IP addresses"
        dangers = [right for right in _TOO_MUCH if rights.get(right) is True]
        if dangers:
            raise _Unwell(f"more than reading: {', '.join(dangers)}; {bound}", "Make a key that only reads.")
        if not is_bound:
            raise _Unwell(f"only reading; {bound}", "Bind the key to this machine's address.")
        return f"only reading; {bound}"

    def _reads(self, endpoint: Endpoint) -> str:
        sent: dict[str, signing.Value] = {"recvWindow": self._settings.recv_window_ms}
        if endpoint is endpoints.SNAPSHOT:
            sent["type"] = "SPOT"
        with connecting.client_of(self._settings, endpoint, self._words) as exchange:
            exchange.call(endpoint, sent)
        return f"readable, weight {endpoint.weight}"


class _Unwell(Exception):
    """Nothing failed, but the user should know."""

    def __init__(self, detail: str, hint: str) -> None:
        super().__init__(detail)
        self.detail = detail
        self.hint = hint


def _status(error: errors.BnacctError) -> str:
    if error.binance_code in _NOT_OPENED:
        return NOT_OPENED
    return NOT_PERMITTED if error.binance_code in _NOT_PERMITTED else FAILED
