"""Find the parts of a row that a person must check for personal data."""

from collections.abc import Collection
from dataclasses import dataclass

from gongkai.content.migration import personal, row_samples
from gongkai.content.migration.models import MoveRow
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.shown import record_shown, shown_to

#: The part of the log of shown things under which a person's word is stored; it counts for the whole run.
MANUAL_CHECK_PART = "looked"
#: What a form sends for the text of a row, which has no digest of its own among the files.
WHOLE_TEXT = "text"


@dataclass(frozen=True)
class Unsearched:
    """A part that a person must check: its mark, label, reason, and index among the row's files."""

    mark: str
    label: str
    why: str
    place: int | None = None
    picture: bool = False


def unsearched_of(row: MoveRow) -> list[Unsearched]:
    """Return the parts of a row that a person must check; all files if findings name none."""
    found = [finding for finding in row.findings if finding["kind"] == personal.MANUAL_CHECK_KIND]
    why: dict[str, str] = {}
    for finding in found:
        mark = WHOLE_TEXT if finding["where"] == personal.TEXT_LABEL else finding.get("file", "")
        why.setdefault(mark, finding["why"])
    files = list(enumerate([*row.data.get("files", []), *row.data.get("pictures", [])]))
    text = [Unsearched(WHOLE_TEXT, personal.TEXT_LABEL, why[WHOLE_TEXT])] if WHOLE_TEXT in why else []
    return text + [
        Unsearched(mark, _label(facts, place), why.get(mark) or why[""], place, bool(facts.get("picture")))
        for place, facts in files
        if (mark := str(facts["digest"])) in why or "" in why
    ]


def _label(facts: dict[str, object], place: int) -> str:
    name = f"“{facts['name']}”" if facts["name"] else str(place + 1)
    return f"图片{name}" if facts.get("picture") else f"附件{name}"


def not_looked_at(row: MoveRow, by: Actor, looked: Collection[str] = ()) -> list[Unsearched]:
    """Return the parts that the user has not opened, or opened without confirming.

    Args:
        row: the row.
        by: who decides on it.
        looked: the marks of the parts that they say they looked at, now.
    """
    parts = unsearched_of(row)
    stream = row_samples.stream_of(row)
    shown = shown_to([stream, row.stream], by)
    opened = {digest for _, digest in shown.get(stream, ())}
    said = {digest for part, digest in shown.get(row.stream, ()) if part == MANUAL_CHECK_PART}
    if row.content_digest in opened:
        opened.add(WHOLE_TEXT)
    return [
        part
        for part in parts
        if part.mark not in said - {WHOLE_TEXT} and not (part.mark in looked and part.mark in opened)
    ]


def record_looked(row: MoveRow, by: Actor) -> list[str]:
    """Record that a person checked each part of a row; return the marks."""
    marks = [part.mark for part in unsearched_of(row)]
    record_shown(row.stream, by, [(MANUAL_CHECK_PART, mark) for mark in marks])
    return marks
