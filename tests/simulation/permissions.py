"""Permissions at a moment: current posts of actors, and reasons against an action."""

from typing import Any

from gongkai.core.acts.action import AnyAction
from gongkai.core.acts.actors import Actor
from gongkai.core.units.actors import in_force_q
from gongkai.core.units.models import Appointment, Body


def reasons_against(action: AnyAction, row: Any, by: Actor) -> list[str]:
    """Return the reasons against an action; its slow check runs only for permitted actors."""
    return action.unfit(row, by=by) or action.why_not(row, by=by)


def list_posts() -> dict[str, list[object]]:
    """Return current appointments by login, and those of merged units."""
    merged = [*Body.objects.exclude(merged_into=None).order_by("pk").values_list("pk", "path", "merged_into")]
    facts = (
        "person__name",
        "role",
        "body",
        "office",
        "body__kind",
        "body__path",
        "body__parent__path",
        "covers__person",
    )
    rows = Appointment.objects.filter(in_force_q()).exclude(person__user=None).order_by("pk")
    found: dict[str, list[object]] = {}
    for login, *said in rows.values_list("person__user__username", *facts):
        found.setdefault(login, [merged]).append(said)
    return found
