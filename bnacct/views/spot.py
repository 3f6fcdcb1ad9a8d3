"""The spot wallet."""

from bnacct.views.terms import ASSET, Section, View, columns

USER_ASSETS = View(
    "user-assets",
    sections=(Section("assets", (ASSET, *columns("free locked freeze withdrawing ipoable btcValuation", "amount"))),),
)
