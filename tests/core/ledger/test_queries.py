"""Visibility of ledger entries by role, audience and unit."""

from dataclasses import replace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import Q

from factories.ledger import EntryFactory
from factories.units import AppointmentFactory, BodyFactory, OfficeFactory, PersonFactory, actor
from gongkai.core.ledger.kinds import ENTRY_KINDS_BY_NAME
from gongkai.core.ledger.models import Audience, Entry
from gongkai.core.ledger.queries import (
    entry_visible_to,
    filter_counted_entries,
    list_kinds_of_year,
    list_units_seen_completely,
    own_bodies_visible_to,
    prepare_for_list,
    visible_to,
)
from gongkai.core.units.actors import ANONYMOUS, SYSTEM, make_actor_of_person
from gongkai.core.units.models import Person, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    """A city with two bureaus and a district with one, and the 政务公开办 of each."""
    city = BodyFactory(government=True)
    district = BodyFactory(name="青溪区人民政府", kind="district", parent=city)
    bodies = {
        "city": city,
        "own": BodyFactory(name="市财政局", parent=city),
        "other": BodyFactory(name="市水利局", parent=city),
        "below": BodyFactory(name="区教育局", parent=district),
        "office": BodyFactory(name="市政府办公室", parent=city),
        "district_office": BodyFactory(name="区政府办公室", parent=district),
    }
    entries = {
        (where, audience): EntryFactory(body=bodies[where], audience=audience)
        for where in ("own", "other", "below")
        for audience in Audience
    }
    return bodies, entries


OWN = {("own", Audience.STAFF), ("own", Audience.PARTIES)}
STAFF = {(where, Audience.STAFF) for where in ("own", "other", "below")}
ALL = {(where, audience) for where in ("own", "other", "below") for audience in Audience}
BELOW = {("below", audience) for audience in Audience}


#: (role, body where it is held, visible entries).
VISIBLE_BY_ROLE = [
    (Role.CLERK, "own", OWN | STAFF),
    (Role.LEAD, "own", OWN | STAFF),
    (Role.SIGNER, "own", OWN | STAFF),
    (Role.CHIEF, "office", ALL),
    (Role.AUDITOR, "office", ALL),
    (Role.ADMINISTRATOR, "office", STAFF),
    (Role.ADMINISTRATOR, "own", STAFF),
    (Role.SECURITY, "office", STAFF),
    (Role.CHIEF, "district_office", BELOW | STAFF),
    (Role.AUDITOR, "district_office", BELOW | STAFF),
    (Role.CLERK, "district_office", STAFF),
]


def test_visibility_by_role_and_audience(world) -> None:
    bodies, entries = world
    for role, where, seen in VISIBLE_BY_ROLE:
        who = actor(role, bodies[where])
        kinds = dict(visible_to(who).values_list("pk", "kind"))
        for kind in set(kinds.values()):
            assert set(visible_to(who, kind=kind).values_list("pk", flat=True)) == {
                pk for pk, name in kinds.items() if name == kind
            }
        assert {key for key, entry in entries.items() if entry.pk in kinds} == seen, (role, where)
    for nobody in (ANONYMOUS, AnonymousUser(), None):
        assert not visible_to(nobody).exists()


def test_query_of_a_full_supervisor_has_only_a_kind_condition(world) -> None:
    """A body outside the reach without entries, such as the province, must not slow the lists."""
    bodies, _ = world
    chief = actor(Role.CHIEF, bodies["office"])
    BodyFactory(name="云岭省人民政府", kind="government", level="province")
    # Entries inside units are excluded by kind, which is part of every index used for counting.
    _, _, condition = str(visible_to(chief).order_by().query).partition(" WHERE ")
    assert condition == 'NOT ("ledger_entry"."kind" IN (delegated, inner, inner_lapse))'
    EntryFactory(body=BodyFactory(name="省财政厅"))
    assert "WHERE" in str(visible_to(chief).order_by().query)
    assert visible_to(chief).count() == len(ALL)


