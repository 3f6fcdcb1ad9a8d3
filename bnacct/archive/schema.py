"""Names the tables of an archive, and how each version of them is made from the one before.

    account   whose reading it is: profile, environment, and the last characters of the key
    body      what the exchange sent, once however often it sent the same
    reading   one page of an answer, or the failure that came instead

SQLite and PostgreSQL have the same tables and get the same statements; only the words of `_DIALECTS` differ.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

Dialect = Literal["sqlite", "postgresql"]

# Where PostgreSQL keeps the tables, as others may share the database.
NAMESPACE = "bnacct"
# "bnac": tells an archive from any other SQLite file.
APPLICATION_ID = 0x626E6163

_DIALECTS: Mapping[Dialect, Mapping[str, str]] = {
    "sqlite": {"key": "INTEGER PRIMARY KEY", "integer": "INTEGER"},
    "postgresql": {"key": "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "integer": "BIGINT"},
}

# Old systems have a SQLite without STRICT (3.37) and without RETURNING (3.35), so neither is used.
_TABLES = (
    "CREATE TABLE account (id {key}, name TEXT NOT NULL, environment TEXT NOT NULL, key_mark TEXT NOT NULL, "
    "UNIQUE (name, environment, key_mark))",
    "CREATE TABLE body (sha256 TEXT NOT NULL UNIQUE, text TEXT NOT NULL)",
    "CREATE TABLE reading (id {key}, uid TEXT NOT NULL UNIQUE, run TEXT NOT NULL, at_ms {integer} NOT NULL, "
    "account {integer} NOT NULL REFERENCES account (id), operation TEXT NOT NULL, params TEXT NOT NULL, "
    "page {integer} NOT NULL, source TEXT NOT NULL CHECK (source IN ('live', 'backfill', 'import')), "
    "error TEXT, body TEXT REFERENCES body (sha256), CHECK (error IS NOT NULL OR body IS NOT NULL))",
    "CREATE INDEX reading_by_question ON reading (account, operation, params, at_ms)",
    "CREATE INDEX reading_by_time ON reading (at_ms)",
    "CREATE INDEX reading_by_run ON reading (run)",
)

_KEPT = ("reading", "body")


def guards(dialect: Dialect) -> list[str]:
    """Return the statements that make the tables append-only."""
    if dialect == "postgresql":
        return [
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            for table in _KEPT
        ]
    return [
        f"CREATE TRIGGER {table}_append_only_{event.lower()} BEFORE {event} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for table in _KEPT
        for event in ("UPDATE", "DELETE")
    ]


def lifted_guards(dialect: Dialect) -> list[str]:
    """Return the statements that take the guards away; only `prune` uses them, within its own transaction."""
    if dialect == "postgresql":
        return [f"DROP TRIGGER {table}_append_only ON {table}" for table in _KEPT]
    return [f"DROP TRIGGER {table}_append_only_{event}" for table in _KEPT for event in ("update", "delete")]


def migrations(dialect: Dialect) -> Sequence[Sequence[str]]:
    """Return the statements that lead from each version to the next, from an empty database on."""
    words = _DIALECTS[dialect]
    function = [
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    ]
    first = [statement.format(**words) for statement in _TABLES]
    return [[*first, *(function if dialect == "postgresql" else []), *guards(dialect)]]


def grants(writer: str) -> list[str]:
    """Return what lets a PostgreSQL role read and add to the archive, and neither change nor delete."""
    role = '"' + writer.replace('"', '""') + '"'
    return [
        f"GRANT USAGE ON SCHEMA {NAMESPACE} TO {role};",
        f"GRANT SELECT, INSERT ON {NAMESPACE}.account, {NAMESPACE}.body, {NAMESPACE}.reading TO {role};",
        f"GRANT SELECT ON {NAMESPACE}.version TO {role};",
    ]
