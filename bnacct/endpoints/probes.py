"""The endpoints that say whether a host answers, what time it is there, and what a key may do."""

from bnacct.endpoints.terms import DOCS, RECV_WINDOW, TIMESTAMP, Endpoint

# The server's clock, read once when it refuses ours (-1021). Unsigned, so no key goes with them.
_GENERAL = (
    "https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/Check-Server-Time"
)
API_TIME = Endpoint("time", "sapi", "GET", "/api/v3/time", 1, (), _GENERAL, signed=False)
FAPI_TIME = Endpoint("time", "fapi", "GET", "/fapi/v1/time", 1, (), _GENERAL, signed=False)
DAPI_TIME = Endpoint("time", "dapi", "GET", "/dapi/v1/time", 1, (), _GENERAL, signed=False)
EAPI_TIME = Endpoint("time", "eapi", "GET", "/eapi/v1/time", 1, (), _GENERAL, signed=False)

# What `doctor` asks beside the commands: whether papi is there at all, and what the key may do.
PM_PING = Endpoint(
    "ping", "papi", "GET", "/papi/v1/ping", 1, (), DOCS + "derivatives/portfolio-margin/market-data", signed=False
)
API_RESTRICTIONS = Endpoint(
    "permissions",
    "sapi",
    "GET",
    "/sapi/v1/account/apiRestrictions",
    1,
    (RECV_WINDOW, TIMESTAMP),
    DOCS + "wallet/account/api-key-permission",
)
