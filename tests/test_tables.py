"""Tables a person can read at a glance.

Whole tables are compared with tests/goldens: `REGENERATE_GOLDENS=1 pytest tests/test_tables.py` writes them anew, and
the diff is to be read.
"""

import os
import textwrap
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from bnacct import output, views
from bnacct.output import Repeat, Screen, Selection, cells, layouts, trend
from bnacct.views import amounts, derived
from tests.readings import COMMANDS, Command

GOLDENS = Path(__file__).parent / "goldens"
WIDTHS = (40, 80, 120, 200)
# 2026-11-20 12:00 UTC.
NOW_MS = 1795176000000

BY_NAME = {command.name: command for command in COMMANDS}
COLOR = Screen(True, 120, True)


def screen(width: int, encoding: str = "utf-8") -> Screen:
    return Screen(True, width, False, encoding)


def drawn(
    view: views.View, document: Any, where: Screen, selection: Selection | None = None, previous: Any = None
) -> tuple[str, list[str]]:
    """Return the text of a table, and the notes beside it."""
    repeat = Repeat(1 if previous is None else 2, previous)
    pieces, notes = output.render(
        "table", view, document, selection=selection or Selection(), screen=where, repeat=repeat
    )
    body = b"".join(pieces)
    return body.decode(where.encoding), notes


def of(name: str, account: str, where: Screen, **selected: Any) -> tuple[str, list[str]]:
    command = BY_NAME[name]
    section = selected.pop("section", None)
    selection = Selection(section and command.view.section(section), **selected)
    return drawn(command.view, command.document(account, NOW_MS), where, selection)


def wallet(**amounts: Any) -> dict[str, Any]:
    """Return a row of user-assets."""
    nothing = dict.fromkeys(("free", "locked", "freeze", "withdrawing", "ipoable", "btcValuation"), "0")
    return {"asset": "USDT", **nothing, **amounts}


def assets(rows: list[dict[str, Any]], where: Screen, **selected: Any) -> tuple[str, list[str]]:
    return drawn(views.USER_ASSETS, rows, where, Selection(**selected))


@pytest.mark.parametrize("account", ["rich", "hostile"])
@pytest.mark.parametrize("command", COMMANDS, ids=list(BY_NAME))
def test_a_table_is_as_it_was(command: Command, account: str) -> None:
    document = command.document(account, NOW_MS)
    pages = []
    for width in WIDTHS:
        text, notes = drawn(command.view, document, screen(width))
        pages.append(f"{'=' * width}\n{text}\n" + "".join([f"note: {note}\n" for note in notes]))
    found = "\n".join(pages)
    golden = GOLDENS / f"{command.name}-{account}.txt"
    if os.environ.get("REGENERATE_GOLDENS"):
        GOLDENS.mkdir(exist_ok=True)
        golden.write_text(found, encoding="utf-8")

    assert golden.read_text(encoding="utf-8") == found


class TestLayouts:
    def test_each_row_is_that_of_a_section_and_names_columns_it_has(self) -> None:
        for (view, name), layout in layouts.LAYOUTS.items():
            section = views.VIEWS[view].section(name)
            columns = {column.name for column in layout.columns(section)}
            named = [name for part in layout.parts for name in part.names]

            assert {*named, *layout.needed, *filter(None, (layout.total, layout.history))} <= columns
            assert len(named) == len(set(named))
            assert not layout.history or section.daily

    @pytest.mark.parametrize("view", views.VIEWS.values(), ids=list(views.VIEWS))
    def test_a_table_can_show_every_column_of_every_section_once(self, view: views.View) -> None:
        assert sorted(view.sections) == sorted(layouts.sections(view))
        for section in view.sections:
            layout = layouts.layout(view, section)
            shown = [name for part in layout.whole_parts(section) for name in part.names]
            fields = {column.name for column in (*section.columns, *section.added)}
            assert len(shown) == len(set(shown))
            assert fields <= set(shown)
            assert set(shown) - fields == ({"change", "changePercent", "trend"} if layout.history else set())

    def test_tables_start_with_the_totals(self) -> None:
        order = {
            name: [section.name for section in layouts.sections(view)]
            for name, view in views.VIEWS.items()
            if len(view.sections) > 1
        }

        assert order == {
            "futures-account": ["totals", "assets", "positions"],
            "snapshot-spot": ["totals", "balances"],
            "snapshot-margin": ["totals", "userAssets"],
            "snapshot-futures": ["assets", "position"],
            "margin-account": ["totals", "userAssets"],
            "isolated-margin": ["totals", "assets"],
            "coin-futures-account": ["assets", "positions"],
            "options-account": ["asset", "greek"],
            "overview": ["wallets", "assets", "holdings", "totals"],
        }

    def test_a_view_without_a_layout_has_the_documents_order_and_no_total(self) -> None:
        new = views.View(
            "new",
            (
                views.Section("second", (views.Column("free", "amount"), views.Column("asset", "text")), key="second"),
                views.Section("first", (views.Column("interest", "debt"),), key="first"),
            ),
        )
        document = {"first": [{"interest": "2"}], "second": [{"asset": "A", "free": "1"}, {"asset": "B", "free": "3"}]}

        text, notes = drawn(new, document, screen(80))

        assert [line.split() for line in text.splitlines() if line.strip("─ ")] == [
            ["second"],
            ["free", "asset"],
            ["1", "A"],
            ["3", "B"],
            ["first"],
            ["interest"],
            ["2!"],
        ]
        assert notes == ["! marks what is owed."]


