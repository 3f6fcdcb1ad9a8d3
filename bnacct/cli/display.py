"""Says how an answer is to be shown: checked against the view, before anything is sent."""

import shutil
from collections.abc import Iterable
from typing import Any, NamedTuple, TextIO

from bnacct import errors, output, views
from bnacct.cli import options
from bnacct.cli.stderr import colored
from bnacct.output import ONCE, Repeat, Screen, Selection
from bnacct.settings import KNOBS, Settings
from bnacct.views import View

# Forms whose failures are reported as JSON, too.
JSON_FORMS = ("json", "jsonl")


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


def settings(form: options.Format, connection: options.Connection) -> Settings:
    """Resolve the settings. Raises `errors.UsageError` where more than one format is asked for."""
    flags = (("json", form.json_output), ("csv", form.csv_output), (form.output, form.output is not None))
    forms = {name for name, given in flags if given}
    if len(forms) > 1:
        raise errors.UsageError(f"One format at a time: {', '.join(sorted(map(str, forms)))} were asked for.")
    typed = {**form._asdict(), **connection._asdict(), "output": next(iter(forms), None)}
    return Settings({name: typed[name] for name in KNOBS}, profile=connection.profile, env_file=connection.env_file)


def screen(color: str, stream: TextIO) -> Screen:
    """Return what a stream can show, `color` being the setting."""
    is_terminal = stream.isatty()
    width = shutil.get_terminal_size().columns if is_terminal else None
    return Screen(is_terminal, width, colored(color, stream), stream.encoding or "utf-8")
