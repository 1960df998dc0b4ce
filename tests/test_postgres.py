"""The modules listed in conftest.py exist: a renamed module would drop out silently."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent


@pytest.fixture
def conftest(request: pytest.FixtureRequest) -> Any:
    return request.config.pluginmanager.get_plugin(str(HERE / "conftest.py"))


def test_modules_that_run_first_exist(conftest: Any) -> None:
    assert all((HERE.parent / place).exists() for place in conftest.LONG)


def test_modules_for_postgresql_exist_once(conftest: Any) -> None:
    there = Counter("/".join(path.parts[-2:]) for path in HERE.rglob("test_*.py"))
    assert {name: there[name] for name in conftest.ON_POSTGRESQL} == dict.fromkeys(conftest.ON_POSTGRESQL, 1)