class TestNumbers:
    def test_decimal_points_stand_below_one_another(self) -> None:
        text, _ = assets([wallet(asset=name, free=free) for name, free in _FREE], screen(80))

        points = {line.index(".") for line in text.splitlines() if "." in line}
        assert len(points) == 1

    def test_thousands_are_grouped_before_the_point_only_and_for_people_only(self) -> None:
        rows = [wallet(free="1234567.1234567")]

        assert "1,234,567.1234567" in assets(rows, screen(80))[0]
        assert "1234567.1234567" in assets(rows, Screen(False, None, False))[0].split()

    @pytest.mark.parametrize("free", ["0.00000001", "1e-8", "1E-8"])
    def test_scientific_notation_is_written_out(self, free: str) -> None:
        assert "0.00000001" in assets([wallet(free=free)], screen(80))[0]

    def test_an_exponent_that_would_fill_the_screen_stays_one(self) -> None:
        assert "1E+999999" in assets([wallet(free="1E+999999")], screen(80))[0]

    def test_columns_that_do_not_fit_are_named(self) -> None:
        long = "1" * 50
        _, notes = assets([wallet(free=long, locked=long)], screen(80))

        assert notes == ["No room for locked and 4 all-zero columns; --wide shows them."]

    def test_wide_leaves_nothing_out(self) -> None:
        long = "1" * 50
        text, notes = assets([wallet(free=long, locked=long)], screen(40), every_column=True)

        assert notes == []
        assert {"free", "locked", "freeze", "withdrawing", "ipoable"} <= set(text.split())

    def test_where_not_even_an_amount_fits_a_row_becomes_a_block(self) -> None:
        text, _ = assets([wallet(free="1" * 36, locked="2.5")], screen(40))

        assert text == f"asset   USDT\nfree\n{'1' * 36}\nlocked  2.5\n".replace("asset   ", "asset         ").replace(
            "locked  ", "locked        "
        )

    def test_thousands_are_not_grouped_where_only_the_digits_fit(self) -> None:
        text, _ = assets([wallet(free="1" * 40)], screen(40))

        assert "1" * 40 in text.splitlines()


_FREE = [("A", "1"), ("B", "12345.678"), ("C", "0.00000001"), ("D", "1000000")]


class TestZeroRows:
    def test_they_are_folded_into_one_line_that_says_so(self) -> None:
        text, notes = assets([wallet(), wallet(asset="BTC", free="1"), wallet(asset="ETH")], screen(80))

        assert "ETH" not in text
        assert notes == ["2 all-zero rows hidden; --all shows them."]

    def test_all_shows_them(self) -> None:
        assert "USDT" in assets([wallet()], screen(80), zero_rows=True)[0]

    @pytest.mark.parametrize(
        "field", ["crossMarginBorrowed", "crossMarginInterest", "negativeBalance", "umUnrealizedPNL"]
    )
    @pytest.mark.parametrize("amount", ["0.00000001", "-0.00000001"])
    def test_a_row_that_owes_is_never_one(self, field: str, amount: str) -> None:
        row = {column.name: "0.0" for column in views.PM_BALANCE.sections[0].columns if column.kind != "time"}

        text, notes = drawn(views.PM_BALANCE, [{**row, "asset": "USDT", field: amount}], screen(120))

        assert amount in text.replace("!", "").replace("+", "")
        assert not any("all-zero row hidden" in note and "UM" not in note for note in notes)

    @pytest.mark.parametrize("unknown", ["", None])
    def test_unknown_is_not_zero(self, unknown: str | None) -> None:
        assert "USDT" in assets([wallet(free=unknown)], screen(80))[0]


