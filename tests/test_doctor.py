"""doctor: what it tries, what it reports, and its exit status."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bnacct.cli import report
from bnacct.client import https
from bnacct.output import Screen
from bnacct.sandbox import IP_RESTRICTED_KEY, Sandbox
from bnacct.sandbox.accounts.account import Account
from bnacct.settings.hosts import VARIABLES
from tests.conftest import Outcome

Run = Callable[..., Outcome]
Exchange = Callable[..., Sandbox]


def checks(outcome: Outcome) -> dict[str, dict[str, Any]]:
    return {row["check"]: row for row in outcome.json}


def test_a_good_set_up_is_well_and_exits_0(run: Run, exchange: Exchange) -> None:
    exchange()

    outcome = run("doctor", "-o", "json")

    assert outcome.status == 0
    # Only the addresses are not the exchange's, and what weighs much is not tried.
    unwell = {row["check"] for row in outcome.json if row["status"] != "ok"}
    assert {*VARIABLES.values(), "read snapshot"} == unwell
    for name in ("key", "clock sapi", "clock fapi", "clock papi", "key rights", "read user-assets", "read ws-balance"):
        assert name in checks(outcome)


def test_snapshot_is_left_out_unless_it_is_asked_for(run: Run, exchange: Exchange) -> None:
    received = exchange().requests

    run("doctor")
    assert "/sapi/v1/accountSnapshot" not in [request.path for request in received]

    left_out = checks(run("doctor", "-o", "json"))["read snapshot"]
    assert (left_out["status"], left_out["detail"]) == ("skipped", "weighs 2400; --snapshot tries it")

    asked = run("doctor", "--snapshot", "-o", "json")
    assert checks(asked)["read snapshot"]["status"] == "ok"
    assert "/sapi/v1/accountSnapshot" in [request.path for request in received]


def test_the_weight_is_said_before_anything_else(run: Run, exchange: Exchange) -> None:
    exchange()

    outcome = run("doctor", "--snapshot")

    assert "weigh 2639 on sapi, 21 on fapi, 41 on papi, 6 on dapi, 4 on eapi" in outcome.err


def test_where_settings_come_from_is_told_and_never_their_value(run: Run, exchange: Exchange) -> None:
    sandbox = exchange()
    Path(".env").write_text("BNACCT_TIMEOUT=7.25\n")

    outcome = run("doctor", "-o", "json")

    assert checks(outcome)["BINANCE_API_SECRET"]["detail"] == "set in the environment"
    assert checks(outcome)["BNACCT_TIMEOUT"]["detail"] == "set in .env"
    for value in (sandbox.secret, sandbox.api_key, "7.25"):
        assert value not in outcome.text


def test_without_a_key_it_says_so_and_exits_3(run: Run, exchange: Exchange, monkeypatch: pytest.MonkeyPatch) -> None:
    exchange()
    monkeypatch.delenv("BINANCE_API_KEY")
    monkeypatch.delenv("BINANCE_API_SECRET")

    outcome = run("doctor", "-o", "json")

    assert outcome.status == 3
    assert checks(outcome)["key"]["status"] == "failed"
    assert checks(outcome)["clock sapi"]["status"] == "ok"
    assert checks(outcome)["read user-assets"]["status"] == "skipped"


def test_a_key_for_another_address_is_not_permitted_and_exits_4(
    run: Run, exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange()
    monkeypatch.setenv("BINANCE_API_KEY", IP_RESTRICTED_KEY)

    outcome = run("doctor", "-o", "json")

    assert outcome.status == 4
    assert checks(outcome)["read user-assets"]["status"] == "not permitted"
    assert "203.0.113.7" in checks(outcome)["read user-assets"]["hint"]


def test_a_clock_that_is_off_is_measured_and_fails(run: Run, exchange: Exchange) -> None:
    exchange(faults=["clock-skew=60000"])

    outcome = run("doctor", "-o", "json")

    assert outcome.status == 9
    clock = checks(outcome)["clock sapi"]
    assert clock["status"] == "failed"
    assert "behind" in clock["detail"]
    assert "Synchronise" in clock["hint"]


def test_a_product_that_was_not_opened_is_told_apart_and_the_rest_goes_on(run: Run, exchange: Exchange) -> None:
    exchange(faults=["error=-4109"])

    outcome = run("doctor", "-o", "json")

    assert checks(outcome)["read futures-account"]["status"] == "not opened"


def test_hosts_that_are_gone_exit_6_and_what_needs_them_is_skipped(run: Run, exchange: Exchange) -> None:
    exchange().close()

    outcome = run("doctor", "-o", "json")

    assert outcome.status == 6
    assert checks(outcome)["clock sapi"]["status"] == "failed"
    assert checks(outcome)["read user-assets"]["status"] == "skipped"


def test_a_key_that_can_do_more_than_read_is_warned_of(run: Run, exchange: Exchange) -> None:
    exchange("rich")

    outcome = run("doctor", "-o", "json")

    rights = checks(outcome)["key rights"]
    assert outcome.status == 0
    assert rights["status"] == "warning"
    assert "enableWithdrawals" in rights["detail"]
    assert "not bound to IP addresses" in rights["detail"]


def test_a_secret_that_others_can_read_is_warned_of(
    run: Run, exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = exchange().environment()
    for name in environment:
        monkeypatch.delenv(name)
    dotenv = Path(".env")
    dotenv.write_text("".join(f"{name}={value}\n" for name, value in environment.items()))
    dotenv.chmod(0o644)

    outcome = run("doctor", "-o", "json")

    assert outcome.status == 0
    assert "chmod 600" in checks(outcome)["files"]["detail"]


def test_the_testnet_is_tried_only_where_it_has_something(
    run: Run, exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange()
    monkeypatch.setenv("BNACCT_ENVIRONMENT", "testnet")

    outcome = run("doctor", "-o", "json")

    assert checks(outcome)["read user-assets"]["status"] == "skipped"
    assert checks(outcome)["read futures-account"]["status"] == "ok"
    assert outcome.status == 0


def test_the_report_is_lines_for_people_and_rows_for_programs(run: Run, exchange: Exchange) -> None:
    exchange()

    assert run("doctor").text.splitlines()[0].split()[:2] == ["ok", "bnacct"]
    assert run("doctor", "--csv").text.splitlines()[0] == "check,status,detail,hint"


@pytest.mark.parametrize(
    ("drift_ms", "status"), [(999, "ok"), (1000, "failed"), (-5000, "ok"), (-5001, "failed"), (0, "ok")]
)
def test_a_clock_fails_where_the_exchange_would_refuse_its_timestamps(
    run: Run, exchange: Exchange, monkeypatch: pytest.MonkeyPatch, drift_ms: int, status: str
) -> None:
    exchange()
    monkeypatch.setattr(https.Client, "drift_ms", lambda self, endpoint: drift_ms)

    outcome = run("doctor", "-o", "json")

    assert checks(outcome)["clock sapi"]["status"] == status


DANGEROUS = (
    "enableWithdrawals",
    "enableInternalTransfer",
    "permitsUniversalTransfer",
    "enableSpotAndMarginTrading",
    "enableMargin",
    "enableVanillaOptions",
    "enableFixApiTrade",
    "enablePortfolioMarginTrading",
)


@pytest.mark.parametrize("right", DANGEROUS)
def test_each_right_beyond_reading_is_named(
    run: Run, exchange: Exchange, monkeypatch: pytest.MonkeyPatch, right: str
) -> None:
    exchange()
    reading_only = Account().permissions()
    monkeypatch.setattr(Account, "permissions", lambda self: {**reading_only, right: True})

    rights = checks(run("doctor", "-o", "json"))["key rights"]

    assert (rights["status"], right in rights["detail"]) == ("warning", True)


def test_options_that_a_report_does_not_obey_are_refused(run: Run) -> None:
    for option in ("--show-request", "--raw", "--all", "--wide", "--section=checks", "--watch=5", "--count=2"):
        assert run("doctor", option).status == 2, option


def test_each_part_is_tried_once_unless_more_tries_are_asked_for(run: Run, exchange: Exchange) -> None:
    exchange(faults=["server-error*1"])
    # Hosts are tried side by side: which of them is first is not said.
    statuses = [row["status"] for row in run("doctor", "-o", "json").json]
    assert statuses.count("failed") == 1

    for retries in (0, 1):
        sandbox = exchange(faults=["error=-1000"])
        assert checks(run("doctor", "-o", "json", "--retries", str(retries)))["clock papi"]["status"] == "failed"
        assert [request.path for request in sandbox.requests].count("/papi/v1/ping") == retries + 1


def test_each_overridden_address_is_shown(run: Run, exchange: Exchange, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox = exchange()
    monkeypatch.setenv("BNACCT_PAPI_URL", "https://papi2.binance.com")

    report = checks(run("doctor", "-o", "json", "--timeout", "1"))

    assert report["BNACCT_SAPI_URL"]["status"] == "warning"
    assert report["BNACCT_SAPI_URL"]["detail"] == f"set in the environment: {sandbox.urls['sapi']}"
    assert report["BNACCT_PAPI_URL"]["status"] == "ok"
    assert report["BNACCT_PAPI_URL"]["detail"] == "set in the environment: https://papi2.binance.com"


def test_an_address_that_does_not_count_is_told_apart(run: Run, exchange: Exchange) -> None:
    exchange()

    report = checks(run("doctor", "-e", "testnet", "-o", "json", "--timeout", "1"))

    assert report["BNACCT_FAPI_URL"]["status"] == "skipped"
    assert "-e on the command line counts more" in report["BNACCT_FAPI_URL"]["detail"]


# -- what a person sees

CHECK = report.Check("read user-assets", "failed", "one two three four five six seven eight nine ten", "Do something.")


def shown(width: int | None, *checks: report.Check, color: bool = False) -> list[str]:
    lines = report.Lines(Screen(width is not None, width, color))
    return "".join([lines.of(check) for check in checks]).splitlines()


def test_long_details_stand_below_one_another() -> None:
    assert shown(75, CHECK) == [
        "failed         read user-assets        one two three four five six seven",
        "                                       eight nine ten",
        "                                       Do something.",
    ]


def test_on_a_narrow_screen_they_have_lines_of_their_own() -> None:
    found = shown(40, CHECK)

    assert found[:2] == ["failed         read user-assets", "    one two three four five six seven"]
    assert max(map(len, found)) <= 40


def test_a_pipe_gets_whole_lines() -> None:
    assert shown(None, CHECK)[0].endswith("nine ten")


def test_a_hint_is_given_once() -> None:
    assert [line.strip() for line in shown(100, CHECK, CHECK, CHECK)].count("Do something.") == 1


def test_rows_for_programs_each_keep_their_hint(run: Run, exchange: Exchange) -> None:
    exchange(faults=["error=-2015"])

    hints = [row["hint"] for row in run("doctor", "-o", "json").json if row["status"] == "not permitted"]
    text = " ".join(run("doctor").text.split())

    assert len(hints) > 3
    assert text.count(" ".join(hints[0].split())) == 1


@pytest.mark.parametrize(
    ("status", "color"), [("ok", "32"), ("warning", "33"), ("skipped", "2"), ("failed", "31"), ("not permitted", "31")]
)
def test_a_status_has_its_colour(status: str, color: str) -> None:
    assert shown(100, CHECK._replace(status=status), color=True)[0].startswith(f"\x1b[{color}m{status:<13}\x1b[0m")


@pytest.mark.parametrize("name", ["BNACCT_\x1b[2K\x1b[1A", "BNACCT_\nok             key", "BNACCT_\u202e"])
def test_a_variables_name_cannot_forge_a_line(run: Run, exchange: Exchange, name: str) -> None:
    exchange()
    Path("own.env").write_text(f"'{name}'=1\n")

    outcome = run("doctor", "--env-file", "own.env")

    assert not {"\x1b", "\u202e"} & set(outcome.text)
    assert all(line[13:15] == "  " for line in outcome.text.splitlines())
    assert not any(shown(width, CHECK._replace(check=name))[0].startswith("ok") for width in (40, 80, None))
