"""The options that every command has, declared once."""

import functools
import inspect
from collections.abc import Callable
from typing import Annotated, Any, NamedTuple

import typer

from bnacct.settings import COLORS, ENVIRONMENTS, KNOBS, OUTPUTS


def _knob(name: str, *declarations: str, metavar: str, help: str) -> Any:
    knob = KNOBS[name]
    return typer.Option(*declarations, metavar=metavar, help=f"{help} [{knob.variable}; default: {knob.default}]")


class Shared(NamedTuple):
    """The values of the shared options. What a variable may set too is None until `settings` resolves it."""

    output: Annotated[
        str | None, _knob("output", "--output", "-o", metavar="|".join(OUTPUTS), help="Format of the output.")
    ] = None
    json_output: Annotated[bool, typer.Option("--json", help="Short for -o json.")] = False
    csv_output: Annotated[bool, typer.Option("--csv", help="Short for -o csv.")] = False
    raw: Annotated[bool, typer.Option("--raw", help="Write the response body, byte for byte.")] = False
    section: Annotated[
        str | None, typer.Option("--section", metavar="NAME", help="Show one section of the answer.")
    ] = None
    fields: Annotated[
        str | None, typer.Option("--fields", metavar="A,B,C", help="Show these fields of a section, in this order.")
    ] = None
    sort: Annotated[
        str | None, typer.Option("--sort", metavar="[-]FIELD", help="Sort a section's rows; - for descending.")
    ] = None
    all_rows: Annotated[bool, typer.Option("--all", help="Show rows that hold only zeros, too.")] = False
    wide: Annotated[bool, typer.Option("--wide", help="Show every column, however wide the table gets.")] = False
    profile: Annotated[
        str | None, typer.Option("--profile", "-p", metavar="NAME", help="Use the profile NAME. [BNACCT_PROFILE]")
    ] = None
    env_file: Annotated[
        str | None, typer.Option("--env-file", metavar="PATH", help="Read settings from this file first.")
    ] = None
    environment: Annotated[
        str | None,
        _knob(
            "environment",
            "--environment",
            "-e",
            metavar="|".join(ENVIRONMENTS),
            help="Which exchange to ask; sandbox is a local one that needs no key.",
        ),
    ] = None
    timeout: Annotated[
        str | None,
        _knob("timeout", "--timeout", metavar="SECONDS", help="Give up after this long, all tries together."),
    ] = None
    recv_window: Annotated[
        str | None,
        _knob(
            "recv_window",
            "--recv-window",
            metavar="MS",
            help=f"How long a request stays valid, {KNOBS['recv_window'].bounds}.",
        ),
    ] = None
    retries: Annotated[
        str | None, _knob("retries", "--retries", metavar="N", help="How often to try again after a fault.")
    ] = None
    max_wait: Annotated[
        str | None,
        _knob("max_wait", "--max-wait", metavar="SECONDS", help="The longest wait to accept when rate limited."),
    ] = None
    watch: Annotated[
        str | None,
        typer.Option("--watch", "-w", metavar="SECONDS", help="Ask again every so many seconds, until interrupted."),
    ] = None
    # A tuple has a method of the option's own name.
    readings: Annotated[
        int | None, typer.Option("--count", min=1, metavar="N", help="End a watch after N readings.")
    ] = None
    show_request: Annotated[
        bool, typer.Option("--show-request", help="Print the request, without its secrets, and send nothing.")
    ] = False
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Say on stderr what is sent where, and what it weighs.")
    ] = False
    color: Annotated[
        str | None,
        _knob("color", "--color", metavar="|".join(COLORS), help="Colour tables; NO_COLOR and FORCE_COLOR count too."),
    ] = None


def shared_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the shared options: it takes them as one `Shared`, after Typer's context, before its own."""
    own = [parameter for name, parameter in inspect.signature(command).parameters.items() if name != "shared"]
    common = inspect.signature(Shared).parameters.values()

    @functools.wraps(command)
    def with_shared(**values: Any) -> None:
        shared = Shared(**{name: values.pop(name) for name in Shared._fields})
        command(shared=shared, **values)

    with_shared.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in (*own, *common)]
    )
    return with_shared
