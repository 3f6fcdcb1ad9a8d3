"""Turns parameters and a key into a signed payload: HMAC, RSA and Ed25519, for REST and for the WebSocket API.

The exchange has two rules:

* REST: percent-encode, then sign exactly the bytes that are sent; `signature` comes last.
* WebSocket: every parameter but `signature`, `apiKey` included, sorted by name, as raw UTF-8, never percent-encoded.

This module is pure: no clock, no environment, no network.
"""

import functools
from collections.abc import Mapping
from typing import Protocol
from urllib.parse import quote, urlencode

Value = str | int | bool

_UNRESERVED = "-_.~"


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
    from bnacct.client import private_keys

    return private_keys.signer(pem, passphrase)


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
