"""An amended version of a notice in force: recognised, compared by row, confirmed while existing tasks continue."""

from dataclasses import replace
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from factories.notices import YEAR, City, accepted, draft, duty, entry_of, fresh, in_days, live, parsed, row, submitted
from factories.units import actor
from gongkai.core.acts.action import Refused
from gongkai.core.acts.models import Movement
from gongkai.core.ledger.models import Entry
from gongkai.core.outbox.models import Message
from gongkai.core.units.models import Role
from gongkai.work.notices.actions import (
    accept_rows,
    amend_measure,
    confirm_notice,
    correct_front_page,
    find_undo_obstacles,
    issue_notice,
    keep_dropped_row,
    pair_rows,
    set_amended_notice,
    settle_flags,
    tick_duties,
)
from gongkai.work.notices.alignment.stored_notices import align_notices
from gongkai.work.notices.entries.checklist import build_checklist
from gongkai.work.notices.jobs import open_next_periods
from gongkai.work.notices.models import Amending, Assignment, Notice
from gongkai.work.notices.queries.progress import build_progress_table
from gongkai.work.notices.queries.public import count_public_progress
from gongkai.work.notices.states import AssignmentState, NoticeState
from gongkai.work.notices.versions.comparison import (
    CHANGED,
    GONE,
    KEPT,
    NEW,
    SAME,
    VersionComparison,
    compare_versions,
    describe_changes,
)
from gongkai.work.notices.versions.measure_states import WantedDuty, WantedMeasure, load_current_state
from gongkai.work.notices.versions.row_pairs import (
    NoticeVersion,
    find_amending_reasons,
    is_next_years,
    match_rows,
    normalize_title,
)
from gongkai.work.notices.versions.supersession import list_amending_reasons

TITLE = f"云岭市{YEAR}年政务公开工作要点任务分工"
LIMIT = {"kind": "by_date", "text": "前"}


def make_row(text: str, who: list[str], day: str, **more: object) -> dict[str, object]:
    return row(text, [], who, duties=[duty(text, due=LIMIT | {"date": f"{YEAR}-{day}"})], **more)


PLAN, DEBT = "公开国民经济和社会发展计划及其执行情况。", "公开政府债务限额、余额和还本付息情况。"
SCHOOL, DRUGS = "公开义务教育学校招生范围和报名办法。", "公布医保药品目录和定点医药机构名单。"


@pytest.fixture
def older(town: City) -> Notice:
    """Create four running tasks: 规划, 债务, 招生, 药品."""
    return live(
        town,
        parsed(
            rows=[
                make_row(PLAN, ["市发展改革委"], "11-30"),
                make_row(DEBT, ["市财政局"], "11-30"),
                make_row(SCHOOL, ["市教育局"], "12-10"),
                make_row(DRUGS, ["市卫生健康委"], "12-20"),
            ]
        ),
    )


@pytest.fixture
def newer(town: City, older: Notice) -> Notice:
    """Create the amended version: 债务 later, 招生 with another unit, 规划 unchanged, 药品 dropped, 低空 new."""
    made = draft(
        town,
        parsed(
            title=f"{TITLE}（修订）",
            doc_number=f"云府办发〔{YEAR}〕31号",
            basis=[{"title": TITLE, "doc_number": older.doc_number}],
            rows=[
                make_row(DEBT, ["市财政局"], "12-15"),
                make_row(PLAN, ["市发展改革委"], "11-30"),
                make_row("公开低空经济应用场景清单。", ["市发展改革委"], "12-25"),
                make_row(SCHOOL, ["市卫生健康委"], "12-10"),
            ],
        ),
    )
    settle_flags(made, by=town.chief)
    return Notice.objects.get(pk=made.pk)


def reload(notice: Notice) -> Notice:
    return Notice.objects.get(pk=notice.pk)


def compare_as_amended(town: City, newer: Notice, older: Notice) -> VersionComparison:
    set_amended_notice(newer, by=town.chief, older=older)
    return compare_versions(reload(newer))


def statuses(revision: VersionComparison) -> list[str]:
    return [line.status for line in revision.lines]


def accept_all(town: City, newer: Notice) -> None:
    accept_rows(reload(newer), by=town.chief)
    for line in compare_versions(reload(newer)).lines:
        if line.waits:
            accept_rows(reload(newer), by=town.chief, row=line.key)


