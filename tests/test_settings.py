"""Settings come from where the contract says, are read literally, and leave nothing behind."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from bnacct import errors
from bnacct.settings import KNOBS, Settings, sources
from bnacct.settings.credentials import Credentials
from bnacct.settings.files import exposure

PAIR = {"BINANCE_API_KEY": "k" * 60 + "KEY1", "BINANCE_API_SECRET": "s" * 60 + "SEC1"}

# In the order of their precedence.
SOURCES = ["-p", "--env-file", "the environment", "BNACCT_PROFILE", ".env"]


def write(path: Path | str, content: str | bytes | Mapping[str, str], mode: int = 0o600) -> str:
    """Write a file that others cannot read; a mapping becomes an env file."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, Mapping):
        content = "".join(f"{name}={value}\n" for name, value in content.items())
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    path.chmod(mode)
    return str(path)


def profile(name: str, content: str | Mapping[str, str]) -> str:
    return write(Path.home() / ".config" / "bnacct" / f"{name}.env", content)


def settings(values: Mapping[str, Mapping[str, str]] | None = None, **arguments: Any) -> Settings:
    """Return settings that find these values in these sources."""
    values = values or {}
    environ = dict(arguments.pop("environ", {})) | dict(values.get("the environment", {}))
    if "--env-file" in values:
        arguments["env_file"] = write("some.env", values["--env-file"])
    if "-p" in values:
        profile("chosen", values["-p"])
        arguments["profile"] = "chosen"
    if "BNACCT_PROFILE" in values:
        profile("exported", values["BNACCT_PROFILE"])
        environ["BNACCT_PROFILE"] = "exported"
    if ".env" in values:
        write(".env", values[".env"])
    return Settings(arguments.pop("options", {}), environ=environ, **arguments)


def dotenv(content: str | bytes, variable: str = "BINANCE_API_SECRET") -> str | None:
    """Return what a `.env` of that content sets a variable to."""
    write(".env", content)
    return found(".env").get(variable)


def found(name: str, env_file: str | None = None) -> sources.Source:
    """Return the source of that name."""
    return {source.name: source for source in sources.find({}, profile=None, env_file=env_file)}[name]


# -- precedence


@pytest.mark.parametrize("source", SOURCES)
def test_a_source_wins_over_all_that_come_after_it(source: str) -> None:
    place = SOURCES.index(source)
    values = {name: {"BNACCT_RECV_WINDOW": str(SOURCES.index(name) + 1)} for name in SOURCES}
    assert settings({source: values[source]}).recv_window_ms == place + 1
    for later in SOURCES[place + 1 :]:
        assert settings({source: values[source], later: values[later]}).recv_window_ms == place + 1
    assert settings({name: values[name] for name in SOURCES[place:]}).recv_window_ms == place + 1


def test_an_option_wins_over_every_source() -> None:
    values = {source: {"BNACCT_RECV_WINDOW": "2"} for source in SOURCES}
    assert settings(values, options={"recv_window": "1"}).recv_window_ms == 1


def test_the_default_is_what_no_source_sets() -> None:
    none_set = settings()
    numbers = none_set.timeout_s, none_set.recv_window_ms, none_set.retries, none_set.max_wait_s
    assert numbers == (10, 5000, 3, 10)
    assert (none_set.output, none_set.environment) == ("table", "live")


@pytest.mark.parametrize("source", SOURCES)
def test_an_empty_value_is_unset(source: str) -> None:
    empty = dict.fromkeys((knob.variable for knob in KNOBS.values()), "")
    set_ = {"BNACCT_RECV_WINDOW": "7", "BNACCT_OUTPUT": "csv"}
    later = SOURCES[SOURCES.index(source) + 1 :]
    resolved = settings({source: empty, **dict.fromkeys(later, set_)})
    assert (resolved.recv_window_ms, resolved.output) == ((7, "csv") if later else (5000, "table"))
    assert (resolved.timeout_s, resolved.environment) == (10, "live")


