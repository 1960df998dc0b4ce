"""A response published on the website goes through reviews; the case is answered once it is public."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from factories.fixtures import town
from factories.opinion import hours_ago, judged_case, reload_entry
from factories.publishing import column, sign_all, with_sheet
from factories.units import actor
from gongkai.content.editions.actions import place
from gongkai.content.editions.models import Column
from gongkai.content.editions.sources import ensure_document
from gongkai.content.publishing.actions import submit
from gongkai.content.reviewing.models import Review
from gongkai.core.acts.action import Refused
from gongkai.core.acts.models import Movement
from gongkai.core.units.models import Body, Role
from gongkai.ops.demo import clock
from gongkai.ui.portal.tree import reload_next_time
from gongkai.work.opinion import actions
from gongkai.work.opinion.models import Response
from gongkai.work.opinion.published_texts import apply_scheduled_texts

pytestmark = [pytest.mark.django_db, pytest.mark.own_town]
WORDS = {"title": "关于小区漏水情况的回应", "text": "经核实，共12户漏水。已责令企业七日内维修。"}


def scene() -> SimpleNamespace:
    reload_next_time()
    made = town()
    made.column = column(made.site, "回应关切")
    return made


@pytest.fixture
def unit(kept: SimpleNamespace, db: None) -> Body:
    return Body.objects.get(pk=kept.housing.pk)


def submit_for_review(unit: Body, **facts: object) -> Review:
    entry = judged_case(unit, **facts)
    clerk = actor(Role.CLERK, unit)
    actions.draft_response(entry, by=clerk, **WORDS)
    actions.submit_response(reload_entry(entry), by=clerk)
    return with_sheet(Review.objects.latest("pk"))


def test_last_signature_publishes_response_and_answers_case(unit: Body) -> None:
    review = submit_for_review(unit, found_at=hours_ago(5))
    entry = reload_entry(Response.objects.get().case)
    assert entry.state == "judged"
    with pytest.raises(Refused, match="正在审签"):
        actions.draft_response(entry, by=actor(Role.CLERK, unit), **WORDS)
    sign_all(review)
    entry = reload_entry(entry)
    assert (entry.state, entry.light) == ("responded", "blue")
    assert Movement.objects.filter(stream=entry.stream, action="opinion.published").count() == 1
    response = Response.objects.get()
    document = response.document
    assert document is not None
    assert entry.opinion_case.responded_at == response.responded_at == document.published_at
    assert apply_scheduled_texts() == {"kept": 0}


def test_scheduled_response_counts_from_its_publication(unit: Body) -> None:
    entry = judged_case(unit)
    clerk = actor(Role.CLERK, unit)
    response = actions.draft_response(entry, by=clerk, **WORDS)
    later = timezone.now() + timedelta(hours=2)
    place(ensure_document(response), by=clerk, columns=[Column.objects.get(name="回应关切")])
    sign_all(with_sheet(submit(response, by=clerk, visible_from=later)))
    assert (apply_scheduled_texts(), reload_entry(entry).state) == ({"kept": 0}, "judged")
    with clock.travel_to(later + timedelta(minutes=5)):
        assert apply_scheduled_texts() == {"kept": 1}
    assert (reload_entry(entry).state, reload_entry(entry).opinion_case.responded_at) == ("responded", later)


def test_missing_column_is_named_in_refusal(unit: Body, kept: SimpleNamespace) -> None:
    kept.column.__class__.objects.filter(pk=kept.column.pk).update(name="别的")
    entry = judged_case(unit)
    with pytest.raises(Refused, match="还没有起草"):
        actions.submit_response(entry, by=actor(Role.CLERK, unit))
    actions.draft_response(entry, by=actor(Role.CLERK, unit), **WORDS)
    with pytest.raises(Refused, match="“回应关切”栏目"):
        actions.submit_response(reload_entry(entry), by=actor(Role.CLERK, unit))
