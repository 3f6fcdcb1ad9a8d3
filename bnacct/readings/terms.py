"""What is asked, and what comes of it: accounts, questions and readings."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from bnacct import errors
from bnacct.client import Answer
from bnacct.queries import Query, Value, WrongShape
from bnacct.settings import Settings


class Account(NamedTuple):
    """Whose holdings are read: the name of its profile, "" where none was named, and the settings to call with."""

    name: str
    settings: Settings


class Question(NamedTuple):
    """One query to ask for one account; `parameters` add to the query's own; None is not sent."""

    account: Account
    query: Query
    parameters: Mapping[str, Value | None] = {}

    @property
    def asked(self) -> dict[str, Value]:
        """The request parameters that decide what is answered."""
        return self.query.asked(self.parameters)

    def sent(self, page: int = 1) -> dict[str, Value]:
        """Return what the request sends, except its timestamp."""
        return self.query.sent(self.asked, recv_window_ms=self.account.settings.recv_window_ms, page=page)


class Reading(NamedTuple):
    """What `account` answered to `query` at `at_ms` (epoch milliseconds): an answer, or the failure that came instead.

    If a later page failed, it has both: the answer with the pages that came, and the failure.
    `parameters` are those that decide what is answered: all that is sent but the time, the window and the page.
    """

    query: Query
    account: str
    at_ms: int
    answer: Answer | None = None
    failure: errors.BnacctError | None = None
    parameters: Mapping[str, Value] = {}

    def answered(self) -> Answer:
        """Return the whole answer. Raises the failure if there is one."""
        if self.answer is None or self.failure is not None:
            raise self.failure or errors.BnacctError("A reading has neither an answer nor a failure.")
        return self.answer

    def document(self) -> Any:
        """Return the answer in the shape of its view. Raises the failure, or `errors.ResponseError`."""
        answer = self.answered()
        try:
            return self.query.document(answer.document)
        except WrongShape as error:
            raise errors.ResponseError(
                f"The answer is JSON, but not what the API document promises: {error}.",
                hint="Something may answer in the exchange's place: -v shows where the request went.",
            ) from None
