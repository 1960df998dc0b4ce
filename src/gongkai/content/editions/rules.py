"""Permission rules of this app; each returns Chinese reasons against an action."""

from gongkai.content.editions.models import Column, Edition, Website
from gongkai.core.acts.action import log_stream_of
from gongkai.core.units.actors import Actor
from gongkai.core.units.another_person import is_among, is_self, with_covered
from gongkai.core.units.models import Body, Role

#: Roles that manage sites and columns.
MANAGING_ROLES = (Role.CHIEF, Role.ADMINISTRATOR)
#: Roles that write items.
WRITING_ROLES = (Role.CLERK, Role.REVIEWER, Role.LEAD, Role.SIGNER)
#: Roles that sign items.
SIGNING_ROLES = (Role.LEAD, Role.SIGNER)


def check_site_manager(by: Actor, target: Website | Column | object) -> list[str]:
    """Return reasons unless the actor is the 政务公开办 or an administrator of the body of a site or column."""
    body = _body_of(target)
    if (
        by.system
        or (body is None and by.has(*MANAGING_ROLES))
        or (body and by.reaches(*MANAGING_ROLES, path=body.path))
    ):
        return []
    return ["只有政务公开办或系统管理员可以管理网站和栏目。"]


def check_writer(by: Actor, target: object) -> list[str]:
    """Return reasons unless the actor is staff of the item's body or the 政务公开办 above it."""
    body = _body_of(target)
    if by.system or (body and (by.has(*WRITING_ROLES, body_id=body.pk) or by.reaches(Role.CHIEF, path=body.path))):
        return []
    return ["只能处理本单位的信息。"]


def check_signer(by: Actor, target: object) -> list[str]:
    """Return reasons unless the actor is a signer or the head of the item's body, or the 政务公开办 above it."""
    body = _body_of(target)
    if body and (by.has(*SIGNING_ROLES, body_id=body.pk) or by.reaches(Role.CHIEF, path=body.path)):
        return []
    return ["只有本单位的签发人、负责人或政务公开办可以审签。"]


def check_withdrawer(by: Actor, target: object) -> list[str]:
    """Return reasons unless the actor is a signer or a background job."""
    return [] if by.system else check_signer(by, target)


def check_erasure_requester(by: Actor, target: object) -> list[str]:
    """Return reasons unless the actor is a writer or signer of the unit, or the 政务公开办 above it."""
    if not by.system and by.person_id is not None and not (check_writer(by, target) and check_signer(by, target)):
        return []
    return ["只有本单位的工作人员、签发人或政务公开办可以提出依法删除。"]


def check_eraser(by: Actor, target: Edition) -> list[str]:
    """Return reasons unless the actor may order an erasure.

    It must be another person than the requester, and one of both works in the 政务公开办.
    """
    body = _body_of(target)
    request = target.erasure_requests.filter(closed_at=None).first()
    if request and is_among(
        by, with_covered([request.person], log_stream_of(target), ["publishing.ask_erasure"], edition=target.pk)
    ):
        return ["提出依法删除的人不能自己批准，请由另一个人核对后批准。"]
    if body and not by.system and by.person_id is not None:
        office = by.reaches(Role.CHIEF, path=body.path)
        if office or (request and request.by_office and not check_signer(by, target)):
            return []
    return ["只有政务公开办可以批准依法删除；政务公开办提出的，也可由本单位的签发人、负责人批准。"]


def check_erasure_refuser(by: Actor, target: Edition) -> list[str]:
    """Return reasons unless the actor requested the erasure or could order it."""
    request = target.erasure_requests.filter(closed_at=None).first()
    if request and is_self(by, request.person):
        return []
    return check_eraser(by, target)


def _body_of(target: object) -> Body | None:
    """Return the unit of a target, None if it has none."""
    return target if isinstance(target, Body) else getattr(target, "unit", None)


def check_settings_manager(by: Actor, target: Body) -> list[str]:
    """Return reasons unless the actor is the head of the body or the 政务公开办 above it."""
    if by.system or by.has(Role.LEAD, body_id=target.pk) or by.reaches(*MANAGING_ROLES, path=target.path):
        return []
    return ["只有本单位负责人、政务公开办或系统管理员可以设置检查规则。"]
