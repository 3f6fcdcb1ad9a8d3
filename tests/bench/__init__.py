"""Measures whole processes against a local exchange, as ratios within one run: `python -m tests.bench`."""
