"""Uploading to a superior library: publication gate, receipts spreadsheet, upload package, pages."""

import io
import zipfile
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from factories.pages import read_home
from factories.policies import public, record
from factories.publishing import released
from factories.units import BodyFactory, actor, signed_in
from factories.uploads import LIBRARY_SETTINGS, TODAY, set_library, upload, upload_stage
from gongkai.content.editions.models import Column
from gongkai.content.editions.sources import load_outgoing_text
from gongkai.content.policies import actions, panels, upload_zip
from gongkai.content.policies.importing.uploads import UPLOADS_SHEET
from gongkai.content.policies.models import PolicyRecord, Upload, UploadBack, UpperLibrary
from gongkai.content.policies.publication import check_upload_receipt
from gongkai.content.policies.queries.uploading import UploadStage
from gongkai.content.policies.upload_tasks import update_upload_entries
from gongkai.content.policies.validity import DecisionKind
from gongkai.content.publishing import actions as publishing
from gongkai.content.publishing.models import find_document_item
from gongkai.core.acts.action import Refused
from gongkai.core.ledger.models import Entry
from gongkai.core.spreadsheets import actions as spreadsheets
from gongkai.core.spreadsheets.writer import write_csv
from gongkai.core.units.actors import SYSTEM, Actor
from gongkai.core.units.models import Body, Role

pytestmark = pytest.mark.django_db


class TestGate:
    def test_gate_requires_a_receipt_if_set(
        self, city: Body, chief: Actor, housing: Body, rules: Column, clerk: Actor
    ) -> None:
        actions.set_upper_library(city, by=chief, **LIBRARY_SETTINGS, refuses=True)
        made = record(housing)
        made.html = "<p>为了规范管理，制定本办法。</p>"
        made.save()
        page = actions.draft_item(made, by=clerk, columns=[rules])
        made.refresh_from_db()
        assert upload_stage(made) == UploadStage.COMING
        with pytest.raises(Refused, match="须先入全省政策文件库、后公开"):
            released(page)
        upload(made, clerk, number="")
        with pytest.raises(Refused, match="后公开"):
            released(page)
        upload(made, clerk)
        released(page)
        made.refresh_from_db()
        assert made.document is not None
        assert made.document.published_at
        # A public document may be corrected without a receipt.
        actions.take_back_upload(Upload.objects.latest("pk"), by=clerk, reason="误登记")
        assert check_upload_receipt(load_outgoing_text(page, page.latest_revision_id)) == []


class TestSpreadsheet:
    def read(self, by: Actor, *rows: dict[str, Any]) -> Any:
        empty = {
            "title": "",
            "number": "",
            "up_on": None,
            "up_number": "",
            "up_shared": False,
            "up_address": "",
            "up_standing": "",
        }
        lines = [SimpleNamespace(**{**empty, **row}) for row in rows]
        content = write_csv(UPLOADS_SHEET, lines)
        return spreadsheets.upload_for_dry_run("uploads", content=content, file_name="目录.csv", by=by)

    def test_receipts_are_matched_by_number_then_title_and_undone(
        self, library: UpperLibrary, housing: Body, justice: Body, rules: Column, clerk: Actor, policy: PolicyRecord
    ) -> None:
        one, two, later = policy, *(public(housing, [rules]) for _ in range(2))
        other = public(justice, [rules])
        run, plan = self.read(
            clerk,
            {"title": "写错了的名称", "number": one.number, "up_on": TODAY, "up_number": "库1"},
            {"title": two.title, "up_on": TODAY, "up_number": "库2", "up_standing": "amended"},
            {"title": later.title, "number": later.number},
            {"title": other.title, "number": other.number, "up_on": TODAY, "up_number": "库3"},
        )
        assert (plan.errors, len(plan.changes), plan.same) == ([], 2, 1)
        assert other.title in plan.notes[0]
        spreadsheets.apply(run, by=clerk)
        assert [upload_stage(x) for x in (one, two, later)] == [
            UploadStage.DONE,
            UploadStage.STALE,
            UploadStage.MISSING,
        ]
        _, again = self.read(clerk, {"title": one.title, "number": one.number, "up_on": TODAY, "up_number": "库1"})
        assert (again.same, again.changes) == (1, [])
        spreadsheets.undo(run, by=clerk)
        assert [upload_stage(x) for x in (one, two)] == [UploadStage.MISSING, UploadStage.MISSING]
        assert UploadBack.objects.count() == Upload.objects.count() == 2

    def test_row_without_validity_takes_that_of_its_day(
        self, library: UpperLibrary, clerk: Actor, policy: PolicyRecord
    ) -> None:
        made, yesterday = policy, TODAY - timedelta(days=1)
        actions.decide(made, by=SYSTEM, what=DecisionKind.REPEAL, on=TODAY, cited="云府发〔2026〕9号")
        line = {"title": made.title, "number": made.number, "up_on": yesterday, "up_number": "库1"}
        run, _ = self.read(clerk, line)
        spreadsheets.apply(run, by=clerk)
        assert Upload.objects.get().standing == "in_force"

    def test_errors_of_receipt_rows_name_their_cell(
        self, library: UpperLibrary, housing: Body, justice: Body, rules: Column, clerk: Actor, policy: PolicyRecord
    ) -> None:
        made, one, two, done = policy, *(public(housing, [rules]) for _ in range(3))
        other = public(justice, [rules])
        upload(done, clerk)
        _, plan = self.read(
            clerk,
            {"title": made.title, "up_number": "库1"},
            {"title": made.title, "number": made.number, "up_on": date(2027, 1, 1)},
            {"title": made.title, "number": "云建规〔1999〕99号", "up_on": TODAY, "up_number": "库1"},
            {"title": made.title, "number": other.number, "up_on": TODAY, "up_number": "库2"},
            {"title": done.title, "number": done.number, "up_on": TODAY},
            {"title": one.title, "number": one.number, "up_on": TODAY, "up_number": "库3"},
            {"title": two.title, "number": two.number, "up_on": TODAY, "up_number": "库3"},
        )
        errors = [(2, "上传日期"), (3, "上传日期"), (4, "发文字号"), (8, "回执号")]
        assert [(found.row, found.head) for found in plan.errors] == errors
        assert (len(plan.changes), plan.same) == (1, 1), "a line that says less changes nothing"
        assert other.number in plan.notes[0]


