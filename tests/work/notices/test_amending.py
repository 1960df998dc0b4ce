"""更正 of a measure in force, and declaring a notice void after work was done on it."""

from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from factories.notices import (
    PLANNING_PATH,
    YEAR,
    City,
    accepted,
    by_date,
    draft,
    duty,
    entry_of,
    fresh,
    in_days,
    live,
    parsed,
    row,
    source,
    submitted,
)
from gongkai.content.editions.models import Column
from gongkai.core.acts.action import Refused
from gongkai.core.acts.models import Movement
from gongkai.core.ledger.models import Entry
from gongkai.core.outbox.models import Message
from gongkai.core.units.actors import Actor
from gongkai.work.notices.actions import (
    amend_measure,
    cancel_assignment,
    confirm_notice,
    find_undo_obstacles,
    grant_request,
    import_file,
    reopen_assignment,
    request_more_time,
    request_not_applicable,
    return_submission,
    revoke_notice,
    tick_duties,
)
from gongkai.work.notices.entries.checklist import build_checklist
from gongkai.work.notices.models import Assignment, Measure, Notice, Upward
from gongkai.work.notices.queries.lead_checks import build_lead_report
from gongkai.work.notices.queries.public import list_public_years
from gongkai.work.notices.states import AssignmentState, NoticeState, UpwardState
from gongkai.work.notices.versions.measure_states import (
    AmendmentResult,
    WantedDuty,
    WantedMeasure,
    load_current_state,
)


def due(entry: Entry) -> date:
    moment = fresh(entry).due_at
    assert moment is not None
    return timezone.localtime(moment).date()


def due_by(day: str) -> dict[str, object]:
    return {"kind": "by_date", "date": day, "text": day}


@pytest.fixture
def notice(town: City) -> Notice:
    """Create a notice with one row: two dated duties, two responsible units, a third as lead."""
    text = "1．10月底前公开目录。\n2．12月10日前公开总结。"
    made = row(
        text,
        ["市发展改革委"],
        ["市教育局", "市财政局"],
        duties=[
            duty("10月底前公开目录。", due={"kind": "by_date", "date": f"{YEAR}-10-31", "text": "10月底前"}),
            duty("12月10日前公开总结。", due={"kind": "by_date", "date": f"{YEAR}-12-10", "text": "12月10日前"}),
        ],
    )
    return live(town, parsed(rows=[made]))


def amend(town: City, notice: Notice, change: Any, reason: str = "印发时写错") -> AmendmentResult:
    """Amend the only row; `change` returns the wanted measure for the current one."""
    measure = notice.measures.get()
    return amend_measure(  # type: ignore[no-any-return]
        Notice.objects.get(pk=notice.pk),
        by=town.chief,
        measure=measure.pk,
        wanted=change(load_current_state(measure)),
        reason=reason,
    )


def with_due_date(place: int, day: str) -> Any:
    def change(now: WantedMeasure) -> WantedMeasure:
        duties = list(now.duties)
        duties[place] = replace(duties[place], due=due_by(day))
        return replace(now, duties=tuple(duties))

    return change


def test_corrected_date_moves_entries_and_is_logged(
    town: City, notice: Notice, educator: Actor, planner: Actor
) -> None:
    made = amend(town, notice, with_due_date(0, f"{YEAR}-11-15"))
    entries = [entry_of(notice, body) for body in (town.education, town.finance)]
    assert [due(entry) for entry in entries] == [date(YEAR, 11, 15)] * 2
    assert [(one.before, one.after) for one in made.moved] == [(date(YEAR, 10, 31), date(YEAR, 11, 15))] * 2
    last = Movement.objects.filter(stream=entries[0].stream).order_by("seq").last()
    assert last is not None
    assert last.action == "assignment.amend"
    assert (last.facts["before"], last.facts["due"]) == (f"{YEAR}-10-31", f"{YEAR}-11-15")
    assert "原因：印发时写错" in last.words
    said = Movement.objects.get(stream=f"notice/{notice.pk}", action="notice.amend")
    assert said.facts["before"]["duties"][0]["due"]["date"] == f"{YEAR}-10-31"
    assert said.facts["after"]["duties"][0]["due"]["date"] == f"{YEAR}-11-15"
    told = dict(Message.objects.values_list("person__name", "subject"))
    assert told[educator.name].startswith("任务更正")
    assert told[planner.name].startswith("牵头任务更正")
    assert notice.measures.get().duties.all()[0].due["printed"] == "10月底前"  # the words still deny the date


