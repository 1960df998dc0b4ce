"""Fixtures for the tests of content checks."""

import pytest

from factories.units import actor
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role


@pytest.fixture
def clerk(housing: Body) -> Actor:
    return actor(Role.CLERK, housing)
