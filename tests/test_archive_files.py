"""An archive in a file: private, never replaced, whole after a crash, and told in a sentence where it cannot be used."""

import contextlib
import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bnacct import archive
from bnacct.archive import Archive, listing, verification
from bnacct.errors import ArchiveError, UsageError
from bnacct.sandbox import Sandbox
from tests.archives import ASSETS, HOUR, MAIN, START, free, reading
from tests.conftest import Outcome, needs


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "archive.db"


def filled(path: Path, readings: int = 1) -> Path:
    with archive.open(str(path), write=True) as kept:
        for number in range(readings):
            kept.record([(MAIN, [reading(START + number * HOUR, free(str(number)))])])
    return path


def amounts(path: Path) -> list[str]:
    with archive.open(str(path)) as kept:
        found = kept.between(MAIN, ASSETS, ASSETS.asked({}), 0, 1 << 52)
        return [each.document()[0]["free"] for each in found]


# -- modes, links and owners


def test_the_file_and_its_folders_are_for_nobody_else(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        path = filled(tmp_path / "one" / "two" / "archive.db")
    finally:
        os.umask(before)
    modes = [stat.S_IMODE(each.stat().st_mode) for each in (path, path.parent, path.parent.parent)]
    assert modes == [0o600, 0o700, 0o700]


def test_the_file_is_private_before_anything_is_in_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[int, int]] = []
    connect = sqlite3.connect

    def looking(*arguments: object, **options: object) -> sqlite3.Connection:
        found = path.stat()
        seen.append((stat.S_IMODE(found.st_mode), found.st_size))
        return connect(*arguments, **options)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr(sqlite3, "connect", looking)
    before = os.umask(0)
    try:
        filled(path)
    finally:
        os.umask(before)
    assert seen == [(0o600, 0)]


def test_the_journal_of_a_write_is_as_private_as_the_file(path: Path) -> None:
    filled(path)
    with archive.open(str(path), write=True) as kept, kept.database.writing():
        kept.database.run("INSERT INTO account (name, environment, key_mark) VALUES ('x', 'live', '')")
        journals = list(path.parent.glob("*-journal"))
        assert [stat.S_IMODE(journal.stat().st_mode) for journal in journals] == [0o600]
    assert list(path.parent.iterdir()) == [path]


def test_reading_makes_no_file(path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"There is no archive at .* yet") as told:
        archive.open(str(path))
    assert "--record" in (told.value.hint or "")
    assert not path.parent.exists()


def test_reading_changes_nothing(path: Path) -> None:
    filled(path)
    before = path.read_bytes()
    with archive.open(str(path)) as kept, pytest.raises(ArchiveError, match="cannot be written"):
        kept.record([(MAIN, [reading(START, [])])])
    assert path.read_bytes() == before


@pytest.mark.parametrize("write", [False, True])
def test_a_symbolic_link_is_not_followed(path: Path, tmp_path: Path, write: bool) -> None:
    real = filled(tmp_path / "real.db")
    before = real.read_bytes()
    path.parent.mkdir()
    path.symlink_to(real)
    with pytest.raises(ArchiveError, match="is a symbolic link"):
        archive.open(str(path), write=write)
    assert real.read_bytes() == before


def test_a_link_to_nowhere_makes_no_file_there(path: Path, tmp_path: Path) -> None:
    path.parent.mkdir()
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ArchiveError, match="is a symbolic link"):
        archive.open(str(path), write=True)
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("write", [False, True])
def test_a_file_of_another_user_is_not_used(path: Path, monkeypatch: pytest.MonkeyPatch, write: bool) -> None:
    filled(path)
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    with pytest.raises(ArchiveError, match="belongs to another user"):
        archive.open(str(path), write=write)


