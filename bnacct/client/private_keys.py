"""Reads RSA and Ed25519 private keys, and signs with them; loaded only for an account that has one."""

import base64
from typing import TYPE_CHECKING

from bnacct import errors
from bnacct.client import derivation

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

_MOST_RSA_BITS = 4096


class Ed25519Signer:
    """Ed25519 over the payload itself, in base64."""

    kind = "Ed25519"

    def __init__(self, key: "Ed25519PrivateKey") -> None:
        self._key = key

    def __repr__(self) -> str:
        return "Ed25519Signer(***)"

    def sign(self, payload: bytes) -> str:
        return base64.b64encode(self._key.sign(payload)).decode()


class RsaSigner:
    """RSASSA-PKCS1-v1_5 with SHA-256, in base64. The exchange does not know PSS."""

    kind = "RSA"

    def __init__(self, key: "RSAPrivateKey") -> None:
        self._key = key

    def __repr__(self) -> str:
        return "RsaSigner(***)"

    def sign(self, payload: bytes) -> str:
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
        from cryptography.hazmat.primitives.hashes import SHA256

        return base64.b64encode(self._key.sign(payload, PKCS1v15(), SHA256())).decode()


def signer(pem: bytes, passphrase: str | None = None) -> "Ed25519Signer | RsaSigner":
    """Read an RSA or Ed25519 private key from PEM; the kind is read from the key itself.

    Raise `errors.ConfigError` where it is not such a key, or the passphrase is missing or wrong.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    # The library's own texts are not passed on: they may quote the input.
    try:
        if not derivation.is_bearable(pem):
            raise errors.ConfigError(
                "The private key is not opened: its passphrase would have to be hashed too often.",
                hint=f"Encrypt it anew with at most {derivation.MOST_ROUNDS:,} rounds; "
                "`openssl pkcs8 -topk8` takes 2,048.",
            )
        # How long it takes to check an RSA key depends on numbers that stand in it, so those come first.
        key = load_pem_private_key(
            pem, passphrase.encode() if passphrase else None, unsafe_skip_rsa_key_validation=True
        )
        if isinstance(key, RSAPrivateKey):
            key = _checked(key)
    except TypeError:
        if passphrase:
            # A passphrase that is not needed does no harm: one environment may serve several keys.
            return signer(pem)
        raise errors.ConfigError(
            "The private key is encrypted, and no passphrase is set.",
            hint="Set BINANCE_PRIVATE_KEY_PASSPHRASE, or its _FILE or _COMMAND twin.",
        ) from None
    except (ValueError, UnsupportedAlgorithm):
        raise errors.ConfigError(
            "The private key cannot be read."
            if not passphrase
            else "The private key cannot be read: it is damaged, or the passphrase is wrong.",
            hint="It must be a PEM file that starts with a line like -----BEGIN PRIVATE KEY-----.",
        ) from None
    if isinstance(key, Ed25519PrivateKey):
        return Ed25519Signer(key)
    if isinstance(key, RSAPrivateKey):
        return RsaSigner(key)
    raise errors.ConfigError(
        "The private key is neither RSA nor Ed25519.", hint="The exchange takes HMAC, RSA and Ed25519 keys only."
    )


def _checked(key: "RSAPrivateKey") -> "RSAPrivateKey":
    """Return an RSA key whose numbers belong together. Raise ValueError if they do not, `errors.ConfigError` if too long."""
    numbers = key.private_numbers()
    bits = numbers.public_numbers.n.bit_length()
    if bits > _MOST_RSA_BITS:
        raise errors.ConfigError(
            f"The RSA key has {bits} bits, which is more than the exchange takes.",
            hint=f"Make one of 2048 to {_MOST_RSA_BITS} bits, or an Ed25519 key.",
        )
    parts = (numbers.p, numbers.q, numbers.d, numbers.dmp1, numbers.dmq1, numbers.iqmp, numbers.public_numbers.e)
    if any(part.bit_length() > bits for part in parts):
        raise ValueError
    return numbers.private_key()
