"""Says how much work it is to open an encrypted private key, without doing it.

The file itself says how often its passphrase is hashed, and a prepared one can ask for hours, deaf to Ctrl-C.
"""

import base64
import re
from collections.abc import Iterator

# About two seconds; `openssl` takes 2048 where it is not told otherwise, and the strictest advice is 1.4 million.
MOST_ROUNDS = 2_000_000
# N × r × p, each 128 bytes: 128 MiB; `openssl` takes 2^17.
MOST_SCRYPT = 1 << 20

# Of bcrypt, which OpenSSH uses; each takes some ten milliseconds, and `ssh-keygen` takes 24.
MOST_BCRYPT_ROUNDS = 200

_BLOCK = re.compile(rb"-----BEGIN (ENCRYPTED|OPENSSH) PRIVATE KEY-----(.*?)-----END ", re.DOTALL)
_OPENSSH = b"openssh-key-v1\0"
_SCRYPT = bytes.fromhex("2b06010401da47040b")
_INTEGER, _OID, _SEQUENCE = 0x02, 0x06, 0x30
_DEEPEST = 8


def is_bearable(pem: bytes) -> bool:
    """Say whether every encrypted key in the text, of PKCS #8 or OpenSSH, opens within seconds.

    Raise ValueError for one that is damaged.
    """
    return all(
        (_is_bearable_openssh if kind == b"OPENSSH" else _is_bearable_pkcs8)(
            # What is no base64 raises binascii.Error, which is a ValueError.
            base64.b64decode(b"".join(block.split()), validate=True)
        )
        for kind, block in _BLOCK.findall(pem)
    )


def _is_bearable_openssh(blob: bytes) -> bool:
    if not blob.startswith(_OPENSSH):
        raise ValueError
    _cipher, rest = _string(blob[len(_OPENSSH) :])
    _kdf, rest = _string(rest)
    options, _ = _string(rest)
    if not options:  # not encrypted
        return True
    _salt, rounds = _string(options)
    return int.from_bytes(rounds, "big") <= MOST_BCRYPT_ROUNDS


def _string(blob: bytes) -> tuple[bytes, bytes]:
    """Return a string, as OpenSSH writes its length before it, and what follows it."""
    end = 4 + int.from_bytes(blob[:4], "big")
    if len(blob) < end:
        raise ValueError
    return blob[4:end], blob[end:]


def _is_bearable_pkcs8(der: bytes) -> bool:
    # EncryptedPrivateKeyInfo: a sequence of the algorithm with its parameters, and the data.
    (tag, info), *_ = _elements(der)
    (inner, algorithm), *_ = _elements(info)
    if (tag, inner) != (_SEQUENCE, _SEQUENCE):
        raise ValueError
    found = list(_leaves(algorithm, _DEEPEST))
    numbers = [int.from_bytes(value, "big", signed=True) for tag, value in found if tag == _INTEGER]
    if (_OID, _SCRYPT) in found:
        work = 1
        for number in numbers[:3]:
            work *= max(number, 1)
        return work <= MOST_SCRYPT
    return max(numbers, default=0) <= MOST_ROUNDS


def _leaves(der: bytes, depth: int) -> Iterator[tuple[int, bytes]]:
    """Yield what is no sequence, in order."""
    if depth == 0:
        raise ValueError
    for tag, value in _elements(der):
        if tag == _SEQUENCE:
            yield from _leaves(value, depth - 1)
        else:
            yield tag, value


def _elements(der: bytes) -> list[tuple[int, bytes]]:
    """Return tag and contents of each element. Raise ValueError for what is no DER, or holds nothing."""
    found = []
    at = 0
    while at < len(der):
        tag, length, at = der[at], der[at + 1] if at + 1 < len(der) else 0x80, at + 2
        if length & 0x80:
            size = length & 0x7F
            if not 1 <= size <= 4:
                raise ValueError
            length, at = int.from_bytes(der[at : at + size], "big"), at + size
        if at + length > len(der):
            raise ValueError
        found.append((tag, der[at : at + length]))
        at += length
    if not found:
        raise ValueError
    return found
