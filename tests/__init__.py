"""Tests of bnacct; `conftest` gives each of them its surroundings."""
