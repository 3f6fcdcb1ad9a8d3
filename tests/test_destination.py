"""`--to FILE`: the file appears whole, only where the run succeeded, and as it was in every other way."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from bnacct.sandbox import Sandbox
from tests.conftest import Outcome

Run = Callable[..., Outcome]
Exchange = Callable[..., Sandbox]


def test_the_output_is_in_the_file_and_not_on_stdout(run: Run, exchange: Exchange) -> None:
    exchange("rich")
    expected = run("user-assets", "-o", "csv").out

    outcome = run("user-assets", "-o", "csv", "--to", "assets.csv")

    assert (outcome.status, outcome.out) == (0, b"")
    assert Path("assets.csv").read_bytes() == expected
    assert os.listdir() == ["assets.csv"]


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv", "tsv"])
def test_a_failed_run_leaves_the_file_as_it_was(run: Run, exchange: Exchange, form: str) -> None:
    exchange(faults=["html"])
    Path("assets").write_text("before")

    outcome = run("user-assets", "-o", form, "--to", "assets")

    assert outcome.status == 8
    assert Path("assets").read_text() == "before"
    assert os.listdir() == ["assets"]


def test_a_failed_run_makes_no_file(run: Run, exchange: Exchange) -> None:
    exchange().close()

    assert run("user-assets", "--to", "assets", "--retries", "0").status == 6
    assert os.listdir() == []


def test_what_could_be_read_is_kept_where_some_readings_failed(run: Run, exchange: Exchange) -> None:
    exchange(faults=["html*1"])

    outcome = run("user-assets", "--watch", "0.025", "--count", "2", "-o", "jsonl", "--to", "assets")

    assert outcome.status == 9
    assert Path("assets").read_text().startswith('{"asset"')


def test_the_mode_of_the_file_is_kept_and_a_new_file_has_the_usual_one(run: Run, exchange: Exchange) -> None:
    exchange()
    Path("old").touch(0o640)
    os.chmod("old", 0o640)
    mask = os.umask(0o027)
    try:
        run("user-assets", "--to", "old")
        run("user-assets", "--to", "new")
    finally:
        os.umask(mask)

    assert [stat.S_IMODE(os.stat(name).st_mode) for name in ("old", "new")] == [0o640, 0o640]


def test_a_link_stays_a_link(run: Run, exchange: Exchange) -> None:
    exchange()
    Path("real").touch()
    Path("link").symlink_to("real")

    run("user-assets", "--to", "link", "-o", "csv")

    assert Path("link").is_symlink()
    assert Path("real").read_text().startswith("asset,")


def test_a_device_is_written_directly(run: Run, exchange: Exchange) -> None:
    exchange()

    assert run("user-assets", "--to", "/dev/null").status == 0
    assert Path("/dev/null").is_char_device()


@pytest.mark.parametrize("path", ["nowhere/assets", "/dev/full", "a\0b", ".", "x" * 300])
def test_a_file_that_cannot_be_written_exits_1_and_is_named(run: Run, exchange: Exchange, path: str) -> None:
    exchange()

    outcome = run("user-assets", "--to", path, "-o", "json")

    assert (outcome.status, outcome.out) == (1, b"")
    assert "Cannot write" in outcome.error["message"]


def test_nothing_is_sent_where_the_folder_cannot_be_written(run: Run, exchange: Exchange) -> None:
    sandbox = exchange()

    run("user-assets", "--to", "nowhere/assets")

    assert sandbox.requests == []


def test_a_dash_is_stdout(run: Run, exchange: Exchange) -> None:
    exchange()

    assert run("user-assets", "--to", "-", "-o", "csv").text.startswith("asset,")


def test_no_notices_with_q_but_errors(run: Run, exchange: Exchange) -> None:
    exchange("rich")

    assert run("user-assets", "-q").err == ""
    assert "--asset" in run("user-assets", "-q", "--asset", "").err
