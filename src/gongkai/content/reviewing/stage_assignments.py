"""Assign persons to the stages of a plan before submission, and again when appointments change."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from gongkai.content.editions.models import Column, Website
from gongkai.content.reviewing.actions.signing import make_signer_notifications, order_roles
from gongkai.content.reviewing.models import Review, Signature
from gongkai.content.reviewing.plan import STAGE_ROLES, ReviewPlan, ReviewStage
from gongkai.content.reviewing.schemes import get_merged_plan, map_column_plans
from gongkai.content.reviewing.signers import get_pending_stage, get_plan, get_role, get_writers, list_candidates
from gongkai.content.reviewing.states import OPEN_STATES
from gongkai.core.acts.following import ActionEvent
from gongkai.core.outbox.outbox import NotifiedPost, PostHolders, write_messages
from gongkai.core.units.actors import Actor, get_reach, in_force_q
from gongkai.core.units.another_person import map_registrations
from gongkai.core.units.models import Appointment, Body, Person, Role

#: Days for which the job checks appointments again, in case it missed a day.
DAYS_LOOKED_BACK = 3


@dataclass(frozen=True)
class StageSigner:
    """A stage with a possible signer; `person` is None if there is none."""

    stage: ReviewStage
    role: str = ""
    person: Person | None = None

    @property
    def words(self) -> str:
        """Return the stage, name and post in Chinese."""
        return f"{self.stage.name}：{self.person.name}（{Role(self.role).label}）" if self.person else self.stage.name


def match_stages(plan: ReviewPlan, able: Sequence[Sequence[tuple[int, str]]]) -> list[tuple[int, str] | None]:
    """Return a distinct person with role for each stage (bipartite matching), or None where there is none.

    Args:
        plan: the stages.
        able: for each stage the persons who may sign it with their role, the preferred ones first.
    """
    taken: dict[int, int] = {}

    def place(stage: int, tried: set[int]) -> bool:
        """Assign a person to the stage, moving others where needed; return whether it succeeded."""
        free = next((person for person, _ in able[stage] if person not in taken), None)
        if free is not None:
            taken[free] = stage
            return True
        for person, _ in able[stage]:
            if person not in tried and place(taken[person], tried | {person}):
                taken[person] = stage
                return True
        return False

    for stage in range(len(plan.stages)):
        place(stage, set())
    by_stage = {stage: person for person, stage in taken.items()}
    return [
        next(((person, role) for person, role in able[stage] if person == by_stage.get(stage)), None)
        for stage in range(len(plan.stages))
    ]


AbleStages = list[list[tuple[int, str]]]


def assign_signers(
    plan: ReviewPlan, body: Body, writers: Collection[int], roster: PostHolders | None = None
) -> list[StageSigner]:
    """Return a different possible signer for each stage of a text by these writers."""
    roster = roster or PostHolders.read(NotifiedPost(role, body.pk) for role in STAGE_ROLES)
    able = _list_able_by_stage(plan, body.pk, writers, roster)
    found = _assign_able_signers(plan, able, writers, _map_first_registrations(able, writers))
    named = Person.objects.in_bulk([one[0] for one in found if one])
    return [
        StageSigner(stage, one[1], named[one[0]]) if one else StageSigner(stage)
        for stage, one in zip(plan.stages, found, strict=True)
    ]


def _list_able_by_stage(plan: ReviewPlan, body: int, writers: Collection[int], roster: PostHolders) -> AbleStages:
    """Return the possible signers of each stage; writers may sign only a first stage of the drafter."""
    return [
        _list_able_signers(stage, body, roster, () if plan.drafter_first and number == 0 else writers)
        for number, stage in enumerate(plan.stages)
    ]


def _map_first_registrations(able: AbleStages, writers: Iterable[int]) -> dict[int, int]:
    """Return {registration of a signer or writer: one registration for each person}."""
    people = {person for stage in able for person, _ in stage} | {*writers}
    return {number: min(known) for number, known in map_registrations(people).items()}


def _assign_able_signers(
    plan: ReviewPlan, able: AbleStages, writers: Collection[int], same: Mapping[int, int]
) -> Sequence[tuple[int, str] | None]:
    """Return (person, role) or None for each stage; nobody twice, authors only in a first stage of the drafter."""
    wrote = {same[writer] for writer in writers}
    free = [
        [(same[p], role) for p, role in stage if same[p] not in wrote or (plan.drafter_first and number == 0)]
        for number, stage in enumerate(able)
    ]
    return match_stages(plan, free)


def _list_able_signers(
    stage: ReviewStage, body: int, roster: PostHolders, writers: Collection[int]
) -> list[tuple[int, str]]:
    """Return (person, role) of a stage's possible signers, with a login first, 政务公开办 last, no leave cover of a writer."""
    able_signers = []
    for role in sorted(stage.roles, key=lambda role: role == Role.CHIEF):
        if role == Role.CHIEF:
            able_signers += [(person, str(role)) for person in sorted(roster.persons(NotifiedPost(role, body)))]
        else:
            held = [a for a in roster.held.get((role, body), []) if not (a.covers and a.covers.person_id in writers)]
            held = sorted(held, key=lambda a: (not a.person.user_id, a.person_id))
            able_signers += [(appointment.person_id, str(role)) for appointment in held]
    return able_signers


def find_missing_signers(signers: Iterable[StageSigner], body: Body) -> list[str]:
    """Return the reason against submitting a text without possible signers, with a solution."""
    unsigned_stages = [signer.stage for signer in signers if signer.person is None]
    if not unsigned_stages:
        return []
    names = "、".join(stage.name for stage in unsigned_stages)
    roles = "、".join(dict.fromkeys(word for stage in unsigned_stages for word in stage.role_labels.split("、")))
    return [
        f"{body.label}没有人能{names}：每一级须由不同的人审签，起草人不在其内。"
        f"请系统管理员在“人员与任职”里为{body.label}再登记一人：任{roles}来审签，或者任经办人来起草；"
        "也可以请政务公开办在“审签程序”里改用人手够的程序，人少的，写明理由，允许起草人做第一级审签。"
    ]


