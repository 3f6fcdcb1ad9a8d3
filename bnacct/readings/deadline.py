"""Bounds the time of questions that belong together."""

import threading
import time


class _Start:
    """When something began, on the clock of `time.monotonic`; it begins when that is first asked for."""

    def __init__(self) -> None:
        self._at_s: float | None = None
        self._lock = threading.Lock()

    @property
    def has_come(self) -> bool:
        return self._at_s is not None

    def at_s(self) -> float:
        with self._lock:
            if self._at_s is None:
                self._at_s = time.monotonic()
            return self._at_s


class Deadline:
    """So many seconds, from the first request on. Several questions may share them."""

    def __init__(self, seconds: float, start: _Start | None = None) -> None:
        self._seconds = seconds
        self._start = start or _Start()

    def first(self, part: float) -> "Deadline":
        """Return the deadline of the first part of the time that is left, like 0.8 of it. They have one start."""
        past_s = time.monotonic() - self._start.at_s() if self.has_begun else 0.0
        return Deadline(past_s + part * (self._seconds - past_s), self._start)

    @property
    def ends(self) -> float:
        """When the time is up, on the clock of `time.monotonic`. Asking for it starts the time."""
        return self._start.at_s() + self._seconds

    @property
    def has_begun(self) -> bool:
        """Whether the time has started."""
        return self._start.has_come

    @property
    def is_enough_for_more(self) -> bool:
        """Whether all that was done since the start could be done once more."""
        return 2 * (time.monotonic() - self._start.at_s()) < self._seconds
