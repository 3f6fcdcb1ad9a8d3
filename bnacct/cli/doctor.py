"""`bnacct doctor`: tries each part of a set-up once and reports: settings, key, hosts, clock, permissions, endpoints.

The report holds no secret, so it can be pasted into an issue.
"""

import contextlib
import itertools
import os
import platform
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer

from bnacct import __version__, endpoints, errors, output, queries, views
from bnacct.cli import accounts, display, report, streams
from bnacct.cli.abreast import abreast
from bnacct.cli.display import JSON_FORMS
from bnacct.cli.options import Report, with_groups
from bnacct.cli.report import FAILED, NOT_OPENED, NOT_PERMITTED, OK, SKIPPED, WARNING, Check
from bnacct.cli.stderr import Stderr
from bnacct.client import retry, signing
from bnacct.endpoints import Host
from bnacct.errors import network
from bnacct.output import Selection, several
from bnacct.queries import Query
from bnacct.readings import Account, Question, Reader
from bnacct.settings import Settings, hosts
from bnacct.settings.hosts import is_loopback

_READS = "read "
# The exchange refuses timestamps that are further ahead.
_LARGEST_LEAD_MS = 1000

# Codes that say the key lacks the right.
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


@with_groups
def doctor(
    context: typer.Context,
    shared: Report,
    with_snapshot: Annotated[
        bool, typer.Option("--snapshot", help="Try the snapshot endpoint too, which weighs 2400 of 12000 a minute.")
    ] = False,
) -> None:
    """Check key, hosts, clock and rights, and report.

      bnacct doctor

      bnacct doctor -p sub1 --snapshot -o json

    Settings and where they come from, the key and what it may do, each host and its clock, each endpoint tried once;
    snapshot, which weighs 2400, only with --snapshot. The report holds no secret, so it can be pasted into an issue.
    """
    stderr: Stderr = context.obj
    stderr.verbose, stderr.quiet = shared.connection.verbose, shared.connection.quiet
    settings = display.settings(shared.format, shared.connection)
    stderr.as_json = settings.output in JSON_FORMS
    if shared.connection.retries is None:
        # Each part is tried once: what works only at the second try is not well.
        settings = settings.with_retries(0)
    if accounts.are_several(shared.connection):
        _examine_several(stderr, shared, settings, with_snapshot=with_snapshot)
        return
    checks = _examined(stderr, settings, settings.output, with_snapshot=with_snapshot)
    if settings.output != "table":
        _write(settings, views.DOCTOR, [check.row for check in checks])
    failure = _ending(checks)
    if failure is not None:
        raise failure


def _examine_several(stderr: Stderr, shared: Report, settings: Settings, *, with_snapshot: bool) -> None:
    """Examine one account after the other, and write what was found of all."""
    from bnacct.cli.several import Outcome, document
    from bnacct.settings import profiles

    if shared.connection.env_file is not None:
        raise errors.UsageError("--env-file is for one account, so it cannot go with several profiles.")
    outcomes: list[Outcome] = []
    failures: list[errors.BnacctError] = []
    names = profiles.named(shared.connection.profile or [], os.environ, every=shared.connection.all_profiles)
    for name in names:
        if settings.output == "table":
            streams.say(f"{chr(10) if outcomes else ''}account {name}\n")
        try:
            own = settings.of_profile(name)
            own = own.with_retries(settings.retries)
            checks = _examined(stderr, own, settings.output, with_snapshot=with_snapshot)
        except errors.BnacctError as failure:
            outcomes.append(Outcome(name, failure=failure))
            failures.append(failure)
            if not stderr.as_json:
                stderr.tell(f"{name}: {failure.message}")
            continue
        outcomes.append(Outcome(name, [check.row for check in checks]))
        ending = _ending(checks)
        failures += [ending] if ending is not None else []
        if ending is not None and not stderr.as_json:
            stderr.tell(f"{name}: {ending.message}")
    if settings.output != "table":
        form = display.Display(
            sys.stdout, views.DOCTOR, Selection(), settings.output, display.screen(settings.color, sys.stdout), False
        )
        _write(settings, several.view(views.DOCTOR), document(outcomes, views.DOCTOR, form))
    if failures and len(failures) == len(names) and not any(isinstance(each, errors.PartialError) for each in failures):
        raise failures[0]
    if failures:
        raise errors.PartialError(f"{len(failures)} of {len(names)} accounts are not well.")


