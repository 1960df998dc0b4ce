"""Erasure by law removes the words of every kind of source from all tables, files and addresses."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from factories import consultation, opinion, participation, tables
from factories.fixtures import town
from factories.pages import read_home, read_item
from factories.publishing import erased, item, public, signed, submitted
from factories.units import BodyFactory, actor, signed_in
from gongkai.content.checks.actions import order_repair
from gongkai.content.checks.faults import _make_found_fault
from gongkai.content.checks.models import Fault
from gongkai.content.editions import erasure, sources
from gongkai.content.editions.actions import place, withdraw
from gongkai.content.editions.actions.editions import publish_text
from gongkai.content.editions.frozen import store_publishable_file
from gongkai.content.editions.models import Column, Document, Edition, Erasure, Website
from gongkai.content.editions.sources import ensure_document
from gongkai.content.editions.verify import verify_editions
from gongkai.content.gazette import actions as gazette
from gongkai.content.interpretation.actions.owed_interpretations import owe_interpretation
from gongkai.content.migration.models import MoveRun
from gongkai.content.policies.models import CleanupRound, PolicyRecord
from gongkai.content.publishing import actions as publishing
from gongkai.content.publishing.models import ProposedWords
from gongkai.content.reviewing.models import Review
from gongkai.core.acts.action import Notification, Refused
from gongkai.core.acts.chain import append_record
from gongkai.core.acts.digest import canonical_json, digest
from gongkai.core.acts.seal import seal_now, verify_log
from gongkai.core.ledger.jobs.reminders import build_message
from gongkai.core.ledger.jobs.steps import REMINDER_STEPS
from gongkai.core.ledger.models import Entry
from gongkai.core.outbox.models import Message
from gongkai.core.outbox.outbox import write_messages
from gongkai.core.spreadsheets.models import ImportRun
from gongkai.core.units.actors import SYSTEM, Actor
from gongkai.core.units.models import Body, Role
from gongkai.oversight.annual.checks import verify_submissions
from gongkai.oversight.annual.models import Report
from gongkai.oversight.gathering.models import Collection, Source
from gongkai.work.directory import actions as directory
from gongkai.work.directory.models import Catalogue, YearlyCheck
from gongkai.work.newmedia.models import Account, Post
from gongkai.work.participation import actions as participation_actions
from gongkai.work.tables import actions as tables_actions
from gongkai.work.tables.models import Revision

pytestmark = [pytest.mark.django_db, pytest.mark.own_town]
#: A word that occurs in every planted text and in no other row.
PLANTED_WORD = "苇鸢槐"
#: Sources whose apps test their erasure, since they need many fixtures of the app.
SOURCES_TESTED_ELSEWHERE = {"bulletin", "listing"}


def test_every_source_has_an_erasure_handler() -> None:
    kept = {name for keeper in erasure.ERASURE_HANDLERS for name in keeper.names}
    assert set(sources._SOURCE_FINDERS) - kept == set()


def plant_item(unit: Body, place_: Column) -> Any:
    stored = store_publishable_file(f"{PLANTED_WORD}附件".encode(), f"{PLANTED_WORD}.txt", SYSTEM)
    fields = {
        "title": f"{PLANTED_WORD}方案",
        "body": f"<p>{PLANTED_WORD}的正文。</p>",
        "summary": PLANTED_WORD,
        "keywords": PLANTED_WORD,
    }
    files = [(f"{PLANTED_WORD}名单.txt", stored)]
    page = item(unit, [place_], **fields, attachments=files)
    publishing.return_review(submitted(page), by=actor(Role.SIGNER, unit), words=f"{PLANTED_WORD}请改")
    publishing.save_revision(page, by=actor(Role.CLERK, unit), **fields, attachments=files)
    water = BodyFactory(name="云岭市水利局", parent=unit.parent)
    asked = {"kind": "major", "bodies": [water], "reason": f"{PLANTED_WORD}方案涉及供水"}
    flag = publishing.start_coordination(page, by=actor(Role.CLERK, unit), **asked)
    publishing.give_opinion(flag, by=actor(Role.LEAD, water), body=water, agrees=True, words=f"同意{PLANTED_WORD}方案")
    signed(page, note=f"{PLANTED_WORD}请审")
    plant_repetitions(ensure_document(page), unit)
    return page


def plant_repetitions(document: Document, unit: Body) -> None:
    """Make every app that repeats a text, or that the text came from, store its words."""
    facts = {"title": f"{PLANTED_WORD}方案", "title_key": "t", "text": f"{PLANTED_WORD}的正文", "digest": "d"}
    source = Source.objects.create(
        collection=Collection.objects.create(body=unit, name="各处"), name="甲", unit_name="甲", way="manual"
    )
    first = source.gathered.create(key="1", address="https://a.example/1", document=document, **facts)
    again = source.gathered.create(key="2", address="https://a.example/2", double_of=first, **facts)
    imported = ImportRun.objects.create(importer="gathering", content=PLANTED_WORD.encode(), by_name="周一")
    touch = {"model": "gathering.gathered", "object_pk": again.pk, "label": f"{PLANTED_WORD}方案", "after": facts}
    imported.touches.create(position=1, verb="made", **touch)
    append_record(source.stream, action="gathering.add_entry", by=SYSTEM, words=f"录入“{PLANTED_WORD}方案”")
    account = Account.objects.create(body=unit, platform="wechat", name="住建", state="open")
    said = {"title": f"{PLANTED_WORD}方案", "text": PLANTED_WORD, "pictures": [[f"{PLANTED_WORD}.png", "0"]]}
    Post.objects.create(account=account, document=document, edition=1, state="posted", **said)
    account.updates.create(on=date(2026, 1, 2), words=f"{PLANTED_WORD}方案", recorded_by="周一")
    proof = store_publishable_file(f"{PLANTED_WORD}截图".encode(), "截图.txt", SYSTEM)
    released = {"channel": "media", "name": "住建", "at": timezone.now(), "proof": proof}
    document.channel_releases.create(note=f"{PLANTED_WORD}方案", proof_name=f"{PLANTED_WORD}.txt", **released)
    site = Website.objects.get()
    run = MoveRun.objects.create(kind="sheet", website=site, name="旧站", sheet=PLANTED_WORD.encode(), state="done")
    moved = {
        "title": f"{PLANTED_WORD}方案",
        "data": {"files": [{"name": PLANTED_WORD}]},
        "words": PLANTED_WORD,
        "notes": [PLANTED_WORD],
    }
    run.rows.create(website=site, number=1, key="k", state="moved", document_id=document.pk, **moved)
    dead = {"document_id": document.pk, "title": f"{PLANTED_WORD}方案", "target": "https://a.example/"}
    Fault.objects.create(body_id=unit.pk, kind="link", reason="打不开", **dead)
    order_repair(document, _make_found_fault(document, f"{PLANTED_WORD}方案", {"https://a.example/": "打不开"}))
    owe_interpretation(document, by=SYSTEM)
    plan = reverse("interpretation:plan", args=(document.item_number,))
    posts = ((Role.CLERK, unit.pk),)
    write_messages([Notification(f"待审定解读方案：{PLANTED_WORD}方案", "请审定。", plan, "plan/1/1", posts=posts)])
    record = PolicyRecord.objects.create(
        body=unit, title=f"{PLANTED_WORD}方案", headnote=PLANTED_WORD, issuers="市住建局", ends_when=None
    )
    record.filed_rows.create(body=unit.parent, title=f"{PLANTED_WORD}方案", excuse=f"{PLANTED_WORD}方案不公开")
    cleanup = CleanupRound.objects.create(body=unit.parent, name="清理", year=2026, due_on=date(2026, 12, 1))
    cleanup.cases.create(record=record, body=unit, reason=f"《{PLANTED_WORD}方案》过时")
    words = {"document": str(document.pk), "validity": f"现行有效（{PLANTED_WORD}方案）"}
    ProposedWords.objects.create(target=record.stream, title=f"《{PLANTED_WORD}方案》", body_id=unit.pk, after=words)


def publish_source(source: Any, place_: Column, clerk: Any) -> Any:
    """Publish the last text of a source. Only the item also goes through review."""
    place(ensure_document(source), by=clerk, columns=[place_])
    number = source.latest_revision_id
    made = [{"kind": "test", "revision": number}]
    text = sources.OutgoingText(source, number, source.frozen(number))
    publish_text(text, timezone.now(), by=SYSTEM, approvals=made)
    return source


def plant_message(unit: Body, place_: Column) -> Any:
    from gongkai.work.consultation import actions

    one = consultation.inquiry(unit.parent, text="想问怎样申请。", may_publish=True, body=unit)
    known = consultation.released_answer(unit)
    actions.answer_with_known_answer(one.entry, by=actor(Role.CLERK, unit), known=known)
    one.refresh_from_db()
    said = {"title": f"{PLANTED_WORD}申请", "summary": f"{PLANTED_WORD}留言", "answer": f"{PLANTED_WORD}答复"}
    clerk = actor(Role.CLERK, unit)
    return publish_source(actions.prepare_publication(one, by=clerk, **said), place_, clerk)


def plant_table(unit: Body, place_: Column) -> Any:
    made = tables.table(unit, "school", {**tables.SCHOOL, "name": f"{PLANTED_WORD}小学"}, note=f"{PLANTED_WORD}说明")
    tables_actions.freeze_table(made, by=actor(Role.CLERK, unit))
    made.refresh_from_db()
    return publish_source(made, place_, SYSTEM)


def plant_record(unit: Body, place_: Column) -> Any:
    made = tables.table(unit, "guide", {**tables.GUIDE, "name": f"{PLANTED_WORD}登记", "who": f"{PLANTED_WORD}人员"})
    record = made.records.get()
    tables_actions.freeze_record(record, by=actor(Role.CLERK, unit))
    record.refresh_from_db()
    return publish_source(record, place_, SYSTEM)


def plant_response(unit: Body, place_: Column) -> Any:
    from gongkai.work.opinion import actions
    from gongkai.work.opinion.models import Response

    entry = opinion.judged_case(unit)
    clerk = actor(Role.CLERK, unit)
    actions.draft_response(entry, by=clerk, title=f"{PLANTED_WORD}回应", text=f"{PLANTED_WORD}的情况属实，已经处理。")
    return publish_source(Response.objects.get(), place_, clerk)


def plant_promise(unit: Body, place_: Column) -> Any:
    made = opinion.promise(
        unit, title=f"{PLANTED_WORD}水管", words=f"{PLANTED_WORD}年底前完成更换。", occasion=f"{PLANTED_WORD}发布会"
    )
    return publish_source(made, place_, actor(Role.CLERK, unit))


def plant_report(unit: Body, place_: Column) -> Any:
    content = {"figures": {}, "sections": {"1": f"{PLANTED_WORD}的总体情况。"}, "members": [], "previous": PLANTED_WORD}
    content |= {
        "explanations": [{"mark": "a", "said": "b", "text": PLANTED_WORD}],
        "title": "年度报告",
        "unit": unit.name,
        "correction": {"reason": f"{PLANTED_WORD}写错了", "changes": []},
    }
    entry = Entry.objects.create(
        kind="annual_report", number="年报1", title="年度报告", body=unit, year=2025, opened_at=timezone.now()
    )
    report = Report.objects.create(entry=entry, body=unit, year=2025, until=date(2025, 12, 31))
    report.sections.create(number=1, text=content["sections"]["1"])
    content |= {"year": 2025, "unit_id": unit.pk, "area": False, "until": "2025-12-31"}
    mark = digest(canonical_json(content))
    facts = {"content": content, "digest": mark, "at": timezone.now(), "by": "周一", "authors": []}
    made = report.submissions.create(number=1, **facts)
    report.corrections.create(reason=f"{PLANTED_WORD}写错了", by="周一", at=timezone.now(), replaces=0, number=1)
    stored = store_publishable_file(f"{PLANTED_WORD}报告".encode(), "报告.txt", SYSTEM)
    made.files.create(name="报告.txt", stored=stored)
    append_record(entry.stream, action="annual_report.hand_in", by=SYSTEM, facts={"digest": mark})
    return publish_source(report, place_, SYSTEM)


def plant_announcement(unit: Body, place_: Column) -> Any:
    made = participation.decision(unit)
    draft = participation_actions.start_announcement(made, by=SYSTEM, what="draft", about=None)
    terms = {
        **participation.DRAFT,
        "intro": f"{PLANTED_WORD}草案征求意见。",
        "ends_on": opinion.in_days(31).isoformat(),
    }
    participation_actions.write_announcement(draft, by=actor(Role.CLERK, unit), terms=terms)
    return publish_source(draft, place_, SYSTEM)


def plant_issue(unit: Body, place_: Column) -> Any:
    facts = {"year": 2026, "number": 3, "total": 123, "issued_on": timezone.localdate()}
    made = gazette.open_issue(unit.parent, by=SYSTEM, **facts)
    gazette.add_article(made, by=SYSTEM, section="政府文件", title=f"{PLANTED_WORD}办法", text=f"{PLANTED_WORD}第一条")
    gazette.compose_issue(made, by=actor(Role.CLERK, unit.parent))
    return publish_source(made, place_, SYSTEM)


def plant_check(unit: Body, place_: Column) -> Any:
    made = YearlyCheck.objects.create(government=unit.parent, year=2026, seed="0")
    facts = {"domain": "社会救助", "state": "in_force", "government": unit.parent}
    item_ = Catalogue.objects.create(**facts).items.create(first="综合", content="文件", key="k")
    made.cells.create(item=item_, unit=unit, seen="missing", verdict="bad", words=f"{PLANTED_WORD}没有公开")
    directory.compose_check_result(made, by=actor(Role.CHIEF, unit.parent))
    return publish_source(made, place_, SYSTEM)


PLANTED: dict[str, Callable[[Body, Column], Any]] = {
    "item": plant_item,
    "inquiry-publication": plant_message,
    "table": plant_table,
    "record": plant_record,
    "opinion_response": plant_response,
    "promise": plant_promise,
    "annual": plant_report,
    "announcement": plant_announcement,
    "gazette": plant_issue,
    "catalogue_check": plant_check,
}


@pytest.fixture(scope="module")
def kept(kept_rows: Callable[..., Iterator[SimpleNamespace]]) -> Iterator[SimpleNamespace]:
    yield from kept_rows(town)


def find_columns_containing(word: str) -> list[str]:
    """Return every column of every table that contains a word."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            columns = [one.name for one in connection.introspection.get_table_description(cursor, table)]
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                for name, value in zip(columns, row, strict=True):
                    said = value.decode("utf-8", "replace") if isinstance(value, bytes | memoryview) else str(value)
                    if word in said or word.encode("unicode_escape").decode() in said:
                        found.append(f"{table}.{name}: {said[:80]}")
    return found


