"""Who may do what with the gazette; each rule returns the reasons against it, in Chinese."""

from gongkai.content.editions.rules import writes
from gongkai.core.acts.actors import Actor


def edits(by: Actor, target: object) -> list[str]:
    """Return who writes for the publishing body, and the 政务公开办 over it."""
    return [] if not writes(by, target) else ["只有公报的主办单位或者政务公开办可以编辑公报。"]