def due_date(entry: Entry) -> date:
    moment = fresh(entry).due_at
    assert moment is not None
    return timezone.localdate(moment)


def test_possible_amendment_is_asked_and_not_taken_as_parent(
    town: City, older: Notice, newer: Notice, chief: Client
) -> None:
    assert (newer.amending, newer.amends, newer.parent) == (Amending.ASKED, older, None)
    assert "并写明修订" in list_amending_reasons(newer)[0]
    assert "请先确认本通知是否修订" in "".join(confirm_notice.why_not(newer, by=town.chief))
    page = chief.get(f"/admin/notices/{newer.pk}/review/").content.decode()
    assert "是不是修订执行中的通知" in page
    Notice.objects.filter(pk=newer.pk).update(amends=None)  # as after undoing the import of the older notice
    page = chief.get(f"/admin/notices/{newer.pk}/review/").content.decode()
    assert "是不是修订执行中的通知" not in page
    assert "请先确认本通知是否修订" not in "".join(confirm_notice.why_not(reload(newer), by=town.chief))
    Notice.objects.filter(pk=newer.pk).update(amends=older)
    made = align_notices(newer, older)
    assert (made.mode, made.proposals) == ("own", 0)
    set_amended_notice(newer, by=town.chief, older=None)
    assert confirm_notice.why_not(reload(newer), by=town.chief) == []
    with pytest.raises(Refused):
        accept_rows(reload(newer), by=town.chief)


def test_revision_of_a_notice_of_another_year_is_not_confirmed(town: City, older: Notice, newer: Notice) -> None:
    compare_as_amended(town, newer, older)
    correct_front_page(reload(newer), by=town.chief, values={"year": YEAR + 1})
    assert "与本通知的年度不同" in "".join(confirm_notice.why_not(reload(newer), by=town.chief))


def test_rows_are_compared_and_accepted_singly_or_together(town: City, older: Notice, newer: Notice) -> None:
    revision = compare_as_amended(town, newer, older)
    assert statuses(revision) == [CHANGED, SAME, NEW, CHANGED, GONE]
    debt, _, _, school, gone = revision.lines
    assert [one.partition("的时限")[2] for one in debt.changes] == [f"由“{YEAR}年11月30日前”改为“{YEAR}年12月15日前”"]
    assert school.changes == ("责任单位由市教育局改为市卫生健康委",)
    assert school.alone == ("承担单位由市教育局改为市卫生健康委",)
    assert accept_rows(reload(newer), by=town.chief) == 3  # what moves who owes is left
    assert "还有1行的变化没有确认" in "".join(confirm_notice.why_not(reload(newer), by=town.chief))
    pair_rows(reload(newer), by=town.chief, new=school.new.pk if school.new else 0, old=gone.old.pk if gone.old else 0)
    assert statuses(compare_versions(reload(newer))) == [CHANGED, SAME, NEW, CHANGED, GONE]
    assert "还有2行" in "".join(confirm_notice.why_not(reload(newer), by=town.chief))


def test_checked_revision_that_was_corrected_is_compared_again_and_issued(
    town: City, older: Notice, newer: Notice, chief: Client
) -> None:
    Notice.objects.filter(pk=newer.pk).update(for_comment=True)
    compare_as_amended(town, reload(newer), older)
    accept_all(town, newer)
    checked = confirm_notice(reload(newer), by=town.chief)
    assert checked.state == NoticeState.CHECKED
    row = checked.measures.filter(preamble=False).first()
    wanted = replace(load_current_state(row), item="（二）更正的标题")
    amend_measure(reload(newer), by=town.chief, measure=row.pk, wanted=wanted, reason="漏字")
    issue = {"by": town.chief, "doc_number": f"云府办发〔{YEAR}〕60号", "issued_on": in_days(0)}
    with pytest.raises(Refused, match="没有确认"):
        issue_notice(reload(newer), **issue)
    assert "采用" in chief.get(reverse("notices_revision", args=[newer.pk])).content.decode()
    accept_all(town, newer)
    assert issue_notice(reload(newer), **issue).state == NoticeState.LIVE


