"""How the cost of looking into an archive grows with what it holds: whole processes, side by side.

    python -m tests.bench.archive [--runs 11]

Every reading has 500 assets and differs from the others, so that no body is kept for two of them.
"""

import argparse
import json
import os
import statistics
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from bnacct import archive, queries
from bnacct.archive import Owner
from bnacct.client import Answer
from bnacct.readings import Reading
from tests.bench.processes import BNACCT, Contender, Run, measure, sandbox

ASSETS = 500
FEW, MANY = 100, 10_000
# Runs of an overview, each some fifteen readings.
FEW_RUNS, MANY_RUNS = 50, 500

_OWNER = Owner("default", "live", "…aaaa")
_HOUR_MS = 3_600_000
# 2025-01-01, 00:00 UTC; 10,000 hours later is 2026-02-21.
_START_MS = 1_735_689_600_000
_AT_ONCE = 100

# What is looked at, and what it has to print. The time is that of the 90th reading, which both archives have.
_AT = "2025-01-04T18:00:00"
LOOKS: Mapping[str, tuple[list[str], str]] = {
    "history list": (["history", "list"], "user-assets"),
    "user-assets --at": (["user-assets", "--at", _AT, "-o", "json"], '"A499"'),
    "user-assets --at, the last one": (["user-assets", "--at", "today", "-o", "json"], '"A499"'),
    "history diff": (["history", "diff", "user-assets", "--since", "2025-01-02", "--until", _AT, "--csv"], "A0,"),
}
CHART = (["history", "chart", "user-assets.A0.free", "-o", "csv"], "at,value")
CHART_OF_TOTALS = (["history", "chart", "overview.total", "-o", "csv"], "exact")


def lines(runs: int) -> Iterator[str]:
    """Yield a table: medians in milliseconds with few and with many readings, and the ratio of both, pair by pair."""
    yield f"| archive, {ASSETS} assets a reading | {FEW:,} readings, ms | {MANY:,} readings, ms | ratio |"
    yield "|---|--:|--:|--:|"
    with tempfile.TemporaryDirectory() as folder:
        few, many = _environment(folder, "few"), _environment(folder, "many")
        for environment, readings in ((few, FEW), (many, MANY)):
            _fill(environment["BNACCT_ARCHIVE"], readings)
        for name, look in LOOKS.items():
            yield _row(name, look, few, many, runs)
        yield _row("history chart", CHART, few, many, max(1, runs // 4), times=MANY // FEW)
        few, many = _environment(folder, "few-runs"), _environment(folder, "many-runs")
        with sandbox("portfolio-margin") as exchange:
            for environment, number in ((few, FEW_RUNS), (many, MANY_RUNS)):
                _fill_with_runs(exchange | environment, number)
        times = MANY_RUNS // FEW_RUNS
        name = f"history chart overview.total, {FEW_RUNS} and {MANY_RUNS} runs"
        yield _row(name, CHART_OF_TOTALS, few, many, max(1, runs // 4), times=times)


def _row(
    name: str,
    look: tuple[list[str], str],
    few: Mapping[str, str],
    many: Mapping[str, str],
    runs: int,
    *,
    times: int = 1,
) -> str:
    """Return a row of the table. What is linear is told by the ratio to `times` as much work."""
    contender = Contender(name, [*BNACCT, *look[0]], look[1])
    pairs: list[tuple[Run, Run]] = []
    for number in range(runs + 1):
        pair = measure(contender, few), measure(contender, many)
        if number:  # the first round warms the caches
            pairs.append(pair)
    medians = [statistics.median(pair[side].wall_ms for pair in pairs) for side in (0, 1)]
    ratio = statistics.median(many.wall_ms / few.wall_ms for few, many in pairs)
    more = f", {ratio / times:.2f} of {times} times" if times > 1 else ""
    return f"| {name} | {medians[0]:.0f} | {medians[1]:.0f} | {ratio:.2f}{more} |"


def _environment(folder: str, name: str) -> dict[str, str]:
    ours = ("BINANCE_", "BNACCT_")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**inherited, "BNACCT_ARCHIVE": str(Path(folder) / f"{name}.db"), "XDG_CONFIG_HOME": folder}


def _fill(place: str, readings: int) -> None:
    """Keep so many readings of the spot wallet, an hour apart."""
    query = queries.named("user-assets")
    with archive.open(place, write=True) as kept:
        for start in range(0, readings, _AT_ONCE):
            kept.record([(_OWNER, [_reading(query, number) for number in range(start, start + _AT_ONCE)])])


def _reading(query: queries.Query, number: int) -> Reading:
    rows = [
        {"asset": f"A{asset}", "free": f"{asset}.{number:08}", "locked": "0", "btcValuation": "0"}
        for asset in range(ASSETS)
    ]
    at_ms = _START_MS + number * _HOUR_MS
    return Reading(query, "", at_ms, Answer(json.dumps(rows).encode(), rows), parameters=query.asked({}))


def _fill_with_runs(environment: Mapping[str, str], number: int) -> None:
    """Keep an overview, and the same again as other runs, an hour apart."""
    measure(Contender("record", [*BNACCT, "record"], "user-assets"), environment)
    with archive.open(environment["BNACCT_ARCHIVE"], write=True) as kept:
        first = [row for _, row in kept.rows()]
        for run in range(number - 1):
            at_ms = _START_MS + run * _HOUR_MS
            kept.add([row._replace(uid=f"{run}-{row.uid}", run=str(run), at_ms=at_ms) for row in first])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.archive", description=__doc__)
    parser.add_argument("--runs", type=int, default=11)
    for line in lines(parser.parse_args().runs):
        print(line, flush=True)


if __name__ == "__main__":
    main()