class TestTotals:
    def test_the_valuation_is_summed_exactly(self) -> None:
        rows = [
            wallet(asset="A", btcValuation="0.1"),
            wallet(asset="B", btcValuation="0.20000000000000000000000000001"),
        ]

        text, _ = assets(rows, screen(80))

        assert text.splitlines()[-1].split() == ["total", "0.30000000000000000000000000001"]

    def test_there_is_none_where_a_valuation_is_unknown_and_that_is_said(self) -> None:
        rows = [wallet(asset="A", btcValuation="0.1"), wallet(asset="B", free="1", btcValuation=None)]

        text, notes = assets(rows, screen(80))

        assert "total" not in text
        assert notes == ["No total: not every btcValuation is known."]

    def test_it_is_told_where_its_column_has_no_room(self) -> None:
        _, notes = assets([wallet(free="1" * 50, btcValuation="0.123456789012345")], screen(80))

        assert notes[-1].endswith(" Total btcValuation 0.123456789012345.")

    def test_available_balances_are_never_summed(self) -> None:
        view = views.FUTURES_ACCOUNT
        assert [layouts.layout(view, section).total for section in view.sections] == ["", "", ""]

    def test_holdings_are_sorted_by_value(self) -> None:
        text, _ = of("user-assets", "rich", screen(200))

        assert [line.split()[0] for line in text.splitlines()[2:6]] == ["USDT", "TRX", "USDC", "BNB"]


class TestSigns:
    def test_profit_loss_and_debt_read_without_colour(self) -> None:
        futures, _ = of("futures-account", "rich", screen(120))
        margin, _ = of("pm-balance", "rich", screen(120))

        assert "+187.66790000" in futures
        assert "-587.66790000" in futures
        assert "-5,001.23456789!" in margin

    def test_they_have_colours(self) -> None:
        futures, _ = of("futures-account", "rich", COLOR)
        margin, _ = of("pm-balance", "rich", COLOR)

        assert "\x1b[32m+187.66790000" in futures
        assert "\x1b[31m-587.66790000" in futures
        assert "\x1b[1;31m-5,001.23456789!" in margin

    def test_a_short_position_is_no_loss(self) -> None:
        text, _ = of("futures-account", "rich", COLOR, section="positions")

        assert "\x1b[35mSHORT" in text
        assert "\x1b[31m        -0.050" not in text

    def test_debt_survives_the_narrowest_screen(self) -> None:
        text, _ = of("pm-balance", "rich", screen(40))

        assert {"-5,001.23456789!", "5,000.00000000!", "1.23456789!", "0.00000001!"} <= set(text.split())

    def test_the_exchanges_own_exclamation_marks_are_not_ours(self) -> None:
        _, notes = assets([wallet(asset="USDT!", free="1")], screen(80))

        assert notes == []


class TestNames:
    @pytest.mark.parametrize("name", ["这是测试币", "🚀MOON", "ｗｉｄｅ", "한국어", "e\u0301", "कि"])
    def test_wide_and_combined_characters_keep_the_columns_straight(self, name: str) -> None:
        text, _ = assets([wallet(asset=name, free="1"), wallet(asset="BTC", free="1")], screen(80))

        first, second = [line for line in text.splitlines() if line.endswith("0")]
        assert cell_len(first) == cell_len(second)

    @pytest.mark.parametrize(
        ("name", "seen"),
        [
            ("\x1b[31mRED\x1b[0m", r"\x1b[31mRED\x1b[0m"),
            ("\x1b]0;owned\x07", r"\x1b]0;owned\x07"),
            ("A\r\nB\tC\x00\x7f\x9b", r"A\r\nB\tC\x00\x7f\x9b"),
            ("\u202etxt.exe\u2066\u200b", r"\u202etxt.exe\u2066\u200b"),
            ("\ud83d", r"\ud83d"),
            ("B\ufe0fTC", r"B\ufe0fTC"),
            ("\U000e0041", r"\U000e0041"),
            ("[bold]x[/bold]", "[bold]x[/bold]"),
            (":rocket:", ":rocket:"),
        ],
    )
    @pytest.mark.parametrize("where", [screen(80), Screen(False, None, False)], ids=["terminal", "pipe"])
    def test_what_a_terminal_would_obey_is_made_visible(self, name: str, seen: str, where: Screen) -> None:
        assert seen in assets([wallet(asset=name, free="1")], where)[0]

    def test_an_absurd_name_is_cut_for_people_and_that_is_said(self) -> None:
        text, notes = assets([wallet(asset="LONG" * 5000, free="1")], screen(120))

        assert "LONGLONGLONGLONGLONGLONGLONGLON…" in text
        assert notes == ["Names are cut at 32 columns; --wide shows them whole."]

    def test_a_cut_name_has_dots_on_a_screen_without_unicode(self) -> None:
        text, notes = assets([wallet(asset="LONG" * 5000, free="1")], screen(120, "ascii"))

        assert "LONGLONGLONGLONGLONGLONGLONGL..." in text
        assert notes == ["Names are cut at 32 columns; --wide shows them whole."]

    def test_it_is_whole_in_a_pipe(self) -> None:
        assert "LONG" * 5000 in assets([wallet(asset="LONG" * 5000, free="1")], Screen(False, None, False))[0]

    @pytest.mark.parametrize("codepage", ["ascii", "latin-1", "cp437"])
    def test_a_screen_without_unicode_gets_escapes_and_no_failure(self, codepage: str) -> None:
        for name in BY_NAME:
            of(name, "rich", screen(80, codepage))

        assert r"\u8fd9\u662f" in of("user-assets", "rich", screen(200, codepage))[0]


