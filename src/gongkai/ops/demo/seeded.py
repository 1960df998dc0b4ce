"""Mark of a database that was filled for benchmarks, and the audit rule for its texts."""

from collections.abc import Callable, Mapping

from django.contrib.auth import get_user_model

from gongkai.content.editions.models import Document
from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.models import Movement
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Body, Person
from gongkai.ops.upkeep.state_checks import SEED_ACTION

#: The action that writes a text's edition, and what it names as its ground.
PUBLISHED, GROUND = "demo.publish_sample", "seeded"
#: Log stream that marks a seeded database.
SEED_STREAM = "seed/1"


def _check_command(by: Actor, _: object) -> list[str]:
    return [] if by.system else ["只能由命令写入。"]


@action(SEED_ACTION, label="写入规模测试数据", rule=_check_command)
def seed_province(_: None, *, by: Actor, size: Mapping[str, int]) -> ActionResult:
    """Mark an empty database as seeded; refused if it has any log record, unit, person, document, task or user."""
    tables = (Movement, Body, Person, Document, Entry, get_user_model())
    if any(table._default_manager.exists() for table in tables):
        raise Refused(
            "数据库里已有数据，规模测试数据只写入空数据库：请另建数据库（DATABASE_URL）或数据文件夹（GONGKAI_DATA）。"
        )
    return ActionResult(words="规模测试数据，不是真实记录", facts=dict(size), stream=SEED_STREAM)


def read_seeded_size() -> dict[str, object] | None:
    """Return the size of a seeded database, from the first log record; None for any other."""
    first = Movement.objects.order_by("pk").first()
    return dict(first.facts) if first is not None and first.action == SEED_ACTION else None


def seeded_texts_rule() -> Callable[[str, dict[str, object], str], bool]:
    """Return the audit rule (ground, facts, digest → valid) for texts published by the action PUBLISHED.

    They are valid only in a seeded database, with GROUND as their ground.
    """
    seeded = read_seeded_size() is not None
    return lambda ground, _facts, _digest: seeded and ground == GROUND