def test_tasks_continue_with_ticks_and_submissions(town: City, older: Notice, newer: Notice) -> None:
    financier, educator = actor(Role.CLERK, town.finance), actor(Role.CLERK, town.education)
    health = actor(Role.CLERK, town.health)
    plan, debt, school, drugs = (
        entry_of(older, body) for body in (town.planning, town.finance, town.education, town.health)
    )
    plan = submitted(plan, actor(Role.CLERK, town.planning))
    line = build_checklist(debt.assignment)[0]
    tick_duties(debt, by=financier, done={line.duty.pk: 1})
    submitted(school, educator)
    compare_as_amended(town, newer, older)
    accept_all(town, newer)
    Message.objects.all().delete()
    confirm_notice(reload(newer), by=town.chief)

    older, newer = reload(older), reload(newer)
    assert (older.state, older.superseded_by, newer.state) == (NoticeState.SUPERSEDED, newer, NoticeState.LIVE)
    assert fresh(plan).assignment.notice == fresh(debt).assignment.notice == newer
    assert (fresh(plan).state, fresh(plan).version) == (
        AssignmentState.SUBMITTED,
        plan.version,
    )  # nothing changed for it
    assert plan.evidence.count() == 1
    assert [one.ticked for one in build_checklist(fresh(debt).assignment)] == [True]
    assert build_checklist(fresh(debt).assignment)[0].due == date(YEAR, 12, 15)
    assert (fresh(school).state, school.evidence.count()) == (AssignmentState.CANCELLED, 1)
    assert (fresh(drugs).state, fresh(drugs).assignment.notice) == (AssignmentState.CANCELLED, older)
    last = Movement.objects.filter(stream=drugs.stream).order_by("seq").last()
    assert last is not None
    assert last.words.startswith("被修订版取消")
    assert [one.text for one in older.measures.order_by("position")] == [PLAN, DEBT, SCHOOL, DRUGS]
    assert [one.text for one in newer.measures.order_by("position")][:2] == [DEBT, PLAN]
    assert {one.body for one in Assignment.objects.filter(notice=newer).exclude(entry__state=AssignmentState.CANCELLED)} == {
        town.planning, town.finance, town.health,
    }  # fmt: skip
    (shown,) = count_public_progress(YEAR, town.government)
    assert (shown.title, shown.lights.total) == (newer.title, 4)  # one gone, one new; none counted twice

    told = dict(Message.objects.values_list("person", "body"))
    assert set(Message.objects.values_list("person", flat=True)) >= {financier.person_id, educator.person_id}
    assert Message.objects.filter(person=health.person_id).values("key").distinct().count() == 1
    mine = told[health.person_id]
    assert SCHOOL.rstrip("。") in mine
    assert "被修订版取消" in mine
    assert DEBT.rstrip("。") not in mine
    assert find_undo_obstacles(newer)
    with pytest.raises(Refused):
        confirm_notice(newer, by=town.chief)


