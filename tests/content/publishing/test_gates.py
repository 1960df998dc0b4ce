"""Publication gates block an item at every step; registered panels are shown on its pages."""

from typing import Any

import pytest

from factories.publishing import item, sign_all, submitted
from factories.units import actor
from gongkai.content.editions import gates
from gongkai.content.editions.gates import (
    ItemPanel,
    PublicationGate,
    list_item_panels,
    register_gate,
    register_item_panel,
)
from gongkai.content.editions.models import Column, Edition
from gongkai.content.publishing import actions
from gongkai.core.acts.action import Refused
from gongkai.core.units.actions import rename
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body, Role

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _registries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gates, "GATES_BY_NAME", dict(gates.GATES_BY_NAME))
    monkeypatch.setattr(gates, "PANELS_BY_NAME", dict(gates.PANELS_BY_NAME))


def test_gate_blocks_submission(housing: Body, plans: Column) -> None:
    register_gate(PublicationGate("test", 10, lambda text: [f"“{text.frozen.title}”还不能出去。"]))
    page = item(housing, [plans])
    with pytest.raises(Refused) as refused:
        actions.submit(page, by=actor(Role.CLERK, housing))
    assert "还不能出去" in refused.value.reasons[0]


def test_gate_that_closes_after_submission_blocks_publication(housing: Body, plans: Column) -> None:
    page = item(housing, [plans])
    review = submitted(page)
    sign_all(review, upto=1)
    register_gate(PublicationGate("test", 10, lambda text: ["还差一步。"]))
    with pytest.raises(Refused, match="还差一步"):
        sign_all(review)
    assert not Edition.objects.exists()


def test_panels_are_ordered_and_empty_ones_left_out(housing: Body, plans: Column) -> None:
    def says(words: str) -> Any:
        return lambda page, by, frozen: {"words": words} if words else None

    parts = {"b": (20, "second"), "a": (10, "first"), "none": (5, "")}
    gates.PANELS_BY_NAME.clear()
    for name, (position, words) in parts.items():
        register_item_panel(ItemPanel(name, "ui/empty.html", says(words), position, warns=name == "b"))
    page = item(housing, [plans])
    shown = list_item_panels(page, actor(Role.CLERK, housing))
    assert [facts["words"] for _, facts in shown] == ["first", "second"]
    warned = list_item_panels(page, actor(Role.CLERK, housing), warnings=True)
    assert [facts["words"] for _, facts in warned] == ["second"], "what the desk shows"


def test_renaming_the_unit_does_not_stop_running_reviews(housing: Body, plans: Column) -> None:
    old, review = housing.name, submitted(item(housing, [plans]))
    rename(Body.objects.get(pk=housing.pk), by=SYSTEM, name="云岭市住房局")
    sign_all(review)
    assert Edition.objects.get().content.facts["unit"] == old
    later = item(Body.objects.get(pk=housing.pk), [plans])
    assert later.frozen(later.latest_revision_id).facts["unit"] == "云岭市住房局"
