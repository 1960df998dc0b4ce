"""Permissions of the set-up: prepare, propose and confirm the opening."""

from django.db.models import QuerySet

from gongkai.content.editions.models import Launch, Website
from gongkai.core.acts.action import get_log_stream
from gongkai.core.acts.actors import Actor
from gongkai.core.units.another_person import is_among, with_covered_people
from gongkai.core.units.models import Body, BodyKind, Role
from gongkai.core.units.object_access import register_visible_to
from gongkai.core.units.rules import runs_installation

# Roles that see the page: they prepare, confirm or review something.
PREPARING_ROLES = (Role.CHIEF, Role.ADMINISTRATOR, Role.SECURITY, Role.AUDITOR, Role.LEAD)


def can_see_launch(by: Actor) -> bool:
    """Return True for members of the 政务公开办, the three officers, and heads."""
    return by.has(*PREPARING_ROLES)


def check_may_propose(by: Actor, launch: Launch) -> list[str]:
    """Return reasons unless it is not open yet and the actor is of this installation's 政务公开办."""
    if launch.opened_at:
        return ["已经开通。"]
    return [] if runs_installation(by) else ["只有本级政府的政务公开办可以提请开通。"]


def check_may_open(by: Actor, launch: Launch) -> list[str]:
    """Return reasons unless the opening is proposed, and the actor may confirm it.

    Heads of a government with a site or of its general office may, and members of the 政务公开办 of
    this installation, but not the proposer.
    """
    if launch.opened_at:
        return ["已经开通。"]
    if launch.proposed_at is None:
        return ["请先由政务公开办提请开通。"]
    if is_among(by, with_covered_people([launch.proposed_by_id], get_log_stream(launch), ["launch.propose"])):
        return ["提请的人不能自己确认，请由办公室负责人或者政务公开办的另一人确认开通。"]
    heads = by.body_ids(Role.LEAD)
    if runs_installation(by) or heads & list_governments_and_general_offices():
        return []
    return ["只有办公室负责人或者政务公开办可以确认开通。"]


def list_governments_and_general_offices() -> set[int]:
    """Return the ids of the governments that have a site, and of their general offices."""
    governments = set(Website.objects.values_list("body_id", flat=True))
    offices = Body.objects.filter(parent__in=governments, kind=BodyKind.GENERAL_OFFICE)
    return governments | set(offices.values_list("pk", flat=True))


@register_visible_to(Launch, technical=True)
def launches_visible_to(by: Actor) -> QuerySet[Launch]:
    """Return the opening for the system and for those who may see its page; others see none."""
    return Launch.objects.all() if by.system or can_see_launch(by) else Launch.objects.none()
