"""The generation of the record: which of several histories a database holds.

A restore to a moment abandons a future, and a promotion may abandon the last writes of the former primary. Both write a movement into the stream
`database/1` (`upkeep.primary`); the digest of its newest movement names the generation. Whatever was read or written under another generation (a
replica, a page that is kept as a file) may show what the record no longer holds.
"""

import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import OperationalError, connection

from gongkai.lib.typed_json import Record, text

#: The stream of the movements that begin a generation.
GENERATION_STREAM = "database/1"
#: The newest of them; in SQL, as servers are also asked past Django.
NEWEST_GENERATION_SQL = (
    f"SELECT hash, facts FROM acts_movement WHERE stream = '{GENERATION_STREAM}' ORDER BY seq DESC LIMIT 1"  # noqa: S608 - a constant
)


_STAMP = "generation"


class Generation(NamedTuple):
    """A generation: its name ("" where none was begun), whether a restore began it, and when it began (ISO 8601)."""

    name: str = ""
    restored: bool = False
    at: str = ""


class OlderDatabase(OperationalError):
    """The database lacks the generation that this process saw: it is a former primary."""


@dataclass
class Seen:
    """What this process saw last; None before its first look."""

    newest: Generation | None = None


SEEN = Seen()


def current() -> Generation:
    """Return the generation of the primary.

    Raises:
        DatabaseError: it cannot be asked.
    """
    from gongkai.core.acts.models import Movement  # the rest is used before the settings are read

    newest = Movement.objects.using("default").filter(stream=GENERATION_STREAM).order_by("-seq")
    row = newest.values_list("hash", "facts").first()
    return Generation(row[0], bool(row[1].get("restored")), text(row[1], "at")) if row else Generation()


def remember(found: Generation) -> None:
    """Keep in this process which generation the primary is of (`upkeep.primary` looks every few seconds)."""
    SEEN.newest = found


def refuse_older() -> None:
    """Refuse to write into a former primary, to which a pooler may lead a process between two looks.

    Asked in the transaction of each write once a generation was seen; a newer generation is taken as it is.

    Raises:
        OlderDatabase: the newest generation that the database holds began before the one that this process saw.
    """
    if connection.vendor != "postgresql":
        return
    found, known = current(), SEEN.newest or Generation()
    if found.name != known.name and found.at <= known.at:
        raise OlderDatabase("the database is a former primary, nothing was written")


def seen_file() -> Path:
    """Return the file in which this machine keeps the primary that it last saw (`upkeep.primary`)."""
    return Path(settings.DATA) / "primary.json"


def last_seen() -> str:
    """Return the generation that this machine last saw; "" where it saw none."""
    try:
        said = json.loads(seen_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    return str(said.get("generation", "")) if isinstance(said, dict) else ""


def stamp_of(folder: Path) -> str | None:
    """Return the generation under which a folder of public pages was written; None where nothing says."""
    try:
        return (folder / _STAMP).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def write_stamp(folder: Path, name: str) -> None:
    """Note in a folder of public pages under which generation they are written from now on."""
    part = folder / f"{_STAMP}.{secrets.token_hex(8)}"
    part.write_text(name, encoding="utf-8")
    part.replace(folder / _STAMP)


def facts_of(value: object) -> Record:
    """Return the facts of a movement as a driver gives them: decoded, or as text."""
    return json.loads(value) if isinstance(value, str) else value if isinstance(value, dict) else {}


def is_of_timeline(facts: Record, timeline: int) -> bool:
    """Return True where the generation began on this timeline of PostgreSQL.

    After a promotion or a restore it is False until the next generation begins.
    """
    return int(text(facts, "timeline") or 0) == timeline
