"""Carries out a command for several accounts in one run: each answers, or has its own failure."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from bnacct import errors, views
from bnacct.cli import accounts, destination, display
from bnacct.cli.accounts import Chosen
from bnacct.cli.display import Display
from bnacct.cli.options import Shared
from bnacct.cli.presentation import Title, present, watched_s, write_request
from bnacct.cli.recording import Recorder
from bnacct.cli.stderr import Stderr
from bnacct.output import Selection, several
from bnacct.queries import Query, Value
from bnacct.readings import Deadline, Errand, Question, Reader, Reading
from bnacct.settings import Settings
from bnacct.views import View


class Outcome(NamedTuple):
    """What came of one account: the document of its answer, or the failure that came instead.

    `missing` are the names that were asked for and are not in the answer.
    """

    account: str
    document: Any = None
    failure: errors.BnacctError | None = None
    missing: tuple[str, ...] = ()


class Ended(Protocol):
    """What came of one account, whatever it was asked: nothing but a failure tells that it was not read."""

    @property
    def account(self) -> str: ...

    @property
    def failure(self) -> errors.BnacctError | None: ...


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
    watched_s(shared.repetition, [query.endpoint])
    with (
        accounts.all_opened(settings, shared.connection, [query.endpoint], stderr) as chosen,
        destination.opened(shared.selection.to) as stream,
        Reader(stderr) as reader,
        Recorder(stderr, settings, shared.archive.record) as recorder,
    ):
        interval_s = watched_s(shared.repetition, [query.endpoint], len(chosen))
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
            readings = _read(reader, chosen, query, given)
            asked = [(each, found) for each, found in zip(chosen, readings, strict=True) if each.failure is None]
            recorder.take([(each.account, [found]) for each, found in asked])
            kept[:] = [outcome(found, query, selection.wanted) for found in readings]
            _name_missing(stderr, kept)
            found = document(kept, query.view, shown, selection.wanted)
            tell_failures(stderr, kept)
            return b"", found

        title = Title(query.command, f"{len(chosen)} accounts", settings)
        present(stderr, shown, ask, title, interval_s, shared.repetition.readings, recorder.keep)
        failure = ending(kept)
        if failure is not None:
            raise failure


def displayed(shown: Display) -> Display:
    """Return the display of several accounts' answers, for that of one account's."""
    chosen = shown.selection.section
    section = several.section(chosen) if chosen is not None else None
    fields = shown.selection.fields
    if fields and several.ACCOUNT.name not in fields:
        fields = (several.ACCOUNT.name, *fields)
    # Each answer is narrowed by itself.
    selection = shown.selection._replace(section=section, fields=fields, wanted={})
    return shown._replace(view=several.view(shown.view), selection=selection)


def document(
    outcomes: Sequence[Outcome], view: View, shown: Display, wanted: Mapping[str, Sequence[str]] | None = None
) -> Any:
    """Return what is shown of several accounts: for JSON as a whole an entry for each, else the rows of all."""
    if shown.form == "json" and shown.selection.section is None:
        return [
            {"account": each.account, "data": each.document}
            if each.failure is None
            else {"account": each.account, **each.failure.as_json()}
            for each in outcomes
        ]
    return several.document(
        view, [(each.account, each.document) for each in outcomes if each.failure is None], wanted=wanted
    )


def tell_failures(stderr: Stderr, outcomes: Sequence[Ended]) -> None:
    """Report each account that failed. Where all did, raise the first failure; JSON says that in what is written."""
    if stderr.as_json:
        return
    failed = [(each.account, each.failure) for each in outcomes if each.failure is not None]
    for account, failure in failed:
        stderr.tell(f"{account}: {failure.message}")
    if failed and len(failed) == len(outcomes):
        raise failed[0][1]


def ending(outcomes: Sequence[Ended]) -> errors.BnacctError | None:
    """Return what a run ends in: the first failure where no account was read, None where all were."""
    failed = [(each.account, each.failure) for each in outcomes if each.failure is not None]
    if failed and len(failed) == len(outcomes):
        return failed[0][1]
    if failed:
        names = ", ".join(account for account, _ in failed)
        return errors.PartialError(f"{len(failed)} of {len(outcomes)} accounts could not be read: {names}.")
    return None


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
    return Errand(lambda _: asked, Deadline(settings.timeout_s), list(asked.values()))


def _name_missing(stderr: Stderr, outcomes: Sequence[Outcome]) -> None:
    """Name once what was asked for and no account has."""
    read = [each for each in outcomes if each.failure is None]
    missing = [name for name in (read[0].missing if read else ()) if all(name in each.missing for each in read)]
    text = f"Not in any answer: {', '.join(missing)}."
    if missing and text not in stderr.noted:
        stderr.note(text)


def outcome(reading: Reading, query: Query, wanted: Mapping[str, Sequence[str]]) -> Outcome:
    """Return what came of an account's reading, narrowed to what was asked for."""
    try:
        found, missing = views.only(query.view, reading.document(), wanted)
        return Outcome(reading.account, found, missing=tuple(missing))
    except errors.BnacctError as failure:
        return Outcome(reading.account, failure=failure)
