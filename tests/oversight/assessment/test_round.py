"""A year's assessment from indicators to ranking, appeals and reports; visibility, and immutable results."""

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, transaction
from docx import Document

from factories.assessment import Scene
from factories.ledger import EntryFactory
from factories.units import BodyFactory, actor
from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.actions import add_evidence
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Body, Office, Role
from gongkai.lib.law import default_calendar
from gongkai.oversight.assessment import actions, queries, reports, round_registers
from gongkai.oversight.assessment.forms import AcceptSelfAssessmentForm
from gongkai.oversight.assessment.models import Assessed, Mark, Result, Round
from gongkai.oversight.assessment.panels import make_appeal_panel, make_pending_block
from gongkai.oversight.assessment.queries.consequences import list_open_duties
from gongkai.oversight.assessment.queries.ranking import make_ranking_sheet
from gongkai.oversight.assessment.queries.scores import get_standing, list_standings, recompute_round
from gongkai.oversight.assessment.queries.trees import digest_scheme, find_scheme_faults
from gongkai.oversight.assessment.views.units import _link_cases

pytestmark = pytest.mark.django_db


def noon(month: int, day: int) -> datetime:
    return datetime(2024, month, day, 4, tzinfo=UTC)


def make_entries(scene: Scene) -> None:
    """Create two of three entries in time for the first bureau, one of one for the second, and one open for the first."""
    first, second = scene.bureaus
    facts: dict[str, Any] = {"year": 2024, "opened_at": noon(1, 5)}
    EntryFactory(body=first, due_at=noon(3, 1), closed_at=noon(2, 1), **facts)
    EntryFactory(body=first, due_at=noon(4, 1), closed_at=noon(3, 30), **facts)
    EntryFactory(body=first, due_at=noon(5, 1), closed_at=noon(6, 30), **facts)
    EntryFactory(body=first, due_at=noon(12, 5), **facts)
    EntryFactory(body=second, due_at=noon(3, 1), closed_at=noon(2, 1), **facts)


def add_proof(unit: Assessed, clerk: Actor) -> None:
    """Add evidence to a self-assessment."""
    add_evidence(Entry.objects.get(pk=unit.entry_id), by=clerk, title="预算批复", url="https://cz.example/1.html")


def judge_manually(scene: Scene) -> None:
    """Record all manual marks, the third party's by its own evaluator."""
    phone, third, own = (scene.leaf(code) for code in ("2.1", "1.2", "3"))
    evaluator = actions.invite_evaluator(
        scene.round,
        by=scene.chief,
        organisation="云岭评估中心",
        name="沈评",
        username="pinggu",
        indicators=[third],
        until=date(2024, 12, 31),
    )
    for place, value in ((0, 80), (1, 60)):
        unit = scene.unit(place)
        script = {"script": "怎样申请公开？", "recording": f"R-{place}"}
        actions.record_mark(unit, by=scene.chief, indicator=phone, value=Decimal(value), **script)
        actions.record_mark(unit, by=scene.chief, indicator=phone, value=Decimal(100), **script)
        clerk = actor(Role.CLERK, unit.body)
        actions.record_claim(
            unit.entry, by=clerk, indicator=own, value=Decimal(90), words="成立领导小组，经费列入预算。"
        )
        add_proof(unit, clerk)
        actions.submit_self_assessment(Entry.objects.get(pk=unit.entry_id), by=clerk)
        actions.accept_self_assessment(Entry.objects.get(pk=unit.entry_id), by=scene.chief)
        by = queries.visible.get_actor(evaluator.person.user)
        actions.record_evaluation(
            evaluator, by=by, unit=unit, indicator=third, value=Decimal(70), words="栏目齐全，更新较慢。"
        )


def publish_scored(scene: Scene) -> Round:
    """Bring the round to published scores."""
    make_entries(scene)
    actions.open_round(scene.round, by=scene.chief)
    judge_manually(scene)
    actions.begin_scoring(Round.objects.get(pk=scene.round.pk), by=scene.chief)
    actions.measure_round(Round.objects.get(pk=scene.round.pk), by=scene.chief)
    return actions.publish_scores(Round.objects.get(pk=scene.round.pk), by=scene.chief)


