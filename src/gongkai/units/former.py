"""What a unit was called: on a day by its history, at a moment as this installation knew it. Lists of today say today's name.

A paper keeps the name of its day: where a published one is named or cited, `name_on` says who issued it, `name_then_and_now` adds what the unit is
called today. What people sign must not change under their hands: a text under review goes by `as_called`, which a rename, entered today with whatever
day, leaves as it was when the text was written.
"""

from copy import copy
from datetime import date, datetime

from gongkai.acts.models import Movement
from gongkai.acts.prepared import Prepared
from gongkai.ui.once import kept
from gongkai.units.models import Body, BodyEvent

#: Renames of a body by the day on which they took effect, the first one first.
RENAMES: Prepared[tuple[date, str]] = Prepared(
    lambda body: (
        BodyEvent.objects.filter(body=body, what=BodyEvent.What.RENAMED)
        .order_by("on", "pk")
        .values_list("on", "before")
    ),
    BodyEvent,
)
#: The first rename of a body that was entered after a moment.
RENAMED: Prepared[Movement] = Prepared(
    lambda stream, at: Movement.objects.filter(stream=stream, action="units.rename", at__gt=at).order_by(
        "seq"
    )[:1],
    Movement,
)


def name_on(body: Body, day: date | None) -> str:
    """Return a body's full name on a day; today's for no day."""
    if day is None or body.version == 1:  # nothing was ever changed
        return body.name
    renames = kept(("units.renames", body.pk), lambda: RENAMES(body=body.pk))
    return next((before for on, before in renames if on > day), body.name)


def name_then_and_now(body: Body, day: date | None) -> str:
    """Return a body's full name on a day, and its present one where that is another."""
    then = name_on(body, day)
    return then if then == body.name else f"{then}（现为{body.name}）"


def as_called(body: Body, at: datetime) -> Body:
    """Return a body with the names that it had here at a moment: to be read, never saved."""
    renamed = RENAMED.first(stream=f"body/{body.pk}", at=at) if body.version > 1 else None
    if renamed is None:
        return body
    then = copy(body)
    then.name = str(renamed.facts["before"])
    then.short_name = str(renamed.facts.get("short", body.short_name))
    return then
