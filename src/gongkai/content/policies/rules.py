"""Permission rules of the library; each returns Chinese reasons against an action."""

from gongkai.content.editions import rules as publishing
from gongkai.content.editions.models import Document
from gongkai.content.policies.models import (
    CleanupCase,
    CleanupRound,
    Decision,
    FiledRow,
    KeptText,
    PolicyRecord,
    Relation,
    Upload,
    UpperLibrary,
)
from gongkai.core.ledger.rules import STAFF
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role
from gongkai.core.units.reach import is_above

#: How the body is named that supervises clean-up and filing beside the 政务公开办 (市政府推进依法行政, 司法行政部门).
JUSTICE_BUREAU_SUFFIXES = ("司法局", "司法厅")
#: Whose word ends or changes a document; who only drafts prepares it.
DECIDING_ROLES = (Role.LEAD, Role.SIGNER)


def body_of(target: object) -> Body | None:
    """Return the body responsible for an object."""
    if isinstance(target, Relation):
        return target.record.body if target.record else target.user.body if target.user else None
    if isinstance(target, Decision | Upload):
        return target.record.body
    if isinstance(target, CleanupCase):
        return target.body
    if isinstance(target, PolicyRecord | CleanupRound | KeptText | FiledRow | Document | UpperLibrary):
        return target.body
    return target if isinstance(target, Body) else None


def check_may_keep(by: Actor, target: object) -> list[str]:
    """Restrict work on records to the drafting unit, the 政务公开办 and the justice bureau above."""
    body = body_of(target)
    return [] if body and (not publishing.check_writer(by, body) or is_justice(by, body)) else [_OTHERS]


def check_decider(by: Actor, target: object) -> list[str]:
    """Restrict 修改、废止、失效、延长 to signers of the drafting unit, the 政务公开办 and the
    justice bureau above."""
    body = body_of(target)
    if by.system or (body and (not publishing.check_signer(by, body) or is_justice(by, body, DECIDING_ROLES))):
        return []
    return ["只有起草单位的签发人、负责人，或者政务公开办、司法行政部门的签发人、负责人可以记入。"]


def check_signed_fields_editor(by: Actor, target: object) -> list[str]:
    """Restrict changes of a signed document's public fields to signers of the drafting unit and the
    政务公开办."""
    body = body_of(target)
    if by.system or (body and not publishing.check_signer(by, body)):
        return []
    return ["这份文件已经签发公开，公众看得到的内容只能由本单位的签发人、负责人或者政务公开办修改。"]


def check_round_manager(by: Actor, target: object) -> list[str]:
    """Restrict clean-up rounds and the filed list to the 政务公开办, the justice bureau, or a
    department's own head or signer."""
    body = body_of(target)
    if by.system or (body and (by.reaches(Role.CHIEF, path=body.path) or is_justice(by, body))):
        return []
    if body and by.has(Role.LEAD, Role.SIGNER, body_id=body.pk):
        return []
    return ["只有政务公开办、司法行政部门，或者本部门的负责人、签发人可以组织。"]


def check_library_manager(by: Actor, target: object) -> list[str]:
    """Restrict the setting of the higher library to the 政务公开办 over the government or
    department."""
    body = body_of(target)
    return [] if body and is_above(by, body) else ["上级文件库由本级政务公开办设置。"]


def check_round_closer(by: Actor, target: object) -> list[str]:
    """Restrict closing a round, which repeals documents, to the 政务公开办 and to heads and
    signers."""
    body = body_of(target)
    supervises = by.system or (body is not None and by.reaches(Role.CHIEF, path=body.path))
    if supervises or (body and (by.has(*DECIDING_ROLES, body_id=body.pk) or is_justice(by, body, DECIDING_ROLES))):
        return []
    return ["办结会废止文件、宣布文件失效，只有政务公开办，司法行政部门或者本部门的负责人、签发人可以办结。"]


_OTHERS = "只能处理本单位起草的文件。"


def works_at_justice(by: Actor) -> bool:
    """Return true if the user works at any justice bureau."""
    own = [post.body_id for post in by.posts if post.role in STAFF]
    names = Body.objects.filter(pk__in=own).order_by().values_list("name", flat=True) if own else ()
    return any(name.endswith(JUSTICE_BUREAU_SUFFIXES) for name in names)


def is_justice(by: Actor, body: Body, roles: tuple[Role, ...] = STAFF) -> bool:
    """Return true if an actor works, in one of these roles, at the justice bureau of the body's government."""
    if not by.has(*roles):
        return False
    numbers = [int(part) for part in body.path.strip("/").split("/") if part]
    own = [post.body_id for post in by.posts if post.role in roles]
    found = Body.objects.filter(pk__in=own, parent_id__in=numbers).values_list("name", flat=True)
    return any(name.endswith(JUSTICE_BUREAU_SUFFIXES) for name in found)
