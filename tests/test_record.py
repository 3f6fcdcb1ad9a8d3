"""What is recorded can be seen again: `--record`, `--at` and `bnacct record`, on the command line as users meet it."""

import json
import os
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bnacct import archive, endpoints, errors, queries
from bnacct.archive import listing
from bnacct.sandbox import Sandbox
from bnacct.sandbox.exchange.error_bodies import RefusedError
from bnacct.sandbox.exchange.payloads import PAYLOADS
from tests.archives import DAY, HOUR, MAIN, START, Server, failed, free, reading
from tests.conftest import Outcome

Run = Callable[..., Outcome]
Exchange = Callable[..., Sandbox]


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Name an archive that is not there yet."""
    found = tmp_path / "kept" / "archive.db"
    monkeypatch.setenv("BNACCT_ARCHIVE", str(found))
    return found


def entries(path: Path) -> list[listing.Entry]:
    with archive.open(str(path)) as kept:
        return listing.entries(kept)


def filled(path: Path, *readings: Any, owner: archive.Owner = MAIN) -> None:
    with archive.open(str(path), write=True) as kept:
        for each in readings:
            kept.record([(owner, [each])])


DEFAULT = archive.Owner("default", "live", "…aaaa")


# -- keeping


def test_nothing_is_kept_unless_it_is_asked_for(run: Run, exchange: Exchange, path: Path) -> None:
    exchange()
    assert run("user-assets").status == 0
    assert not path.parent.exists()


def test_an_answer_is_kept_as_it_came(run: Run, exchange: Exchange, path: Path) -> None:
    exchange()
    raw = run("user-assets", "--raw", "--record").out
    again = run("user-assets", "--at", "today", "--raw")

    assert (again.status, again.out) == (0, raw)
    (entry,) = entries(path)
    assert entry.owner.name == "default"
    assert entry.owner.key_mark == f"…{os.environ['BINANCE_API_KEY'][-4:]}"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("command", queries.COMMANDS)
def test_every_command_keeps_its_answer(run: Run, exchange: Exchange, path: Path, command: str) -> None:
    exchange()
    assert run(command, "--record", "-o", "json").status == 0
    assert [(each.query and each.query.command, each.error) for each in entries(path)] == [(command, None)]


@pytest.mark.parametrize(("variable", "options", "kept"), [
    ("1", [], 1), ("yes", [], 1), ("0", [], 0), ("1", ["--no-record"], 0), ("0", ["--record"], 1), ("", ["--record"], 1),
])  # fmt: skip
def test_a_variable_keeps_every_answer_and_an_option_beats_it(
    run: Run,
    exchange: Exchange,
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    options: list[str],
    kept: int,
) -> None:
    exchange()
    monkeypatch.setenv("BNACCT_RECORD", variable)
    assert run("user-assets", *options).status == 0
    assert (len(entries(path)) if path.exists() else 0) == kept


def test_a_variable_that_is_neither_yes_nor_no_is_refused(
    run: Run, exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = exchange()
    monkeypatch.setenv("BNACCT_RECORD", "perhaps")
    assert run("user-assets").status == 2
    assert running.requests == []


def test_a_failure_is_kept_too_and_ends_the_run_as_it_does(run: Run, exchange: Exchange, path: Path) -> None:
    exchange(faults=["error=-2015"])
    done = run("user-assets", "--record")

    assert done.status == 4
    (entry,) = entries(path)
    assert entry.error is not None
    assert (entry.error["code"], entry.error["binance_code"]) == ("auth", -2015)
    assert "127.0.0.1" not in json.dumps(entry.error)


def test_settings_that_are_wrong_are_no_reading(run: Run, path: Path) -> None:
    assert run("user-assets", "--record").status == 3
    assert not path.exists() or entries(path) == []


def test_a_watch_keeps_each_of_its_readings(run: Run, exchange: Exchange, path: Path) -> None:
    exchange(faults=["error=-1000*1"])
    done = run("user-assets", "--watch", "0.1", "--count", "3", "--retries", "0", "--record", "-o", "jsonl")

    assert done.status == 9
    found = entries(path)
    assert sorted(each.error is None for each in found) == [False, True, True]
    assert len({each.run for each in found}) == 3


def test_the_sandbox_s_readings_are_its_own(run: Run, path: Path) -> None:
    for _ in range(2):
        assert run("user-assets", "-e", "sandbox", "--record").status == 0
    assert {each.owner for each in entries(path)} == {archive.Owner("default", "sandbox", "")}
    assert run("user-assets", "-e", "sandbox", "--at", "today").status == 0
    assert run("user-assets", "--at", "today").status == 10


def test_a_profile_s_readings_are_kept_under_its_name(run: Run, exchange: Exchange, path: Path) -> None:
    exchange()
    folder = Path.home() / ".config" / "bnacct"
    folder.mkdir(parents=True)
    lines = [f"{name}={value}" for name, value in os.environ.items() if name.startswith(("BINANCE_", "BNACCT_"))]
    (folder / "sub.env").write_text("\n".join(lines))
    (folder / "sub.env").chmod(0o600)
    assert run("user-assets", "-p", "sub", "--record").status == 0
    assert [each.owner.name for each in entries(path)] == ["sub"]

    # Renamed since, and the old name is still that of its readings.
    (folder / "sub.env").rename(folder / "desk.env")
    assert run("user-assets", "-p", "sub", "--at", "today").status == 0
    missing = run("user-assets", "-p", "desk", "--at", "today")
    assert missing.status == 10
    assert "Accounts in it: sub" in missing.err


# -- what cannot be kept is still shown


@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_what_cannot_be_kept_is_shown_and_the_status_says_so(
    run: Run, exchange: Exchange, path: Path, tmp_path: Path, form: str
) -> None:
    exchange()
    shown = run("user-assets", "-o", form)
    path.parent.mkdir()
    path.write_bytes(b"no archive at all, nor anything like one" * 10)
    done = run("user-assets", "-o", form, "--record")

    assert (done.status, done.out) == (9, shown.out)
    assert "could not be kept" in done.err
    assert "damaged, or is no archive" in done.err
    if form == "json":
        assert done.error["code"] == "partial"


def test_a_file_that_is_written_to_is_kept_where_the_archive_is_not(run: Run, exchange: Exchange, path: Path) -> None:
    exchange()
    path.mkdir(parents=True)
    assert run("user-assets", "-o", "json", "--to", "out.json", "--record").status == 9
    assert json.loads(Path("out.json").read_text())


def test_a_reading_that_failed_and_could_not_be_kept_ends_with_its_own_status(
    run: Run, exchange: Exchange, path: Path
) -> None:
    exchange(faults=["error=-2015"])
    path.mkdir(parents=True)
    done = run("user-assets", "--record")
    assert done.status == 4
    assert "could not be kept" in done.err


def test_a_full_disk_a_missing_home_and_a_server_that_is_down_cost_no_reading(
    run: Run, exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange()
    monkeypatch.setenv("BNACCT_ARCHIVE", "postgresql://u:pw-secret@127.0.0.1:1/x")
    done = run("user-assets", "-o", "json", "--record")
    assert done.status == 9
    assert done.json
    assert "cannot be reached" in done.err
    assert "pw-secret" not in done.err

    monkeypatch.delenv("BNACCT_ARCHIVE")
    monkeypatch.setattr(Path, "home", _no_home)
    done = run("user-assets", "-o", "json", "--record")
    assert done.status == 9
    assert done.json
    assert "no home folder" in done.err


def _no_home() -> Path:
    raise RuntimeError("Could not determine home directory.")


def test_a_place_that_is_no_place_is_refused_before_anything_is_asked(
    run: Run, exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = exchange()
    monkeypatch.setenv("BNACCT_ARCHIVE", "mysql://host/db")
    assert run("user-assets", "--record").status == 2
    assert running.requests == []


# -- where it is kept


def test_the_default_is_in_the_folder_for_data(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert run("history", "path").text == f"{Path.home()}/.local/share/bnacct/archive.db\n"
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert run("history", "path").text == f"{tmp_path}/bnacct/archive.db\n"


def test_a_file_or_a_command_may_hold_the_place(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    secret = tmp_path / "place"
    secret.write_text("postgresql://u:pw-secret@db.example.com/x\n")
    monkeypatch.setenv("BNACCT_ARCHIVE_FILE", str(secret))
    assert run("history", "path").text == "postgresql://u@db.example.com/x\n"
    monkeypatch.delenv("BNACCT_ARCHIVE_FILE")
    monkeypatch.setenv("BNACCT_ARCHIVE_COMMAND", f"cat {secret}")
    assert run("history", "path").text == "postgresql://u@db.example.com/x\n"


@pytest.mark.parametrize(
    "variable", ["BNACCT_ARCHIVE", "BNACCT_ARCHIVE_FILE", "BNACCT_ARCHIVE_COMMAND", "BNACCT_RECORD"]
)
def test_a_found_env_file_can_neither_keep_nor_say_where(run: Run, exchange: Exchange, variable: str) -> None:
    running = exchange()
    Path(".env").write_text(f"{variable}=1\n")
    done = run("user-assets")
    assert done.status == 3
    assert f"sets {variable}, which is refused from there" in done.err
    assert running.requests == []
    assert run("user-assets", "--env-file", ".env", "--at", "today").status in (2, 3, 10)


# -- as of a time


def test_a_time_shows_what_was_kept_without_a_key_and_without_network(run: Run, path: Path) -> None:
    filled(path, reading(START, free("1")), reading(START + DAY, free("2")), owner=DEFAULT)
    shown = {at: run("user-assets", "--at", at, "-o", "json") for at in ("2026-01-01", "2026-01-02", "yesterday", "1h")}

    assert [each.json[0]["free"] for each in shown.values()] == ["1", "2", "2", "2"]
    assert "Kept 2026-01-01 00:00:00 UTC" in shown["2026-01-01"].err


def test_no_reading_at_that_time_says_what_there_is(run: Run, path: Path) -> None:
    filled(path, reading(START + DAY, free("2")), owner=DEFAULT)
    done = run("user-assets", "--at", "2026-01-01", "-o", "json")
    assert done.status == 10
    assert done.out == b""
    assert done.error["code"] == "archive"
    assert "2026-01-02" in done.error["hint"]

    other = run("user-assets", "--at", "today", "--asset", "BTC")
    assert other.status == 10
    assert "It was asked otherwise: needBtcValuation=true." in other.err


def test_newer_failures_are_told(run: Run, path: Path) -> None:
    filled(
        path,
        reading(START, free("1")),
        failed(START + HOUR),
        failed(START + 2 * HOUR, "Nobody answered."),
        owner=DEFAULT,
    )
    done = run("user-assets", "--at", "today")
    assert done.status == 0
    assert "2 later readings failed, the last at 2026-01-01 02:00:00 UTC: Nobody answered." in done.err


@pytest.mark.parametrize(
    ("at", "zone", "amount"),
    [
        # In Berlin, 2026-03-29 has 23 hours, from 23:00 to 22:00 UTC, and 2026-10-25 has 25.
        ("2026-03-28", "Europe/Berlin", "before"),
        ("2026-03-29", "Europe/Berlin", "last of the short day"),
        ("2026-03-29", "UTC", "after the short day"),
        ("2026-10-25", "Europe/Berlin", "last of the long day"),
        ("2026-10-25T02:30:00", "Europe/Berlin", "after the short day"),
        ("2026-10-25T02:30:00+01:00", "UTC", "in the long day"),
    ],
)
def test_a_day_is_that_of_the_zone_on_both_days_that_change_clocks(
    run: Run, path: Path, at: str, zone: str, amount: str
) -> None:
    moments = {
        "before": "2026-03-28T22:59:59Z",
        "last of the short day": "2026-03-29T21:59:59Z",
        "after the short day": "2026-03-29T22:00:00Z",
        "in the long day": "2026-10-25T01:15:00Z",
        "last of the long day": "2026-10-25T22:59:59Z",
        "after the long day": "2026-10-25T23:00:00Z",
    }
    from bnacct.cli import dates

    readings = [reading(dates.moment_ms("", text, now_ms=0), free(name)) for name, text in moments.items()]
    filled(path, *readings, owner=DEFAULT)
    assert run("user-assets", "--at", at, "--tz", zone, "-o", "json").json[0]["free"] == amount


def test_yesterday_ends_at_the_zone_s_last_midnight(run: Run, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = START + 40 * DAY + 30 * 60_000  # half past midnight in London, half past nine in Tokyo
    monkeypatch.setattr(time, "time_ns", lambda: now * 1_000_000)
    filled(path, *[reading(now - hours * HOUR, free(f"{hours} h ago")) for hours in (30, 20, 9, 2)], owner=DEFAULT)
    shown = {
        zone: run("user-assets", "--at", "yesterday", "--tz", zone, "-o", "json").json[0]["free"]
        for zone in ("UTC", "Asia/Tokyo", "America/New_York")
    }
    assert shown == {"UTC": "2 h ago", "Asia/Tokyo": "20 h ago", "America/New_York": "20 h ago"}


@pytest.mark.parametrize(
    "options",
    [
        ["--watch", "5"], ["--count", "2"], ["--show-request"], ["--record"], ["--tz", "Mars/Olympus"],
    ],
)  # fmt: skip
def test_what_cannot_go_with_a_time_is_refused(run: Run, path: Path, options: list[str]) -> None:
    filled(path, reading(START, free("1")), owner=DEFAULT)
    assert run("user-assets", "--at", "today", *options).status == 2


@pytest.mark.parametrize("options", [["--tz", "UTC"], ["--key-mark", "…aaaa"], ["--at", "soon"]])
def test_what_means_nothing_is_refused_before_anything_is_asked(
    run: Run, exchange: Exchange, path: Path, options: list[str]
) -> None:
    running = exchange()
    assert run("user-assets", *options).status == 2
    assert running.requests == []


def test_two_keys_of_one_name_are_not_merged_and_a_mark_chooses(run: Run, path: Path) -> None:
    filled(path, reading(START, free("1")), owner=DEFAULT)
    filled(path, reading(START + HOUR, free("2")), owner=DEFAULT._replace(key_mark="…bbbb"))
    refused = run("user-assets", "--at", "today")
    assert refused.status == 2
    assert "2 keys as 'default': …aaaa, …bbbb" in refused.err
    assert run("user-assets", "--at", "today", "--key-mark", "…aaaa", "-o", "json").json == free("1")
    assert run("user-assets", "--at", "today", "--key-mark", "…cccc").status == 10


def test_a_key_that_was_exchanged_finds_its_readings_and_names_those_of_the_old_one(
    run: Run, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(path, reading(START, free("1")), owner=DEFAULT)
    monkeypatch.setenv("BINANCE_API_KEY", "x" * 60 + "bbbb")
    # Not known to the archive yet, so there is nothing to mix up.
    assert run("user-assets", "--at", "today", "-o", "json").json == free("1")
    filled(path, reading(START + DAY, free("2")), owner=DEFAULT._replace(key_mark="…bbbb"))
    assert run("user-assets", "--at", "today", "-o", "json").json == free("2")
    old = run("user-assets", "--at", "2026-01-01")
    assert old.status == 10
    assert "--key-mark …aaaa" in old.err


def test_no_command_runs_for_a_key_that_is_not_needed(run: Run, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(path, reading(START, free("1")), owner=DEFAULT)
    monkeypatch.setenv("BINANCE_API_KEY_COMMAND", "touch was-run")
    assert run("user-assets", "--at", "today").status == 0
    assert not Path("was-run").exists()


def test_a_snapshot_is_of_a_day_so_a_time_is_refused(run: Run, path: Path) -> None:
    done = run("snapshot", "--at", "today")
    assert done.status == 2
    assert "--archive" in done.err


# -- snapshots that are kept


def days(first: int, count: int, amount: str) -> dict[str, Any]:
    data = {"balances": [{"asset": "BTC", "free": amount, "locked": "0"}], "totalAssetOfBtc": amount}
    stamps = [START + (first + number) * DAY - 1000 for number in range(count)]
    return {"code": 200, "msg": "", "snapshotVos": [{"type": "spot", "updateTime": at, "data": data} for at in stamps]}


def test_every_day_that_was_kept_is_shown_once_whatever_it_came_with(run: Run, path: Path) -> None:
    query = queries.named("snapshot")
    filled(
        path,
        reading(START + 10 * DAY, days(4, 7, "1"), query, limit=7),
        reading(START + 40 * DAY, days(9, 30, "2"), query, limit=30),
        reading(START + 41 * DAY, {"code": 200, "msg": "", "snapshotVos": []}, queries.named("snapshot", "margin")),
        owner=DEFAULT,
    )
    shown = run("snapshot", "--archive", "--section", "totals", "-o", "csv").text.splitlines()[1:]
    # The days that both have are those of the later reading.
    assert [line.rpartition(",")[2] for line in shown] == ["1"] * 5 + ["2"] * 30
    assert shown[0].startswith("2026-01-04")
    ranged = run("snapshot", "--archive", "--start", "2026-01-07", "--end", "2026-01-09", "-o", "json").json
    assert [day["data"]["totalAssetOfBtc"] for day in ranged] == ["1", "1", "2"]
    assert run("snapshot", "--archive", "--type", "futures").status == 10
    assert run("snapshot", "--archive", "--start", "2020-01-01", "--end", "2020-02-01").status == 10


@pytest.mark.parametrize(
    "options", [["--raw"], ["--watch", "60"], ["--days", "0"], ["--start", "2026-01-02", "--end", "2026-01-01"]]
)
def test_what_means_nothing_for_kept_snapshots_is_refused(run: Run, path: Path, options: list[str]) -> None:
    assert run("snapshot", "--archive", *options).status == 2


# -- record


@pytest.mark.parametrize("account", ["classic", "portfolio-margin", "multi-assets", "new"])
def test_record_asks_what_an_overview_asks_and_keeps_all_of_it_as_one_run(
    run: Run, exchange: Exchange, path: Path, account: str
) -> None:
    running = exchange(account)
    live = run("overview", "-o", "json")
    needed = sorted(request.path for request in running.requests)
    running.requests.clear()

    done = run("record", "-o", "json")

    assert done.status == 0
    assert sorted(request.path for request in running.requests) == needed
    assert len({each.run for each in entries(path)}) == 1
    assert len(done.json) == len(entries(path))
    assert {row["status"] for row in done.json} <= {"kept", "not opened"}
    running.requests.clear()
    again = run("overview", "--at", "today", "-o", "json")
    assert {**again.json, "readFrom": 0, "readUntil": 0, "pricesAt": 0} == {
        **live.json, "readFrom": 0, "readUntil": 0, "pricesAt": 0
    }  # fmt: skip
    assert running.requests == []


def test_what_record_reads_serves_every_command_that_asks_the_same(run: Run, exchange: Exchange, path: Path) -> None:
    exchange("classic")
    done = run("record", "-o", "json").json
    commands = {row["command"] for row in done if " " not in row["command"]}
    assert commands == {
        "user-assets", "funding-assets", "earn-positions-flexible", "earn-positions-locked", "margin-account",
        "isolated-margin", "futures-account", "coin-futures-account", "options-account",
    }  # fmt: skip
    for command in commands:
        name, _, variant = command.partition("positions-")
        asked = (f"{name}positions", "--type", variant) if variant else (command,)
        live = run(*asked, "-o", "json")
        assert live.json
        assert run(*asked, "-o", "json", "--at", "today").json == live.json


def test_record_says_a_line_for_each_reading_with_its_rows(run: Run, exchange: Exchange, path: Path) -> None:
    exchange("classic")
    rows = {row["command"]: row for row in run("record", "-o", "json").json}
    assert rows["user-assets"]["rows"] == len(run("user-assets", "-o", "json").json)
    assert rows["GET /sapi/v1/portfolio/account"]["status"] == "not opened"
    assert rows["GET /api/v3/ticker/price"] == {
        "account": "default", "command": "GET /api/v3/ticker/price", "status": "kept", "rows": None, "detail": ""
    }  # fmt: skip
    assert len(run("record").text.splitlines()) == 1 + len(rows)


def test_record_on_the_testnet_reads_the_futures_that_are_there(
    run: Run, exchange: Exchange, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange()
    monkeypatch.setenv("BNACCT_ENVIRONMENT", "testnet")
    done = run("record", "-o", "json")
    assert done.status == 0
    assert {"futures-account", "futures-risk", "ws-balance"} <= {row["command"] for row in done.json}
    assert "user-assets" not in {row["command"] for row in done.json}


def test_record_reads_what_is_named(run: Run, exchange: Exchange, path: Path) -> None:
    exchange()
    assert run("record", "user-assets", "ws-balance-v2", "user-assets", "snapshot-margin", "-q").status == 0
    assert sorted(each.query.name for each in entries(path) if each.query) == [
        "snapshot-margin", "user-assets", "ws-balance-v2"
    ]  # fmt: skip
    assert run("record", "user-asset").status == 2


def test_record_says_which_failed_and_keeps_the_others(run: Run, exchange: Exchange, path: Path) -> None:
    exchange(faults=["error=-2015*1"])
    done = run("record", "user-assets", "pm-balance", "futures-account", "--retries", "0", "-o", "json")
    assert done.status == 9
    assert sorted(row["status"] for row in done.json) == ["failed", "kept", "kept"]
    assert sorted(each.error is None for each in entries(path)) == [False, True, True]


@pytest.mark.parametrize("fault", ["error=-1000*1", "html*1", "rate-limit=60*1"])
def test_a_source_that_failed_is_kept_as_a_failure_and_the_status_says_so(
    run: Run, exchange: Exchange, path: Path, fault: str
) -> None:
    exchange("portfolio-margin", faults=[fault])
    done = run("record", "-o", "json", "--retries", "0")
    assert done.status == 9
    failed = [row for row in done.json if row["status"] == "failed"]
    assert failed
    assert all(row["detail"] for row in failed)
    assert sum(each.error is not None for each in entries(path)) == len(failed)
    assert run("overview", "--at", "today").status == 9


@pytest.mark.parametrize("quote", ["USDT", "LDO"])
def test_wallets_are_kept_in_any_quote_where_prices_cannot_be_read(
    run: Run, exchange: Exchange, path: Path, monkeypatch: pytest.MonkeyPatch, quote: str
) -> None:
    def refused(*_: object) -> Any:
        raise RefusedError(-1000)

    exchange("classic")
    monkeypatch.setitem(PAYLOADS, endpoints.PRICES.path, refused)
    monkeypatch.setenv("BNACCT_QUOTE", quote)

    done = run("record", "-o", "json", "--retries", "0")

    assert done.status == 9
    assert [row["command"] for row in done.json if row["status"] == "failed"] == ["GET /api/v3/ticker/price"]
    assert [row["status"] for row in done.json].count("kept") == 14
    assert len(entries(path)) == len(done.json)
    assert run("overview", "--at", "today").status == 9


def test_nothing_more_is_sent_to_a_host_that_refused_prices_for_too_much_weight(
    run: Run, exchange: Exchange, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = exchange("classic", faults=["rate-limit=60*1"])
    monkeypatch.setenv("BNACCT_QUOTE", "LDO")

    assert run("record", "-o", "json").status == 9
    assert [request.path for request in running.requests if request.path.startswith(("/api/", "/sapi/"))] == [
        endpoints.PRICES.path
    ]


def test_record_where_all_fails_has_the_status_of_that_and_keeps_the_failures(
    run: Run, exchange: Exchange, path: Path
) -> None:
    exchange(faults=["error=-2015"])
    done = run("record", "-o", "json")
    assert done.status == 4
    assert {row["status"] for row in done.json} == {"failed"}
    assert {(each.error or {}).get("binance_code") for each in entries(path)} == {-2015}
    assert run("overview", "--at", "today").status == 4


def test_record_without_a_key_keeps_nothing_and_says_so(run: Run, path: Path) -> None:
    done = run("record", "-o", "json")
    assert done.status == 3
    assert [(row["command"], row["status"]) for row in done.json] == [("overview", "failed")]
    assert entries(path) == []


def test_what_an_account_has_not_opened_is_no_failure_unless_it_was_named(
    run: Run, exchange: Exchange, path: Path
) -> None:
    exchange("new")
    assert run("record").status == 0
    assert run("record", "margin-account").status == 7
    assert entries(path)[0].error is not None


def test_a_record_that_cannot_be_written_is_no_partial_success(
    run: Run, exchange: Exchange, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of what was kept nothing is there, and nothing was shown beside it: 9 would pass for a part."""
    exchange("new")

    def full(*_: object, **__: object) -> None:
        raise errors.ArchiveError("The archive cannot be written: the disk is full.")

    monkeypatch.setattr(archive.Archive, "record", full)
    for command in (["record"], ["record", "user-assets"]):
        done = run(*command, "-o", "json")
        assert (done.status, done.out) == (10, b"")
        assert "the disk is full" in done.error["message"]