class TestFuturesAccount:
    def test_the_margin_ratio_comes_first_and_what_the_totals_mean_is_below_them(self) -> None:
        text, _ = of("futures-account", "rich", screen(120))
        lines = text.splitlines()

        assert [lines[0], lines[1].split(), lines[3].split()] == [
            "totals",
            ["field", "value"],
            ["marginRatio", "2.58", "%"],
        ]
        assert text.index("maxWithdrawAmount") < text.index("single-asset mode") < text.index("\nassets")

    def test_a_ratio_is_explained_only_where_there_is_one(self) -> None:
        assert "at 100 % positions are liquidated" in of("futures-account", "rich", screen(120))[0]
        assert "at 100 % positions are liquidated" not in of("futures-account", "empty", screen(120))[0]

    def test_a_note_about_the_whole_account_is_not_beside_one_section(self) -> None:
        said = "the exchange does not update them in snapshots"
        whole, _ = of("snapshot-futures", "rich", screen(120))
        pipe = Screen(False, None, False)

        assert said in " ".join(whole.split())
        assert said not in " ".join(of("snapshot-futures", "rich", screen(120), section="assets")[0].split())
        assert said in of("snapshot-futures", "rich", pipe)[1][-1]

    def test_totals_can_be_asked_for_by_name(self) -> None:
        text, _ = of(
            "futures-account", "rich", Screen(False, None, False), section="totals", fields=("availableBalance",)
        )

        assert text == "field                     value\navailableBalance  7649.03820000\n"

    @pytest.mark.parametrize(
        ("named", "amount", "expected"),
        [
            ("LONG", "1", "LONG"),
            ("SHORT", "-1", "SHORT"),
            ("BOTH", "0.001", "LONG"),
            ("BOTH", "-0.001", "SHORT"),
            ("BOTH", "0.000", ""),
            ("BOTH", "", ""),
            (None, None, ""),
        ],
    )
    def test_long_and_short_are_told_apart_in_both_position_modes(
        self, named: str | None, amount: str | None, expected: str
    ) -> None:
        assert {"side": expected} == derived.side({"positionSide": named, "positionAmt": amount})

    @pytest.mark.parametrize(
        ("maintenance", "balance", "expected"),
        [
            ("256.20472000", "9930.21790000", "2.58 %"),
            ("1", "0", ""),
            ("0", "100", "0.00 %"),
            ("", "100", ""),
            (None, "100", ""),
            ("1", "-4", "-25.00 %"),
            ("1E+999999", "1E-999999", ""),
        ],
    )
    def test_a_margin_ratio_that_cannot_be_told_is_unknown(
        self, maintenance: str | None, balance: str, expected: str
    ) -> None:
        totals = {"totalMaintMargin": maintenance, "totalMarginBalance": balance}

        assert {"marginRatio": expected} == derived.margin_ratio(totals)


