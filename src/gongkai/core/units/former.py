"""Former names of a unit: on a day by its history, or at a moment as this installation knew it.

A published document shows the name of its day: `name_on` returns the issuer's name,
`name_then_and_now` adds today's name. A text under review uses `as_called`, so that a rename
entered today does not change a text that people are signing. Lists show today's name.
"""

from copy import copy
from datetime import date, datetime

from gongkai.core.acts.models import Movement
from gongkai.core.units.models import Body, BodyEvent
from gongkai.core.widgets.once import kept


def _list_renames(body: Body) -> list[tuple[date, str]]:
    renames = BodyEvent.objects.filter(body=body, what=BodyEvent.What.RENAMED).order_by("on", "pk")
    return list(renames.values_list("on", "before"))


def name_on(body: Body, day: date | None) -> str:
    """Return a body's full name on a day; today's name if the day is None."""
    if day is None or body.version == 1:  # nothing was ever changed
        return body.name
    renames = kept(("units.renames", body.pk), lambda: _list_renames(body))
    return next((before for on, before in renames if on > day), body.name)


def name_then_and_now(body: Body, day: date | None) -> str:
    """Return a body's full name on a day, followed by its present name if that differs."""
    then = name_on(body, day)
    return then if then == body.name else f"{then}（现为{body.name}）"


def as_called(body: Body, at: datetime) -> Body:
    """Return a copy of a body with its names at a moment; do not save it."""
    if body.version == 1:  # nothing was ever changed
        return body
    later = Movement.objects.filter(stream=f"body/{body.pk}", action="units.rename", at__gt=at)
    if (renamed := later.order_by("seq").first()) is None:
        return body
    then = copy(body)
    then.name = str(renamed.facts["before"])
    then.short_name = str(renamed.facts.get("short", body.short_name))
    return then
