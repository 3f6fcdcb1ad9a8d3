"""An answer, or a refusal, says of each wallet what it can say, and nothing more."""

from typing import Any

import pytest

from bnacct.readings import Reading
from tests.worth.account import (
    answered,
    classic,
    coin,
    document_of,
    flexible,
    info,
    listed,
    missing,
    paged,
    refused,
    timed_out,
    total_of,
    wallet,
)

OFF = info(isMarginEnabled=False, isFutureEnabled=False, isOptionsEnabled=False)
SILENT = refused(-1000)


@pytest.mark.parametrize(
    ("name", "reading", "facts", "status"),
    [
        ("cross-margin", answered({"created": False, "userAssets": []}), info(), "not opened"),
        ("cross-margin", refused(-3003), info(), "not opened"),
        ("isolated-margin", refused(-11001), info(), "not opened"),
        ("isolated-margin", answered({"assets": []}), info(), "readable"),
        ("usdm-futures", refused(-1109, host="fapi"), info(), "failed"),
        ("usdm-futures", refused(-1109, host="fapi"), SILENT, "not opened"),
        ("usdm-futures", refused(-4109, host="fapi"), info(), "not opened"),
        ("usdm-futures", refused(-5011, host="fapi"), info(), "not opened"),
        ("usdm-futures", refused(-2015, host="fapi"), info(), "not permitted"),
        ("usdm-futures", refused(0, 451, host="fapi"), info(), "failed"),
        ("coinm-futures", refused(-1016, host="fapi"), info(), "failed"),
        ("options", refused(-1130, host="fapi"), info(), "failed"),
        ("options", refused(-2015, host="fapi"), info(), "not permitted"),
        ("spot", refused(-1002), info(), "not permitted"),
        ("spot", refused(None, 401), info(), "not permitted"),
        ("spot", refused(-1099), info(), "not permitted"),
        ("spot", refused(-1022), info(), "failed"),
        ("spot", refused(None, 403), info(), "failed"),
        ("spot", refused(-1003, 429), info(), "failed"),
        ("spot", timed_out(), info(), "failed"),
        ("spot", answered({"code": -1, "msg": "no"}), info(), "failed"),
        ("spot", answered([{"free": "1"}]), info(), "failed"),
        ("earn-locked", answered([]), info(), "failed"),
    ],
)
def test_an_answer_becomes_a_status(name: str, reading: Reading, facts: Reading, status: str) -> None:
    readings = classic(account_info=facts, **{name.replace("-", "_"): reading})
    line = wallet(document_of(readings), name)
    assert line["status"] == status
    assert line["value"] == ("0" if status in ("not opened", "readable") else None)
    assert bool(line["reason"]) == (status in ("failed", "not permitted")) or status == "not opened"


@pytest.mark.parametrize("code", [-1130, -2015])
def test_options_that_refuse_are_not_opened_where_the_exchange_shows_them_inactive(code: int) -> None:
    shown = [{"activate": False, "balance": "0", "walletName": "Options"}]
    readings = classic(account_info=SILENT, wallet_balance=answered(shown), options=refused(code, host="eapi"))
    assert wallet(document_of(readings), "options")["status"] == "not opened"


def test_what_the_account_never_opened_is_not_asked_and_counts_nothing() -> None:
    wallets = ("cross-margin", "isolated-margin", "usdm-futures", "coinm-futures", "options", "liquidation-loan")
    readings = {name: reading for name, reading in classic(account_info=OFF).items() if name not in wallets}
    found = total_of(readings)
    document = found.document()
    assert {wallet(document, name)["status"] for name in wallets[:5]} == {"not opened"}
    assert wallet(document, "margin-loan")["status"] == "not opened"
    assert document["total"]["isComplete"]
    assert document["total"]["bound"] == "exact"
    assert found.exit_status == 0


def test_money_that_the_exchange_shows_contradicts_not_opened() -> None:
    for reading in (refused(-3003), answered({"created": False})):
        found = total_of(classic(cross_margin=reading, wallet_balance=listed(Cross_Margin="12")))
        line = wallet(found.document(), "cross-margin")
        assert line["status"] == "failed"
        assert "12 USDT" in line["reason"]
        assert found.total.bound == "unknown"
        assert found.exit_status == 9


def test_a_wallet_that_is_not_activated_and_holds_money_counts() -> None:
    rows = [{"activate": False, "balance": "7.5", "walletName": "Trading Bots"}]
    found = total_of(classic(wallet_balance=answered(rows)))
    document = found.document()
    assert wallet(document, "trading-bots")["status"] == "no endpoint"
    assert wallet(document, "trading-bots")["value"] == "7.5"
    assert document["total"]["value"] == "7.5"
    assert any("Trading Bots" in note for note in found.notes)


def test_a_wallet_that_nobody_knows_is_shown_under_its_name_and_counts() -> None:
    rows = [{"activate": True, "balance": "3", "walletName": "火星 Wallet"}]
    document = document_of(classic(wallet_balance=answered(rows)))
    assert document["wallets"][-1] == {
        "wallet": "火星 Wallet",
        "status": "no endpoint",
        "value": "3",
        "exchangeValue": "3",
        "reason": None,
    }
    assert document["total"]["value"] == "3"
    holding = document["holdings"][-1]
    assert (holding["asset"], holding["quantity"], holding["basis"]) == (None, None, "exchange valuation")
    bounded = document_of(classic(wallet_balance=answered(rows)), wallets=("spot",))
    assert bounded["wallets"][-1]["status"] == "not asked"
    assert bounded["total"]["value"] == "0"