class TestTypedFields:
    FIELDS = ("asset", "free", "locked", "freeze", "withdrawing", "ipoable", "btcValuation")

    @pytest.mark.parametrize("width", [20, 40, 80])
    def test_they_are_shown_whatever_the_width(self, width: int) -> None:
        rows = [wallet(free="1" * 30, locked="2" * 30), wallet(asset="BTC", locked="3")]

        text, notes = assets(rows, screen(width), fields=self.FIELDS)

        assert [line.split()[0] for line in text.splitlines() if line][:1] == ["asset"]
        assert all(text.split().count(name) >= 2 for name in self.FIELDS)
        assert notes == []

    def test_computed_ones_can_be_named(self) -> None:
        ratio, _ = of("futures-account", "rich", screen(80), section="totals", fields=("marginRatio",))
        sides, _ = of("futures-account", "rich", screen(80), section="positions", fields=("symbol", "side"))
        changes, _ = of("snapshot-spot", "rich", screen(80), section="totals", fields=("date", "change", "trend"))

        assert "2.58 %" in ratio
        assert [line.split()[1] for line in sides.splitlines()[2:]] == ["LONG", "SHORT", "SHORT"]
        assert changes.splitlines()[-1].split() == ["2026-11-19", "-0.01234567", "▏"]

    def test_rows_are_sorted_by_a_computed_one(self) -> None:
        text, _ = of("futures-account", "rich", screen(200), section="positions", sort="-side")

        assert [line.split()[1] for line in text.splitlines() if "SHORT" in line or "LONG" in line] == [
            "SHORT",
            "SHORT",
            "LONG",
        ]


class TestWhatGivesWay:
    def test_the_margin_level_stays_longer_than_the_trend(self) -> None:
        text, _ = of("snapshot-margin", "rich", screen(80), section="totals")

        heading = " ".join(text.splitlines()[:3])
        assert "Level" in heading
        assert "trend" not in heading

    def test_no_column_stays_while_a_more_important_one_goes(self) -> None:
        rows = [wallet(free="1.5", btcValuation="1", locked="1" * 40, freeze="2")]

        text, notes = assets(rows, screen(50))

        assert text.split()[:3] == ["btc", "asset", "free"]
        assert "freeze" not in text
        assert notes == ["No room for locked, freeze and 2 all-zero columns; --wide shows them."]

    def test_a_debt_is_shown_once_where_there_is_no_room_for_more(self) -> None:
        text, _ = of("futures-account", "rich", screen(40), section="assets")

        assert [line.split() for line in text.splitlines() if line.startswith("USDC")] == [
            ["USDC", "-25.10000000!", "0.00000000"]
        ]


class TestDebt:
    @pytest.mark.parametrize(
        ("name", "amount"), [("futures-account", "-25.10000000!"), ("ws-balance", "-25.10000000!")]
    )
    def test_a_wallet_below_zero_is_marked(self, name: str, amount: str) -> None:
        text, notes = of(name, "rich", screen(120))

        assert amount in text
        assert "! marks what is owed." in notes[0]

    def test_a_net_asset_below_zero_is_marked(self) -> None:
        assert "-298.90012345!" in of("snapshot-margin", "rich", screen(120))[0]

    def test_a_loss_among_totals_is_not(self) -> None:
        assert "-412.33210000!" not in of("futures-account", "rich", screen(120))[0]

    def test_a_total_below_zero_is(self) -> None:
        totals = {"totalWalletBalance": "-1.5", "assets": [], "positions": []}

        assert "-1.5!" in drawn(views.FUTURES_ACCOUNT, totals, screen(80))[0]

    def test_a_pipe_gets_no_marks(self) -> None:
        assert "!" not in of("futures-account", "rich", Screen(False, None, False))[0]


class TestNotices:
    @pytest.mark.parametrize("account", ["docs", "rich", "empty", "large"])
    @pytest.mark.parametrize("width", [80, 120, 200])
    @pytest.mark.parametrize("name", BY_NAME)
    def test_they_take_two_lines_at_most(self, name: str, width: int, account: str) -> None:
        _, notes = of(name, account, screen(width))

        lines = [line for note in notes for line in textwrap.wrap(f"bnacct: {note}", width, subsequent_indent="  ")]
        assert len(lines) <= 2

    def test_a_day_that_has_not_ended_is_explained(self) -> None:
        for form in ("SPOT", "MARGIN", "FUTURES"):
            _, notes = drawn(views.SNAPSHOTS[form], [], screen(80))

            assert notes == ["No snapshot in this range: that of a day appears after the day has ended (UTC)."]

    def test_sections_that_hold_nothing_are_named_together(self) -> None:
        _, notes = drawn(views.FUTURES_ACCOUNT, {"assets": [], "positions": []}, screen(80))

        assert notes == ["assets and positions: nothing to show."]


class TestPipes:
    PIPE = Screen(False, None, False)

    def test_every_line_has_the_same_number_of_fields(self) -> None:
        for name in BY_NAME:
            text, _ = of(name, "rich", self.PIPE)
            for lines in text.split("\n\n"):
                table = [line for line in lines.splitlines() if len(line.split()) > 1 and "%" not in line]
                assert len({len(line.split()) for line in table}) == 1, name

    def test_what_is_unknown_is_a_dash(self) -> None:
        text, _ = assets([wallet(asset=" ", free=None, locked="")], self.PIPE)

        assert text.splitlines()[1].split() == ["-", "-", "0", "-", "0", "0", "0"]

    def test_a_terminal_leaves_it_blank(self) -> None:
        assert "-" not in assets([wallet(free=None, locked="1")], screen(80))[0].splitlines()[-1]


