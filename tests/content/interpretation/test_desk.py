"""What waits on the first page and on an item's page: plans for the head, reasons with the place where they are mended."""

import pytest

from factories.interpretation import PHASES, policy
from factories.pages import read_home, read_item
from factories.units import actor, signed_in
from gongkai.content.editions.models import Column
from gongkai.content.interpretation import actions
from gongkai.core.units.models import Body, Role

pytestmark = pytest.mark.django_db


def test_a_plan_waits_on_the_first_page_of_the_head_until_it_is_passed(housing: Body, plans: Column) -> None:
    page = policy(housing, [plans])
    clerk, head = signed_in(Role.CLERK, housing), signed_in(Role.LEAD, housing)
    words = "等我审定的解读方案"
    assert words not in read_home(head)
    plan = actions.save_plan(page, by=actor(Role.CLERK, housing), forms=["text"], **PHASES)
    shown = read_home(head)
    assert words in shown
    assert f"/admin/interpretation/plans/{page.pk}/" in shown
    assert words not in read_home(clerk)
    actions.approve_plan(plan, by=actor(Role.LEAD, housing))
    assert words not in read_home(head)


def test_what_is_lacking_leads_to_where_it_is_mended(housing: Body, plans: Column) -> None:
    page = policy(housing, [plans])
    shown = read_item(signed_in(Role.CLERK, housing), page.pk)
    assert 'href="#panel-interpretation_plan"' in shown
    assert 'id="panel-interpretation_plan"' in shown
    assert "去补充" not in shown  # nothing of it is written in the editor
