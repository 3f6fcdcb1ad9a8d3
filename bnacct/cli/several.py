"""Carries out a command for several accounts in one run: each answers, or has its own failure."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from bnacct import errors
from bnacct.cli import accounts, destination, display
from bnacct.cli.accounts import Chosen
from bnacct.cli.display import Display
from bnacct.cli.options import Shared
from bnacct.cli.presenting import present, watched_s, write_request
from bnacct.cli.stderr import Stderr
from bnacct.output import Selection, several
from bnacct.queries import Query, Value
from bnacct.readings import Deadline, Errand, Question, Reader, Reading
from bnacct.settings import Settings
from bnacct.views import View


class Outcome(NamedTuple):
    """What came of one account: the document of its answer, or the failure that came instead."""

    account: str
    document: Any = None
    failure: errors.BnacctError | None = None


def show(
    stderr: Stderr,
    shared: Shared,
    query: Query,
    given: Mapping[str, Value | None],
    settings: Settings,
    selection: Selection,
) -> None:
    """Ask a query for each account, and write the answers as one."""
    if shared.wire.raw:
        raise errors.UsageError("--raw writes one body, so it cannot go with several accounts.")
    watched_s(shared.repetition, [query.endpoint], settings)
    with (
        accounts.all_opened(settings, shared.connection, [query.endpoint], stderr) as chosen,
        destination.opened(shared.selection.to) as stream,
        Reader(stderr) as reader,
    ):
        interval_s = watched_s(shared.repetition, [query.endpoint], settings, len(chosen))
        shown = displayed(
            Display(stream, query.view, selection, settings.output, display.screen(settings.color, stream), False)
        )
        if shared.wire.show_request:
            for each in chosen:
                if each.failure is not None:
                    raise each.failure
                write_request(reader, Question(each.account, query, given), shown)
            return
        kept: list[Outcome] = []

        def ask() -> tuple[bytes, Any]:
            kept[:] = [_outcome(found, query) for found in _read(reader, chosen, query, given)]
            return b"", document(kept, query.view, shown)

        judged = Judged(stderr, kept, watched=interval_s is not None)
        present(stderr, shown, judged.asking(ask), query.command, interval_s, shared.repetition.readings)
        judged.end()


def displayed(shown: Display) -> Display:
    """Return the display of several accounts' answers, for that of one account's."""
    chosen = shown.selection.section
    section = several.section(chosen) if chosen is not None else None
    fields = shown.selection.fields
    if fields and several.ACCOUNT.name not in fields:
        fields = (several.ACCOUNT.name, *fields)
    selection = shown.selection._replace(section=section, fields=fields)
    return shown._replace(view=several.view(shown.view), selection=selection)


def document(outcomes: Sequence[Outcome], view: View, shown: Display) -> Any:
    """Return what is shown of several accounts: for JSON as a whole an entry for each, else the rows of all."""
    if shown.form == "json" and shown.selection.section is None:
        return [
            {"account": each.account, "data": each.document}
            if each.failure is None
            else {"account": each.account, **each.failure.as_json()}
            for each in outcomes
        ]
    return several.document(view, [(each.account, each.document) for each in outcomes if each.failure is None])


class Judged:
    """Reports the accounts that failed, and what the run ends in."""

    def __init__(self, stderr: Stderr, outcomes: list[Outcome], *, watched: bool) -> None:
        self._stderr = stderr
        self._outcomes = outcomes
        self._watched = watched

    def asking(self, ask: Callable[[], tuple[bytes, Any]]) -> Callable[[], tuple[bytes, Any]]:
        """Return a function that asks, and reports each failure. Where all fail, JSON is still written."""

        def asked() -> tuple[bytes, Any]:
            found = ask()
            failures = [each for each in self._outcomes if each.failure is not None]
            for each in failures:
                if each.failure is not None and not self._stderr.as_json:
                    self._stderr.tell(f"{each.account}: {each.failure.message}")
            if failures and len(failures) == len(self._outcomes) and not self._stderr.as_json:
                raise failures[0].failure or errors.BnacctError("An account has neither an answer nor a failure.")
            return found

        return asked

    def end(self) -> None:
        """Raise what the last reading ends in: nothing where all accounts were read."""
        failures = [each for each in self._outcomes if each.failure is not None]
        if not failures:
            return
        if len(failures) == len(self._outcomes):
            raise failures[0].failure or errors.BnacctError("An account has neither an answer nor a failure.")
        names = ", ".join(each.account for each in failures)
        raise errors.PartialError(f"{len(failures)} of {len(self._outcomes)} accounts could not be read: {names}.")


def _read(reader: Reader, chosen: Sequence[Chosen], query: Query, given: Mapping[str, Value | None]) -> list[Reading]:
    """Return a reading for each account, in their order."""
    errands = [_errand(each, query, given) for each in chosen]
    found = reader.run(errands)
    return [
        readings.get("", Reading(query, each.account.name, 0, failure=each.failure))
        for each, readings in zip(chosen, found, strict=True)
    ]


def _errand(chosen: Chosen, query: Query, given: Mapping[str, Value | None]) -> Errand:
    # A rate limit is not waited for: it stops what has not been sent yet.
    settings = chosen.account.settings.with_max_wait(0)
    question = Question(chosen.account._replace(settings=settings), query, given)
    asked = {"": question} if chosen.failure is None else {}
    return Errand(lambda _: asked, Deadline(settings.timeout_s))


def _outcome(reading: Reading, query: Query) -> Outcome:
    try:
        return Outcome(reading.account, reading.document())
    except errors.BnacctError as failure:
        return Outcome(reading.account, failure=failure)
