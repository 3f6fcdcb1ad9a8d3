"""`history diff overview`: what an account owns, all told, and what of it changed."""

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bnacct import archive, endpoints, queries
from bnacct.archive.stored import Row
from bnacct.sandbox import Sandbox
from bnacct.sandbox.accounts import market
from bnacct.sandbox.accounts.account import funding_asset, futures_asset, user_asset
from bnacct.sandbox.accounts.answers import (
    coin_futures_account,
    coin_futures_asset,
    flexible_loan,
    flexible_position,
    margin_account,
    margin_asset,
)
from bnacct.sandbox.accounts.classic import Classic
from bnacct.sandbox.accounts.portfolio_margin import PortfolioMargin
from bnacct.sandbox.accounts.terms import JsonObject
from bnacct.sandbox.exchange.error_bodies import RefusedError
from bnacct.sandbox.exchange.payloads import PAYLOADS
from tests.archives import DAY, HOUR, START, again
from tests.conftest import Outcome

Run = Callable[..., Outcome]
Exchange = Callable[..., Sandbox]
Holds = Callable[..., None]

DIFF = ("history", "diff", "overview")
NOW = START + 10 * DAY
FIELDS = ["account", "section", "row", "field", "status", "kind", "before", "after", "change"]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Name an archive that is not there yet."""
    found = str(tmp_path / "archive.db")
    monkeypatch.setenv("BNACCT_ARCHIVE", found)
    return found


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Set the clock."""
    now = [NOW]
    monkeypatch.setattr(time, "time_ns", lambda: now[0] * 1_000_000)

    def set_to(at_ms: int) -> None:
        now[0] = at_ms

    return set_to


@pytest.fixture
def holds(monkeypatch: pytest.MonkeyPatch) -> Holds:
    """Say what a wallet of the account "classic" answers: holds(user_assets=[...]). An error is a refusal."""
    methods = ("user_assets", "funding_assets", "margin_account", "futures_account", "flexible_loan", "earn_positions")
    others = ("isolated_margin", "coin_futures_account", "options_account", "earn_positions_locked", "wallet_balance")

    def set_to(**answers: Any) -> None:
        for name, answer in answers.items():
            assert name in methods + others

            def answered(_: Classic, answer: Any = answer) -> Any:
                if isinstance(answer, RefusedError):
                    raise answer
                return answer

            monkeypatch.setattr(Classic, name, answered)

    set_to(
        user_assets=[user_asset("USDT", "1000"), user_asset("BTC", "2")],
        funding_assets=[],
        margin_account=owed("0"),
        isolated_margin={"assets": []},
        futures_account=futures("0", "0"),
        coin_futures_account={"assets": [], "positions": []},
        options_account={"asset": [], "greek": []},
        earn_positions=[],
        earn_positions_locked=[],
        flexible_loan=[],
        wallet_balance=[],
    )
    return set_to


