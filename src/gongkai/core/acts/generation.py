"""Generations of the database: a restore begins a new one; writing to an older one is refused.

A restore abandons later data, and a promotion may abandon the last writes of the former primary. Both append
a record to the stream `database/1` (`upkeep.primary`); the digest of its newest record names the generation.
Data of another generation (a replica, a stored page) may show what the database no longer contains.
"""

import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import OperationalError, connection

from gongkai.lib.typed_json import Record, read_text

#: Log stream of the records that begin a database generation.
GENERATION_STREAM = "database/1"
#: SQL that reads the newest generation record; some servers are queried without Django.
NEWEST_GENERATION_SQL = (
    f"SELECT hash, facts FROM acts_movement WHERE stream = '{GENERATION_STREAM}' ORDER BY seq DESC LIMIT 1"  # noqa: S608 - a constant
)


_GENERATION_FILE_NAME = "generation"


class DatabaseGeneration(NamedTuple):
    """A generation: name ("" for the first), `restored` (a restore began it, no promotion), start (`at`, ISO 8601)."""

    name: str = ""
    restored: bool = False
    at: str = ""


class OlderDatabase(OperationalError):
    """Raised when the database lacks the generation that this process saw last: it is a former
    primary."""


@dataclass
class SeenGeneration:
    """Holder of the generation that this process saw last; None at first."""

    newest: DatabaseGeneration | None = None


#: The newest generation that this process has seen.
SEEN_GENERATION = SeenGeneration()


def read_current_generation() -> DatabaseGeneration:
    """Return the generation of the primary database.

    Raises:
        DatabaseError: the query failed.
    """
    from gongkai.core.acts.models import Movement  # the rest is used before the settings are read

    newest = Movement.objects.using("default").filter(stream=GENERATION_STREAM).order_by("-seq")
    row = newest.values_list("hash", "facts").first()
    return (
        DatabaseGeneration(row[0], bool(row[1].get("restored")), read_text(row[1], "at"))
        if row
        else DatabaseGeneration()
    )


def remember_generation(generation: DatabaseGeneration) -> None:
    """Store the primary's generation in this process; called every few seconds by `upkeep.primary`."""
    SEEN_GENERATION.newest = generation


def refuse_older_database() -> None:
    """Raise `OlderDatabase` if the connection is to a former primary.

    It is checked in the transaction of each write. A newer generation than the one seen is
    accepted.

    Raises:
        OlderDatabase: the database's newest generation began before the one that this process
            saw.
    """
    if connection.vendor != "postgresql":
        return
    current, newest_seen = read_current_generation(), SEEN_GENERATION.newest or DatabaseGeneration()
    if current.name != newest_seen.name and current.at <= newest_seen.at:
        raise OlderDatabase("the database is a former primary, nothing was written")


def seen_generation_file() -> Path:
    """Return the path of the file that stores the primary and generation seen last (`upkeep.primary`)."""
    return Path(settings.DATA) / "primary.json"


def read_last_seen_generation() -> str:
    """Return the generation that this machine saw last; "" if none."""
    try:
        file_content = json.loads(seen_generation_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    return str(file_content.get("generation", "")) if isinstance(file_content, dict) else ""


def read_generation_of_pages(folder: Path) -> str | None:
    """Return the generation recorded in a folder of public pages; None without a record."""
    try:
        return (folder / _GENERATION_FILE_NAME).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def write_generation_file(folder: Path, name: str) -> None:
    """Write the generation `name` into a folder of public pages."""
    temporary_path = folder / f"{_GENERATION_FILE_NAME}.{secrets.token_hex(8)}"
    temporary_path.write_text(name, encoding="utf-8")
    temporary_path.replace(folder / _GENERATION_FILE_NAME)


def decode_facts(value: object) -> Record:
    """Return a log record's facts as a dict, whether the driver decoded the JSON or not."""
    return json.loads(value) if isinstance(value, str) else value if isinstance(value, dict) else {}


def is_of_timeline(facts: Record, timeline: int) -> bool:
    """Return true if a generation began on this PostgreSQL timeline; `facts` are those of its record.

    After a promotion or a restore it is False until the next generation begins.
    """
    return int(read_text(facts, "timeline") or 0) == timeline
