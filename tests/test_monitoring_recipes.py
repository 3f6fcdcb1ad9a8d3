"""The README's recipes for drawing and watching an account, each run by the program that it is for."""

import http.client
import json
import os
import re
import subprocess
import sys
import threading
import urllib.parse
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from bnacct import archive
from bnacct.sandbox import Sandbox
from tests.archives import HOUR, START, failed, free, reading
from tests.conftest import needs

Exchange = Callable[..., Sandbox]

README = Path(__file__).parent.parent / "README.md"
SCHEDULE = re.compile(r"^(\S+ ){5} ")
NEGATE = Path("/usr/lib/nagios/plugins/negate")
# A second is enough for a scrape; a machine that does several things at once gets more.
PATIENCE_S = 60.0


def recipe(name: str) -> str:
    """Return the block of the README under a name."""
    found = re.search(rf"<!-- recipe: {re.escape(name)} -->\n```\w+\n(.*?)```", README.read_text(), re.DOTALL)
    assert found is not None
    return found[1]


def test_every_recipe_has_a_test() -> None:
    names = re.findall(r"<!-- recipe: (.*?) -->", README.read_text())
    tests = Path(__file__).read_text()

    assert names == ["gnuplot", "cron", "switch", "nagios", "bnacct.service", "bnacct.timer", "rules"]
    assert [name for name in names if f'recipe("{name}")' not in tests] == []


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A `bnacct` that is this source."""
    path = tmp_path / "bin" / "bnacct"
    path.parent.mkdir()
    path.write_text(f'#!/bin/sh\nexec {sys.executable} -m bnacct "$@"\n')
    path.chmod(0o755)
    return path


def shell(command: str, program: Path) -> subprocess.CompletedProcess[str]:
    """Run a command as cron does."""
    environment = {**os.environ, "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(
        ["sh", "-c", command], env=environment, capture_output=True, text=True, timeout=60, check=False
    )


# -- gnuplot


def test_gnuplot_leaves_a_gap_where_nothing_is_known(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    needs("gnuplot")
    monkeypatch.setenv("BNACCT_ARCHIVE", "archive.db")
    answered = [0, 1, 2, 4, 5, 20, 21]
    with archive.open("archive.db", write=True) as kept:
        every = [reading(START + hour * HOUR, free(f"{hour}.5")) for hour in answered]
        kept.record([(archive.Owner("default", "live", "…aaaa"), [*every, failed(START + 3 * HOUR)])])

    done = shell(recipe("gnuplot"), program)

    assert (done.returncode, done.stdout) == (0, "")
    (line,) = re.findall(r"<path stroke='rgb\([^']*'  d='([^']*)'", Path("btc.svg").read_text())
    # One stroke is that of the legend; the others end where a reading failed, and where none came for long.
    assert line.count("M") == 1 + 3


# -- cron


def test_the_crontab_prints_nothing_if_all_is_well_and_one_line_if_not(exchange: Exchange, program: Path) -> None:
    command = SCHEDULE.sub("", recipe("cron")).replace("\\%", "%")
    assert "%" not in command

    exchange("empty")
    # An empty account has no margin ratio.
    command_without = re.sub(r"-[wc] futures-account.marginRatio=\d+ ", "", command)
    well = shell(command_without, program)
    exchange("rich")
    unwell = shell(command, program)

    assert (well.returncode, well.stdout, well.stderr) == (0, "", "")
    assert unwell.returncode == 2
    assert unwell.stdout.startswith("BNACCT CRITICAL: pm-balance.USDC.crossMarginBorrowed")
    assert len(unwell.stdout.splitlines()) == 1


@pytest.fixture
def pings() -> Iterator[tuple[str, list[str]]]:
    """A server on this machine that takes the pings, and the paths that were asked for."""
    received: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            received.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", received
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_switch_is_pinged_only_while_all_is_well(
    exchange: Exchange, program: Path, pings: tuple[str, list[str]]
) -> None:
    needs("curl")
    url, received = pings
    command = SCHEDULE.sub("", recipe("switch")).replace("https://ping.example.org", url)

    exchange("rich")
    assert shell(command, program).returncode == 0
    assert received == ["/your-uuid"]
    exchange("rich", faults=["html"])
    assert shell(command, program).returncode == 3
    assert received == ["/your-uuid"]


# -- Nagios


def test_the_nagios_command_is_run_by_a_caller_of_plugins(exchange: Exchange, program: Path) -> None:
    running = exchange("rich")
    folder = Path.home() / ".config" / "bnacct"
    folder.mkdir(parents=True)
    profile = folder / "main.env"
    profile.write_text("".join(f"{name}={value}\n" for name, value in running.environment().items()))
    profile.chmod(0o600)
    text = recipe("nagios")
    line = re.search(r"command_line +(.*)", text)
    call = re.search(r"check_command +(.*)", text)
    assert line is not None
    assert call is not None
    name, *arguments = call[1].split("!")
    assert f"command_name  {name}" in text
    command = line[1].replace("/usr/local/bin/bnacct", str(program))
    for number, argument in enumerate(arguments, start=1):
        command = command.replace(f"$ARG{number}$", argument)

    well = shell(command, program)
    if not NEGATE.exists():
        needs("negate")
    turned = shell(f"{NEGATE} -t 30 -s {command}", program)

    expected = "main futures-account.marginRatio 2.58% | 'main futures-account.marginRatio'=2.58%;50;80\n"
    assert (well.returncode, well.stdout) == (0, f"BNACCT OK: {expected}")
    assert (turned.returncode, turned.stdout) == (2, f"BNACCT CRITICAL: {expected}")


# -- systemd


def test_systemd_finds_nothing_wrong_with_the_units(program: Path, tmp_path: Path) -> None:
    service = recipe("bnacct.service").replace("/usr/local/bin/bnacct", str(program))
    (tmp_path / "bnacct.service").write_text(service)
    (tmp_path / "bnacct.timer").write_text(recipe("bnacct.timer"))
    units = [str(tmp_path / "bnacct.service"), str(tmp_path / "bnacct.timer")]

    done = subprocess.run(
        [needs("systemd-analyze"), "verify", "--man=no", *units],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    # It also says what it thinks of the units of this machine.
    assert [line for line in (done.stdout + done.stderr).splitlines() if "bnacct" in line] == []
    assert done.returncode == 0


def test_the_timer_goes_off_every_five_minutes() -> None:
    calendar = re.search(r"OnCalendar=(.*)", recipe("bnacct.timer"))
    assert calendar is not None

    done = subprocess.run(
        [needs("systemd-analyze"), "calendar", "--iterations=2", calendar[1]],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
        env={**os.environ, "TZ": "UTC"},
    )

    minutes = [int(found) for found in re.findall(r":(\d\d):00 UTC", done.stdout)]
    assert (minutes[1] - minutes[0]) % 60 == 5


def test_the_service_reads_its_key_from_systemds_credentials(
    exchange: Exchange, program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = exchange("rich")
    monkeypatch.delenv("BINANCE_API_KEY")
    monkeypatch.delenv("BINANCE_API_SECRET")
    service = recipe("bnacct.service")
    credentials = tmp_path / "credentials"
    credentials.mkdir(mode=0o700)
    for name, value in (("key", running.api_key), ("secret", running.secret)):
        assert f"LoadCredential={name}:" in service
        (credentials / name).write_text(f"{value}\n")
        (credentials / name).chmod(0o400)
    for variable in re.findall(r"(\w+=%d/\w+)", service):
        monkeypatch.setenv(variable.partition("=")[0], variable.partition("=")[2].replace("%d", str(credentials)))
    command = re.search(r"ExecStart=(.*)", service)
    assert command is not None
    target = tmp_path / "bnacct.prom"
    started = command[1].replace("/usr/local/bin/bnacct", str(program))

    done = shell(started.replace("/var/lib/prometheus/node-exporter/bnacct.prom", str(target)), program)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert 'bnacct_up{account="default",operation="user-assets"} 1' in target.read_text()
    assert running.secret not in target.read_text()


# -- Prometheus


RULES_TEST = """
rule_files: [rules.yml]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series:
      - {series: 'bnacct_up{account="main",operation="user-assets"}', values: '1x10 0x60'}
      - {series: 'bnacct_margin_ratio{account="main"}', values: '0.02x10 0.81x60'}
      - {series: 'bnacct_unimmr{account="pm"}', values: '1.19x70'}
      - {series: 'bnacct_margin_level{account="margin"}', values: '999x70'}
      - {series: 'node_textfile_mtime_seconds{file="/var/lib/prometheus/node-exporter/bnacct.prom"}', values: '0x70'}
    alert_rule_test:
      - {eval_time: 10m, alertname: BnacctDown, exp_alerts: []}
      - eval_time: 40m
        alertname: BnacctDown
        exp_alerts:
          - exp_labels: {account: main, operation: user-assets}
            exp_annotations: {summary: user-assets of main cannot be read}
      - {eval_time: 29m, alertname: BnacctStale, exp_alerts: []}
      - eval_time: 31m
        alertname: BnacctStale
        exp_alerts:
          - exp_labels: {file: /var/lib/prometheus/node-exporter/bnacct.prom}
            exp_annotations:
              summary: /var/lib/prometheus/node-exporter/bnacct.prom has not been written for half an hour
      - eval_time: 20m
        alertname: BnacctNearLiquidation
        exp_alerts:
          - exp_labels: {account: main, severity: critical}
            exp_annotations: {summary: 'main is near liquidation: 0.81'}
          - exp_labels: {account: pm, severity: critical}
            exp_annotations: {summary: 'pm is near liquidation: 1.19'}
