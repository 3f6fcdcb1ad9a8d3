"""Credentials are one whole set from one source, however each part is given, and their secrets never show."""

import os
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
from bnacct.client.retry import within
from bnacct.client.signing import HmacSigner, private_key_signer, signer
from bnacct.settings import Settings
from bnacct.settings.credentials import Credentials

KEY, SECRET = "k" * 60 + "KEY1", "hunter2" * 8
PAIR = {"BINANCE_API_KEY": KEY, "BINANCE_API_SECRET": SECRET}
OTHER = {"BINANCE_API_KEY": "x" * 64, "BINANCE_API_SECRET": "y" * 64}
ED25519 = Ed25519PrivateKey.generate()
PEM = ED25519.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
PASSPHRASE = "open $esame#"
ENCRYPTED_PEM = ED25519.private_bytes(
    Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(PASSPHRASE.encode())
).decode()

# By the names that messages give them, in the order of their precedence: sub1 is named with -p, sub2 exported.
SOURCES = ["profile 'sub1'", "some.env", "the environment", "profile 'sub2'", ".env"]


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
        signer(found.credentials)
    told = "".join(traceback.format_exception(refused.value)) + f"{refused.value.hint}"
    assert "hunter2" not in told
    return refused.value


def signature(found: Credentials) -> str:
    return signer(found).sign(b"payload")


# -- one set, whole


@pytest.mark.parametrize("source", SOURCES)
def test_the_first_source_gives_the_whole_set(source: str) -> None:
    later = dict.fromkeys(SOURCES[SOURCES.index(source) + 1 :], OTHER)
    found = settings({source: PAIR, **later}).credentials
    assert (found.api_key, signature(found), found.source) == (KEY, HmacSigner(SECRET).sign(b"payload"), source)


@pytest.mark.parametrize("source", SOURCES)
def test_an_earlier_source_that_sets_no_part_is_passed_over(source: str) -> None:
    none = {"BNACCT_TIMEOUT": "7", "BINANCE_API_KEY": ""}
    earlier = dict.fromkeys(SOURCES[: SOURCES.index(source)], none)
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
    for part in ("BINANCE_API_KEY", "BINANCE_API_SECRET", "BINANCE_PRIVATE_KEY_FILE", "-e sandbox"):
        assert part in str(told.hint)
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
    assert f"{source} sets {present}, but not {missing}.".lower() == told.message.lower()


@pytest.mark.parametrize("present", [name for name in HALVES if not name.endswith("_COMMAND")])
def test_half_a_pair_in_dotenv_is_an_error_too(present: str) -> None:
    write("value", "hunter2")
    values, missing = HALVES[present]
    assert refusal(values, ".env").message == f".env sets {present}, but not {missing}."


def test_two_halves_of_two_sources_are_no_pair() -> None:
    told = refusal({"BINANCE_API_KEY": KEY}, "the environment", **{".env": {"BINANCE_API_SECRET": SECRET}})
    assert told.message == f"The environment sets BINANCE_API_KEY, but not {MISSING_SECRET}."


@pytest.mark.parametrize("twin", ["", "_FILE"])
def test_a_secret_and_a_private_key_together_are_an_error(twin: str) -> None:
    write("value", PEM)
    told = refusal({**PAIR, f"BINANCE_PRIVATE_KEY{twin}": "value" if twin else PEM})
    assert told.message == "some.env sets both BINANCE_API_SECRET and BINANCE_PRIVATE_KEY."


# -- the twins


def test_each_part_can_come_from_a_file_beside_the_env_file() -> None:
    write("keys/api-key", f"{KEY}\n")
    write("keys/secret", f"  {SECRET}\r\n")
    env_file = write("keys/main.env", {"BINANCE_API_KEY_FILE": "api-key", "BINANCE_API_SECRET_FILE": "./secret"})
    found = Settings({}, environ={}, env_file=env_file).credentials
    assert (found.api_key, signature(found)) == (KEY, HmacSigner(SECRET).sign(b"payload"))


def test_a_file_named_by_the_environment_is_looked_for_in_the_working_directory() -> None:
    write("secret", SECRET)
    found = credentials({"BINANCE_API_KEY": KEY, "BINANCE_API_SECRET_FILE": "secret"}, "the environment")
    assert signature(found) == HmacSigner(SECRET).sign(b"payload")


def test_a_file_can_be_named_from_the_home_folder_or_whole() -> None:
    path = write(Path.home() / "secret", SECRET)
    for name in ("~/secret", path):
        found = credentials({"BINANCE_API_KEY": KEY, "BINANCE_API_SECRET_FILE": name})
        assert signature(found) == HmacSigner(SECRET).sign(b"payload")


