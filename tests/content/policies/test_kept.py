"""What the public reads of a text that is kept in step with its source (L-01)."""

from datetime import date

import pytest
from django.test import Client

from factories import policies as library
from factories.units import actor, signed_in
from gongkai.content.editions.models import Column, Shelf
from gongkai.content.policies import actions
from gongkai.content.policies.models import KeptText, Level, PolicyRecord
from gongkai.content.policies.queries.side import source_facts
from gongkai.core.acts.action import Refused
from gongkai.core.units.models import Body, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(housing: Body, rules: Column) -> PolicyRecord:
    return library.public(
        housing,
        [rules],
        title="云岭市城市供水管理规定",
        level=Level.GOVERNMENT_RULE,
        number="云岭市人民政府令第13号",
    )


def keep(body: Body, made: PolicyRecord) -> KeptText:
    kept: KeptText = actions.keep_text(
        body, by=actor(Role.CLERK, body), record=made, source="国家规章库", edition="2024年修订"
    )
    return kept


def compare(kept: KeptText, text: str, day: date) -> None:
    by = actor(Role.CLERK, kept.body)
    actions.compare_text(kept, by=by, text=text, edition="2024年修订", checked_on=day)


def test_source_edition_and_day_stand_on_the_public_page(order: PolicyRecord, housing: Body, client: Client) -> None:
    assert source_facts(order) == []
    kept = keep(housing, order)
    assert dict(source_facts(order))["核对日期"] == "还没有核对"
    compare(kept, "为了规范管理，制定本办法。", date(2026, 11, 1))
    page = client.get(Shelf.objects.get(document=order.document_id, column=None).path).content.decode()
    for free in ({"source": "张三贪污"}, {"edition": "张三贪污"}):
        with pytest.raises(Refused, match="来源"):
            actions.compare_text(kept, by=actor(Role.CLERK, housing), text="第一条", **free)
    for words in ("文字来源", "国家规章库", "2024年修订", "2026-11-01"):
        assert words in page
    assert "正在核实" not in page


def test_a_difference_is_said(order: PolicyRecord, housing: Body) -> None:
    kept, clerk = keep(housing, order), signed_in(Role.CLERK, housing)
    page = f"/admin/policies/kept/{kept.pk}/"
    there = {"address": "https://guizhang.example/13"}
    answer = clerk.post(f"{page}compare/", there, follow=True)
    assert "请上传来源文件" in answer.content.decode()
    assert there["address"] in clerk.get(page).content.decode(), "where the source is can be said later, too"
    with pytest.raises(Refused):
        actions.set_source_address(kept, by=actor(Role.CLERK, order.body.parent), address="https://guizhang.example/14")
    by = actor(Role.CLERK, housing)
    actions.compare_text(
        kept, by=by, text="别的文字。", losses=["公式（1处）没有读入正文。"], checked_on=date(2026, 11, 1)
    )
    assert "公式（1处）没有读入正文。" in clerk.get(page).content.decode()
    assert dict(source_facts(order))["核对日期"] == "2026-11-01（与来源有差异，正在核实）"


def test_of_several_units_the_last_comparison_counts(order: PolicyRecord, housing: Body, justice: Body) -> None:
    compare(keep(housing, order), "为了规范管理，制定本办法。", date(2026, 3, 1))
    compare(keep(justice, order), "为了规范管理，制定本办法。", date(2026, 9, 1))
    assert dict(source_facts(order))["核对日期"] == "2026-09-01"


def test_documents_of_the_house_have_no_source(housing: Body, rules: Column) -> None:
    made = library.public(housing, [rules])
    assert made.level == Level.NORMATIVE
    assert source_facts(made) == []
