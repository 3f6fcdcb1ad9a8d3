"""What the wheel says of itself is so: typed, and with every library that it imports declared."""

import ast
import re
import sys
from importlib import resources
from pathlib import Path

ROOT = Path(__file__).parent.parent
PROJECT = (ROOT / "pyproject.toml").read_text()
DECLARED = set(re.findall(r'^    "([\w-]+)[><=]', PROJECT.partition("[project.op")[0], re.M))
# The name that is imported, where it is not the one that is installed; and what is imported only if it is there.
INSTALLED_AS = {"dotenv": "python-dotenv"}
# It is part of requests in all but name.
WITH_REQUESTS = {"urllib3"}


def imported() -> set[str]:
    """Return the distributions that the package imports, anywhere in it."""
    found = set()
    for path in (ROOT / "bnacct").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.partition(".")[0])
    ours = found - set(sys.stdlib_module_names) - {"bnacct"} - WITH_REQUESTS
    return {INSTALLED_AS.get(name, name) for name in ours}


def optional() -> set[str]:
    """Return what only an extra brings."""
    extras = PROJECT.partition("[project.optional-dependencies]")[2].partition("\n[")[0]
    return set(re.findall(r'"([\w-]+)[\[><=]', extras))


def test_every_library_that_is_imported_is_declared() -> None:
    assert imported() - DECLARED - optional() == set()
    assert {"certifi", "cryptography", "requests"} <= imported() & DECLARED


def test_the_package_says_that_it_is_typed() -> None:
    assert resources.files("bnacct").joinpath("py.typed").is_file()
    assert '"Typing :: Typed"' in PROJECT
