"""Bodies: create, rename, merge, close, restore, move; aliases, groups and offices."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from factories.units import AppointmentFactory, BodyFactory, OfficeFactory, PersonFactory
from gongkai.core.acts.action import Refused
from gongkai.core.acts.models import Movement
from gongkai.core.units import actions
from gongkai.core.units.actors import SYSTEM, get_actor
from gongkai.core.units.models import Alias, Appointment, Body, BodyEvent, BodyKind, BodyLevel, Role, Standing
from gongkai.core.units.naming import ResolutionKind
from gongkai.core.units.queries import existing_bodies, resolve

pytestmark = pytest.mark.django_db


def test_new_body_is_found_by_its_names_and_gets_its_level(town) -> None:
    made = actions.create(
        town.city, by=town.chief, name="云岭市 数据局", short_name="市数据局", kind=BodyKind.DEPARTMENT
    )
    assert made.level == BodyLevel.CITY
    assert made.path == f"{town.city.path}{made.pk}/"
    assert resolve("市数据局", town.city).bodies == (made,)
    assert Movement.objects.get(stream=f"body/{made.pk}").words == "登记“云岭市 数据局”"
    made = actions.create(town.city, by=town.chief, name="碧水县人民政府", kind=BodyKind.DISTRICT)
    assert made.level == BodyLevel.COUNTY


def test_name_is_unique_within_a_government(town) -> None:
    with pytest.raises(Refused, match="已是“云岭市财政局”的名称"):
        actions.create(town.city, by=town.chief, name="市财政局", kind=BodyKind.DEPARTMENT)
    with pytest.raises(Refused, match="已是“云岭市财政局”的名称"):
        actions.add_alias(town.audit, by=town.chief, name="市财政局")
    actions.create(town.district, by=town.chief, name="青山区财政局", short_name="区财政局", kind="department")


def test_renamed_body_is_found_by_both_names(town) -> None:
    actions.rename(
        town.finance,
        by=town.chief,
        name="云岭市财政和国资局",
        short_name="市财政国资局",
        on=date(2026, 3, 1),
        basis="云岭委编〔2026〕3号",
    )
    body = Body.objects.get(pk=town.finance.pk)
    for name in ("云岭市财政和国资局", "云岭市财政局", "市财政局", "市财政国资局"):
        assert resolve(name, town.city).bodies == (body,)
    assert set(body.aliases.values_list("name", "source")) == {
        ("云岭市财政局", Alias.Source.FORMER),
        ("市财政局", Alias.Source.FORMER),
    }
    event = BodyEvent.objects.get()
    assert (event.what, event.before, event.after) == ("renamed", "云岭市财政局", "云岭市财政和国资局")


def test_renaming_back_removes_the_alias(town) -> None:
    body = actions.rename(town.finance, by=town.chief, name="云岭市财税局")
    body = actions.rename(body, by=town.chief, name="云岭市财政局")
    assert not body.aliases.filter(name="云岭市财政局").exists()
    assert resolve("云岭市财税局", town.city).bodies == (body,)


def test_merger_moves_offices_posts_and_names_to_the_successor(town) -> None:
    twin = OfficeFactory(body=town.audit, name="预算科")
    alone = OfficeFactory(body=town.finance, name="国库科")
    in_twin = AppointmentFactory(body=town.finance, office=town.budget, role=Role.CLERK)
    actions.merge(town.finance, by=town.chief, into=town.audit, on=date(2026, 1, 1))
    body = Body.objects.get(pk=town.finance.pk)
    assert (body.merged_into, body.alive) == (town.audit, False)
    assert body not in existing_bodies(Body.objects.all())
    alone.refresh_from_db()
    town.budget.refresh_from_db()
    in_twin.refresh_from_db()
    assert alone.body == town.audit
    assert town.budget.active_to == date(2026, 1, 1)
    assert (in_twin.body, in_twin.office) == (town.audit, twin)
    found = resolve("市财政局", town.city)
    assert (found.bodies, found.kind) == ((town.audit,), ResolutionKind.ALIAS)


def test_successor_works_on_entries_of_the_merged_body(town) -> None:
    actions.merge(town.finance, by=town.chief, into=town.audit)
    clerk = AppointmentFactory(body=town.audit, role=Role.CLERK)
    actor = get_actor(clerk.person.user)
    assert actor.has(Role.CLERK, body_id=town.finance.pk)
    assert actor.bodies == {town.audit.pk, town.finance.pk}


def test_merger_can_be_undone(town) -> None:
    twin = OfficeFactory(body=town.audit, name="预算科", active_to=date(2020, 1, 1))
    AppointmentFactory(body=town.finance, office=town.budget, role=Role.CLERK)
    before = set(Appointment.objects.values_list("pk", "body", "office", "end"))
    merged = actions.merge(town.finance, by=town.chief, into=town.audit)
    twin.refresh_from_db()
    assert twin.active_to is None, "its people would work in a closed office"
    actions.restore(merged, by=town.chief)
    twin.refresh_from_db()
    assert twin.active_to == date(2020, 1, 1)
    assert set(Appointment.objects.values_list("pk", "body", "office", "end")) == before
    town.budget.refresh_from_db()
    assert (town.budget.body, town.budget.active_to) == (town.finance, None)
    assert resolve("市财政局", town.city).bodies == (town.finance,)
    assert [event.what for event in BodyEvent.objects.all()] == ["merged", "restored"]


@pytest.mark.parametrize("standing", [Standing.REFUSED, Standing.WAITING])
def test_merger_keeps_posts_that_are_not_confirmed_at_the_successor(town, standing) -> None:
    AppointmentFactory(body=town.audit, person=town.post.person, role=Role.CLERK, standing=standing)
    actions.merge(town.finance, by=town.chief, into=town.audit)
    town.post.refresh_from_db()
    assert (town.post.body, town.post.end) == (town.audit, None)


def test_body_is_not_restored_under_a_closed_government_or_with_a_taken_name(town) -> None:
    below = BodyFactory(name="青山区教委", short_name="区教委", parent=town.district)
    sister = BodyFactory(name="青山区文化委", parent=town.district)
    closed = actions.close(below, by=town.chief)
    actions.edit(sister, by=town.chief, short_name="区教委")
    with pytest.raises(Refused, match="现在是“青山区文化委”的名称"):
        actions.restore(closed, by=town.chief)
    actions.close(Body.objects.get(pk=sister.pk), by=town.chief)
    actions.close(Body.objects.get(pk=town.district.pk), by=town.chief)
    with pytest.raises(Refused, match="“青山区人民政府”已撤销"):
        actions.restore(Body.objects.get(pk=below.pk), by=town.chief)


def test_closing_ends_appointments_and_can_be_undone(town) -> None:
    before = set(Appointment.objects.values_list("pk", "end"))
    closed = actions.close(town.finance, by=town.chief, basis="云岭委编〔2026〕9号")
    assert not Appointment.objects.filter(body=closed, end=None).exists()
    with pytest.raises(Refused, match="已撤销"):
        actions.edit(closed, by=town.chief, phone="1")
    actions.restore(closed, by=town.chief)
    assert set(Appointment.objects.values_list("pk", "end")) == before
    with pytest.raises(Refused, match="并未撤销"):
        actions.restore(Body.objects.get(pk=closed.pk), by=town.chief)


def test_planned_closing_is_not_repeated_and_can_be_undone(town) -> None:
    AppointmentFactory(body=town.finance, role=Role.SIGNER)
    before = set(Appointment.objects.values_list("pk", "end", "standing"))
    closed = actions.close(town.finance, by=town.chief, on=timezone.localdate() + timedelta(days=30))
    with pytest.raises(Refused, match="请先恢复"):
        actions.close(Body.objects.get(pk=closed.pk), by=town.chief)
    actions.restore(Body.objects.get(pk=closed.pk), by=town.chief)
    assert set(Appointment.objects.values_list("pk", "end", "standing")) == before, "no post had ended yet"


def test_government_with_bodies_cannot_be_closed(town) -> None:
    BodyFactory(name="青山区教委", parent=town.district)
    for act in (actions.close, actions.merge):
        facts = {"into": town.audit} if act is actions.merge else {}
        with pytest.raises(Refused, match="之下还有单位"):
            act(town.district, by=town.chief, **facts)


def test_moving_a_body_moves_its_subtree(town) -> None:
    below = BodyFactory(name="青山区教委", parent=town.district)
    new = BodyFactory(name="碧水县人民政府", parent=town.city, kind=BodyKind.DISTRICT)
    actions.move(town.district, by=town.chief, parent=new)
    below.refresh_from_db()
    assert below.path == f"{new.path}{town.district.pk}/{below.pk}/"
    with pytest.raises(Refused, match="自己下属"):
        actions.move(Body.objects.get(pk=new.pk), by=town.chief, parent=below)
    with pytest.raises(Refused, match="远山市"):
        actions.move(town.finance, by=town.chief, parent=town.other)


def test_learnt_alias_is_resolved(town) -> None:
    assert resolve("市钱袋子局", town.city).kind == ResolutionKind.UNKNOWN
    actions.learn_alias(town.finance, by=town.chief, name="市钱袋子局")
    actions.learn_alias(town.finance, by=town.chief, name="市钱袋子局")
    found = resolve("市钱袋子局", town.city)
    assert (found.bodies, found.kind) == ((town.finance,), ResolutionKind.ALIAS)
    alias = Alias.objects.get()
    assert alias.source == Alias.Source.LEARNT
    actions.remove_alias(town.finance, by=town.chief, alias=alias)
    assert resolve("市钱袋子局", town.city).kind == ResolutionKind.UNKNOWN


def test_group_with_added_and_excluded_bodies(town) -> None:
    group = actions.create_group(
        town.city,
        by=town.chief,
        name="市级公开单位",
        kinds=["department"],
        other_names="各市级公开单位",
        added=[town.district],
        excluded=[town.audit],
    )
    found = resolve("各市级公开单位", town.city)
    assert set(found.bodies) == {town.finance, town.district}
    assert found.kind == ResolutionKind.GROUP
    with pytest.raises(Refused, match="已属于单位组"):
        actions.create_group(town.city, by=town.chief, name="各市级公开单位", kinds=["district"])
    with pytest.raises(Refused, match="既列入又除外"):
        actions.edit_group(group, by=town.chief, name="市级公开单位", added=[town.audit], excluded=[town.audit])
    actions.remove_group(group, by=town.chief)
    assert resolve("市级公开单位", town.city).kind == ResolutionKind.UNKNOWN


@pytest.mark.parametrize(
    "facts", [{}, {"future": True}, {"standing": Standing.WAITING}], ids=["now", "later", "pending"]
)
def test_office_with_people_cannot_be_closed(town, facts) -> None:
    AppointmentFactory(body=town.finance, office=town.budget, **facts)
    with pytest.raises(Refused, match="还有任职人员"):
        actions.close_office(town.budget, by=town.chief)
    office = actions.add_office(town.finance, by=town.chief, name="国库科")
    actions.edit_office(office, by=town.chief, name="国库处")
    actions.close_office(office, by=town.chief)
    office.refresh_from_db()
    assert office.active_to is not None
    with pytest.raises(Refused, match="处室已经撤销"):
        actions.appoint(town.finance, by=SYSTEM, person=PersonFactory(), role=Role.CLERK, office=office)
    assert actions.add_office(town.finance, by=town.chief, name="国库处").pk == office.pk
