"""Views show every field that the API documents describe, exactly, and refuse what is of no documented shape."""

import copy
import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from bnacct import output, queries, views
from bnacct.client.decoding import decode
from bnacct.views import Section, View, WrongShape

# The five API documents, as published, from their description to the end of their samples.
DOCUMENTS = Path(__file__).parent / "documents"

LISTS = [views.PM_BALANCE, views.USER_ASSETS, views.WS_BALANCE, views.FUNDING_ASSETS]
ALL_VIEWS = [view for view in views.VIEWS.values() if view not in (views.DOCTOR, views.PROFILES, views.OVERVIEW)]

# What an answer says of itself, and not of the account.
ENVELOPE = {"code", "msg", "total"}
# Beside the sections of an answer, and in no row: JSON has it.
BESIDE = {"canDeposit", "canTrade", "canWithdraw", "feeTier", "time", "reduceOnly", "tradeGroupId"}
# Objects that are one field.
OBJECTS = {"tierAnnualPercentageRate"}


def samples(document: str) -> list[Any]:
    """Return the sample answers of a document, mended: they hold comments, no-break spaces, and lack commas."""
    text = (DOCUMENTS / f"{document}.md").read_text(encoding="utf-8").rpartition("响应示例")[2]
    mended = re.sub(r"//.*", "", text).replace("\xa0", " ")
    mended = re.sub(r'([^\s,{\[])(\s*\n\s*")', r"\1,\2", mended)
    return [json.loads(found) for found in re.findall(r"^[\[{].*?^[\]}]\s*$", mended, re.MULTILINE | re.DOTALL)]


def _of_documents() -> dict[str, tuple[View, ...]]:
    """Return, for each document, the view of each of its samples: the snapshot's differ, and all others' are one."""
    found = {query.endpoint.name: (query.view,) * len(samples(query.endpoint.name)) for query in queries.QUERIES}
    return {**found, "snapshot": tuple(views.SNAPSHOTS.values())}


VIEWS = _of_documents()
SAMPLES = [
    (view, sample.get("result") if document == "ws-balance" else sample)
    for document, shown in VIEWS.items()
    for view, sample in zip(shown, samples(document), strict=True)
]
SAMPLE_IDS = [f"{name}-{number}" for name, shown in VIEWS.items() for number in range(len(shown))]


