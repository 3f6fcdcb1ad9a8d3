"""Money that was moved between two wallets while they were read: the account is read once more, and no more than that."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bnacct import endpoints
from bnacct.endpoints import Endpoint
from bnacct.sandbox import Sandbox
from bnacct.sandbox.accounts.account import funding_asset, user_asset
from bnacct.sandbox.accounts.answers import wallet_balance
from bnacct.sandbox.exchange.error_bodies import RefusedError
from bnacct.sandbox.exchange.payloads import PAYLOADS
from bnacct.sandbox.exchange.weights import Weights
from tests.conftest import Outcome
from tests.sandbox_requests import NOW

Run = Callable[..., Outcome]
Exchange = Callable[..., Sandbox]

NEW = 100000004
AGAIN = "Money seems to have been moved between spot and funding while they were read: the account was read again"
# What is asked of an account that has opened nothing: first what it is, then what it has.
OF_THE_ACCOUNT = (endpoints.API_RESTRICTIONS, endpoints.ACCOUNT_INFO)
OF_ITS_MONEY = (
    endpoints.PORTFOLIO_ACCOUNT,
    endpoints.WALLET_BALANCE,
    endpoints.USER_ASSETS,
    endpoints.FUNDING_ASSETS,
    endpoints.EARN_FLEXIBLE,
    endpoints.EARN_LOCKED,
    endpoints.PRICES,
)


class Answers:
    """What an endpoint answers to the account `new`, call after call; the last answer stays. A number is a refusal."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def to(self, endpoint: Endpoint, *answers: Any) -> None:
        before, remaining = PAYLOADS[endpoint.path], list(answers)

        def payload(account: Any, parameters: Any, now_ms: int) -> Any:
            if account.uid != NEW:
                return before(account, parameters, now_ms)
            answer = remaining.pop(0) if len(remaining) > 1 else remaining[0]
            if isinstance(answer, int):
                raise RefusedError(answer)
            return answer() if callable(answer) else answer

        self._monkeypatch.setitem(PAYLOADS, endpoint.path, payload)  # type: ignore[arg-type]


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    """Have 600 of 1000 USDT moved from spot to funding after the list of wallets was made, and before they are read."""
    found = Answers(monkeypatch)
    found.to(endpoints.USER_ASSETS, [user_asset("USDT", "400")])
    found.to(endpoints.FUNDING_ASSETS, [funding_asset("USDT", "600")])
    shown(found, ("1000", "0"), ("400", "600"))
    return found


def shown(answers: Answers, *balances: tuple[str, str]) -> None:
    """Let the list of wallets show these balances of spot and funding, reading after reading."""
    answers.to(endpoints.WALLET_BALANCE, *(wallet_balance(Spot=spot, Funding=funding) for spot, funding in balances))


def counts(sandbox: Sandbox, asked: tuple[Endpoint, ...]) -> list[int]:
    paths = [request.path for request in sandbox.requests]
    return [paths.count(endpoint.path) for endpoint in asked]


def test_an_account_is_read_again_and_the_second_reading_is_shown(
    run: Run, exchange: Exchange, answers: Answers
) -> None:
    sandbox = exchange("new")

    outcome = run("overview", "-o", "json", "-v")

    assert outcome.status == 0
    assert counts(sandbox, OF_ITS_MONEY) == [2] * 7
    assert counts(sandbox, OF_THE_ACCOUNT) == [1] * 2
    assert len(sandbox.requests) == 16
    assert [row["exchangeValue"] for row in outcome.json["wallets"][:2]] == ["400", "600"]
    assert outcome.json["exchangeEstimate"]["difference"] == "0"
    assert f"bnacct: {AGAIN}, and this is the second reading.\n" in outcome.err
    assert "own figure" not in outcome.err
    assert sandbox.requests[-1].path == endpoints.PRICES.path


