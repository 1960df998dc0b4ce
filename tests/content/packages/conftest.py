"""The inner and outer side of a network gap, and the chief who may carry packages across."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import LazySettings

from factories.networks import inner, package_paths
from factories.units import actor
from gongkai.content.editions.models import Website
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Role


@pytest.fixture
def chief(site: Website) -> Actor:
    return actor(Role.CHIEF, site.body)


@pytest.fixture
def folders(settings: LazySettings, tmp_path: Path) -> Callable[[str], None]:
    """Give each side its own file storage. Keys and packages are shared through the inner side's folder."""
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
    from gongkai.content.packages import container

    container.store_trusted_key(container.get_public_key_pem())
    return use


@pytest.fixture(scope="module")
def inner_sides() -> dict[Callable[[], None], tuple[Path, list[Path]]]:
    """Map each builder of an inner side to the folder with its keys, files and packages, and to the package names."""
    return {}


@pytest.fixture
def carried(
    settings: LazySettings,
    folders: Callable[[str], None],
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    inner_sides: dict[Callable[[], None], tuple[Path, list[Path]]],
) -> Callable[[Callable[[], None]], list[Path]]:
    """Return the packages that an inner side exports, with the outer side active; built once a module, copied for each test."""

    def packages(make: Callable[[], None]) -> list[Path]:
        if make not in inner_sides:
            with inner(settings):
                make()
                names = [one.relative_to(tmp_path) for one in package_paths()]
            left = tmp_path_factory.mktemp("inner")
            shutil.copytree(tmp_path, left, dirs_exist_ok=True)
            inner_sides[make] = left, names
        left, names = inner_sides[make]
        shutil.copytree(left, tmp_path, dirs_exist_ok=True)
        folders("outer")
        return [tmp_path / one for one in names]

    return packages
