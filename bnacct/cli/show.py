"""Carries out a command that shows one answer: settings, request, reading, rows, output."""

from collections.abc import Mapping, Sequence
from typing import Any

from bnacct import errors
from bnacct.cli import accounts, asset, destination, display, selecting
from bnacct.cli.display import JSON_FORMS, Display
from bnacct.cli.options import Archive, Shared
from bnacct.cli.presentation import Title, present, watched_s, write_request
from bnacct.cli.recording import Recorder
from bnacct.cli.stderr import Stderr
from bnacct.queries import Query, Value
from bnacct.readings import Question, Reader


def show(
    stderr: Stderr,
    shared: Shared,
    query: Query,
    given: Mapping[str, Value | None] | None = None,
    *,
    hidden: Mapping[str, str] | None = None,
) -> None:
    """Ask a query, and write its answer to stdout; or the request, if that is what was asked for.

    `given` adds request parameters to the query's own; None is not sent. Those of them that name assets or symbols
    narrow the answer, too, where the exchange does not. `hidden` are columns that are left out, each with the option
    that says so.
    """
    stderr.verbose, stderr.quiet = shared.connection.verbose, shared.connection.quiet
    wanted = _wanted(query, given or {})
    selection = selecting.selection(shared.selection, query.view, wanted, hidden, raw=shared.wire.raw)
    parameters = _sent(query, given or {}, wanted, raw=shared.wire.raw)
    if shared.archive.at is not None:
        from bnacct.cli import archived

        archived.show(stderr, shared, query, parameters, selection)
        return
    refuse_without_at(shared.archive)
    settings = display.settings(shared.format, shared.connection)
    stderr.as_json, stderr.color = settings.output in JSON_FORMS, settings.color
    if accounts.are_several(shared.connection):
        from bnacct.cli import several

        several.show(stderr, shared, query, parameters, settings, selection)
        return
    interval_s = watched_s(shared.repetition, [query.endpoint])
    with (
        destination.opened(shared.selection.to) as stream,
        accounts.opened(settings, [query.endpoint], stderr) as account,
        Reader(stderr) as reader,
        Recorder(stderr, settings, shared.archive.record) as recorder,
    ):
        question = Question(account, query, parameters)
        screen = display.screen(settings.color, stream)
        shown = Display(stream, query.view, selection, settings.output, screen, shared.wire.raw)
        if shared.wire.show_request:
            write_request(reader, question, shown)
            return

        def ask() -> tuple[bytes, Any]:
            reading = reader.read(question)
            recorder.take([(account, [reading])])
            return reading.answered().body, reading.document()

        title = Title(query.command, account.name or accounts.named(account.settings), account.settings)
        present(stderr, shown, ask, title, interval_s, shared.repetition.readings, recorder.keep)


def refuse_without_at(archive: Archive) -> None:
    """Raise `errors.UsageError` for an option that means something only beside --at."""
    for option, given in (("--tz", archive.zone), ("--key-mark", archive.key_mark)):
        if given is not None:
            raise errors.UsageError(f"{option} goes with --at.")


def _wanted(query: Query, given: Mapping[str, Value | None]) -> dict[str, tuple[str, ...]]:
    """Return the names that rows are narrowed to, by column; without those that only the exchange can look for."""
    found = asset.wanted(given)
    columns = {column.name for section in query.view.sections for column in section.columns}
    takes = [parameter.name for parameter in query.endpoint.parameters]
    for column, names in list(found.items()):
        if column in takes and column not in columns:
            if len(names) > 1:
                raise errors.UsageError(f"--{column}: the exchange takes one at a time.")
            del found[column]
    return found


def _sent(
    query: Query, given: Mapping[str, Value | None], wanted: Mapping[str, Sequence[str]], *, raw: bool
) -> dict[str, Value | None]:
    """Return the request parameters: the exchange is asked for one name only, and for all where there are several."""
    sent = dict(given)
    takes = [parameter.name for parameter in query.endpoint.parameters]
    for column, names in wanted.items():
        if raw and (len(names) > 1 or column not in takes):
            raise errors.UsageError(f"--raw writes the whole body, so --{column} {','.join(names)} cannot go with it.")
        sent[column] = names[0] if len(names) == 1 else None
    return sent
