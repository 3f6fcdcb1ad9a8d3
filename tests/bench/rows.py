"""Serves on loopback what was made once, so that what is measured is the client.

`python -m tests.bench.rows 50000` prints the address of a server that answers so many rows, whatever is asked. It ends
with its stdin.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bnacct.sandbox.server.listener import Connection, Listener
from bnacct.settings.hosts import VARIABLES
from tests.bench.growth import document


@contextmanager
def served(rows: int) -> Iterator[dict[str, str]]:
    """Serve so many rows in a process of its own; yield the environment that leads to it."""
    with started("tests.bench.rows", rows) as environment:
        yield environment


@contextmanager
def started(module: str, *sizes: int) -> Iterator[dict[str, str]]:
    """Run a module that serves answers of these sizes; yield the environment that leads to it."""
    serving = subprocess.Popen(
        [sys.executable, "-m", module, *map(str, sizes)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert serving.stdout is not None
        address = serving.stdout.readline().strip()
        key = {"BINANCE_API_KEY": "k" * 64, "BINANCE_API_SECRET": "s" * 64}
        yield {**os.environ, **key, **dict.fromkeys(VARIABLES.values(), address)}
    finally:
        serving.communicate()


def serve(answer: Callable[[str], tuple[int, bytes]]) -> None:
    """Print an address, and answer each target asked there by a status and a body, until stdin ends."""

    def reply(connection: Connection) -> None:
        received = b""
        while chunk := connection.read():
            received += chunk
            if received.endswith(b"\r\n\r\n"):  # every parameter is in the query
                status, body = answer(received.split(b" ", 2)[1].decode())
                head = f"HTTP/1.1 {status} \r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
                connection.send([head.encode(), body])
                received = b""

    listener = Listener("127.0.0.1", 0, reply)
    sys.stdout.write(f"http://127.0.0.1:{listener.port}\n")
    sys.stdout.flush()
    sys.stdin.read()
    listener.close()


def main() -> None:
    body = json.dumps(document(int(sys.argv[1])), separators=(",", ":")).encode()
    serve(lambda _target: (200, body))


if __name__ == "__main__":
    main()
