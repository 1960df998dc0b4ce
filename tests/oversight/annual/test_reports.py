"""Lifecycle of a report: requested, filled in, checked, submitted, returned, accepted, reviewed, published; and sums of an area."""

import re
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from factories.annual import (
    LAST_DAY,
    YEAR,
    city,
    complete_report,
    entry_of,
    make_reports,
    reload_report,
    report_tables,
    submit_completed_report,
)
from factories.policies import record
from factories.publishing import sign_all, website, with_sheet
from factories.requests import register
from factories.units import BodyFactory, actor
from gongkai.content.editions.models import Column
from gongkai.content.editions.sources import ensure_document
from gongkai.content.policies.actions import decide
from gongkai.content.publishing import actions as publishing
from gongkai.content.reviewing.models import Review
from gongkai.core.acts import insert_only
from gongkai.core.acts.action import Refused
from gongkai.core.acts.models import Movement
from gongkai.core.files.store import store
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import ANONYMOUS
from gongkai.core.units.models import BodyKind, Role
from gongkai.lib.law import annual_form
from gongkai.lib.writing.fonts import MissingFont
from gongkai.oversight.annual import actions
from gongkai.oversight.annual.checks import list_problems, verify_submissions
from gongkai.oversight.annual.models import EarlierReport, Report, Submission
from gongkai.oversight.annual.queries import reports_visible_to
from gongkai.oversight.annual.queries.area import count_live_figures, count_now, map_report_values
from gongkai.oversight.annual.queries.comparisons import get_previous_figures
from gongkai.oversight.annual.queries.facts import count_facts
from gongkai.oversight.annual.queries.figures import ENTERED, ROWS, SUM, get_values
from gongkai.oversight.annual.registrations import close_published_reports, open_missing_reports
from gongkai.oversight.annual.text_drafts import draft_texts
from gongkai.ui.office.offered_actions import list_offers
from gongkai.work.participation.actions import register_open_event

DAY = "2026-01-12 10:00+08:00"


pytestmark = [pytest.mark.django_db, pytest.mark.today(DAY)]


def scene() -> SimpleNamespace:
    town = city()
    town.reports = make_reports(town)
    return town


def own_report(town: SimpleNamespace) -> Report:
    return reload_report(town.reports[town.housing.pk])


def area_report(town: SimpleNamespace) -> Report:
    return reload_report(town.reports[town.government.pk])


def test_every_unit_owes_a_report_by_its_statutory_date(town: SimpleNamespace) -> None:
    due = {one.body.pk: timezone.localdate(one.entry.due_at) for one in map(reload_report, town.reports.values())}
    assert due == {
        town.government.pk: date(2026, 3, 31),
        town.office.pk: date(2026, 1, 31),
        town.housing.pk: date(2026, 1, 31),
        town.schools.pk: date(2026, 1, 31),
    }
    assert own_report(town).until == LAST_DAY
    assert (own_report(town).area, area_report(town).area) == (False, True)
    assert timezone.localdate(own_report(town).entry.warn_at) == date(2026, 1, 21)
    with pytest.raises(Refused, match="已经布置"):
        actions.open_reports(town.government, by=town.chief, year=YEAR)
    with pytest.raises(Refused, match="只有本级或者上级政务公开办"):
        actions.open_reports(town.government, by=town.head, year=2024)


def test_figures_are_counted_from_rows_and_linked_to_them(town: SimpleNamespace) -> None:
    register(town.housing, date(2025, 12, 1), applicant_kind="business")
    figures = count_live_figures(own_report(town))
    assert (figures["table3/1/company"].value, figures["table3/1/company"].origin) == (1, ROWS)
    assert figures["table3/4/total"].value == 1
    assert figures["table2/licences/value"].value is None
    assert figures["table2/normative_documents/issued"].value is None


def test_rows_of_merged_unit_count_for_successor(town: SimpleNamespace) -> None:
    register(town.housing, date(2025, 12, 1), applicant_kind="business")
    register(town.schools, date(2025, 3, 3), applicant_kind="business")
    merged = {"merged_into": town.housing, "active_to": date(2025, 6, 30)}
    type(town.schools).objects.filter(pk=town.schools.pk).update(**merged)
    for report in (own_report(town), area_report(town)):
        assert count_live_figures(report)["table3/1/company"].value == 2