def test_scheme_below_four_percent_or_unbalanced_is_refused(scene: Scene) -> None:
    with pytest.raises(Refused, match="不得低于4%"):
        actions.draft_scheme(scene.government, by=scene.chief, name="另一套", share=Decimal("3.9"))
    with pytest.raises(Refused, match="不能"):
        actions.set_indicator(scene.scheme, by=scene.chief, code="1.1", name="改", points=Decimal(50))
    draft = actions.revise_scheme(scene.scheme, by=scene.chief)
    assert (draft.edition, digest_scheme(draft)) == (2, scene.scheme.digest)
    actions.set_indicator(draft, by=scene.chief, code="1.1", parent="1", points=Decimal(50))
    assert find_scheme_faults(draft) == ["“1 主动公开”的下级分值合计70.00，应为60.00。"]
    with pytest.raises(Refused, match="合计70"):
        actions.enact_scheme(draft, by=scene.chief)
    actions.remove_indicator(draft, by=scene.chief, code="1.2")
    for code, parent, way in (("1.3", "1", ""), ("1.3.1", "1.3", "bonus")):
        actions.set_indicator(draft, by=scene.chief, code=code, parent=parent, name="附加", points=Decimal(10), way=way)
    assert "“1 主动公开”的下级分值合计50.00，应为60.00。" in find_scheme_faults(draft), "a bonus is no part of the sum"
    actions.change_scheme(draft, by=scene.chief, share=Decimal(5))
    assert digest_scheme(scene.scheme) == scene.scheme.digest
    actions.retire_scheme(scene.scheme, by=scene.chief)


def test_units_appeal_within_configured_period(scene: Scene, monkeypatch: Any, tmp_path: Path) -> None:
    (own := tmp_path / "law.toml").write_text("assessment.objection = 1\n")
    monkeypatch.setenv("GONGKAI_LAW_SETTINGS", str(own))
    shown = publish_scored(scene)
    assert shown.objections_until == default_calendar().add_working_days(shown.published_on, 1)


def test_round_from_figures_to_confirmed_ranking(scene: Scene) -> None:
    shown = publish_scored(scene)
    first, second = (get_standing(scene.unit(place)) for place in (0, 1))
    # 2 of 3 in time × 40, phone (80+100)/2 × 25, third 70 % × 20, own 90 % × 15.
    assert first.total == Decimal("76.67")
    assert second.total == Decimal("87.50")
    assert (first.place, second.place, second.grade) == (2, 1, "良好")
    assert shown.objections_until == date(2024, 11, 27)
    sheet = make_ranking_sheet(shown)
    row = {one.head: one.value_of(list_standings(shown)[0]) for one in sheet.columns}
    assert (row["考核"], row["结果"]) == (shown.name, "尚未最终确定")
    clerk = actor(Role.CLERK, scene.bureaus[0])
    entry = actions.file_appeal(
        scene.unit(), by=clerk, indicator=scene.leaf("2.1"), grounds="第一次测评打的是已停用的号码，请复核。"
    )
    assert entry.body == scene.office
    with pytest.raises(Refused, match="正在复核"):
        actions.file_appeal(
            scene.unit(), by=clerk, indicator=scene.leaf("2.1"), grounds="第一次测评打的是已停用的号码。"
        )
    with time_machine.travel("2024-12-02 10:00+08:00", tick=False):
        assert make_pending_block(scene.head) is None, "an appeal waits for the office, not for the head"
        with pytest.raises(Refused, match="还有申诉没有复核"):
            actions.confirm_round(Round.objects.get(pk=shown.pk), by=scene.head)
        with pytest.raises(Refused, match="评分和复核申诉须由两人分别办理"):
            actions.reject_appeal(Entry.objects.get(pk=entry.pk), by=scene.chief, words="经核实号码没有停用。")
        actions.uphold_appeal(
            Entry.objects.get(pk=entry.pk), by=scene.head, words="经核实号码确已停用。", value=Decimal(100)
        )
        assert get_standing(scene.unit()).total == Decimal("79.17")
        with pytest.raises(Refused, match="负责人"):
            actions.confirm_round(Round.objects.get(pk=shown.pk), by=scene.chief)
        assert make_pending_block(scene.head), "now it is the head's turn"
        final = actions.confirm_round(Round.objects.get(pk=shown.pk), by=scene.head)
    kept = Result.objects.get(unit=scene.unit())
    assert (kept.total, kept.place, kept.grade) == (Decimal("79.17"), 2, "合格")
    assert recompute_round(final) == []
    with pytest.raises(DatabaseError), transaction.atomic():
        Result.objects.filter(pk=kept.pk).update(total=99)
    Mark.objects.filter(unit=scene.unit(), indicator=scene.leaf("3"), struck_at=None).update(value=100)
    assert len(recompute_round(final)) == 1
    text = "\n".join(
        cell.text
        for table in Document(BytesIO(reports.render_docx(reports.compose_ranking(final)))).tables
        for row in table.rows
        for cell in row.cells
    )
    assert "云岭市教育局" in text
    paper = reports.compose_unit_report(get_standing(scene.unit()), 2)
    assert reports.render_docx(paper)[:2] == b"PK"
    assert reports.render_pdf(paper)[:4] == b"%PDF"