class TestHeaders:
    @pytest.mark.parametrize("where", [screen(80), Screen(False, None, False)], ids=["terminal", "pipe"])
    def test_a_table_can_do_without(self, where: Screen) -> None:
        text, _ = assets([wallet(free="1")], where, header=False)

        assert [line.split()[0] for line in text.splitlines()] == ["USDT"]

    @pytest.mark.parametrize("form", ["csv", "tsv"])
    def test_so_can_data(self, form: str) -> None:
        pieces, _ = output.render(
            form, views.USER_ASSETS, [wallet()], selection=Selection(header=False), screen=Screen(False, None, False)
        )

        assert b"".join(pieces).startswith(b"USDT")


class TestCutting:
    def test_rows_are_cut_and_titles_totals_and_sentences_stay(self) -> None:
        rows = [wallet(asset=f"A{number}", free="1", btcValuation="1") for number in range(30)]

        text, _ = drawn(views.USER_ASSETS, rows, screen(80)._replace(height=12))

        lines = text.splitlines()
        assert len(lines) <= 12
        assert lines[-2].split() == ["total", "30"]
        assert lines[-1] == f"({30 - sum(line.startswith('A') for line in lines)} more rows)"

    @pytest.mark.parametrize(
        ("height", "kept", "cut"), [(100, "mode", 0), (36, "mode", 2), (32, "maxWithdraw", 2), (24, "marginRatio", 3)]
    )
    def test_a_section_of_one_row_is_cut_last(self, height: int, kept: str, cut: int) -> None:
        command = BY_NAME["futures-account"]

        text, notes = drawn(command.view, command.document("rich", NOW_MS), screen(80)._replace(height=height))

        assert kept in text
        assert text.count("more row") == cut
        assert len(text.splitlines()) + 2 * len(notes) <= height

    def test_blocks_are_cut_whole(self) -> None:
        rows = [wallet(asset=f"A{number}", free="1" * 38, locked="2") for number in range(9)]

        text, _ = drawn(views.USER_ASSETS, rows, screen(40)._replace(height=20))

        assert text.count("locked") == text.count("asset")
        assert "more rows)" in text.splitlines()[-1]


class TestPortfolioMargin:
    @pytest.mark.parametrize("width", [80, 120, 200])
    def test_wallet_debt_um_and_cm_are_all_there_from_80_columns_up(self, width: int) -> None:
        text, _ = of("pm-balance", "rich", screen(width))

        wallet, borrowed, interest, negative = "15,000.00000000", "5,000.00000000!", "1.23456789!", "-5,001.23456789!"
        assert {wallet, borrowed, interest, negative, "2,500.50000000", "0.10000000", "-0.00312345"} <= set(
            text.split()
        )

    def test_all_shows_zero_rows_in_every_part(self) -> None:
        zeros = {column.name: "0" for column in views.PM_BALANCE.sections[0].columns if column.kind != "time"}
        rows = [{**zeros, "asset": "BTC", "totalWalletBalance": "1"}]
        folded, notes = drawn(views.PM_BALANCE, rows, screen(60))
        whole, none = drawn(views.PM_BALANCE, rows, screen(60), Selection(zero_rows=True))

        assert [folded.count("BTC"), whole.count("BTC")] == [1, 2]
        assert not any("hidden" in note for note in notes)  # the row stands in the other part
        assert not any("hidden" in note for note in none)


