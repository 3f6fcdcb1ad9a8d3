"""Runs a command at the near end of a line with delay, at whose far end an exchange answers behind TLS.

    python -m tests.bench.line --rtt 80 -- sh -c 'curl "$BNACCT_SAPI_URL/api/v3/time"'

The ends are two network namespaces, joined by two TUN devices. Each IP packet is held back for half a round trip, in
user space, so that the handshakes of TCP and TLS are as slow as they are on a real line. Nothing leaves the machine, and
all ends with the command. `--rtt 0` is this machine's own loopback, without namespaces.
"""

import argparse
import collections
import contextlib
import ctypes
import fcntl
import os
import select
import shutil
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import certifi
import trustme

from bnacct.settings.hosts import VARIABLES
from tests.bench.processes import PYTHON, sandbox
from tests.gateways import TlsFront

# How many profiles there are at the near end.
PROFILES = 40

# Killing it ends whatever runs within.
_UNSHARE = ["unshare", "--user", "--map-root-user", "--net", "--pid", "--fork", "--kill-child"]
# Of a range that is kept for documentation: no packet to it would leave a machine.
_FAR, _NEAR = "192.0.2.1", "192.0.2.2"
_LOOPBACK = "127.0.0.1"

_TUN = "/dev/net/tun"
# From <linux/if_tun.h> and <sched.h>.
_TUNSETIFF = 0x400454CA
_IFF_TUN, _IFF_NO_PI = 0x0001, 0x1000
_CLONE_NEWNET = 0x40000000

# curl's own account of a call, in seconds.
_CURL = "%{time_connect} %{time_appconnect} %{time_starttransfer}"
_CLOCK = f"curl --silent --show-error --output /dev/null --write-out '{_CURL}' \"$BNACCT_SAPI_URL/api/v3/time\""


def behind(rtt_ms: int, command: Sequence[str]) -> str:
    """Run a command at the near end of a line, and return what it writes. Raises CalledProcessError where it fails."""
    whole = [PYTHON, "-m", "tests.bench.line", "--rtt", str(rtt_ms), "--", *command]
    return subprocess.run(whole, stdout=subprocess.PIPE, text=True, check=True).stdout


def obstacle() -> str:
    """Return why there can be no line with delay on this machine; nothing where there can."""
    for program in ("unshare", "ip", "curl"):
        if shutil.which(program) is None:
            return f"{program} is not installed"
    tried = subprocess.run([*_UNSHARE, "test", "-w", _TUN], capture_output=True, text=True, check=False)
    if tried.returncode:
        return tried.stderr.strip() or f"{_TUN} cannot be opened"
    return ""


def verified(rtt_ms: int) -> str:
    """Return curl's account of a line: when TCP, TLS and the answer are there."""
    curl = behind(rtt_ms, ["sh", "-c", " && ".join([f"{_CLOCK} && echo"] * 5)])
    connected, secured, answered = (
        sorted(float(seconds) * 1000 for seconds in column)[2]
        for column in zip(*[line.split() for line in curl.splitlines()], strict=True)
    )
    return f"curl on this line: TCP after {connected:.0f} ms, TLS after {secured:.0f}, the answer after {answered:.0f}."


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.line", description=__doc__)
    parser.add_argument("--rtt", type=int, default=80, metavar="MS")
    parser.add_argument("--within", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("command", nargs="+")
    chosen = parser.parse_args()
    if chosen.rtt and not chosen.within:
        whole = [PYTHON, "-m", "tests.bench.line", "--within", "--rtt", str(chosen.rtt), "--", *chosen.command]
        return subprocess.run([*_UNSHARE, *whole], check=False).returncode
    with contextlib.ExitStack() as open_:
        if chosen.rtt:
            far = _device("far", _FAR, peer=_NEAR)
        environment = open_.enter_context(_served(_FAR if chosen.rtt else _LOOPBACK))
        if chosen.rtt:
            # Sockets and threads that are there already stay at the far end.
            _new_network()
            _join(far, _device("near", _NEAR, peer=_FAR), chosen.rtt / 2000)
        return subprocess.run(chosen.command, env=environment, check=False).returncode


@contextlib.contextmanager
def _served(host: str) -> Iterator[Mapping[str, str]]:
    """Serve the sandbox behind TLS on a host; yield the environment that leads to it and trusts it.

    Clients read as many authorities as they would anywhere: all of certifi's, and the one that vouches for the host.
    """
    authority = trustme.CA()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host).configure_cert(tls)
    with contextlib.ExitStack() as open_:
        bundle = Path(open_.enter_context(tempfile.TemporaryDirectory())) / "authorities.pem"
        bundle.write_bytes(Path(certifi.where()).read_bytes() + authority.cert_pem.bytes())
        environment = open_.enter_context(sandbox("docs"))
        # As at the exchange, each host is another address.
        fronts = {name: open_.enter_context(TlsFront(tls, environment[name], host)) for name in VARIABLES.values()}
        addresses = {name: f"https://{front.address}" for name, front in fronts.items()}
        addresses["BNACCT_WS_FAPI_URL"] = f"wss://{fronts['BNACCT_WS_FAPI_URL'].address}/ws-fapi/v1"
        changed = {**addresses, "BNACCT_ALLOW_ANY_HOST": "1"}
        home = Path(open_.enter_context(tempfile.TemporaryDirectory()))
        _write_profiles(home / "bnacct", {**environment, **changed})
        yield {
            **environment,
            **changed,
            "XDG_CONFIG_HOME": str(home),
            **dict.fromkeys(("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"), str(bundle)),
        }


def _write_profiles(folder: Path, environment: Mapping[str, str]) -> None:
    """Write profiles, all of them with the key of the sandbox."""
    folder.mkdir()
    ours = "".join(
        f"{name}={value}\n" for name, value in environment.items() if name.startswith(("BINANCE_", "BNACCT_"))
    )
    for number in range(PROFILES):
        path = folder / f"desk-{number:02}.env"
        path.write_text(ours)
        path.chmod(0o600)


def _device(name: str, address: str, *, peer: str) -> int:
    """Return the file of a new TUN device, which is all there is in this network beside loopback."""
    device = os.open(_TUN, os.O_RDWR)
    fcntl.ioctl(device, _TUNSETIFF, struct.pack("16sH", name.encode(), _IFF_TUN | _IFF_NO_PI))
    for arguments in (
        ("link", "set", "lo", "up"),
        ("address", "add", address, "peer", peer, "dev", name),
        ("link", "set", name, "up"),
    ):
        subprocess.run(["ip", *arguments], check=True)
    return device


def _new_network() -> None:
    """Move this thread, and what it starts from now on, to a network of its own. (os.unshare is new in Python 3.12.)"""
    library = ctypes.CDLL(None, use_errno=True)
    if library.unshare(_CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "no network of its own")


def _join(one: int, other: int, seconds: float) -> None:
    """Carry each packet from one device to the other, both ways, so many seconds after it was sent."""
    waiting: collections.deque[tuple[float, int, bytes]] = collections.deque()

    def carry() -> None:
        while True:
            wait_s = max(waiting[0][0] - time.monotonic(), 0) if waiting else None
            for source in select.select([one, other], [], [], wait_s)[0]:
                target = other if source == one else one
                waiting.append((time.monotonic() + seconds, target, os.read(source, 1 << 16)))
            while waiting and waiting[0][0] <= time.monotonic():
                _, target, packet = waiting.popleft()
                os.write(target, packet)

    threading.Thread(target=carry, daemon=True).start()


if __name__ == "__main__":
    sys.exit(main())
