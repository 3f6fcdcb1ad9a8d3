"""Says how an answer is to be shown: checked against the view, before anything is sent."""

import os
import shutil
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, TextIO

from bnacct import errors, output
from bnacct.cli import accounts, options
from bnacct.output import ONCE, Repeat, Screen, Selection
from bnacct.settings import KNOBS, Settings
from bnacct.views import View

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


def settings(form: options.Format, connection: options.Connection, **knobs: str | None) -> Settings:
    """Resolve the settings of the one account, or those that all accounts of a run have in common.

    `knobs` are typed beside the options of the groups. Raise `errors.UsageError` where more than one format is asked for.
    """
    flags = (("json", form.json_output), ("csv", form.csv_output), (form.output, form.output is not None))
    forms = {name for name, given in flags if given}
    if len(forms) > 1:
        raise errors.UsageError(f"One format at a time: {', '.join(sorted(map(str, forms)))} were asked for.")
    typed = {**connection._asdict(), **form._asdict(), **knobs, "output": next(iter(forms), None)}
    given = {name: typed.get(name) for name in KNOBS}
    if accounts.are_several(connection):
        # What a profile sets counts for its account only.
        environ = {name: value for name, value in os.environ.items() if name != "BNACCT_PROFILE"}
        return Settings(given, environ=environ)
    profile = connection.profile[0] if connection.profile else None
    return Settings(given, profile=profile, env_file=connection.env_file)


def selection(typed: options.Selection, view: View, *, raw: bool = False) -> Selection:
    """Return what is to be shown; nothing of it goes with a `raw` body. Raises `errors.UsageError`, naming the choices."""
    if raw:
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
