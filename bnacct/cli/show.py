"""Carries out one command: settings, request, answer, rows, output."""

import sys
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from bnacct import errors, output, views
from bnacct.cli import connecting, selection
from bnacct.cli.options import Shared
from bnacct.cli.stderr import JSON_FORMS, Words
from bnacct.client import Answer, Request, Value
from bnacct.endpoints import Endpoint
from bnacct.output import ONCE, Reading, Screen, Selection
from bnacct.settings import Settings
from bnacct.views import View

Parameters = Mapping[str, Value | None]


class Question(NamedTuple):
    """What is asked, and how the answer is to be shown."""

    endpoint: Endpoint
    parameters: Mapping[str, Value]
    view: View
    selection: Selection
    form: str
    screen: Screen
    raw: bool

    def document(self, answer: Answer) -> Any:
        """Return the answer in the shape of the view. Raises `errors.ResponseError` where it is of another."""
        try:
            return views.document(self.view, answer.document)
        except views.WrongShape as error:
            raise errors.ResponseError(
                f"The answer is JSON, but not what the API document promises: {error}.",
                hint="Something may answer in the exchange's place: -v shows where the request went.",
            ) from None

    def rendered(self, answer: Answer, document: Any, reading: Reading = ONCE) -> tuple[Iterable[bytes], list[str]]:
        """Return what goes to stdout, and the notes beside it."""
        if self.raw:
            return [answer.body], []
        return output.render(
            self.form, self.view, document, selection=self.selection, screen=self.screen, reading=reading
        )


def show(words: Words, shared: Shared, endpoint: Endpoint, view: View, parameters: Parameters) -> None:
    """Ask the exchange, and write what it answers to stdout; or the request, if that is what was asked for."""
    words.verbose = shared.verbose
    chosen = selection.selection(shared, view)
    settings = selection.settings(shared)
    words.as_json = settings.output in JSON_FORMS
    sent = {name: value for name, value in parameters.items() if value is not None}
    sent["recvWindow"] = settings.recv_window_ms
    screen = selection.screen(settings.color)
    question = Question(endpoint, sent, view, chosen, settings.output, screen, shared.raw)
    interval_s = _interval_s(shared, endpoint, settings)
    with connecting.exchange(settings, endpoint, words) as exchange:
        if shared.show_request:
            _write_request(exchange.request(endpoint, sent), settings.output)
        elif interval_s is not None:
            from bnacct.cli import watch

            watch.watch(words, exchange, question, interval_s=interval_s, count=shared.readings)
        else:
            with words.waiting(endpoint.name):
                answer = exchange.call(endpoint, sent)
            body, notes = question.rendered(answer, question.document(answer))
            output.write(sys.stdout, body)
            for note in notes:
                words.note(note)


def _interval_s(shared: Shared, endpoint: Endpoint, settings: Settings) -> float | None:
    if shared.watch is None:
        if shared.readings is not None:
            raise errors.UsageError("--count goes with --watch.")
        return None
    from bnacct.cli import watch

    return watch.interval_s(shared.watch, endpoint, bounded=settings.environment != "sandbox")


def _write_request(request: Request, form: str) -> None:
    """Write the request as it would go out; its key and signature are left out."""
    from bnacct.cli.redaction import redacted

    text = redacted(request, as_json=form in JSON_FORMS)
    output.write(sys.stdout, [text.encode("utf-8", "backslashreplace")])