def _examined(stderr: Stderr, settings: Settings, form: str, *, with_snapshot: bool) -> list[Check]:
    """Return the checks of one account; for tables, each is written as soon as it is done."""
    checks = []
    lines = report.Lines(display.screen(settings.color, sys.stdout))
    for check in _Examination(stderr, settings, with_snapshot=with_snapshot).run():
        checks.append(check)
        if form == "table":
            streams.write(sys.stdout, [lines.of(check).encode(sys.stdout.encoding or "utf-8", "backslashreplace")])
    return checks


def _write(settings: Settings, view: views.View, document: Any) -> None:
    screen = display.screen(settings.color, sys.stdout)
    body, _ = output.render(settings.output, view, document, selection=Selection(), screen=screen)
    streams.write(sys.stdout, body)


def _ending(checks: Sequence[Check]) -> errors.BnacctError | None:
    """Return what the checks of one account end in, None where all is well."""
    failures = [check.failure for check in checks if check.failure is not None]
    if not failures:
        return None
    bad = [check.check for check in checks if check.failure is not None]
    message = f"{len(bad)} of {len(checks)} checks failed: {', '.join(bad)}."
    some = any(check.check.startswith(_READS) and check.status == OK for check in checks)
    return errors.PartialError(message) if some else type(failures[0])(message)


def _light_and_heavy() -> tuple[list[Query], list[Query]]:
    """Return what is asked once, host after host; and apart what weighs much.

    That is the default query of each command, and what `overview` asks first.
    """
    found = [queries.named(command) for command in queries.COMMANDS]
    found += [queries.SOURCES[name] for name in ("account-info", "wallet-balance")]
    order = list(endpoints.LIMITS)
    light = [query for query in found if not query.is_heavy]
    heavy = [query for query in found if query.is_heavy]
    return sorted(light, key=lambda query: order.index(query.endpoint.host)), heavy


