"""`bnacct sandbox`: serves a local exchange until interrupted."""

import shlex
import threading
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from bnacct import errors
from bnacct.cli import streams
from bnacct.cli.stderr import Stderr

_KINDS = {"hmac": "HMAC", "rsa": "RSA", "ed25519": "Ed25519"}


class Help(TyperCommand):
    """Lists the accounts and faults at the end of the help; the sandbox is loaded only where that is asked for."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        from bnacct.sandbox import ACCOUNTS, FAULTS

        faults = {f"{name}={fault.value}" if fault.value else name: fault.description for name, fault in FAULTS.items()}
        for title, meanings in (("Accounts", ACCOUNTS), ("Faults, with default values", faults)):
            with formatter.section(title):
                formatter.write_dl(list(meanings.items()))


def sandbox(
    context: typer.Context,
    account: Annotated[str, typer.Option("--account", metavar="NAME", help="The account to serve.")] = "docs",
    key: Annotated[str, typer.Option("--key", metavar="hmac|rsa|ed25519", help="The type of its API key.")] = "hmac",
    port: Annotated[
        int, typer.Option("--port", metavar="N", min=0, max=65535, help="The HTTP port; 0 means any free one.")
    ] = 0,
    ws_port: Annotated[
        int, typer.Option("--ws-port", metavar="N", min=0, max=65535, help="The WebSocket port; 0 means any free one.")
    ] = 0,
    fault: Annotated[
        list[str] | None,
        typer.Option(
            "--fault",
            metavar="NAME[=VALUE][*N]",
            help="Inject this fault, into the first N requests only if N is given.",
        ),
    ] = None,
) -> None:
    """Serve a local exchange until interrupted.

      bnacct sandbox --account rich > sandbox.env & sleep 1; . ./sandbox.env

      bnacct sandbox --fault rate-limit=2*1

    Print the variables to export. Scripts and jq pipelines can be tried on it without a key.
    """
    stderr: Stderr = context.obj
    from bnacct.sandbox import ACCOUNTS, FAULTS, Fault, Sandbox

    if key.lower() not in _KINDS:
        raise errors.not_one_of("--key", key, list(_KINDS))
    if account not in ACCOUNTS:
        raise errors.not_one_of("--account", account, list(ACCOUNTS))
    try:
        parsed = [Fault.parse(text) for text in fault or []]
    except ValueError as error:
        raise errors.UsageError(f"--fault: {error}", hint=f"Faults: {', '.join(FAULTS)}.") from None
    local = Sandbox(account, key_kind=_KINDS[key.lower()], faults=parsed, http_port=port, ws_port=ws_port)
    try:
        local.start()
    except OSError as error:
        raise errors.UsageError(f"The port cannot be used: {error.strerror}.") from None
    with local:
        lines = [f"export {name}={shlex.quote(value)}\n" for name, value in local.environment().items()]
        streams.say("".join(lines))
        stderr.note(
            f"The sandbox serves the account {account!r}. Export the lines above in another shell; Ctrl-C ends it."
        )
        threading.Event().wait()
