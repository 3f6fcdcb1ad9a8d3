"""The accounts one can look at in the sandbox, each built only when it is asked for."""

import importlib
from typing import cast

from bnacct.sandbox.accounts.account import Account

# Each name is a module and a class of this package; the module loads only when its account is opened.
_ACCOUNTS = {
    "docs": ("documented", "Documented", "the samples of the API documents, repaired; single-asset mode"),
    "docs-multi": ("documented", "DocumentedMultiAssets", "the same; futures in multi-assets mode"),
    "rich": ("rich", "Rich", "a lived-in account: 30 days, long and short positions, debt, odd names and amounts"),
    "empty": ("account", "Account", "an account that holds nothing"),
    "large": ("large", "Large", "5,000 rows a list, answers of more than a megabyte"),
    "classic": ("classic", "Classic", "everything opened: debts, Earn receipts, bots, a coin without a price"),
    "portfolio-margin": ("portfolio_margin", "PortfolioMargin", "portfolio margin, with debt"),
    "multi-assets": ("multi_assets", "MultiAssets", "futures in multi-assets mode, loans and yields"),
    "new": ("new", "New", "nothing opened, nothing held"),
    "hostile": ("hostile", "Hostile", "valid JSON that means harm: escape sequences, formulas, numbers for strings"),
}

ACCOUNTS: dict[str, str] = {name: description for name, (_, _, description) in _ACCOUNTS.items()}


def open_account(name: str) -> Account:
    """Return the account of that name. Raises ValueError, naming those there are."""
    if name not in _ACCOUNTS:
        raise ValueError(f"There is no sandbox account {name!r}; there are {', '.join(_ACCOUNTS)}.")
    module, class_name, _ = _ACCOUNTS[name]
    account = getattr(importlib.import_module(f"bnacct.sandbox.accounts.{module}"), class_name)
    return cast("Account", account())
