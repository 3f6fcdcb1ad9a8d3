"""What the exchange sends comes out again, character for character, in every format and over real sockets."""

import csv
import datetime
import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bnacct import output, views
from bnacct.output import Screen, Selection, machine
from bnacct.output.escapes import visible
from bnacct.sandbox import Sandbox
from bnacct.views import AMOUNTS, NUMBERS, Section
from tests.conftest import Outcome, needs
from tests.readings import COMMANDS, ROWS, Command

Run = Callable[..., Outcome]
Exchange = Callable[..., Sandbox]

ACCOUNTS = ("docs", "rich", "hostile")
SECTIONS = [(command, section) for command in COMMANDS for section in command.view.sections]
SECTION_NAMES = [f"{command.name}-{section.name}" for command, section in SECTIONS]

every_command = pytest.mark.parametrize("command", COMMANDS, ids=[command.name for command in COMMANDS])
every_section = pytest.mark.parametrize(("command", "section"), SECTIONS, ids=SECTION_NAMES)
every_account = pytest.mark.parametrize("account", ACCOUNTS)


def exact(body: bytes) -> Any:
    """Return a body with its numbers as the characters that stand there."""
    return json.loads(body, parse_float=str, parse_int=str)


def text(value: Any) -> str:
    """Return a value of `exact` as a field of a line."""
    return value if isinstance(value, str) else "" if value is None else json.dumps(value)


def names(section: Section) -> list[str]:
    return [column.name for column in section.columns]


