"""Fixtures of the assessment tests: a scene in autumn 2024, created once for each module."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
import time_machine

from factories import ledger  # noqa: F401  the trial kind
from factories.assessment import Scene, make_scene
from gongkai.core.ledger.figures import SCORE_SOURCES_BY_NAME, make_timeliness_source, register_score

NOW = "2024-11-20 10:00+08:00"


@pytest.fixture(scope="module")
def _made(kept_rows: Any) -> Iterator[Scene]:
    register_score(make_timeliness_source("trial", "试办事项按期完成"))
    with time_machine.travel(NOW, tick=False):
        yield from kept_rows(make_scene)
    SCORE_SOURCES_BY_NAME.pop("trial", None)


@pytest.fixture
def scene(db: None, _made: Scene) -> Iterator[Scene]:
    with time_machine.travel(NOW, tick=False):
        yield deepcopy(_made)
