"""Every number of every view has one name; a name finds its number, its rows, or the nearest names."""

from decimal import Decimal
from typing import Any

import pytest

from bnacct import queries, views
from bnacct.monitoring import figures
from bnacct.monitoring.figures import Figure, Name, UnknownFigure
from bnacct.views import View
from tests.readings import COMMANDS, Command

NOW_MS = 1_795_000_000_000
# Finding is linear in the rows, so finding each is not.
TRIED = 40
KNOWN: dict[str, View] = {query.name: query.view for query in queries.QUERIES}
_BY_NAME = {command.name: command for command in COMMANDS}


def document(name: str, account: str = "rich") -> Any:
    return _BY_NAME[name].document(account, NOW_MS)


def found(text: str, answer: Any = None, *, is_complete: bool = True) -> dict[str, str | None]:
    """Return the figures that a name stands for, as text by their own names."""
    name = figures.parse(text, KNOWN)
    answer = document(name.command) if answer is None else answer
    result = figures.find(name, KNOWN[name.command], answer, is_complete=is_complete)
    return {str(each.name): None if each.value is None else f"{each.value:f}{each.unit}" for each in result}


@pytest.mark.parametrize("command", COMMANDS, ids=[command.name for command in COMMANDS])
@pytest.mark.parametrize("account", ["docs", "rich", "large"])
def test_every_figure_is_found_again_under_its_name(command: Command, account: str) -> None:
    answer = command.document(account, NOW_MS)
    every = list(figures.every(command.name, command.view, answer))

    assert len({str(figure.name) for figure in every}) == len(every)
    for figure in every[:: max(1, len(every) // TRIED)]:
        name = figures.parse(str(figure.name), {command.name: command.view})
        assert figures.find(name, command.view, answer) == [figure]


@pytest.mark.parametrize("command", COMMANDS, ids=[command.name for command in COMMANDS])
def test_every_number_of_a_view_is_a_figure(command: Command) -> None:
    every = {figure.name.field for figure in figures.every(command.name, command.view, document(command.name))}

    amounts = {
        column.name for section in command.view.sections for column in section.columns if column.kind in views.AMOUNTS
    }
    assert amounts <= every


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("user-assets.BTC.free", "1.23456789"),
        ("user-assets.btc.free", "1.23456789"),
        ("user-assets.[x].free", "7"),
        ("user-assets.这是测试币.free", "88.88"),
        ("futures-account.totalMarginBalance", "9930.21790000"),
        ("futures-account.marginRatio", "2.58%"),
        ("futures-account.USDT.unrealizedProfit", "-412.33210000"),
        ("futures-account.BTCUSDT/LONG.unrealizedProfit", "187.66790000"),
        ("snapshot-spot.totalAssetOfBtc", "1.81234567"),
        ("snapshot-margin.USDT.borrowed", "499.00000000"),
    ],
)
def test_a_name_finds_its_number(name: str, value: str) -> None:
    assert list(found(name).values()) == [value]


def test_a_symbol_alone_finds_both_sides_of_its_position() -> None:
    assert found("futures-account.BTCUSDT.positionAmt") == {
        "futures-account.BTCUSDT/LONG.positionAmt": "0.150",
        "futures-account.BTCUSDT/SHORT.positionAmt": "-0.050",
    }


def test_a_position_in_one_way_mode_goes_by_its_symbol_with_or_without_its_side() -> None:
    position = {"symbol": "BTCUSDT", "positionSide": "BOTH", "positionAmt": "-1", "unrealizedProfit": "5"}
    answer = {"assets": [], "positions": [position]}

    assert found("futures-account.BTCUSDT.positionAmt", answer) == {"futures-account.BTCUSDT.positionAmt": "-1"}
    assert found("futures-account.BTCUSDT/SHORT.positionAmt", answer) == {"futures-account.BTCUSDT.positionAmt": "-1"}
    assert found("futures-account.BTCUSDT/LONG.positionAmt", answer) == {
        "futures-account.BTCUSDT/LONG.positionAmt": "0"
    }


def test_a_star_finds_all_rows_of_all_sections() -> None:
    rows = found("futures-account.*.unrealizedProfit")

    assert "futures-account.USDT.unrealizedProfit" in rows
    assert "futures-account.1000SHIBUSDT/SHORT.unrealizedProfit" in rows
    assert "futures-account.totalUnrealizedProfit" not in rows


