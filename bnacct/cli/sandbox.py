"""Serves the sandbox until interrupted."""

import shlex
import sys
import threading
from collections.abc import Sequence

from bnacct import errors
from bnacct.cli.stderr import Words

_KINDS = {"hmac": "HMAC", "rsa": "RSA", "ed25519": "Ed25519"}


def serve(words: Words, account: str, key: str, *, port: int, ws_port: int, faults: Sequence[str]) -> None:
    """Start the sandbox, print what to export, and wait for Ctrl-C."""
    from bnacct.sandbox import ACCOUNTS, FAULTS, Fault, Sandbox

    if key.lower() not in _KINDS:
        raise errors.not_one_of("--key", key, list(_KINDS))
    if account not in ACCOUNTS:
        raise errors.not_one_of("--account", account, list(ACCOUNTS))
    try:
        parsed = [Fault.parse(fault) for fault in faults]
    except ValueError as error:
        raise errors.UsageError(f"--fault: {error}", hint=f"Faults: {', '.join(FAULTS)}.") from None
    sandbox = Sandbox(account, key_kind=_KINDS[key.lower()], faults=parsed, http_port=port, ws_port=ws_port)
    try:
        sandbox.start()
    except OSError as error:
        raise errors.UsageError(f"The port cannot be used: {error.strerror}.") from None
    with sandbox:
        lines = [f"export {name}={shlex.quote(value)}\n" for name, value in sandbox.environment().items()]
        sys.stdout.write("".join(lines))
        sys.stdout.flush()
        words.note(
            f"The sandbox serves the account {account!r}. Export the lines above in another shell; Ctrl-C ends it."
        )
        threading.Event().wait()
