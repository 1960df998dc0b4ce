"""Gathering from source to publication: fetched, duplicate, changed, gone, failing and recovering; drafts and listings are reviewed."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from io import BytesIO
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from docx import Document as Word
from openpyxl import Workbook

from factories.bad_server import TITLES, WORDS, Server, run_server
from factories.checks import docx_with
from factories.publishing import sign_all, with_sheet
from factories.units import BodyFactory, actor, signed_in
from gongkai.content.editions.actions import place
from gongkai.content.editions.models import Column
from gongkai.content.editions.sources import ensure_document
from gongkai.content.publishing.actions import submit
from gongkai.content.publishing.models import ItemPage
from gongkai.core.acts.action import Refused
from gongkai.core.acts.models import Movement
from gongkai.core.background_jobs.worker import process_due_jobs
from gongkai.core.files.models import TextLosses
from gongkai.core.outbox.models import Message
from gongkai.core.spreadsheets.actions import apply, undo, upload_for_dry_run
from gongkai.core.units.models import Body, Role
from gongkai.oversight.gathering import actions, duplicates, list_walk, queries, source_checks
from gongkai.oversight.gathering.duplicate_rules import ComparedEntry, is_duplicate
from gongkai.oversight.gathering.entry_sheet import GATHERED_ENTRY_IMPORTER, GATHERED_ENTRY_SHEET
from gongkai.oversight.gathering.entry_store import (
    ATTACHMENT_REPLACED_NOTE,
    PERSONAL_TITLE_REASON,
    precompute_comparisons,
    store_entries,
)
from gongkai.oversight.gathering.erasure import ERASED_ENTRY_VALUES
from gongkai.oversight.gathering.models import Collection, Gathered, Listing, Source
from gongkai.oversight.gathering.registers import list_sources
from gongkai.oversight.gathering.source_reader import SourceFetchResult
from gongkai.oversight.gathering.texts import SourceEntry
from gongkai.ui.portal.tree import reload_next_time

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    with run_server() as made:
        host = urlsplit(made.root).netloc
        settings.GONGKAI_GATHER_HOSTS, settings.GONGKAI_GATHER_INSIDE = [host], [host]
        settings.GONGKAI_GATHER_RATE = 0.0
        yield made


@pytest.fixture
def town(housing: Body, plans: Column) -> SimpleNamespace:
    clerk = actor(Role.CLERK, housing)
    collection = actions.add_collection(housing, by=clerk, name="市场规则", about="各地的规则")
    return SimpleNamespace(body=housing, clerk=clerk, collection=collection, column=plans)


def register_source(
    town: SimpleNamespace, server: Server, way: str = "list", path: str = "/list/", **more: Any
) -> Source:
    facts = {"name": f"青溪县政府网{path}", "unit_name": "青溪县人民政府", "column": town.column, "example": TITLES[0]}
    made: Source = actions.add_source(
        town.collection, by=town.clerk, way=way, address=f"{server.root}{path}", **(facts | more)
    )
    return made


def make_due() -> None:
    Source.objects.update(due_at=timezone.now())


def test_failing_source_recovers_and_does_not_block_others(town: SimpleNamespace, server: Server) -> None:
    good, bad = register_source(town, server), register_source(town, server, path="/loop")
    assert source_checks.fetch_due_sources() == {"sources": 2, "made": 3, "failed": 1}
    bad.refresh_from_db()
    assert (bad.failing, bad.status) == (1, "失败：转向次数过多")
    listed = signed_in(Role.CLERK, town.body).get("/admin/gathering/sources/?active=1&failing=1")
    assert [row.pk for row in listed.context["listing"].rows] == [bad.pk]
    assert bad.due_at < timezone.now() + timedelta(hours=2), "asked again soon"
    assert Message.objects.filter(channel="screen", subject__contains="归集失败").count() == 1
    make_due()
    server.broken = True
    assert source_checks.fetch_due_sources()["failed"] == 2
    assert Message.objects.filter(channel="screen", subject__contains="归集失败：青溪县政府网/loop").count() == 1, (
        "one stretch is told once"
    )
    good.refresh_from_db()
    assert "503" in good.status
    server.broken = False
    make_due()
    source_checks.fetch_due_sources()
    good.refresh_from_db()
    assert (good.failing, good.gathered.count()) == (0, 3)
    assert "恢复正常" in good.status
    assert Message.objects.filter(subject__contains="归集恢复").exists()
    assert source_checks.fetch_due_sources()["sources"] == 0, "nothing is due"
    actions.switch_source(bad, by=town.clerk, active=False)
    make_due()
    assert source_checks.fetch_due_sources()["sources"] == 1


def test_entries_above_limit_are_fetched_next_time(
    town: SimpleNamespace, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_walk, "MAX_NEW_ENTRIES_PER_FETCH", 2)
    source = register_source(town, server)
    page = f"/admin/gathering/sources/{source.pk}/"
    web = signed_in(Role.CLERK, town.body)
    source_checks.fetch_due_sources()
    source.refresh_from_db()
    assert source.status == "读到2条，新增2条；这一页有3条，其余1条稍后自动接着收取"
    assert source.due_at < timezone.now() + timedelta(minutes=11)
    assert "列表还没有读完" in web.get(page).content.decode()
    source.gathered.filter(title=TITLES[0]).update(html="", text="")  # as if there had been no time for it
    make_due()
    source_checks.fetch_due_sources()
    source.refresh_from_db()
    assert (source.gathered.count(), source.back_at) == (3, "")
    assert not source.gathered.filter(html="").exists()
    assert source.due_at > timezone.now() + timedelta(hours=11)
    actions.reread_all_pages(source, by=town.clerk)
    with pytest.raises(Refused, match="正在接着收取"):
        actions.reread_all_pages(source, by=town.clerk)
    assert source_checks.fetch_due_sources() == {"sources": 1, "made": 0, "failed": 0}


def test_busy_page_is_retried_and_missing_text_is_shown(town: SimpleNamespace, server: Server) -> None:
    server.busy = {0: 1, 1: 9}
    source = register_source(town, server)
    source_checks.fetch_due_sources()
    source.refresh_from_db()
    assert source.status == "读到3条，新增3条；1条没有读到全文，稍后自动再读"
    assert source.due_at < timezone.now() + timedelta(minutes=61)
    assert source.gathered.get(title=TITLES[0]).text.startswith("用水实行"), "asked again in the same fetch"
    row = source.gathered.get(title=TITLES[1])
    page = f"/admin/gathering/sources/{source.pk}/entries/?tab=all"
    client, told = signed_in(Role.CLERK, town.body), "原文没有读到（返回错误503），现在没有正文"
    assert told in client.get(page).content.decode()
    with pytest.raises(Refused, match=f"没有读到“{TITLES[1]}”的正文"):
        actions.make_draft(row, by=town.clerk)
    server.busy = {}
    make_due()
    source_checks.fetch_due_sources()
    row.refresh_from_db()
    assert row.text.startswith("列入清单")
    assert told not in client.get(page).content.decode()
    assert actions.make_draft(row, by=town.clerk).pk
    excerpt = SourceEntry("https://b.example/8", "关于拦河闸开闸时间的通告", words="开闸时间见正文", unread="没有应答")
    row = store_entries(source, [excerpt], timezone.now()).rows[0]
    item = actions.make_draft(row, by=town.clerk)
    assert TextLosses.objects.get(about=item.stream).lines == [
        "原文没有读到（没有应答），现有文字只是来源列表中的摘要，请对照原文件核对。"
    ]


def test_duplicates_changes_and_gone_entries_are_marked(town: SimpleNamespace, server: Server) -> None:
    first = register_source(town, server)
    source_checks.fetch_source_now(first, town.clerk)
    assert first.gathered.get(title=TITLES[0]).text.startswith("用水实行")
    again = register_source(town, server, way="feed", path="/feed/")
    source_checks.fetch_source_now(again, town.clerk)
    assert set(again.gathered.values_list("state", flat=True)) == {"double"}
    hand = actions.add_source(
        town.collection, by=town.clerk, name="摘录", unit_name="青溪县人民政府", way="manual", column=town.column
    )
    near = WORDS[0].replace("各单位", "各部门")
    entry = actions.add_gathered_entry(
        hand, by=town.clerk, title="节水办法印发", address="https://a.example/1", text=near
    )
    assert entry.double_of is not None, "nearly the same text under another title"
    same = actions.add_gathered_entry(hand, by=town.clerk, title="水办法", address="https://a.example/2", text=WORDS[0])
    assert same.double_of is not None
    row = first.gathered.get(title=TITLES[1])
    actions.make_draft(row, by=town.clerk)
    with pytest.raises(Refused, match="已经处理"):
        actions.make_draft(row, by=town.clerk)
    other = first.gathered.get(title=TITLES[2])
    actions.make_draft(other, by=town.clerk, link_only=True)
    server.words[1] = "清单已经全部完成，共31项。" * 4
    server.gone.add(2)
    source_checks.fetch_source_now(first, town.clerk)
    Gathered.objects.update(looked_at=timezone.now() - timedelta(days=1))
    assert source_checks.recheck_due_entries() == {"looked": 2, "gone": 1, "changed": 1}
    assert source_checks.recheck_due_entries()["looked"] == 0, (
        "each is looked at once a day, the words that came are kept"
    )
    row.refresh_from_db()
    other.refresh_from_db()
    assert row.changed_at is not None
    assert other.gone_at is not None
    assert Message.objects.filter(subject__contains="有变化").exists()
    assert Movement.objects.filter(action="gathering.note_looks").count() == 1
    server.titles[0] = "关于印发节约用水管理办法（修订）的通知"
    source_checks.fetch_source_now(first, town.clerk)
    assert first.gathered.get(title=server.titles[0]).changed_at is not None
    actions.drop_gathered_entry(same, by=town.clerk, reason="重复")
    assert [source.brought for source in list_sources(town.collection, town.clerk)] == [3, 0, 0], (
        "repeats and what was dropped do not count"
    )
    relearnt = actions.relearn_source(first, by=town.clerk, example=TITLES[1])
    relearnt.refresh_from_db()
    assert relearnt.layout == []


def test_feed_fetched_again_changes_nothing_and_keeps_full_texts(town: SimpleNamespace, server: Server) -> None:
    source = register_source(town, server, way="feed", path="/feed/")
    source_checks.fetch_source_now(source, town.clerk)
    before = dict(source.gathered.values_list("key", "text"))
    for _ in range(2):
        source_checks.fetch_source_now(source, town.clerk)
        source.refresh_from_db()
        assert "改动" not in source.status
    assert dict(source.gathered.values_list("key", "text")) == before
    row = source.gathered.order_by("pk").first()
    assert row.text.startswith("用水实行")
    there = SourceEntry(row.address, row.title, text="请登录", html="<p>请登录</p>")
    assert store_entries(source, [there], timezone.now()).changed == 0
    row.refresh_from_db()
    assert row.text.startswith("用水实行"), "a page that says hardly anything is no text to keep"
    for words in ("见附件", "另有解读，见附件"):
        looked = row.looked_at
        assert store_entries(source, [SourceEntry(row.address, row.title, words=words)], timezone.now()).changed == 0
        row.refresh_from_db()
    assert row.looked_at < looked, "its feed says something else: its page is looked at next, and tells"
    assert not source.gathered.filter(pk=row.pk, looked_at__gt=row.found_at).exists(), "its page is looked at next"


def test_one_failure_counts_once(town: SimpleNamespace, server: Server) -> None:
    source = register_source(town, server, path="/loop")
    assert source_checks.claim_source(source)
    with pytest.raises(Refused, match="正在收取"):
        source_checks.fetch_source_now(source, town.clerk)
    make_due()
    assert source_checks.fetch_due_sources() == {"sources": 0, "made": 0, "failed": 0}
    Source.objects.update(reading_until=timezone.now())
    source_checks.fetch_source_now(source, town.clerk)
    source.refresh_from_db()
    assert (source.failing, source.reading_until) == (1, None)


def test_decision_that_entry_is_no_duplicate_is_kept(town: SimpleNamespace, server: Server) -> None:
    server.files[0] = [("节水目标.txt", "各县区节水目标".encode())]
    first, again = register_source(town, server), register_source(town, server, way="feed", path="/feed/")
    source_checks.fetch_source_now(first, town.clerk)
    source_checks.fetch_source_now(again, town.clerk)
    row = again.gathered.get(double_of__isnull=False, title=TITLES[0])
    client = signed_in(Role.CLERK, town.body)
    page = f"/admin/gathering/sources/{again.pk}/"
    client.post(f"{page}entries/?tab=double", {"do": "apart", "row": row.pk})
    row.refresh_from_db()
    assert (row.state, row.double_of) == ("new", None)
    assert [one.name for one in row.files.exclude(stored=None)] == ["节水目标.txt"], "a repeat has its attachments"
    text = first.gathered.exclude(title=row.title).first()
    store_entries(again, [SourceEntry("https://b.example/9", text.title, text=text.text)], timezone.now())
    assert again.gathered.get(address="https://b.example/9").state == "new", "applied to the source"
    assert "不互为重复" in client.get(page).content.decode()
    client.post(f"{page}apart/{first.pk}/compare-again/")
    with pytest.raises(Refused, match="没有设为"):
        actions.resume_comparison(again, by=town.clerk, other=first)
    with pytest.raises(Refused, match="没有标为重复"):
        actions.mark_as_distinct(row, by=town.clerk)
    store_entries(again, [SourceEntry("https://b.example/10", text.title, text=text.text)], timezone.now())
    assert again.gathered.get(address="https://b.example/10").state == "double"


def test_attachments_are_fetched_and_checked(town: SimpleNamespace, server: Server, settings: Any) -> None:
    settings.GONGKAI_FILE_LIMIT = 1
    server.files[0] = [("节水目标.txt", "各县区节水目标".encode()), ("名单.csv", "张三,13800138000".encode())]
    server.files[0] += [("图表.pdf", b"<html>no pdf</html>"), ("大.txt", "水".encode() * 400_000)]
    word = Word(BytesIO(docx_with("节水预算。")))
    word.paragraphs[0].add_run("内部口径").font.hidden = True
    word.save(content := BytesIO())
    server.files[0].append(("预算.docx", content.getvalue()))
    server.words[0] += "</p><table><tr><th>单位</th><th>水量</th></tr><tr><td>水务局</td><td>120</td></tr></table><p>"
    source = register_source(town, server)
    source_checks.fetch_source_now(source, town.clerk)
    row = source.gathered.get(title=TITLES[0])
    files = {one.name: (bool(one.stored_id), one.why, one.found) for one in row.files.all()}
    assert files == {
        "节水目标.txt": (True, "", ""),
        "名单.csv": (True, "", "自然人姓名、电话号码"),
        "图表.pdf": (False, "内容与扩展名不符", ""),
        "大.txt": (False, "内容过大", ""),
        "预算.docx": (True, "", ""),
    }
    told = "\n".join(TextLosses.objects.get(about=row.losses_key).lines)
    assert "附件“预算.docx”：隐藏的内容" in told
    assert "内部口径" in told
    asked = len(server.asked)
    source_checks.fetch_source_now(source, town.clerk)
    assert not any("/files/" in path for path in server.asked[asked:]), "nothing is read twice"
    item = actions.make_draft(row, by=town.clerk)
    assert [one.name for one in item.attachments.all()] == ["节水目标.txt", "名单.csv", "预算.docx"]
    assert "附件“大.txt”没有带来：内容过大。" in TextLosses.objects.get(about=item.stream).lines
    assert "<td>120</td>" in re.sub(r"<(t[dh])[^>]*>", r"<\1>", item.imported_html), "a table stays one"
    assert (item.body, item.imported_html.count("用水实行计划管理")) == ("", 1)
    page = f"/admin/gathering/files/{row.files.first().pk}/"
    mine, other = signed_in(Role.CLERK, town.body), BodyFactory(name="云岭市水务局", parent=town.body.parent)
    assert b"".join(mine.get(page)).decode() == "各县区节水目标"
    assert signed_in(Role.CLERK, other).get(page).status_code == 404
    shown = mine.get(f"/admin/gathering/sources/{source.pk}/entries/?tab=all").content.decode()
    assert "有自然人姓名、电话号码，公开前须处理" in shown
    assert "没有保存：内容与扩展名不符" in shown
    # Both have other addresses now, one of them with other bytes.
    first, second, *others = server.files[0]
    server.files[0] = [second, (first[0], "各县区节水目标（修订）".encode()), *others]
    Gathered.objects.update(looked_at=timezone.now() - timedelta(days=1))
    assert source_checks.recheck_due_entries()["changed"] == 1
    kept = [(one.name, one.why) for one in row.files.exclude(stored=None)]
    assert kept == [
        ("节水目标.txt", ATTACHMENT_REPLACED_NOTE),
        ("名单.csv", ""),
        ("预算.docx", ""),
        ("节水目标.txt", ""),
    ]
    assert (
        ATTACHMENT_REPLACED_NOTE in mine.get(f"/admin/gathering/sources/{source.pk}/entries/?tab=all").content.decode()
    )
    Gathered.objects.update(looked_at=timezone.now() - timedelta(days=1))
    assert source_checks.recheck_due_entries()["changed"] == 0


def test_ignored_entries_are_restored(town: SimpleNamespace) -> None:
    """Restored in bulk on the page; checks that kept an entry from the public list apply again."""
    facts = {"by": town.clerk, "way": "manual", "column": town.column, "unit_name": "青溪县人民政府"}
    source = actions.add_source(town.collection, name="甲", **facts)
    for number, title in enumerate(("关于公布一次抽查结果的通报", "关于张三（身份证号42010619900101001X）的公示")):
        actions.add_gathered_entry(source, by=town.clerk, title=title, address=f"https://a.example/{number}")
    before = list(source.gathered.order_by("pk").values_list("state", "reason"))
    assert before[1] == ("new", PERSONAL_TITLE_REASON)
    rows = list(source.gathered.values_list("pk", flat=True))
    page, client = f"/admin/gathering/sources/{source.pk}/entries/", signed_in(Role.CLERK, town.body)
    client.post(f"{page}?tab=new", {"row": rows, "do": "drop", "reason": "误选"})
    assert set(source.gathered.values_list("state", "reason")) == {("dropped", "误选")}
    assert "恢复待处理" in client.get(f"{page}?tab=dropped").content.decode()
    client.post(f"{page}?tab=dropped", {"row": rows, "do": "restore"})
    assert list(source.gathered.order_by("pk").values_list("state", "reason")) == before
    with pytest.raises(Refused, match="没有标为不采用"):
        actions.restore_gathered_entry(source.gathered.first(), by=town.clerk)


def test_new_entries_are_compared_before_the_write_lock(town: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = {"by": town.clerk, "column": town.column, "unit_name": "青溪县人民政府"}
    home = actions.add_source(town.collection, name="甲", way="manual", **facts)
    other = actions.add_source(town.collection, name="乙", way="list", address="https://b.example/", **facts)
    row = actions.add_gathered_entry(
        home, by=town.clerk, title="关于抽查结果的通报", address="https://a.example/1", text=WORDS[0]
    )
    compared: list[str] = []

    def compare(one: ComparedEntry, another: ComparedEntry) -> bool:
        compared.append(one.title)
        return is_duplicate(one, another)

    monkeypatch.setattr(duplicates, "is_duplicate", compare)
    entries = [SourceEntry("https://b.example/1", "关于一次抽查结果的通报", text=f"{WORDS[0]}转发。")]
    with precompute_comparisons(other, entries):
        assert len(compared) == 1
        actions.store_fetch(other, by=town.clerk, fetch_result=SourceFetchResult(entries))
    assert len(compared) == 1, "and not again in the transaction"
    assert Gathered.objects.get(source=other).double_of == row


def test_legally_erased_entry_is_not_gathered_again(town: SimpleNamespace) -> None:
    facts = {"by": town.clerk, "way": "manual", "column": town.column, "unit_name": "青溪县人民政府"}
    home, other = (actions.add_source(town.collection, name=name, **facts) for name in ("甲", "乙"))
    said = {"title": "关于公布一次抽查结果的通报", "address": "https://a.example/1", "text": WORDS[0]}
    row = actions.add_gathered_entry(home, by=town.clerk, **said)
    Gathered.objects.filter(pk=row.pk).update(**ERASED_ENTRY_VALUES)
    now = timezone.now()
    assert store_entries(home, [SourceEntry(said["address"], "改过的标题", text=WORDS[1])], now).changed == 0
    again = [SourceEntry(said["address"], "另一个标题", text=WORDS[1])]
    again += [SourceEntry("https://b.example/2", said["title"], text=WORDS[0])]
    fresh = SourceEntry("https://b.example/3", said["title"], text=WORDS[1])
    assert store_entries(other, [*again, fresh], now).duplicates == 2
    states = list(Gathered.objects.order_by("pk").values_list("state", "text"))
    assert states == [("erased", ""), ("erased", ""), ("erased", ""), ("new", WORDS[1])]


def test_only_reviewed_entries_are_public(town: SimpleNamespace, server: Server, site: Any, client: Client) -> None:
    source = register_source(town, server)
    source_checks.fetch_source_now(source, town.clerk)
    row = source.gathered.get(title=TITLES[0])
    item = actions.make_draft(row, by=town.clerk)
    assert "青溪县人民政府" in item.body
    assert row.address in item.body
    page = f"/gathered/{town.collection.pk}/"
    assert client.get(page).status_code == 404
    sign_all(with_sheet(submit(item, by=town.clerk)))
    until = timezone.localdate() + timedelta(days=30)
    with pytest.raises(Refused, match="一年"):
        actions.propose_listing(source, by=town.clerk, until=until + timedelta(days=400), reason="可信")
    listing: Listing = actions.propose_listing(source, by=town.clerk, until=until, reason="县政府门户网站")
    reload_next_time()
    assert [one.title for one in queries.list_public_collection_entries(town.collection, site.pk)] == [TITLES[0]]
    place(ensure_document(listing), by=town.clerk, columns=[town.column])
    sign_all(with_sheet(submit(listing, by=town.clerk)))
    reload_next_time()
    found = queries.list_public_collection_entries(town.collection, site.pk)
    assert sorted(one.title for one in found) == sorted(TITLES), "each once"
    assert sum(one.outside for one in found) == 2
    said = client.get(page).content.decode()
    assert "来源：青溪县人民政府" in said
    assert f"{server.root}/text/1" in said
    assert "市场规则" in client.get("/gathered/").content.decode()
    source.gathered.filter(title=TITLES[1]).update(gone_at=timezone.now())
    assert len(queries.list_public_collection_entries(town.collection, site.pk)) == 2, (
        "what is gone at home is listed no more"
    )
    assert queries.list_listed_sources(until + timedelta(days=1)) == [], "the decision ends on its day"


def test_spreadsheet_of_entries(town: SimpleNamespace) -> None:
    facts = {"name": "摘录", "unit_name": "市税务局", "way": "manual"}
    source: Source = actions.add_source(town.collection, by=town.clerk, **facts)
    book = Workbook()
    book.active.append([one.head for one in GATHERED_ENTRY_SHEET.columns])
    with pytest.raises(Refused, match="逐条转为草稿送审"):
        actions.propose_listing(source, by=town.clerk, until=timezone.localdate() + timedelta(9), reason="税务局")
    book.active.append(["市场规则", "摘录", "减税降费问答", "https://tax.example/1", "2026-11-01", ""])
    book.active.append(["市场规则", "摘录", "减税降费清单", "tax.example", "2026-11-01", ""])
    book.active.append(["市场规则", "没有的来源", "清单", "https://tax.example/3", "", ""])
    out = BytesIO()
    book.save(out)
    _, plan = upload_for_dry_run("gathering", content=out.getvalue(), file_name="a.xlsx", by=town.clerk)
    assert len(plan.errors) == 2
    book.active.delete_rows(3, 2)
    out = BytesIO()
    book.save(out)
    run, plan = upload_for_dry_run("gathering", content=out.getvalue(), file_name="a.xlsx", by=town.clerk)
    apply(run, by=town.clerk)
    assert source.gathered.get().title == "减税降费问答"
    with pytest.raises(Refused, match="已经有这个网址"):
        actions.add_gathered_entries(
            source, by=town.clerk, entries=[SourceEntry("https://tax.example/1", "减税降费问答")]
        )
    assert [one["title"] for one in GATHERED_ENTRY_IMPORTER.rows(town.clerk)] == ["减税降费问答"]
    run.refresh_from_db()
    undo(run, by=town.clerk)
    assert not Gathered.objects.exists()
    actions.add_source(town.collection, by=town.clerk, **facts)
    _, plan = upload_for_dry_run("gathering", content=out.getvalue(), file_name="a.xlsx", by=town.clerk)
    assert (len(plan.errors), plan.changes) == (1, []), "two sources have this name"


def test_pages(town: SimpleNamespace, server: Server) -> None:
    source = register_source(town, server)
    web = signed_in(Role.CLERK, town.body)
    at = f"/admin/gathering/sources/{source.pk}/"
    asked = web.post(f"{at}pull/")
    assert web.post(f"{at}pull/")["Location"] == asked["Location"], "two clicks are one reading"
    process_due_jobs()
    assert source.gathered.count() == 3
    assert "读到3条，新增3条" in web.get(asked["Location"]).content.decode()
    numbers = list(source.gathered.values_list("pk", flat=True))
    web.post(f"{at}entries/", {"row": numbers[:2], "column": town.column.pk})
    assert source.gathered.filter(state="drafted").count() == 2
    drafted = ItemPage.objects.all()
    assert set(drafted.values_list("formed_on", flat=True)) == {timezone.localdate()}, "no draft is overdue at once"
    server.words[1] = "清单已经全部完成，共31项。" * 4
    Gathered.objects.update(looked_at=timezone.now() - timedelta(hours=1))
    again = web.post(f"{at}pull/")
    process_due_jobs()
    assert "核对已有的3条，1条有变化" in web.get(again["Location"]).content.decode()
    row, changed = source.gathered.get(changed_at__isnull=False), f"{at}entries/?tab=changed"
    assert "共31项" in row.change
    assert row.change in unescape(web.get(changed).content.decode())
    web.post(changed, {"row": [row.pk], "do": "checked"})
    row.refresh_from_db()
    assert (row.changed_at, row.change) == (None, "")
    with pytest.raises(Refused, match="没有待核对的改动"):
        actions.mark_change_seen(row, by=town.clerk)
    decision = {"until": timezone.localdate() + timedelta(days=9), "reason": "县政府网"}
    web.post(f"{at}propose-listing/", decision)
    assert Listing.objects.count() == 1
    elsewhere = signed_in(Role.CLERK, Body.objects.create(name="云岭市统计局", parent=town.body.parent))
    assert elsewhere.get(at).status_code == 404
    assert Collection.objects.count() == 1


def test_moved_site_brings_new_entries_without_duplicates(town: SimpleNamespace, server: Server, settings: Any) -> None:
    source = register_source(town, server)
    server.files[0] = [("名单.txt", "名单".encode())]
    source_checks.fetch_source_now(source, town.clerk)
    before = set(source.gathered.values_list("pk", flat=True))
    draft = source.gathered.get(title=TITLES[0])
    actions.make_draft(draft, by=town.clerk)
    server.titles.append("关于开展全市消防安全检查工作的通知")
    server.words.append("检查覆盖学校、医院、商场和高层住宅，发现的问题由责任单位在三十日内整改完毕。")
    there = server.root.replace("127.0.0.1", "localhost")
    host = urlsplit(there).netloc
    settings.GONGKAI_GATHER_HOSTS, settings.GONGKAI_GATHER_INSIDE = [host], [host]
    with pytest.raises(Refused, match="没有改动"):
        actions.change_source(source, by=town.clerk, address=source.address)
    with pytest.raises(Refused, match="http"):
        actions.change_source(source, by=town.clerk, address="青溪县政府网")
    with pytest.raises(Refused, match="名称和单位不能改"):
        actions.change_source(source, by=town.clerk, unit_name="别的县")
    actions.propose_listing(source, by=town.clerk, until=timezone.localdate() + timedelta(9), reason="可信")
    actions.change_source(source, by=town.clerk, address=f"{there}/list/")
    assert "改到别的网站" in "".join(Listing.objects.get().publication_blockers(None)), "it was decided on the old site"
    assert source_checks.fetch_due_sources() == {"sources": 1, "made": 1, "failed": 0}
    rows = source.gathered.all()
    assert before < set(rows.values_list("pk", flat=True))
    assert [one.state for one in rows.order_by("pk")].count("double") == 0
    assert all(one.address.startswith(there) for one in rows)
    assert draft.files.count() == 1


def test_gathered_document_shows_validity_and_enters_library(town: SimpleNamespace, server: Server) -> None:
    """The state given by the source is shown, and an ended document does not enter the library as in force."""
    source = register_source(town, server, column=town.column)
    text = "青府办发〔2026〕3号\n各镇人民政府：\n第一条 为规范管理，制定本办法。\n本办法自2026年3月1日起施行。"
    entries = [
        SourceEntry(f"{server.root}/1.html", "青溪县市场管理办法", text=f"{text}\n有效性：现行有效", html="<p>x</p>"),
        SourceEntry(f"{server.root}/2.html", "青溪县旧市场管理办法（已废止）", text="第一条 规范。", html="<p>y</p>"),
    ]
    store_entries(source, entries, timezone.now())
    kept, ended = source.gathered.order_by("address")
    assert (kept.validity, ended.validity) == ("现行有效", "已废止")
    with pytest.raises(Refused, match="收入后会显示为现行有效"):
        actions.enter_library(ended, by=town.clerk)
    record = actions.enter_library(kept, by=town.clerk)
    assert (record.number, record.issuers, str(record.effective_on)) == (
        "青府办发〔2026〕3号",
        source.unit_name,
        "2026-03-01",
    )
    item = ItemPage.objects.get(pk=Movement.objects.filter(action="gathering.enter_library").get().facts["item"])
    assert "有效性" not in str(item.get_latest_revision_as_object().body)
    kept.refresh_from_db()
    assert kept.state == "drafted"
    entries[0].text = f"{text}\n有效性：失效"
    store_entries(source, entries[:1], timezone.now())
    kept.refresh_from_db()
    assert kept.validity == "已失效"
    assert kept.changed_at is not None
