"""Moves readings between archives, and to and from JSONL. Whatever is repeated adds nothing: each reading has its uid."""

import itertools
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from bnacct import errors
from bnacct.archive import stored
from bnacct.archive.archive import AT_ONCE, Archive
from bnacct.archive.stored import IMPORT, Owner, Row
from bnacct.errors import ArchiveError

_UID = re.compile(r"[0-9A-Za-z._-]{1,100}")
_OPERATION = re.compile(r"[A-Z]{2,10} [!-~]{1,200}")
_MOST_MS = 1 << 53


class Progress(NamedTuple):
    """How far a transfer is: readings looked at, and readings that came new."""

    seen: int
    added: int


def copy(source: Archive, target: Archive) -> Iterator[Progress]:
    """Copy what the target lacks, and yield how far that is after each step; each step is a transaction.

    One that was interrupted is resumed by running it again: bodies that have arrived are not sent twice.
    """
    seen = added = 0
    for uids in source.uids():
        missing = target.missing(uids)
        added += target.add(source.with_uids(missing)) if missing else 0
        seen += len(uids)
        yield Progress(seen, added)


def export(source: Archive) -> Iterator[str]:
    """Yield a JSON object a line for every reading; bodies and amounts are text, as they came."""
    for _, row in source.rows():
        yield (
            json.dumps(
                {
                    "uid": row.uid,
                    "run": row.run,
                    "at_ms": row.at_ms,
                    "account": row.owner.name,
                    "environment": row.owner.environment,
                    "key_mark": row.owner.key_mark,
                    "operation": row.operation,
                    "params": json.loads(row.params),
                    "page": row.page,
                    "source": row.source,
                    "error": None if row.error is None else json.loads(row.error),
                    "body": row.body,
                },
                ensure_ascii=False,
            )
            + "\n"
        )


def import_(lines: Iterable[bytes], target: Archive) -> Iterator[Progress]:
    """Keep what `export` wrote, marked as imported, and yield how far that is after each step.

    Raise `ArchiveError` with the number of a line that is no reading; the steps before it are kept.
    """
    numbered = ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    seen = added = 0
    while some := list(itertools.islice(numbered, AT_ONCE)):
        rows = {row.uid: row for row in (_row(number, line) for number, line in some)}
        added += target.add(list(rows.values()))
        seen += len(some)
        yield Progress(seen, added)


def _row(number: int, line: bytes) -> Row:
    try:
        return _checked(json.loads(line))
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    raise ArchiveError(
        f"Line {number} is not a reading as `history export` writes it.",
        hint="The lines before it may have been kept. Importing the file again adds nothing twice.",
    )


def _checked(told: Any) -> Row:
    """Return the row that a line holds. Raise ValueError, KeyError or TypeError for anything that is none."""
    owner = Owner(told["account"], told["environment"], told["key_mark"])
    error, params, body = told["error"], told["params"], told["body"]
    texts = (told["uid"], told["run"], *owner, told["operation"])
    if not all(isinstance(text, str) and text.isprintable() for text in texts):
        raise ValueError
    if not (_UID.fullmatch(told["uid"]) and _UID.fullmatch(told["run"]) and _OPERATION.fullmatch(told["operation"])):
        raise ValueError
    at_ms, page = told["at_ms"], told["page"]
    if type(at_ms) is not int or type(page) is not int or not 0 <= at_ms < _MOST_MS or not 1 <= page < _MOST_MS:
        raise ValueError
    if told["source"] not in stored.SOURCES or (error is None and body is None):
        raise ValueError
    if not isinstance(params, dict) or not all(isinstance(value, str | int) for value in params.values()):
        raise ValueError
    if error is not None:
        errors.from_json(error)
    if body is not None:
        # Whatever the document is, it is JSON; NUL, which PostgreSQL does not take, is none.
        json.loads(body or "null")
        body.encode()
    return Row(
        told["uid"],
        told["run"],
        at_ms,
        owner,
        told["operation"],
        stored.canonical(params),
        page,
        IMPORT,
        None if error is None else json.dumps(stored.masked(error), ensure_ascii=False),
        body,
    )
