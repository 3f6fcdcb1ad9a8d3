"""check and the archive: changes since a time, amounts that fell, and the last reading kept."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bnacct import archive, queries
from bnacct.cli import archives
from bnacct.client import decoding
from bnacct.readings import Account, Reading
from bnacct.sandbox import Sandbox
from bnacct.sandbox.accounts import open_account
from bnacct.settings import Settings
from tests.conftest import Outcome

Run = Callable[..., Outcome]
Exchange = Callable[..., Sandbox]
Keep = Callable[..., None]

BTC = "user-assets.BTC.free"  # 1.23456789 in the account "rich"
HOUR_MS = 3_600_000


@pytest.fixture
def keep(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Keep:
    """Keep a reading of the spot wallet, some hours old: that of the account "rich" with other amounts."""
    place = str(tmp_path / "archive.db")
    monkeypatch.setenv("BNACCT_ARCHIVE", place)

    def kept(hours: float, **free: str) -> None:
        rows: list[dict[str, Any]] = [
            {**row, "free": free.get(row["asset"], row["free"])} for row in open_account("rich").user_assets()
        ]
        query = queries.named("user-assets")
        at_ms = time.time_ns() // 1_000_000 - int(hours * HOUR_MS)
        body = decoding.json.dumps(rows).encode()
        reading = Reading(query, "", at_ms, decoding.Answer(body, rows), parameters=query.asked({}))
        with archive.open(place, write=True) as opened:
            opened.record([(archives.owner_of(Account("", Settings({}))), [reading])])

    return kept


def line(outcome: Outcome) -> str:
    (found,) = outcome.text.splitlines()
    return found


# -- --since


@pytest.mark.parametrize(
    ("limit", "status", "said"),
    [
        ("-1:", 0, "BNACCT OK: user-assets.BTC.free.change -0.76543211 |"),
        ("-0.5:", 2, "BNACCT CRITICAL: user-assets.BTC.free.change -0.76543211, below -0.5 |"),
    ],
)
def test_a_change_is_that_since_the_last_reading_before(
    run: Run, exchange: Exchange, keep: Keep, limit: str, status: int, said: str
) -> None:
    exchange("rich")
    keep(30, BTC="9")
    keep(25, BTC="2")
    keep(1, BTC="7")

    outcome = run("check", "--since", "24h", "-c", f"{BTC}.change={limit}")

    assert outcome.status == status
    assert line(outcome).startswith(said)


def test_the_first_reading_after_stands_in_and_that_is_said(run: Run, exchange: Exchange, keep: Keep) -> None:
    exchange("rich")
    keep(1, BTC="2")

    outcome = run("check", "--since", "24h", "-w", f"{BTC}.change=-1:", "-w", f"{BTC}=1:")

    assert outcome.status == 0
    assert "compared with its first reading" in outcome.err
    assert "user-assets.BTC.free.change -0.76543211" in line(outcome)
    assert "user-assets.BTC.free 1.23456789" in line(outcome)


@pytest.mark.parametrize(("hours", "is_far"), [(25, False), (35, False), (37, True), (300, True), (11, True)])
def test_a_reading_that_is_far_from_the_time_asked_for_is_told(
    run: Run, exchange: Exchange, keep: Keep, hours: float, is_far: bool
) -> None:
    exchange("rich")
    keep(hours, BTC="2")

    outcome = run("check", "--since", "24h", "-w", f"{BTC}.change=-1:")

    assert outcome.status == 0
    assert ("more than half of the time asked for" in outcome.err) is is_far


def test_where_nothing_was_kept_a_change_is_unknown_and_the_rest_is_judged(
    run: Run, exchange: Exchange, keep: Keep
) -> None:
    exchange("rich")

    outcome = run("check", "--since", "24h", "-c", f"{BTC}.change=0:", "-c", f"{BTC}=2:")

    assert outcome.status == 2
    assert "user-assets.BTC.free.change unknown, no earlier reading was kept" in line(outcome)


# -- --outflow


def test_an_amount_that_fell_by_more_is_a_warning(run: Run, exchange: Exchange, keep: Keep) -> None:
    exchange("rich")
    keep(1, BTC="2")

    # Half a bitcoin is locked, in both readings.
    outcome = run("check", "--outflow", "30")
    assert (outcome.status, line(outcome)) == (
        1,
        "BNACCT WARNING: outflow spot BTC fell by 30.62 %, from 2.5 to 1.73456789",
    )
    assert run("check", "--outflow", "31%").status == 0


def test_without_a_reading_to_compare_with_an_outflow_is_unknown(run: Run, exchange: Exchange, keep: Keep) -> None:
    running = exchange("rich")

    outcome = run("check", "--outflow", "20")

    assert outcome.status == 3
    assert line(outcome) == "BNACCT UNKNOWN: outflow unknown, no reading of a wallet was kept"
    assert running.requests == []


# -- --at last


def test_the_last_reading_is_checked_without_a_request_or_a_key(
    run: Run, exchange: Exchange, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = exchange("rich")
    keep(3, BTC="9")
    keep(1, BTC="2")
    monkeypatch.delenv("BINANCE_API_KEY")
    monkeypatch.delenv("BINANCE_API_SECRET")

    outcome = run("check", "--at", "last", "--max-age", "2h", "-c", f"{BTC}=3:")

    assert outcome.status == 2
    assert line(outcome).startswith("BNACCT CRITICAL: user-assets.BTC.free 2, below 3 |")
    assert running.requests == []


def test_a_reading_that_is_too_old_is_unknown(run: Run, exchange: Exchange, keep: Keep) -> None:
    exchange("rich")
    keep(3)

    outcome = run("check", "--at", "last", "--max-age", "2h", "-c", f"{BTC}=1:")

    assert outcome.status == 3
    assert "The last reading is 3 h old, more than 2 h" in line(outcome)
    assert run("check", "--at", "last", "--max-age", "4h", "-c", f"{BTC}=1:").status == 0
    assert run("check", "--at", "last", "-c", f"{BTC}=1:").status == 0


def test_a_reading_that_was_never_kept_is_unknown(run: Run, exchange: Exchange, keep: Keep) -> None:
    exchange("rich")
    assert run("check", "--at", "last", "-c", f"{BTC}=1:").status == 3
    keep(1)

    outcome = run("check", "--at", "last", "-c", "futures-account.marginRatio=80", "-c", f"{BTC}=2:")

    assert outcome.status == 2
    assert "futures-account.marginRatio unknown" in line(outcome)


# -- what does not go together


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("-c", f"{BTC}.change=1:"), "--since TIME"),
        (("--since", "24h", "-c", f"{BTC}=1:"), "--since goes with a change"),
        (("--since", "soon", "-c", f"{BTC}.change=1:"), "--since: 'soon'"),
        (("--outflow", "much"), "--outflow: 'much' is not a percentage"),
        (("--outflow", "-5"), "--outflow: '-5' is not a percentage"),
        (("--at", "yesterday", "-c", f"{BTC}=1:"), "--at: 'yesterday' is not last"),
        (("--max-age", "2h", "-c", f"{BTC}=1:"), "--max-age goes with --at last"),
        (("--at", "last", "--key"), "--at last sends nothing"),
        (("--at", "last", "--outflow", "5"), "--at last sends nothing"),
    ],
)
def test_what_does_not_go_together_is_refused(run: Run, arguments: tuple[str, ...], sentence: str) -> None:
    outcome = run("check", *arguments)

    assert outcome.status == 3
    assert sentence in line(outcome)
