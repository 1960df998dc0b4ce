"""Permissions of collected content; each rule returns the reasons against the action."""

from gongkai.content.editions.rules import writes
from gongkai.core.units.actors import Actor
from gongkai.oversight.gathering.models import Gathered


def keeps(by: Actor, target: object) -> list[str]:
    """Allow writers of the collecting unit, the open-government office above it, and jobs."""
    owner = target.source if isinstance(target, Gathered) else target
    return ["只有归集单位或者政务公开办可以办理。"] if writes(by, owner) else []
