"""Whatever bytes arrive: no traceback, no hang and no wrong digit, for every view and in every format.

A test run tries a few thousand documents. BNACCT_FUZZ_EXAMPLES=100000 tries so many. What was ever found is kept in
`corpus/`, one body a file, and goes through every view in every run.
"""

import csv
import io
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bnacct import endpoints, errors, output, views
from bnacct.client import Silent, decoding, https, websocket
from bnacct.endpoints import Endpoint
from bnacct.output import Repeat, Screen, Selection
from bnacct.sandbox.encoding import encode, number
from bnacct.settings import Settings
from bnacct.views import AMOUNTS, Section, View

CORPUS = sorted((Path(__file__).parent / "corpus").iterdir())
EXAMPLES = int(os.environ.get("BNACCT_FUZZ_EXAMPLES", "2100"))

ASKED: dict[str, tuple[Endpoint, View]] = {
    **{f"snapshot {type_}": (endpoints.SNAPSHOT, view) for type_, view in views.SNAPSHOTS.items()},
    "futures-account": (endpoints.FUTURES_ACCOUNT, views.FUTURES_ACCOUNT),
    "pm-balance": (endpoints.PM_BALANCE, views.PM_BALANCE),
    "user-assets": (endpoints.USER_ASSETS, views.USER_ASSETS),
    "ws-balance": (endpoints.WS_BALANCE, views.WS_BALANCE),
}
FORMS = ("json", "jsonl", "csv", "tsv", "table")
PIPE = Screen(is_terminal=False, width=None, color=False)
SCREENS = (PIPE, Screen(True, 80, True), Screen(True, 20, False, "ascii"))


# -- the way of an answer


def document(endpoint: Endpoint, view: View, status: int, body: bytes) -> Any:
    """Return what the commands would show of a body. Raises `errors.BnacctError`."""
    knobs = Settings({}, environ={})
    if endpoint.method == "WS":
        reply = decoding.decode(body)
        if not isinstance(reply, dict):
            raise errors.ResponseError("It would be passed over.")
        used, limit = websocket._counted(reply)
        websocket.weight(used, limit)
        websocket.whole_number(used)
        answer = websocket.Client(knobs, Silent())._judged(endpoint, body, reply).document
    else:
        answer = https.Client(knobs, Silent())._judged(endpoint, status, {"Retry-After": "1"}, body).document
    try:
        return views.document(view, answer)
    except views.WrongShape as error:
        raise errors.ResponseError(str(error)) from None


def rendered(form: str, view: View, shown: Any, section: Section | None, screen: Screen, **options: Any) -> str:
    selection = Selection(section=section, zero_rows=True, every_column=True, **options)
    pieces, _ = output.render(form, view, shown, selection=selection, screen=screen, repeat=Repeat(1, shown))
    body = b"".join(pieces)
    return body.decode(screen.encoding)


def check(endpoint: Endpoint, view: View, status: int, body: bytes) -> None:
    """Follow a body to the screen in every way there is; each shows all its digits, or there is a failure in words."""
    try:
        shown = document(endpoint, view, status, body)
    except (errors.AuthError, errors.RateLimitError, errors.ApiError, errors.ResponseError):
        return
    assert exact(rendered("json", view, shown, None, PIPE)) == expected(view, endpoint, body)
    for section in view.sections:
        found = list(views.rows(section, shown))
        amounts = [column.name for column in section.columns if column.kind in AMOUNTS]
        for form in FORMS:
            text = rendered(form, view, shown, section, PIPE)
            if form == "csv":
                assert cells(text, amounts) == [[as_text(row.get(name)) for name in amounts] for row in found]
            if form == "table":
                values = [row[name] for row in found for name in amounts if is_plain(row.get(name))]
                assert [value for value in values if value not in text] == []
        rendered("csv", view, shown, section, PIPE, sort=f"-{amounts[0]}")
        rendered("table", view, shown, section, SCREENS[len(body) % len(SCREENS)])
    rendered("table", view, shown, None, SCREENS[len(body) % len(SCREENS)])


# -- what must come out, by a reader of its own


def exact(text: str | bytes) -> Any:
    """Read JSON with every number as its digits."""
    return json.loads(text, parse_float=str, parse_int=str)


def expected(view: View, endpoint: Endpoint, body: bytes) -> Any:
    answer = exact(body)
    if endpoint.method == "WS":
        answer = answer["result"]
    if view.envelope:
        return answer[view.envelope]
    if isinstance(answer, dict) and not any(section.key for section in view.sections):
        return [answer] if answer else []
    return answer


def cells(text: str, names: list[str]) -> list[list[str]]:
    header, *lines = csv.reader(io.StringIO(text, newline=""))
    return [[line[header.index(name)] for name in names] for line in lines]


def as_text(value: Any) -> str:
    """Return an amount as CSV has it; half a character has no UTF-8, and becomes its escape."""
    text = "" if value is None else value if isinstance(value, str) else json.dumps(value)
    return text.encode("utf-8", "backslashreplace").decode()


def is_plain(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value, re.ASCII) is not None


# -- what may arrive

