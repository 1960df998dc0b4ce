"""What is listed to run on PostgreSQL, too, or to be begun with, is there: a renamed module would drop out without a word."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent


@pytest.fixture
def conftest(request: pytest.FixtureRequest) -> Any:
    return request.config.pluginmanager.get_plugin(str(HERE / "conftest.py"))


def test_what_is_begun_with_is_there(conftest: Any) -> None:
    assert all((HERE.parent / place).exists() for place in conftest.LONG)


def test_every_module_listed_is_one_there_is(conftest: Any) -> None:
    there = Counter("/".join(path.parts[-2:]) for path in HERE.rglob("test_*.py"))
    assert {name: there[name] for name in conftest.ON_POSTGRESQL} == dict.fromkeys(conftest.ON_POSTGRESQL, 1)
