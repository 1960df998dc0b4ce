"""Pages of content checks: the panel in editor and review, decisions, rules, and the lists of faults."""

import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from factories.checks import DIRTY, ID_NUMBER, check_report, docx_with, stored_attachment, xlsx_with
from factories.inner_hosts import allow_inner_host
from factories.pages import client_for, said
from factories.publishing import item, public, submitted
from factories.units import BodyFactory, actor
from gongkai.content.checks import faults
from gongkai.content.checks.models import CheckRules, ColumnLook, Fault, Look
from gongkai.content.editions.models import Column, Document, Website
from gongkai.content.publishing import actions
from gongkai.content.publishing.models import ItemPage
from gongkai.core.files.storage import get_files_storage
from gongkai.core.ledger.models import Rectification
from gongkai.core.units.actors import SYSTEM, Actor
from gongkai.core.units.models import Body, Role

pytestmark = pytest.mark.django_db

NAME_ROWS = [["姓名", "身份证号"], ["李秀英", ID_NUMBER]]


@pytest.fixture
def clerk_client(clerk: Actor) -> Client:
    return client_for(clerk)


@pytest.fixture
def page(housing: Body, plans: Column) -> ItemPage:
    return item(
        housing,
        [plans],
        body=f"{DIRTY}<p>现将工作布署如下。</p>",
        attachments=[stored_attachment(docx_with("名单", NAME_ROWS), "名单.docx")],
    )


def decide(clerk_client: Client, page: ItemPage, **fields: Any) -> str:
    return said(clerk_client.post(reverse("publishing:decide", args=(page.pk,)), fields, follow=True))


class TestPanel:
    def test_empty_text_is_not_reported_as_clean(self, clerk_client: Client, housing: Body, plans: Column) -> None:
        page = item(housing, [plans], body="", attachments=[stored_attachment(b"words", "说明.txt")])
        assert check_report(page).wordless
        shown = said(clerk_client.get(reverse("publishing:item", args=(page.pk,))))
        assert "正文是空的" in shown
        assert "没有发现问题" not in shown

    def test_keeping_requires_a_ground_and_shows_it(self, clerk_client: Client, page: ItemPage) -> None:
        marks = [one.fingerprint for one in check_report(page).remarks if one.holds]
        assert "请选择保留的依据" in decide(clerk_client, page, do="keep", mark=marks)
        shown = decide(clerk_client, page, do="keep", mark=marks, ground="consent", words="同意书2026年11月1日")
        assert "已保留 3 处" in shown
        assert "本人同意公开" in shown
        assert "已取消保留" in decide(clerk_client, page, do=f"unkeep:{marks[0]}")

    def test_empty_selection_is_reported_and_mask_all_masks_everything(
        self, clerk_client: Client, page: ItemPage
    ) -> None:
        for verb in ("mask", "mend"):
            assert "请先勾选" in decide(clerk_client, page, do=verb)
        assert "请选择要保留的内容" in decide(clerk_client, page, do="keep", ground="duty")
        assert clerk_client.post(reverse("publishing:decide", args=(page.pk,)), {"do": "nonsense"}).status_code == 404
        assert "已遮盖3处" in decide(clerk_client, page, do="mask:all")
        assert not [one for one in check_report(page).remarks if one.holds]

    def test_masked_copy_is_prepared_compared_and_used(self, clerk_client: Client, page: ItemPage) -> None:
        digest = check_report(page).files[0].digest
        shown = decide(clerk_client, page, do=f"prepare:{digest}")
        assert "采用遮盖件" in shown
        assert "420106" in shown
        taken = said(clerk_client.post(reverse("publishing:masking", args=(page.pk, digest)), follow=True))
        assert "附件已换成遮盖件" in taken
        assert "是遮盖件（遮盖2处" in taken

    def test_signers_see_findings_and_kept_ones_without_buttons(self, page: ItemPage, housing: Body) -> None:
        review = submitted(page)
        signer = client_for(actor(Role.REVIEWER, housing))
        shown = said(signer.get(reverse("reviewing:review", args=(review.pk,))))
        assert "内容检查" in shown
        assert "测试用的依据" in shown
        assert reverse("publishing:decide", args=(page.pk,)) not in shown

    def test_editor_shows_findings_and_missing_fields(self, clerk_client: Client, housing: Body, plans: Column) -> None:
        page = item(housing, [plans], body=DIRTY, formed_on=None)
        shown = said(clerk_client.get(reverse("wagtailadmin_pages:edit", args=(page.pk,))))
        assert "正文第1段" in shown
        assert '<a href="#id_formed_on">请填写形成或变更日期' in shown

    def test_pages_of_checks_are_not_found_for_other_units(self, page: ItemPage, housing: Body) -> None:
        other = client_for(actor(Role.CLERK, BodyFactory(name="云岭市教育局", parent=housing.parent)))
        digest = check_report(page).files[0].digest
        for name, args in (("checks", ()), ("decide", ()), ("masking", (digest,)), ("look", (digest,))):
            address = reverse(f"publishing:{name}", args=(page.pk, *args))
            answer = other.post(address, {"do": "mask:all"}) if name == "decide" else other.get(address)
            assert answer.status_code == 404, name


