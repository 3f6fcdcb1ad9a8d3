"""Signatures are those the exchange publishes, over exactly the bytes that are sent."""

import base64
import contextlib
import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote

import pytest
import requests
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa, x25519
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from urllib3.util import parse_url

from bnacct import errors
from bnacct.client import Silent, derivation, https, signing
from bnacct.client.signing import HmacSigner, Value, private_key_signer
from bnacct.endpoints import USER_ASSETS
from bnacct.settings import Settings

# The published sets: A of the spot API's documents, F of the futures', and the only Ed25519 key that can be checked.
KEY_A = "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A"
SECRET_A = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"
SECRET_F = "2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9"
PEM = b"""-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIIJEYWtGBrhACmb9Dvy+qa8WEf0lQOl1s4CLIAB9m89u
-----END PRIVATE KEY-----
"""
PASSPHRASE = "correct horse €"

ORDER: Mapping[str, Value] = {
    "symbol": "LTCBTC",
    "side": "BUY",
    "type": "LIMIT",
    "timeInForce": "GTC",
    "quantity": 1,
    "price": "0.1",
    "recvWindow": 5000,
    "timestamp": 1499827319559,
}
FUTURES_ORDER: Mapping[str, Value] = {
    "symbol": "BTCUSDT",
    "side": "BUY",
    "type": "LIMIT",
    "quantity": 1,
    "price": 9000,
    "timeInForce": "GTC",
    "recvWindow": 5000,
    "timestamp": 1591702613943,
}
ASSETS: Mapping[str, Value] = {
    "asset": "USDT",
    "needBtcValuation": True,
    "recvWindow": 5000,
    "timestamp": 1499827319559,
}

REST: dict[str, tuple[str, Mapping[str, Value], str]] = {
    "A1": (SECRET_A, ORDER, "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71"),
    "A3": (
        SECRET_A,
        {**ORDER, "symbol": "１２３４５６"},
        "e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3",
    ),
    "F1": (SECRET_F, FUTURES_ORDER, "3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9"),
    "timestamp alone": (
        SECRET_A,
        {"timestamp": 1499827319559},
        "2222d49722f6af5da13f6da6bfc0d7de19ca2815ebc98bbc49e4942268472f3f",
    ),
    "snapshot": (
        SECRET_A,
        {"type": "SPOT", "recvWindow": 5000, "timestamp": 1499827319559},
        "1fe4ccb00282d7bd1ba539b4302ea1d58ac1f8542127246f0e8c1ce5e8993aac",
    ),
    "asset": (
        SECRET_A,
        {"asset": "USDT", "timestamp": 1499827319559},
        "c21fdaf2543b146c6e83bf126848a90d469ee1a4d46924c39f32a2683a3b6bf6",
    ),
    "Chinese asset": (
        SECRET_A,
        {"asset": "这是测试币", "timestamp": 1499827319559},
        "fbb535eca569ef2150cfcc566fe9e74e7f51956fa133078d1025b0923e094bdd",
    ),
    "user-assets": (SECRET_A, ASSETS, "15a6159fabeabfdc66c4f98830215ff931f7d65e44c51107490df9797d826a45"),
}

# Query and body with nothing between. Our calls have no body, so the signer itself is asked.
MIXED: dict[str, tuple[str, str, str, str]] = {
    "A2": (
        SECRET_A,
        "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC",
        "quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559",
        "0fd168b8ddb4876a0358a8d14d0c9f3da0e9b20c5d52b2a00fcf7d1c602f9a77",
    ),
    "F2 without the stray space": (
        SECRET_F,
        "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC",
        "quantity=1&price=9000&recvWindow=5000&timestamp=1591702613943",
        "30baaf0fab549bbeda7f5ef201898b34122da25fd23c646cac2c529aebe670a4",
    ),
    "user-assets": (
        SECRET_A,
        "asset=USDT&needBtcValuation=true",
        "recvWindow=5000&timestamp=1499827319559",
        "6c34ed6e415c5998465df7483976b3d6171a625173ef49107987c36fa8501af3",
    ),
}

