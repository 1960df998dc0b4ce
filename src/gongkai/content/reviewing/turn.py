"""Whose turn it is: the stage that waits, who may sign it, and who no longer. Reads only."""

from collections.abc import Iterable

from gongkai.content.editions.sources import columns_of, document_of, source_named
from gongkai.content.reviewing.distinct import Clash, Hand, Same, clashes, hand_of, writers_of
from gongkai.content.reviewing.models import Review, Signature, Verdict
from gongkai.content.reviewing.plan import Plan, Stage
from gongkai.content.reviewing.schemes import plan_for
from gongkai.core.acts.actors import Actor
from gongkai.core.outbox.recipients import Post, Roster
from gongkai.core.units.models import Body, Role
from gongkai.core.units.same_person import registrations

AUTHOR = "您参与了这条信息的起草或送审，须由其他人审签。"
SIGNED = "您已在前面的级次审签过，每一级须由不同的人审签。"
RECORDED = "您代为登记过这次送审的纸质签批，不能再审签。"

WORDS = {Clash.WROTE: AUTHOR, Clash.AGAIN: SIGNED, Clash.RECORDED: RECORDED}


def plan_of(review: Review) -> Plan:
    """Return the plan a review began with. One submitted before there were plans gets that of its columns now."""
    if review.plan:
        return Plan.from_json(review.plan)
    source = source_named(review.source)
    return plan_for(columns_of(document_of(source))) if source else plan_for([])


def stage_of(review: Review, plan: Plan) -> Stage | None:
    """Return the stage that waits; None where none does."""
    return plan.stages[review.stage] if review.stage < len(plan.stages) else None


def unit_of(review: Review) -> Body | None:
    """Return the unit whose text is under review; None where it is gone."""
    return review.unit


def yeses(review: Review) -> list[Signature]:
    """Return the signatures given on this submission, in their order."""
    return list(Signature.objects.filter(review_id=review.pk, verdict=Verdict.YES).order_by("pk"))


def role_for(by: Actor, roles: Iterable[str], body: Body) -> str:
    """Return the first of these roles that somebody holds for a body; empty where they hold none. The 政务公开办 reaches the units below it."""
    for role in roles:
        if role == Role.CHIEF and by.reaches(Role.CHIEF, path=body.path):
            return role
        if role != Role.CHIEF and by.has(role, body_id=body.pk):
            return role
    return ""


def bars(
    review: Review,
    plan: Plan,
    signed: Iterable[Signature],
    by: Actor,
    *,
    first: bool,
    same: Same = registrations,
) -> list[str]:
    """Return why somebody, whatever their role, may not sign this review: they wrote it, signed it, or recorded for others."""
    hand = Hand(0 if first else 1, by.person_id, by.user_id)
    others = [hand_of(signature) for signature in signed]
    found = clashes(hand, others, writers_of(review), drafter_first=plan.drafter_first, same=same)
    return [words for clash, words in WORDS.items() if clash in found]


def mark(people: Iterable[int | None], accounts: Iterable[int | None]) -> str:
    """Return people and accounts as lists look for them: |p3|p9|u8|."""
    parts = [f"p{number}" for number in sorted({n for n in people if n is not None})]
    parts += [f"u{number}" for number in sorted({n for n in accounts if n is not None})]
    return "|" + "".join(f"{part}|" for part in parts)


def barred_mark(review: Review, plan: Plan, signed: Iterable[Signature]) -> str:
    """Return who can no longer sign the stage that waits, for lists."""
    signed = list(signed)
    people = {s.person_id for s in signed} | {s.recorder_id for s in signed}
    accounts = {s.account_id for s in signed}
    if not (plan.drafter_first and review.stage == 0):
        people |= {review.submitted_person, *review.author_people}
        accounts |= set(review.authors)
    return mark(people, accounts)


def candidates(review: Review, stage: Stage) -> list[tuple[str, list[int]]]:
    """Return the people who can sign the stage that waits, by role in the stage's order; the 政务公开办 stands in last.

    A role held only by people without a login stands behind those whose people can open the text.
    """
    roster = Roster.read([Post(role, review.body_id) for role in stage.roles])
    found: list[tuple[str, list[int]]] = []
    out_of_reach: list[tuple[str, list[int]]] = []
    for role in sorted(stage.roles, key=lambda role: role == Role.CHIEF):
        if role == Role.CHIEF:
            holders = reached = roster.persons(Post(role, review.body_id))
        else:
            held = roster.held.get((role, review.body_id), [])
            holders = {a.person_id for a in held}
            reached = {a.person_id for a in held if a.person.user_id}
        able = [p for p in sorted(holders) if f"|p{p}|" not in review.barred]
        if able:
            (found if reached & set(able) else out_of_reach).append((str(role), able))
    return found + out_of_reach


def persons_to_tell(review: Review, stage: Stage) -> tuple[int, ...]:
    """Return who is told that a stage waits: the holders of the first role that has somebody able to sign."""
    able = candidates(review, stage)
    return tuple(able[0][1]) if able else ()
