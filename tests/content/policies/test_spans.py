"""States of many documents cost no more questions than those of a few."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from factories import policies as library
from gongkai.content.editions.models import Column, Document
from gongkai.content.policies import actions, spans, validity
from gongkai.content.policies.models import PolicyRecord
from gongkai.content.policies.queries.side import list_validity_history
from gongkai.content.policies.states import DecisionKind, ValidityFacts
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


def decided(housing: Body, rules: Column, count: int) -> list[PolicyRecord]:
    """Public documents, each amended by another one of the library."""
    other = library.public(housing, [rules])
    made = [library.public(housing, [rules]) for _ in range(count)]
    for one in made:
        actions.decide(one, by=SYSTEM, what=DecisionKind.AMEND, on=date(2026, 6, 1), actor=other)
    return list(PolicyRecord.objects.filter(pk__in=[one.pk for one in made]))


def asked(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as found:
        act()
    return len(found)


def test_the_job_writes_only_what_is_out_of_step(housing: Body, rules: Column, monkeypatch: pytest.MonkeyPatch) -> None:
    some = decided(housing, rules, 3)
    assert spans.sync_all() == {"standings": 0}
    Document.objects.filter(policy__in=some).update(standing="in_force")
    monkeypatch.setattr(spans, "BATCH_SIZE", 2)
    assert spans.sync_all() == {"standings": 3}
    assert set(Document.objects.filter(policy__in=some).values_list("standing", flat=True)) == {"amended"}
    assert spans.verify_spans().ok


def test_what_ends_soon_is_found_in_as_many_questions(housing: Body) -> None:
    for _ in range(2):
        library.record(housing, ends_on=date(2027, 1, 31))
    few = asked(lambda: validity.list_expiring_records(TODAY))
    for _ in range(4):
        library.record(housing, ends_on=date(2027, 1, 31))
    assert asked(lambda: validity.list_expiring_records(TODAY)) == few
    assert [day for _, day in validity.list_expiring_records(TODAY)] == [date(2027, 1, 31)] * 6


def test_a_coming_end_is_not_told_as_past() -> None:
    with time_machine.travel(datetime(2026, 11, 20, 4, tzinfo=UTC)):
        assert [said for _, said in list_validity_history(ValidityFacts(ends=date(2027, 5, 2)))] == [
            "届时失效",
            "现行有效",
        ]
        assert [said for _, said in list_validity_history(ValidityFacts(ends=date(2026, 5, 2)))] == [
            "已失效",
            "现行有效",
        ]
