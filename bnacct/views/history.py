"""What the commands of the archive report: their rows are made here, not sent by the exchange."""

from bnacct.views.terms import Column, Section, View, columns

_WHOSE = columns("account command", "text")

RECORD = View("record", sections=(Section("readings", (*_WHOSE, *columns("status rows detail", "aside"))),))

HISTORY = View(
    "history-list",
    sections=(
        Section(
            "readings",
            (Column("at", "time"), *_WHOSE, *columns("parameters rows source detail", "aside")),
        ),
    ),
)

GAPS = View(
    "history-gaps",
    sections=(
        Section(
            "gaps",
            (*_WHOSE, Column("parameters", "aside"), *columns("from until", "time"), Column("length", "aside")),
        ),
    ),
)

DIFF = View(
    "history-diff",
    sections=(
        Section(
            "changes",
            (
                *columns("account section", "aside"),
                *columns("row field status", "text"),
                Column("kind", "aside"),
                *columns("before after", "amount"),
                Column("change", "profit"),
            ),
        ),
    ),
)

CHART = View("history-chart", sections=(Section("values", (Column("at", "time"), Column("value", "amount"))),))

# A total that is not complete is no value: `partial` is what was read of it, `lacks` what is missing.
TOTALS_CHART = View(
    "history-chart-totals",
    sections=(
        Section(
            "values",
            (
                Column("at", "time"),
                Column("value", "amount"),
                Column("bound", "text"),
                Column("partial", "amount"),
                Column("lacks", "aside"),
            ),
        ),
    ),
)

THINNED = View(
    "history-prune",
    sections=(Section("readings", (*_WHOSE, *columns("parameters", "aside"), *columns("kept removed", "size"))),),
)
