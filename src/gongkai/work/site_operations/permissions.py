"""Permission rules for faults and for the operation of sites and accounts.

A rule returns objections in Chinese, none if allowed. Everybody may report a fault and rate the
answer. Staff of the unit (for a government of its general office) and the open-government office
above keep the file of a site and write daily logs. Staff of the unit sign receipts; the head of the
unit or the open-government office above signs as witness.
"""

from django.db.models import Q

from gongkai.core.acts.action import get_log_stream
from gongkai.core.acts.actors import ANONYMOUS, Actor
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.rules import check_may_work
from gongkai.core.units.actors import get_reach, in_force_q
from gongkai.core.units.another_person import is_among, list_registrations, with_covered_people
from gongkai.core.units.models import Appointment, Body, Role
from gongkai.core.units.queries import find_general_office
from gongkai.core.units.unit_filters import is_above
from gongkai.work.site_operations.models import Handover, Upkeep

STAFF_ROLES = (Role.CLERK, Role.LEAD, Role.SIGNER, Role.REVIEWER)


def list_no_reasons(_by: Actor, _target: object) -> list[str]:
    """Return no objections, because any reader may report a fault."""
    return []


def list_reasons_unless_reporter(by: Actor, _target: object) -> list[str]:
    """Return reasons for staff; only the reader who reported the fault may rate the answer."""
    return [] if by == ANONYMOUS else ["由反映人在查询页面评价。"]


def list_reasons_against_handling_fault(by: Actor, number: int) -> list[str]:
    """Return reasons unless the user works on the entry and may see the contact."""
    entry = Entry.objects.select_related("body").filter(pk=number, kind="fault").first()
    return check_may_work(by, entry) if entry else ["没有这条记录。"]


def list_home_bodies(body: Body) -> list[Body]:
    """Return where the staff of a unit work: the unit and, for a government, its general office."""
    office = find_general_office(body)
    return [body, office] if office else [body]


def _is_staff(by: Actor, body: Body) -> bool:
    """Return true if the user is staff of the body or, for a government, of its general office."""
    return any(by.has(*STAFF_ROLES, body_id=home.pk) for home in list_home_bodies(body))


def list_reasons_against_keeping_file(by: Actor, upkeep: Upkeep) -> list[str]:
    """Return reasons unless the user is staff of the unit or in the office above it."""
    body = upkeep.body
    if is_above(by, body) or _is_staff(by, body):
        return []
    return [f"只有主办单位（{body.label}）的工作人员或者政务公开办可以办理。"]


# The same users read the site.
list_reasons_against_reading_file = list_reasons_against_keeping_file


def list_reasons_against_receiving_handover(by: Actor, row: Handover) -> list[str]:
    """Return reasons unless the user is staff of the unit that takes over its site."""
    return (
        []
        if _is_staff(by, row.body) or by.has(Role.CHIEF, body_id=row.body.pk)
        else ["只有接收单位的工作人员可以签收。"]
    )


def can_be_received(row: Handover) -> bool:
    """Return true if any user may sign the receipt."""
    home_ids = [home.pk for home in list_home_bodies(row.body)]
    may_sign = Q(body__in=home_ids, role__in=STAFF_ROLES) | Q(body=row.body.pk, role=Role.CHIEF)
    return Appointment.objects.filter(in_force_q(), may_sign).exists()


def can_be_witnessed(row: Handover) -> bool:
    """Return true if any user other than the recipient may sign as witness."""
    home_ids = [home.pk for home in list_home_bodies(row.body)]
    posts = Appointment.objects.filter(in_force_q(), role__in=[Role.LEAD, Role.CHIEF]).select_related("body")
    received = list_registrations(row.received_person) if row.received_person else set()
    return any(
        post.person_id not in received
        and (
            post.body_id in home_ids
            if post.role == Role.LEAD
            else row.body.path.startswith(get_reach(post.role, post.body))
        )
        for post in posts
    )


def list_reasons_against_witnessing_handover(by: Actor, row: Handover) -> list[str]:
    """Return reasons unless the user heads the unit or is in the office above it."""
    is_head = any(by.has(Role.LEAD, body_id=body.pk) for body in list_home_bodies(row.body))
    if not is_head and not by.reaches(Role.CHIEF, path=row.body.path):
        return ["由政务公开办或者单位负责人监交。"]
    received = with_covered_people([row.received_person], get_log_stream(row), ["platform.receive_part"])
    return ["监交人和接收人应是两个人。"] if is_among(by, received) else []
