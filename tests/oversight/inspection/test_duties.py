"""Verifying publication duties in their columns; verification closes nothing, the supervisor orders what is missing."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from factories import publishing
from factories.ledger import EntryFactory
from factories.notices import PLANNING_PATH, City, city, duty, entry_of, live, parsed, row, source
from factories.units import AppointmentFactory, BodyFactory, actor, signed_in
from gongkai.content.editions.models import Column
from gongkai.content.publishing.actions import move, open_column
from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import SYSTEM
from gongkai.core.files.models import StoredFile
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Office, Role
from gongkai.oversight.inspection.actions import confirm_duty, order_duty, verify_notice_now
from gongkai.oversight.inspection.duties import (
    changes_visible_to,
    faults_visible_to,
    list_notices_to_verify,
    list_verdicts,
    verdicts_visible_to,
    verify_duties,
    verify_notice,
)
from gongkai.oversight.inspection.models import DutyVerdict, InspectedSite, InspectionRun, RunState
from gongkai.oversight.inspection.verdicts import DutyResult, DutySubject, find_duty_subject, judge_duty, judge_texts
from gongkai.work.notices.actions import (
    amend_measure,
    confirm_notice,
    grant_request,
    import_notice,
    request_more_time,
    settle_flags,
)
from gongkai.work.notices.entries.checklist import get_period
from gongkai.work.notices.entries.columns import join_path
from gongkai.work.notices.models import Assignment, Duty, EvidenceOffer, ImportedColumn, Measure, Notice
from gongkai.work.notices.planning.periods import QUARTER, find_period
from gongkai.work.notices.states import AssignmentState
from gongkai.work.notices.versions.measure_states import load_current_state

FIRST, DUE = date(2026, 3, 1), date(2026, 6, 30)
IN, BEFORE, AFTER = date(2026, 4, 1), date(2026, 2, 1), date(2026, 7, 3)


@pytest.mark.parametrize(
    ("days", "wanted", "today", "result"),
    [
        ([IN], 1, AFTER, DutyResult.MET),
        ([BEFORE], 1, AFTER, DutyResult.MISSING),
        ([], 1, DUE, DutyResult.WAITING),
        ([], 1, DUE + timedelta(days=1), DutyResult.MISSING),
        ([AFTER], 1, AFTER, DutyResult.LATE),
        ([AFTER], 1, IN, DutyResult.WAITING),
        ([IN], 2, AFTER, DutyResult.SHORT),
        ([IN, DUE], 2, AFTER, DutyResult.MET),
        ([IN, AFTER], 2, AFTER, DutyResult.LATE),
    ],
)
def test_verdict_follows_from_publication_dates(days: list[date], wanted: int, today: date, result: str) -> None:
    assert judge_duty(days, required=wanted, begins=FIRST, due=DUE, today=today).result == result


@pytest.mark.parametrize(
    ("certain", "others", "wanted", "today", "result"),
    [
        ([IN], [BEFORE], 1, AFTER, DutyResult.MET),
        ([], [IN], 1, AFTER, DutyResult.UNSURE),
        ([], [IN], 1, DUE, DutyResult.UNSURE),
        ([], [BEFORE], 1, AFTER, DutyResult.MISSING),
        ([], [BEFORE], 1, DUE, DutyResult.WAITING),
        ([IN], [IN], 2, AFTER, DutyResult.UNSURE),
        ([], [IN], 2, AFTER, DutyResult.SHORT),  # too few, whatever they are
        ([AFTER], [IN], 1, AFTER, DutyResult.UNSURE),
    ],
)
def test_ambiguous_texts_are_left_to_a_person(
    certain: list[date], others: list[date], wanted: int, today: date, result: str
) -> None:
    assert judge_texts(certain, others, required=wanted, begins=FIRST, due=DUE, today=today).result == result


@pytest.mark.parametrize(
    ("duty", "matter"),
    [
        ("2027年1月31日前，公开2026年度工作年度报告（公开路径：网站>年报）。", ("工作年度报告", 2026, True)),
        ("公开部门决算。", ("部门决算", 2026, True)),
        ("公开救助电话", ("救助电话", 2027, False)),
        ("公开养老服务机构名录、收费标准和联系电话（公开路径：网站>养老服务）。", ("", 2027, False)),
        ("完成行政规范性文件集中清理，公开继续有效、失效和废止的文件目录。", ("", 2027, False)),
        ("组织好发布会。", ("", 2027, False)),
    ],
)
def test_subject_of_a_duty_is_found(duty: str, matter: tuple[str, int, bool]) -> None:
    assert find_duty_subject(duty, date(2027, 1, 31)) == DutySubject(*matter)


@pytest.fixture
def where(db: None) -> City:
    made = city(website=False)
    made.website = publishing.website(body=made.government)
    return made


def open_with_ancestors(column: Column) -> None:
    """Open a column and its ancestors."""
    if column.parent:
        open_with_ancestors(column.parent)
    if not column.is_open:
        column.person, column.cycle_days, column.content = publishing.PersonFactory(), 31, column.name
        column.save()
        open_column(column, by=SYSTEM)


def check_missing_is_ordered(where: City, notice: Notice, entry: Entry, chief: Client) -> DutyVerdict:
    """Check that a missing duty is shown to its unit and ordered once."""
    assert verify_duties()["verified"] > 0
    assert verify_duties() == {}  # once a day
    late = timezone.localdate() + timedelta(days=400)
    verify_notice(notice, late)
    missing = list_verdicts(entry)[0]
    assert missing.result == DutyResult.MISSING
    assert not faults_visible_to(actor(Role.CLERK, where.health)).filter(pk=missing.pk).exists()
    rows, clerk = Entry.objects.filter(pk=entry.pk), actor(Role.CLERK, where.education)
    for state, owed in ((AssignmentState.ASKED_TIME, True), (AssignmentState.REASSIGNED, False), (entry.state, True)):
        rows.update(state=state)  # asking changes nothing before it is granted
        assert faults_visible_to(clerk).filter(pk=missing.pk).exists() == owed
    assert not faults_visible_to(actor(Role.SECURITY, where.education)).exists(), "it reads no business"
    assert "到期未见公开" in chief.get(entry.url).content.decode()
    assert "到期未见公开" in chief.get("/admin/inspection/duties/").content.decode()
    assert order_duty.why_not(missing, by=clerk) != []
    assert chief.post(f"/admin/inspection/duties/{missing.pk}/order/").status_code == 302
    ordered = Entry.objects.get(kind="rectification").url
    page = chief.get(entry.url).content.decode()
    assert ordered in page
    assert f"/admin/inspection/duties/{missing.pk}/order/" not in page  # once is enough
    said = chief.get(f"/admin/inspection/duties/history/?task={entry.pk}").content.decode()
    assert "尚未公开，未到期 →" in said
    assert chief.post(f"/admin/inspection/duties/notices/{notice.pk}/verify/").status_code == 302
    assert list_verdicts(entry)[0].result == DutyResult.WAITING
    for address in ("?export=1", "history/?export=1"):
        assert chief.get(f"/admin/inspection/duties/{address}").status_code == 200
    assert verify_notice_now.why_not(notice, by=clerk) != []
    return missing


def test_duty_from_missing_to_published(where: City) -> None:
    notice = live(where)
    entry = entry_of(notice, where.education)
    state, version = entry.state, entry.version
    chief = signed_in(Role.CHIEF, where.government)
    missing = check_missing_is_ordered(where, notice, entry, chief)
    path = ">".join(missing.duty.paths[0])
    column = Column.objects.get(pk=ImportedColumn.objects.get(notice=notice, path=path).column_id)
    open_with_ancestors(column)
    publishing.public(where.education, [Column.objects.get(pk=column.pk)], title="教育专项规划")
    verify_notice(notice, timezone.localdate())
    found = list_verdicts(entry)[0]
    assert (found.result, found.count) == (DutyResult.UNSURE, 0), "its title does not name what was ordered"
    confirm = f"/admin/inspection/duties/{found.pk}/confirm/"
    sent = {"finding": "met", "seen": found.checked_at.isoformat()}
    page = chief.get(entry.url).content.decode()
    assert ("确认已公开" in page, sent["seen"] in page) == (True, True)
    signed_in(Role.CLERK, where.education).post(confirm, sent)
    chief.post(confirm, {**sent, "seen": "earlier"})
    assert list_verdicts(entry)[0].result == DutyResult.UNSURE
    chief.post(confirm, {**sent, "finding": "other"})
    assert list_verdicts(entry)[0].result == DutyResult.WAITING
    chief.post(confirm, {**sent, "seen": list_verdicts(entry)[0].checked_at.isoformat()})
    found = list_verdicts(entry)[0]
    assert (found.result, found.count) == (DutyResult.MET, 1)
    assert found.found_by in found.why
    assert found.evidence[0]["title"] == "教育专项规划"
    assert found.evidence[0]["sha256"]
    away, column = publishing.column(where.website, "其他"), Column.objects.get(pk=column.pk)
    move(column, by=SYSTEM, to=away)  # moved away it is missed at once, moved back it is there (P-03)
    assert list_verdicts(entry)[0].result == DutyResult.WAITING
    EvidenceOffer.objects.all().delete()
    move(away, by=SYSTEM, to=column)
    assert list_verdicts(entry)[0].result == DutyResult.MET
    assert EvidenceOffer.objects.get().title == "教育专项规划"
    entry.refresh_from_db()
    assert (entry.state, entry.version) == (state, version)  # nothing closes by itself


def test_changed_due_date_is_verified_at_once(where: City) -> None:
    notice = live(where)
    entry = entry_of(notice, where.education)
    verify_notice(notice, timezone.localdate())
    limit = list_verdicts(entry)[0].due
    row = entry.assignment.measure
    before, sooner = load_current_state(row), limit - timedelta(days=3)
    rule = {"kind": "by_date", "date": sooner.isoformat(), "text": "提前"}
    wanted = replace(before, duties=tuple(replace(one, due=rule) for one in before.duties))
    amend_measure(Notice.objects.get(), by=where.chief, measure=row.pk, wanted=wanted, reason="印发时写错")
    assert list_verdicts(entry)[0].due == sooner
    entry, until = Entry.objects.get(pk=entry.pk), limit + timedelta(days=90)
    entry = request_more_time(entry, by=actor(Role.CLERK, where.education), until=until, reason="等上级数据")
    grant_request(entry, by=where.chief)
    assert list_verdicts(entry)[0].due == until


def test_ended_cycle_of_a_vague_duty_is_judged_once_more(where: City) -> None:
    notice = live(where)
    entry = entry_of(notice, where.education)
    Duty.objects.filter(measure=entry.assignment.measure_id).update(due={"kind": "ongoing", "text": "及时"}, cycle="")
    period = get_period(entry.assignment)
    first = find_period(QUARTER, period.first)
    verify_notice(notice, first.last)
    verdicts = DutyVerdict.objects.filter(assignment=entry.pk)
    assert set(verdicts.values_list("cycle", "result")) == {(first.label, DutyResult.WAITING)}
    following = first.last + timedelta(days=1)
    verify_notice(notice, following)
    assert set(verdicts.values_list("cycle", "result")) == {
        (first.label, DutyResult.MISSING),
        (find_period(QUARTER, following).label, DutyResult.WAITING),
    }
    cycles = {row.cycle for row in list_verdicts(entry)}
    assert first.label in cycles, "what the ended cycle lacks can still be ordered"


def test_unit_with_own_site_is_judged_by_its_columns(where: City) -> None:
    notice = live(where)
    entry = entry_of(notice, where.education)
    duty = entry.assignment.measure.duties.exclude(paths=[]).first()
    assert duty is not None
    site = InspectedSite.objects.create(name="教育局网", address="http://jy.example/", body=where.education)
    today = timezone.localdate()
    column = {"name": duty.paths[0][-1], "url": "http://jy.example/gh/", "newest": today.isoformat()}
    InspectionRun.objects.create(
        site=site, state=RunState.DONE, asked_by="x", today=today, score=90, report={"columns": [column]}
    )
    verify_notice(notice, today)
    made = DutyVerdict.objects.get(assignment=entry.pk, duty=duty)
    assert made.result == DutyResult.UNSURE  # of that site no title is known
    inside = AppointmentFactory(role=Role.CLERK, body=entry.body, person_id=where.chief.person_id)
    with pytest.raises(Refused, match="上级政务公开办决定"):
        confirm_duty(made, by=where.chief, finding="met", seen=made.checked_at.isoformat())
    inside.delete()
    confirm_duty(made, by=where.chief, finding="met", seen=made.checked_at.isoformat())
    made = DutyVerdict.objects.get(assignment=entry.pk, duty=duty)
    assert made.result == DutyResult.MET
    assert made.evidence[0]["path"] == "http://jy.example/gh/"


@pytest.mark.parametrize("here", [True, False])
def test_county_is_judged_only_if_its_site_is_inspected(where: City, here: bool) -> None:
    """It publishes through its bureaus, on its own site: without that site, nothing proves that a publication is missing."""
    today, path = timezone.localdate(), ["政府网站", "招生"]
    notice = Notice.objects.create(
        government=where.government, year=2025, source_file=StoredFile.objects.create(digest="0" * 64, size=1)
    )
    measure = Measure.objects.create(notice=notice, position=1, text="公开招生政策")
    entry = EntryFactory(kind="assignment", body=where.district, red=True, state="open")
    Assignment.objects.create(entry=entry, measure=measure, notice=notice, body=where.district, period="2025")
    due = {"kind": "by_date", "date": "2025-06-30", "text": "6月底前"}
    Duty.objects.create(measure=measure, position=1, text="公开招生政策。", paths=[path], due=due)
    column = publishing.column(where.website, "招生")
    ImportedColumn.objects.create(notice=notice, path=join_path(path), column_id=column.pk, made=False)
    facts = {"name": "县网", "host": "county.example", "code": "5309990002", "is_default": False}
    if here:
        own = publishing.column(publishing.website(body=where.district, **facts), "招生")
    verify_notice(notice, today)
    assert DutyVerdict.objects.get().result == (DutyResult.MISSING if here else DutyResult.UNCLEAR)
    if here:
        publishing.public(BodyFactory(parent=where.district), [own], title="2025年招生政策")
        verify_notice(notice, today)
        assert DutyVerdict.objects.get().count == 1


def test_units_own_notice_is_verified_for_its_own_staff(where: City) -> None:
    """The same job verifies it. The office above sees no verdict and orders nothing; those in charge of the unit verify at once."""
    live(where)  # its columns are there
    column = Column.objects.get(name=PLANNING_PATH[-1])
    open_with_ancestors(column)
    publishing.public(where.education, [Column.objects.get(pk=column.pk)], title="教育专项规划")
    office = Office.objects.create(body=where.education, name="规划科")
    due = {"kind": "by_date", "date": timezone.localdate().isoformat(), "text": "今天前"}
    made = row("公开专项规划，在局内网公布清单。", [], ["规划科"])
    made["duties"] = [
        duty("公开专项规划。", paths=[PLANNING_PATH], due=due),
        duty("在局内网公布清单。", paths=[["局内网", "清单"]], due=due),
    ]
    clerk, chief = actor(Role.CLERK, where.education), actor(Role.CHIEF, where.government)
    read = source(parsed(issuer="云岭市教育局", rows=[made]))
    own = import_notice(None, by=clerk, source=read, government=where.education, issuer=where.education)
    settle_flags(own, by=clerk)
    own = confirm_notice(Notice.objects.get(pk=own.pk), by=clerk)
    entry = Entry.objects.get(kind="inner", office=office)
    verify_duties()
    there, inside = list_verdicts(entry)
    assert (there.result, there.unit) == (DutyResult.UNSURE, "规划科")
    confirm_duty(there, by=clerk, finding="met", seen=there.checked_at.isoformat())
    there.refresh_from_db()
    assert there.result == DutyResult.MET
    assert "不分处室）" in there.why
    assert (inside.result, inside.why[:12]) == (DutyResult.UNCLEAR, "“局内网”在单位内部网络")
    assert verify_duties() == {}
    assert set(verdicts_visible_to(clerk).filter(assignment=entry.pk)) == {there, inside}
    assert changes_visible_to(clerk).filter(assignment=entry.pk).count() == 3
    assert list(list_notices_to_verify(clerk)) == [own]
    assert verify_notice_now(own, by=clerk) == 2
    for other in (chief, actor(Role.CLERK, where.health)):
        assert not verdicts_visible_to(other).filter(assignment=entry.pk).exists()
        assert not changes_visible_to(other).filter(assignment=entry.pk).exists()
        assert verify_notice_now.why_not(own, by=other)
    DutyVerdict.objects.filter(pk=there.pk).update(result=DutyResult.MISSING)
    there.refresh_from_db()
    assert "不下达整改" in order_duty.why_not(there, by=chief)[0]
    page = signed_in(Role.CLERK, where.education).get(entry.url).content.decode()
    assert "在单位内部网络" in page
