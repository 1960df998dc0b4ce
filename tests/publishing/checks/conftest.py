"""Texts and files with something in them, about the invented 云岭市."""

from pathlib import Path

import pytest

from factories.checks import docx_with
from factories.publishing import column, website
from factories.units import BodyFactory, actor
from gongkai.publishing.models import Column, Website
from gongkai.units.actors import Actor
from gongkai.units.models import Body, Role


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
def clerk(housing: Body) -> Actor:
    return actor(Role.CLERK, housing)


@pytest.fixture
def word_file(tmp_path: Path) -> bytes:
    return docx_with("救助名单", [["姓名", "身份证号"], ["李秀英", "42010619900101001X"]])
