"""Permissions of assessments; each rule returns the reasons against the action in Chinese."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Q, QuerySet

from gongkai.core.acts.action import Refused, get_log_stream
from gongkai.core.acts.models import Movement
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.rules import ENTRY_STAFF_ROLES
from gongkai.core.units.actors import Actor, in_force_q, make_actor_of_person
from gongkai.core.units.another_person import (
    AnotherPerson,
    is_among,
    is_own_login,
    list_action_people,
    list_actors,
    list_registrations,
    with_covered_people,
)
from gongkai.core.units.models import Appointment, Body, BodyKind, Role
from gongkai.core.units.unit_filters import GOVERNING_KINDS, get_owner_body, is_above, list_responsible_units
from gongkai.core.widgets.request_cache import ask_once, page_cache
from gongkai.oversight.assessment.models import (
    Assessed,
    Bulletin,
    Evaluator,
    Round,
    Scheme,
    ScoringWay,
    Talk,
    TalkPaper,
    TrainingPaper,
)
from gongkai.oversight.assessment.states import RoundState

#: Minimum length of a topic or a problem.
MIN_TOPIC_CHARACTERS = 4
#: Minimum length of a reason.
MIN_REASON_CHARACTERS = 5
#: Minimum length of an account of actions or findings.
MIN_ACCOUNT_CHARACTERS = 10


def is_too_short(text: str, min_characters: int) -> bool:
    """Return True if a text is shorter than the minimum."""
    return len(text.strip()) < min_characters


#: Kind of unit → its ranking group.
GROUP_LABELS = {
    BodyKind.DISTRICT: "区县政府",
    BodyKind.TOWNSHIP: "乡镇街道",
    BodyKind.SUBDISTRICT: "乡镇街道",
    BodyKind.INSTITUTION: "事业单位和国有企业",
    BodyKind.ENTERPRISE: "事业单位和国有企业",
}
#: Ranking group of the offices inside a bureau.
OFFICES_GROUP = "内设机构"


def get_group(body: Body) -> str:
    """Return the ranking group of a unit."""
    return GROUP_LABELS.get(BodyKind(body.kind), "政府部门")


#: Kinds of units whose heads confirm results and approve bulletins.
CONFIRMING_BODY_KINDS = frozenset({BodyKind.GOVERNMENT, BodyKind.GENERAL_OFFICE, BodyKind.DISTRICT})


def get_assessing_body(target: object) -> Body:
    """Return the assessing body (government or bureau) to which a scheme, round, unit or other record belongs."""
    return get_owner_body(target.round if isinstance(target, Assessed | Evaluator) else target)


def _can_run_rounds(by: Actor, body: Body) -> bool:
    """Return True if the user is above the body, or on the staff of a body that does not govern others."""
    return is_above(by, body) or (body.kind not in GOVERNING_KINDS and by.has(*ENTRY_STAFF_ROLES, body_id=body.pk))


def is_under(unit: Body, body: Body) -> bool:
    """Return True if a unit belongs to a body at any depth and is not the body itself."""
    return unit.pk != body.pk and unit.path.startswith(body.path)


def list_foreign_units(round_: Round) -> list[str]:
    """Return the labels of assessed units that no longer belong to the round's body."""
    units = round_.units.filter(office=None).select_related("body")
    return [unit.label for unit in units if not is_under(unit.body, round_.body)]


def refuse_foreign_bodies(body: Body, office: Body, units: Iterable[Body]) -> None:
    """Refuse a round of a body that another body would organise, or that would assess units not under it.

    Raises:
        Refused: an organiser that neither is the body nor its general office, or a unit elsewhere.
    """
    if office.pk != body.pk and (office.parent_id != body.pk or office.kind != BodyKind.GENERAL_OFFICE):
        raise Refused(f"{office.label}不能组织{body.label}的考核：组织单位应是{body.label}或者其办公室，请重新选择。")
    if elsewhere := [unit.label for unit in units if not is_under(unit, body)]:
        raise Refused(f"{body.label}只考核其所属单位，请去掉{'、'.join(elsewhere)}。")


def check_round_manager(by: Actor, target: object) -> list[str]:
    """Return reasons unless the user is in the assessing office and not assessed."""
    body = get_assessing_body(target)
    if not _can_run_rounds(by, body):
        return ["只有组织考核的政务公开办或者主管部门可以办理。"]
    if by.system:
        return []
    own_units = [unit.label for unit in _list_assessed_units(target) if works_in(by, unit)]
    if not own_units:
        return []
    names = [actor.name for actor in _list_other_managers(target, body)]
    substitute_text = (
        f"请由{'、'.join(names[:5])}办理"
        if names
        else "目前没有别的人可以办理，请上级政务公开办办理，或者先登记不在被考核单位工作的人的任职"
    )
    return [f"您在{own_units[0]}工作，{own_units[0]}是这次考核的被考核单位，您不能组织这次考核：{substitute_text}。"]


