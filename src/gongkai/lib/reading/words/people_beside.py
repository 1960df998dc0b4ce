"""Units and people named together, where a label asks for people or for both. Pure."""

import re

from gongkai.lib.reading.words.persons import are_persons
from gongkai.lib.reading.words.unit_names import ENDS_AS_UNIT


def units_among(value: str) -> str:
    """Return the units that stand where people are asked for (责任人：镇党政办 李某)."""
    names = [name.strip() for name in re.split(r"[、，,；;\s]+", value) if name.strip()]
    names = [_without_person(name) for name in names]
    units = [name for name in names if len(name) >= 3 and ENDS_AS_UNIT.search(name) and not are_persons(name)]
    return "、".join(units)


def _without_person(name: str) -> str:
    """`镇党政办李某` without the person."""
    for length in (2, 3):
        if ENDS_AS_UNIT.search(name[:-length]) and are_persons(name[-length:]):
            return name[:-length]
    return name
