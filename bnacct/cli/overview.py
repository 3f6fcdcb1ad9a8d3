"""`bnacct overview`: what the account is worth, all told."""

from typing import Annotated, Any

import typer

from bnacct import queries, views
from bnacct.cli import accounts, destination, display, selecting
from bnacct.cli.display import JSON_FORMS, Display
from bnacct.cli.options import Summary, with_groups
from bnacct.cli.presentation import Title, present, watched_s
from bnacct.cli.recording import Recorder
from bnacct.cli.show import refuse_without_at
from bnacct.cli.stderr import Stderr
from bnacct.readings import Reader

SANDBOX_ACCOUNT = "classic"


@with_groups
def overview(
    context: typer.Context,
    shared: Summary,
    in_: Annotated[
        str | None,
        typer.Option("--in", metavar="ASSET", help="Value everything in this asset. [BNACCT_QUOTE; default: USDT]"),
    ] = None,
    wallets: Annotated[
        str | None, typer.Option("--wallets", metavar="A,B", help="Read only these wallets, like spot,funding.")
    ] = None,
    deep: Annotated[
        bool, typer.Option("--deep", help="Read VIP loans, on-chain yields and dual investment, too.")
    ] = False,
) -> None:
    """What the account is worth: every wallet, debts included, in one total.

      bnacct overview

      bnacct overview --in BTC --deep

      bnacct overview -o json | jq -r .total.value

    A total is called so only if it is complete. At least: what is missing cannot be negative. Partial: debt may be
    unseen. It exits with 9 if a source could not be read.
    """
    from bnacct.cli import overview_shown, reckoning

    stderr: Stderr = context.obj
    stderr.verbose, stderr.quiet = shared.connection.verbose, shared.connection.quiet
    selection = selecting.selection(shared.selection, views.OVERVIEW)
    settings = display.settings(shared.format, shared.connection, quote=in_)
    stderr.as_json, stderr.color = settings.output in JSON_FORMS, settings.color
    scope = reckoning.scope(settings, wallets, is_deep=deep)
    if shared.archive.at is not None:
        from bnacct.cli import overview_kept

        overview_kept.show(stderr, shared, scope, selection)
        return
    refuse_without_at(shared.archive)
    asked = [queries.SOURCES[name].endpoint for name in reckoning.asked_at_most(scope)]
    watched_s(shared.repetition, asked)
    several = accounts.are_several(shared.connection)
    open_ = accounts.all_opened if several else accounts.one_opened
    with (
        open_(settings, shared.connection, asked, stderr, sandbox_account=SANDBOX_ACCOUNT) as chosen,
        destination.opened(shared.selection.to) as stream,
        Reader(stderr) as reader,
        Recorder(stderr, settings, shared.archive.record) as recorder,
    ):
        interval_s = watched_s(shared.repetition, asked, len(chosen))
        screen = display.screen(settings.color, stream)
        shown = Display(stream, views.OVERVIEW, selection, settings.output, screen, False)
        run = reckoning.Run(stderr, reader, chosen, scope, quote_from=settings.quote_origin, reads_again=True)
        reporting = overview_shown.OfSeveral(run, shown) if several else overview_shown.OfOne(run, shown)
        whose = f"{len(chosen)} accounts" if several else accounts.named(chosen[0].account.settings)
        title = Title("overview", whose, chosen[0].account.settings)

        def ask() -> tuple[bytes, Any]:
            try:
                return reporting.ask()
            finally:
                if recorder.is_wanted:
                    recorder.take(run.taken())

        present(stderr, reporting.shown, ask, title, interval_s, shared.repetition.readings, recorder.keep)
        failure = reporting.failure()
        if failure is not None:
            raise failure
