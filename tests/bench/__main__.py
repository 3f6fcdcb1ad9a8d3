"""Runs every contender in turn, A B C A B C, checks what each prints, and writes a table of medians and ratios.

    python -m tests.bench [--runs 15] [--only ws] [--beside ../before/.venv/bin/bnacct] [--write tests/bench/results.md]

The sandbox is a process of its own. Milliseconds are this machine's; ratios are to the hand-written floor. The lines with
delay need user namespaces, and the SDKs beside `overview` the extra `bench`; where something is missing, it says so and
goes on.
"""

import argparse
import os
import platform
import statistics
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from tests.bench import archive, growth, holdings, line, rows
from tests.bench.processes import BNACCT, PYTHON, Contender, compare, measure, sandbox

HERE = Path(__file__).parent
# Round trips in milliseconds; 0 is loopback.
ROUND_TRIPS = (0, 20, 80)


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

MANY = 50_000
MANY_ROWS = [
    Contender(
        "floor: Typer + requests, compact JSON",
        _script("floor_rest.py", "POST", "/sapi/v3/asset/getUserAsset", "--compact"),
        "A49999",
    ),
    *(
        Contender(name, [*BNACCT, "user-assets", *arguments], "A49999")
        for name, arguments in (
            ("bnacct -o json", ("-o", "json")),
            ("bnacct -o json, in a watch", ("-o", "json", "--watch", "1", "--count", "1")),
            ("bnacct -o jsonl", ("-o", "jsonl")),
            ("bnacct -o csv", ("-o", "csv")),
            ("bnacct, table in a pipe", ()),
        )
    ),
]

# Accounts of so many assets, and of so many and positions in Earn.
FEW, THOUSANDS = (10, 0), (3_000, 300)

# What the extra `bench` brings.
OVERVIEW_SDKS = (
    "binance_sdk_crypto_loan",
    "binance_sdk_derivatives_trading_coin_futures",
    "binance_sdk_derivatives_trading_options",
    "binance_sdk_derivatives_trading_portfolio_margin_pro",
    "binance_sdk_margin_trading",
    "binance_sdk_simple_earn",
    "binance_sdk_spot",
)

# What is measured at the near end of a line, too.
FAR: Mapping[str, list[Contender]] = {
    "user-assets": [
        *(each for each in GROUPS["user-assets"] if "csv" not in each.name and "pipe" not in each.name),
        Contender("bnacct doctor", [*BNACCT, "doctor"], "readable"),
    ],
    "ws-balance": [each for each in GROUPS["ws-balance"] if "pipe" not in each.name],
    "overview": [
        Contender("floor: bnacct user-assets -o json", [*BNACCT, "user-assets", "-o", "json"], "44911105"),
        Contender("bnacct overview -o json", [*BNACCT, "overview", "-o", "json"], "quoteAsset"),
        Contender(
            "official SDKs, its calls one after the other", _script("sdk_overview.py"), "44911105", needs=OVERVIEW_SDKS
        ),
        Contender(
            f"bnacct user-assets, {line.PROFILES} profiles",
            [*BNACCT, "user-assets", "--all-profiles", "--json"],
            "desk-39",
        ),
    ],
}
# Where another group is measured than at each of `ROUND_TRIPS`.
ONLY_AT = {"overview": (100,)}


def _beside(contenders: Sequence[Contender], other: Path) -> list[Contender]:
    """Return contenders with another build of bnacct, as of an older commit, next to each of this one."""
    return [
        each
        for ours in contenders
        for each in (
            [ours, ours._replace(name=f"{ours.name}, the other build", command=[str(other), *ours.command[1:]])]
            if ours.command[0] == BNACCT[0]
            else [ours]
        )
    ]


def _at_a_distance(chosen: argparse.Namespace) -> Iterator[str]:
    """Yield the tables of calls over TLS: over loopback, and over lines with delay where these are permitted."""
    obstacle = line.obstacle()
    again = [PYTHON, "-m", "tests.bench", "--runs", str(chosen.runs)]
    again += ["--beside", str(chosen.beside)] if chosen.beside else []
    for rtt_ms in sorted({*ROUND_TRIPS, *(each for others in ONLY_AT.values() for each in others)}):
        if rtt_ms and obstacle:
            yield f"\nNo line of {rtt_ms} ms round trip: {obstacle}.\n"
            continue
        here = [name for name in FAR if rtt_ms in ONLY_AT.get(name, ROUND_TRIPS)]
        groups = [name for name in here if _is_chosen(_title(name, rtt_ms), chosen.only)]
        for name in groups:
            yield "\n" + line.behind(rtt_ms, [*again, "--compare", name, "--title", _title(name, rtt_ms)])
        if rtt_ms and groups:
            yield f"\n{line.verified(rtt_ms)}\n"


