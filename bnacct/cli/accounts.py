"""Opens the accounts that the command line names, and serves the sandbox where that is asked for."""

import contextlib
import os
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bnacct import errors
from bnacct.cli.options import Connection
from bnacct.cli.stderr import Stderr
from bnacct.client import signing
from bnacct.endpoints import Endpoint
from bnacct.readings import Account
from bnacct.settings import Settings

DEFAULT_SANDBOX = "docs"


class Chosen(NamedTuple):
    """An account that was asked for, and why it cannot be read, where that is known before anything is sent."""

    account: Account
    failure: errors.BnacctError | None = None


def are_several(connection: Connection) -> bool:
    """Say whether the command line asks for several accounts, even if only one should match."""
    from bnacct.settings import profiles

    asked = connection.profile or []
    return connection.all_profiles or len(asked) > 1 or any(map(profiles.is_pattern, asked))


def named(settings: Settings) -> str:
    """Return what a person calls the one account of a run: where its key comes from; nothing in the sandbox."""
    return "" if settings.environment == "sandbox" else settings.credentials.source


@contextlib.contextmanager
def opened(
    settings: Settings, endpoints: Sequence[Endpoint], stderr: Stderr, *, sandbox_account: str = DEFAULT_SANDBOX
) -> Iterator[Account]:
    """Yield the account to ask the endpoints for; where settings ask for the sandbox, that is served meanwhile."""
    if settings.environment == "sandbox":
        websocket = any(endpoint.method == "WS" for endpoint in endpoints)
        with sandbox(settings, websocket=websocket, account=sandbox_account) as local:
            note_sandbox(stderr, settings.sandbox_account or sandbox_account)
            yield Account("", local)
        return
    for endpoint in endpoints:
        settings.base_url(endpoint.host)  # a host that is missing or not allowed is reported before a missing key
    try:
        log_key(stderr, settings)
        yield Account("", settings)
    finally:
        stderr.warn(settings.warnings)


@contextlib.contextmanager
def one_opened(
    settings: Settings,
    connection: Connection,
    endpoints: Sequence[Endpoint],
    stderr: Stderr,
    *,
    sandbox_account: str = DEFAULT_SANDBOX,
) -> Iterator[list[Chosen]]:
    """Yield the one account of the settings, as `all_opened` does several. Raise what is wrong with it."""
    with opened(settings, endpoints, stderr, sandbox_account=sandbox_account) as account:
        yield [Chosen(account)]


@contextlib.contextmanager
def all_opened(
    settings: Settings,
    connection: Connection,
    endpoints: Sequence[Endpoint],
    stderr: Stderr,
    *,
    sandbox_account: str = DEFAULT_SANDBOX,
) -> Iterator[list[Chosen]]:
    """Yield the accounts of all profiles that were asked for, in that order; what is wrong with one is its failure.

    Raise `errors.UsageError` and `errors.ConfigError` for what does not name accounts.
    """
    from bnacct.settings import profiles

    if connection.env_file is not None:
        raise errors.UsageError("--env-file is for one account, so it cannot go with several profiles.")
    names = profiles.named(connection.profile or [], os.environ, every=connection.all_profiles)
    websocket = any(endpoint.method == "WS" for endpoint in endpoints)
    sandboxes = []
    with contextlib.ExitStack() as open_:
        found = []
        for name in names:
            try:
                own = settings.of_profile(name)
                if own.environment == "sandbox":
                    account = own.sandbox_account or sandbox_account
                    sandboxes.append(account)
                    own = open_.enter_context(sandbox(own, websocket=websocket, account=account))
                else:
                    for endpoint in endpoints:
                        own.base_url(endpoint.host)
                    log_key(stderr, own, name)
                found.append(Chosen(Account(name, own)))
            except errors.BnacctError as failure:
                found.append(Chosen(Account(name, settings), failure))
        if sandboxes:
            note_sandbox(stderr, ", ".join(dict.fromkeys(sandboxes)))
        try:
            yield found
        finally:
            for each in found:
                if each.failure is None and each.account.settings.environment != "sandbox":
                    stderr.warn(each.account.settings.warnings)


@contextlib.contextmanager
def sandbox(settings: Settings, *, websocket: bool, account: str = DEFAULT_SANDBOX) -> Iterator[Settings]:
    """Serve a local exchange within this process, and yield settings that call it with its own key.

    `account` is the one to serve where the settings name none.
    """
    from bnacct.sandbox import ACCOUNTS, Sandbox
    from bnacct.settings.credentials import Credentials

    name = settings.sandbox_account or account
    if name not in ACCOUNTS:
        raise errors.not_one_of("BNACCT_SANDBOX_ACCOUNT", name, list(ACCOUNTS))
    local = Sandbox(name)
    local.start(http=True, websocket=websocket)
    try:
        yield settings.in_sandbox(local.urls, Credentials(local.api_key, "the sandbox", secret=local.secret))
    finally:
        local.close()


def note_sandbox(stderr: Stderr, account: str) -> None:
    """Say which sandbox accounts are served; "" is the default one."""
    account = account or DEFAULT_SANDBOX
    stderr.note(f"Sandbox data ({account}): nothing here is real, and no key was used.")


def log_key(stderr: Stderr, settings: Settings, name: str = "") -> None:
    """Say with -v which key is used, and where it comes from. Raise `errors.ConfigError`."""
    credentials = settings.credentials
    kind = signing.signer(credentials).kind
    stderr.log(f"{f'{name}: ' if name else ''}{kind} key {credentials.masked_key} from {credentials.source}")
