"""Says how an answer is to be shown: checked against the view, before anything is sent."""

import os
import shutil
from collections.abc import Iterable
from typing import Any, NamedTuple, TextIO

from bnacct import errors, output
from bnacct.cli import options
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
            return [body], []
        return output.render(
            self.form, self.view, document, selection=self.selection, screen=self.screen, repeat=repeat
        )

    def load(self) -> None:
        """Load what will show the answer, while that is on its way."""
        if not self.raw:
            output.load(self.form, self.screen)

    def fitted(self) -> "Display":
        """Return the display for the terminal as wide as it is now."""
        if self.screen.width is None:
            return self
        return self._replace(screen=self.screen._replace(width=shutil.get_terminal_size().columns))


def settings(form: options.Format, connection: options.Connection) -> Settings:
    """Resolve the settings. Raises `errors.UsageError` where more than one format is asked for."""
    flags = (("json", form.json_output), ("csv", form.csv_output), (form.output, form.output is not None))
    forms = {name for name, given in flags if given}
    if len(forms) > 1:
        raise errors.UsageError(f"One format at a time: {', '.join(sorted(map(str, forms)))} were asked for.")
    typed = {**form._asdict(), **connection._asdict(), "output": next(iter(forms), None)}
    return Settings({name: typed[name] for name in KNOBS}, profile=connection.profile, env_file=connection.env_file)


def selection(typed: options.Selection, view: View) -> Selection:
    """Return what is to be shown. Raises `errors.UsageError`, naming the choices."""
    if typed.raw:
        for option, given in (("--section", typed.section), ("--fields", typed.fields), ("--sort", typed.sort)):
            if given is not None:
                raise errors.UsageError(f"--raw writes the whole body, so {option} cannot go with it.")
    section = None
    if typed.section is not None:
        names = [known.name for known in view.sections]
        if typed.section not in names:
            raise errors.not_one_of("--section", typed.section, names)
        section = view.section(typed.section)
    elif typed.fields is not None or typed.sort is not None:
        section = view.sections[0]
    fields = tuple(name.strip() for name in typed.fields.split(",")) if typed.fields is not None else ()
    asked = [("--fields", name) for name in fields]
    asked += [("--sort", typed.sort.removeprefix("-"))] if typed.sort is not None else []
    for option, name in asked:
        known = [column.name for column in section.columns] if section else []
        if name not in known:
            raise errors.not_one_of(option, name, known)
    return Selection(
        section=section,
        fields=tuple(dict.fromkeys(fields)),
        sort=typed.sort or "",
        zero_rows=typed.all_rows,
        every_column=typed.wide,
    )


def screen(color: str, stream: TextIO) -> Screen:
    """Return what a stream can show. NO_COLOR and FORCE_COLOR count where `color` is auto, any text being a yes."""
    is_terminal = stream.isatty()
    if color != "auto":
        colored = color == "always"
    elif os.environ.get("NO_COLOR"):
        colored = False
    else:
        colored = bool(os.environ.get("FORCE_COLOR")) or (is_terminal and os.environ.get("TERM") != "dumb")
    width = shutil.get_terminal_size().columns if is_terminal else None
    return Screen(is_terminal, width, colored, stream.encoding or "utf-8")
