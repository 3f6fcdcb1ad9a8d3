"""The house stands as the contract draws it: who may import whom, and what a run loads before it has to."""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

import pytest

import bnacct

HOUSE = Path(bnacct.__file__).parent

# The contract's table. `views`, `endpoints` and `errors` import nothing of the house.
MAY_IMPORT: dict[str, AbstractSet[str]] = {
    "__init__": set(),
    "__main__": {"cli"},
    "endpoints": set(),
    "queries": {"endpoints", "views"},
    "views": set(),
    "errors": set(),
    "settings": {"errors"},
    "client": {"endpoints", "errors", "settings"},
    "readings": {"client", "queries", "errors", "settings"},
    "monitoring": {"views", "readings"},
    "archive": {"readings", "queries", "errors"},
    "output": {"views"},
    "worth": {"views", "queries", "readings", "errors"},
    "sandbox": {"endpoints", "client"},
}
MAY_IMPORT["cli"] = MAY_IMPORT.keys() - {"__main__"}
HEAVY = {"requests", "rich", "websockets", "cryptography", "dotenv"}
FILES = sorted(HOUSE.rglob("*.py"))
NAMES = [str(path.relative_to(HOUSE)) for path in FILES]


def module(path: Path) -> str:
    """Return the module of the contract's table that a file belongs to."""
    return path.relative_to(HOUSE).parts[0].removesuffix(".py")


def within(room: str) -> list[Path]:
    """Return the files of a room, or of one of its modules: `client`, `client.signing`."""
    stem = room.split(".")
    return [path for path in FILES if list(path.relative_to(HOUSE).with_suffix("").parts)[: len(stem)] == stem]


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(nodes: ast.AST) -> Iterator[str]:
    """Yield the dotted name of everything that is imported, anywhere below."""
    for node in ast.walk(nodes):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports name the whole way"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def at_import(node: ast.AST) -> Iterator[ast.stmt]:
    """Yield the statements that run when a module is imported: not those of functions, nor those for type checkers."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            continue
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child
        yield from at_import(child)


def loaded_with(path: Path) -> set[str]:
    """Return the packages that importing a file imports directly."""
    return {name.partition(".")[0] for statement in at_import(tree(path)) for name in imports(statement)}


def of_the_house(path: Path) -> set[str]:
    """Return the modules of the house that a file imports, itself left out."""
    names = {name.split(".")[1] for name in imports(tree(path)) if name.startswith("bnacct.")}
    return names - {module(path), "__version__"}


# -- who imports whom


def test_the_table_names_every_module_there_is() -> None:
    assert {module(path) for path in FILES} == set(MAY_IMPORT)


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_a_module_imports_only_what_the_contract_lets_it(path: Path) -> None:
    assert of_the_house(path) - MAY_IMPORT[module(path)] == set()


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_heavy_libraries_are_imported_only_on_the_path_that_needs_them(path: Path) -> None:
    allowed = HEAVY if module(path) == "sandbox" else {"rich"} if path == HOUSE / "output" / "terminal.py" else set()
    assert loaded_with(path) & HEAVY - allowed == set()


@pytest.mark.parametrize("library", ["sqlite3", "psycopg"])
def test_a_database_is_imported_only_by_the_module_that_talks_to_it(library: str) -> None:
    importing = {
        module(path): path.name for path in FILES if library in {name.partition(".")[0] for name in imports(tree(path))}
    }
    assert importing == {"archive": {"sqlite3": "sqlite.py", "psycopg": "postgresql.py"}[library]}


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_nobody_imports_a_module_with_a_database_before_it_is_asked_for(path: Path) -> None:
    eager = {name for line in at_import(tree(path)) for name in imports(line)}
    databases = {"sqlite3", "psycopg", "bnacct.archive.sqlite", "bnacct.archive.postgresql"}
    assert eager & databases == ({"sqlite3"} if path.name == "sqlite.py" else set())


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_nobody_imports_click(path: Path) -> None:
    assert [name for name in imports(tree(path)) if name.partition(".")[0] == "click"] == []


def test_the_sandbox_is_not_imported_unless_asked_for() -> None:
    importing = [path for path in FILES if module(path) != "sandbox" and "sandbox" in of_the_house(path)]
    eager = [path for path in importing for line in at_import(tree(path)) if "bnacct.sandbox" in ast.unparse(line)]
    assert importing
    assert eager == []


def dotted(path: Path) -> str:
    """Return the name that a file is imported by: `bnacct.client.signing`, `bnacct.views`."""
    return ".".join(["bnacct", *path.relative_to(HOUSE).with_suffix("").parts]).removesuffix(".__init__")


def imported_at_run_time(node: ast.AST) -> Iterator[str]:
    """Yield the dotted name of every import, those inside functions included, those for type checkers left out."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            continue
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield from imports(child)
        yield from imported_at_run_time(child)