def test_a_profile_that_is_named_stands_in_the_place_of_an_exported_one() -> None:
    values = {"-p": {"BNACCT_RETRIES": "1"}, "BNACCT_PROFILE": {"BNACCT_RECV_WINDOW": "7"}}
    resolved = settings(values)
    assert (resolved.retries, resolved.recv_window_ms) == (1, 5000)
    assert settings({"-p": values["-p"]}, environ={"BNACCT_PROFILE": "missing"}).retries == 1


def test_profiles_are_looked_for_where_xdg_says() -> None:
    write("xdg/bnacct/sub1.env", {"BNACCT_RETRIES": "1"})
    profile("sub1", {"BNACCT_RETRIES": "2"})
    assert settings(profile="sub1", environ={"XDG_CONFIG_HOME": str(Path("xdg").absolute())}).retries == 1
    assert settings(profile="sub1", environ={"XDG_CONFIG_HOME": "xdg"}).retries == 2
    assert settings(profile="sub1", environ={"XDG_CONFIG_HOME": ""}).retries == 2


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("BNACCT_TIMEOUT", "soon", "'soon' is not a number of seconds from 0.01 to 3600"),
        ("BNACCT_TIMEOUT", "nan", "'nan' is not a number of seconds"),
        ("BNACCT_TIMEOUT", "inf", "'inf' is not a number of seconds"),
        ("BNACCT_TIMEOUT", "0", "'0' is not a number of seconds"),
        ("BNACCT_RECV_WINDOW", "60001", "'60001' is not a whole number of milliseconds from 1 to 60000"),
        ("BNACCT_RECV_WINDOW", "5000.5", "'5000.5' is not a whole number of milliseconds"),
        ("BNACCT_RETRIES", "-1", "'-1' is not a whole number of times from 0 to 10"),
        ("BNACCT_MAX_WAIT", "-1", "'-1' is not a number of seconds"),
        ("BNACCT_OUTPUT", "xml", "'xml' is not one of table, json, jsonl, csv, tsv"),
        ("BNACCT_ENVIRONMENT", "mainnet", "'mainnet' is not one of live, testnet, sandbox"),
    ],
)
def test_a_bad_value_is_a_usage_error_that_names_its_source(variable: str, value: str, told: str) -> None:
    with pytest.raises(errors.UsageError) as refused:
        settings({"the environment": {variable: value}})
    assert refused.value.message.startswith(f"{variable} (from the environment): {told}")
    with pytest.raises(errors.UsageError, match=r"\(from \.env\)"):
        settings({".env": {variable: value}})


# -- the file .env


def test_nothing_of_a_file_is_exported() -> None:
    write(".env", {**PAIR, "BNACCT_TIMEOUT": "7", "HTTPS_PROXY": "http://proxy.example"})
    before = dict(os.environ)
    resolved = Settings({})
    assert (resolved.timeout_s, resolved.credentials.api_key) == (7, PAIR["BINANCE_API_KEY"])
    assert before == dict(os.environ)


def test_no_variables_but_our_own_are_read_from_a_file() -> None:
    write(".env", {"SSL_CERT_FILE": "/nowhere", "REQUESTS_CA_BUNDLE": "/nowhere", "PATH": "/nowhere"})
    assert settings().ca_bundle is None
    assert found(".env").values == {}


def test_the_env_files_of_parent_folders_are_none_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    write(".env", {"BNACCT_TIMEOUT": "7"})
    Path("below").mkdir()
    monkeypatch.chdir("below")
    assert settings().timeout_s == 10


def test_a_folder_of_that_name_is_none_of_ours() -> None:
    write(".env/bin/activate", "")
    assert settings({"the environment": {"BNACCT_TIMEOUT": "7"}}).timeout_s == 7


def test_a_working_directory_that_is_gone_is_told_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    with pytest.raises(errors.ConfigError, match="The working directory does not exist any more"):
        settings()


