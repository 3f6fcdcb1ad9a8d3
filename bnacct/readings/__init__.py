"""Asks one or many queries for one or many accounts, side by side, and returns a `Reading` for each.

A reading is what one account answered to one query at one time, or why it did not.
"""

from bnacct.client import Answer
from bnacct.readings.deadline import Deadline
from bnacct.readings.errand import Errand
from bnacct.readings.pages import answer_in
from bnacct.readings.reader import Reader
from bnacct.readings.terms import Account, Question, Reading
from bnacct.readings.workers import MOST_AT_ONCE

__all__ = ["MOST_AT_ONCE", "Account", "Answer", "Deadline", "Errand", "Question", "Reader", "Reading", "answer_in"]
