"""The commands of `history`, as their users meet them: list, diff, chart, backfill, moving, checking and thinning."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bnacct import archive, queries
from bnacct.archive import listing
from bnacct.cli.commands import FAMILIES
from bnacct.sandbox import Sandbox
from tests.archives import DAY, HOUR, START, Server, counted_steps, failed, free, reading
from tests.conftest import Outcome

Run = Callable[..., Outcome]
Exchange = Callable[..., Sandbox]

DEFAULT = archive.Owner("default", "live", "…aaaa")
FUTURES = queries.named("futures-account")


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Name an archive that is not there yet."""
    found = tmp_path / "archive.db"
    monkeypatch.setenv("BNACCT_ARCHIVE", str(found))
    return found


@pytest.fixture
def days(path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep a reading for each of ten days, 1 to 10 BTC; it is noon of the tenth."""
    filled(path, *[reading(START + day * DAY, free(str(day + 1))) for day in range(10)])
    monkeypatch.setattr(time, "time_ns", lambda: (START + 9 * DAY + 12 * HOUR) * 1_000_000)
    return path


def filled(path: Path, *readings: Any, owner: archive.Owner = DEFAULT) -> None:
    with archive.open(str(path), write=True) as kept:
        for each in readings:
            kept.record([(owner, [each])])


def count(path: Path | str) -> int:
    with archive.open(str(path)) as kept:
        return listing.count(kept)


# -- the family


@pytest.mark.parametrize("name", FAMILIES["history"])
def test_each_command_has_help(run: Run, name: str) -> None:
    done = run("history", name, "--help")
    assert done.status == 0
    assert f"bnacct history {name}" in done.text


def test_alone_it_prints_its_help(run: Run) -> None:
    done = run("history")
    assert done.status == 0
    assert all(name in done.text for name in FAMILIES["history"])
    assert done.text == run("history", "--help").text


def test_a_name_that_is_none_is_refused_with_the_nearest(run: Run) -> None:
    done = run("history", "lst")
    assert done.status == 2
    assert "list" in done.err


@pytest.mark.parametrize(
    "name", ["list", "export", "verify", "prune --keep-last 1", "copy --to x.db", "chart user-assets.BTC.free"]
)
def test_without_an_archive_a_sentence_says_how_to_get_one(run: Run, path: Path, name: str) -> None:
    done = run("history", *name.split())
    assert done.status == 10
    assert "There is no archive" in done.err
    assert "--record" in done.err
    assert not path.exists()


# -- list


def test_the_newest_are_listed_first_with_their_rows_and_failures(run: Run, path: Path) -> None:
    filled(
        path, reading(START, [*free("1"), {"asset": "ETH"}]), failed(START + HOUR), reading(START + DAY, [], FUTURES)
    )
    rows = run("history", "list", "-o", "json").json
    assert [(row["at"], row["command"], row["rows"], row["source"]) for row in rows] == [
        (START + DAY, "futures-account", None, "live"),
        (START + HOUR, "user-assets", None, "live"),
        (START, "user-assets", 2, "live"),
    ]
    assert rows[0]["detail"].startswith("response: ")
    assert rows[1]["detail"] == "network: The exchange was silent."
    assert {row["account"] for row in rows} == {"default …aaaa live"}
    assert len(run("history", "list", "user-assets").text.splitlines()) == 3


def test_a_list_is_bounded_and_says_so(run: Run, days: Path) -> None:
    done = run("history", "list", "--limit", "3", "-o", "csv")
    assert len(done.text.splitlines()) == 4
    assert "7 older readings are not shown" in done.err
    assert len(run("history", "list", "--limit", "0", "-o", "csv").text.splitlines()) == 11


def test_a_range_of_days_has_both_its_days(run: Run, days: Path) -> None:
    rows = run("history", "list", "--since", "2026-01-03", "--until", "2026-01-05", "-o", "json").json
    assert [row["at"] for row in rows] == [START + day * DAY for day in (4, 3, 2)]
    assert run("history", "list", "--since", "2026-01-05", "--until", "2026-01-03").status == 2


def test_an_account_is_chosen_by_its_name_and_its_key(run: Run, days: Path) -> None:
    filled(days, reading(START, free("1")), owner=archive.Owner("sub", "live", "…bbbb"))
    assert len(run("history", "list", "-p", "sub", "-o", "json").json) == 1
    assert len(run("history", "list", "--key-mark", "…aaaa", "-o", "json").json) == 10
    assert len(run("history", "list", "-o", "json").json) == 11
    assert run("history", "list", "-p", "nobody").status == 10
    assert run("history", "list", "-e", "testnet").status == 10


def test_the_longest_gaps_are_named(run: Run, path: Path) -> None:
    filled(path, *[reading(START + hours * HOUR, free("1")) for hours in (0, 1, 2, 74, 75)])
    rows = run("history", "list", "--gaps", "--until", "2026-01-04", "-o", "json").json
    assert (rows[0]["from"], rows[0]["until"], rows[0]["length"]) == (
        START + 2 * HOUR, START + 74 * HOUR, "3 d"
    )  # fmt: skip


def test_what_only_an_overview_asks_is_listed_by_its_operation(run: Run, exchange: Exchange, path: Path) -> None:
    exchange("classic")
    assert run("overview", "--record").status == 0
    rows = {row["command"]: row["rows"] for row in run("history", "list", "-o", "json").json}
    assert rows["user-assets"] is not None
    assert rows["GET /sapi/v1/account/info"] is None
    for command in (["list", "--gaps"], ["prune", "--keep-last", "1"]):
        names = {row["command"] for row in run("history", *command, "-o", "json").json}
        assert {"user-assets", "GET /sapi/v1/account/info"} < names
        assert "" not in names


# -- diff


def changes(done: Outcome) -> list[tuple[str, str, str | None, str | None, str | None]]:
    return [(row["row"], row["status"], row["before"], row["after"], row["change"]) for row in done.json]


def test_a_diff_is_with_what_the_exchange_says_now(run: Run, exchange: Exchange, path: Path) -> None:
    exchange()
    now = run("user-assets", "-o", "json").json
    kept = [{**row, "free": "0.1"} if row["asset"] == "WRZ" else row for row in now if row["asset"] != "SHIB"]
    key = os.environ["BINANCE_API_KEY"]
    filled(
        path, reading(START, [*kept, {"asset": "OLD", "free": "2"}]), owner=DEFAULT._replace(key_mark=f"…{key[-4:]}")
    )
    done = run("history", "diff", "user-assets", "-o", "json")

    assert done.status == 0
    assert sorted(changes(done)) == [
        ("OLD", "gone", "2", None, "-2"),
        ("SHIB", "appeared", None, "532.32", "532.32"),
        ("WRZ", "changed", "0.1", "1", "0.9"),
    ]
    assert "Before: 2026-01-01 00:00:00 UTC, kept. After: " in done.err
    table = run("history", "diff", "user-assets").text
    assert "- gone" in table
    assert "+ appeared" in table
    assert "~ changed" in table
    assert "profit" not in table


def test_a_table_names_the_one_row_of_a_section_by_the_section(run: Run, path: Path) -> None:
    for day, held in enumerate(("1", "2")):
        filled(path, reading(START + day * DAY, {"totalWalletBalance": held, "assets": [], "positions": []}, FUTURES))
    arguments = ("history", "diff", "futures-account", "--until", "2026-01-02")
    assert run(*arguments, "-o", "json").json[0]["row"] == ""
    _, row = run(*arguments).text.splitlines()
    assert row.split()[1:4] == ["totals", "totals", "totalWalletBalance"]


def test_a_diff_of_the_past_needs_no_key_and_no_network(run: Run, days: Path) -> None:
    done = run("history", "diff", "user-assets", "--since", "2026-01-02", "--until", "2026-01-05", "-o", "jsonl")
    assert done.status == 0
    (row,) = map(json.loads, done.text.splitlines())
    assert (row["before"], row["after"], row["change"], row["kind"]) == ("2", "5", "3", "amount")
    assert "Before: 2026-01-02 00:00:00 UTC, kept. After: 2026-01-05 00:00:00 UTC, kept." in done.err
    last_two = run("history", "diff", "user-assets", "--until", "today", "-o", "json")
    assert changes(last_two) == [("BTC", "changed", "9", "10", "1")]


def test_nothing_changed_is_said(run: Run, days: Path) -> None:
    filled(days, reading(START + 9 * DAY + HOUR, free("10.0")))
    done = run("history", "diff", "user-assets", "--until", "today")
    assert (done.status, done.text) == (0, "")
    assert "Nothing changed." in done.err
    assert run("history", "diff", "user-assets", "--until", "today", "-o", "json").json == []


def test_the_first_reading_after_stands_in_for_one_before_and_that_is_said(run: Run, days: Path) -> None:
    done = run("history", "diff", "user-assets", "--since", "2025-12-30", "--until", "2026-01-05", "-o", "json")
    assert changes(done) == [("BTC", "changed", "1", "5", "4")]
    assert "this is the first one after" in done.err
    assert "warning" not in done.err


def test_a_reading_that_is_far_from_what_was_asked_is_told(
    run: Run, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "time_ns", lambda: (START + 40 * DAY) * 1_000_000)
    filled(path, *[reading(START + day * DAY, free(str(day))) for day in (0, 1, 39)])
    done = run("history", "diff", "user-assets", "--since", "7d", "--until", "today", "-o", "json")
    assert changes(done) == [("BTC", "changed", "1", "39", "38")]
    assert "the reading nearest to --since is 32 d from it, more than half of the time asked for" in done.err


def test_failures_between_two_readings_are_no_readings(run: Run, path: Path) -> None:
    filled(path, reading(START, free("1")), failed(START + HOUR), reading(START + 2 * HOUR, free("2")))
    done = run("history", "diff", "user-assets", "--until", "2026-01-01", "-o", "json")
    assert changes(done) == [("BTC", "changed", "1", "2", "1")]


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["snapshot"], 2),
        (["user-asset"], 2),
        (["user-assets", "--since", "2026-01-05", "--until", "2026-01-03"], 2),
        (["user-assets", "--since", "soon"], 2),
        (["pm-balance", "--until", "today"], 10),
        (["user-assets", "--until", "2026-01-01"], 10),
        (["user-assets", "--until", "2025-01-01"], 10),
    ],
)
def test_a_diff_of_nothing_is_refused(run: Run, days: Path, arguments: list[str], status: int) -> None:
    assert run("history", "diff", *arguments).status == status


# -- chart


def test_a_chart_is_drawn_with_its_exact_ends(run: Run, days: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "50")
    monkeypatch.setenv("LINES", "20")
    done = run("history", "chart", "user-assets.BTC.free", "--since", "2026-01-03")
    lines = done.text.splitlines()
    assert done.status == 0
    assert lines[0] == "greatest 10  2026-01-10 00:00:00 UTC"
    assert "change   +7" in lines
    assert max(map(len, lines)) < 50
    assert len(lines) < 20
    assert "user-assets.BTC.free of default …aaaa live" in done.err


def test_a_chart_is_rows_for_a_program_with_failures_left_empty(run: Run, path: Path) -> None:
    filled(
        path,
        reading(START, free("1")),
        failed(START + HOUR),
        reading(START + DAY, []),
        reading(START + 2 * DAY, free("")),
    )
    done = run("history", "chart", "user-assets.BTC.free", "-o", "csv")
    # An asset that is not held is 0, and one whose amount the exchange does not say is unknown.
    assert done.text.splitlines() == [
        "at,value",
        f"{START},1",
        f"{START + HOUR},",
        f"{START + DAY},0",
        f"{START + 2 * DAY},",
    ]


def test_a_chart_uses_plain_letters_where_the_encoding_asks_for_them(
    days: Path, run_process: Callable[..., Outcome]
) -> None:
    done = run_process("history", "chart", "user-assets.BTC.free", env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert done.status == 0
    assert done.out.isascii()
    assert b"/" in done.out


@pytest.mark.parametrize(
    ("figure", "status"),
    [("user-assets.BTC.fre", 2), ("nothing", 2), ("user-assets.*.free", 2), ("pm-balance.BTC.totalWalletBalance", 10)],
)
def test_a_figure_that_is_none_is_refused(run: Run, days: Path, figure: str, status: int) -> None:
    assert run("history", "chart", figure).status == status


def test_a_chart_of_twice_as_many_readings_takes_twice_the_work(
    run: Run, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assets = [{"asset": f"A{number}", "free": "1"} for number in range(50)]
    steps = []
    for readings in (200, 400, 800):
        with archive.open(str(path), write=True) as kept:
            first = listing.count(kept)
            found = [reading(START + at * HOUR, [*assets, *free(str(at))]) for at in range(first, readings)]
            kept.record([(DEFAULT, found)])
        with counted_steps(monkeypatch) as counted:
            assert len(run("history", "chart", "user-assets.BTC.free", "-o", "json").json) == readings
        steps.append(len(counted))
    assert steps[2] - steps[1] < 2.2 * (steps[1] - steps[0])


# -- backfill


def test_a_backfill_keeps_the_month_of_every_type_and_shows_what_it_weighs(
    run: Run, exchange: Exchange, path: Path
) -> None:
    running = exchange("rich")
    done = run("history", "backfill", "-o", "json")
    assert done.status == 0
    assert [(row["command"], row["status"]) for row in done.json] == [
        ("snapshot-spot", "kept"), ("snapshot-margin", "kept"), ("snapshot-futures", "kept")
    ]  # fmt: skip
    assert len(running.requests) == 3
    assert "1 of 3: snapshot-spot, weight 2400 of 12000 a minute" in done.err
    with archive.open(str(path)) as kept:
        assert {each.source for each in listing.entries(kept)} == {"backfill"}
    live = run("snapshot", "--days", "30", "-o", "json").json
    assert run("snapshot", "--archive", "-o", "json").json == live


def test_a_day_that_was_backfilled_and_read_is_shown_once(run: Run, exchange: Exchange, path: Path) -> None:
    exchange("rich")
    assert run("history", "backfill", "--type", "spot").status == 0
    assert run("snapshot", "--days", "7", "--record").status == 0
    dates = [row["date"] for row in run("snapshot", "--archive", "--section", "totals", "-o", "json").json]
    assert dates == sorted(set(dates))
    assert count(path) == 2


def test_a_backfill_stops_where_the_exchange_says_to_wait(run: Run, exchange: Exchange, path: Path) -> None:
    running = exchange(faults=["rate-limit=3000"])
    assert run("history", "backfill", "--retries", "0").status == 5
    assert len(running.requests) == 1
    assert run("history", "backfill", "--type", "sopt").status == 2


# -- moving


def test_an_export_can_be_imported_elsewhere(
    run: Run, days: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert run("history", "export", "--to", "out.jsonl").status == 0
    lines = Path("out.jsonl").read_text().splitlines()
    assert len(lines) == 10
    assert run("history", "export").text.splitlines() == lines
    monkeypatch.setenv("BNACCT_ARCHIVE", str(tmp_path / "other.db"))
    for new in ("10", "0"):
        done = run("history", "import", "out.jsonl")
        assert done.status == 0
        assert f"{new} of 10 readings were new" in done.err
    assert count(tmp_path / "other.db") == 10
    assert run("user-assets", "--at", "today", "-o", "json").json == free("10")


def test_an_import_reads_standard_input(days: Path, tmp_path: Path, run: Run) -> None:
    lines = run("history", "export").out
    other = tmp_path / "other.db"
    done = subprocess.run(
        [sys.executable, "-m", "bnacct", "history", "import", "-"],
        input=lines,
        env={**os.environ, "BNACCT_ARCHIVE": str(other)},
        capture_output=True,
        check=False,
        timeout=30,
    )
    assert done.returncode == 0, done.stderr
    assert count(other) == 10


def test_what_cannot_be_imported_is_told(run: Run, path: Path) -> None:
    assert run("history", "import", "nowhere.jsonl").status == 2
    Path("bad.jsonl").write_text("{}\n")
    done = run("history", "import", "bad.jsonl")
    assert done.status == 10
    assert "Line 1" in done.err


def test_a_copy_is_as_private_as_the_archive_and_adds_only_what_is_new(run: Run, days: Path, tmp_path: Path) -> None:
    backup = tmp_path / "backup" / "archive.db"
    for new in ("10", "0"):
        done = run("history", "copy", "--to", str(backup))
        assert done.status == 0
        assert f"{new} of 10 readings were new" in done.err
    assert backup.stat().st_mode & 0o777 == 0o600
    assert count(backup) == 10


def test_a_copy_goes_to_a_server_and_back(
    run: Run, days: Path, postgresql: Server, url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    passwords = tmp_path / "pgpass"
    passwords.write_text(f"*:*:*:*:{postgresql.password}\n")
    passwords.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(passwords))
    place = url.replace(f":{postgresql.password}@", "@")
    assert run("history", "copy", "--to", place).status == 10
    archive.init(url).close()
    assert run("history", "copy", "--to", place).status == 0
    monkeypatch.setenv("BNACCT_ARCHIVE", place)
    assert run("user-assets", "--at", "today", "-o", "json").json == free("10")
    assert run("history", "verify").text == "10 readings, 10 bodies, 0 problems\n"
    assert run("history", "copy", "--to", str(tmp_path / "back.db")).status == 0
    assert count(tmp_path / "back.db") == 10


@pytest.mark.parametrize("where", ["u:pw-secret@h/db", "h/db?password=pw-secret"])
def test_a_password_on_the_command_line_is_refused_and_not_repeated(run: Run, days: Path, where: str) -> None:
    done = run("history", "copy", "--to", f"postgresql://{where}")
    assert done.status == 2
    assert "--to holds a password" in done.err
    assert "pw-secret" not in done.err


# -- checking and thinning


def test_a_sound_archive_is_verified_and_a_changed_one_found(run: Run, days: Path) -> None:
    assert run("history", "verify").text == "10 readings, 10 bodies, 0 problems\n"
    with archive.open(str(days), write=True) as kept:
        kept.database.run("DROP TRIGGER body_append_only_update")
        kept.database.run("UPDATE body SET text = '[]' WHERE text LIKE '%\"3\"%'")
    done = run("history", "verify")
    assert done.status == 10
    assert "10 readings, 10 bodies, 1 problems" in done.text
    assert "its hash differs" in done.text


def test_a_dry_run_removes_nothing_and_says_what_a_run_would(run: Run, days: Path) -> None:
    rules = ["--keep-last", "2", "--keep-weekly", "-1", "-o", "json"]
    said = run("history", "prune", *rules, "--dry-run")
    assert count(days) == 10
    done = run("history", "prune", *rules)
    assert done.json == said.json
    # The weeks of 2026 that have a reading end on the 4th and on the 10th.
    assert [(row["kept"], row["removed"]) for row in done.json] == [("3", "7")]
    assert count(days) == 3


def test_only_the_chosen_account_is_thinned(run: Run, days: Path) -> None:
    filled(days, *[reading(START + day * DAY, free("1")) for day in range(3)], owner=archive.Owner("sub", "live", ""))
    assert run("history", "prune", "-p", "sub", "--keep-last", "1").status == 0
    assert count(days) == 11


@pytest.mark.parametrize("within", ["3d", "1d48h"])
def test_what_is_within_a_time_is_kept(run: Run, days: Path, within: str) -> None:
    assert run("history", "prune", "--keep-within", within).status == 0
    assert count(days) == 3


@pytest.mark.parametrize(
    "rules", [[], ["--keep-last", "-2"], ["--keep-within", "3"], ["--keep-daily", "x"], ["--keep-daily", "0"]]
)
def test_rules_that_keep_nothing_or_mean_nothing_are_refused(run: Run, days: Path, rules: list[str]) -> None:
    assert run("history", "prune", *rules).status == 2
    assert count(days) == 10


# -- speed


def test_ten_thousand_readings_cost_list_at_and_diff_no_more_than_a_hundred(
    run: Run, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted in steps of SQLite's machine, which no busy processor makes more."""
    assets = [{"asset": f"A{number}", "free": f"{number}.12345678"} for number in range(500)]

    def steps(place: Path, readings: int) -> dict[str, int]:
        monkeypatch.setenv("BNACCT_ARCHIVE", str(place))
        with archive.open(str(place), write=True) as kept:
            kept.record([(DEFAULT, [reading(START + at * HOUR, [*assets, *free(str(at))]) for at in range(100)])])
            for copy in range(1, readings // 100):
                kept.database.run(
                    "INSERT INTO reading (uid, run, at_ms, account, operation, params, page, source, error, body) "
                    "SELECT uid || ?, run, at_ms + ?, account, operation, params, page, source, error, body "
                    "FROM reading WHERE at_ms < ?",
                    [f"-{copy}", copy * 100 * HOUR, START + 100 * HOUR],
                )
        found = {}
        for name, arguments in {
            "list": ("history", "list", "--limit", "10"),
            "at": ("user-assets", "--at", "2026-01-03", "-q"),
            "diff": ("history", "diff", "user-assets", "--since", "2026-01-01", "--until", "2026-01-03"),
        }.items():
            with counted_steps(monkeypatch) as counted:
                assert run(*arguments).status == 0
            found[name] = len(counted)
        return found

    few, many = steps(tmp_path / "few.db", 100), steps(tmp_path / "many.db", 10_000)
    assert few["at"] == many["at"]
    assert few["diff"] == many["diff"]
    # The number of older readings is told, and counting takes a step each.
    assert many["list"] - few["list"] < 10_000
