"""Permissions on requests and rules for the day of receipt; all return reasons against."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from datetime import date

from django.db.models import Q

from gongkai.core.acts.action import get_log_stream
from gongkai.core.acts.models import Movement
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.rules import (
    ENTRY_STAFF_ROLES,
    can_stand_in,
    check_may_work,
    find_holders,
    find_nearest_office_posts,
)
from gongkai.core.units.actors import ANONYMOUS, Actor, in_force_q
from gongkai.core.units.another_person import AnotherPerson, is_among, list_action_people, list_actors
from gongkai.core.units.models import Appointment, Body, Person, Role
from gongkai.core.widgets.request_cache import ask_listed, ask_once
from gongkai.lib.typed_json import read_numbers, read_text
from gongkai.work.requests.models import DeliveryRoute, Material, ProvisionForm

EntryPermission = Callable[[Actor, Entry], list[str]]
#: Roles that approve for a unit; where nobody holds one, the 政务公开办 above approves.
APPROVING_ROLES = (Role.LEAD, Role.SIGNER)
#: Roles that decide on the result or review materials.
DECIDING_ROLES = (Role.LEAD, Role.SIGNER, Role.REVIEWER)


def list_reasons_unless_registrar(by: Actor, body: Body | None) -> list[str]:
    """Return reasons against registering: staff of the unit, its 政务公开办 and the public form may."""
    return [] if by.system or by == ANONYMOUS or body is None else list_reasons_unless_template_keeper(by, body)


def list_reasons_unless_template_keeper(by: Actor, body: Body) -> list[str]:
    """Return reasons unless the user is clerk, lead or signer of the unit, or its 政务公开办."""
    if (
        by.system
        or by.has(Role.CLERK, Role.LEAD, Role.SIGNER, body_id=body.pk)
        or by.reaches(Role.CHIEF, path=body.path)
    ):
        return []
    return [f"只有受理单位（{body.label}）或者政务公开办可以办理。"]


def _is_own_disclosure_office(by: Actor, body: Body) -> bool:
    """Return true for the system and for a 政务公开办 whose post is at this unit or reaches from it."""
    posts = [post for post in by.posts if post.role == Role.CHIEF]
    return by.system or any(post.body_id == body.pk or post.reach == body.path for post in posts)


def list_reasons_unless_approver(by: Actor, entry: Entry) -> list[str]:
    """Return reasons unless the user is head, signer or in the 公开工作机构.

    A clerk who works on the request may not approve it as the substitute of a head: two people are
    needed.
    """
    if reasons := _list_reasons_unless_approver(by, entry):
        return reasons
    if by.system or not _list_reasons_unless_approver(by.without_covers(), entry):
        return []
    moved = Movement.objects.filter(stream=get_log_stream(entry)).exclude(person_id=None)
    # Where nobody has worked on it since it was registered, its own clerk does.
    handled = moved.filter(seq__gt=1).exists()
    if not is_among(by.as_self(), moved.values_list("person_id", flat=True)) and (
        handled or check_may_work(by.without_covers(), entry)
    ):
        return []
    covered = by.covering(lambda actor: not _list_reasons_unless_approver(actor, entry))
    return [
        f"这件由您办理，代理{'、'.join(covered)}期间不能由您同意：请由{entry.body.label}其他负责人、签发人办理，或者另请一人代理。"
    ]


def _list_reasons_unless_approver(by: Actor, entry: Entry) -> list[str]:
    """Return reasons unless the user is head, signer, in the 政务公开办, or their stand-in."""
    if _is_own_disclosure_office(by, entry.body) or by.has(*APPROVING_ROLES, body_id=entry.body_id):
        return []
    if can_stand_in(by, entry, APPROVING_ROLES):
        return []
    approvers = f"{entry.body.label}负责人或者签发人"
    if not find_holders(entry, APPROVING_ROLES) and find_nearest_office_posts(entry):
        approvers = _describe_stand_in(entry, "没有负责人、签发人")
    return [f"须经政府信息公开工作机构负责人同意，请{approvers}办理。"]


def _describe_stand_in(entry: Entry, reason: str, authors: Collection[int | None] = ()) -> str:
    """Return which offices stand in for the unit, and why."""
    offices = Body.objects.filter(pk__in={post.body for post in find_nearest_office_posts(entry, authors)})
    names = "、".join(office.label for office in offices.order_by("pk"))
    return f"政务公开办（{f'{names}；' if names else ''}{entry.body.label}{reason}）"


def _decides_in_unit(by: Actor, entry: Entry) -> bool:
    return _is_own_disclosure_office(by, entry.body) or by.has(*DECIDING_ROLES, body_id=entry.body_id)


def _list_reasons_unless_decider(by: Actor, entry: Entry) -> list[str]:
    """Return reasons unless the user may decide and, as a stand-in, did not propose."""
    if _decides_in_unit(by, entry):
        return []
    proposers = _list_proposers(entry)
    if can_stand_in(by, entry, DECIDING_ROLES, proposers):
        return []
    deciders = f"{entry.body.label}负责人、审核人或者签发人"
    if not find_holders(entry, DECIDING_ROLES, proposers):
        deciders = _describe_stand_in(entry, "没有别的负责人、审核人、签发人", proposers)
    return [f"已经拟办，等{deciders}作出答复。" if proposers else f"答复由{deciders}决定，经办人请先“拟办”。"]


def _list_proposers(entry: Entry) -> set[int | None]:
    """Return the users who made the pending proposal, and those whom they acted for."""
    request = getattr(entry, "request", None)
    if not (request and request.proposal):
        return set()
    moved = Movement.objects.filter(stream=get_log_stream(entry), action__in=("request.propose", "request.reopen"))
    last = moved.order_by("seq").last()
    if last is None or last.action != "request.propose":
        return set()
    return {last.person_id, *read_numbers(last.facts, "acts_for")}


def _list_barred_proposers(entry: Entry) -> set[int | None]:
    """Return the proposers; an empty set if nobody else could decide or propose anew."""
    proposers = _list_proposers(entry)
    others = find_holders(entry, (*ENTRY_STAFF_ROLES, Role.REVIEWER), proposers) or find_nearest_office_posts(
        entry, proposers
    )
    return proposers if others else set()


def _describe_need_of_second_person(entry: Entry) -> str:
    """Return why another person than the proposer decides, with the stand-ins' names."""
    proposers = _list_proposers(entry)
    decider_words = "其他负责人、审核人或者签发人作出答复；没有别人的，请经办人重新“拟办”，再由您答复"
    if not find_holders(entry, DECIDING_ROLES, proposers):
        stand_in_keys = {number for post in find_nearest_office_posts(entry, proposers) for number in post.people}
        names = "、".join(Person.objects.filter(pk__in=stand_in_keys).order_by("pk").values_list("name", flat=True))
        decider_words = f"政务公开办另一人（{names}）作出答复" if names else decider_words
    return f"拟办和作出答复须由两人分别办理（《条例》第四十五条）：这件由您拟办，请由{decider_words}。"


