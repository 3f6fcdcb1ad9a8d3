"""Gathers what `check` judges, account by account: from the exchange, or from the archive."""

import os
from collections.abc import Sequence
from decimal import Decimal  # noqa: TID253 - imported only where figures are checked
from typing import TYPE_CHECKING, NamedTuple

from bnacct import queries
from bnacct.cli import accounts, judging, unattended
from bnacct.cli.judging import Asked, Readings
from bnacct.cli.options import Connection
from bnacct.cli.stderr import Stderr
from bnacct.monitoring.plugin import Check, State
from bnacct.queries import Query
from bnacct.readings import Reader, Reading
from bnacct.settings import Settings

if TYPE_CHECKING:
    from bnacct.cli.reckoning import Outcome
    from bnacct.worth import Scope


class Job(NamedTuple):
    """What a run has to do. Times are epoch milliseconds; None was not asked for."""

    asked: list[Asked]
    unreachable: State
    now_ms: int
    key: bool
    since_ms: int | None
    outflow: Decimal | None
    at_last: bool
    oldest_ms: int | None

    @property
    def queries(self) -> list[Query]:
        """What the figures come from, each query once."""
        return _once(self.asked)

    @property
    def is_of_total(self) -> bool:
        """Whether the total of the overview is among the figures."""
        return any(each.query is None for each in self.asked)


def _once(asked: Sequence[Asked]) -> list[Query]:
    return list({each.query.name: each.query for each in asked if each.query is not None}.values())


def read(stderr: Stderr, settings: Settings, connection: Connection, job: Job) -> list[Check]:
    """Ask the exchange, and judge what it answers."""
    names = _names(connection)
    before = {name: _wallets_kept(stderr, settings, name, job) for name in names}
    of_figures = {query.name: query for query in job.queries}
    compared = {each.query.name: each.query for readings in before.values() for each in readings.values()}
    needed = {**of_figures, **compared}
    to_read = [*needed.values(), *([queries.KEY_RIGHTS] if job.key else [])]
    then: dict[str, dict[str, Reading]] = {}
    if job.since_ms is not None:
        from bnacct.cli import past

        changing = _once([each for each in job.asked if each.is_change])
        then = {name: past.since(stderr, settings, name, changing, job.since_ms, now_ms=job.now_ms) for name in names}
    scope = _scope(settings, job)
    earlier: dict[str, Outcome | None] = {}
    if scope is not None and job.since_ms is not None and any(each.is_change for each in job.asked if not each.query):
        from bnacct.cli import past

        earlier = {
            name: past.overview_since(stderr, settings, name, scope, job.since_ms, now_ms=job.now_ms) for name in names
        }
    checks: list[Check] = []
    with unattended.opened(settings, connection, to_read, stderr) as chosen, Reader(stderr) as reader:
        round_ = unattended.Round(stderr, reader, to_read, scope, quote_from=settings.quote_origin)
        for account, readings, overview in round_.read(chosen):
            now = {reading.query.name: reading for reading in readings}
            name = account.name
            found = Readings(name, now, then.get(name, {}), overview, earlier.get(name))
            checks += judging.checked(job.asked, found, job.unreachable)
            if job.outflow is not None:
                fell = judging.outflow(Readings(name, now, before[name]), job.outflow, job.unreachable)
                checks.append(fell)
            if job.key:
                checks.append(judging.key(name, readings[-1], job.unreachable))
    return checks


def _wallets_kept(stderr: Stderr, settings: Settings, name: str, job: Job) -> dict[str, Reading]:
    """Return the last reading kept of each wallet, if it has to be compared."""
    if job.outflow is None:
        return {}
    from bnacct.cli import past
    from bnacct.monitoring import samples

    wallets = [query for query in queries.QUERIES if query.name in samples.WALLETS]
    return past.before(stderr, settings, name, wallets, job.now_ms)


def _scope(settings: Settings, job: Job) -> "Scope | None":
    """Return what the overviews that are needed are to cover; None where none is."""
    if not job.is_of_total:
        return None
    from bnacct.cli import reckoning

    return reckoning.scope(settings)


def kept(stderr: Stderr, settings: Settings, connection: Connection, job: Job) -> list[Check]:
    """Judge the last readings that were kept."""
    from bnacct.cli import past

    scope = _scope(settings, job)
    checks: list[Check] = []
    for name in _names(connection):
        readings = past.last(settings, name, job.queries, now_ms=job.now_ms, oldest_ms=job.oldest_ms)
        now = {each.query.name: each for each in readings}
        overview = None
        if scope is not None:
            overview = past.last_overview(stderr, settings, name, scope, now_ms=job.now_ms, oldest_ms=job.oldest_ms)
        checks += judging.checked(job.asked, Readings(name, now, overview=overview), job.unreachable)
    return checks


def _names(connection: Connection) -> list[str]:
    """Return the names of the accounts that are checked, "" for the one that has none."""
    asked = connection.profile or []
    if not accounts.are_several(connection):
        return [asked[0] if asked else ""]
    from bnacct.settings import profiles

    return profiles.named(asked, os.environ, every=connection.all_profiles)
