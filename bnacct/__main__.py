"""Starts the process: tunes the collector before anything is imported, then hands over to `cli`."""

import atexit
import gc

# A one-shot run makes no garbage worth collecting, and at exit there is no use in looking for it: a fifth of the run.
gc.disable()
atexit.register(gc.freeze)


def main() -> int:
    """Run the program and return its exit status."""
    try:
        from bnacct import cli

        return cli.main()
    except KeyboardInterrupt:  # while modules are being loaded
        return 130


if __name__ == "__main__":
    raise SystemExit(main())
