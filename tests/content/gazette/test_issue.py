"""A gazette issue: chosen, arranged, composed, reviewed, published, searched, printed; repealed documents are marked."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from openpyxl import Workbook
from pypdfium2 import PdfDocument

from factories.intake import PDF
from factories.publishing import column, public, sign_all, with_sheet
from factories.units import BodyFactory, actor, signed_in
from gongkai.content.editions.actions import place, set_standing, withdraw
from gongkai.content.editions.models import Column, Document, Shelf, ValidityState, Website
from gongkai.content.editions.sources import ensure_document
from gongkai.content.editions.verify import verify_editions
from gongkai.content.gazette import actions
from gongkai.content.gazette.issue_publication import record_all_printed
from gongkai.content.gazette.models import Issue
from gongkai.content.gazette.past_issue_sheet import ARTICLES_SHEET
from gongkai.content.gazette.queries import find_articles, find_warnings, list_choosable_documents, read_issue
from gongkai.content.publishing.actions import submit
from gongkai.content.publishing.models import ChannelRelease
from gongkai.content.reviewing.actions.reviews import find_submission_blockers
from gongkai.core.acts.action import Refused
from gongkai.core.spreadsheets.actions import apply, undo, upload_for_dry_run
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body, BodyKind, Role
from gongkai.ui.portal.tree import reload_next_time

pytestmark = pytest.mark.django_db
TEXTS = (
    ("云岭市公园管理办法", "<h2>第一章　总则</h2><p>公园应当免费向社会开放。</p>"),
    ("云岭市养犬管理办法", "<p>携犬出户应当束犬链。</p>"),
    ("云岭市节约用水办法", "<p>用水实行计划管理。</p>"),
)


def documents(body: Body, plans: Column) -> list[Document]:
    facts: dict[str, Any] = {"kind": "plan"}
    return [public(body, [plans], title=title, body=html, **facts) for title, html in TEXTS]


def open_issue(body: Body, **facts: Any) -> Issue:
    given = {"year": 2026, "number": 3, "total": 123, "issued_on": timezone.localdate(), **facts}
    made: Issue = actions.open_issue(body, by=SYSTEM, **given)
    return made


def publish_issue(issue: Issue, plans: Column) -> Issue:
    clerk = actor(Role.CLERK, issue.body)
    actions.compose_issue(issue, by=clerk)
    place(ensure_document(issue), by=clerk, columns=[plans])
    sign_all(with_sheet(submit(issue, by=clerk)))
    reload_next_time()
    return issue


def test_issue_from_choosing_documents_to_reading(site, housing: Body, plans: Column, client: Client) -> None:
    laws = documents(housing, plans)
    issue = open_issue(site.body)
    with pytest.raises(Refused, match="还没有选入"):
        actions.compose_issue(issue, by=SYSTEM)
    assert actions.add_documents(issue, by=SYSTEM, documents=[one.pk for one in laws]) == 3
    assert not list_choosable_documents(issue).exists()
    rows = list(issue.articles.all())
    assert {one.section for one in rows} == {"部门文件"}
    order = [(rows[1].pk, "政府规章"), (rows[0].pk, "政府规章"), (rows[2].pk, "部门文件")]
    actions.arrange_articles(issue, by=SYSTEM, order=order)
    actions.add_article(
        issue, by=SYSTEM, section="人事任免", title="关于李明任职的通知", text="任命李明为市水务局局长。"
    )
    assert 'href="/gazette/"' not in client.get("/").content.decode(), "no empty page on the first page"
    publish_issue(issue, plans)
    assert 'href="/gazette/"' in client.get("/").content.decode()
    _check_reading(issue, site, client)
    _check_releases(issue, laws)
    assert len(_read_printed_pages(issue, client)) == 6
    assert verify_editions().broken == ""
    set_standing(
        laws[0],
        by=SYSTEM,
        standing="repealed",
        on=date(2026, 11, 1),
        note="由新的规定替代",
    )
    reload_next_time()
    front = client.get(f"/gazette/{issue.pk}/").content.decode()
    assert "有1件已废止或者失效" in front
    assert "云岭市公园管理办法（已于2026年11月1日废止）" in front
    assert "本文件已于2026年11月1日废止" in client.get(f"/gazette/{issue.pk}/?piece=2").content.decode()
    assert "已废止或者失效" in client.get("/gazette/").content.decode()
    _check_compilation(issue, laws[0], client)
    assert "废止" in "".join(_read_printed_pages(issue, client))
    withdraw(ensure_document(issue), by=actor(Role.LEAD, site.body), reason="排版有误")
    reload_next_time()
    for path in ("", "pages/", "issue.pdf"):
        assert client.get(f"/gazette/{issue.pk}/{path}").status_code == 404
    assert find_articles(site.pk, "束犬链") == []


def _check_reading(issue: Issue, site: Website, client: Client) -> None:
    """Check the reading pages: whole issue, articles, page order of the editor, and search."""
    reading = read_issue(issue.pk, site.pk)
    assert reading is not None
    assert [one.title for one in reading.articles][:2] == ["云岭市养犬管理办法", "云岭市公园管理办法"]
    assert "<h4>第一章" in reading.articles[1].html
    front = client.get(f"/gazette/{issue.pk}/").content.decode()
    assert "总第123期" in front
    assert front.index("养犬") < front.index("公园") < front.index("人事任免")
    page = client.get(f"/gazette/{issue.pk}/?piece=1").content.decode()
    assert "束犬链" in page
    assert "下一篇" in page
    assert "束犬链" in client.get(f"/gazette/{issue.pk}/pages/").content.decode()
    assert client.get(f"/gazette/{issue.pk}/?piece=9").status_code == 404
    assert [one.piece.title for one in find_articles(site.pk, "免费 开放")] == ["云岭市公园管理办法"]
    assert str(issue) in client.get("/gazette/?year=1999").content.decode(), "a year without issues filters nothing"
    listed = client.get("/gazette/?q=束犬链").content.decode()
    assert "<mark>束犬链</mark>" in listed


def _check_releases(issue: Issue, laws: list[Document]) -> None:
    """Check that documents name the issue; other channels are recorded by hand."""
    releases = ChannelRelease.objects.filter(channel="gazette")
    assert {one.document_id for one in releases} == {one.pk for one in laws}
    assert releases[0].address.endswith(f"/gazette/{issue.pk}/")
    assert record_all_printed() == {"noted": 0}
    editor = signed_in(Role.CLERK, issue.body)
    assert "还没有登记" in editor.get("/admin/gazette/").content.decode()
    said = {
        "channel": "media",
        "name": "云岭发布",
        "at": "2026-01-02T09:00",
        "address": "https://wx.example/s/1",
    }
    editor.post(f"/admin/gazette/{issue.pk}/channel/", said)
    assert "云岭发布" in editor.get("/admin/gazette/").content.decode()
    assert "打开链接" in editor.get(f"/admin/gazette/{issue.pk}/").content.decode()
    for role, edits in ((Role.CLERK, True), (Role.AUDITOR, False)):
        page = signed_in(role, issue.body).get(f"/admin/gazette/{issue.pk}/").content.decode()
        assert ("云岭市养犬管理办法" in page, 'name="place-' in page) == (True, edits), role


def _read_printed_pages(issue: Issue, client: Client) -> list[str]:
    """Return the words of each page of the printed issue."""
    answer = client.get(f"/gazette/{issue.pk}/issue.pdf")
    pages = [one.get_textpage().get_text_range() for one in PdfDocument(answer.content)]
    assert "束犬链" in "".join(pages)
    return pages


def _check_compilation(issue: Issue, repealed: Document, client: Client) -> None:
    """Check that every page of the issue names its documents with their validity, and lists these first."""
    own = ensure_document(issue)
    told = client.get(f"/api/v1/documents/{own.pk}/articles/").json()
    assert told["articles"] == []
    assert "汇编" in told["note"]
    held = {one["title"]: one for one in told["contains"]}
    assert held["云岭市公园管理办法"]["standing"] == "repealed"
    assert "已废止（自2026年11月1日起）" in held["云岭市公园管理办法"]["validity"]
    assert held["云岭市公园管理办法"]["articles"].endswith(f"/documents/{repealed.pk}/articles/")
    assert held["关于李明任职的通知"]["id"] is None
    assert client.get(f"/api/v1/documents/{own.pk}/articles/?article=第一条").status_code == 404
    hits = client.get("/api/v1/search/?q=免费向社会开放").json()["items"]
    assert [one["id"] for one in hits] == [repealed.pk, own.pk]
    assert [(one["title"], one["standing"]) for one in hits[1]["contains"]] == [("云岭市公园管理办法", "repealed")]
    assert "已于2026年11月1日废止" in client.get("/search/?q=免费向社会开放").content.decode()
    whole = client.get(told["url"].partition("://")[2].partition("/")[2].join(["/", ""])).content.decode()
    assert whole.count("已于2026年11月1日废止") == 3
    assert whole.index("本文件已于2026年11月1日废止") < whole.rindex("公园应当免费")


def test_printed_or_expired_documents_need_confirmation(site, housing: Body, plans: Column) -> None:
    first, second, third = documents(housing, plans)
    before, issue = open_issue(site.body), open_issue(site.body, number=4)
    actions.add_documents(before, by=SYSTEM, documents=[first.pk])
    Shelf.objects.filter(document=second).update(standing=ValidityState.REPEALED)
    assert find_warnings(issue, list_choosable_documents(issue)) == {first.pk: "已选入2026年第3期", second.pk: "已废止"}
    with pytest.raises(Refused) as refused:
        actions.add_documents(issue, by=SYSTEM, documents=[first.pk, second.pk, third.pk])
    assert "《云岭市公园管理办法》已选入2026年第3期" in str(refused.value)
    assert "《云岭市养犬管理办法》已废止" in str(refused.value)
    assert actions.add_documents(issue, by=SYSTEM, documents=[third.pk]) == 1
    assert actions.add_documents(issue, by=SYSTEM, documents=[first.pk, second.pk], anyway=True) == 2
    county = BodyFactory(name="青溪县", parent=site.body, kind=BodyKind.DISTRICT)
    Shelf.objects.filter(document=first).update(body=county)
    choosable = list_choosable_documents(open_issue(site.body, number=5))
    assert {row.document_id for row in choosable} == {second.pk, third.pk}, "a county prints its own"


def test_document_that_is_not_public_is_not_printed(site, housing: Body, plans: Column) -> None:
    laws = documents(housing, plans)[:1]
    issue = open_issue(site.body)
    actions.add_documents(issue, by=SYSTEM, documents=[laws[0].pk])
    actions.compose_issue(issue, by=SYSTEM)
    place(ensure_document(issue), by=SYSTEM, columns=[plans])
    assert find_submission_blockers(issue, by=SYSTEM) == {}
    actions.add_article(issue, by=SYSTEM, section="大事记", title="十月大事记", text="10月8日，全市大会召开。")
    withdraw(laws[0], by=actor(Role.LEAD, housing), reason="有误")
    assert "没有公开或者已经撤回" in "".join(find_submission_blockers(issue, by=SYSTEM))
    with pytest.raises(Refused, match="已经撤回"):
        actions.compose_issue(issue, by=SYSTEM)
    with pytest.raises(Refused, match="已经公开"):
        actions.add_documents(issue, by=SYSTEM, documents=[laws[0].pk])


def test_correction_of_an_issue_is_read_after_republication(site, housing: Body, plans: Column, client: Client) -> None:
    law = documents(housing, plans)[0]
    issue = open_issue(site.body, foreword="本期为一季度合刊。")
    editor = signed_in(Role.CLERK, site.body)
    actions.add_documents(issue, by=SYSTEM, documents=[law.pk])
    actions.add_article(issue, by=SYSTEM, section="大事记", title="大事计", text="全市大会召开。")
    publish_issue(issue, plans)
    address = f"/gazette/{issue.pk}/"
    before = client.get(f"{address}issue.pdf").content
    own = issue.articles.get(document=None)
    facts = {"section": "大事记", "title": "大事记", "text": "全市植树大会召开。", "page": "", "number": ""}
    desk = f"/admin/gazette/{issue.pk}/"
    editor.post(f"{desk}change/", {**facts, "article": own.pk})
    chosen = issue.articles.get(document=law)
    assert actions.change_article.why_not(issue, by=actor(Role.CLERK, housing))
    with pytest.raises(Refused, match="从文件库选入"):
        actions.change_article(issue, by=SYSTEM, article=chosen.pk, section="一", title="二")
    cover = {"name": issue.name, "year": 2026, "number": 3, "total": 124, "issued_on": issue.issued_on}
    editor.post(f"{desk}cover/", {**cover, "foreword": "本期为二季度合刊。"})
    issue.refresh_from_db()
    assert issue.total == 124
    with pytest.raises(Refused, match="没有改动"):
        actions.change_issue(issue, by=SYSTEM, **{**cover, "foreword": issue.foreword})
    assert "请重新生成公报正文" in "".join(find_submission_blockers(issue, by=SYSTEM))
    assert "请重新生成公报正文" in editor.get(desk).content.decode()
    reload_next_time()
    # Until republication, readers get the signed text everywhere.
    for path in (address, f"{address}pages/", "/gazette/", f"/api/v1{address}"):
        page = client.get(path).content.decode()
        assert ("总第123期" in page, "总第124期" in page, "二季度" in page) == (True, False, False), path
    assert client.get(f"{address}issue.pdf").content == before
    publish_issue(issue, plans)
    page = client.get(address).content.decode()
    assert ("总第124期" in page, "二季度" in page, "大事计" in page) == (True, True, False)
    words = "".join(
        one.get_textpage().get_text_range() for one in PdfDocument(client.get(f"{address}issue.pdf").content)
    )
    assert ("总第124期" in words, "植树" in words, "第2版" in words, "大事计" in words) == (
        True,
        True,
        True,
        False,
    )


def test_scheduled_issue_records_releases_when_it_appears(site, housing: Body, plans: Column) -> None:
    law = documents(housing, plans)[0]
    issue = open_issue(site.body)
    actions.add_documents(issue, by=SYSTEM, documents=[law.pk])
    actions.compose_issue(issue, by=SYSTEM)
    clerk = actor(Role.CLERK, site.body)
    place(ensure_document(issue), by=clerk, columns=[plans])
    sign_all(with_sheet(submit(issue, by=clerk, visible_from=timezone.now() + timedelta(hours=2))))
    assert record_all_printed() == {"noted": 0}
    from factories.participation import travel_to_noon

    later = public(housing, [plans], title="云岭市绿化办法", kind="plan")
    actions.add_documents(issue, by=SYSTEM, documents=[later.pk])  # not in the signed text
    with travel_to_noon(timezone.localdate() + timedelta(days=1)):
        assert record_all_printed() == {"noted": 1}
        assert record_all_printed() == {"noted": 0}
    assert [printed.release.document for printed in issue.printed.all()] == [law]
    assert actions.record_printing.why_not(issue, by=clerk)


def test_past_issues_are_imported_and_files_matched_by_name(site, housing: Body, plans: Column) -> None:
    chief = actor(Role.CHIEF, site.body)
    made = Workbook()
    made.active.append(["云岭市人民政府公报篇目"])
    made.active.append(["年度", "期数", "总期数", "出刊日期", "栏目", "文件标题", "文号", "页码"])
    for number in (1, 2):
        for place_ in range(3):
            title = f"第{number}期的第{place_}份文件"
            made.active.append(
                [
                    2019,
                    number,
                    10 + number,
                    date(2019, number, 28),
                    "市政府文件",
                    title,
                    f"云府发〔2019〕{place_ + 1}号",
                    place_ * 4 + 1,
                ]
            )
    buffer = BytesIO()
    made.save(buffer)
    run, plan = upload_for_dry_run("gazette", content=buffer.getvalue(), file_name="篇目.xlsx", by=chief)
    assert (plan.errors, len(plan.changes)) == ([], 6)
    apply(run, by=chief)
    assert Issue.objects.filter(past=True).count() == 2
    client = signed_in(Role.CHIEF, site.body)
    assert client.get("/admin/gazette/articles.xlsx").status_code == 200
    undo(run, by=chief)
    assert not Issue.objects.exists()
    run, _ = upload_for_dry_run("gazette", content=buffer.getvalue(), file_name="篇目.xlsx", by=chief)
    apply(run, by=chief)
    uploads = [SimpleUploadedFile(name, PDF) for name in ("2019-02.pdf", "2030-01.pdf")]
    page = client.post("/admin/gazette/files/", {"attachments": uploads}, follow=True).content.decode()
    assert "2019-02.pdf”已放入" in page
    assert "没有这一期" in page
    second = Issue.objects.get(number=2)
    assert [name for name, _ in second.latest.files] == ["2019-02.pdf"]
    assert "……5" in second.latest.html
    with pytest.raises(Refused, match="公报的各稿"):
        undo(run, by=chief)
    assert ARTICLES_SHEET.column("title").required


def test_office_edits_an_issue_on_its_pages(site, housing: Body, plans: Column) -> None:
    law = documents(housing, plans)[0]
    gazettes = column(site, "政府公报")
    client = signed_in(Role.CLERK, site.body)
    today = timezone.localdate().isoformat()
    given = {
        "body": site.body.pk,
        "name": "",
        "year": 2026,
        "number": 4,
        "total": "",
        "issued_on": today,
        "foreword": "",
    }
    assert client.post("/admin/gazette/new/", given).status_code == 302
    issue = Issue.objects.get()
    assert issue.name == f"{site.body.name}公报"
    assert "公园管理办法" in client.get(f"/admin/gazette/{issue.pk}/choose/?q=公园").content.decode()
    client.post(f"/admin/gazette/{issue.pk}/choose/", {"document": law.pk, "section": "政府规章"})
    added = {
        "section": "大事记",
        "title": "十月大事记",
        "number": "",
        "page": "",
        "text": "10月8日，全市大会召开。",
    }
    client.post(f"/admin/gazette/{issue.pk}/add/", added)
    first, last = issue.articles.all()
    order = {f"place-{first.pk}": "1", f"section-{first.pk}": first.section}
    order |= {f"place-{last.pk}": "0", f"section-{last.pk}": "要闻"}
    client.post(f"/admin/gazette/{issue.pk}/arrange/", order)
    assert [one.section for one in issue.articles.all()] == ["要闻", "政府规章"]
    client.post(f"/admin/gazette/{issue.pk}/compose/", {})
    page = client.get(f"/admin/gazette/{issue.pk}/").content.decode()
    assert "全市大会召开" in page
    assert "请选择至少一个栏目" in page
    place(ensure_document(issue), by=SYSTEM, columns=[gazettes])
    client.post("/admin/gazette/", {"row": [issue.pk]})
    assert "正在审签" in client.get(f"/admin/gazette/{issue.pk}/").content.decode()
    assert client.post(f"/admin/gazette/{issue.pk}/burn/").status_code == 404
    other = signed_in(Role.CLERK, housing)
    assert other.get(f"/admin/gazette/{issue.pk}/").status_code == 404
    stranger = actor(Role.CLERK, housing)
    assert actions.add_documents.why_not(issue, by=stranger)
    assert actions.open_issue.why_not(site.body, by=stranger)