UNTRUSTED = {
    "BINANCE_API_KEY_COMMAND": "echo key",
    "BINANCE_API_SECRET_COMMAND": "echo secret",
    "BINANCE_PRIVATE_KEY_COMMAND": "cat key.pem",
    "BINANCE_PRIVATE_KEY_PASSPHRASE_COMMAND": "echo passphrase",
    "BNACCT_ALLOW_ANY_HOST": "1",
}


@pytest.mark.parametrize("variable", UNTRUSTED)
def test_dotenv_can_neither_run_commands_nor_free_the_hosts(variable: str) -> None:
    with pytest.raises(errors.ConfigError, match=f"sets {variable}, which is refused from there") as refused:
        settings({".env": {variable: UNTRUSTED[variable]}})
    assert "--env-file .env" in str(refused.value.hint)


@pytest.mark.parametrize("variable", UNTRUSTED)
@pytest.mark.parametrize("named", [".env", "./.env", "../work/.env"])
def test_what_dotenv_cannot_do_it_can_where_the_user_names_it(variable: str, named: str) -> None:
    write(".env", {variable: UNTRUSTED[variable]})
    expected = {variable: UNTRUSTED[variable]}
    assert expected == found(named, env_file=named).values


@pytest.mark.parametrize("source", SOURCES[:-1])
def test_other_sources_may_run_commands_and_free_the_hosts(source: str) -> None:
    values = {variable: value for variable, value in UNTRUSTED.items() if "PRIVATE" not in variable}
    resolved = settings({source: {**values, "BNACCT_SAPI_URL": "https://mirror.example"}})
    assert (resolved.credentials.api_key, resolved.base_url("sapi")) == ("key", "https://mirror.example")


# -- what an env file may hold


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("BINANCE_API_SECRET=a$b${HOME}$(id)`id`", "a$b${HOME}$(id)`id`"),
        ("BINANCE_API_SECRET='a$b${HOME}'", "a$b${HOME}"),
        ('BINANCE_API_SECRET="a$b${HOME}"', "a$b${HOME}"),
        (r"BINANCE_API_SECRET=a\nb\\c", r"a\nb\\c"),
        (r"BINANCE_API_SECRET='a\nb'", r"a\nb"),
        ("BINANCE_API_SECRET=a#b", "a#b"),
        ("BINANCE_API_SECRET='a #b'", "a #b"),
        ("BINANCE_API_SECRET=ab  # of the main account", "ab"),
        ("BINANCE_API_SECRET=a=b==", "a=b=="),
        ("export BINANCE_API_SECRET = ab ", "ab"),
        ("# a comment\n\nBINANCE_API_SECRET=ab\r\nX=1\r\n", "ab"),
        ("BINANCE_API_SECRET=first\nBINANCE_API_SECRET=last", "last"),
        ("BINANCE_API_SECRET", None),
        ("#BINANCE_API_SECRET=ab", None),
        ("XBINANCE_API_SECRET=ab", None),
        ("binance_api_secret=ab", None),
    ],
)
def test_values_are_taken_literally(line: str, value: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("b", "interpolated")
    assert value == dotenv(line)


def test_a_byte_order_mark_is_not_part_of_the_first_name() -> None:
    assert dotenv(b"\xef\xbb\xbfBINANCE_API_SECRET=ab\n") == "ab"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("BINANCE_API_SECRET hunter2\n", 1),
        ("BNACCT_TIMEOUT=7\nBINANCE_API_SECRET='hunter2\nBNACCT_RETRIES=1\n", 2),
        ("BNACCT_TIMEOUT=7\n# a comment\n\n\nBINANCE_API_SECRET hunter2\n", 5),
        ("BINANCE_PRIVATE_KEY='hunter2\nhunter2'\n=BINANCE_API_SECRET hunter2\n", 3),
    ],
)
def test_a_line_that_cannot_be_read_is_told_by_its_number_only(content: str, line: int) -> None:
    with pytest.raises(errors.ConfigError) as refused:
        dotenv(content)
    assert refused.value.message == f"Cannot read .env: line {line} is not NAME=value."
    assert "hunter2" not in f"{refused.value!r} {refused.value.hint} {refused.value.__cause__!r}"


