"""`bnacct profiles`: which profiles there are. It sends nothing."""

import os
import stat
from pathlib import Path

import typer

from bnacct import errors
from bnacct.cli import display
from bnacct.cli.display import JSON_FORMS
from bnacct.cli.options import Connection, Format, Listing, with_groups
from bnacct.cli.stderr import Stderr
from bnacct.client import signing
from bnacct.settings import Settings
from bnacct.settings import profiles as found
from bnacct.views import PROFILES


@with_groups
def profiles(context: typer.Context, shared: Listing) -> None:
    """List the profiles: key, environment, file, and who may read it.

      bnacct profiles

      bnacct profiles -o json | jq -r '.[].profile'

    A profile is an env file in ~/.config/bnacct, or in $XDG_CONFIG_HOME/bnacct. Nothing is sent.
    """
    stderr: Stderr = context.obj
    form: Format = shared.format
    settings = display.settings(form, Connection())
    stderr.as_json = settings.output in JSON_FORMS
    rows = [_row(name, path) for name, path in found.found(os.environ).items()]
    display.report(stderr, settings, PROFILES, rows, every_column=True)


def _row(name: str, path: Path) -> dict[str, str | None]:
    key = kind = environment = None
    problem = ""
    try:
        settings = Settings({}, profile=name)
        environment = settings.environment
        if settings.runs_commands:
            problem = "the key comes from a command, which was not run"
        elif environment != "sandbox":
            key, kind = settings.credentials.masked_key, signing.signer(settings.credentials).kind
    except errors.BnacctError as failure:
        problem = failure.message
    return {
        "profile": name,
        "keyKind": kind,
        "key": key,
        "environment": environment,
        "file": str(path),
        "mode": _mode(path),
        "problem": problem,
    }


def _mode(path: Path) -> str | None:
    try:
        return f"{stat.S_IMODE(path.stat().st_mode):04o}"
    except OSError:
        return None