def test_a_gap_that_stays_is_told_and_not_read_a_third_time(run: Run, exchange: Exchange, answers: Answers) -> None:
    shown(answers, ("1000", "0"))
    sandbox = exchange("new")

    outcome = run("overview", "-v")

    assert outcome.status == 0
    assert counts(sandbox, OF_ITS_MONEY) == [2] * 7
    assert AGAIN in outcome.err
    assert "spot: 400 USDT here, 1000 USDT by the exchange's own figure." in outcome.err
    assert "funding: 600 USDT here, 0 USDT by the exchange's own figure." in outcome.err


@pytest.mark.parametrize(
    "balances", [("1000", "300"), ("1000", "600"), ("1000", "900"), ("400", "600"), ("403", "597")]
)
def test_gaps_that_do_not_cancel_out_are_no_reason_to_read_again(
    run: Run, exchange: Exchange, answers: Answers, balances: tuple[str, str]
) -> None:
    shown(answers, balances)
    sandbox = exchange("new")

    outcome = run("overview", "-v")

    assert outcome.status == 0
    assert counts(sandbox, OF_ITS_MONEY) == [1] * 7
    assert "again" not in outcome.err


def test_money_that_came_out_of_earn_was_moved_too(run: Run, exchange: Exchange, answers: Answers) -> None:
    answers.to(endpoints.FUNDING_ASSETS, [])
    answers.to(endpoints.USER_ASSETS, [user_asset("USDT", "1000")])
    answers.to(endpoints.WALLET_BALANCE, wallet_balance(Spot="400", Earn="600"), wallet_balance(Spot="1000"))
    sandbox = exchange("new")

    outcome = run("overview", "-o", "json")

    assert counts(sandbox, OF_ITS_MONEY) == [2] * 7
    assert outcome.json["total"]["isComplete"] is True
    assert "moved between spot and Earn" in outcome.err


# -- where it is not done, or not taken


def test_a_second_reading_that_has_less_is_not_taken(run: Run, exchange: Exchange, answers: Answers) -> None:
    answers.to(endpoints.FUNDING_ASSETS, [funding_asset("USDT", "600")], -2015)
    exchange("new")

    outcome = run("overview", "-o", "json")

    assert outcome.status == 0
    assert outcome.json["total"]["value"] == "1000"
    assert [row["exchangeValue"] for row in outcome.json["wallets"][:2]] == ["1000", "0"]
    assert f"{AGAIN}, but that gave less, so this is the first reading." in outcome.err


def test_prices_that_fail_the_second_time_leave_those_of_the_first(
    run: Run, exchange: Exchange, answers: Answers
) -> None:
    answers.to(endpoints.PRICES, [{"symbol": "BTCUSDT", "price": "50000"}], -1000)
    exchange("new")

    outcome = run("overview", "--in", "BTC", "--retries", "0", "-o", "json")

    assert outcome.status == 0
    assert outcome.json["total"]["value"] == "0.02"
    assert [row["exchangeValue"] for row in outcome.json["wallets"][:2]] == ["0.008", "0.012"]


