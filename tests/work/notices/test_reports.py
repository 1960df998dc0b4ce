"""Reports and progress counts: tasks that do not apply are not achievements, carried-over ones are not done."""

import pytest

from factories.notices import YEAR, City, accepted, entry_of, live, parsed, row, submitted
from factories.units import BodyFactory, actor, signed_in
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import BodyKind, Role
from gongkai.work.notices.actions import (
    cancel_assignment,
    carry_over_assignment,
    grant_request,
    request_not_applicable,
    return_submission,
    submit_task,
)
from gongkai.work.notices.entries.columns import find_site_address, to_absolute_url
from gongkai.work.notices.models import AwaitedAct, Notice
from gongkai.work.notices.queries.lights import LightCounts
from gongkai.work.notices.queries.matrix import load_matrix
from gongkai.work.notices.queries.progress import build_progress_table
from gongkai.work.notices.queries.public import PublicMeasure, count_public_progress
from gongkai.work.notices.queries.tasks import build_completion_report, build_task_list
from gongkai.work.notices.queries.timeline import build_timeline, list_awaited_acts


@pytest.fixture
def notice(town: City) -> Notice:
    return live(town, parsed(rows=[row("公开专项规划。", ["市发展改革委"], ["市教育局", "市财政局", "市卫生健康委"])]))


def fresh(entry: Entry) -> Entry:
    return Entry.objects.get(pk=entry.pk)


def first_measure(notice: Notice, town: City) -> PublicMeasure:
    return count_public_progress(notice.year, town.government)[0].sections[0].measures[0]


def complete(notice: Notice, town: City, body: object) -> None:
    entry = entry_of(notice, body)
    submitted(entry, actor(Role.CLERK, body))
    accepted(entry, actor(Role.CLERK, town.planning))


def test_inapplicable_task_is_not_counted(town: City, notice: Notice) -> None:
    assert build_completion_report(notice).measures[0].status == "未完成"
    complete(notice, town, town.education)
    complete(notice, town, town.finance)
    entry = entry_of(notice, town.health)
    request_not_applicable(entry, by=actor(Role.CLERK, town.health), reason="无此职能")
    grant_request(fresh(entry), by=actor(Role.CLERK, town.planning))
    report = build_completion_report(notice)
    assert (report.total, report.closed, report.measures[0].status) == (2, 2, "已完成")
    assert any("不涉及" in reason for reason in report.measures[0].reasons)
    assert first_measure(notice, town).state == "已完成"


def test_measure_cancelled_for_all_units_is_inapplicable(town: City, notice: Notice) -> None:
    for body in (town.education, town.finance, town.health):
        cancel_assignment(entry_of(notice, body), by=town.chief, reason="上级取消")
    assert build_completion_report(notice).measures[0].status == "不涉及"
    assert first_measure(notice, town).state == "尚未分解"


def test_carried_over_task_is_not_done(town: City, notice: Notice) -> None:
    complete(notice, town, town.education)
    complete(notice, town, town.finance)
    carry_over_assignment(entry_of(notice, town.health), by=town.chief, reason="跨年")
    report = build_completion_report(notice)
    assert (report.total, report.closed, report.measures[0].status) == (3, 2, "部分完成")
    shown = first_measure(notice, town)
    assert (shown.state, shown.lights.carried) == ("部分转入下年", 1)


def test_partly_done_measure_shows_reasons(town: City, notice: Notice) -> None:
    for body in (town.education, town.finance, town.health):
        entry = entry_of(notice, body)
        submit_task(
            entry,
            by=actor(Role.CLERK, body),
            urls=["https://www.yunling.gov.cn/1.html"],
            statement="待上级文件",
        )
        accepted(entry, actor(Role.CLERK, town.planning))
    report = build_completion_report(notice)
    assert report.measures[0].status == "部分完成"
    assert all("待上级文件" in reason for reason in report.measures[0].reasons)
    assert len(report.measures[0].evidence) == 3


def test_matrix_spreadsheet_timeline_and_task_list_agree(
    town: City, notice: Notice, django_assert_num_queries: object
) -> None:
    complete(notice, town, town.education)
    table = load_matrix(notice, town.chief)
    assert [body.label for body in table.bodies] == ["市财政局", "市教育局", "市卫生健康委"]
    assert (table.all.total, table.all.closed) == (3, 1)
    made = build_progress_table(notice, town.chief)
    assert (made.measures[0].figures["total"], made.measures[0].figures["grey"]) == (3, 1)
    assert len(made.units) == table.all.all
    assert sum(month.lights.total for month in build_timeline(notice.year, town.chief).months) == 3
    listed = build_task_list(town.education, notice.year, town.chief)
    assert [(task.leads, task.responsible) for task in listed.tasks] == [(("市发展改革委",), "市教育局")]
    other = actor(Role.CLERK, town.health)
    assert build_task_list(town.education, notice.year, other).tasks == ()
    assert load_matrix(notice, other).all.total == 1
    with django_assert_num_queries(3):  # type: ignore[operator]
        load_matrix(notice, SYSTEM)


