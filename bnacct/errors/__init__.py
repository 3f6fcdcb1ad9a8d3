"""Names every failure a user can meet, with its stable code, exit status and hint.

    BnacctError          1  internal     a bug
    ├── OutputError      1  output       stdout or the file cannot be written
    ├── UsageError       2  usage        bad option or value
    ├── ConfigError      3  config       credentials, keys, env files, hosts
    ├── AuthError        4  auth         the exchange refuses the key, the signature or the permission
    ├── RateLimitError   5  rate_limit   429, 418, -1003
    ├── NetworkError     6  network      DNS, TLS, timeout, refused, dropped
    ├── ApiError         7  api          any other refusal by the exchange
    ├── ResponseError    8  response     not JSON, truncated, wrong shape
    ├── PartialError     9  partial      some of several sources could be read
    └── ArchiveError    10  archive      no such reading; the archive is damaged, newer, unreadable

An interrupt is 130. `endings` returns the same as data. Nothing here prints: `cli` does, in one place.
Texts never carry a secret, a signature or a URL with a query.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

INTERNAL_EXIT = 1
INTERRUPTED_EXIT = 130

# Codes that the program acts on, and does not only report.
BAD_TIMESTAMP = -1021
REJECTED_KEY = -2015
# Codes that say the account lacks the product.
NOT_OPENED = (-1109, -3003, -4109, -5011, -11001, -21001)


class BnacctError(Exception):
    """A failure with its words. `hint` says the probable causes in order and the next thing to do.

    `binance_code` is the exchange's number (-2015), `http_status` the answer's (401), `retry_after_s` the wait in
    seconds that the exchange asked for; each is None where it does not apply. `retriable` says whether the same
    request may succeed if it is simply sent again.

    Each class has a stable `code`, the `exit_status` it ends a run with, and its `meaning` in a few words.
    """

    code = "internal"
    exit_status = INTERNAL_EXIT
    meaning = "a bug"

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

    code, exit_status = "output", INTERNAL_EXIT
    meaning = "stdout or the file cannot be written"


class UsageError(BnacctError):
    code, exit_status = "usage", 2
    meaning = "bad option or value"


def not_one_of(origin: str, given: str, choices: Sequence[str]) -> UsageError:
    """Build the failure for a value that is not among the choices; `origin` is the option or variable it came from."""
    import difflib

    close = difflib.get_close_matches(given.lower(), [choice.lower() for choice in choices], n=1)
    meant = next((f" Did you mean {choice}?" for choice in choices if [choice.lower()] == close), "")
    return UsageError(f"{origin}: {given!r} is not one of {', '.join(choices)}.{meant}")


class ConfigError(BnacctError):
    code, exit_status = "config", 3
    meaning = "credentials, keys, env files, hosts"


class AuthError(BnacctError):
    code, exit_status = "auth", 4
    meaning = "the exchange refuses the key, the signature or the permission"


class RateLimitError(BnacctError):
    code, exit_status = "rate_limit", 5
    meaning = "429, 418, -1003"


class NetworkError(BnacctError):
    code, exit_status = "network", 6
    meaning = "DNS, TLS, timeout, refused, dropped"


class ApiError(BnacctError):
    code, exit_status = "api", 7
    meaning = "any other refusal by the exchange"


class ResponseError(BnacctError):
    code, exit_status = "response", 8
    meaning = "not JSON, truncated, wrong shape"


class PartialError(BnacctError):
    code, exit_status = "partial", 9
    meaning = "some of several sources could be read"


class ArchiveError(BnacctError):
    code, exit_status = "archive", 10
    meaning = "no such reading; the archive is damaged, newer, unreadable"


class Ending(NamedTuple):
    """One way a run can fail: the stable code, the exit status, and what it means."""

    code: str
    exit_status: int
    meaning: str


def endings() -> tuple[Ending, ...]:
    """Return every way a run can fail, by exit status; except an interrupt, which is not an error."""
    classes: list[type[BnacctError]] = [BnacctError, *BnacctError.__subclasses__()]
    found = [Ending(failure.code, failure.exit_status, failure.meaning) for failure in classes]
    return tuple(sorted(found, key=lambda ending: ending.exit_status))


def from_json(told: Mapping[str, Any]) -> BnacctError:
    """Return the failure that was told as the object under `error` of `as_json`."""
    kinds = {kind.code: kind for kind in BnacctError.__subclasses__()}
    kind = kinds.get(str(told["code"]), BnacctError)
    return kind(
        str(told["message"]),
        hint=told.get("hint"),
        binance_code=told.get("binance_code"),
        http_status=told.get("http_status"),
        retry_after_s=told.get("retry_after_s"),
    )
