"""Shows what a command asks for: once, or again and again; or the request in place of an answer."""

from collections.abc import Sequence

from bnacct import errors
from bnacct.cli import streams
from bnacct.cli.display import JSON_FORMS, Ask, Display
from bnacct.cli.options import Repetition
from bnacct.cli.stderr import Stderr
from bnacct.endpoints import Endpoint
from bnacct.readings import Question, Reader
from bnacct.settings import Settings


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
