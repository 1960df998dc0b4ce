"""PostgreSQL servers, queried without Django: before the settings load, and at other addresses.

Two servers that claim to be the primary share a system identifier; each promotion raises the timeline. The start
time identifies a running server.
"""

import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import dj_database_url

from gongkai.core.acts.generation import NEWEST_GENERATION_SQL, decode_facts, is_of_timeline
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.typed_json import Record, read_record, read_text

# Timeout in seconds; psycopg's minimum is two.
CONNECT_TIMEOUT_SECONDS = 3
# Separator of addresses: a comma or blank before the next address; a comma inside a password does not separate.
ADDRESS_SEPARATOR_PATTERN = re.compile(r"[\s,]+(?=postgres(?:ql)?://)")
_SERVER_STATE_SQL = """
SELECT system_identifier::text, pg_is_in_recovery(), extract(epoch FROM pg_postmaster_start_time())::text, to_regclass('acts_movement') IS NOT NULL,
  CASE WHEN pg_is_in_recovery() THEN (SELECT timeline_id FROM pg_control_checkpoint())
  ELSE ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int END
FROM pg_control_system()
"""
# Django's own options, which the driver does not know.
_DJANGO_ONLY_OPTIONS = {"pool", "server_side_binding", "isolation_level", "assume_role"}


@dataclass(frozen=True)
class Server:
    """The state of a database server.

    `follows`: it is a replica. The generation of its log (`acts.generation`): its name, and what started it: the
    timeline (`accepted`), the system identifier, the time (ISO); empty if none was started.
    """

    system: str
    timeline: int
    started: str
    follows: bool = False
    accepted: int = 0
    accepted_system: str = ""
    accepted_at: str = ""
    generation: str = ""

    @property
    def has_begun(self) -> bool:
        """Return True if the generation was started on the present timeline."""
        return is_of_timeline({"timeline": self.accepted}, self.timeline)

    def is_same(self, other: "Server") -> bool:
        """Return True if both are one running server."""
        return (self.system, self.started, self.follows) == (other.system, other.started, other.follows)


def make_server(row: tuple[object, ...], newest: tuple[object, ...] | None) -> Server:
    """Build a `Server` from the row of `_SERVER_STATE_SQL` and, for a server with a log, the row of `NEWEST_GENERATION_SQL`."""
    system, follows, started, _, timeline = row
    name, facts = newest or ("", {})
    accepted: Record = decode_facts(facts)
    return Server(
        str(system),
        int(str(timeline)),
        str(started),
        bool(follows),
        int(read_text(accepted, "timeline") or 0),
        read_text(accepted, "system"),
        read_text(accepted, "at"),
        str(name),
    )


def connection_parameters(facts: Mapping[str, object]) -> dict[str, object]:
    """Return the driver's parameters of a server given as Django settings; Django's own options are left out."""
    setting_names = {"host": "HOST", "port": "PORT", "dbname": "NAME", "user": "USER", "password": "PASSWORD"}
    values = {word: read_text(facts, name) for word, name in setting_names.items() if facts.get(name)}
    options = {name: value for name, value in read_record(facts, "OPTIONS").items() if name not in _DJANGO_ONLY_OPTIONS}
    return {**options, **values}


def query_server(facts: Mapping[str, object]) -> Server | None:
    """Connect to a server given as Django settings, and return its state; None if it fails or does not answer in time.

    Args:
        facts: HOST, PORT, NAME, USER, PASSWORD, OPTIONS.
    """
    import psycopg  # Not on SQLite: 11 MB.

    words = {**connection_parameters(facts), "connect_timeout": CONNECT_TIMEOUT_SECONDS}
    try:
        with psycopg.connect(**words, autocommit=True, prepare_threshold=None) as link:  # type: ignore[arg-type]
            row = link.execute(_SERVER_STATE_SQL).fetchone()
            assert row is not None
            newest = link.execute(NEWEST_GENERATION_SQL).fetchone() if row[3] else None
    except psycopg.Error:
        return None
    return make_server(row, newest)


def query_servers(addresses: Iterable[Mapping[str, object]]) -> list[Server | None]:
    """Query several servers at once; return the results in the same order, None for those without an answer."""
    given = list(addresses)
    if not given:
        return []
    with ThreadPoolExecutor(len(given)) as threads:
        return list(threads.map(query_server, given))


def parse_database_url(address: str) -> dict[str, object]:
    """Return a database URL as Django settings; without a password it gets `GONGKAI_DATABASE_PASSWORD`."""
    found = dict(dj_database_url.parse(address))
    if not found.get("PASSWORD"):
        found["PASSWORD"] = _read_password()
    return found


def _read_password() -> str:
    """Return the database password from its variable, else the first line of its file; "" if there is none."""
    name = "GONGKAI_DATABASE_PASSWORD"
    path = os.environ.get(f"{name}_FILE")
    if name in os.environ or not path:
        return os.environ.get(name, "")
    try:
        return Path(path).read_text(encoding="utf-8").split("\n", 1)[0].strip()
    except OSError:
        return ""


def server_address(facts: Mapping[str, object]) -> str:
    """Return `host:port` of a server given as Django settings, for messages."""
    return f"{facts.get('HOST') or '本机'}:{facts.get('PORT') or 5432}"


def list_direct_addresses() -> list[str]:
    """Return the addresses past the pooler: one, or each server that may be the primary (`GONGKAI_DIRECT_URL`)."""
    return [part for part in ADDRESS_SEPARATOR_PATTERN.split(os.environ.get("GONGKAI_DIRECT_URL", "").strip()) if part]


class NoDirectAddress(Exception):
    """Raised when no direct address leads to the server used by the pooler."""


def find_direct_address() -> str:
    """Return the direct address that leads to the pooler's server; "" if none is set.

    While the pooler does not answer, return the first that answers as a primary, else the first.

    Raises:
        NoDirectAddress: the pooler answers, and no address leads to its server. The message describes each.
    """
    addresses = list_direct_addresses()
    if not addresses:
        return ""
    parsed = [parse_database_url(value) for value in addresses]
    pooled, *answers = query_servers([parse_database_url(os.environ.get("DATABASE_URL", "")), *parsed])
    if pooled is None:
        primaries = [
            address
            for address, server_facts in zip(addresses, answers, strict=True)
            if server_facts and not server_facts.follows
        ]
        return (primaries or addresses)[0]
    for address, server in zip(addresses, answers, strict=True):
        if server and server.is_same(pooled):
            return address
    texts = [
        describe_difference(server_address(facts), server_facts, pooled)
        for facts, server_facts in zip(parsed, answers, strict=True)
    ]
    raise NoDirectAddress(f"{'；'.join(texts)}。请把 GONGKAI_DIRECT_URL 改成现在的主库")


def describe_difference(label: str, server: Server | None, pooled: Server) -> str:
    """Return in Chinese why a direct address (`label`) leads to `server` (None: no answer), not to the pooler's server."""
    if server is None:
        return f"直连地址 {label} 连不上"
    if server.follows:
        return f"直连地址 {label} 是从库"
    if server.system != pooled.system:
        return f"直连地址 {label} 是另一套数据库，与 PgBouncer 后面的不同"
    return (
        f"直连地址 {label} 是另一个主库（时间线 {server.timeline}，PgBouncer 后面的是 {pooled.timeline}），"
        "两个主库里有一个是旧的"
    )
