"""Keeps readings in the archive after they have been shown."""

from collections.abc import Sequence

from bnacct import errors
from bnacct.cli.stderr import Stderr
from bnacct.readings import Account, Reading
from bnacct.settings import Settings


class Recorder:
    """Keeps what it is given where that was asked for, once it has been shown; a context manager.

    A reading is not lost by a failure here: that is raised at the end, as `errors.PartialError`, or noted where the run
    ends in a failure of its own.
    """

    def __init__(self, stderr: Stderr, settings: Settings, wanted: bool | None) -> None:
        self._stderr = stderr
        self._place = ""
        self._taken: list[tuple[Account, Sequence[Reading]]] = []
        self._failure: errors.BnacctError | None = None
        if settings.records if wanted is None else wanted:
            # The databases are imported only where readings are kept.
            from bnacct.cli import archives

            try:
                self._place = archives.place(settings)
            except errors.ArchiveError as nowhere:
                self._failure = nowhere

    def __enter__(self) -> "Recorder":
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        if self._failure is None:
            return
        message = f"What was read could not be kept: {self._failure.message}"
        if error is None:
            raise errors.PartialError(message, hint=self._failure.hint)
        self._stderr.note(message)

    @property
    def is_wanted(self) -> bool:
        """Whether readings are kept at all."""
        return bool(self._place)

    def take(self, taken: Sequence[tuple[Account, Sequence[Reading]]]) -> None:
        """Take the readings of one run, each account's with the account, to keep them once they have been shown."""
        self._taken = list(taken)

    def keep(self) -> None:
        """Keep what was taken."""
        taken, self._taken = self._taken, []
        if not self._place or not taken:
            return
        from bnacct import archive
        from bnacct.cli import archives

        try:
            asked = [(account, were_asked(readings)) for account, readings in taken]
            owned = [(archives.owner_of(account), readings) for account, readings in asked if readings]
            with archive.open(self._place, write=True) as kept:
                for note in kept.record(owned):
                    self._stderr.note(note)
        except errors.ArchiveError as failure:
            self._failure = failure


def were_asked(readings: Sequence[Reading]) -> list[Reading]:
    """Return the readings for which something was sent: settings that are wrong are no news of the account."""
    return [each for each in readings if not isinstance(each.failure, errors.ConfigError | errors.UsageError)]
