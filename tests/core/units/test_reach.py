"""Units whose business a user handles or supervises; technical posts give no access to it."""

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
def test_technical_posts_do_not_read_business_data(role: Role, own: bool, below: bool) -> None:
    """三员分立: officers who manage logins handle no matters, although they belong to a unit."""
    office = BodyFactory(name="云岭市人民政府办公室")
    unit = BodyFactory(name="云岭市信访局", parent=office)
    by = actor(role, office)
    seen = set(Body.objects.filter(own_units_q(by, "", supervising=(Role.CHIEF, Role.AUDITOR))))
    assert (office in seen, unit in seen) == (own, below)
    assert (office.pk in list_working_units(by)) == own


def test_find_government_at_any_depth() -> None:
    county = BodyFactory(name="青溪县人民政府", kind=BodyKind.GOVERNMENT)
    bureau = BodyFactory(name="青溪县财政局", parent=county)
    centre = BodyFactory(name="青溪县国库支付中心", parent=bureau)
    assert {find_government(body) for body in (county, bureau, centre)} == {county}


def test_units_of_unused_superior_governments_are_not_offered() -> None:
    province = BodyFactory(name="云州省人民政府", kind=BodyKind.GOVERNMENT)
    above = BodyFactory(name="云州省人民政府办公厅", parent=province)
    city = BodyFactory(name="云岭市人民政府", kind=BodyKind.GOVERNMENT, parent=province)
    office, housing = (BodyFactory(name=name, parent=city) for name in ("云岭市人民政府办公室", "云岭市住建局"))
    AppointmentFactory(body=office, role=Role.CHIEF)
    assert list(list_units_of_government(housing)) == [office, housing]
    AppointmentFactory(body=above, role=Role.CHIEF)
    assert above in list_units_of_government(housing)


def test_staffed_units_have_people_or_a_superior_office() -> None:
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
