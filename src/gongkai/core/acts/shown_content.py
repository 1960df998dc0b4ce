"""Record the content shown to a person, for decisions that require reading first. Insert-only.

Reviews use a table of their own (`reviewing.models.Shown`): its rows may only be written while a review is open.
"""

from collections.abc import Collection, Iterable

from gongkai.core.acts.actors import Actor
from gongkai.core.acts.models import Shown

#: (part, digest) of what was shown.
ShownPart = tuple[str, str]


def record_shown(stream: str, by: Actor, parts: Iterable[ShownPart]) -> None:
    """Record that parts of a stream's object were shown to the actor; repeated calls change nothing."""
    if by.person_id is None:
        return
    rows = [
        Shown(stream=stream, person_id=by.person_id, part=part, digest=digest) for part, digest in dict.fromkeys(parts)
    ]
    Shown.objects.bulk_create(rows, ignore_conflicts=True)


def map_shown_parts(streams: Collection[str], by: Actor) -> dict[str, set[ShownPart]]:
    """Return stream → (part, digest) of the contents shown to the actor; streams without any are missing."""
    parts_by_stream: dict[str, set[ShownPart]] = {}
    rows = Shown.objects.filter(stream__in=streams, person_id=by.person_id or 0)
    for stream, part, digest in rows.values_list("stream", "part", "digest"):
        parts_by_stream.setdefault(stream, set()).add((part, digest))
    return parts_by_stream
