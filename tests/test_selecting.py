"""What part of an answer is shown: fields, sections, assets, totals; and what is said of what is not there."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bnacct import views
from bnacct.sandbox import Sandbox
from tests.conftest import Outcome

Run = Callable[..., Outcome]
Exchange = Callable[..., Sandbox]


@pytest.fixture
def rich(exchange: Exchange) -> Sandbox:
    return exchange("rich")


def column(outcome: Outcome, name: str) -> list[str]:
    """Return a column of a csv."""
    return [row[name] for row in csv.DictReader(io.StringIO(outcome.text, newline=""))]


class TestFields:
    @pytest.mark.parametrize("option", ["--fields", "--sort"])
    def test_one_of_another_section_is_named_with_its_section(self, run: Run, option: str) -> None:
        outcome = run("futures-account", option, "totalMarginBalance")

        assert (outcome.status, outcome.out) == (2, b"")
        assert f"{option}: totalMarginBalance is in totals: --section totals." in outcome.err

    def test_a_misspelt_one_is_never_taken_for_a_lookalike(self, run: Run) -> None:
        outcome = run("futures-account", "--fields", "totalMarginBalnce")

        assert "Did you mean totalMarginBalance, which is in totals (--section totals)?" in outcome.err
        assert "mean marginBalance" not in outcome.err

    def test_a_misspelt_one_of_the_section_itself_is_offered(self, run: Run) -> None:
        assert "Did you mean btcValuation?" in run("user-assets", "--fields", "btcvaluation").err

    @pytest.mark.parametrize("form", ["csv", "tsv", "jsonl", "json"])
    def test_computed_ones_are_in_data_where_they_are_named(self, rich: Sandbox, run: Run, form: str) -> None:
        named = run("futures-account", "--section", "positions", "--fields", "symbol,side", "-o", form).text
        all_of_them = run("futures-account", "--section", "positions", "-o", form).text

        assert named.count("SHORT") == 2
        assert '"side"' not in all_of_them
        assert "side" not in all_of_them.splitlines()[0].split(",")

    def test_a_ratio_is_a_number_in_data(self, rich: Sandbox, run: Run) -> None:
        arguments = ("futures-account", "--section", "totals", "--fields", "marginRatio")

        assert run(*arguments, "-o", "csv").text == "marginRatio\r\n2.58\r\n"
        assert run(*arguments, "-o", "json").json == [{"marginRatio": "2.58"}]

    def test_rows_are_sorted_by_a_computed_one_and_stay_as_they_were_sent(self, rich: Sandbox, run: Run) -> None:
        arguments = ("snapshot", "--section", "totals", "--days", "14", "-o", "jsonl")

        changes = run(*arguments, "--sort", "change").text.splitlines()

        assert sorted(changes) == sorted(run(*arguments).text.splitlines())
        assert json.loads(changes[0])["date"] != min(json.loads(line)["date"] for line in changes)


class TestAssets:
    def test_several_are_shown(self, rich: Sandbox, run: Run) -> None:
        outcome = run("user-assets", "--asset", "btc, ETH", "-o", "csv")

        assert column(outcome, "asset") == ["BTC", "ETH"]
        assert len(rich.requests) == 1
        assert "asset=" not in rich.requests[0].query + rich.requests[0].body.decode()

    def test_one_is_asked_of_the_exchange_where_it_can_be(self, rich: Sandbox, run: Run) -> None:
        run("pm-balance", "--asset", "usdt")

        assert "asset=USDT&" in rich.requests[0].query

    @pytest.mark.parametrize("form", ["table", "json", "csv"])
    @pytest.mark.parametrize("command", ["user-assets", "pm-balance", "ws-balance", "futures-account", "snapshot"])
    def test_what_is_not_there_is_named_and_no_failure(self, rich: Sandbox, run: Run, command: str, form: str) -> None:
        outcome = run(command, "--asset", "USDT,XYZ,ABC", "-o", form)

        assert outcome.status == 0
        assert "bnacct: Not in the answer: XYZ, ABC." in outcome.err

    def test_one_that_is_not_there_is_named_too(self, rich: Sandbox, run: Run) -> None:
        assert "Not in the answer: XYZ." in run("user-assets", "--asset", "XYZ").err

    @pytest.mark.parametrize(
        ("command", "section"),
        [
            (("ws-balance",), "balances"),
            (("futures-account",), "assets"),
            (("coin-futures-account",), "assets"),
            (("options-account",), "asset"),
            (("margin-account",), "userAssets"),
            (("isolated-margin",), "assets"),
            (("funding-assets",), "assets"),
            (("earn-positions",), "rows"),
            (("snapshot",), "balances"),
            (("snapshot", "--type", "margin"), "userAssets"),
            (("snapshot", "--type", "futures"), "assets"),
        ],
    )
    def test_every_command_whose_rows_have_an_asset_takes_it(
        self, rich: Sandbox, run: Run, command: tuple[str, ...], section: str
    ) -> None:
        outcome = run(*command, "--asset", "USDT", "-o", "csv")

        assert outcome.status == 0
        assert set(column(outcome, "asset")) <= {"USDT"}
        assert bool(column(outcome, "asset")) != ("Not in the answer: USDT." in outcome.err)
        at = 1 if command[0] in ("snapshot", "isolated-margin") else 0
        shown = run(*command, "--asset", "USDT", "--section", section).text
        assert shown == run(*command, "--asset", "USDT").text
        assert {line.split()[at] for line in shown.splitlines()[1:]} <= {"USDT"}

    def test_json_keeps_its_shape(self, rich: Sandbox, run: Run) -> None:
        whole, narrowed = (
            run("futures-account", "-o", "json").json,
            run("futures-account", "--asset=USDT", "--json").json,
        )

        assert narrowed == {**whole, "assets": [row for row in whole["assets"] if row["asset"] == "USDT"]}

    @pytest.mark.parametrize("command", [("futures-account",), ("futures-risk",), ("snapshot", "--type", "futures")])
    def test_positions_are_narrowed_by_symbol(self, rich: Sandbox, run: Run, command: tuple[str, ...]) -> None:
        outcome = run(*command, "--symbol", "btcusdt", "-o", "csv")

        assert set(column(outcome, "symbol")) == {"BTCUSDT"}
        assert "Not in the answer: XUSDT." in run(*command, "--symbol", "BTCUSDT,XUSDT").err

    def test_of_several_accounts_each_is_narrowed(self, rich: Sandbox, run: Run, tmp_path: Path) -> None:
        folder = tmp_path / "home" / ".config" / "bnacct"
        folder.mkdir(parents=True)
        for name in ("main", "sub"):
            (folder / f"{name}.env").write_text("".join(f"{k}={v}\n" for k, v in rich.environment().items()))
            (folder / f"{name}.env").chmod(0o600)
        several = ("user-assets", "-p", "main", "-p", "sub", "--asset", "BTC,XYZ")

        rows, whole = run(*several, "--csv"), run(*several, "--json")

        assert list(zip(column(rows, "account"), column(rows, "asset"), strict=True)) == [
            ("main", "BTC"),
            ("sub", "BTC"),
        ]
        assert [[row["asset"] for row in each["data"]] for each in whole.json] == [["BTC"], ["BTC"]]
        assert "bnacct: Not in any answer: XYZ.\n" in rows.err
        sides = run("isolated-margin", "-p", "main", "-p", "sub", "--asset", "USDT", "--csv")
        assert set(column(sides, "asset")) == {"USDT"}

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (("snapshot", "--symbol", "BTCUSDT"), "--symbol: no row of this answer has a symbol."),
            (("futures-account", "--section", "totals", "--asset", "BTC"), "--asset: rows of totals have no asset"),
            (("user-assets", "--asset", "BTC,"), "--asset: '' is not the name of an asset."),
            (("user-assets", "--asset", "BTC,ETH", "--raw"), "--raw writes the whole body, so --asset BTC,ETH"),
            (("ws-balance", "--asset", "BTC", "--raw"), "--raw writes the whole body, so --asset BTC"),
        ],
    )
    def test_what_cannot_be_is_refused_before_anything_is_sent(
        self, rich: Sandbox, run: Run, arguments: tuple[str, ...], said: str
    ) -> None:
        outcome = run(*arguments)

        assert (outcome.status, rich.requests) == (2, [])
        assert said in outcome.err


class TestBtcValuation:
    @pytest.mark.parametrize("form", ["table", "csv", "tsv", "jsonl"])
    def test_one_that_was_not_asked_for_is_left_out(self, rich: Sandbox, run: Run, form: str) -> None:
        assert "btcValuation" not in run("user-assets", "--no-btc-valuation", "-o", form).text

    def test_json_keeps_what_came(self, rich: Sandbox, run: Run) -> None:
        sent = json.loads(run("user-assets", "--no-btc-valuation", "--raw").out)

        assert [row["btcValuation"] for row in sent] == ["0"] * len(sent)
        assert run("user-assets", "--no-btc-valuation", "-o", "json").json == sent

    @pytest.mark.parametrize("option", ["--fields", "--sort"])
    def test_it_cannot_be_named(self, run: Run, option: str) -> None:
        outcome = run("user-assets", "--no-btc-valuation", option, "btcValuation")

        assert outcome.status == 2
        assert f"{option}: btcValuation is left out by --no-btc-valuation." in outcome.err


class TestTotal:
    TOTAL = "497142.07928570000000000101"

    def test_a_table_in_a_pipe_ends_with_it(self, rich: Sandbox, run: Run) -> None:
        lines = run("user-assets", "--total").text.splitlines()

        assert lines[-1].split() == ["total", "-", self.TOTAL, "-", "-", "-", "-"]
        assert "total" not in run("user-assets").text

    @pytest.mark.parametrize(("form", "separator"), [("csv", ","), ("tsv", "\t")])
    def test_so_do_csv_and_tsv(self, rich: Sandbox, run: Run, form: str, separator: str) -> None:
        header, *_, last = run("user-assets", "--total", "-o", form).text.splitlines()

        found = dict(zip(header.split(separator), last.split(separator), strict=True))
        assert found == {**dict.fromkeys(found, ""), "asset": "total", "btcValuation": self.TOTAL}

    @pytest.mark.parametrize("form", ["json", "jsonl"])
    def test_so_do_json_and_jsonl_in_a_row_like_the_others(self, rich: Sandbox, run: Run, form: str) -> None:
        outcome = run("user-assets", "--total", "-o", form)

        rows = outcome.json if form == "json" else [json.loads(line) for line in outcome.text.splitlines()]
        assert list(rows[-1]) == [each.name for each in views.USER_ASSETS.sections[0].columns]
        assert (rows[-1]["asset"], rows[-1]["btcValuation"], rows[-1]["free"]) == ("total", self.TOTAL, None)

    def test_it_is_that_of_the_rows_shown(self, rich: Sandbox, run: Run) -> None:
        assert run("user-assets", "--total", "--asset", "BTC,ETH", "--fields", "asset,btcValuation", "--csv").text == (
            "asset,btcValuation\r\nBTC,1.23456789\r\nETH,1.1\r\ntotal,2.33456789\r\n"
        )

    def test_where_a_value_is_unknown_it_is_too_and_that_is_said(
        self, exchange: Exchange, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from bnacct.sandbox.accounts.rich import Rich

        rows: list[dict[str, Any]] = [{"asset": "BTC", "free": "1", "btcValuation": value} for value in ("1", "")]
        monkeypatch.setattr(Rich, "user_assets", lambda self, *_: rows)
        exchange("rich")

        for form in ("csv", "table"):
            outcome = run("user-assets", "--total", "-o", form, "--fields", "asset,btcValuation")
            assert outcome.status == 0
            assert "No total: not every btcValuation is known." in outcome.err
        assert run("user-assets", "--total", "--fields", "asset,btcValuation", "--csv").text.endswith("total,\r\n")

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (("pm-balance",), "--total: no column here has amounts of one kind to add up."),
            (("user-assets", "--no-btc-valuation"), "--total: no column here"),
            (("user-assets", "--fields", "asset,free"), "--total: it is that of btcValuation"),
            (("user-assets", "--raw"), "--raw writes the whole body, so --total cannot"),
        ],
    )
    def test_where_none_means_anything_it_is_refused(self, run: Run, arguments: tuple[str, ...], said: str) -> None:
        outcome = run(*arguments, "--total")

        assert (outcome.status, outcome.out) == (2, b"")
        assert said in outcome.err


@pytest.mark.parametrize("form", ["csv", "tsv", "table"])
def test_a_header_can_be_left_out(rich: Sandbox, run: Run, form: str) -> None:
    whole, without = (run("user-assets", "-o", form, *more).text.splitlines() for more in ((), ("--no-header",)))

    assert whole[1:] == without


class TestHelp:
    @pytest.mark.parametrize(
        ("command", "said"),
        [
            ("futures-account", "Sections: assets, positions, totals."),
            ("snapshot", "Sections: balances, totals (spot); userAssets, totals (margin); assets, position (futures)."),
            ("ws-balance", "Sections: balances."),
        ],
    )
    def test_that_of_a_command_names_its_sections(self, run: Run, command: str, said: str) -> None:
        assert said in " ".join(run(command, "--help").text.split())

    def test_that_of_the_sandbox_lists_accounts_and_faults(self, run: Run) -> None:
        shown = run("sandbox", "--help").text

        for said in ("  docs-multi ", "  hostile ", "  rate-limit=1 ", "  html ", "  ban=120 "):
            assert said in shown
