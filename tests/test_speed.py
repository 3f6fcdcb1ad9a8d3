"""What makes the program fast, held by its causes: no test here knows a clock."""

import gc
import json
import shlex
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from bnacct import queries, views
from bnacct.cli import watch as watching
from bnacct.cli.display import Display
from bnacct.cli.stderr import Stderr
from bnacct.client import decoding
from bnacct.output import Screen, Selection
from bnacct.readings import Account, Question, Reader
from bnacct.sandbox import Sandbox
from bnacct.settings import Settings
from bnacct.worth import document
from bnacct.worth.valuation import Holding
from tests.conftest import Outcome
from tests.worth.account import answered, classic, coin, flexible, paged, prices, total_of

Run = Callable[..., Outcome]
Exchange = Callable[..., Sandbox]


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A sandbox in a process of its own, so that its memory is not counted as ours."""
    serving = subprocess.Popen(
        [sys.executable, "-m", "bnacct", "sandbox"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert serving.stdout is not None
    for _ in range(6):
        name, _, value = serving.stdout.readline().removeprefix("export ").partition("=")
        monkeypatch.setenv(name, shlex.split(value)[0])
    yield
    serving.terminate()
    serving.communicate(timeout=20)


def shown(form: str) -> Display:
    screen = Screen(is_terminal=False, width=None, color=False)
    return Display(sys.stdout, views.USER_ASSETS, Selection(), form, screen, raw=False)


@pytest.mark.parametrize("form", ["json", "csv", "table"])
def test_a_thousand_readings_keep_no_memory_and_one_connection(
    served: None, form: str, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    def forget(*_: object) -> None:
        pass

    monkeypatch.setattr(watching.streams, "write", forget)
    stderr = Stderr(as_json=False)
    reader = Reader(stderr)
    question = Question(Account("", Settings({})), queries.named("user-assets"))

    def ask() -> tuple[bytes, Any]:
        reading = reader.read(question)
        return reading.answered().body, reading.document()

    tracemalloc.start()
    try:
        watching.watch(stderr, ask, shown(form), "user-assets", interval_s=0, count=100)
        gc.collect()
        before, _ = tracemalloc.get_traced_memory()
        watching.watch(stderr, ask, shown(form), "user-assets", interval_s=0, count=1000)
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        reader.close()

    # A reading's own rows are some 10 kB: a thousand of them kept would be 10 MB.
    assert after - before < 64 * 1024


def test_a_watch_collects_garbage_and_a_single_run_does_not() -> None:
    code = (
        "import gc, sys, bnacct.__main__ as entry\n"
        "sys.argv = ['bnacct', *sys.argv[1:]]\n"
        "entry.main()\n"
        "sys.stdout.write(f'collects: {gc.isenabled()}')\n"
    )

    def collects(*arguments: str) -> str:
        command = [sys.executable, "-c", code, "user-assets", "-e", "sandbox", "--raw", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
        return done.stdout.rpartition("collects: ")[2]

    assert [collects(), collects("--watch", "1", "--count", "1")] == ["False", "True"]


@pytest.mark.parametrize(
    "arguments",
    [("user-assets", "-o", "json"), ("user-assets",), ("ws-balance", "--csv"), ("snapshot", "-o", "jsonl")],
)
def test_the_body_is_parsed_once(
    run: Run, exchange: Exchange, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    exchange("rich")
    parsed: list[int] = []
    loads = json.loads

    def counting(body: Any, **options: Any) -> Any:
        parsed.append(len(body))
        return loads(body, **options)

    monkeypatch.setattr(decoding.json, "loads", counting)

    assert run(*arguments).status == 0
    # The sandbox reads WebSocket frames with the same function, and they are short.
    assert len([length for length in parsed if length > 500]) == 1


def test_only_what_was_divided_is_computed_in_fractions() -> None:
    readings = classic(
        spot=answered([coin(name, "2.5") for name in ("AAA", "BBB", "CCC", "DDD", "USDT")]),
        earn_flexible=paged(flexible("AAA", "1")),
        # BBB and DDD, which is two steps away, are quoted the other way round.
        prices=prices({"AAAUSDT": "3", "USDTBBB": "8", "CCCBTC": "0.5", "BTCUSDT": "10", "BTCDDD": "4"}),
    )
    kinds = {
        (holding.entry.wallet, holding.entry.asset): type(holding.value) for holding in total_of(readings).holdings
    }

    assert kinds == {
        ("spot", "AAA"): Decimal,
        ("spot", "BBB"): Fraction,
        ("spot", "CCC"): Decimal,
        ("spot", "DDD"): Fraction,
        ("spot", "USDT"): Decimal,
        ("earn-flexible", "AAA"): Decimal,
    }


@pytest.mark.parametrize(
    ("arguments", "is_written"), [((), False), (("--section", "holdings"), True), (("-o", "json"), True)]
)
def test_holdings_are_written_only_where_they_are_shown(
    run: Run, exchange: Exchange, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], is_written: bool
) -> None:
    exchange("classic")
    written: list[str] = []
    write = document._holding

    def counting(holding: Holding, texts: Any) -> dict[str, Any]:
        written.append(holding.entry.wallet)
        return write(holding, texts)

    monkeypatch.setattr(document, "_holding", counting)

    assert run("overview", *arguments).status == 0
    assert bool(written) is is_written
