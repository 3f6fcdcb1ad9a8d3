"""Draws the terminal pictures of the README from real runs on a pseudo-terminal: `python -m tests.pictures`.

`--check` writes nothing, and fails where a picture no longer shows what a run prints. Only commands whose output does
not depend on the day have a picture.
"""

import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping
from fcntl import ioctl
from html import unescape
from pathlib import Path

from rich.console import Console
from rich.text import Text

FOLDER = Path(__file__).parent / "pictures"
COLUMNS = 100

PICTURES: Mapping[str, tuple[str, ...]] = {
    "overview": ("overview",),
    "futures-account": ("futures-account",),
    "pm-balance": ("pm-balance",),
}

# What a command shows of which account, where it is not the richer one.
ACCOUNTS = {"overview": "classic"}
# When prices were read is no part of what a picture shows.
_CLOCK = re.compile(r"\d{4}-\d\d-\d\d\d\d:\d\d:\d\dUTC")


def printed(*arguments: str) -> str:
    """Return what a run prints on a terminal, with its escape sequences."""
    reader, writer = pty.openpty()
    ioctl(writer, termios.TIOCSWINSZ, struct.pack("HHHH", 50, COLUMNS, 0, 0))
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("BINANCE_", "BNACCT_"))},
        **{"BNACCT_ENVIRONMENT": "sandbox", "TERM": "xterm"},
        "BNACCT_SANDBOX_ACCOUNT": ACCOUNTS.get(arguments[0], "rich"),
        "PYTHONPATH": str(Path(__file__).parent.parent),
    }
    run = subprocess.Popen(
        [sys.executable, "-m", "bnacct", *arguments],
        stdout=writer,
        stderr=writer,
        stdin=subprocess.DEVNULL,
        env=environment,
    )
    os.close(writer)
    pieces = []
    while piece := _read(reader):
        pieces.append(piece)
    os.close(reader)
    run.wait()
    return b"".join(pieces).decode().replace("\r\n", "\n")


def picture(*arguments: str) -> str:
    """Return an SVG of a run."""
    console = Console(record=True, width=COLUMNS, file=open(os.devnull, "w"), force_terminal=True, _environ={})  # noqa: SIM115
    console.print(Text.from_ansi(printed(*arguments)))
    console.file.close()
    return console.export_svg(title=f"bnacct {arguments[0]}")


def shown(svg: str) -> str:
    """Return the text that a picture shows, a line for each of its own, whatever the version of rich that drew it."""
    lines: dict[float, str] = {}
    for y, text in re.findall(r'<text class="[^"]*-r\d+" x="[^"]*" y="([^"]*)"[^>]*>(.*?)</text>', svg):
        lines[float(y)] = lines.get(float(y), "") + unescape(text).replace("\xa0", " ")
    return _CLOCK.sub("", "\n".join("".join(line.split()) for _, line in sorted(lines.items())))


def stale() -> list[str]:
    """Return the names of the pictures that show something else than a run prints."""
    return [
        name
        for name, arguments in PICTURES.items()
        if not (path := FOLDER / f"{name}.svg").exists() or shown(path.read_text()) != shown(picture(*arguments))
    ]


def _read(reader: int) -> bytes:
    try:
        return os.read(reader, 1 << 16)
    except OSError:  # how Linux says that a pseudo-terminal was closed
        return b""


if __name__ == "__main__":
    if "--check" in sys.argv:
        found = stale()
        sys.exit(f"Stale pictures: {', '.join(found)}. Run python -m tests.pictures" if found else 0)
    FOLDER.mkdir(exist_ok=True)
    for name, arguments in PICTURES.items():
        (FOLDER / f"{name}.svg").write_text(picture(*arguments))
