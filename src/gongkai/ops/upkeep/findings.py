"""Findings and readings: the results of checks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from gongkai.core.acts.actors import Actor
from gongkai.core.units.models import Role


class FindingLevel(StrEnum):
    """Severity of a finding of `gongkai check`, which fails for the first two."""

    MISSING = "缺失"
    UNSAFE = "不安全"
    SLOW = "慢"


@dataclass(frozen=True)
class UpkeepFinding:
    """A problem of the installation (`words`) with its remedy (`mend`). `name` is an identifier."""

    name: str
    level: FindingLevel
    words: str
    mend: str

    @property
    def grave(self) -> bool:
        """Return true if the problem makes `gongkai check` fail."""
        return self.level != FindingLevel.SLOW


@dataclass(frozen=True)
class StatusReading:
    """The state of one part of the installation, such as the disks, in words and figures.

    `finding` describes a fault, or is None.
    """

    name: str
    label: str
    words: str
    figures: Mapping[str, float] = field(default_factory=dict)
    finding: UpkeepFinding | None = None

    @property
    def light(self) -> str:
        """Return the key of its colour: red for missing or unsafe, yellow for slow."""
        return "green" if self.finding is None else "red" if self.finding.grave else "yellow"

    @property
    def sign(self) -> str:
        """Return the word shown with its colour."""
        return self.finding.level.value if self.finding else "正常"


def may_see_status(by: Actor) -> bool:
    """Return True for administrators, security officers and auditors."""
    return by.has(Role.ADMINISTRATOR, Role.SECURITY, Role.AUDITOR)
