"""Runs every contender in turn, A B C A B C, checks what each prints, and writes a table of medians and ratios.

    python -m tests.bench [--runs 15] [--write tests/bench/results.md]

The sandbox is a process of its own. Milliseconds are this machine's; ratios are to the hand-written floor.
"""

import argparse
import os
import platform
import pty
import shlex
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import NamedTuple

from tests.bench import growth

HERE = Path(__file__).parent
PYTHON = sys.executable
BNACCT = [str(Path(PYTHON).with_name("bnacct"))]


class Contender(NamedTuple):
    """A command, what its output must hold, and whether it writes to a pseudo-terminal."""

    name: str
    command: Sequence[str]
    shows: str
    terminal: bool = False


class Run(NamedTuple):
    """What one whole process cost."""

    wall_ms: float
    cpu_ms: float
    peak_mib: float


def _script(name: str, *arguments: str) -> list[str]:
    return [PYTHON, str(HERE / name), *arguments]


def _rest(command: str, method: str, path: str, query: str, shows: str) -> list[Contender]:
    """Return the contenders for one REST call; the floor comes first."""
    bnacct = [*BNACCT, command]
    return [
        Contender("floor: Typer + requests", _script("floor_rest.py", method, path, "--query", query), shows),
        Contender("bnacct -o json", [*bnacct, "-o", "json"], shows),
        Contender("bnacct -o csv", [*bnacct, "-o", "csv"], shows),
        Contender("bnacct, table in a pipe", bnacct, shows),
        Contender("bnacct, table on a terminal", bnacct, shows, terminal=True),
        Contender("official SDK", _script("sdk_rest.py", command), shows),
        Contender("curl + openssl + jq", ["bash", str(HERE / "shell.sh"), method, path, query], shows),
    ]


SNAPSHOT = [*BNACCT, "snapshot", "--days", "30", "--section", "balances", "-e", "sandbox"]

GROUPS: Mapping[str, list[Contender]] = {
    "start": [
        Contender("floor: import typer", [PYTHON, "-c", "import typer"], ""),
        Contender("bare Python", [PYTHON, "-c", ""], ""),
        Contender("bnacct --version", [*BNACCT, "--version"], "bnacct"),
        Contender("bnacct --help", [*BNACCT, "--help"], "user-assets"),
        Contender("bnacct, usage error", [*BNACCT, "user-assets", "--nope"], ""),
    ],
    "user-assets": _rest("user-assets", "POST", "/sapi/v3/asset/getUserAsset", "needBtcValuation=true", "44911105"),
    "futures-account": _rest("futures-account", "GET", "/fapi/v3/account", "", "72469206"),
    "ws-balance": [
        Contender("floor: Typer + websockets", _script("floor_websocket.py"), "35137903"),
        Contender("bnacct -o json", [*BNACCT, "ws-balance", "-o", "json"], "35137903"),
        Contender("bnacct, table in a pipe", [*BNACCT, "ws-balance"], "35137903"),
        Contender("official SDK", _script("sdk_websocket.py"), "35137903"),
    ],
}

LARGE: Mapping[str, list[Contender]] = {
    f"{command}, 5,000 rows": [
        Contender("floor: bnacct -o json", [*BNACCT, command, "-o", "json"], "A4999"),
        Contender("bnacct -o csv", [*BNACCT, command, "-o", "csv", *section], "A4999"),
        Contender("bnacct, table in a pipe", [*BNACCT, command, *section], "A4999"),
        Contender("bnacct, table on a terminal", [*BNACCT, command, *section], "A4999", terminal=True),
    ]
    for command, section in (("user-assets", ()), ("futures-account", ("--section", "positions")))
} | {
    # Each run serves its own sandbox: one for all would allow five such calls a minute.
    "snapshot, 30 days of 500 assets": [
        Contender(f"{'floor: ' * (form == 'json')}bnacct -o {form}, sandbox within", [*SNAPSHOT, "-o", form], "A0499")
        for form in ("json", "csv", "jsonl", "table")
    ]
}