def test_without_time_for_as_much_again_the_first_reading_stays(
    run: Run, exchange: Exchange, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monotonic, passed = time.monotonic, [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: monotonic() + passed[0])

    def late() -> Any:
        passed[0] = 31
        return [{"symbol": "BTCUSDT", "price": "50000"}]

    answers.to(endpoints.PRICES, late)
    sandbox = exchange("new")

    outcome = run("overview", "--timeout", "60", "-v")

    assert outcome.status == 0
    assert counts(sandbox, OF_ITS_MONEY) == [1] * 7
    assert "funding: 600 USDT here" in outcome.err


def test_where_a_host_has_refused_for_weight_nothing_is_read_again(
    run: Run, exchange: Exchange, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bnacct.sandbox.accounts.new import New

    monkeypatch.setattr(New, "account_info", lambda _: {"isOptionsEnabled": True, "vipLevel": 0})
    answers.to(endpoints.OPTIONS_ACCOUNT, -1003)
    sandbox = exchange("new")

    outcome = run("overview", "-v")

    assert outcome.status == 9
    assert counts(sandbox, OF_ITS_MONEY) == [1] * 7
    assert "funding: 600 USDT here" in outcome.err


def test_where_a_minute_has_too_little_weight_left_nothing_is_read_again_and_nothing_is_waited_for(
    run: Run, exchange: Exchange, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    spend = Weights.spend

    def spent(self: Weights, endpoint: Endpoint, now_ms: int) -> Any:
        found = spend(self, endpoint, now_ms)
        return found._replace(used=11_900) if endpoint == endpoints.EARN_FLEXIBLE else found

    monkeypatch.setattr(Weights, "spend", spent)
    monkeypatch.setattr(time, "time_ns", lambda: NOW * 1_000_000)
    sandbox = exchange("new")

    outcome = run("overview", "-v")

    assert outcome.status == 0
    assert counts(sandbox, OF_ITS_MONEY) == [1] * 7
    assert "Waiting" not in outcome.err
    assert "funding: 600 USDT here" in outcome.err


# -- what is kept


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BNACCT_ARCHIVE", str(tmp_path / "archive.db"))


@pytest.mark.usefixtures("kept")
def test_the_reading_that_was_shown_is_the_one_that_is_kept(run: Run, exchange: Exchange, answers: Answers) -> None:
    sandbox = exchange("new")
    now = run("overview", "--record", "-o", "json")
    asked = len(sandbox.requests)

    then = run("overview", "--at", "today", "-o", "json")

    assert asked == len(sandbox.requests) == 16
    assert then.json == now.json
    assert then.json["exchangeEstimate"]["difference"] == "0"


@pytest.mark.usefixtures("kept")
def test_what_is_kept_is_never_read_again(run: Run, exchange: Exchange, answers: Answers) -> None:
    shown(answers, ("1000", "0"))
    sandbox = exchange("new")
    run("overview", "--record", "-o", "json")
    asked = len(sandbox.requests)

    outcome = run("overview", "--at", "today", "-v")

    assert len(sandbox.requests) == asked
    assert "funding: 600 USDT here, 0 USDT by the exchange's own figure." in outcome.err
    assert "again" not in outcome.err


# -- several accounts


@pytest.fixture
def desks() -> Iterator[list[Sandbox]]:
    """Serve `new` and `multi-assets`, and write a profile for each."""
    folder = Path.home() / ".config" / "bnacct"
    folder.mkdir(parents=True)
    started = []
    for name in ("new", "multi-assets"):
        sandbox = Sandbox(name).start()
        started.append(sandbox)
        path = folder / f"{name}.env"
        path.write_text("".join(f"{variable}={value}\n" for variable, value in sandbox.environment().items()))
        path.chmod(0o600)
    yield started
    for sandbox in started:
        sandbox.close()


def test_of_several_accounts_only_that_one_is_read_again_and_all_have_the_same_prices(
    run: Run, answers: Answers, desks: list[Sandbox]
) -> None:
    table = [{"symbol": "BTCUSDT", "price": "50000"}, {"symbol": "EURUSDT", "price": "1"}]
    answers.to(endpoints.PRICES, table, [{**row, "price": "2"} for row in table])
    new, other = desks

    outcome = run("overview", "-p", "new", "-p", "multi-assets", "-o", "json")

    first, second = (entry["data"] for entry in outcome.json)
    # Each account's identity is read once.
    assert counts(new, (*OF_ITS_MONEY, endpoints.SPOT_ACCOUNT)) == [2] * 7 + [1]
    assert counts(other, (*OF_ITS_MONEY, endpoints.SPOT_ACCOUNT)) == [1] * 6 + [0, 1]
    assert first["exchangeEstimate"]["difference"] == "0"
    assert {row["asset"]: row["price"] for row in second["assets"]}["EUR"] == "2"
    assert first["pricesAt"] == second["pricesAt"]
    assert f"new: {AGAIN}" in outcome.err
    assert "multi-assets: Money" not in outcome.err
