"""What markets traded at last, for every account of the sandbox."""

# By symbol. Some assets are reached by an inverse price (TRY), and some by two others (CHZ: by EUR and BTC).
PRICES = {
    "BTCUSDT": "67500.00000000",
    "ETHUSDT": "3300.00000000",
    "ETHBTC": "0.04889000",
    "BNBUSDT": "600.00000000",
    "BNBBTC": "0.00888900",
    "USDCUSDT": "0.99980000",
    "FDUSDUSDT": "0.99910000",
    "SOLUSDT": "150.00000000",
    "AXSUSDT": "5.50000000",
    "DOTUSDT": "4.20000000",
    "ADAUSDT": "0.45000000",
    "XRPUSDT": "0.55000000",
    "DOGEUSDT": "0.12000000",
    "TRXUSDT": "0.16000000",
    "LTCUSDT": "85.00000000",
    "BCHUSDT": "355.00000000",
    "AVAXUSDT": "27.00000000",
    "SHIBUSDT": "0.00001800",
    "PEPEUSDT": "0.00000950",
    "LDOUSDT": "1.85000000",
    "BTCEUR": "62200.00000000",
    "CHZEUR": "0.06500000",
    "USDTTRY": "34.25000000",
    "BTCTRY": "2312000.00000000",
    "NULUSDT": "0.00000000",
}
# Symbols that no longer trade: without `symbolStatus` they are sent with their last price, for ever.
NOT_TRADING = {"BUSDUSDT": "0.99980000", "LUNXUSDT": "61.25000000"}

# The dollar index of collateral.
ASSET_INDEX = {
    "USDT": "0.99950000",
    "BTC": "67470.10000000",
    "ETH": "3298.40000000",
    "BNB": "599.80000000",
    "SOL": "149.90000000",
    "USDC": "0.99930000",
    "LDUSDT": "1.12310000",
    "BFUSD": "0.99860000",
    "RWUSD": "1.00010000",
}