def circle(graph: Mapping[str, AbstractSet[str]]) -> list[str]:
    """Return modules of which each imports the next, and the last is the first again; none if there are no such."""

    def walk(name: str, path: list[str]) -> list[str]:
        if name in path:
            return [*path[path.index(name) :], name]
        if name in cleared:
            return []
        for following in sorted(graph[name]):
            if found := walk(following, [*path, name]):
                return found
        cleared.add(name)
        return []

    cleared: set[str] = set()
    return next(filter(None, (walk(name, []) for name in sorted(graph))), [])


def imports_within(room: str) -> dict[str, set[str]]:
    """Return for each module of a room the others that it imports; the room itself stands for its `__init__`."""
    paths = {dotted(path): path for path in within(room)}
    graph = {}
    for name, path in paths.items():
        # `from bnacct.views import rows` is the module of that name, or what `bnacct.views` itself defines.
        found = {imported if imported in paths else imported.rpartition(".")[0] for imported in _names(path)}
        graph[name] = (found & paths.keys()) - {name}
    return graph


def _names(path: Path) -> set[str]:
    return set(imported_at_run_time(tree(path)))


ROOMS = sorted({module(path) for path in FILES if path.parent != HOUSE})


@pytest.mark.parametrize("room", ROOMS)
def test_no_modules_of_a_room_import_one_another(room: str) -> None:
    assert circle(imports_within(room)) == []


def test_a_circle_is_found() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert circle({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []
    assert "bnacct.output.table" in imports_within("output")["bnacct.output"]


# -- what a module must never do


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_amounts_never_meet_a_float(path: Path) -> None:
    rooms = ("views", "output", "worth", "monitoring")
    nodes = list(ast.walk(tree(path))) if module(path) in rooms else []
    assert [node.lineno for node in nodes if isinstance(node, ast.Name) and node.id == "float"] == []
    assert [node.lineno for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, float)] == []
    # worth divides fractions, which stay exact.
    assert [node for node in nodes if isinstance(node, ast.Div) and module(path) != "worth"] == []


ALONE: dict[str, set[str]] = {
    # Pure functions: what reads a clock, the environment or the network is not there to be used.
    "endpoints": {"typing"},
    "client.signing": {"base64", "collections", "cryptography", "functools", "hashlib", "hmac", "typing", "urllib"},
    "client.decoding": {"collections", "itertools", "json", "typing"},
    "worth": {"collections", "decimal", "fractions", "itertools", "re", "typing"},
    # importlib loads the family of a view when it is asked for.
    "views": {"calendar", "collections", "datetime", "decimal", "importlib", "itertools", "time", "typing"},
    "monitoring": {"collections", "decimal", "difflib", "enum", "re", "typing"},
}


@pytest.mark.parametrize("name", ALONE)
def test_a_pure_module_imports_nothing_that_could_do_more(name: str) -> None:
    paths = within(name)
    packages = {found.partition(".")[0] for path in paths for found in imports(tree(path))} - {"bnacct"}
    assert paths
    assert packages - ALONE[name] == set()


FORBIDDEN: dict[str, set[str]] = {
    "archive": {"socket", "ssl", "requests", "typer", "sys"},
    "settings": {"socket", "ssl", "requests", "urllib3", "http", "websockets"},
    "output": {"socket", "requests", "websockets", "typer", "subprocess", "dotenv"},
    "client": {"typer", "rich", "asyncio"},
    "client.https": {"websockets"},
    "client.websocket": {"requests"},
    "views": {"os", "sys", "io", "pathlib"},
    "errors": {"sys", "typer", "logging"},
}


@pytest.mark.parametrize("name", FORBIDDEN)
def test_a_module_does_not_import_what_it_must_never_use(name: str) -> None:
    paths = within(name)
    packages = {found.partition(".")[0] for path in paths for found in imports(tree(path))}
    assert paths
    assert packages & FORBIDDEN[name] == set()


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_only_cli_and_the_entry_touch_the_standard_streams(path: Path) -> None:
    if module(path) in ("cli", "__main__"):
        return
    used = [ast.unparse(node) for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute | ast.Name)]
    assert {"sys.stdout", "sys.stderr", "sys.stdin", "sys.exit", "print", "input"} & set(used) == set()


# -- what a run loads


ENTRY = """
import json, sys
from bnacct import __main__
sys.argv = ["bnacct", *sys.argv[2:]]
status = __main__.main()
with open({loaded!r}, "w") as file:
    json.dump([status, sorted(sys.modules)], file)
"""


