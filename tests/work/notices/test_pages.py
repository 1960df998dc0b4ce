"""All pages of notices, by role: notices, tasks, queue, registers, with constant numbers of queries."""

import re
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from docx import Document as read
from openpyxl import load_workbook

from factories.notices import City, accepted, draft, entry_of, live, parsed, row, submitted
from factories.units import actor, signed_in
from gongkai.core.background_jobs.worker import process_due_jobs
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.queries import prepare_for_list
from gongkai.core.units.models import Role
from gongkai.work.notices.models import Duty, Guidance, Notice, Upward
from gongkai.work.notices.states import AssignmentState

NOTICE_PAGES = ("notices_notice", "notices_matrix", "notices_matrix_export", "notices_source", "notices_review")


def test_lists_defer_large_fields_of_notice(town: City) -> None:
    listed = prepare_for_list(Entry.objects.filter(assignment__notice=live(town)))
    assert {frozenset(entry.assignment.notice.get_deferred_fields()) for entry in listed} == {
        frozenset({"parsed", "source_text"})
    }


def test_draft_is_hidden_from_units(town: City, clerk: Client) -> None:
    notice = draft(town)
    for name in NOTICE_PAGES:
        assert clerk.get(reverse(name, args=[notice.pk])).status_code == 404
    assert notice.title not in clerk.get(reverse("notices_list")).content.decode()
    basis = [{"title": notice.title, "doc_number": notice.doc_number}]
    child = live(town, parsed(title="云岭市任务分工", doc_number="云府办发〔2026〕99号", basis=basis))
    assert child.parent == notice
    link = f'href="{reverse("notices_notice", args=[notice.pk])}"'
    for name in ("notices_notice", "notices_review"):
        assert link in signed_in(Role.CHIEF, town.office).get(reverse(name, args=[child.pk])).content.decode()
        assert link not in clerk.get(reverse(name, args=[child.pk])).content.decode()


def test_pasted_notice_becomes_draft_to_review(town: City, chief: Client) -> None:
    text = (
        "云岭市2026年政务公开工作要点任务分工\n\n"
        "\t工作任务\n\t贯彻举措\n\t牵头单位\n\t责任单位\n\n"
        "\t一、规划信息\n\t公开专项规划。\n\t市发展改革委\n\t市教育局、市财政局等\n"
    )
    sent = {"text": text, "government": town.government.pk}
    waits = chief.post(reverse("notices_upload"), sent)["Location"]
    assert not Notice.objects.exists(), "the page does not wait for it"
    assert "等待处理" in chief.get(waits).content.decode()
    assert "粘贴的文字" in chief.get(reverse("notices_list")).content.decode(), "whoever left finds it again"
    process_due_jobs()
    notice = Notice.objects.get()
    review = reverse("notices_review", args=[notice.pk])
    assert chief.get(f"{waits}arrive/")["HX-Redirect"] == review
    page = chief.get(review).content.decode()
    for words in ("已读取1条举措，请核对", "公开专项规划", "处单位待指明"):
        assert words in page
    assert chief.post(reverse("notices_upload"), sent)["Location"] == review, "the same file is there at once"
    assert "粘贴的文字" not in chief.get(reverse("notices_list")).content.decode()


def test_refused_paste_is_offered_for_editing(town: City, chief: Client, clerk: Client) -> None:
    sent = {"text": "没有表格的文字", "government": town.government.pk}
    waits = chief.post(reverse("notices_upload"), sent)["Location"]
    process_due_jobs()
    page = chief.get(waits).content.decode()
    again = re.search(r'href="([^"]*again=\d+)"', page)[1]
    assert 'role="alert"' in page
    assert "没有表格的文字" in chief.get(again).content.decode()
    assert "没有表格的文字" not in clerk.get(again).content.decode()


# Clerk and lead


def test_one_tick_marks_all_duties_done(town: City) -> None:
    entry = entry_of(live(town), town.finance, track="quarter")
    year = Entry.objects.get(assignment__measure=entry.assignment.measure, assignment__track="year")
    Duty.objects.create(measure=entry.assignment.measure, position=9, text="再公开一次。")
    client = signed_in(Role.CLERK, town.finance)
    client.post(
        reverse("ledger_act", args=[year.pk, "assignment.submit"]),
        {"version": year.version, "all_done": "on", "urls": "https://www.yunling.gov.cn/1.html"},
    )
    done = Entry.objects.get(pk=year.pk)
    assert (done.state, done.outcome, done.assignment.checks.filter(done=True).count()) == (
        AssignmentState.SUBMITTED,
        "",
        2,
    )