# In an order that is not the alphabet's, as sorting is part of the rule.
WEBSOCKET_ORDER: Mapping[str, Value] = {"type": "LIMIT", "timestamp": 1645423376532, "timeInForce": "GTC"}
WEBSOCKET: dict[str, tuple[Mapping[str, Value], str]] = {
    "A4": (
        {
            **WEBSOCKET_ORDER,
            "symbol": "BTCUSDT",
            "side": "SELL",
            "recvWindow": 100,
            "quantity": "0.01000000",
            "price": "52000.00",
        },
        "aa1b5712c094bc4e57c05a1a5c1fd8d88dcd628338ea863fec7b88e59fe2db24",
    ),
    "A5": (
        {
            **WEBSOCKET_ORDER,
            "symbol": "１２３４５６",
            "side": "BUY",
            "recvWindow": 5000,
            "quantity": "1.00000000",
            "price": "0.10000000",
        },
        "b33892ae8e687c939f4468c6268ddd4c40ac1af18ad19a064864c47bae0752cd",
    ),
    "A6": ({"timestamp": 1649729878532}, "1cf54395b336b0a9727ef27d5d98987962bc47aca6e13fe978612d0adee066ed"),
    "A7": ({"timestamp": 1660801839480}, "83303b4a136ac1371795f465808367242685a9e3a42b22edb4d977d0696eb45c"),
    "A8": ({"timestamp": 1660801839500}, "76289424d6e288f4dc47d167ac824e859dabf78736f4348abbbac848d719eb94"),
    "A9": ({"timestamp": 1660801713831}, "1bea8b157dd78c3da30359bddcd999e4049749fe50b828e620e12f64e8b433c9"),
    "A10": (
        {"timestamp": 1661955123341, "startTime": 1660780800000, "limit": 5, "endTime": 1660867200000},
        "c8e1484db4a4a02d0e84dfa627eb9b8298f07ebf12fcc4eaf86e4a565b2712c2",
    ),
    "account.balance": (
        {"timestamp": 1702561978458},
        "caf71ea674bd6a2617dc5dc1e1366b5c09e4f7bbdf183ddb61d341047a0443cd",
    ),
    "account.balance with a window": (
        {"timestamp": 1702561978458, "recvWindow": 5000},
        "793beda4efb93e44049d807438014da4594dfd10df1ab23c3365d937c7df12aa",
    ),
}

# Text as a command line or a file can hold it: half a surrogate pair has no UTF-8, and `cli` refuses it.
TEXT = st.text(st.characters(codec="utf-8"))
HOSTILE = st.text(st.sampled_from("&=+%# ?/;,'\"\\\n\x00~-_.é币😀aZ09"))
PARAMETERS = st.dictionaries(TEXT | HOSTILE, TEXT | HOSTILE, min_size=1, max_size=6)

Key = rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey


@pytest.fixture(scope="module")
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem_of(key: Any, form: PrivateFormat = PrivateFormat.PKCS8, passphrase: str | None = None) -> bytes:
    encryption = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    pem: bytes = key.private_bytes(Encoding.PEM, form, encryption)
    return pem


# -- published signatures


@pytest.mark.parametrize("vector", REST)
def test_rest_signatures_are_the_published_ones(vector: str) -> None:
    secret, parameters, signature = REST[vector]
    signed = signing.sign_rest(parameters, HmacSigner(secret))
    assert signed == f"{signing.rest_payload(parameters)}&signature={signature}"


def test_the_rest_payload_keeps_its_order_and_is_encoded_before_it_is_signed() -> None:
    assert signing.rest_payload({"timestamp": 1, "asset": "这是 币", "needBtcValuation": False}) == (
        "timestamp=1&asset=%E8%BF%99%E6%98%AF%20%E5%B8%81&needBtcValuation=false"
    )


@pytest.mark.parametrize("vector", MIXED)
def test_query_and_body_are_signed_with_nothing_between(vector: str) -> None:
    secret, query, body, signature = MIXED[vector]
    assert HmacSigner(secret).sign((query + body).encode()) == signature


@pytest.mark.parametrize("vector", WEBSOCKET)
def test_websocket_signatures_are_the_published_ones(vector: str) -> None:
    parameters, signature = WEBSOCKET[vector]
    sent = {**parameters, "apiKey": KEY_A}
    expected = {**sent, "signature": signature}
    assert expected == signing.sign_websocket(sent, HmacSigner(SECRET_A))