def leaves(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield every field that holds neither an object nor a list."""
    for child in value if isinstance(value, list) else []:
        yield from leaves(child)
    for name, child in value.items() if isinstance(value, dict) else []:
        if isinstance(child, list | dict) and name not in OBJECTS:
            yield from leaves(child)
        else:
            yield name, child


def _not_shown(view: View) -> set[str]:
    return ENVELOPE | BESIDE | ({"type"} if view.envelope else set())


def shown(view: View, answer: Any, section: str | None = None) -> list[dict[str, Any]]:
    """Return the rows of a section, or of the first one."""
    document = views.document(view, copy.deepcopy(answer))
    return list(views.rows(view.section(section) if section else view.sections[0], document))


def daily(*days: dict[str, Any]) -> dict[str, Any]:
    return {"code": 200, "msg": "", "snapshotVos": list(days)}


def spot_day(**changes: Any) -> dict[str, Any]:
    balances = [{"asset": "BTC", "free": "1", "locked": "0"}]
    return {
        "type": "spot",
        "updateTime": 1576281599000,
        "data": {"balances": balances, "totalAssetOfBtc": "1"},
    } | changes


# -- the documents


@pytest.mark.parametrize(("view", "sample"), SAMPLES, ids=SAMPLE_IDS)
def test_every_documented_field_is_a_column(view: View, sample: Any) -> None:
    columns = {column.name for section in view.sections for column in section.columns}
    assert {name for name, _ in leaves(sample)} - _not_shown(view) - columns == set()


@pytest.mark.parametrize(("view", "sample"), SAMPLES, ids=SAMPLE_IDS)
def test_every_section_shows_its_own_documented_fields(view: View, sample: Any) -> None:
    for section in view.sections:
        columns = [column.name for column in section.columns]
        for row in shown(view, sample, section.name):
            assert [name for name in row if name not in columns] == []
            # Sent with an asset, pm-balance has one field less than sent without.
            assert [name for name in columns if name not in row and name != "crossMarginAsset"] == []


@pytest.mark.parametrize(("view", "sample"), SAMPLES, ids=SAMPLE_IDS)
def test_every_column_is_of_the_kind_that_the_sample_shows(view: View, sample: Any) -> None:
    kinds = {column.name: column.kind for section in view.sections for column in section.columns}
    expected = {name: kinds_of(value) for name, value in leaves(sample) if name not in _not_shown(view)}
    assert [name for name, possible in expected.items() if kinds[name] not in possible] == []


def kinds_of(value: Any) -> Sequence[str]:
    """Return what kinds of column a field of a sample may be."""
    if isinstance(value, bool):
        return ["flag"]
    if isinstance(value, dict):
        return ["object"]
    if isinstance(value, int):
        # An id, or a rank; what is 0 may be a time, too.
        return ["time"] if value > 10**12 else ["aside", "time"]
    return views.NUMBERS if re.fullmatch(r"|-?[0-9]+(\.[0-9]+)?", value) else ["text", "aside", "side"]


@pytest.mark.parametrize(("view", "sample"), SAMPLES, ids=SAMPLE_IDS)
def test_a_header_has_the_order_of_the_document(view: View, sample: Any) -> None:
    for section in view.sections:
        documented = list(shown(view, sample, section.name)[0])
        pieces, _ = output.render(
            "csv",
            view,
            views.document(view, sample),
            selection=output.Selection(section),
            screen=output.Screen(False, None, False),
        )
        header = b"".join(pieces).decode().splitlines()[0].split(",")
        if section.name == "position":  # its sample names the symbol late; a row starts with what it is about
            documented = ["date", "updateTime", "symbol", *[name for name in documented[2:] if name != "symbol"]]
        # Sent with an asset, pm-balance has one field less than sent without.
        assert [name for name in header if name in documented or name != "crossMarginAsset"] == documented


@pytest.mark.parametrize("view", views.SNAPSHOTS.values(), ids=list(views.SNAPSHOTS))
def test_the_header_of_a_daily_section_starts_with_its_day(view: View) -> None:
    for section in view.sections:
        assert [column.name for column in section.columns][:2] == ["date", "updateTime"]


def test_a_view_is_found_by_its_name() -> None:
    assert {name: view.name for name, view in views.VIEWS.items()} == {name: name for name in views.VIEWS}
    exported = [view for view in vars(views).values() if isinstance(view, View)]
    by_type = [*views.SNAPSHOTS.values(), *views.EARN_POSITIONS.values()]
    assert sorted(views.VIEWS) == sorted(view.name for view in [*exported, *by_type])
    assert [f"snapshot-{type_.lower()}" for type_ in views.SNAPSHOTS] == [
        view.name for view in views.SNAPSHOTS.values()
    ]


def test_there_are_two_samples_where_there_are_two_modes() -> None:
    several = {name: len(shown) for name, shown in VIEWS.items() if len(shown) > 1}
    assert several == {"snapshot": 3, "futures-account": 2, "pm-balance": 2}


@pytest.mark.parametrize(("view", "sample"), SAMPLES, ids=SAMPLE_IDS)
def test_a_document_is_the_answer_without_its_envelope_and_nothing_else(view: View, sample: Any) -> None:
    expected = sample["snapshotVos"] if view.envelope else [sample] if view in LISTS and sample else sample
    expected = sample[view.listed] if view.listed else expected
    expected = sample if isinstance(sample, list) else expected
    assert expected == views.document(view, copy.deepcopy(sample))


def test_what_is_owed_is_marked_as_debt() -> None:
    columns = [column for view in ALL_VIEWS for section in view.sections for column in section.columns]
    expected = {"borrowed", "interest", "totalLiabilityOfBtc", "negativeBalance"}
    expected |= {"crossMarginBorrowed", "crossMarginInterest"}
    assert expected == {column.name for column in columns if column.kind == "debt"}


@pytest.mark.parametrize("view", ALL_VIEWS)
def test_a_view_shows_each_of_its_sections_once(view: View) -> None:
    names = [section.name for section in view.sections]
    assert len(names) == len(set(names))
    for section in view.sections:
        columns = [column.name for column in section.columns]
        assert len(columns) == len(set(columns))
    with pytest.raises(KeyError):
        view.section("nothing")


# -- shapes


def test_a_list_and_a_bare_object_have_the_same_shape_where_both_are_documented() -> None:
    row = {"asset": "USDT", "updateTime": 0}
    assert views.document(views.PM_BALANCE, [dict(row)]) == [row]
    assert views.document(views.PM_BALANCE, dict(row)) == [row]
    assert views.document(views.PM_BALANCE, {}) == []
    assert views.document(views.PM_BALANCE, []) == []


@pytest.mark.parametrize("view", [views.USER_ASSETS, views.WS_BALANCE])
@pytest.mark.parametrize("answer", [{}, {"asset": "USDT"}])
def test_elsewhere_an_object_is_no_empty_account(view: View, answer: Any) -> None:
    with pytest.raises(WrongShape):
        views.document(view, answer)


@pytest.mark.parametrize("code", [None, "", 0, "ok"])
def test_a_snapshot_whose_code_is_not_200_is_no_empty_account(code: Any) -> None:
    with pytest.raises(WrongShape):
        views.document(views.SNAPSHOTS["SPOT"], {"code": code, "msg": "", "snapshotVos": []})


def test_a_name_that_is_no_plain_value_is_of_a_wrong_shape() -> None:
    with pytest.raises(WrongShape):
        views.document(views.USER_ASSETS, [{"asset": {"x": 1}, "free": "1"}])


def test_a_wrong_shape_is_seen_in_any_column() -> None:
    with pytest.raises(WrongShape, match="is not a plain value"):
        views.document(views.WS_BALANCE, [{"accountAlias": {"x": 1}, "asset": "BTC", "balance": "1"}])


@pytest.mark.parametrize("view", LISTS)
@pytest.mark.parametrize(
    "answer", [{"success": True}, {"msg": "maintenance"}, {"result": []}, {"rows": [], "total": 0}]
)
def test_an_object_that_is_no_asset_is_of_a_wrong_shape(view: View, answer: Any) -> None:
    with pytest.raises(WrongShape):
        views.document(view, answer)


@pytest.mark.parametrize("view", ALL_VIEWS)
@pytest.mark.parametrize("answer", [None, True, 1, "text", "ok", [1], ["text"], [None], [[]], [[{}]], [{}, 1]])
def test_an_answer_that_holds_no_objects_is_of_a_wrong_shape(view: View, answer: Any) -> None:
    with pytest.raises(WrongShape):
        views.document(view, answer)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"code": 200, "msg": ""},
        {"snapshotVos": None},
        {"snapshotVos": {}},
        {"snapshotVos": [1]},
        {"snapshotVos": [{}]},
        daily({"type": "spot", "updateTime": 1}),
        daily(spot_day(data=None)),
        daily(spot_day(data=[])),
        daily(spot_day(data={"totalAssetOfBtc": "1"})),
        daily(spot_day(data={"balances": None})),
        daily(spot_day(data={"balances": {}})),
        daily(spot_day(data={"balances": ["BTC"]})),
        daily(spot_day(type="margin")),
        daily(spot_day(), spot_day(type="futures")),
        [spot_day()],
    ],
)
def test_a_snapshot_of_a_wrong_shape_is_refused(answer: Any) -> None:
    with pytest.raises(WrongShape):
        views.document(views.SNAPSHOTS["SPOT"], answer)


def test_no_snapshots_are_an_empty_list() -> None:
    assert [views.document(view, daily()) for view in views.SNAPSHOTS.values()] == [[], [], []]
    assert shown(views.SNAPSHOTS["SPOT"], daily(), "totals") == []


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"assets": []},
        {"positions": []},
        {"assets": {}, "positions": []},
        {"assets": [], "positions": None},
        {"assets": [], "positions": [1]},
        {"assets": [{"asset": "USDT", "walletBalance": {}}], "positions": []},
        {"assets": [], "positions": [], "totalMarginBalance": ["1"]},
    ],
)
def test_a_futures_account_of_a_wrong_shape_is_refused(answer: Any) -> None:
    with pytest.raises(WrongShape):
        views.document(views.FUTURES_ACCOUNT, answer)


def test_a_wrong_shape_in_any_section_is_told_by_its_field() -> None:
    with pytest.raises(WrongShape, match="it has no field positions"):
        views.document(views.FUTURES_ACCOUNT, {"assets": []})
    with pytest.raises(WrongShape, match="free is not an amount"):
        views.document(views.USER_ASSETS, [{"asset": "BTC", "free": ["1"]}])


# -- amounts and unknown fields


def test_whole_numbers_become_the_strings_they_should_have_been() -> None:
    answer = decode('[{"asset":"BTC","free":1,"locked":0,"freeze":-3,"withdrawing":12345678901234567890123}]')
    amounts = {"free": "1", "locked": "0", "freeze": "-3", "withdrawing": "12345678901234567890123"}
    assert shown(views.USER_ASSETS, answer) == [{"asset": "BTC", **amounts}]


def test_fractions_keep_every_digit() -> None:
    answer = decode('[{"asset":"BTC","free":0.10,"locked":1e-8,"freeze":50300000001.449111050000000001}]')
    amounts = {"free": "0.10", "locked": "1e-8", "freeze": "50300000001.449111050000000001"}
    assert shown(views.USER_ASSETS, answer) == [{"asset": "BTC", **amounts}]


def test_whole_numbers_become_strings_in_every_section() -> None:
    answer = {
        "totalMarginBalance": 5,
        "assets": [{"walletBalance": 6}],
        "positions": [{"notional": 7, "updateTime": 8}],
    }
    document = {
        "totalMarginBalance": "5",
        "assets": [{"walletBalance": "6"}],
        "positions": [{"notional": "7", "updateTime": 8}],
    }
    assert document == views.document(views.FUTURES_ACCOUNT, answer)
    day = spot_day(data={"balances": [{"asset": "BTC", "free": 1}], "totalAssetOfBtc": 2})
    assert shown(views.SNAPSHOTS["SPOT"], daily(day))[0]["free"] == "1"
    assert shown(views.SNAPSHOTS["SPOT"], daily(day), "totals")[0]["totalAssetOfBtc"] == "2"


def test_unknown_is_not_zero() -> None:
    row = {"asset": "USDT", "crossMarginFree": "", "cmUnrealizedPNL": None}
    assert shown(views.PM_BALANCE, [row]) == [row]


def test_fields_that_no_document_names_are_kept() -> None:
    row = {"asset": "BTC", "free": "1", "new": 3, "nested": {"deep": [1]}}
    assert shown(views.USER_ASSETS, [row]) == [row]
    totals = {"assets": [], "positions": [], "newTotal": "1", "mode": True}
    assert shown(views.FUTURES_ACCOUNT, totals, "totals") == [{"newTotal": "1", "mode": True}]
    assert views.document(views.FUTURES_ACCOUNT, copy.deepcopy(totals)) == totals


# -- the answer itself


WHOLE_NUMBERS: list[tuple[View, Any]] = [
    (views.USER_ASSETS, [{"asset": "BTC", "free": 1, "locked": "0"}, {"asset": "ETH", "free": "2"}]),
    (views.PM_BALANCE, {"asset": "BTC", "crossMarginBorrowed": 1}),
    (views.FUTURES_ACCOUNT, {"totalMarginBalance": 5, "assets": [{"walletBalance": 6}], "positions": [{}]}),
    (views.SNAPSHOTS["SPOT"], daily(spot_day(data={"balances": [{"asset": "A", "free": 1}], "totalAssetOfBtc": 2}))),
]


@pytest.mark.parametrize(("view", "answer"), [*SAMPLES, *WHOLE_NUMBERS])
def test_the_answer_stays_as_it_was(view: View, answer: Any) -> None:
    before = copy.deepcopy(answer)
    document = views.document(view, answer)
    for section in view.sections:
        list(views.rows(section, document))
    assert before == answer


@pytest.mark.parametrize(("view", "sample"), SAMPLES, ids=SAMPLE_IDS)
def test_an_answer_whose_amounts_are_strings_is_not_copied(view: View, sample: Any) -> None:
    document = views.document(view, sample)
    opened = sample[view.envelope or view.listed] if view.envelope or view.listed else sample
    assert document is opened or (document == [sample] and document[0] is sample)


def test_only_what_has_to_change_is_copied() -> None:
    answer = [{"asset": "BTC", "free": 1}, {"asset": "ETH", "free": "2"}]
    document = views.document(views.USER_ASSETS, answer)
    assert document == [{"asset": "BTC", "free": "1"}, {"asset": "ETH", "free": "2"}]
    assert document[1] is answer[1]


# -- dates


@pytest.fixture
def far_east(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "EAST-14")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("far_east")
@pytest.mark.parametrize(
    ("stamp_ms", "date"),
    [
        (1576281599000, "2019-12-13"),
        (1576281599999, "2019-12-13"),
        (1576281600000, "2019-12-14"),
        (1709164800000, "2024-02-29"),
        (0, "1970-01-01"),
        (-1, "1969-12-31"),
    ],
)
def test_a_day_has_its_date_in_utc_first(stamp_ms: int, date: str) -> None:
    view = views.SNAPSHOTS["SPOT"]
    row = {"date": date, "updateTime": stamp_ms, "asset": "BTC", "free": "1", "locked": "0"}
    assert shown(view, daily(spot_day(updateTime=stamp_ms))) == [row]
    assert list(shown(view, daily(spot_day(updateTime=stamp_ms)))[0]) == list(row)
    assert shown(view, daily(spot_day(updateTime=stamp_ms)), "totals") == [
        {"date": date, "updateTime": stamp_ms, "totalAssetOfBtc": "1"}
    ]


@pytest.mark.parametrize("stamp", [None, "", "soon", "1576281599000", 10**15, 10**18, 10**30, -(10**18), [], {}])
def test_a_day_whose_time_is_no_time_has_an_empty_date(stamp: Any) -> None:
    row = shown(views.SNAPSHOTS["SPOT"], daily(spot_day(updateTime=stamp)))[0]
    assert (row["date"], row["updateTime"]) == ("", stamp)


def test_a_day_without_a_time_has_an_empty_date() -> None:
    day = spot_day()
    del day["updateTime"]
    row = shown(views.SNAPSHOTS["SPOT"], daily(day))[0]
    assert (row["date"], row["updateTime"]) == ("", None)


def test_the_days_of_a_daily_section_are_told_apart_unless_an_asset_is_followed_across_them() -> None:
    days = daily(spot_day(), spot_day(updateTime=1576368000000))
    section = views.SNAPSHOTS["SPOT"].section("balances")
    found = shown(views.SNAPSHOTS["SPOT"], days)
    assert [section.identity(row) for row in found] == [("2019-12-13", "BTC"), ("2019-12-15", "BTC")]
    assert [section.identity(row, across_days=True) for row in found] == [("BTC",), ("BTC",)]


def test_each_day_has_rows_of_its_own() -> None:
    days = daily(spot_day(), spot_day(updateTime=1576368000000))
    assert [row["date"] for row in shown(views.SNAPSHOTS["SPOT"], days)] == ["2019-12-13", "2019-12-15"]


# -- what is derived


def derived(**totals: Any) -> str:
    section: Section = views.FUTURES_ACCOUNT.section("totals")
    derive: Callable[[dict[str, Any]], dict[str, Any]] | None = section.derived
    assert derive is not None
    ratio: str = derive(totals)["marginRatio"]
    return ratio


@pytest.mark.parametrize(
    ("maintenance", "balance", "ratio"),
    [
        ("1", "8", "12.50 %"),
        ("0.00000000", "103.12345678", "0.00 %"),
        ("1", "3", "33.33 %"),
        ("2", "3", "66.67 %"),
        ("150", "100", "150.00 %"),
        ("1", "-4", "-25.00 %"),
        ("0.1", "0.3", "33.33 %"),
        ("9007199254740993", "9007199254740993", "100.00 %"),
        ("12345678901234567890.12345678", "98765432109876543210.98765432", "12.50 %"),
        ("0.00000001", "1000000000", "0.00 %"),
    ],
)
def test_the_margin_ratio_is_maintenance_of_balance_in_percent(maintenance: str, balance: str, ratio: str) -> None:
    assert ratio == derived(totalMaintMargin=maintenance, totalMarginBalance=balance)


@pytest.mark.parametrize(
    "totals",
    [
        {},
        {"totalMaintMargin": "1"},
        {"totalMarginBalance": "1"},
        {"totalMaintMargin": "0", "totalMarginBalance": "0"},
        {"totalMaintMargin": "1", "totalMarginBalance": "0.00000000"},
        {"totalMaintMargin": "", "totalMarginBalance": "1"},
        {"totalMaintMargin": "1", "totalMarginBalance": ""},
        {"totalMaintMargin": None, "totalMarginBalance": None},
        {"totalMaintMargin": "much", "totalMarginBalance": "1"},
        {"totalMaintMargin": "NaN", "totalMarginBalance": "1"},
        {"totalMaintMargin": "1", "totalMarginBalance": "NaN"},
        {"totalMaintMargin": "Infinity", "totalMarginBalance": "1"},
        {"totalMaintMargin": "1", "totalMarginBalance": "-Infinity"},
        {"totalMaintMargin": "1e999999999", "totalMarginBalance": "1e-999999999"},
    ],
)
def test_the_margin_ratio_is_unknown_where_it_cannot_be_told(totals: dict[str, Any]) -> None:
    assert derived(**totals) == ""


def test_what_is_derived_is_in_no_data() -> None:
    totals = {"totalMaintMargin": "1", "totalMarginBalance": "8", "assets": [], "positions": []}
    assert "marginRatio" not in json.dumps(views.document(views.FUTURES_ACCOUNT, copy.deepcopy(totals)))
    assert shown(views.FUTURES_ACCOUNT, totals, "totals") == [{"totalMaintMargin": "1", "totalMarginBalance": "8"}]
