"""Names every failure a user can meet, with its stable code, exit status and hint.

    BnacctError
    ├── UsageError       2  usage        bad option or value
    ├── ConfigError      3  config       credentials, keys, env files, hosts
    ├── AuthError        4  auth         the exchange refuses the key, the signature or the permission
    ├── RateLimitError   5  rate_limit   429, 418, -1003
    ├── NetworkError     6  network      DNS, TLS, timeout, refused, dropped
    ├── ApiError         7  api          any other refusal by the exchange
    ├── ResponseError    8  response     not JSON, truncated, wrong shape
    └── PartialError     9  partial      some of several sources could be read

A bug is `internal`, 1; an interrupt is 130. Nothing here prints: `cli` does, in one place.
Texts never carry a secret, a signature or a URL with a query.
"""

from collections.abc import Sequence

INTERNAL_EXIT = 1
INTERRUPTED_EXIT = 130

# Codes that the program acts on, beside telling of them.
BAD_TIMESTAMP = -1021
REJECTED_KEY = -2015


class BnacctError(Exception):
    """A failure with its words. `hint` says the probable causes in order and the next thing to do.

    `binance_code` is the exchange's number (-2015), `http_status` the answer's (401), `retry_after_s` the wait in
    seconds that the exchange asked for; each is None where it does not apply. `retriable` says whether the same
    request may succeed if it is simply sent again.
    """

    code = "internal"
    exit_status = INTERNAL_EXIT

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        binance_code: int | None = None,
        http_status: int | None = None,
        retry_after_s: float | None = None,
        retriable: bool = False,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.binance_code = binance_code
        self.http_status = http_status
        self.retry_after_s = retry_after_s
        self.retriable = retriable

    def as_json(self) -> dict[str, object]:
        """Return the object that goes to stderr with `-o json`."""
        return {
            "error": {
                "code": self.code,
                "exit": self.exit_status,
                "binance_code": self.binance_code,
                "http_status": self.http_status,
                "message": self.message,
                "hint": self.hint,
                "retry_after_s": self.retry_after_s,
            }
        }


class OutputError(BnacctError):
    """Standard output cannot be written: it is closed, or the disk is full. It shares the status of a bug."""


class UsageError(BnacctError):
    code, exit_status = "usage", 2


def not_one_of(origin: str, given: str, choices: Sequence[str]) -> UsageError:
    """Build the failure for a value that is none of the choices; `origin` is the option or variable it came from."""
    import difflib

    close = difflib.get_close_matches(given.lower(), [choice.lower() for choice in choices], n=1)
    meant = next((f" Did you mean {choice}?" for choice in choices if [choice.lower()] == close), "")
    return UsageError(f"{origin}: {given!r} is not one of {', '.join(choices)}.{meant}")


class ConfigError(BnacctError):
    code, exit_status = "config", 3


class AuthError(BnacctError):
    code, exit_status = "auth", 4


class RateLimitError(BnacctError):
    code, exit_status = "rate_limit", 5


class NetworkError(BnacctError):
    code, exit_status = "network", 6


class ApiError(BnacctError):
    code, exit_status = "api", 7


class ResponseError(BnacctError):
    code, exit_status = "response", 8


class PartialError(BnacctError):
    code, exit_status = "partial", 9
