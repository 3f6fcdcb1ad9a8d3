"""A new account: nothing is opened, and nothing is held."""

from bnacct.sandbox.accounts.account import Account
from bnacct.sandbox.accounts.answers import account_info, wallet_balance
from bnacct.sandbox.accounts.terms import JsonObject, NotThereError


class New(Account):
    """Every wallet but spot, funding and Earn answers that it does not exist."""

    uid = 100000004

    def account_info(self) -> JsonObject:
        return account_info(opened=False)

    def margin_account(self) -> JsonObject:
        raise NotThereError(-3003)

    def liquidation_loan(self) -> JsonObject | None:
        raise NotThereError(-3003)

    def isolated_margin(self) -> JsonObject:
        raise NotThereError(-11001)

    def futures_account(self) -> JsonObject:
        raise NotThereError(-1109)

    def futures_risk(self) -> list[JsonObject]:
        raise NotThereError(-1109)

    def ws_balance(self) -> list[JsonObject]:
        raise NotThereError(-1109)

    def coin_futures_account(self) -> JsonObject:
        raise NotThereError(-1109)

    def options_account(self) -> JsonObject:
        raise NotThereError(-1130)

    def pm_balance(self) -> list[JsonObject]:
        raise NotThereError(-2015)

    def pm_account(self) -> JsonObject:
        raise NotThereError(-2015)

    def wallet_balance(self) -> list[JsonObject]:
        return wallet_balance(activated=False)
