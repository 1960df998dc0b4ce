"""The two sides of a network gap, and who may carry packages across."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import LazySettings

from factories.units import actor
from gongkai.editions.models import Website
from gongkai.units.actors import Actor
from gongkai.units.models import Role


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
    from gongkai.packages import keys

    keys.trust(keys.public_pem())
    return use
