"""The document has the fields of the contract, in its order, and says unknown as null."""

from bnacct import worth
from bnacct.worth import Scope
from tests.worth.account import PRICES_AT_MS, answered, classic, coin, document_of, listed


def test_the_document_is_that_of_the_contract() -> None:
    readings = classic(spot=answered([coin("BTC", "0.5"), coin("XYZ", "1")]), wallet_balance=listed(Spot="50000"))
    document = document_of(readings)
    wallets = document.pop("wallets")
    assert [line["wallet"] for line in wallets] == list(worth.WALLETS)
    assert wallets[0] == {
        "wallet": "spot",
        "status": "readable",
        "value": "50000",
        "exchangeValue": "50000",
        "reason": None,
    }
    covers = document["total"].pop("covers")
    assert covers == [line["wallet"] for line in wallets if line["status"] != "not asked"]
    market = {"price": "100000", "route": "BTC→USDT", "basis": "market"}
    unpriced = {"price": None, "route": None, "basis": None}
    assert document == {
        "quoteAsset": "USDT",
        "accountKind": "classic",
        "total": {
            "value": "50000",
            "isComplete": False,
            "bound": "at least",
            "assets": "50000",
            "debts": "0",
            "missing": [{"asset": "XYZ", "reason": "no price leads from it to USDT: 1 XYZ left out"}],
        },
        "exchangeEstimate": {"value": "50000", "difference": "0"},
        "pricesAt": PRICES_AT_MS,
        "readFrom": PRICES_AT_MS - 5000,
        "readUntil": PRICES_AT_MS - 5000,
        "assets": [
            {"asset": "BTC", "quantity": "0.5", **market, "value": "50000", "share": "1"},
            {"asset": "XYZ", "quantity": "1", **unpriced, "value": None, "share": None},
        ],
        "holdings": [
            {
                "wallet": "spot",
                "asset": "BTC",
                "kind": "asset",
                "quantity": "0.5",
                **market,
                "value": "50000",
                "counted": True,
            },
            {
                "wallet": "spot",
                "asset": "XYZ",
                "kind": "asset",
                "quantity": "1",
                **unpriced,
                "value": None,
                "counted": True,
            },
        ],
    }


def test_assets_come_by_value_and_then_by_name() -> None:
    spot = answered([coin("ADA", "2"), coin("USDC", "1"), coin("BTC", "1"), coin("ZZZ", "9"), coin("AAA", "9")])
    document = document_of(classic(spot=spot))
    assert [line["asset"] for line in document["assets"]] == ["BTC", "ADA", "USDC", "AAA", "ZZZ"]


def test_an_account_that_opened_nothing_is_worth_nothing() -> None:
    document = document_of(classic())
    assert (document["assets"], document["holdings"]) == ([], [])
    assert (document["total"]["value"], document["total"]["bound"]) == ("0", "exact")


def test_a_scope_asks_what_it_names() -> None:
    assert Scope().asks("spot")
    assert not Scope().asks("vip-loan")
    assert Scope(is_deep=True).asks("vip-loan")
    assert not Scope(wallets=("spot",), is_deep=True).asks("vip-loan")
    assert Scope(wallets=("vip-loan",)).asks("vip-loan")
