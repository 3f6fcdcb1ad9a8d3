"""The exchange's own SDKs work against the sandbox: what they sign it accepts, what it answers they read."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from binance_common.configuration import ConfigurationRestAPI, ConfigurationWebSocketAPI
from binance_common.errors import BadRequestError, UnauthorizedError
from binance_sdk_derivatives_trading_portfolio_margin.derivatives_trading_portfolio_margin import (
    DerivativesTradingPortfolioMargin,
)
from binance_sdk_derivatives_trading_usds_futures.derivatives_trading_usds_futures import DerivativesTradingUsdsFutures
from binance_sdk_wallet.wallet import Wallet

from bnacct.sandbox import IP_RESTRICTED_KEY, Sandbox
from bnacct.sandbox.accounts import open_account

# The SDK's own call of aiohttp, on every WebSocket connection.
pytestmark = pytest.mark.filterwarnings("ignore:parameter 'timeout' of type 'float' is deprecated:DeprecationWarning")

TIMEOUT_MS = 20_000
RICH = open_account("rich")


@pytest.fixture(scope="module", params=["HMAC", "RSA", "Ed25519"])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    with Sandbox("rich", key_kind=request.param) as running:
        yield running


def credentials(sandbox: Sandbox) -> dict[str, str]:
    secret = "api_secret" if "BINANCE_API_SECRET" in sandbox.environment() else "private_key"
    return {"api_key": sandbox.api_key, secret: sandbox.secret}


def rest(sandbox: Sandbox, **changes: str) -> ConfigurationRestAPI:
    return ConfigurationRestAPI(
        **{**credentials(sandbox), **changes}, base_path=sandbox.urls["sapi"], timeout=TIMEOUT_MS, retries=0
    )


def plain(model: Any) -> Any:
    """Return what the SDK read as it was on the wire. A model it could not read it would return as a plain dict."""
    if isinstance(model, list):
        return [plain(row) for row in model]
    assert not isinstance(model, dict), "the SDK fell back to the raw payload"
    return without_extras(model.to_dict())


def without_extras(read: Any) -> Any:
    """Leave out the SDK's own field for what its models do not know, which must be nothing."""
    if isinstance(read, list):
        return [without_extras(row) for row in read]
    if not isinstance(read, dict):
        return read
    assert read.get("additional_properties", {}) == {}
    return {name: without_extras(value) for name, value in read.items() if name != "additional_properties"}


def test_wallet_reads_the_user_assets(sandbox: Sandbox) -> None:
    response = Wallet(rest(sandbox)).rest_api.user_asset(need_btc_valuation=True, recv_window=5000)
    assert plain(response.data()) == RICH.user_assets()


@pytest.mark.parametrize("asset", ["BNB", "这是测试币", "🚀MOON", "[x]"])
def test_wallet_reads_one_asset_whatever_its_name(sandbox: Sandbox, asset: str) -> None:
    response = Wallet(rest(sandbox)).rest_api.user_asset(asset=asset, need_btc_valuation=True)
    assert plain(response.data()) == [row for row in RICH.user_assets() if row["asset"] == asset]


@pytest.mark.parametrize("kind", ["SPOT", "MARGIN", "FUTURES"])
def test_wallet_reads_the_snapshots(kind: str) -> None:
    with Sandbox("rich") as running:
        response = Wallet(rest(running)).rest_api.daily_account_snapshot(type=kind, limit=30)
    read = plain(response.data())
    expected = [RICH.snapshot(kind.lower(), days_ago) for days_ago in range(30, 0, -1)]
    assert read["code"] == 200
    assert [row["data"] for row in read["snapshotVos"]] == [data for data in expected if data]


def test_wallet_signs_snapshots_with_every_kind_of_key(sandbox: Sandbox) -> None:
    response = Wallet(rest(sandbox)).rest_api.daily_account_snapshot(type="SPOT")
    assert len(plain(response.data())["snapshotVos"]) == 7


def test_futures_reads_the_account(sandbox: Sandbox) -> None:
    response = DerivativesTradingUsdsFutures(rest(sandbox)).rest_api.account_information_v3()
    assert plain(response.data()) == RICH.futures_account()
    assert [limit.rateLimitType for limit in response.rate_limits] == ["REQUEST_WEIGHT"]


def test_portfolio_margin_reads_the_balances(sandbox: Sandbox) -> None:
    response = DerivativesTradingPortfolioMargin(rest(sandbox)).rest_api.account_balance()
    assert plain(response.data().actual_instance) == RICH.pm_balance()


def test_portfolio_margin_reads_the_balance_of_one_asset(sandbox: Sandbox) -> None:
    response = DerivativesTradingPortfolioMargin(rest(sandbox)).rest_api.account_balance(asset="USDC")
    [row] = [row for row in RICH.pm_balance() if row["asset"] == "USDC"]
    assert plain(response.data().actual_instance) == {name: row[name] for name in row if name != "crossMarginAsset"}


def test_futures_reads_the_balances_over_websocket(sandbox: Sandbox) -> None:
    configuration = ConfigurationWebSocketAPI(
        **credentials(sandbox), stream_url=sandbox.urls["ws_fapi"], timeout=TIMEOUT_MS
    )

    async def both_methods() -> list[Any]:
        connection = await DerivativesTradingUsdsFutures(config_ws_api=configuration).websocket_api.create_connection()
        try:
            return [
                (await call(recv_window=5000)).data()
                for call in (connection.futures_account_balance, connection.futures_account_balance_v2)
            ]
        finally:
            await connection.close_connection(close_session=True)

    answers = [plain(answer) for answer in asyncio.run(both_methods())]
    assert [answer["status"] for answer in answers] == [200, 200]
    assert [answer["result"] for answer in answers] == [RICH.ws_balance()] * 2


@pytest.mark.parametrize(
    ("changes", "error", "code"),
    [
        ({"api_key": "x" * 64}, UnauthorizedError, -2008),
        ({"api_key": IP_RESTRICTED_KEY}, UnauthorizedError, -2015),
        ({"api_secret": "wrong"}, BadRequestError, -1022),
    ],
)
def test_a_refusal_reaches_the_caller_of_the_sdk(changes: dict[str, str], error: type[Exception], code: int) -> None:
    with Sandbox() as running, pytest.raises(error) as refused:
        Wallet(rest(running, **changes)).rest_api.user_asset()
    assert refused.value.status_code == code  # the SDK's name for it
