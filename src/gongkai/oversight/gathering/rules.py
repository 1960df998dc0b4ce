"""Who may do what with what is gathered; each rule returns the reasons against it, in Chinese."""

from gongkai.content.editions.rules import writes
from gongkai.core.units.actors import Actor
from gongkai.oversight.gathering.models import Gathered


def keeps(by: Actor, target: object) -> list[str]:
    """Who writes for the gathering unit, and the 政务公开办 over it; jobs."""
    owner = target.source if isinstance(target, Gathered) else target
    return ["只有归集单位或者政务公开办可以办理。"] if writes(by, owner) else []
