"""Serves an answer of many rows on loopback, whatever is asked: `python -m tests.bench.rows 50000` prints its address.

The answer is made once, so that what is measured is the client. It ends with its stdin.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bnacct.sandbox.server.listener import Connection, Listener
from tests.bench.growth import document


@contextmanager
def served(rows: int) -> Iterator[dict[str, str]]:
    """Serve so many rows in a process of its own; yield the environment that leads to it."""
    serving = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.rows", str(rows)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert serving.stdout is not None
        key = {"BINANCE_API_KEY": "k" * 64, "BINANCE_API_SECRET": "s" * 64}
        yield {**os.environ, **key, "BNACCT_SAPI_URL": serving.stdout.readline().strip()}
    finally:
        serving.communicate()


def main() -> None:
    body = json.dumps(document(int(sys.argv[1])), separators=(",", ":")).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()

    def serve(connection: Connection) -> None:
        received = b""
        while chunk := connection.read():
            received += chunk
            if received.endswith(b"\r\n\r\n"):  # every parameter is in the query
                connection.send([head, body])
                received = b""

    listener = Listener("127.0.0.1", 0, serve)
    sys.stdout.write(f"http://127.0.0.1:{listener.port}\n")
    sys.stdout.flush()
    sys.stdin.read()
    listener.close()


if __name__ == "__main__":
    main()
