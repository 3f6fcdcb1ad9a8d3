"""The official SDKs' one-shot: a client, one call, its JSON."""

import json
import os
import sys

from binance_common.configuration import ConfigurationRestAPI

configuration = ConfigurationRestAPI(
    api_key=os.environ["BINANCE_API_KEY"],
    api_secret=os.environ["BINANCE_API_SECRET"],
    base_path=os.environ["BNACCT_SAPI_URL"],
    timeout=10_000,
)
if sys.argv[1] == "user-assets":
    from binance_sdk_wallet.wallet import Wallet

    rows = Wallet(configuration).rest_api.user_asset(need_btc_valuation=True).data()
    found = [row.to_dict() for row in rows]
else:
    from binance_sdk_derivatives_trading_usds_futures.derivatives_trading_usds_futures import (
        DerivativesTradingUsdsFutures,
    )

    found = DerivativesTradingUsdsFutures(configuration).rest_api.account_information_v3().data().to_dict()
sys.stdout.write(json.dumps(found) + "\n")
