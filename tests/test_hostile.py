"""Whatever a server says, over each transport and to doctor: a run ends in time, in a documented status, and leaves nothing.

Standard output is empty or complete, no stream holds a secret or a traceback, and threads and sockets are back to
their number before.
"""

import contextlib
import gc
import json
import os
import socket
import stat
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bnacct import errors
from tests.conftest import Outcome
from tests.dialogues import (
    FRAMES,
    GOOD,
    HEAR,
    HOLD,
    HTTP,
    NOISE,
    TLS,
    TUNNEL,
    Dialogue,
    Speaker,
    all_of,
    drip,
    flood,
    numbered,
)

API_KEY = "Kq7ZxW9vTj3LmPd5RbYh8NcGf2SaEu4DkJt6XoVi1QwZrMy0HpBlCgUeFnOsIzAK"
SECRET = "zXcVbQ8mNwErTyU7iOpLk9jHgFdSaQwE3rTyUiOp5aSdFgHjK1lZxCvBnM4qWeRt"

TIMEOUT_S = 0.12
# Python 3.11 itself leaves a socket to the collector where a peer resets it in the instant before TLS begins on it.
RESET_BEFORE_TLS = pytest.mark.filterwarnings("ignore:unclosed <ssl.SSLSocket:ResourceWarning")
# What a busy machine may take on top.
GRACE_S = 1.0
DOCUMENTED = {0, *(ending.exit_status for ending in errors.endings())} - {errors.INTERNAL_EXIT, 2, 3, 10}

COMMANDS = {"https": "user-assets", "websocket": "ws-balance"}

Run = Callable[..., Outcome]


def open_to(port: int) -> int:
    """Return how many sockets of this process are connected to that port."""
    return sum(_peer_port(int(name)) == port for name in os.listdir("/dev/fd"))


def _peer_port(descriptor: int) -> int | None:
    with contextlib.suppress(OSError):
        if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
            with socket.socket(fileno=os.dup(descriptor)) as duplicate:
                return int(duplicate.getpeername()[1])
    return None


@pytest.fixture
def hostile(run: Run, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Outcome]:
    """Run a command against a dialogue, and hold the run to what every run promises."""
    monkeypatch.setenv("BINANCE_API_KEY", API_KEY)
    monkeypatch.setenv("BINANCE_API_SECRET", SECRET)

    def against(
        dialogue: Dialogue, command: str, *arguments: str, place: Callable[[int], None], calls: int = 1
    ) -> Outcome:
        before = set(threading.enumerate())
        with Speaker(dialogue) as speaker:
            place(speaker.port)
            started = time.monotonic()
            ended = run(command, "-o", "json", "-v", "--retries", "0", "--timeout", str(TIMEOUT_S), *arguments)
            taken_s = time.monotonic() - started
            left = set(threading.enumerate()) - before - set(speaker.threads)
            for thread in left:
                thread.join(GRACE_S)
            assert [thread for thread in left if thread.is_alive()] == []
            assert open_to(speaker.port) == 0
            assert speaker.connections
        assert taken_s < TIMEOUT_S * calls + GRACE_S
        assert ended.status in DOCUMENTED, ended.err
        _check_streams(ended)
        return ended

    return against


def _check_streams(ended: Outcome) -> None:
    *told, last = [*ended.err.splitlines(), ""][:-1] or [""]
    if ended.status:
        assert json.loads(last)["error"]["exit"] == ended.status
    else:
        assert not last or last.startswith("bnacct: ")
    assert [line for line in told if not line.startswith("bnacct: ")] == []
    if ended.status in (0, 9) or ended.out:
        assert isinstance(ended.json, list)
    for stream in (ended.out, ended.err.encode()):
        for text in (API_KEY, SECRET, "signature=", "Traceback", "Exception", "websockets", "urllib3"):
            assert text.encode() not in stream


