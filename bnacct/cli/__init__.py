"""Turns argv into typed values, one file for each command, and failures into exit statuses in one place."""

import errno
import itertools
import os
import re
import sys
from collections.abc import Sequence

import typer

from bnacct import errors
from bnacct.cli import streams
from bnacct.cli.commands import app
from bnacct.cli.display import JSON_FORMS
from bnacct.cli.stderr import Stderr

# Typer raises its own copy of Click's usage errors, and names only this descendant in public.
_USAGE_ERROR: type[Exception] = typer.BadParameter.__mro__[1]

# -o alone or after flags that take no value, with its value behind it or in the next argument: -o json, -vojson.
_BUNDLED_OUTPUT = re.compile(r"-[hqv]*o=?(.*)")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program and return its exit status. Every failure ends here."""
    arguments = sys.argv[1:] if argv is None else list(argv)
    streams.make_robust()
    stderr = Stderr(as_json=_wants_json(arguments))
    try:
        if sys.stdout is None:  # as after >&-
            raise errors.OutputError("The output cannot be written: stdout is closed.")
        status = app(arguments, prog_name="bnacct", standalone_mode=False, obj=stderr)
        if status == errors.INTERRUPTED_EXIT:  # Typer makes this of Ctrl-C
            raise KeyboardInterrupt
        streams.flush_stdout()
        stderr.release()
        return status if isinstance(status, int) else 0
    except errors.BnacctError as error:
        failure = error
    except KeyboardInterrupt:
        if not _is_check(arguments):
            return errors.INTERRUPTED_EXIT
        failure = errors.BnacctError("Interrupted.")
    except BrokenPipeError:
        streams.abandon_stdout()
        return 0
    except SystemExit as ending:
        # Typer makes this of a broken pipe, with status 1.
        if not isinstance(ending.__context__, BrokenPipeError):
            raise
        streams.abandon_stdout()
        return 0
    except _USAGE_ERROR as error:
        from bnacct.cli import usage

        failure = usage.failure(error, arguments)
    except Exception as error:
        failure = (streams.of_typer(error) if isinstance(error, OSError) else None) or _bug(error)
    if isinstance(failure, errors.OutputError):
        streams.abandon_stdout()
    if _is_check(arguments):
        return _check_failed(failure, stderr)
    stderr.failure(failure)
    return failure.exit_status


def _wants_json(arguments: Sequence[str]) -> bool:
    """Say whether a failure is reported as JSON, before the arguments are known to be sound."""
    form = os.environ.get("BNACCT_OUTPUT", "")
    for argument, following in itertools.zip_longest(arguments, arguments[1:], fillvalue=""):
        if argument in ("--json", "--csv"):
            form = argument[2:]
        elif argument == "--output":
            form = following
        elif argument.startswith("--output="):
            form = argument.partition("=")[2]
        elif bundled := _BUNDLED_OUTPUT.fullmatch(argument):
            form = bundled[1] or following
    return form.lower() in JSON_FORMS


def _is_check(arguments: Sequence[str]) -> bool:
    """Say whether the command is `check`, whose failures are a line on stdout and have a status of their own."""
    return next((argument for argument in arguments if not argument.startswith("-")), "") == "check"


def _check_failed(failure: errors.BnacctError, stderr: Stderr) -> int:
    from bnacct.cli import check

    if isinstance(failure, errors.OutputError):  # there is no stdout to say it on
        stderr.failure(failure)
        return check.UNREPORTED
    return check.failed(failure, as_json=stderr.as_json)


def _bug(error: Exception) -> errors.BnacctError:
    if isinstance(error, OSError) and error.errno in (errno.EMFILE, errno.ENFILE):
        return errors.BnacctError("No more files can be opened.", hint="Raise the limit: ulimit -n shows it.")
    # No text of the exception and no values: they may hold anything. Where it happened is enough to find it.
    import traceback

    walked = [(frame.f_globals.get("__name__", ""), line) for frame, line in traceback.walk_tb(error.__traceback__)]
    places = [f"{module}:{line}" for module, line in walked if module.partition(".")[0] == "bnacct"]
    return errors.BnacctError(
        f"This is a bug in bnacct: {type(error).__name__} in {' > '.join(places)}.",
        hint="Please report it, with `bnacct --version`, the command, and this message.",
    )
