"""A database that was put back to a moment on purpose: the log says so, and what the data folder noted later is held against nothing any more."""

from gongkai.core.acts import tail
from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.seal import seal_now
from gongkai.ops.upkeep import primary
from gongkai.ops.upkeep.servers import Server

#: The stream of these movements in the log.
STREAM = "restore/1"


def _by_command(by: Actor, _: object) -> list[str]:
    return [] if by.system else ["只能由命令 gongkai audit restored 登记。"]


@action("upkeep.accept_restore", label="登记数据恢复", rule=_by_command)
def accept_restore(_: None, *, by: Actor, reason: str) -> ActionResult:
    """Write into the log what the data folder noted and the database no longer holds, and why.

    Raises:
        Refused: without a reason, or where nothing is missing.
    """
    lost = tail.lost()
    if not reason.strip():
        raise Refused("请写明为什么恢复、恢复到什么时刻（--reason）。")
    if not lost:
        raise Refused("数据文件夹里记下的流水都在数据库里，不需要登记。")
    return ActionResult(words=reason.strip(), facts={"lost": lost}, stream=STREAM, result=lost)


def begin_anew(by: Actor, reason: str) -> list[str] | None:
    """Accept a restore, begin a generation of the record, and note in the data folder what comes from now on.

    Returns:
        What is missing, a sentence each; None where there was nothing to accept.
    """
    server, lost = primary.here(), tail.lost()
    if not lost and (server is None or server.has_begun):
        return None
    if lost:
        accept_restore(None, by=by, reason=reason)
        tail.anew()
    if not _begun_elsewhere(server):
        primary.begin(by, force=True, restored=True)
    seal_now()
    return lost


def _begun_elsewhere(server: Server | None) -> bool:
    """Return whether another machine has begun the generation of this restore already."""
    if server is None or not server.has_begun:
        return False
    seen = primary.seen()
    return seen is not None and server.generation != seen.generation and server.accepted_at > seen.at
