"""Says how an answer is to be shown: checked against the view, before anything is sent."""

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, TextIO

from bnacct import errors, output, views
from bnacct.cli import accounts, options, streams
from bnacct.cli.stderr import Stderr, colored
from bnacct.output import ONCE, Repeat, Screen, Selection
from bnacct.settings import KNOBS, Settings
from bnacct.views import Row, View

# Forms whose failures are reported as JSON, too.
JSON_FORMS = ("json", "jsonl")

# Asks, and returns the body and the document that is shown. Raises what the user has to know instead.
Ask = Callable[[], tuple[bytes, Any]]


class Display(NamedTuple):
    """How the answer of a view is shown, and where."""

    stream: TextIO
    view: View
    selection: Selection
    form: str
    screen: Screen
    raw: bool

    def rendered(self, body: bytes, document: Any, repeat: Repeat = ONCE) -> tuple[Iterable[bytes], list[str]]:
        """Return what goes to stdout, and the notes for stderr."""
        if self.raw:
            return [output.body(body, self.screen)], []
        missing: list[str] = []
        if self.selection.wanted:
            document, missing = views.only(self.view, document, self.selection.wanted)
        pieces, notes = output.render(
            self.form, self.view, document, selection=self.selection, screen=self.screen, repeat=repeat
        )
        return pieces, [f"Not in the answer: {', '.join(missing)}."] * bool(missing) + notes

    def load(self) -> None:
        """Load what will show the answer, while that is on its way."""
        if not self.raw:
            output.load(self.form, self.screen)

    def fitted(self, lines: int | None = None) -> "Display":
        """Return the display for the terminal as wide as it is now, with so many lines for tables and notes."""
        if self.screen.width is None:
            return self
        return self._replace(screen=self.screen._replace(width=shutil.get_terminal_size().columns, height=lines))


def settings(form: options.Format, connection: options.Connection | options.Place, **knobs: str | None) -> Settings:
    """Resolve the settings of the one account, or those that all accounts of a run have in common.

    `knobs` are typed beside the options of the groups. Raise `errors.UsageError` where more than one format is asked for.
    """
    flags = (("json", form.json_output), ("csv", form.csv_output), (form.output, form.output is not None))
    forms = {name for name, given in flags if given}
    if len(forms) > 1:
        raise errors.UsageError(f"One format at a time: {', '.join(sorted(map(str, forms)))} were asked for.")
    typed = {**connection._asdict(), **form._asdict(), **knobs, "output": next(iter(forms), None)}
    given = {name: typed.get(name) for name in KNOBS}
    if isinstance(connection, options.Place):
        return Settings(given, profile=connection.profile, env_file=connection.env_file)
    if accounts.are_several(connection):
        # What a profile sets counts for its account only.
        environ = {name: value for name, value in os.environ.items() if name != "BNACCT_PROFILE"}
        return Settings(given, environ=environ)
    profile = connection.profile[0] if connection.profile else None
    return Settings(given, profile=profile, env_file=connection.env_file)


def screen(color: str, stream: TextIO) -> Screen:
    """Return what a stream can show, `color` being the setting."""
    is_terminal = stream.isatty()
    width = shutil.get_terminal_size().columns if is_terminal else None
    return Screen(is_terminal, width, colored(color, stream), stream.encoding or "utf-8")


def report(stderr: Stderr, settings: Settings, view: View, rows: Sequence[Row], *, every_column: bool = False) -> None:
    """Write rows that a command of ours has made to stdout, in the format that was asked for."""
    selection = Selection(zero_rows=True, every_column=every_column, whole="-o csv")
    pieces, notes = output.render(
        settings.output, view, rows, selection=selection, screen=screen(settings.color, sys.stdout)
    )
    streams.write(sys.stdout, pieces)
    for note in notes:
        stderr.note(note)
