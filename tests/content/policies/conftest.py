"""A site with an open column, a government, a unit, a justice bureau, their people, and a superior library."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine

from factories.fixtures import town
from factories.policies import public
from factories.publishing import column
from factories.units import BodyFactory, actor
from factories.uploads import set_library
from gongkai.content.editions.models import Column, Website
from gongkai.content.policies.models import PolicyRecord, UpperLibrary
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role
from gongkai.ui.portal import tree

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(NOON, tick=True):
        tree.reload_next_time()
        yield


@pytest.fixture(scope="module")
def kept_town(kept_rows: Callable[..., Iterator[SimpleNamespace]]) -> Iterator[SimpleNamespace]:
    """The town with the column `rules`, made some minutes before NOON."""

    @time_machine.travel(NOON - timedelta(minutes=10))
    def make() -> SimpleNamespace:
        made = town()
        made.rules = column(made.site, "行政规范性文件")
        return made

    yield from kept_rows(make)


@pytest.fixture
def rules(kept_town: SimpleNamespace, db: None) -> Column:
    return deepcopy(kept_town.rules)


@pytest.fixture(scope="module")
def kept_policy(kept_town: SimpleNamespace, kept_rows: Callable[..., Iterator[PolicyRecord]]) -> Iterator[PolicyRecord]:
    """A public document of the library for all tests of a module, made some minutes before NOON."""
    make = time_machine.travel(NOON - timedelta(minutes=5))(public)
    yield from kept_rows(lambda: make(deepcopy(kept_town.housing), [deepcopy(kept_town.rules)]))


@pytest.fixture
def policy(kept_policy: PolicyRecord, db: None) -> PolicyRecord:
    return deepcopy(kept_policy)


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
