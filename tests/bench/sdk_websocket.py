"""The official SDK's one-shot over the WebSocket API."""

import asyncio
import json
import os
import sys

from binance_common.configuration import ConfigurationWebSocketAPI
from binance_sdk_derivatives_trading_usds_futures.derivatives_trading_usds_futures import DerivativesTradingUsdsFutures


async def call() -> object:
    configuration = ConfigurationWebSocketAPI(
        api_key=os.environ["BINANCE_API_KEY"],
        api_secret=os.environ["BINANCE_API_SECRET"],
        stream_url=os.environ["BNACCT_WS_FAPI_URL"],
        timeout=10_000,
    )
    connection = await DerivativesTradingUsdsFutures(config_ws_api=configuration).websocket_api.create_connection()
    try:
        return (await connection.futures_account_balance()).data().to_dict()
    finally:
        await connection.close_connection(close_session=True)


sys.stdout.write(json.dumps(asyncio.run(call())["result"]) + "\n")
