"""Opens the way to the exchange: the client of an endpoint's transport, and the sandbox where that is asked for."""

import contextlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from bnacct import errors
from bnacct.cli.stderr import Words
from bnacct.client import signing
from bnacct.client.decoding import Answer
from bnacct.endpoints import Endpoint
from bnacct.settings import Settings

if TYPE_CHECKING:
    from bnacct.sandbox import Sandbox


class Exchange(Protocol):
    """What `client.Client` and `websocket.Client` have in common."""

    def call(self, endpoint: Endpoint, parameters: Mapping[str, signing.Value]) -> Answer: ...

    def request(self, endpoint: Endpoint, parameters: Mapping[str, signing.Value]) -> Any: ...


@contextlib.contextmanager
def exchange(settings: Settings, endpoint: Endpoint, words: Words) -> Iterator[Exchange]:
    """Yield the client for an endpoint; where settings ask for the sandbox, that is served meanwhile."""
    if settings.environment == "sandbox":
        with sandbox(settings, websocket=endpoint.method == "WS"), client_of(settings, endpoint, words) as client:
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


@contextlib.contextmanager
def client_of(settings: Settings, endpoint: Endpoint, words: Words) -> Iterator[Exchange]:
    """Yield the client of an endpoint's transport, which keeps one connection for all its calls."""
    with contextlib.ExitStack() as open_:
        from bnacct.client import https as client

        https = client.Client(settings, words.note, words.log, words.pause)
        open_.callback(https.close)
        if endpoint.method == "WS":
            from bnacct.client import websocket

            wss = websocket.Client(settings, words.note, words.log, https.server_ms, words.pause)
            open_.callback(wss.close)
            yield wss
        else:
            yield https


@contextlib.contextmanager
def sandbox(settings: Settings, *, websocket: bool) -> Iterator["Sandbox"]:
    """Serve a local exchange within this process, and make the settings call it with its own key."""
    from bnacct.sandbox import ACCOUNTS, Sandbox
    from bnacct.settings.credentials import Credentials

    if settings.sandbox_account not in ACCOUNTS:
        raise errors.not_one_of("BNACCT_SANDBOX_ACCOUNT", settings.sandbox_account, list(ACCOUNTS))
    local = Sandbox(settings.sandbox_account)
    local.start(http=True, websocket=websocket)
    try:
        settings.use_sandbox(local.urls, Credentials(local.api_key, "the sandbox", secret=local.secret))
        yield local
    finally:
        local.close()