def test_awaited_acts_are_listed_only_for_notices_in_force(town: City, notice: Notice) -> None:
    act = AwaitedAct.objects.create(notice=notice, words="上级出台办法")
    assert list_awaited_acts(notice.year, town.chief) == [act]
    assert list_awaited_acts(notice.year + 1, town.chief) == []
    Notice.objects.filter(pk=notice.pk).update(state="draft")
    assert list_awaited_acts(notice.year, town.chief) == []


def test_own_urls_are_absolute_on_paper(town: City, notice: Notice) -> None:
    home = find_site_address(notice.government)
    assert to_absolute_url("/columns/1/2.html", home) == f"http://{town.website.host}/columns/1/2.html"
    assert to_absolute_url("https://www.yunling.gov.cn/1.html", home) == "https://www.yunling.gov.cn/1.html"
    assert to_absolute_url("", home) == ""


@pytest.mark.parametrize(
    ("lights", "worst", "percent"),
    [
        (LightCounts(), "grey", 0),
        (LightCounts(total=3, red=1, yellow=1), "red", 0),
        (LightCounts(total=3, yellow=1, grey=2), "yellow", 67),
        (LightCounts(total=2, blue=1, grey=1), "blue", 50),
        (LightCounts(total=1000, grey=999, blue=1), "blue", 99),
        (LightCounts(total=2, grey=1, grey_red=1), "grey_red", 100),
        (LightCounts(total=1), "green", 0),
    ],
)
def test_worst_light_represents_all(lights: LightCounts, worst: str, percent: int) -> None:
    assert (lights.worst, lights.percent) == (worst, percent)


def test_task_list_shows_period_of_task(town: City) -> None:
    live(town)
    periods = {(task.content[:2], task.period[-3:]) for task in build_task_list(town.finance, YEAR, SYSTEM).tasks}
    assert {content for content, period in periods if period.endswith("季度")} == {"每季"}
    assert ("公开", "") in periods


def test_returned_evidence_is_not_in_report(town: City, notice: Notice) -> None:
    complete(notice, town, town.education)
    entry = entry_of(notice, town.finance)
    submitted(entry, actor(Role.CLERK, town.finance))
    return_submission(fresh(entry), by=actor(Role.CLERK, town.planning), reason="打不开")
    [one] = build_completion_report(notice).measures
    assert len(one.evidence) == 1
    assert one.evidence[0].startswith("市教育局")


def test_headings_of_report_are_numbered_once(town: City) -> None:
    from io import BytesIO

    from docx import Document as read

    from gongkai.lib.writing.report import render_completion_docx

    rows = [row("甲。", ["市财政局"], []), row("乙。", ["市财政局"], [], section="二、公开财政信息")]
    paper = read(BytesIO(render_completion_docx(build_completion_report(live(town, parsed(rows=rows))))))
    heads = [p.text for p in paper.paragraphs if p.text and p.text[0] in "一二三（" and len(p.text) < 30]
    assert heads[:5] == [
        "一、总体情况",
        "二、分项情况",
        "（一）深化重点领域信息公开",
        "（二）公开财政信息",
        "三、逐项情况",
    ]


def test_page_of_another_units_entry_shows_only_the_unit(town: City, notice: Notice) -> None:
    entry = entry_of(notice, town.finance)
    colleague = signed_in(Role.CLERK, town.education)
    answer = colleague.get(entry.url)
    assert answer.status_code == 403
    shown = answer.content.decode()
    assert "市财政局承办" in shown
    assert entry.title not in shown
    assert entry.number not in shown
    Entry.objects.filter(pk=entry.pk).update(audience="chief")
    assert colleague.get(entry.url).status_code == 404
    assert colleague.get("/admin/ledger/999999/").status_code == 404
    stranger = signed_in(Role.CLERK, BodyFactory(name="白水市人民政府", kind=BodyKind.GOVERNMENT))
    Entry.objects.filter(pk=entry.pk).update(audience="parties")
    assert stranger.get(entry.url).status_code == 404