def test_figures_keep_the_rows_they_were_measured_from(scene: Scene) -> None:
    make_entries(scene)
    actions.open_round(scene.round, by=scene.chief)
    actions.measure_round(Round.objects.get(pk=scene.round.pk), by=scene.chief)
    unit = scene.unit()
    own = unit.marks.get(way="auto", struck_at=None)
    assert [case[3] for case in own.cases] == ["按期办结", "按期办结", "逾期办结"]
    assert {case[1] for case in own.cases} == {""}, "titles are read from the entries, where the law may erase them"
    Entry.objects.filter(number=own.cases[0][0]).update(title="（内容已依法删除）")
    assert _link_cases(scene.chief, own.cases)[0][:2] == [own.cases[0][0], "（内容已依法删除）"]
    Entry.objects.filter(body=unit.body).update(closed_at=noon(11, 1))
    assert get_standing(unit).format_points(scene.leaf("1.1")) == "26.67"
    actions.measure_round(Round.objects.get(pk=scene.round.pk), by=scene.chief)
    assert unit.marks.filter(way="auto").count() == 2
    assert unit.marks.get(way="auto", struck_at=None).value != own.value


def test_unit_to_which_nothing_applies_is_listed_last(scene: Scene) -> None:
    for place, value in ((0, None), (1, 80)):
        for code, way in (("1.1", "auto"), ("1.2", "third"), ("2.1", "phone"), ("3", "self")):
            facts = {"unit": scene.unit(place), "indicator": scene.leaf(code), "way": way, "value": value}
            Mark.objects.create(on=date(2024, 11, 1), by="某人", **facts)
    assert [(one.unit, one.place) for one in list_standings(scene.round)] == [(scene.unit(1), 1), (scene.unit(), 0)]


def test_open_duties_are_sorted_by_points(scene: Scene) -> None:
    make_entries(scene)
    duties = list_open_duties(scene.unit())
    # Three known cases and one to come: a quarter of 40 points; no other indicator is judged, so nothing is scaled.
    assert [(one.indicator.code, one.points) for one in duties] == [("1.1", Decimal("10.00"))]
    assert list_open_duties(scene.unit(1)) == []