class TestUploadPackage:
    def test_package_has_texts_and_a_field_sheet(
        self, library: UpperLibrary, housing: Body, clerk: Actor, policy: PolicyRecord
    ) -> None:
        made, waiting = policy, record(housing)
        waiting.html = "<p>第一条　先入库。</p>"
        waiting.save()
        with zipfile.ZipFile(io.BytesIO(upload_zip.build_upload_zip([made, waiting]))) as found:
            names = found.namelist()
        assert f"01 {made.title}.docx" in names
        assert f"02 {waiting.title}.docx" in names
        assert "上级库上传材料.xlsx" in names

    def test_sheet_states_the_last_day_after_an_extension(self, library: UpperLibrary, housing: Body) -> None:
        made = record(housing)
        made.html = "<p>第一条　先入库。</p>"
        made.save()
        actions.decide(
            made, by=SYSTEM, what=DecisionKind.EXTEND, on=TODAY, until=date(2032, 4, 30), cited="云府发〔2026〕9号"
        )
        with zipfile.ZipFile(io.BytesIO(upload_zip.build_upload_zip([made]))) as found:
            sheet = load_workbook(io.BytesIO(found.read("上级库上传材料.xlsx"))).active
        assert sheet is not None
        head, line = list(sheet.iter_rows(values_only=True))[-2:]
        assert str(dict(zip(head, line, strict=True))["有效期至"]).startswith("2032-04-30")

    def test_package_refuses_documents_that_are_not_public(
        self, library: UpperLibrary, housing: Body, rules: Column, clerk: Actor
    ) -> None:
        made = record(housing)
        made.html = "<p>内部。</p>"
        made.save()
        actions.draft_item(made, by=clerk, columns=[rules])
        made.refresh_from_db()
        assert made.document is not None
        page = find_document_item(made.document)
        publishing.save_revision(page, by=clerk, attribute="request")
        with pytest.raises(Refused, match="不是主动公开"):
            upload_zip.build_upload_zip([PolicyRecord.objects.get(pk=made.pk)])


class TestPages:
    def test_receipt_is_recorded_and_hidden_from_others(
        self, library: UpperLibrary, housing: Body, policy: PolicyRecord
    ) -> None:
        client = signed_in(Role.CLERK, housing)
        assert policy.title in client.get(reverse("policies:uploads"), follow=True).content.decode()
        picture = SimpleUploadedFile("回执.txt", "已入库".encode())
        address = reverse("policies:record_uploads", args=(policy.pk,))
        wrong = client.post(address, {"on": "", "standing": "in_force", "number": "库1"})
        assert 'value="库1"' in wrong.content.decode()
        sent = client.post(address, {"on": "2026-11-20", "standing": "in_force", "file": picture})
        assert sent.status_code == 302
        row = Upload.objects.get()
        file = reverse("policies:upload_receipt", args=(row.pk,))
        assert b"".join(client.get(file).streaming_content) == "已入库".encode()  # type: ignore[attr-defined]
        given = client.post(reverse("policies:uploads_files"), {"row": policy.pk})
        assert given["Content-Type"] == "application/zip"
        client = signed_in(Role.CLERK, BodyFactory(name="云岭市教育局", parent=housing.parent))
        assert client.get(file).status_code == client.get(address).status_code == 404
        assert client.post(reverse("policies:uploads_files"), {"row": policy.pk}).status_code == 302
        assert client.get(reverse("policies:upper_library", args=(housing.parent_id,))).status_code == 404

    def test_office_sets_the_library_after_a_preview_of_due_documents(
        self, city: Body, housing: Body, policy: PolicyRecord
    ) -> None:
        client = signed_in(Role.CHIEF, city)
        address = reverse("policies:upper_library", args=(city.pk,))
        assert "设置上级库" in client.get(address).content.decode()
        sent = {**LIBRARY_SETTINGS, "since": "2026-11-02", "working_days": "on", "active": "on"}
        shown = client.post(address, sent)
        assert "1个单位的1份文件须上传" in shown.content.decode()
        assert not UpperLibrary.objects.exists()
        stamp = shown.context["form"].stamp
        assert client.post(address, {**sent, "days": "6", "counted": stamp}).status_code == 200
        assert client.post(address, {**sent, "counted": stamp}).status_code == 302
        assert UpperLibrary.objects.get().basis == LIBRARY_SETTINGS["basis"]
        late = {**sent, "days": "6", "version": "0"}
        late["counted"] = client.post(address, late).context["form"].stamp
        assert "刚刚已由他人处理" in client.post(address, late).content.decode()
        assert UpperLibrary.objects.get().days == LIBRARY_SETTINGS["days"]
        own = reverse("policies:upper_library", args=(housing.pk,))
        assert own in client.get(address).content.decode()


