"""A unit passes a government's notice on to its offices: draft, own notice, evidence returned to the unit's task."""

import pytest
from django.utils import timezone

from factories.notices import YEAR, City, accepted, fresh, live, parsed, row, submitted
from factories.units import actor
from gongkai.core.acts.action import Refused
from gongkai.core.ledger.actions import add_evidence
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Office, Role
from gongkai.work.notices.actions import (
    confirm_notice,
    create_child_draft,
    delegate_task,
    discard_child_draft,
    find_undo_obstacles,
    issue_child_draft,
    reopen_assignment,
    save_child_draft,
    settle_flags,
    submit_task,
)
from gongkai.work.notices.actions.child_drafts import _match_measures_with_rows
from gongkai.work.notices.models import Assignment, ChildDraft, Measure, Notice
from gongkai.work.notices.passing_down.drafts import drafts_visible_to
from gongkai.work.notices.passing_down.questions import list_questions
from gongkai.work.notices.queries.tasks import find_unit_task, list_inner_tasks
from gongkai.work.notices.states import AssignmentState


@pytest.fixture
def source(town: City) -> Notice:
    rows = [
        row("公开云岭市教育规划。", ["市发展改革委"], ["市教育局"]),
        row("公开财政信息。", ["市财政局"], ["市财政局"], section="二、财政信息", item=""),
        row("公开我市学校名录。", ["市教育局"], [], section="二、财政信息", item=""),
    ]
    return live(town, parsed(rows=rows))


@pytest.fixture
def offices(town: City) -> tuple[Office, Office]:
    town.education.disclosure_office = "办公室"
    town.education.save()
    desk, plans = (Office.objects.create(body=town.education, name=name) for name in ("办公室", "规划科"))
    return desk, plans


@pytest.fixture
def leader(town: City, offices: tuple[Office, Office]) -> Actor:
    return actor(Role.CLERK, town.education, office=offices[0])


def start_draft(town: City, source: Notice, by: Actor) -> ChildDraft:
    numbers = list(source.measures.values_list("pk", flat=True))
    made: ChildDraft = create_child_draft(None, by=by, source=source, government=town.education, measures=numbers)
    return made


def fill_in(draft: ChildDraft, by: Actor, responsible: str = "规划科") -> ChildDraft:
    rows = [one | {"lead": "办公室", "responsible": "、".join(one["responsible"]) or responsible} for one in draft.rows]
    own = {"section": "三、本单位任务", "item": "", "text": "公开本局机构职能。", "responsible": "办公室"}
    front = {"signed_on": timezone.localdate(), "doc_number": f"云教〔{YEAR}〕6号"}
    save_child_draft(draft, by=by, front=front, rows=[*rows, own])
    return ChildDraft.objects.get(pk=draft.pk)


def test_draft_contains_own_tasks_without_offices(
    town: City, source: Notice, leader: Actor, offices: tuple[Office, Office]
) -> None:
    task = Assignment.objects.get(measure__text="公开我市学校名录。", body=town.education).entry
    delegate_task(task, by=leader, offices=[offices[1].pk], words="报送。", until=timezone.localdate())
    made = start_draft(town, source, leader)
    assert [one["text"] for one in made.rows] == ["公开云岭市教育规划。", "公开我市学校名录。"]
    assert [(one["lead"], one["responsible"]) for one in made.rows] == [([], []), ([], ["规划科"])]
    assert [(one.words, one.places) for one in list_questions(made)] == [("请写明由哪些处室或者所属单位落实。", (1,))]
    assert made.title == f"云岭市教育局关于印发{YEAR}年政务公开工作要点任务分工的通知"
    assert (made.issuer_name, made.addressee) == ("云岭市教育局", "机关各处室，所属各单位")
    assert "结合本单位实际" in made.preamble


