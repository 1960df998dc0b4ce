"""A column of a task table."""

from dataclasses import dataclass

from gongkai.lib.reading.tables.heads import Role


@dataclass(frozen=True, slots=True)
class Column:
    """A column: role, printed header, and for headings the level (1 to 3)."""

    role: Role
    head: str
    level: int = 0
    is_limit: bool = False  # read as a limit for what it holds, whatever its head says
