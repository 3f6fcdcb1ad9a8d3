"""The bench measures what it says, so that what the README quotes of it is true."""

import os
import resource

from tests.bench.processes import PYTHON, Contender, compare, measure


def test_a_peak_of_memory_is_that_of_the_command_and_not_of_the_bench() -> None:
    ballast = bytearray(32 << 20)
    own_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    small, large = (
        measure(Contender("", [PYTHON, "-c", f"print(len(bytearray({mib} << 20)))"], str(mib << 20)), os.environ)
        for mib in (1, 64)
    )

    assert small.peak_mib < len(ballast) >> 20 < own_mib
    assert 64 < large.peak_mib < 96


def test_a_contender_without_its_packages_has_no_line_and_is_named_below_the_table() -> None:
    ours = Contender("ours", [PYTHON, "-c", "print(1)"], "1")
    absent = ours._replace(name="theirs", needs=("json", "no_such_sdk"))

    *table, told = compare("both", [ours, absent], os.environ, 1)

    assert [line.split(" | ")[0] for line in table[2:]] == ["| ours"]
    assert "`pip install -e '.[bench]'`" in told
    assert told.endswith(": theirs.")