def test_system_sees_all_and_people_without_valid_appointment_none(world) -> None:
    assert visible_to(SYSTEM).count() == len(ALL)
    assert not visible_to(PersonFactory().user).exists()
    ended = AppointmentFactory(body=world[0]["own"], role=Role.CHIEF, end="2021-01-01")
    assert not visible_to(ended.person.user).exists()
    left = AppointmentFactory(body=world[0]["own"], role=Role.CHIEF, person__active=False)
    assert not visible_to(left.person.user).exists()


def test_restricted_entry_is_visible_to_its_assigned_office(world) -> None:
    bodies, _ = world
    one, two = OfficeFactory(body=bodies["own"]), OfficeFactory(body=bodies["own"])
    entry = EntryFactory(body=bodies["own"], audience=Audience.CHIEF, office=one)
    assert visible_to(actor(Role.CLERK, bodies["own"], office=one)).filter(pk=entry.pk).exists()
    assert not visible_to(actor(Role.CLERK, bodies["own"], office=two)).filter(pk=entry.pk).exists()
    assert not visible_to(actor(Role.LEAD, bodies["own"])).filter(pk=entry.pk).exists()


def test_kind_can_extend_visibility(world, monkeypatch) -> None:
    bodies, entries = world
    led = entries["other", Audience.PARTIES]
    reader = actor(Role.CLERK, bodies["own"])
    assert not visible_to(reader).filter(pk=led.pk).exists()
    monkeypatch.setitem(
        ENTRY_KINDS_BY_NAME, "trial", replace(ENTRY_KINDS_BY_NAME["trial"], visible=lambda by: Q(pk=led.pk))
    )
    assert visible_to(reader).filter(pk=led.pk).exists()
    assert not visible_to(ANONYMOUS).exists()


def test_kind_extends_visibility_of_inner_entries_for_a_full_supervisor_who_also_works(world, monkeypatch) -> None:
    bodies, entries = world
    given = entries["other", Audience.PARTIES]
    chief = actor(Role.CHIEF, bodies["office"])
    kind = replace(ENTRY_KINDS_BY_NAME["trial"], inner=True, visible=lambda by: Q(pk=given.pk))
    monkeypatch.setitem(ENTRY_KINDS_BY_NAME, "trial", kind)
    assert not visible_to(chief).filter(pk=given.pk).exists()
    AppointmentFactory(body=bodies["office"], role=Role.LEAD, person_id=chief.person_id)
    head = make_actor_of_person(Person.objects.get(pk=chief.person_id))
    assert visible_to(head).filter(pk=given.pk).exists()
    assert visible_to(head, kind="trial").filter(pk=given.pk).exists()
    assert not filter_counted_entries(head).filter(pk=given.pk).exists()