@pytest.mark.parametrize(("reading", "status"), [(refused(-2015), "not permitted"), (timed_out(), "failed")])
def test_an_unread_list_of_wallets_leaves_the_total_at_least(reading: Reading, status: str) -> None:
    found = total_of(classic(wallet_balance=reading))
    document = found.document()
    assert wallet(document, "trading-bots")["status"] == wallet(document, "copy-trading")["status"] == status
    assert document["total"]["bound"] == "at least"
    assert document["exchangeEstimate"] == {"value": None, "difference": None}
    assert [each.source for each in found.failed] == ["wallet-balance"]
    assert found.exit_status == 9


@pytest.mark.parametrize(
    ("name", "bound"),
    [
        ("spot", "at least"),
        ("funding", "at least"),
        ("earn-locked", "at least"),
        ("cross-margin", "unknown"),
        ("isolated-margin", "unknown"),
        ("usdm-futures", "unknown"),
        ("coinm-futures", "unknown"),
        ("options", "unknown"),
        ("liquidation-loan", "unknown"),
    ],
)
def test_an_unread_wallet_leaves_a_bound_only_where_it_cannot_be_negative(name: str, bound: str) -> None:
    found = total_of(classic(**{name.replace("-", "_"): timed_out()}))
    assert found.total.bound == bound
    assert found.total.word == {"at least": "At least", "unknown": "Partial"}[bound]
    assert not found.document()["total"]["isComplete"]
    assert found.exit_status == 9


def test_one_key_that_may_not_read_one_wallet_reads_the_others() -> None:
    found = total_of(classic(spot=answered([coin("USDT", "5")]), usdm_futures=refused(-2015, host="fapi")))
    assert found.document()["total"]["value"] == "5"
    assert found.exit_status == 9
    assert found.failure is None


def test_where_nothing_could_be_read_the_failure_is_the_first_one() -> None:
    readings = {name: refused(-2015, 401) for name in classic()}
    found = total_of(readings)
    assert found.exit_status == 4
    assert found.failure is readings["key-rights"].failure
    limited = total_of({name: refused(-1003, 429) for name in classic()})
    assert limited.exit_status == 5
    shapeless = total_of({name: answered("x") for name in classic()})
    assert shapeless.exit_status == 8


def test_a_source_without_a_reading_failed() -> None:
    readings = classic()
    del readings["funding"]
    found = total_of(readings)
    assert wallet(found.document(), "funding")["status"] == "failed"
    assert found.exit_status == 9


@pytest.mark.parametrize("total", [3, "3"])
def test_an_unread_page_leaves_the_total_at_least(total: Any) -> None:
    reading = paged(flexible("USDT", "1"), flexible("USDC", "2"), total=total)
    found = total_of(classic(earn_flexible=reading, flexible_loan=paged()))
    document = found.document()
    line = wallet(document, "earn-flexible")
    assert (line["status"], line["value"]) == ("readable", "2.9996")
    assert line["reason"] == "2 of 3 positions were read"
    assert document["total"]["bound"] == "at least"
    assert found.exit_status == 9


def test_a_page_that_failed_leaves_what_came_before_it() -> None:
    reading = paged(flexible("USDT", "1"), total=2)._replace(failure=timed_out().failure)
    found = total_of(classic(earn_flexible=reading, flexible_loan=paged()))
    assert found.document()["total"]["value"] == "1"
    assert [each.source for each in found.failed] == ["earn-flexible"]


def test_a_page_repeated_counts_once_and_leaves_the_total_open() -> None:
    row = {"positionId": 5, "asset": "USDT", "amount": "1"}
    document = document_of(classic(earn_locked=paged(row, row, {**row, "positionId": "5"}, total=120)))
    assert document["total"]["value"] == "1"
    assert not document["total"]["isComplete"]


@pytest.mark.parametrize("level", [1, None])
def test_unread_vip_loans_leave_the_bound_unknown(level: int | None) -> None:
    readings = classic(account_info=info(vipLevel=level))
    document = document_of(readings)
    assert missing(document) == {"vip-loan"}
    assert document["total"]["bound"] == "unknown"
    assert "--deep" in document["total"]["missing"][0]["reason"]


def test_wallets_that_leave_debt_out_are_complete_for_what_they_name() -> None:
    rows = {"created": True, "userAssets": [{"asset": "USDT", "netAsset": "-100", "borrowed": "100", "interest": "0"}]}
    readings = classic(account_info=info(vipLevel=3), spot=answered([coin("USDT", "150")]), cross_margin=answered(rows))
    document = document_of(readings, wallets=("spot", "funding"))
    assert document["total"]["value"] == "150"
    assert document["total"]["covers"] == ["spot", "funding"]
    assert document["total"]["isComplete"]
    assert wallet(document, "cross-margin")["status"] == "not asked"
    assert wallet(document, "cross-margin")["value"] is None
    assert document_of(readings)["total"]["value"] == "50"


def test_without_deep_the_rarer_wallets_are_not_asked() -> None:
    document = document_of(classic())
    statuses = {line["wallet"]: line["status"] for line in document["wallets"]}
    unasked = {name for name, status in statuses.items() if status == "not asked"}
    assert unasked == {"onchain-yields", "dual-investment", "vip-loan", "flexible-loan"}
    assert unasked.isdisjoint(document["total"]["covers"])
    assert document["total"]["isComplete"]
