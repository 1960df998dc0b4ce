"""A site with open columns and something in them."""

import pytest

from factories.publishing import column, website
from factories.units import BodyFactory
from gongkai.publishing.models import Column, Website
from gongkai.units.models import Body


@pytest.fixture
def site(db: None) -> Website:
    return website()


@pytest.fixture
def plans(site: Website) -> Column:
    return column(site, "规划信息")


@pytest.fixture
def special(plans: Column) -> Column:
    return column(plans.website, "专项规划", plans)


@pytest.fixture
def housing(site: Website) -> Body:
    return BodyFactory(name="云岭市住房和城乡建设局", short_name="市住建局", parent=site.body)
