"""Permissions on inquiries and answers; each returns reasons against, in Chinese.

| act | allowed |
|---|---|
| register an inquiry | staff of a unit, the system (forms, mail) |
| assign, reject | the 政务公开办 above the unit, the unit's head (within the unit: `ledger.set_office`) |
| decline, draft, contribute | staff of the responsible (contributing) unit |
| answer, send back, extend | head or signer of the unit other than the author; the 政务公开办 |
| write, submit, revise an answer of the base | staff of its unit, the 政务公开办 above it |
| check | reviewer, head or signer of the unit or the 政务公开办, other than the author |
| synonyms and weights | the 政务公开办 of the highest government |
| release, retire, confirm | head or signer of the unit or the 政务公开办; release: neither author nor checker |
"""

from collections.abc import Callable, Collection, Mapping

from django.db.models import Q, QuerySet

from gongkai.core.intake.deidentification import DeidentifiedText, KnownIdentities, deidentify
from gongkai.core.intake.deidentification import make_deidentifiers as hide_people
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.rules import ENTRY_STAFF_ROLES, can_stand_in
from gongkai.core.units import unit_filters
from gongkai.core.units.actors import Actor
from gongkai.core.units.another_person import is_among, list_actors, with_covered_people
from gongkai.core.units.models import Body, Role
from gongkai.core.units.queries import filter_delegated_governments
from gongkai.core.units.rules import runs_installation
from gongkai.core.widgets.request_cache import ask_once
from gongkai.lib.privacy.organisations import find_named_premises
from gongkai.work.consultation.answer_reviews import CHECK_ACTION, list_answer_writers
from gongkai.work.consultation.models import (
    DECISIONS_BY_CATEGORY,
    ContactPhone,
    Contribution,
    Inquiry,
    InquiryCategory,
    KnownAnswer,
    MessagePublication,
    ServiceWindow,
)


def get_asker_identities(inquiry: Inquiry) -> KnownIdentities:
    """Return the words that identify the asker, from the stored data and the asker's text."""
    identities = KnownIdentities()
    identities.add_parties(inquiry.matter, "某某")
    identities.learn(inquiry.text.reveal())
    return identities


def make_inquiry_deidentifiers(entries: Collection[Entry]) -> Mapping[int, Callable[[str], str]]:
    """Return functions that hide askers in texts, by primary key of the entry."""
    return hide_people({f"inquiry/{entry.pk}": (entry.pk, "某某") for entry in entries})


def deidentify_inquiry(inquiry: Inquiry, text: str, *, public: bool = False) -> DeidentifiedText:
    """Return a text without the asker, other personal data and named people.

    With `public`, schools, shops and firms in a complaint are hidden, too.
    """
    identities = get_asker_identities(inquiry)
    for source_text in (inquiry.text.reveal(), inquiry.answer):
        identities.learn_people(source_text)
    if public and inquiry.category == InquiryCategory.COMPLAINT:
        premises = find_named_premises("\n".join((text, inquiry.text.reveal(), inquiry.answer)))
        identities.words |= {name: "某学校" if name.endswith(("学", "校", "园")) else "某单位" for name in premises}
    return deidentify(text, identities)


def hide_asker(inquiry: Inquiry, text: str) -> DeidentifiedText:
    """Return a text in which only the asker is hidden."""
    return deidentify(text, get_asker_identities(inquiry), known_only=True)


def mask_inquiry_text(inquiry: Inquiry, text: str) -> str:
    """Return the de-identified text as a string."""
    return deidentify_inquiry(inquiry, text).text


STAFF_ROLES = ENTRY_STAFF_ROLES
APPROVING_ROLES = (Role.LEAD, Role.SIGNER)
REVIEWING_ROLES = (Role.REVIEWER, *APPROVING_ROLES)


def get_responsible_unit(target: object) -> Body:
    """Return the responsible unit of an inquiry or another object of this app."""
    if isinstance(target, Inquiry):
        return target.entry.body
    if isinstance(target, Contribution | KnownAnswer | Entry | MessagePublication | ContactPhone | ServiceWindow):
        return target.body
    assert isinstance(target, Body)
    return target


def is_supervising_office(by: Actor, target: object) -> bool:
    """Return whether the user is the 政务公开办 above the object's unit, or the system."""
    return unit_filters.is_above(by, get_responsible_unit(target))


def list_supervised_governments(by: Actor) -> list[Body]:
    """Return the governments for which the user is the 政务公开办, by position."""
    reached = by.reached_paths(Role.CHIEF)
    return list(Body.objects.filter(path__in=reached).order_by("position", "pk"))


def list_own_units(by: Actor) -> list[Body]:
    """Return, by position, the active units for which the user works or whose 政务公开办 the user is."""
    return list(_filter_own_units(by).order_by("position", "pk"))


def takes_inquiries(by: Actor) -> bool:
    """Return true if the user takes inquiries for a unit."""
    return by.has(*STAFF_ROLES, Role.CHIEF) and _filter_own_units(by).exists()


def _filter_own_units(by: Actor) -> QuerySet[Body]:
    """Return the active units for which the user works or whose government's office the user is."""
    numbers = by.body_ids(*STAFF_ROLES, Role.CHIEF)
    governments = by.reached_paths(Role.CHIEF)
    return Body.objects.filter(Q(pk__in=numbers) | Q(path__in=governments), active_to=None)