@pytest.mark.parametrize("name", ["BINANCE_API_KEY", "BINANCE_API_SECRET", "BINANCE_PRIVATE_KEY"])
@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("missing", "No such file or directory"),
        ("folder", "Is a directory"),
        ("empty", "is empty"),
        ("binary", "it is not UTF-8 text"),
        ("~nobody-of-that-name/key", ""),
        ("x" * 300, "File name too long"),
        ("a\x00b", ""),
    ],
)
def test_a_file_that_gives_nothing_is_an_error_that_names_it(name: str, file: str, reason: str) -> None:
    Path("folder").mkdir()
    write("empty", " \n")
    Path("binary").write_bytes(b"\xff\xfe")
    told = refusal({f"{name}_FILE": file})
    assert f"{name}_FILE" in told.message
    assert file in told.message
    assert reason in told.message


def test_a_pipe_that_dotenv_names_holds_nobody_up() -> None:
    os.mkfifo("pipe", 0o600)
    found = settings({".env": {"BINANCE_API_KEY": KEY, "BINANCE_API_SECRET_FILE": "pipe"}})
    try:
        with pytest.raises(errors.ConfigError, match="BINANCE_API_SECRET_FILE"):
            within(5, lambda _: found.credentials)
    finally:
        os.close(os.open("pipe", os.O_RDWR | os.O_NONBLOCK))


@pytest.mark.parametrize(("mode", "warns"), [(0o600, False), (0o640, True), (0o644, True)])
def test_a_secrets_file_that_others_can_read_gets_a_warning(mode: int, *, warns: bool) -> None:
    key, secret = write("key", KEY, 0o644), write("secret", SECRET, mode)
    found = settings({"the environment": {"BINANCE_API_KEY_FILE": key, "BINANCE_API_SECRET_FILE": secret}})
    assert found.credentials.api_key == KEY
    path = Path(secret).absolute()
    expected = [f"{path} is used as a secret, and others can read it: chmod 600 {path}"]
    assert tuple(expected if warns else []) == found.warnings


def test_a_command_prints_the_secret_and_runs_in_the_folder_of_its_env_file() -> None:
    write("keys/secret", f"{SECRET}\n")
    values = {"BINANCE_API_KEY_COMMAND": f"echo {KEY}", "BINANCE_API_SECRET_COMMAND": "cat secret"}
    found = Settings({}, environ={}, env_file=write("keys/main.env", values)).credentials
    assert (found.api_key, signature(found)) == (KEY, HmacSigner(SECRET).sign(b"payload"))


def test_a_command_is_not_given_to_a_shell() -> None:
    secret = "$HOME;`id`|cat>x"
    values = {"BINANCE_API_KEY": KEY, "BINANCE_API_SECRET_COMMAND": f"echo '{secret}'"}
    assert signature(credentials(values, "the environment")) == HmacSigner(secret).sign(b"payload")
    assert not Path("x").exists()


def test_a_command_reads_nothing_of_what_is_piped_into_the_program() -> None:
    values = {"BINANCE_API_KEY": KEY, "BINANCE_API_SECRET_COMMAND": "cat"}
    assert refusal(values).message == "BINANCE_API_SECRET_COMMAND printed nothing."


def test_a_command_runs_when_the_credentials_are_asked_for_and_only_once() -> None:
    script = "open('runs', 'a').write('x'); print('secret')"
    values = {"BINANCE_API_KEY": KEY, "BINANCE_API_SECRET_COMMAND": f'{sys.executable} -c "{script}"'}
    found = settings({"the environment": values})
    assert not Path("runs").exists()
    assert found.credentials is found.credentials
    assert Path("runs").read_text() == "x"


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("false", "failed with exit status 1"),
        ("sh -c 'echo hunter2; exit 3'", "failed with exit status 3"),
        ("sh -c 'kill -9 $$'", "failed with exit status -9"),
        ("true", "printed nothing"),
        ("echo ' '", "printed nothing"),
        ("no-such-command-hunter2", "No such file or directory"),
        ("echo 'hunter2", "quotes do not match"),
        ("/", "Permission denied"),
        ("   ", ""),
    ],
)
def test_a_command_that_gives_nothing_is_an_error_that_keeps_it_to_itself(command: str, reason: str) -> None:
    values = {"BINANCE_API_KEY": KEY, "BINANCE_API_SECRET_COMMAND": command}
    told = refusal(values, "the environment")
    assert "BINANCE_API_SECRET_COMMAND" in told.message
    assert reason in told.message


@pytest.mark.parametrize("name", ["BINANCE_API_KEY", "BINANCE_API_SECRET", "BINANCE_PRIVATE_KEY"])
@pytest.mark.parametrize("ways", [("", "_FILE"), ("", "_COMMAND"), ("_FILE", "_COMMAND"), ("", "_FILE", "_COMMAND")])
def test_one_part_in_two_ways_is_an_error(name: str, ways: tuple[str, ...]) -> None:
    told = refusal({name + way: "hunter2" for way in ways})
    assert told.message == f"some.env sets {name} in more than one way (_FILE, _COMMAND): keep one."


