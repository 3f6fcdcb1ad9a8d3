"""An answer is read digit for digit, and what is no answer ends in a `ResponseError` and nothing else."""

import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bnacct import errors
from bnacct.client.decoding import code_and_text, decode

FRACTION = r"(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,6})?"
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=4), children, max_size=4),
    max_leaves=12,
)
# Bytes that JSON, UTF-8 and the detection of encodings react to.
TELLING = st.sampled_from([*b'{}[]",:\\/ \n\x00\xef\xbb\xbf\xff\xfe0123456789eE+-.NIntu\xed\xa0\x80\xc3\xa9<'])


def refusal(body: bytes | str) -> errors.ResponseError:
    with pytest.raises(errors.ResponseError) as refused:
        decode(body)
    return refused.value


# -- digits


@given(st.from_regex(rf"-?(0|[1-9][0-9]{{0,40}}){FRACTION}", fullmatch=True))
@settings(deadline=None)
def test_every_number_keeps_its_digits(literal: str) -> None:
    assert literal == str(decode(literal))
    assert literal == str(decode(f'{{"free": [{literal}]}}'.encode())["free"][0])


@given(st.from_regex(r"-?(0|[1-9][0-9]*)(\.[0-9]+([eE][+-]?[0-9]+)?|[eE][+-]?[0-9]+)", fullmatch=True))
@settings(deadline=None)
def test_a_number_with_a_fraction_or_an_exponent_is_text(literal: str) -> None:
    assert literal == decode(literal)


@given(st.integers(min_value=0, max_value=10**19 - 1))
@settings(deadline=None)
def test_up_to_19_digits_are_an_integer(number: int) -> None:
    document = decode(str(number))
    assert number == document
    assert type(document) is int


@given(st.integers(min_value=10**19))
@settings(deadline=None)
def test_more_digits_than_19_are_text(number: int) -> None:
    assert str(number) == decode(str(number))


def test_more_digits_than_python_counts_are_text() -> None:
    assert decode(b"9" * 10_000) == "9" * 10_000


def test_minus_zero_keeps_its_sign() -> None:
    assert decode("-0") == "-0"
    assert decode("-0.00000000") == "-0.00000000"


@pytest.mark.parametrize("name", ["NaN", "Infinity", "-Infinity"])
def test_what_is_not_a_number_in_json_is_refused_by_name(name: str) -> None:
    assert f"holds {name}, which is not a JSON number" in refusal(f'[{{"free": {name}}}]').message


@pytest.mark.parametrize(
    "literal", ["1.", ".5", "01", "+1", "-", "1e", "0x10", "1_000", "1,000", "１", "1.5.2", "--1", "inf"]
)
def test_what_only_looks_like_a_number_is_refused(literal: str) -> None:
    assert "not JSON" in refusal(f"[{literal}]").message


# -- one meaning


@pytest.mark.parametrize(
    "body",
    [
        '{"free": "1", "free": "2"}',
        '[{"assets": [{"free": "1", "locked": "0", "free": "1"}]}]',
        '{"a": 1, "\\u0061": 1}',
    ],
)
def test_a_field_named_twice_is_refused(body: str) -> None:
    assert "names a field twice in one object" in refusal(body).message


def test_one_name_may_stand_in_many_objects() -> None:
    assert decode('[{"free": "1"}, {"free": "2"}]') == [{"free": "1"}, {"free": "2"}]


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_nesting_too_deep_is_refused_in_words(opening: str, closing: str) -> None:
    depth = 100_000
    assert "nested too deep" in refusal(opening * depth + "1" + closing * depth).message
    assert "nested too deep" in refusal((opening * depth).encode()).message


def test_nesting_that_every_writer_can_follow_is_read() -> None:
    assert decode("[" * 50 + "]" * 50) == json.loads("[" * 50 + "]" * 50)


