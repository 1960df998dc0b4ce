"""Public pages of annual reports: units by years with missing reports, and a published report with charts."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from factories.annual import (
    city,
    complete_report,
    entry_of,
    make_reports,
    reload_report,
    report_of,
    report_tables,
    submit_completed_report,
)
from factories.publishing import public, publish_unsigned, website
from factories.units import actor
from gongkai.content.editions.actions import place, withdraw
from gongkai.content.editions.models import Column
from gongkai.content.editions.sources import ensure_document
from gongkai.core.acts.action import Refused
from gongkai.core.files.store import store
from gongkai.core.ledger.queries import visible_to
from gongkai.core.outbox.models import Message
from gongkai.core.units.actors import SYSTEM, get_actor
from gongkai.core.units.models import Body, Person, Role
from gongkai.lib.chinese.days import end_of_day
from gongkai.lib.law import FigureChange, LawChanges, changes
from gongkai.oversight.annual import actions, text_drafts
from gongkai.oversight.annual.charts import make_charts
from gongkai.oversight.annual.checks import list_problems
from gongkai.oversight.annual.form import from_tables, make_label
from gongkai.oversight.annual.models import EarlierReport, Report
from gongkai.oversight.annual.queries.area import (
    count_now,
    get_shown_figures,
    list_corrected_units,
    list_unit_contributions,
)
from gongkai.oversight.annual.queries.facts import count_facts
from gongkai.oversight.annual.queries.figures import get_values
from gongkai.oversight.annual.queries.public import YEARLY_REPORT_KINDS, build_matrix, get_published_report
from gongkai.oversight.annual.rules import check_review_sender
from gongkai.oversight.annual.views.report_list import add_milestone_times
from gongkai.oversight.annual.views.texts import get_current_content

DAY = "2026-02-10 10:00+08:00"
#: The last statutory day for governments, and the day after.
LAST_DAYS = (date(2026, 3, 31), date(2026, 4, 1))


def scene() -> SimpleNamespace:
    """Create a late report of 市住建局, one of 市教育局 as an item, one of the government on an older site; the office's is missing."""
    town = city()
    town.site = website(body=town.government)
    town.column = Column.objects.get(website=town.site, fixed="annual")
    make_reports(town)
    report = submit_completed_report(report_of(town.housing), town.clerk, town.head)
    actions.accept_report(entry_of(report), by=town.chief)
    _publish(report, town.column)
    town.report = reload_report(report)
    town.area = _area(town)
    public(town.schools, [town.column], title="云岭市教育局2024年度政府信息公开工作年度报告", kind="report")
    public(town.schools, [town.column], title="云岭市教育局2025年法治政府建设年度报告", kind="report")
    stored = store(b"year,2024\n", "2024.csv", town.chief)
    facts = {"name": "2024.csv", "stored": stored, "published_on": date(2025, 3, 20)}
    facts |= {"tables": report_tables(), "address": "https://old.example/1.html"}
    actions.import_earlier_report(town.government, by=town.chief, year=2024, **facts)
    return town


def _area(town: SimpleNamespace) -> Report:
    """Publish the government's report, which sums its units' reports, written and signed by its general office."""
    report = complete_report(report_of(town.government), town.chief)
    for body in (town.office, town.schools):
        actions.explain_differences(
            entry_of(report), by=town.chief, marks=[f"member/{body.pk}"], text="没有报送，按台账计入"
        )
    actions.check_report(entry_of(report), by=town.chief)
    actions.submit_report(entry_of(report), by=town.chief)
    _publish(report, town.column)
    return reload_report(report)


def _publish(report: Report, column: Column, revision: int = 1) -> None:
    """Publish a report without signatures; `test_reports` covers the reviews."""
    place(ensure_document(report), by=SYSTEM, columns=[column])
    publish_unsigned(reload_report(report), revision)


pytestmark = [pytest.mark.django_db, pytest.mark.own_town, pytest.mark.today(DAY)]


