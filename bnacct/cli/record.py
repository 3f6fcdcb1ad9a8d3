"""`bnacct record`: reads what an account has, and keeps it; for cron."""

from collections.abc import Sequence
from typing import Annotated

import typer

from bnacct import archive, errors, queries, views
from bnacct.archive import Archive
from bnacct.cli import archives, display, unattended
from bnacct.cli.display import JSON_FORMS
from bnacct.cli.options import Report, with_groups
from bnacct.cli.recording import were_asked
from bnacct.cli.stderr import Stderr
from bnacct.cli.unattended import FAILED, KEPT, NOT_OPENED
from bnacct.queries import Query
from bnacct.readings import Account, Reader, Reading
from bnacct.settings import Settings
from bnacct.settings.hosts import BASE_URLS


@with_groups
def record(
    context: typer.Context,
    shared: Report,
    commands: Annotated[
        list[str] | None,
        typer.Argument(metavar="[COMMAND]...", help="What to read; by default all that the account has opened."),
    ] = None,
) -> None:
    """Read what the account holds and keep it in the archive; for cron.

      bnacct record

      bnacct record user-assets pm-balance -q

    Without a COMMAND it reads what overview does, prices included. What is kept can be shown later with --at TIME, and
    with bnacct history. Exit status 9 means that some failed, and 10 that nothing could be kept.
    """
    stderr: Stderr = context.obj
    stderr.verbose, stderr.quiet = shared.connection.verbose, shared.connection.quiet
    settings = display.settings(shared.format, shared.connection)
    stderr.as_json, stderr.color = settings.output in JSON_FORMS, settings.color
    if not commands and _record_everything(stderr, shared, settings):
        return
    to_read = _named(commands) if commands else _usual(settings)
    with (
        # Before anything is asked: what cannot be kept is not worth its weight.
        archives.opened(settings, write=True) as kept,
        unattended.opened(settings, shared.connection, to_read, stderr) as chosen,
        Reader(stderr) as reader,
    ):
        taken = []
        for each in chosen:
            with stderr.waiting("the account"):
                taken.append((each.account, unattended.read(reader, each, to_read)))
        # The network is done, and no connection is held while the archive is written.
        reader.close()
        keep(stderr, kept, taken, named=bool(commands), source=archive.LIVE)
    display.report(stderr, settings, views.RECORD, rows(taken))
    finish(taken, named=bool(commands))


def _record_everything(stderr: Stderr, shared: Report, settings: Settings) -> bool:
    """Keep all that the accounts have opened; return False, without asking, where an overview lacks a host."""
    # They load much that a reading of one wallet does without.
    from bnacct.cli import everything, reckoning

    scope = reckoning.scope(settings)
    if not everything.is_there(settings, scope):
        return False
    asked = [queries.SOURCES[name] for name in reckoning.asked_at_most(scope)]
    with (
        archives.opened(settings, write=True) as kept,
        unattended.opened(settings, shared.connection, asked, stderr) as chosen,
        Reader(stderr) as reader,
    ):
        found = everything.read(stderr, reader, chosen, scope, quote_from=settings.quote_origin)
        reader.close()
        # Refusals that say what is not opened are part of what an overview goes by.
        keep(stderr, kept, found.taken, named=True, source=archive.LIVE)
    display.report(stderr, settings, views.RECORD, found.rows)
    if found.failure is not None:
        raise found.failure
    return True


def keep(
    stderr: Stderr, kept: Archive, taken: Sequence[tuple[Account, Sequence[Reading]]], *, named: bool, source: str
) -> None:
    """Keep the readings of one run. What an account has not opened is kept only if it was `named`."""
    worth_keeping = [(account, were_asked(_counted(found, named=named))) for account, found in taken]
    owned = [(archives.owner_of(account), found) for account, found in worth_keeping if found]
    for note in kept.record(owned, source=source):
        stderr.note(note)


def _named(commands: Sequence[str]) -> list[Query]:
    """Return the queries of these names, each once. Raise `errors.UsageError`."""
    known = {query.name: query for query in queries.QUERIES}
    known.update({command: queries.named(command) for command in queries.COMMANDS})
    for name in commands:
        if name not in known:
            raise errors.not_one_of("COMMAND", name, list(known))
    return list({known[name].name: known[name] for name in commands}.values())


def _usual(settings: Settings) -> list[Query]:
    """Return a query for every view whose host is there, but for those that weigh much: on the testnet, of futures."""
    found = {query.view.name: query for query in reversed(queries.QUERIES) if not query.is_heavy}
    hosts = BASE_URLS.get(settings.environment)
    return [query for query in reversed(found.values()) if hosts is None or query.endpoint.host in hosts]


def _counted(found: Sequence[Reading], *, named: bool) -> list[Reading]:
    """Return the readings that count: a product that was not opened is no failure where everything is read."""
    return [each for each in found if named or not _is_absent(each)]


def _is_absent(reading: Reading) -> bool:
    return reading.failure is not None and unattended.is_not_opened(reading.failure)


def rows(taken: Sequence[tuple[Account, Sequence[Reading]]]) -> list[views.Row]:
    """Return a row of the report for each reading."""
    return [
        {"account": account.name or account.settings.account_name, "command": each.query.name, **_outcome(each)}
        for account, found in taken
        for each in found
    ]


def _outcome(reading: Reading) -> views.Row:
    try:
        document = reading.document()
    except errors.BnacctError as failure:
        status = NOT_OPENED if _is_absent(reading) else FAILED
        return {"status": status, "rows": None, "detail": failure.message}
    count = sum(1 for _ in views.rows(reading.query.view.sections[0], document))
    return {"status": KEPT, "rows": count, "detail": ""}


def finish(taken: Sequence[tuple[Account, Sequence[Reading]]], *, named: bool) -> None:
    """Raise the first failure if all readings failed, `errors.PartialError` if some did."""
    counted = [each for _, found in taken for each in _counted(found, named=named)]
    failures = []
    for each in counted:
        try:
            each.document()
        except errors.BnacctError as failure:
            failures.append(failure)
    if failures and len(failures) == len(counted):
        raise failures[0]
    if failures:
        raise errors.PartialError(f"{len(failures)} of {len(counted)} readings failed.")
