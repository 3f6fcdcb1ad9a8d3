"""Finds the generated files: completions and the manual page."""

from pathlib import Path

from bnacct import errors

_PACKAGE = Path(__file__).parent.parent
# A wheel has them within the package; a clone has them beside it.
_FOLDERS = (_PACKAGE / "completions", _PACKAGE.parent / "completions")


def text(name: str) -> str:
    """Return the text of a generated file. Raises `errors.ConfigError` where the installation lacks it."""
    for folder in _FOLDERS:
        path = folder / name
        if path.is_file():
            return path.read_text(encoding="utf-8")
    raise errors.ConfigError(f"This installation lacks the file {name}.", hint="Install bnacct again.")
