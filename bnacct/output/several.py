"""Puts the answers of several accounts side by side: the rows of each section in one list, the account first."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bnacct.views import Column, Section, View, is_wanted, rows

ACCOUNT = Column("account", "text")


def view(single: View) -> View:
    """Return the view of several accounts' answers, for that of one account's answer."""
    return View(single.name, tuple(section(each) for each in single.sections), note=single.note)


def section(single: Section) -> Section:
    """Return a section whose rows start with the account."""
    return Section(
        single.name,
        (ACCOUNT, *single.columns),
        key=single.name,
        meaning=single.meaning,
        derived=single.derived,
        added=single.added,
    )


def document(
    single: View,
    found: Iterable[tuple[str, Any]],
    sections: Sequence[Section] | None = None,
    wanted: Mapping[str, Sequence[str]] | None = None,
) -> dict[str, Any]:
    """Return the document of that view: the rows of each section, of one account after the other.

    `wanted` are the names that rows are narrowed to, by column.
    """
    listed = list(found)
    return {
        each.name: [
            {ACCOUNT.name: account, **row}
            for account, answer in listed
            for row in rows(each, answer)
            if is_wanted(row, wanted or {})
        ]
        for each in sections or single.sections
    }
