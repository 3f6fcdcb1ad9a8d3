"""Every refusal the exchange documents: the code, its HTTP status and its text."""

from collections.abc import Mapping
from typing import NamedTuple

# The address the exchange says it sees. 203.0.113.0/24 is kept for documentation.
CALLER_IP = "203.0.113.7"


class Refusal(NamedTuple):
    """How one code is worded; `{}` stands for the parameter's name."""

    status: int
    text: str


AHEAD = "Timestamp for this request was 1000ms ahead of the server's time."
TYPE_WRONG = "request param 'type' wrong, shoud be in ('SPOT', 'MARGIN', 'FUTURES')"  # "shoud" is the exchange's
RESTRICTED = (
    "Service unavailable from a restricted location according to 'b. Eligibility' in https://www.binance.com/en/terms. "
    "Please contact customer service if you believe you received this message in error."
)

REFUSALS: Mapping[int, Refusal] = {
    0: Refusal(451, RESTRICTED),
    -1000: Refusal(500, "An unknown error occurred while processing the request."),
    -1001: Refusal(503, "Internal error; unable to process your request. Please try again."),
    -1002: Refusal(401, "You are not authorized to execute this request."),
    -1003: Refusal(429, "Too many requests queued."),
    -1006: Refusal(500, "An unexpected response was received from the message bus. Execution status unknown."),
    -1007: Refusal(
        504, "Timeout waiting for response from backend server. Send status unknown; execution status unknown."
    ),
    -1008: Refusal(503, "Server is currently overloaded with other requests. Please try again in a few minutes."),
    -1011: Refusal(401, "This IP cannot access this route."),
    -1016: Refusal(410, "This service is no longer available."),
    -1020: Refusal(400, "This operation is not supported."),
    -1021: Refusal(400, "Timestamp for this request is outside of the recvWindow."),
    -1022: Refusal(400, "Signature for this request is not valid."),
    -1023: Refusal(400, "Start time is greater than end time."),
    -1099: Refusal(401, "Not found, unauthenticated, or unauthorized."),
    -1100: Refusal(400, "Illegal characters found in parameter '{}'; legal range is '{}'."),
    -1101: Refusal(400, "Duplicate values for a parameter detected."),
    -1102: Refusal(400, "Mandatory parameter '{}' was not sent, was empty/null, or malformed."),
    -1104: Refusal(400, "Not all sent parameters were read; read '{}' parameter(s) but was sent '{}'."),
    -1105: Refusal(400, "Parameter '{}' was empty."),
    -1108: Refusal(400, "Invalid asset."),
    -1109: Refusal(400, "Invalid account."),
    -1121: Refusal(400, "Invalid symbol."),
    -1126: Refusal(400, "This asset is not supported."),
    -1127: Refusal(400, "Lookup interval is too big."),
    -1128: Refusal(400, "Combination of optional parameters invalid."),
    -1130: Refusal(400, "Data sent for parameter '{}' is not valid."),
    -1131: Refusal(400, "recvWindow must be less than 60000"),
    -1135: Refusal(400, "Invalid JSON Request"),
    -2008: Refusal(401, "Invalid Api-Key ID."),
    -2014: Refusal(401, "API-key format invalid."),
    -2015: Refusal(401, f"Invalid API-key, IP, or permissions for action., request ip: {CALLER_IP}"),
    -2017: Refusal(400, "API Keys are locked on this account."),
    -3000: Refusal(500, "Internal server error."),
    -3003: Refusal(400, "Margin account does not exist."),
    -3022: Refusal(400, "You account's trading is banned."),
    # The snapshot answers its own refusals with HTTP 200 and the code inside; that status is not confirmed.
    -3026: Refusal(200, "Your input param is invalid."),
    -3044: Refusal(500, "System busy."),
    -3999: Refusal(400, "This function is only available for invited users."),
    -4056: Refusal(401, "Invalid api key type."),
    -4057: Refusal(401, "Invalid api public key"),
    -4109: Refusal(400, "This account is inactive. Please activate it before trading."),
    -5000: Refusal(400, "GET /fapi/v1/balance is retired, please use GET /fapi/v2/balance"),
    -5011: Refusal(400, "future account not exists."),
    -10001: Refusal(503, "The system is under maintenance, please try again later."),
}


class RefusedError(Exception):
    """The exchange says no. `names` fill the text's gaps; `text` replaces it; `wait_s` becomes Retry-After."""

    def __init__(
        self, code: int, *names: object, text: str = "", status: int | None = None, wait_s: int | None = None
    ) -> None:
        known = REFUSALS.get(code, Refusal(400, "This code has no text in the sandbox."))
        gaps = known.text.count("{}") - len(names)
        self.code = code
        self.text = text or known.text.format(*names, *["?"] * gaps)
        self.status = known.status if status is None else status
        self.wait_s = wait_s
        super().__init__(f"{code}: {self.text}")