def test_a_star_over_no_rows_finds_nothing() -> None:
    assert found("user-assets.*.free", []) == {}


def test_the_last_day_of_snapshots_counts() -> None:
    days = document("snapshot-spot")

    assert found("snapshot-spot.totalAssetOfBtc", days[:3]) == {
        "snapshot-spot.totalAssetOfBtc": days[2]["data"]["totalAssetOfBtc"]
    }
    assert found("snapshot-spot.totalAssetOfBtc", []) == {"snapshot-spot.totalAssetOfBtc": None}


def test_rows_of_one_name_are_told_apart() -> None:
    position = {"symbol": "BTCUSDT", "unRealizedProfit": "0", "entryPrice": "1", "markPrice": "1"}
    rows = [{**position, "positionAmt": "1"}, {**position, "positionAmt": "-2"}]
    days = [{"type": "futures", "updateTime": NOW_MS, "data": {"assets": [], "position": rows}}]

    assert found("snapshot-futures.BTCUSDT.positionAmt", days) == {
        "snapshot-futures.BTCUSDT/LONG.positionAmt": "1",
        "snapshot-futures.BTCUSDT/SHORT.positionAmt": "-2",
    }


def test_an_asset_that_is_not_held_is_0_in_a_complete_answer_and_unknown_in_any_other() -> None:
    assert found("user-assets.XYZ.free") == {"user-assets.XYZ.free": "0"}
    assert found("user-assets.XYZ.free", is_complete=False) == {"user-assets.XYZ.free": None}
    assert found("user-assets.BTC.free", is_complete=False) == {"user-assets.BTC.free": "1.23456789"}


def test_a_star_over_an_incomplete_answer_has_an_unknown_row() -> None:
    assert found("user-assets.*.free", [{"asset": "BTC", "free": "1"}], is_complete=False) == {
        "user-assets.BTC.free": "1",
        "user-assets.*.free": None,
    }


def test_what_is_not_held_has_no_price() -> None:
    assert found("snapshot-futures.XRPUSDT.positionAmt") == {"snapshot-futures.XRPUSDT.positionAmt": "0"}
    assert found("snapshot-futures.XRPUSDT.markPrice") == {"snapshot-futures.XRPUSDT.markPrice": None}


@pytest.mark.parametrize("unknown", ["", None, "NaN", "1e999"])
def test_an_unknown_value_stays_unknown(unknown: object) -> None:
    assert found("user-assets.BTC.free", [{"asset": "BTC", "free": unknown}]) == {"user-assets.BTC.free": None}


def test_a_missing_field_is_unknown() -> None:
    assert found("user-assets.BTC.free", [{"asset": "BTC"}]) == {"user-assets.BTC.free": None}


def test_minus_zero_is_zero() -> None:
    name = figures.parse("user-assets.BTC.free", KNOWN)

    assert figures.find(name, KNOWN["user-assets"], [{"asset": "BTC", "free": "-0"}]) == [Figure(name, Decimal(0))]


def test_an_asset_with_dots_in_its_name_is_one_name() -> None:
    assert figures.parse("user-assets.A.B.free", KNOWN) == Name("user-assets", "A.B", "free")


@pytest.mark.parametrize(
    ("wrong", "nearest"),
    [
        ("user-assets.free", "user-assets.*.free"),
        ("user-asset.BTC.fre", "user-assets.BTC.free"),
        ("futures-account.marginratio", "futures-account.marginRatio"),
        ("futures-account.totalMarginBalanc", "futures-account.totalMarginBalance"),
        ("futures-acount.BTCUSDT/LONG.unrealisedProfit", "futures-account.BTCUSDT/LONG.unrealizedProfit"),
        ("user-assets.BTC.zzz", "user-assets.BTC.btcValuation"),
        ("nothing", "user-assets"),
        ("", "user-assets"),
        ("...", "user-assets"),
    ],
)
def test_a_wrong_name_is_refused_with_the_nearest(wrong: str, nearest: str) -> None:
    with pytest.raises(UnknownFigure, match=r"[.?]$") as refused:
        figures.parse(wrong, KNOWN)

    assert nearest in str(refused.value)


def test_a_text_or_a_flag_is_no_figure() -> None:
    for name in ("user-assets.BTC.asset", "ws-balance.USDT.marginAvailable", "ws-balance.USDT.updateTime"):
        with pytest.raises(UnknownFigure):
            figures.parse(name, KNOWN)
