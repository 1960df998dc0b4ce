"""What a check says: a level, a sentence on what is so, and its mend."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Level(StrEnum):
    """What kind of fault it is. The first two make `gongkai check` fail."""

    MISSING = "缺失"
    UNSAFE = "不安全"
    SLOW = "慢"


@dataclass(frozen=True)
class Finding:
    """Something to mend. `name` is for machines."""

    name: str
    level: Level
    words: str
    mend: str

    @property
    def grave(self) -> bool:
        """Whether a check fails by it."""
        return self.level != Level.SLOW


@dataclass(frozen=True)
class Reading:
    """One part of the state: its name, what it says now, figures for machines, and what is wrong with it, if anything."""

    name: str
    label: str
    words: str
    figures: Mapping[str, float] = field(default_factory=dict)
    finding: Finding | None = None

    @property
    def light(self) -> str:
        """Return the key of its light: red for what is missing or unsafe, yellow for what is slow."""
        return "green" if self.finding is None else "red" if self.finding.grave else "yellow"

    @property
    def sign(self) -> str:
        """Return the word beside its light."""
        return self.finding.level.value if self.finding else "正常"