@pytest.mark.parametrize("write", [False, True])
def test_what_is_no_plain_file_is_not_used(path: Path, write: bool) -> None:
    path.mkdir(parents=True)
    with pytest.raises(ArchiveError, match="is not a plain file"):
        archive.open(str(path), write=write)
    path.rmdir()
    os.mkfifo(path)
    with pytest.raises(ArchiveError, match="is not a plain file"):
        archive.open(str(path), write=write)


@pytest.mark.parametrize("name", ["a b?c#d%e.db", "ü.db", "file:x?mode=memory", ":memory:"])
def test_a_name_is_taken_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    filled(Path(name))
    assert (tmp_path / name).stat().st_size > 0


@pytest.mark.parametrize("place", ["", " ", "a\0b"])
def test_a_place_that_is_none_is_refused(place: str) -> None:
    with pytest.raises(ArchiveError, match="no name of a file"):
        archive.open(place, write=True)


@pytest.mark.parametrize("place", ["mysql://host/db", "sqlite:///x.db", "https://host/x"])
def test_another_kind_of_url_is_refused(place: str) -> None:
    with pytest.raises(UsageError, match="a file or a PostgreSQL database"):
        archive.open(place, write=True)


# -- where it is kept


def test_it_is_data_and_kept_where_data_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert archive.default_path({"XDG_DATA_HOME": "/somewhere"}) == "/somewhere/bnacct/archive.db"
    home = str(Path.home())
    assert archive.default_path({}) == f"{home}/.local/share/bnacct/archive.db"
    assert archive.default_path({"XDG_DATA_HOME": "relative"}) == f"{home}/.local/share/bnacct/archive.db"


def test_without_a_home_folder_a_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", nowhere)
    with pytest.raises(ArchiveError, match="no home folder"):
        archive.default_path({})


# -- damage


@pytest.mark.parametrize(
    "content", [b"not a database at all, but long enough to look", b"SQLite format 3\0" + b"\xff" * 500]
)
@pytest.mark.parametrize("write", [False, True])
def test_a_file_that_is_no_archive_is_left_as_it_is(path: Path, content: bytes, write: bool) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(ArchiveError, match="damaged, or is no archive") as told:
        archive.open(str(path), write=write)
    assert ".recover" in (told.value.hint or "")
    assert path.read_bytes() == content


