"""One TLS connection, read by one thread while another writes: nothing is lost, and waits end."""

import socket
import ssl
import threading
from collections.abc import Iterator

import pytest
import trustme

from bnacct.client.turns import TurnTakingSocket

SIZE = 1 << 20


@pytest.fixture
def pair() -> Iterator[tuple[TurnTakingSocket, ssl.SSLSocket]]:
    """Our end of a TLS connection, and the other."""
    authority = trustme.CA()
    server, client = (ssl.SSLContext(side) for side in (ssl.PROTOCOL_TLS_SERVER, ssl.PROTOCOL_TLS_CLIENT))
    authority.issue_cert("localhost").configure_cert(server)
    authority.configure_trust(client)
    ours, theirs = socket.socketpair()
    accepted: list[ssl.SSLSocket] = []
    shaking = threading.Thread(target=lambda: accepted.append(server.wrap_socket(theirs, server_side=True)))
    shaking.start()
    secured = client.wrap_socket(ours, server_hostname="localhost")
    shaking.join()
    secured.settimeout(20)
    accepted[0].settimeout(20)
    with secured, accepted[0]:
        yield TurnTakingSocket(secured), accepted[0]


def received(end: TurnTakingSocket | ssl.SSLSocket, size: int) -> bytes:
    found = bytearray()
    while len(found) < size:
        found += end.recv(size - len(found))
    return bytes(found)


def test_both_directions_at_once_lose_nothing(pair: tuple[TurnTakingSocket, ssl.SSLSocket]) -> None:
    ours, theirs = pair
    up, down = b"u" * SIZE, b"d" * SIZE
    seen: dict[str, bytes] = {}
    work = [
        lambda: seen.update(down=received(ours, SIZE)),
        lambda: ours.sendall(up),
        lambda: seen.update(up=received(theirs, SIZE)),
    ]
    threads = [threading.Thread(target=each) for each in work]
    for thread in threads[:2]:
        thread.start()
    # The other end is a plain TLS socket, which takes one direction at a time.
    theirs.sendall(down)
    threads[2].start()
    for thread in threads:
        thread.join(20)

    assert (seen["up"], seen["down"]) == (up, down)


def test_a_wait_ends_in_time(pair: tuple[TurnTakingSocket, ssl.SSLSocket]) -> None:
    ours, _ = pair
    ours.settimeout(0.01)

    assert ours.gettimeout() == 0.01
    with pytest.raises(TimeoutError):
        ours.recv(1)


def test_a_peer_that_does_not_read_is_not_waited_for(pair: tuple[TurnTakingSocket, ssl.SSLSocket]) -> None:
    ours, _ = pair
    ours.settimeout(0.05)

    with pytest.raises(TimeoutError):
        ours.sendall(b"x" * (64 << 20))


def test_the_end_of_the_connection_ends_a_wait(pair: tuple[TurnTakingSocket, ssl.SSLSocket]) -> None:
    ours, theirs = pair
    ended: list[bytes | OSError] = []

    def wait() -> None:
        try:
            ended.append(ours.recv(1))
        except OSError as error:
            ended.append(error)

    reading = threading.Thread(target=wait)
    reading.start()
    theirs.shutdown(socket.SHUT_RDWR)
    reading.join(20)

    assert len(ended) == 1
    assert ended[0] == b"" or isinstance(ended[0], OSError)


def test_a_closed_connection_is_not_waited_for(pair: tuple[TurnTakingSocket, ssl.SSLSocket]) -> None:
    ours, _ = pair
    ours.close()

    with pytest.raises(OSError, match=r"closed|Bad file"):
        ours.recv(1)