@pytest.mark.parametrize("content", [b"A=\xff\xfe", "A=é".encode("latin-1"), "A=b".encode("utf-16")])
def test_a_file_that_is_no_text_is_refused_where_it_was_named(content: bytes) -> None:
    write("named.env", content)
    with pytest.raises(errors.ConfigError, match=r"Cannot read named\.env: it is not UTF-8 text"):
        settings(env_file="named.env")


@pytest.mark.parametrize("content", [b"A=\xff\xfe", b"x" * (2 << 20)])
def test_a_found_env_file_that_cannot_be_read_is_told_and_left_alone(content: bytes) -> None:
    write(".env", content)
    read = Settings({}, environ={"BNACCT_TIMEOUT": "7"})
    assert read.timeout_s == 7
    assert [warning.partition(": ")[0] for warning in read.warnings] == ["Cannot read .env"]


def test_another_programs_lines_in_a_found_env_file_are_left_alone() -> None:
    assert dotenv("if [ -f x ]; then\nsource x\nfi\nBINANCE_API_SECRET=ab\n") == "ab"


def test_a_named_env_file_has_no_other_programs_lines() -> None:
    write("named.env", "source x\n")
    with pytest.raises(errors.ConfigError, match="line 1 is not NAME=value"):
        settings(env_file="named.env")


@pytest.mark.parametrize(
    ("path", "reason"),
    [("missing.env", "No such file or directory"), (".", "Is a directory"), ("~nobody-of-that-name/x.env", "")],
)
def test_an_env_file_that_cannot_be_read_is_an_error_that_names_it(path: str, reason: str) -> None:
    with pytest.raises(errors.ConfigError) as refused:
        settings(env_file=path)
    assert refused.value.message.startswith(f"Cannot read {path}: {reason}")


# -- profiles


@pytest.mark.parametrize(
    "name",
    [
        "../sub1",
        "..",
        ".",
        "a/b",
        "/etc/passwd",
        ".hidden",
        "-p",
        "a b",
        "a\x00b",
        "sub1\n",
        "ü",
        "a\\b",
        "~",
        "$x",
    ],
)
@pytest.mark.parametrize("named_by", ["-p", "BNACCT_PROFILE"])
def test_a_profile_name_cannot_lead_elsewhere(name: str, named_by: str) -> None:
    write(Path.home() / ".config" / "sub1.env", PAIR)
    with pytest.raises(errors.UsageError, match="is not a profile name"):
        settings(**({"profile": name} if named_by == "-p" else {"environ": {"BNACCT_PROFILE": name}}))


def test_an_empty_profile_name_is_an_error_as_an_option_and_unset_as_a_variable() -> None:
    with pytest.raises(errors.UsageError, match="'' is not a profile name"):
        settings(profile="")
    assert settings(environ={"BNACCT_PROFILE": ""}).timeout_s == 10


def test_a_profile_name_longer_than_any_file_name_is_an_error_in_words() -> None:
    profile("main", {})
    with pytest.raises((errors.UsageError, errors.ConfigError), match="profile"):
        settings(profile="x" * 300)


def test_an_unknown_profile_lists_those_there_are() -> None:
    profile("sub2", {})
    profile("main", {})
    write(Path.home() / ".config" / "bnacct" / "notes.txt", "")
    with pytest.raises(errors.ConfigError, match="There is no profile 'sub1'") as refused:
        settings(profile="sub1")
    assert "Profiles found: main, sub2." in str(refused.value.hint)


def test_an_unknown_profile_where_there_are_none_says_where_to_put_it() -> None:
    with pytest.raises(errors.ConfigError) as refused:
        settings(environ={"BNACCT_PROFILE": "sub1"})
    assert "Profiles found: none." in str(refused.value.hint)
    assert str(Path.home() / ".config" / "bnacct" / "sub1.env") in str(refused.value.hint)


