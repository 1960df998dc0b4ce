"""Figures of public opinion work for the assessment: timely responses, promises, talks."""

from datetime import date

import pytest
from django.utils import timezone

from factories.opinion import answer_case, evaluate_case, hours_ago, in_days, judged_case, promise, reload_entry
from factories.units import actor
from gongkai.core.ledger.figures import SCORE_SOURCES_BY_NAME
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body, Role
from gongkai.work.opinion import actions

pytestmark = pytest.mark.django_db


def list_values(name: str, body: Body, first: date, until: date) -> list[tuple[str, float]]:
    return [(case.why, case.value) for case in SCORE_SOURCES_BY_NAME[name].cases(body, first, until)]


def test_cases_count_by_their_response(housing: Body) -> None:
    evaluate_case(answer_case(judged_case(housing, found_at=hours_ago(30)), at=hours_ago(20)))
    evaluate_case(answer_case(judged_case(housing, found_at=hours_ago(70)), at=hours_ago(2)))
    made = judged_case(housing, found_at=hours_ago(60))
    actions.judge_case(
        reload_entry(made), by=SYSTEM, kind="hot", level="general", words="系旧闻重发，不需要回应。", needed=False
    )
    assert sorted(list_values("opinion", housing, in_days(-10), in_days(0))) == [("按期办结", 1.0), ("逾期办结", 0.0)]


def test_broken_promise_scores_zero_despite_early_admission(housing: Body) -> None:
    ends = {
        "按期兑现": ("kept", -3, 10),
        "逾期兑现": ("kept", -3, -6),
        "未兑现": ("broken", -3, 30),
        "逾期未兑现": ("", 0, -4),
    }
    for title, (state, closed, due) in ends.items():
        entry = promise(housing, title=title, until=in_days(due)).entry
        at = timezone.now() + (in_days(closed) - in_days(0)) if state else None
        Entry.objects.filter(pk=entry.pk).update(state=state or "running", closed_at=at)
    promise(housing, title="还没有到期")
    found = SCORE_SOURCES_BY_NAME["promise"].cases(housing, in_days(-20), in_days(0))
    assert {(case.label, case.why, case.value) for case in found} == {
        (title, title, 1.0 if title == "按期兑现" else 0.0) for title in ends
    }
    assert [one.title for one in SCORE_SOURCES_BY_NAME["promise"].ahead(housing, in_days(60))] == ["还没有到期"]


def test_each_accountability_talk_scores_zero(housing: Body) -> None:
    chief = actor(Role.CHIEF, housing.parent)
    entry = judged_case(housing)
    actions.record_accountability_talk(
        entry, by=chief, body=housing, sort="criticism", on=in_days(-1), words="长时间不回应"
    )
    assert list_values("opinion_talk", housing, in_days(-10), in_days(0)) == [(f"{in_days(-1)}通报批评", 0.0)]
    assert list_values("opinion_talk", housing, in_days(-10), in_days(-2)) == []
