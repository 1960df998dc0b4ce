"""A site with an open column, a government, a unit, a justice bureau, their people, and a superior library."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from factories.fixtures import town
from factories.publishing import column
from factories.units import BodyFactory, actor
from factories.uploads import set_library
from gongkai.content.editions.models import Column, Website
from gongkai.content.policies.models import UpperLibrary
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role
from gongkai.ui.portal import tree

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOON, tick=True):
        tree.reload_next_time()
        yield


@pytest.fixture(scope="module")
def kept_town(kept_rows: Callable[..., Iterator[Any]]) -> Iterator[Any]:
    """The town, made some minutes before NOON."""
    yield from kept_rows(time_machine.travel(NOON - timedelta(minutes=10))(town))


@pytest.fixture
def rules(site: Website) -> Column:
    return column(site, "行政规范性文件")


@pytest.fixture
def city(site: Website) -> Body:
    return site.body


@pytest.fixture
def justice(site: Website) -> Body:
    return BodyFactory(name="云岭市司法局", short_name="市司法局", parent=site.body)


@pytest.fixture
def chief(city: Body) -> Actor:
    return actor(Role.CHIEF, city)


@pytest.fixture
def clerk(housing: Body) -> Actor:
    return actor(Role.CLERK, housing)


@pytest.fixture
def library(city: Body, chief: Actor) -> UpperLibrary:
    return set_library(city, chief)
