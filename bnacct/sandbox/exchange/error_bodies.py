"""The error bodies that the exchange documents: each code with its HTTP status and its text."""

from collections.abc import Mapping
from typing import NamedTuple

from bnacct.sandbox.messages import Response, json_response

# The address that requests seem to come from. 203.0.113.0/24 is reserved for documentation.
CALLER_IP = "203.0.113.7"


class ErrorBody(NamedTuple):
    """The HTTP status and the text of one code; `{}` stands for the parameter's name."""

    status: int
    text: str


AHEAD = "Timestamp for this request was 1000ms ahead of the server's time."
WRONG_CHOICE = "request param '{}' wrong, shoud be in ({})"  # "shoud" is the exchange's
_RESTRICTED = (
    "Service unavailable from a restricted location according to 'b. Eligibility' in https://www.binance.com/en/terms. "
    "Please contact customer service if you believe you received this message in error."
)

ERROR_BODIES: Mapping[int, ErrorBody] = {
    0: ErrorBody(451, _RESTRICTED),
    -1000: ErrorBody(500, "An unknown error occurred while processing the request."),
    -1001: ErrorBody(503, "Internal error; unable to process your request. Please try again."),
    -1002: ErrorBody(401, "You are not authorized to execute this request."),
    -1003: ErrorBody(429, "Too many requests queued."),
    -1006: ErrorBody(500, "An unexpected response was received from the message bus. Execution status unknown."),
    -1007: ErrorBody(
        504, "Timeout waiting for response from backend server. Send status unknown; execution status unknown."
    ),
    -1008: ErrorBody(503, "Server is currently overloaded with other requests. Please try again in a few minutes."),
    -1011: ErrorBody(401, "This IP cannot access this route."),
    -1016: ErrorBody(410, "This service is no longer available."),
    -1020: ErrorBody(400, "This operation is not supported."),
    -1021: ErrorBody(400, "Timestamp for this request is outside of the recvWindow."),
    -1022: ErrorBody(400, "Signature for this request is not valid."),
    -1023: ErrorBody(400, "Start time is greater than end time."),
    -1099: ErrorBody(401, "Not found, unauthenticated, or unauthorized."),
    -1100: ErrorBody(400, "Illegal characters found in parameter '{}'; legal range is '{}'."),
    -1101: ErrorBody(400, "Duplicate values for a parameter detected."),
    -1102: ErrorBody(400, "Mandatory parameter '{}' was not sent, was empty/null, or malformed."),
    -1104: ErrorBody(400, "Not all sent parameters were read; read '{}' parameter(s) but was sent '{}'."),
    -1105: ErrorBody(400, "Parameter '{}' was empty."),
    -1108: ErrorBody(400, "Invalid asset."),
    -1109: ErrorBody(400, "Invalid account."),
    -1121: ErrorBody(400, "Invalid symbol."),
    -1126: ErrorBody(400, "This asset is not supported."),
    -1127: ErrorBody(400, "Lookup interval is too big."),
    -1128: ErrorBody(400, "Combination of optional parameters invalid."),
    -1130: ErrorBody(400, "Data sent for parameter '{}' is not valid."),
    -1131: ErrorBody(400, "recvWindow must be less than 60000"),
    -1135: ErrorBody(400, "Invalid JSON Request"),
    -2008: ErrorBody(401, "Invalid Api-Key ID."),
    -2014: ErrorBody(401, "API-key format invalid."),
    -2015: ErrorBody(401, f"Invalid API-key, IP, or permissions for action., request ip: {CALLER_IP}"),
    -2017: ErrorBody(400, "API Keys are locked on this account."),
    -3000: ErrorBody(500, "Internal server error."),
    -3003: ErrorBody(400, "Margin account does not exist."),
    -3022: ErrorBody(400, "You account's trading is banned."),
    # The snapshot sends its own error codes with HTTP 200; that status is not confirmed.
    -3026: ErrorBody(200, "Your input param is invalid."),
    -3044: ErrorBody(500, "System busy."),
    -3999: ErrorBody(400, "This function is only available for invited users."),
    -4056: ErrorBody(401, "Invalid api key type."),
    -4057: ErrorBody(401, "Invalid api public key"),
    -4109: ErrorBody(400, "This account is inactive. Please activate it before trading."),
    -5000: ErrorBody(400, "GET /fapi/v1/balance is retired, please use GET /fapi/v2/balance"),
    -5011: ErrorBody(400, "future account not exists."),
    -11001: ErrorBody(400, "Isolated margin account does not exist."),
    -21001: ErrorBody(400, "User is not a Portfolio Margin Account."),
    -10001: ErrorBody(503, "The system is under maintenance, please try again later."),
}


class RefusedError(Exception):
    """The exchange refuses the request.

    `names` fill the gaps of the code's text, and `text` replaces it; `wait_s` becomes Retry-After.
    """

    def __init__(
        self, code: int, *names: object, text: str = "", status: int | None = None, wait_s: int | None = None
    ) -> None:
        known = ERROR_BODIES.get(code, ErrorBody(400, "This code has no text in the sandbox."))
        gaps = known.text.count("{}") - len(names)
        self.code = code
        self.text = text or known.text.format(*names, *["?"] * gaps)
        self.status = known.status if status is None else status
        self.wait_s = wait_s
        super().__init__(f"{code}: {self.text}")


def error_response(refused: RefusedError) -> Response:
    """Return the response with the error body, and Retry-After where there is something to wait for."""
    response = json_response({"code": refused.code, "msg": refused.text}, refused.status)
    return response if refused.wait_s is None else response.with_headers(Retry_After=str(refused.wait_s))
