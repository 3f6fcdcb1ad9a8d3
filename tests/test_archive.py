"""What an archive keeps, how it gives it back, and that nothing it holds is ever changed: in SQLite and in PostgreSQL."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bnacct import archive, errors, queries
from bnacct.archive import Archive, Owner, listing, runs, stored
from bnacct.archive.listing import Filter
from bnacct.client import Answer, decoding
from bnacct.errors import ArchiveError, UsageError
from bnacct.readings import Reading
from tests.archives import ASSETS, DAY, HOUR, MAIN, START, failed, free, reading

OTHER = Owner("main", "live", "…bbbb")
FOREVER = 1 << 52


def opened(place: str) -> Archive:
    return archive.init(place)


def last(kept: Archive, at_ms: int = FOREVER, query: queries.Query = ASSETS, **given: Any) -> Any:
    return kept.last(MAIN, query, query.asked(given), at_ms)


# -- what comes back is what came


def test_a_reading_comes_back_as_the_exchange_gave_it(place: str) -> None:
    body = b' [{"asset":"BTC", "free":"0.10000000","new":1.50, "locked":0.0000000000000000001}]\n'
    with opened(place) as kept:
        kept.record([(MAIN, [reading(START, body)])], run="r1")
    with archive.open(place) as kept:
        found = last(kept)

    assert found.reading.answer.body == body
    assert found.reading.document()[0]["locked"] == "0.0000000000000000001"
    assert found.reading[:3] == (ASSETS, "main", START)
    assert found.reading.parameters == {"needBtcValuation": True}
    assert (found.owner, found.run, found.source) == (MAIN, "r1", "live")


@pytest.mark.parametrize("query", queries.QUERIES, ids=lambda query: query.name)
def test_every_query_is_known_again_by_its_operation(place: str, query: queries.Query) -> None:
    body = b'{"id":"1","result":[]}' if query.endpoint.method == "WS" else b"[]"
    asked = query.asked({})
    with opened(place) as kept:
        answer = decoding.decode(body)
        # Of whatever shape: what the view cannot read is kept as a failure, with its body.
        kept.record([(MAIN, [Reading(query, "main", START, Answer(body, answer), parameters=asked)])])
        (entry,) = listing.entries(kept)
    assert entry.query is query
    assert entry.parameters == asked


def test_a_reply_over_the_websocket_comes_back_without_its_frame(place: str) -> None:
    query = queries.named("ws-balance")
    frame = b'{"id":"7","status":200,"result":[{"asset":"USDT","balance":"1.0"}],"rateLimits":[]}'
    taken = Reading(query, "main", START, Answer(frame, json.loads(frame)["result"]), parameters={})
    with opened(place) as kept:
        kept.record([(MAIN, [taken])])
        found = kept.last(MAIN, query, {}, FOREVER)
    assert found is not None
    assert found.reading.document() == [{"asset": "USDT", "balance": "1.0"}]
    assert found.reading.answered().body == frame


EARN = queries.named("earn-positions")


def pages(*rows: Any) -> Answer:
    """Return an answer with a page for each of these lists of rows."""
    total = sum(map(len, rows))
    bodies = tuple(json.dumps({"rows": listed, "total": total}).encode() for listed in rows)
    document = {"rows": [row for listed in rows for row in listed], "total": total}
    return Answer(b"".join(body + b"\n" for body in bodies), document, bodies)


def test_an_answer_in_pages_comes_back_with_all_of_them(place: str) -> None:
    positions = [{"asset": f"A{number}", "totalAmount": f"{number}.50"} for number in range(5)]
    with opened(place) as kept:
        for at_ms in (START, START + HOUR, START):
            answer = pages(positions[:2], positions[2:4], positions[4:])
            kept.record([(MAIN, [Reading(EARN, "main", at_ms, answer, parameters=EARN.asked({}))])])
        found = [last(kept, at_ms, EARN) for at_ms in (START, FOREVER)]
        assert [each.reading.document() for each in found] == [positions] * 2
        assert found[0].reading.answer.pages == answer.pages
        assert found[0].reading.answer.body == answer.body
        assert listing.count(kept) == 3
        assert len(list(kept.rows())) == 9
        between = kept.between(MAIN, EARN, EARN.asked({}), 0, FOREVER)
        assert [len(each.document()) for each in between] == [5, 5, 5]


def test_an_answer_that_lacks_a_page_is_a_failure_that_keeps_what_came(place: str) -> None:
    failure = errors.NetworkError("Lost.")
    partial = Reading(EARN, "main", START, pages([{"asset": "A"}], [{"asset": "B"}]), failure, EARN.asked({}))
    with opened(place) as kept:
        kept.record([(MAIN, [partial])])
        assert last(kept, query=EARN) is None
        (entry,) = listing.entries(kept)
        assert entry.error is not None
        assert [row.body is not None for _, row in kept.rows()] == [True, True]
        (found,) = kept.between(MAIN, EARN, EARN.asked({}), 0, FOREVER)
        assert str(found.failure) == "Lost."
        assert found.answer is not None
        assert [row["asset"] for row in found.answer.document["rows"]] == ["A", "B"]
        with pytest.raises(errors.NetworkError, match="Lost"):
            found.document()


def test_a_failure_comes_back_as_what_it_was(place: str) -> None:
    refusal = errors.RateLimitError("Too many.", hint="Wait.", binance_code=-1003, http_status=429, retry_after_s=12.0)
    with opened(place) as kept:
        kept.record([(MAIN, [Reading(ASSETS, "main", START, failure=refusal, parameters=ASSETS.asked({}))])])
        (found,) = kept.between(MAIN, ASSETS, ASSETS.asked({}), 0, FOREVER)
    assert type(found.failure) is errors.RateLimitError
    assert found.failure.as_json() == refusal.as_json()


def test_an_answer_of_no_known_shape_is_a_failure_that_keeps_its_body(place: str) -> None:
    with opened(place) as kept:
        kept.record([(MAIN, [reading(START, {"surprise": []})])])
        ((_, row),) = kept.rows()
        assert last(kept) is None
    assert row.body == '{"surprise": []}'
    assert json.loads(row.error or "")["code"] == "response"


@pytest.mark.parametrize(
    ("body", "document"),
    [
        (b'["\xed\xa0\x80"]', ["\ud800"]),
        (json.dumps(["é"], ensure_ascii=False).encode("utf-16"), ["é"]),
        ('["\U0001f4b0\\u0000"]'.encode(), ["\U0001f4b0\0"]),
    ],
)
def test_a_body_that_is_not_utf_8_is_kept_as_the_same_document(place: str, body: bytes, document: Any) -> None:
    text = stored.text_of(body)
    assert decoding.decode(text.encode()) == document
    with opened(place) as kept:
        kept.record([(MAIN, [reading(START, body)])])
        ((_, row),) = kept.rows()
    assert row.body == text


@given(body=st.recursive(st.text() | st.integers() | st.booleans() | st.none(), st.lists))
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_body_comes_back_to_the_byte(tmp_path: Path, body: Any) -> None:
    sent = json.dumps(body).encode()
    with opened(str(tmp_path / "archive.db")) as kept:
        kept.record([(MAIN, [reading(START, sent)])], run="r")
        rows = [row for _, row in kept.rows()]
    assert (rows[-1].body or "").encode() == sent


def test_equal_bodies_are_kept_once(place: str) -> None:
    with opened(place) as kept:
        for hour in range(5):
            kept.record([(MAIN, [reading(START + hour * HOUR, free("1"))])])
        kept.record([(MAIN, [reading(START + 9 * HOUR, free("2"))])])
        assert kept.database.rows("SELECT count(*) FROM body") == [(2,)]
        assert listing.count(kept) == 6


def test_the_same_body_at_another_time_is_another_reading_and_an_unknown_one_is_none(place: str) -> None:
    with opened(place) as kept:
        kept.record([(MAIN, [reading(START, free("1")), failed(START + HOUR), reading(START + 2 * HOUR, [])])])
        found = list(kept.between(MAIN, ASSETS, ASSETS.asked({}), 0, FOREVER))
    assert [each.failure is None for each in found] == [True, False, True]
    assert found[2].document() == []


# -- no secret and no address is kept


SECRETS = ("203.0.113.9", "2001:db8::17", "::ffff:203.0.113.9")


@pytest.mark.parametrize("address", SECRETS)
def test_a_failure_is_kept_without_the_addresses_in_its_texts(place: str, address: str) -> None:
    failure = errors.AuthError(f"request ip: {address}, at 12:30:45", hint=f"The exchange saw {address}. Version 1.2.3")
    with opened(place) as kept:
        kept.record([(MAIN, [Reading(ASSETS, "main", START, failure=failure, parameters={})])])
        ((_, row),) = kept.rows()
    told = json.loads(row.error or "")
    assert (told["message"], told["hint"]) == ("request ip: ***, at 12:30:45", "The exchange saw ***. Version 1.2.3")


def test_what_signs_a_request_is_no_parameter(place: str) -> None:
    given = {"asset": "BTC", "timestamp": 1, "recvWindow": 5000, "signature": "s" * 64, "apiKey": "k" * 64}
    with opened(place) as kept:
        kept.record([(MAIN, [reading(START, free("1"))._replace(parameters=given)])])
        ((_, row),) = kept.rows()
    assert row.params == '{"asset":"BTC"}'


# -- finding


def test_the_last_answer_at_or_before_a_time_is_found(place: str) -> None:
    with opened(place) as kept:
        for day in range(5):
            kept.record([(MAIN, [reading(START + day * DAY, free(str(day)))])])
        at = {at_ms: last(kept, at_ms) for at_ms in (START - 1, START, START + DAY - 1, START + DAY, FOREVER)}
    amounts = [found and found.reading.document()[0]["free"] for found in at.values()]
    assert amounts == [None, "0", "0", "1", "4"]


def test_the_newer_attempts_that_failed_are_told(place: str) -> None:
    with opened(place) as kept:
        kept.record([(MAIN, [reading(START, free("1"))])])
        kept.record([(MAIN, [failed(START + HOUR, "first")])])
        kept.record([(MAIN, [failed(START + 2 * HOUR, "second")])])
        kept.record([(MAIN, [reading(START + 3 * HOUR, free("2"))])])
        found = [last(kept, START + hours * HOUR) for hours in range(4)]
    assert [each.failed_since for each in found] == [0, 1, 2, 0]
    assert found[2].last_failure.failure.message == "second"
    assert found[2].last_failure.at_ms == START + 2 * HOUR


def test_another_question_another_key_and_another_environment_are_not_the_same(place: str) -> None:
    with opened(place) as kept:
        kept.record([(MAIN, [reading(START, free("1"), asset="BTC")])])
        kept.record([(OTHER, [reading(START, free("2"))])])
        kept.record([(MAIN._replace(environment="testnet"), [reading(START, free("3"))])])
        assert last(kept) is None
        assert last(kept, asset="BTC").reading.document() == free("1")
        assert kept.asked(MAIN, ASSETS) == [{"asset": "BTC", "needBtcValuation": True}]


def test_the_first_answer_after_a_time_is_found(place: str) -> None:
    with opened(place) as kept:
        kept.record([(MAIN, [failed(START), reading(START + HOUR, free("1")), reading(START + DAY, free("2"))])])
        found = [kept.first_after(MAIN, ASSETS, ASSETS.asked({}), at) for at in (0, START + HOUR, START + DAY)]
    assert [each and each.reading.at_ms for each in found] == [START + HOUR, START + DAY, None]


def test_a_range_has_both_its_ends_the_oldest_first_however_long_it_is(place: str) -> None:
    with opened(place) as kept:
        readings = [reading(START + number, free(str(number))) for number in reversed(range(450))]
        kept.record([(MAIN, readings)])
        found = list(kept.between(MAIN, ASSETS, ASSETS.asked({}), START + 10, START + 440))
    assert [each.at_ms - START for each in found] == list(range(10, 441))


def test_the_readings_of_one_run_stay_together(place: str) -> None:
    sub = Owner("sub", "live", "…cccc")
    balance = queries.named("pm-balance")
    with opened(place) as kept:
        kept.record(
            [(MAIN, [reading(START, free("1")), reading(START, [], balance)]), (sub, [reading(START, [])])], run="one"
        )
        kept.record([(MAIN, [reading(START + 1, free("2"))])], run="two")
        kept.record([(sub, [reading(START + 2, []), reading(START + 2, [], balance)])], run="three")
        found = list(runs.readings(kept, "one"))
        of_sub = list(runs.readings(kept, "one", sub, of_all=[balance]))
        asked = runs.between(kept, MAIN, ASSETS, START, START + 9)
        ends = runs.last(kept, MAIN, ASSETS, START), runs.first_after(kept, MAIN, ASSETS, START)
        nothing = runs.last(kept, MAIN, ASSETS, START - 1), runs.first_after(kept, MAIN, balance, START)
    assert [(owner.name, each.query.name) for owner, each in found] == [
        ("main", "user-assets"), ("main", "pm-balance"), ("sub", "user-assets")
    ]  # fmt: skip
    assert [(owner.name, each.query.name) for owner, each in of_sub] == [("main", "pm-balance"), ("sub", "user-assets")]
    assert [run.name for run in asked] == ["one", "two"]
    assert ends == (asked[0], asked[1])
    assert nothing == (None, None)


def test_readings_are_listed_newest_first(place: str) -> None:
    with opened(place) as kept:
        for hour in range(4):
            kept.record([(MAIN, [reading(START + hour * HOUR, free("1")), failed(START + hour * HOUR + 1)])])
        kept.record([(OTHER, [reading(START + 9 * HOUR, [])])])
        every = listing.entries(kept)
        mine = listing.entries(kept, Filter([MAIN], ASSETS.operation, START + HOUR, START + 2 * HOUR))
        assert listing.count(kept) == len(every) == 9
        assert listing.entries(kept, limit=2) == every[:2]
    assert [entry.at_ms for entry in every] == sorted([entry.at_ms for entry in every], reverse=True)
    assert [(entry.at_ms - START, entry.error is None) for entry in mine] == [
        (2 * HOUR, True), (HOUR + 1, False), (HOUR, True)
    ]  # fmt: skip


def test_the_longest_times_without_an_answer_are_named(place: str) -> None:
    with opened(place) as kept:
        hours = [0, 1, 2, 30, 31, 41]
        kept.record([(MAIN, [reading(START + hour * HOUR, free("1")) for hour in hours])])
        kept.record([(MAIN, [failed(START + 10 * HOUR)])])
        gaps = listing.gaps(kept, now_ms=START + 46 * HOUR)
    assert [(gap.from_ms - START, gap.length_ms // HOUR) for gap in gaps] == [
        (2 * HOUR, 28), (31 * HOUR, 10), (41 * HOUR, 5)
    ]  # fmt: skip


# -- whose readings


def test_a_name_with_one_key_needs_no_key(place: str) -> None:
    with opened(place) as kept:
        kept.record([(MAIN, [reading(START, [])])])
        assert kept.owner("main", "live") == MAIN
        # A key that was exchanged for another since.
        assert kept.owner("main", "live", "…zzzz") == MAIN


def test_several_keys_under_one_name_are_not_merged(place: str) -> None:
    with opened(place) as kept:
        kept.record([(MAIN, [reading(START, [])]), (OTHER, [reading(START, [])])])
        assert kept.owner("main", "live", OTHER.key_mark) == OTHER
        with pytest.raises(UsageError, match="2 keys as 'main': …aaaa, …bbbb"):
            kept.owner("main", "live")


def test_a_name_that_is_not_there_is_told_with_those_that_are(place: str) -> None:
    with opened(place) as kept:
        kept.record([(MAIN, [reading(START, [])])])
        with pytest.raises(ArchiveError, match="no reading of desk live") as told:
            kept.owner("desk", "live")
    assert told.value.hint == "Accounts in it: main …aaaa live."


# -- append-only


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE reading SET at_ms = 0",
        "DELETE FROM reading",
        "UPDATE body SET text = '[]'",
        "DELETE FROM body",
    ],
)
def test_nothing_that_is_kept_can_be_changed_or_removed(place: str, statement: str) -> None:
    with opened(place) as kept:
        kept.record([(MAIN, [reading(START, free("1"))])])
        with pytest.raises(ArchiveError, match="append-only"):
            kept.database.run(statement)
        assert last(kept).reading.document() == free("1")


def test_a_failure_half_way_keeps_nothing_of_a_run(place: str) -> None:
    with opened(place) as kept:
        nothing = Reading(ASSETS, "main", START)
        with pytest.raises(ValueError, match="an answer or a failure"):
            kept.record([(MAIN, [reading(START, free("1")), nothing])])
        assert listing.count(kept) == 0
        bad = reading(START, free("1"))
        with pytest.raises(ArchiveError):
            kept.record([(MAIN, [bad, bad._replace(at_ms=1 << 70)])])
        assert listing.count(kept) == 0
        assert kept.database.rows("SELECT count(*) FROM body") == [(0,)]


# -- the clock


def test_a_clock_that_was_set_back_loses_nothing_and_is_told(place: str) -> None:
    with opened(place) as kept:
        assert kept.record([(MAIN, [reading(START + DAY, free("1"))])]) == []
        (note,) = kept.record([(MAIN, [reading(START, free("2"))])])
        assert "2026-01-02 00:00:00 UTC" in note
        assert "set back" in note
        assert last(kept, START).reading.document() == free("2")
        assert last(kept).reading.document() == free("1")


def test_two_readings_of_one_millisecond_are_both_kept_and_the_later_counts(place: str) -> None:
    with opened(place) as kept:
        kept.record([(MAIN, [reading(START, free("1"))])])
        kept.record([(MAIN, [reading(START, free("2"))])])
        assert listing.count(kept) == 2
        assert last(kept).reading.document() == free("2")


# -- the versions of the tables


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give this program tables of one version more."""
    from bnacct.archive import schema

    known = schema.migrations

    def with_one_more(dialect: schema.Dialect) -> Any:
        return [*known(dialect), ["ALTER TABLE account ADD COLUMN note TEXT"]]

    monkeypatch.setattr(schema, "migrations", with_one_more)