def matrix_states(town: SimpleNamespace, kind: str = "") -> dict[tuple[str, int], str]:
    made = build_matrix(town.government, YEARLY_REPORT_KINDS[kind])
    return {(row.body.label, cell.year): cell.state for row in made.rows for cell in row.cells}


def test_matrix_shows_state_for_every_unit_and_year(town: SimpleNamespace) -> None:
    kept = EarlierReport.objects.get()
    assert matrix_states(town)["市政府", 2024] == "missing"  # one person alone puts nothing on the page
    with pytest.raises(Refused, match="不能是同一个人"):
        actions.confirm_earlier_report(kept, by=town.chief)
    actions.confirm_earlier_report(kept, by=actor(Role.CHIEF, town.office))
    found = matrix_states(town)
    assert found["市住建局", 2025] == "late"
    assert found["市教育局", 2025] == "missing"
    assert found["市政府办公室", 2025] == "missing"
    assert found["市政府", 2025] == "public"
    assert (found["市教育局", 2024], found["市政府", 2024]) == ("late", "public")
    assert len(found) == 4 * 2  # nobody is known before 2024


def test_merged_unit_keeps_report_it_owed(town: SimpleNamespace) -> None:
    town.schools.merged_into, town.schools.active_to = town.housing, date(2026, 1, 20)
    town.schools.save()
    assert matrix_states(town)["市教育局", 2025] == "missing"
    town.schools.active_to = date(2025, 6, 30)
    town.schools.save()
    found = matrix_states(town)
    assert found["市教育局", 2025] == "none", "whom it went into reports for that year"
    assert found["市教育局", 2024] == "late"
    law = matrix_states(town, "law")
    assert [where for where, state in law.items() if state == "public"] == [("市教育局", 2025)]


def test_notice_on_writing_reports_is_no_report(town: SimpleNamespace) -> None:
    title = "关于做好2025年政府信息公开工作年度报告编制发布工作的通知"
    public(town.office, [town.column], title=title, kind="report")
    assert matrix_states(town)["市政府办公室", 2025] == "missing"


def test_page_counts_missing_reports_and_links_published_ones(town: SimpleNamespace, client: Client) -> None:
    EarlierReport.objects.update(confirmed_at=timezone.now())
    page = client.get("/annual/").content.decode()
    assert "及其下属 3 个单位，2025年度已公布 2 份（其中逾期公布 1 份），未公布 2 份" in " ".join(page.split())
    assert "未公布" in page
    assert "https://old.example/1.html" in page
    assert f"/annual/2025/{town.housing.pk}/" in page
    path = ensure_document(town.report).addresses.get(current=True).path
    assert path in page
    assert "（本列数据的勾稽关系为" in client.get(path).content.decode()
    Body.objects.filter(pk=town.government.pk).update(active_from=date(2026, 1, 1))
    law = " ".join(client.get("/annual/?kind=law").content.decode().split())
    assert "法治政府建设年度报告</h1>" in law
    assert "及其下属 3 个单位" in law, "a government that owes nothing is not taken off those below it"
    assert "年报" in client.get("/").content.decode()


def test_published_report_has_charts_of_its_tables(town: SimpleNamespace, client: Client) -> None:
    page = client.get(f"/annual/2025/{town.housing.pk}/")
    assert page.status_code == 200
    assert client.get(f"/annual/2025/{town.schools.pk}/").status_code == 404
    assert client.get("/annual/2025/999999999/").status_code == 404
    values = from_tables(report_tables(table3={"1": [3, 1, 0, 0, 0, 0, 4], "3.1": [3, 1, 0, 0, 0, 0, 4]}))
    drawn = make_charts(values, None)
    assert [one.title for one in drawn][:2] == ["收到和办理的政府信息公开申请（件）", "谁在申请（本年新收，件）"]
    assert "自然人占75%" in drawn[1].sentence
    assert drawn[0].svg.count("<rect") == 4
    assert 'role="img"' in drawn[0].svg