def test_record_asks_nothing_where_nothing_can_be_kept(run: Run, exchange: Exchange, path: Path) -> None:
    running = exchange()
    path.mkdir(parents=True)
    done = run("record")
    assert done.status == 10
    assert running.requests == []


def test_record_keeps_on_a_server(
    run: Run, exchange: Exchange, postgresql: Server, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange()
    monkeypatch.setenv("BNACCT_ARCHIVE", url)
    assert run("record").status == 10
    made = run("history", "init", "--writer", "recorder")
    assert made.status == 0
    assert made.text.splitlines() == archive.grants("recorder")
    assert run("record").status == 0
    assert run("user-assets", "--at", "today").status == 0
    assert run("history", "list", "-o", "json").json
    assert postgresql.password not in made.err + made.text


# -- several accounts


@pytest.fixture
def profiles(exchange: Exchange) -> list[str]:
    """Make the profiles desk-1, desk-2 and other, of sandboxes of their own."""
    folder = Path.home() / ".config" / "bnacct"
    folder.mkdir(parents=True)
    for name, account in (("desk-1", "classic"), ("desk-2", "portfolio-margin"), ("other", "classic")):
        running = exchange(account)
        path = folder / f"{name}.env"
        path.write_text("".join(f"{key}={value}\n" for key, value in running.environment().items()))
        path.chmod(0o600)
        for key in running.environment():
            os.environ.pop(key)
    return ["desk-1", "desk-2", "other"]


def test_several_accounts_are_kept_as_one_run_and_shown_again_as_they_were(
    run: Run, profiles: list[str], path: Path
) -> None:
    live = run("user-assets", "-p", "desk-*", "-o", "json", "--record")
    assert live.status == 0
    assert sorted(each.owner.name for each in entries(path)) == ["desk-1", "desk-2"]
    assert len({each.run for each in entries(path)}) == 1
    assert run("user-assets", "-p", "desk-*", "-o", "json", "--at", "today").json == live.json
    assert run("user-assets", "--all-profiles", "-o", "json", "--at", "today").json == live.json
    one = run("user-assets", "-p", "desk-2", "-o", "json", "--at", "today").json
    assert one == live.json[1]["data"]


def test_thinning_one_account_leaves_the_others_the_prices_of_their_runs(
    run: Run, profiles: list[str], path: Path
) -> None:
    both = ("-p", "desk-1", "-p", "desk-2")
    assert run("record", *both).status == 0
    assert run("record", *both).status == 0
    chart = ("history", "chart", "overview.total", "-o", "json", "-p")
    before = run(*chart, "desk-2").json
    assert len(before) == 2
    assert None not in [row["value"] for row in before]

    thinned = run("history", "prune", "-p", "desk-1", "--keep-last", "1", "-o", "json").json

    assert len(run(*chart, "desk-1").json) == 1
    assert run(*chart, "desk-2").json == before
    tables = {"GET /api/v3/ticker/price", "GET /fapi/v1/assetIndex"}
    assert {row["command"] for row in thinned if row["removed"] == "0"} == tables
    assert run("history", "prune", "-p", "desk-2", "--keep-last", "1").status == 0
    last = run("history", "prune", "-p", "desk-1", "--keep-last", "1", "-o", "json").json
    assert {row["command"] for row in last if row["removed"] == "1"} == tables


def test_one_of_several_that_was_not_kept_is_its_own_failure(run: Run, profiles: list[str], path: Path) -> None:
    run("user-assets", "-p", "desk-1", "-o", "json", "--record")
    done = run("user-assets", "-p", "desk-1", "-p", "other", "-o", "json", "--at", "today")
    assert done.status == 9
    assert [each.get("error", {}).get("code") for each in done.json] == [None, "archive"]
    assert run("user-assets", "-p", "nobody-*", "--at", "today").status == 10
    assert run("history", "diff", "user-assets", "-p", "desk-*").status == 2
    assert run("snapshot", "--archive", "-p", "desk-*").status == 2


def test_record_keeps_the_overview_of_every_profile_and_of_none_that_failed(
    run: Run, profiles: list[str], path: Path
) -> None:
    live = run("overview", "-p", "desk-*", "-p", "other", "-o", "json").json
    dead = Path.home() / ".config" / "bnacct" / "dead.env"
    dead.write_text("BINANCE_API_KEY=" + "k" * 64 + "\n")
    dead.chmod(0o600)

    done = run("record", "--all-profiles", "-o", "json")

    assert done.status == 9
    assert [row["status"] for row in done.json if row["account"] == "dead"] == ["failed"]
    assert {each.owner.name for each in entries(path)} == set(profiles)
    assert len({each.run for each in entries(path)}) == 1
    # Prices are read once for all.
    assert len([each for each in entries(path) if "ticker/price" in each.operation]) == 1
    again = run("overview", "-p", "desk-*", "-p", "other", "-o", "json", "--at", "today")
    assert [each["data"]["total"] for each in again.json] == [each["data"]["total"] for each in live]
    alone = run("overview", "-p", "other", "-o", "json", "--at", "today").json
    assert alone["total"] == live[2]["data"]["total"]


def test_record_reads_every_profile_that_is_named(run: Run, profiles: list[str], path: Path) -> None:
    done = run("record", "user-assets", "pm-balance", "-p", "desk-*", "-p", "other", "-o", "json")
    assert {row["account"] for row in done.json} == set(profiles)
    assert {each.owner.name for each in entries(path)} == set(profiles)
    assert len({each.run for each in entries(path)}) == 1


# -- overview


@pytest.mark.parametrize("account", ["classic", "portfolio-margin", "multi-assets", "new"])
def test_an_overview_of_the_past_is_the_one_that_was_shown(
    run: Run, exchange: Exchange, path: Path, account: str
) -> None:
    running = exchange(account)
    live = run("overview", "-o", "json", "--record")
    asked = len(running.requests)
    for options in ([], ["--in", "BTC"]):
        again = run("overview", "-o", "json", "--at", "today", *options)
        assert again.status == live.status
        assert again.json["total"]["isComplete"] == live.json["total"]["isComplete"]
        if not options:
            assert {**again.json, "readFrom": 0, "readUntil": 0} == {**live.json, "readFrom": 0, "readUntil": 0}
    assert len(running.requests) == asked
    assert len({each.run for each in entries(path)}) == 1


def test_an_overview_never_mixes_runs(run: Run, exchange: Exchange, path: Path) -> None:
    exchange("classic")
    live = run("overview", "-o", "json", "--record").json
    exchange("rich")
    assert run("user-assets", "--record").status == 0
    key = [each.owner.key_mark for each in entries(path)][-1]
    again = run("overview", "-o", "json", "--at", "today", "--key-mark", key).json
    assert again["total"] == live["total"]


def test_of_price_tables_only_what_is_held_and_the_hubs_are_kept(run: Run, exchange: Exchange, path: Path) -> None:
    exchange("classic")
    assert run("overview", "--record").status == 0
    with archive.open(str(path)) as kept:
        (body,) = [row.body for _, row in kept.rows() if "ticker/price" in row.operation]
    symbols = {row["symbol"] for row in json.loads(body or "")}
    live = run("overview", "-o", "json").json
    needed = {part for row in live["assets"] for part in (row["route"] or "").split("→")}
    assert "BTCUSDT" in symbols
    assert len(symbols) < 10 * len(needed) + 50


def test_overviews_of_several_accounts_come_back_with_their_grand_total(
    run: Run, profiles: list[str], path: Path
) -> None:
    live = run("overview", "-p", "desk-*", "-o", "json", "--record")
    again = run("overview", "-p", "desk-*", "-o", "json", "--at", "today")
    assert [each["data"]["total"] for each in again.json] == [each["data"]["total"] for each in live.json]


def test_an_overview_that_was_never_kept_is_told(run: Run, exchange: Exchange, path: Path) -> None:
    exchange("classic")
    assert run("user-assets", "--record").status == 0
    done = run("overview", "--at", "today")
    assert done.status == 10
    assert "overview --record" in done.err
    assert run("overview", "--at", "today", "--watch", "60").status == 2
