"""Policy pages of the office: each is used by permitted roles and closed to others."""

import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from factories.pages import read_item
from factories.policies import FACTS, guide, public, record
from factories.publishing import item, released
from factories.units import actor, signed_in
from gongkai.content.editions.models import Column, Document
from gongkai.content.editions.sources import ensure_document
from gongkai.content.policies import actions, expiry_reminders
from gongkai.content.policies.forms.text_fields import find_record
from gongkai.content.policies.models import (
    CleanupCase,
    CleanupRound,
    Decision,
    KeptText,
    PolicyLevel,
    PolicyRecord,
    Relation,
    RelationKind,
    WaitingFile,
)
from gongkai.content.policies.validity import DecisionKind
from gongkai.content.publishing.models import find_document_item
from gongkai.core.ledger.kinds import get_entry_url
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body, Role

pytestmark = pytest.mark.django_db
HOME = "/admin/policies/"


@pytest.fixture
def clerk_client(housing: Body) -> Client:
    return signed_in(Role.CLERK, housing)


@pytest.fixture
def lead_client(housing: Body) -> Client:
    return signed_in(Role.LEAD, housing)


@pytest.fixture
def chief_client(city: Body) -> Client:
    return signed_in(Role.CHIEF, city)


def join_messages(answer: Any) -> str:
    return "；".join(str(m) for m in answer.context["messages"])


def test_clerk_sees_documents_of_the_own_unit_only(clerk_client: Client, housing: Body, justice: Body) -> None:
    own, other = record(housing), record(justice)
    page = clerk_client.get(HOME).content.decode()
    assert own.title in page
    assert "<dt>没有公开</dt><dd>1 件</dd>" in "".join(page.split()).replace("1件", "1 件")
    assert "共 1 条" in page
    assert other.title not in clerk_client.get(HOME).content.decode()
    assert clerk_client.get(f"{HOME}{other.pk}/").status_code == 404
    assert clerk_client.get(f"{HOME}999999999999999999/").status_code == 404


def test_record_is_entered_changed_decided_and_related_on_pages(
    clerk_client: Client, lead_client: Client, housing: Body
) -> None:
    answer = clerk_client.post(f"{HOME}new/{housing.pk}/", {**FACTS, "level": "normative"}, follow=True)
    made = PolicyRecord.objects.get()
    assert "已入库" in join_messages(answer)
    page = clerk_client.get(f"{HOME}{made.pk}/").content.decode()
    assert "现行有效，自2024年5月1日起施行" in page
    facts = {**FACTS, "applies_to": "全市", "version": made.version}
    assert "已修改" in join_messages(clerk_client.post(f"{HOME}{made.pk}/change/", facts, follow=True))
    assert "他人处理" in join_messages(
        clerk_client.post(f"{HOME}{made.pk}/change/", {**facts, "applies_to": "市"}, follow=True)
    )
    other = record(housing, title="新办法")
    related = {"kind": RelationKind.BASIS, "other": str(other), "cited": ""}
    assert "已记入" in join_messages(clerk_client.post(f"{HOME}{made.pk}/relate/", related, follow=True))
    unknown = clerk_client.post(f"{HOME}{made.pk}/relate/", {**related, "other": "没有"})
    assert (unknown.status_code, "找不到" in unknown.content.decode()) == (422, True)
    repeal = {"what": DecisionKind.REPEAL, "on": "2026-11-20", "actor": other.number, "reason": ""}
    assert "只有" in join_messages(clerk_client.post(f"{HOME}{made.pk}/decide/", repeal, follow=True))
    assert "已记入" in join_messages(lead_client.post(f"{HOME}{made.pk}/decide/", repeal, follow=True))
    assert "已废止" in clerk_client.get(f"{HOME}{made.pk}/").content.decode()
    undo = lead_client.post(f"{HOME}decisions/{Decision.objects.get().pk}/undo/", {"reason": "录错"}, follow=True)
    assert "已撤销" in join_messages(undo)
    relation = Relation.objects.get(kind=RelationKind.BASIS)
    assert "已删除" in join_messages(clerk_client.post(f"{HOME}relations/{relation.pk}/remove/", follow=True))
    assert "移出" in join_messages(clerk_client.post(f"{HOME}{made.pk}/remove/", {"reason": "重复"}, follow=True))


