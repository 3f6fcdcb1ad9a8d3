"""The table of queries: what each command must bring with it, and what its help says a call weighs."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bnacct import queries
from bnacct.queries import COMMANDS, QUERIES, Query
from bnacct.sandbox.exchange.payloads import PAYLOADS
from tests.conftest import Outcome
from tests.readings import ROWS
from tests.test_endpoints import after, document
from tests.test_readme import EXAMPLES

Run = Callable[..., Outcome]
ROOT = Path(__file__).parent.parent
BY_NAME = {query.name: query for query in QUERIES}

every_query = pytest.mark.parametrize("query", QUERIES, ids=list(BY_NAME))
every_command = pytest.mark.parametrize("command", COMMANDS)


# -- what a new command must bring


@every_command
def test_a_command_has_its_sample_document(command: str) -> None:
    assert (ROOT / "tests" / "documents" / f"{command}.md").exists()


@every_command
def test_a_command_has_an_example_in_the_readme(command: str) -> None:
    assert [example for example, _ in EXAMPLES if example.split()[1] == command]


@every_command
def test_a_command_has_its_line_in_the_changelog(command: str) -> None:
    assert f"`{command}`" in (ROOT / "CHANGELOG.md").read_text()


@every_query
def test_the_sandbox_answers_a_query(query: Query) -> None:
    assert query.endpoint.path in PAYLOADS


@every_query
def test_the_tests_know_where_the_rows_of_each_section_are_in_the_body(query: Query) -> None:
    name = query.command if query.variant == "v2" else query.name
    assert [section.name for section in query.view.sections if (name, section.name) not in ROWS] == []


# -- help


@every_command
def test_the_help_says_what_a_call_weighs_as_the_document_does(run: Run, command: str) -> None:
    weight = after("请求权重", document(command))

    assert f"A call weighs {weight} of " in " ".join(run(command, "--help").text.split())


def test_the_help_says_which_weight_is_shared() -> None:
    assert queries.cost("ws-balance") == (
        "A call weighs 5 of 2400 a minute, shared with futures-account; connecting, 5 more."
    )
    assert queries.cost("snapshot") == "A call weighs 2400 of 12000 a minute."


# -- what is sent


def test_parameters_are_sent_in_the_order_of_the_document_and_none_is_not_sent() -> None:
    query = queries.named("snapshot", "margin")

    sent = query.sent(query.asked({"limit": 7, "startTime": 1, "endTime": None}), recv_window_ms=5000)

    assert list(sent.items()) == [("type", "MARGIN"), ("startTime", 1), ("limit", 7), ("recvWindow", 5000)]


def test_what_is_given_counts_more_than_what_a_query_has_by_default() -> None:
    assert queries.named("user-assets").asked({"needBtcValuation": False}) == {"needBtcValuation": False}


def test_a_query_is_found_by_its_command_and_variant() -> None:
    assert queries.named("snapshot") is queries.named("snapshot", "spot")
    assert queries.named("ws-balance", "v2").endpoint.path == "v2/account.balance"
    with pytest.raises(KeyError):
        queries.named("user-assets", "v2")
