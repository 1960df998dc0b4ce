"""A database that was put back to a moment on purpose: the log says so, and what the data folder noted later is held against nothing any more."""

from gongkai.acts import tail
from gongkai.acts.action import ActionResult, Refused, action
from gongkai.acts.actors import Actor
from gongkai.acts.seal import seal_now

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


def begin_anew(by: Actor, reason: str) -> list[str]:
    """Accept a restore, and note in the data folder what comes from now on. Returns what is missing, a sentence each."""
    if not tail.lost():
        return []
    lost: list[str] = accept_restore(None, by=by, reason=reason)
    tail.anew()
    seal_now()
    return lost
