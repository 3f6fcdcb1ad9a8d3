"""Resolves credentials and knobs by precedence, and keeps secrets out of `repr`."""

import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from bnacct import errors
from bnacct.settings import credentials as credentials_
from bnacct.settings import hosts, keeping, names, sources
from bnacct.settings.credentials import Credentials
from bnacct.settings.hosts import Address
from bnacct.settings.sources import Source

OUTPUTS = ("table", "json", "jsonl", "csv", "tsv")
ENVIRONMENTS = ("live", "testnet", "sandbox")
COLORS = ("auto", "always", "never")


class Knob(NamedTuple):
    """A setting that an option or a variable can turn. A number lies within `least` and `most`, both included."""

    option: str
    variable: str
    default: str
    choices: tuple[str, ...] = ()
    unit: str = ""
    least: float = 0
    most: float = math.inf
    whole: bool = False

    @property
    def bounds(self) -> str:
        """The least and the most, as a text says them: `1 to 60000`."""
        return f"{self.least:g} to {self.most:.0f}"


KNOBS: dict[str, Knob] = {
    "output": Knob("--output", "BNACCT_OUTPUT", "table", choices=OUTPUTS),
    "environment": Knob("--environment", "BNACCT_ENVIRONMENT", "live", choices=ENVIRONMENTS),
    "color": Knob("--color", "BNACCT_COLOR", "auto", choices=COLORS),
    "timeout": Knob("--timeout", "BNACCT_TIMEOUT", "10", unit="seconds", least=0.01, most=3600),
    "recv_window": Knob(
        "--recv-window",
        "BNACCT_RECV_WINDOW",
        "5000",
        unit="milliseconds",
        least=1,
        # The exchange refuses more with -1131. 0 is legal on the wire, but no answer could ever arrive in time.
        most=60_000,
        whole=True,
    ),
    "retries": Knob("--retries", "BNACCT_RETRIES", "3", unit="times", most=10, whole=True),
    "quote": Knob("--in", "BNACCT_QUOTE", "USDT"),
    "max_wait": Knob("--max-wait", "BNACCT_MAX_WAIT", "10", unit="seconds", most=86_400),
}