@pytest.mark.parametrize(
    ("closed", "counts"), [(date(2025, 6, 30), 1), (date(2026, 1, 15), 1), (date(2024, 12, 31), 0)]
)
def test_rows_of_unit_without_successor_count_for_area(town: SimpleNamespace, closed: date, counts: int) -> None:
    register(town.schools, date(2025, 3, 3), applicant_kind="business")
    type(town.schools).objects.filter(pk=town.schools.pk).update(active_to=closed)
    assert count_live_figures(area_report(town))["table3/1/company"].value == counts
    said = [one.said for one in _problems(area_report(town)) if "没有承继单位" in one.said]
    assert len(said) == counts


def test_drafted_facts_of_area_exclude_institutions(town: SimpleNamespace) -> None:
    register(town.schools, date(2025, 3, 3))
    late = count_facts(area_report(town)).late_requests
    type(town.schools).objects.filter(pk=town.schools.pk).update(kind="institution")
    assert (late, count_facts(area_report(town)).late_requests) == (1, 0)


def test_library_documents_count_for_their_issuer(town: SimpleNamespace) -> None:
    facts = {"made_on": date(2025, 5, 1), "published_on": date(2025, 5, 2), "effective_on": date(2025, 6, 1)}
    by = town.clerk
    record(town.housing, by=by, issuers=town.housing.name, **facts)
    gone = record(
        town.housing, by=by, issuers=f"{town.housing.name}、{town.schools.name}", effective_on=date(2024, 5, 1)
    )
    record(town.housing, by=by, issuers=town.government.name, **facts)
    decide(gone, by=town.head, what="repeal", on=date(2025, 8, 1), cited="清理决定", reason="清理")
    figures = get_values(count_live_figures(own_report(town)))
    cells = [figures[f"table2/normative_documents/{one}"] for one in ("issued", "abolished", "in_force")]
    assert cells == [1, 1, 1]
    assert figures["table2/rules/in_force"] == 0
    total = get_values(count_live_figures(area_report(town)))
    assert total["table2/normative_documents/issued"] is None  # 市教育局 has none in the library, and entered none


def test_entered_figures_need_source_and_are_marked(town: SimpleNamespace) -> None:
    key = "table2/licences/value"
    with pytest.raises(Refused, match="数据来源"):
        actions.enter_figures(entry_of(own_report(town)), by=town.clerk, figures={key: 12}, source=" ")
    with pytest.raises(Refused, match="没有可以填报"):
        actions.enter_figures(
            entry_of(own_report(town)), by=town.clerk, figures={"table3/3.7/total": 1}, source="统计报表"
        )
    with pytest.raises(Refused, match="应为整数"):
        actions.enter_figures(entry_of(own_report(town)), by=town.clerk, figures={key: 1.5}, source="统计报表")
    with pytest.raises(Refused, match="应小于1000000000"):
        actions.enter_figures(entry_of(own_report(town)), by=town.clerk, figures={key: 10**9}, source="统计报表")
    actions.enter_figures(
        entry_of(own_report(town)), by=town.clerk, figures={key: 12, "table3/1/company": 3}, source="统计报表"
    )
    figures = count_live_figures(own_report(town))
    assert (figures[key].origin, figures[key].source) == (ENTERED, "统计报表")
    assert figures["table3/1/company"].differs
    with pytest.raises(Refused, match="新收加上年结转"):
        actions.check_report(entry_of(own_report(town)), by=town.clerk)
    actions.remove_figures(entry_of(own_report(town)), by=town.clerk, keys=["table3/1/company"])
    assert count_live_figures(own_report(town))["table3/1/company"].value == 0
    stranger = actor(Role.CLERK, town.schools)
    with pytest.raises(Refused, match="只有承办单位"):
        actions.enter_figures(entry_of(own_report(town)), by=stranger, figures={key: 1}, source="统计报表")