def test_list_needs_one_query(world, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        for entry in prepare_for_list(visible_to(SYSTEM)):
            assert entry.body.label
            assert entry.light
            assert entry.state_label
            assert entry.office is None
    assert Entry.objects.count() == len(ALL)


def test_visibility_within_own_units_agrees_with_full_query(world) -> None:
    bodies, entries = world
    everyone = [actor(role, bodies["own"]) for role in (Role.CLERK, Role.LEAD, Role.CHIEF, Role.AUDITOR)]
    for by in (*everyone, administrator := actor(Role.ADMINISTRATOR, bodies["own"])):
        seen = set(visible_to(by))
        assert {one for one in entries.values() if entry_visible_to(by, one.pk).exists()} == seen
        assert not entry_visible_to(by, max(one.pk for one in entries.values()) + 1).exists()
    assert not entry_visible_to(ANONYMOUS, entries["own", Audience.STAFF].pk).exists()
    for _ in ("hidden from clerks", "for the parties"):
        for by in (*everyone, administrator):
            own = set(own_bodies_visible_to(by))
            assert own == set(visible_to(by).filter(body_id__in=by.bodies))
            assert own or by is administrator
        Entry.objects.filter(body=bodies["own"], audience=Audience.CHIEF).update(audience=Audience.PARTIES)


@pytest.mark.parametrize("few", [0, 500])
def test_extended_visibility_is_the_same_for_few_or_many_rows(world, monkeypatch, few: int) -> None:
    """Same rows as a condition on each entry, without joining the kind's tables."""
    bodies, _ = world
    shown = Q(body__parent=bodies["city"]) & Q(audience=Audience.PARTIES)
    monkeypatch.setattr("gongkai.core.ledger.queries.MAX_EXTRA_IDS", few)
    showing = replace(ENTRY_KINDS_BY_NAME["trial"], visible=lambda by: shown)
    besides = set(Entry.objects.filter(shown, kind="trial").values_list("pk", flat=True))
    for role, where in (
        (Role.CLERK, "own"),
        (Role.CHIEF, "district_office"),
        (Role.AUDITOR, "below"),
        (Role.SECURITY, "other"),
    ):
        by = actor(role, bodies[where])
        before = set(visible_to(by).values_list("pk", flat=True))
        assert besides - before or role == Role.AUDITOR
        with monkeypatch.context() as patch:
            patch.setitem(ENTRY_KINDS_BY_NAME, "trial", showing)
            assert set(visible_to(by).values_list("pk", flat=True)) == before | besides, role
            listed = str(visible_to(by).order_by().query)
        assert ("UNION" not in listed and "JOIN" not in listed) if few else " OR " not in listed.split("UNION")[-1]


@pytest.mark.postgres
def test_visibility_query_uses_indexes(world) -> None:
    """PostgreSQL combines indexes instead of a subplan for each entry."""
    bodies, _ = world
    if connection.vendor != "postgresql":
        pytest.skip("the plan is PostgreSQL's")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")
    plan = visible_to(actor(Role.CHIEF, bodies["district_office"])).order_by().explain()
    assert "BitmapOr" in plan
    assert "entry_for_staff" in plan
    assert "SubPlan" not in plan


def test_counted_entries_are_those_supervised(world) -> None:
    bodies, entries = world
    below = {entry.pk for (where, _), entry in entries.items() if where == "below"}
    inside = EntryFactory(body=bodies["district_office"], kind="inner")
    EntryFactory(body=bodies["below"], kind="inner")
    chief = actor(Role.CHIEF, bodies["district_office"])
    assert set(filter_counted_entries(chief).values_list("pk", flat=True)) == below | {inside.pk}
    clerk = actor(Role.CLERK, bodies["own"])
    own = {entries["own", audience].pk for audience in (Audience.STAFF, Audience.PARTIES)}
    assert set(filter_counted_entries(clerk).values_list("pk", flat=True)) == own
    assert filter_counted_entries(SYSTEM).count() == Entry.objects.count()
    assert not filter_counted_entries(ANONYMOUS).exists()


def test_completely_seen_units_exclude_other_visibility(world) -> None:
    bodies, entries = world
    chief, kind = actor(Role.CHIEF, bodies["district_office"]), entries["own", Audience.CHIEF].kind
    assert list_units_seen_completely(chief, kind) is None, "what all staff may see stands elsewhere, too"
    assert "audience" in str(visible_to(chief).query.where)
    Entry.objects.filter(audience=Audience.STAFF).update(audience=Audience.PARTIES)
    alone = list_units_seen_completely(chief, kind)
    assert alone is not None
    assert {bodies["below"].pk, bodies["district_office"].pk} <= set(alone)
    assert "audience" not in str(visible_to(chief).query.where)
    seen = set(visible_to(chief).values_list("pk", flat=True))
    assert seen == {entry.pk for (where, _), entry in entries.items() if where == "below"}
    assert seen == set(Entry.objects.filter(body_id__in=alone, kind=kind).values_list("pk", flat=True))
    assert list_units_seen_completely(actor(Role.CLERK, bodies["own"]), kind) is None


def test_list_kinds_of_year(world) -> None:
    one = world[1]["own", Audience.CHIEF]
    year = one.year
    EntryFactory(body=world[0]["own"], kind="inner", year=year - 1)
    assert (list_kinds_of_year(year), list_kinds_of_year(year - 1)) == ([one.kind], ["inner"])
