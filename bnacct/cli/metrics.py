"""`bnacct metrics`: writes what an account holds in Prometheus' text format."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from bnacct import __version__, errors, queries
from bnacct.cli import destination, display, streams, unattended
from bnacct.cli.options import Format, Unattended, with_groups
from bnacct.cli.stderr import Stderr
from bnacct.monitoring import samples
from bnacct.output.escapes import visible
from bnacct.queries import Query
from bnacct.readings import Reader, Reading

if TYPE_CHECKING:
    from bnacct.cli.reckoning import Outcome

# node_exporter, which runs as a user of its own, has to read the file.
_MODE = 0o644
# Not one query, but many that are added up.
_OVERVIEW = "overview"


@with_groups
def metrics(
    context: typer.Context,
    shared: Unattended,
    commands: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[COMMAND]...", help="What to read, as in: user-assets futures-account.", show_default=False
        ),
    ] = None,
    file: Annotated[
        str | None,
        typer.Option("--to", metavar="FILE", help="Replace this file, whatever could be read; mode 0644."),
    ] = None,
) -> None:
    """Write what an account holds in Prometheus' text format.

      bnacct metrics user-assets futures-account

      bnacct metrics --to /var/lib/prometheus/node-exporter/bnacct.prom -q

    Without a COMMAND it reads every wallet that the account has opened, and overview adds them up. What could not be read is bnacct_up 0, and has
    no amounts; the exit status says so, too. An unknown amount has no line.
    """
    stderr: Stderr = context.obj
    stderr.verbose, stderr.quiet = shared.connection.verbose, shared.connection.quiet
    to_read = _chosen(commands or [])
    settings = display.settings(Format(), shared.connection)
    scope = None
    if not commands or _OVERVIEW in commands:
        from bnacct.cli import reckoning

        scope = reckoning.scope(settings)
    collected = _Collected(settings.quote if scope is not None else "")
    with destination.opened(file, mode=_MODE) as stream:
        with unattended.opened(settings, shared.connection, to_read, stderr) as chosen, Reader(stderr) as reader:
            round_ = unattended.Round(stderr, reader, to_read, scope, quote_from=settings.quote_origin)
            for account, readings, overview in round_.read(chosen):
                collected.weigh(round_.beside)
                failures = collected.add(readings)
                if overview is not None:
                    failures += collected.add_overview(overview)
                if len(chosen) > 1 or len(failures) < len(readings) + (overview is not None):
                    for name, failure in failures:
                        stderr.tell(f"{' '.join(filter(None, (account.name, name)))}: {failure.message}")
        lines = collected.lines()
        if stream.isatty():
            lines = (f"{visible(line.rstrip())}\n" for line in lines)
        streams.write(stream, (line.encode() for line in lines))
    if collected.failure is not None:
        raise collected.failure


class _Collected:
    """The samples of all accounts, and how many readings failed. Answers are dropped as soon as they were added."""

    def __init__(self, quote: str) -> None:
        self._quote = quote
        self._exposition = samples.exposition(__version__)
        self._weights: dict[str, int] = {}
        self._failed = 0
        self._first: errors.BnacctError | None = None
        self._first_partial: errors.BnacctError | None = None
        self._read = 0

    def add(self, readings: Sequence[Reading]) -> list[tuple[str, errors.BnacctError]]:
        """Add the samples of one account's readings.

        Returns which failed, and why. A wallet that was not opened is none of them.
        """
        failed: list[tuple[str, errors.BnacctError]] = []
        for reading in readings:
            try:
                samples.add(self._exposition, reading, valued_in=self._quote)
                self._read += 1
            except errors.BnacctError as failure:
                if not unattended.is_not_opened(failure):
                    samples.add_failure(self._exposition, reading.account, reading.query.name)
                    failed.append((reading.query.name, failure))
        self.weigh(readings)
        self._count(failed)
        return failed

    def add_overview(self, overview: "Outcome") -> list[tuple[str, errors.BnacctError]]:
        """Add the samples of one account's overview. Returns why it failed, or what it lacks because that failed."""
        failure: errors.BnacctError | None = overview.failure
        if overview.found is None:
            samples.add_failure(self._exposition, overview.account, _OVERVIEW)
        else:
            samples.add_overview(self._exposition, overview.account, overview.found.document())
            lacking = ", ".join(each.source for each in overview.found.failed)
            failure = errors.PartialError(f"Not in the total: {lacking}.") if lacking else None
            self._read += failure is None
        found = [] if failure is None else [(_OVERVIEW, failure)]
        self._count(found)
        return found

    def weigh(self, readings: Sequence[Reading]) -> None:
        """Take in what weight the hosts counted."""
        for reading in readings:
            if reading.answer is not None and reading.answer.weight_used is not None:
                host = reading.query.endpoint.host
                self._weights[host] = max(reading.answer.weight_used, self._weights.get(host, 0))

    def lines(self) -> Iterator[str]:
        """Yield the text line by line."""
        for host, used in self._weights.items():
            self._exposition.add("bnacct_api_weight_used", {"host": host}, used)
        return self._exposition.lines()

    @property
    def failure(self) -> errors.BnacctError | None:
        """What the run ends in; None where everything that is opened could be read."""
        if self._failed and self._read:
            return errors.PartialError(f"{self._failed} of {self._failed + self._read} readings failed.")
        return self._first_partial or self._first

    def _count(self, failed: Sequence[tuple[str, errors.BnacctError]]) -> None:
        """Count failures. Of all that came only the first stay: each holds on to where it was raised, and so to an answer."""
        for _, failure in failed:
            self._failed += 1
            self._first = self._first or failure
            if isinstance(failure, errors.PartialError):
                self._first_partial = self._first_partial or failure


def _chosen(commands: list[str]) -> list[Query]:
    """Return what to read, in the order of the table. Raises `errors.UsageError`."""
    known = {query.name: query for query in queries.QUERIES if query.name in samples.OPERATIONS}
    for name in commands:
        if name not in known and name != _OVERVIEW:
            raise errors.not_one_of("COMMAND", name, [*known, _OVERVIEW])
    return [query for name, query in known.items() if not commands or name in commands]