def test_general_office_publishes_the_governments_report(town: SimpleNamespace) -> None:
    document = ensure_document(town.area)
    assert (town.area.entry.state, document.body, town.area.unit) == ("published", town.office, town.office)
    assert document.editions.get().content.title == "云岭市人民政府2025年政府信息公开工作年度报告"
    withdraw(document, by=SYSTEM, reason="数据有误")
    due = {
        day: build_matrix(town.government, YEARLY_REPORT_KINDS[""], today=day).rows[0].cells[0].state
        for day in LAST_DAYS
    }
    assert due == {LAST_DAYS[0]: "ahead", LAST_DAYS[1]: "missing"}


def test_everyone_notified_of_correction_may_read_the_report(town: SimpleNamespace) -> None:
    actor(Role.CLERK, town.office)
    chief = actor(Role.CHIEF, town.office)
    actions.reopen_for_correction(entry_of(town.area), by=town.chief, reason="汇总数漏计")
    told = Message.objects.filter(key__startswith="annual.correct").values_list("person", flat=True)
    assert chief.person_id in told
    for person in Person.objects.filter(pk__in=told).select_related("user"):
        assert visible_to(get_actor(person.user)).filter(pk=town.area.entry_id).exists(), person.name
    assert not check_review_sender(chief, entry_of(town.area))
    assert check_review_sender(actor(Role.CLERK, town.office), entry_of(town.area)), "it may not read the report either"
    assert not check_review_sender(town.clerk, entry_of(town.report))


def test_dropped_correction_has_no_effect(town: SimpleNamespace) -> None:
    report = town.report
    actions.reopen_for_correction(entry_of(report), by=town.head, reason="以为行政许可漏计")
    figures = {"table2/licences/value": 777}
    actions.enter_figures(entry_of(report), by=town.clerk, figures=figures, source="许可台账")
    actions.set_cut_off_day(entry_of(report), by=town.clerk, until=date(2025, 10, 31))
    actions.write_section(entry_of(report), by=town.clerk, number=1, text="重写的总体情况")
    actions.confirm_sections(entry_of(report), by=town.head, numbers=[1])
    member = next(one for one in list_unit_contributions(town.area) if one.body == report.body)
    assert member.report
    assert member.report.counted_until == date(2025, 12, 31)
    assert "12月31日" in reload_report(report).frozen(1).facts["summary"]
    marks = [
        one.mark for one in list_problems(reload_report(report), count_now(report), today=date(2026, 2, 10)) if one.open
    ]
    actions.explain_differences(entry_of(report), by=town.clerk, marks=marks, text="试算到十月底")
    actions.check_report(entry_of(report), by=town.clerk)
    actions.submit_report(entry_of(report), by=town.head)
    actions.drop_correction(entry_of(report), by=town.head, reason="核对无误")
    kept = reload_report(report)
    assert kept.submissions.count() == 2
    assert kept.standing.number == kept.latest_revision_id == kept.published_number == 1
    assert get_shown_figures(kept)["table2/licences/value"].value == 0
    assert kept.until == date(2025, 12, 31)
    actions.reopen_for_correction(entry_of(report), by=town.head, reason="另有一处错字")
    begun = get_current_content(reload_report(report))["correction"]
    assert (begun["changes"], begun["sections"]) == ([], []), (
        "nothing of a dropped correction goes out with a later one"
    )