DIGITS = st.from_regex(r"-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?", fullmatch=True)
NUMBERS = DIGITS | st.from_regex(r"-?[1-9](\.[0-9]{1,3})?[eE][+-]?[0-9]{1,19}", fullmatch=True)
ODD = ["", "-", "NaN", "-Infinity", "1_000", "1,5", "0x1", "٣", " 1", "1e999999999", "+1", ".5", "5.", "-0", "--1"]
TEXTS = st.text(max_size=6) | st.sampled_from(
    ["\ud800", "\x1b[31m", "[red]", "a,b", 'q"', "x\r\ny", "=1+1", "币", "🚀"]
)
AMOUNT_TEXTS = DIGITS | NUMBERS | NUMBERS.map(number) | st.sampled_from(ODD) | TEXTS
TIMES = st.integers(-(2**70), 2**70) | st.just(1_795_219_200_000) | AMOUNT_TEXTS
SCALARS = st.none() | st.booleans() | AMOUNT_TEXTS | TIMES
JUNK = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
BY_KIND = dict.fromkeys(AMOUNTS, AMOUNT_TEXTS) | {"time": TIMES, "flag": st.booleans()}


def mostly(good: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return a strategy that gives junk in place of one in many."""
    return st.integers(0, 39).flatmap(lambda dice: JUNK if dice == 0 else good)


def row(section: Section) -> st.SearchStrategy[Any]:
    fields = {
        column.name: mostly(BY_KIND.get(column.kind, TEXTS)) for column in section.columns if column.name != "date"
    }
    extra = {"date": SCALARS, "unknown": JUNK, "code": SCALARS}
    return st.fixed_dictionaries({}, optional={**fields, **extra})


def listed(section: Section) -> st.SearchStrategy[Any]:
    return mostly(st.lists(mostly(row(section)), max_size=3))


def holder(view: View) -> st.SearchStrategy[Any]:
    """Return the object that holds a view's sections; the lists, or its only one, for those that are no object."""
    if not view.sections[0].key and not view.sections[0].single:
        return listed(view.sections[0]) | row(view.sections[0])
    held = {section.key: listed(section) for section in view.sections if section.key}
    plain = [column for section in view.sections if section.single for column in section.columns]
    fields = {
        column.name: mostly(BY_KIND.get(column.kind, TEXTS))
        for column in plain
        if column.name not in ("date", "updateTime")
    }
    return st.fixed_dictionaries(held, optional=fields)


def payload(endpoint: Endpoint, view: View) -> st.SearchStrategy[Any]:
    whole = mostly(holder(view))
    if view.envelope:
        day = st.fixed_dictionaries(
            {"data": whole, "updateTime": TIMES}, optional={"type": mostly(st.just(view.snapshot_type))}
        )
        return st.fixed_dictionaries({"code": st.just(200), view.envelope: mostly(st.lists(day, max_size=3))})
    if endpoint.method == "WS":
        limits = st.lists(JUNK, max_size=2) | JUNK
        return st.fixed_dictionaries({"status": st.just(200), "result": whole}, optional={"rateLimits": limits})
    return whole


def bodies(endpoint: Endpoint, view: View) -> st.SearchStrategy[bytes]:
    good = payload(endpoint, view).map(encode)
    refusal = st.fixed_dictionaries({"code": SCALARS, "msg": JUNK})
    wrapped = st.fixed_dictionaries({"status": SCALARS | st.just(429), "error": refusal | JUNK, "result": JUNK})
    damaged = st.builds(_damaged, good, st.integers(0, 500), st.integers(0, 5), st.binary(max_size=4))
    return st.one_of(good, good, good, damaged, refusal.map(encode), wrapped.map(encode), JUNK.map(encode), st.binary())


def _damaged(body: bytes, at: int, length: int, new: bytes) -> bytes:
    at %= len(body) + 1
    return body[:at] + new + body[at + length :]


STATUSES = st.sampled_from([200] * 12 + [201, 204, 301, 400, 401, 403, 404, 408, 418, 429, 451, 500, 502, 503, 999])


@pytest.mark.parametrize("name", ASKED)
def test_no_body_is_shown_wrong_or_brings_a_traceback(name: str) -> None:
    endpoint, view = ASKED[name]
    tried = 0

    @given(STATUSES, bodies(endpoint, view))
    @settings(
        max_examples=EXAMPLES // len(ASKED) + 1, deadline=None, database=None, suppress_health_check=[*HealthCheck]
    )
    def follow(status: int, body: bytes) -> None:
        nonlocal tried
        tried += 1
        check(endpoint, view, status, body)

    follow()

    assert tried > EXAMPLES // len(ASKED)


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
@pytest.mark.parametrize("name", ASKED)
def test_what_was_found_once_stays_harmless(name: str, path: Path) -> None:
    check(*ASKED[name], 200, path.read_bytes())


def test_the_reader_beside_ours_keeps_digits() -> None:
    assert exact('{"a":[0.10,-0,1e5,123456789012345678901]}') == {"a": ["0.10", "-0", "1e5", "123456789012345678901"]}
    assert (is_plain("-0.10"), is_plain("1e5"), is_plain("٣")) == (True, False, False)
