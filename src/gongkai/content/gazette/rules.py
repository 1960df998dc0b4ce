"""Permission rules of the gazette; each returns Chinese reasons against an action."""

from gongkai.content.editions.rules import writes
from gongkai.core.acts.actors import Actor


def edits(by: Actor, target: object) -> list[str]:
    """Restrict to writers of the publishing body and the 政务公开办 above it."""
    return [] if not writes(by, target) else ["只有公报的主办单位或者政务公开办可以编辑公报。"]
