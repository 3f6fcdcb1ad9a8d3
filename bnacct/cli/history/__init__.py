"""See what the archive has kept: list, compare, draw, move and thin it.

  bnacct history list                       what there is

  bnacct history diff user-assets           what changed since the last reading

  bnacct history copy --to backup.db

Readings get there with bnacct record, or with --record on any command. --at TIME shows them again.
"""
