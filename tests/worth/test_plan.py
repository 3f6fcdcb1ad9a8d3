"""What is asked follows from what was answered: everything at once first, then only what may hold something."""

import pytest

from bnacct import worth
from bnacct.readings import Reading
from bnacct.worth import Scope
from tests.worth.account import (
    answered,
    classic,
    flexible,
    futures_asset,
    info,
    listed,
    paged,
    portfolio_margin,
    prices,
    refused,
    timed_out,
)

FIRST = {
    "key-rights",
    "account-info",
    "wallet-balance",
    "portfolio-probe",
    "spot",
    "funding",
    "earn-flexible",
    "earn-locked",
}
WALLETS = {"cross-margin", "isolated-margin", "usdm-futures", "coinm-futures", "options", "liquidation-loan"}
NOTHING = info(isMarginEnabled=False, isFutureEnabled=False, isOptionsEnabled=False)


WHOLE = Scope()


def second(scope: Scope = WHOLE, **changes: Reading) -> set[str]:
    """Return what is asked once the first wave is read; everything else of the account is not there yet."""
    readings = classic(**changes)
    read: dict[str, Reading] = {}
    for name in worth.next_sources(scope, {}):
        read[name] = readings.get(name, paged())
    return set(worth.next_sources(scope, read))


def test_the_first_wave_is_what_every_account_has() -> None:
    assert set(worth.next_sources(Scope(), {})) == FIRST
    deep = set(worth.next_sources(Scope(is_deep=True), {}))
    assert deep - FIRST == {"onchain-yields", "dual-pending", "dual-purchased", "dual-settling", "dual-refunding"}


def test_the_first_wave_is_bounded_by_the_wallets_named() -> None:
    asked = set(worth.next_sources(Scope(wallets=("spot",)), {}))
    assert asked == {"key-rights", "account-info", "wallet-balance", "spot"}
    assert "portfolio-probe" in worth.next_sources(Scope(wallets=("options",)), {})


def test_the_second_wave_is_what_the_account_opened() -> None:
    assert second() == WALLETS
    assert second(account_info=timed_out()) == WALLETS
    assert second(account_info=NOTHING) == set()
    assert second(account_info=NOTHING, wallet_balance=listed(Options="3")) == {"options"}
    # The flag may not speak of isolated margin: without a figure it is asked.
    assert second(account_info=NOTHING, wallet_balance=timed_out()) == {"isolated-margin"}


def test_nothing_is_asked_twice_and_the_waves_end() -> None:
    readings = classic()
    asked: list[str] = []
    read: dict[str, Reading] = {}
    while names := worth.next_sources(Scope(), read):
        asked += names
        read |= {name: readings[name] for name in names}
    assert sorted(asked) == sorted(FIRST | WALLETS)


@pytest.mark.parametrize(
    ("kind", "source"), [("PM_2", "pm-balance"), ("PM_1", "pm-pro-balance"), ("PM_3", "pm-pro-balance")]
)
def test_portfolio_margin_replaces_what_it_covers(kind: str, source: str) -> None:
    asked = second(portfolio_probe=answered({"accountType": kind}))
    assert source in asked
    assert asked.isdisjoint({"cross-margin", "usdm-futures", "coinm-futures"})
    assert ("options" in asked) == (kind == "PM_2")
    assert ("pm-loan" in asked) == (kind != "PM_2")
    assert "isolated-margin" in asked


def test_the_accounts_own_flag_decides_for_portfolio_margin() -> None:
    asked = second(account_info=info(isPortfolioMarginRetailEnabled=True), portfolio_probe=timed_out())
    assert {"pm-balance", "pm-account"} <= asked


def test_what_portfolio_margin_may_cover_is_not_asked_while_the_kind_is_unknown() -> None:
    shown = answered([{"activate": True, "balance": "5", "walletName": "Cross Margin (PM)"}])
    asked = second(portfolio_probe=timed_out(), wallet_balance=shown)
    assert asked.isdisjoint({"cross-margin", "usdm-futures", "coinm-futures", "pm-balance"})


@pytest.mark.parametrize(
    ("reading", "is_asked"),
    [
        (paged(flexible("BNB", "1")), False),
        (paged(flexible("BNB", "1", pledged="0.5")), True),
        (paged(flexible("BNB", "1", pledged="")), True),
        (paged(flexible("BNB", "1"), total=2), True),
        (timed_out(), True),
        (answered([]), True),
    ],
)
def test_flexible_loans_are_read_where_there_may_be_one(reading: Reading, is_asked: bool) -> None:
    assert ("flexible-loan" in second(earn_flexible=reading)) == is_asked


def test_named_and_deep_loans_are_read_whatever_is_pledged() -> None:
    assert {"flexible-loan", "vip-loan"} <= second(Scope(is_deep=True))
    assert second(Scope(wallets=("flexible-loan",))) == {"flexible-loan"}


@pytest.mark.parametrize("code", [-2015, -2014, -2008, -1022])
def test_a_key_that_opens_nothing_is_refused_as_a_whole(code: int) -> None:
    read = {name: refused(code) for name in FIRST}
    assert worth.refused_key(read) is read["key-rights"]
    assert worth.next_sources(Scope(), read) == ()
    assert worth.refused_key({**read, "spot": answered([])}) is None
    assert worth.refused_key({**read, "key-rights": timed_out()}) is None


def test_the_index_is_read_where_something_needs_it() -> None:
    assert worth.price_sources(classic()) == ("prices",)
    assert worth.price_sources(portfolio_margin()) == ("prices", "asset-index")
    for name in ("LDUSDT", "BFUSD", "RWUSD", "BNFCR"):
        held = classic(usdm_futures=answered({"assets": [futures_asset(name, "-1")]}))
        assert worth.price_sources(held) == ("prices", "asset-index")
        untouched = classic(usdm_futures=answered({"assets": [futures_asset(name)]}))
        assert worth.price_sources(untouched) == ("prices",)


def test_a_quote_is_an_asset_that_a_market_trades_against_a_hub() -> None:
    table = prices({"ADAUSDT": "0.5", "USDTBRL": "5", "ABCXYZ": "1", "DEADUSDT": "0"})
    assert worth.has_market("ADA", table)
    assert worth.has_market("BRL", table)
    assert not any(worth.has_market(name, table) for name in ("XYZ", "ABC", "DEAD", "USD"))
    assert not worth.has_market("ADA", timed_out())
    assert set(worth.HUBS) == {"USDT", "USDC", "FDUSD", "BTC", "BNB", "ETH", "TRY", "EUR"}
