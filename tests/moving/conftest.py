"""A site with an open column, a unit, and the people who may order a migration."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import LazySettings

from factories.publishing import column, website
from factories.units import BodyFactory, actor
from gongkai.portal.tree import forget
from gongkai.publishing.models import Column, Website
from gongkai.units.actors import Actor
from gongkai.units.models import Body, Role


@pytest.fixture(autouse=True)
def _fresh_tree() -> None:
    """Sites and columns are kept in memory by their stamp, which each test counts anew."""
    forget()


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
def chief(site: Website) -> Actor:
    return actor(Role.CHIEF, site.body)


@pytest.fixture
def folders(settings: LazySettings, tmp_path: Path) -> Callable[[str], None]:
    """Give each side its own folder of files; keys and packages are shared through the inner side's."""
    settings.DATA = tmp_path

    def use(side: str) -> None:
        stored = {
            **settings.STORAGES,
            "files": {
                **settings.STORAGES["files"],
                "OPTIONS": {"location": str(tmp_path / side), "base_url": None},
            },
        }
        settings.STORAGES = stored
        settings.GONGKAI_OUTER = side == "outer"

    use("inner")
    from gongkai.moving.packages import keys

    keys.trust(keys.public_pem())
    return use
