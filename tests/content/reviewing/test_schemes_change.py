"""A scheme is changed while texts wait for their column or for a signature: what was right stays right, nothing gets past a stage."""

from dataclasses import replace

import pytest

from factories.publishing import column, item, public, reviewed, sign, sign_all, signed, submitted
from factories.units import actor
from gongkai.content.editions import queries
from gongkai.content.editions.models import Column, Placement, Website
from gongkai.content.editions.sources import document_of
from gongkai.content.publishing import actions
from gongkai.content.reviewing.models import Review
from gongkai.content.reviewing.plan import DEFAULT_PLAN, ReviewPlan, ReviewStage
from gongkai.content.reviewing.verify import verify_reviews
from gongkai.core.acts.action import Refused
from gongkai.core.units.actors import ANONYMOUS, SYSTEM
from gongkai.core.units.models import Body, Role

pytestmark = pytest.mark.django_db
TWO = replace(DEFAULT_PLAN, stages=(DEFAULT_PLAN.stages[0], DEFAULT_PLAN.stages[2]))
FOUR = replace(DEFAULT_PLAN, stages=(*DEFAULT_PLAN.stages, ReviewStage("审定", (Role.CHIEF,))))


@pytest.fixture
def closed(site: Website) -> Column:
    return column(site, "惠民惠农资金", opened=False)


def scheme(site: Website, at: Column, plan: ReviewPlan) -> None:
    actions.set_scheme(site, by=actor(Role.CHIEF, site.body), plan=plan, column=at, reason="试行，市政府同意")


def opened(site: Website, at: Column) -> int:
    """Open a column and move in what waits for it."""
    chief = actor(Role.CHIEF, site.body)
    actions.open_column(at, by=SYSTEM)
    moved: int = actions.move_waiting(at, by=chief)
    return moved


@pytest.mark.parametrize("later", [TWO, FOUR])
def test_what_waits_in_public_moves_in_on_the_signatures_it_has(
    later: ReviewPlan, site: Website, closed: Column, housing: Body
) -> None:
    document = reviewed(housing, [closed])
    scheme(site, closed, later)
    assert opened(site, closed) == 1
    assert Placement.objects.get(document=document).column == closed
    assert queries.load_shown(ANONYMOUS, pk=document.pk)
    assert verify_reviews().ok


def test_its_next_version_is_signed_by_the_new_plan(site: Website, closed: Column, housing: Body) -> None:
    page = item(housing, [closed])
    signed(page)
    scheme(site, closed, FOUR)
    opened(site, closed)
    actions.save_revision(page, by=actor(Role.CLERK, housing), title="第二稿")
    second = submitted(page)
    assert [stage["name"] for stage in second.plan["stages"]] == ["初审", "复审", "终审", "审定"]


def test_what_is_under_review_goes_on_by_the_plan_it_began_with(site: Website, closed: Column, housing: Body) -> None:
    """Its stages are the review's own: a scheme that was dropped, a column that was opened take none of them away."""
    scheme(site, closed, FOUR)
    review = submitted(item(housing, [closed]))
    sign_all(review, upto=0)
    chief = actor(Role.CHIEF, site.body)
    actions.drop_scheme(site, by=chief, column=closed)
    assert opened(site, closed) == 1
    sign_all(review)
    review = Review.objects.get(pk=review.pk)
    assert (review.stage, review.edition_id) == (3, None), "the fourth stage waits still"
    sign(review, by=chief)
    assert Review.objects.get(pk=review.pk).edition_id
    assert verify_reviews().ok


def test_what_only_waits_is_moved_nowhere_else_on_the_signatures_of_a_laxer_plan(
    site: Website, closed: Column, plans: Column, housing: Body
) -> None:
    """The provisional column asks what the target asks, but this text never went through it."""
    scheme(site, closed, TWO)
    page = item(housing, [closed])
    review = submitted(page)
    sign(review, by=actor(Role.REVIEWER, housing))
    sign(review, by=actor(Role.LEAD, housing))
    document = document_of(page)
    assert queries.load_shown(ANONYMOUS, pk=document.pk)
    provisional = Column.objects.get(website=site, provisional=True)
    chief = actor(Role.CHIEF, site.body)
    with pytest.raises(Refused, match="审签程序与这条信息所经的不同"):
        actions.move(provisional, by=chief, to=plans)
    with pytest.raises(Refused, match="审签程序与这条信息所经的不同"):
        actions.place(document, by=actor(Role.CLERK, housing), columns=[plans])
    assert Placement.objects.get(document=document).intended == closed
    assert opened(site, closed) == 1, "where it was signed for it goes"


def test_what_waits_without_a_plan_of_its_own_is_moved_in_bulk(
    site: Website, closed: Column, plans: Column, housing: Body
) -> None:
    public(housing, [closed])
    provisional = Column.objects.get(website=site, provisional=True)
    assert actions.move(provisional, by=actor(Role.CHIEF, site.body), to=plans) == 1


def test_a_plan_made_lax_for_a_while_opens_no_stricter_column(site: Website, plans: Column, housing: Body) -> None:
    """Published under two stages, three again: what counts is the plan that was signed under, not the one its column has now."""
    finance = column(site, "财政预算决算")
    scheme(site, plans, TWO)
    page = item(housing, [plans])
    review = submitted(page)
    for role in (Role.REVIEWER, Role.LEAD):
        sign(review, by=actor(role, housing))
    chief = actor(Role.CHIEF, site.body)
    actions.drop_scheme(site, by=chief, column=plans)
    document = document_of(page)
    for way in (
        lambda: actions.place(document, by=actor(Role.CLERK, housing), columns=[finance]),
        lambda: actions.move(plans, by=chief, to=finance),
    ):
        with pytest.raises(Refused, match="审签程序与这条信息所经的不同"):
            way()


def test_a_plan_that_only_asks_otherwise_for_days_or_checklists_asks_nobody_again(
    site: Website, plans: Column, housing: Body
) -> None:
    finance = column(site, "财政预算决算")
    document = reviewed(housing, [plans])
    slower = replace(DEFAULT_PLAN, stages=tuple(replace(stage, days=3) for stage in DEFAULT_PLAN.stages))
    scheme(site, finance, slower)
    actions.place(document, by=actor(Role.CLERK, housing), columns=[finance])
    assert document.placements.count() == 2
