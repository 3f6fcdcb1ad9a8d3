"""What answers are made of."""

from typing import Any

JsonObject = dict[str, Any]


class NotThereError(Exception):
    """The account has no such wallet, or lets nobody read it; `code` is what the exchange refuses it with."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


ZERO = "0.00000000"
