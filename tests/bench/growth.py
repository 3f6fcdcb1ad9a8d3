"""How the cost of a form grows with its rows: in one process, from parsed answer to bytes."""

import time
import tracemalloc
from collections.abc import Iterator
from typing import Any

from bnacct import output, views
from bnacct.output import Screen, Selection

SIZES = (500, 5_000, 50_000)
FORMS = ("json", "jsonl", "csv", "table")
PIPE = Screen(is_terminal=False, width=None, color=False)


def document(rows: int) -> list[dict[str, Any]]:
    """Return an answer of so many assets, as long as those of the exchange."""
    amounts = dict.fromkeys(("locked", "freeze", "withdrawing", "ipoable"), "0")
    return [
        {"asset": f"A{row}", "free": f"{row}.00000001", **amounts, "btcValuation": "0.00012345"} for row in range(rows)
    ]


def lines() -> Iterator[str]:
    """Yield a table: microseconds a row for each form and size, and the memory above the answer's own, in MiB."""
    yield "| µs a row (MiB beside the answer) | " + " | ".join(f"{size:,} rows" for size in SIZES) + " |"
    yield "|---|" + "--:|" * len(SIZES)
    for form in FORMS:
        yield f"| {form} | " + " | ".join(_cell(form, document(size), size) for size in SIZES) + " |"


def _cell(form: str, answer: Any, size: int) -> str:
    def write() -> None:
        body, _ = output.render(form, views.USER_ASSETS, answer, selection=Selection(), screen=PIPE)
        for _piece in body:
            pass

    best_s = min(_timed(write) for _ in range(3))
    tracemalloc.start()
    write()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return f"{best_s / size * 1e6:.1f} ({peak / (1 << 20):.1f})"


def _timed(action: Any) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started
