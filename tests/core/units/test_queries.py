"""Queries of units and people: name resolution and visibility."""

import pytest

from factories.units import BodyFactory, actor
from gongkai.core.units import queries
from gongkai.core.units.actors import ANONYMOUS, SYSTEM
from gongkai.core.units.models import Alias, BodyKind, Role, UnitGroup
from gongkai.core.units.queries import people_visible_to, resolve_all, visible_to

pytestmark = pytest.mark.django_db


def test_names_of_a_notice_are_resolved_in_five_queries(town, django_assert_num_queries) -> None:
    UnitGroup.objects.create(government=town.city, name="重点部门", kinds=["department"])
    for n in range(30):
        Alias.objects.create(name=f"第{n}别名", body=town.finance)
    names = [
        "市财政局",
        "各部门",
        "各区县政府（青山区除外）",
        "有关单位",
        "没有这个局",
        *[f"第{n}别名" for n in range(30)],
    ]
    with django_assert_num_queries(5):
        assert len(resolve_all(names, town.city)) == 35


def test_issuing_body_may_name_its_own_offices(town) -> None:
    found = resolve_all(["预算科", "市审计局"], town.finance)
    assert [office.name for office in found["预算科"].offices] == ["预算科"]
    assert found["市审计局"].bodies == (town.audit,)


@pytest.mark.parametrize("role", ["chief", "administrator", "auditor", "clerk", "lead", "signer", "outside"])
def test_directory_is_visible_with_any_appointment(town, role) -> None:
    assert visible_to(getattr(town, role)).count() == visible_to(SYSTEM).count() == 6


def test_directory_is_hidden_without_an_appointment(town) -> None:
    assert not visible_to(ANONYMOUS).exists()
    assert not people_visible_to(ANONYMOUS).exists()
    assert not visible_to(town.somebody.user).exists()
    assert not people_visible_to(town.somebody.user).exists()


def test_people_are_visible_in_own_body_or_reach(town) -> None:
    finance = {town.clerk.person_id, town.lead.person_id, town.signer.person_id, town.post.person_id}
    assert set(people_visible_to(town.clerk).values_list("pk", flat=True)) == finance
    city = finance | {town.chief.person_id, town.administrator.person_id, town.auditor.person_id}
    city.add(town.security.person_id)
    assert set(people_visible_to(town.chief).values_list("pk", flat=True)) == city
    assert set(people_visible_to(town.auditor).values_list("pk", flat=True)) == city
    assert set(people_visible_to(town.administrator).values_list("pk", flat=True)) == city | {town.somebody.pk}
    assert set(people_visible_to(town.outside).values_list("pk", flat=True)) == {town.outside.person_id}


def test_shared_short_name_means_the_nearest_body_or_none(town) -> None:
    """县教育局 of two counties is never resolved at random."""
    first = BodyFactory(name="青山区教育局", short_name="教育局", parent=town.district)
    second = BodyFactory(name="白水区人民政府", parent=town.city, kind=BodyKind.DISTRICT)
    other = BodyFactory(name="白水区教育局", short_name="教育局", parent=second)
    assert "教育局" not in queries.map_names_to_bodies(town.chief)
    assert queries.map_names_to_bodies(actor(Role.CLERK, first))["教育局"] == first
    assert queries.map_names_to_bodies(actor(Role.CLERK, other))["教育局"] == other
    assert queries.map_names_to_bodies(town.chief)["白水区教育局"] == other
    own = BodyFactory(name="云岭市教育局", short_name="教育局", parent=town.city)
    assert queries.map_names_to_bodies(town.chief)["教育局"] == own


def test_spreadsheets_accept_the_abbreviations_that_notices_use(town) -> None:
    housing = BodyFactory(name="云岭市住房和城乡建设局", short_name="市住房和城乡建设局", parent=town.city)
    names = queries.map_names_to_bodies(town.clerk)
    assert names.get("市住建局") == names["住建局"] == housing
    assert names.get("市住见局") is None
    assert names.get("") is None