def test_the_ed25519_signature_is_the_published_one() -> None:
    payload = b"A\x01EXAMPLE\x01SPOT\x011\x0120240627-11:17:25.223"
    assert private_key_signer(PEM).sign(payload) == (
        "4MHXelVVcpkdwuLbl6n73HQUXUf1dse2PCgT1DYqW9w8AVZ1RACFGM+5UdlGPrQHrgtS3CvsRURC1oj73j8gCA=="
    )


def test_an_ed25519_signature_is_percent_encoded_in_a_url() -> None:
    assert signing.sign_rest(ASSETS, private_key_signer(PEM)) == (
        "asset=USDT&needBtcValuation=true&recvWindow=5000&timestamp=1499827319559&signature="
        "%2BUzWaDYyZG4M7ccF3odg7L9I3qb50MXzEuXkjEjw3w8DDpT8O0Ll2x8QzcV7DTTa6I0yarEnC6G8UAyDMHO4Cg%3D%3D"
    )


def test_the_ed25519_signature_of_an_order_is_the_derived_one() -> None:
    order: Mapping[str, Value] = {
        "symbol": "BTCUSDT",
        "side": "SELL",
        "type": "LIMIT",
        "timeInForce": "GTC",
        "quantity": 1,
        "price": "0.2",
        "timestamp": 1668481559918,
        "recvWindow": 5000,
    }
    signature = dict(parse_qsl(signing.sign_rest(order, private_key_signer(PEM))))["signature"]
    assert signature == "inDT086KVIP8vgUfw5sV3VTkescWztiAGlf4x8FLKHM4NInsn0c1kYVLoGMO8cyjfR6vmTku2YQE0gtfVVlfCw=="


@pytest.mark.parametrize(
    ("timestamp", "signature"),
    [
        (1649729878532, "PdyZthZkWH6iRM43rd8+UBP8CPxkW5TJq6Wxsjy8vl5St2O54RDvgGcqRWskW7xWLdftHLxCKA0PDzjLt26eDg=="),
        (1702561978458, "rI6x1xUKTQI7I4d33KNMRLb2DEbgzqHMIJyMX/pJpiEjKrmwhCK3cITKAOdSMQ93wmMeebpYWOYCeRGrW2lMAw=="),
    ],
)
def test_an_ed25519_signature_is_plain_text_in_a_frame(timestamp: int, signature: str) -> None:
    signed = signing.sign_websocket({"timestamp": timestamp, "apiKey": KEY_A}, private_key_signer(PEM))
    assert signed["signature"] == signature


def test_rsa_signatures_are_pkcs1_v1_5_with_sha256_and_not_pss(rsa_key: rsa.RSAPrivateKey) -> None:
    signed = signing.sign_rest(ASSETS, private_key_signer(pem_of(rsa_key)))
    payload, _, encoded = signed.partition("&signature=")
    signature = base64.b64decode(unquote(encoded), validate=True)
    public = rsa_key.public_key()
    public.verify(signature, payload.encode(), padding.PKCS1v15(), SHA256())
    pss = padding.PSS(padding.MGF1(SHA256()), padding.PSS.AUTO)
    with pytest.raises(InvalidSignature):
        public.verify(signature, payload.encode(), pss, SHA256())


# -- keys


def test_the_kind_is_read_from_the_key_itself(rsa_key: rsa.RSAPrivateKey) -> None:
    ed25519_key = ed25519.Ed25519PrivateKey.generate()
    pems = [pem_of(rsa_key), pem_of(rsa_key, PrivateFormat.TraditionalOpenSSL), pem_of(ed25519_key), PEM]
    expected = ["RSA", "RSA", "Ed25519", "Ed25519"]
    assert expected == [private_key_signer(pem).kind for pem in pems]


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
def test_an_encrypted_key_opens_with_its_passphrase_only(rsa_key: rsa.RSAPrivateKey, form: PrivateFormat) -> None:
    pem = pem_of(rsa_key, form, PASSPHRASE)
    expected = private_key_signer(pem_of(rsa_key)).sign(b"payload")
    assert expected == private_key_signer(pem, PASSPHRASE).sign(b"payload")
    with pytest.raises(errors.ConfigError, match="the passphrase is wrong") as wrong:
        private_key_signer(pem, "wrong horse")
    with pytest.raises(errors.ConfigError, match="is encrypted, and no passphrase is set") as missing:
        private_key_signer(pem)
    assert "BINANCE_PRIVATE_KEY_PASSPHRASE" in str(missing.value.hint)
    assert "horse" not in repr(wrong.value) + str(wrong.value.hint)