def _list_assessed_units(target: object) -> list[Assessed]:
    """Return the units assessed in a round, or by a scheme's open rounds, read once a page; none for another target."""
    key = ("assessed units", type(target), getattr(target, "pk", None))
    return ask_once(key, lambda: list(_filter_assessed_units(target)))


def _filter_assessed_units(target: object) -> QuerySet[Assessed]:
    units = Assessed.objects.select_related("round__body", "body", "office")
    if isinstance(target, Assessed | Evaluator):
        target = target.round
    if isinstance(target, Round):
        return units.filter(round=target)
    if isinstance(target, Scheme):
        rounds = Round.objects.filter(scheme__body=target.body_id, scheme__name=target.name)
        return units.filter(round__in=rounds.exclude(state=RoundState.CONFIRMED))
    return units.none()


def _list_other_managers(target: object, body: Body) -> list[Actor]:
    """Return the other persons who may manage the round and work in none of its units."""
    posts = Appointment.objects.filter(in_force_q(), role__in=(Role.CHIEF, *ENTRY_STAFF_ROLES)).select_related("person")
    reaching = posts.filter(Q(role=Role.CHIEF) | Q(body=body))
    people = {post.person_id: post.person for post in reaching if post.person.user_id}
    units = _list_assessed_units(target)
    actors = [actor for actor in map(make_actor_of_person, people.values()) if _can_run_rounds(actor, body)]
    return [actor for actor in actors if not any(works_in(actor, unit) for unit in units)]


def check_assessing_head(by: Actor, target: Round | Bulletin) -> list[str]:
    """Return reasons unless the user is head of the assessing body, of its general office or of the round's organiser."""
    heads = {target.body_id}
    if isinstance(target, Round):
        heads.add(target.office_id)
    offices = Body.objects.filter(parent=target.body_id, kind=BodyKind.GENERAL_OFFICE).values_list("pk", flat=True)
    # A bureau that assesses its subordinate units is led by its own head (`heads`).
    if any(by.has(Role.LEAD, body_id=number) for number in heads.union(offices)):
        return []
    return ["须由本级政府或者政府办公室负责人办理。"]


def works_in(by: Actor, unit: Assessed) -> bool:
    """Return True if a person works in an assessed unit or below it, or covers a post there."""
    places = ask_once(("workplaces", by), lambda: _list_workplaces(by))
    if unit.office_id:
        return any(place.office_id == unit.office_id for place in places)
    return any(place.path.startswith(unit.body.path) for place in places)


def list_own_units(by: Actor) -> tuple[set[int], set[int]]:
    """Return the ids of (units, offices) in which a person works; the units include those above them."""
    places = ask_once(("workplaces", by), lambda: _list_workplaces(by))
    units = {int(part) for place in places for part in place.path.strip("/").split("/")}
    return units, {place.office_id for place in places if place.office_id}


class _Workplace(NamedTuple):
    """A unit, by its path, and optionally an office in which a person works."""

    path: str
    office_id: int | None


def _list_workplaces(by: Actor) -> set[_Workplace]:
    """Return the places where the user works, under any registration."""
    people = list_registrations(by.person_id) if by.person_id else set()
    posts = Appointment.objects.filter(in_force_q(), person__in=people).values_list("body", "office")
    places = {*posts, *((post.body_id, post.office_id) for post in by.posts)}
    paths = dict(Body.objects.filter(pk__in={body for body, _ in places}).values_list("pk", "path"))
    return {_Workplace(paths[body], office) for body, office in places}


def check_marker(by: Actor, unit: Assessed) -> list[str]:
    """Return reasons unless the user is in the office that runs the round or head of the government; people of the
    assessed unit may not."""
    if by.system:
        return []
    heads = by.has(Role.LEAD, body_id=unit.round.body_id)
    if not heads and not _can_run_rounds(by, get_assessing_body(unit)):
        return check_round_manager(by, unit)
    if not works_in(by, unit):
        return [] if heads else check_round_manager(by, unit)
    return [
        f"您在{unit.label}工作，不能给本单位评分：请由组织考核的单位中不在{unit.label}工作的人、本级负责人或者上级政务公开办评分。"
    ]


def list_units_without_judges(round_: Round) -> list[Assessed]:
    """Return the units that nobody may mark, because all markers work there."""
    posts = Appointment.objects.filter(in_force_q(), role__in=(Role.CHIEF, *ENTRY_STAFF_ROLES)).select_related("person")
    reaching = posts.filter(Q(role=Role.CHIEF) | Q(body=round_.body_id))
    people = {post.person_id: post.person for post in reaching}
    able = [actor for actor in map(make_actor_of_person, people.values()) if not check_round_manager(actor, round_)]
    heads = [make_actor_of_person(post.person) for post in reaching.filter(role=Role.LEAD, body=round_.body_id)]
    units = round_.units.select_related("round__body", "body", "office")
    with page_cache():
        return [unit for unit in units if all(check_marker(actor, unit) for actor in [*able, *heads])]


