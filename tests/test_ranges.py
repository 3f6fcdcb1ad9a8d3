"""Ranges are those of the Monitoring Plugins' guidelines, with bounds that are exact."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bnacct.monitoring import ranges
from bnacct.monitoring.ranges import Range, RangeError

_SIXTY = "123456789012345678901234567890.123456789012345678901234567891"
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30, places=12)


# The guidelines' own table, and what follows from its words.
@pytest.mark.parametrize(
    ("text", "in_order", "not_in_order"),
    [
        ("10", ["0", "-0", "5", "10"], ["-0.1", "10.0000000000000000000000000001"]),
        ("10:", ["10", "10.1", "1e60"], ["9.99", "-10"]),
        ("~:10", ["-1e60", "-0.0", "10"], ["10.1"]),
        ("10:20", ["10", "15", "20.000"], ["9.999", "20.001"]),
        ("@10:20", ["9.999", "20.001"], ["10", "15", "20.000"]),
        ("@10", ["-1", "11"], ["0", "10"]),
        ("@~:0", ["0.00000001"], ["0", "-0", "-5"]),
        (":10", ["0", "10"], ["-1", "11"]),
        ("~:", ["-5", "0", "5"], []),
        ("@~:", [], ["-5", "0", "5"]),
        ("-10:-5", ["-10", "-5"], ["-4.9", "0", "-10.1"]),
        ("0.1:0.3", ["0.1", "0.3", "0.30"], ["0.09", "0.31"]),
        ("1e-8:", ["1e-8", "0.00000001", "1"], ["0", "0.000000009"]),
        ("0", ["0", "-0", "0E-18"], ["0.000000000000000001"]),
        (f"{_SIXTY}:", [_SIXTY], [_SIXTY[:-1] + "0"]),
    ],
)
def test_a_range_says_what_is_in_order(text: str, in_order: list[str], not_in_order: list[str]) -> None:
    found = ranges.parse(text)

    assert [value for value in in_order if found.alerts(Decimal(value))] == []
    assert [value for value in not_in_order if not found.alerts(Decimal(value))] == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "has no bounds"),
        ("@", "has no bounds"),
        (":", "has no bounds"),
        ("@:", "has no bounds"),
        ("20:10", "starts above its end: 20 is more than 10"),
        ("-5", "at most -5 is ~:-5"),
        ("10:~", "leave the end out"),
        ("~", "~ is only a start"),
        ("abc", "'abc' is not a number"),
        ("1:2:3", "'2:3' is not a number"),
        ("nan:", "'nan' is not a number"),
        ("inf", "'inf' is not a number"),
        ("1_000:", "'1_000' is not a number"),
        ("1,5:", "'1,5' is not a number"),
        ("٣:", "is not a number"),
        (" 5", "' 5' is not a number"),
        ("@@5", "'@5' is not a number"),
        ("1e99:", "beyond what an amount could be"),
        ("1e-99:", "beyond what an amount could be"),
        ("1e9999999999:", "beyond what an amount could be"),
    ],
)
def test_what_is_no_range_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(RangeError, match=r"\.$") as refused:
        ranges.parse(text)

    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    ("text", "written"),
    [("1e-8:", "0.00000001:"), ("5:", "5:"), ("0:5", "5"), ("-0:5", "5"), ("@~:1E+3", "@~:1000"), ("0:", "0:")],
)
def test_a_range_is_written_without_an_exponent(text: str, written: str) -> None:
    assert str(ranges.parse(text)) == written


@pytest.mark.parametrize(
    ("text", "value", "reason"),
    [("1.2:", "1.18", "below 1.2"), ("5", "5.1", "above 5"), ("@0:5", "3", "within 5"), ("@1:5", "3", "within 1:5")],
)
def test_a_reason_names_the_bound_that_was_crossed(text: str, value: str, reason: str) -> None:
    assert ranges.parse(text).reason(Decimal(value)) == reason


@given(st.none() | NUMBERS, st.none() | NUMBERS, st.booleans(), NUMBERS)
def test_what_is_written_reads_as_the_same_range(
    start: Decimal | None, end: Decimal | None, inverted: bool, value: Decimal
) -> None:
    if start is not None and end is not None and start > end:
        start, end = end, start
    found = Range(start, end, inverted)

    again = ranges.parse(str(found))

    assert again == found
    assert again.alerts(value) is not Range(start, end, not inverted).alerts(value)


@given(st.none() | NUMBERS, st.none() | NUMBERS, st.booleans(), NUMBERS)
def test_only_what_is_not_in_order_exceeds_a_range(
    start: Decimal | None, end: Decimal | None, inverted: bool, value: Decimal
) -> None:
    if start is not None and end is not None and start > end:
        start, end = end, start
    found = Range(start, end, inverted)

    if value not in (start, end):
        assert found.alerts(value) is (found.excess(value) > 0)


@pytest.mark.parametrize("unknown", ["", None, "NaN", "Infinity", "1e99", "1e-99", "x", [], 1.5])
def test_what_is_no_amount_has_no_value(unknown: object) -> None:
    assert ranges.value(unknown) is None


def test_a_number_is_written_with_all_its_digits() -> None:
    digits = "0.000000000000000000000000000000000000000000000000000000000001"

    assert [ranges.plain(Decimal(text)) for text in (digits, "0E-8", "-0.0", "1E+3", "0E-9999999", "0E+99")] == [
        digits,
        "0.00000000",
        "-0.0",
        "1000",
        "0",
        "0",
    ]
