"""Adds one account's readings up into one truthful total: ledger, overlaps, prices, routes. Pure: no I/O, no clock.

How a command uses it:

    scope = Scope(quote="USDT", wallets=("spot", "funding"), is_deep=False)
    readings: dict[str, Reading] = {}
    while names := next_sources(scope, readings):      # wave 1, then what that opens, until nothing is left to ask
        readings.update(ask(names))
    prices = ask(price_sources(readings))              # last; of several accounts: once, for the union of the names
    found = overview(scope, {**readings, **prices})
    found.document()                                   # the JSON document
    found.exit_status, found.failure, found.failed     # 0, 9, or the failure's own where nothing could be read

`readings` maps a source's name to its `Reading`. `answer.document` is the plain decoded JSON as the exchange sent it.
A paged source is one reading: the document of its first page, with the rows of every page in its list ("rows", or
"list" for dual investment) and "total" as sent. Fewer rows than "total" make the source incomplete. A reading of which
a later page failed has both: `answer` with the pages that were read, and `failure`. A source that was to be asked
and was never sent (a rate limit, the deadline) has a `failure` too: `ask` returns a reading for every name.

Sources, with what each asks:

    key-rights        GET  /sapi/v1/account/apiRestrictions
    account-info      GET  /sapi/v1/account/info
    portfolio-probe   GET  /sapi/v1/portfolio/account
    wallet-balance    GET  /sapi/v1/asset/wallet/balance                  quoteAsset=USDT
    spot              POST /sapi/v3/asset/getUserAsset                    needBtcValuation=true
    funding           POST /sapi/v1/asset/get-funding-asset               needBtcValuation=true
    cross-margin      GET  /sapi/v1/margin/account
    isolated-margin   GET  /sapi/v1/margin/isolated/account
    usdm-futures      GET  /fapi/v3/account
    coinm-futures     GET  /dapi/v1/account
    options           GET  /eapi/v1/marginAccount
    pm-balance        GET  /papi/v1/balance
    pm-account        GET  /papi/v1/account
    pm-pro-balance    GET  /sapi/v1/portfolio/balance
    pm-loan           GET  /sapi/v1/portfolio/pmLoan
    liquidation-loan  GET  /sapi/v1/margin/liquidation-loan               an empty body is Answer(b"", None)
    earn-flexible     GET  /sapi/v1/simple-earn/flexible/position         paged
    earn-locked       GET  /sapi/v1/simple-earn/locked/position           paged
    onchain-yields    GET  /sapi/v1/onchain-yields/locked/position        paged
    dual-pending      GET  /sapi/v1/dci/product/positions                 paged, status=PENDING
    dual-purchased    the same                                            paged, status=PURCHASE_SUCCESS
    dual-settling     the same                                            paged, status=SETTLING
    dual-refunding    the same                                            paged, status=REFUNDING
    flexible-loan     GET  /sapi/v2/loan/flexible/ongoing/orders          paged
    vip-loan          GET  /sapi/v1/loan/vip/ongoing/orders               paged
    prices            GET  /api/v3/ticker/price                           unsigned, symbolStatus=TRADING
    asset-index       GET  /fapi/v1/assetIndex                            unsigned
    identity          GET  /api/v3/account                                omitZeroBalances=true; several accounts only

A quote other than `HUBS` is tried with `has_market(quote, reading of prices)` before anything signed is sent.
`refused_key` is the reading that refused a key that opens nothing; no wave follows it, and one error says it.
`grand_total` adds accounts up, and `uid` reads an identity, which is no part of `readings`: it concerns no wallet.

Import it inside the function that needs it: it loads decimal and fractions.
"""

from bnacct.worth.accounts import Counted, GrandTotal, grand_total, uid
from bnacct.worth.plan import NOT_AN_ASSET, has_market, next_sources, price_sources, refused_key
from bnacct.worth.prices import HUBS
from bnacct.worth.report import Failed, Overview, overview
from bnacct.worth.scope import Scope
from bnacct.worth.wallets import SOURCES, WALLETS

__all__ = [
    "HUBS",
    "NOT_AN_ASSET",
    "SOURCES",
    "WALLETS",
    "Counted",
    "Failed",
    "GrandTotal",
    "Overview",
    "Scope",
    "grand_total",
    "has_market",
    "next_sources",
    "overview",
    "price_sources",
    "refused_key",
    "uid",
]
