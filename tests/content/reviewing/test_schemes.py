"""Review schemes: valid plans, who can sign the stages, and effects of a changed scheme on running reviews."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import Revision

from factories.publishing import actor_with_all_roles, column, item, public, reviewed, sign, sign_all, signed, submitted
from factories.units import AppointmentFactory, BodyFactory, UserFactory, actor
from gongkai.content.editions import queries
from gongkai.content.editions.models import Column, Edition, Placement, Website
from gongkai.content.editions.sources import ensure_document
from gongkai.content.publishing import actions
from gongkai.content.publishing.models import ItemPage
from gongkai.content.publishing.page_permissions import GROUP_NAME_PREFIX
from gongkai.content.reviewing.actions.reviews import find_submission_blockers, list_draft_signers
from gongkai.content.reviewing.models import Review
from gongkai.content.reviewing.plan import (
    DEFAULT_PLAN,
    PLAN_PRESETS,
    STAGE_ROLES,
    ReviewPlan,
    ReviewStage,
    can_fill_plan,
    find_plan_errors,
    is_plan_complete,
    merge_plans,
)
from gongkai.content.reviewing.signature_queue import list_first_in_line, make_vacancy_block
from gongkai.content.reviewing.stage_assignments import find_unsignable_units, match_stages
from gongkai.content.reviewing.verify import verify_reviews
from gongkai.core.acts.action import Refused
from gongkai.core.outbox.models import Message
from gongkai.core.units.actions import deactivate, merge, restore
from gongkai.core.units.actors import ANONYMOUS, SYSTEM, Actor, get_actor
from gongkai.core.units.models import Appointment, Body, Person, Role

pytestmark = pytest.mark.django_db


TWO_ROLES = ReviewPlan((ReviewStage("审核", (Role.SIGNER,)), ReviewStage("签发", (Role.LEAD,))))
OFFICE_PLAN = ReviewPlan(
    (ReviewStage("初审", (Role.REVIEWER,)), ReviewStage("复审", (Role.CHIEF,)), ReviewStage("终审", (Role.LEAD,)))
)


class TestFaults:
    def test_default_plan_has_three_stages_ending_with_the_head(self) -> None:
        assert not find_plan_errors(DEFAULT_PLAN)
        assert [stage.name for stage in DEFAULT_PLAN.stages] == ["初审", "复审", "终审"]
        assert DEFAULT_PLAN.stages[-1].roles[0] == Role.LEAD
        assert not DEFAULT_PLAN.drafter_first
        assert all(Role.CHIEF in stage.roles for stage in DEFAULT_PLAN.stages), "the office may stand in"

    @pytest.mark.parametrize(
        ("plan", "words"),
        [
            (ReviewPlan(()), "至少要有2名"),
            (ReviewPlan((DEFAULT_PLAN.stages[0],)), "至少要有2名"),
            (replace(TWO_ROLES, drafter_first=True), "至少要有2名"),
            (replace(DEFAULT_PLAN, stages=DEFAULT_PLAN.stages * 3), "最多7级"),
            (ReviewPlan((ReviewStage("", (Role.LEAD,)), *TWO_ROLES.stages)), "都要有名称"),
            (ReviewPlan((ReviewStage("初审", ()), *TWO_ROLES.stages)), "请为“初审”选择"),
            (ReviewPlan((ReviewStage("初审", (Role.CLERK,)), *TWO_ROLES.stages)), "请为“初审”选择"),
            (ReviewPlan((TWO_ROLES.stages[0], TWO_ROLES.stages[0])), "不能相同"),
            (replace(DEFAULT_PLAN, after_days=0), "补审的时限"),
            (replace(DEFAULT_PLAN, bulk_rows=1), "行数界限"),
        ],
    )
    def test_invalid_plans_are_refused(self, plan: ReviewPlan, words: str) -> None:
        assert words in "".join(find_plan_errors(plan))

    def test_plan_keeps_its_digest_through_json(self) -> None:
        assert ReviewPlan.from_json(DEFAULT_PLAN.to_json()) == DEFAULT_PLAN
        assert ReviewPlan.from_json(DEFAULT_PLAN.to_json()).digest == DEFAULT_PLAN.digest
        assert replace(DEFAULT_PLAN, bulk_rows=51).digest != DEFAULT_PLAN.digest


class TestMerged:
    def test_merge_intersects_roles_stage_by_stage_from_the_last(self) -> None:
        both = merge_plans([DEFAULT_PLAN, OFFICE_PLAN])
        assert [stage.roles for stage in both.stages] == [(Role.REVIEWER,), (Role.CHIEF,), (Role.LEAD,)]

    def test_merge_adds_a_stage_if_roles_have_nothing_in_common(self) -> None:
        other = ReviewPlan((ReviewStage("审核", (Role.SIGNER,)), ReviewStage("办公室签发", (Role.CHIEF,))))
        both = merge_plans([OFFICE_PLAN, other])
        assert [stage.name for stage in both.stages] == [
            "初审",
            "复审",
            "审核（另一栏目）",
            "办公室签发（另一栏目）",
            "终审",
        ]

    def test_merged_plan_lets_drafter_sign_first_only_if_all_do(self) -> None:
        assert not merge_plans([replace(DEFAULT_PLAN, drafter_first=True), DEFAULT_PLAN]).drafter_first


ROLES = st.sets(st.sampled_from(STAGE_ROLES), min_size=1).map(tuple)
PLANS = st.lists(ROLES, min_size=2, max_size=4).map(
    lambda given: ReviewPlan(tuple(ReviewStage(f"第{n}级", roles) for n, roles in enumerate(given)))
)


@given(st.lists(PLANS, min_size=2, max_size=4))
def test_merged_plan_is_at_least_as_strict_as_each(plans: list[ReviewPlan]) -> None:
    merged = merge_plans(plans)
    assert is_plan_complete(merged)
    assert len({stage.name for stage in merged.stages}) == len(merged.stages)
    roles = [[stage.roles[0]] for stage in merged.stages]
    assert all(can_fill_plan(plan, roles) for plan in [merged, *plans])


def test_text_in_columns_with_two_long_schemes_is_published(site: Website, housing: Body, plans: Column) -> None:
    """The merged plan has more checklist lines and longer names than an entered one may have."""
    other = column(site, "住房保障")
    for place, role, mark in ((plans, Role.LEAD, "甲"), (other, Role.SIGNER, "乙")):
        lines = tuple(f"{mark}{n}" for n in range(12))
        stages = (ReviewStage("审核", (Role.REVIEWER,), lines), ReviewStage("最后一级审核签发", (role,)))
        actions.set_scheme(site, by=SYSTEM, column=place, plan=ReviewPlan(stages), reason="人员少，两级审签。")
    page = item(housing, [plans, other])
    review = submitted(page)
    for role in (Role.REVIEWER, Role.SIGNER, Role.LEAD):
        sign(review, by=actor(role, housing))
        review.refresh_from_db()
    assert review.edition_id is not None


@given(PLANS)
def test_plan_is_not_filled_with_one_signer_too_few(plan: ReviewPlan) -> None:
    assert not can_fill_plan(plan, [list(STAGE_ROLES)] * (len(plan.stages) - 1))


@pytest.mark.parametrize(
    ("able", "chosen"),
    [
        ([[1, 2], [1], [3]], [2, 1, 3]),
        ([[1], [1], [2]], [1, None, 2]),
        ([[9, 8], [9, 8], [9, 8]], [9, 8, None]),
        ([[1, 9], [9], [1, 9, 7]], [1, 9, 7]),
    ],
)
def test_match_stages_assigns_distinct_persons(able: list[list[int]], chosen: list[int | None]) -> None:
    found = match_stages(DEFAULT_PLAN, [[(person, "lead") for person in stage] for stage in able])
    assert sum(one is not None for one in found) == sum(one is not None for one in chosen)
    assert [one and one[0] for one in found] == chosen


def test_presets_are_valid_plans() -> None:
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
    assert not find_submission_blockers(text, by=clerk)
    assert [one.role for one in list_draft_signers(text, by=clerk)] == [Role.CHIEF] * 3
    assert actions.submit(text, by=clerk).stage_name == "初审"


def test_office_of_three_needs_a_fourth_person_for_its_own_texts(
    site: Website, plans: Column, refuses_without_signers: None
) -> None:
    """The drafter is one of the three. A clerk, or a drafter who may sign first, solves it."""
    office = BodyFactory(name="云岭市人民政府办公室", parent=site.body, kind="general_office")
    for _ in range(3):
        AppointmentFactory(role=Role.CHIEF, body=office)
    assert find_unsignable_units([office]) == [office]
    assert not find_unsignable_units([office], replace(DEFAULT_PLAN, drafter_first=True))
    AppointmentFactory(role=Role.CLERK, body=office)
    assert not find_unsignable_units([office])


def test_text_of_a_reviewer_lacks_a_signer(housing: Body, plans: Column, refuses_without_signers: None) -> None:
    """The unit's clerk is also its reviewer, so two people remain for three stages."""
    reviewer = AppointmentFactory(role=Role.REVIEWER, body=housing).person
    clerk = AppointmentFactory(role=Role.CLERK, body=housing, person=reviewer).person
    AppointmentFactory(role=Role.SIGNER, body=housing)
    AppointmentFactory(role=Role.LEAD, body=housing)
    by = get_actor(clerk.user)
    with pytest.raises(Refused, match="没有人能"):
        actions.submit(item(housing, [plans], by=by), by=by)


