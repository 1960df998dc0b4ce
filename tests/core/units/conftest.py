from collections.abc import Callable, Iterator
from copy import deepcopy
from types import SimpleNamespace

import pytest

from factories.units import AppointmentFactory, BodyFactory, OfficeFactory, PersonFactory, actor
from gongkai.core.units.models import BodyKind, Role


def make_town() -> SimpleNamespace:
    """Make 云岭市 with an office of each kind, a person for each role, and an unrelated second city."""
    city = BodyFactory(government=True)
    general = BodyFactory(name="云岭市人民政府办公室", parent=city, kind=BodyKind.GENERAL_OFFICE)
    finance = BodyFactory(name="云岭市财政局", short_name="市财政局", parent=city)
    audit = BodyFactory(name="云岭市审计局", parent=city)
    district = BodyFactory(name="青山区人民政府", parent=city, kind=BodyKind.DISTRICT)
    other = BodyFactory(name="远山市人民政府", kind=BodyKind.GOVERNMENT)
    return SimpleNamespace(
        city=city,
        general=general,
        finance=finance,
        audit=audit,
        district=district,
        other=other,
        budget=OfficeFactory(body=finance, name="预算科"),
        chief=actor(Role.CHIEF, general),
        administrator=actor(Role.ADMINISTRATOR, general),
        auditor=actor(Role.AUDITOR, general),
        security=actor(Role.SECURITY, general),
        clerk=actor(Role.CLERK, finance),
        lead=actor(Role.LEAD, finance),
        signer=actor(Role.SIGNER, finance),
        outside=actor(Role.CHIEF, other),
        somebody=PersonFactory(name="王小明"),
        post=AppointmentFactory(body=finance, role=Role.CLERK, person=PersonFactory(name="李代表")),
    )


@pytest.fixture(scope="module")
def kept_town(kept_rows: Callable[..., Iterator[SimpleNamespace]]) -> Iterator[SimpleNamespace]:
    """The town, made once for a module; each test gets a copy."""
    yield from kept_rows(make_town)


@pytest.fixture
def town(kept_town: SimpleNamespace, db: None) -> SimpleNamespace:
    return deepcopy(kept_town)
