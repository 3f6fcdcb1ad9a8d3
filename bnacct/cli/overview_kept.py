"""Shows the overview of a past run: `bnacct overview --at TIME`. Its readings are added up as if they had just come."""

from bnacct import errors, views
from bnacct.archive import Archive, runs
from bnacct.cli import accounts, archived, archives, destination, display, overview_shown, reckoning
from bnacct.cli.accounts import Chosen
from bnacct.cli.archived import Moment
from bnacct.cli.display import JSON_FORMS, Display
from bnacct.cli.options import Summary
from bnacct.cli.presentation import write
from bnacct.cli.stderr import Stderr
from bnacct.cli.totals_kept import MARK, KeptReader
from bnacct.output import Selection
from bnacct.readings import Account
from bnacct.settings import Settings
from bnacct.worth import Scope


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
        run = reckoning.Run(stderr, reader, chosen, scope, quote_from=settings.quote_origin, key=reader.key)
        reporting = overview_shown.OfSeveral(run, shown) if several else overview_shown.OfOne(run, shown)
        write(stderr, reporting.shown, *reporting.ask())
        failure = reporting.failure()
        if failure is not None:
            raise failure


def _chosen(
    stderr: Stderr, kept: Archive, reader: KeptReader, settings: Settings, name: str, mark: str | None, asked: Moment
) -> Chosen:
    """Return an account with the readings of its last run, or why there is none."""
    account = Account(name, settings)
    try:
        owner = archives.owner(kept, settings, name, mark)
        run = runs.last(kept, owner, MARK, asked.at_ms)
        if run is None:
            raise archived.no_overview(owner, f"up to {archived.shown(asked.at_ms, asked.zone)}")
        reader.add(kept, run, account, owner)
        archived.note_age(stderr, run.at_ms, owner, asked)
    except errors.BnacctError as failure:
        return Chosen(account, failure)
    return Chosen(account)