def test_signature_that_leaves_a_later_stage_unsignable_is_refused(housing: Body, plans: Column) -> None:
    """Only one reviewer can also sign the second stage, so the other signs the first."""
    both = AppointmentFactory(role=Role.REVIEWER, body=housing).person
    AppointmentFactory(role=Role.SIGNER, body=housing, person=both)
    other = AppointmentFactory(role=Role.REVIEWER, body=housing).person
    last = AppointmentFactory(role=Role.LEAD, body=housing).person
    review = actions.submit(item(housing, [plans]), by=actor(Role.CLERK, housing))
    (reason,) = actions.approve.why_not(review, by=get_actor(both.user))
    assert "就没有人能" in reason
    assert f"初审：{other.name}" in reason
    assert not actions.approve.why_not(review, by=get_actor(other.user))
    assert not actions.return_review.why_not(review, by=get_actor(both.user))
    AppointmentFactory(role=Role.SIGNER, body=housing)
    assert not actions.approve.why_not(review, by=get_actor(both.user))
    assert last.name


def test_signer_appointed_later_sees_pending_reviews(site: Website, housing: Body, plans: Column) -> None:
    chief = actor(Role.CHIEF, site.body)
    review = actions.submit(item(housing, [plans]), by=actor(Role.CLERK, housing))
    assert list(list_first_in_line(chief)) == [review]
    lead = AppointmentFactory(role=Role.LEAD, body=housing).person
    assert list(list_first_in_line(get_actor(lead.user))) == [review]
    assert not list_first_in_line(chief).exists()
    assert Message.objects.filter(person=lead, subject__startswith="待初审").exists()


