"""A site with an open migration window, and the chief who may order a migration."""

import pytest

from factories.migration import open_move_window
from factories.units import actor
from gongkai.content.editions.models import Website
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Role


@pytest.fixture(autouse=True)
def _in_a_window(request: pytest.FixtureRequest) -> None:
    """A site moves in, two persons have said until when."""
    if "site" in request.fixturenames:
        open_move_window(request.getfixturevalue("site"))


@pytest.fixture
def chief(site: Website) -> Actor:
    return actor(Role.CHIEF, site.body)
