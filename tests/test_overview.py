"""overview: one total over every wallet, or what it lacks; asked in waves, and never more than it has to."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from bnacct import endpoints, queries
from bnacct.endpoints import Endpoint
from bnacct.sandbox import ACCOUNTS, Sandbox
from bnacct.sandbox.exchange.error_bodies import RefusedError
from bnacct.sandbox.exchange.payloads import NOTHING, PAYLOADS
from bnacct.settings.hosts import VARIABLES
from tests.conftest import Outcome

Run = Callable[..., Outcome]
Exchange = Callable[..., Sandbox]
Change = Callable[..., None]

# Assets whose signed quantities the classic account holds in several wallets, told by hand.
CLASSIC = {
    "BTC": Decimal("1.25") + Decimal("0.4") + Decimal("0.09687655"),
    "ETH": Decimal("4.5") + Decimal("2"),
    "LDO": Decimal("800"),
    "TRY": Decimal("25000"),
    "USDC": Decimal("-250.5"),
}


@pytest.fixture
def change(monkeypatch: pytest.MonkeyPatch) -> Change:
    """Let an endpoint answer something else: a document, a code to refuse with, or a function of the parameters."""

    def changed(endpoint: Endpoint, answer: Any) -> None:
        def payload(_account: object, parameters: Any, _now_ms: int) -> Any:
            if isinstance(answer, int):
                raise RefusedError(answer)
            return answer(parameters) if callable(answer) else answer

        monkeypatch.setitem(PAYLOADS, endpoint.path, payload)  # type: ignore[arg-type]

    return changed


def wallet(outcome: Outcome, name: str) -> dict[str, Any]:
    return next(row for row in outcome.json["wallets"] if row["wallet"] == name)


def asset(outcome: Outcome, name: str) -> dict[str, Any]:
    return next(row for row in outcome.json["assets"] if row["asset"] == name)


def paths(sandbox: Sandbox) -> list[str]:
    return [received.path for received in sandbox.requests]


# -- the four accounts


def test_the_classic_account_counts_everything_once(run: Run, exchange: Exchange) -> None:
    exchange("classic")

    outcome = run("overview", "-o", "json")

    assert outcome.status == 0
    assert {name: Decimal(asset(outcome, name)["quantity"]) for name in CLASSIC} == CLASSIC
    assert (asset(outcome, "CHZ")["route"], asset(outcome, "TRY")["route"]) == ("CHZ→EUR→BTC→USDT", "TRY→USDT")
    assert asset(outcome, "BUSD")["basis"] == "exchange valuation"
    assert asset(outcome, "LUNX")["value"] is None
    assert outcome.json["total"]["bound"] == "at least"
    assert [part["asset"] for part in outcome.json["total"]["missing"]] == ["LUNX"]
    receipts = [row for row in outcome.json["holdings"] if row["asset"] in ("LDUSDT", "LDBNB")]
    assert [row["counted"] for row in receipts] == [False, False]
    assert wallet(outcome, "trading-bots") == {
        "wallet": "trading-bots",
        "status": "no endpoint",
        "value": "321.5",
        "exchangeValue": "321.5",
        "reason": None,
    }


def test_the_total_is_the_sum_of_what_is_counted(run: Run, exchange: Exchange) -> None:
    exchange("classic")

    document = run("overview", "-o", "json").json

    total = document["total"]
    counted = [Decimal(row["value"]) for row in document["holdings"] if row["counted"] and row["value"] is not None]
    assert abs(sum(counted) - Decimal(total["value"])) < Decimal("1e-15")
    assert abs(Decimal(total["assets"]) + Decimal(total["debts"]) - Decimal(total["value"])) <= Decimal("1e-18")
    assert Decimal(total["debts"]) < 0


@pytest.mark.parametrize(("code", "status"), [(-21001, 0), (-1000, 9)])
def test_an_account_that_nothing_calls_portfolio_margin_is_classic(
    run: Run, exchange: Exchange, change: Change, code: int, status: int
) -> None:
    exchange("classic")
    change(endpoints.PORTFOLIO_ACCOUNT, code)

    outcome = run("overview", "--retries", "0", "-o", "json")

    assert (outcome.status, outcome.json["accountKind"]) == (status, "classic")
    assert wallet(outcome, "cross-margin")["status"] == "readable"


def test_portfolio_margin_is_read_in_place_of_what_it_covers(run: Run, exchange: Exchange) -> None:
    sandbox = exchange("portfolio-margin")

    outcome = run("overview", "-o", "json")

    assert (outcome.status, outcome.json["accountKind"]) == (0, "portfolio-margin")
    assert outcome.json["total"]["isComplete"] is True
    assert {wallet(outcome, name)["status"] for name in ("cross-margin", "usdm-futures", "coinm-futures")} == {
        "covered"
    }
    assert "/papi/v1/balance" in paths(sandbox)
    assert not {"/fapi/v3/account", "/dapi/v1/account", "/sapi/v1/margin/account"} & set(paths(sandbox))


def test_collateral_is_valued_by_its_index_and_a_credit_may_be_below_nothing(run: Run, exchange: Exchange) -> None:
    exchange("multi-assets")

    outcome = run("overview", "-o", "json")

    assert asset(outcome, "LDUSDT")["basis"] == "index"
    assert Decimal(asset(outcome, "LDUSDT")["value"]) > Decimal("561")
    assert (asset(outcome, "BNFCR")["quantity"], asset(outcome, "BNFCR")["basis"]) == ("-3.20000000", "peg")


def test_debt_that_only_deep_reads_leaves_the_bound_unknown_without_it(run: Run, exchange: Exchange) -> None:
    exchange("multi-assets")

    shallow, deep = run("overview", "-o", "json"), run("overview", "--deep", "-o", "json")

    assert (shallow.json["total"]["bound"], deep.json["total"]["bound"]) == ("unknown", "exact")
    assert wallet(deep, "vip-loan")["value"] == "-1000"
    assert Decimal(deep.json["total"]["value"]) < Decimal(shallow.json["total"]["value"])
    assert wallet(shallow, "vip-loan")["status"] == "not asked"


def test_a_new_account_is_worth_nothing_exactly(run: Run, exchange: Exchange) -> None:
    exchange("new")

    outcome = run("overview", "-o", "json")

    assert (outcome.status, outcome.json["total"]["value"], outcome.json["total"]["bound"]) == (0, "0", "exact")
    assert {wallet(outcome, name)["status"] for name in ("cross-margin", "options", "usdm-futures")} == {"not opened"}


@pytest.mark.parametrize("account", [name for name in ACCOUNTS if name != "hostile"])
def test_the_samples_agree_with_the_exchanges_own_figures(run: Run, exchange: Exchange, account: str) -> None:
    exchange(account)

    outcome = run("overview", "--deep", "-v")

    assert outcome.status == 0
    assert "own figure" not in outcome.err
    assert "net of debt" not in outcome.err


# -- what is sent


def test_nothing_is_asked_that_the_account_has_not_opened(run: Run, exchange: Exchange) -> None:
    sandbox = exchange("new")

    run("overview", "-o", "json")

    assert sorted(paths(sandbox)) == sorted(
        queries.SOURCES[name].endpoint.path
        for name in (
            "key-rights",
            "account-info",
            "portfolio-probe",
            "wallet-balance",
            "spot",
            "funding",
            "earn-flexible",
            "earn-locked",
            "prices",
        )
    )


def test_every_page_of_earn_is_read(run: Run, exchange: Exchange) -> None:
    sandbox = exchange("classic")

    run("overview", "-o", "json")

    assert paths(sandbox).count(endpoints.EARN_FLEXIBLE.path) == 2


def test_prices_come_last_once_and_without_a_key(run: Run, exchange: Exchange) -> None:
    sandbox = exchange("classic")

    run("overview", "-o", "json")

    assert paths(sandbox).count(endpoints.PRICES.path) == 1
    last = sandbox.requests[-1]
    assert (last.path, last.query) == (endpoints.PRICES.path, "symbolStatus=TRADING")
    assert "x-mbx-apikey" not in last.headers


def test_wallets_bound_what_is_asked_and_what_the_total_covers(run: Run, exchange: Exchange) -> None:
    sandbox = exchange("classic")

    outcome = run("overview", "--wallets", "funding,options", "-o", "json")

    assert outcome.json["total"]["covers"] == ["funding", "options"]
    assert outcome.json["total"]["isComplete"] is True
    assert wallet(outcome, "cross-margin") == {
        "wallet": "cross-margin",
        "status": "not asked",
        "value": None,
        "exchangeValue": wallet(outcome, "cross-margin")["exchangeValue"],
        "reason": None,
    }
    assert not {"/sapi/v1/margin/account", "/fapi/v3/account", endpoints.USER_ASSETS.path} & set(paths(sandbox))


def test_at_most_eight_connections_are_open(run: Run, exchange: Exchange) -> None:
    sandbox = exchange("classic")

    run("overview", "--deep")

    assert sandbox.connections <= 8 * len(VARIABLES)
    assert len(sandbox.requests) > 20


# -- the quote


@pytest.mark.parametrize("quote", ["BTC", "EUR", "try", "ETH", "LDO"])
def test_any_traded_asset_can_be_the_quote(run: Run, exchange: Exchange, quote: str) -> None:
    exchange("classic")

    outcome = run("overview", "--in", quote, "-o", "json")

    assert (outcome.status, outcome.json["quoteAsset"]) == (0, quote.upper())
    own = [row for row in outcome.json["assets"] if row["asset"] == quote.upper()]
    assert {row["price"] for row in own} <= {"1"}


def test_a_hub_is_accepted_without_a_call_and_another_name_by_one_unsigned_call(run: Run, exchange: Exchange) -> None:
    sandbox = exchange("new")

    run("overview", "--in", "BTC", "-o", "json")
    assert paths(sandbox).count(endpoints.PRICES.path) == 1
    sandbox.requests.clear()

    run("overview", "--in", "LDO", "-o", "json")
    assert paths(sandbox)[0] == endpoints.PRICES.path
    assert paths(sandbox).count(endpoints.PRICES.path) == 2


@pytest.mark.parametrize("quote", ["USD", "XYZ", "NUL", "LUNX", "", "\x1b[31m"])
def test_what_no_market_trades_is_no_quote_and_nothing_signed_is_sent(run: Run, exchange: Exchange, quote: str) -> None:
    sandbox = exchange("classic")

    outcome = run("overview", "--in", quote or " ", "-o", "json")

    assert (outcome.status, outcome.out) == (2, b"")
    assert set(paths(sandbox)) <= {endpoints.PRICES.path}


def test_the_quote_may_come_from_the_environment(run: Run, exchange: Exchange, monkeypatch: pytest.MonkeyPatch) -> None:
    exchange("classic")
    monkeypatch.setenv("BNACCT_QUOTE", "BTC")

    assert run("overview", "-o", "json").json["quoteAsset"] == "BTC"


@pytest.mark.parametrize("quote", ["USD", "NOSUCH"])
def test_a_quote_that_is_none_is_refused_by_the_name_of_where_it_comes_from(
    run: Run, exchange: Exchange, monkeypatch: pytest.MonkeyPatch, quote: str
) -> None:
    exchange("classic")
    assert run("overview", "--in", quote, "-o", "json").error["message"].startswith("--in: ")
    monkeypatch.setenv("BNACCT_QUOTE", quote)

    refused = run("overview", "-o", "json")

    assert (refused.status, refused.error["message"].partition(":")[0]) == (2, "BNACCT_QUOTE (from the environment)")


# -- what fails


@pytest.mark.parametrize(
    ("endpoint", "code", "status", "name"),
    [
        (endpoints.FUTURES_ACCOUNT, -2015, "not permitted", "usdm-futures"),
        (endpoints.FUTURES_ACCOUNT, -1109, "failed", "usdm-futures"),
        (endpoints.MARGIN_ACCOUNT, -3003, "failed", "cross-margin"),  # the exchange shows money in it
        (endpoints.FUNDING_ASSETS, -1002, "not permitted", "funding"),
        (endpoints.OPTIONS_ACCOUNT, -1130, "failed", "options"),
        (endpoints.EARN_FLEXIBLE, 0, "failed", "earn-flexible"),
    ],
)
def test_a_source_that_fails_is_named_and_the_run_exits_9(
    run: Run, exchange: Exchange, change: Change, endpoint: Endpoint, code: int, status: str, name: str
) -> None:
    exchange("classic")
    change(endpoint, code)

    outcome = run("overview", "--retries", "0", "-o", "json")

    assert outcome.status == 9
    assert wallet(outcome, name)["status"] == status
    assert wallet(outcome, name)["value"] is None or name == "earn-flexible"
    assert name in [part.get("wallet") for part in outcome.json["total"]["missing"]]
    assert outcome.error["code"] == "partial"
    assert name in outcome.error["message"]


def test_receipts_stand_for_earn_where_that_cannot_be_read(run: Run, exchange: Exchange, change: Change) -> None:
    exchange("classic")
    change(endpoints.EARN_FLEXIBLE, -2015)

    outcome = run("overview", "-o", "json")

    receipts = {row["asset"]: row for row in outcome.json["holdings"] if row["asset"] in ("LDUSDT", "LDBNB")}
    assert {name: row["counted"] for name, row in receipts.items()} == {"LDUSDT": True, "LDBNB": True}
    assert {row["basis"] for row in receipts.values()} == {"estimated"}
    assert outcome.json["total"]["isComplete"] is False


def test_a_price_call_that_fails_leaves_quantities_and_no_value(run: Run, exchange: Exchange, change: Change) -> None:
    exchange("classic")
    change(endpoints.PRICES, -1000)

    outcome = run("overview", "--retries", "0", "-o", "json")

    assert outcome.status == 9
    assert (outcome.json["total"]["value"], outcome.json["total"]["bound"]) == (None, "unknown")
    assert Decimal(asset(outcome, "BTC")["quantity"]) == CLASSIC["BTC"]
    assert {row["value"] for row in outcome.json["assets"]} == {None}


def test_a_list_of_wallets_that_cannot_be_read_leaves_the_total_at_least(
    run: Run, exchange: Exchange, change: Change
) -> None:
    exchange("classic")
    change(endpoints.WALLET_BALANCE, -2015)

    outcome = run("overview", "-o", "json")

    assert (outcome.status, outcome.json["total"]["bound"]) == (9, "at least")
    assert wallet(outcome, "trading-bots")["status"] == "not permitted"


def test_a_key_that_opens_nothing_is_told_once(run: Run, exchange: Exchange) -> None:
    exchange("classic", faults=["error=-2015"])

    words, data = run("overview"), run("overview", "-o", "json")

    assert (words.status, words.out) == (4, b"")
    assert words.err.count("-2015") == 1
    assert (data.status, data.out, data.error["binance_code"]) == (4, b"", -2015)


def test_where_everything_fails_the_status_is_that_of_the_failure(run: Run, exchange: Exchange) -> None:
    exchange("classic").close()

    outcome = run("overview", "--retries", "0", "-o", "json")

    assert (outcome.status, outcome.out) == (6, b"")


def test_a_rate_limit_stops_what_has_not_been_sent_to_that_host(run: Run, exchange: Exchange) -> None:
    sandbox = exchange("classic", faults=["rate-limit=1"])

    outcome = run("overview", "-o", "json")

    assert outcome.status == 5
    assert len([path for path in paths(sandbox) if path.startswith(("/sapi", "/api"))]) <= 8


def test_a_rate_limit_of_one_host_leaves_the_others(run: Run, exchange: Exchange, change: Change) -> None:
    sandbox = exchange("classic")
    change(endpoints.FUTURES_ACCOUNT, -1003)

    outcome = run("overview", "-o", "json")

    assert outcome.status == 9
    assert wallet(outcome, "options")["status"] == "readable"
    assert wallet(outcome, "usdm-futures")["status"] == "failed"
    assert paths(sandbox).count("/fapi/v3/account") == 1


def test_a_place_that_one_host_does_not_serve_leaves_the_others(run: Run, exchange: Exchange, change: Change) -> None:
    exchange("classic")
    change(endpoints.COIN_FUTURES_ACCOUNT, 0)

    outcome = run("overview", "-o", "json")

    assert (outcome.status, wallet(outcome, "coinm-futures")["status"]) == (9, "failed")
    assert wallet(outcome, "usdm-futures")["status"] == "readable"


def test_a_page_that_comes_again_makes_earn_incomplete(run: Run, exchange: Exchange, change: Change) -> None:
    from bnacct.sandbox.accounts.answers import flexible_position

    rows = [flexible_position("USDT", "1", productId=f"P{n}") for n in range(100)]
    exchange("classic")
    change(endpoints.EARN_FLEXIBLE, lambda _: {"rows": rows, "total": "150"})

    outcome = run("overview", "-o", "json")

    assert outcome.status == 9
    assert "earn-flexible" in [part.get("wallet") for part in outcome.json["total"]["missing"]]
    assert wallet(outcome, "earn-flexible")["value"] == "100"


def test_an_empty_body_means_that_there_is_no_loan(run: Run, exchange: Exchange, change: Change) -> None:
    exchange("classic")
    change(endpoints.LIQUIDATION_LOAN, NOTHING)

    outcome = run("overview", "-o", "json")

    assert (outcome.status, wallet(outcome, "margin-loan")["value"]) == (0, "0")


def test_a_wallet_that_nobody_knows_is_shown_under_its_name(run: Run, exchange: Exchange, change: Change) -> None:
    exchange("classic")
    change(endpoints.WALLET_BALANCE, [{"activate": False, "balance": "12.5", "walletName": "Moon Base"}])

    outcome = run("overview", "-o", "json")

    assert (wallet(outcome, "Moon Base")["status"], wallet(outcome, "Moon Base")["value"]) == ("no endpoint", "12.5")


def test_slow_wallets_leave_time_for_prices(run: Run, exchange: Exchange, monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    released = threading.Event()

    def held(_account: object, _parameters: Any, _now_ms: int) -> Any:
        released.wait(20)
        return {"rows": [], "total": 0}

    monkeypatch.setitem(PAYLOADS, endpoints.EARN_LOCKED.path, held)  # type: ignore[arg-type]
    exchange("classic")

    outcome = run("overview", "--timeout", "2", "--retries", "0", "-o", "json")
    released.set()

    assert outcome.status == 9
    assert wallet(outcome, "earn-locked")["status"] == "failed"
    assert outcome.json["total"]["value"] is not None


# -- how it is shown


def test_the_answer_is_in_the_first_line(run: Run, exchange: Exchange) -> None:
    exchange("classic")

    lines = run("overview").text.splitlines()

    assert lines[0].startswith("At least 169467.34 USDT in 14 wallets, prices at 20")
    assert lines[3].startswith("Missing: LUNX: no price")


def test_small_change_is_folded_and_counted(run: Run, exchange: Exchange, change: Change) -> None:
    coins = [{"asset": "USDT", "free": "100", "locked": "0", "freeze": "0", "withdrawing": "0", "btcValuation": "0"}]
    coins += [{**coins[0], "asset": "DOGE", "free": "3"}]
    exchange("new")
    change(endpoints.USER_ASSETS, coins)

    folded, whole = run("overview"), run("overview", "--all")

    assert folded.text.startswith("Total 100.36 USDT")
    assert "DOGE" not in folded.text
    assert "1 asset below 1 USDT hidden; --all shows them." in folded.err
    assert "DOGE" in whole.text


@pytest.mark.parametrize("section", ["assets", "wallets", "holdings", "totals"])
@pytest.mark.parametrize("form", ["csv", "jsonl", "table"])
def test_every_section_can_be_shown_alone(run: Run, exchange: Exchange, section: str, form: str) -> None:
    exchange("classic")

    outcome = run("overview", "--section", section, "-o", form)

    assert outcome.status == 0
    assert len(outcome.text.splitlines()) >= 1


def test_fields_and_sort_work_on_assets(run: Run, exchange: Exchange) -> None:
    exchange("classic")

    rows = run("overview", "--fields", "asset,value", "--sort", "value", "--csv").text.splitlines()

    assert rows[0] == "asset,value"
    assert rows[1].startswith("USDC,-250")


def test_a_watch_reads_again(run: Run, exchange: Exchange) -> None:
    sandbox = exchange("new")

    outcome = run("overview", "--watch", "60", "--count", "1", "-o", "json")

    assert json.loads(outcome.text)["total"]["value"] == "0"
    assert paths(sandbox).count(endpoints.PRICES.path) == 1


def test_an_interval_that_would_spend_a_limit_is_refused_before_anything_is_sent(run: Run, exchange: Exchange) -> None:
    sandbox = exchange("classic")

    outcome = run("overview", "--watch", "0.1", "-o", "json")

    assert outcome.status == 2
    assert "the smallest interval is" in outcome.error["message"]
    assert sandbox.requests == []


def test_wallets_are_checked_before_anything_is_sent(run: Run, exchange: Exchange) -> None:
    sandbox = exchange("classic")

    outcome = run("overview", "--wallets", "sport", "-o", "json")

    assert (outcome.status, sandbox.requests) == (2, [])
    assert "Did you mean spot?" in outcome.error["message"]


def test_the_sandbox_shows_the_classic_account_without_a_key(run: Run) -> None:
    outcome = run("overview", "-e", "sandbox")

    assert outcome.status == 0
    assert outcome.text.startswith("At least 169467.34 USDT")


def test_to_keeps_what_was_read_where_some_was_not(run: Run, exchange: Exchange, change: Change) -> None:
    exchange("classic")
    change(endpoints.OPTIONS_ACCOUNT, -2015)

    outcome = run("overview", "-o", "json", "--to", "worth.json")

    assert outcome.status == 9
    with open("worth.json", encoding="utf-8") as written:
        assert json.load(written)["total"]["isComplete"] is False