# -- who else can read it


@pytest.mark.parametrize(
    ("mode", "content", "warns"),
    [
        (0o600, PAIR, False),
        (0o400, PAIR, False),
        (0o640, PAIR, True),
        (0o604, PAIR, True),
        (0o644, {"BINANCE_PRIVATE_KEY": "pem"}, True),
        (0o644, {"BINANCE_PRIVATE_KEY_PASSPHRASE": "p"}, True),
        (0o644, {"BINANCE_API_KEY": "key"}, False),
        (0o644, {"BINANCE_API_SECRET": ""}, False),
        (0o644, {"BNACCT_TIMEOUT": "7"}, False),
    ],
)
def test_a_file_with_secrets_that_others_can_read_gets_a_warning(
    mode: int, content: Mapping[str, str], *, warns: bool
) -> None:
    expected = [f"chmod 600 {Path('.env').absolute()}"] if warns else []
    write(".env", content, mode)
    assert expected == [warning.partition("read it: ")[2] for warning in settings().warnings]
    path = profile("sub1", content)
    Path(path).chmod(mode)
    warned = [warning for warning in settings(profile="sub1").warnings if path in warning]
    assert warns == bool(warned)
    assert (exposure(Path(path)) == "read") == bool(mode & 0o044)


def test_a_file_with_secrets_that_others_can_change_gets_a_warning() -> None:
    path = profile("sub1", PAIR)
    Path(path).chmod(0o620)

    assert [f"profile 'sub1' holds a secret and others can change it: chmod 600 {path}"] == list(
        settings(profile="sub1").warnings
    )


# -- files that somebody else prepared


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("BNACCT_TIMEOUT=a" + " " * 1_000_000 + "b", "longer than 8192 bytes"),
        ("BNACCT_TIMEOUT=a" + " " * 8_000 + "b", "line 1 has more white space"),
        ("BNACCT_RETRIES=1\n\nBNACCT_TIMEOUT=a" + "\u00a0" * 4_000 + "b", "line 3 has more white space"),
        ("BNACCT_TIMEOUT='" * 500, None),
        ("x='\n" * 2_000, None),
    ],
)
def test_a_found_file_cannot_keep_the_parser_busy(run_process: Any, text: str, says: str | None) -> None:
    Path(".env").write_text(text)

    # A run that is held up is killed, and fails the test.
    outcome = run_process("user-assets", "-o", "json")

    assert outcome.status == 3
    if says:
        assert says in outcome.error["message"]


def test_a_found_file_that_waits_for_a_writer_is_not_waited_for(run_process: Any) -> None:
    os.mkfifo("pipe")
    Path(".env").symlink_to("pipe")

    assert run_process("user-assets", "-e", "sandbox", "-o", "csv").status == 0


@pytest.mark.skipif(not os.access("/proc/kmsg", os.R_OK), reason="the kernel's log cannot be read here")
def test_a_found_file_that_is_the_kernels_log_is_not_waited_for(run_process: Any) -> None:
    Path(".env").symlink_to("/proc/kmsg")

    assert run_process("user-assets", "-e", "sandbox", "-o", "csv").status == 0


def test_a_found_file_that_cannot_be_read_is_named_where_the_key_is_missing(run: Any) -> None:
    Path(".env").write_bytes(b"BINANCE_API_KEY=\xff")

    outcome = run("user-assets", "-o", "json")

    assert outcome.status == 3
    assert outcome.error["message"] == "No API key is set. Cannot read .env: it is not UTF-8 text."


def test_a_long_file_that_was_named_is_read(run: Any) -> None:
    Path("long.env").write_text("# a comment\n" * 2_000 + "BNACCT_SANDBOX_ACCOUNT=empty\n")

    assert run("user-assets", "-e", "sandbox", "-o", "json", "--env-file", "long.env").json == []


