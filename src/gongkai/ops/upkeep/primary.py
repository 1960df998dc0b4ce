"""Detect the current primary database server; after a promotion the former one is refused.

Three sources are compared. The last primary that this machine saw is in `primary.json` in the data
folder. `gongkai promote` and restores start a generation of the log (`acts.generation`). The
servers at the other configured addresses (direct ones, replicas) are queried. SQLite needs none of
this.
"""

import json
import logging
import os
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection, connections
from django.utils import timezone

from gongkai.core.acts import generation
from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import SYSTEM, Actor
from gongkai.core.acts.backups.restoration import describe_unfinished
from gongkai.core.vault.servers import confirm_ring
from gongkai.ops.upkeep import servers
from gongkai.ops.upkeep.servers import Server
from gongkai.ui.portal.purging import enqueue_all_purges
from gongkai.ui.portal.replica import list_replicas

LOG = logging.getLogger("gongkai.upkeep")

# Seconds between two checks of a process, and number of checks after which other addresses are contacted too.
CHECK_INTERVAL_SECONDS, ROUNDS_PER_CHECK_OF_OTHERS = 2.0, 5
DATABASE_RESTORED_MESSAGE = "数据库恢复到了以前的时刻，程序重新启动，不再显示那以后的内容"
_REPOINT_ADVICE = (
    "请让 PgBouncer 指向现在的主库（deploy/pgbouncer/point.sh），旧主库重做成从库（deploy/postgresql/standby.sh）"
)


@dataclass(frozen=True)
class SeenPrimary:
    """The last primary that this machine saw: system identifier, timeline, generation of the log and its start (`at`)."""

    system: str
    timeline: int
    at: str = ""
    generation: str = ""


def find_primary_fault(server: Server, primary: SeenPrimary | None, other_servers: Iterable[Server] = ()) -> str:
    """Return the reason in Chinese why a server is not the primary to write to, or "".

    A standby gives "", because it refuses writes itself.

    Args:
        server: the configured server.
        primary: the last primary that this machine saw.
        other_servers: the servers at the other addresses.
    """
    if server.follows:
        return ""
    if primary and primary.system == server.system and server.timeline < primary.timeline:
        return _describe_former_primary(server, primary.timeline)
    if primary and primary.system != server.system and not _was_accepted_since(server, primary):
        return (
            f"连上的不是本系统原来的数据库（系统标识 {server.system}，原来是 {primary.system}），没有写入。"
            "确实换了数据库的，请运行 gongkai promote --force"
        )
    if primary and primary.generation not in {"", server.generation} and server.accepted_at <= primary.at:
        return (
            "连上的数据库没有这台机器见过的内容：它是旧的，或者恢复到了以前的时刻还没有登记，没有写入。"
            f"有意恢复的，请运行 gongkai audit restored；否则{_REPOINT_ADVICE}"
        )
    for other in other_servers:
        if other.system == server.system and not other.follows and other.accepted_at > server.accepted_at:
            return _describe_former_primary(server, other.accepted)
    return ""


def _describe_former_primary(server: Server, timeline: int) -> str:
    """Return the Chinese message that the connected server is a former primary; `timeline` is that of the present one."""
    return f"连上的是旧主库（时间线 {server.timeline}，现在的主库是 {timeline}），没有写入。{_REPOINT_ADVICE}"


def _was_accepted_since(server: Server, primary: SeenPrimary) -> bool:
    return server.accepted_system == server.system and server.accepted_at > primary.at


def read_seen_primary() -> SeenPrimary | None:
    """Return the last primary that this machine saw; None if there is none or the file is unreadable."""
    try:
        said = json.loads(generation.seen_generation_file().read_text(encoding="utf-8"))
        at, name = str(said.get("at", "")), str(said.get("generation", ""))
        return SeenPrimary(str(said["system"]), int(said["timeline"]), at, name)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def record_primary(server: Server) -> None:
    """Store in `primary.json` of this machine that a server is the primary; a standby or the same state changes nothing.

    An error of writing (full disk) is logged only, so that the caller goes on watching.
    """
    moment = server.accepted_at if server.accepted_system == server.system else ""
    primary = SeenPrimary(server.system, server.timeline, moment, server.generation)
    if server.follows or primary == read_seen_primary():
        return
    part = generation.seen_generation_file().with_name(f"primary.json.{os.getpid()}")
    try:
        part.write_text(json.dumps(asdict(primary)), encoding="utf-8")
        part.replace(generation.seen_generation_file())
    except OSError as error:
        LOG.error("the primary was not noted on this machine: %s", error)


def query_configured_server() -> Server | None:
    """Query the configured database server and return its state; None on SQLite.

    Raises:
        DatabaseError: it cannot be queried.
    """
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute(servers._SERVER_STATE_SQL)
        row = cursor.fetchone()
        cursor.execute(generation.NEWEST_GENERATION_SQL if row[3] else "SELECT NULL WHERE false")
        return servers.make_server(row, cursor.fetchone())


