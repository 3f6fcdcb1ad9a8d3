"""Carries out a command that shows one answer: settings, request, reading, rows, output."""

from collections.abc import Mapping, Sequence
from typing import Any

from bnacct import errors
from bnacct.cli import accounts, destination, display, streams
from bnacct.cli.display import JSON_FORMS, Ask, Display
from bnacct.cli.options import Repetition, Shared
from bnacct.cli.stderr import Stderr
from bnacct.endpoints import Endpoint
from bnacct.queries import Query, Value
from bnacct.readings import Question, Reader
from bnacct.settings import Settings


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


def present(stderr: Stderr, shown: Display, ask: Ask, title: str, interval_s: float | None, count: int | None) -> None:
    """Ask once and show what came, or again and again."""
    if interval_s is not None:
        from bnacct.cli.watch import watch

        watch(stderr, ask, shown, title, interval_s=interval_s, count=count)
        return
    stderr.on_wait = shown.load
    with stderr.waiting(title):
        body, document = ask()
    pieces, notes = shown.rendered(body, document)
    streams.write(shown.stream, pieces)
    for note in notes:
        stderr.note(note)


def watched_s(
    repetition: Repetition, endpoints: Sequence[Endpoint], settings: Settings, accounts: int = 1
) -> float | None:
    """Return the seconds between two readings, None where there is to be one. Raise `errors.UsageError`."""
    if repetition.watch is None:
        if repetition.readings is not None:
            raise errors.UsageError("--count goes with --watch.")
        return None
    from bnacct.cli.watch import interval_s

    return interval_s(repetition.watch, endpoints, accounts, bounded=settings.environment != "sandbox")


def write_request(reader: Reader, question: Question, shown: Display) -> None:
    """Write the request as it would go out, without its key and signature."""
    from bnacct.cli.redaction import redacted

    request = reader.client(question).request(question.query.endpoint, question.sent())
    text = redacted(request, as_json=shown.form in JSON_FORMS)
    streams.write(shown.stream, [text.encode("utf-8", "backslashreplace")])