class TestSharedReceipts:
    def test_shared_number_is_used_only_by_its_batch(
        self, library: UpperLibrary, housing: Body, rules: Column, clerk: Actor, policy: PolicyRecord
    ) -> None:
        one, two, third = policy, *(public(housing, [rules]) for _ in range(2))
        made = actions.record_batch([one, two], by=clerk, on=TODAY, number="库〔2026〕7号")
        assert [(row.shared, row.standing) for row in made] == [(True, "in_force")] * 2
        assert [upload_stage(x) for x in (one, two, third)] == [UploadStage.DONE, UploadStage.DONE, UploadStage.MISSING]
        with pytest.raises(Refused, match="整批回执"):
            upload(third, clerk, number="库〔2026〕7号")
        with pytest.raises(Refused, match="整批回执"):
            upload(third, clerk, number="库〔2026〕7号", shared=True, on=TODAY - timedelta(days=1))
        upload(third, clerk, number="库〔2026〕7号", shared=True)
        assert upload_stage(third) == UploadStage.DONE

    def test_batch_is_recorded_and_taken_back_as_a_whole(
        self, library: UpperLibrary, housing: Body, justice: Body, rules: Column, clerk: Actor, policy: PolicyRecord
    ) -> None:
        one, two, other = policy, public(housing, [rules]), public(justice, [rules])
        with pytest.raises(Refused, match="本单位"):
            actions.record_batch([one, other], by=clerk, on=TODAY, number="库1")
        assert not Upload.objects.exists()
        update_upload_entries()
        made, _ = actions.record_batch([one, two], by=clerk, on=TODAY, number="库1")
        assert Entry.objects.get(kind="upload", body=housing).state == "done", "closed at once, not by the next job"
        actions.take_back_batch(made, by=clerk, reason="传错了库")
        assert Entry.objects.get(kind="upload", body=housing).state == "open"
        assert [upload_stage(x) for x in (one, two)] == [UploadStage.MISSING] * 2

    def test_page_records_ticked_documents_with_one_file(
        self, library: UpperLibrary, housing: Body, justice: Body, rules: Column, policy: PolicyRecord
    ) -> None:
        one, two, other = policy, public(housing, [rules]), public(justice, [rules])
        client, address = signed_in(Role.CLERK, housing), reverse("policies:placed", args=(library.pk,))
        sent = {"row": [one.pk, two.pk], "on": "2026-11-20", "standing": ""}
        file = SimpleUploadedFile("回执.txt", "已入库".encode())
        assert "不在这个列表中" in client.post(address, {**sent, "row": [one.pk, other.pk]}).content.decode()
        assert client.post(address, {**sent, "file": file}).status_code == 302
        first, second = Upload.objects.all()
        assert first.receipt == second.receipt
        shown = client.get(reverse("policies:record_uploads", args=(one.pk,))).content.decode()
        assert "整批撤回" in shown
        back = reverse("policies:upload_back", args=(first.pk,))
        client.post(back, {"reason": "传错了库", "whole": "1"})
        assert Upload.objects.filter(back=None).count() == 0


class TestHomePage:
    def test_home_page_lists_drafts_that_wait_for_a_receipt(
        self, city: Body, chief: Actor, housing: Body, rules: Column, clerk: Actor
    ) -> None:
        made = record(housing)
        made.html = "<p>为了规范管理，制定本办法。</p>"
        made.save()
        actions.draft_item(made, by=clerk, columns=[rules])
        reminded = set_library(city, chief)
        assert panels.upload_first_block(clerk) is None, "nothing is refused: nothing is asked before"
        actions.set_upper_library(city, by=chief, **LIBRARY_SETTINGS, refuses=True)
        client = signed_in(Role.CLERK, housing)
        assert "公开前须上传的文件" in read_home(client)
        stranger = actor(Role.CLERK, BodyFactory(name="云岭市教育局", parent=housing.parent))
        assert panels.upload_first_block(stranger) is None
        upload(PolicyRecord.objects.get(pk=made.pk), clerk)
        assert panels.upload_first_block(clerk) is None
        assert reminded.body == city
