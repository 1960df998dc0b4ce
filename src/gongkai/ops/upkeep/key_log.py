"""Logging of changes to the key ring."""

from gongkai.core.acts.action import ActionResult, action
from gongkai.core.acts.actors import Actor

# Stream of these movements in the log.
KEY_LOG_STREAM = "keys/1"


def _check_command(by: Actor, _: object) -> list[str]:
    return [] if by.system else ["只能由命令 gongkai keys 登记。"]


@action("upkeep.change_keys", label="更换个人信息密钥", rule=_check_command)
def log_key_change(_: None, *, by: Actor, words: str, number: int) -> ActionResult:
    """Log a change of the key ring and its new version."""
    return ActionResult(words=words, facts={"number": number}, stream=KEY_LOG_STREAM)