def test_record_page_drafts_and_aligns_an_item(clerk_client: Client, housing: Body, rules: Column) -> None:
    made = record(housing)
    assert "publishing/boxes" in clerk_client.get(f"{HOME}{made.pk}/").content.decode()
    answer = clerk_client.post(f"{HOME}{made.pk}/draft/", {"columns": [rules.pk]}, follow=True)
    assert answer.status_code == 200
    assert "已起草" in join_messages(answer)
    made.refresh_from_db()
    assert made.document is not None
    page = find_document_item(made.document)
    assert page is not None
    assert "政策库" in read_item(clerk_client, page.pk)
    assert "已按入库信息更新" in join_messages(clerk_client.post(f"{HOME}{made.pk}/align/", follow=True))


def test_record_is_entered_from_the_item_page(clerk_client: Client, housing: Body, rules: Column) -> None:
    page = item(housing, [rules], kind="normative", document_number="云府规〔2026〕1号")
    assert "先入库后公开" in read_item(clerk_client, page.pk)
    answer = clerk_client.post(f"{HOME}enter/{page.pk}/", follow=True)
    assert "已入库" in join_messages(answer)
    shown = read_item(clerk_client, page.pk)
    assert "没有公开征求意见的记录" in shown


def test_guide_page_lists_its_legal_bases(
    clerk_client: Client, lead_client: Client, housing: Body, rules: Column
) -> None:
    basis, page = public(housing, [rules]), guide(housing, [rules])
    clerk_client.post(f"{HOME}use/{page.pk}/", {"other": basis.number, "cited": ""}, follow=True)
    assert basis.title in read_item(clerk_client, page.pk)
    released(page)
    actions.decide(basis, by=SYSTEM, what=DecisionKind.REPEAL, on=date(2026, 11, 20), reason="过时")
    assert "老旧小区加装电梯办事指南" in clerk_client.get(f"{HOME}bases/").content.decode()
    relation = Relation.objects.get()
    assert "已核对" in join_messages(
        clerk_client.post(f"{HOME}bases/{relation.pk}/settle-basis/", {"words": "已改"}, follow=True)
    )
    assert "老旧小区" not in clerk_client.get(f"{HOME}bases/").content.decode()
    assert ensure_document(page).pk


def test_documents_published_earlier_are_entered(clerk_client: Client, housing: Body, rules: Column) -> None:
    made = public(housing, [rules], level=PolicyLevel.OTHER)
    number = made.document_id
    PolicyRecord.objects.all().delete()
    assert "有 1 件已公开的政策文件还没有入库" in clerk_client.get(HOME).content.decode()
    assert " checked" not in clerk_client.get(f"{HOME}missing/").content.decode()
    assert "补录1件" in join_messages(clerk_client.post(f"{HOME}missing/", {"row": [number]}, follow=True))
    assert PolicyRecord.objects.get().document == Document.objects.get(pk=number)


def test_cleanup_round_on_its_pages(clerk_client: Client, chief_client: Client, housing: Body, city: Body) -> None:
    for _ in range(2):
        record(housing, filed_number="备1")
    facts = {"body": city.pk, "name": "2026年清理", "due_on": "2026-12-20", "levels": ["normative"]}
    assert "没有" not in join_messages(clerk_client.post(f"{HOME}rounds/new/", facts, follow=True))
    assert not CleanupRound.objects.exists()
    assert "已启动" in join_messages(chief_client.post(f"{HOME}rounds/new/", facts, follow=True))
    made = CleanupRound.objects.get()
    one, two = CleanupCase.objects.order_by("pk")
    page = f"{HOME}rounds/{made.pk}/"
    assert "还有 2 件没有提出意见" in clerk_client.get(page).content.decode()
    verdicts = {
        "case": [one.pk, two.pk],
        f"c{one.pk}-verdict": "keep",
        f"c{one.pk}-reason": "",
        f"c{two.pk}-verdict": "repeal",
        f"c{two.pk}-reason": "",
    }
    answer = clerk_client.post(f"{page}judge/", {**verdicts, "query": "tab=left"})
    assert "已保存1件" in join_messages(answer)
    assert "有1件没有保存" in join_messages(answer)
    left = answer.content.decode()
    assert "请写明理由" in left  # at its row,
    assert '<option value="repeal" selected>' in left  # as it was chosen,
    assert 'name="query" value="tab=left"' in left  # under the tab where they were working
    assert "还有1件文件没有清理意见" in chief_client.get(page).content.decode()
    assert "没有清理意见" in join_messages(chief_client.post(f"{page}close/", {"result_on": "2026-11-20"}, follow=True))
    clerk_client.post(f"{page}judge/", {**verdicts, f"c{two.pk}-reason": "已过时"})
    assert chief_client.get(f"{page}export/").status_code == 200
    answer = chief_client.post(f"{page}close/", {"result_on": "2026-11-20"}, follow=True)
    assert "清理结果已起草" in join_messages(answer)
    assert "清理结果公告" in answer.content.decode()