def test_attachment_preview_shows_content_of_each_format(clerk_client: Client, housing: Body, plans: Column) -> None:
    shown = {
        "名单.docx": (docx_with("第一段", NAME_ROWS), "李秀英"),
        "表.xlsx": (xlsx_with([["年度", "个数"], [2026, 42]]), "2026"),
        "说明.txt": ("纯文字".encode(), "纯文字"),
        "图.png": (b"\x89PNG\r\n\x1a\n", "gp-picture"),
        "文.pdf": (b"%PDF-1.4", "gp-pdf"),
        "旧.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "不能预览"),
        "坏.docx": (b"PK\x03\x04broken", "不能预览"),
    }
    page = item(housing, [plans], attachments=[stored_attachment(data, name) for name, (data, _) in shown.items()])
    for file in page.get_latest_revision_as_object().attachments.all():
        address = reverse("publishing:look", args=(page.pk, file.stored_id))
        assert shown[file.name][1] in said(clerk_client.get(address)), file.name


def test_only_the_head_sets_check_rules(housing: Body) -> None:
    address = reverse("checks:rules")
    assert client_for(actor(Role.CLERK, housing)).get(address).status_code in (302, 403)
    head = client_for(actor(Role.LEAD, housing))
    assert "沿用上级" in said(head.get(address))
    wrong = said(head.post(address, {"body": housing.pk, "terms": "甲", "holds": "on"}))
    assert "第1行有误" in wrong
    head.post(address, {"body": housing.pk, "terms": "便民中心,便民服务中心", "holds": "on"})
    assert CheckRules.objects.get(body=housing).proofreading_holds


