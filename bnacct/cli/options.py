"""The options that several commands have, in groups: a command takes the groups that it obeys."""

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Annotated, Any, NamedTuple

import typer

from bnacct.settings import COLORS, ENVIRONMENTS, KNOBS, OUTPUTS


def _knob(name: str, *declarations: str, metavar: str, help: str) -> Any:
    knob = KNOBS[name]
    return typer.Option(*declarations, metavar=metavar, help=f"{help} [{knob.variable}; default: {knob.default}]")


class Format(NamedTuple):
    """How the output is written. What a variable may set too is None until `settings` resolves it, here and below."""

    output: Annotated[
        str | None, _knob("output", "--output", "-o", metavar="|".join(OUTPUTS), help="Format of the output.")
    ] = None
    json_output: Annotated[bool, typer.Option("--json", help="Short for -o json.")] = False
    csv_output: Annotated[bool, typer.Option("--csv", help="Short for -o csv.")] = False
    color: Annotated[
        str | None,
        _knob(
            "color", "--color", metavar="|".join(COLORS), help="Colour tables; NO_COLOR and FORCE_COLOR are respected."
        ),
    ] = None


class Selection(NamedTuple):
    """What of an answer is shown."""

    section: Annotated[
        str | None, typer.Option("--section", metavar="NAME", help="Show one section of the answer.")
    ] = None
    fields: Annotated[
        str | None, typer.Option("--fields", metavar="A,B,C", help="Show these fields of a section, in this order.")
    ] = None
    sort: Annotated[
        str | None, typer.Option("--sort", metavar="[-]FIELD", help="Sort a section's rows; - for descending.")
    ] = None
    all_rows: Annotated[bool, typer.Option("--all", help="Show all-zero rows too.")] = False
    wide: Annotated[bool, typer.Option("--wide", help="Show every column, however wide the table gets.")] = False
    total: Annotated[bool, typer.Option("--total", help="End the rows with their sum, in every format.")] = False
    no_header: Annotated[
        bool, typer.Option("--no-header", help="Leave the names of the columns out of tables, csv and tsv.")
    ] = False
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="FILE", help="Write to this file, which changes only if the run succeeds."),
    ] = None


_EnvFile = Annotated[str | None, typer.Option("--env-file", metavar="PATH", help="Read settings from this file first.")]
_Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No notices on stderr; errors are still shown.")]
ZoneOption = Annotated[
    str | None, typer.Option("--tz", metavar="AREA/CITY", help="Whose days and times are meant; UTC by default.")
]
KeyMarkOption = Annotated[
    str | None,
    typer.Option("--key-mark", metavar="…ABCD", help="Of the key that ends so, where a name has had several."),
]

TotalQuoteOption = Annotated[str | None, _knob("quote", "--in", metavar="ASSET", help="Value overview.total in this.")]
OverviewQuoteOption = Annotated[str | None, _knob("quote", "--in", metavar="ASSET", help="Value overview in this.")]


class Connection(NamedTuple):
    """Whose holdings are read, from which exchange, and how patiently."""

    profile: Annotated[
        list[str] | None,
        typer.Option(
            "--profile",
            "-p",
            metavar="NAME",
            help="Use the profile NAME; repeat it, or give a pattern, for several accounts. [BNACCT_PROFILE]",
        ),
    ] = None
    all_profiles: Annotated[bool, typer.Option("--all-profiles", help="Read the accounts of all profiles.")] = False
    env_file: _EnvFile = None
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
        _knob("timeout", "--timeout", metavar="SECONDS", help="Give up after this long, all retries included."),
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
        str | None, _knob("retries", "--retries", metavar="N", help="How often to retry after a fault.")
    ] = None
    max_wait: Annotated[
        str | None,
        _knob("max_wait", "--max-wait", metavar="SECONDS", help="The longest rate-limit wait to accept."),
    ] = None
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log each request and its weight to stderr.")] = False
    quiet: _Quiet = False


