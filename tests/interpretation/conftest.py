"""A site with open columns and a unit; of the gates, only those of this room."""

import pytest

from factories.publishing import column, website
from factories.units import BodyFactory
from gongkai.publishing import gates
from gongkai.publishing.models import Column, Website
from gongkai.units.models import Body


@pytest.fixture(autouse=True)
def _own_gates(monkeypatch: pytest.MonkeyPatch) -> None:
    """What other rooms ask of a policy document is theirs to test."""
    own = {name: gate for name, gate in gates.GATES.items() if name.startswith("interpretation")}
    monkeypatch.setattr(gates, "GATES", own)


@pytest.fixture
def site(db: None) -> Website:
    return website()


@pytest.fixture
def plans(site: Website) -> Column:
    return column(site, "规范性文件")


@pytest.fixture
def housing(site: Website) -> Body:
    return BodyFactory(name="云岭市人力资源和社会保障局", short_name="市人社局", parent=site.body)
