"""Turns parameters and a key into a signed payload: HMAC, RSA and Ed25519, for REST and for the WebSocket API.

The exchange has two rules:

* REST: percent-encode, then sign exactly the bytes that are sent; `signature` comes last.
* WebSocket: every parameter but `signature`, `apiKey` included, sorted by name, as raw UTF-8, never percent-encoded.

This module is pure: no clock, no environment, no network.
"""

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote, urlencode

from bnacct import errors
from bnacct.client import derivation

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

Value = str | int | bool

_UNRESERVED = "-_.~"
_MOST_RSA_BITS = 4096


class Signer(Protocol):
    """A secret that can sign. `kind` is what a person calls it; the secret itself is never shown."""

    kind: str

    def sign(self, payload: bytes) -> str:
        """Return the signature in the text form of its kind: hex for HMAC, base64 for RSA and Ed25519."""


class HmacSigner:
    """HMAC-SHA256 in hex, keyed with the API secret."""

    kind = "HMAC"

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def __repr__(self) -> str:
        return "HmacSigner(***)"

    def sign(self, payload: bytes) -> str:
        import hashlib
        import hmac

        return hmac.new(self._secret, payload, hashlib.sha256).hexdigest()


class Ed25519Signer:
    """Ed25519 over the payload itself, in base64."""

    kind = "Ed25519"

    def __init__(self, key: "Ed25519PrivateKey") -> None:
        self._key = key

    def __repr__(self) -> str:
        return "Ed25519Signer(***)"

    def sign(self, payload: bytes) -> str:
        import base64

        return base64.b64encode(self._key.sign(payload)).decode()


class RsaSigner:
    """RSASSA-PKCS1-v1_5 with SHA-256, in base64. The exchange does not know PSS."""

    kind = "RSA"

    def __init__(self, key: "RSAPrivateKey") -> None:
        self._key = key

    def __repr__(self) -> str:
        return "RsaSigner(***)"

    def sign(self, payload: bytes) -> str:
        import base64

        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
        from cryptography.hazmat.primitives.hashes import SHA256

        return base64.b64encode(self._key.sign(payload, PKCS1v15(), SHA256())).decode()


class Secrets(Protocol):
    """What a signer is made from: the secret of an HMAC key, or the private key (PEM) of an RSA or Ed25519 one."""

    secret: str
    private_key: str
    passphrase: str


@functools.lru_cache(maxsize=8)
def signer(secrets: Secrets) -> Signer:
    """Return what signs with these secrets; made once, as reading a private key takes long.

    Raise `errors.ConfigError` where a private key cannot be read.
    """
    if secrets.secret:
        return HmacSigner(secrets.secret)
    pem = secrets.private_key
    # A variable often holds a PEM on one line, its line breaks written out.
    pem = pem.replace("\\n", "\n") if "\n" not in pem else pem
    return private_key_signer(pem.encode("utf-8", "replace"), secrets.passphrase)


def private_key_signer(pem: bytes, passphrase: str | None = None) -> Signer:
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
            return private_key_signer(pem)
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


def rest_payload(parameters: Mapping[str, Value]) -> str:
    """Percent-encode parameters in their order, as the exchange's documents do: `a=1&b=%E5%B8%81`.

    Everything but `A-Za-z0-9-_.~` is encoded, so no HTTP library has reason to change the bytes after signing.
    """
    pairs = [(name, _text(value)) for name, value in parameters.items()]
    return urlencode(pairs, safe=_UNRESERVED, quote_via=quote)


def sign_rest(parameters: Mapping[str, Value], signer: Signer) -> str:
    """Return the whole query string, `signature` last. The key is not part of it: it travels in a header."""
    payload = rest_payload(parameters)
    return f"{payload}&signature={quote(signer.sign(payload.encode('ascii')), safe=_UNRESERVED)}"


def websocket_payload(parameters: Mapping[str, Value]) -> str:
    """Join every parameter but `signature`, sorted by name, as raw text: `apiKey=…&timestamp=…`."""
    return "&".join(f"{name}={_text(parameters[name])}" for name in sorted(parameters) if name != "signature")


def sign_websocket(parameters: Mapping[str, Value], signer: Signer) -> dict[str, Value]:
    """Return the parameters with `signature` added: plain text, as JSON needs no encoding. Integers stay integers."""
    return {**parameters, "signature": signer.sign(websocket_payload(parameters).encode())}


def _text(value: Value) -> str:
    # str(True) is "True", which the exchange does not know.
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
