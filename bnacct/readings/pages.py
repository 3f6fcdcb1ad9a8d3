"""Reads an answer page after page, to the last, and makes one of them."""

from collections.abc import Iterator, Sequence
from typing import Any

from bnacct import errors
from bnacct.client import Answer, Client, decoding
from bnacct.queries import Paging, Query
from bnacct.readings.deadline import Deadline
from bnacct.readings.terms import Question


def pages(client: Client, question: Question, deadline: Deadline) -> Iterator[Answer]:
    """Yield the answer; of a query with pages, page after page. Raises `errors.BnacctError`."""
    endpoint, paging = question.query.endpoint, question.query.pages
    found = client.call(endpoint, question.sent(), deadline.ends)
    yield found
    if paging is None:
        return
    rows = _rows(found, paging)
    read, number = len(rows), 1
    while read < (total := _total(found, len(rows), read, paging)):
        if not rows:
            raise errors.ResponseError(f"The pages of {question.query.endpoint.name} end after {read} of {total} rows.")
        number += 1
        before, found = rows, client.call(endpoint, question.sent(number), deadline.ends)
        rows = _rows(found, paging)
        if rows == before:
            raise errors.ResponseError(
                f"Page {number} of {question.query.endpoint.name} is the page before once more: {read} rows were read.",
                hint="The exchange is in trouble, or something answers in its place. Try again.",
            )
        read += len(rows)
        yield found


def _rows(answer: Answer, paging: Paging) -> list[Any]:
    """Return the rows of a page; none where it has another shape, which the view refuses."""
    rows = answer.document.get(paging.rows) if isinstance(answer.document, dict) else None
    return rows if isinstance(rows, list) else []


def _total(answer: Answer, on_page: int, read: int, paging: Paging) -> int:
    """Return how many rows all pages have. If the exchange does not say, a page that is not full is the last."""
    total = answer.document.get("total") if isinstance(answer.document, dict) else None
    if isinstance(total, int | str) and str(total).isascii() and str(total).isdecimal():
        return int(total)
    return read + 1 if on_page == paging.most else read


def joined(query: Query, pages: Sequence[Answer]) -> Answer:
    """Return the pages as one answer; see `Answer`."""
    if query.pages is None:
        return pages[0]
    bodies = tuple(page.body for page in pages)
    first = pages[0].document
    if len(pages) > 1:
        first = {**first, query.pages.rows: [row for page in pages for row in _rows(page, query.pages)]}
    return Answer(b"".join([body + b"\n" for body in bodies]), first, bodies, pages[-1].weight_used)


def answer_in(query: Query, bodies: Sequence[bytes]) -> Answer:
    """Return the answer that kept bodies hold, a page each, as the client gave it. Raise `errors.ResponseError`."""
    return joined(query, [_page_in(query, body) for body in bodies])


def _page_in(query: Query, body: bytes) -> Answer:
    if query.endpoint.may_be_empty and not body:
        return Answer(body, None)
    document = decoding.decode(body)
    if query.endpoint.method == "WS":
        if not isinstance(document, dict) or "result" not in document:
            raise errors.ResponseError("The reply has no result.")
        document = document["result"]
    return Answer(body, document)
