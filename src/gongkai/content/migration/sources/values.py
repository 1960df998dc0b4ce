"""Values that readers return: one item of an old platform."""

from dataclasses import dataclass, field
from datetime import datetime

#: In the HTML of an `OldItem` a picture names itself by this scheme and its place in `pictures`.
PICTURE = "moving-picture"


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file that goes along: its name for the reader, its place in the bundle, and where it was on the old platform."""

    name: str
    ref: str
    old: str = ""


@dataclass(slots=True)
class OldItem:
    """One piece as found. `problems` hinder it, `notes` do not; `unknown` says why a page is no item at all.
    `source` is the saved page that it rests on (place, digest, address, how it proves the row, what is weak), or `why` there is none.

    `fields` are those of the item to be (all text, dates as 2019-03-05), `old` its addresses, the main one first. `beside` are lines around the
    text that say what became of it (已废止), `more` the addresses of the further pages of a text that stands on several. `lost` has one line for each
    picture of the text that does not go along.
    """

    place: str
    title: str = ""
    html: str = ""
    unit: str = ""
    column: tuple[str, ...] = ()
    published: datetime | None = None
    fields: dict[str, str] = field(default_factory=dict)
    old: list[str] = field(default_factory=list)
    files: list[FileRef] = field(default_factory=list)
    pictures: list[FileRef] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unknown: str = ""
    beside: list[str] = field(default_factory=list)
    more: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    source: dict[str, object] = field(default_factory=dict)
