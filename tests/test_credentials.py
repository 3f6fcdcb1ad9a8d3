"""Credentials are one whole set from one source, however each part is given, and their secrets never show."""

import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat

from bnacct import errors
from bnacct.settings import Settings
from bnacct.settings.credentials import Credentials
from bnacct.signing import HmacSigner, private_key_signer

KEY, SECRET = "k" * 60 + "KEY1", "hunter2" * 8
PAIR = {"BINANCE_API_KEY": KEY, "BINANCE_API_SECRET": SECRET}
OTHER = {"BINANCE_API_KEY": "x" * 64, "BINANCE_API_SECRET": "y" * 64}
ED25519 = Ed25519PrivateKey.generate()
PEM = ED25519.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
PASSPHRASE = "open $esame#"
ENCRYPTED_PEM = ED25519.private_bytes(
    Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(PASSPHRASE.encode())
).decode()

SOURCES = {"some.env": "--env-file", "profile 'sub1'": "-p", "the environment": "", "profile 'sub2'": "", ".env": ""}


def write(path: Path | str, content: str | Mapping[str, str], mode: int = 0o600) -> str:
    """Write a file that others cannot read; a mapping becomes an env file, its values quoted where they need it."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, Mapping):
        content = "".join(f"{name}='{value}'\n" for name, value in content.items())
    path.write_text(content, encoding="utf-8")
    path.chmod(mode)
    return str(path)


def settings(sources: Mapping[str, Mapping[str, str]]) -> Settings:
    """Return settings that find these values in the sources of these names."""
    arguments: dict[str, Any] = {"environ": dict(sources.get("the environment", {}))}
    if "some.env" in sources:
        arguments["env_file"] = write("some.env", sources["some.env"])
    if ".env" in sources:
        write(".env", sources[".env"])
    for name in ("sub1", "sub2"):
        if f"profile '{name}'" in sources:
            write(Path.home() / ".config" / "bnacct" / f"{name}.env", sources[f"profile '{name}'"])
    if "profile 'sub1'" in sources:
        arguments["profile"] = "sub1"
    if "profile 'sub2'" in sources:
        arguments["environ"]["BNACCT_PROFILE"] = "sub2"
    return Settings({}, **arguments)


def credentials(values: Mapping[str, str], source: str = "some.env") -> Credentials:
    return settings({source: values}).credentials


def refusal(values: Mapping[str, str], source: str = "some.env", **others: Mapping[str, str]) -> errors.ConfigError:
    found = settings({source: values, **others})
    with pytest.raises(errors.ConfigError) as refused:
        _ = found.credentials
    told = "".join(traceback.format_exception(refused.value)) + f"{refused.value.hint}"
    assert "hunter2" not in told
    return refused.value


def signature(found: Credentials) -> str:
    return found.signer.sign(b"payload")


# -- one set, whole


@pytest.mark.parametrize("source", SOURCES)
def test_the_first_source_gives_the_whole_set(source: str) -> None:
    names = list(SOURCES)
    later = dict.fromkeys(names[names.index(source) + 1 :], OTHER)
    # An exported profile does not count where another was named.
    found = settings({source: PAIR, **later}).credentials
    assert (found.api_key, signature(found), found.source) == (KEY, HmacSigner(SECRET).sign(b"payload"), source)


@pytest.mark.parametrize("source", SOURCES)
def test_an_earlier_source_that_sets_no_part_is_passed_over(source: str) -> None:
    names = list(SOURCES)
    earlier = {name: {"BNACCT_TIMEOUT": "7", "BINANCE_API_KEY": ""} for name in names[: names.index(source)]}
    earlier.pop("profile 'sub1'", None)
    assert settings({**earlier, source: PAIR}).credentials.source == source


def test_a_profile_that_was_named_and_has_no_credentials_is_an_error() -> None:
    found = settings({"profile 'sub1'": {"BNACCT_TIMEOUT": "7"}, "the environment": OTHER})
    with pytest.raises(errors.ConfigError, match="profile 'sub1' holds no credentials"):
        _ = found.credentials


def test_it_is_an_error_too_beside_an_env_file_without_credentials() -> None:
    empty = {"BNACCT_TIMEOUT": "7"}
    found = settings({"some.env": empty, "profile 'sub1'": empty, "the environment": OTHER})
    with pytest.raises(errors.ConfigError, match="profile 'sub1' holds no credentials"):
        _ = found.credentials


def test_no_credentials_at_all_are_an_error_that_says_what_to_set_and_how_to_try() -> None:
    told = refusal({})
    assert told.message == "No API key is set."
    assert [part for part in ("BINANCE_API_KEY", "BINANCE_PRIVATE_KEY_FILE", "-e sandbox") if part in str(told.hint)]
    assert told.exit_status == 3


MISSING_SECRET = "BINANCE_API_SECRET or BINANCE_PRIVATE_KEY"
HALVES: dict[str, tuple[Mapping[str, str], str]] = {
    "BINANCE_API_KEY": ({"BINANCE_API_KEY": KEY}, MISSING_SECRET),
    "BINANCE_API_KEY_FILE": ({"BINANCE_API_KEY_FILE": "value"}, MISSING_SECRET),
    "BINANCE_API_KEY_COMMAND": ({"BINANCE_API_KEY_COMMAND": "echo key"}, MISSING_SECRET),
    "BINANCE_API_SECRET": ({"BINANCE_API_SECRET": SECRET}, "BINANCE_API_KEY"),
    "BINANCE_API_SECRET_FILE": ({"BINANCE_API_SECRET_FILE": "value"}, "BINANCE_API_KEY"),
    "BINANCE_API_SECRET_COMMAND": ({"BINANCE_API_SECRET_COMMAND": "echo hunter2"}, "BINANCE_API_KEY"),
    "BINANCE_PRIVATE_KEY": ({"BINANCE_PRIVATE_KEY": PEM}, "BINANCE_API_KEY"),
    "BINANCE_PRIVATE_KEY_FILE": ({"BINANCE_PRIVATE_KEY_FILE": "value"}, "BINANCE_API_KEY"),
    "BINANCE_PRIVATE_KEY_COMMAND": ({"BINANCE_PRIVATE_KEY_COMMAND": "echo hunter2"}, "BINANCE_API_KEY"),
    "BINANCE_PRIVATE_KEY_PASSPHRASE": ({"BINANCE_PRIVATE_KEY_PASSPHRASE": "hunter2"}, "BINANCE_API_KEY"),
}


@pytest.mark.parametrize("present", HALVES)
@pytest.mark.parametrize("source", ["some.env", "profile 'sub1'", "the environment", "profile 'sub2'"])
def test_half_a_pair_names_the_source_and_the_missing_half(present: str, source: str) -> None:
    write(Path("value"), "hunter2")
    write(Path.home() / ".config" / "bnacct" / "value", "hunter2")
    values, missing = HALVES[present]
    told = refusal(values, source, **{".env": PAIR})
    assert told.message == f"{source[0].upper() if source.startswith('the') else source[0]}{source[1:]} sets {present}, " (
        f"but not {missing}."
    )
