"""Actions of commands: a change of the key ring is logged, and a restored database is accepted.

The log records what a restored database lacks, and later checks accept it.
"""

from gongkai.core.acts import chain
from gongkai.core.acts.action import ActionResult, Refused, action, require_text
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.seal import seal_now
from gongkai.ops.upkeep import primary
from gongkai.ops.upkeep.servers import Server

# Streams of these actions in the log.
KEY_LOG_STREAM = "keys/1"
RESTORE_STREAM = "restore/1"


def _check_key_command(by: Actor, _: object) -> list[str]:
    return [] if by.system else ["只能由命令 gongkai keys 登记。"]


@action("upkeep.change_keys", label="更换个人信息密钥", rule=_check_key_command)
def log_key_change(_: None, *, by: Actor, words: str, number: int) -> ActionResult:
    """Log a change of the key ring and its new version."""
    return ActionResult(words=words, facts={"number": number}, stream=KEY_LOG_STREAM)


def _check_restore_command(by: Actor, _: object) -> list[str]:
    return [] if by.system else ["只能由命令 gongkai audit restored 登记。"]


@action("upkeep.accept_restore", label="登记数据恢复", rule=_check_restore_command)
def accept_restore(_: None, *, by: Actor, reason: str) -> ActionResult:
    """Log, with a reason, what the data folder knows and the restored database lacks; the result are the sentences.

    Raises:
        Refused: no reason, or nothing is missing.
    """
    lost = chain.describe_lost_records()
    reason = require_text(reason, "请写明为什么恢复、恢复到什么时刻（--reason）。")
    if not lost:
        raise Refused("数据文件夹里记下的流水都在数据库里，不需要登记。")
    return ActionResult(words=reason, facts={"lost": lost}, stream=RESTORE_STREAM, result=lost)


def restart_after_restore(by: Actor, reason: str) -> list[str] | None:
    """Accept a restore, start a generation of the log unless another server did, and seal.

    Returns:
        Sentences on what is missing; None if there was nothing to accept.
    """
    server, lost = primary.query_configured_server(), chain.describe_lost_records()
    if not lost and (server is None or server.has_begun):
        return None
    if lost:
        accept_restore(None, by=by, reason=reason)
        chain.delete_unsealed_records_file()
    if not _was_begun_elsewhere(server):
        primary.start_generation(by, force=True, restored=True)
    seal_now()
    return lost


def _was_begun_elsewhere(server: Server | None) -> bool:
    """Return True if the server's generation was started elsewhere after this machine last saw the primary."""
    if server is None or not server.has_begun:
        return False
    seen = primary.read_seen_primary()
    return seen is not None and server.generation != seen.generation and server.accepted_at > seen.at