def _title(name: str, rtt_ms: int) -> str:
    scheme = "WSS" if name.startswith("ws") else "HTTPS"
    return f"{name}, {scheme}, {f'round trip of {rtt_ms} ms' if rtt_ms else 'loopback'}"


def _is_chosen(title: str, only: str | None) -> bool:
    return only is None or only in title


def _watched(environment: Mapping[str, str]) -> str:
    """Return what a further reading of a watch costs, beside a fresh run."""
    watch = [*BNACCT, "user-assets", "-o", "json", "--watch", "0.025", "--count"]
    one, many = (Contender(f"{count} readings", [*watch, str(count)], "44911105") for count in (1, 101))
    single = statistics.median(measure(one, environment).cpu_ms for _ in range(5))
    further = (statistics.median(measure(many, environment).cpu_ms for _ in range(5)) - single) / 100
    return f"A further reading of a watch takes {further:.1f} ms of CPU, {further / single:.3f} of a fresh run."


def _tables(chosen: argparse.Namespace) -> Iterator[str]:
    """Yield the tables, each as soon as it has been measured."""
    yield (
        f"Measured on {date.today()}, {platform.python_implementation()} {platform.python_version()}, "
        f"{os.cpu_count()} processors, {chosen.runs} runs each, in turn. Ratios are to the first row of each table.\n"
    )
    for account, groups in (("docs", GROUPS), ("large", LARGE)):
        with sandbox(account) as environment:
            for title, contenders in groups.items():
                if _is_chosen(title, chosen.only):
                    yield "\n" + _table(title, contenders, environment, chosen)
    title = f"user-assets, {MANY:,} rows"
    if _is_chosen(title, chosen.only):
        with rows.served(MANY) as environment:
            yield "\n" + _table(title, MANY_ROWS, environment, chosen)
    yield from _of_accounts(chosen)
    yield from _at_a_distance(chosen)
    if not chosen.only:
        with sandbox("docs") as environment:
            yield f"\n{_watched(environment)}\n"
        yield "\n" + "".join(f"{row}\n" for row in growth.lines())
    if _is_chosen("archive", chosen.only):
        yield "\n" + "".join(f"{row}\n" for row in archive.lines(chosen.runs))


def _of_accounts(chosen: argparse.Namespace) -> Iterator[str]:
    """Yield the tables of an overview of thousands of assets beside one of few. What counts is CPU."""
    forms = [form for form in ("json", "table") if _is_chosen(_many_assets(form), chosen.only)]
    if not forms:
        return
    with holdings.served(*FEW) as few, holdings.served(*THOUSANDS) as thousands:
        for form in forms:
            overview = Contender("", [*BNACCT, "overview", "-o", form], "A0009")
            contenders = [
                overview._replace(name=f"floor: {FEW[0]} assets", variables=few),
                overview._replace(name=f"{THOUSANDS[0]:,} assets, {THOUSANDS[1]} Earn positions", variables=thousands),
            ]
            yield "\n" + _table(_many_assets(form), contenders, {}, chosen, of="cpu_ms")


def _many_assets(form: str) -> str:
    return f"account of {THOUSANDS[0]:,} assets, -o {form}"


def _table(
    title: str,
    contenders: Sequence[Contender],
    environment: Mapping[str, str],
    chosen: argparse.Namespace,
    *,
    of: str = "wall_ms",
) -> str:
    contenders = _beside(contenders, chosen.beside) if chosen.beside else contenders
    return "".join(f"{row}\n" for row in compare(title, contenders, environment, chosen.runs, of=of))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--only", help="the tables with this in their title")
    parser.add_argument("--beside", type=Path, help="another build's bnacct, measured in turn with this one")
    parser.add_argument("--write", type=Path, help="write the tables to this file too")
    # How it runs itself at the near end of a line.
    parser.add_argument("--compare", choices=FAR, help=argparse.SUPPRESS)
    parser.add_argument("--title", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.compare:
        sys.stdout.write(_table(chosen.title, FAR[chosen.compare], os.environ, chosen))
        return
    written = []
    for text in _tables(chosen):
        written.append(text)
        sys.stdout.write(text)
        sys.stdout.flush()
    if chosen.write:
        chosen.write.write_text("".join(written))


if __name__ == "__main__":
    main()
