"""Prepared statements answer as Django's own queries do, on both databases."""

from datetime import timedelta

import pytest
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import F
from django.db.transaction import TransactionManagementError
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from factories.units import actor
from gongkai.core.acts import prepared
from gongkai.core.acts.chain import append
from gongkai.core.acts.models import Movement
from gongkai.core.acts.prepared import Change, Prepared, insert, insert_new, side_by_side
from gongkai.core.acts.versions import save_if
from gongkai.core.ledger import numbers
from gongkai.core.outbox.models import Message
from gongkai.core.units.actors import SYSTEM, in_force
from gongkai.core.units.models import Appointment, Body, BodyKind, Person

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

HOLDERS = Prepared(
    lambda day, bodies: Appointment.objects.filter(in_force(day), body__in=bodies).order_by("pk"), Appointment
)
NAMES = Prepared(lambda name: Body.objects.filter(name=name).order_by().values_list("pk"), Body)
SINCE = Prepared(
    lambda moment, stream: (
        Movement.objects.filter(at__gte=moment, stream=stream)
        .order_by("seq")
        .values_list("seq", "at", "facts")
    ),
    Movement,
)


@pytest.fixture
def bodies(db: None) -> list[Body]:
    government = Body.objects.create(name="云岭市人民政府", kind=BodyKind.GOVERNMENT)
    made = [Body.objects.create(name=f"第{n}局", parent=government) for n in range(3)]
    for body in made:
        actor("clerk", body)
    return made


def test_rows_are_those_of_the_queryset(bodies: list[Body]) -> None:
    day = timezone.localdate()
    for some in ([bodies[0].pk], [one.pk for one in bodies], [bodies[2].pk, bodies[1].pk]):
        rows = HOLDERS(day=day, bodies=some)
        assert rows == list(HOLDERS.ask(day=day, bodies=some))
        assert len(rows) == len(some)
    assert HOLDERS(day=day - timedelta(days=40_000), bodies=[bodies[0].pk]) == []
    assert HOLDERS(day=day, bodies=[]) == []


def test_rows_of_several_tables_are_read_with_one_statement(
    bodies: list[Body], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    moved = append("matter/1", action="matter.change", by=SYSTEM, facts={"tables": ["甲"]})
    body = Prepared(
        lambda pk: Body.objects.filter(pk=pk).order_by().values_list("pk", "name", "parent", "active_to"),
        Body,
    )
    long_ago = timezone.now() - timedelta(days=1)
    asked = [
        (body, {"pk": bodies[1].pk}),
        (body, {"pk": 1_000_000}),
        (SINCE, {"moment": long_ago, "stream": "matter/1"}),
        (body, {"pk": bodies[0].parent_id}),
    ]
    with django_assert_num_queries(1):
        rows = side_by_side(asked)
    assert rows == [query.first(**given) for query, given in asked]
    assert rows[1] is None
    assert rows[2] == (1, moved.at, moved.facts)


def test_small_columns_are_asked_like_others() -> None:
    assert [numbers.draw("甲", 2026, count) for count in (1, 3, 1)] == [1, 4, 5]
    assert numbers.draw("甲", 2027) == 1


def test_words_are_kept_and_answers_are_not(bodies: list[Body]) -> None:
    assert NAMES(name="第1局") == [(bodies[1].pk,)]
    assert NAMES.first(name="没有这个局") is None
    Body.objects.filter(pk=bodies[2].pk).update(name="第1局%s'")
    assert NAMES(name="第1局%s'") == [(bodies[2].pk,)]


def test_lists_of_any_length_leave_few_words_behind(
    bodies: list[Body], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepared, "MOST", 3)
    named = Prepared(lambda keys: Body.objects.filter(pk__in=keys).values_list("pk"), Body)
    held: dict[object, object] = {}
    monkeypatch.setitem(connection.__dict__, "_gongkai_written", held)
    for count in (1, 2, 3, 4, 5, 6, 1):
        asked = [bodies[0].pk, *range(10**6, 10**6 + count - 1)]
        assert named(keys=asked) == [(bodies[0].pk,)]
        assert len(held) <= 3


def test_moments_and_json_are_read_as_django_reads_them() -> None:
    before = timezone.now()
    made = append("test/1", action="test.act", by=SYSTEM, words="说明", facts={"数": [1, {"甲": None}]})
    ((seq, at, facts),) = SINCE(moment=before, stream="test/1")
    assert (seq, at, facts) == (1, made.at, {"数": [1, {"甲": None}]})
    assert SINCE(moment=timezone.now() + timedelta(days=1), stream="test/1") == []
    kept = Movement.objects.get(pk=made.pk)
    assert (kept.hash, kept.words, kept.facts) == (made.hash, "说明", made.facts)


def test_what_would_stand_still_is_no_prepared_query(bodies: list[Body]) -> None:
    frozen = Prepared(
        lambda bodies: Appointment.objects.filter(in_force(timezone.localdate()), body__in=bodies),
        Appointment,
    )
    with pytest.raises(AssertionError, match="stand still"):
        frozen(bodies=[bodies[0].pk])
    unasked = Prepared(lambda name, other: Body.objects.filter(name=name), Body)
    with pytest.raises(AssertionError, match="not asked for"):
        unasked(name="甲", other="乙")
    with pytest.raises(TypeError):
        NAMES(name=True)


def test_rows_are_held_in_a_transaction_only(monkeypatch: pytest.MonkeyPatch) -> None:
    held = Prepared(lambda pk: Body.objects.select_for_update().filter(pk=pk), Body, locks=True)
    assert held(pk=0) == []
    with monkeypatch.context() as patched:
        patched.setattr(connections[DEFAULT_DB_ALIAS], "in_atomic_block", False)
        with pytest.raises(TransactionManagementError):
            held(pk=0)


def test_a_change_and_new_rows_are_django_s_own(bodies: list[Body]) -> None:
    count = Change(lambda pk: Body.objects.filter(pk=pk), Body, sets=lambda pk: {"version": F("version") + 1})
    before = Body.objects.get(pk=bodies[0].pk).version
    assert (count(pk=bodies[0].pk), count(pk=0)) == (1, 0)
    assert Body.objects.get(pk=bodies[0].pk).version == before + 1
    person = Person.objects.create(name="李某")
    rows = [Message(person=person, channel="screen", key=f"k{n}", subject="题", body="文") for n in (1, 1, 2)]
    insert_new(rows)
    insert_new([])
    assert sorted(Message.objects.filter(person=person).values_list("key", flat=True)) == ["k1", "k2"]
    one = Message(person=person, channel="mail", key="k1", subject="题")
    insert(one)
    kept = Message.objects.get(pk=one.pk)
    assert (kept.channel, kept.state, kept.created_at) == ("mail", one.state, one.created_at)
    assert not one._state.adding


def test_a_row_is_rewritten_where_nobody_else_was_first(bodies: list[Body]) -> None:
    body = Body.objects.get(pk=bodies[0].pk)
    body.name, body.short_name, body.active_to = "市第一局", "一局", timezone.localdate()
    assert save_if(body, but=("short_name",), version=body.version)
    kept = Body.objects.get(pk=body.pk)
    assert (kept.name, kept.short_name, kept.active_to) == ("市第一局", bodies[0].short_name, body.active_to)
    body.name = "后来的局"
    assert not save_if(body, version=body.version + 1)
    assert Body.objects.get(pk=body.pk).name == "市第一局"