def test_publication_waits_for_all_marks_and_marks_can_be_struck(scene: Scene) -> None:
    actions.open_round(scene.round, by=scene.chief)
    unit, phone = scene.unit(), scene.leaf("2.1")
    with pytest.raises(Refused, match="录音编号"):
        actions.record_mark(unit, by=scene.chief, indicator=phone, value=Decimal(80))
    with pytest.raises(Refused, match="第三方"):
        actions.record_mark(unit, by=scene.chief, indicator=scene.leaf("1.2"), value=Decimal(80))
    wrong = actions.record_mark(unit, by=scene.chief, indicator=phone, value=Decimal(8), script="问", recording="1")
    actions.strike_mark(unit, by=scene.chief, mark=wrong, reason="录入错误")
    actions.record_mark(
        unit, by=scene.chief, indicator=scene.leaf("5"), value=None or Decimal(1), words="伪造发布日期，经查实。"
    )
    assert list_standings(scene.round)[-1].unit == unit
    assert (get_standing(unit).grade, get_standing(unit).format_points(scene.leaf("2.1"))) == ("不合格", "未评")
    started = actions.begin_scoring(Round.objects.get(pk=scene.round.pk), by=scene.chief)
    with pytest.raises(Refused, match="还有指标没有评分") as refused:
        actions.publish_scores(started, by=scene.chief)
    assert "个单位的自评没有办结" in str(refused.value)  # its day is not over
    actions.end_self_assessment(Entry.objects.get(pk=unit.entry_id), by=scene.chief)
    assert Entry.objects.get(pk=unit.entry_id).closed_at


def test_unit_edits_self_assessment_until_accepted(scene: Scene) -> None:
    actions.open_round(scene.round, by=scene.chief)
    unit = scene.unit()
    clerk = actor(Role.CLERK, unit.body)
    with pytest.raises(Refused, match="还没有填写自评"):
        actions.submit_self_assessment(unit.entry, by=clerk)
    with pytest.raises(Refused, match="不需要自评"):
        actions.record_claim(unit.entry, by=clerk, indicator=scene.leaf("2.1"), value=Decimal(1), words="电话都接了。")
    actions.record_claim(unit.entry, by=clerk, indicator=scene.leaf("3"), value=Decimal(80), words="经费已列入预算。")
    with pytest.raises(Refused, match="还没有佐证"):
        actions.submit_self_assessment(Entry.objects.get(pk=unit.entry_id), by=clerk)
    add_proof(unit, clerk)
    actions.submit_self_assessment(Entry.objects.get(pk=unit.entry_id), by=clerk)
    actions.return_self_assessment(Entry.objects.get(pk=unit.entry_id), by=scene.chief, reason="缺少预算批复")
    assert Entry.objects.get(pk=unit.entry_id).state == "open"


def test_mark_of_office_replaces_accepted_claim(scene: Scene) -> None:
    actions.open_round(scene.round, by=scene.chief)
    unit, own = scene.unit(), scene.leaf("3")
    clerk = actor(Role.CLERK, unit.body)
    actions.record_claim(unit.entry, by=clerk, indicator=own, value=Decimal(95), words="经费已列入本年预算。")
    add_proof(unit, clerk)
    actions.submit_self_assessment(Entry.objects.get(pk=unit.entry_id), by=clerk)
    form = AcceptSelfAssessmentForm(entry=Entry.objects.get(pk=unit.entry_id), by=scene.chief)
    assert [one.endswith("按自评计95%") for one in form.said] == [True]
    actions.accept_self_assessment(Entry.objects.get(pk=unit.entry_id), by=scene.chief)
    actions.record_mark(unit, by=scene.chief, indicator=own, value=Decimal(90), words="缺一项材料")
    assert [one.value for one in unit.marks.filter(indicator=own, struck_at=None)] == [90]


def test_upheld_appeal_lifts_veto(scene: Scene) -> None:
    shown, unit, veto = publish_scored(scene), scene.unit(), scene.leaf("5")
    Mark.objects.create(unit=unit, indicator=veto, way="veto", value=1, on=shown.published_on, words="失信", by="某人")
    entry = actions.file_appeal(
        unit, by=actor(Role.CLERK, unit.body), indicator=veto, grounds="发布日期没有改动，有日志为证。"
    )
    assert get_standing(scene.unit()).outcome.vetoes
    actions.uphold_appeal(Entry.objects.get(pk=entry.pk), by=scene.head, words="经核实没有伪造。")
    assert not get_standing(scene.unit()).outcome.vetoes
    panel = make_appeal_panel(Entry.objects.get(pk=entry.pk), scene.head)
    assert [mark.words for mark in panel["marks"]] == ["失信"]


