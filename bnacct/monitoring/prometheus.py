"""Writes Prometheus' text format 0.0.4, with the digits that the exchange sent.

A sample has no timestamp: node_exporter drops a whole file that has one. It drops one with the same sample twice, too,
so a sample that comes again is added to the first.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from bnacct.monitoring import ranges
from bnacct.views import amounts

_LABEL_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})
_HELP_ESCAPES = str.maketrans({"\\": r"\\", "\n": r"\n"})
_SURROGATES = re.compile("[\ud800-\udfff]")


class Family(NamedTuple):
    """A gauge: its name, what it means, and the names of its labels."""

    name: str
    help: str
    labels: tuple[str, ...]


class Exposition:
    """Collects samples, and writes them family by family in the order of `families`.

    Amounts are decimal strings or whole numbers. An unknown one is no sample, and makes the sum with others unknown.
    """

    def __init__(self, families: tuple[Family, ...]) -> None:
        self._families: dict[str, Family] = {family.name: family for family in families}
        # Text for a sample, "" for one that is unknown because part of its sum is.
        self._samples: dict[str, dict[tuple[str, ...], str]] = {name: {} for name in self._families}

    def add(self, name: str, labels: Mapping[str, str], value: object) -> None:
        """Add a sample. Raises KeyError for a family or a label that was not announced."""
        family, samples = self._families[name], self._samples[name]
        key = tuple([labels[label] for label in family.labels])
        number = ranges.value(value)
        text = "" if number is None else ranges.plain(number)
        samples[key] = amounts.total([samples[key], text]) if key in samples else text

    def lines(self) -> Iterator[str]:
        """Yield the text line by line. A family without samples has no line."""
        for name, samples in self._samples.items():
            family = self._families[name]
            written = False
            for key, value in samples.items():
                if not value:
                    continue
                if not written:
                    yield f"# HELP {name} {family.help.translate(_HELP_ESCAPES)}\n"
                    yield f"# TYPE {name} gauge\n"
                    written = True
                labels = ",".join(f'{label}="{_label(text)}"' for label, text in zip(family.labels, key, strict=True))
                yield f"{name}{{{labels}}} {value}\n" if labels else f"{name} {value}\n"


def _label(text: str) -> str:
    # A lone surrogate, which JSON can hold, would make the file no UTF-8.
    return _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text).translate(_LABEL_ESCAPES)