def describe_other_server() -> str:
    """Return in Chinese why the PostgreSQL of this machine is not the primary to write to; "" if it is, or on SQLite.

    Raises:
        DatabaseError: the primary cannot be queried.
    """
    if fault := check_primary():
        return fault
    used = query_configured_server()
    if used is None:
        return ""
    address = next(iter(servers.list_direct_addresses()), os.environ.get("DATABASE_URL", ""))
    server = servers.query_server({**servers.parse_database_url(address), "HOST": "127.0.0.1", "PORT": 5432})
    if server and server.is_same(used):
        return ""
    return "本机的 PostgreSQL 不是现在的主库（没有运行、是从库，或者是旧主库），没有做"


def list_other_addresses() -> list[Mapping[str, object]]:
    """Return the direct addresses, then the replicas, each as Django settings of a connection."""
    direct: list[Mapping[str, object]] = [
        servers.parse_database_url(address) for address in servers.list_direct_addresses()
    ]
    return direct + [settings.DATABASES[alias] for alias in list_replicas()]


def check_primary(*, others: bool = True) -> str:
    """Return in Chinese why the configured server may not be written to (also an unfinished restore), or "".

    If it may, it is recorded as the primary on this machine. `others`: query the other addresses, too.

    Raises:
        DatabaseError: it cannot be queried.
    """
    if text := describe_unfinished():
        return text
    server = query_configured_server()
    if server is None:
        return ""
    there = [one for one in servers.query_servers(list_other_addresses()) if one] if others else []
    text = find_primary_fault(server, read_seen_primary(), there)
    if not text:
        record_primary(server)
    return text


def watch_primary(stop: threading.Event, refuse: Callable[[str], object]) -> None:
    """Check the primary repeatedly until `stop` is set; call `refuse` once with the reason if it changes.

    A process older than a restore ends, because its caches may show the abandoned history. Starts the first
    generation of a log, and reloads the key ring on this server.
    """
    rounds, trouble, began = 0, "", None
    while not stop.wait(CHECK_INTERVAL_SECONDS):
        rounds += 1
        try:
            fault = check_primary(others=rounds % ROUNDS_PER_CHECK_OF_OTHERS == 0)
            present = generation.read_current_generation()
            if not fault and began is not None and present != began and present.restored:
                fault = DATABASE_RESTORED_MESSAGE
            began = present
            if not fault:
                generation.remember_generation(present)
            if not fault and not present.name:
                start_generation(SYSTEM)
            if not fault and rounds % ROUNDS_PER_CHECK_OF_OTHERS == 0:
                former_trouble, trouble = trouble, confirm_ring()
                if trouble and trouble != former_trouble:
                    LOG.error("%s", trouble)
        except Exception as error:
            if not isinstance(error, DatabaseError | InterfaceError):  # those are normal while the database is away
                LOG.exception("the primary was not watched; tried again")
            connections.close_all()
            continue
        if fault:
            refuse(fault)
            return


def _check_command(by: Actor, _: object) -> list[str]:
    return [] if by.system else ["只能由命令 gongkai promote 登记。"]


@action("upkeep.accept_primary", label="认定主库", rule=_check_command)
def accept_primary(
    _: None, *, by: Actor, server: Server | None, force: bool = False, restored: bool = False
) -> ActionResult:
    """Log that a server is the primary from now on, which starts a generation of the log.

    Refused if another server was made primary since, unless `force`.

    Args:
        server: the server; None on SQLite.
        restored: its content is from an earlier moment, or from another installation.
    """
    moment = timezone.now().isoformat()
    if server is None:
        return ActionResult(
            words="数据库恢复到以前的时刻",
            facts={"system": "", "timeline": 0, "at": moment, "restored": restored},
            stream=generation.GENERATION_STREAM,
        )
    if server.follows:
        raise Refused("连上的是从库，还没有提升：请先运行 deploy/postgresql/promote.sh")
    primary_fault = find_primary_fault(
        server, read_seen_primary(), [one for one in servers.query_servers(list_other_addresses()) if one]
    )
    if primary_fault and not force:
        raise Refused(primary_fault)
    facts = {"system": server.system, "timeline": server.timeline, "at": moment, "restored": restored}
    text = f"认定主库：系统标识 {server.system}，时间线 {server.timeline}"
    return ActionResult(words=text, facts=facts, stream=generation.GENERATION_STREAM, result=server)


def start_generation(by: Actor, *, force: bool = False, restored: bool = False) -> Server | None:
    """Start a generation of the log on the configured server, and record it; return the server (None on SQLite).

    Cached pages are purged, unless it is the first generation.

    Raises:
        Refused: it is a standby, or (without `force`) not the primary.
    """
    is_first = not generation.read_current_generation().name and not restored
    accept_primary(None, by=by, server=query_configured_server(), force=force, restored=restored)
    server = query_configured_server()
    if server:
        record_primary(server)
    if not is_first:
        enqueue_all_purges()
    return server
