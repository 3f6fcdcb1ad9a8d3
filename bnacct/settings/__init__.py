"""Resolves credentials and knobs by precedence, and keeps secrets out of `repr`."""

import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from bnacct import errors
from bnacct.settings import credentials as credentials_
from bnacct.settings import hosts, sources
from bnacct.settings.credentials import Credentials

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
        most=60_000,  # the exchange refuses more with -1131
        whole=True,
    ),
    "retries": Knob("--retries", "BNACCT_RETRIES", "3", unit="times", most=10, whole=True),
    "max_wait": Knob("--max-wait", "BNACCT_MAX_WAIT", "10", unit="seconds", most=86_400),
}


class Settings:
    """Everything a run needs to know that is not the question itself.

    `timeout_s` bounds the whole command's talk with the exchange, all tries together; `max_wait_s` bounds the
    waiting that the exchange itself asks for, on top of it. `recv_window_ms` is sent as `recvWindow`.
    """

    def __init__(
        self,
        options: Mapping[str, str | None],
        *,
        profile: str | None = None,
        env_file: str | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self._environ = os.environ if environ is None else environ
        self._options = options
        self.warnings: list[str] = []
        self._sources = sources.find(self._environ, profile=profile, env_file=env_file, warnings=self.warnings)
        self.output = self._choice("output")
        self.environment = self._choice("environment")
        self.color = self._choice("color")
        self.timeout_s = self._number("timeout")
        self.recv_window_ms = int(self._number("recv_window"))
        self.retries = int(self._number("retries"))
        self.max_wait_s = self._number("max_wait")
        self.sandbox_account = next((text for text in self._values("BNACCT_SANDBOX_ACCOUNT")), "docs")
        self.trust_environment = True
        self._sandbox_urls: dict[str, str] = {}
        self._credentials: Credentials | None = None

    def use_sandbox(self, urls: Mapping[Any, str], sandbox_credentials: Credentials) -> None:
        """Send every call to a local exchange, with its keys: the user's own, and proxies, are left out."""
        self._sandbox_urls = dict(urls)
        self._credentials = sandbox_credentials
        self.trust_environment = False

    def in_sandbox(self, urls: Mapping[Any, str], credentials: Credentials) -> "Settings":
        import copy

        new = copy.copy(self)
        new.use_sandbox(urls, credentials)
        return new

    def with_retries(self, retries: int) -> "Settings":
        import copy

        new = copy.copy(self)
        new.retries = retries
        return new

    @property
    def credentials(self) -> Credentials:
        """The credentials; resolved when first asked for, since that may read files and run a command."""
        if self._credentials is None:
            self._credentials = credentials_.resolve(self._sources, self.warnings)
        return self._credentials

    def base_url(self, host: str) -> str:
        """Return where calls to `host` go; see `hosts.base_url`."""
        return self._sandbox_urls.get(host) or hosts.base_url(host, self.environment, self._sources)

    def origins(self) -> list[tuple[str, str]]:
        """Return each variable of ours that counts, and the name of the source it comes from; never its value."""
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
    return f"from {knob.least:g} to {knob.most:.0f}"
