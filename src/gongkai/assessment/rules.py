"""Who may do what with assessments: each rule returns the reasons against it, in Chinese."""

from gongkai.assessment.models import (
    Assessed,
    Bulletin,
    Evaluator,
    Round,
    Scheme,
    Talk,
    TalkPaper,
    TrainingPaper,
)
from gongkai.ledger.models import Entry
from gongkai.ledger.rules import STAFF
from gongkai.units.actors import Actor
from gongkai.units.models import Body, BodyKind, Role
from gongkai.units.reach import GOVERNMENTS, is_above, owner_of, spoken_for
from gongkai.units.same_person import is_among, is_own_login

#: Kinds of bodies → the group they are ranked in.
GROUPS = {
    BodyKind.DISTRICT: "区县政府",
    BodyKind.TOWNSHIP: "乡镇街道",
    BodyKind.SUBDISTRICT: "乡镇街道",
    BodyKind.INSTITUTION: "事业单位和国有企业",
    BodyKind.ENTERPRISE: "事业单位和国有企业",
}
#: The group of the offices inside a bureau.
OFFICES = "内设机构"


def group_of(body: Body) -> str:
    """Return the group that a body is ranked in."""
    return GROUPS.get(BodyKind(body.kind), "政府部门")


#: Bodies whose head leads a government's work: who confirms results and approves bulletins.
HEADS = frozenset({BodyKind.GOVERNMENT, BodyKind.GENERAL_OFFICE, BodyKind.DISTRICT})


def government(target: object) -> Body:
    """Return the government that a scheme, round, unit, … belongs to."""
    return owner_of(target.round if isinstance(target, Assessed | Evaluator) else target)


def runs(by: Actor, target: object) -> list[str]:
    """The 政务公开办 whose reach covers the government that assesses; of a bureau that assesses what stands below it, its own staff; jobs."""
    body = government(target)
    if is_above(by, body) or (body.kind not in GOVERNMENTS and by.has(*STAFF, body_id=body.pk)):
        return []
    return ["只有组织考核的政务公开办或者主管部门可以办理。"]


def leads(by: Actor, target: Round | Bulletin) -> list[str]:
    """A head of the government or of its general office (单位负责人)."""
    heads = {target.body_id}
    if isinstance(target, Round):
        heads.add(target.office_id)
    own = Body.objects.filter(parent=target.body_id, kind__in=HEADS).values_list("pk", flat=True)
    # A bureau that assesses what stands below it is led by its own head: `heads` has it.
    if any(by.has(Role.LEAD, body_id=number) for number in heads | set(own)):
        return []
    return ["须由本级政府或者政府办公室负责人办理。"]


def confirms(by: Actor, round_: Round) -> list[str]:
    """A head, who did not publish the scores himself: two people stand for a result."""
    reasons = leads(by, round_)
    if not reasons and is_among(by, [round_.published_by]):
        return ["反馈结果和确定结果不能是同一个人，请另一个人确定。"]
    return reasons


def approves(by: Actor, bulletin: Bulletin) -> list[str]:
    """A head; for the public a head of the government itself (V-13: 政府主要负责人审定)."""
    if bulletin.public and not by.has(Role.LEAD, body_id=bulletin.body_id):
        return ["向社会公开的通报须由本级政府负责人批准。"]
    return leads(by, bulletin)


def answers(by: Actor, entry: Entry) -> list[str]:
    """Who runs the round answers an appeal."""
    return runs(by, entry.appeal.unit)


def checks(by: Actor, entry: Entry) -> list[str]:
    """Who runs the round judges what a unit hands in: never the 政务公开办 of a government that is assessed itself."""
    return runs(by, entry.self_assessment)


def objects(by: Actor, unit: Assessed) -> list[str]:
    """Staff of the unit that was assessed; of a government its 政务公开办; of an office inside a bureau whoever works for the bureau."""
    own = by.has(*STAFF, body_id=unit.body_id) or by.has(Role.CHIEF)
    if own and unit.body_id in spoken_for(by):
        return []
    return [f"只有被考核单位（{unit.label}）可以申诉。"]


def took_back(by: Actor, entry: Entry) -> list[str]:
    """Staff of the unit that appealed."""
    return objects(by, entry.appeal.unit)


def evaluates(by: Actor, evaluator: Evaluator) -> list[str]:
    """The evaluator in person."""
    return [] if is_own_login(by, evaluator.person.user_id) else ["只有本人可以评分。"]


def registers(by: Actor, body: object) -> list[str]:
    """Staff of the unit, and the 政务公开办 over it; papers go with what they belong to, a talk is the 政务公开办's alone."""
    if isinstance(body, TrainingPaper):
        body = body.training
    if isinstance(body, Talk | TalkPaper):
        return oversees(by, body if isinstance(body, Talk) else body.talk)
    unit = owner_of(body)
    if is_above(by, unit) or by.has(*STAFF, body_id=unit.pk):
        return []
    return [f"只有本单位（{unit.label}）或者政务公开办可以登记。"]


def oversees(by: Actor, body: object) -> list[str]:
    """The 政务公开办 over the unit; jobs."""
    if is_above(by, owner_of(body)):
        return []
    return ["只有政务公开办可以登记。"]


def in_draft(scheme: Scheme) -> list[str]:
    """Only a draft is changed."""
    return [] if scheme.state == "draft" else ["指标体系启用后不能修改，请起草新的一版。"]
