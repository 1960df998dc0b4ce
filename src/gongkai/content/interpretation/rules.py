"""Permission rules of this app; each returns Chinese reasons against an action."""

from gongkai.content.editions import rules as publishing
from gongkai.content.editions.models import Document
from gongkai.content.publishing.models import ItemPage
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role
from gongkai.core.units.queries import filter_appointments_in_force


def _get_body(target: object) -> Body | None:
    """Return the unit to which an item, document, plan or entry belongs, or None."""
    if isinstance(target, Body):
        return target
    if isinstance(target, ItemPage):
        return target.unit
    if isinstance(target, Document):
        return target.body
    if hasattr(target, "government"):
        body: Body = target.government
        return body
    own_body = getattr(target, "body", None)
    if isinstance(own_body, Body):
        return own_body
    document = getattr(target, "document", None)
    return document.body if isinstance(document, Document) else None


def check_writer(by: Actor, target: object) -> list[str]:
    """Return reasons unless the actor is a writer of the unit, or the 政务公开办 above it."""
    body = _get_body(target)
    return [] if by.system or (body and not publishing.check_writer(by, body)) else ["只能处理本单位的解读工作。"]


def check_unit_head(by: Actor, target: object) -> list[str]:
    """Return reasons unless the actor is the unit's head (主要负责人审定), or the 政务公开办 above it."""
    body = _get_body(target)
    if not check_supervisor(by, target) or (body and by.has(Role.LEAD, body_id=body.pk)):
        return []
    return ["解读方案须由本单位主要负责人审定。"]


def list_approver_posts(body: Body) -> tuple[tuple[str, int], ...]:
    """Return the posts asked to approve a unit's plans: its head; of a unit without one, its 政务公开办."""
    heads = filter_appointments_in_force(body).filter(role=Role.LEAD, person__user__is_active=True)
    return ((Role.LEAD if heads.exists() else Role.CHIEF, body.pk),)


def check_signer(by: Actor, target: object) -> list[str]:
    """Return reasons unless the actor is a reviewer or signer of the unit, or the 政务公开办 above it."""
    body = _get_body(target)
    if body and (not publishing.check_signer(by, body) or by.has(Role.REVIEWER, body_id=body.pk)):
        return []
    return ["须由本单位审核、签发人员确认。"]


def check_supervisor(by: Actor, target: object) -> list[str]:
    """Return reasons unless the actor is the 政务公开办 above the unit."""
    if by.system or ((body := _get_body(target)) and by.reaches(Role.CHIEF, path=body.path)):
        return []
    return ["只有政务公开办可以办理。"]
