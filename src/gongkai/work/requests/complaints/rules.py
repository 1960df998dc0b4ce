"""Permissions and responsibilities for complaints."""

from django.db.models import Q

from gongkai.content.editions.models import Website
from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.rules import ENTRY_STAFF_ROLES, check_may_work
from gongkai.core.units.actors import ANONYMOUS, in_force_q
from gongkai.core.units.another_person import AnotherPerson, check_clears_other_unit
from gongkai.core.units.models import Appointment, Body, BodyKind, Role
from gongkai.core.units.unit_filters import find_government


def get_complaint_handler(complained_unit: Body) -> Body:
    """Return the unit that handles complaints about a unit (条例第四十七条).

    It is the general office (政务公开办) of the nearest government above it, itself excepted, else the
    parent unit, else the unit itself.
    """
    chain, body = [], complained_unit.parent
    while body is not None:
        chain.append(body)
        body = body.parent
    for government in [ancestor for ancestor in chain if ancestor.kind == BodyKind.GOVERNMENT]:
        office = government.children.filter(kind=BodyKind.GENERAL_OFFICE, active_to=None).exclude(pk=complained_unit.pk)
        if first_office := office.first():
            return first_office
    return chain[0] if chain else complained_unit


def get_complaint_receiver(complained_unit: Body, *, institution: bool) -> Body:
    """Return the unit that receives a complaint: for an institution the unit in charge, else the handler."""
    return complained_unit if institution else get_complaint_handler(complained_unit)


def describe_external_handler(handler: Body) -> str:
    """Return the advice to complain directly to `handler`; "" if it has staff or its government has a site here.

    Without the advice the system would accept complaints that no office receives.
    """
    if Appointment.objects.filter(in_force_q(), body=handler).exists() or _is_served_here(handler):
        return ""
    ways = "，".join(
        text
        for text in (handler.phone and f"电话{handler.phone}", handler.address and f"地址{handler.address}")
        if text
    )
    return (
        f"这项投诉由上一级政府信息公开工作主管部门（{handler.name}）受理，本平台不能转交，请直接向它提出"
        f"{f'（{ways}）' if ways else ''}。您也可以依法申请行政复议或者提起行政诉讼（《条例》第五十一条）。"
    )


def _is_served_here(handler: Body) -> bool:
    sites = Website.objects.select_related("body")
    return any(handler.path.startswith(find_government(site.body).path) for site in sites)


def is_own_unit_complaint(by: Actor, complained_unit: Body) -> bool:
    """Return whether the user is staff of the unit complained of and not in the 政务公开办 above it."""
    return by.has(*ENTRY_STAFF_ROLES, body_id=complained_unit.pk) and not by.reaches(
        Role.CHIEF, path=complained_unit.path
    )


def is_administrative_unit(name: str, complained_unit: Body) -> bool:
    """Return true if a name belongs to an administrative unit, no public institution.

    Complaints about administrative units go to the 政务公开办 (条例第四十七条).
    """
    query = Q(name=name) | Q(short_name=name) | Q(aliases__name=name)
    kinds = (BodyKind.INSTITUTION, BodyKind.ENTERPRISE)
    return (
        name in {complained_unit.name, complained_unit.short_name}
        or Body.objects.filter(query).exclude(kind__in=kinds).exists()
    )


def list_reasons_unless_about_unit(entry: Entry) -> list[str]:
    """Return reasons against a statement on an appeal about an institution.

    The unit in charge investigates such an appeal itself.
    """
    if entry.complaint.institution:
        return ["对公共企事业单位的申诉，由主管部门直接调查处理并答复。"]
    return []


def list_reasons_unless_complaint_registrar(by: Actor, _: object) -> list[str]:
    """Return a reason against registering a complaint: the public, unit staff and the 政务公开办 may."""
    if by.system or by == ANONYMOUS or by.has(*ENTRY_STAFF_ROLES, Role.CHIEF):
        return []
    return ["只有工作人员可以登记投诉。"]


def list_reasons_unless_statement_giver(by: Actor, entry: Entry) -> list[str]:
    """Return reasons against giving the statement: staff of the unit complained of may."""
    if by.has(*ENTRY_STAFF_ROLES, body_id=entry.complaint.against_id):
        return []
    return [f"由被投诉单位（{entry.complaint.against.label}）说明情况。"]


def _list_reasons_unless_outside_handler(by: Actor, entry: Entry) -> list[str]:
    """Return reasons if the user may not work on the complaint, or works for the unit complained of."""
    against = entry.complaint.against
    if reasons := check_may_work(by, entry):
        return reasons
    if entry.complaint.institution or against.pk == entry.body_id:
        return []  # an appeal about an institution, which the unit in charge of it answers
    return check_clears_other_unit(by, against, "答复对本单位的投诉", strict=False)


list_reasons_unless_complaint_answerer = AnotherPerson(
    _list_reasons_unless_outside_handler,
    ("complaint.give_statement",),
    "被投诉单位的情况由您说明，须由另一人核查并书面答复。",
)


def list_reasons_unless_complainant_or_handler(by: Actor, entry: Entry) -> list[str]:
    """Return reasons against acting: the complainant with their code and who may work on it may."""
    return [] if by == ANONYMOUS else check_may_work(by, entry)
