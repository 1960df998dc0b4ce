"""Steps 1 and 2 of the tutorial in CONTRIBUTING.md: the printed column and test are executed."""

import re
from pathlib import Path
from textwrap import dedent

import pytest

from factories.notices import City, live
from factories.units import signed_in
from gongkai.core.registers.columns import Column, bind_columns
from gongkai.core.units.models import Body, Role
from gongkai.work.notices.models import Notice
from gongkai.work.notices.views.timeline import UnstaffedUnitRegister

PAGE = Path(__file__).resolve().parents[3] / "CONTRIBUTING.md"
COLUMN, TEST = (dedent(block) for block in re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL))


@pytest.fixture
def changed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Add the tutorial's column to the list, as if it were declared."""
    first, *others = UnstaffedUnitRegister.columns
    columns = (first, eval(COLUMN, {"Column": Column}), *others)
    monkeypatch.setattr(UnstaffedUnitRegister, "bound", property(lambda self: bind_columns(columns, self.model)))


@pytest.mark.django_db
@pytest.mark.usefixtures("changed")
def test_tutorial_code_works_as_printed(town: City) -> None:
    known = {"City": City, "Notice": Notice, "Body": Body, "Role": Role, "signed_in": signed_in}
    exec(TEST, known)
    known["test_the_list_shows_the_telephone"](town, live(town))  # type: ignore[operator]