def test_lead_accepts_several_submissions_at_once(town: City, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [row(f"公开第{n}项。", ["市发展改革委"], ["市教育局"]) for n in range(3)]
    made = live(town, parsed(rows=rows))
    educator = actor(Role.CLERK, town.education)
    for entry in Entry.objects.filter(assignment__notice=made).select_related("assignment", "body"):
        submitted(entry, educator)
    lead = signed_in(Role.CLERK, town.planning)
    with monkeypatch.context() as patch:
        patch.setattr("gongkai.work.notices.views.pass_down.PAGE_SIZE", 2)
        last = lead.get(reverse("notices_queue"), {"page": "2"}).content.decode()
    assert last.count('name="entry" value') == 1
    assert "共 3 项，第" in last
    page = lead.get(reverse("notices_queue")).content.decode()
    ticked = re.findall(r'name="entry" value="(\d+-\d+)"', page)
    assert len(ticked) == 3
    assert lead.post(reverse("notices_queue"), {"entry": ticked[:2]}).status_code == 404, "no button was pressed"
    lead.post(reverse("notices_queue"), {"entry": ticked[:2], "do": "accept"})
    assert not Entry.objects.filter(state=AssignmentState.DONE).exists()  # nobody said that the evidence holds
    holds = re.findall(r'name="holds" value="(\d+)"', page)
    lead.post(reverse("notices_queue"), {"entry": ticked[:2], "holds": holds, "do": "accept"})
    assert Entry.objects.filter(state=AssignmentState.DONE).count() == 2
    assert "没有选择任务" in lead.post(reverse("notices_queue"), {"do": "accept"}, follow=True).content.decode()
    refused = lead.post(reverse("notices_queue"), {"entry": ticked[2:], "do": "return", "words": ""})
    assert len(re.findall(r'name="entry"[^>]*checked', refused.content.decode())) == 1
    assert "请写明退回的原因" in refused.content.decode()
    lead.post(reverse("notices_queue"), {"entry": ticked[2:], "do": "return", "words": "网址打不开"})
    assert Entry.objects.filter(state=AssignmentState.RETURNED).count() == 1


def test_unit_exports_only_its_own_task_list(town: City, clerk: Client) -> None:
    live(town)
    answer = clerk.get(reverse("notices_tasks"), {"as": "docx"})
    assert answer.content.startswith(b"PK")
    assert "%E4%BB%BB%E5%8A%A1%E6%B8%85%E5%8D%95" in answer["Content-Disposition"]
    answer = clerk.get(reverse("notices_tasks"), {"body": town.finance.pk, "as": "docx"})
    assert answer["Content-Type"].startswith("text/html")


def test_long_task_list_is_paginated_and_exported_complete(
    town: City, clerk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gongkai.work.notices.views.papers.TASKS_PER_PAGE", 2)
    rows = [row(f"公开第{n}项。", ["市发展改革委"], ["市教育局"], section=f"{n}") for n in range(3)]
    live(town, parsed(rows=rows))
    address = reverse("notices_tasks")
    first, second = (clerk.get(address, {"page": page}) for page in (1, 2))
    assert [len(one.context["tasks"]) for one in (first, second)] == [2, 1]
    assert "共 3 项" in first.content.decode()
    assert 'data-head="序号">3</td>' in second.content.decode()
    answer = clerk.get(address, {"as": "xlsx", "page": "2"})
    assert len(list(load_workbook(BytesIO(answer.content)).active.values)) == 1 + 3


def test_task_list_is_found_by_part_of_unit_name_if_units_are_many(
    town: City, chief: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gongkai.core.units.unit_choice.MAX_LISTED_UNITS", 1)
    live(town)
    address = reverse("notices_tasks")
    page = chief.get(address, {"body": town.education.pk}).content.decode()
    assert f'value="{town.education.name}"' in page
    assert 'name="body"' not in page
    answer = chief.get(address, {"unit": "财政", "year": "2026"})
    assert answer["Location"] == f"{address}?year=2026&body={town.finance.pk}"


def test_only_disclosure_office_gets_completion_report(town: City, chief: Client, clerk: Client) -> None:
    made = live(town)
    assert chief.get(reverse("notices_report", args=[made.pk])).content.startswith(b"PK")
    assert clerk.get(reverse("notices_report", args=[made.pk])).status_code == 302
    page = clerk.get(reverse("notices_notice", args=[made.pk])).content.decode()
    assert "起草市教育局完成情况报告" in page
    assert f'report/?body={town.education.pk}"' in page


def test_registers_are_filled_from_their_pages(town: City, chief: Client) -> None:
    made = live(town)
    due = "2026-12-31"
    chief.post(
        reverse("notices_upward_new"),
        {"kind": "completion", "body": town.office.pk, "addressee": "省政府办公厅", "due": due, "notice": made.pk},
    )
    entry = Upward.objects.get().entry
    chief.post(reverse("ledger_act", args=[entry.pk, "upward.send"]), {"version": entry.version, "words": "已发"})
    assert Upward.objects.get().sent_at
    chief.post(
        reverse("ledger_act", args=[entry.pk, "upward.receipt"]), {"version": entry.version + 1, "receipt": "收0012"}
    )
    assert Upward.objects.get().receipt == "收0012"
    chief.post(
        reverse("notices_guidance_new"),
        {
            "guiding": town.office.pk,
            "kind": "guidance",
            "on": made.imported_at.date().isoformat(),
            "guided": town.education.pk,
            "words": "现场指导",
        },
    )
    assert Guidance.objects.get().guided == town.education
    chief.post(reverse("notices_defaults"), {"word": "及时", "days": 10, "cycle": "month", "note": ""})
    assert Duty.objects.get(due__mode="及时").default_note == "10个工作日内，每月核查"
    act = made.awaited.get()
    chief.post(reverse("notices_enter_act", args=[act.pk]), {"dated": made.imported_at.date().isoformat()})
    act.refresh_from_db()
    assert act.dated


def test_bulk_carry_over_is_all_or_nothing(town: City, chief: Client) -> None:
    """Regression: the first rows were carried over although the page reported an error for another."""
    made = live(town)
    one, two = entry_of(made, town.education), entry_of(made, town.health)
    address = f"{reverse('notices_lookback')}?year={made.year}"
    chief.post(address, {"row": [two.pk], "reason": "跨年继续"})
    both = {"row": [one.pk, two.pk], "reason": "跨年继续"}
    page = chief.post(address, both, follow=True).content.decode()
    assert "有1条已经不在这个列表中" in page
    late = {"row": [one.pk], "reason": "跨年继续", "until": "2020-01-01"}
    assert f"“{one}”：" in chief.post(address, late, follow=True).content.decode()
    assert Entry.objects.get(pk=one.pk).state == AssignmentState.OPEN
    page = chief.post(address, {**both, "row": list(range(999))}, follow=True).content.decode()
    assert "一次最多办理300条，您选了999条，没有办理" in page


# Queries


def test_pages_use_constant_number_of_queries(town: City, chief: Client, django_assert_max_num_queries: object) -> None:
    rows = [row(f"公开第{n}项。", ["市发展改革委"], ["市教育局", "市财政局"], section=f"{n}") for n in range(8)]
    made = live(town, parsed(rows=rows))
    educator = actor(Role.CLERK, town.education)
    for entry in Entry.objects.filter(body=town.education).select_related("assignment", "body")[:5]:
        submitted(entry, educator)
    costs = {"list": 28, "matrix": 26, "review": 34, "tasks": 32, "queue": 27}
    for name, most in costs.items():
        address = reverse(f"notices_{name}", args=[made.pk] if f"notices_{name}" in {*NOTICE_PAGES} else [])
        chief.get(address)
        with django_assert_max_num_queries(most):  # type: ignore[operator]
            chief.get(address)


def test_lead_prints_checked_tasks(town: City) -> None:
    made = live(town)
    lead = actor(Role.CLERK, town.planning)
    accepted(submitted(entry_of(made, town.education), actor(Role.CLERK, town.education)), lead)
    address = reverse("notices_checked", args=[made.pk, town.planning.pk])
    client = signed_in(Role.CLERK, town.planning)
    assert address in client.get(reverse("notices_notice", args=[made.pk])).content.decode()
    rows = read(BytesIO(client.get(address).content)).tables[0].rows[1:]
    assert {tuple(cell.text for cell in row.cells[2:5]) for row in rows} == {
        ("云岭市财政局", "办理中", "未核验"),
        ("云岭市教育局", "已销号", "属实"),
    }
    assert signed_in(Role.CLERK, town.health).get(address).status_code == 404


def test_superseding_by_invalid_notice_changes_nothing(town: City, chief: Client) -> None:
    notice = live(town)
    for newer in ("", "²", "0", "9" * 30):
        answer = chief.post(reverse("notices_supersede", args=(notice.pk,)), {"newer": newer, "reason": "调整"})
        assert answer.status_code == 302
        assert Notice.objects.get(pk=notice.pk).state == "live"
