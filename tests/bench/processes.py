"""Measures whole processes side by side, and serves the sandbox they talk to in a process of its own."""

import importlib.util
import os
import pty
import shlex
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from bnacct.settings.hosts import VARIABLES

PYTHON = sys.executable
BNACCT = [str(Path(PYTHON).with_name("bnacct"))]
_LAUNCHER = Path(__file__).with_name("launcher.py")
# What a ratio is called, by the figure that it compares.
_RATIOS = {"wall_ms": "ratio", "cpu_ms": "ratio of CPU"}


class Contender(NamedTuple):
    """A command, what its output must hold, whether it writes to a pseudo-terminal, and what else it needs.

    `needs` are modules, `variables` the part of the environment that others do not share.
    """

    name: str
    command: Sequence[str]
    shows: str
    terminal: bool = False
    needs: Sequence[str] = ()
    variables: Mapping[str, str] = {}

    @property
    def is_installed(self) -> bool:
        return all(importlib.util.find_spec(module) for module in self.needs)


class Run(NamedTuple):
    """What one whole process cost, its children included."""

    wall_ms: float
    cpu_ms: float
    peak_mib: float


@contextmanager
def sandbox(account: str) -> Iterator[dict[str, str]]:
    """Serve an account in a process of its own; yield the environment that leads to it."""
    serving = subprocess.Popen(
        [*BNACCT, "sandbox", "--account", account], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert serving.stdout is not None
        # The key, its secret, and the address of each host.
        exports = [serving.stdout.readline().removeprefix("export ") for _ in range(2 + len(VARIABLES))]
        variables = dict(shlex.split(line)[0].split("=", 1) for line in exports)
        # Compiled modules count as installed: a run that may not keep them would compile anew each time.
        inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        yield {**inherited, **variables, "COLUMNS": "120", "BNACCT_SANDBOX_ACCOUNT": account}
    finally:
        serving.terminate()
        serving.communicate()


def measure(contender: Contender, environment: Mapping[str, str]) -> Run:
    """Run a contender once, from start to reaping, and check that it did the work."""
    reader, writer = pty.openpty() if contender.terminal else os.pipe()
    report, reported = os.pipe()
    launched = [PYTHON, "-I", "-S", str(_LAUNCHER), str(reported), *contender.command]
    with subprocess.Popen(
        launched,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=writer,
        stderr=subprocess.DEVNULL,
        pass_fds=[reported],
    ):
        os.close(writer)
        os.close(reported)
        printed = b"".join(_chunks(reader))
        cost = b"".join(_chunks(report))
    os.close(reader)
    os.close(report)
    if contender.shows.encode() not in printed:
        raise SystemExit(f"{contender.name} did not print {contender.shows}: {printed[:200]!r}")
    wall_s, user_s, system_s, peak_kib = map(float, cost.split())
    return Run(wall_s * 1000, (user_s + system_s) * 1000, peak_kib / 1024)


def _chunks(reader: int) -> Iterator[bytes]:
    while True:
        try:
            chunk = os.read(reader, 1 << 16)
        except OSError:  # how Linux says that a pseudo-terminal was closed
            return
        if not chunk:
            return
        yield chunk


def compare(
    title: str, contenders: Sequence[Contender], environment: Mapping[str, str], runs: int, *, of: str = "wall_ms"
) -> Iterator[str]:
    """Yield the lines of a table: each contender's figures, and its ratio to the first, pair by pair.

    `of` is the figure of a `Run` that the ratio compares. Who is not installed is named below the table, and has no line
    in it.
    """
    absent = [each for each in contenders if not each.is_installed]
    contenders = [each for each in contenders if each.is_installed]
    measured: list[list[Run]] = [[] for _ in contenders]
    for number in range(runs + 1):
        for contender, found in zip(contenders, measured, strict=True):
            run = measure(contender, {**environment, **contender.variables})
            if number:  # the first round warms the caches
                found.append(run)
    yield f"| {title} | median ms | min | p90 | CPU ms | peak MiB | {_RATIOS[of]} |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    floor = [getattr(run, of) for run in measured[0]]
    for contender, found in zip(contenders, measured, strict=True):
        walls = sorted(run.wall_ms for run in found)
        ratio = statistics.median(getattr(run, of) / base for run, base in zip(found, floor, strict=True))
        cpu = statistics.median(run.cpu_ms for run in found)
        peak = max(run.peak_mib for run in found)
        figures = f"{statistics.median(walls):.0f} | {walls[0]:.0f} | {walls[int(len(walls) * 0.9)]:.0f} | {cpu:.0f}"
        yield f"| {contender.name} | {figures} | {peak:.0f} | {ratio:.2f} |"
    for contender in absent:
        yield f"\nNot measured, for want of packages (`pip install -e '.[bench]'`): {contender.name}."