# -- folders that cannot be read


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
@pytest.mark.parametrize("hidden", ["work", "home"])
def test_a_folder_that_may_not_be_searched_has_no_settings(tmp_path: Path, hidden: str) -> None:
    folder = tmp_path / hidden
    folder.chmod(0o000)
    try:
        done = subprocess.run(
            [sys.executable, "-c", AS_NOBODY, "user-assets", "-e", "sandbox", "-o", "csv"],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONDONTWRITEBYTECODE": "1"},
        )
    finally:
        folder.chmod(0o755)

    assert (done.returncode, done.stdout[:6]) == (0, "asset,"), done.stderr


# Imports what it needs first: the libraries may lie where nobody may look.
AS_NOBODY = """
import os, sys
from bnacct import cli
import bnacct.cli.user_assets, bnacct.sandbox, bnacct.client.https, bnacct.cli.accounts, bnacct.sandbox.accounts.documented
import requests, csv, bnacct.output.machine, bnacct.output.ordering, bnacct.views.amounts, encodings.idna, dotenv.parser
import bnacct.settings.credentials, difflib
os.setgid(65534); os.setuid(65534)
sys.exit(cli.main(sys.argv[1:]))
"""


def test_a_path_that_is_too_long_is_named_and_not_blamed_on_the_output(run: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "/" + "x" * 5_000)

    outcome = run("user-assets", "-p", "sub1", "-o", "json")

    assert outcome.status == 3
    assert "Cannot read profile 'sub1': File name too long." in outcome.error["message"]


def test_without_a_home_folder_a_profile_cannot_be_found(run: Any, monkeypatch: Any) -> None:
    def nowhere() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", nowhere)

    outcome = run("user-assets", "-p", "sub1", "-o", "json")

    assert (outcome.status, outcome.error["code"]) == (3, "config")
    assert "XDG_CONFIG_HOME" in outcome.error["hint"]


# -- names that are none


def test_a_misspelt_name_is_told_with_the_nearest_one_in_every_run(run: Any, monkeypatch: Any, exchange: Any) -> None:
    exchange()
    monkeypatch.setenv("BNACCT_TIMOUT", "7")
    Path(".env").write_text("BINANCE_API_SECRT=x\n")

    err = run("user-assets").err

    assert "BNACCT_TIMOUT (from the environment) is not a setting; BNACCT_TIMEOUT is." in err
    assert "BINANCE_API_SECRT (from .env) is not a setting; BINANCE_API_SECRET is." in err


def test_a_name_that_is_near_none_is_told_where_it_is_ours_alone(run: Any, monkeypatch: Any, exchange: Any) -> None:
    exchange()
    monkeypatch.setenv("BNACCT_XYZZY", "7")
    monkeypatch.setenv("BINANCE_TESTNET_FLAG", "1")

    err = run("user-assets").err

    assert "BNACCT_XYZZY (from the environment) is not a setting." in err
    assert "BINANCE_TESTNET_FLAG" not in err


# -- certificate authorities


def test_the_users_certificate_authorities_are_a_file_or_for_requests_a_folder() -> None:
    write("one.pem", "")
    write("two.pem", "")
    assert settings(environ={"SSL_CERT_FILE": "one.pem"}).ca_bundle == "one.pem"
    assert settings(environ={"CURL_CA_BUNDLE": "two.pem", "SSL_CERT_FILE": "one.pem"}).ca_bundle == "two.pem"
    assert settings(environ={"REQUESTS_CA_BUNDLE": ".", "CURL_CA_BUNDLE": "two.pem"}).ca_bundle == "."
    assert settings(environ={"REQUESTS_CA_BUNDLE": "", "SSL_CERT_FILE": "one.pem"}).ca_bundle == "one.pem"


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_certificate_authorities_that_do_not_exist_are_an_error_and_not_passed_over(variable: str) -> None:
    with pytest.raises(errors.ConfigError, match=rf"{variable} names missing\.pem, which does not exist"):
        _ = settings(environ={variable: "missing.pem"}).ca_bundle


# -- frozen