def test_done_tasks_of_dropped_rows_count_and_kept_ones_continue(
    town: City, older: Notice, newer: Notice, chief: Client
) -> None:
    """Completed tasks of dropped rows stay in all counts, kept rows continue with a reason; a third version asks again."""
    drugs, school = entry_of(older, town.health), entry_of(older, town.education)
    submitted(drugs, actor(Role.CLERK, town.health))
    accepted(drugs, actor(Role.LEAD, town.health))
    compare_as_amended(town, newer, older)
    for line in compare_versions(reload(newer)).lines:  # the new version has 招生 as a row of its own
        if line.new and line.new.text == SCHOOL:
            pair_rows(reload(newer), by=town.chief, new=line.new.pk, old=None)
    kept = next(line for line in compare_versions(reload(newer)).lines if line.old and line.old.text == SCHOOL)
    with pytest.raises(Refused, match="写明继续办理的原因"):
        keep_dropped_row(reload(newer), by=town.chief, row=kept.key, reason=" ")
    chief.post(f"/admin/notices/{newer.pk}/revision/", {"do": "keep", "row": kept.key, "reason": "招生已开始"})
    accept_all(town, newer)
    assert statuses(compare_versions(reload(newer))).count(KEPT) == 1
    page = chief.get(f"/admin/notices/{newer.pk}/revision/").content.decode()
    assert "已办结的 1 项仍计入完成数" in page
    assert "修订版未列入，继续办理：招生已开始" in page
    confirm_notice(reload(newer), by=town.chief)

    assert fresh(school).state == AssignmentState.OPEN
    assert fresh(drugs).assignment.notice == fresh(school).assignment.notice == newer
    assert {one.text for one in reload(older).measures.all()} == {PLAN, DEBT, SCHOOL, DRUGS}
    (shown,) = count_public_progress(YEAR, town.government)
    assert (shown.lights.total, shown.lights.closed) == (6, 1)
    why = {one.text: one.kept for part in shown.sections for one in part.measures if one.kept}
    assert "已办结的仍计入" in why[DRUGS]
    assert "招生已开始" in why[SCHOOL]
    assert DRUGS in {line.text for line in build_progress_table(newer, town.chief).measures}
    assert open_next_periods(date(YEAR, 12, 31)) == {"opened": 0}

    third = draft(
        town,
        parsed(
            title=f"{TITLE}（第二次修订）",
            doc_number=f"云府办发〔{YEAR}〕40号",
            rows=[make_row(PLAN, ["市发展改革委"], "11-30")],
        ),
    )
    settle_flags(third, by=town.chief)
    set_amended_notice(reload(third), by=town.chief, older=reload(newer))
    accept_all(town, third)
    confirm_notice(reload(third), by=town.chief)
    (shown,) = count_public_progress(YEAR, town.government)
    assert (shown.lights.total, shown.lights.closed) == (2, 1)
    assert fresh(school).state == AssignmentState.CANCELLED


def test_equal_printed_deadline_keeps_year_and_heading_affects_own_rows(town: City, older: Notice) -> None:
    """If the July version prints 3月31日前 again, the year stays. A heading's deadline changes only rows that use it."""
    duty_of = older.measures.get(text=DEBT).duties.get()
    duty_of.due = LIMIT | {"date": f"{YEAR}-03-31", "text": "3月31日前"}
    duty_of.save()
    older.measures.update(section="一、夯实基础（11月底前完成）")
    made = draft(
        town,
        parsed(
            title=f"{TITLE}（修订）",
            rows=[
                row(
                    DEBT,
                    [],
                    ["市财政局"],
                    duties=[duty(DEBT, due=LIMIT | {"date": f"{YEAR + 1}-03-31", "text": "3月31日前"})],
                    section="一、夯实基础（10月底前完成）",
                ),
                make_row(PLAN, ["市发展改革委"], "11-30", section="一、夯实基础（10月底前完成）"),
            ],
        ),
    )
    settle_flags(made, by=town.chief)
    assert statuses(compare_as_amended(town, reload(made), older))[:2] == [SAME, SAME]


def test_notice_already_amended_cannot_be_continued_again(town: City, older: Notice, newer: Notice) -> None:
    compare_as_amended(town, newer, older)
    accept_all(town, newer)
    other = draft(town, parsed(title=f"{TITLE}（修订二）", rows=[make_row(PLAN, ["市发展改革委"], "11-30")]))
    settle_flags(other, by=town.chief)
    compare_as_amended(town, reload(other), older)
    accept_all(town, other)
    confirm_notice(reload(newer), by=town.chief)
    with pytest.raises(Refused, match="不能再由本通知接续"):
        confirm_notice(reload(other), by=town.chief)
    assert reload(other).state == NoticeState.DRAFT


def test_order_of_units_and_channels_is_no_change() -> None:
    duty_wanted = WantedDuty(1, "公开预算", paths=(("甲",), ("乙",)), channels=("公示栏", "广播"))
    turned = WantedDuty(1, "公开预算", paths=(("乙",), ("甲",)), channels=("广播", "公示栏"))
    before = WantedMeasure("", "", "公开预算", ("市财政局",), ("市教育局", "市民政局"), (duty_wanted,))
    after = WantedMeasure("", "", "公开预算", ("市财政局",), ("市民政局", "市教育局"), (turned,))
    assert describe_changes(before, after) == []
    led = WantedMeasure("", "", "公开预算", ("市民政局",), ("市教育局", "市财政局"), (duty_wanted,))
    assert len(describe_changes(before, led)) == 2


