"""Makes the API key that opens the sandbox's account. Private keys are generated each time and never stored."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from bnacct.client.signing import HmacSigner, Signer, private_key_signer

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

_RSA_BITS = 2048


class Key(NamedTuple):
    """An API key, its secret or private key, the environment variable for that secret, and the signer."""

    api_key: str
    secret: str
    variable: str
    signer: Signer

    def __repr__(self) -> str:
        return f"Key({self.api_key})"


def new_key(kind: str) -> Key:
    """Return a key of that kind: HMAC, RSA or Ed25519. Raises ValueError for any other."""
    if kind not in _SECRETS:
        raise ValueError(f"There is no key of kind {kind!r}; there are {', '.join(_SECRETS)}.")
    api_key = f"sandboxKey{kind}".ljust(64, "0")
    secret = _SECRETS[kind]()
    if kind == "HMAC":
        return Key(api_key, secret, "BINANCE_API_SECRET", HmacSigner(secret))
    return Key(api_key, secret, "BINANCE_PRIVATE_KEY", private_key_signer(secret.encode()))


def _hmac_secret() -> str:
    return "sandboxSecretThatOpensNothing".ljust(64, "0")


def _rsa_pem() -> str:
    from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

    return _pem(generate_private_key(public_exponent=65537, key_size=_RSA_BITS))


def _ed25519_pem() -> str:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return _pem(Ed25519PrivateKey.generate())


def _pem(key: "Ed25519PrivateKey | RSAPrivateKey") -> str:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


_SECRETS: Mapping[str, Callable[[], str]] = {"HMAC": _hmac_secret, "RSA": _rsa_pem, "Ed25519": _ed25519_pem}
