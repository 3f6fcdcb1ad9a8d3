"""Carries out a command that shows one answer: settings, request, reading, rows, output."""

from collections.abc import Mapping

from bnacct import errors
from bnacct.cli import accounts, destination, display, streams
from bnacct.cli.display import JSON_FORMS, Display
from bnacct.cli.options import Repetition, Shared
from bnacct.cli.stderr import Stderr
from bnacct.queries import Query, Value
from bnacct.readings import Question, Reader
from bnacct.settings import Settings


def show(stderr: Stderr, shared: Shared, query: Query, given: Mapping[str, Value | None] | None = None) -> None:
    """Ask a query, and write its answer to stdout; or the request, if that is what was asked for.

    `given` adds request parameters to the query's own; None is not sent.
    """
    stderr.verbose, stderr.quiet = shared.connection.verbose, shared.connection.quiet
    selection = display.selection(shared.selection, query.view)
    settings = display.settings(shared.format, shared.connection)
    stderr.as_json = settings.output in JSON_FORMS
    interval_s = _interval_s(shared.repetition, query, settings)
    with (
        destination.opened(shared.selection.to) as stream,
        accounts.opened(settings, query.endpoint, stderr) as account,
        Reader(stderr) as reader,
    ):
        question = Question(account, query, given or {})
        screen = display.screen(settings.color, stream)
        shown = Display(stream, query.view, selection, settings.output, screen, shared.selection.raw)
        stderr.on_wait = shown.load
        if shared.repetition.show_request:
            _write_request(reader, question, shown)
        elif interval_s is not None:
            from bnacct.cli.watch import watch

            watch(stderr, reader, question, shown, interval_s=interval_s, count=shared.repetition.readings)
        else:
            with stderr.waiting(query.command):
                reading = reader.read(question)
            pieces, notes = shown.rendered(reading.answered().body, reading.document())
            streams.write(stream, pieces)
            for note in notes:
                stderr.note(note)


def _interval_s(repetition: Repetition, query: Query, settings: Settings) -> float | None:
    if repetition.watch is None:
        if repetition.readings is not None:
            raise errors.UsageError("--count goes with --watch.")
        return None
    from bnacct.cli.watch import interval_s

    return interval_s(repetition.watch, query.endpoint, bounded=settings.environment != "sandbox")


def _write_request(reader: Reader, question: Question, shown: Display) -> None:
    """Write the request as it would go out, without its key and signature."""
    from bnacct.cli.redaction import redacted

    endpoint = question.query.endpoint
    request = reader.client(question).request(endpoint, question.sent())
    text = redacted(request, as_json=shown.form in JSON_FORMS)
    streams.write(shown.stream, [text.encode("utf-8", "backslashreplace")])
