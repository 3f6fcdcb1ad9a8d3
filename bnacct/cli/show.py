"""Carries out a command that shows one answer: settings, request, reading, rows, output."""

from collections.abc import Mapping
from typing import Any

from bnacct.cli import accounts, destination, display
from bnacct.cli.display import JSON_FORMS, Display
from bnacct.cli.options import Shared
from bnacct.cli.presenting import present, watched_s, write_request
from bnacct.cli.stderr import Stderr
from bnacct.queries import Query, Value
from bnacct.readings import Question, Reader


def show(stderr: Stderr, shared: Shared, query: Query, given: Mapping[str, Value | None] | None = None) -> None:
    """Ask a query, and write its answer to stdout; or the request, if that is what was asked for.

    `given` are request parameters beside those that the query always has; None is not sent.
    """
    stderr.verbose, stderr.quiet = shared.connection.verbose, shared.connection.quiet
    selection = display.selection(shared.selection, query.view, raw=shared.wire.raw)
    settings = display.settings(shared.format, shared.connection)
    stderr.as_json = settings.output in JSON_FORMS
    if accounts.are_several(shared.connection):
        from bnacct.cli import several

        several.show(stderr, shared, query, given or {}, settings, selection)
        return
    interval_s = watched_s(shared.repetition, [query.endpoint], settings)
    with (
        destination.opened(shared.selection.to) as stream,
        accounts.opened(settings, [query.endpoint], stderr) as account,
        Reader(stderr) as reader,
    ):
        question = Question(account, query, given or {})
        screen = display.screen(settings.color, stream)
        shown = Display(stream, query.view, selection, settings.output, screen, shared.wire.raw)
        if shared.wire.show_request:
            write_request(reader, question, shown)
            return

        def ask() -> tuple[bytes, Any]:
            reading = reader.read(question)
            return reading.answered().body, reading.document()

        present(stderr, shown, ask, query.command, interval_s, shared.repetition.readings)