# Recognising the amended notice, and matching rows


ROWS = (
    "公开年度国民经济和社会发展计划及其执行情况。",
    "将政府债务限额、余额、使用安排、还本付息等情况集中发布，6月底前完成。",
    "公布医保药品目录、定点医药机构名单、经办服务指南。",
    "组织政务公开业务培训，上下半年各1次。",
)
OLD = NoticeVersion(
    "云岭市人民政府办公室关于印发2027年云岭市政务公开工作要点的通知", "云政办发〔2027〕12号", "1", 2027, ROWS
)
words = st.text(alphabet="公开财政预算决算医保药品目录，。 　", max_size=12)


@given(st.lists(words, max_size=6), st.lists(words, max_size=6))
def test_match_rows_lists_every_row_once(older: list[str], newer: list[str]) -> None:
    pairs = match_rows(older, newer)
    assert [pair.new for pair in pairs if pair.new is not None] == list(range(len(newer)))
    assert sorted(pair.old for pair in pairs if pair.old is not None) == list(range(len(older)))
    for pair in pairs:
        if pair.old is not None and pair.new is not None:
            assert 0.5 <= pair.like <= 1


@given(st.permutations(ROWS))
def test_moved_rows_match_as_equal(newer: list[str]) -> None:
    numbered = [f"{number}．{text}" for number, text in enumerate(newer, start=1)]
    for pair in match_rows(ROWS, numbered):
        assert (pair.like, pair.rivals) == (1.0, ())
        assert ROWS[pair.old or 0] == newer[pair.new or 0]


def test_changed_row_is_matched_and_others_are_new_or_dropped() -> None:
    newer = [
        ROWS[1].replace("6月底前", "7月15日前"),
        "公开低空经济应用场景清单和支持政策。",
        ROWS[0],
        ROWS[3],
    ]
    found = {(pair.old, pair.new) for pair in match_rows(ROWS, newer)}
    assert found == {(1, 0), (None, 1), (0, 2), (3, 3), (2, None)}


def test_equally_similar_rows_are_rivals() -> None:
    older = ["公开义务教育招生范围和报名办法（东区）。", "公开义务教育招生范围和报名办法（西区）。"]
    (pair, gone) = match_rows(older, ["公开义务教育招生范围和报名办法（北区）。"])
    assert {pair.old, *pair.rivals} == {0, 1} == {pair.old, gone.old}
    assert match_rows(older, older)[0].rivals == ()


@pytest.mark.parametrize(
    ("title", "number", "rows", "said", "because"),
    [
        (
            "关于印发2027年云岭市政务公开工作要点（修订）的通知",
            "云政办发〔2027〕31号",
            ROWS,
            "",
            "并写明修订",
        ),
        ("关于印发2027年云岭市政务公开工作要点的通知", "云政办发〔2027〕12号", ROWS[:1], "", "文号相同"),
        (
            "关于调整部分政务公开任务的通知",
            "",
            ROWS[:1],
            "对云政办发〔2027〕12号部分内容作了修订。",
            "文中写明",
        ),
        ("政务公开工作安排", "", ROWS, "", "4项任务中有4项"),
        ("关于印发2027年云岭市优化营商环境要点的通知", "云政办发〔2027〕15号", ROWS[:1] * 3, "", ""),
        ("关于印发政务公开工作要点实施方案的通知", "", (), "根据云政办发〔2027〕12号，制定本方案。", ""),
    ],
)
def test_amendment_is_recognised_by_number_title_words_and_rows(
    title: str, number: str, rows: tuple[str, ...], said: str, because: str
) -> None:
    reasons = find_amending_reasons(NoticeVersion(title, number, "1", 2027, rows, said), OLD)
    assert bool(reasons) == bool(because)
    assert because in "；".join(reasons)
    assert find_amending_reasons(NoticeVersion(title, number, "2", 2027, rows, said), OLD) == []


def test_next_years_notice_has_same_title_except_for_year() -> None:
    newer = NoticeVersion(OLD.title.replace("2027", "2028"), "", "1", 2028)
    assert is_next_years(newer, OLD)
    assert not is_next_years(OLD, newer)
    assert normalize_title(newer.title) != normalize_title(OLD.title)
