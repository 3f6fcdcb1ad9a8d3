"""Shows the overview of a past run: `bnacct overview --at TIME`. Its readings are added up as if they had just come."""

from collections.abc import Mapping, Sequence
from typing import Any

from bnacct import errors, queries, views
from bnacct.archive import Archive, Owner
from bnacct.cli import accounts, archived, archives, destination, display, overview_shown, reckoning
from bnacct.cli.accounts import Chosen
from bnacct.cli.archived import Moment
from bnacct.cli.display import JSON_FORMS, Display
from bnacct.cli.options import Summary
from bnacct.cli.presentation import write
from bnacct.cli.stderr import Stderr
from bnacct.output import Selection
from bnacct.readings import Account, Errand, Question, Reading
from bnacct.settings import Settings
from bnacct.worth import Scope

# Every overview asks it, and nothing else does.
_MARK = queries.SOURCES["account-info"]
_PRICES = ("prices", "asset-index")


def show(stderr: Stderr, shared: Summary, scope: Scope, selection: Selection) -> None:
    """Write the overview of the last run at or before --at. Raise what the overview itself raises."""
    archived.refuse_what_needs_the_exchange(shared)
    settings, names = archives.settings(shared.format, shared.connection)
    stderr.as_json, stderr.color = settings.output in JSON_FORMS, settings.color
    asked = archived.moment(shared.archive)
    several = accounts.are_several(shared.connection)
    with archives.opened(settings) as kept:
        if several:
            names = archives.chosen_names(kept, settings, names, every=shared.connection.all_profiles)
        reader = KeptReader()
        chosen = [
            _chosen(stderr, kept, reader, settings, name, shared.archive.key_mark, asked) for name in names or [""]
        ]
    if not several and chosen[0].failure is not None:
        raise chosen[0].failure
    with destination.opened(shared.selection.to) as stream:
        screen = display.screen(settings.color, stream)
        shown = Display(stream, views.OVERVIEW, selection, settings.output, screen, False)
        run = reckoning.Run(stderr, reader, chosen, scope, key=reader.key)
        reporting = overview_shown.OfSeveral(run, shown) if several else overview_shown.OfOne(run, shown)
        write(stderr, reporting.shown, *reporting.ask())
        failure = reporting.failure()
        if failure is not None:
            raise failure


class KeptReader:
    """Answers questions from what the archive holds, as a `Reader` does from the exchange; sends nothing."""

    def __init__(self) -> None:
        self._readings: dict[tuple[str, str, str], Reading] = {}
        self._keys: dict[str, str] = {}

    def add(self, account: Account, owner: Owner, readings: Sequence[tuple[Owner, Reading]]) -> None:
        """Take in the readings of a run; prices are those of all its accounts."""
        tables = {queries.SOURCES[name].operation for name in _PRICES}
        self._keys[account.name] = str(owner)
        for of, reading in readings:
            if of == owner or reading.query.operation in tables:
                self._readings[_place(account, reading.query.operation, reading.parameters)] = reading

    def key(self, account: Account) -> str:
        """Return what tells the key of an account from others, without having it."""
        return self._keys[account.name]

    def read(self, question: Question) -> Reading:
        """Return what is kept as the answer to a question; a failure where nothing is."""
        query, account = question.query, question.account
        found = self._readings.get(_place(account, query.operation, question.asked))
        if found is not None:
            return found._replace(query=query, account=account.name)
        failure = errors.ArchiveError("It was not read then.")
        return Reading(query, account.name, 0, failure=failure, parameters=question.asked)

    def run(self, errands: Sequence[Errand], _stopped: object = None) -> list[dict[str, Reading]]:
        """Carry out errands, each to its end."""
        return [self._errand(each) for each in errands]

    def prepare(self, _account: Account, _hosts: Sequence[str]) -> None:
        """Do nothing: there is no host to call."""

    def _errand(self, errand: Errand) -> dict[str, Reading]:
        readings: dict[str, Reading] = {}
        while new := {name: each for name, each in errand.next(readings).items() if name not in readings}:
            readings.update({name: self.read(question) for name, question in new.items()})
        return readings


def _chosen(
    stderr: Stderr, kept: Archive, reader: KeptReader, settings: Settings, name: str, mark: str | None, asked: Moment
) -> Chosen:
    """Return an account with the readings of its last run, or why there is none."""
    account = Account(name, settings)
    try:
        owner = archives.owner(kept, settings, name, mark)
        found = kept.last_run(owner, _MARK, asked.at_ms)
        if found is None:
            raise errors.ArchiveError(
                f"The archive holds no overview of {owner} up to {archived.shown(asked.at_ms, asked.zone)}.",
                hint="Overviews are kept with overview --record.",
            )
        run, at_ms = found
        reader.add(account, owner, list(kept.run(run)))
        archived.note_age(stderr, at_ms, owner, asked)
    except errors.BnacctError as failure:
        return Chosen(account, failure)
    return Chosen(account)


def _place(account: Account, operation: str, parameters: Mapping[str, Any]) -> tuple[str, str, str]:
    return account.name, operation, str(sorted(parameters.items()))