def test_concurrent_edits_of_a_round_do_not_overwrite_each_other(
    clerk_client: Client, lead_client: Client, housing: Body, city: Body
) -> None:
    for _ in range(2):
        record(housing, filed_number="备1")
    made = actions.open_round(city, by=actor(Role.CHIEF, city), name="清理", due_on=date(2026, 12, 20))
    page = f"{HOME}rounds/{made.pk}/"
    one, two = CleanupCase.objects.order_by("pk")
    shown = clerk_client.get(page).content.decode()
    was = dict(re.findall(r'name="(c[0-9]+-was)" value="([^"]*)"', shown))
    assert was == {f"c{one.pk}-was": "1|||", f"c{two.pk}-was": "1|||"}
    head = {"case": [one.pk], f"c{one.pk}-verdict": "repeal", f"c{one.pk}-reason": "已过时"}
    lead_client.post(f"{page}judge/", {**head, **was})
    mine = {"case": [one.pk, two.pk], f"c{two.pk}-verdict": "keep", **was}
    assert "已保存1件" in join_messages(
        clerk_client.post(f"{page}judge/", mine, follow=True)
    )  # the other row was left as it was shown
    one.refresh_from_db()
    assert one.verdict == "repeal"
    answer = clerk_client.post(f"{page}judge/", {**mine, f"c{one.pk}-verdict": "keep"})
    assert "改为“废止，已过时”" in answer.content.decode()
    one.refresh_from_db()
    assert one.verdict == "repeal"
    again = dict(re.findall(r'name="(c[0-9]+-was)" value="([^"]*)"', answer.content.decode()))
    clerk_client.post(f"{page}judge/", {**mine, **again, f"c{one.pk}-verdict": "keep"})  # now knowingly
    one.refresh_from_db()
    assert one.verdict == "keep"


def test_ledger_pages_of_cleanup_and_expiry_tasks(
    clerk_client: Client, chief_client: Client, housing: Body, city: Body
) -> None:
    made = record(housing, ends_on=date(2027, 1, 31))
    expiry_reminders.update_validity_entries()
    actions.open_round(city, by=actor(Role.CHIEF, city), name="清理", due_on=date(2026, 12, 20))
    round_ = CleanupRound.objects.get()
    expiry, cleanup = (Entry.objects.get(kind=kind) for kind in ("validity", "cleanup"))
    shown = clerk_client.get(get_entry_url(cleanup)).content.decode()
    assert "还有 1 件没有提出意见" in shown
    assert f"{HOME}rounds/{round_.pk}/?body={housing.pk}" in shown
    shown = clerk_client.get(get_entry_url(expiry)).content.decode()
    assert f"{HOME}{made.pk}/" in shown
    assert "2027-01-31届满前" in shown


def test_find_record_accepts_title_and_number_forms(housing: Body) -> None:
    made = record(housing, title="云岭市住建局关于印发《停车办法》的通知", number="云住建发〔2026〕3号")
    assert str(made) == "《云岭市住建局关于印发〈停车办法〉的通知》（云住建发〔2026〕3号）"
    every = PolicyRecord.objects.all()
    for words in (str(made), made.title, f"《{made.title}》", made.number, "云住建发[2026]3号"):
        assert find_record(words, every) == made, words