@pytest.mark.parametrize("name", ["BINANCE_API_KEY", "BINANCE_API_SECRET"])
@pytest.mark.parametrize("source", ["the environment", "some.env"])
def test_a_twin_that_is_empty_is_none(name: str, source: str) -> None:
    found = credentials({**PAIR, f"{name}_FILE": "", f"{name}_COMMAND": ""}, source)
    assert (found.api_key, signature(found)) == (KEY, HmacSigner(SECRET).sign(b"payload"))


# -- private keys


@pytest.mark.parametrize("source", ["some.env", "the environment", ".env"])
def test_a_private_key_may_stand_in_the_setting_itself(source: str) -> None:
    found = credentials({"BINANCE_API_KEY": KEY, "BINANCE_PRIVATE_KEY": PEM}, source)
    assert (signer(found).kind, signature(found)) == ("Ed25519", private_key_signer(PEM.encode()).sign(b"payload"))


@pytest.mark.parametrize("value", [f'"{PEM}"', f"'{PEM}'", '"' + PEM.replace("\n", "\\n") + '"'])
def test_dotenv_holds_a_private_key_in_quotes(value: str) -> None:
    write(".env", f"BINANCE_API_KEY={KEY}\nBINANCE_PRIVATE_KEY={value}\nBNACCT_TIMEOUT=7\n")
    found = Settings({}, environ={})
    assert (found.timeout_s, signer(found.credentials).kind) == (7, "Ed25519")


def test_the_kind_of_a_private_key_is_read_from_its_file() -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    write("rsa.pem", key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())
    assert signer(credentials({"BINANCE_API_KEY": KEY, "BINANCE_PRIVATE_KEY_FILE": "rsa.pem"})).kind == "RSA"


@pytest.mark.parametrize("twin", ["", "_FILE", "_COMMAND"])
def test_an_encrypted_private_key_opens_with_its_passphrase(twin: str) -> None:
    write("key.pem", ENCRYPTED_PEM)
    write("passphrase", f"{PASSPHRASE}\n")
    passphrase = {"": PASSPHRASE, "_FILE": "passphrase", "_COMMAND": "cat passphrase"}[twin]
    values = {"BINANCE_PRIVATE_KEY_FILE": "key.pem", f"BINANCE_PRIVATE_KEY_PASSPHRASE{twin}": passphrase}
    assert signer(credentials({"BINANCE_API_KEY": KEY, **values})).kind == "Ed25519"


@pytest.mark.parametrize("passphrase", ["", "hunter2", "hunter2\udcff"])
def test_an_encrypted_private_key_does_not_open_otherwise(passphrase: str) -> None:
    values = {"BINANCE_PRIVATE_KEY": ENCRYPTED_PEM, "BINANCE_PRIVATE_KEY_PASSPHRASE": passphrase}
    assert "passphrase" in refusal({"BINANCE_API_KEY": KEY, **values}, "the environment").message


def test_a_private_key_of_another_kind_is_refused() -> None:
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    told = refusal({"BINANCE_API_KEY": KEY, "BINANCE_PRIVATE_KEY": pem.decode()})
    assert told.message == "The private key is neither RSA nor Ed25519."


# -- what no key has, and what is never shown


@pytest.mark.parametrize("name", ["BINANCE_API_KEY", "BINANCE_API_SECRET"])
@pytest.mark.parametrize(
    "value",
    [
        "hunter2 hunter2",
        "hunter2\nhunter2",
        "hunter2\r",
        "\thunter2",
        "hunter2é",
        "\ufeffhunter2",
        "hunter2\x1b",
        "\udcff",
    ],
)
def test_a_key_or_secret_with_what_no_header_takes_is_refused_unseen(name: str, value: str) -> None:
    told = refusal({**PAIR, name: value}, "the environment")
    assert told.message == f"{name} from the environment has white space or characters that no key has."


def test_nothing_that_shows_settings_shows_a_secret() -> None:
    found = settings({"the environment": PAIR})
    shown = f"{found!r} {found} {found.credentials!r} {found.credentials} {signer(found.credentials)!r}"
    assert "hunter2" not in shown
    assert KEY not in shown
    assert repr(found.credentials) == "Credentials(…KEY1, from the environment)"


def test_with_v_the_source_is_told_and_not_the_secret(run: Any, exchange: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    running = exchange()
    for name in running.environment():
        monkeypatch.delenv(name)
    write(".env", running.environment())
    outcome = run("user-assets", "-v", "-o", "csv")
    assert outcome.status == 0
    assert "from .env" in outcome.err
    assert running.secret not in outcome.err
    assert running.api_key not in outcome.err


@pytest.mark.parametrize("command", ["yes", "cat /dev/zero"])
def test_a_command_that_prints_without_end_is_ended(run_process: Any, command: str) -> None:
    write("secret.env", {"BINANCE_API_KEY": "k", "BINANCE_API_SECRET_COMMAND": command})

    outcome = run_process("user-assets", "--env-file", "secret.env", "-o", "json")

    assert outcome.status == 3
    assert "printed more than 65536 bytes" in outcome.error["message"]