def test_corrected_words_change_measure_title_and_checklist(town: City, notice: Notice) -> None:
    amend(town, notice, lambda now: replace(now, text=now.text.replace("10月底前公开目录", "11月底前公开清单")))
    entry = fresh(entry_of(notice, town.education))
    assert entry.title == "11月底前公开清单等2项"
    assert [line.text for line in build_checklist(entry.assignment)] == [
        "11月底前公开清单。",
        "12月10日前公开总结。",
    ]
    assert due(entry) == date(YEAR, 11, 30)


def test_ticked_duty_is_not_due_again_after_correction(town: City, notice: Notice, educator: Actor) -> None:
    entry = entry_of(notice, town.education)
    first = build_checklist(entry.assignment)[0]
    tick_duties(entry, by=educator, done={first.duty.pk: 1})
    amend(town, notice, with_due_date(0, f"{YEAR}-11-15"))
    assert due(entry) == date(YEAR, 12, 10)
    amend(town, notice, lambda now: replace(now, duties=now.duties[1:]))
    said = Movement.objects.filter(action="notice.amend").order_by("seq").last()
    assert said is not None
    assert said.facts["ticks"][0]["by"] == educator.name  # the line went, the log keeps its tick


def test_ticked_and_returned_duty_is_due_again(town: City, notice: Notice, educator: Actor, planner: Actor) -> None:
    entry = entry_of(notice, town.education)
    tick_duties(entry, by=educator, done={line.duty.pk: 1 for line in build_checklist(entry.assignment)})
    assert due(entry) == date(YEAR, 12, 10)
    submitted(fresh(entry), educator)
    return_submission(fresh(entry), by=planner, reason="打不开")
    assert due(entry) == date(YEAR, 10, 31)
    amend(town, notice, with_due_date(0, f"{YEAR}-11-15"))
    assert due(entry) == date(YEAR, 11, 15)
    assert all(line.returned for line in build_checklist(fresh(entry).assignment))


def test_correction_keeps_granted_extension(town: City, notice: Notice, educator: Actor, planner: Actor) -> None:
    entry = entry_of(notice, town.education)
    later = max(date(YEAR, 12, 20), in_days(30))
    request_more_time(entry, by=educator, until=later, reason="等数据")
    grant_request(fresh(entry), by=planner)
    amend(town, notice, with_due_date(0, f"{YEAR}-11-15"))
    assert due(entry) == later


def test_changed_units_cancel_one_entry_and_open_another(town: City, notice: Notice, educator: Actor) -> None:
    made = amend(town, notice, lambda now: replace(now, responsible=("市教育局", "市卫生健康委")))
    assert [entry.body for entry in made.cancelled] == [town.finance]
    assert [entry.body for entry in made.opened] == [town.health]
    assert fresh(entry_of(notice, town.finance)).state == AssignmentState.CANCELLED
    assert town.finance.name not in {row.unit for row in build_lead_report(notice, town.planning, town.chief).rows}
    back = amend(town, notice, lambda now: replace(now, responsible=("市教育局", "市财政局")))
    assert [entry.body for entry in back.reopened] == [town.finance]
    assert town.finance not in [entry.body for entry in back.closed]
    assert fresh(entry_of(notice, town.finance)).state == AssignmentState.OPEN


def test_changed_lead_decides_on_tasks(town: City, notice: Notice) -> None:
    amend(town, notice, lambda now: replace(now, lead=("市卫生健康委",)))
    row_ = Assignment.objects.get(notice=notice, body=town.education)
    assert row_.lead_ids == [town.health.pk] == [body.pk for body in row_.leads.all()]


def test_correction_keeps_closed_task_closed(town: City, notice: Notice, educator: Actor, planner: Actor) -> None:
    entry = entry_of(notice, town.education)
    submitted(entry, educator)
    accepted(entry, planner)
    made = amend(town, notice, with_due_date(1, f"{YEAR}-12-20"))
    assert fresh(entry).state == AssignmentState.DONE
    assert [one.pk for one in made.closed] == [entry.pk]


