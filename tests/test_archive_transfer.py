"""Copies, exports and imports of archives add what is missing, once, exactly; verification finds what is not as it was."""

import json
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bnacct import archive, queries
from bnacct.archive import Archive, Owner, listing, retention, transfer, verification
from bnacct.archive.retention import Policy
from bnacct.archive.stored import BACKFILL, Row
from bnacct.client import Answer
from bnacct.errors import ArchiveError
from bnacct.readings import Reading
from tests.archives import DAY, HOUR, MAIN, START, failed, free, reading

SUB = Owner("sub", "live", "…cccc")


def fill(kept: Archive) -> None:
    kept.record([(MAIN, [reading(START, free("1")), failed(START + HOUR)])], run="one")
    kept.record([(SUB, [reading(START + DAY, b'[{"asset":"\xc3\xa9","free":"0.10000000"}]')])], run="two")
    kept.record([(MAIN, [reading(START + DAY, free("1"))])], run="three", source=BACKFILL)


def rows(kept: Archive) -> list[Row]:
    return [row for _, row in kept.rows()]


# -- copies


@pytest.mark.parametrize("ways", ["out", "in"])
def test_a_copy_holds_the_same_and_copying_again_adds_nothing(url: str, tmp_path: Path, ways: str) -> None:
    places = [str(tmp_path / "archive.db"), url]
    source_place, target_place = places if ways == "out" else reversed(places)
    with archive.init(source_place) as source, archive.init(target_place) as target:
        fill(source)
        assert list(transfer.copy(source, target)) == [(4, 4)]
        assert rows(target) == rows(source)
        assert list(transfer.copy(source, target)) == [(4, 0)]
        assert rows(target) == rows(source)
        source.record([(MAIN, [reading(START + 9 * DAY, free("1"))])])
        assert list(transfer.copy(source, target)) == [(5, 1)]


def test_two_archives_that_are_copied_into_one_are_both_there(tmp_path: Path) -> None:
    with (
        archive.init(str(tmp_path / "a.db")) as one,
        archive.init(str(tmp_path / "b.db")) as two,
        archive.init(str(tmp_path / "c.db")) as target,
    ):
        fill(one)
        fill(two)
        for source in (one, two, one):
            list(transfer.copy(source, target))
        assert listing.count(target) == 8
        assert target.database.rows("SELECT count(*) FROM body") == [(2,)]
        assert target.owners() == [MAIN, SUB]


def test_a_copy_of_an_archive_onto_itself_changes_nothing(place: str) -> None:
    with archive.init(place) as source, archive.open(place, write=True) as target:
        fill(source)
        assert list(transfer.copy(source, target)) == [(4, 0)]


# -- JSONL


def exported(kept: Archive) -> list[bytes]:
    return [line.encode() for line in transfer.export(kept)]


def test_what_is_exported_can_be_imported_once(place: str, tmp_path: Path) -> None:
    with archive.init(str(tmp_path / "source.db")) as source, archive.init(place) as target:
        fill(source)
        lines = exported(source)
        assert list(transfer.import_(lines, target)) == [(4, 4)]
        assert list(transfer.import_([*lines, b"\n", *lines], target)) == [(8, 0)]
        assert rows(target) == [row._replace(source="import") for row in rows(source)]


def test_a_line_is_an_object_with_the_body_as_it_came(tmp_path: Path) -> None:
    with archive.init(str(tmp_path / "source.db")) as kept:
        fill(kept)
        told = [json.loads(line) for line in exported(kept)]
    assert {key: told[2][key] for key in told[2] if key != "uid"} == {
        "run": "two",
        "at_ms": START + DAY,
        "account": "sub",
        "environment": "live",
        "key_mark": "…cccc",
        "operation": "POST /sapi/v3/asset/getUserAsset",
        "params": {"needBtcValuation": True},
        "page": 1,
        "source": "live",
        "error": None,
        "body": '[{"asset":"é","free":"0.10000000"}]',
    }
    assert told[1]["body"] is None
    assert told[1]["error"]["code"] == "network"


BREAKS: dict[str, Callable[[dict[str, object]], object]] = {
    "no object": lambda line: [line],
    "no uid": lambda line: {**line, "uid": None},
    "a strange uid": lambda line: {**line, "uid": "a b"},
    "a missing field": lambda line: {key: line[key] for key in line if key != "body"},
    "a time that is text": lambda line: {**line, "at_ms": "1"},
    "a time that is a flag": lambda line: {**line, "at_ms": True},
    "a time out of reach": lambda line: {**line, "at_ms": 1 << 60},
    "a page before the first": lambda line: {**line, "page": 0},
    "a strange source": lambda line: {**line, "source": "made up"},
    "no operation": lambda line: {**line, "operation": "x"},
    "parameters that are none": lambda line: {**line, "params": {"a": [1]}},
    "a parameter with a fraction": lambda line: {**line, "params": {"a": 1.5}},
    "a body that is no JSON": lambda line: {**line, "body": "[1"},
    "a body that is no text": lambda line: {**line, "body": [1]},
    "a body that no encoding has": lambda line: {**line, "body": '["\ud800"]'},
    "a name that moves the cursor": lambda line: {**line, "account": "\x1b[2J"},
    "an error that is none": lambda line: {**line, "error": {"x": 1}},
    "neither an answer nor an error": lambda line: {**line, "error": None, "body": None},
}