#: A head who did not publish the scores, so that two people answer for a result.
check_round_confirmer = AnotherPerson[Round](
    check_assessing_head,
    ("assessment.publish_scores",),
    "反馈结果和确定结果不能是同一个人，请另一个人确定。",
    people=lambda round_: with_covered_people(
        [round_.published_by], get_log_stream(round_), ["assessment.publish_scores"]
    ),
)


def _check_approver(by: Actor, bulletin: Bulletin) -> list[str]:
    """Return reasons unless the user is a head; for a public bulletin, a head of the government itself."""
    if bulletin.public and not by.has(Role.LEAD, body_id=bulletin.body_id):
        return ["向社会公开的通报须由本级政府负责人批准。"]
    return check_assessing_head(by, bulletin)


check_bulletin_approver = AnotherPerson(
    _check_approver,
    ("assessment.draft_bulletin", "assessment.change_bulletin"),
    "起草和批准须由两人分别办理：通报由您起草，请由另一位负责人批准。",
)


def _check_respondent(by: Actor, entry: Entry) -> list[str]:
    """Return the Chinese reasons why the actor may not answer the appeal; uninvolved marking staff may."""
    unit = entry.appeal.unit
    if not check_assessing_head(by, unit.round) and not works_in(by, unit):
        return []
    return check_marker(by, unit)


def _find_markers(entry: Entry) -> set[int | None]:
    """Return the persons who gave the marks, or accepted the self-assessment, that an appeal is about."""
    unit, indicator = entry.appeal.unit, entry.appeal.indicator
    marked = Movement.objects.filter(stream=get_log_stream(unit), action="assessment.mark")
    people = {
        number
        for person, facts in marked.values_list("person_id", "facts")
        if indicator is None or facts.get("indicator") == indicator.code
        for number in list_action_people(person, facts)
    }
    claimed = unit.entry is not None and (indicator is None or indicator.way == ScoringWay.SELF)
    return people | (list_actors(get_log_stream(unit.entry), ["self_assessment.accept"]) if claimed else set())


check_appeal_judge = AnotherPerson(
    _check_respondent,
    ("assessment.mark", "self_assessment.accept"),
    "评分和复核申诉须由两人分别办理：这项评分由您作出，请由另一人或者办公室负责人复核。",
    people=_find_markers,
)


def check_evidence_judge(by: Actor, entry: Entry) -> list[str]:
    """Return reasons unless the user may mark the unit that submits the evidence."""
    return check_marker(by, entry.self_assessment)


def check_round_ender(by: Actor, entry: Entry) -> list[str]:
    """Return reasons unless the user is in the office that runs the round."""
    return check_round_manager(by, entry.self_assessment)


def check_appellant(by: Actor, unit: Assessed) -> list[str]:
    """Return reasons unless the user is staff of the assessed unit.

    For a government this is its open-government office; for an office inside a bureau, staff of the
    bureau.
    """
    own = by.has(*ENTRY_STAFF_ROLES, body_id=unit.body_id) or by.has(Role.CHIEF)
    if own and unit.body_id in list_responsible_units(by):
        return []
    return [f"只有被考核单位（{unit.label}）可以申诉。"]


#: Log action that opens an appeal.
APPEAL_OPENED_ACTIONS = ("score_appeal.open",)


def check_appeal_withdrawer(by: Actor, entry: Entry) -> list[str]:
    """Return reasons unless the user may withdraw the appeal.

    Staff of the unit may; for an office inside a bureau, its staff and the person who filed the
    appeal.
    """
    unit = entry.appeal.unit
    reasons = check_appellant(by, unit)
    if (
        reasons
        or not unit.office_id
        or works_in(by, unit)
        or is_among(by, list_actors(entry.stream, APPEAL_OPENED_ACTIONS))
    ):
        return reasons
    return [f"由{unit.label}的人员或者提出申诉的人撤回，组织考核、评分的人不能代为撤回。"]


def check_evaluator(by: Actor, evaluator: Evaluator) -> list[str]:
    """Return reasons unless the user is the evaluator."""
    return [] if is_own_login(by, evaluator.person.user_id) else ["只有本人可以评分。"]


def check_registrar(by: Actor, body: object) -> list[str]:
    """Return reasons unless the user is staff of the unit or in the open-government office above it.

    Documents follow their record; talks belong to the open-government office only.
    """
    if isinstance(body, TrainingPaper):
        body = body.training
    if isinstance(body, Talk | TalkPaper):
        return check_supervisor(by, body if isinstance(body, Talk) else body.talk)
    unit = get_owner_body(body)
    if is_above(by, unit) or by.has(*ENTRY_STAFF_ROLES, body_id=unit.pk):
        return []
    return [f"只有本单位（{unit.label}）或者政务公开办可以登记。"]


def check_supervisor(by: Actor, body: object) -> list[str]:
    """Return reasons unless the user is in the open-government office above the unit or is a job."""
    if is_above(by, get_owner_body(body)):
        return []
    return ["只有政务公开办可以登记。"]


def check_draft(scheme: Scheme) -> list[str]:
    """Return reasons against changing a scheme that is no draft."""
    return [] if scheme.state == "draft" else ["指标体系启用后不能修改，请起草新的一版。"]
