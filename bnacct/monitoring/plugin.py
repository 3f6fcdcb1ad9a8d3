"""Writes what was checked as a monitoring plugin does: one line of text and performance data, and a status from 0 to 3.

The rules are those of the Monitoring Plugins' development guidelines.
"""

import enum
from collections.abc import Iterable, Sequence
from decimal import Decimal  # noqa: TID253 - imported only where figures are checked
from typing import NamedTuple

from bnacct.monitoring.ranges import Range, plain

# Of the rows that `*` stands for, so many that are not in order are named in the line.
MOST_ROWS = 10


class State(enum.IntEnum):
    """What a plugin reports; the value is its exit status."""

    OK = 0
    WARNING = 1
    CRITICAL = 2
    UNKNOWN = 3


# From best to worst, as `max_state_alt` of the plugins' own library has it: what is known to be critical stays critical
# whatever else could not be read.
_ORDER = (State.OK, State.UNKNOWN, State.WARNING, State.CRITICAL)


class Finding(NamedTuple):
    """One value that was judged. `value` is None if it is unknown; `reason` says why it is not in order."""

    name: str
    value: Decimal | None
    state: State
    reason: str = ""
    unit: str = ""

    @property
    def text(self) -> str:
        """Say what was found: `pm-account.uniMMR 1.18, below 1.2`."""
        shown = "unknown" if self.value is None else plain(self.value) + self.unit
        return f"{self.name} {shown}" + (f", {self.reason}" if self.reason else "")


class Fact(NamedTuple):
    """Something that was judged and is no number: `key may withdraw`."""

    name: str
    state: State
    reason: str

    @property
    def text(self) -> str:
        """Say what was found."""
        return f"{self.name} {self.reason}"


class Check(NamedTuple):
    """What was asked about one account, and what was found: one finding, or one for each row that `*` stands for.

    `account` is "" where none was named. A check without findings has no row to judge, and is in order.
    """

    account: str
    name: str
    findings: Sequence[Finding | Fact]
    warning: Range | None = None
    critical: Range | None = None

    @property
    def state(self) -> State:
        """The worst state of all findings."""
        return worst(finding.state for finding in self.findings)

    @property
    def is_number(self) -> bool:
        """Whether there is a number for the performance data."""
        return bool(self.findings) and isinstance(self._worst, Finding)

    @property
    def _worst(self) -> Finding | Fact:
        return max(self.findings, key=self._badness)

    def _badness(self, finding: Finding | Fact) -> tuple[int, Decimal]:
        value = finding.value if isinstance(finding, Finding) else None
        judged = self.critical or self.warning
        excess = Decimal(0) if value is None or judged is None else judged.excess(value)
        return _ORDER.index(finding.state), excess

    @property
    def text(self) -> str:
        """Say what was found: everything that is not in order, or the value that comes nearest to it."""
        if not self.findings:
            return f"{self.name} has no rows"
        if len(self.findings) == 1:
            return self.findings[0].text
        bad = sorted((each for each in self.findings if each.state), key=self._badness, reverse=True)
        if not self.is_number:
            return "; ".join(each.text for each in bad or self.findings)
        if not bad:
            return f"{self._worst.text} (worst of {len(self.findings)} rows)"
        more = f", and {len(bad) - MOST_ROWS} more" if len(bad) > MOST_ROWS else ""
        return "; ".join(each.text for each in bad[:MOST_ROWS]) + f"{more} (of {len(self.findings)} rows)"

    @property
    def performance(self) -> str:
        """Return the performance data: `'pm-account.uniMMR'=1.18;1.5:;1.2:`, with U for an unknown value."""
        found = self._worst
        number = f"{plain(found.value)}{found.unit}" if isinstance(found, Finding) and found.value is not None else "U"
        bounds = ";".join("" if each is None else str(each) for each in (self.warning, self.critical))
        label = _one_line(f"{self.account} {self.name}".strip()).replace("'", "''").replace("=", "_")
        return f"'{label}'={number};{bounds}".rstrip(";")


def judged(
    name: str, value: Decimal | None, warning: Range | None, critical: Range | None, *, unit: str = "", reason: str = ""
) -> Finding:
    """Judge a value by its ranges. Unknown is UNKNOWN, for the `reason` given."""
    if value is None:
        return Finding(name, None, State.UNKNOWN, reason)
    for state, judged_by in ((State.CRITICAL, critical), (State.WARNING, warning)):
        if judged_by is not None and judged_by.alerts(value):
            return Finding(name, value, state, judged_by.reason(value), unit)
    return Finding(name, value, State.OK, unit=unit)


def worst(states: Iterable[State]) -> State:
    """Return the worst of some states: CRITICAL, then WARNING, UNKNOWN and OK."""
    return max(states, key=_ORDER.index, default=State.OK)


def line(checks: Sequence[Check]) -> str:
    """Return the line: the state, everything that was checked, the worst first, and the performance data."""
    state = worst(check.state for check in checks)
    ranked = sorted(checks, key=lambda check: _ORDER.index(check.state), reverse=True)
    texts = "; ".join(f"{check.account} {check.text}".strip() for check in ranked)
    performance = " ".join(check.performance for check in checks if check.is_number)
    return said(state, texts) + (f" | {performance}" if performance else "")


def said(state: State, text: str) -> str:
    """Return a line of a state and words, without performance data."""
    return f"BNACCT {state.name}: {_one_line(text)}"


def _one_line(text: str) -> str:
    """Keep a text on its line and out of the performance data, which starts after a `|`."""
    shown = text if text.isprintable() else "".join([each if each.isprintable() else _escaped(each) for each in text])
    return shown.replace("|", "¦")


def _escaped(character: str) -> str:
    return f"\\x{ord(character):02x}" if ord(character) < 0x100 else f"\\u{ord(character):04x}"
