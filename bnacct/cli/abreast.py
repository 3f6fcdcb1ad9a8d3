"""Runs several series of steps side by side, so that they wait for the network together."""

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


def abreast(series: Iterable[Callable[[], Iterable[T]]]) -> Iterator[T]:
    """Yield what each of several series yields, in their order, while all of them go on. Raise what one raises."""
    for running in [_Running(each) for each in series]:
        yield from running.results()


class _Running(Generic[T]):
    def __init__(self, series: Callable[[], Iterable[T]]) -> None:
        self._series = series
        self._results: queue.SimpleQueue[tuple[T] | None] = queue.SimpleQueue()
        self._bug: BaseException | None = None
        # A daemon: Ctrl-C does not wait for the network.
        threading.Thread(target=self._run, daemon=True).start()

    def results(self) -> Iterator[T]:
        while (result := self._results.get()) is not None:
            yield result[0]
        if self._bug is not None:
            raise self._bug

    def _run(self) -> None:
        try:
            for result in self._series():
                self._results.put((result,))
        except BaseException as bug:
            self._bug = bug
        finally:
            self._results.put(None)