@pytest.mark.parametrize("depth", [200, 900, 5_000])
def test_how_deep_is_too_deep_does_not_depend_on_python(depth: int) -> None:
    assert "nested too deep" in refusal("[" * depth + "]" * depth).message


# -- long answers, which are read in a faster way

LONG = [{"asset": f"A{number}", "free": "0.10", "locked": "0"} for number in range(5_000)]


def long(row: str) -> bytes:
    """Return a long answer with one row more."""
    return json.dumps(LONG).encode()[:-1] + b", " + row.encode() + b"]"


@pytest.mark.parametrize(
    "row",
    [
        '{"asset": "at 12:00"}',
        '{"asset": "a\\": b"}',
        '{"a" : 1, "b"\t:\n2}',
        '{"a": {"b": [{"c": ":"}]}}',
        "{}",
        "[]",
        '":"',
    ],
)
def test_a_long_answer_is_read_as_a_short_one_is(row: str) -> None:
    assert decode(long(row)) == [*LONG, decode(row)]
    assert decode(long(row).decode()) == [*LONG, decode(row)]
    assert decode(long(row).decode().encode("utf-16")) == [*LONG, decode(row)]


def test_a_long_answer_keeps_every_digit() -> None:
    row = '{"free": 0.10000000000000000001, "n": 12345678901234567890123, "e": 1e-9}'
    assert decode(long(row))[-1] == {"free": "0.10000000000000000001", "n": "12345678901234567890123", "e": "1e-9"}


@pytest.mark.parametrize(
    "row", ['{"free": "1", "free": "2"}', '{"free" : "1", "free":"2"}', '{"a": {"b": "x:y", "b": 1}}']
)
def test_a_field_named_twice_is_refused_in_a_long_answer_too(row: str) -> None:
    assert "names a field twice" in refusal(long(row)).message


def test_nesting_too_deep_is_refused_in_a_long_answer_too() -> None:
    assert "nested too deep" in refusal(long("[" * 100 + "]" * 100)).message
    assert decode(long("[" * 99 + "]" * 99))[:-1] == LONG


# -- encodings


def test_a_byte_order_mark_before_the_body_is_passed_over() -> None:
    assert decode('\ufeff{"asset": "币"}'.encode()) == {"asset": "币"}


def test_a_byte_order_mark_in_text_is_refused() -> None:
    assert "not JSON" in refusal('\ufeff{"asset": "USDT"}').message


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_other_unicode_encodings_give_the_same_document(encoding: str) -> None:
    assert decode('{"asset": "币"}'.encode(encoding)) == {"asset": "币"}


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_bytes_that_are_no_unicode_are_refused(encoding: str) -> None:
    assert "not JSON" in refusal('{"msg": "é"}'.encode(encoding)).message


def test_utf_16_that_breaks_off_is_refused() -> None:
    assert "not JSON" in refusal('{"a": 1}'.encode("utf-16")[:-1]).message


def test_half_a_surrogate_pair_is_kept() -> None:
    assert decode(b'{"asset": "\\ud83d"}') == {"asset": "\ud83d"}
    assert decode(b'{"asset": "\\ud83d\\ude00"}') == {"asset": "😀"}


@pytest.mark.parametrize("space", [" ", "\n", "\r\n", "\t", " " * 100_000])
def test_white_space_around_a_document_is_passed_over(space: str) -> None:
    assert decode(f"{space}[]{space}".encode()) == []


@pytest.mark.parametrize("space", ["\xa0", "\x0b", "\x0c", "\u2003", "\x00"])
def test_other_space_than_that_of_json_is_refused(space: str) -> None:
    assert "not JSON" in refusal(f"{space}[]").message


# -- what stands in place of an answer


@pytest.mark.parametrize("body", [b"", "", b" \r\n\t", "  \n"])
def test_an_empty_body_is_called_empty(body: bytes | str) -> None:
    assert refusal(body).message == "The answer is not JSON: it is empty."


