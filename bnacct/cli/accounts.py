"""Opens the account that the command line names, and serves the sandbox where that is asked for."""

import contextlib
from collections.abc import Iterator

from bnacct import errors
from bnacct.cli.stderr import Stderr
from bnacct.client import signing
from bnacct.endpoints import Endpoint
from bnacct.readings import Account
from bnacct.settings import Settings


@contextlib.contextmanager
def opened(settings: Settings, endpoint: Endpoint, stderr: Stderr) -> Iterator[Account]:
    """Yield the account to ask an endpoint for; where settings ask for the sandbox, that is served meanwhile."""
    if settings.environment == "sandbox":
        with sandbox(settings, websocket=endpoint.method == "WS") as local:
            stderr.note(f"Sandbox data ({settings.sandbox_account}): nothing here is real, and no key was used.")
            yield Account("", local)
        return
    settings.base_url(endpoint.host)  # a host that is missing or not allowed is reported before a missing key
    try:
        credentials = settings.credentials
        stderr.log(f"{signing.signer(credentials).kind} key {credentials.masked_key} from {credentials.source}")
        yield Account("", settings)
    finally:
        stderr.warn(settings.warnings)


@contextlib.contextmanager
def sandbox(settings: Settings, *, websocket: bool) -> Iterator[Settings]:
    """Serve a local exchange within this process, and yield settings that call it with its own key."""
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
