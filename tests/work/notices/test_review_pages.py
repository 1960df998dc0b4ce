"""The review page: open questions first, corrections in place, by one click and undoable where possible."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from factories.notices import City, draft, parsed, row
from gongkai.core.acts.chain import read_stream
from gongkai.work.notices.actions import drop_measure, merge_duties, merge_rows, set_guides, split_duty
from gongkai.work.notices.models import Duty, Measure, MeasureUnit, Notice, UnitState
from gongkai.work.notices.queries.readiness import (
    count_open_flags,
    count_open_flags_by_kind,
)
from gongkai.work.notices.states import NoticeState


@pytest.fixture
def notice(town: City) -> Notice:
    rows = [
        row("公开专项规划。", ["市发展改革委"], ["市教育局等"]),
        row("公开财政信息。做好解读。", ["市财政局"], ["有关部门"]),
        row("公开卫生信息。", ["市卫健局"], []),
    ]
    warnings = [{"row": 1, "message": "编号不连续", "field": "measure"}]
    return draft(town, parsed(rows=rows, warnings=warnings))


def correct(client: Client, notice: Notice, **fields: object) -> str:
    answer = client.post(reverse("notices_correct", args=[notice.pk]), fields, headers={"HX-Request": "true"})
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def test_unknown_name_is_asked_once_and_resolved_everywhere(town: City, chief: Client) -> None:
    rows = [row("公开规划。", ["市规划委"], ["市财政局"]), row("公开财政。", ["市规划委"], ["市教育局等"])]
    notice = draft(town, parsed(rows=rows))
    page = chief.get(reverse("notices_review", args=[notice.pk])).content.decode()
    asked = page[page.index('id="names"') : page.index('id="rows"')]
    assert "先指明单位：1 个名称" in asked
    assert asked.count("<strong>市规划委</strong>") == 1
    assert "2 处" in asked
    assert "<strong>等</strong>" not in asked, "what a list leaves open differs from row to row"
    assert page.count("公开规划。") == 2, "the source, and the one duty that says it all"
    unit = MeasureUnit.objects.filter(printed="市规划委").first()
    answer = correct(chief, notice, do="resolve", unit=unit.pk, who="named", names="市教育局", learn=1)
    assert '<div id="names" data-hx-swap-oob="true"></div>' in answer
    assert not MeasureUnit.objects.filter(printed="市规划委").exclude(state=UnitState.RESOLVED).exists()


def test_flags_of_one_kind_are_settled_together_and_reopened(town: City, chief: Client) -> None:
    rows = [row("公开规划。", ["市发展改革委"], []), row("公开财政。", ["市财政局"], [])]
    warnings = [
        {"row": 1, "message": "栏目“规划”的上级没有印出", "field": "duties"},
        {"row": 1, "message": "标题被打散", "field": "section"},
        {"row": 2, "message": "栏目“财政”的上级没有印出", "field": "duties"},
    ]
    notice = draft(town, parsed(rows=rows, warnings=warnings))
    assert count_open_flags_by_kind(notice) == {"栏目“…”的上级没有印出": 2, "标题被打散": 1}
    page = correct(chief, notice, do="settle", like="栏目“…”的上级没有印出")
    assert count_open_flags_by_kind(notice) == {"标题被打散": 1}
    first = notice.measures.first()
    assert 'value="unsettle"' in page
    correct(chief, notice, do="unsettle", measure=first.pk)
    assert count_open_flags_by_kind(notice) == {"栏目“…”的上级没有印出": 1, "标题被打散": 1}
    correct(chief, notice, do="settle", measure=first.pk)
    assert count_open_flags(notice) == 0


def test_equal_cells_are_corrected_together(chief: Client, notice: Notice) -> None:
    first = notice.measures.first()
    answer = correct(
        chief,
        notice,
        do="cell",
        measure=first.pk,
        field="section",
        value="一、新标题",
        seen=first.section,
        equal="1",
    )
    assert answer.count("<article") == 3
    assert set(notice.measures.values_list("section", flat=True)) == {"一、新标题"}
    correct(chief, notice, do="cell", measure=first.pk, field="item", value="（三）另一项")
    assert notice.measures.filter(item="（三）另一项").count() == 1
    # Settled flags stay settled when a cell is corrected; only a user's confirmation is withdrawn.
    correct(chief, notice, do="unsettle", measure=first.pk)


def test_each_flag_is_settled_by_one_click(town: City, chief: Client, notice: Notice) -> None:
    measure = notice.measures.first()
    correct(chief, notice, do="settle", measure=measure.pk, flag=0)
    rest = MeasureUnit.objects.get(measure__notice=notice, printed="等")
    correct(chief, notice, do="remove_unit", unit=rest.pk)
    everyone = MeasureUnit.objects.get(measure__notice=notice, printed="有关部门")
    correct(chief, notice, do="resolve", unit=everyone.pk, who="everyone")
    unknown = MeasureUnit.objects.get(measure__notice=notice, printed="市卫健局")
    answer = correct(chief, notice, do="resolve", unit=unknown.pk, who="body", body=town.health.pk, learn="1")
    assert "已全部核对" in answer
    assert town.health.aliases.filter(name="市卫健局").exists()
    done = chief.post(reverse("notices_confirm", args=[notice.pk]), {"version": _version(notice), "leaderless": "1"})
    assert done["Location"] == reverse("notices_notice", args=[notice.pk])
    assert Notice.objects.get().state == NoticeState.LIVE


def _version(notice: Notice) -> int:
    return Notice.objects.get(pk=notice.pk).version


def test_cell_is_corrected_and_concurrent_edit_is_refused(chief: Client, notice: Notice) -> None:
    measure = notice.measures.first()
    correct(
        chief,
        notice,
        do="cell",
        measure=measure.pk,
        field="text",
        seen=measure.text,
        value="公开“十五五”专项规划。",
    )
    assert Measure.objects.get(pk=measure.pk).text == "公开“十五五”专项规划。"
    late = chief.post(
        reverse("notices_correct", args=[notice.pk]),
        {"do": "cell", "measure": measure.pk, "field": "text", "seen": measure.text, "value": "别的"},
        headers={"HX-Request": "true"},
    )
    assert late.status_code == 409
    assert "已由他人更正" in late.content.decode()


def test_without_javascript_correction_leads_to_next_question(chief: Client, notice: Notice) -> None:
    first, second, _ = notice.measures.order_by("position")
    address = reverse("notices_correct", args=[notice.pk])
    answer = chief.post(address, {"do": "settle", "measure": first.pk, "flag": "0"})
    assert answer["Location"].endswith(f"row={first.pk}#m{first.pk}"), "its open list still waits"
    answer = chief.post(address, {"do": "drop", "measure": first.pk, "dropped": "1"})
    assert answer["Location"].endswith(f"row={second.pk}#m{second.pk}")
    assert Measure.objects.get(pk=first.pk).dropped


def test_review_page_of_long_notice_shows_one_line_for_each_row(town: City, chief: Client) -> None:
    notice = draft(town, parsed(rows=[row(f"公开第{n}类信息。", [f"市第{n}局"], ["市教育局等"]) for n in range(150)]))
    address = reverse("notices_review", args=[notice.pk])
    page = chief.get(address).content.decode()
    assert (page.count('"nt-row nt-line'), page.count("<article")) == (39, 40), "the first question is opened"
    assert len(page.encode()) < 100_000
    last = notice.measures.order_by("position").last()
    opened = chief.get(address, {"order": "source", "row": last.pk}).content.decode()
    assert f'id="m{last.pk}"' in opened
    assert opened.count("<article") == 30
    line = chief.get(reverse("notices_row", args=[notice.pk, last.pk]), {"line": 1}, headers={"HX-Request": "true"})
    assert "▲ 2" in line.content.decode()
    last.units.update(printed="市财政局")  # the unit leads and owes
    notice.measures.filter(pk=last.pk).update(lead_owes=True)
    line = chief.get(reverse("notices_row", args=[notice.pk, last.pk]), {"line": 1}, headers={"HX-Request": "true"})
    assert line.content.decode().count("市财政局") == 1


def test_deadlines_and_paths_are_corrected(chief: Client, notice: Notice) -> None:
    duty = Duty.objects.filter(measure__notice=notice).first()
    correct(chief, notice, do="edit_due", duty=duty.pk, kind="by_date", date="2026-12-31", count="")
    correct(
        chief,
        notice,
        do="edit_paths",
        duty=duty.pk,
        paths="政府网站 > 规划信息 > 专项规划\n政府网站＞公告",
        channels="政务新媒体、宣传栏",
    )
    duty.refresh_from_db()
    assert duty.due == {"kind": "by_date", "date": "2026-12-31"}
    assert duty.paths == [["政府网站", "规划信息", "专项规划"], ["政府网站", "公告"]]
    assert duty.channels == ["政务新媒体", "宣传栏"]
    correct(chief, notice, do="edit_due", duty=duty.pk, kind="ongoing", mode="及时")
    duty.refresh_from_db()
    assert duty.cycle == "quarter"
    assert "20个工作日" in duty.default_note
    correct(chief, notice, do="edit_due", duty=duty.pk, kind="months", count="3", after="上级印发")
    duty.refresh_from_db()
    assert duty.awaits.words == "上级印发"


def test_duties_and_rows_are_split_and_merged(chief: Client, notice: Notice) -> None:
    second = notice.measures.order_by("position")[1]
    duty = second.duties.get()
    correct(chief, notice, do="split_duty", duty=duty.pk, begins="做好解读")
    assert list(second.duties.order_by("position").values_list("text", flat=True)) == [
        "公开财政信息。",
        "做好解读。",
    ]
    last = second.duties.order_by("position").last()
    correct(chief, notice, do="split_row", measure=second.pk, duty=last.pk)
    texts = list(notice.measures.order_by("position").values_list("text", flat=True))
    assert texts == ["公开专项规划。", "公开财政信息。", "做好解读。", "公开卫生信息。"]
    new = notice.measures.get(text="做好解读。")
    assert [unit.printed for unit in new.units.all()] == ["市财政局", "有关部门"]
    correct(chief, notice, do="merge_rows", measure=new.pk)
    assert notice.measures.count() == 3
    back = Duty.objects.get(measure__notice=notice, text="做好解读。")
    correct(chief, notice, do="merge_duties", duty=back.pk)
    assert second.duties.get().text == "公开财政信息。做好解读。"
    correct(chief, notice, do="add_duty", measure=second.pk, value="按季更新。")
    extra = second.duties.last()
    correct(chief, notice, do="edit_duty", duty=extra.pk, value="按月更新。")
    correct(chief, notice, do="guides", duty=extra.pk, guides="1", names="市教育局、市卫生健康委")
    assert extra.guided.count() == 2
    correct(chief, notice, do="remove_duty", duty=extra.pk)
    assert second.duties.count() == 1
    correct(chief, notice, do="add_unit", measure=second.pk, part="responsible", printed="市卫生健康委")
    assert second.units.filter(printed="市卫生健康委", state=UnitState.RESOLVED).exists()


def test_splitting_keeps_order_and_merging_keeps_guided_units(town: City, notice: Notice) -> None:
    row = notice.measures.order_by("position")[1]
    row.duties.all().delete()
    for place, text in enumerate(["甲事项，乙事项", "丙事项，丁事项", "戊事项"], start=1):
        Duty.objects.create(measure=row, position=place, text=text)
    first, second, _ = row.duties.all()
    split_duty(notice, by=town.chief, duty=second.pk, at=4)
    split_duty(fresh_notice(notice), by=town.chief, duty=first.pk, at=4)
    duties = list(row.duties.all())
    assert [duty.text for duty in duties] == ["甲事项，", "乙事项", "丙事项，", "丁事项", "戊事项"]
    set_guides(fresh_notice(notice), by=town.chief, duty=duties[1].pk, guides=True, guided=[town.health])
    above = merge_duties(fresh_notice(notice), by=town.chief, duty=duties[1].pk)
    assert (above.guides, list(above.guided.all())) == (True, [town.health])
    dated, later = row.duties.all()[1:3]
    Duty.objects.filter(pk=dated.pk).update(due={"kind": "ongoing"}, due_text="长期坚持")
    Duty.objects.filter(pk=later.pk).update(due={"kind": "ongoing"}, due_text="动态更新")
    merge_duties(fresh_notice(notice), by=town.chief, duty=later.pk)
    assert "不再有“动态更新”" in list(read_stream(f"notice/{notice.pk}"))[-1].said


def test_row_merged_into_one_that_is_no_task_stays_a_task(town: City, notice: Notice) -> None:
    first, second = notice.measures.order_by("position")[:2]
    drop_measure(notice, by=town.chief, measure=first.pk)
    Measure.objects.filter(pk=second.pk).update(extras={"备注": "另行通知"})
    merged = merge_rows(fresh_notice(notice), by=town.chief, measure=second.pk)
    assert (merged.pk, merged.dropped, merged.extras) == (first.pk, False, {"备注": "另行通知"})


def fresh_notice(notice: Notice) -> Notice:
    return Notice.objects.get(pk=notice.pk)


FRONT_PAGE = {
    "do": "front",
    "title": "新标题",
    "issuer": "云岭市人民政府办公室",
    "doc_number": "云府办发〔2026〕8号",
    "year": "２０２６",
}


def test_front_page_accepts_usual_date_formats(chief: Client, notice: Notice) -> None:
    answer = chief.post(reverse("notices_correct", args=[notice.pk]), FRONT_PAGE | {"issued_on": "2026年4月20日"})
    assert answer.url == reverse("notices_review", args=[notice.pk])
    changed = Notice.objects.get()
    assert (changed.title, changed.issued_on, changed.year) == ("新标题", date(2026, 4, 20), 2026)


def test_nonexistent_date_changes_nothing_and_is_shown_again(chief: Client, notice: Notice) -> None:
    answer = chief.post(reverse("notices_correct", args=[notice.pk]), FRONT_PAGE | {"issued_on": "2026-13-40"})
    page = answer.content.decode()
    assert answer.status_code == 422
    for kept in ('value="2026-13-40"', 'value="新标题"', 'name="do" value="front"', "没有这一天"):
        assert kept in page
    assert Notice.objects.get().title == notice.title


def test_alternative_reading_is_applied_by_one_click(town: City, chief: Client) -> None:
    warnings = [
        {"row": 1, "message": "没有分隔", "field": "lead", "alternative": "市财政局"},
        {"row": 1, "message": "标题重复", "field": "section", "alternative": "三、另一节"},
    ]
    made = draft(town, parsed(rows=[row("公开。", ["市发展改革委"], ["市教育局"])], warnings=warnings))
    measure = made.measures.get()
    correct(chief, made, do="alternative", measure=measure.pk, flag=0)
    correct(chief, made, do="alternative", measure=measure.pk, flag=1)
    measure.refresh_from_db()
    assert measure.section == "三、另一节"
    assert [unit.printed for unit in measure.units.filter(part="lead")] == ["市财政局"]
    assert measure.unsettled == []


def test_unread_deadline_is_dated_at_its_question(town: City, chief: Client) -> None:
    warnings = [{"row": 1, "message": "“6月31日前”没有读出时限，请核对", "field": "duties"}]
    made = draft(town, parsed(rows=[row("公开规划，6月31日前完成。", ["市财政局"], [])], warnings=warnings))
    duty = Duty.objects.get(measure__notice=made)
    page = chief.get(reverse("notices_review", args=[made.pk])).content.decode()
    question = page[page.index("6月31日前”没有读出时限") :][:3000]
    assert f'name="duty" value="{duty.pk}"' in question
    assert 'name="date"' in question
    correct(chief, made, do="edit_due", kind="by_date", duty=duty.pk, measure=duty.measure_id, date="2026-06-30")
    duty.refresh_from_db()
    assert (duty.due, duty.measure.unsettled) == ({"kind": "by_date", "date": "2026-06-30"}, [])


@pytest.mark.parametrize("fields", [{"do": "resolve", "unit": "x"}, {"do": "split_row", "measure": "1", "duty": "9"}])
def test_invalid_correction_shows_reasons(chief: Client, notice: Notice, fields: dict[str, str]) -> None:
    answer = chief.post(reverse("notices_correct", args=[notice.pk]), fields, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert 'class="gk-errors"' in answer.content.decode()


def test_shared_deadline_shows_source_and_is_corrected_for_all(town: City, chief: Client) -> None:
    heading = "一、推进公开（本部分各项任务9月底前完成）"
    rows = [row(f"公开第{n}类信息。", ["市财政局"], [], section=heading) for n in (1, 2, 3)]
    notice = draft(town, parsed(rows=rows))
    first, _, last = Duty.objects.filter(measure__notice=notice, measure__preamble=False).order_by("measure__position")
    page = chief.get(reverse("notices_review", args=[notice.pk]), {"row": first.measure_id}).content.decode()
    assert page.count(f"出自标题“{heading}”，同出此处的共3项") == 1
    correct(chief, notice, do="edit_due", duty=last.pk, kind="by_date", date="2026-08-15")
    answer = correct(
        chief,
        notice,
        do="edit_due",
        duty=first.pk,
        kind="by_date",
        date="2026-08-31",
        alike="1",
        measure=first.measure_id,
    )
    assert answer.count("<article") == 2, "the one that was corrected by itself no longer hangs on the heading"
    assert answer.count("已由") == 1, "the opened row"
    rules = Duty.objects.filter(measure__notice=notice, measure__preamble=False).order_by("measure__position")
    assert [rule["date"] for rule in rules.values_list("due", flat=True)] == [
        "2026-08-31",
        "2026-08-31",
        "2026-08-15",
    ]
