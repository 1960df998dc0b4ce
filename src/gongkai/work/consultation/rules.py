"""Who may do what with inquiries and answers; each rule returns the reasons against it, in Chinese.

| act | who |
|---|---|
| register an inquiry | whoever works at a unit, the system (forms, mail) |
| assign, reject | the 政务公开办 over the unit, the unit's own head (within the unit's offices it is `ledger.set_office`) |
| decline, draft, contribute | who works for the unit that answers (contributes) |
| answer, send back, extend | the head or signer of the unit that answers, not who drafted it; the 政务公开办 |
| write, submit, revise an answer of the base | who works for its unit, the 政务公开办 over it |
| check | a reviewer, head or signer of the unit or the 政务公开办, not who wrote it |
| synonyms and weights of the search | the 政务公开办 of the highest government |
| release, retire, confirm | the head or signer of the unit or the 政务公开办; to release: neither who wrote nor who checked it |
"""

from django.db.models import Q, QuerySet

from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.rules import STAFF
from gongkai.core.units import reach
from gongkai.core.units.actors import Actor
from gongkai.core.units.another_person import actors_of
from gongkai.core.units.models import Body, Role
from gongkai.core.units.rules import runs_installation
from gongkai.core.units.same_person import is_among
from gongkai.work.consultation.models import (
    DECISIONS,
    ContactPhone,
    Contribution,
    Inquiry,
    KnownAnswer,
    MessagePublication,
    ServiceWindow,
)
from gongkai.work.consultation.reviewing import writers

WORKING = STAFF
DECIDING = (Role.LEAD, Role.SIGNER)
CHECKING = (Role.REVIEWER, *DECIDING)


def body_of(target: object) -> Body:
    """Return the unit that answers."""
    if isinstance(target, Inquiry):
        return target.entry.body
    if isinstance(
        target, Contribution | KnownAnswer | Entry | MessagePublication | ContactPhone | ServiceWindow
    ):
        return target.body
    assert isinstance(target, Body)
    return target


def is_above(by: Actor, target: object) -> bool:
    """Whether somebody is the 政务公开办 over the unit that answers (jobs are, too)."""
    return reach.is_above(by, body_of(target))


def supervised(by: Actor) -> list[Body]:
    """Return the governments whose inquiries somebody answers for as the 政务公开办."""
    reached = [post.reach for post in by.posts if post.role == Role.CHIEF]
    return list(Body.objects.filter(path__in=reached).order_by("position", "pk"))


def own_bodies(by: Actor) -> list[Body]:
    """Return the units for which somebody takes inquiries: the own ones, and the government whose 政务公开办 they are."""
    numbers = {post.body_id for post in by.posts if post.role in {*WORKING, Role.CHIEF}}
    numbers |= {body.pk for body in supervised(by)}
    return list(Body.objects.filter(pk__in=numbers, active_to=None).order_by("position", "pk"))


def assignable(by: Actor) -> QuerySet[Body]:
    """Return the units to which somebody may give what they register: all under their government for its 政务公开办, else the own ones.

    The form and the spreadsheet offer the same.
    """
    rows = Body.objects.filter(active_to=None, merged_into=None)
    if by.system:
        return rows
    above = Q()
    for body in supervised(by):
        above |= Q(path__startswith=body.path)
    own = [post.body_id for post in by.posts if post.role in {*WORKING, Role.CHIEF}]
    return rows.filter(above | Q(pk__in=own) if above else Q(pk__in=own))


def keeps_search(by: Actor, _: object) -> list[str]:
    """The 政务公开办 of the highest government here: all units search the one base."""
    if by.system or runs_installation(by):
        return []
    return ["只有政务公开办可以维护检索的同义词和权重。"]


def concludes(by: Actor, target: Entry) -> list[str]:
    """Who works for the unit, on what is studied before it is answered: proposals and blockages."""
    if target.inquiry.category not in DECISIONS:
        return ["只有建议和投资审批堵点需要登记研究结果。"]
    return works(by, target)


def assigns(by: Actor, target: Entry) -> list[str]:
    """The 政务公开办 over the unit, or the head of the unit where the inquiry stands."""
    if is_above(by, target) or by.has(Role.LEAD, body_id=target.body_id):
        return []
    return ["只有政务公开办或者受理单位负责人可以分办。"]


def works(by: Actor, target: object) -> list[str]:
    """Who works for the unit, and the 政务公开办 over it."""
    body = body_of(target)
    if is_above(by, target) or by.has(*WORKING, body_id=body.pk):
        return []
    return [f"只有承办单位（{body.label}）的工作人员可以办理。"]


def contributes(by: Actor, target: Entry) -> list[str]:
    """Who works for a unit that was asked for its part."""
    asked = set(target.inquiry.contributions.values_list("body_id", flat=True))
    return [] if any(by.has(*WORKING, body_id=body) for body in asked) else ["只有会办单位可以提交会办意见。"]


def answers(by: Actor, target: Entry) -> list[str]:
    """The head or signer of the unit, or the 政务公开办 over it; nobody who drafted any version of the answer."""
    if is_among(by, {target.inquiry.drafted_by, *actors_of(target.stream, ["inquiry.draft"])}):
        return ["答复由本人起草，须由他人审核：本单位其他负责人、签发人，或者政务公开办。"]
    if is_above(by, target) or by.has(*DECIDING, body_id=target.body_id):
        return []
    return [f"只有承办单位（{target.body.label}）负责人、签发人或者政务公开办可以办理。"]


def closes_at_once(by: Actor, target: Entry) -> list[str]:
    """Whoever works for the unit where it stands: a known answer, released before, needs nobody's word again."""
    return works(by, target)


def checks(by: Actor, target: KnownAnswer) -> list[str]:
    """A reviewer, head or signer, not who had a hand in it since its last release."""
    if is_among(by, [target.written_by, *writers(target)]):
        return ["本人起草的问答，须由他人初审。"]
    if is_above(by, target) or by.has(*CHECKING, body_id=target.body_id):
        return []
    return ["只有本单位审核人、负责人、签发人或者政务公开办可以初审。"]


def manages(by: Actor, target: KnownAnswer) -> list[str]:
    """The head or signer of the unit, and the 政务公开办 over it."""
    if is_above(by, target) or by.has(*DECIDING, body_id=target.body_id):
        return []
    return ["只有本单位负责人、签发人或者政务公开办可以办理。"]


def releases(by: Actor, target: KnownAnswer) -> list[str]:
    """The same, and neither who wrote it nor who checked it: three persons see every answer."""
    if is_among(by, [target.written_by, target.checked_by, *writers(target)]):
        return ["起草、初审和签发须由三人分别办理。"]
    return manages(by, target)


def writable_bodies(by: Actor) -> QuerySet[Body]:
    """Return the units for which somebody may write."""
    rows = Body.objects.filter(active_to=None, merged_into=None)
    for post in by.posts:
        if post.role == Role.CHIEF:
            return rows.filter(path__startswith=post.reach).order_by("position", "pk")
    return rows.filter(pk__in=[body.pk for body in own_bodies(by)]).order_by("position", "pk")