class Settings:
    """Everything a run needs to know that is not the question itself. Resolved once, and never changed after.

    `output`, `environment` and `color` are one of their choices. `timeout_s` bounds the whole command's talk with the
    exchange, all tries together; `max_wait_s` bounds the waiting that the exchange itself asks for, on top of it.
    `recv_window_ms` is sent as `recvWindow`; `retries` is how often a call is tried again. `sandbox_account` names the
    account that the sandbox serves. `quote_origin` is what a message calls the source of `quote`. `trust_environment` says whether proxies of the environment count.

    Raise `errors.UsageError` for a value that is out of range, `errors.ConfigError` for a file that cannot be read.
    """

    output: str
    environment: str
    color: str
    timeout_s: float
    recv_window_ms: int
    retries: int
    max_wait_s: float
    quote: str
    quote_origin: str
    sandbox_account: str
    trust_environment: bool
    _environ: Mapping[str, str]
    _options: Mapping[str, str | None]
    _sources: Sequence[Source]
    _resolver: credentials_.Resolver
    _sandbox_urls: Mapping[str, str]

    def __init__(
        self,
        options: Mapping[str, str | None],
        *,
        profile: str | None = None,
        env_file: str | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        environ = os.environ if environ is None else environ
        found = sources.find(environ, profile=profile, env_file=env_file)
        held = vars(self)
        held.update(_environ=environ, _options=options, _sources=found, _sandbox_urls={})
        held.update(
            output=self._choice("output"),
            environment=self._choice("environment"),
            color=self._choice("color"),
            timeout_s=self._number("timeout"),
            recv_window_ms=int(self._number("recv_window")),
            retries=int(self._number("retries")),
            max_wait_s=self._number("max_wait"),
            quote=self._raw("quote")[0].strip().upper(),
            quote_origin=self._raw("quote")[1],
            sandbox_account=next((text for text in self._values("BNACCT_SANDBOX_ACCOUNT")), ""),
            trust_environment=True,
            _resolver=credentials_.Resolver(found),
        )

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"settings are frozen: {name} cannot be set")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"settings are frozen: {name} cannot be deleted")

    def in_sandbox(self, urls: Mapping[Any, str], credentials: Credentials) -> "Settings":
        """Return settings that send every call to a local exchange, at these addresses by host, with its keys.

        The user's own keys, and proxies, are left out.
        """
        resolver = credentials_.Resolver(self._sources, credentials)
        return self._with(_sandbox_urls=dict(urls), _resolver=resolver, trust_environment=False)

    def of_profile(self, name: str) -> "Settings":
        """Return settings with the same typed options, for the account of another profile."""
        return Settings(self._options, profile=name, environ=self._environ)

    def with_max_wait(self, seconds: float) -> "Settings":
        """Return settings under which a rate limit is waited for so long. Credentials are still resolved only once."""
        return self._with(max_wait_s=seconds)

    def with_retries(self, retries: int) -> "Settings":
        """Return settings under which a call is tried again so often. Credentials are still resolved only once."""
        return self._with(retries=retries)

    @property
    def credentials(self) -> Credentials:
        """The credentials; resolved when first asked for, since that may read files and run a command.

        Raise `errors.ConfigError` where there are none, or only half of them.
        """
        return self._resolver.credentials()

    @property
    def runs_commands(self) -> bool:
        """Whether resolving the credentials runs a command."""
        source = sources.of_credentials(self._sources)
        names = [name for name in sources.CREDENTIALS if name.endswith("_COMMAND")]
        return source is not None and any(map(source.get, names))

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the user should know of the files read: those of the sources, and once resolved, of the credentials."""
        of_sources = [warning for source in self._sources for warning in source.warnings]
        unreadable = [source.unreadable for source in self._sources if source.unreadable]
        misspelt = [
            f"{name} (from {source}) is not a setting{f'; {nearest} is' if nearest else ''}."
            for name, source, nearest in self.unknown_names
        ]
        return (*of_sources, *unreadable, *misspelt, *self._resolver.warnings)

    @property
    def unknown_names(self) -> list[tuple[str, str, str]]:
        """The misspelt variables, each with its name, its source, and the nearest name or ""."""
        return names.unknown(self._sources, [knob.variable for knob in KNOBS.values()])

    @property
    def archive(self) -> str | None:
        """The path or URL of the archive; None if nobody names one. Raise `errors.ConfigError`."""
        return keeping.archive(self._sources)

    @property
    def records(self) -> bool:
        """Whether readings are kept unless the command line says otherwise. Raise `errors.UsageError`."""
        return keeping.records(self._sources)

    @property
    def account_name(self) -> str:
        """The name under which the archive keeps the account's readings: its profile's, else `default`."""
        return keeping.account_name(self._sources)

    @property
    def key_mark(self) -> str | None:
        """The end of the API key where it can be told without opening a file or running a command."""
        return keeping.key_mark(self._sources)

    def base_url(self, host: str) -> str:
        """Return where calls to `host` go; see `hosts.address`."""
        return self._sandbox_urls.get(host) or self.address(host).url

    def address(self, host: str) -> Address:
        """Return where calls to `host` would go outside the sandbox, and who says so; see `hosts.address`."""
        typed = self._options.get("environment") is not None
        return hosts.address(host, self.environment, self._sources, typed_environment=typed)

    def stranger(self, host: str) -> str:
        """Return host and port that answer for `host` in the exchange's place, "" where it answers itself."""
        if self.environment == "sandbox":
            return ""
        found = self.address(host)
        return "" if found.is_the_exchange else hosts.host_of(found.url)

    def origins(self) -> list[tuple[str, str]]:
        """Return the name of each setting in effect and of the source it comes from, never its value."""
        found: dict[str, str] = {}
        for source in self._sources:
            # Credentials are one set: those of a later source do not count beside it.
            held = any(variable in sources.CREDENTIALS for variable in found)
            ours = [name for name in sorted(source.values) if name.startswith(sources.OURS) and source.get(name)]
            for variable in ours:
                if not (held and variable in sources.CREDENTIALS):
                    found.setdefault(variable, source.name)
        return list(found.items())

    @property
    def ca_bundle(self) -> str | None:
        """The user's own certificate authorities: a file, or for REQUESTS_CA_BUNDLE also a folder."""
        for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
            path = self._environ.get(variable)
            if path:
                if not Path(path).exists():
                    raise errors.ConfigError(f"{variable} names {path}, which does not exist.")
                return path
        return None

    def _with(self, **changes: object) -> "Settings":
        changed = object.__new__(Settings)
        vars(changed).update(vars(self), **changes)
        return changed

    def _values(self, variable: str) -> list[str]:
        return [value for source in self._sources if (value := source.get(variable))]

    def _raw(self, name: str) -> tuple[str, str]:
        """Return a knob's text and what to call its origin in a message."""
        knob = KNOBS[name]
        option = self._options.get(name)
        if option is not None:
            return option, knob.option
        for source in self._sources:
            value = source.get(knob.variable)
            if value:
                return value, f"{knob.variable} (from {source.name})"
        return knob.default, knob.option

    def _choice(self, name: str) -> str:
        text, origin = self._raw(name)
        choices = KNOBS[name].choices
        if text.lower() not in choices:
            raise errors.not_one_of(origin, text, choices)
        return text.lower()

    def _number(self, name: str) -> float:
        knob = KNOBS[name]
        text, origin = self._raw(name)
        try:
            number: float = int(text) if knob.whole else float(text)
        except ValueError:
            number = math.nan
        if not knob.least <= number <= knob.most:
            kind = "a whole number" if knob.whole else "a number"
            raise errors.UsageError(f"{origin}: {text!r} is not {kind} of {knob.unit} {_range(knob)}.")
        return number


def _range(knob: Knob) -> str:
    return f"from {knob.bounds}"
