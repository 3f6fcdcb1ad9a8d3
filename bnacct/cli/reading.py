"""Carries out one command: settings, request, answer, rows, output."""

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from bnacct import errors, output, signing, views
from bnacct.cli.options import Shared
from bnacct.cli.words import Words
from bnacct.decoding import Answer
from bnacct.endpoints import Endpoint
from bnacct.output import Screen, Selection
from bnacct.settings import KNOBS, Settings
from bnacct.views import View

Parameters = Mapping[str, signing.Value | None]


def show(words: Words, shared: Shared, endpoint: Endpoint, view: View, parameters: Parameters) -> None:
    """Ask the exchange, and write what it answers to stdout; or the request, if that is what was asked for."""
    words.verbose = shared.verbose
    selection = _selection(shared, view)
    settings = _settings(shared)
    words.as_json = settings.output in ("json", "jsonl")
    sent = {name: value for name, value in parameters.items() if value is not None}
    sent["recvWindow"] = settings.recv_window_ms
    with _exchange(settings, endpoint, words) as exchange:
        if shared.show_request:
            _write_request(exchange.request(endpoint, sent), settings)
            return
        answer = exchange.call(endpoint, sent)
    document = _document(view, answer)
    if shared.raw:
        output.write_bytes(sys.stdout, answer.body)
    else:
        notes = output.write(
            sys.stdout, settings.output, view, document, selection=selection, screen=_screen(settings.color)
        )
        for note in notes:
            words.note(note)


def _settings(shared: Shared) -> Settings:
    forms = {
        form: flag
        for form, flag in (("json", shared.json_output), ("csv", shared.csv_output), (shared.output, shared.output))
        if flag
    }
    if len(forms) > 1:
        raise errors.UsageError(f"One format at a time: {', '.join(sorted(map(str, forms)))} were asked for.")
    options = {name: getattr(shared, name) for name in KNOBS} | {"output": next(iter(forms), None)}
    return Settings(options, profile=shared.profile, env_file=shared.env_file)


def _selection(shared: Shared, view: View) -> Selection:
    """Check what is to be shown against the view, before anything is sent."""
    if shared.raw:
        for option, given in (("--section", shared.section), ("--fields", shared.fields), ("--sort", shared.sort)):
            if given is not None:
                raise errors.UsageError(f"--raw writes the whole body, so {option} cannot go with it.")
    section = None
    if shared.section is not None:
        names = [known.name for known in view.sections]
        if shared.section not in names:
            raise errors.UsageError(f"--section: {shared.section!r} is not one of {', '.join(names)}.")
        section = view.section(shared.section)
    elif shared.fields is not None or shared.sort is not None:
        section = view.sections[0]
    fields = tuple(name.strip() for name in shared.fields.split(",")) if shared.fields is not None else ()
    asked = [("--fields", name) for name in fields]
    asked += [("--sort", shared.sort.removeprefix("-"))] if shared.sort is not None else []
    for option, name in asked:
        known = [column.name for column in section.columns] if section else []
        if name not in known:
            raise errors.UsageError(f"{option}: {name!r} is not one of {', '.join(known)}.")
    return Selection(
        section=section,
        fields=tuple(dict.fromkeys(fields)),
        sort=shared.sort or "",
        zero_rows=shared.all_rows,
        every_column=shared.wide,
    )


@contextlib.contextmanager
def _exchange(settings: Settings, endpoint: Endpoint, words: Words) -> Iterator[Any]:
    """Yield the client of the endpoint's transport, connected to where the settings say."""
    with contextlib.ExitStack() as open_:
        if settings.environment == "sandbox":
            open_.enter_context(_sandbox(settings, endpoint))
            words.note(f"Sandbox data ({settings.sandbox_account}): nothing here is real, and no key was used.")
        else:
            settings.base_url(endpoint.host)  # a host that is missing or not allowed is told before a missing key
            words.log(f"Credentials: {settings.credentials!r}")
        from bnacct import client

        https = client.Client(settings, words.note, words.log)
        open_.callback(https.close)
        open_.callback(_warn, words, settings.warnings)
        if endpoint.method == "WS":
            from bnacct import websocket

            wss = websocket.Client(settings, words.note, words.log, https.server_ms)
            open_.callback(wss.close)
            yield wss
        else:
            yield https


def _warn(words: Words, warnings: list[str]) -> None:
    for warning in warnings:
        words.note(f"warning: {warning}")


@contextlib.contextmanager
def _sandbox(settings: Settings, endpoint: Endpoint) -> Iterator[None]:
    from bnacct.sandbox import ACCOUNTS, Sandbox
    from bnacct.settings.credentials import Credentials

    if settings.sandbox_account not in ACCOUNTS:
        raise errors.UsageError(
            f"BNACCT_SANDBOX_ACCOUNT: {settings.sandbox_account!r} is not one of {', '.join(ACCOUNTS)}."
        )
    sandbox = Sandbox(settings.sandbox_account)
    sandbox.start(http=True, websocket=endpoint.method == "WS")
    try:
        signer = signing.HmacSigner(sandbox.secret)
        settings.use_sandbox(sandbox.urls, Credentials(sandbox.api_key, signer, "the sandbox"))
        yield
    finally:
        sandbox.close()


def _document(view: View, answer: Answer) -> Any:
    try:
        return views.document(view, answer.document)
    except views.WrongShape as error:
        raise errors.ResponseError(
            f"The answer is JSON, but not what the API document promises: {error}.",
            hint="--raw would show it if it were right; -v shows where the request went.",
        ) from None


def _write_request(request: Any, settings: Settings) -> None:
    """Write the request as it would go out; its key and signature are left out."""
    from bnacct.cli.redaction import redacted

    output.write_text(sys.stdout, redacted(request, as_json=settings.output in ("json", "jsonl")))


def _screen(color: str) -> Screen:
    is_terminal = sys.stdout.isatty()
    if color == "auto":
        if os.environ.get("NO_COLOR"):
            colored = False
        else:
            colored = bool(os.environ.get("FORCE_COLOR")) or (is_terminal and os.environ.get("TERM") != "dumb")
    else:
        colored = color == "always"
    return Screen(is_terminal, shutil.get_terminal_size().columns if is_terminal else None, colored)