SET_UP = {"BINANCE_API_KEY": "k" * 64, "BINANCE_API_SECRET": "s" * 64, "BNACCT_RETRIES": "2"}


@pytest.mark.parametrize("name", ["retries", "environment", "credentials", "warnings", "_sources", "anything"])
def test_settings_cannot_be_changed(name: str) -> None:
    resolved = Settings({}, environ=SET_UP)
    for changed in (resolved, resolved.with_retries(0)):
        with pytest.raises(AttributeError, match=f"frozen: {name}"):
            setattr(changed, name, 0)
        with pytest.raises(AttributeError, match=f"frozen: {name}"):
            delattr(changed, name)
    assert resolved.retries == 2


def test_other_retries_are_other_settings_and_change_nothing_else() -> None:
    resolved = Settings({"timeout": "7"}, environ=SET_UP)
    once = resolved.with_retries(0)
    assert (once.retries, resolved.retries) == (0, 2)
    assert (once.timeout_s, once.environment, once.base_url("sapi")) == (7, "live", "https://api.binance.com")
    assert once.credentials is resolved.credentials


def test_settings_of_the_sandbox_are_other_settings() -> None:
    resolved = Settings({"environment": "sandbox"}, environ=SET_UP)
    own = Credentials("sandbox-key", "the sandbox", secret="sandbox-secret")
    urls = {"sapi": "http://127.0.0.1:1"}
    inside = resolved.in_sandbox(urls, own)
    urls.clear()
    assert (inside.base_url("sapi"), inside.credentials, inside.trust_environment) == ("http://127.0.0.1:1", own, False)
    assert inside.with_retries(5).credentials is own
    assert (resolved.credentials.api_key, resolved.trust_environment) == ("k" * 64, True)
    assert (inside.retries, inside.environment) == (2, "sandbox")


def test_credentials_are_resolved_once_for_all_threads_and_copies(tmp_path: Path) -> None:
    script = tmp_path / "secret"
    script.write_text("echo asked >> asked\necho sssss\n")
    environ = {"BINANCE_API_KEY": "k" * 64, "BINANCE_API_SECRET_COMMAND": f"sh {script}"}
    resolved = Settings({}, environ=environ)
    copies = [resolved, resolved.with_retries(0), resolved.with_retries(1), resolved]
    found: list[Credentials] = []
    threads = [threading.Thread(target=lambda copy=copy: found.append(copy.credentials)) for copy in copies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(credentials) for credentials in found}) == 1
    assert len(found) == len(copies)
    assert Path("asked").read_text() == "asked\n"


def test_settings_warn_of_the_files_of_credentials_once_those_are_asked_for(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s" * 64)
    secret.chmod(0o644)
    Path("main.env").write_text(f"BINANCE_API_SECRET={'s' * 64}\n")
    Path("main.env").chmod(0o644)
    environ = {"BINANCE_API_KEY": "k" * 64, "BINANCE_API_SECRET_FILE": str(secret)}
    resolved = Settings({}, environ=environ)
    assert resolved.warnings == ()
    assert resolved.credentials.secret == "s" * 64
    assert resolved.with_retries(0).warnings == resolved.warnings
    assert [warning.partition(" is used")[0] for warning in resolved.warnings] == [str(secret)]
    assert len(Settings({}, environ=environ, env_file="main.env").warnings) == 1


def test_a_file_of_credentials_is_warned_of_where_these_are_half_set_too(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s" * 64)
    secret.chmod(0o644)
    resolved = Settings({}, environ={"BINANCE_API_SECRET_FILE": str(secret)})
    for _ in range(2):
        with pytest.raises(errors.ConfigError):
            _ = resolved.credentials
    assert len(resolved.warnings) == 1


def test_the_bounds_of_a_number_are_told_by_the_table(run: Callable[..., Any]) -> None:
    assert KNOBS["recv_window"].bounds == "1 to 60000"
    assert "1 to 60000" in " ".join(run("user-assets", "--help").text.split())
    assert "from 1 to 60000" in run("user-assets", "--recv-window", "60001").err
