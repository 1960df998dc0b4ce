"""Permission rules of the gazette; each returns Chinese reasons against an action."""

from gongkai.content.editions.rules import check_writer
from gongkai.core.acts.actors import Actor


def check_editor(by: Actor, target: object) -> list[str]:
    """Return reasons unless the actor is a writer of the publishing body or the 政务公开办 above it."""
    return [] if not check_writer(by, target) else ["只有公报的主办单位或者政务公开办可以编辑公报。"]