def test_difference_to_last_year_blocks_until_explained(town: SimpleNamespace) -> None:
    last = report_tables(table3={"1": [2, 0, 0, 0, 0, 0, 2], "4": [2, 0, 0, 0, 0, 0, 2]})
    stored = store(b"year,2024\n", "2024.csv", town.clerk)
    actions.import_earlier_report(town.housing, by=town.clerk, year=2024, tables=last, name="2024.csv", stored=stored)
    assert get_previous_figures(town.housing, YEAR)
    report = complete_report(own_report(town), town.clerk)
    with pytest.raises(Refused, match=r"上年结转为0，上一年度报告结转下年度为2.*请更正或者说明"):
        actions.check_report(entry_of(report), by=town.clerk)
    with pytest.raises(Refused, match="差异已经不存在"):
        actions.explain_differences(
            entry_of(report), by=town.clerk, marks=["carried_over/2/company"], text="上年统计口径有误"
        )
    both = ["carried_over/2/natural_person", "carried_over/2/total"]  # one cause, one act
    actions.explain_differences(entry_of(report), by=town.clerk, marks=both, text="上年将已撤回的2件误计为结转")
    actions.check_report(entry_of(report), by=town.clerk)
    assert entry_of(report).state == "checked"
    kept = EarlierReport.objects.get()
    actions.delete_earlier_report(kept, by=town.clerk, reason="导错了单位")
    assert not EarlierReport.objects.exists()


def test_report_cannot_be_submitted_before_its_last_day(town: SimpleNamespace) -> None:
    with time_machine.travel("2025-12-20 10:00+08:00", tick=False):
        report = own_report(town)
        said = [one.said for one in list_problems(report, count_now(report), today=timezone.localdate())]
        assert any("统计截止日期（2025年12月31日）未到" in one for one in said)
        # Known in advance: no page offers the check, and its reasons are shown instead.
        reasons = actions.check_report.why_not(entry_of(report), by=town.clerk)
        assert reasons[: len(said)] == [f"{one}。" for one in said][: len(reasons)]
        allowed, refused = list_offers(entry_of(report), town.clerk)
        assert "annual_report.check" not in [one.action.name for one in allowed]
        assert reasons in [one.reasons for one in refused]
        actions.set_cut_off_day(entry_of(report), by=town.clerk, until=date(2025, 11, 30))
        marks = {one.mark: one.must for one in _problems(report)}
        assert marks["cut_off"] is False
        with pytest.raises(Refused, match="报告年度内"):
            actions.set_cut_off_day(entry_of(report), by=town.clerk, until=date(2024, 12, 31))


def _problems(report: Report) -> Any:
    again = reload_report(report)
    return list_problems(again, count_now(again), today=timezone.localdate())


def test_drafted_texts_contain_facts_and_gaps_and_are_confirmed(town: SimpleNamespace) -> None:
    register(town.housing, date(2025, 12, 30))
    actions.redraft_report_texts(entry_of(own_report(town)), by=town.clerk)
    texts = {one.number: one for one in own_report(town).sections.all()}
    assert "收到政府信息公开申请1件" in texts[1].text
    assert all(one.drafted for one in texts.values())
    with pytest.raises(Refused, match="没有补充"):
        actions.confirm_sections(entry_of(own_report(town)), by=town.clerk, numbers=[5])
    actions.write_section(entry_of(own_report(town)), by=town.clerk, number=5, text="存在的主要问题：更新不够及时。")
    actions.confirm_sections(entry_of(own_report(town)), by=town.clerk, numbers=[5])
    actions.redraft_report_texts(entry_of(own_report(town)), by=town.clerk)
    assert own_report(town).sections.get(number=5).text.startswith("存在的主要问题：更新")
    assert "工作考核" in draft_texts(area_report(town), get_values(count_live_figures(area_report(town))))[1]


def test_draft_does_not_claim_no_lateness_for_manual_figures(town: SimpleNamespace) -> None:
    report = own_report(town)
    values = get_values(count_live_figures(report))
    facts = {"on": date(report.year, 6, 5), "place": "展厅", "theme": "开放日", "invited": ""}
    facts |= {"kind": "open_day", "guests": 30, "account": "", "address": ""}
    register_open_event(report.body, by=town.clerk, **facts)
    assert "举办政府开放日1次，30人次参加。" in draft_texts(report, values)[1]
    assert "没有超过法定期限的。" in draft_texts(report, values)[1]
    by_hand = {**values, f"table3/{annual_form.RESULTS_TOTAL}/total": 27}
    text = draft_texts(report, by_hand)[1]
    assert "没有超过法定期限的。" not in text
    assert "〔请补充：没有在本系统办理的申请有没有超过法定期限的〕" in text