@contextmanager
def sandbox(account: str) -> Iterator[dict[str, str]]:
    """Serve an account in a process of its own; yield the environment that leads to it."""
    serving = subprocess.Popen(
        [*BNACCT, "sandbox", "--account", account], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert serving.stdout is not None
        exports = [serving.stdout.readline().removeprefix("export ") for _ in range(6)]
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
    started = time.perf_counter()
    process = subprocess.Popen(
        contender.command, env=environment, stdin=subprocess.DEVNULL, stdout=writer, stderr=subprocess.DEVNULL
    )
    os.close(writer)
    printed = b"".join(_chunks(reader))
    _, _, usage = os.wait4(process.pid, 0)
    wall_ms = (time.perf_counter() - started) * 1000
    process.returncode = 0
    os.close(reader)
    if contender.shows.encode() not in printed:
        raise SystemExit(f"{contender.name} did not print {contender.shows}: {printed[:200]!r}")
    return Run(wall_ms, (usage.ru_utime + usage.ru_stime) * 1000, usage.ru_maxrss / 1024)


def _chunks(reader: int) -> Iterator[bytes]:
    while True:
        try:
            chunk = os.read(reader, 1 << 16)
        except OSError:  # how Linux says that a pseudo-terminal was closed
            return
        if not chunk:
            return
        yield chunk


def compare(contenders: Sequence[Contender], environment: Mapping[str, str], runs: int) -> Iterator[str]:
    """Yield the rows of a table: each contender's figures, and its ratio to the first, pair by pair."""
    measured: list[list[Run]] = [[] for _ in contenders]
    for number in range(runs + 1):
        for contender, found in zip(contenders, measured, strict=True):
            run = measure(contender, environment)
            if number:  # the first round warms the caches
                found.append(run)
    floor = [run.wall_ms for run in measured[0]]
    for contender, found in zip(contenders, measured, strict=True):
        walls = sorted(run.wall_ms for run in found)
        ratio = statistics.median(run.wall_ms / base for run, base in zip(found, floor, strict=True))
        cpu = statistics.median(run.cpu_ms for run in found)
        peak = max(run.peak_mib for run in found)
        figures = f"{statistics.median(walls):.0f} | {walls[0]:.0f} | {walls[int(len(walls) * 0.9)]:.0f} | {cpu:.0f}"
        yield f"| {contender.name} | {figures} | {peak:.0f} | {ratio:.2f} |"


def _watched(environment: Mapping[str, str]) -> str:
    """Return what a further reading of a watch costs, beside a fresh run."""
    watch = [*BNACCT, "user-assets", "-o", "json", "--watch", "0.025", "--count"]
    one, many = (Contender(f"{count} readings", [*watch, str(count)], "44911105") for count in (1, 101))
    single = statistics.median(measure(one, environment).cpu_ms for _ in range(5))
    further = (statistics.median(measure(many, environment).cpu_ms for _ in range(5)) - single) / 100
    return f"A further reading of a watch takes {further:.1f} ms of CPU, {further / single:.3f} of a fresh run."


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--only", help="the group whose name starts so")
    parser.add_argument("--write", type=Path, help="write the tables to this file too")
    chosen = parser.parse_args()
    lines = [
        f"Measured on {date.today()}, {platform.python_implementation()} {platform.python_version()}, "
        f"{os.cpu_count()} processors, {chosen.runs} runs each, in turn. Ratios are to the first row of each table."
    ]
    for account, groups in (("docs", GROUPS), ("large", LARGE)):
        with sandbox(account) as environment:
            for name, contenders in groups.items():
                if chosen.only and not name.startswith(chosen.only):
                    continue
                rows = compare(contenders, environment, chosen.runs)
                lines += [
                    "",
                    f"| {name} | median ms | min | p90 | CPU ms | peak MiB | ratio |",
                    "|---|--:|--:|--:|--:|--:|--:|",
                ]
                lines += rows
                sys.stdout.write("\n".join(lines[-len(contenders) - 2 :]) + "\n\n")
                sys.stdout.flush()
    if not chosen.only:
        with sandbox("docs") as environment:
            lines += ["", _watched(environment)]
        lines += ["", *growth.lines()]
        sys.stdout.write("\n".join(lines[-len(growth.FORMS) - 4 :]) + "\n")
    if chosen.write:
        chosen.write.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
