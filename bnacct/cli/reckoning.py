"""Carries out `overview`: asks what `worth` calls for, wave after wave, and adds up what came."""

import json
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple, Protocol

from bnacct import errors, queries, worth
from bnacct.cli.accounts import Chosen
from bnacct.cli.stderr import Stderr
from bnacct.readings import Account, Deadline, Errand, Question, Reading
from bnacct.settings import Settings
from bnacct.worth import Overview, Scope

# So much of the time is for the wallets: prices come after them, and without prices nothing has a value.
_FOR_WALLETS = 0.8
_IDENTITY = "identity"
# The one table with a row for every market; that of the asset index is short.
_PRICES = "prices"
_TABLES = (_PRICES, "asset-index")
# A move of money changes nothing in these.
_MONEYLESS = ("key-rights", "account-info", _IDENTITY)


class Outcome(NamedTuple):
    """What came of one account: its overview, or the failure that came instead; `uid` and `key` tell it from others."""

    account: str
    found: Overview | None
    failure: errors.BnacctError | None
    uid: str | None = None
    key: str = ""


def scope(settings: Settings, wallets: str | None = None, *, is_deep: bool = False) -> Scope:
    """Return what is to be read. Raise `errors.UsageError` for what is no wallet, or no quote for certain."""
    quote = settings.quote
    if not quote or quote == worth.NOT_AN_ASSET or not quote.isprintable():
        raise errors.UsageError(
            f"{settings.quote_origin}: {quote!r} is not an asset of the exchange.",
            hint="Use one that is traded, like USDT, USDC or BTC.",
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
    readings: Mapping[str, dict[str, Reading]]
    prices: Mapping[str, Reading]
    outcomes: list[Outcome]


class Run:
    """Reads accounts, and adds each up. Prices are read last, once for all.

    `quote_from` is what a message calls the source of the quote: an option or a variable.
    """

    def __init__(
        self,
        stderr: Stderr,
        reader: Asked,
        chosen: Sequence[Chosen],
        asked: Scope,
        *,
        quote_from: str,
        key: Callable[[Account], str] | None = None,
        identified: bool = True,
        reads_again: bool = False,
    ) -> None:
        self.stderr = stderr
        # Only a grand total needs to know which keys are of one account.
        self._is_identified = identified and len(chosen) > 1
        self._key = key or _key
        self._reads_again = reads_again
        self.scope = asked
        self._quote_from = quote_from
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
        self._stopped.clear()
        if readable and not self._is_quote_known:
            self._check_quote(readable[0])
        self._round = None
        deadlines = {each.name: Deadline(each.settings.timeout_s) for each in readable}
        found = dict(zip([each.name for each in readable], self._read(readable, deadlines), strict=True))
        prices = self._prices(readable, found, deadlines)
        outcomes = [self._outcome(each, found, prices) for each in self._chosen]
        self._round = _Round(readable, found, prices, outcomes)
        if self._reads_again:
            self._round = self._settled(self._round, deadlines)
        return self._round.outcomes

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
        """Refuse a quote that no market trades, before anything signed is sent. It is not known where prices fail."""
        reading = self._reader.read(Question(account, queries.SOURCES[_PRICES]))
        if reading.failure is not None:
            # Without prices nothing has a value, but what is held can be read and kept all the same.
            if isinstance(reading.failure, errors.RateLimitError):
                self._stopped[reading.query.pool] = reading.failure
            return
        if not worth.has_market(self.scope.quote, reading):
            raise errors.UsageError(
                f"{self._quote_from}: no market trades {self.scope.quote!r} against {', '.join(worth.HUBS)}.",
                hint="Use an asset that is traded, like USDT, USDC or BTC.",
            )
        self._is_quote_known = True

    def _read(self, readable: Sequence[Account], deadlines: Mapping[str, Deadline]) -> list[dict[str, Reading]]:
        if readable:
            # Most accounts have these wallets: their hosts are called as soon as it is known.
            self._reader.prepare(readable[0], self._later_hosts())
        errands = [self._errand(each, deadlines[each.name].first(_FOR_WALLETS)) for each in readable]
        return self._reader.run(errands, self._stopped)

    def _later_hosts(self) -> list[str]:
        """Return the hosts that a classic account is asked at in the second wave."""
        wallets = {"usdm-futures": "fapi", "coinm-futures": "dapi", "options": "eapi"}
        return [host for wallet, host in wallets.items() if self.scope.asks(wallet)]

    def _errand(self, account: Account, deadline: Deadline, known: Mapping[str, Reading] = {}) -> Errand:
        """Return the errand that reads an account. What is `known` is not asked."""

        def next_(readings: Mapping[str, Reading]) -> dict[str, Question]:
            wallets = {name: reading for name, reading in {**known, **readings}.items() if name != _IDENTITY}
            names = (*worth.next_sources(self.scope, wallets), *([_IDENTITY] if self._is_identified else []))
            return {name: Question(account, queries.SOURCES[name]) for name in names if name not in known}

        names = [name for name in queries.SOURCES if self._may_ask(name) and name not in known]
        return Errand(next_, deadline, [Question(account, queries.SOURCES[name]) for name in names])

    def _may_ask(self, source: str) -> bool:
        """Return whether a source may be asked of each account, whatever it has opened."""
        if source in (_IDENTITY, *_TABLES):
            return source == _IDENTITY and self._is_identified
        wallet = next((wallet for wallet in worth.WALLETS if source in worth.SOURCES[wallet]), None)
        return wallet is None or self.scope.asks(wallet)

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
        if len(readable) == 1:
            return self._reader.run([Errand(lambda _: asked, deadlines[first.name])], self._stopped)[0]
        # Of many accounts, the first was begun long ago; and what they took is not the prices' time, which have at least
        # the part that is left for them.
        ends = [deadline.ends for deadline in deadlines.values() if deadline.has_begun]
        left_s = max(ends, default=0.0) - time.monotonic()
        last = Deadline(max(left_s, (1 - _FOR_WALLETS) * first.settings.timeout_s))
        return self._reader.run([Errand(lambda _: asked, last)], self._stopped)[0]

    def _settled(self, first: _Round, deadlines: Mapping[str, Deadline]) -> _Round:
        """Return the round, with those accounts read once more whose money was moved while they were read.

        An account is read again only if its time and a minute's weight suffice, and no host has refused for weight. The
        second reading is taken unless it has less than the first. Prices come last again, the same for all accounts.
        """
        before = {each.account: each.found for each in first.outcomes if each.found is not None and each.found.moved}
        again = [each for each in first.accounts if each.name in before and deadlines[each.name].is_enough_for_more]
        if not again or self._stopped:
            return first
        known = {each.name: _of_the_account(first.readings[each.name]) for each in again}
        errands = [self._errand(each, deadlines[each.name].first(_FOR_WALLETS), known[each.name]) for each in again]
        read = zip(again, self._reader.run(errands, self._stopped), strict=True)
        second = {each.name: {**known[each.name], **found} for each, found in read if found}
        if not second:
            return first
        latest = self._prices(again, second, deadlines)
        are_read = all(reading.answer is not None for reading in latest.values())
        prices = {**first.prices, **latest} if are_read else first.prices
        chosen = {each.account.name: each for each in self._chosen}
        taken = {
            name: found
            for name, found in second.items()
            if _has_no_less(self._outcome(chosen[name], second, prices).found, before[name])
        }
        readings = {**first.readings, **taken}
        prices = prices if taken else first.prices
        outcomes = [self._outcome(each, readings, prices) for each in self._chosen]
        told = {name: _told_of_move(before[name].moved, is_taken=name in taken) for name in second}
        return _Round(first.accounts, readings, prices, [_noted(each, told.get(each.account)) for each in outcomes])

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


def _of_the_account(readings: Mapping[str, Reading]) -> dict[str, Reading]:
    """Return the readings that say what the account is, and hold no money."""
    return {name: reading for name, reading in readings.items() if name in _MONEYLESS and reading.answer is not None}


def _has_no_less(second: Overview | None, first: Overview) -> bool:
    return second is not None and len(second.failed) <= len(first.failed)


def _told_of_move(wallets: tuple[str, str] | None, *, is_taken: bool) -> str:
    moved = f"Money seems to have been moved between {' and '.join(wallets or ())} while they were read"
    if is_taken:
        return f"{moved}: the account was read again, and this is the second reading."
    return f"{moved}: the account was read again, but that gave less, so this is the first reading."


def _noted(outcome: Outcome, note: str | None) -> Outcome:
    if outcome.found is None or note is None:
        return outcome
    return outcome._replace(found=outcome.found._replace(notes=(note, *outcome.found.notes)))


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