def test_text_older_than_figures_is_reported(town: SimpleNamespace) -> None:
    def older() -> list[tuple[str, bool]]:
        return [(one.said, one.open) for one in _problems(own_report(town)) if one.mark.startswith("text/1/")]

    report, by = own_report(town), town.clerk
    actions.redraft_report_texts(entry_of(report), by=by)
    filled = re.sub("〔请补充[^〕]*〕", "3条", own_report(town).sections.get(number=1).text)
    actions.write_section(entry_of(report), by=by, number=1, text=filled)
    assert not older()
    register(town.housing, date(2025, 12, 30))
    said = "文字第1部分早于现在的数据：“收到政府信息公开申请”文中为0件，现在是1件"
    assert (said, True) in older()
    with pytest.raises(Refused, match="“收到政府信息公开申请”文中为0件，现在是1件"):
        actions.confirm_sections(entry_of(report), by=by, numbers=[1])
    marks = [one.mark for one in _problems(own_report(town)) if one.mark.startswith("text/1/")]
    actions.explain_differences(entry_of(report), by=by, marks=marks, text="年底一件正在核实，不计入文字")
    actions.confirm_sections(entry_of(report), by=by, numbers=[1])
    assert not [one for one, still in older() if still]
    register(town.housing, date(2025, 12, 30))
    assert (said.replace("1件", "2件"), True) in older(), "another difference is explained anew"
    actions.write_section(entry_of(report), by=by, number=1, text="全年收到2件。")
    assert any("起草时为1件，现在是2件" in one for one, _ in older())
    actions.confirm_sections(entry_of(report), by=by, numbers=[1])
    assert not older()


def test_submitted_report_is_frozen_until_returned(town: SimpleNamespace) -> None:
    report = submit_completed_report(own_report(town), town.clerk, town.head)
    register(town.housing, date(2025, 12, 30))
    assert map_report_values([report])[report.pk]["table3/1/total"] == 0
    assert verify_submissions().ok
    with pytest.raises(Refused, match="不能“填报数据”"):
        actions.enter_figures(entry_of(report), by=town.clerk, figures={"table2/licences/value": 1}, source="统计报表")
    with pytest.raises(Refused, match="只有政务公开办"):
        actions.accept_report(entry_of(report), by=town.head)
    actions.return_report(entry_of(report), by=town.chief, reason="漏计了1件申请")
    assert map_report_values([reload_report(report)])[report.pk]["table3/1/total"] == 1
    actions.check_report(entry_of(report), by=town.clerk)
    actions.submit_report(entry_of(report), by=town.head)
    assert reload_report(report).latest_revision_id == 2
    actions.withdraw_submission(entry_of(report), by=town.head, reason="还要补充文字")
    assert entry_of(report).state == "drafting"
    insert_only.drop_triggers()
    Submission.objects.filter(report=report, number=1).update(digest="0" * 64)
    assert "第1次报送）与报送时不一致" in verify_submissions().broken
    insert_only.install_triggers()


def test_area_sums_submitted_reports_and_names_missing_units(town: SimpleNamespace) -> None:
    register(town.schools, date(2025, 12, 30))
    submit_completed_report(own_report(town), town.clerk, town.head)
    figures = count_live_figures(complete_report(area_report(town), town.chief))
    assert (figures["table3/1/total"].value, figures["table3/1/natural_person"].origin) == (1, SUM)
    with pytest.raises(Refused, match="云岭市教育局尚未报送"):
        actions.check_report(entry_of(area_report(town)), by=town.chief)
    for body in (town.schools, town.office):
        actions.explain_differences(
            entry_of(area_report(town)), by=town.chief, marks=[f"member/{body.pk}"], text="机构改革，按台账计入"
        )
    actions.check_report(entry_of(area_report(town)), by=town.chief)
    actions.submit_report(entry_of(area_report(town)), by=town.chief)
    members = {one["name"]: one["given"] for one in area_report(town).submissions.get().content["members"]}
    assert members == {"云岭市人民政府办公室": False, "云岭市住房和城乡建设局": True, "云岭市教育局": False}
    assert entry_of(area_report(town)).state == "accepted"


def test_unbalanced_sum_names_units_to_correct_it(town: SimpleNamespace) -> None:
    figures = {"table3/1/natural_person": 5}
    actions.enter_figures(entry_of(own_report(town)), by=town.clerk, figures=figures, source="原系统台账")
    said = [one.said for one in _problems(area_report(town)) if one.word == "须更正"]
    assert [one.rpartition("。")[2] for one in said] == [f"请{own_report(town).body.label}更正"] * 2


