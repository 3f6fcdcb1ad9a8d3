"""What answers are made of."""

from typing import Any

JsonObject = dict[str, Any]

ZERO = "0.00000000"
