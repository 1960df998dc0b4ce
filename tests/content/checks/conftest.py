"""Texts and files with something in them, about the invented 云岭市."""

from pathlib import Path

import pytest

from factories.checks import docx_with
from factories.units import actor
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role


@pytest.fixture
def clerk(housing: Body) -> Actor:
    return actor(Role.CLERK, housing)


@pytest.fixture
def word_file(tmp_path: Path) -> bytes:
    return docx_with("救助名单", [["姓名", "身份证号"], ["李秀英", "42010619900101001X"]])
