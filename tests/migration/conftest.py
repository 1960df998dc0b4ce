"""A site with an open column, a unit, and the people who may order a migration."""

import pytest

from factories.units import actor
from gongkai.editions.models import Website
from gongkai.units.actors import Actor
from gongkai.units.models import Role


@pytest.fixture
def chief(site: Website) -> Actor:
    return actor(Role.CHIEF, site.body)
