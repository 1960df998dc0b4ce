"""The databases, as Django wants them: SQLite in the data folder or PostgreSQL, and replicas that public pages read."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from gongkai.lib.chinese import lazy_re as re
from gongkai.ops.config import env

# IMMEDIATE: a transaction that will write takes the lock when it begins, so two writers queue instead of failing.
_SQLITE = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    # Statements that a connection keeps prepared; preparing one takes longer than running it, and a page asks for dozens.
    "cached_statements": 500,
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA cache_size=-32000;"
        "PRAGMA mmap_size=268435456;PRAGMA temp_store=MEMORY;"
    ),
}
#: Seconds that a connection to a replica may take: a reader waits for it at most so long, once in a while.
CONNECT = 2
#: What stands between two addresses: a comma or a blank before the next; a comma in a password is none.
_NEXT = re.compile(r"[\s,]+(?=postgres(?:ql)?://)")


def databases(data: Path, *, pooler: bool) -> dict[str, Any]:
    """Return the table of databases; behind a pooler (PgBouncer in transaction mode) nothing of the server's side outlives a transaction.

    A thread keeps its connection to the pooler all the same (`env.database`): signing in anew took longer than most pages. What would not bear it
    is off: cursors of the server's side here, prepared statements in Django (psycopg's `prepare_threshold` is None); nothing of ours
    sets anything for a session (`set_config` is for a transaction, the lock of migrations goes past the pooler).
    A connection that broke is noticed before a request uses it.

    Raises:
        ImproperlyConfigured: a replica of something that has none.
    """
    found = {"default": env.database("DATABASE_URL", f"sqlite:///{data / 'gongkai.sqlite3'}")}
    addresses = _NEXT.split(env.text("GONGKAI_REPLICA_URL").strip())
    for number, address in enumerate(filter(None, addresses), 1):
        one = env.database("GONGKAI_REPLICA_URL", "", given=address)
        one.setdefault("OPTIONS", {}).setdefault("connect_timeout", CONNECT)
        one["TEST"] = {"MIRROR": "default"}
        found["replica" if number == 1 else f"replica{number}"] = one
    if len(found) > 1 and any(not row["ENGINE"].endswith("postgresql") for row in found.values()):
        raise ImproperlyConfigured(
            "GONGKAI_REPLICA_URL 只用于 PostgreSQL：请去掉它，或者改用 PostgreSQL（DATABASE_URL）"
        )
    for one in found.values():
        if one["ENGINE"].endswith("sqlite3"):
            one["OPTIONS"] = _SQLITE
        elif pooler and one["ENGINE"].endswith("postgresql"):
            one |= {"CONN_HEALTH_CHECKS": True, "DISABLE_SERVER_SIDE_CURSORS": True}
    return found