def test_office_and_administrator_see_unsignable_reviews(site: Website, housing: Body, plans: Column) -> None:
    """Both see the review until a signer is appointed."""
    chief, administrator = actor(Role.CHIEF, site.body), actor(Role.ADMINISTRATOR, site.body)
    review = submitted(item(housing, [plans], title="住房公积金新规"))
    for post in Appointment.objects.filter(body=housing):
        post.end = timezone.localdate() - timedelta(days=1)
        post.save()
    assert make_vacancy_block(administrator) is make_vacancy_block(chief) is None
    sign(review, by=chief)
    told = Message.objects.filter(key__startswith=f"review/{review.pk}/nobody/")
    for by, title in ((chief, "住房公积金新规"), (administrator, housing.label)):
        block = make_vacancy_block(by)
        assert block
        assert [line.title for line in block["todos"].lines] == [title]
        (subject,) = told.filter(person=by.person_id).values_list("subject", flat=True).distinct().order_by()
        assert ("住房公积金新规" in subject) is (by is chief)
    signer = AppointmentFactory(role=Role.SIGNER, body=housing).person
    assert make_vacancy_block(administrator) is make_vacancy_block(chief) is None
    assert Message.objects.filter(person=signer, subject__startswith="待复审").exists()


def test_successor_of_a_merged_unit_continues_its_reviews(site: Website, housing: Body, plans: Column) -> None:
    heir = BodyFactory(name="云岭市自然资源局", parent=site.body)
    signer = AppointmentFactory(role=Role.REVIEWER, body=heir).person
    review = actions.submit(item(housing, [plans]), by=actor(Role.CLERK, housing))
    merge(housing, by=SYSTEM, into=heir)
    assert review in list_first_in_line(get_actor(signer.user))
    assert signer.user.groups.filter(name=f"{GROUP_NAME_PREFIX}{housing.pk}").exists(), (
        "its people edit what it published"
    )
    restore(housing, by=SYSTEM)
    assert not signer.user.groups.filter(name=f"{GROUP_NAME_PREFIX}{housing.pk}").exists()


