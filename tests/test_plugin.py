"""The line of a monitoring plugin: state, what was found, performance data."""

from decimal import Decimal

import pytest

from bnacct.monitoring import plugin, ranges
from bnacct.monitoring.plugin import Check, Fact, Finding, State
from bnacct.monitoring.ranges import Range


def limit(text: str | None) -> Range | None:
    return None if text is None else ranges.parse(text)


def check(
    name: str, value: str | None, warning: str | None = None, critical: str | None = None, account: str = ""
) -> Check:
    number = None if value is None else Decimal(value)
    bounds = limit(warning), limit(critical)
    return Check(account, name, [plugin.judged(name, number, *bounds, reason="it was not read")], *bounds)


def rows(values: dict[str, str | None], critical: str) -> Check:
    found = [
        plugin.judged(f"a.{row}.free", None if value is None else Decimal(value), None, limit(critical))
        for row, value in values.items()
    ]
    return Check("", "a.*.free", found, None, limit(critical))


def test_a_line_is_the_one_that_the_contract_shows() -> None:
    found = check("pm-account.uniMMR", "1.18", "1.5:", "1.2:", account="main")

    assert plugin.line([found]) == (
        "BNACCT CRITICAL: main pm-account.uniMMR 1.18, below 1.2 | 'main pm-account.uniMMR'=1.18;1.5:;1.2:"
    )


@pytest.mark.parametrize(
    ("value", "state"),
    [("2", State.OK), ("1.5", State.OK), ("1.49", State.WARNING), ("1.2", State.WARNING), ("1.19", State.CRITICAL)],
)
def test_critical_is_asked_before_warning(value: str, state: State) -> None:
    assert check("x", value, "1.5:", "1.2:").state is state


def test_statuses_are_those_of_the_guidelines() -> None:
    assert [int(state) for state in (State.OK, State.WARNING, State.CRITICAL, State.UNKNOWN)] == [0, 1, 2, 3]


def test_the_worst_state_wins_and_what_is_critical_stays_so() -> None:
    assert plugin.worst([]) is State.OK
    assert plugin.worst([State.OK, State.UNKNOWN]) is State.UNKNOWN
    assert plugin.worst([State.WARNING, State.UNKNOWN, State.OK]) is State.WARNING
    assert plugin.worst([State.UNKNOWN, State.CRITICAL, State.WARNING]) is State.CRITICAL


def test_everything_that_was_checked_is_listed_and_the_worst_comes_first() -> None:
    line = plugin.line([check("a", "1", "5"), check("b", "9", "5"), check("c", None, "5"), check("d", "9", None, "5")])

    assert line == (
        "BNACCT CRITICAL: d 9, above 5; b 9, above 5; c unknown, it was not read; a 1"
        " | 'a'=1;5 'b'=9;5 'c'=U;5 'd'=9;;5"
    )


def test_performance_data_has_no_exponent_and_no_empty_end() -> None:
    assert plugin.line([check("a", "0E-8", "1e-8:")]).endswith("| 'a'=0.00000000;0.00000001:")
    assert plugin.line([check("a", "1E+3")]).endswith("| 'a'=1000")


def test_sixty_digits_stay_sixty_digits() -> None:
    digits = "123456789012345678901234567890.123456789012345678901234567891"

    assert plugin.line([check("a", digits)]) == f"BNACCT OK: a {digits} | 'a'={digits}"


def test_a_percentage_keeps_its_unit() -> None:
    found = plugin.judged("a", Decimal("81.5"), None, limit("80"), unit="%")

    assert plugin.line([Check("", "a", [found], None, limit("80"))]) == (
        "BNACCT CRITICAL: a 81.5%, above 80 | 'a'=81.5%;;80"
    )


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("user-assets.two words.free", "'user-assets.two words.free'"),
        ("a.it's.b", "'a.it''s.b'"),
        ("a.x=y.b", "'a.x_y.b'"),
        ("a.x|y.b", "'a.x¦y.b'"),
        ("a.x\ny.b", "'a.x\\x0ay.b'"),
        ("a.这是测试币.b", "'a.这是测试币.b'"),
    ],
)
def test_a_label_is_quoted_whatever_is_in_it(name: str, label: str) -> None:
    assert plugin.line([check(name, "1")]).partition(" | ")[2] == f"{label}=1"


@pytest.mark.parametrize("text", ["a\nb", "a\rb", "a\x1b[31mb", "a\u2028b", "a\udc80b", "a\x85b"])
def test_whatever_is_said_stays_one_line_and_is_text(text: str) -> None:
    line = plugin.said(State.UNKNOWN, text)

    assert len(line.splitlines()) == 1
    assert line.isprintable()
    assert line.encode()


def test_what_is_said_cannot_pass_for_performance_data() -> None:
    assert "|" not in plugin.said(State.UNKNOWN, "it | 'a'=1")


def test_a_star_names_every_row_that_is_not_in_order_and_reports_the_worst() -> None:
    found = rows({"BTC": "5", "ETH": "0.5", "SOL": "0.1", "XRP": None}, "1:")

    assert plugin.line([found]) == (
        "BNACCT CRITICAL: a.SOL.free 0.1, below 1; a.ETH.free 0.5, below 1; a.XRP.free unknown (of 4 rows)"
        " | 'a.*.free'=0.1;;1:"
    )


def test_a_star_names_the_row_that_comes_nearest_where_all_are_in_order() -> None:
    found = rows({"BTC": "5", "ETH": "2", "SOL": "3"}, "1:")

    assert plugin.line([found]) == "BNACCT OK: a.ETH.free 2 (worst of 3 rows) | 'a.*.free'=2;;1:"


def test_a_star_over_many_rows_stays_short() -> None:
    line = plugin.line([rows({f"A{number}": "0" for number in range(500)}, "1:")])

    assert "and 490 more (of 500 rows)" in line
    assert len(line) < 400


def test_a_star_over_no_rows_is_in_order() -> None:
    assert plugin.line([rows({}, "1:")]) == "BNACCT OK: a.*.free has no rows"


def test_a_fact_is_said_and_is_no_performance_data() -> None:
    fact = Check("main", "key", [Fact("key", State.CRITICAL, "may withdraw")])

    assert plugin.line([fact]) == "BNACCT CRITICAL: main key may withdraw"


def test_a_finding_without_a_value_is_unknown() -> None:
    assert plugin.judged("a", None, None, limit("1"), reason="why") == Finding("a", None, State.UNKNOWN, "why")


def test_a_long_line_keeps_everything() -> None:
    line = plugin.line([check(f"user-assets.ASSET{number}.free", "1", "5") for number in range(100)])

    assert line.count("ASSET") == 200
    assert len(line.splitlines()) == 1
