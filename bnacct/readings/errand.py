"""What is to be asked for one account, where the next question depends on what has been answered."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from bnacct.readings.deadline import Deadline
from bnacct.readings.terms import Question, Reading


class Errand(NamedTuple):
    """What is to be asked for one account: `next` returns questions by name, given the readings so far.

    It is called again with every new reading, and may repeat questions that it returned before. All questions share
    the deadline; without one, each has the time of its settings to itself. `at_most` are those that it may come to: an
    errand is not begun before they fit into a minute's weight. One whose time runs already cannot wait: where they do
    not fit, it is not carried out, and has no readings.
    """

    next: Callable[[Mapping[str, Reading]], Mapping[str, Question]]
    deadline: Deadline | None
    at_most: Sequence[Question] = ()
