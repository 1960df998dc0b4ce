"""What a unit was called: on a day by its history, at a moment as this installation knew it. Lists of today say today's name.

A paper keeps the name of its day: where a published one is named or cited, `name_on` says who issued it, `name_then_and_now` adds what the unit is
called today. What people sign must not change under their hands: a text under review goes by `as_called`, which a rename, entered today with whatever
day, leaves as it was when the text was written.
"""

from copy import copy
from datetime import date, datetime

from gongkai.core.acts.models import Movement
from gongkai.core.units.models import Body, BodyEvent
from gongkai.core.widgets.once import kept


def _renames(body: Body) -> list[tuple[date, str]]:
    """Return the renames of a body by the day on which they took effect, the first one first, each with the name before."""
    renames = BodyEvent.objects.filter(body=body, what=BodyEvent.What.RENAMED).order_by("on", "pk")
    return list(renames.values_list("on", "before"))


def name_on(body: Body, day: date | None) -> str:
    """Return a body's full name on a day; today's for no day."""
    if day is None or body.version == 1:  # nothing was ever changed
        return body.name
    renames = kept(("units.renames", body.pk), lambda: _renames(body))
    return next((before for on, before in renames if on > day), body.name)


def name_then_and_now(body: Body, day: date | None) -> str:
    """Return a body's full name on a day, and its present one where that is another."""
    then = name_on(body, day)
    return then if then == body.name else f"{then}（现为{body.name}）"


def as_called(body: Body, at: datetime) -> Body:
    """Return a body with the names that it had here at a moment: to be read, never saved."""
    if body.version == 1:  # nothing was ever changed
        return body
    later = Movement.objects.filter(stream=f"body/{body.pk}", action="units.rename", at__gt=at)
    if (renamed := later.order_by("seq").first()) is None:
        return body
    then = copy(body)
    then.name = str(renamed.facts["before"])
    then.short_name = str(renamed.facts.get("short", body.short_name))
    return then