list_reasons_unless_decider = AnotherPerson(
    _list_reasons_unless_decider, ("request.propose",), _describe_need_of_second_person, people=_list_barred_proposers
)


def list_reasons_unless_proposer(by: Actor, entry: Entry) -> list[str]:
    """Return reasons unless the user is staff and another user can decide the proposal."""
    reasons = check_may_work(by, entry)
    if reasons or by.system or not is_only_decider(by, entry):
        return reasons
    if decides_alone(by, entry):
        return [f"您拟办以后没有别人可以作出答复：请由{entry.body.label}经办人“拟办”，由您“作出答复”。"]
    return [f"{entry.body.label}除您以外没有人可以作出答复，不必拟办，请直接“作出答复”。"]


def is_only_decider(by: Actor, entry: Entry) -> bool:
    """Return true if only this user can decide, in the unit or as its stand-in."""
    if not _decides_in_unit(by, entry):
        return can_stand_in(by, entry, DECIDING_ROLES) and not find_nearest_office_posts(
            entry, _list_acting_persons(by, entry)
        )
    query = Q(body=entry.body_id, role__in=(*DECIDING_ROLES, Role.CHIEF))
    of_government = Q(body__parent=entry.body_id, role=Role.CHIEF)
    deciding = Appointment.objects.filter(query | of_government, in_force_q())
    posts = deciding.values_list("person", "covers__person")
    return all(is_among(by, post) for post in posts)