def test_appeal_can_be_rejected_or_withdrawn(scene: Scene) -> None:
    publish_scored(scene)
    clerk = actor(Role.CLERK, scene.bureaus[1])
    assert Entry.objects.get(pk=scene.unit(1).entry_id).state == "accepted"
    one = actions.file_appeal(scene.unit(1), by=clerk, grounds="总分与我局掌握的情况不符，请复核。")
    actions.reject_appeal(Entry.objects.get(pk=one.pk), by=scene.head, words="经复核，各项评分属实。")
    two = actions.file_appeal(
        scene.unit(1), by=clerk, grounds="对第三方评估的方法有不同意见。", indicator=scene.leaf("1.2")
    )
    actions.withdraw_appeal(Entry.objects.get(pk=two.pk), by=clerk)
    assert set(Entry.objects.filter(kind="score_appeal").values_list("state", flat=True)) == {"rejected", "withdrawn"}
    other = actor(Role.CLERK, scene.bureaus[0])
    with pytest.raises(Refused, match="只有被考核单位"):
        actions.file_appeal(scene.unit(1), by=other, grounds="这不是我们单位的结果，但是我们有意见。")


def test_units_can_be_changed_until_the_round_opens(scene: Scene) -> None:
    days = {"first": date(2024, 1, 1), "until": date(2024, 12, 31), "self_until": date(2024, 12, 20)}
    with pytest.raises(Refused, match="已有这项考核"):
        actions.plan_round(scene.scheme, by=scene.chief, office=scene.office, year=2024, **days)
    with pytest.raises(Refused, match="教育局不能组织"):
        actions.plan_round(scene.scheme, by=scene.chief, office=scene.bureaus[0], year=2025, **days)
    with pytest.raises(Refused, match="只考核其所属单位"):
        actions.plan_round(
            scene.scheme, by=scene.chief, office=scene.office, year=2025, units=[scene.government], **days
        )
    with pytest.raises(Refused, match="只考核其所属单位"):
        actions.set_units(scene.round, by=scene.chief, units=[BodyFactory()])
    gone = Office.objects.create(body=scene.government, name="督查科", active_to=date(2024, 11, 1))
    with pytest.raises(Refused, match=r"已撤销.*督查科"):
        actions.set_units(scene.round, by=scene.chief, units=[], offices=[gone])
    section = Office.objects.create(body=scene.government, name="公开科")
    actions.set_units(scene.round, by=scene.chief, units=[], offices=[section])
    selectable = round_registers._list_selectable_units(scene.chief, scene.round)
    assert scene.government not in selectable  # an office is assessed, not its body
    assert scene.bureaus[0] in selectable
    facts = {"by": scene.chief, "units": [(scene.bureaus[0], "政府部门")]}
    actions.set_units(scene.round, self_until=date(2020, 1, 1), **facts)
    with pytest.raises(Refused, match="改自评截止日期"):
        actions.open_round(scene.round, by=scene.chief)
    actions.set_units(scene.round, self_until=date(2024, 12, 20), **facts)
    assert scene.round.units.count() == 1
    path = scene.bureaus[0].path
    Body.objects.filter(pk=scene.bureaus[0].pk).update(path="/999/")
    with pytest.raises(Refused, match=r"不是.*的所属单位.*请先重新“确定被考核单位”"):
        actions.open_round(scene.round, by=scene.chief)
    Body.objects.filter(pk=scene.bureaus[0].pk).update(path=path)
    Body.objects.filter(pk=scene.bureaus[0].pk).update(active_to=date(2024, 11, 1))
    with pytest.raises(Refused, match="已撤销"):
        actions.open_round(scene.round, by=scene.chief)
    Body.objects.filter(pk=scene.bureaus[0].pk).update(active_to=None)
    actions.open_round(scene.round, by=scene.chief)
    with pytest.raises(Refused, match="不能增减单位"):
        actions.set_units(Round.objects.get(pk=scene.round.pk), by=scene.chief, units=[])
