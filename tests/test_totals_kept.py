"""What an account was worth, run by run: `history chart overview.total`, and `check` of what was kept."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bnacct import archive, queries
from bnacct.archive.stored import Row
from bnacct.sandbox import Sandbox
from tests.archives import DAY, HOUR, START, again, counted_steps
from tests.conftest import Outcome

Run = Callable[..., Outcome]
Exchange = Callable[..., Sandbox]

TOTAL = "86579.182804023578"  # of the account "portfolio-margin"
CHART = ("history", "chart", "overview.total")
PRICES = queries.SOURCES["prices"].operation
NOW = START + 10 * DAY


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Name an archive that is not there yet."""
    found = str(tmp_path / "archive.db")
    monkeypatch.setenv("BNACCT_ARCHIVE", found)
    return found


@pytest.fixture
def kept(run: Run, exchange: Exchange, place: str, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """Keep one overview of the account "portfolio-margin", of ten days after the start."""
    monkeypatch.setattr(time, "time_ns", lambda: NOW * 1_000_000)
    running = exchange("portfolio-margin", now_ms=lambda: time.time_ns() // 1_000_000)
    assert run("overview", "--record").status == 0
    running.requests.clear()
    return running


def doubled(row: Row) -> Row:
    """Return the prices of a run twice as high, but for those of the quote against others."""
    if row.operation != PRICES:
        return row
    table = [
        {**each, "price": f"{float(each['price']) * 2:.8f}"} if each["symbol"].endswith("USDT") else each
        for each in json.loads(row.body or "")
    ]
    return row._replace(body=json.dumps(table))


def without(operation: str) -> Callable[[Row], Row]:
    """Return what makes an answer of a run a failure."""
    error = {"code": "network", "message": "The exchange was silent.", "hint": None}
    error |= dict.fromkeys(("binance_code", "http_status", "retry_after_s"))

    def failing(row: Row) -> Row:
        return row._replace(error=json.dumps(error), body=None) if row.operation == operation else row

    return failing


SPOT_FAILED = without(queries.named("user-assets").operation)


# -- chart


def test_each_total_is_that_of_its_run_by_the_wallets_and_prices_of_then(run: Run, kept: Sandbox, place: str) -> None:
    again(place, "higher", START + DAY, change=doubled)
    again(place, "same", START + 2 * DAY)

    rows = run(*CHART, "-o", "json").json

    assert [row["at"] for row in rows] == [START + DAY, START + 2 * DAY, NOW]
    assert [row["value"] for row in rows[1:]] == [TOTAL, TOTAL]
    assert 1.5 < float(rows[0]["value"]) / float(TOTAL) < 2.5
    assert kept.requests == []
    for row, at in zip(rows, ("2026-01-02", "2026-01-03", "today"), strict=True):
        assert run("overview", "--at", at, "-o", "json").json["total"]["value"] == row["value"]


def test_a_total_that_is_not_complete_is_a_gap_and_rows_say_what_is_known(run: Run, kept: Sandbox, place: str) -> None:
    again(place, "first", START + DAY)
    again(place, "partial", START + 2 * DAY, change=SPOT_FAILED)
    again(place, "whole", START + 3 * DAY)

    done = run(*CHART, "-o", "csv")
    rows = run(*CHART, "-o", "json").json

    assert done.status == 0
    assert done.text.splitlines()[0] == "at,value,bound,partial,lacks"
    assert [(row["value"], row["bound"]) for row in rows] == [
        (TOTAL, "exact"), (None, "at least"), (TOTAL, "exact"), (TOTAL, "exact")
    ]  # fmt: skip
    assert 0 < float(rows[1]["partial"]) < float(TOTAL)
    assert rows[1]["lacks"] == "spot: The exchange was silent"
    drawn = run(*CHART)
    assert drawn.status == 0
    # From unknown to known, nothing has changed.
    assert "change   +0" in drawn.text
    assert "1 of 4 totals are not complete and have no value; the last, of 2026-01-03" in drawn.err


def test_where_no_total_is_complete_what_lacks_the_same_is_drawn(run: Run, exchange: Exchange, place: str) -> None:
    # LUNX has no price in any run.
    exchange("classic")
    assert run("overview", "--record").status == 0
    again(place, "same", START + DAY)
    again(place, "less", START + 2 * DAY, change=SPOT_FAILED)
    rows = run(*CHART, "-o", "json").json
    drawn = run(*CHART)

    assert [(row["value"], row["bound"]) for row in rows] == [(None, "at least")] * 3
    assert rows[0]["partial"] == rows[2]["partial"] != rows[1]["partial"]
    assert drawn.status == 0
    assert "change   +0" in drawn.text
    assert (
        "No total is complete: they are drawn without LUNX, and 1 that lack something else are left out." in drawn.err
    )


@pytest.mark.parametrize("failed", ["spot", "cross-margin", "account-info"])
def test_a_last_run_that_lacks_more_leaves_the_chart_of_the_others_as_it_was(
    run: Run, exchange: Exchange, place: str, failed: str
) -> None:
    exchange("classic")
    assert run("overview", "--record").status == 0
    again(place, "first", START + DAY)
    again(place, "last", NOW + 100 * 365 * DAY, change=without(queries.SOURCES[failed].operation))

    drawn = run(*CHART, "--until", "2200-01-01")

    assert drawn.status == 0
    assert "drawn without LUNX, and 1 that lack something else are left out." in drawn.err
    assert "first    169467." in drawn.text
    assert "last     169467." in drawn.text


def test_where_debt_may_be_unseen_there_is_nothing_to_draw_and_rows_have_what_is_known(
    run: Run, exchange: Exchange, place: str
) -> None:
    exchange("classic")
    assert run("overview", "--record").status == 0
    again(place, "first", START + DAY, change=without(queries.named("margin-account").operation))
    again(place, "last", START + 2 * DAY, change=without(queries.named("margin-account").operation))
    until = ("--until", "2026-02-01")
    *_, last = run(*CHART, "-o", "json", *until).json
    drawn = run(*CHART, *until)

    assert (last["value"], last["bound"]) == (None, "unknown")
    assert last["partial"]
    assert (drawn.status, drawn.out) == (10, b"")
    assert "cross-margin: The exchange was silent" in drawn.err
    assert "-o csv" in drawn.err


def test_a_run_in_which_nothing_could_be_read_is_a_gap(run: Run, kept: Sandbox, place: str) -> None:
    operations = {query.operation for query in queries.SOURCES.values()}

    def failing(row: Row) -> Row:
        for operation in operations:
            row = without(operation)(row)
        return row

    again(place, "silent", START + DAY, change=failing)
    rows = run(*CHART, "-o", "json").json
    assert [(row["value"], row["bound"]) for row in rows] == [(None, "unknown"), (TOTAL, "exact")]
    assert "The exchange was silent" in rows[0]["lacks"]


def test_the_quote_is_the_one_that_is_asked_for(run: Run, kept: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    (in_btc,) = run(*CHART, "--in", "BTC", "-o", "json").json
    assert in_btc["value"] == run("overview", "--at", "today", "--in", "BTC", "-o", "json").json["total"]["value"]
    monkeypatch.setenv("BNACCT_QUOTE", "BTC")
    assert run(*CHART, "-o", "json").json == [in_btc]
    assert ", in BTC" in run(*CHART).err
    for figure, quote in (("overview.total", "NOSUCH"), ("overview.total", "USD"), ("user-assets.BTC.free", "BTC")):
        refused = run("history", "chart", figure, "--in", quote)
        assert refused.status == 2
        assert "--in" in refused.err


def test_the_account_and_the_time_are_those_that_were_chosen(run: Run, kept: Sandbox, place: str) -> None:
    def of_sub(row: Row) -> Row:
        return row._replace(owner=archive.Owner("sub", "live", "…bbbb"))

    again(place, "yesterday", NOW - DAY)
    again(place, "sub", START + DAY, change=of_sub)
    assert [row["at"] for row in run(*CHART, "-p", "sub", "-o", "json").json] == [START + DAY]
    assert [row["at"] for row in run(*CHART, "-p", "default", "-o", "json").json] == [NOW - DAY, NOW]
    assert len(run(*CHART, "-p", "default", "--since", "1h", "-o", "json").json) == 1
    assert run(*CHART, "-p", "default", "--until", "2026-01-01").status == 10


def test_what_was_read_without_an_overview_is_no_total(run: Run, kept: Sandbox) -> None:
    assert run("user-assets", "--record").status == 0
    assert len(run(*CHART, "-o", "json").json) == 1


def test_a_chart_of_twice_as_many_runs_takes_twice_the_work(
    run: Run, kept: Sandbox, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = []
    for runs in (20, 40, 80):
        for number in range(runs // 2 if steps else 0, runs):
            again(place, f"run-{number}", START + number * HOUR)
        with counted_steps(monkeypatch) as counted:
            assert len(run(*CHART, "-o", "json").json) == runs + 1
        steps.append(len(counted))
    assert steps[2] - steps[1] < 2.2 * (steps[1] - steps[0])


def test_an_asset_without_a_market_any_more_is_told_and_keeps_the_value_it_had(
    run: Run, kept: Sandbox, place: str
) -> None:
    def delisted(row: Row) -> Row:
        if row.operation not in (PRICES, queries.SOURCES["asset-index"].operation):
            return row
        table = [each for each in json.loads(row.body or "") if "BTC" not in each["symbol"]]
        return row._replace(body=json.dumps(table))

    again(place, "then", START + DAY)
    again(place, "delisted", START + 2 * DAY, change=delisted)
    rows = run(*CHART, "-o", "json").json
    assert [row["value"] for row in rows] == [TOTAL, None, TOTAL]
    assert rows[1]["lacks"].startswith("BTC: no price leads from it to USDT")


def test_an_overview_of_the_past_costs_no_more_where_there_are_many(
    run: Run, kept: Sandbox, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = []
    for runs in (10, 100):
        for number in range(runs // 2, runs):
            again(place, f"run-{number}", START + number * HOUR)
        with counted_steps(monkeypatch) as counted:
            assert run("overview", "--at", "today").status == 0
        steps.append(len(counted))
    assert steps[1] < 1.3 * steps[0]


# -- check


@pytest.mark.parametrize(
    ("options", "status", "said"),
    [
        (("-c", "overview.total=1000:"), 0, f"BNACCT OK: overview.total {TOTAL} |"),
        (("-c", "overview.total=1e5:"), 2, f"BNACCT CRITICAL: overview.total {TOTAL}, below 100000 |"),
        (("-c", "overview.total=1000:", "--max-age", "2h"), 0, "BNACCT OK: "),
        (("-c", "overview.total=1:", "-c", "pm-account.uniMMR=1000"), 0, "BNACCT OK: overview.total "),
    ],
)
def test_the_last_total_kept_is_checked_without_a_request(
    run: Run, kept: Sandbox, place: str, options: tuple[str, ...], status: int, said: str
) -> None:
    again(place, "before", START, change=SPOT_FAILED)
    outcome = run("check", "--at", "last", *options)
    assert outcome.status == status
    assert outcome.text.startswith(said)
    assert kept.requests == []


def test_a_last_total_that_is_too_old_not_complete_or_not_there_is_unknown(
    run: Run, kept: Sandbox, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "time_ns", lambda: (NOW + 3 * HOUR) * 1_000_000)
    last = ("check", "--at", "last", "-c", "overview.total=1:")
    old = run(*last, "--max-age", "2h")
    assert (old.status, "The last reading is 3 h old, more than 2 h" in old.text) == (3, True)
    again(place, "partial", NOW + HOUR, change=SPOT_FAILED)
    partial = run(*last, "--max-age", "4h")
    assert partial.status == 3
    assert "the total is not complete: spot: The exchange was silent" in partial.text
    monkeypatch.setenv("BNACCT_ARCHIVE", "elsewhere.db")
    assert run(*last).status == 3


@pytest.mark.parametrize(("limit", "status", "state"), [("-1:1", 0, "OK"), ("1:", 2, "CRITICAL")])
def test_the_change_of_the_total_is_that_since_the_last_overview_before(
    run: Run, kept: Sandbox, place: str, limit: str, status: int, state: str
) -> None:
    again(place, "long ago", START, change=doubled)
    again(place, "yesterday", NOW - 25 * HOUR)
    outcome = run("check", "--since", "24h", "-c", f"overview.total.change={limit}", "-c", "overview.total=1:")
    assert outcome.status == status
    assert f"BNACCT {state}: overview.total.change 0.000000000000" in outcome.text
    assert f"overview.total {TOTAL}" in outcome.text


def test_a_total_has_no_change_where_it_was_not_known(run: Run, kept: Sandbox, place: str) -> None:
    again(place, "partial", NOW - 2 * DAY, change=SPOT_FAILED)
    outcome = run("check", "--since", "24h", "-c", "overview.total.change=0:")
    assert outcome.status == 3
    assert "unknown, the total was not complete then: spot: The exchange was silent" in outcome.text


def test_the_first_overview_after_stands_in_and_that_is_said(
    run: Run, kept: Sandbox, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome = run("check", "--since", "24h", "-c", "overview.total.change=0:")
    assert outcome.status == 0
    assert "overview is compared with its first reading, of 2026-01-11" in outcome.err
    assert "overview is compared with a reading that is 1 d from --since" in outcome.err
    monkeypatch.setenv("BNACCT_ARCHIVE", "elsewhere.db")
    assert "no earlier overview was kept" in run("check", "--since", "24h", "-c", "overview.total.change=0:").text
