"""What is to be asked for one account, where the next question depends on what has been answered."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from bnacct.readings.pages import Deadline
from bnacct.readings.terms import Question, Reading


class Errand(NamedTuple):
    """What is to be asked for one account: `next` returns questions by name, given the readings so far.

    It is called again with every new reading, and may repeat questions that it returned before. All questions share
    the deadline.
    """

    next: Callable[[Mapping[str, Reading]], Mapping[str, Question]]
    deadline: Deadline
