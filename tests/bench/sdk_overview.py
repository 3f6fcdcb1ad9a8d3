"""The calls of an overview by the official SDKs, one after the other, one client a product."""

import json
import os
import sys
from collections.abc import Callable
from json import JSONDecodeError
from typing import Any

from binance_common.configuration import ConfigurationRestAPI
from binance_common.errors import BadRequestError
from binance_common.models import ApiResponse
from binance_sdk_crypto_loan.crypto_loan import CryptoLoan
from binance_sdk_derivatives_trading_coin_futures.derivatives_trading_coin_futures import DerivativesTradingCoinFutures
from binance_sdk_derivatives_trading_options.derivatives_trading_options import DerivativesTradingOptions
from binance_sdk_derivatives_trading_portfolio_margin_pro.derivatives_trading_portfolio_margin_pro import (
    DerivativesTradingPortfolioMarginPro,
)
from binance_sdk_derivatives_trading_usds_futures.derivatives_trading_usds_futures import DerivativesTradingUsdsFutures
from binance_sdk_margin_trading.margin_trading import MarginTrading
from binance_sdk_simple_earn.simple_earn import SimpleEarn
from binance_sdk_spot.rest_api.models import TickerPriceSymbolStatusEnum
from binance_sdk_spot.spot import Spot
from binance_sdk_wallet.wallet import Wallet


def configuration(host: str) -> ConfigurationRestAPI:
    return ConfigurationRestAPI(
        api_key=os.environ["BINANCE_API_KEY"],
        api_secret=os.environ["BINANCE_API_SECRET"],
        base_path=os.environ[f"BNACCT_{host}_URL"],
        timeout=10_000,
    )


wallet = Wallet(configuration("SAPI")).rest_api
earn = SimpleEarn(configuration("SAPI")).rest_api
portfolio = DerivativesTradingPortfolioMarginPro(configuration("SAPI")).rest_api
margin = MarginTrading(configuration("SAPI")).rest_api
loans = CryptoLoan(configuration("SAPI")).rest_api
futures = DerivativesTradingUsdsFutures(configuration("FAPI")).rest_api
coin_futures = DerivativesTradingCoinFutures(configuration("DAPI")).rest_api
options = DerivativesTradingOptions(configuration("EAPI")).rest_api
spot = Spot(configuration("SAPI")).rest_api


def unless_refused(call: Callable[[], ApiResponse[Any]]) -> Any:
    """Return an answer, None for one of the two that mean "no such account" or "no such loan"."""
    try:
        return call().data()
    except (BadRequestError, JSONDecodeError):  # the latter for an empty body
        return None


found = [
    wallet.get_api_key_permission().data(),
    wallet.account_info().data(),
    unless_refused(portfolio.get_portfolio_margin_pro_account_info),
    wallet.query_user_wallet_balance(quote_asset="USDT").data(),
    wallet.user_asset(need_btc_valuation=True).data(),
    wallet.funding_wallet(need_btc_valuation="true").data(),
    earn.get_flexible_product_position(size=100).data(),
    earn.get_locked_product_position(size=100).data(),
    margin.query_cross_margin_account_details().data(),
    margin.query_isolated_margin_account_info().data(),
    unless_refused(margin.query_liquidation_loan),
    futures.account_information_v3().data(),
    coin_futures.account_information().data(),
    options.option_margin_account_information().data(),
    loans.get_flexible_loan_ongoing_orders(limit=100).data(),
    spot.ticker_price(symbol_status=TickerPriceSymbolStatusEnum["TRADING"]).data(),
]
sys.stdout.write(json.dumps(found, default=lambda model: model.to_dict()) + "\n")
