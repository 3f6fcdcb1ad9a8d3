"""Checks that an archive holds what was put into it."""

import json
from collections.abc import Iterator
from typing import NamedTuple

from bnacct.archive import stored
from bnacct.archive.archive import AT_ONCE, Archive


class Verified(NamedTuple):
    """What was checked, and what is wrong with it, a sentence each."""

    readings: int
    bodies: int
    problems: list[str]


def verify(archive: Archive) -> Verified:
    """Check the storage, the hash of every body, and that every reading has what it refers to."""
    database = archive.database
    problems = [f"The storage is damaged: {found}" for found in database.damage()]
    bodies = 0
    for sha256, text in _bodies(archive):
        bodies += 1
        if stored.digest(text) != sha256:
            problems.append(f"Body {sha256[:16]} is not what was kept: its hash differs.")
    lost = database.rows(
        "SELECT reading.uid FROM reading LEFT JOIN body ON body.sha256 = reading.body "
        "WHERE reading.body IS NOT NULL AND body.sha256 IS NULL ORDER BY reading.id"
    )
    problems += [f"Reading {uid} has lost its body." for (uid,) in lost]
    lost = database.rows(
        "SELECT reading.uid FROM reading LEFT JOIN account ON account.id = reading.account "
        "WHERE account.id IS NULL ORDER BY reading.id"
    )
    problems += [f"Reading {uid} has lost its account." for (uid,) in lost]
    readings = 0
    for _, row in archive.rows():
        readings += 1
        for what, content in (("parameters", row.params), ("error", row.error)):
            try:
                json.loads(content or "null")
            except ValueError:
                problems.append(f"The {what} of reading {row.uid} cannot be read.")
    return Verified(readings, bodies, problems)


def _bodies(archive: Archive) -> Iterator[tuple[str, str]]:
    last = ""
    while found := archive.database.rows(
        "SELECT sha256, text FROM body WHERE sha256 > ? ORDER BY sha256 LIMIT ?", [last, AT_ONCE]
    ):
        yield from ((sha256, text) for sha256, text in found)
        last = found[-1][0]