def test_only_those_in_charge_of_the_unit_draft_and_see_it(
    town: City, source: Notice, leader: Actor, offices: tuple[Office, Office]
) -> None:
    made = start_draft(town, source, leader)
    plain = actor(Role.CLERK, town.education, office=offices[1])
    for other in (plain, town.chief, actor(Role.CLERK, town.health)):
        assert not drafts_visible_to(other).exists()
        assert issue_child_draft.why_not(made, by=other)
        with pytest.raises(Refused):
            start_draft(town, source, other)
    health = actor(Role.LEAD, town.health)
    with pytest.raises(Refused, match="至少选择一条"):
        create_child_draft(None, by=health, source=source, government=town.health, measures=[made.rows[0]["measure"]])
    assert "有1个承办单位已据此着手办理。" in find_undo_obstacles(source)
    discard_child_draft(made, by=leader)
    assert not any("着手" in one for one in find_undo_obstacles(source))


def test_issued_draft_assigns_offices_and_returns_their_evidence(
    town: City, source: Notice, leader: Actor, offices: tuple[Office, Office]
) -> None:
    draft = start_draft(town, source, leader)
    reasons = issue_child_draft.why_not(draft, by=leader)
    assert reasons == ["请填写成文日期并保存。", "第1、2条还没有写明由谁落实。"]
    assert "不在名录中" in issue_child_draft.why_not(fill_in(draft, leader, "后勤科"), by=leader)[0]
    for one in draft.rows:
        one["responsible"] = ["规划科"]
    notice = issue_child_draft(fill_in(draft, leader), by=leader)
    assert (notice.own, notice.government, notice.parent) == (True, town.education, source)
    assert [one.parent_id for one in notice.measures.order_by("position")] == [
        *(one["measure"] for one in draft.rows),
        None,
    ]
    with pytest.raises(Refused, match="已经导入"):
        issue_child_draft(ChildDraft.objects.get(), by=leader)
    settle_flags(notice, by=leader)
    confirm_notice(Notice.objects.get(pk=notice.pk), by=leader)
    part = Entry.objects.get(kind="inner", assignment__measure__text="公开云岭市教育规划。")
    assert (part.office, part.title) == (offices[1], "公开云岭市教育规划")
    task = find_unit_task(part)
    assert task is not None
    assert (task.body, task.kind) == (town.education, "assignment")
    assert list(list_inner_tasks(task, leader)) == [part]
    assert not list_inner_tasks(task, town.chief).exists(), "how a unit carries it out is its own affair"
    add_evidence(part, by=leader, edition=7, url="/plans/7.html", title="规划", machine="holds")
    planner = actor(Role.CLERK, town.education, office=offices[1])
    submitted(part, planner)
    assert not task.evidence.exists()
    accepted(part, leader)
    public, proof = task.evidence.order_by("pk")
    assert (public.edition, public.machine, public.lead) == (7, "holds", "unchecked")
    assert (proof.title[:4], proof.lead) == ("规划科：", "unchecked")
    reopen_assignment(fresh(part), by=leader, reason="再核对")
    submit_task(fresh(part), by=planner)
    accepted(fresh(part), leader)
    assert task.evidence.count() == 2
    assert fresh(task).state == AssignmentState.OPEN
    own = Entry.objects.get(kind="inner", assignment__measure__text="公开本局机构职能。")
    assert find_unit_task(own) is None


def test_draft_with_one_row_is_read_back(town: City, source: Notice, leader: Actor) -> None:
    (last,) = source.measures.filter(text="公开我市学校名录。")
    draft: ChildDraft = create_child_draft(
        None, by=leader, source=source, government=town.education, measures=[last.pk]
    )
    rows = [draft.rows[0] | {"lead": "规划科", "responsible": "规划科"}]
    front = {"signed_on": timezone.localdate(), "doc_number": f"云教〔{YEAR}〕6号"}
    save_child_draft(draft, by=leader, front=front, rows=rows)
    notice = issue_child_draft(ChildDraft.objects.get(pk=draft.pk), by=leader)
    assert [one.text for one in notice.measures.filter(preamble=False)] == ["公开我市学校名录。"]


def test_rows_with_equal_words_match_different_measures() -> None:
    rows = [{"text": "公开规划。", "measure": number} for number in (4, 5)]
    read = [Measure(text="公开规划。"), Measure(text="公开 规划。"), Measure(text="本单位另加。")]
    assert [row["measure"] for _, row in _match_measures_with_rows(read, rows)] == [4, 5]  # type: ignore[arg-type]