def test_a_newer_archive_is_refused_with_a_sentence_and_left_alone(place: str) -> None:
    with opened(place) as kept:
        kept.record([(MAIN, [reading(START, free("1"))])])
        if kept.database.dialect == "sqlite":
            kept.database.run("PRAGMA user_version = 7")
        else:
            kept.database.run("UPDATE version SET number = 7")
    for write in (False, True):
        with pytest.raises(ArchiveError, match="is of version 7, and this bnacct knows versions up to 1") as told:
            archive.open(place, write=write)
        assert told.value.exit_status == 10
    with pytest.raises(ArchiveError, match="version 7"):
        archive.init(place)


def test_an_older_archive_is_brought_up_to_date_by_init(place: str, request: pytest.FixtureRequest) -> None:
    with opened(place) as kept:
        kept.record([(MAIN, [reading(START, free("1"))])])
    request.getfixturevalue("later")
    with archive.init(place) as kept:
        assert kept.database.rows("SELECT name, note FROM account") == [("main", None)]
        assert last(kept).reading.document() == free("1")


def test_a_migration_that_fails_changes_nothing(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from bnacct.archive import schema

    with opened(place) as kept:
        kept.record([(MAIN, [reading(START, free("1"))])])
    known = schema.migrations
    broken = ["ALTER TABLE account ADD COLUMN note TEXT", "ALTER TABLE nowhere ADD COLUMN note TEXT"]
    monkeypatch.setattr(schema, "migrations", lambda dialect: [*known(dialect), broken])
    with pytest.raises(ArchiveError):
        archive.init(place)
    monkeypatch.undo()
    with archive.open(place) as kept:
        assert last(kept).reading.document() == free("1")
        assert kept.database.rows("SELECT * FROM account") == [(1, *MAIN)]


def test_no_statement_needs_a_recent_sqlite() -> None:
    room = Path(archive.__file__).parent
    source = "\n".join(path.read_text() for path in room.glob("*.py") if path.name != "schema.py")
    assert " RETURNING" not in source
    from bnacct.archive import schema

    assert not any(") STRICT" in statement for step in schema.migrations("sqlite") for statement in step)
