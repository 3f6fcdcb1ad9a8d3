"""Runs a command and writes what it cost to a file descriptor: `python -I -S launcher.py DESCRIPTOR COMMAND...`.

Linux counts memory of whoever starts a process into the peak of that process: with vfork, as subprocess does it, the
most that the starter ever held; with fork, its own pages of that moment. Forked from this, which imports next to
nothing, that is 5 MiB, less than any Python takes. What is measured starts with the fork: the start of this file is
not in it.
"""

import os
import sys
import time

# As a shell says that a command could not be run.
_NOT_RUN = 127


def main() -> None:
    """Write wall seconds, user and system seconds of CPU, and the peak of memory in KiB, with spaces between."""
    report, command = int(sys.argv[1]), sys.argv[2:]
    os.set_inheritable(report, False)
    started = time.perf_counter()
    pid = os.fork()
    if not pid:
        try:
            os.execvp(command[0], command)  # noqa: S606 - it is what this is for
        finally:
            os._exit(_NOT_RUN)
    _, _, usage = os.wait4(pid, 0)
    wall_s = time.perf_counter() - started
    os.write(report, f"{wall_s} {usage.ru_utime} {usage.ru_stime} {usage.ru_maxrss}".encode())


if __name__ == "__main__":
    main()