class TestSnapshots:
    def test_a_day_on_which_the_account_held_nothing_is_a_line_too(self) -> None:
        days = [{"updateTime": NOW_MS, "data": {"balances": [], "totalAssetOfBtc": "0.00000000"}}]

        text, _ = drawn(views.SNAPSHOTS["SPOT"], days, screen(80))

        assert [line.split()[:2] for line in text.splitlines() if line.startswith("2026-")] == [
            ["2026-11-20", "0.00000000"]
        ]

    def test_each_day_is_a_line_with_its_change_and_a_bar(self) -> None:
        text, _ = of("snapshot-spot", "rich", screen(80))

        # The first day has nothing to be compared with.
        lines = [line.split() for line in text.splitlines() if line.startswith("2026-")]
        assert lines[0] == ["2026-11-05", "1.98518505", "██████████"]
        assert lines[-1] == ["2026-11-19", "1.81234567", "-0.01234567", "-0.68", "▏"]

    def test_missing_days_are_named(self) -> None:
        _, notes = of("snapshot-spot", "rich", screen(80))

        assert "No snapshot of 2026-11-09: a change there spans more than a day." in notes[0]

    @pytest.mark.parametrize(
        ("days", "expected"),
        [
            ([], []),
            ([""], []),
            (["2026-11-01"], []),
            (["2026-11-01", "2026-11-02"], []),
            (["2026-11-03", "2026-11-01", "2026-11-01"], ["2026-11-02"]),
            (["2026-10-30", "2026-11-02", "2026-11-04"], ["2026-10-31 to 2026-11-01", "2026-11-03"]),
        ],
    )
    def test_days_between_the_first_and_the_last_are_missing(self, days: list[str], expected: list[str]) -> None:
        assert expected == derived.missing_days(days)

    def test_the_latest_days_holdings_follow(self) -> None:
        text, notes = of("snapshot-margin", "rich", screen(80))

        assert "\nuserAssets on 2026-11-19\n" in text
        assert "--section userAssets shows every day." in notes[0]

    def test_a_futures_wallet_has_a_sparkline_with_a_gap_for_the_missing_day(self) -> None:
        text, _ = of("snapshot-futures", "rich", screen(80))

        assert "▁▂▂▃ ▄▄▅▅▆▆▇▇██" in text

    def test_bars_and_sparklines_have_ascii_for_other_screens(self) -> None:
        assert "##########" in of("snapshot-spot", "rich", screen(80, "ascii"))[0]
        assert "_..- ==++**%%##" in of("snapshot-futures", "rich", screen(80, "ascii"))[0]

    def test_a_change_is_exact_and_that_of_its_own_asset(self) -> None:
        section = views.SNAPSHOTS["FUTURES"].section("assets")
        rows = [
            {"date": date, "asset": asset, "walletBalance": amount}
            for date, asset, amount in (
                ("2026-11-02", "BTC", "1.00000000000000000000000000000000001"),
                ("2026-11-01", "BTC", "1"),
                ("2026-11-01", "USDT", "50"),
                ("2026-11-02", "USDT", "25"),
            )
        ]

        found = [
            (change["change"], change["changePercent"]) for change in derived.changes(section, "walletBalance", rows)
        ]

        assert found == [("0.00000000000000000000000000000000001", "0.00"), ("", ""), ("", ""), ("-25", "-50.00")]

    @pytest.mark.parametrize("amount", ["", None, "NaN", "x", "1E+999999", "1E-999999"])
    def test_what_cannot_be_told_is_left_unknown(self, amount: str | None) -> None:
        assert amounts.difference(amount, "1") == ""
        assert amounts.difference("1", amount) == ""

    @pytest.mark.parametrize(
        ("values", "expected"),
        [
            ([], []),
            ([None, "x"], [None, None]),
            (["5"], [4]),
            (["1", "2", "3"], [1, 5, 8]),
            (["1", "", "3"], [1, None, 8]),
            (["0", "1E+999999"], [1, 8]),
        ],
    )
    def test_levels_run_from_the_least_to_the_greatest(self, values: list[Any], expected: list[Any]) -> None:
        assert expected == amounts.levels(values, 8)

    @pytest.mark.parametrize("date", [None, 7, "tomorrow"])
    def test_a_date_of_the_rows_own_does_not_take_the_place_of_the_snapshots(self, date: Any) -> None:
        section = views.SNAPSHOTS["SPOT"].section("balances")
        days = [{"updateTime": NOW_MS, "data": {"balances": [{"asset": "BTC", "date": date, "updateTime": None}]}}]

        assert list(views.rows(section, days)) == [{"date": "2026-11-20", "updateTime": NOW_MS, "asset": "BTC"}]

    def test_snapshots_years_apart_have_no_sparkline(self) -> None:
        section = views.SNAPSHOTS["FUTURES"].section("assets")
        rows = [{"date": date, "asset": "BTC", "walletBalance": "1"} for date in ("1970-01-01", "2026-11-19", "")]

        assert trend.sparklines(section, "walletBalance", rows, unicode=True) == ["", "", ""]


