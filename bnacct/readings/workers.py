"""Runs work in several threads at once."""

import threading
from collections.abc import Callable

# More at once would gain nothing: the exchange counts weight by address.
MOST_AT_ONCE = 8


def side_by_side(work: Callable[[], None], most: int = MOST_AT_ONCE) -> None:
    """Run `work` in so many threads, or in fewer where more are of no use, and wait for all. Raise what any raised.

    One alone needs no thread.
    """
    if most == 1:
        work()
        return
    bugs: list[BaseException] = []

    def guarded() -> None:
        try:
            work()
        except BaseException as bug:
            bugs.append(bug)

    # Not the standard library's executor: it waits for its threads at exit, so Ctrl-C would wait for the network.
    threads = [threading.Thread(target=guarded, daemon=True) for _ in range(min(MOST_AT_ONCE, most))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if bugs:
        raise bugs[0]