@pytest.fixture
def at_rest(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    def place(port: int) -> None:
        for host in ("SAPI", "FAPI", "PAPI"):
            monkeypatch.setenv(f"BNACCT_{host}_URL", f"http://127.0.0.1:{port}")

    return place


@pytest.fixture
def at_websocket(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    return lambda port: monkeypatch.setenv("BNACCT_WS_FAPI_URL", f"ws://127.0.0.1:{port}/ws-fapi/v1")


Place = Callable[[int], None]

ANY_HTTP = all_of(HTTP, numbered(40, seed=10))


@pytest.mark.parametrize("dialogue", ANY_HTTP.values(), ids=ANY_HTTP)
def test_no_answer_over_https_breaks_a_promise(
    hostile: Callable[..., Outcome], at_rest: Place, dialogue: Dialogue
) -> None:
    hostile(dialogue, "user-assets", place=at_rest)


@pytest.mark.parametrize("dialogue", ANY_HTTP.values(), ids=ANY_HTTP)
def test_no_answer_to_a_handshake_breaks_a_promise(
    hostile: Callable[..., Outcome], at_websocket: Place, dialogue: Dialogue
) -> None:
    hostile(dialogue, "ws-balance", place=at_websocket)


@pytest.mark.parametrize("dialogue", FRAMES.values(), ids=FRAMES)
def test_no_frames_break_a_promise(hostile: Callable[..., Outcome], at_websocket: Place, dialogue: Dialogue) -> None:
    hostile(dialogue, "ws-balance", place=at_websocket)


@RESET_BEFORE_TLS
@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
@pytest.mark.parametrize("dialogue", TLS.values(), ids=TLS)
def test_nothing_in_place_of_tls_breaks_a_promise(
    hostile: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch, dialogue: Dialogue, command: str
) -> None:
    def place(port: int) -> None:
        monkeypatch.setenv("BNACCT_SAPI_URL", f"https://127.0.0.1:{port}")
        monkeypatch.setenv("BNACCT_WS_FAPI_URL", f"wss://127.0.0.1:{port}/ws-fapi/v1")

    assert hostile(dialogue, command, place=place).status == 6
    gc.collect()  # a socket that only the collector closes is a warning, and so an error of this test


# A proxy's refusals are its own.
FROM_A_PROXY = {name: dialogue for name, dialogue in HTTP.items() if "echo" not in name} | {
    "a tunnel and hold": [HEAR, TUNNEL, HOLD],
    "a tunnel and noise": [HEAR, TUNNEL, NOISE, HOLD],
    "a tunnel and plain HTTP": [HEAR, TUNNEL + GOOD, HOLD],
    "a tunnel and a flood": [HEAR, TUNNEL, flood(b"\0")],
    "a tunnel that drips": [HEAR, drip(TUNNEL * 10)],
}
SOME_FROM_A_PROXY = dict(list(FROM_A_PROXY.items())[::-2])


@RESET_BEFORE_TLS
@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
@pytest.mark.parametrize("dialogue", SOME_FROM_A_PROXY.values(), ids=SOME_FROM_A_PROXY)
def test_no_proxy_breaks_a_promise(
    hostile: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch, dialogue: Dialogue, command: str
) -> None:
    def place(port: int) -> None:
        monkeypatch.setenv("HTTPS_PROXY", f"http://me:secret@127.0.0.1:{port}")
        monkeypatch.setenv("BNACCT_SAPI_URL", "https://127.0.0.1:9")
        monkeypatch.setenv("BNACCT_WS_FAPI_URL", "wss://127.0.0.1:9/ws-fapi/v1")

    assert hostile(dialogue, command, place=place).status in (6, 8)
    gc.collect()


# Each check takes as long as it may, so not all of them.
FOR_DOCTOR = dict(list(HTTP.items())[::3])
MOST_CHECKS = 12


@pytest.mark.parametrize("dialogue", FOR_DOCTOR.values(), ids=FOR_DOCTOR)
def test_no_host_breaks_what_doctor_promises(
    hostile: Callable[..., Outcome], at_rest: Place, at_websocket: Place, dialogue: Dialogue
) -> None:
    def place(port: int) -> None:
        at_rest(port)
        at_websocket(port)

    ended = hostile(dialogue, "doctor", "--timeout", "0.06", place=place, calls=MOST_CHECKS)

    assert {row["check"] for row in ended.json} >= {"key", "clock sapi", "clock fapi"}


@pytest.mark.parametrize("name", ["102 and 200", "103 and 200", "199 and 200"])
def test_an_interim_answer_is_passed_over(hostile: Callable[..., Outcome], at_rest: Place, name: str) -> None:
    ended = hostile(HTTP[name], "user-assets", "--timeout", "20", place=at_rest)

    assert (ended.status, ended.json) == (0, [])


# -- what libraries say

LOUD = {
    "frames without end": FRAMES["frames without end"],
    "zeros without end": FRAMES["zeros without end"],
    "an answer before the request": HTTP["speaks first"],
}


@pytest.mark.parametrize("dialogue", LOUD.values(), ids=LOUD)
def test_what_a_library_logs_stays_off_stderr(
    run_process: Run, monkeypatch: pytest.MonkeyPatch, at_websocket: Place, dialogue: Dialogue
) -> None:
    monkeypatch.setenv("BINANCE_API_KEY", API_KEY)
    monkeypatch.setenv("BINANCE_API_SECRET", SECRET)
    with Speaker(dialogue) as speaker:
        at_websocket(speaker.port)

        ended = run_process("ws-balance", "-o", "json", "--retries", "0", "--timeout", "0.5")

    assert (ended.status in DOCUMENTED, ended.error["exit"]) == (True, ended.status)


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_what_a_library_warns_of_stays_off_stderr(run_process: Run, tmp_path: Path, command: str) -> None:
    # requests warns of a version that it does not know.
    (tmp_path / "chardet.py").write_text('__version__ = "999.0.0"\n')
    set_up = {"PYTHONPATH": str(tmp_path), "BINANCE_API_KEY": API_KEY, "BINANCE_API_SECRET": SECRET}
    places = {"BNACCT_SAPI_URL": "http://127.0.0.1:9", "BNACCT_WS_FAPI_URL": "ws://127.0.0.1:9/ws-fapi/v1"}

    ended = run_process(command, "-o", "json", "--retries", "0", env={**set_up, **places})

    assert (ended.status, ended.error["exit"]) == (6, 6)


JUNK = ("MAX_LINE_LENGTH", "MAX_NUM_HEADERS", "MAX_BODY_SIZE", "MAX_LOG_SIZE", "BACKOFF_FACTOR", "MAX_REDIRECTS")


def test_junk_in_a_librarys_variables_fails_nothing(run_process: Run) -> None:
    junk = {f"WEBSOCKETS_{name}": "junk" for name in JUNK}

    ended = run_process("ws-balance", "-e", "sandbox", "-o", "json", env=junk)

    assert (ended.status, len(ended.json) > 0) == (0, True)
