"""The bench measures what it says, so that what the README quotes of it is true."""

import os
import resource

from tests.bench.processes import PYTHON, Contender, measure


def test_a_peak_of_memory_is_that_of_the_command_and_not_of_the_bench() -> None:
    ballast = bytearray(32 << 20)
    own_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    small, large = (
        measure(Contender("", [PYTHON, "-c", f"print(len(bytearray({mib} << 20)))"], str(mib << 20)), os.environ)
        for mib in (1, 64)
    )

    assert small.peak_mib < len(ballast) >> 20 < own_mib
    assert 64 < large.peak_mib < 96
