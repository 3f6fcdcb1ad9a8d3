"""How each fault ends: the one table that the tests run, and that the README shows.

`python -m tests.fault_outcomes` rewrites the README's part between its markers.
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from bnacct.sandbox import FAULTS

README = Path(__file__).parent.parent / "README.md"
BEGIN, END = "<!-- faults: generated -->\n", "<!-- /faults -->\n"

CODES = {0: "", 4: "auth", 5: "rate_limit", 6: "network", 7: "api", 8: "response"}


class Ending(NamedTuple):
    """How a run with `--retries 1` ends: its exit status, and how many requests the server saw."""

    exit_status: int
    requests: int = 1

    @property
    def code(self) -> str:
        return CODES[self.exit_status]


class Row(NamedTuple):
    """One fault, as `--fault` takes it, and its ending over each transport; None where it does not apply."""

    fault: str
    https: Ending | None
    websocket: Ending | None

    @property
    def name(self) -> str:
        return self.fault.partition("=")[0]


def _both(fault: str, exit_status: int, requests: int = 1) -> Row:
    ending = Ending(exit_status, requests)
    return Row(fault, ending, ending)


def _https(fault: str, exit_status: int, requests: int = 1) -> Row:
    return Row(fault, Ending(exit_status, requests), None)


def _websocket(fault: str, exit_status: int, requests: int = 1) -> Row:
    return Row(fault, None, Ending(exit_status, requests))


# The README shows the first row of each fault.
TABLE = (
    # -- time
    _both("latency=0.1", 0),
    _both("latency=60", 6),
    _both("silence", 6),
    _both("drip=0.05", 6),
    # -- connections
    _both("drop", 6, requests=2),
    Row("truncated", Ending(8, 2), Ending(6, 2)),
    _both("reset", 6, requests=2),
    Row(f"junk={40 << 20}", Ending(8, 1), Ending(6, 2)),
    _websocket("close", 6, requests=2),
    *[_websocket(f"close={code}", 6, requests=2) for code in (1009, 1011)],
    # -- refusals
    _both("rate-limit=0", 5, requests=2),
    _both("rate-limit=30", 5),
    _both("ban", 5),
    _both("ban=0", 5),
    _both("waf", 7),
    _both("restricted", 7),
    _both("redirect", 8),
    _websocket("handshake=403", 7),
    _websocket("handshake=404", 7),
    _websocket("handshake=418", 5),
    _websocket("handshake=429", 5),
    _websocket("handshake=451", 7),
    _websocket("handshake=502", 7, requests=2),
    _both("server-error=503", 7, requests=2),
    _both("server-error=500", 7, requests=2),
    _both("server-error=504", 7, requests=2),
    Row("server-error=502", Ending(7, 2), Ending(8)),
    # A clock that is off is measured and healed: the refused request, the question for the time, the request again.
    _both("clock-skew=60000", 0, requests=3),
    _both("clock-skew=-60000", 0, requests=3),
    _both("error=-1000", 7, requests=2),
    *[_both(f"error={code}", 4) for code in (-1002, -1022, -2008, -2014, -2015)],
    *[_both(f"error={code}", 7, requests=2) for code in (-1001, -1006, -1007, -1008)],
    _both("error=-1003", 5),
    _both("error=-1021", 7, requests=2),
    _both("error=-1121", 7),
    _both("error=-99999", 7),
    _websocket("null-id", 4),
    # -- bodies
    _both("html", 8),
    _both("empty", 8),
    _both("bom", 0),
    _both("charset", 8),
    _both("nan", 8),
    _both("duplicate-keys", 8),
    _both("deep=100000", 8),
    _both("deep=150", 8),
    _both("deep=50", 8),
    _both('wrong-shape="ok"', 8),
    *[_both(f"wrong-shape={payload}", 8) for payload in ("null", "0", "true", "[[]]", "[null]", "[1]", "{", "[{},]")],
    _both(f"big={2 << 20}", 0),
    _both(f"big={33 << 20}", 8),
    _https("gzip", 0),
    _https("gzip-bomb=256", 8),
    _https("not-gzip", 8, requests=2),
    # -- WebSocket frames
    _websocket("foreign-frame", 0),
    _websocket("fragments=3", 0),
    _websocket("fragments=100", 0),
    _websocket("binary", 0),
)


def block() -> str:
    """Return the README's table: what goes wrong, how the run ends, and whether it was tried again."""
    first = {row.name: row for row in reversed(TABLE)}
    lines = [
        "",
        "What each fault ends in. With `bnacct sandbox --fault NAME` they can be tried:",
        "",
        "| fault | the exchange | exit | tried again |",
        "|---|---|---|---|",
    ]
    for name, fault in FAULTS.items():
        row = first[name]
        lines.append(f"| `{name}` | {fault.description} | {_told(row, _exit)} | {_told(row, _again)} |")
    return "\n".join([*lines, "", ""])


def _told(row: Row, tell: Callable[[Ending], str]) -> str:
    """Return what there is to tell of a row, over each transport where they differ."""
    if row.https and row.websocket and tell(row.https) != tell(row.websocket):
        return f"{tell(row.https)}; WebSocket: {tell(row.websocket)}"
    return "".join([tell(ending) for ending in (row.https or row.websocket,) if ending])


def _exit(ending: Ending) -> str:
    return f"{ending.exit_status} `{ending.code}`" if ending.exit_status else "0"


def _again(ending: Ending) -> str:
    return "yes" if ending.requests > 1 else "no"


def rewrite(readme: str) -> str:
    """Return the README with the table as it is now."""
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{block()}{END}{after}"


if __name__ == "__main__":
    README.write_text(rewrite(README.read_text()))
