"""The full-text table: SQLite FTS5 or a PostgreSQL tsvector, rows numbered like editions."""

import re
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Any

from django.db import connection, connections

from gongkai.matching.tokens import fts5_query, search_tokens, ts_query

#: Characters of a text that are indexed; PostgreSQL holds at most 1 MB of lexemes a row.
INDEXED_CHARS = 300_000


@cache
def _sql(name: str, vendor: str) -> str:
    return resources.files("gongkai.publishing").joinpath(f"sql/{name}.{vendor}.sql").read_text("utf-8")


def install(using: str = "default", **_: Any) -> None:
    """Put the table up where it is absent (after each migration)."""
    database = connections[using]
    with database.cursor() as cursor:
        for statement in _sql("search", database.vendor).split("--;;"):
            cursor.execute(statement)


def put(number: int, title: str, text: str) -> None:
    """Index an edition's title and text (replacing what was there)."""
    drop([number])
    with connection.cursor() as cursor:
        cursor.execute(
            _sql("put", connection.vendor),
            [number, " ".join(search_tokens(title)), " ".join(search_tokens(text[:INDEXED_CHARS]))],
        )


def drop(numbers: Iterable[int]) -> None:
    """Take editions out of the index."""
    with connection.cursor() as cursor:
        for number in numbers:
            cursor.execute("DELETE FROM publishing_fulltext WHERE rowid = %s", [number])


def clear() -> None:
    """Empty the index, before it is built again."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM publishing_fulltext")


def find(words: str, limit: int) -> list[tuple[int, float]]:
    """Return (edition, score) for what was typed, best first, at most `limit`; empty where nothing was asked.

    Ranked are the newest `limit` editions that have the words in their title and the newest `limit` that have them anywhere: a word that
    stands everywhere costs no more than any other.
    """
    if connection.vendor == "sqlite":
        expression = fts5_query(words)
        asked = [f"title : ({expression})", expression]
        facts: list[list[str | int]] = [[query, limit] for query in asked]
    else:
        expression = ts_query(words)
        asked = [_in_title(expression), expression]
        facts = [[query, limit, query] for query in asked]
    if not expression:
        return []
    found: dict[int, float] = {}
    with connection.cursor() as cursor:
        for values in facts:
            cursor.execute(_sql("find", connection.vendor), values)
            found |= {int(number): float(score) for number, score in cursor.fetchall()}
    return sorted(found.items(), key=lambda row: (-row[1], -row[0]))[:limit]


def _in_title(expression: str) -> str:
    """Return a tsquery that asks for its lexemes in the title (weight A) only."""
    return re.sub(r"('[^']*')(:\*)?", lambda part: f"{part[1]}:{'*' if part[2] else ''}A", expression)
