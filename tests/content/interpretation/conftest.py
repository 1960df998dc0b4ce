"""A site with an open column and a unit."""

import pytest

from factories.publishing import column
from factories.units import BodyFactory
from gongkai.content.editions.models import Column, Website
from gongkai.core.units.models import Body


@pytest.fixture
def plans(site: Website) -> Column:
    return column(site, "规范性文件")


@pytest.fixture
def housing(site: Website) -> Body:
    return BodyFactory(name="云岭市人力资源和社会保障局", short_name="市人社局", parent=site.body)
