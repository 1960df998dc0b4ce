"""The city that the tests of this room play in."""

import pytest

from factories.notices import City, city
from factories.units import actor
from gongkai.units.actors import Actor
from gongkai.units.models import Role


@pytest.fixture
def town(db: None) -> City:
    return city()


@pytest.fixture
def educator(town: City) -> Actor:
    """A clerk of the education bureau."""
    return actor(Role.CLERK, town.education)


@pytest.fixture
def planner(town: City) -> Actor:
    """A clerk of the planning commission, which leads."""
    return actor(Role.CLERK, town.planning)