"""


def test_the_alert_rules_are_sound_and_go_off_when_they_should(tmp_path: Path) -> None:
    (tmp_path / "rules.yml").write_text(recipe("rules"))
    (tmp_path / "rules_test.yml").write_text(RULES_TEST)

    for arguments in (["check", "rules", "rules.yml"], ["test", "rules", "rules_test.yml"]):
        done = subprocess.run(
            [needs("promtool"), *arguments], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
        )
        assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "3 rules found" in subprocess.run(
        [needs("promtool"), "check", "rules", "rules.yml"], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout.replace("SUCCESS: ", "")


class Served:
    """A program of the distribution that serves HTTP on a port of its own choice, until it is stopped."""

    def __init__(self, *command: str) -> None:
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        assert self._process.stderr is not None
        self.log: list[str] = []
        for line in self._process.stderr:
            self.log.append(line)
            if found := re.search(r"Listening on.*address=\S*?:(\d+)", line):
                self.address = f"127.0.0.1:{found[1]}"
                break
        else:
            pytest.fail("".join(self.log))
        # What else it says is read, so that it never waits for a reader.
        self._reading = threading.Thread(target=self.log.extend, args=(self._process.stderr,))
        self._reading.start()

    def get(self, path: str) -> bytes | None:
        """Return what is served there; None while the program is not ready."""
        connection = http.client.HTTPConnection(self.address, timeout=10)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            body = response.read()
            return body if response.status == 200 else None
        finally:
            connection.close()

    def close(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(timeout=20)
        self._reading.join()
        assert self._process.stderr is not None
        self._process.stderr.close()


@pytest.fixture
def serve() -> Iterator[Callable[..., Served]]:
    running: list[Served] = []

    def start(*command: str) -> Served:
        running.append(Served(*command))
        return running[-1]

    yield start
    for served in reversed(running):
        served.close()


def _until(ready: Callable[[], Any]) -> Any:
    """Return what `ready` returns once it returns something."""
    pause = threading.Event()
    for _ in range(int(PATIENCE_S / 0.1)):
        if found := ready():
            return found
        pause.wait(0.1)
    pytest.fail("it did not come in time")


def test_a_real_prometheus_reads_it_from_a_real_node_exporter(
    exchange: Exchange, program: Path, tmp_path: Path, serve: Callable[..., Served]
) -> None:
    exchange("rich")
    folder = tmp_path / "textfiles"
    folder.mkdir()
    assert shell(f"bnacct metrics -q --to {folder}/bnacct.prom", program).returncode == 0
    exporter = serve(
        needs("prometheus-node-exporter"),
        *("--web.listen-address=127.0.0.1:0", "--collector.disable-defaults", "--collector.textfile"),
        f"--collector.textfile.directory={folder}",
    )
    (tmp_path / "rules.yml").write_text(recipe("rules"))
    (tmp_path / "prometheus.yml").write_text(
        "global: {scrape_interval: 1s, evaluation_interval: 1s}\n"
        "rule_files: [rules.yml]\n"
        "scrape_configs:\n"
        "  - job_name: node\n"
        f"    static_configs: [{{targets: ['{exporter.address}']}}]\n"
    )
    prometheus = serve(
        needs("prometheus"),
        f"--config.file={tmp_path / 'prometheus.yml'}",
        f"--storage.tsdb.path={tmp_path / 'data'}",
        "--web.listen-address=127.0.0.1:0",
    )

    def value(query: str) -> str | None:
        body = prometheus.get(f"/api/v1/query?query={urllib.parse.quote(query)}")
        found = json.loads(body)["data"]["result"] if body else []
        return found[0]["value"][1] if found else None

    assert _until(lambda: value('bnacct_up{operation="user-assets"}')) == "1"
    assert value('bnacct_asset_amount{asset="BTC",wallet="spot",state="free"}') == "1.23456789"
    assert value('bnacct_asset_amount{asset="这是测试币",state="free"}') == "88.88"
    assert value('sum(bnacct_asset_debt{asset="USDC"})') == "5001.23456789"
    assert value("node_textfile_scrape_error") == "0"
    assert value("time() - node_textfile_mtime_seconds < bool 1800") == "1"

    # The account dies, and no amount of it stays.
    exchange("rich", faults=["ban"])
    assert shell(f"bnacct metrics -q --to {folder}/bnacct.prom", program).returncode == 5

    assert _until(lambda: value('bnacct_up{operation="user-assets"} == 0')) == "0"
    assert _until(lambda: value("absent(bnacct_asset_amount)")) == "1"
    assert value("node_textfile_scrape_error") == "0"
