"""`bnacct metrics`: writes what an account holds in Prometheus' text format."""

from collections.abc import Iterator
from typing import Annotated

import typer

from bnacct import __version__, errors, queries
from bnacct.cli import destination, display, streams, unattended
from bnacct.cli.options import Format, Unattended, with_groups
from bnacct.cli.stderr import Stderr
from bnacct.monitoring import samples
from bnacct.output.cells import visible
from bnacct.queries import Query
from bnacct.readings import Reader, Reading

# node_exporter, which runs as a user of its own, has to read the file.
_MODE = 0o644


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

    Without a COMMAND it reads every wallet that the account has opened. What could not be read is bnacct_up 0, and has
    no amounts; the exit status says so, too. An unknown amount has no line.
    """
    stderr: Stderr = context.obj
    stderr.verbose, stderr.quiet = shared.connection.verbose, shared.connection.quiet
    to_read = _chosen(commands or [])
    settings = display.settings(Format(), shared.connection)
    collected = _Collected()
    with destination.opened(file, mode=_MODE) as stream:
        with unattended.opened(settings, shared.connection, to_read, stderr) as chosen, Reader(stderr) as reader:
            for each in chosen:
                with stderr.waiting("the account"):
                    readings = unattended.read(reader, each, to_read)
                failures = collected.add(readings)
                if len(chosen) > 1 or len(failures) < len(readings):
                    for reading, failure in failures:
                        stderr.tell(
                            f"{' '.join(filter(None, (reading.account, reading.query.name)))}: {failure.message}"
                        )
        lines = collected.lines()
        if stream.isatty():
            lines = (f"{visible(line.rstrip())}\n" for line in lines)
        streams.write(stream, (line.encode() for line in lines))
    if collected.failure is not None:
        raise collected.failure


class _Collected:
    """The samples of all accounts, and how many readings failed. Answers are dropped as soon as they were added."""

    def __init__(self) -> None:
        self._exposition = samples.exposition(__version__)
        self._weights: dict[str, int] = {}
        self._failures: list[errors.BnacctError] = []
        self._read = 0

    def add(self, readings: list[Reading]) -> list[tuple[Reading, errors.BnacctError]]:
        """Add the samples of one account's readings. Returns those that failed; a wallet not opened is none of them."""
        failed = []
        for reading in readings:
            try:
                samples.add(self._exposition, reading)
                self._read += 1
            except errors.BnacctError as failure:
                if not unattended.is_not_opened(failure):
                    samples.add_failure(self._exposition, reading)
                    failed.append((reading, failure))
            if reading.answer is not None and reading.answer.weight_used is not None:
                host = reading.query.endpoint.host
                self._weights[host] = max(reading.answer.weight_used, self._weights.get(host, 0))
        self._failures += [failure for _, failure in failed]
        return failed

    def lines(self) -> Iterator[str]:
        """Yield the text line by line."""
        for host, used in self._weights.items():
            self._exposition.add("bnacct_api_weight_used", {"host": host}, used)
        return self._exposition.lines()

    @property
    def failure(self) -> errors.BnacctError | None:
        """What the run ends in; None where everything that is opened could be read."""
        if self._failures and self._read:
            failed, tried = len(self._failures), len(self._failures) + self._read
            return errors.PartialError(f"{failed} of {tried} readings failed.")
        return self._failures[0] if self._failures else None


def _chosen(commands: list[str]) -> list[Query]:
    """Return what to read, in the order of the table. Raises `errors.UsageError`."""
    known = {query.name: query for query in queries.QUERIES if query.name in samples.OPERATIONS}
    for name in commands:
        if name not in known:
            raise errors.not_one_of("COMMAND", name, list(known))
    return [query for name, query in known.items() if not commands or name in commands]
