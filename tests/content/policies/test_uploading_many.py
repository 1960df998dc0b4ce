"""Uploading to the library above: one receipt for documents handed in together; what the first page asks; where a setting is found."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from factories.pages import read_home
from factories.policies import public, record
from factories.units import BodyFactory, actor, signed_in
from factories.uploads import SETTING, TODAY, place, set_library, upload
from gongkai.content.editions.models import Column
from gongkai.content.policies import actions, panels
from gongkai.content.policies.models import PolicyRecord, Upload, UpperLibrary
from gongkai.content.policies.queries.uploading import UploadStage
from gongkai.core.acts.action import Refused
from gongkai.core.ledger.models import Entry
from gongkai.core.spreadsheets.importers import IMPORTERS_BY_NAME, SaysUndo
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role

pytestmark = pytest.mark.django_db


class TestOneReceiptForMany:
    def test_a_number_stands_on_all_that_were_handed_in_together_and_on_nothing_else(
        self, library: UpperLibrary, housing: Body, rules: Column, clerk: Actor
    ) -> None:
        one, two, third = (public(housing, [rules]) for _ in range(3))
        made = actions.record_batch([one, two], by=clerk, on=TODAY, number="库〔2026〕7号")
        assert [(row.shared, row.standing) for row in made] == [(True, "in_force")] * 2
        assert [place(x) for x in (one, two, third)] == [UploadStage.DONE, UploadStage.DONE, UploadStage.MISSING]
        with pytest.raises(Refused, match="整批回执"):
            upload(third, clerk, number="库〔2026〕7号")
        with pytest.raises(Refused, match="整批回执"):
            upload(third, clerk, number="库〔2026〕7号", shared=True, on=TODAY - timedelta(days=1))
        upload(third, clerk, number="库〔2026〕7号", shared=True)
        assert place(third) == UploadStage.DONE

    def test_all_or_none_and_taken_back_together(
        self, library: UpperLibrary, housing: Body, justice: Body, rules: Column, clerk: Actor
    ) -> None:
        one, two, other = public(housing, [rules]), public(housing, [rules]), public(justice, [rules])
        with pytest.raises(Refused, match="本单位"):
            actions.record_batch([one, other], by=clerk, on=TODAY, number="库1")
        assert not Upload.objects.exists()
        made, _ = actions.record_batch([one, two], by=clerk, on=TODAY, number="库1")
        actions.take_back_batch(made, by=clerk, reason="传错了库")
        assert [place(x) for x in (one, two)] == [UploadStage.MISSING] * 2

    def test_the_library_of_a_unit_is_looked_up_once_for_all_its_documents(
        self, library: UpperLibrary, housing: Body, clerk: Actor
    ) -> None:
        some = [record(housing) for _ in range(6)]
        with CaptureQueriesContext(connection) as asked:
            actions.record_batch(some, by=clerk, on=TODAY, standing="in_force", number="库1")
        reads = [one["sql"] for one in asked.captured_queries if 'FROM "policies_upperlibrary"' in one["sql"]]
        assert len(reads) < len(some)

    def test_what_is_owed_closes_once(self, library: UpperLibrary, housing: Body, rules: Column, clerk: Actor) -> None:
        from gongkai.content.policies.upload_tasks import update_upload_entries

        some = [public(housing, [rules]) for _ in range(2)]
        update_upload_entries()
        actions.record_batch(some, by=clerk, on=TODAY, number="库1")
        assert Entry.objects.get(kind="upload").state == "done"

    def test_the_page_takes_ticked_documents_and_one_file(
        self, library: UpperLibrary, housing: Body, justice: Body, rules: Column
    ) -> None:
        one, two, other = public(housing, [rules]), public(housing, [rules]), public(justice, [rules])
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


class TestFirstPage:
    def test_drafts_that_wait_for_their_receipt_stand_there(
        self, city: Body, chief: Actor, housing: Body, rules: Column, clerk: Actor
    ) -> None:
        made = record(housing)
        made.html = "<p>为了规范管理，制定本办法。</p>"
        made.save()
        actions.draft_item(made, by=clerk, columns=[rules])
        reminded = set_library(city, chief)
        assert panels.upload_first_block(clerk) is None, "nothing is refused: nothing is asked before"
        actions.set_upper_library(city, by=chief, **SETTING, refuses=True)
        client = signed_in(Role.CLERK, housing)
        assert "公开前须上传的文件" in read_home(client)
        stranger = actor(Role.CLERK, BodyFactory(name="云岭市教育局", parent=housing.parent))
        assert panels.upload_first_block(stranger) is None
        upload(PolicyRecord.objects.get(pk=made.pk), clerk)
        assert panels.upload_first_block(clerk) is None
        assert reminded.body == city


class TestWhereASettingIsFound:
    def test_a_department_s_own_setting_stands_on_its_government_s_page(
        self, city: Body, library: UpperLibrary, housing: Body
    ) -> None:
        client = signed_in(Role.CHIEF, city)
        over, own = (reverse("policies:upper_library", args=(one.pk,)) for one in (city, housing))
        assert over in client.get(reverse("policies:uploads"), follow=True).content.decode()
        assert own in client.get(over).content.decode()
        asked = client.get(own).content.decode()
        assert f"设置上级库：{housing.label}" in asked
        assert over in asked
        sent = {**SETTING, "name": "全国住建文件库", "since": "2026-11-02", "active": "on"}
        assert client.post(own, sent)["Location"] == over
        assert "全国住建文件库" in client.get(over).content.decode()


def test_an_import_that_is_taken_back_says_what_becomes_of_its_uploads() -> None:
    told = IMPORTERS_BY_NAME["uploads"]
    assert isinstance(told, SaysUndo)
    assert "撤回" in told.undoing
    assert not isinstance(IMPORTERS_BY_NAME["policies"], SaysUndo)