TWO_STAGES = replace(DEFAULT_PLAN, stages=(DEFAULT_PLAN.stages[0], DEFAULT_PLAN.stages[2]))
FOUR_STAGES = replace(DEFAULT_PLAN, stages=(*DEFAULT_PLAN.stages, ReviewStage("审定", (Role.CHIEF,))))


@pytest.fixture
def closed_column(site: Website) -> Column:
    return column(site, "惠民惠农资金", opened=False)


def set_plan(site: Website, at: Column, plan: ReviewPlan) -> None:
    actions.set_scheme(site, by=actor(Role.CHIEF, site.body), plan=plan, column=at, reason="试行，市政府同意")


def open_and_move(site: Website, at: Column) -> int:
    """Open a column and move in the documents that wait for it."""
    chief = actor(Role.CHIEF, site.body)
    actions.open_column(at, by=SYSTEM)
    moved: int = actions.move_waiting(at, by=chief)
    return moved


def test_waiting_public_document_moves_in_with_its_signatures(
    site: Website, closed_column: Column, housing: Body
) -> None:
    document = reviewed(housing, [closed_column])
    set_plan(site, closed_column, FOUR_STAGES)
    assert open_and_move(site, closed_column) == 1
    assert Placement.objects.get(document=document).column == closed_column
    assert queries.load_shown(ANONYMOUS, pk=document.pk)
    assert verify_reviews().ok


def test_running_review_keeps_its_plan(site: Website, closed_column: Column, housing: Body) -> None:
    """Neither a dropped scheme nor an opened column removes its stages."""
    set_plan(site, closed_column, FOUR_STAGES)
    review = submitted(item(housing, [closed_column]))
    sign_all(review, upto=0)
    chief = actor(Role.CHIEF, site.body)
    actions.drop_scheme(site, by=chief, column=closed_column)
    assert open_and_move(site, closed_column) == 1
    sign_all(review)
    review = Review.objects.get(pk=review.pk)
    assert (review.stage, review.edition_id) == (3, None), "the fourth stage waits still"
    sign(review, by=chief)
    assert Review.objects.get(pk=review.pk).edition_id
    assert verify_reviews().ok


def test_document_of_a_laxer_plan_moves_only_to_its_intended_column(
    site: Website, closed_column: Column, plans: Column, housing: Body
) -> None:
    """The provisional column has the target's plan, but this text was not reviewed under it."""
    set_plan(site, closed_column, TWO_STAGES)
    page = item(housing, [closed_column])
    review = submitted(page)
    sign(review, by=actor(Role.REVIEWER, housing))
    sign(review, by=actor(Role.LEAD, housing))
    document = ensure_document(page)
    assert queries.load_shown(ANONYMOUS, pk=document.pk)
    provisional = Column.objects.get(website=site, provisional=True)
    chief = actor(Role.CHIEF, site.body)
    with pytest.raises(Refused, match="审签程序与这条信息所经的不同"):
        actions.move(provisional, by=chief, to=plans)
    with pytest.raises(Refused, match="审签程序与这条信息所经的不同"):
        actions.place(document, by=actor(Role.CLERK, housing), columns=[plans])
    assert Placement.objects.get(document=document).intended == closed_column
    assert open_and_move(site, closed_column) == 1, "where it was signed for it goes"


def test_waiting_documents_without_own_plan_are_moved_in_bulk(
    site: Website, closed_column: Column, plans: Column, housing: Body
) -> None:
    public(housing, [closed_column])
    provisional = Column.objects.get(website=site, provisional=True)
    assert actions.move(provisional, by=actor(Role.CHIEF, site.body), to=plans) == 1


