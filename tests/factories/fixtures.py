"""Fixtures that rooms share: the site that tests publish on, a column, a unit; a database whose guards are lifted."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from factories.publishing import column, website
from factories.units import BodyFactory
from gongkai.acts import guards
from gongkai.publishing.models import Column, Website
from gongkai.units.models import Body


def town() -> SimpleNamespace:
    """What the fixtures `site`, `plans` and `housing` are, for rows that the tests of a class or a module keep (`kept_rows`)."""
    site = website()
    housing = BodyFactory(name="云岭市住房和城乡建设局", short_name="市住建局", parent=site.body)
    return SimpleNamespace(site=site, plans=column(site, "规划信息"), housing=housing)


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
def unguarded(db: None) -> Iterator[None]:
    """What somebody could do who has the database itself: triggers are lifted."""
    guards.lift()
    yield
    guards.install()