def test_a_passphrase_that_is_not_needed_does_no_harm() -> None:
    assert private_key_signer(PEM, PASSPHRASE).sign(b"payload") == private_key_signer(PEM).sign(b"payload")


OTHER_KEYS: dict[str, Callable[[], Any]] = {
    "EC": lambda: ec.generate_private_key(ec.SECP256R1()),
    "EC on Bitcoin's curve": lambda: ec.generate_private_key(ec.SECP256K1()),
    "Ed448": ed448.Ed448PrivateKey.generate,
    "X25519": x25519.X25519PrivateKey.generate,
}


@pytest.mark.parametrize("kind", OTHER_KEYS)
def test_other_kinds_of_keys_are_refused(kind: str) -> None:
    with pytest.raises(errors.ConfigError, match="neither RSA nor Ed25519"):
        private_key_signer(pem_of(OTHER_KEYS[kind]()))


@pytest.mark.parametrize(
    "pem",
    [
        b"",
        b"an HMAC secret",
        PEM.replace(b"MC4CAQAw", b"MC4CAQBw"),
        PEM[:60],
        ed25519.Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
    ],
    ids=["empty", "not PEM", "damaged", "cut", "public half"],
)
def test_what_is_no_private_key_is_refused_without_quoting_it(pem: bytes) -> None:
    with pytest.raises(errors.ConfigError, match="cannot be read") as refused:
        private_key_signer(pem)
    told = f"{refused.value!r} {refused.value.hint} {refused.value.__cause__!r}"
    assert "MC4CAQ" not in told
    assert "HMAC" not in told


def der(tag: int, *contents: bytes) -> bytes:
    """Return one element of DER."""
    content = b"".join(contents)
    length = len(content)
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag]) + (bytes([length]) if length < 128 else bytes([0x80 | len(size)]) + size) + content


