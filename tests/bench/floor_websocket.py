"""The floor of the WebSocket API: Typer + websockets, one signed call, JSON out."""

import hashlib
import hmac
import json
import os
import sys
import time

import typer

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)


@app.command()
def call() -> None:
    from websockets.sync.client import connect

    params: dict[str, object] = {
        "apiKey": os.environ["BINANCE_API_KEY"],
        "recvWindow": 5000,
        "timestamp": time.time_ns() // 1_000_000,
    }
    payload = "&".join(f"{name}={params[name]}" for name in sorted(params))
    secret = os.environ["BINANCE_API_SECRET"].encode()
    params["signature"] = hmac.new(secret, payload.encode(), hashlib.sha256).hexdigest()
    with connect(os.environ["BNACCT_WS_FAPI_URL"], proxy=None) as connection:
        connection.send(json.dumps({"id": "1", "method": "account.balance", "params": params}))
        reply = json.loads(connection.recv(timeout=10))
    sys.stdout.write(json.dumps(reply["result"], indent=2) + "\n")


if __name__ == "__main__":
    app()