def _list_acting_persons(by: Actor, entry: Entry) -> set[int | None]:
    return {by.person_id, *by.acts_for, *by.named_for(lambda actor: not check_may_work(actor, entry)).acts_for}


NEEDS_SECOND_PERSON_MESSAGE = "这件除您以外还没有人办理，不能由您一人答复：请由经办人或者另一人先“拟办”，再由您答复。"


def _load_who_acted(streams: Collection[str]) -> dict[str, set[int]]:
    """Return by log stream the people who acted."""
    who_acted: dict[str, set[int]] = defaultdict(set)
    moved = Movement.objects.filter(stream__in=streams).order_by().values_list("stream", "person_id")
    for stream, person in moved.distinct():
        if person is not None:
            who_acted[stream].add(person)
    return who_acted


def decides_alone(by: Actor, entry: Entry) -> bool:
    """Return true if nobody else acted on the request although another person could."""
    if by.system:
        return False
    acted = ask_listed("stream", "who acted", get_log_stream(entry), _load_who_acted) or ()
    if not all(is_among(by, [person]) for person in acted):
        return False
    rows = Appointment.objects.filter(in_force_q(), body=entry.body_id, role__in=ENTRY_STAFF_ROLES).values_list(
        "person", flat=True
    )
    staff = ask_once(("staff of", entry.body_id), lambda: list(rows))
    if not all(is_among(by, [person]) for person in staff):
        return True
    return not _decides_in_unit(by, entry) and bool(find_nearest_office_posts(entry, _list_acting_persons(by, entry)))


def list_deciding_posts(by: Actor, entry: Entry) -> tuple[tuple[str, int], ...]:
    """Return the (role, unit) that are notified of this person's proposal."""
    if find_holders(entry, DECIDING_ROLES, _list_acting_persons(by, entry)) or _decides_in_unit(by, entry):
        return ((Role.LEAD.value, entry.body_id),)
    return tuple(
        dict.fromkeys(
            (Role.CHIEF.value, post.body) for post in find_nearest_office_posts(entry, _list_acting_persons(by, entry))
        )
    )


def list_reasons_unless_preparer(by: Actor, entry: Entry) -> list[str]:
    """Return reasons against preparing materials: staff of the unit may."""
    reasons = check_may_work(by, entry)
    if (
        reasons
        or by.system
        or _decides_in_unit(by, entry)
        or not find_holders(entry, ENTRY_STAFF_ROLES, _list_acting_persons(by, entry))
    ):
        return reasons
    if not can_stand_in(by, entry, DECIDING_ROLES) or find_nearest_office_posts(entry, _list_acting_persons(by, entry)):
        return []
    return [f"您登记或者遮盖的材料没有别人可以保密审查：请由{entry.body.label}经办人办理，由您“保密审查”。"]


def _list_reasons_unless_secrecy_reviewer(by: Actor, entry: Entry) -> list[str]:
    """Return a reason unless the user decides in the unit, or may act for those who do in a review."""
    if _decides_in_unit(by, entry) or can_stand_in(by, entry, DECIDING_ROLES, _list_material_preparers(entry)):
        return []
    return ["保密审查由本单位审核人、签发人或者负责人办理；单位没有这样的人的，由政务公开办办理。"]


def _list_material_preparers(entry: Entry) -> set[int | None]:
    """Return the people who registered or masked the present files of a request."""
    rows = Material.objects.filter(request=entry.pk, dropped=False).values_list("stored", "masked")
    current_digests = {digest for row in rows for digest in row if digest}
    moved = Movement.objects.filter(stream=get_log_stream(entry), action__in=MATERIAL_PREPARING_ACTS)
    prepared = (
        (person, facts)
        for person, facts in moved.values_list("person_id", "facts")
        if current_digests & {*facts.get("files", ()), facts.get("masked")}
    )
    return {number for person, facts in prepared for number in list_action_people(person, facts)}


