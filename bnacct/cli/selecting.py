"""Checks what part of an answer is asked for, before anything is sent."""

import difflib
from collections.abc import Mapping, Sequence

from bnacct import errors
from bnacct.cli import options
from bnacct.output import Selection
from bnacct.views import Section, View

# How near a name must be for it to be offered.
_NEAR = 0.6


def selection(
    typed: options.Selection,
    view: View,
    wanted: Mapping[str, Sequence[str]] | None = None,
    hidden: Mapping[str, str] | None = None,
    *,
    raw: bool = False,
) -> Selection:
    """Return what is to be shown. Raises `errors.UsageError`, naming the choices.

    `wanted` are the names that rows are narrowed to, by column: sections without that column are not shown. `hidden`
    are columns that are left out, each with the option that says so. Nothing of it goes with a `raw` body.
    """
    if raw:
        _refuse_beside_raw(typed)
    hidden = hidden or {}
    among = _among(view, wanted or {})
    section = _section(typed, view, among, wanted or {})
    fields = tuple(name.strip() for name in typed.fields.split(",")) if typed.fields is not None else ()
    asked = [("--fields", name) for name in fields]
    asked += [("--sort", typed.sort.removeprefix("-"))] if typed.sort is not None else []
    for option, name in asked:
        if name in hidden:
            raise errors.UsageError(f"{option}: {name} is left out by {hidden[name]}.")
        if section is not None and name not in (known := _shown(view, section)):
            raise _unknown(option, name, section, view, known)
    found = Selection(
        section=section,
        fields=tuple(dict.fromkeys(fields)),
        sort=typed.sort or "",
        zero_rows=typed.all_rows,
        every_column=typed.wide,
        header=not typed.no_header,
        total=typed.total,
        hidden=frozenset(hidden),
        among=among,
        wanted=wanted or {},
    )
    return _with_total(found, view) if typed.total else found


def _refuse_beside_raw(typed: options.Selection) -> None:
    for option, given in (
        ("--section", typed.section is not None),
        ("--fields", typed.fields is not None),
        ("--sort", typed.sort is not None),
        ("--total", typed.total),
    ):
        if given:
            raise errors.UsageError(f"--raw writes the whole body, so {option} cannot go with it.")


def _among(view: View, wanted: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return the names of the sections whose rows can be narrowed; none where nothing is to be narrowed."""
    found = []
    for column in wanted:
        names = [section.name for section in view.sections if column in [each.name for each in section.columns]]
        if not names:
            raise errors.UsageError(f"--{column}: no row of this answer has {_an(column)}.")
        found += names
    return tuple(dict.fromkeys(found))


def _section(
    typed: options.Selection, view: View, among: tuple[str, ...], wanted: Mapping[str, Sequence[str]]
) -> Section | None:
    names = [known.name for known in view.sections]
    if typed.section is not None:
        if typed.section not in names:
            raise errors.not_one_of("--section", typed.section, names)
        if among and typed.section not in among:
            column = next(iter(wanted))
            raise errors.UsageError(f"--{column}: rows of {typed.section} have no {column}; those of {among[0]} have.")
        return view.section(typed.section)
    if typed.fields is not None or typed.sort is not None:
        return view.section(among[0]) if among else view.sections[0]
    return None


def _with_total(found: Selection, view: View) -> Selection:
    """Return a selection whose rows end with a total. Raises `errors.UsageError` where none means something."""
    from bnacct.output import layouts

    visible = view.without(found.hidden)
    summed = {section.name: layouts.layout(visible, section).summed(section) for section in found.sections(visible)}
    if not any(summed.values()):
        raise errors.UsageError(
            "--total: no column here has amounts of one kind to add up.",
            hint="A total is that of a valuation: bnacct user-assets --total.",
        )
    name, column = next((name, column) for name, column in summed.items() if column)
    if found.fields and column not in found.fields:
        raise errors.UsageError(f"--total: it is that of {column}, which is not among --fields.")
    return found._replace(section=found.section or view.section(name))


def _shown(view: View, section: Section) -> list[str]:
    """Return every column of a section that can be shown, those of the answer first."""
    from bnacct.output import layouts

    names = [column.name for column in section.columns]
    layout = layouts.layout(view, section)
    return list(dict.fromkeys([*names, *[column.name for column in layout.columns(section)]]))


def _unknown(option: str, name: str, section: Section, view: View, known: Sequence[str]) -> errors.UsageError:
    """Build the failure for a field that a section does not have: it may be in another, or be misspelt."""
    homes = {field: other.name for other in reversed(view.sections) for field in _shown(view, other)}
    homes.update(dict.fromkeys(known, section.name))
    if name in homes:
        return errors.UsageError(f"{option}: {name} is in {homes[name]}: --section {homes[name]}.")
    by_case = {field.lower(): field for field in homes}
    # The nearest of all sections: a name of this one that only looks like it may be another amount.
    close = difflib.get_close_matches(name.lower(), by_case, n=1, cutoff=_NEAR)
    meant = by_case[close[0]] if close else ""
    said = f"{option}: {name!r} is not one of {', '.join(known)}."
    if meant in known:
        said += f" Did you mean {meant}?"
    elif meant:
        said += f" Did you mean {meant}, which is in {homes[meant]} (--section {homes[meant]})?"
    return errors.UsageError(said)


def _an(column: str) -> str:
    return f"{'an' if column[0] in 'aeiou' else 'a'} {column}"
