"""Carries out `overview`: asks what `worth` calls for, wave after wave, and reports the totals and what is missing."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from bnacct import errors, queries, worth
from bnacct.cli.accounts import Chosen
from bnacct.cli.display import Display
from bnacct.cli.stderr import Stderr
from bnacct.readings import Account, Deadline, Errand, Question, Reading
from bnacct.views import OVERVIEW
from bnacct.worth import Overview, Scope

# So much of the time is for the wallets: prices come after them, and without prices nothing has a value.
_FOR_WALLETS = 0.8
_IDENTITY = "identity"
# The one table with a row for every market; that of the asset index is short.
_PRICES = "prices"
# On stderr, beside the line about what a table hides.
_MOST_NOTES = 1


class Outcome(NamedTuple):
    """What came of one account: its overview, or the failure that came instead; `uid` and `key` tell it from others."""

    account: str
    found: Overview | None
    failure: errors.BnacctError | None
    uid: str | None = None
    key: str = ""


def scope(quote: str, wallets: str | None, *, is_deep: bool) -> Scope:
    """Return what is to be read. Raise `errors.UsageError` for what is no wallet, or no quote for certain."""
    if not quote or quote == worth.NOT_AN_ASSET or not quote.isprintable():
        raise errors.UsageError(
            f"--in: {quote!r} is not an asset of the exchange.", hint="Use one that is traded, like USDT, USDC or BTC."
        )
    names: tuple[str, ...] = ()
    if wallets is not None:
        names = tuple(dict.fromkeys(name.strip().lower() for name in wallets.split(",")))
        for name in names:
            if name not in worth.WALLETS:
                raise errors.not_one_of("--wallets", name, worth.WALLETS)
    return Scope(quote, names, is_deep)


def asked_at_most(asked: Scope) -> list[str]:
    """Return the sources that may be asked of a classic account: what a reading weighs at most."""
    left_out = {"pm-balance", "pm-account", "pm-pro-balance", "pm-loan", _IDENTITY}
    optional = {source: wallet for wallet in worth.WALLETS for source in worth.SOURCES[wallet]}
    return [
        name
        for name in queries.SOURCES
        if name not in left_out and (name not in optional or asked.asks(optional[name]))
    ]


class Asked(Protocol):
    """What answers: a `Reader`, or what an archive holds."""

    def read(self, question: Question) -> Reading: ...

    def run(
        self, errands: Sequence[Errand], stopped: dict[str, errors.BnacctError] | None = None
    ) -> list[dict[str, Reading]]: ...

    def prepare(self, account: Account, hosts: Sequence[str]) -> None: ...


class _Round(NamedTuple):
    """What one round read: readings by account and source, price tables, and what came of it."""

    accounts: list[Account]
    readings: Mapping[str, Mapping[str, Reading]]
    prices: Mapping[str, Reading]
    outcomes: list[Outcome]


class Run:
    """Reads accounts, and adds each up. Prices are read last, once for all."""

    def __init__(
        self,
        stderr: Stderr,
        reader: Asked,
        chosen: Sequence[Chosen],
        asked: Scope,
        *,
        key: Callable[[Account], str] | None = None,
        identified: bool = True,
    ) -> None:
        self.stderr = stderr
        # Only a grand total needs to know which keys are of one account.
        self._is_identified = identified and len(chosen) > 1
        self._key = key or _key
        self.scope = asked
        self._reader = reader
        # A rate limit is not waited for: it stops what has not been sent to that host.
        self._chosen = [
            each
            if each.failure is not None
            else Chosen(each.account._replace(settings=each.account.settings.with_max_wait(0)))
            for each in chosen
        ]
        self._is_quote_known = asked.quote in worth.HUBS
        self._round: _Round | None = None
        self._stopped: dict[str, errors.BnacctError] = {}

    def outcomes(self) -> list[Outcome]:
        """Return what came of each account, in their order. Raise `errors.UsageError` for a quote that is none."""
        readable = [each.account for each in self._chosen if each.failure is None]
        if readable and not self._is_quote_known:
            self._check_quote(readable[0])
        self._stopped.clear()
        self._round = None
        deadlines = {each.name: Deadline(each.settings.timeout_s) for each in readable}
        for deadline in deadlines.values():
            _ = deadline.ends  # its time starts with the first request, and that is sent now
        found = dict(zip([each.name for each in readable], self._read(readable), strict=True))
        prices = self._prices(readable, found, deadlines)
        outcomes = [self._outcome(each, found, prices) for each in self._chosen]
        self._round = _Round(readable, found, prices, outcomes)
        return outcomes

    def taken(self) -> list[tuple[Account, list[Reading]]]:
        """Return what the last round read, as it is worth keeping: each account's readings, prices with the first's.

        Of the prices, those of what is held are kept, and those of the hubs.
        """
        if self._round is None:
            return []
        accounts, readings, prices, outcomes = self._round
        taken = [(account, list(readings[account.name].values())) for account in accounts]
        if taken:
            held = {line.asset for each in outcomes if each.found for line in each.found.assets}
            taken[0][1].extend(
                trimmed(reading, held, self.scope.quote) if name == _PRICES else reading
                for name, reading in prices.items()
            )
        return taken

    def _check_quote(self, account: Account) -> None:
        """Refuse a quote that no market trades, before anything signed is sent."""
        reading = self._reader.read(Question(account, queries.SOURCES["prices"]))
        reading.answered()
        if not worth.has_market(self.scope.quote, reading):
            raise errors.UsageError(
                f"--in: no market trades {self.scope.quote!r} against {', '.join(worth.HUBS)}.",
                hint="Use an asset that is traded, like USDT, USDC or BTC.",
            )
        self._is_quote_known = True

    def _read(self, readable: Sequence[Account]) -> list[dict[str, Reading]]:
        if readable:
            # Most accounts have these wallets: their hosts are called as soon as it is known.
            self._reader.prepare(readable[0], self._later_hosts())
        errands = [self._errand(each, identified=self._is_identified) for each in readable]
        return self._reader.run(errands, self._stopped)

    def _later_hosts(self) -> list[str]:
        """Return the hosts that a classic account is asked at in the second wave."""
        wallets = {"usdm-futures": "fapi", "coinm-futures": "dapi", "options": "eapi"}
        return [host for wallet, host in wallets.items() if self.scope.asks(wallet)]

    def _errand(self, account: Account, *, identified: bool) -> Errand:
        def next_(readings: Mapping[str, Reading]) -> dict[str, Question]:
            wallets = {name: reading for name, reading in readings.items() if name != _IDENTITY}
            names = (*worth.next_sources(self.scope, wallets), *([_IDENTITY] if identified else []))
            return {name: Question(account, queries.SOURCES[name]) for name in names}

        return Errand(next_, Deadline(_FOR_WALLETS * account.settings.timeout_s))

    def _prices(
        self, readable: Sequence[Account], found: Mapping[str, dict[str, Reading]], deadlines: Mapping[str, Deadline]
    ) -> dict[str, Reading]:
        """Return the price tables that any account needs, read with the settings of the first that answered."""
        usable = [each for each in readable if worth.refused_key(found[each.name]) is None]
        names = list(dict.fromkeys(name for each in usable for name in worth.price_sources(found[each.name])))
        if not names:
            return {}
        # An account whose hosts are dead must not cost the others their prices.
        alive = (each for each in usable if any(reading.answer is not None for reading in found[each.name].values()))
        first = next(alive, usable[0])
        asked = {name: Question(first, queries.SOURCES[name]) for name in names}
        return self._reader.run([Errand(lambda _: asked, deadlines[first.name])], self._stopped)[0]

    def _outcome(
        self, chosen: Chosen, found: Mapping[str, dict[str, Reading]], prices: Mapping[str, Reading]
    ) -> Outcome:
        name = chosen.account.name
        if chosen.failure is not None:
            return Outcome(name, None, chosen.failure)
        readings = found[name]
        uid = worth.uid(readings.get(_IDENTITY))
        wallets = {source: reading for source, reading in readings.items() if source != _IDENTITY}
        refused = worth.refused_key(wallets)
        if refused is not None:
            return Outcome(name, None, refused.failure)
        account = worth.overview(self.scope, {**wallets, **prices})
        failure = account.failure
        if failure is None and account.exit_status not in (0, errors.PartialError.exit_status):
            failure = errors.ResponseError(f"No wallet could be read: {account.failed[0].reason}.")
        key = self._key(chosen.account)
        return Outcome(name, None if failure else account, failure, uid, key)


def trimmed(reading: Reading, held: Collection[str], quote: str) -> Reading:
    """Return a reading of a price table without the rows that no value of these assets needs.

    A table has thousands of rows, and a year of them would be a gigabyte.
    """
    answer = reading.answer
    if answer is None or reading.failure is not None or not isinstance(answer.document, list):
        return reading
    hubs = {*worth.HUBS, quote}
    # An Earn token is worth what it stands for.
    assets = {*held, *hubs, *(name[2:] for name in held if name.startswith("LD"))}
    symbols = {name for asset in assets for hub in hubs for name in (asset + hub, hub + asset)}
    rows = [row for row in answer.document if isinstance(row, dict) and row.get("symbol") in symbols]
    body = json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")
    return reading._replace(answer=answer._replace(body=body, document=rows))


def _key(account: Account) -> str:
    """Return what tells the key of an account from others: the same key of another exchange is another."""
    settings = account.settings
    return f"{settings.environment} {settings.base_url('sapi')} {settings.credentials.api_key}"


class OfOne:
    """Shows the overview of one account."""

    def __init__(self, run: Run, shown: Display) -> None:
        self.shown = shown
        self._run = run
        self._last: Overview | None = None

    def ask(self) -> tuple[bytes, Any]:
        """Return the document. Raise the failure where nothing could be read."""
        (outcome,) = self._run.outcomes()
        if outcome.found is None:
            raise outcome.failure or errors.BnacctError("An account has neither an overview nor a failure.")
        self._last = outcome.found
        _say(self._run.stderr, outcome.found)
        # Holdings are thousands of rows that no table shows unless it is asked for them.
        is_brief = self.shown.form == "table" and self.shown.selection.section is None
        return b"", outcome.found.document(holdings=not is_brief)

    def failure(self) -> errors.PartialError | None:
        """Return what the run ends in although there is an overview."""
        return _partial([] if self._last is None else [("", self._last)])


class OfSeveral:
    """Shows the overviews of several accounts, and their grand total."""

    def __init__(self, run: Run, shown: Display) -> None:
        from bnacct.cli.several import displayed

        is_blocks = shown.form == "table" and shown.selection.section is None
        self.shown = shown if is_blocks else displayed(shown)
        self._is_blocks = is_blocks
        self._run = run
        self._outcomes: list[Outcome] = []

    def ask(self) -> tuple[bytes, Any]:
        """Return the document. Raise the first failure where nothing could be read."""
        from bnacct.cli import several

        self._outcomes = self._run.outcomes()
        stderr = self._run.stderr
        several.tell_failures(stderr, self._outcomes)
        for each in self._outcomes:
            if each.found is not None:
                _say(stderr, each.found, each.account)
        documents = [
            several.Outcome(each.account, each.found and each.found.document(), each.failure) for each in self._outcomes
        ]
        total = self._grand_total()
        if self._is_blocks:
            return b"", {
                "grandTotal": total,
                "accounts": [(each.account, each.document) for each in documents if each.document],
            }
        stderr.note(total["words"])
        return b"", several.document(documents, OVERVIEW, self.shown)

    def failure(self) -> errors.BnacctError | None:
        """Return what the run ends in: the first failure where no account was read, else that some parts were not."""
        from bnacct.cli import several

        found = [(each.account, each.found) for each in self._outcomes if each.found is not None]
        return several.ending(self._outcomes) or _partial(found)

    def _grand_total(self) -> dict[str, Any]:
        from bnacct.worth.exact import value_text

        total = worth.grand_total(
            [worth.Counted(each.account, each.key or each.account, each.uid, each.found) for each in self._outcomes]
        )
        for note in total.notes:
            self._run.stderr.note(note)
        quote = self._run.scope.quote
        bound = {"exact": "Total", "at least": "At least", "unknown": "Partial"}[total.bound]
        accounts = "account" if total.asked == 1 else "accounts"
        of = f"of {total.read} of {total.asked}" if total.read < total.asked else f"of {total.asked}"
        of = f"{of} {accounts}"
        value = value_text(total.value)
        return {
            "word": bound,
            "value": value,
            "quote": quote,
            "of": of,
            "words": f"{bound} {value or '?'} {quote} {of}.",
        }


def _say(stderr: Stderr, found: Overview, account: str = "") -> None:
    """Say what could not be read, and what differs from the exchange's own figures."""
    title = f"{account}: " if account else ""
    if not stderr.as_json:
        for each in found.failed:
            stderr.tell(f"{title}{each.source} could not be read: {each.reason}")
    notes = list(found.notes)
    if len(notes) > _MOST_NOTES and not stderr.verbose:
        notes = [" ".join(notes)]
    for note in notes:
        stderr.note(f"{title}{note}")


def _partial(found: Sequence[tuple[str, Overview]]) -> errors.PartialError | None:
    failed = [(account, each) for account, account_found in found for each in account_found.failed]
    if not failed:
        return None
    names = ", ".join(f"{account}: {each.source}" if account else each.source for account, each in failed)
    many = "source" if len(failed) == 1 else "sources"
    return errors.PartialError(
        f"{len(failed)} {many} could not be read: {names}.",
        hint="The total says what it lacks; -o json has the reason for each wallet.",
    )
