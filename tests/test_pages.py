"""Answers in pages: every page is read, within one deadline, and nothing that is missing goes unsaid."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from bnacct import endpoints
from bnacct.sandbox import Sandbox
from bnacct.sandbox.accounts.answers import flexible_position
from bnacct.sandbox.exchange.payloads import PAYLOADS
from tests.conftest import Outcome

Run = Callable[..., Outcome]
Exchange = Callable[..., Sandbox]
PATH = endpoints.EARN_FLEXIBLE.path
POSITIONS = [flexible_position(f"A{n:03}", str(n + 1)) for n in range(250)]


@pytest.fixture
def pages(exchange: Exchange, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Sandbox]:
    """Let the exchange answer with what `answer` returns for the number of a page."""

    def start(answer: Callable[[int], Any], **options: Any) -> Sandbox:
        def payload(_account: object, parameters: Any, _now_ms: int) -> Any:
            assert parameters["size"] == 100
            return answer(parameters["current"])

        monkeypatch.setitem(PAYLOADS, PATH, payload)  # type: ignore[arg-type]
        return exchange(**options)

    return start


def page(number: int, **others: Any) -> dict[str, Any]:
    return {"rows": POSITIONS[(number - 1) * 100 : number * 100], "total": len(POSITIONS), **others}


def asked(sandbox: Sandbox) -> list[str]:
    return [found.query.split("current=")[1].split("&")[0] for found in sandbox.requests if found.path == PATH]


def test_every_page_is_read_and_the_answer_is_one_array(run: Run, exchange: Exchange) -> None:
    running = exchange("large")

    outcome = run("earn-positions", "-o", "json")

    assert [row["asset"] for row in outcome.json] == [f"A{n:04}" for n in range(250)]
    assert asked(running) == ["1", "2", "3"]
    assert running.connections == 1


def test_raw_writes_the_bodies_in_order_with_a_newline_after_each(run: Run, exchange: Exchange) -> None:
    exchange("large")

    lines = run("earn-positions", "--type", "locked", "--raw").out.split(b"\n")

    assert lines.pop() == b""
    assert [len(json.loads(line)["rows"]) for line in lines] == [100, 100, 50]


def test_the_total_may_be_text(run: Run, pages: Callable[..., Sandbox]) -> None:
    running = pages(lambda number: page(number, total="250"))

    assert len(run("earn-positions", "-o", "json").json) == 250
    assert asked(running) == ["1", "2", "3"]


@pytest.mark.parametrize("total", [None, "", "many", -1, True, "٣"])
def test_without_a_total_a_page_that_is_not_full_is_the_last(
    run: Run, pages: Callable[..., Sandbox], total: object
) -> None:
    running = pages(lambda number: page(number, total=total))

    assert len(run("earn-positions", "-o", "json").json) == 250
    assert asked(running) == ["1", "2", "3"]


def test_pages_smaller_than_asked_for_are_read_until_the_total(run: Run, pages: Callable[..., Sandbox]) -> None:
    running = pages(lambda number: {"rows": POSITIONS[(number - 1) * 20 : number * 20], "total": 100})

    assert len(run("earn-positions", "-o", "json").json) == 100
    assert asked(running) == ["1", "2", "3", "4", "5"]


def test_a_page_that_comes_again_and_again_fails_after_its_second_time(run: Run, pages: Callable[..., Sandbox]) -> None:
    running = pages(lambda _: page(1))

    outcome = run("earn-positions", "-o", "json")

    assert (outcome.status, outcome.out) == (8, b"")
    assert "Page 2 of earn-positions is the page before once more: 100 rows were read." in outcome.error["message"]
    assert asked(running) == ["1", "2"]


def test_an_empty_page_before_the_total_ends_the_reading(run: Run, pages: Callable[..., Sandbox]) -> None:
    running = pages(lambda number: page(number if number < 2 else 9))

    outcome = run("earn-positions", "-o", "json")

    assert outcome.status == 8
    assert "100 of 250" in outcome.error["message"]
    assert asked(running) == ["1", "2"]


def test_a_later_page_that_is_refused_fails_the_command_and_no_part_is_shown(
    run: Run, exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bnacct.sandbox.exchange.error_bodies import RefusedError

    def payload(_account: object, parameters: Any, _now_ms: int) -> Any:
        if parameters["current"] == 2:
            raise RefusedError(-2015)
        return page(parameters["current"])

    monkeypatch.setitem(PAYLOADS, PATH, payload)  # type: ignore[arg-type]
    exchange()

    outcome = run("earn-positions", "-o", "json")

    assert (outcome.status, outcome.out) == (4, b"")


def test_all_pages_share_one_deadline(run: Run, exchange: Exchange) -> None:
    running = exchange("large", faults=["latency=0.6"])

    outcome = run("earn-positions", "--timeout", "1", "--retries", "0", "-o", "json")

    assert outcome.status == 6
    assert asked(running) == ["1", "2"]


def test_a_page_of_another_shape_is_refused(run: Run, pages: Callable[..., Sandbox]) -> None:
    pages(lambda number: page(number) if number == 1 else {"rows": "none", "total": 250})

    assert run("earn-positions", "-o", "json").status == 8


def test_a_watch_reads_every_page_each_time(run: Run, exchange: Exchange) -> None:
    running = exchange("large")

    outcome = run("earn-positions", "--watch", "0.75", "--count", "2", "-o", "json")

    assert [len(json.loads(line)) for line in outcome.text.splitlines()] == [250, 250]
    assert asked(running) == ["1", "2", "3"] * 2


def test_an_option_of_the_other_type_is_refused_before_anything_is_sent(run: Run, exchange: Exchange) -> None:
    running = exchange()

    outcome = run("earn-positions", "--project-id", "Axs*90")

    assert outcome.status == 2
    assert "--project-id is not for flexible positions." in outcome.err
    assert running.requests == []