@pytest.mark.parametrize(
    "body",
    ["<!DOCTYPE html>\n<html>secret</html>", "\n <HTML lang=en>secret", "<html/>secret", "<!doctype HTML>secret"],
)
def test_a_page_is_called_a_page_and_not_quoted(body: str) -> None:
    assert refusal(body).message == "The answer is not JSON: it is an HTML page."
    assert refusal(body.encode()).message == "The answer is not JSON: it is an HTML page."


@pytest.mark.parametrize(
    "body", ["signature=abc", '{"signature": "abc"', '[{"signature": "abc"}] trailing', "{'a': 1}"]
)
def test_what_does_not_parse_is_counted_and_not_quoted(body: str) -> None:
    told = refusal(body.encode())
    assert told.message == f"The answer is not JSON: {len(body)} bytes that do not parse."
    assert f"{len(body)} characters that do not parse" in refusal(body).message
    assert "signature" not in f"{told!r} {told.hint} {told.__cause__!r}"


def test_a_page_behind_much_white_space_is_not_called_empty() -> None:
    assert "empty" not in refusal(b"\n" * 1000 + b"<html></html>").message


# -- anything at all


def ends_in_words(body: bytes | str) -> None:
    # Anything but a ResponseError fails the test by itself.
    try:
        document = decode(body)
    except errors.ResponseError:
        return
    assert not holds_float(document)


def holds_float(document: Any) -> bool:
    if isinstance(document, dict):
        return any(map(holds_float, document.values()))
    if isinstance(document, list):
        return any(map(holds_float, document))
    return isinstance(document, float)


@given(st.binary(max_size=200) | st.lists(TELLING, max_size=60).map(bytes))
@settings(deadline=None, max_examples=500)
def test_any_bytes_are_a_document_or_a_refusal(body: bytes) -> None:
    ends_in_words(body)


@given(st.text(max_size=100))
@settings(deadline=None, max_examples=200)
def test_any_text_is_a_document_or_a_refusal(body: str) -> None:
    ends_in_words(body)


@given(DOCUMENTS, st.integers(min_value=0), st.integers(0, 3), st.lists(TELLING, max_size=3).map(bytes), st.booleans())
@settings(deadline=None, max_examples=500)
def test_a_damaged_document_is_a_document_or_a_refusal(
    document: Any, place: int, cut: int, put: bytes, ascii_only: bool
) -> None:
    body = json.dumps(document, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    place %= len(body) + 1
    ends_in_words(body[:place] + put + body[place + cut :])


@given(DOCUMENTS)
@settings(deadline=None)
def test_a_document_differs_from_what_json_says_in_nothing_but_the_form_of_numbers(document: Any) -> None:
    body = json.dumps(document)
    expected = json.loads(body, parse_int=str, parse_float=str)
    assert expected == json.loads(json.dumps(decode(body)), parse_int=str, parse_float=str)


# -- code and text


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"code": -2015, "msg": "Invalid API-key."}, (-2015, "Invalid API-key.")),
        ({"code": "200", "message": "ok"}, (200, "ok")),
        ({"code": 0, "msg": ""}, (0, "")),
        ({"code": -1, "msg": None, "message": "why"}, (-1, "why")),
        ({"code": -1, "msg": {"not": "text"}}, (-1, "{'not': 'text'}")),
        ({"code": None, "msg": "text"}, (None, "text")),
        ({"code": "busy", "msg": "text"}, (None, "text")),
        ({"code": "1" * 5000, "msg": "text"}, (None, "text")),
        ({"code": [1], "msg": "text"}, (None, "text")),
        ({"code": {}, "msg": "text"}, (None, "text")),
        ({"msg": "no code, no refusal"}, (None, "")),
        ([{"code": -1}], (None, "")),
        ("code", (None, "")),
        (None, (None, "")),
        (math.pi, (None, "")),
    ],
)
def test_the_code_and_text_of_a_refusal_are_found(document: Any, expected: tuple[int | None, str]) -> None:
    assert expected == code_and_text(document)
