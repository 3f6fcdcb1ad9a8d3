"""The official SDKs' calls for an overview, one after the other: the six of them that the development packages have."""

import json
import os
import sys

from binance_common.configuration import ConfigurationRestAPI
from binance_sdk_derivatives_trading_usds_futures.derivatives_trading_usds_futures import DerivativesTradingUsdsFutures
from binance_sdk_wallet.wallet import Wallet


def configuration(host: str) -> ConfigurationRestAPI:
    return ConfigurationRestAPI(
        api_key=os.environ["BINANCE_API_KEY"],
        api_secret=os.environ["BINANCE_API_SECRET"],
        base_path=os.environ[f"BNACCT_{host}_URL"],
        timeout=10_000,
    )


wallet = Wallet(configuration("SAPI")).rest_api
futures = DerivativesTradingUsdsFutures(configuration("FAPI")).rest_api
found = [
    wallet.get_api_key_permission().data(),
    wallet.account_info().data(),
    wallet.query_user_wallet_balance(quote_asset="USDT").data(),
    wallet.user_asset(need_btc_valuation=True).data(),
    wallet.funding_wallet(need_btc_valuation="true").data(),
    futures.account_information_v3().data(),
]
rows = [each if isinstance(each, list) else [each] for each in found]
sys.stdout.write(json.dumps([[row.to_dict() for row in each] for each in rows]) + "\n")