class TestChanges:
    def test_what_grew_shrank_or_is_new_since_the_last_reading_is_marked(self) -> None:
        before = [wallet(asset="A", free="1"), wallet(asset="B", free="2"), wallet(asset="C", free="3")]
        now = [
            wallet(asset="A", free="1.5"),
            wallet(asset="B", free="1.5"),
            wallet(asset="C", free="3"),
            wallet(asset="D", free="4"),
        ]

        text, notes = drawn(views.USER_ASSETS, now, screen(120), previous=before)

        marks = {
            line[0]: "".join(line.split()[1:3]).removesuffix("0")
            for line in text.splitlines()
            if line[:2] in ("A ", "B ", "C ", "D ")
        }
        assert marks == {"A": "1.5↑", "B": "1.5↓", "C": "3", "D": "4*"}
        assert notes == ["↑ ↓ * mark what grew, shrank or is new since the last reading."]

    def test_a_day_is_compared_with_the_same_day(self) -> None:
        def days(*totals: str) -> list[dict[str, Any]]:
            stamps = [NOW_MS + 86_400_000 * day for day in range(len(totals))]
            data = [{"balances": [], "totalAssetOfBtc": total} for total in totals]
            return [{"updateTime": stamp, "data": each} for stamp, each in zip(stamps, data, strict=True)]

        text, _ = drawn(views.SNAPSHOTS["SPOT"], days("1", "2", "9"), screen(120), previous=days("1", "3", "9"))

        totals = [line.split()[1] for line in text.splitlines() if line.startswith("2026-")]
        assert totals == ["1", "2↓", "9"]

    def test_another_way_to_write_the_same_amount_is_no_change(self) -> None:
        text, _ = drawn(views.USER_ASSETS, [wallet(free="1.50")], screen(120), previous=[wallet(free="1.5")])

        assert "↑" not in text
        assert "↓" not in text

    def test_a_screen_without_unicode_has_other_marks(self) -> None:
        text, _ = drawn(views.USER_ASSETS, [wallet(free="2")], screen(120, "ascii"), previous=[wallet(free="1")])

        assert "2^" in text


def test_a_character_takes_as_many_columns_as_rich_says() -> None:
    sample = "aé中文한かカｱ🚀🎉©®™½Ωß₿₮Ξ→…\u0301"

    assert [cell_len(character) for character in sample] == [cells.width(character) for character in sample]


def test_a_name_of_wide_characters_is_cut_between_them() -> None:
    assert [cells.shortened("中文中文", columns, "…") for columns in (8, 7, 6, 5, 3)] == [
        "中文中文",
        "中文中…",
        "中文…",
        "中文…",
        "中…",
    ]


@pytest.mark.parametrize(
    "value",
    [
        *(5, -5, "5", "1e-8", "5e3", "5E3", ".5", "1,000", "-.5", "1 000", "$5", "5 USDT", "0.1 %", "٣"),
        *({"borrowed": "5"}, ["0", ["5"]], {"a": {"b": -1}}),
    ],
    ids=str,
)
def test_whatever_could_be_an_amount_keeps_its_row(value: Any) -> None:
    text, notes = assets([wallet(asset="BTC", owed=value)], screen(80))

    assert "BTC" in text
    assert notes == ["Amounts in owed are shown by -o json only."]


@pytest.mark.parametrize(
    "value",
    [0, "0", "-0.00", ".0", "0e5", "0,0", "", None, True, "text", "2026-11-20", {}, [], {"borrowed": "0"}, {"id": 5}],
    ids=str,
)
def test_what_is_zero_or_no_amount_does_not(value: Any) -> None:
    assert "BTC" not in assets([wallet(asset="BTC", owed=value), wallet(asset="ETH", free="1")], screen(80))[0]


@pytest.mark.parametrize("name", ["updateTime2Time", "orderId", "time"])
def test_a_time_or_an_identifier_is_no_amount(name: str) -> None:
    assert "BTC" not in assets([wallet(asset="BTC", **{name: 5}), wallet(asset="ETH", free="1")], screen(80))[0]


def test_a_long_text_is_looked_at_once() -> None:
    assert not cells.unknown_amounts({"note": "1 " * 200_000 + "x"}, ())


def test_an_amount_in_a_field_that_no_document_knows_keeps_its_row() -> None:
    row = {"asset": "USDT", **dict.fromkeys([column.name for column in views.PM_BALANCE.sections[0].columns][1:], "0")}
    owing = {**row, "asset": "BTC", "newlyBorrowed": "7.5", "note": "text"}
    pieces, notes = output.render(
        "table", views.PM_BALANCE, [row, owing], selection=Selection(), screen=Screen(False, None, False)
    )

    assert [line.split()[0] for line in b"".join(pieces).decode().splitlines()] == ["asset", "BTC"]
    assert notes == ["1 all-zero row hidden; --all shows them. Amounts in newlyBorrowed are shown by -o json only."]