@pytest.mark.parametrize("how", BREAKS)
def test_a_line_that_is_no_reading_is_named_by_its_number(tmp_path: Path, how: str) -> None:
    with archive.init(str(tmp_path / "s.db")) as source, archive.init(str(tmp_path / "t.db")) as target:
        fill(source)
        lines = exported(source)
        lines[2] = json.dumps(BREAKS[how](json.loads(lines[2]))).encode()
        with pytest.raises(ArchiveError, match="Line 3 is not a reading"):
            list(transfer.import_(lines, target))


@pytest.mark.parametrize("line", [b"\xff\xfe", b"{", b"[" * 100_000, b"null"])
def test_what_is_no_json_is_no_reading(tmp_path: Path, line: bytes) -> None:
    with archive.init(str(tmp_path / "t.db")) as target, pytest.raises(ArchiveError, match="Line 1 is not a reading"):
        list(transfer.import_([line], target))


def test_an_imported_line_brings_no_address_and_no_signature(tmp_path: Path) -> None:
    with archive.init(str(tmp_path / "s.db")) as source, archive.init(str(tmp_path / "t.db")) as target:
        fill(source)
        line = json.loads(exported(source)[1])
        line["error"]["message"] = "seen from 203.0.113.9"
        line["params"]["signature"] = "abc"
        list(transfer.import_([json.dumps(line).encode()], target))
        (row,) = rows(target)
    assert row.params == '{"needBtcValuation":true}'
    assert json.loads(row.error or "")["message"] == "seen from ***"


# -- verification


def test_a_sound_archive_has_nothing_wrong_with_it(place: str) -> None:
    with archive.init(place) as kept:
        fill(kept)
        assert verification.verify(kept) == (4, 2, [])


def test_a_body_that_was_changed_is_found(place: str) -> None:
    from bnacct.archive import schema

    with archive.init(place) as kept:
        fill(kept)
        with kept.database.writing():
            for statement in schema.lifted_guards(kept.database.dialect):
                kept.database.run(statement)
            kept.database.run("UPDATE body SET text = replace(text, '0.10000000', '9.10000000')")
        (problem,) = verification.verify(kept).problems
    assert "its hash differs" in problem


def test_what_refers_to_nothing_is_found(tmp_path: Path) -> None:
    from bnacct.archive import schema

    with archive.init(str(tmp_path / "archive.db")) as kept:
        fill(kept)
        for statement in schema.lifted_guards("sqlite"):
            kept.database.run(statement)
        kept.database.run("DELETE FROM body WHERE text LIKE '%BTC%'")
        kept.database.run("DELETE FROM account WHERE name = 'sub'")
        problems = verification.verify(kept).problems
    assert sorted(problem.partition(" ")[2].partition(" ")[2] for problem in problems) == [
        "has lost its account.", "has lost its body.", "has lost its body."
    ]  # fmt: skip


# -- thinning


def each_alone(kept: Archive, times: list[int]) -> None:
    for at_ms in times:
        kept.record([(MAIN, [reading(at_ms, free(str(at_ms)))])])


def left(kept: Archive) -> list[int]:
    return sorted(entry.at_ms for entry in listing.entries(kept))


def test_the_last_of_each_day_is_kept_for_as_many_days_as_have_one(place: str) -> None:
    times = [START + hour * HOUR for hour in (0, 5, 23, 24, 30, 24 * 5, 24 * 5 + 1)]
    with archive.init(place) as kept:
        each_alone(kept, times)
        wanted = [START + hour * HOUR for hour in (30, 24 * 5 + 1)]
        (told,) = retention.prune(kept, Policy(daily=2), dry_run=True)
        assert left(kept) == times
        assert retention.prune(kept, Policy(daily=2), dry_run=False) == [told]
        assert (told.kept, told.removed) == (2, 5)
        assert left(kept) == wanted
        assert kept.database.rows("SELECT count(*) FROM body") == [(2,)]
        with pytest.raises(ArchiveError, match="append-only"):
            kept.database.run("DELETE FROM reading")