def test_document_signed_under_a_laxer_plan_enters_no_stricter_column(
    site: Website, plans: Column, housing: Body
) -> None:
    """The plan at the time of signing counts, not the current plan of its column."""
    finance = column(site, "财政预算决算")
    set_plan(site, plans, TWO_STAGES)
    page = item(housing, [plans])
    review = submitted(page)
    for role in (Role.REVIEWER, Role.LEAD):
        sign(review, by=actor(role, housing))
    chief = actor(Role.CHIEF, site.body)
    actions.drop_scheme(site, by=chief, column=plans)
    document = ensure_document(page)
    for way in (
        lambda: actions.place(document, by=actor(Role.CLERK, housing), columns=[finance]),
        lambda: actions.move(plans, by=chief, to=finance),
    ):
        with pytest.raises(Refused, match="审签程序与这条信息所经的不同"):
            way()


def test_plan_differing_only_in_days_or_checklists_counts_as_equal(site: Website, plans: Column, housing: Body) -> None:
    finance = column(site, "财政预算决算")
    document = reviewed(housing, [plans])
    slower = replace(DEFAULT_PLAN, stages=tuple(replace(stage, days=3) for stage in DEFAULT_PLAN.stages))
    set_plan(site, finance, slower)
    actions.place(document, by=actor(Role.CLERK, housing), columns=[finance])
    assert document.placements.count() == 2


SIGNED, SNEAKED = "审签的文字", "没有审签的文字"


@pytest.fixture
def page(housing: Body, plans: Column) -> ItemPage:
    return item(housing, [plans], title=SIGNED)


def reload_actor(by: Actor) -> Actor:
    """Return the actor of the same account for its next request."""
    return get_actor(get_user_model().objects.get(pk=by.user_id))


def test_draft_saved_after_scheduling_is_not_published(page: ItemPage, housing: Body) -> None:
    """Neither by saving the draft nor by Wagtail's scheduler."""
    at = timezone.now() + timedelta(days=2)
    signed(page, visible_from=at)
    actions.save_revision(page, by=actor(Role.CLERK, housing), title=SNEAKED, body="<p>没有人审签。</p>")
    Revision.objects.filter(pk=ItemPage.objects.get(pk=page.pk).latest_revision_id).update(
        approved_go_live_at=timezone.now() - timedelta(hours=1)
    )
    call_command("publish_scheduled", verbosity=0)
    assert Edition.objects.count() == 1
    rows = queries.shelf_visible_to(ANONYMOUS, at + timedelta(hours=1))
    assert {row.title for row in rows} == {SIGNED}
    assert verify_reviews().broken == ""


def test_signatures_of_a_leaver_stay_valid(page: ItemPage, housing: Body) -> None:
    """Leavers cannot sign again, even with a new account."""
    review = submitted(page)
    first, second = actor_with_all_roles(housing), actor(Role.SIGNER, housing)
    actor(Role.LEAD, housing)  # without another head the first one would leave the last stage to nobody
    sign(review, by=first)
    deactivate(Person.objects.get(pk=second.person_id), by=SYSTEM)
    with pytest.raises(Refused):
        sign(review, by=reload_actor(second))
    get_user_model().objects.filter(pk=first.user_id).delete()
    person = Person.objects.get(pk=first.person_id)
    person.user = UserFactory()
    person.save()
    with pytest.raises(Refused, match="已在前面的级次审签过"):
        sign(review, by=get_actor(person.user))
    deactivate(person, by=SYSTEM)
    sign_all(review)
    assert Edition.objects.count() == 1
    assert verify_reviews().broken == ""


def test_review_continues_after_a_merger(page: ItemPage, site: Website, housing: Body) -> None:
    """The successor's people sign the remaining stages, nobody twice."""
    review = submitted(page)
    first = actor_with_all_roles(housing)
    sign(review, by=first)
    successor = BodyFactory(name="云岭市建设局", parent=site.body)
    merge(housing, by=SYSTEM, into=successor)
    with pytest.raises(Refused, match="已在前面的级次审签过"):
        sign(review, by=reload_actor(first))
    sign(review, by=actor(Role.SIGNER, successor))
    assert not Edition.objects.exists()
    sign(review, by=actor(Role.LEAD, successor))
    assert Edition.objects.count() == 1
    assert verify_reviews().broken == ""