def list_files_with_planted_word(root: str) -> list[str]:
    return [
        str(path) for path in Path(root).rglob("*") if path.is_file() and PLANTED_WORD.encode() in path.read_bytes()
    ]


def remind_of_all(by: Actor) -> Entry:
    """Remind a clerk of all entries in one message; return one that is not about a text."""
    facts = {"kind": "fault", "state": "open", "body_id": min(by.bodies), "year": 2026, "due_at": timezone.now()}
    other = Entry.objects.create(number="纠错9", title="网页打不开", opened_at=timezone.now(), **facts)
    named = Entry.objects.filter(title__contains=PLANTED_WORD)
    assert named.count() > 1
    named.filter(due_at=None).update(due_at=timezone.now())
    told = build_message(REMINDER_STEPS[0], [*named.order_by("pk"), other], persons=(by.person_id or 0,))
    write_messages([told])
    return other


@pytest.mark.postgres
def test_no_table_or_file_contains_erased_words(
    kept: SimpleNamespace, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    unit = Body.objects.get(pk=kept.housing.pk)
    assert set(PLANTED) == set(sources._SOURCE_FINDERS) - SOURCES_TESTED_ELSEWHERE
    with django_capture_on_commit_callbacks(execute=True):
        documents = []
        for name, plant in PLANTED.items():
            source = plant(unit, Column.objects.get(pk=kept.plans.pk))
            assert source.stream.partition("/")[0] == name
            document = Document.objects.get(source=source.stream)
            content = document.editions.get().content
            assert PLANTED_WORD in f"{content.title}{content.html}"
            withdraw(document, by=actor(Role.SIGNER, source.unit), reason="依法删除")
            documents.append(document)
        late = remind_of_all(actor(Role.CLERK, unit))
        for document in reversed(documents):  # a later text first: seals hold in whatever order law asks
            erased(document.editions.get(number=1), actor(Role.CHIEF, kept.site.body))
            seal_now()
    office = signed_in(Role.CHIEF, kept.site.body)
    pages = [f"/admin/publishing/reviews/{pk}/" for pk in Review.objects.values_list("pk", flat=True)]
    pages += [url for document in documents if (url := getattr(sources.find_source(document.source), "office_url", ""))]
    answers = {page: office.get(page, follow=True).status_code for page in pages}
    assert {page: code for page, code in answers.items() if code >= 400} == {}  # pages of what was erased still open
    assert "\n".join(find_columns_containing(PLANTED_WORD)) == ""
    assert late.number in Message.objects.get(key__startswith="remind:", channel="screen").body
    assert list_files_with_planted_word(settings.FILES_ROOT) == []
    assert (verify_log().broken, verify_submissions().broken) == ("", "")


def test_erasure_needs_two_persons_one_of_them_from_the_office(kept: SimpleNamespace) -> None:
    unit = Body.objects.get(pk=kept.housing.pk)
    plant_item(unit, Column.objects.get(pk=kept.plans.pk))
    document = Document.objects.latest("pk")
    edition = document.editions.get()
    clerk, office = actor(Role.CLERK, unit), actor(Role.CHIEF, kept.site.body)
    with pytest.raises(Refused, match="请先撤回"):
        publishing.ask_erasure(edition, by=clerk, basis="个人信息保护法第四十七条")
    withdraw(document, by=actor(Role.SIGNER, unit), reason="含个人信息")
    with pytest.raises(Refused, match="没有人提出"):
        publishing.erase(edition, by=office)
    page = f"/admin/publishing/erasures/{edition.pk}/"
    asking = signed_in(Role.CLERK, unit)
    assert page in read_item(asking, document.item_number)
    said = asking.post(page, {"do": "ask", "words": "个人信息保护法第四十七条"}, follow=True).content.decode()
    assert "等待批准" in said
    asking.post(page, {"do": "erase"})
    signed_in(Role.SIGNER, unit).post(page, {"do": "erase"})
    signed_in(Role.CLERK, BodyFactory(name="云岭市水务局", parent=unit.parent)).post(page, {"do": "erase"})
    assert not hasattr(Edition.objects.get(pk=edition.pk), "erasure")
    chief = signed_in(Role.CHIEF, kept.site.body)
    assert page in chief.get("/admin/publishing/erasures/").content.decode()
    assert page in read_home(chief)
    assert "已删除" in chief.post(page, {"do": "erase"}, follow=True).content.decode()
    done = Edition.objects.get(pk=edition.pk)
    assert done.erasure.asked_by != done.erasure.by
    assert verify_editions().broken == ""


def test_erasure_is_not_ordered_by_the_person_who_requested_it(kept: SimpleNamespace) -> None:
    unit = Body.objects.get(pk=kept.housing.pk)
    document = public(unit, [Column.objects.get(pk=kept.plans.pk)], title="含个人信息的公告")
    withdraw(document, by=actor(Role.SIGNER, unit), reason="含个人信息")
    edition, office = document.editions.get(number=1), actor(Role.CHIEF, kept.site.body)
    publishing.ask_erasure(edition, by=office, basis="个人信息保护法第四十七条")
    with pytest.raises(Refused, match="不能自己批准"):
        publishing.erase(edition, by=office)
    with pytest.raises(Refused, match="只有政务公开办"):
        publishing.erase(edition, by=actor(Role.CLERK, unit))
    publishing.drop_erasure(edition, by=office, reason="依据有误")
    with pytest.raises(Refused, match="只有政务公开办"):
        publishing.erase(edition, by=actor(Role.SIGNER, unit))
    publishing.ask_erasure(edition, by=office, basis="个人信息保护法第四十七条")
    publishing.erase(edition, by=actor(Role.SIGNER, unit))
    with pytest.raises(DatabaseError), transaction.atomic():
        Erasure.objects.filter(edition=edition).update(basis="另一个依据")


def test_protected_revision_is_blanked_only_on_an_erasure_order(kept: SimpleNamespace) -> None:
    unit = Body.objects.get(pk=kept.housing.pk)
    made = plant_table(unit, Column.objects.get(pk=kept.plans.pk))
    rows = Revision.objects.filter(pk=made.latest_revision_id)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(title="改过的标题")