def test_the_rules_add_up(tmp_path: Path) -> None:
    times = [START + day * DAY for day in range(400)]
    with archive.init(str(tmp_path / "archive.db")) as kept:
        each_alone(kept, times)
        policy = Policy(last=2, daily=3, weekly=2, monthly=2, yearly=-1, within_ms=5 * DAY)
        retention.prune(kept, policy, dry_run=False)
        days = [datetime.fromtimestamp(at / 1000, timezone.utc).date().isoformat() for at in left(kept)]
    assert days == [
        "2026-12-31", "2027-01-31", "2027-02-01", "2027-02-02", "2027-02-03", "2027-02-04"
    ]  # fmt: skip


def test_a_day_begins_where_the_zone_says(tmp_path: Path) -> None:
    zone = ZoneInfo("Europe/Berlin")
    # On 2026-03-29 clocks go forward, and the day has 23 hours; on 2026-10-25 they go back, and it has 25.
    for day, hours in ((datetime(2026, 3, 29, tzinfo=zone), 23), (datetime(2026, 10, 25, tzinfo=zone), 25)):
        start = int(day.timestamp()) * 1000
        with archive.init(str(tmp_path / f"{hours}.db")) as kept:
            each_alone(kept, [start - 1, start, start + hours * HOUR - 1, start + hours * HOUR])
            retention.prune(kept, Policy(daily=9, zone=zone), dry_run=False)
            assert left(kept) == [start - 1, start + hours * HOUR - 1, start + hours * HOUR]


def test_an_hour_that_comes_twice_is_two_hours(tmp_path: Path) -> None:
    zone = ZoneInfo("Europe/Berlin")
    twice = int(datetime(2026, 10, 25, 2, 30, tzinfo=zone).timestamp()) * 1000
    with archive.init(str(tmp_path / "archive.db")) as kept:
        each_alone(kept, [twice, twice + HOUR])
        retention.prune(kept, Policy(hourly=9, zone=zone), dry_run=False)
        assert left(kept) == [twice, twice + HOUR]


def test_accounts_questions_and_failures_are_thinned_each_by_themselves(place: str) -> None:
    balance = queries.named("pm-balance")
    with archive.init(place) as kept:
        for hour in range(3):
            kept.record([(MAIN, [reading(START + hour * HOUR, free("1"))])])
            kept.record([(SUB, [reading(START + hour * HOUR, free("1"))])])
            kept.record([(MAIN, [reading(START + hour * HOUR, [], balance)])])
            kept.record([(MAIN, [failed(START + hour * HOUR)])])
        told = retention.prune(kept, Policy(last=1), dry_run=False)
        assert [(each.kept, each.removed) for each in told] == [(1, 2), (2, 4), (1, 2)]
        assert left(kept) == [START + 2 * HOUR] * 4


def test_a_run_is_kept_whole_where_a_part_of_it_is(place: str) -> None:
    balance = queries.named("pm-balance")
    with archive.init(place) as kept:
        for hour in range(3):
            at = START + hour * HOUR
            kept.record([(MAIN, [reading(at, free("1")), reading(at, [], balance)])], run=f"overview {hour}")
        kept.record([(MAIN, [reading(START + 9 * HOUR, free("9"))])], run="alone")
        retention.prune(kept, Policy(last=1), dry_run=False)
        assert [entry.run for entry in listing.entries(kept)] == ["alone", "overview 2", "overview 2"]


def test_a_reading_in_pages_goes_or_stays_whole(place: str) -> None:
    earn = queries.named("earn-positions")
    bodies = tuple(json.dumps({"rows": [{"asset": name}], "total": 2}).encode() for name in "AB")
    answer = Answer(b"", {"rows": [{"asset": "A"}, {"asset": "B"}], "total": 2}, bodies)
    with archive.init(place) as kept:
        for hour in range(3):
            kept.record([(MAIN, [Reading(earn, "main", START + hour * HOUR, answer, parameters={})])])
        (told,) = retention.prune(kept, Policy(last=1), dry_run=False)
        assert (told.kept, told.removed) == (1, 2)
        assert [row.page for _, row in kept.rows()] == [1, 2]
        found = kept.last(MAIN, earn, {}, 1 << 52)
        assert found is not None
        assert [row["asset"] for row in found.reading.document()] == ["A", "B"]
        assert verification.verify(kept).problems == []


def test_a_policy_that_keeps_nothing_is_refused(place: str) -> None:
    with archive.init(place) as kept:
        fill(kept)
        with pytest.raises(ValueError, match="keeps something"):
            retention.prune(kept, Policy(), dry_run=False)
        assert listing.count(kept) == 4


def test_thinning_that_fails_removes_nothing_and_leaves_the_guards(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from bnacct.archive import schema

    with archive.init(place) as kept:
        fill(kept)
        before = rows(kept)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(schema, "guards", lambda _dialect: ["CREATE NONSENSE"])
            with pytest.raises(ArchiveError):
                retention.prune(kept, Policy(last=1), dry_run=False)
        assert rows(kept) == before
        with pytest.raises(ArchiveError, match="append-only"):
            kept.database.run("DELETE FROM reading")
