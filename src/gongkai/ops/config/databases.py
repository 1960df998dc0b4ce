"""Django's DATABASES setting: SQLite in the data folder or PostgreSQL, and read replicas."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from gongkai.lib.chinese import lazy_re as re
from gongkai.ops.config import env

# IMMEDIATE: a writing transaction takes the lock when it begins, so that writers queue instead of failing.
_SQLITE = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    # Prepared statements per connection. Preparing one takes longer than running it, and a page runs dozens.
    "cached_statements": 500,
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA cache_size=-32000;"
        "PRAGMA mmap_size=268435456;PRAGMA temp_store=MEMORY;"
    ),
}
# Timeout in seconds for connecting to a replica.
REPLICA_CONNECT_TIMEOUT_SECONDS = 2
# Separator of addresses: a comma or blank before the next address; a comma inside a password does not separate.
_NEXT = re.compile(r"[\s,]+(?=postgres(?:ql)?://)")


def databases(data: Path, *, pooler: bool) -> dict[str, Any]:
    """Return the DATABASES setting. With a pooler, no server-side session state is used.

    A thread keeps its connection to PgBouncer (transaction mode), because a new connection takes longer than most
    pages. Server-side cursors and prepared statements (psycopg's `prepare_threshold` is None) are off; settings are
    made per transaction (`set_config`), and the lock of migrations bypasses the pooler. A broken connection is
    detected before a request uses it.

    Raises:
        ImproperlyConfigured: a replica of a database that has none.
    """
    found = {"default": env.database("DATABASE_URL", f"sqlite:///{data / 'gongkai.sqlite3'}")}
    addresses = _NEXT.split(env.text("GONGKAI_REPLICA_URL").strip())
    for number, address in enumerate(filter(None, addresses), 1):
        one = env.database("GONGKAI_REPLICA_URL", "", given=address)
        one.setdefault("OPTIONS", {}).setdefault("connect_timeout", REPLICA_CONNECT_TIMEOUT_SECONDS)
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