#: Log actions that produce the files of a secrecy review.
MATERIAL_PREPARING_ACTS = ("request.add_materials", "request.mask_material")
list_reasons_unless_secrecy_reviewer = AnotherPerson(
    _list_reasons_unless_secrecy_reviewer,
    MATERIAL_PREPARING_ACTS,
    "保密审查须由准备材料以外的人办理：现有材料由您登记或者遮盖，请由本单位其他审核人、签发人或者负责人审查。",
    people=_list_material_preparers,
)


def _list_reasons_unless_fee_clearer(by: Actor, entry: Entry) -> list[str]:
    calculated = list_actors(get_log_stream(entry), ["request.calculate_fee"])
    return [] if can_stand_in(by, entry, (), calculated) else ["收费由政务公开办核准，计算后会提醒他们办理。"]


list_reasons_unless_fee_clearer = AnotherPerson(
    _list_reasons_unless_fee_clearer,
    ("request.calculate_fee",),
    "计算和核准收费须由两人分别办理：这笔费用由您计算，请由政务公开办的另一人核准。",
)


def list_reasons_unless_applicant_or_staff(by: Actor, entry: Entry) -> list[str]:
    """Return reasons against acting: the applicant or party with the code and staff may."""
    return [] if by == ANONYMOUS else check_may_work(by, entry)


def find_receipt_day_faults(channel: str, submitted_on: date, received_on: date, today: date) -> list[str]:
    """Return reasons against a day of receipt (条例第三十一条).

    Handed in: that day. Signed-for post: the day of signing; ordinary post: the day of
    confirmation. Internet or fax: the day on which both sides confirmed.
    """
    if submitted_on > today or received_on > today:
        return ["日期不能晚于今天。"]
    if received_on < submitted_on:
        return ["收到日期不能早于提交日期。"]
    if channel in {"counter", "reading"} and received_on != submitted_on:
        return ["申请人当面提交的，以提交之日为收到申请之日（《条例》第三十一条）。"]
    return []


# Ways of delivery that need an address: field and message.
_ADDRESS_FIELDS = {
    DeliveryRoute.EMAIL.value: ("email", "选择电子邮件获取的，请填写电子邮箱。"),
    DeliveryRoute.FAX.value: ("fax", "选择传真获取的，请填写传真号码。"),
    DeliveryRoute.MAIL.value: ("address", "选择邮寄的，请填写通信地址。"),
}


# Routes by which each form can be had: objects are sent or collected, not shown on a page.
ROUTES_OF_FORM = {
    ProvisionForm.ELECTRONIC: (DeliveryRoute.PAGE, DeliveryRoute.EMAIL, DeliveryRoute.PICK_UP),
    ProvisionForm.PAPER: (DeliveryRoute.MAIL, DeliveryRoute.PICK_UP, DeliveryRoute.FAX),
    ProvisionForm.DISC: (DeliveryRoute.MAIL, DeliveryRoute.PICK_UP),
    ProvisionForm.READING: (DeliveryRoute.PICK_UP,),
}


def find_unfit_route(typed: Mapping[str, object]) -> str:
    """Return the reason why the wanted form cannot be had by the wanted route, or "" if it can."""
    form, route = read_text(typed, "form_wanted"), read_text(typed, "route_wanted")
    routes = ROUTES_OF_FORM[ProvisionForm(form)] if form else ()
    if not route or not routes or route in routes:
        return ""
    return f"要{ProvisionForm(form).label}的，请选择{'或者'.join(one.label for one in routes)}。"


def find_missing_address(typed: Mapping[str, object]) -> tuple[str, str]:
    """Return (missing address field, its message), or two empty strings."""
    name, why = _ADDRESS_FIELDS.get(read_text(typed, "route_wanted"), ("", ""))
    return (name, why) if name and not typed.get(name) else ("", "")


# The rule for the day of receipt (条例第三十一条), by channel.
RECEIPT_DAY_RULES = {
    "counter": "当面提交：提交之日。",
    "reading": "在政府信息公开专区当面提交：提交之日。",
    "mail": "邮寄：签收之日；平常信函等无需签收的，于收到当日与申请人确认，确认之日。",
    "page": "互联网：双方确认之日（本网站提交成功并取得查询码即为确认）。",
    "email": "互联网：双方确认之日。",
    "fax": "传真：双方确认之日。",
}
