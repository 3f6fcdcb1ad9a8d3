"""Turns argv into typed values, one short function per command, and failures into exit statuses in one place."""

import itertools
import os
import sys
import time
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from bnacct import __version__, endpoints, errors, views
from bnacct.cli.options import Shared, shared_options
from bnacct.cli.stderr import JSON_FORMS, Words

app = typer.Typer(
    name="bnacct",
    help="Show what a Binance account holds. It only reads.\n\n"
    "  bnacct user-assets -e sandbox       try it, without a key\n\n"
    "  bnacct user-assets                  the spot wallet, valued in BTC\n\n"
    "  bnacct futures-account -o json | jq -r .totalMarginBalance\n\n"
    "The key comes from the environment or from .env: BINANCE_API_KEY and BINANCE_API_SECRET.",
    # Rich help and tracebacks cost 60 ms, and a traceback with locals would print secrets.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    # Completions are static scripts: pressing TAB starts no Python.
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)

AssetOption = Annotated[str | None, typer.Option("--asset", metavar="ASSET", help="Only this asset, like USDT.")]


def _print_version(value: bool) -> None:
    if value:
        sys.stdout.write(f"bnacct {__version__}\n")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _bnacct(
    context: typer.Context,
    _version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        sys.stdout.write(context.get_help() + "\n")


@app.command()
@shared_options
def snapshot(
    context: typer.Context,
    shared: Shared,
    type_: Annotated[
        str, typer.Option("--type", metavar="|".join(views.SNAPSHOTS).lower(), help="Which account.")
    ] = "spot",
    days: Annotated[int | None, typer.Option("--days", metavar="N", help="The last N days, 7 to 30.")] = None,
    start: Annotated[
        str | None,
        typer.Option("--start", metavar="TIME", help="From a date, an ISO time or epoch milliseconds (UTC)."),
    ] = None,
    end: Annotated[
        str | None, typer.Option("--end", metavar="TIME", help="Until a date, an ISO time or epoch milliseconds (UTC).")
    ] = None,
) -> None:
    """Daily snapshots of the spot, margin or futures account.

      bnacct snapshot --days 30

      bnacct snapshot --type margin --section totals --csv

    A call weighs 2400 of 12000 a minute. The exchange keeps a month.
    """
    from bnacct.cli import dates

    chosen = type_.upper()
    if chosen not in views.SNAPSHOTS:
        raise errors.not_one_of("--type", type_, [name.lower() for name in views.SNAPSHOTS])
    period = dates.snapshot_range(days, start, end, now_ms=time.time_ns() // 1_000_000)
    _show(context, shared, endpoints.SNAPSHOT, views.SNAPSHOTS[chosen], {"type": chosen, **period})


@app.command()
@shared_options
def futures_account(context: typer.Context, shared: Shared) -> None:
    """The USDⓈ-M futures account: totals, assets and positions.

      bnacct futures-account --section positions --sort -unrealizedProfit

      bnacct futures-account -o json | jq -r .totalMarginBalance

    A call weighs 5 of 2400 a minute.
    """
    _show(context, shared, endpoints.FUTURES_ACCOUNT, views.FUTURES_ACCOUNT, {})


@app.command()
@shared_options
def pm_balance(context: typer.Context, shared: Shared, asset: AssetOption = None) -> None:
    """The portfolio margin account: wallets and debt.

      bnacct pm-balance --asset USDT

      bnacct pm-balance --fields asset,crossMarginBorrowed,negativeBalance

    A call weighs 20 of 6000 a minute.
    """
    _show(context, shared, endpoints.PM_BALANCE, views.PM_BALANCE, {"asset": _asset(asset)})


@app.command()
@shared_options
def user_assets(
    context: typer.Context,
    shared: Shared,
    asset: AssetOption = None,
    btc_valuation: Annotated[
        bool, typer.Option("--btc-valuation/--no-btc-valuation", help="Value each asset in BTC; it costs nothing.")
    ] = True,
) -> None:
    """What the spot wallet holds, by asset.

      bnacct user-assets --sort -btcValuation

      bnacct user-assets --asset BTC -o json | jq -r '.[].free'

    A call weighs 5 of 12000 a minute.
    """
    parameters = {"asset": _asset(asset), "needBtcValuation": btc_valuation}
    _show(context, shared, endpoints.USER_ASSETS, views.USER_ASSETS, parameters)


@app.command()
@shared_options
def ws_balance(
    context: typer.Context,
    shared: Shared,
    v2: Annotated[bool, typer.Option("--v2", help="Call v2/account.balance instead of account.balance.")] = False,
) -> None:
    """The USDⓈ-M futures balances, over the WebSocket API.

      bnacct ws-balance --v2

      bnacct ws-balance --watch 5

    A call weighs 5 of 2400 a minute, shared with futures-account; connecting, 5 more.
    """
    endpoint = endpoints.WS_BALANCE_V2 if v2 else endpoints.WS_BALANCE
    _show(context, shared, endpoint, views.WS_BALANCE, {})


@app.command()
@shared_options
def doctor(
    context: typer.Context,
    shared: Shared,
    with_snapshot: Annotated[
        bool, typer.Option("--snapshot", help="Try the snapshot endpoint too; it weighs 2400 of 12000 a minute.")
    ] = False,
) -> None:
    """Check key, hosts, clock and rights, and report.

      bnacct doctor

      bnacct doctor -p sub1 --snapshot -o json

    Settings and where they come from, the key and what it may do, each host and its clock, each endpoint tried once.
    The report holds no secret, so it can be pasted into an issue.
    """
    from bnacct.cli.doctor import examine

    examine(context.obj, shared, with_snapshot=with_snapshot)


@app.command()
def sandbox(
    context: typer.Context,
    account: Annotated[str, typer.Option("--account", metavar="NAME", help="Whose data it serves.")] = "docs",
    key: Annotated[str, typer.Option("--key", metavar="hmac|rsa|ed25519", help="The kind of its API key.")] = "hmac",
    port: Annotated[
        int, typer.Option("--port", metavar="N", min=0, max=65535, help="The HTTP port; 0 is any free one.")
    ] = 0,
    ws_port: Annotated[
        int, typer.Option("--ws-port", metavar="N", min=0, max=65535, help="The WebSocket port; 0: any.")
    ] = 0,
    fault: Annotated[
        list[str] | None,
        typer.Option("--fault", metavar="NAME[=VALUE][*N]", help="Misbehave so, for the first N requests."),
    ] = None,
) -> None:
    """Serve a local exchange until interrupted.

      bnacct sandbox --account rich > sandbox.env & sleep 1; . ./sandbox.env

      bnacct sandbox --fault rate-limit=2*1

    It prints the variables to export. Scripts and jq pipelines can be tried on it without a key.
    """
    from bnacct.cli.sandbox import serve

    serve(context.obj, account, key, port=port, ws_port=ws_port, faults=fault or [])


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program and return its exit status. Every failure ends here."""
    arguments = sys.argv[1:] if argv is None else list(argv)
    words = Words(as_json=_wants_json(arguments))
    try:
        if sys.stdout is None:  # as after >&-
            raise errors.OutputError("The output cannot be written: stdout is closed.")
        status = app(arguments, prog_name="bnacct", standalone_mode=False, obj=words)
        _flush_stdout()
        words.release()
        return status if isinstance(status, int) else 0
    except errors.BnacctError as error:
        failure = error
    except KeyboardInterrupt:
        return errors.INTERRUPTED_EXIT
    except BrokenPipeError:
        _abandon_stdout()
        return 0
    except SystemExit as ending:
        # Typer makes this of a broken pipe, with status 1.
        if not isinstance(ending.__context__, BrokenPipeError):
            raise
        _abandon_stdout()
        return 0
    except OSError as error:
        _abandon_stdout()
        failure = errors.OutputError(f"The output cannot be written: {error.strerror or 'stdout is closed'}.")
    except _USAGE_ERROR as error:
        failure = _usage(error)
    except Exception as error:
        failure = _bug(error)
    words.failure(failure)
    return failure.exit_status


# Typer raises its own copy of Click's usage errors, and names only this descendant in public.
_USAGE_ERROR: type[Exception] = typer.BadParameter.__mro__[1]


def _show(context: typer.Context, shared: Shared, endpoint: Any, view: views.View, parameters: Any) -> None:
    from bnacct.cli import show

    show.show(context.obj, shared, endpoint, view, parameters)


def _asset(text: str | None) -> str | None:
    """Return an asset's name as the exchange writes it: in capitals, where it has any."""
    if text is None:
        return None
    name = text.strip()
    if not name or not _is_unicode(name):
        raise errors.UsageError(f"--asset: {name!r} is not the name of an asset.")
    return name.upper() if name.isascii() else name


def _is_unicode(text: str) -> bool:
    # An argument that is not valid text arrives with lone surrogates, which nothing can send.
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _wants_json(arguments: Sequence[str]) -> bool:
    """Say whether a failure is told as JSON, before the arguments are known to be sound."""
    for argument, following in itertools.zip_longest(arguments, arguments[1:]):
        value = following if argument in ("-o", "--output") else argument.removeprefix("--output=").removeprefix("-o")
        if argument == "--json" or (argument.startswith(("-o", "--output")) and str(value).lower() in JSON_FORMS):
            return True
    return os.environ.get("BNACCT_OUTPUT", "").lower() in JSON_FORMS


def _usage(error: Any) -> errors.UsageError:
    """Turn Typer's usage error into ours, naming the choices."""
    context = getattr(error, "ctx", None)
    hint = None
    if context is not None:
        commands = getattr(context.command, "commands", None)
        if commands:
            hint = f"Commands: {', '.join(commands)}. Try: bnacct --help"
        else:
            options = [name for parameter in context.command.params for name in parameter.opts]
            hint = f"Options: {', '.join(options)}. Try: {context.command_path} --help"
    return errors.UsageError(error.format_message(), hint=hint)


def _bug(error: Exception) -> errors.BnacctError:
    # No text of the exception: it may hold anything. Where it happened is enough to find it.
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    module = place.tb_frame.f_globals.get("__name__") if place else ""
    where = f" in {module}, line {place.tb_lineno}" if place else ""
    return errors.BnacctError(
        f"This is a bug in bnacct: {type(error).__name__}{where}.",
        hint="Please report it, with `bnacct --version`, the command, and this message.",
    )


def _flush_stdout() -> None:
    if sys.stdout is not None:
        sys.stdout.flush()


def _abandon_stdout() -> None:
    """Keep the interpreter from failing once more when it flushes stdout at exit."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
