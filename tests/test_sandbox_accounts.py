"""The sandbox's accounts answer every endpoint in its own shape."""

import pytest

from bnacct.sandbox import ACCOUNTS, Sandbox
from tests.sandbox_requests import (
    ASSETS,
    BOUND_S,
    FUTURES,
    PM,
    SNAPSHOT,
    get,
    make,
    opened,
    ws_call,
    ws_request,
)

# These lack wallets, and are tested with `overview`.
LACKING = ("portfolio-margin", "new")


@pytest.mark.parametrize("account", [name for name in ACCOUNTS if name not in LACKING])
def test_every_account_answers_every_endpoint_in_its_shape(account: str) -> None:
    with make(account) as running:
        for kind in ("SPOT", "MARGIN", "FUTURES"):
            assert isinstance(get(running, SNAPSHOT, f"type={kind}&limit=30").json["snapshotVos"], list)
        assert {"assets", "positions", "availableBalance"} <= get(running, FUTURES).json.keys()
        assert isinstance(get(running, PM).json, list)
        assert isinstance(get(running, ASSETS, "needBtcValuation=true").json, list)
        assert isinstance(ws_call(running, ws_request(running))["result"], list)


def test_an_unknown_account_is_an_error_that_names_those_there_are() -> None:
    with pytest.raises(
        ValueError, match="docs, docs-multi, rich, empty, large, classic, portfolio-margin, multi-assets, new, hostile"
    ):
        Sandbox("nobody")


def test_the_large_account_fills_more_than_a_megabyte() -> None:
    with make("large") as running, opened(running) as connection:
        connection.send(ws_request(running))
        assert len(connection.recv(timeout=BOUND_S)) > 1 << 20
        assert len(get(running, ASSETS).json) == 5000


def test_the_hostile_account_sends_numbers_digit_for_digit() -> None:
    with make("hostile") as running:
        body = get(running, ASSETS).body
    for digits in (b"0.10000000000000000001", b"9007199254740993.00000001", b"1e-8"):
        assert b'"free":' + digits + b"," in body
