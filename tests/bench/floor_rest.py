"""The floor: what a hand-written Typer + requests script costs that signs one call and prints its JSON."""

import hashlib
import hmac
import json
import os
import sys
import time
from typing import Annotated

import typer

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)


@app.command()
def call(
    method: Annotated[str, typer.Argument()],
    path: Annotated[str, typer.Argument()],
    query: str = "",
    compact: bool = False,
) -> None:
    import requests

    payload = f"{query}{'&' if query else ''}recvWindow=5000&timestamp={time.time_ns() // 1_000_000}"
    secret = os.environ["BINANCE_API_SECRET"].encode()
    signature = hmac.new(secret, payload.encode(), hashlib.sha256).hexdigest()
    response = requests.request(
        method,
        f"{os.environ['BNACCT_SAPI_URL']}{path}?{payload}&signature={signature}",
        headers={"X-MBX-APIKEY": os.environ["BINANCE_API_KEY"]},
        timeout=10,
    )
    response.raise_for_status()
    sys.stdout.write(json.dumps(json.loads(response.content), indent=None if compact else 2) + "\n")


if __name__ == "__main__":
    app()