@pytest.fixture
def loaded(tmp_path: Path) -> Callable[..., set[str]]:
    """Run bnacct in an interpreter of its own; return what was imported."""

    def run(*arguments: str, status: int = 0) -> set[str]:
        report = tmp_path / "loaded.json"
        done = subprocess.run(
            [sys.executable, "-c", ENTRY.format(loaded=str(report)), "bnacct", *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            check=False,
            env={**os.environ, "PYTHONPATH": str(HOUSE.parent)},
        )
        assert report.exists(), done.stderr.decode()
        ended, names = json.loads(report.read_text())
        assert status == ended, done.stderr.decode()
        return set(names)

    return run


def test_a_call_over_https_loads_requests_and_no_other_library(
    loaded: Callable[..., set[str]], exchange: Callable[..., Any]
) -> None:
    running = exchange()
    names = loaded("user-assets", "-o", "json")
    assert len(running.requests) == 1
    assert "requests" in names
    unneeded = HEAVY - {"requests"} | {"pydantic", "asyncio", "bnacct.sandbox", "bnacct.client.websocket"}
    unneeded |= {"sqlite3", "psycopg", "bnacct.archive"}
    assert names & unneeded == set()


def test_a_call_over_the_websocket_loads_websockets_and_no_other_library(
    loaded: Callable[..., set[str]], exchange: Callable[..., Any]
) -> None:
    running = exchange()
    names = loaded("ws-balance", "-o", "json")
    assert len(running.requests) == 1
    assert "websockets" in names
    assert names & {"requests", "urllib3", "rich", "cryptography", "dotenv", "pydantic", "bnacct.sandbox"} == set()
    assert names & {"sqlite3", "psycopg", "bnacct.archive"} == set()


def test_keeping_an_answer_loads_the_one_database_that_it_goes_to(
    loaded: Callable[..., set[str]], exchange: Callable[..., Any], url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange()
    names = loaded("user-assets", "-o", "json", "--record")
    assert "sqlite3" in names
    assert names & {"psycopg", "zoneinfo", "bnacct.archive.transfer", "bnacct.archive.retention"} == set()
    monkeypatch.setenv("BNACCT_ARCHIVE", url)
    # Whatever the server says: it has no tables yet.
    names = loaded("user-assets", "-o", "json", "--record", status=9)
    assert "psycopg" in names
    assert "sqlite3" not in names


def test_an_answer_of_the_past_loads_nothing_that_talks_to_the_network(
    loaded: Callable[..., set[str]], exchange: Callable[..., Any]
) -> None:
    exchange()
    loaded("user-assets", "--record")
    names = loaded("user-assets", "--at", "today")
    assert names & {"requests", "urllib3", "websockets", "cryptography", "psycopg"} == set()


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["--help"], 0),
        (["--version"], 0),
        (["user-assets", "--help"], 0),
        ([], 0),
        (["no-such-command"], 2),
        (["user-assets", "--no-such-option"], 2),
        (["user-assets", "-o", "xml"], 2),
        (["snapshot", "--days", "3"], 2),
        (["user-assets"], 3),
        (["user-assets", "-e", "testnet"], 3),
    ],
)
def test_what_needs_no_network_loads_no_library_for_it(
    loaded: Callable[..., set[str]], arguments: list[str], status: int
) -> None:
    names = loaded(*arguments, status=status)
    unneeded = HEAVY | {"pydantic", "asyncio", "csv", "urllib3", "bnacct.sandbox"}
    assert names & unneeded == set()


@pytest.mark.parametrize("command", ["user-assets", "futures-account", "pm-balance", "snapshot"])
def test_a_table_in_a_pipe_is_drawn_without_rich(
    loaded: Callable[..., set[str]], exchange: Callable[..., Any], command: str
) -> None:
    exchange()
    assert loaded(command) & {"rich", "websockets", "cryptography", "dotenv"} == set()


@pytest.mark.parametrize("form", ["csv", "tsv", "jsonl"])
def test_rows_for_a_program_are_written_without_rich(
    loaded: Callable[..., set[str]], exchange: Callable[..., Any], form: str
) -> None:
    exchange()
    assert "rich" not in loaded("user-assets", "-o", form)


def test_csv_is_loaded_by_nothing_of_ours_but_what_writes_it() -> None:
    # urllib3 and websockets load it for reasons of their own, so a run does not tell.
    importing = [path for path in FILES if "csv" in set(imports(tree(path)))]
    assert importing == [HOUSE / "output" / "machine.py"]
    assert "csv" not in loaded_with(HOUSE / "output" / "machine.py")


def test_dotenv_is_loaded_where_there_is_an_env_file(
    loaded: Callable[..., set[str]], exchange: Callable[..., Any]
) -> None:
    exchange()
    Path(".env").write_text("BNACCT_TIMEOUT=7\n")
    assert "dotenv" in loaded("user-assets", "-o", "json")


@pytest.mark.parametrize("kind", ["RSA", "Ed25519"])
def test_cryptography_is_loaded_where_there_is_a_private_key(
    loaded: Callable[..., set[str]], exchange: Callable[..., Any], kind: str
) -> None:
    exchange(key_kind=kind)
    assert "cryptography" in loaded("user-assets", "-o", "json")


def test_typer_is_one_that_does_not_load_pydantic(loaded: Callable[..., set[str]]) -> None:
    names = loaded("--version")
    assert "typer" in names
    assert names & {"pydantic", "pydantic_core"} == set()
