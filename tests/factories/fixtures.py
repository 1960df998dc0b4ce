"""Shared fixtures: a website, a column and a unit made once a module; a database without triggers."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from types import SimpleNamespace
from typing import Any

import pytest

from factories.publishing import column, website
from factories.units import BodyFactory
from gongkai.content.editions.models import Column, Website
from gongkai.content.publishing.models import get_or_create_unit_page
from gongkai.core.acts import insert_only
from gongkai.core.units.models import Body


def town() -> SimpleNamespace:
    """Make the rows of the fixtures `site`, `plans` and `housing`, which `kept_rows` shares."""
    site = website()
    housing = BodyFactory(name="云岭市住房和城乡建设局", short_name="市住建局", parent=site.body)
    get_or_create_unit_page(housing)  # its first draft makes it
    return SimpleNamespace(site=site, plans=column(site, "规划信息"), housing=housing)


@pytest.fixture(scope="module")
def kept_town(kept_rows: Callable[..., Iterator[SimpleNamespace]]) -> Iterator[SimpleNamespace]:
    """Make the town once for a module."""
    yield from kept_rows(town)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Share one town among the tests of a module, unless it declares `own_town`."""
    for item in items:
        names: list[str] = getattr(item, "fixturenames", [])
        if {"site", "plans", "housing"} & set(names) and not item.get_closest_marker("own_town"):
            names.insert(0, "kept_town")


def _kept(request: pytest.FixtureRequest, name: str) -> Any:
    """Return a copy of a row that the module shares; None if each test makes its own town."""
    if "kept_town" not in request.fixturenames:
        return None
    return deepcopy(getattr(request.getfixturevalue("kept_town"), name))


@pytest.fixture
def site(request: pytest.FixtureRequest, db: None) -> Website:
    return _kept(request, "site") or website()


@pytest.fixture
def plans(request: pytest.FixtureRequest, site: Website) -> Column:
    return _kept(request, "plans") or column(site, "规划信息")


@pytest.fixture
def housing(request: pytest.FixtureRequest, site: Website) -> Body:
    return _kept(request, "housing") or BodyFactory(
        name="云岭市住房和城乡建设局", short_name="市住建局", parent=site.body
    )


@pytest.fixture
def unguarded(db: None) -> Iterator[None]:
    """Drop the database triggers, as an attacker with database access could."""
    insert_only.drop_triggers()
    yield
    insert_only.install_triggers()