def test_correction_does_not_reopen_task_of_excused_unit(
    town: City, notice: Notice, educator: Actor, planner: Actor
) -> None:
    entry = entry_of(notice, town.education)
    request_not_applicable(entry, by=educator, reason="没有这项职能")
    grant_request(fresh(entry), by=planner)
    made = amend(town, notice, with_due_date(0, f"{YEAR}-11-15"))
    assert fresh(entry).state == AssignmentState.NOT_APPLICABLE
    assert not made.reopened


def test_changed_recurrence_replaces_entries(town: City, notice: Notice) -> None:
    quarterly = {"kind": "recurring", "period": "quarter"}
    made = amend(
        town,
        notice,
        lambda now: replace(now, duties=tuple(replace(one, due=quarterly) for one in now.duties)),
    )
    assert {entry.assignment.track for entry in made.opened} == {"quarter"}
    assert {entry.assignment.track for entry in made.cancelled} == {"year"}


def test_submission_of_removed_duty_is_no_longer_owed(town: City) -> None:
    text = "1．公开目录。\n2．向市政府办公室报送任务清单。"
    duties = [duty("公开目录。"), duty("向市政府办公室报送任务清单。")]
    made = live(town, parsed(rows=[row(text, ["市发展改革委"], ["市教育局"], duties=duties)]))
    task, owed = entry_of(made, town.education), Upward.objects.get()
    state = load_current_state(task.assignment.measure)
    wanted = replace(state, text="1．公开目录。", duties=state.duties[:1])
    amend_measure(made, by=town.chief, measure=task.assignment.measure_id, wanted=wanted, reason="已另行报送")
    assert fresh(owed.entry).state == UpwardState.CANCELLED
    cancel_assignment(fresh(task), by=town.chief, reason="暂停")
    reopen_assignment(fresh(task), by=town.chief, reason="恢复")
    assert fresh(owed.entry).state == UpwardState.CANCELLED


def test_submission_of_added_duty_is_registered_once(town: City, notice: Notice) -> None:
    tasks = Assignment.objects.filter(notice=notice, entry__closed_at=None)
    measure = notice.measures.get()
    for place, text in enumerate(("向市政府办公室报送任务清单。", "向市政府办公室报送工作总结。"), start=1):
        state = load_current_state(measure)
        wanted = replace(state, duties=(*state.duties, WantedDuty(None, text)))
        amend_measure(
            Notice.objects.get(pk=notice.pk), by=town.chief, measure=measure.pk, wanted=wanted, reason="漏列报送"
        )
        assert Upward.objects.filter(assignment__in=tasks).count() == place * tasks.count()


def test_new_duty_with_path_creates_column(town: City, notice: Notice) -> None:
    amend(
        town,
        notice,
        lambda now: replace(now, duties=(*now.duties, WantedDuty(None, "公开专项规划。", {}, (tuple(PLANNING_PATH),)))),
    )
    assert Column.objects.filter(name=PLANNING_PATH[-1]).exists()
    assert notice.measures.get().duties.count() == 3


def test_invalid_correction_is_refused_and_changes_nothing(town: City, notice: Notice) -> None:
    before = load_current_state(notice.measures.get())
    for change, reason, said in [
        (with_due_date(0, f"{YEAR}-11-15"), " ", "更正的原因"),
        (lambda now: now, "错", "没有改变"),
        (lambda now: replace(now, text=" "), "错", "不能为空"),
        (lambda now: replace(now, duties=()), "错", "至少保留一项要求"),
        (lambda now: replace(now, lead=(), responsible=()), "错", "至少保留一个单位"),
        (lambda now: replace(now, responsible=("市某某局",)), "错", "名录中没有“市某某局”"),
        (with_due_date(0, "下月"), "错", "第1项要求"),
        (lambda now: replace(now, duties=(replace(now.duties[0], pk=999),)), "错", "已由他人更正"),
        (lambda now: replace(now, text="1．10月底前公开目录。"), "错", "找不到"),
    ]:
        with pytest.raises(Refused, match=said):
            amend(town, notice, change, reason)
        assert load_current_state(notice.measures.get()) == before
        assert not Movement.objects.filter(action="assignment.amend").exists()