def expected_rows(command: Command, section: Section, body: bytes) -> list[dict[str, Any]]:
    found = [dict(row) for row in ROWS[command.name, section.name](exact(body))]
    for row in found if section.daily else []:
        day = datetime.datetime.fromtimestamp(int(row["updateTime"]) // 1000, datetime.timezone.utc)
        row["date"] = day.date().isoformat()
    return found


def expected_texts(command: Command, section: Section, body: bytes) -> list[list[str]]:
    return [[text(row.get(name)) for name in names(section)] for row in expected_rows(command, section, body)]


@every_account
@every_command
def test_json_through_jq_gives_every_amount_back(command: Command, account: str, exchange: Exchange, run: Run) -> None:
    needs("jq")
    exchange(account)
    raw = run(*command.arguments, "--raw")
    data = run(*command.arguments, "-o", "json")
    amounts = sorted(
        {column.name for section in command.view.sections for column in section.columns if column.kind in AMOUNTS}
    )

    program = "[.. | objects | with_entries(select(.key | IN($names[]))) | select(length > 0)]"
    done = subprocess.run(
        ["jq", "--argjson", "names", json.dumps(amounts), program],
        input=data.out.replace(rb"\ud83d", b"?"),  # half a surrogate pair: the one thing jq 1.6 does not read
        capture_output=True,
        timeout=30,
        check=True,
    )

    assert _with(amounts, exact(raw.out)) == json.loads(done.stdout)


def _with(wanted: list[str], value: Any) -> list[dict[str, Any]]:
    """Return, of every object within a value, in its order, the fields wanted."""
    if isinstance(value, list):
        return [found for item in value for found in _with(wanted, item)]
    if not isinstance(value, dict):
        return []
    own = {name: field for name, field in value.items() if name in wanted}
    inner = [found for field in value.values() for found in _with(wanted, field)]
    return [own, *inner] if own else inner


@every_account
@every_section
def test_csv_reads_back_as_it_was_sent(
    command: Command, section: Section, account: str, exchange: Exchange, run: Run
) -> None:
    exchange(account)
    raw = run(*command.arguments, "--raw")
    data = run(*command.arguments, "-o", "csv", "--section", section.name)

    read = list(csv.reader(io.StringIO(data.out.decode("utf-8"), newline="")))

    assert [names(section), *_written(expected_texts(command, section, raw.out))] == read


def _written(rows: list[list[str]]) -> list[list[str]]:
    # Half a surrogate pair has no UTF-8: it is written out. So is NUL where Python cannot write it.
    nul = "\0" if sys.version_info >= (3, 11) else "\\x00"
    return [[field.encode("utf-8", "backslashreplace").decode().replace("\0", nul) for field in row] for row in rows]


@every_account
@every_section
def test_tsv_reads_back_as_it_was_sent(
    command: Command, section: Section, account: str, exchange: Exchange, run: Run
) -> None:
    exchange(account)
    raw = run(*command.arguments, "--raw")
    data = run(*command.arguments, "-o", "tsv", "--section", section.name)

    header, *lines = [line.split("\t") for line in data.text.removesuffix("\n").split("\n")]

    assert names(section) == header
    assert [[_escaped(field) for field in row] for row in expected_texts(command, section, raw.out)] == lines


def _escaped(field: str) -> str:
    for character, escape in (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r")):
        field = field.replace(character, escape)
    return field.encode("utf-8", "backslashreplace").decode()


@every_account
@every_section
@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_a_sections_objects_keep_every_field_sent_unknown_ones_too(
    command: Command, section: Section, form: str, account: str, exchange: Exchange, run: Run
) -> None:
    exchange(account)
    raw = run(*command.arguments, "--raw")
    data = run(*command.arguments, "-o", form, "--section", section.name)

    found = exact(data.out) if form == "json" else [exact(line) for line in data.out.splitlines()]

    expected = expected_rows(command, section, raw.out)
    if section.single:
        expected = [{k: v for k, v in row.items() if not isinstance(v, list | dict)} for row in expected]
    assert expected == found


@every_account
@every_section
def test_a_table_in_a_pipe_holds_every_amount_of_a_section(
    command: Command, section: Section, account: str, exchange: Exchange, run: Run
) -> None:
    exchange(account)
    raw = run(*command.arguments, "--raw")
    table = run(*command.arguments, "--section", section.name, "--all").text

    kinds = {column.name: column.kind for column in section.columns}
    sent = {
        text(value)
        for row in expected_rows(command, section, raw.out)
        for name, value in row.items()
        if kinds.get(name) in AMOUNTS
    }
    plain = {amount for amount in sent if re.fullmatch(r"-?[0-9.]+", amount)}

    assert plain - set(table.split()) == set()


@every_section
@pytest.mark.parametrize("form", ["csv", "tsv", "jsonl", "table"])
def test_every_field_can_be_asked_for_by_name_and_in_any_order(
    command: Command, section: Section, form: str, exchange: Exchange, run: Run
) -> None:
    exchange("docs")
    asked = names(section)[::-1]

    outcome = run(*command.arguments, "-o", form, "--section", section.name, "--fields", ",".join(asked), "--all")

    first = outcome.text.splitlines()[0]
    if form == "jsonl":
        found = list(json.loads(first))
    elif form == "table" and section.single and not section.daily:  # one row, which is turned upright
        found = [line.split()[0] for line in outcome.text.splitlines()[1:]]
    else:
        found = first.split({"csv": ",", "tsv": "\t", "table": None}[form])
    assert asked == found


@every_section
@pytest.mark.parametrize("form", ["csv", "tsv", "jsonl", "json", "table"])
def test_every_format_sorts_alike(command: Command, section: Section, form: str, exchange: Exchange, run: Run) -> None:
    exchange("rich")
    amount = next(column.name for column in section.columns if column.kind in AMOUNTS)
    arguments = ("--section", section.name, "--fields", amount, "--sort", f"-{amount}", "--all")

    shown = run(*command.arguments, "-o", form, *arguments).text

    if form in ("json", "jsonl"):
        found = [row[amount] for row in (json.loads(shown) if form == "json" else map(json.loads, shown.splitlines()))]
    else:
        found = [line.strip('"').split()[-1] for line in shown.splitlines()[1:] if line.strip('" ') not in ("", "-")]
    sent = [text(row.get(amount)) for row in expected_rows(command, section, run(*command.arguments, "--raw").out)]
    assert sorted([value for value in sent if value], key=_value, reverse=True) == [value for value in found if value]


def _value(amount: str) -> Any:
    from decimal import Decimal

    return Decimal(amount)


@every_command
def test_raw_is_the_body_byte_for_byte_whatever_the_format(command: Command, exchange: Exchange, run: Run) -> None:
    exchange("rich")

    bodies = [run(*command.arguments, "--raw", "-o", form).out for form in ("table", "json", "csv")]

    if command.name == "ws-balance":  # which names each request, and counts
        bodies = [json.dumps(json.loads(body)["result"]).encode() for body in bodies]
    assert [bodies[0]] * 3 == bodies


@every_command
@pytest.mark.parametrize("form", ["json", "jsonl", "csv", "tsv", "table"])
def test_an_account_that_holds_nothing_is_a_success(command: Command, form: str, exchange: Exchange, run: Run) -> None:
    exchange("empty")
    header = names(command.view.sections[0])

    outcome = run(*command.arguments, "-o", form)

    nothing = {
        "json": "[]\n",
        "jsonl": "",
        "csv": ",".join(header) + "\r\n",
        "tsv": "\t".join(header) + "\n",
        "table": "",
    }
    assert outcome.status == 0
    sections = command.view.sections
    if sections[0].single or (any(section.single and not section.daily for section in sections) and form == "table"):
        assert "0.00000000" in outcome.text  # totals are zero, not missing
    elif sections[0].key and form == "json" and not sections[0].daily:
        assert outcome.json[sections[0].key] == []
    else:
        assert nothing[form] == outcome.text


def test_unknown_stays_empty_and_zero_stays_zero(exchange: Exchange, run: Run) -> None:
    exchange("rich")

    outcome = run("pm-balance", "-o", "csv", "--fields", "asset,crossMarginBorrowed,cmUnrealizedPNL,negativeBalance")

    assert "ETH,0.00000001,,\r\n" in outcome.text
    assert "BNB,0.0,,0.0\r\n" in outcome.text


def written(form: str, name: str) -> str:
    """Return the one row of an account that holds an asset of this name."""
    selection, screen = Selection(fields=("asset", "free")), Screen(False, None, False)
    row = {"asset": name, "free": "1"}
    return b"".join(output.render(form, views.USER_ASSETS, [row], selection=selection, screen=screen)[0]).decode()


@pytest.mark.parametrize(
    ("name", "seen"), [("A\tB", r"A\tB"), ("A\rB", r"A\rB"), ("A\nB", r"A\nB"), ("A\\B", r"A\\B"), ("A B", "A B")]
)
def test_a_tsv_row_is_one_line_and_a_field_one_field(name: str, seen: str) -> None:
    assert written("tsv", name) == f"asset\tfree\n{seen}\t1\n"


@pytest.mark.parametrize(("name", "seen"), [("\x7f", r"\u007f"), ("\x80", r"\u0080"), ("\x9f", r"\u009f"), ("é", "é")])
def test_json_escapes_every_control_character(name: str, seen: str) -> None:
    assert written("jsonl", name) == f'{{"asset": "{seen}", "free": "1"}}\n'


# What an exchange could call an amount: more digits than any float holds, signs and zeros in every place.
_DECIMALS = st.from_regex(r"-?(0|[1-9][0-9]{0,30}|00[0-9]{1,3})(\.[0-9]{0,30})?", fullmatch=True)
_AMOUNTS = _DECIMALS | st.sampled_from(["", "0", "0.00000000", "-0", None])
_SECTIONS = [
    (command.view, section)
    for command in COMMANDS
    for section in command.view.sections
    if not (section.daily or section.sides)
]


@st.composite
def answers(draw: st.DrawFn) -> tuple[views.View, Section, Any]:
    """Draw an answer that is not daily: its view, one of its sections, and the rows of that as sent."""
    view, section = draw(st.sampled_from(_SECTIONS))
    values = dict.fromkeys(NUMBERS, _AMOUNTS)
    row = st.fixed_dictionaries(
        {
            column.name: values.get(column.kind, st.sampled_from(["USDT", "BTC", "测试"]))
            for column in section.columns
            if column.kind != "time"
        }
    )
    return view, section, draw(st.lists(row, min_size=1, max_size=1 if section.single else 6))


def _document(section: Section, rows: list[dict[str, Any]]) -> Any:
    if section.single:
        return rows[0]
    return {section.key: rows} if section.key else rows


@settings(max_examples=60, deadline=None)
@given(answers(), st.sampled_from(["json", "jsonl", "csv", "tsv"]))
def test_a_decimal_in_is_the_same_decimal_out(answer: tuple[views.View, Section, Any], form: str) -> None:
    view, section, sent = answer

    pieces, _ = output.render(
        form, view, _document(section, sent), selection=Selection(section), screen=Screen(False, None, False)
    )
    body = b"".join(pieces)

    if form == "json":
        found = json.loads(body)
    elif form == "jsonl":
        found = [json.loads(line) for line in body.splitlines()]
    else:
        read = csv.DictReader(io.StringIO(body.decode(), newline=""), delimiter="\t" if form == "tsv" else ",")
        wanted = list(sent[0])
        found = [{name: row[name] for name in wanted} for row in read]
        sent = [{name: "" if value is None else value for name, value in row.items()} for row in sent]
    assert sent == found


@settings(max_examples=300, deadline=None)
@given(answers(), st.integers(40, 200), st.booleans(), st.booleans())
def test_no_digit_is_lost_on_a_terminal_of_any_width(
    answer: tuple[views.View, Section, Any], width: int, color: bool, unicode: bool
) -> None:
    view, section, sent = answer
    screen = Screen(True, width, color, "utf-8" if unicode else "ascii")

    pieces, notes = output.render("table", view, _document(section, sent), selection=Selection(section), screen=screen)
    body = b"".join(pieces)

    shown = re.sub(r"\x1b\[[0-9;]*m|[,+!|]", " ", body.decode(screen.encoding).replace(",", "")).split()
    amounts = {column.name for column in section.columns if column.kind in AMOUNTS}
    said = " ".join(notes)
    missing = {
        name
        for row in sent
        for name, value in row.items()
        if name in amounts and value and value not in shown and not _is_hidden_zero(value, said)
    }
    # A column that has no room is missing as a whole.
    assert len(missing) <= _columns_without_room(said)


def _is_hidden_zero(value: str, said: str) -> bool:
    return value.strip("-0.") == "" and ("hidden" in said or "Zeros are left out" in said)


def _columns_without_room(said: str) -> int:
    """Return how many columns a notice says there is no room for: `a, b, 2 more columns and 3 all-zero columns`."""
    found = re.search(r"No room for (.*?)(?:;| \()", said) or re.search("([0-9]+ all-zero columns?) left out", said)
    parts = re.split(", | and ", found[1]) if found else []
    return sum(int(part.split()[0]) if part[0].isdigit() else 1 for part in parts)


@settings(max_examples=200, deadline=None)
@given(answers(), st.integers(40, 200))
def test_no_line_is_wider_than_the_terminal_while_its_amounts_fit(
    answer: tuple[views.View, Section, Any], width: int
) -> None:
    view, section, sent = answer

    pieces, _ = output.render(
        "table",
        view,
        _document(section, sent),
        selection=Selection(section),
        screen=Screen(True, width, False, "utf-8"),
    )
    body = b"".join(pieces)

    widest = max((len(str(value)) for row in sent for value in row.values()), default=0) + 1
    wide = "测试"
    lines = [line + " " * sum(line.count(character) for character in wide) for line in body.decode().splitlines()]
    assert [line for line in lines if len(line) > max(width, widest, len("total btcValuation"))] == []


# -- data on a terminal

TERMINAL, PIPE = Screen(True, 80, False), Screen(False, None, False)
HOSTILE = "A\x1b[31m\x07\x7f\x9b\u202e\u200b\U000e0041B"


@pytest.mark.parametrize("form", ["json", "jsonl", "csv", "tsv"])
def test_a_terminal_is_shown_control_characters_and_does_not_get_them(form: str) -> None:
    pieces, _ = output.render(
        form, views.USER_ASSETS, [{"asset": HOSTILE, "free": "1"}], selection=Selection(), screen=TERMINAL
    )

    shown = b"".join(pieces).decode()
    assert [character for character in shown if visible(character) != character and character not in "\r\n\t"] == []
    assert "u202e" in shown
    if form == "json":
        assert json.loads(shown)[0]["asset"] == HOSTILE


@pytest.mark.parametrize("form", ["csv", "tsv"])
def test_a_pipe_gets_them_as_they_came(form: str) -> None:
    pieces, _ = output.render(form, views.USER_ASSETS, [{"asset": HOSTILE}], selection=Selection(), screen=PIPE)

    assert HOSTILE in b"".join(pieces).decode()


def test_a_carriage_return_within_a_field_cannot_write_over_a_line() -> None:
    pieces, _ = output.render(
        "csv", views.USER_ASSETS, [{"asset": "A\rB"}], selection=Selection(fields=("asset",)), screen=TERMINAL
    )

    assert b"".join(pieces) == b'asset\r\n"A\\rB"\r\n'


def test_a_raw_body_is_made_visible_on_a_terminal_only() -> None:
    body = f'["{HOSTILE}"]\r\n'.encode() + b"\xff"

    assert output.body(body, PIPE) == body
    assert output.body(body, TERMINAL) == b'["A\\x1b[31m\\x07\\x7f\\x9b\\u202e\\u200b\\U000e0041B"]\r\n\\xff'


SCALARS = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["},\n{", '": {"', ",\n    "])
)
NESTED = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)


