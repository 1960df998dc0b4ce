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
from gongkai.core.ledger.rules import ENTRY_STAFF_ROLES
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role
from gongkai.core.units.unit_filters import is_above

#: Name endings of the bureaus that supervise clean-up and filing together with the 政务公开办.
JUSTICE_BUREAU_SUFFIXES = ("司法局", "司法厅")
#: Roles that may end or change a document's validity.
DECIDING_ROLES = (Role.LEAD, Role.SIGNER)


def find_responsible_body(target: object) -> Body | None:
    """Return the body responsible for an object, or None."""
    if isinstance(target, Relation):
        return target.record.body if target.record else target.user.body if target.user else None
    if isinstance(target, Decision | Upload):
        return target.record.body
    if isinstance(target, CleanupCase):
        return target.body
    if isinstance(target, PolicyRecord | CleanupRound | KeptText | FiledRow | Document | UpperLibrary):
        return target.body
    return target if isinstance(target, Body) else None


def check_may_maintain(by: Actor, target: object) -> list[str]:
    """Return reasons unless the actor may maintain the record.

    Staff of the drafting unit may, and the 政务公开办 or justice bureau above it.
    """
    body = find_responsible_body(target)
    return (
        []
        if body and (not publishing.check_writer(by, body) or works_at_justice_bureau_of(by, body))
        else [_OTHER_UNIT_MESSAGE]
    )


def check_decider(by: Actor, target: object) -> list[str]:
    """Return reasons unless the actor may decide on the document's validity.

    Signers and heads of the drafting unit or of its government's justice bureau, the 政务公开办, and background jobs may.
    """
    body = find_responsible_body(target)
    if by.system or (
        body and (not publishing.check_signer(by, body) or works_at_justice_bureau_of(by, body, DECIDING_ROLES))
    ):
        return []
    return ["只有起草单位的签发人、负责人，或者政务公开办、司法行政部门的签发人、负责人可以记入。"]


def check_signed_fields_editor(by: Actor, target: object) -> list[str]:
    """Return reasons unless the actor is a signer of the drafting unit or of the 政务公开办."""
    body = find_responsible_body(target)
    if by.system or (body and not publishing.check_signer(by, body)):
        return []
    return ["这份文件已经签发公开，公众看得到的内容只能由本单位的签发人、负责人或者政务公开办修改。"]


def check_round_manager(by: Actor, target: object) -> list[str]:
    """Return reasons unless the actor is of the 政务公开办 or justice bureau, or a department's own head or signer."""
    body = find_responsible_body(target)
    if by.system or (body and (by.reaches(Role.CHIEF, path=body.path) or works_at_justice_bureau_of(by, body))):
        return []
    if body and by.has(Role.LEAD, Role.SIGNER, body_id=body.pk):
        return []
    return ["只有政务公开办、司法行政部门，或者本部门的负责人、签发人可以组织。"]


#: Roles of the drafting unit whose members may enter opinions on its documents.
JUDGING_ROLES = (Role.CLERK, Role.REVIEWER, Role.SIGNER, Role.LEAD)


def may_state_opinions(by: Actor, body: Body, cleanup_round: CleanupRound) -> bool:
    """Return true if the actor may state a unit's opinions without its paper.

    Members may, and for a closed unit the persons who may run the round.
    """
    return (
        by.system
        or by.has(*JUDGING_ROLES, body_id=body.pk)
        or may_state_opinions_of_closed_unit(by, body, cleanup_round)
    )


def may_state_opinions_of_closed_unit(by: Actor, body: Body, cleanup_round: CleanupRound) -> bool:
    """Return true if the actor runs a round and the unit was closed without a successor: it can state no opinion."""
    return not body.successor.alive and not check_round_manager(by, cleanup_round)


def check_library_manager(by: Actor, target: object) -> list[str]:
    """Return reasons unless the actor is of the 政务公开办 over the government or department."""
    body = find_responsible_body(target)
    return [] if body and is_above(by, body) else ["上级文件库由本级政务公开办设置。"]


def check_round_closer(by: Actor, target: object) -> list[str]:
    """Return reasons unless the actor may close a round, because its result repeals documents.

    The 政务公开办 may, and heads and signers of the department or of the justice bureau.
    """
    body = find_responsible_body(target)
    supervises = by.system or (body is not None and by.reaches(Role.CHIEF, path=body.path))
    if supervises or (
        body and (by.has(*DECIDING_ROLES, body_id=body.pk) or works_at_justice_bureau_of(by, body, DECIDING_ROLES))
    ):
        return []
    return ["办结会废止文件、宣布文件失效，只有政务公开办，司法行政部门或者本部门的负责人、签发人可以办结。"]


_OTHER_UNIT_MESSAGE = "只能处理本单位起草的文件。"


def works_at_any_justice_bureau(by: Actor) -> bool:
    """Return true if the user works at any justice bureau."""
    own = by.body_ids(*ENTRY_STAFF_ROLES)
    names = Body.objects.filter(pk__in=own).order_by().values_list("name", flat=True) if own else ()
    return any(name.endswith(JUSTICE_BUREAU_SUFFIXES) for name in names)


def works_at_justice_bureau_of(by: Actor, body: Body, roles: tuple[Role, ...] = ENTRY_STAFF_ROLES) -> bool:
    """Return true if an actor works, in one of these roles, at the justice bureau of a government over the body."""
    if not by.has(*roles):
        return False
    numbers = [int(part) for part in body.path.strip("/").split("/") if part]
    own = by.body_ids(*roles)
    bodies = Body.objects.filter(pk__in=own, parent_id__in=numbers).values_list("name", flat=True)
    return any(name.endswith(JUSTICE_BUREAU_SUFFIXES) for name in bodies)