def test_amend_page_previews_changes_before_applying(town: City, notice: Notice, chief: Client) -> None:
    measure = notice.measures.get()
    duties = list(measure.duties.all())
    page = f"/admin/notices/{notice.pk}/measures/{measure.pk}/amend/"
    assert "更正" in chief.get(page).content.decode()
    sent = {
        "version": Notice.objects.get(pk=notice.pk).version,
        "count": "3",
        "section": measure.section,
        "item": measure.item,
        "text": measure.text,
        "lead": "市发展改革委",
        "responsible": "市教育局、市财政局",
        "partner": "市卫生健康委",
        "reason": "印发时写错",
        "do": "look",
        "d0-pk": duties[0].pk,
        "d0-text": duties[0].text,
        "d0-kind": "by_date",
        "d0-date": f"{YEAR}-11-15",
        "d1-pk": duties[1].pk,
        "d1-text": duties[1].text,
        "d1-kind": "by_date",
        "d1-date": f"{YEAR}-12-10",
        "d2-text": "",
    }
    looked = chief.post(page, sent).content.decode()
    assert "期限变动 2 条" in looked
    assert due(entry_of(notice, town.education)) == date(YEAR, 10, 31)  # nothing was done yet
    wrong = chief.post(page, {**sent, "d0-date": ""})
    assert wrong.status_code == 422
    done = chief.post(page, {**sent, "do": "save"})
    assert done.status_code == 302
    assert due(entry_of(notice, town.education)) == date(YEAR, 11, 15)
    shown = chief.get(done["Location"]).content.decode()
    assert "更正记录" in shown
    assert "印发时写错" in shown
    assert "配合单位</dt>" in shown


def test_only_disclosure_office_amends_measure(town: City, notice: Notice, clerk: Client) -> None:
    measure = notice.measures.get()
    assert clerk.get(f"/admin/notices/{notice.pk}/measures/{measure.pk}/amend/").status_code == 404
    shown = clerk.get(f"/admin/notices/{notice.pk}/measures/{measure.pk}/").content.decode()
    assert "其他单位的 1 条任务不在这里显示" in shown
    given = clerk.get(f"/admin/notices/{notice.pk}/measures/{measure.pk}/?format=xlsx").content
    sheet = load_workbook(BytesIO(given)).worksheets[0]
    said = {str(cell) for row in sheet.iter_rows(values_only=True) for cell in row}
    assert {one.entry.number for one in Assignment.objects.filter(measure=measure)} & said == {
        entry_of(notice, town.education).number
    }


# Declaring a notice void


def test_notice_with_completed_work_is_declared_void(
    town: City, educator: Actor, planner: Actor, chief: Client
) -> None:
    notice = live(town)
    entry = entry_of(notice, town.education)
    submitted(entry, educator)
    accepted(entry, planner)
    assert find_undo_obstacles(notice)
    shown = chief.get(f"/admin/notices/{notice.pk}/undo/").content.decode()
    assert "整份通知作废" in shown
    assert "选择要更正的举措" in shown
    with pytest.raises(Refused, match="作废的原因"):
        revoke_notice(notice, by=town.chief, reason=" ")
    chief.post(f"/admin/notices/{notice.pk}/void/", {"reason": "导入了征求意见稿"})
    assert Notice.objects.get(pk=notice.pk).state == NoticeState.VOID
    assert fresh(entry).state == AssignmentState.DONE
    left = Entry.objects.filter(assignment__notice=notice).exclude(pk=entry.pk)
    assert set(left.values_list("state", flat=True)) == {AssignmentState.CANCELLED}
    assert not Column.objects.filter(name=PLANNING_PATH[-1]).exists()
    assert list_public_years(town.government) == []


def test_void_notice_can_be_imported_again(town: City) -> None:
    notice = live(town)
    revoke_notice(notice, by=town.chief, reason="导错了")
    again = import_file(source(), by=town.chief, government=town.government)
    assert not again.already
    assert again.notice.pk != notice.pk
    assert import_file(source(), by=town.chief, government=town.government).already


def test_notice_for_comment_is_amended_before_it_is_issued(town: City) -> None:
    made = draft(
        town,
        parsed(
            status="draft",
            rows=[row("公开。", ["市财政局"], [], duties=[duty("公开。", due=by_date(f"{YEAR}-11-30"))])],
        ),
    )
    confirm_notice(made, by=town.chief)
    amend(town, made, with_due_date(0, f"{YEAR}-12-05"))
    assert Measure.objects.get(notice=made).duties.get().due["date"] == f"{YEAR}-12-05"
    assert not Entry.objects.exists()