def test_a_damaged_file_is_never_deleted_nor_made_anew(path: Path) -> None:
    filled(path, 50)
    content = bytearray(path.read_bytes())
    content[4096:] = b"\x5a" * (len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(ArchiveError, match="damaged"), archive.open(str(path), write=True) as kept:
        kept.record([(MAIN, [reading(START, [])])])
    assert path.read_bytes() == content


def test_a_cut_file_is_told(path: Path) -> None:
    filled(path, 200)
    os.truncate(path, 8192)
    with pytest.raises(ArchiveError, match="damaged"), archive.open(str(path)) as kept:
        list(kept.rows())


@pytest.mark.parametrize("write", [False, True])
def test_a_database_of_another_program_is_left_alone(path: Path, write: bool) -> None:
    path.parent.mkdir()
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE reading (mine TEXT)")
    before = path.read_bytes()
    with pytest.raises(ArchiveError, match="SQLite file of another program"):
        archive.open(str(path), write=write)
    assert path.read_bytes() == before


def test_an_empty_file_becomes_an_archive_as_a_run_may_have_ended_there(path: Path) -> None:
    path.parent.mkdir()
    path.touch(mode=0o600)
    with pytest.raises(ArchiveError, match="There is no archive"):
        archive.open(str(path))
    assert path.read_bytes() == b""
    assert amounts(filled(path)) == ["0"]


# -- what the system refuses


@contextlib.contextmanager
def user_who_is_not_root() -> Iterator[None]:
    """Be somebody whom modes bind, if this is root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def shared() -> Iterator[Path]:
    """Return a folder that is the user's who is not root."""
    folder = Path(tempfile.mkdtemp())
    if os.geteuid() == 0:
        os.chown(folder, 65534, -1)
    yield folder
    shutil.rmtree(folder)


def test_a_folder_that_is_read_only_is_told(shared: Path) -> None:
    with user_who_is_not_root():
        path = filled(shared / "archive.db")
        shared.chmod(0o500)
        try:
            assert amounts(path) == ["0"]
            with pytest.raises(ArchiveError, match="read-only") as told:
                filled(path)
            assert told.value.exit_status == 10
            with pytest.raises(ArchiveError, match=r"cannot be created: Permission denied"):
                archive.open(str(shared / "new" / "archive.db"), write=True)
        finally:
            shared.chmod(0o700)


def test_a_file_that_is_read_only_is_read_and_not_written(shared: Path) -> None:
    with user_who_is_not_root():
        path = filled(shared / "archive.db")
        path.chmod(0o400)
        assert amounts(path) == ["0"]
        with pytest.raises(ArchiveError, match="read-only"):
            filled(path)
        path.chmod(0o000)
        with pytest.raises(ArchiveError, match="its mode forbids it"):
            amounts(path)


def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ArchiveError, match="Not a directory"):
        archive.open(str(tmp_path / "file" / "archive.db"), write=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a disk of 256 KiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        [needs("mount"), "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        missing = pytest.fail if os.environ.get("CI") and os.geteuid() == 0 else pytest.skip
        missing("this user may not mount a disk")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_full_disk_loses_nothing_that_was_kept(small_disk: Path) -> None:
    path = filled(small_disk / "archive.db", 3)
    large = [{"asset": f"A{number}", "free": os.urandom(20).hex()} for number in range(3000)]
    with pytest.raises(ArchiveError, match="the disk is full"), archive.open(str(path), write=True) as kept:
        kept.record([(MAIN, [reading(START + 99 * HOUR, large)])])
    assert amounts(path) == ["0", "1", "2"]
    assert filled(path)
    with archive.open(str(path)) as kept:
        assert verification.verify(kept) == (4, 3, [])


@pytest.mark.parametrize("state", ["full", "read-only"])
def test_a_reading_is_shown_where_the_disk_is_full_or_read_only(
    small_disk: Path,
    run: Callable[..., Outcome],
    exchange: Callable[..., Sandbox],
    monkeypatch: pytest.MonkeyPatch,
    state: str,
) -> None:
    exchange()
    path = filled(small_disk / "archive.db", 3)
    if state == "full":
        with contextlib.suppress(OSError), open(small_disk / "filler", "wb", buffering=0) as filler:
            while filler.write(bytes(4096)):
                pass
    else:
        subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    monkeypatch.setenv("BNACCT_ARCHIVE", str(path))
    shown = run("user-assets", "-o", "json")

    done = run("user-assets", "-o", "json", "--record")

    assert (done.status, done.out) == (9, shown.out)
    assert "could not be kept" in done.error["message"]
    assert state in done.error["message"]
    # It shows no reading, so that one that keeps nothing has done nothing.
    recorded = run("record", "user-assets", "-o", "json")
    assert (recorded.status, recorded.out) == (10, b"")
    assert state in recorded.error["message"]
    assert amounts(path) == ["0", "1", "2"]


# -- crashes and crowds


_INTERRUPTED = """
import os, sys, time
from bnacct import archive
from tests.archives import MAIN, START, reading
from bnacct.archive import stored
kept = archive.open(sys.argv[1], write=True)
kept.database.run("PRAGMA cache_size = 1")
with kept.database.writing():
    for number in range(50):
        body = [{"asset": os.urandom(2000).hex(), "free": "1"}]
        kept._insert(stored.rows_of(reading(START + number, body), MAIN, uid=str(number), run="r", source="live"))
    print("amid", flush=True)
    sys.stdin.read()
"""


def test_a_kill_amid_a_write_leaves_what_was_there_and_the_next_run_goes_on(path: Path) -> None:
    filled(path, 3)
    size = path.stat().st_size
    process = subprocess.Popen(
        [sys.executable, "-c", _INTERRUPTED, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"amid\n"
        process.send_signal(signal.SIGKILL)
    # The half of a transaction is in the file, and the way back in the journal.
    assert path.stat().st_size > size
    assert path.with_name("archive.db-journal").exists()

    assert amounts(path) == ["0", "1", "2"]
    assert amounts(filled(path)) == ["0", "0", "1", "2"]
    with archive.open(str(path)) as kept:
        assert verification.verify(kept).problems == []


_CROWD = """
import os, sys, traceback
from bnacct import archive
from bnacct.archive import listing
from tests.archives import ASSETS, MAIN, START, free, reading

path, writers, readers, each = sys.argv[1], *map(int, sys.argv[2:])

def write(number):
    for turn in range(each):
        with archive.open(path, write=True) as kept:
            kept.record([(MAIN, [reading(START + number * 1000 + turn, free(str(number % 3)))])])

def read(number):
    for turn in range(each):
        try:
            with archive.open(path) as kept:
                found = list(kept.between(MAIN, ASSETS, ASSETS.asked({}), 0, 1 << 52))
                assert all(one.document() for one in found)
        except archive.ArchiveError as error:
            assert "no archive" in error.message, error.message

ready, go = os.pipe()
children = []
for number in range(writers + readers):
    child = os.fork()
    if not child:
        os.close(go)
        os.read(ready, 1)
        try:
            write(number) if number < writers else read(number)
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    children.append(child)
os.close(go)
sys.exit(any([os.waitpid(child, 0)[1] for child in children]))
"""


@pytest.mark.parametrize(("writers", "readers", "each"), [(2, 1, 20), (40, 0, 2)])
def test_many_at_once_keep_every_reading(path: Path, writers: int, readers: int, each: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _CROWD, str(path), str(writers), str(readers), str(each)],
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stderr.decode()) == (0, "")
    with archive.open(str(path)) as kept:
        assert verification.verify(kept) == (writers * each, min(writers, 3), [])
        assert len(kept.owners()) == 1


def test_a_writer_that_holds_the_file_is_waited_for_and_then_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bnacct.archive import sqlite

    filled(path)
    monkeypatch.setattr(sqlite, "_BUSY_TIMEOUT_S", 0.05)
    with archive.open(str(path), write=True) as one, one.database.writing():
        with archive.open(str(path)) as reader:
            assert listing.count(reader) == 1
        with pytest.raises(ArchiveError, match="in use by another process"), archive.open(str(path), write=True) as two:
            two.record([(MAIN, [reading(START, [])])])


def test_the_wait_for_another_writer_is_ten_seconds(path: Path) -> None:
    with archive.open(str(path), write=True) as kept:
        assert kept.database.rows("PRAGMA busy_timeout") == [(10_000,)]
        assert kept.database.rows("PRAGMA journal_mode") == [("delete",)]


def test_the_file_says_what_it_is(path: Path) -> None:
    filled(path)
    header = path.read_bytes()[:100]
    assert header[68:72] == b"bnac"
    assert header[60:64] == b"\0\0\0\1"


# -- a Python without it


def test_a_python_without_sqlite3_says_so_and_does_everything_else() -> None:
    script = """
import sys
sys.modules["sqlite3"] = None
from bnacct import archive, errors
try:
    archive.open("x.db", write=True)
except errors.ArchiveError as error:
    print(error.message)
from bnacct import cli
sys.exit(cli.main(["user-assets", "-e", "sandbox", "-o", "json"]))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("This Python was built without sqlite3")
    assert not Path("x.db").exists()


def test_an_archive_does_not_show_more_than_its_place(path: Path) -> None:
    with archive.open(str(path), write=True) as kept:
        assert repr(kept) == f"Archive({path})"
        assert isinstance(kept, Archive)