def number(value: int) -> bytes:
    return der(2, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def armoured(kind: str, blob: bytes) -> bytes:
    return (
        f"-----BEGIN {kind} PRIVATE KEY-----\n".encode()
        + base64.encodebytes(blob)
        + f"-----END {kind} PRIVATE KEY-----\n".encode()
    )


def encrypted(oid: str, *parameters: bytes, data: bytes = b"d" * 64) -> bytes:
    """Return a private key in PEM, encrypted with a key that is derived so (PBES2, RFC 8018)."""
    derived = der(0x30, der(6, bytes.fromhex(oid)), der(0x30, der(4, b"saltsalt"), *parameters))
    cipher = der(0x30, der(6, bytes.fromhex("60864801650304012a")), der(4, b"i" * 16))
    scheme = der(0x30, der(6, bytes.fromhex("2a864886f70d01050d")), der(0x30, derived, cipher))
    return armoured("ENCRYPTED", der(0x30, scheme, der(4, data)))


PBKDF2, SCRYPT, PBES1 = "2a864886f70d01050c", "2b06010401da47040b", "2a864886f70d010c0103"


def openssh(rounds: int) -> bytes:
    def string(blob: bytes) -> bytes:
        return len(blob).to_bytes(4, "big") + blob

    options = string(string(b"s" * 16) + rounds.to_bytes(4, "big"))
    return armoured("OPENSSH", b"openssh-key-v1\0" + string(b"aes256-ctr") + string(b"bcrypt") + options + b"\0" * 300)


LABORIOUS = {
    "PBKDF2": encrypted(PBKDF2, number(1 << 31)),
    "PBKDF2 with a length": encrypted(PBKDF2, number((1 << 31) - 1), number(32)),
    "PBKDF2 just too many": encrypted(PBKDF2, number(derivation.MOST_ROUNDS + 1)),
    "scrypt by N": encrypted(SCRYPT, number(1 << 40), number(8), number(1)),
    "scrypt by p": encrypted(SCRYPT, number(1 << 14), number(8), number(1 << 20)),
    "scrypt by r": encrypted(SCRYPT, number(2), number(1 << 30), number(1)),
    "PKCS #12": armoured(
        "ENCRYPTED",
        der(
            0x30, der(0x30, der(6, bytes.fromhex(PBES1)), der(0x30, der(4, b"saltsalt"), number(1 << 31))), der(4, b"d")
        ),
    ),
    "behind another key": PEM + encrypted(PBKDF2, number(1 << 31)),
    "bcrypt": openssh((1 << 32) - 1),
}


@pytest.mark.parametrize("pem", LABORIOUS.values(), ids=LABORIOUS)
def test_a_key_that_would_take_long_to_open_is_refused_before(
    run: Callable[..., Any], monkeypatch: Any, pem: bytes
) -> None:
    monkeypatch.setenv("BINANCE_API_KEY", "k")
    monkeypatch.setenv("BINANCE_PRIVATE_KEY", pem.decode())
    monkeypatch.setenv("BINANCE_PRIVATE_KEY_PASSPHRASE", PASSPHRASE)

    ended = run("user-assets", "-o", "json")

    assert (ended.status, ended.out) == (3, b"")
    assert "hashed too often" in ended.error["message"]


def test_a_key_of_many_rounds_opens() -> None:
    rounds = 600_000
    plain = base64.b64decode(b"".join(PEM.splitlines()[1:-1])) + b"\x10" * 16
    derived = hashlib.pbkdf2_hmac("sha1", PASSPHRASE.encode(), b"saltsalt", rounds, 32)
    encryptor = Cipher(AES(derived), CBC(b"i" * 16)).encryptor()
    pem = encrypted(PBKDF2, number(rounds), data=encryptor.update(plain) + encryptor.finalize())

    assert private_key_signer(pem, PASSPHRASE).sign(b"payload") == private_key_signer(PEM).sign(b"payload")


@pytest.mark.parametrize(
    "blob", [b"", b"0", b"0\x80", b"0\x84\xff\xff\xff\xff", b"0\x02\x30\x00", der(0x30) * 9, b"\x04\x00"]
)
@pytest.mark.parametrize("kind", ["ENCRYPTED", "OPENSSH"])
def test_an_encrypted_key_that_is_damaged_cannot_be_read(kind: str, blob: bytes) -> None:
    with pytest.raises(errors.ConfigError, match="cannot be read"):
        private_key_signer(armoured(kind, blob), PASSPHRASE)


@given(st.binary(max_size=200))
def test_whatever_stands_in_a_key_is_measured_or_refused(blob: bytes) -> None:
    for kind in ("ENCRYPTED", "OPENSSH"):
        with contextlib.suppress(ValueError):
            assert derivation.is_bearable(armoured(kind, blob)) in (True, False)


def test_an_rsa_key_longer_than_the_exchange_takes_is_refused_without_checking_it() -> None:
    # Two Mersenne primes; to check that they are takes long.
    p, q = (1 << 4423) - 1, (1 << 4253) - 1
    e = 65537
    d = pow(e, -1, (p - 1) * (q - 1))
    numbers = (0, p * q, e, d, p, q, d % (p - 1), d % (q - 1), pow(q, -1, p))

    with pytest.raises(errors.ConfigError, match="has 8676 bits"):
        private_key_signer(armoured("RSA", der(0x30, *map(number, numbers))))


def test_an_rsa_key_whose_numbers_do_not_belong_together_cannot_be_read(rsa_key: rsa.RSAPrivateKey) -> None:
    found = rsa_key.private_numbers()
    numbers = (0, found.public_numbers.n, 65537, found.d, found.q, found.q, found.dmp1, found.dmq1, found.iqmp)

    with pytest.raises(errors.ConfigError, match="cannot be read"):
        private_key_signer(armoured("RSA", der(0x30, *map(number, numbers))))


def test_no_signer_shows_its_secret(rsa_key: rsa.RSAPrivateKey) -> None:
    signers = [HmacSigner(SECRET_A), private_key_signer(PEM), private_key_signer(pem_of(rsa_key))]
    assert [repr(signer) for signer in signers] == ["HmacSigner(***)", "Ed25519Signer(***)", "RsaSigner(***)"]
    assert [str(signer) for signer in signers] == [repr(signer) for signer in signers]


# -- the bytes, for any parameters


@given(PARAMETERS)
@settings(deadline=None)
def test_the_payload_gives_its_parameters_back(parameters: dict[str, str]) -> None:
    payload = signing.rest_payload(parameters)
    assert list(parameters.items()) == parse_qsl(payload, keep_blank_values=True, strict_parsing=True)


@given(PARAMETERS)
@settings(deadline=None)
def test_the_payload_is_of_characters_that_no_library_rewrites(parameters: dict[str, str]) -> None:
    allowed = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~%&=")
    assert set(signing.sign_rest(parameters, HmacSigner(SECRET_A))) <= allowed


@given(PARAMETERS)
@settings(deadline=None)
def test_the_signature_is_last_and_over_all_before_it(parameters: dict[str, str]) -> None:
    payload, _, signature = signing.sign_rest(parameters, HmacSigner(SECRET_A)).rpartition("&signature=")
    assert HmacSigner(SECRET_A).sign(payload.encode()) == signature
    assert list(parameters.items()) == parse_qsl(payload, keep_blank_values=True)


@given(PARAMETERS)
@settings(deadline=None)
def test_no_library_changes_the_url_that_was_signed(parameters: dict[str, str]) -> None:
    environ = {"BINANCE_API_KEY": KEY_A, "BINANCE_PRIVATE_KEY": PEM.decode()}
    sender = https.Client(Settings({}, environ=environ), Silent())
    url = sender.request(USER_ASSETS, parameters).url
    prepared = requests.Request("POST", url).prepare()
    assert url == prepared.url
    assert url == parse_url(url).url
    assert url == f"https://api.binance.com{prepared.path_url}"


@pytest.mark.parametrize("kind", ["HMAC", "RSA", "Ed25519"])
def test_what_arrives_is_what_was_signed(exchange: Callable[..., Any], kind: str) -> None:
    running = exchange(key_kind=kind)
    sender = https.Client(Settings({}), Silent())
    hostile = ["这是测试币", "a b&c=d+e%2Bf", "../?#/;,'\"<>\\^`{|}~", "%", "%%", "\r\n\x00\x7f", "é\u0301😀"]
    for asset in hostile:
        # The exchange verifies the signature over the bytes it received.
        assert sender.call(USER_ASSETS, {"asset": asset}).document == []
    sender.close()
    sent = [dict(parse_qsl(request.query, keep_blank_values=True))["asset"] for request in running.requests]
    assert hostile == sent


@given(PARAMETERS)
@settings(deadline=None)
def test_the_websocket_payload_is_sorted_and_raw(parameters: dict[str, str]) -> None:
    names = sorted(name for name in parameters if name != "signature")
    backwards = {name: parameters[name] for name in reversed(parameters)}
    payload = signing.websocket_payload(parameters)
    for name in names:
        start = f"{name}={parameters[name]}"
        assert payload.startswith(start)
        payload = payload[len(start) :].removeprefix("&")
    assert payload == ""
    assert signing.websocket_payload(parameters) == signing.websocket_payload(backwards)


@given(PARAMETERS)
@settings(deadline=None)
def test_a_signed_frame_is_its_parameters_and_a_signature(parameters: dict[str, str]) -> None:
    before = dict(parameters)
    signed = signing.sign_websocket(parameters, HmacSigner(SECRET_A))
    assert before == parameters
    assert {**before, "signature": signed["signature"]} == json.loads(json.dumps(signed))
    assert signed == signing.sign_websocket(signed, HmacSigner(SECRET_A)), "a signature is not signed itself"


def test_numbers_and_flags_of_a_frame_keep_their_json_types() -> None:
    signed = signing.sign_websocket({"timestamp": 1702561978458, "flag": True}, HmacSigner(SECRET_A))
    assert signing.websocket_payload(signed) == "flag=true&timestamp=1702561978458"
    assert json.dumps(signed).startswith('{"timestamp": 1702561978458, "flag": true, "signature": "')
