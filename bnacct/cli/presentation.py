"""Asks and shows what came, once or again and again; or shows the request and sends nothing."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from bnacct import errors
from bnacct.cli import streams
from bnacct.cli.display import JSON_FORMS, Ask, Display
from bnacct.cli.options import Repetition
from bnacct.cli.stderr import Stderr
from bnacct.endpoints import Endpoint
from bnacct.readings import Question, Reader
from bnacct.settings import Settings


class Title(NamedTuple):
    """What the screen of a watch names: command, account or accounts, and environment."""

    command: str
    account: str
    settings: Settings

    def __str__(self) -> str:
        environment = self.settings.environment
        if environment == "sandbox":
            environment += f" ({self.settings.sandbox_account})"
        return ", ".join([f"bnacct {self.command}", *[self.account] * bool(self.account), environment])


def present(
    stderr: Stderr,
    shown: Display,
    ask: Ask,
    title: Title,
    interval_s: float | None,
    count: int | None,
    keep: Callable[[], None],
) -> None:
    """Ask once and show what came, or again and again; `keep` is called after each reading, whatever came of it."""
    if interval_s is not None:
        from bnacct.cli.watch import watch

        watch(stderr, ask, shown, str(title), interval_s=interval_s, count=count, keep=keep)
        return
    stderr.on_wait = shown.load
    try:
        with stderr.waiting(title.command):
            body, document = ask()
        write(stderr, shown, body, document)
    finally:
        keep()


def write(stderr: Stderr, shown: Display, body: bytes, document: Any) -> None:
    """Write one answer."""
    pieces, notes = shown.rendered(body, document)
    streams.write(shown.stream, pieces)
    for note in notes:
        stderr.note(note, dim=True)


def watched_s(repetition: Repetition, endpoints: Sequence[Endpoint], accounts: int = 1) -> float | None:
    """Return the seconds between two readings, None where there is to be one. Raise `errors.UsageError`."""
    if repetition.watch is None:
        if repetition.readings is not None:
            raise errors.UsageError("--count goes with --watch.")
        return None
    from bnacct.cli.watch import interval_s

    return interval_s(repetition.watch, endpoints, accounts)


def write_request(reader: Reader, question: Question, shown: Display) -> None:
    """Write the request as it would go out, without its key and signature."""
    from bnacct.cli.redaction import redacted

    request = reader.client(question).request(question.query.endpoint, question.sent())
    text = redacted(request, as_json=shown.form in JSON_FORMS)
    streams.write(shown.stream, [text.encode("utf-8", "backslashreplace")])