class Archive(NamedTuple):
    """Whether an answer comes from the archive, or is kept there."""

    at: Annotated[
        str | None,
        typer.Option(
            "--at", metavar="TIME", help="Show the last answer kept up to TIME, without a key; a day means its end."
        ),
    ] = None
    zone: ZoneOption = None
    key_mark: KeyMarkOption = None
    record: Annotated[
        bool | None,
        typer.Option("--record/--no-record", help="Keep the answer in the archive. [BNACCT_RECORD; default: off]"),
    ] = None


class Place(NamedTuple):
    """Which archive is meant, and whose readings in it."""

    profile: Annotated[
        str | None, typer.Option("--profile", "-p", metavar="NAME", help="Readings of this profile. [BNACCT_PROFILE]")
    ] = None
    env_file: _EnvFile = None
    environment: Annotated[
        str | None,
        typer.Option("--environment", "-e", metavar="|".join(ENVIRONMENTS), help="Readings of this exchange."),
    ] = None
    key_mark: KeyMarkOption = None
    quiet: _Quiet = False


class Repetition(NamedTuple):
    """Whether, and how often, the exchange is asked."""

    watch: Annotated[
        str | None,
        typer.Option("--watch", "-w", metavar="SECONDS", help="Ask again every SECONDS, until interrupted."),
    ] = None
    # A tuple has a method of the option's own name.
    readings: Annotated[int | None, typer.Option("--count", min=1, metavar="N", help="Stop after N readings.")] = None


class Wire(NamedTuple):
    """What goes over the wire, as it is."""

    raw: Annotated[bool, typer.Option("--raw", help="Write the response body, byte for byte.")] = False
    show_request: Annotated[
        bool, typer.Option("--show-request", help="Print the request without its secrets; send nothing.")
    ] = False


class Report(NamedTuple):
    """The groups of a command that asks the exchange and writes a report of its own."""

    format: Format = Format()
    connection: Connection = Connection()


class Listing(NamedTuple):
    """The groups of a command that writes a list, and asks nobody."""

    format: Format = Format()


class Unattended(NamedTuple):
    """The groups of a command that asks the exchange and writes one format."""

    connection: Connection = Connection()


class Shared(NamedTuple):
    """The groups of a command that shows one answer."""

    format: Format = Format()
    connection: Connection = Connection()
    selection: Selection = Selection()
    repetition: Repetition = Repetition()
    wire: Wire = Wire()
    archive: Archive = Archive()


class Summary(NamedTuple):
    """The groups of a command that makes one answer of several."""

    format: Format = Format()
    connection: Connection = Connection()
    selection: Selection = Selection()
    repetition: Repetition = Repetition()
    archive: Archive = Archive()


class Kept(NamedTuple):
    """The groups of a command that shows what the archive holds."""

    format: Format = Format()
    place: Place = Place()


class Placed(NamedTuple):
    """The group of a command that does something to the archive."""

    place: Place = Place()


# Each group under the name that completions give it.
GROUPS: Mapping[str, Any] = {
    "format": Format,
    "connection": Connection,
    "selection": Selection,
    "repetition": Repetition,
    "wire": Wire,
    "archive": Archive,
    "place": Place,
}


def with_groups(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command whose parameter `shared` is one of the bundles above the options of all its groups."""
    parameters = dict(inspect.signature(command).parameters)
    bundle = parameters.pop("shared").annotation
    groups = {name: field.annotation for name, field in inspect.signature(bundle).parameters.items()}
    options = [option for group in groups.values() for option in inspect.signature(group).parameters.values()]

    @functools.wraps(command)
    def with_shared(**values: Any) -> None:
        shared = {
            name: group(**{field: values.pop(field) for field in group._fields}) for name, group in groups.items()
        }
        command(shared=bundle(**shared), **values)

    with_shared.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in (*parameters.values(), *options)]
    )
    return with_shared