class TestFaults:
    def test_lost_file_is_listed_until_it_is_restored(self, housing: Body, plans: Column, clerk_client: Client) -> None:
        name, stored = stored_attachment(b"only here", "说明.txt")
        public(housing, [plans], attachments=[(name, stored)])
        get_files_storage().delete(stored.place)
        assert faults.check_files() == {"looked": 1, "faults": 1}
        assert faults.check_files() == {"looked": 0, "faults": 0}, "a month lies between two looks"
        ordered = Rectification.objects.select_related("entry").get(source="media")
        assert (ordered.entry.body, ordered.entry.state) == (housing, "ordered")
        assert ordered.entry.due_at is not None
        assert name in ordered.what
        assert "文件丢失" in said(clerk_client.get(reverse("checks:faults")))
        get_files_storage().save(stored.place, ContentFile(b"only here"))
        Look.objects.all().delete()
        faults.check_files()
        assert not Fault.objects.exists()
        again = Rectification.objects.get(source="media")
        assert again.entry.state == "done", "it opens again: the office checks and closes"
        assert again.address == reverse("publishing:item", args=(Document.objects.get().item_number,))

    def test_withdrawal_closes_the_fault_and_its_rectification(self, housing: Body, plans: Column) -> None:
        name, stored = stored_attachment(b"only here", "说明.txt")
        document = public(housing, [plans], attachments=[(name, stored)])
        get_files_storage().delete(stored.place)
        faults.check_files()
        actions.withdraw(document, by=SYSTEM, reason="有误")
        assert faults.check_files() == {"looked": 0, "faults": 0}
        assert not Fault.objects.exists()
        ordered = Rectification.objects.get(source="media")
        assert ordered.entry.state == "done"
        assert "已经撤回" in ordered.report

    def test_external_links_are_requested_only_when_enabled(
        self, housing: Body, plans: Column, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        public(housing, [plans], body='<p>见<a href="https://www.example.com/x">这里</a></p>')
        monkeypatch.setattr(faults, "probe_url", lambda address: "网站应答 404")
        assert faults.check_links() == {}
        settings.GONGKAI_LINK_CHECKS = "public"
        assert faults.check_links() == {"looked": 1, "faults": 1}
        assert Fault.objects.get().target == "https://www.example.com/x"

    def test_dead_link_is_ordered_after_a_day_and_closed_when_it_opens(
        self, housing: Body, plans: Column, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.GONGKAI_LINK_CHECKS = "public"
        one, two = "https://www.example.com/x", "https://www.example.com/y"
        document = public(housing, [plans], body=f'<p>见<a href="{one}">这里</a>、<a href="{two}">那里</a></p>')
        asked: list[str] = []

        def dead(address: str) -> str:
            asked.append(address)
            return "网站应答 404"

        monkeypatch.setattr(faults, "probe_url", dead)
        faults.check_links()
        assert not Rectification.objects.exists(), "an evening's failure is nobody's fault"
        self._age_faults_by_a_day()
        faults.check_links()
        assert asked == [one, two, one, two]
        ordered = Rectification.objects.select_related("entry").get(source="links")
        assert (ordered.entry.body, ordered.entry.state) == (housing, "ordered")
        assert set(ordered.found) == {one, two}
        assert ordered.address == reverse("publishing:item", args=(document.item_number,))
        self._age_faults_by_a_day()
        monkeypatch.setattr(faults, "probe_url", lambda address: "网站应答 404" if address == two else "")
        faults.check_links()
        ordered.entry.refresh_from_db()
        assert ordered.entry.state == "ordered", "one of them is still dead"
        actions.withdraw(document, by=SYSTEM, reason="有误")
        faults.check_links()
        assert not Fault.objects.exists()
        ordered = Rectification.objects.select_related("entry").get(source="links")
        assert ordered.entry.state == "done"
        assert "已经撤回" in ordered.report

    def _age_faults_by_a_day(self) -> None:
        day = timedelta(days=1)
        for row in Fault.objects.all():
            Fault.objects.filter(pk=row.pk).update(since=row.since - day)
        Look.objects.update(links_at=timezone.now() - day)

    def test_link_that_dies_later_gets_its_own_rectification(
        self, housing: Body, plans: Column, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.GONGKAI_LINK_CHECKS = "public"
        one, two = "https://www.example.com/x", "https://www.example.com/y"
        public(housing, [plans], body=f'<p>见<a href="{one}">这里</a>、<a href="{two}">那里</a></p>')
        dead = {one}
        monkeypatch.setattr(faults, "probe_url", lambda address: "网站应答 404" if address in dead else "")
        for more in (set(), {two}, set()):
            dead |= more
            faults.check_links()
            self._age_faults_by_a_day()
        named = [set(row.found) for row in Rectification.objects.order_by("entry_id")]
        assert named == [{one}, {two}]
        dead.clear()
        faults.check_links()
        assert set(Rectification.objects.values_list("entry__state", flat=True)) == {"done"}

    def test_run_without_any_connection_is_cut_off(self) -> None:
        silent = {f"https://{name}.example.com/": "连接不上" for name in "abc"}
        assert faults.is_cut_off(silent)
        assert not faults.is_cut_off({**silent, "https://d.example.com/": "网站应答 404"})
        assert not faults.is_cut_off({**silent, "https://d.example.com/": ""})
        assert not faults.is_cut_off(dict(list(silent.items())[:2])), "two sites may well be gone"

    def test_addresses_of_link_columns_are_checked_weekly(
        self, plans: Column, clerk_client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        Column.objects.filter(pk=plans.pk).update(kind="link", link="https://law.example.com/")
        monkeypatch.setattr(faults, "probe_url", lambda address: "网站应答 404")
        settings.GONGKAI_LINK_CHECKS = "public"
        assert faults.check_links() == {"looked": 1, "faults": 1}
        assert faults.check_links() == {"looked": 0, "faults": 0}, "a week lies between two looks"
        page = said(clerk_client.get(reverse("checks:faults")))
        assert "https://law.example.com/" in page
        assert "网站应答 404" in page
        assert "所链接的网址打不开：网站应答 404" in said(
            clerk_client.get(reverse("publishing:column", args=(plans.pk,)))
        )
        ColumnLook.objects.update(at=timezone.now() - timedelta(days=1))
        assert faults.check_links() == {"looked": 1, "faults": 1}, "a dead one is asked daily"
        Column.objects.filter(pk=plans.pk).update(link="https://law.example.com/new")
        monkeypatch.setattr(faults, "probe_url", lambda address: "")
        assert faults.check_links() == {"looked": 1, "faults": 0}, "a changed one at once"
        assert faults.find_dead_link(Column.objects.get(pk=plans.pk)) is None

    def test_new_edition_is_checked_by_the_next_run(self, housing: Body, plans: Column) -> None:
        public(housing, [plans], attachments=[stored_attachment(b"words", "说明.txt")])
        assert faults.check_files()["looked"] == 1
        Look.objects.update(files_at=timezone.now() - timedelta(days=2))
        assert faults.check_files()["looked"] == 1, "what came after the look"
        assert faults.check_files()["looked"] == 0

    def test_links_of_daily_sources_are_checked_every_day(
        self, housing: Body, plans: Column, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        source = public(housing, [plans]).source
        settings.GONGKAI_LINK_CHECKS = "public"
        monkeypatch.setattr(faults, "RETRY_INTERVAL", timedelta(0))
        assert [faults.check_links()["looked"] for _ in range(2)] == [1, 0], "a week lies between two looks"
        monkeypatch.setattr(faults, "DAILY_LINK_SOURCES", [lambda: [source]])
        assert faults.check_links()["looked"] == 1

    def test_internal_addresses_are_not_requested(self, settings: Any) -> None:
        for settings.GONGKAI_LINK_CHECKS in ("public", "all"):
            for address in (
                "http://127.0.0.1:9/x",
                "http://localhost:9/",
                "http://[::127.0.0.1]:9/",
                "http://192.0.0.8/",
            ):
                assert faults.probe_url(address) == "指向内部网络地址"

    def test_probe_url_distinguishes_dead_and_working_addresses(self, site: Website, settings: Any) -> None:
        import threading
        from http.server import BaseHTTPRequestHandler, HTTPServer

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                codes = {"/good": 200, "/gone": 404, "/shy": 403, "/loop": 302}
                self.send_response(codes[self.path])
                self.send_header("Location", "/loop")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                return

        settings.GONGKAI_LINK_CHECKS = "all"
        server = HTTPServer(("127.0.0.1", 0), Answer)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_port}"
        assert faults.probe_url(base + "/good") == "指向内部网络地址"
        allow_inner_host(site.body, base)
        with server:
            told = [faults.probe_url(base + path) for path in ("/good", "/gone", "/shy", "/loop")]
            server.shutdown()
        assert told == ["", "网站应答 404", "", "转向次数过多"]
        assert faults.probe_url(base) == "连接不上"
        settings.GONGKAI_LINK_CHECKS = "public"
        assert faults.probe_url(base) == "指向内部网络地址"


BODY_BLOCK = {
    "key": "a",
    "type": "unstyled",
    "depth": 0,
    "text": "我的文字。",
    "inlineStyleRanges": [],
    "entityRanges": [],
}
BODY = json.dumps({"blocks": [BODY_BLOCK], "entityMap": {}})


class TestEditing:
    def post(self, clerk_client: Client, page: ItemPage, plans: Column, **more: Any) -> Any:
        fields = {
            "title": page.title,
            "kind": "policy",
            "columns": [plans.pk],
            "body": BODY,
            "formed_on": str(date(2026, 11, 2)),
            "attribute": "proactive",
            "attribute_basis": "20.3",
            "manner": "all",
            "attachments-TOTAL_FORMS": "0",
            "attachments-INITIAL_FORMS": "0",
            "attachments-MIN_NUM_FORMS": "0",
            "attachments-MAX_NUM_FORMS": "1000",
        }
        return clerk_client.post(reverse("wagtailadmin_pages:edit", args=(page.pk,)), fields | more)

    def test_newer_draft_of_another_clerk_is_not_overwritten_unasked(
        self, clerk_client: Client, housing: Body, plans: Column
    ) -> None:
        page = item(housing, [plans])
        first = page.get_latest_revision()
        loaded = {
            "loaded_revision_id": str(first.pk),
            "loaded_revision_created_at": first.created_at.isoformat(),
        }
        other = actor(Role.CLERK, housing)
        actions.save_revision(page, by=other, body="<p>别人的文字。</p>", summary="别人写的概述")
        answer = self.post(clerk_client, page, plans, **loaded)
        shown = said(answer)
        assert answer.status_code == 200
        assert f"{other.name}于" in shown
        assert "别人写的概述" in shown
        assert "我的文字" in re.sub("<[^>]*>", "", shown), "nothing typed is lost"
        page = ItemPage.objects.get(pk=page.pk)
        assert "别人的文字" in page.get_latest_revision_as_object().body
        (seen,) = re.findall(r'name="conflict_seen" value="([^"]+)"', shown)
        self.post(clerk_client, page, plans, **loaded, conflict_seen=seen)
        assert "别人的文字" in ItemPage.objects.get(pk=page.pk).get_latest_revision_as_object().body
        self.post(clerk_client, page, plans, **loaded, conflict_seen=seen, conflict_agreed="1")
        assert "我的文字" in ItemPage.objects.get(pk=page.pk).get_latest_revision_as_object().body
        answer = self.post(clerk_client, page, plans, formed_on="", attribute_basis="")
        shown = said(clerk_client.get(answer["Location"]))
        assert "已保存。发布前还要补充" in shown, "what is missing is told at once"
        assert 'href="#id_attribute_basis"' in shown

    def test_only_columns_of_the_own_government_are_offered(
        self, clerk_client: Client, housing: Body, plans: Column
    ) -> None:
        from factories.publishing import column, website

        county = BodyFactory(name="青溪县人民政府", government=True)
        other = website(
            name="青溪县人民政府", host="www.qingxi.gov.cn", body=county, is_default=False, code="5309990012"
        )
        column(other, "青溪栏目")
        page = item(housing, [plans])
        shown = said(clerk_client.get(reverse("wagtailadmin_pages:edit", args=(page.pk,))))
        assert "规划信息" in shown
        assert "青溪栏目" not in shown
