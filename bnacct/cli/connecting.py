"""Opens the way to the exchange: the client of an endpoint's transport, and the sandbox where that is asked for."""

import contextlib
from collections.abc import Iterator

from bnacct import errors
from bnacct.cli.stderr import Words
from bnacct.client import Client, open_client, signing
from bnacct.endpoints import Endpoint
from bnacct.settings import Settings


@contextlib.contextmanager
def exchange(settings: Settings, endpoint: Endpoint, words: Words) -> Iterator[Client]:
    """Yield the client for an endpoint; where settings ask for the sandbox, that is served meanwhile."""
    if settings.environment == "sandbox":
        with (
            sandbox(settings, websocket=endpoint.method == "WS") as sandboxed,
            client_of(sandboxed, endpoint, words) as client,
        ):
            words.note(f"Sandbox data ({settings.sandbox_account}): nothing here is real, and no key was used.")
            yield client
        return
    settings.base_url(endpoint.host)  # a host that is missing or not allowed is told before a missing key
    with client_of(settings, endpoint, words) as client:
        try:
            credentials = settings.credentials
            words.log(f"{signing.signer(credentials).kind} key {credentials.masked_key} from {credentials.source}")
            yield client
        finally:
            words.warn(settings.warnings)


def client_of(settings: Settings, endpoint: Endpoint, words: Words) -> contextlib.closing[Client]:
    """Return the client of an endpoint's transport, which keeps one connection for all its calls."""
    return contextlib.closing(open_client(settings, endpoint, words))


@contextlib.contextmanager
def sandbox(settings: Settings, *, websocket: bool) -> Iterator[Settings]:
    """Serve a local exchange within this process, and yield the settings that call it with its own key."""
    from bnacct.sandbox import ACCOUNTS, Sandbox
    from bnacct.settings.credentials import Credentials

    if settings.sandbox_account not in ACCOUNTS:
        raise errors.not_one_of("BNACCT_SANDBOX_ACCOUNT", settings.sandbox_account, list(ACCOUNTS))
    local = Sandbox(settings.sandbox_account)
    local.start(http=True, websocket=websocket)
    try:
        yield settings.in_sandbox(local.urls, Credentials(local.api_key, "the sandbox", secret=local.secret))
    finally:
        local.close()
