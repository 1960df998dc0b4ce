"""Signers are named before a text is submitted, and reviews follow appointments that change."""

from dataclasses import replace

import pytest

from factories.publishing import item
from factories.units import AppointmentFactory, BodyFactory, actor
from gongkai.content.editions.models import Column, Website
from gongkai.content.publishing import actions
from gongkai.content.publishing.rights import GROUP_NAME_PREFIX
from gongkai.content.reviewing.actions.reviews import signers_of_draft, submit_blockers
from gongkai.content.reviewing.plan import DEFAULT_PLAN, PLAN_PRESETS, find_plan_errors
from gongkai.content.reviewing.stage_assignments import find_unsignable_units, match_stages
from gongkai.content.reviewing.waiting import list_first_in_line
from gongkai.core.acts.action import Refused
from gongkai.core.outbox.models import Message
from gongkai.core.units.actions import merge, restore
from gongkai.core.units.actors import SYSTEM, actor_of
from gongkai.core.units.models import Body, Role

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("able", "chosen"),
    [
        ([[1, 2], [1], [3]], [2, 1, 3]),
        ([[1], [1], [2]], [1, None, 2]),
        ([[9, 8], [9, 8], [9, 8]], [9, 8, None]),
        ([[1, 9], [9], [1, 9, 7]], [1, 9, 7]),
    ],
)
def test_each_stage_gets_another_person(able: list[list[int]], chosen: list[int | None]) -> None:
    found = match_stages(DEFAULT_PLAN, [[(person, "lead") for person in stage] for stage in able])
    assert sum(one is not None for one in found) == sum(one is not None for one in chosen)
    assert [one and one[0] for one in found] == chosen


def test_presets_are_lawful_plans() -> None:
    assert not any(find_plan_errors(preset.plan) for preset in PLAN_PRESETS.values())


def test_a_unit_with_one_clerk_is_reviewed_by_the_office(
    site: Website, housing: Body, plans: Column, refuses_without_signers: None
) -> None:
    clerk = actor(Role.CLERK, housing)
    text = item(housing, [plans], by=clerk)
    office = BodyFactory(name="云岭市人民政府办公室", parent=site.body, kind="general_office")
    for _ in range(2):
        AppointmentFactory(role=Role.CHIEF, body=office)
    with pytest.raises(Refused, match=r"没有人能.*请系统管理员"):
        actions.submit(text, by=clerk)
    assert find_unsignable_units([housing]) == [housing]
    AppointmentFactory(role=Role.CHIEF, body=office)
    assert not find_unsignable_units([housing])
    assert not submit_blockers(text, by=clerk)
    assert [one.role for one in signers_of_draft(text, by=clerk)] == [Role.CHIEF] * 3
    assert actions.submit(text, by=clerk).stage_name == "初审"


def test_an_office_of_three_needs_a_fourth_person_for_its_own_texts(
    site: Website, plans: Column, refuses_without_signers: None
) -> None:
    """The drafter is one of the three; a clerk, or a drafter who may sign first, is the way out."""
    office = BodyFactory(name="云岭市人民政府办公室", parent=site.body, kind="general_office")
    for _ in range(3):
        AppointmentFactory(role=Role.CHIEF, body=office)
    assert find_unsignable_units([office]) == [office]
    assert not find_unsignable_units([office], replace(DEFAULT_PLAN, drafter_first=True))
    AppointmentFactory(role=Role.CLERK, body=office)
    assert not find_unsignable_units([office])


def test_one_who_wrote_signs_no_stage(housing: Body, plans: Column, refuses_without_signers: None) -> None:
    """A unit's clerk is its reviewer as well: two others remain for three stages."""
    reviewer = AppointmentFactory(role=Role.REVIEWER, body=housing).person
    clerk = AppointmentFactory(role=Role.CLERK, body=housing, person=reviewer).person
    AppointmentFactory(role=Role.SIGNER, body=housing)
    AppointmentFactory(role=Role.LEAD, body=housing)
    by = actor_of(clerk.user)
    with pytest.raises(Refused, match="没有人能"):
        actions.submit(item(housing, [plans], by=by), by=by)


def test_a_signature_that_leaves_a_later_stage_without_a_signer_is_refused(housing: Body, plans: Column) -> None:
    """One reviewer alone can sign the second stage as well: the other one signs the first."""
    both = AppointmentFactory(role=Role.REVIEWER, body=housing).person
    AppointmentFactory(role=Role.SIGNER, body=housing, person=both)
    other = AppointmentFactory(role=Role.REVIEWER, body=housing).person
    last = AppointmentFactory(role=Role.LEAD, body=housing).person
    review = actions.submit(item(housing, [plans]), by=actor(Role.CLERK, housing))
    (reason,) = actions.approve.why_not(review, by=actor_of(both.user))
    assert "就没有人能" in reason
    assert f"初审：{other.name}" in reason
    assert not actions.approve.why_not(review, by=actor_of(other.user))
    assert not actions.return_review.why_not(review, by=actor_of(both.user))
    AppointmentFactory(role=Role.SIGNER, body=housing)
    assert not actions.approve.why_not(review, by=actor_of(both.user))
    assert last.name


def test_a_signer_appointed_later_sees_what_waits_already(site: Website, housing: Body, plans: Column) -> None:
    chief = actor(Role.CHIEF, site.body)
    review = actions.submit(item(housing, [plans]), by=actor(Role.CLERK, housing))
    assert list(list_first_in_line(chief)) == [review]
    lead = AppointmentFactory(role=Role.LEAD, body=housing).person
    assert list(list_first_in_line(actor_of(lead.user))) == [review]
    assert not list_first_in_line(chief).exists()
    assert Message.objects.filter(person=lead, subject__startswith="待初审").exists()


def test_the_successor_of_a_merged_unit_goes_on_with_its_reviews(site: Website, housing: Body, plans: Column) -> None:
    heir = BodyFactory(name="云岭市自然资源局", parent=site.body)
    signer = AppointmentFactory(role=Role.REVIEWER, body=heir).person
    review = actions.submit(item(housing, [plans]), by=actor(Role.CLERK, housing))
    merge(housing, by=SYSTEM, into=heir)
    assert review in list_first_in_line(actor_of(signer.user))
    assert signer.user.groups.filter(name=f"{GROUP_NAME_PREFIX}{housing.pk}").exists(), (
        "its people edit what it published"
    )
    restore(housing, by=SYSTEM)
    assert not signer.user.groups.filter(name=f"{GROUP_NAME_PREFIX}{housing.pk}").exists()