def find_stranded_stages(review: Review, plan: ReviewPlan, signed: Sequence[Signature], by: Actor) -> list[str]:
    """Return the reason against a signature that leaves a later stage without a signer.

    It names a signer for each stage. Empty if every later stage still has one, or if there was no
    complete set before.
    """
    body, done = review.unit, {signature.stage for signature in signed}
    waiting = [stage for number, stage in enumerate(plan.stages) if number not in done and number >= review.stage]
    later = waiting[1:]
    if body is None or by.person_id is None or not any(get_role(by, stage.roles, body) for stage in later):
        return []
    hands = {n for one in signed for n in (one.person_id, one.recorder_id, *one.covered) if n is not None}
    barred = get_writers(review).people | hands
    own = {by.person_id, *by.acts_for}
    rest = assign_signers(replace(plan, stages=tuple(later), drafter_first=False), body, barred | own)
    stranded = [signer.stage.name for signer in rest if signer.person is None]
    if not stranded:
        return []
    first_drafts = plan.drafter_first and review.stage == 0
    best = assign_signers(replace(plan, stages=tuple(waiting), drafter_first=first_drafts), body, barred)
    if any(signer.person is None for signer in best):
        return []
    return [
        f"您审签这一级以后，就没有人能{'、'.join(stranded)}：每一级须由不同的人审签。"
        f"请按这样的分工：{'；'.join(signer.words for signer in best)}。"
    ]


def find_unsignable_units(bodies: Sequence[Body], planned: ReviewPlan | None = None) -> list[Body]:
    """Return the units of which no text could have all its signers.

    Only units with a clerk or a 政务公开办 are considered. `planned` is the plan; by default it is the one in
    force on their government's site.
    """
    writers = Appointment.objects.filter(in_force_q(), role__in=(Role.CLERK, Role.CHIEF), body__in=bodies)
    writing: dict[int, set[int]] = defaultdict(set)
    for row in writers.order_by("role", "pk"):
        writing[row.body_id].add(row.person_id)
    roster = PostHolders.read(NotifiedPost(role, body.pk) for body in bodies for role in STAGE_ROLES)
    sites = list(Website.objects.select_related("body"))
    fixed = Column.objects.filter(website__in=sites, parent=None).order_by("website", "position", "pk")
    first = {column.website_id: column for column in reversed(list(fixed))}
    plans = map_column_plans(first.values())
    able: dict[tuple[int, int], tuple[ReviewPlan, AbleStages]] = {}
    for body in bodies:
        over = [site for site in sites if body.path.startswith(site.body.path) and site.pk in first]
        site = max(over, key=lambda site: len(site.body.path), default=None)
        plan = planned or (plans[first[site.pk].pk] if site else get_merged_plan([]))
        for writer in writing.get(body.pk, ()):
            able[body.pk, writer] = plan, _list_able_by_stage(plan, body.pk, [writer], roster)
    same = _map_first_registrations(
        [stage for _, stages in able.values() for stage in stages], [one for _, one in able]
    )
    signable = {
        number for (number, one), (plan, stages) in able.items() if all(_assign_able_signers(plan, stages, [one], same))
    }
    return [body for body in bodies if body.pk in writing and body.pk not in signable]


def refresh_holders(reviews: Iterable[Review]) -> int:
    """Update the signers of open reviews and notify new ones; return how many changed."""
    changed = 0
    for review in reviews:
        plan = get_plan(review)
        stage = get_pending_stage(review, plan)
        if stage is None:
            continue
        able = list_candidates(review, stage)
        holders = order_roles(stage, able)
        if holders == review.holders:
            continue
        changed += 1
        review.holders = holders
        Review.objects.filter(pk=review.pk, state__in=OPEN_STATES, stage=review.stage).update(holders=holders)
        write_messages(
            make_signer_notifications(review, plan, "审签人有变动。", tuple(able[0][1]) if able else (), again=holders)
        )
    return changed


def refresh_holders_after_appointments() -> dict[str, int]:
    """Job: update open reviews for appointments that began or ended in the last days; return counts."""
    today = timezone.localdate()
    since = today - timedelta(days=DAYS_LOOKED_BACK)
    recent = Q(start__range=(since, today)) | Q(end__range=(since, today))
    units = Q(pk__in=[])
    for row in Appointment.objects.filter(recent, role__in=STAGE_ROLES).select_related("body__parent"):
        units |= _make_signable_condition(row)
    return {"reviews": refresh_holders(Review.objects.filter(units, state__in=OPEN_STATES).order_by("pk"))}


def update_after_appointment(instance: Appointment, **_: object) -> None:
    """Update a unit's open reviews when a signing post begins or ends."""
    if instance.role in STAGE_ROLES:
        refresh_holders(Review.objects.filter(_make_signable_condition(instance), state__in=OPEN_STATES))


def update_after_merger(event: ActionEvent) -> None:
    """Update the reviews of a merged unit for the successor's signers, also when undone."""
    refresh_holders(Review.objects.filter(body_id=event.target.pk, state__in=OPEN_STATES))


def _make_signable_condition(post: Appointment) -> Q:
    """Return the condition for reviews that the holder of a post may sign."""
    if post.role != Role.CHIEF:
        return Q(body_id=post.body_id)
    reach = get_reach(post.role, post.body)
    return Q(body_id__in=Body.objects.filter(path__startswith=reach).values("pk"))
