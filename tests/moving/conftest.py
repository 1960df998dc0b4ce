"""A site with an open column, a unit, and the people who may order a migration."""

import pytest

from factories.publishing import column, website
from factories.units import BodyFactory, actor
from gongkai.portal.tree import forget
from gongkai.publishing.models import Column, Website
from gongkai.units.actors import Actor
from gongkai.units.models import Body, Role


@pytest.fixture(autouse=True)
def _fresh_tree() -> None:
    """Sites and columns are kept in memory by their stamp, which each test counts anew."""
    forget()


@pytest.fixture
def site(db: None) -> Website:
    return website()


@pytest.fixture
def plans(site: Website) -> Column:
    return column(site, "规划信息")


@pytest.fixture
def housing(site: Website) -> Body:
    return BodyFactory(name="云岭市住房和城乡建设局", short_name="市住建局", parent=site.body)


@pytest.fixture
def chief(site: Website) -> Actor:
    return actor(Role.CHIEF, site.body)
