"""A new account: nothing is opened, and nothing is held."""

from bnacct.sandbox.accounts.account import Account
from bnacct.sandbox.accounts.answers import account_info, wallet_balance
from bnacct.sandbox.accounts.terms import JsonObject
from bnacct.sandbox.exchange.error_bodies import RefusedError


class New(Account):
    """Every wallet but spot, funding and Earn answers that it does not exist."""

    uid = 100000004

    def account_info(self) -> JsonObject:
        return account_info(opened=False)

    def margin_account(self) -> JsonObject:
        raise RefusedError(-3003)

    def liquidation_loan(self) -> JsonObject | None:
        raise RefusedError(-3003)

    def isolated_margin(self) -> JsonObject:
        raise RefusedError(-11001)

    def futures_account(self) -> JsonObject:
        raise RefusedError(-1109)

    def futures_risk(self) -> list[JsonObject]:
        raise RefusedError(-1109)

    def ws_balance(self) -> list[JsonObject]:
        raise RefusedError(-1109)

    def coin_futures_account(self) -> JsonObject:
        raise RefusedError(-1109)

    def options_account(self) -> JsonObject:
        raise RefusedError(-1130)

    def pm_balance(self) -> list[JsonObject]:
        raise RefusedError(-2015)

    def pm_account(self) -> JsonObject:
        raise RefusedError(-2015)

    def wallet_balance(self) -> list[JsonObject]:
        return wallet_balance(activated=False)
