"""Whose business a row is: the units somebody works for or supervises, and never by a technical post."""

import pytest

from factories.units import AppointmentFactory, BodyFactory, actor
from gongkai.core.units.models import Body, BodyKind, Role
from gongkai.core.units.queries import filter_staffed_units
from gongkai.core.units.unit_filters import find_government, list_units_of_government, list_working_units, own_units_q

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "own", "below"),
    [
        (Role.CLERK, True, False),
        (Role.CHIEF, True, True),
        (Role.AUDITOR, True, True),
        (Role.SECURITY, False, False),
        (Role.ADMINISTRATOR, False, False),
    ],
)
def test_technical_posts_read_no_business(role: Role, own: bool, below: bool) -> None:
    """三员分立: who looks after logins works on nothing, though they stand with a unit."""
    office = BodyFactory(name="云岭市人民政府办公室")
    unit = BodyFactory(name="云岭市信访局", parent=office)
    by = actor(role, office)
    seen = set(Body.objects.filter(own_units_q(by, "", supervising=(Role.CHIEF, Role.AUDITOR))))
    assert (office in seen, unit in seen) == (own, below)
    assert (office.pk in list_working_units(by)) == own


def test_the_government_over_a_unit_is_found_however_deep_it_stands() -> None:
    county = BodyFactory(name="青溪县人民政府", kind=BodyKind.GOVERNMENT)
    bureau = BodyFactory(name="青溪县财政局", parent=county)
    centre = BodyFactory(name="青溪县国库支付中心", parent=bureau)
    assert {find_government(body) for body in (county, bureau, centre)} == {county}


def test_units_of_a_government_that_nobody_uses_are_not_offered() -> None:
    province = BodyFactory(name="云州省人民政府", kind=BodyKind.GOVERNMENT)
    above = BodyFactory(name="云州省人民政府办公厅", parent=province)
    city = BodyFactory(name="云岭市人民政府", kind=BodyKind.GOVERNMENT, parent=province)
    office, housing = (BodyFactory(name=name, parent=city) for name in ("云岭市人民政府办公室", "云岭市住建局"))
    AppointmentFactory(body=office, role=Role.CHIEF)
    assert list(list_units_of_government(housing)) == [office, housing]
    AppointmentFactory(body=above, role=Role.CHIEF)
    assert above in list_units_of_government(housing)


def test_units_with_people_are_those_where_somebody_works_or_an_office_is_above() -> None:
    province = BodyFactory(name="云州省人民政府", kind=BodyKind.GOVERNMENT)
    bureau = BodyFactory(name="云州省教育厅", parent=province)
    city = BodyFactory(name="云岭市人民政府", kind=BodyKind.GOVERNMENT, parent=province)
    actor(Role.CHIEF, BodyFactory(name="云岭市人民政府办公室", parent=city, kind=BodyKind.GENERAL_OFFICE))
    empty = BodyFactory(name="云岭市水务局", parent=city)
    shown = filter_staffed_units()
    assert city in shown
    assert empty in shown
    assert not {province, bureau} & set(shown)
    AppointmentFactory(body=bureau, role=Role.CLERK)
    assert bureau in filter_staffed_units()
