"""Prometheus' text format: read back by prometheus_client's parser and by promtool."""

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from bnacct.monitoring.prometheus import Exposition, Family
from tests.conftest import needs

AMOUNT = Family("bnacct_asset_amount", "What is held.", ("account", "asset"))
UP = Family("bnacct_up", 'A \\ and a "quote",\nand a second line.', ("account",))
TOTAL = Family("bnacct_total", "No label.", ())


def text(*samples: tuple[str, dict[str, str], object]) -> str:
    exposition = Exposition((AMOUNT, UP, TOTAL))
    for name, labels, value in samples:
        exposition.add(name, labels, value)
    return "".join(exposition.lines())


def amount(asset: str, value: object, account: str = "main") -> tuple[str, dict[str, str], object]:
    return "bnacct_asset_amount", {"account": account, "asset": asset}, value


def parsed(written: str) -> list[tuple[str, dict[str, str], float]]:
    families = text_string_to_metric_families(written)
    return [(sample.name, sample.labels, sample.value) for family in families for sample in family.samples]


def test_help_and_type_come_once_and_digits_as_they_were_received() -> None:
    written = text(amount("USDT", "50300000001.44911105"), ("bnacct_total", {}, 1), amount("BTC", "0.10"))

    assert written == (
        "# HELP bnacct_asset_amount What is held.\n"
        "# TYPE bnacct_asset_amount gauge\n"
        'bnacct_asset_amount{account="main",asset="USDT"} 50300000001.44911105\n'
        'bnacct_asset_amount{account="main",asset="BTC"} 0.10\n'
        "# HELP bnacct_total No label.\n"
        "# TYPE bnacct_total gauge\n"
        "bnacct_total 1\n"
    )


@pytest.mark.parametrize("unknown", ["", None, "NaN", "Infinity", "x", "1e999"])
def test_an_unknown_amount_is_no_line_and_a_family_without_lines_is_none(unknown: object) -> None:
    assert text(amount("BTC", unknown)) == ""


def test_an_exponent_is_written_out() -> None:
    assert text(amount("PEPE", "1e-8")).endswith(" 0.00000001\n")


def test_a_sample_that_comes_again_is_added() -> None:
    assert text(amount("BTC", "0.10"), amount("BTC", "0.20")).endswith('asset="BTC"} 0.30\n')


@pytest.mark.parametrize("values", [("1", ""), ("", "1"), ("", "1", "2")])
def test_a_sum_with_an_unknown_part_is_unknown(values: tuple[str, ...]) -> None:
    assert text(*(amount("BTC", value) for value in values)) == ""


@pytest.mark.parametrize(
    "asset", ['"', "\\", "\n", 'a"b\\c\nd', "\\n", "这是测试币", "🚀MOON", "a b", "a,b=c}", "\r", "\x1b[31m"]
)
def test_any_label_reads_back_as_it_was(asset: str) -> None:
    assert parsed(text(amount(asset, "1"))) == [("bnacct_asset_amount", {"account": "main", "asset": asset}, 1.0)]


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_labels_never_run_into_each_other(account: str, asset: str) -> None:
    assert parsed(text(amount(asset, "1", account))) == [
        ("bnacct_asset_amount", {"account": account, "asset": asset}, 1.0)
    ]


def test_half_a_character_does_not_spoil_the_file() -> None:
    assert text(amount("a\udc80b", "1")).encode().decode().endswith('asset="a\N{REPLACEMENT CHARACTER}b"} 1\n')


def test_a_help_text_stays_on_its_line() -> None:
    written = text(("bnacct_up", {"account": "main"}, 1))

    assert written.splitlines()[0] == '# HELP bnacct_up A \\\\ and a "quote",\\nand a second line.'


def test_no_sample_has_a_timestamp() -> None:
    assert text(amount("BTC", "1")).splitlines()[-1].rpartition("} ")[2] == "1"


def test_promtool_finds_nothing_to_say() -> None:
    written = text(amount('q"uote\\', "1"), ("bnacct_up", {"account": "a\nb"}, 0))

    done = subprocess.run(
        [needs("promtool"), "check", "metrics"], input=written, capture_output=True, text=True, timeout=30, check=False
    )

    assert (done.returncode, done.stdout + done.stderr) == (0, "")