def test_bulk_verdict_and_cancelling_a_round(
    clerk_client: Client, chief_client: Client, housing: Body, city: Body
) -> None:
    for _ in range(4):
        record(housing)
    made: CleanupRound = actions.open_round(city, by=actor(Role.CHIEF, city), name="清理", due_on=date(2026, 12, 20))
    cases = list(CleanupCase.objects.order_by("pk").values_list("pk", flat=True))
    typed = {"case": cases, **{f"c{pk}-verdict": "" for pk in cases}, f"c{cases[3]}-verdict": "keep"}
    page = f"{HOME}rounds/{made.pk}/"
    bulk = {"bulk": "1", "bulk_verdict": "repeal", "bulk_reason": "已有新的规定"}
    assert "请先勾选" in join_messages(clerk_client.post(f"{page}judge/", {**typed, **bulk}, follow=True))
    answer = clerk_client.post(f"{page}judge/", {**typed, **bulk, "pick": cases[:2]}, follow=True)
    assert "已保存2件" in join_messages(answer)
    verdicts = CleanupCase.objects.order_by("pk").values_list("verdict", "reason")
    assert list(verdicts) == [("repeal", "已有新的规定")] * 2 + [("", ""), ("keep", "")]
    # A repeal needs a reason. Unticked and unchanged rows are not saved.
    answer = clerk_client.post(f"{page}judge/", {**typed, **bulk, "bulk_reason": "", "pick": cases[2]})
    assert "有1件没有保存" in join_messages(answer)
    assert CleanupCase.objects.get(pk=cases[2]).verdict == ""
    assert "没有新入库" in join_messages(chief_client.post(f"{page}take-in/", follow=True))
    assert "已取消" in join_messages(chief_client.post(f"{page}cancel/", {"reason": "定错"}, follow=True))


def test_originals_are_uploaded_and_discarded(clerk_client: Client, housing: Body, justice: Body) -> None:
    file = SimpleUploadedFile("办法.txt", "第一条　先入库。".encode())
    assert "已上传" in join_messages(
        clerk_client.post(f"{HOME}files/upload/", {"body": housing.pk, "files": [file]}, follow=True)
    )
    file.seek(0)
    assert clerk_client.post(f"{HOME}files/upload/", {"body": justice.pk, "files": [file]}).status_code == 404
    row = WaitingFile.objects.get()
    assert "已删除" in join_messages(clerk_client.post(f"{HOME}files/{row.pk}/discard/", follow=True))


def test_enforced_text_is_compared_and_taken_over(clerk_client: Client, housing: Body) -> None:
    made = record(housing, level=PolicyLevel.REGULATION, number="国务院令第711号", title="某条例")
    made.html = "<p>第一条　旧文。</p>"
    made.save()
    facts = {
        "body": housing.pk,
        "record": "某条例",
        "source": "国家行政法规库",
        "address": "https://www.gov.cn/x",
        "edition": "",
    }
    assert "已列入" in join_messages(clerk_client.post(f"{HOME}kept/new/", facts, follow=True))
    row = KeptText.objects.get()
    page = f"{HOME}kept/{row.pk}/"
    assert "从未核对" in clerk_client.get(f"{HOME}kept/").content.decode()
    assert "没有开放对外访问" in join_messages(clerk_client.post(f"{page}compare/", {}, follow=True))
    file = SimpleUploadedFile("来源.txt", "第一条　新文。".encode())
    answer = clerk_client.post(f"{page}compare/", {"file": file, "edition": "2026年"}, follow=True)
    assert "<ins>新</ins>" in answer.content.decode()
    assert "已采用" in join_messages(clerk_client.post(f"{page}take-over/", follow=True))
    assert "已移出" in join_messages(clerk_client.post(f"{page}drop/", follow=True))


def test_filing_differences_are_settled(chief_client: Client, housing: Body, city: Body) -> None:
    from gongkai.content.policies.models import FiledRow

    row = actions.add_filed_row(FiledRow(body=city, title="旧办法"), by=actor(Role.CHIEF, city))
    assert "旧办法" in chief_client.get(f"{HOME}filing/").content.decode()
    page = f"{HOME}filing/{row.pk}/"
    wrong = chief_client.post(f"{page}link-filed/", {"record": "没有"}, follow=True)
    assert "找不到" in wrong.content.decode()
    made = record(housing, title="旧办法")
    right = {"record": made.number}
    assert "已对应" in join_messages(chief_client.post(f"{page}link-filed/", right, follow=True))
    assert "已认定" in join_messages(chief_client.post(f"{page}excuse-filed/", {"reason": "涉密"}, follow=True))
    assert "已从" in join_messages(chief_client.post(f"{page}drop-filed/", follow=True))