# Rows that name the same fields: most columns are of one type, and few texts need an escape.
DIGITS = st.text("0123456789.-", max_size=4)
TEXTS = st.text("ab%→é", max_size=3) | st.sampled_from(["%s", "%(a)s", "%%"])
KINDS = [DIGITS, TEXTS, TEXTS | st.none(), st.none(), st.booleans(), st.integers(), st.text(max_size=2), SCALARS]
ALIKE = st.dictionaries(TEXTS | st.text(max_size=2), st.sampled_from(KINDS), max_size=4).flatmap(
    lambda columns: st.lists(st.fixed_dictionaries(columns), max_size=5)
)


@given(NESTED | ALIKE)
@settings(deadline=None)
def test_indented_json_is_what_the_standard_library_writes(document: Any) -> None:
    assert json.loads("".join(machine.json_texts(document))) == document
    plain = json.dumps(document, ensure_ascii=False, indent=2)
    assert "".join(machine.json_texts(document)) == machine._harmless(plain) + "\n"


@given(st.lists(st.dictionaries(st.text(max_size=4), NESTED, max_size=4)))
@settings(deadline=None)
def test_a_line_of_jsonl_is_what_the_standard_library_writes(rows: list[dict[str, Any]]) -> None:
    lines = [machine._harmless(json.dumps(row, ensure_ascii=False)) + "\n" for row in rows]
    assert "".join(machine.FORMATS["jsonl"](rows, [], 0)) == "".join(lines)


@given(st.lists(st.dictionaries(st.sampled_from(["a", "b"]), st.text("a,\"\r\n\t \\'0", max_size=4) | SCALARS)))
@settings(deadline=None)
def test_a_row_of_csv_is_what_the_standard_library_writes(rows: list[dict[str, Any]]) -> None:
    for fields in (["a", "b"], ["a"]):
        expected = io.StringIO(newline="")
        writer = csv.writer(expected)
        writer.writerow(fields)
        writer.writerows([[machine.field_text(row.get(name)) for name in fields] for row in rows])
        assert "".join(machine.FORMATS["csv"](rows, fields, 0)) == expected.getvalue()
