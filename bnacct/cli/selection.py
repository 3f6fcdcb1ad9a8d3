"""Checks what of an answer is to be shown, against the view, before anything is sent; and where it is shown."""

import os
import shutil
import sys

from bnacct import errors
from bnacct.cli.options import Shared
from bnacct.output import Screen, Selection
from bnacct.settings import KNOBS, Settings
from bnacct.views import View


def settings(shared: Shared) -> Settings:
    """Resolve the settings. Raises `errors.UsageError` where more than one format is asked for."""
    flags = (("json", shared.json_output), ("csv", shared.csv_output), (shared.output, shared.output is not None))
    forms = {form for form, given in flags if given}
    if len(forms) > 1:
        raise errors.UsageError(f"One format at a time: {', '.join(sorted(map(str, forms)))} were asked for.")
    options = {name: getattr(shared, name) for name in KNOBS} | {"output": next(iter(forms), None)}
    return Settings(options, profile=shared.profile, env_file=shared.env_file)


def selection(shared: Shared, view: View) -> Selection:
    """Return what is to be shown. Raises `errors.UsageError`, naming the choices."""
    if shared.raw:
        for option, given in (("--section", shared.section), ("--fields", shared.fields), ("--sort", shared.sort)):
            if given is not None:
                raise errors.UsageError(f"--raw writes the whole body, so {option} cannot go with it.")
    section = None
    if shared.section is not None:
        names = [known.name for known in view.sections]
        if shared.section not in names:
            raise errors.not_one_of("--section", shared.section, names)
        section = view.section(shared.section)
    elif shared.fields is not None or shared.sort is not None:
        section = view.sections[0]
    fields = tuple(name.strip() for name in shared.fields.split(",")) if shared.fields is not None else ()
    asked = [("--fields", name) for name in fields]
    asked += [("--sort", shared.sort.removeprefix("-"))] if shared.sort is not None else []
    for option, name in asked:
        known = [column.name for column in section.columns] if section else []
        if name not in known:
            raise errors.not_one_of(option, name, known)
    return Selection(
        section=section,
        fields=tuple(dict.fromkeys(fields)),
        sort=shared.sort or "",
        zero_rows=shared.all_rows,
        every_column=shared.wide,
    )


def screen(color: str) -> Screen:
    """Return what stdout can show. NO_COLOR and FORCE_COLOR count where `color` is auto, any text being a yes."""
    is_terminal = sys.stdout.isatty()
    if color != "auto":
        colored = color == "always"
    elif os.environ.get("NO_COLOR"):
        colored = False
    else:
        colored = bool(os.environ.get("FORCE_COLOR")) or (is_terminal and os.environ.get("TERM") != "dumb")
    width = shutil.get_terminal_size().columns if is_terminal else None
    return Screen(is_terminal, width, colored, sys.stdout.encoding or "utf-8")
