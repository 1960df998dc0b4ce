"""Which server holds the record. After a promotion there may be two that take themselves for it: the one that was left behind is refused.

Three witnesses: what this machine has seen (`primary.json` in the data folder), what the record's log says was made the primary (`gongkai
promote`), and what stands at the other addresses of the settings (past the pooler, replicas). SQLite has no such question.
"""

import json
import logging
import os
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection, connections
from django.utils import timezone

from gongkai.acts.action import ActionResult, Refused, action
from gongkai.acts.actors import Actor
from gongkai.portal.replica import replicas
from gongkai.upkeep import servers
from gongkai.upkeep.servers import STREAM, Server
from gongkai.vault.servers import confirm

LOG = logging.getLogger("gongkai.upkeep")

#: Seconds between two looks of a process that serves or works, and after how many of them the other addresses are asked, too.
EVERY, OTHERS = 2.0, 5
_MEND = "请让 PgBouncer 指向现在的主库（deploy/pgbouncer/point.sh），旧主库重做成从库（deploy/postgresql/standby.sh）"


@dataclass(frozen=True)
class Seen:
    """The primary as this machine last took it: its system identifier, its timeline, and when the record accepted it ("": never)."""

    system: str
    timeline: int
    at: str = ""


def judge(server: Server, seen: Seen | None, others: Iterable[Server] = ()) -> str:
    """Say in one Chinese line why a server is not the primary; "" where nothing speaks against it.

    Args:
        server: what the settings lead to.
        seen: what this machine took for the primary before.
        others: what answers at the other addresses.
    """
    if server.follows:
        return ""  # it refuses to write by itself
    if seen and seen.system == server.system and server.timeline < seen.timeline:
        return _left_behind(server, seen.timeline)
    if seen and seen.system != server.system and not _accepted_since(server, seen):
        return (
            f"连上的不是本系统原来的数据库（系统标识 {server.system}，原来是 {seen.system}），没有写入。"
            "确实换了数据库的，请运行 gongkai promote --force"
        )
    for other in others:
        if other.system == server.system and not other.follows and other.accepted > server.timeline:
            return _left_behind(server, other.accepted)
    return ""


def _left_behind(server: Server, timeline: int) -> str:
    return f"连上的是旧主库（时间线 {server.timeline}，现在的主库是 {timeline}），没有写入。{_MEND}"


def _accepted_since(server: Server, seen: Seen) -> bool:
    return server.accepted_system == server.system and server.accepted_at > seen.at


def _file() -> Path:
    return Path(settings.DATA) / "primary.json"


def seen() -> Seen | None:
    """Return what this machine took for the primary; None where it has not seen one, or the file cannot be read."""
    try:
        said = json.loads(_file().read_text(encoding="utf-8"))
        return Seen(str(said["system"]), int(said["timeline"]), str(said.get("at", "")))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def note(server: Server) -> None:
    """Keep for this machine that a server is the primary."""
    at = server.accepted_at if server.accepted_system == server.system else ""
    found = Seen(server.system, server.timeline, at)
    if server.follows or found == seen():
        return
    part = _file().with_name(f"primary.json.{os.getpid()}")
    part.write_text(json.dumps(asdict(found)), encoding="utf-8")
    part.replace(_file())


def here() -> Server | None:
    """Return the server that the settings lead to; None on SQLite.

    Raises:
        DatabaseError: it cannot be asked.
    """
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute(servers._SELF)
        row = cursor.fetchone()
        cursor.execute(servers._ACCEPTED if row[3] else "SELECT NULL WHERE false")
        accepted = cursor.fetchone()
    facts = accepted[0] if accepted else {}
    return servers.said_by(row, json.loads(facts) if isinstance(facts, str) else facts)


def elsewhere() -> list[Mapping[str, object]]:
    """Return the other addresses of the settings: those past the pooler, and replicas."""
    direct: list[Mapping[str, object]] = [servers.parsed(address) for address in servers.direct_addresses()]
    return direct + [settings.DATABASES[alias] for alias in replicas()]


def look(*, others: bool = True) -> str:
    """Say in one line why the server that the settings lead to may not be written to; "" where it may, and this machine keeps that.

    Raises:
        DatabaseError: it cannot be asked.
    """
    server = here()
    if server is None:
        return ""
    there = [one for one in servers.ask_all(elsewhere()) if one] if others else []
    words = judge(server, seen(), there)
    if not words:
        note(server)
    return words


def watch(stop: threading.Event, refuse: Callable[[str], object]) -> None:
    """Look again and again until told to stop; `refuse` is called once with the words, where the primary became another.

    The key ring of the installation is taken up on this server meanwhile.
    """
    rounds, trouble = 0, ""
    while not stop.wait(EVERY):
        rounds += 1
        try:
            words = look(others=rounds % OTHERS == 0)
            if not words and rounds % OTHERS == 0:
                before, trouble = trouble, confirm()
                if trouble and trouble != before:
                    LOG.error("%s", trouble)
        except (DatabaseError, InterfaceError):
            connections.close_all()
            continue
        if words:
            refuse(words)
            return


def _by_command(by: Actor, _: object) -> list[str]:
    return [] if by.system else ["只能由命令 gongkai promote 登记。"]


@action("upkeep.accept_primary", label="认定主库", rule=_by_command)
def accept_primary(_: None, *, by: Actor, server: Server, force: bool = False) -> ActionResult:
    """Write into the record which server holds it from now on; refused where another one was made that since, unless forced."""
    if server.follows:
        raise Refused("连上的是从库，还没有提升：请先运行 deploy/postgresql/promote.sh")
    words = judge(server, seen(), [one for one in servers.ask_all(elsewhere()) if one])
    if words and not force:
        raise Refused(words)
    facts = {"system": server.system, "timeline": server.timeline, "at": timezone.now().isoformat()}
    said = f"认定主库：系统标识 {server.system}，时间线 {server.timeline}"
    return ActionResult(words=said, facts=facts, stream=STREAM, result=server)