@pytest.fixture
def kept(run: Run, exchange: Exchange, place: str, at: Callable[[int], None], holds: Holds) -> Sandbox:
    """Keep an overview of 1000 USDT and 2 BTC in spot, of a day ago."""
    running = exchange("classic", now_ms=lambda: time.time_ns() // 1_000_000)
    at(NOW - DAY)
    assert run("overview", "--record").status == 0
    at(NOW)
    return running


def owed(amount: str, held: str = "0") -> JsonObject:
    """Return a margin account that owes USDT."""
    net = f"{int(held) - int(amount)}"
    return margin_account(
        [margin_asset("USDT", held, net, borrowed=amount)], total="0", liability="0", net="0", level="3"
    )


def futures(balance: str, profit: str) -> JsonObject:
    """Return an account of USDⓈ-M futures that holds USDT, and what is not realised."""
    equity = f"{int(balance) + int(profit)}"
    return {"assets": [futures_asset("USDT", balance, unrealizedProfit=profit, marginBalance=equity)], "positions": []}


def changed(done: Outcome) -> dict[tuple[str, str], tuple[str | None, str | None, str | None]]:
    """Return before, after and change by row and field; the total is the row ""."""
    return {(row["row"], row["field"]): (row["before"], row["after"], row["change"]) for row in done.json}


def by_field(done: Outcome, name: str) -> dict[tuple[str, str], Any]:
    return {(row["row"], row["field"]): row[name] for row in done.json}


# -- money


def test_a_deposit_is_more_of_an_asset_and_of_the_total(run: Run, kept: Sandbox, holds: Holds) -> None:
    holds(user_assets=[user_asset("USDT", "1500.5"), user_asset("BTC", "2"), user_asset("ETH", "0.25")])

    done = run(*DIFF, "-o", "json")

    assert done.status == 0
    assert changed(done) == {
        ("USDT", "quantity"): ("1000", "1500.5", "500.5"),
        ("ETH", "quantity"): (None, "0.25", "0.25"),
        ("", "value"): ("136000", "137325.5", "1325.5"),
        ("", "assets"): ("136000", "137325.5", "1325.5"),
        ("USDT", "value"): ("1000", "1500.5", "500.5"),
        ("ETH", "value"): (None, "825", "825"),
        ("spot", "value"): ("136000", "137325.5", "1325.5"),
    }
    assert list(done.json[0]) == FIELDS
    # Amounts first, then what prices move, too.
    assert [row["kind"] for row in done.json] == ["amount"] * 2 + ["valuation"] * 5
    assert by_field(done, "status")["ETH", "quantity"] == "appeared"
    assert {row["account"] for row in done.json} == {"default"}
    assert "Before: 2026-01-10 00:00:00 UTC, kept. After: 2026-01-11 00:00:00 UTC, now." in done.err
    assert "Not compared" not in done.err
    assert "complete" not in done.err


def test_a_move_between_wallets_leaves_every_asset_as_it_was(run: Run, kept: Sandbox, holds: Holds) -> None:
    holds(
        user_assets=[user_asset("USDT", "400"), user_asset("BTC", "2")], funding_assets=[funding_asset("USDT", "600")]
    )
    done = run(*DIFF, "-o", "json")
    assert done.status == 0
    assert changed(done) == {
        ("spot", "value"): ("136000", "135400", "-600"),
        ("funding", "value"): ("0", "600", "600"),
    }


def test_a_debt_that_grew_is_less_of_its_asset_below_zero(run: Run, kept: Sandbox, holds: Holds, place: str) -> None:
    holds(user_assets=[], margin_account=owed("100"))
    assert run("overview", "--record").status == 0
    holds(margin_account=owed("350"))

    done = run(*DIFF, "-o", "json")

    assert changed(done) == {
        ("USDT", "quantity"): ("-100", "-350", "-250"),
        ("", "value"): ("-100", "-350", "-250"),
        ("", "debts"): ("-100", "-350", "-250"),
        ("USDT", "value"): ("-100", "-350", "-250"),
        ("cross-margin", "value"): ("-100", "-350", "-250"),
    }


def test_a_loan_is_a_debt_beside_what_was_lent_and_receipts_do_not_count(run: Run, kept: Sandbox, holds: Holds) -> None:
    holds(
        user_assets=[user_asset("USDT", "900"), user_asset("BTC", "2"), user_asset("LDUSDT", "300")],
        earn_positions=[flexible_position("USDT", "300", collateralAmount="300")],
        flexible_loan=[flexible_loan("USDT", "200", "USDT", "300")],
    )
    done = run(*DIFF, "-o", "json")
    assert changed(done) == {
        # No Earn position was pledged before, so there was no need to ask for loans.
        ("flexible-loan", "status"): ("not asked", "readable", None),
        ("", "assets"): ("136000", "136200", "200"),
        ("", "debts"): ("0", "-200", "-200"),
        ("spot", "value"): ("136000", "135900", "-100"),
        ("earn-flexible", "value"): ("0", "300", "300"),
        ("flexible-loan", "value"): ("0", "-200", "-200"),
    }


def test_a_receipt_that_stands_for_earn_in_one_run_is_no_asset_that_went(
    run: Run, kept: Sandbox, holds: Holds, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: Any) -> Any:
        raise RefusedError(-1000)

    holds(
        user_assets=[user_asset("USDT", "1000"), user_asset("LDUSDT", "300"), user_asset("LDLEND", "7")],
        earn_positions=[flexible_position("USDT", "300")],
    )
    with monkeypatch.context() as patch:
        patch.setitem(PAYLOADS, endpoints.EARN_FLEXIBLE.path, refused)
        assert run("overview", "--record", "--retries", "0").status == 9
        holds(user_assets=[user_asset("USDT", "1000"), user_asset("LDUSDT", "310"), user_asset("LDLEND", "8")])
        unread = run(*DIFF, "--retries", "0")
    done = run(*DIFF, "-o", "json")
    assert {row for row, _ in changed(done)} == {"earn-flexible", "flexible-loan", ""}
    assert "Not compared: earn-flexible (failed before)." in done.err
    assert unread.text == ""
    assert "earn-flexible (failed both times)" in unread.err


def test_what_portfolio_margin_covers_does_not_count(
    run: Run, exchange: Exchange, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange("portfolio-margin")
    assert run("overview", "--record").status == 0
    monkeypatch.setattr(PortfolioMargin, "margin_account", lambda _: owed("7000", "9000"))
    done = run(*DIFF, "-o", "json")
    assert (done.status, done.json) == (0, [])
    assert "Nothing changed." in done.err


def test_a_wallet_without_an_endpoint_has_a_value_and_no_asset(run: Run, kept: Sandbox, holds: Holds) -> None:
    bots = {"activate": True, "walletName": "Trading Bots"}
    holds(wallet_balance=[{**bots, "balance": "100"}])
    assert run("overview", "--record").status == 0
    holds(wallet_balance=[{**bots, "balance": "125"}, {**bots, "walletName": "Moon Base", "balance": "3"}])
    done = run(*DIFF, "-o", "json")
    assert changed(done) == {
        ("Moon Base", "status"): ("not opened", "no endpoint", None),
        ("", "value"): ("136100", "136128", "28"),
        ("", "assets"): ("136100", "136128", "28"),
        ("trading-bots", "value"): ("100", "125", "25"),
        ("Moon Base", "value"): ("0", "3", "3"),
    }
    assert by_field(done, "kind")["Moon Base", "status"] == "other"


# -- prices


def test_where_only_prices_moved_there_are_only_valuations(
    run: Run, kept: Sandbox, holds: Holds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(market.PRICES, "BTCUSDT", "68000.00000001")
    done = run(*DIFF, "-o", "json")
    assert changed(done) == {
        ("", "value"): ("136000", "137000.00000002", "1000.00000002"),
        ("", "assets"): ("136000", "137000.00000002", "1000.00000002"),
        ("BTC", "value"): ("135000", "136000.00000002", "1000.00000002"),
        ("spot", "value"): ("136000", "137000.00000002", "1000.00000002"),
    }
    assert {row["kind"] for row in done.json} == {"valuation"}


def test_a_profit_that_is_not_realised_is_a_valuation_until_it_is(run: Run, kept: Sandbox, holds: Holds) -> None:
    holds(futures_account=futures("500", "-40"))
    assert run("overview", "--record").status == 0
    holds(futures_account=futures("500", "60"))
    open_ = run(*DIFF, "-o", "json")
    assert {row["kind"] for row in open_.json} == {"valuation"}
    assert changed(open_)["USDT", "pnl"] == ("-40", "60", "100")
    assert changed(open_)["USDT", "value"] == ("1460", "1560", "100")

    coins = [coin_futures_asset("BTC", "0.1", unrealizedProfit="-0.00312345", marginBalance="0.09687655")]
    holds(coin_futures_account=coin_futures_account(coins, []))
    # In its own asset, a profit has all its digits on the screen, too.
    assert re.search(r" BTC +pnl .* -0.00312345 +-0.00312345$", run(*DIFF).text, re.MULTILINE)

    holds(coin_futures_account=coin_futures_account([], []), futures_account=futures("560", "0"))
    closed = run(*DIFF, "-o", "json")
    assert changed(closed)["USDT", "quantity"] == ("1500", "1560", "60")
    assert changed(closed)["USDT", "pnl"] == ("-40", "0", "40")


def test_values_are_in_the_asset_that_is_asked_for(
    run: Run, kept: Sandbox, holds: Holds, monkeypatch: pytest.MonkeyPatch
) -> None:
    holds(user_assets=[user_asset("USDT", "1000"), user_asset("BTC", "2.5")])
    in_btc = run(*DIFF, "--in", "BTC", "-o", "json")
    assert changed(in_btc)["BTC", "value"] == ("2", "2.5", "0.5")
    assert float(changed(in_btc)["", "value"][2] or "") == 0.5
    monkeypatch.setenv("BNACCT_QUOTE", "BTC")
    assert run(*DIFF, "-o", "json").json == in_btc.json


# -- what is not known


def test_a_wallet_that_failed_now_is_no_money_that_went(run: Run, kept: Sandbox, holds: Holds) -> None:
    holds(funding_assets=RefusedError(-1000))
    done = run(*DIFF, "--retries", "0", "-o", "jsonl")
    rows = [json.loads(line) for line in done.text.splitlines()]
    assert done.status == 9
    assert done.error["code"] == "partial"
    assert "funding" in done.error["message"]
    assert [(row["row"], row["field"], row["status"], row["change"]) for row in rows] == [
        ("funding", "status", "changed", None),
        ("", "value", "became unknown", None),
        ("", "assets", "became unknown", None),
        ("", "debts", "became unknown", None),
        ("funding", "value", "became unknown", None),
    ]
    table = run(*DIFF, "--retries", "0")
    assert table.status == 9
    assert "Not compared: funding (failed now)." in table.err
    assert "The total now is not complete, so it is unknown; funding: " in table.err


def test_assets_are_compared_over_the_wallets_that_were_read_both_times(
    run: Run, kept: Sandbox, holds: Holds, place: str
) -> None:
    holds(funding_assets=[funding_asset("USDT", "600")], user_assets=RefusedError(-1000))
    assert run("overview", "--record", "--retries", "0").status == 9
    holds(funding_assets=[funding_asset("USDT", "650")], user_assets=[user_asset("USDT", "1000")])
    done = run(*DIFF, "-o", "json")
    assert done.status == 0
    found = changed(done)
    assert found["USDT", "quantity"] == ("600", "650", "50")
    assert found["funding", "value"] == ("600", "650", "50")
    assert found["spot", "value"] == (None, "1000", None)
    assert found["", "value"] == (None, "1650", None)
    assert by_field(done, "status")["spot", "value"] == "became known"
    assert "Not compared: spot (failed before)." in done.err
    assert "The total before is not complete, so it is unknown; spot: " in done.err


def test_an_asset_without_a_price_has_a_quantity_and_no_value(run: Run, kept: Sandbox, holds: Holds) -> None:
    coins = [user_asset("USDT", "1000"), user_asset("BTC", "2")]
    holds(user_assets=[*coins, user_asset("LUNX", "42")])
    arrived = run(*DIFF, "-o", "json")
    assert changed(arrived) == {
        ("LUNX", "quantity"): (None, "42", "42"),
        **dict.fromkeys([("", "value"), ("", "assets")], ("136000", None, None)),
        ("", "debts"): ("0", None, None),
        ("spot", "value"): ("136000", None, None),
    }
    assert "LUNX: no price leads from it to USDT" in arrived.err

    assert run("overview", "--record").status == 0
    holds(user_assets=[*coins, user_asset("LUNX", "40"), user_asset("ETH", "1")])
    both = run(*DIFF, "-o", "json")
    # What has no price both times hides nothing of what has one.
    assert changed(both) == {
        ("LUNX", "quantity"): ("42", "40", "-2"),
        ("ETH", "quantity"): (None, "1", "1"),
        ("ETH", "value"): (None, "3300", "3300"),
        ("spot", "value"): ("136000", "139300", "3300"),
    }
    assert "Neither total is complete, so both are unknown; before: LUNX: no price" in both.err


def test_without_prices_quantities_are_compared_all_the_same(
    run: Run, kept: Sandbox, holds: Holds, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: Any) -> Any:
        raise RefusedError(-1000)

    monkeypatch.setitem(PAYLOADS, endpoints.PRICES.path, refused)
    holds(user_assets=[user_asset("USDT", "900"), user_asset("BTC", "2")])
    done = run(*DIFF, "--retries", "0", "-o", "csv")
    assert done.status == 9
    assert "default,assets,USDT,quantity,changed,amount,1000,900,-100" in done.text.splitlines()
    valuations = [line for line in done.text.splitlines() if ",valuation," in line]
    assert valuations
    assert all(",became unknown," in line and line.endswith(",,") for line in valuations)


def test_a_wallet_that_only_the_exchange_names_is_unknown_where_its_list_was_not_read(
    run: Run, kept: Sandbox, holds: Holds
) -> None:
    holds(wallet_balance=RefusedError(-1000))
    assert run("overview", "--record", "--retries", "0").status == 9
    holds(wallet_balance=[{"activate": True, "walletName": "Moon Base", "balance": "3"}])
    done = run(*DIFF, "-o", "json")
    assert changed(done)["Moon Base", "status"] == ("failed", "no endpoint", None)
    assert changed(done)["Moon Base", "value"] == (None, "3", None)
    assert "Not compared: trading-bots (failed before), copy-trading (failed before), Moon Base (failed" in done.err


def test_pages_that_are_missing_make_a_wallet_unknown(run: Run, kept: Sandbox, place: str) -> None:
    operation = queries.SOURCES["earn-flexible"].operation

    def short(row: Row) -> Row:
        if row.operation != operation:
            return row
        body = {"rows": [flexible_position("USDT", "5")], "total": 2}
        return row._replace(body=json.dumps(body))

    again(place, "short", NOW - HOUR, change=short)
    done = run(*DIFF, "-o", "json")
    assert ("USDT", "quantity") not in changed(done)
    assert changed(done)["earn-flexible", "value"] == (None, "0", None)
    assert "Not compared: earn-flexible (read in part before), flexible-loan (" in done.err


def test_where_nothing_could_be_read_now_the_run_ends_as_that_does(
    run: Run, kept: Sandbox, exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BINANCE_API_SECRET", "another")
    done = run(*DIFF, "--key-mark", f"…{kept.api_key[-4:]}")
    assert (done.status, done.text) == (4, "")


# -- which runs


def test_two_runs_are_compared_without_a_request(
    run: Run, kept: Sandbox, holds: Holds, place: str, at: Callable[[int], None]
) -> None:
    again(place, "first", START)
    holds(user_assets=[user_asset("USDT", "1000"), user_asset("BTC", "3")])
    assert run("overview", "--record").status == 0
    kept.requests.clear()
    done = run(*DIFF, "--since", "2026-01-03", "--until", "today", "-o", "json")
    assert done.status == 0
    assert changed(done)["BTC", "quantity"] == ("2", "3", "1")
    assert "Before: 2026-01-01 00:00:00 UTC, kept. After: 2026-01-11 00:00:00 UTC, kept." in done.err
    last_two = run(*DIFF, "--until", "today", "-o", "json")
    assert last_two.json == done.json
    assert "Before: 2026-01-10 00:00:00 UTC, kept." in last_two.err
    assert kept.requests == []


def test_a_run_that_is_far_from_what_was_asked_is_told(run: Run, kept: Sandbox, place: str) -> None:
    again(place, "long ago", START - 40 * DAY)
    far = run(*DIFF, "--since", "2d", "-o", "json")
    assert "the reading nearest to --since is 48 d from it, more than half of the time asked for" in far.err
    first = run(*DIFF, "--since", "2025-01-01", "-o", "json")
    assert "No reading is kept up to 2025-01-01 23:59:59 UTC; this is the first one after." in first.err


def test_a_run_of_which_nothing_was_read_is_none(run: Run, kept: Sandbox, holds: Holds, place: str) -> None:
    error = {"code": "network", "message": "The exchange was silent.", "hint": None}
    error |= dict.fromkeys(("binance_code", "http_status", "retry_after_s"))

    def silent(row: Row) -> Row:
        return row._replace(error=json.dumps(error), body=None)

    for hours in (3, 2):
        again(place, f"silent {hours}", NOW - hours * HOUR, change=silent)
    holds(user_assets=[user_asset("USDT", "1001"), user_asset("BTC", "2")])
    done = run(*DIFF, "-o", "json")
    assert changed(done)["USDT", "quantity"] == ("1000", "1001", "1")
    assert "2 later readings failed, the last at 2026-01-10 22:00:00 UTC: The exchange was silent." in done.err
    again(place, "silent first", START - DAY, change=silent)
    after = run(*DIFF, "--since", "2026-01-01", "-o", "json")
    assert changed(after) == changed(done)
    nothing = run(*DIFF, "--until", "2026-01-01")
    assert nothing.status == 10
    assert "of which anything was read" in nothing.err
    assert "The exchange was silent." in nothing.err


def test_where_no_run_is_kept_that_is_said_before_anything_is_asked(run: Run, exchange: Exchange, place: str) -> None:
    running = exchange("classic")
    assert run("user-assets", "--record").status == 0
    running.requests.clear()
    for arguments in ([], ["--since", "7d"], ["--until", "today"]):
        done = run(*DIFF, *arguments)
        assert (done.status, done.text) == (10, "")
        assert "The archive holds no overview of default" in done.err
    assert running.requests == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["overview", "--asset", "BTC"], "--asset cannot go with overview"),
        (["overview", "--in", "USD"], "--in: 'USD' is not an asset"),
        (["overview", "--in", "NOSUCH"], "--in: no market trades 'NOSUCH'"),
        (["user-assets", "--in", "BTC"], "--in is for overview"),
        (["overview", "--since", "2026-01-05", "--until", "2026-01-03"], "--since is not before --until"),
        (["overvew"], "Did you mean overview?"),
    ],
)
def test_what_contradicts_itself_is_refused(run: Run, kept: Sandbox, arguments: list[str], said: str) -> None:
    kept.requests.clear()
    done = run("history", "diff", *arguments)
    assert done.status == 2
    assert said in done.err
    assert kept.requests == []


# -- formats


def test_the_same_changes_come_in_every_format(run: Run, kept: Sandbox, holds: Holds) -> None:
    holds(user_assets=[user_asset("USDT", "1000"), user_asset("BTC", "1.9")])
    rows = run(*DIFF, "-o", "json").json
    lines = run(*DIFF, "-o", "csv").text.splitlines()
    assert lines[0] == ",".join(FIELDS)
    assert [line.split(",") for line in lines[1:]] == [[str(row[name] or "") for name in FIELDS] for row in rows]
    assert [json.loads(line) for line in run(*DIFF, "-o", "jsonl").text.splitlines()] == rows


def test_a_table_has_marks_and_values_rounded_for_the_screen(
    run: Run, kept: Sandbox, holds: Holds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(market.PRICES, "BTCUSDT", "67500.12345678")
    holds(user_assets=[user_asset("BTC", "2"), user_asset("ETH", "0.25")])
    done = run(*DIFF)
    cells = {tuple(line.split()[1:4]): line.split()[4:] for line in done.text.splitlines()}
    assert cells["assets", "USDT", "quantity"] == ["-", "gone", "amount", "1000", "-", "-1000"]
    assert cells["assets", "ETH", "quantity"] == ["+", "appeared", "amount", "-", "0.25", "0.25"]
    assert cells["assets", "BTC", "value"] == ["~", "changed", "valuation", "135000.00", "135000.25", "0.25"]
    assert cells["totals", "totals", "value"] == ["~", "changed", "valuation", "136000.00", "135825.25", "-174.75"]


def test_a_table_hides_what_is_too_small_to_be_seen_in_it_and_says_so(
    run: Run, kept: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(market.PRICES, "BTCUSDT", "67500.00000001")
    done = run(*DIFF)
    assert (done.status, done.text) == (0, "")
    assert "4 valuations changed by less than the table shows of USDT: hidden; -o csv has all." in done.err
    assert len(run(*DIFF, "-o", "csv").text.splitlines()) == 5


def test_nothing_changed_is_said(run: Run, kept: Sandbox, place: str) -> None:
    done = run(*DIFF)
    assert (done.status, done.text) == (0, "")
    assert "Nothing changed." in done.err
    assert run(*DIFF, "-o", "json").json == []


def test_an_account_of_the_past_is_compared_without_a_key(
    run: Run, kept: Sandbox, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def of_sub(row: Row) -> Row:
        return row._replace(owner=archive.Owner("sub", "live", "…bbbb"))

    for number in (1, 2):
        again(place, f"sub {number}", START + number * DAY, change=of_sub)
    monkeypatch.delenv("BINANCE_API_KEY")
    monkeypatch.delenv("BINANCE_API_SECRET")
    done = run(*DIFF, "-p", "sub", "--until", "today", "-o", "json")
    assert (done.status, done.json) == (0, [])
    assert "Before: 2026-01-02 00:00:00 UTC, kept. After: 2026-01-03 00:00:00 UTC, kept." in done.err