def list_assignable_units(by: Actor) -> QuerySet[Body]:
    """Return the active units to which the user may assign a new inquiry."""
    rows = Body.objects.filter(active_to=None, merged_into=None)
    if by.system:
        return rows
    supervised_filter = Q()
    for body in list_supervised_governments(by):
        supervised_filter |= Q(path__startswith=body.path)
    own_keys = by.body_ids(*STAFF_ROLES, Role.CHIEF)
    return rows.filter(supervised_filter | Q(pk__in=own_keys) if supervised_filter else Q(pk__in=own_keys))


def list_reasons_unless_search_manager(by: Actor, _: object) -> list[str]:
    """Return reasons against tuning the search: only the highest 政务公开办 may."""
    if by.system or runs_installation(by):
        return []
    return ["只有政务公开办可以维护检索的同义词和权重。"]


def list_reasons_unless_decision_recorder(by: Actor, target: Entry) -> list[str]:
    """Return reasons against recording a decision; only proposals and blockages have one."""
    if target.inquiry.category not in DECISIONS_BY_CATEGORY:
        return ["只有建议和投资审批堵点需要登记研究结果。"]
    return list_reasons_unless_unit_staff(by, target)


def list_reasons_unless_assigner(by: Actor, target: Entry) -> list[str]:
    """Return Chinese reasons unless the user is the unit's head or in the 政务公开办 above it."""
    if is_supervising_office(by, target) or by.has(Role.LEAD, body_id=target.body_id):
        return _list_reasons_if_left_to_office(by, target.body_id)
    return ["只有政务公开办或者受理单位负责人可以分办。"]


def _list_reasons_if_left_to_office(by: Actor, body: int) -> list[str]:
    """Return a reason if the unit's daily work is done by its 政务公开办, not this user."""
    governments = ask_once(
        ("left to office", by), lambda: set(filter_delegated_governments(by).values_list("pk", flat=True))
    )
    return ["本级政府收到的咨询由政务公开办分办、办理。"] if body in governments else []


def list_reasons_unless_unit_staff(by: Actor, target: object) -> list[str]:
    """Return reasons unless the user is staff of the unit or its 政务公开办."""
    return list_reasons_unless_phone_manager(by, target) or _list_reasons_if_left_to_office(
        by, get_responsible_unit(target).pk
    )


def list_reasons_unless_phone_manager(by: Actor, target: object) -> list[str]:
    """Return reasons against maintaining a unit's telephones: its staff and the 政务公开办 above may."""
    body = get_responsible_unit(target)
    if is_supervising_office(by, target) or by.has(*STAFF_ROLES, body_id=body.pk):
        return []
    return [f"只有承办单位（{body.label}）的工作人员可以办理。"]


def list_reasons_unless_contributor(by: Actor, target: Entry) -> list[str]:
    """Return a Chinese reason against contributing: staff of the asked units may."""
    asked_bodies = set(target.inquiry.contributions.values_list("body_id", flat=True))
    return (
        [] if any(by.has(*STAFF_ROLES, body_id=body) for body in asked_bodies) else ["只有会办单位可以提交会办意见。"]
    )


def list_reasons_unless_answer_approver(by: Actor, target: Entry) -> list[str]:
    """Return reasons unless the user is head, signer or their stand-in, and not an author."""
    authors = {target.inquiry.drafted_by, *list_actors(target.stream, ["inquiry.draft"])}
    if not by.has(*APPROVING_ROLES, body_id=target.body_id) and not can_stand_in(by, target, (), authors):
        return [f"只有承办单位（{target.body.label}）负责人、签发人或者政务公开办可以办理。"]
    if is_among(by, authors):
        return ["答复由本人起草，须由他人审核：本单位其他负责人、签发人，或者政务公开办。"]
    return []


def list_reasons_unless_reviewer(by: Actor, target: KnownAnswer) -> list[str]:
    """Return reasons unless the user may check the answer and is no author."""
    if is_among(by, [target.written_by, *list_answer_writers(target)]):
        return ["本人起草的问答，须由他人初审。"]
    if is_supervising_office(by, target) or by.has(*REVIEWING_ROLES, body_id=target.body_id):
        return []
    return ["只有本单位审核人、负责人、签发人或者政务公开办可以初审。"]


def list_reasons_unless_answer_manager(by: Actor, target: KnownAnswer) -> list[str]:
    """Return a Chinese reason unless the user is head, signer or in the 政务公开办 above."""
    if is_supervising_office(by, target) or by.has(*APPROVING_ROLES, body_id=target.body_id):
        return []
    return ["只有本单位负责人、签发人或者政务公开办可以办理。"]


def list_reasons_unless_releaser(by: Actor, target: KnownAnswer) -> list[str]:
    """Return reasons unless the user manages the answer and neither wrote nor checked it."""
    checked = with_covered_people([target.checked_by], target.stream, [CHECK_ACTION])
    if is_among(by, [target.written_by, *checked, *list_answer_writers(target)]):
        return ["起草、初审和签发须由三人分别办理。"]
    return list_reasons_unless_answer_manager(by, target)


def list_handled_units(by: Actor) -> QuerySet[Body]:
    """Return the units for which the user writes answers as daily work.

    These are `list_writable_units` without governments whose daily work is done by their 政务公开办.
    """
    bodies = filter_delegated_governments(by).order_by().values("pk")
    return list_writable_units(by).exclude(pk__in=bodies)


def list_writable_units(by: Actor) -> QuerySet[Body]:
    """Return the active units for which the user works, or that the user's 政务公开办 supervises."""
    condition = Q(pk__in=_filter_own_units(by).values("pk"))
    for path in by.reached_paths(Role.CHIEF):
        condition |= Q(path__startswith=path)
    return Body.objects.filter(condition, active_to=None, merged_into=None).order_by("position", "pk")