def test_review_nobody_can_sign_is_refused_in_advance(town: SimpleNamespace, refuses_without_signers: None) -> None:
    website(body=town.government)
    report = submit_completed_report(own_report(town), town.clerk, town.head)
    actions.accept_report(entry_of(report), by=town.chief)
    assert "没有人能" in actions.submit_for_review.why_not(entry_of(report), by=town.clerk)[0]


def test_report_is_published_through_reviews_and_closes_in_time(
    town: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gongkai.oversight.annual.papers.render_report_pdf", _raise_missing_font)  # test_form makes one
    site = website(body=town.government)
    report = submit_completed_report(own_report(town), town.clerk, town.head)
    actions.accept_report(entry_of(report), by=town.chief)
    column = Column.objects.filter(website=site, fixed="annual")
    opened_at = column.get().opened_at
    column.update(opened_at=None)
    with pytest.raises(Refused, match="还没有开通“政府信息公开年报”栏目"):
        actions.submit_for_review(entry_of(report), by=town.clerk)
    column.update(opened_at=opened_at)
    actions.submit_for_review(entry_of(report), by=town.clerk)
    review = Review.objects.get(source=report.stream)
    publishing.recall(review, by=town.clerk)
    assert entry_of(report).state == "accepted"
    actions.submit_for_review(entry_of(report), by=town.clerk)
    sign_all(with_sheet(Review.objects.get(source=report.stream, state="waiting")))
    done = entry_of(report)
    assert (done.state, done.outcome, done.light) == ("published", "published", "grey")
    edition = ensure_document(report).editions.get()
    assert "（本列数据的勾稽关系为" in edition.content.html
    assert {one["name"].rsplit(".")[-1] for one in edition.content.files} >= {"docx", "xlsx"}
    assert close_published_reports() == {"published": 0}
    moved = Movement.objects.filter(stream=done.stream).values_list("action", flat=True)
    assert {"annual_report.review_ended", "annual_report.was_published"} <= set(moved)
    assert town.clerk.user_id in Review.objects.filter(source=report.stream).latest("pk").authors


def _raise_missing_font(content: Any) -> bytes:
    raise MissingFont("没有中文字体")


def test_visibility_of_reports(town: SimpleNamespace) -> None:
    assert set(reports_visible_to(town.clerk).values_list("body", flat=True)) == {town.housing.pk}
    assert reports_visible_to(town.chief).count() == 4
    head = actor(Role.LEAD, town.government)
    assert reports_visible_to(head).count() == 4, "the head of the government opens what its own report sums"
    assert actions.accept_report.why_not(entry_of(own_report(town)), by=head)
    assert not reports_visible_to(ANONYMOUS).exists()


def test_report_of_closed_unit_is_cancelled(town: SimpleNamespace) -> None:
    actions.cancel_report(entry_of(own_report(town)), by=town.chief, reason="机构撤销，由市城管局一并报告")
    done = entry_of(own_report(town))
    assert (done.state, done.closed_at is not None) == ("cancelled", True)
    said = [one.said for one in _problems(area_report(town)) if one.mark == f"member/{town.housing.pk}"]
    assert said == ["云岭市住房和城乡建设局不再编制，按台账现有的和已经填报的数据计入"]
    with pytest.raises(Refused):
        actions.restore_report(done, by=town.clerk, reason="机构撤销的决定没有作出")
    restored = actions.restore_report(done, by=town.chief, reason="机构撤销的决定没有作出")
    assert (restored.state, restored.outcome, restored.closed_at) == ("drafting", "", None)
    assert restored.due_at == done.due_at, "by the original day"


def test_job_requests_reports_in_december(town: SimpleNamespace) -> None:
    assert open_missing_reports(date(2026, 1, 5)) == {"opened": 0}
    assert open_missing_reports(date(2026, 11, 30)) == {"opened": 0}
    with time_machine.travel("2026-12-01 09:00+08:00", tick=False):
        assert open_missing_reports() == {"opened": 4}
        assert open_missing_reports() == {"opened": 0}
    assert Entry.objects.filter(kind="annual_report", year=2026).count() == 4
    actor(Role.CHIEF, BodyFactory(name="云岭高新区管委会", kind=BodyKind.DISTRICT, parent=town.government))
    with time_machine.travel("2027-12-01 09:00+08:00", tick=False):
        assert open_missing_reports() == {"opened": 5}, "that of the district once, with those of its government"
