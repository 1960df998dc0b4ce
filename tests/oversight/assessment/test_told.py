"""What is told of marks: no grade before the end, each fault once, a third party's cases never beside its whole."""

from datetime import date
from decimal import Decimal

import pytest
from django import forms
from django.urls import reverse

from factories.assessment import Scene
from factories.units import signed_in
from gongkai.core.acts.action import Conflict, Refused
from gongkai.core.spreadsheets import actions as spreadsheets
from gongkai.core.spreadsheets import write_xlsx
from gongkai.core.units.models import Role
from gongkai.lib.writing.blocks import TableBlock, TextBlock
from gongkai.oversight.assessment import actions, queries, reports
from gongkai.oversight.assessment.forms import GradesField
from gongkai.oversight.assessment.importing.evaluation import make_evaluation_rows
from gongkai.oversight.assessment.importing.indicators import INDICATOR_SHEET
from gongkai.oversight.assessment.queries.scores import get_standing
from gongkai.oversight.assessment.scoring import round_to_cents

pytestmark = pytest.mark.django_db


def test_what_is_not_judged_to_its_end_has_no_grade_and_no_place(scene: Scene) -> None:
    actions.open_round(scene.round, by=scene.chief)
    actions.record_mark(scene.unit(), by=scene.chief, indicator=scene.leaf("4"), value=Decimal(2), words="全省推广做法")
    one = get_standing(scene.unit())
    assert (one.grade_told, one.place_told, len(one.missing)) == ("未评完", "—", 4)
    actions.record_mark(
        scene.unit(),
        by=scene.chief,
        indicator=scene.leaf("2.1"),
        on=date(2024, 11, 1),
        value=Decimal(90),
        script="问",
        recording="L",
    )
    one = get_standing(scene.unit())
    assert (one.score, one.so_far_of) == (round_to_cents(one.outcome.got) + 2, "已评 25 分")
    assert get_standing(scene.unit(1)).place == 0, "nobody of the group has a place before all are judged"
    paper = reports.compose_unit_report(one, 2)
    said = "".join(block.text for block in paper.blocks if isinstance(block, TextBlock))
    assert "暂不定等次和名次" in said
    assert "列第" not in said
    [grid] = [block for block in paper.blocks if isinstance(block, TableBlock)]
    assert [row[3] for row in grid.rows if row[0] == "3"] == ["未评"]


def test_every_page_says_why_an_indicator_has_no_points(scene: Scene) -> None:
    actions.open_round(scene.round, by=scene.chief)
    own, other = scene.unit(), scene.unit(1)
    call = {"script": "没有对外电话", "recording": "无"}
    actions.record_mark(other, by=scene.chief, indicator=scene.leaf("2.1"), value=None, **call)
    one, two_ = get_standing(own), get_standing(other)
    told = [(one.points_told(scene.leaf(code)), two_.points_told(scene.leaf(code))) for code in ("2.1", "4")]
    assert told == [("未评", "不适用"), ("—", "—")]
    [grid] = [block for block in reports.compose_unit_report(two_, 2).blocks if isinstance(block, TableBlock)]
    assert [row[3] for row in grid.rows if row[0] in ("2.1", "4")] == ["不适用", "—"]
    client = signed_in(Role.CHIEF, scene.office)
    others = client.get(reverse("assessment:leaf", args=[own.pk, scene.leaf("2.1").pk])).content.decode()
    assert "不适用" in others.split("<h2>其他单位</h2>")[1].split("</nav>")[0]


def test_a_deduction_counts_once_and_what_came_meanwhile_is_seen_first(scene: Scene) -> None:
    actions.open_round(scene.round, by=scene.chief)
    bonus, phone, unit = scene.leaf("4"), scene.leaf("2.1"), scene.unit()
    facts = {"value": Decimal(2), "words": "全省推广做法"}
    first = actions.record_mark(unit, by=scene.chief, indicator=bonus, seen=0, **facts)
    with pytest.raises(Conflict, match="刚刚有了新的评分"):
        actions.record_mark(unit, by=scene.chief, indicator=bonus, seen=0, value=Decimal(1), words="另一项做法")
    with pytest.raises(Refused, match="已经记入"):
        actions.record_mark(unit, by=scene.chief, indicator=bonus, seen=first.pk, **facts)
    call = {"value": Decimal(90), "script": "问受理时间", "recording": "L-1"}
    with pytest.raises(Refused, match="不能早于考核期"):
        actions.record_mark(unit, by=scene.chief, indicator=phone, on=date(2023, 12, 31), **call)


def test_a_third_party_scores_the_whole_or_its_cases(scene: Scene) -> None:
    actions.open_round(scene.round, by=scene.chief)
    leaf, unit = scene.leaf("1.2"), scene.unit()
    made = actions.invite_evaluator(
        scene.round, by=scene.chief, organisation="云岭评估中心", name="沈评", username="pg", indicators=[leaf], until=date(2024, 12, 31)
    )  # fmt: skip
    by = queries.visible.actor_of(made.person.user)
    judge = {"by": by, "unit": unit, "indicator": leaf, "words": "答复齐全"}
    actions.record_evaluation(made, value=Decimal(50), **judge)
    for ref, value in (("request:9", 100), ("request:10", 20)):
        actions.record_evaluation(made, value=Decimal(value), ref=ref, **judge)
    assert sorted(unit.marks.filter(struck_at=None).values_list("value", flat=True)) == [20, 100]
    assert [row["body"] for row in make_evaluation_rows(made)] == [scene.bureaus[1].name]
    with pytest.raises(Refused, match="已逐件评分"):
        actions.record_evaluation(made, value=Decimal(60), **judge)


def test_a_code_stands_once_in_a_sheet_of_indicators(scene: Scene) -> None:
    draft = actions.draft_scheme(scene.government, by=scene.chief, name="新体系", share=Decimal(4))
    row = {"scheme": draft.name, "code": "1", "parent": "", "name": "按期", "points": 10, "way": "网上检查", "source": "",
           "full_at": 100, "zero_at": 0, "standard": "", "basis": ""}  # fmt: skip
    sheet = write_xlsx(INDICATOR_SHEET, [row, {**row, "name": "又一项"}, {**row, "code": "2", "points": -5}])
    _, plan = spreadsheets.upload_for_dry_run("indicators", content=sheet, file_name="a.xlsx", by=scene.chief)
    assert [(error.row, error.column) for error in plan.errors] == [(3, "B"), (4, "E")]


@pytest.mark.parametrize(
    "given", ["优秀90、良好95", "优秀90、良好80、abc", "优秀90、优秀80", "优秀90、不合格60", "优秀190"]
)
def test_grades_are_read_strictly(given: str) -> None:
    with pytest.raises(forms.ValidationError):
        GradesField().clean(given)
    assert GradesField().clean("优秀90分，良好80") == [["优秀", 90], ["良好", 80]]
