"""Whose turn it is: the stage that waits, who may sign it, and who no longer. Reads only."""

from collections.abc import Iterable
from typing import Any

from gongkai.editions.sources import document_of
from gongkai.outbox.recipients import Post, Roster
from gongkai.publishing.models import ItemPage, Review, Signature, Verdict
from gongkai.publishing.reviewing.authors import is_author
from gongkai.publishing.reviewing.plan import Plan, Stage
from gongkai.publishing.reviewing.schemes import columns_of, plan_for
from gongkai.units.models import Body, Person, Role

AUTHOR = "您参与了这条信息的起草或送审，须由其他人审签。"
SIGNED = "您已在前面的级次审签过，每一级须由不同的人审签。"
RECORDED = "您代为登记过这次送审的纸质签批，不能再审签。"


def plan_of(review: Review) -> Plan:
    """Return the plan a review began with. One submitted before there were plans gets that of its columns now."""
    if review.plan:
        return Plan.from_json(review.plan)
    item = ItemPage.objects.filter(pk=review.item_id).first()
    return plan_for(columns_of(document_of(item))) if item else plan_for([])


def stage_of(review: Review, plan: Plan) -> Stage | None:
    """Return the stage that waits; None where none does."""
    return plan.stages[review.stage] if review.stage < len(plan.stages) else None


def yeses(review: Review) -> list[Signature]:
    """Return the signatures given on this submission, in their order."""
    return list(Signature.objects.filter(review_id=review.pk, verdict=Verdict.YES).order_by("pk"))


def role_for(by: Any, roles: Iterable[str], body: Body) -> str:
    """Return the first of these roles that somebody holds for a body; empty where they hold none. The 政务公开办 reaches the units below it."""
    for role in roles:
        if role == Role.CHIEF and by.reaches(Role.CHIEF, path=body.path):
            return role
        if role != Role.CHIEF and by.has(role, body_id=body.pk):
            return role
    return ""


def bars(review: Review, plan: Plan, signed: Iterable[Signature], by: Any, *, first: bool) -> list[str]:
    """Return why somebody, whatever their role, may not sign this review: they wrote it, signed it, or recorded for others."""
    reasons = []
    if is_author(review, by) and not (plan.drafter_first and first):
        reasons.append(AUTHOR)
    signed = list(signed)
    ours = twins(by.person_id) if by.person_id is not None else set()
    if any(s.person_id in ours or (s.account_id is not None and s.account_id == by.user_id) for s in signed):
        reasons.append(SIGNED)
    if by.person_id is not None and any(s.recorder_id == by.person_id for s in signed):
        reasons.append(RECORDED)
    return reasons


def twins(person_id: int) -> set[int]:
    """Return a person's number with those of the same name and mobile: one human registered twice is one signer."""
    person = Person.objects.filter(pk=person_id).first()
    if person is None or not person.mobile:
        return {person_id}
    return set(Person.objects.filter(name=person.name, mobile=person.mobile).values_list("pk", flat=True))


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
    """Return the people who can sign the stage that waits, by role in the stage's order; the 政务公开办 stands in last."""
    roster = Roster.read([Post(role, review.body_id) for role in stage.roles])
    found = []
    for role in sorted(stage.roles, key=lambda role: role == Role.CHIEF):
        if role == Role.CHIEF:
            holders = roster.persons(Post(role, review.body_id))
        else:
            holders = {a.person_id for a in roster.held.get((role, review.body_id), [])}
        able = [p for p in sorted(holders) if f"|p{p}|" not in review.barred]
        if able:
            found.append((str(role), able))
    return found


def told(review: Review, stage: Stage) -> tuple[int, ...]:
    """Return who is told that a stage waits: the holders of the first role that has somebody able to sign."""
    able = candidates(review, stage)
    return tuple(able[0][1]) if able else ()