def test_published_report_is_corrected_through_all_steps(town: SimpleNamespace, client: Client) -> None:
    report, path = town.report, ensure_document(town.report).addresses.get(current=True).path
    closed = entry_of(report).closed_at
    with pytest.raises(Refused, match="不能“填报数据”"):
        actions.enter_figures(entry_of(report), by=town.clerk, figures={"table2/licences/value": 3}, source="年报")
    actions.reopen_for_correction(entry_of(report), by=town.head, reason="误以为行政处罚有误")
    actions.drop_correction(entry_of(report), by=town.head, reason="核对无误")
    assert entry_of(report).state == "published"
    actions.reopen_for_correction(entry_of(report), by=town.head, reason="行政许可漏计3件")
    actions.enter_figures(entry_of(report), by=town.clerk, figures={"table2/licences/value": 3}, source="许可台账")
    assert get_current_content(reload_report(report))["correction"]["changes"] == [
        {"label": make_label("table2/licences/value"), "was": "0", "now": "3"}
    ]
    actions.check_report(entry_of(report), by=town.clerk)
    actions.submit_report(entry_of(report), by=town.head)
    assert entry_of(report).state == "correction_handed_in"
    shown = get_published_report(town.housing, 2025)
    assert shown
    assert shown.values["table2/licences/value"] == 0  # until the corrected edition is out
    assert list_corrected_units(town.area) == []
    actions.accept_report(entry_of(report), by=town.chief)
    with time_machine.travel("2026-03-02 10:00+08:00", tick=False):
        _publish(reload_report(report), town.column, revision=2)
        place_of = build_matrix(town.government, YEARLY_REPORT_KINDS[""]).rows[2].cells[0].place
        page = client.get(path).content.decode()
        assert "已更正" in client.get("/annual/").content.decode()
        shown = get_published_report(town.housing, 2025)
    assert place_of
    assert place_of.reason == "行政许可漏计3件"
    for words in ("本报告于2026年2月10日首次公布，现予更正", "更正原因：行政许可漏计3件", "由0更正为3"):
        assert words in page
    now = entry_of(report)
    assert (now.state, now.closed_at) == ("published", closed)
    assert shown
    assert shown.values["table2/licences/value"] == 3
    assert list_corrected_units(town.area) == [town.housing]
    assert [one.number for one in report.corrections.all()] == [None, 2]
    listed = add_milestone_times(Report.objects.filter(pk=report.pk))[0]
    assert listed.given == report.submissions.get(number=1).at, "what was corrected was handed in before"
    assert listed.corrected == report.corrections.last().published_at


def test_withdrawn_report_is_missing_again(town: SimpleNamespace) -> None:
    assert get_published_report(town.housing, 2025)
    withdraw(ensure_document(town.report), by=SYSTEM, reason="数据有误")
    assert get_published_report(town.housing, 2025) is None
    assert matrix_states(town)["市住建局", 2025] == "missing"


def test_return_of_the_governments_report_notifies_those_who_edit_it(town: SimpleNamespace) -> None:
    clerk, chief = actor(Role.CLERK, town.government), actor(Role.CHIEF, town.office)
    area = town.area
    actions.reopen_for_correction(entry_of(area), by=town.chief, reason="汇总数漏计")
    actions.write_section(entry_of(area), by=town.chief, number=1, text="重写的总体情况")
    actions.confirm_sections(entry_of(area), by=town.chief, numbers=[1])
    actions.check_report(entry_of(area), by=town.chief)
    actions.submit_report(entry_of(area), by=town.chief)
    actions.return_report(entry_of(area), by=chief, reason="第一部分过短")
    told = set(Message.objects.filter(key__startswith="annual.returned").values_list("person", flat=True))
    assert {town.chief.person_id, chief.person_id} & told
    assert clerk.person_id not in told


def test_columns_and_period_of_disclosure_are_those_of_the_last_day(
    town: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, until = end_of_day(date(2025, 5, 1)), end_of_day(date(2025, 12, 1))
    columns = Column.objects.filter(website=town.site)
    columns.update(opened_at=opened, archived_at=None)
    columns.filter(pk=town.column.pk).update(archived_at=timezone.now())
    assert count_facts(town.area).columns == columns.count()
    columns.filter(pk=town.column.pk).update(archived_at=until)
    assert count_facts(town.area).columns == columns.count() - 1
    shorter = LawChanges(
        (FigureChange("disclosure.publish", 5, date(2026, 1, 5), None, date(2026, 1, 4), "示例修订令"),)
    )
    monkeypatch.setattr(changes, "CHANGE_SOURCES", [lambda: shorter])
    facts = replace(count_facts(town.area), prompt=3)
    monkeypatch.setattr(text_drafts, "count_facts", lambda report: facts)
    assert (
        "自形成之日起20个工作日内公开3条"
        in text_drafts.draft_texts(town.area, get_values(get_shown_figures(town.area)))[1]
    )