class _Examination:
    """Yields check after check; what a failed one makes pointless is skipped."""

    def __init__(self, stderr: Stderr, settings: Settings, *, with_snapshot: bool) -> None:
        self._stderr = stderr
        self._settings = settings
        light, heavy = _light_and_heavy()
        self._read = [*light, *heavy] if with_snapshot else light
        self._left_out = [] if with_snapshot else heavy
        self._unreachable: set[Host] = set()
        self._has_key = False

    def run(self) -> Iterator[Check]:
        settings = self._settings
        system = f"Python {platform.python_version()}, {platform.system()} {platform.machine()}"
        yield Check("bnacct", OK, f"{__version__}, {system}")
        yield Check("environment", OK, settings.environment)
        for variable, source in settings.origins():
            yield self._origin(variable, source)
        with contextlib.ExitStack() as open_:
            if settings.environment == "sandbox":
                self._settings = open_.enter_context(accounts.sandbox(settings, websocket=True))
            account = Account("", self._settings)
            yield self._tried("key", self._key)
            for warning in self._settings.warnings:
                yield Check("files", WARNING, warning)
            self._stderr.note(self._cost())
            reader = open_.enter_context(Reader(self._stderr))
            yield from abreast(partial(self._host, reader, account, host) for host in queries.PROBES)
            rights = partial(self._rights, reader, account)
            yield self._called("key rights", queries.KEY_RIGHTS, rights)
            # Each host is asked one thing at a time, over the connection that its probe opened.
            yield from abreast(
                partial(self._in_turn, reader, account, list(reads))
                for _, reads in itertools.groupby(self._read, key=lambda query: query.endpoint.host)
            )
            for query in self._left_out:
                detail = f"weighs {query.endpoint.weight}; --snapshot tries it"
                yield Check(_READS + query.command, SKIPPED, detail)

    def _in_turn(self, reader: Reader, account: Account, read: Sequence[Query]) -> Iterator[Check]:
        for query in read:
            reads = partial(self._reads, reader, Question(account, query))
            yield self._called(_READS + (query.command or query.endpoint.name), query, reads)

    def _origin(self, variable: str, source: str) -> Check:
        """Say where a variable is set; of an address, also what it is, and whether it counts."""
        host = {name: host for host, name in hosts.VARIABLES.items()}.get(variable)
        if host is None or self._settings.environment == "sandbox":
            return Check(variable, OK, f"set in {source}")
        try:
            address = self._settings.address(host)
        except errors.BnacctError as error:
            return Check(variable, FAILED, error.message, error.hint or "", error)
        if not address.source:
            return Check(variable, SKIPPED, f"set in {source}, but -e on the command line counts more")
        if address.is_the_exchange:
            return Check(variable, OK, f"set in {source}: {address.url}")
        return Check(variable, WARNING, f"set in {source}: {address.url}", "That is not the exchange.")

    def _cost(self) -> str:
        calls = [query.endpoint for query in (*queries.PROBES.values(), queries.KEY_RIGHTS, *self._read)]
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

    def _called(self, name: str, query: Query, action: Callable[[], str]) -> Check:
        """Try a call that needs a host and a key, where there are both."""
        host = query.endpoint.host
        if host not in hosts.BASE_URLS.get(self._settings.environment, hosts.VARIABLES):
            return Check(name, SKIPPED, f"the {self._settings.environment} has no /{host}")
        if host in self._unreachable:
            return Check(name, SKIPPED, "its host cannot be reached")
        if not self._has_key:
            return Check(name, SKIPPED, "there is no usable key")
        return self._tried(name, action)

    def _key(self) -> str:
        credentials = self._settings.credentials
        kind = signing.signer(credentials).kind
        self._has_key = True
        return f"{kind} {credentials.masked_key}, from {credentials.source}"

    def _host(self, reader: Reader, account: Account, host: Host) -> Iterator[Check]:
        if host not in hosts.BASE_URLS.get(self._settings.environment, hosts.VARIABLES):
            yield Check(f"host {host}", SKIPPED, f"the {self._settings.environment} has no /{host}")
            return
        for name, action in (("dns", self._dns), ("clock", partial(self._clock, reader, account))):
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

    def _clock(self, reader: Reader, account: Account, host: Host) -> str:
        secure = self._settings.base_url(host).startswith("https")
        tls = "TLS verified" if secure else "no TLS, as on this machine none is needed"
        probe = queries.PROBES[host]
        question = Question(account, probe)
        client: Any = reader.client(question)
        if probe.endpoint is endpoints.PM_PING:
            client.call(probe.endpoint, {})
            return f"it has none, but answers; {tls}"
        drift_ms = client.drift_ms(probe.endpoint)
        detail = f"this machine's is {abs(drift_ms)} ms {'ahead' if drift_ms > 0 else 'behind'}; {tls}"
        if drift_ms >= _LARGEST_LEAD_MS or -drift_ms > self._settings.recv_window_ms:
            raise errors.ApiError(
                detail, hint="Requests would be refused with -1021. Synchronise this machine's clock."
            )
        return detail

    def _rights(self, reader: Reader, account: Account) -> str:
        rights = reader.read(Question(account, queries.KEY_RIGHTS)).answered().document
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

    def _reads(self, reader: Reader, question: Question) -> str:
        reader.read(question).answered()
        return f"readable, weight {question.query.endpoint.weight}"


class _Unwell(Exception):
    """Nothing failed, but the user should know."""

    def __init__(self, detail: str, hint: str) -> None:
        super().__init__(detail)
        self.detail = detail
        self.hint = hint


def _status(error: errors.BnacctError) -> str:
    if error.binance_code in errors.NOT_OPENED:
        return NOT_OPENED
    return NOT_PERMITTED if error.binance_code in _NOT_PERMITTED else FAILED
