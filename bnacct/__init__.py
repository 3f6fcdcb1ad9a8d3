"""bnacct: a read-only balance inspector for Binance accounts on the command line."""

# A literal: asking importlib.metadata costs 7 to 29 ms a run. pyproject.toml reads it from here.
__version__ = "0.1.0"
