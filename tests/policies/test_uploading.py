"""Uploading to the library above: what is owed by which day, receipts, changes since, the gate, the spreadsheet, what is taken along."""

import io
import zipfile
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse

from factories.policies import public, record
from factories.publishing import signed
from factories.units import BodyFactory, actor, signed_in
from gongkai.acts.action import Conflict, Refused
from gongkai.acts.chain import history
from gongkai.editions.models import Column
from gongkai.ledger.clock import deadline_of
from gongkai.ledger.models import Entry
from gongkai.policies import actions, handing, upload_tasks
from gongkai.policies.actions.uploading import postpone_task, reopen_task, settle_task
from gongkai.policies.gates import receipted
from gongkai.policies.importing.uploads import SHEET
from gongkai.policies.models import TAKEN_DOWN, Covers, Level, PolicyRecord, Upload, UploadBack, UpperLibrary
from gongkai.policies.queries.uploading import Place, library_for, outstanding, place_of
from gongkai.policies.states import What
from gongkai.publishing import actions as publishing
from gongkai.publishing.documents import item_of
from gongkai.spreadsheets import actions as spreadsheets
from gongkai.spreadsheets.writing import write_csv
from gongkai.units.actors import Actor
from gongkai.units.models import Body, BodyKind, Role

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)  # a Friday
SETTING: dict[str, Any] = {
    "name": "全省政策文件库",
    "covers": Covers.NORMATIVE,
    "days": 5,
    "since": date(2026, 11, 2),
    "basis": "省政府办公厅关于集中公开行政规范性文件的通知",
}


@pytest.fixture
def chief(city: Body) -> Actor:
    return actor(Role.CHIEF, city)


@pytest.fixture
def clerk(housing: Body) -> Actor:
    return actor(Role.CLERK, housing)


@pytest.fixture
def library(city: Body, chief: Actor) -> UpperLibrary:
    made: UpperLibrary = actions.set_upper_library(city, by=chief, **SETTING)
    return made


def place(one: PolicyRecord) -> str:
    found = place_of(one)
    return found.place if found else "not covered"


def upload(one: PolicyRecord, by: Actor, **facts: Any) -> Upload:
    given = {"on": TODAY, "standing": "in_force", "number": "省库〔2026〕12号", **facts}
    made: Upload = actions.record_upload(one, by=by, **given)
    return made


class TestSetting:
    def test_nothing_is_owed_where_nothing_was_set(self, housing: Body, rules: Column, clerk: Actor) -> None:
        made = public(housing, [rules])
        assert place(made) == "not covered"
        assert upload_tasks.keep_entries() == {"uploads_owed": 0, "uploads_done": 0}
        with pytest.raises(Refused, match="没有设置"):
            upload(made, clerk)

    def test_the_office_sets_it_with_its_basis(self, city: Body, chief: Actor, clerk: Actor) -> None:
        with pytest.raises(Refused, match="政务公开办"):
            actions.set_upper_library(city, by=clerk, **SETTING)
        with pytest.raises(Refused, match="依据"):
            actions.set_upper_library(city, by=chief, **{**SETTING, "basis": " "})
        made = actions.set_upper_library(city, by=chief, **SETTING)
        with pytest.raises(Refused, match="没有改动"):
            actions.set_upper_library(city, by=chief, **SETTING)
        changed = actions.set_upper_library(city, by=chief, **{**SETTING, "days": 10}, seen=1)
        assert (changed.pk, changed.limit) == (made.pk, "10个工作日")
        assert "期限由“5个工作日”改为“10个工作日”" in list(history(changed.stream))[-1].kept_words.text
        with pytest.raises(Conflict):
            actions.set_upper_library(city, by=chief, **SETTING, seen=1)

    @pytest.mark.parametrize(
        ("facts", "said"),
        [
            ({"since": date(202, 6, 1)}, "年份"),
            ({"covers": "some"}, "上传哪些文件"),
            ({"address": "https://"}, "网址"),
            ({"name": "库" * 61}, "名称"),
        ],
    )
    def test_actions_refuse_what_forms_refuse(
        self, city: Body, chief: Actor, facts: dict[str, Any], said: str
    ) -> None:
        with pytest.raises(Refused, match=said):
            actions.set_upper_library(city, by=chief, **{**SETTING, **facts})

    def test_what_went_to_another_library_is_not_in_the_new_one(
        self, library: UpperLibrary, city: Body, chief: Actor, housing: Body, rules: Column, clerk: Actor
    ) -> None:
        made = public(housing, [rules])
        former = upload(made, clerk)
        with pytest.raises(Refused, match="换了另一个库"):
            actions.set_upper_library(city, by=chief, **{**SETTING, "name": "全国库"})
        actions.set_upper_library(city, by=chief, **{**SETTING, "name": "全省新库"}, same=True)
        assert place(made) == Place.DONE
        actions.set_upper_library(city, by=chief, **{**SETTING, "name": "全国库"}, same=False)
        assert place(made) == Place.MISSING
        former.refresh_from_db()
        assert former.place == SETTING["name"]
        upload(made, clerk)
        assert place(made) == Place.DONE

    def test_not_of_a_closed_unit(self, city: Body, chief: Actor, housing: Body) -> None:
        Body.objects.filter(pk=housing.pk).update(active_to=date(2026, 1, 1))
        with pytest.raises(Refused, match="撤销"):
            actions.set_upper_library(Body.objects.get(pk=housing.pk), by=chief, **SETTING)

    @pytest.mark.parametrize(
        ("covers", "levels"),
        [
            (Covers.NORMATIVE, {Level.NORMATIVE}),
            (Covers.RULES, {Level.NORMATIVE, Level.GOVERNMENT_RULE}),
            (Covers.ALL, {Level.NORMATIVE, Level.GOVERNMENT_RULE, Level.OTHER}),
        ],
    )
    def test_levels(self, covers: str, levels: set[str]) -> None:
        assert set(UpperLibrary(covers=covers).levels) == levels

    def test_the_nearer_setting_counts(self, library: UpperLibrary, housing: Body, rules: Column) -> None:
        made = public(housing, [rules])
        own = UpperLibrary.objects.create(
            body=housing, name="全省住建系统文件库", since=TODAY, basis="厅通知"
        )
        assert library_for(made) == own
        assert [row.pk for row, _ in outstanding(own)] == [made.pk]
        assert outstanding(library) == []

    def test_a_government_below_goes_by_its_own(self, library: UpperLibrary, city: Body) -> None:
        county = BodyFactory(name="青溪县人民政府", kind=BodyKind.DISTRICT, parent=city)
        made = record(BodyFactory(name="青溪县财政局", parent=county))
        assert library_for(made) is None
        own = UpperLibrary.objects.create(body=county, name="云岭市政策文件库", since=TODAY, basis="市通知")
        assert library_for(made) == own


class TestPlaces:
    def test_public_ones_are_owed_until_a_receipt_stands(
        self, library: UpperLibrary, housing: Body, rules: Column, clerk: Actor
    ) -> None:
        made, hidden = public(housing, [rules]), record(housing)
        other = public(housing, [rules], level=Level.OTHER)
        assert [place(one) for one in (made, hidden, other)] == [Place.MISSING, Place.NONE, "not covered"]
        upload(made, clerk, number="")
        assert place(made) == Place.WAITING
        upload(made, clerk)
        assert place(made) == Place.DONE

    @pytest.mark.parametrize(
        ("what", "standing"), [(What.AMEND, "amended"), (What.REPEAL, "repealed"), (What.EXPIRE, "expired")]
    )
    def test_a_change_since_makes_it_out_of_date(
        self, library: UpperLibrary, housing: Body, rules: Column, clerk: Actor, what: str, standing: str
    ) -> None:
        made = public(housing, [rules])
        upload(made, clerk)
        actions.decide(made, by=actor(Role.LEAD, housing), what=what, on=TODAY, cited="新的办法")
        assert place(made) == Place.STALE
        upload(made, clerk, standing=standing)
        assert place(made) == Place.DONE

    def test_an_extension_and_a_text_brought_up_to_date_are_changes_too(
        self, library: UpperLibrary, housing: Body, rules: Column, clerk: Actor
    ) -> None:
        made, lead = public(housing, [rules]), actor(Role.LEAD, housing)
        upload(made, clerk)
        actions.decide(made, by=lead, what=What.EXTEND, on=TODAY, until=date(2031, 4, 30), cited="延期的通知")
        assert place(made) == Place.STALE
        upload(made, clerk, number="省库〔2026〕13号")
        assert place(made) == Place.DONE

    def test_expiring_needs_no_decision_and_coming_into_force_is_no_change(
        self, library: UpperLibrary, housing: Body, rules: Column, clerk: Actor
    ) -> None:
        made = public(housing, [rules], effective_on=date(2026, 12, 1), ends_on=date(2026, 12, 31))
        upload(made, clerk, standing="not_yet")
        with time_machine.travel("2026-12-02 04:00"):
            assert place(made) == Place.DONE
        with time_machine.travel("2027-01-04 04:00"):
            assert place(made) == Place.STALE
            assert [day for _, day in outstanding(library)] == [date(2027, 1, 8)]

    def test_withdrawn_from_the_public_it_is_owed_until_it_was_taken_down_there(
        self, library: UpperLibrary, housing: Body, rules: Column, clerk: Actor
    ) -> None:
        made = public(housing, [rules], effective_on=date(2020, 1, 1))
        upload(made, clerk)
        assert made.document is not None
        publishing.withdraw(made.document, by=actor(Role.SIGNER, housing), reason="有误")
        assert place(made) == Place.STALE
        assert [day for _, day in outstanding(library)] == [date(2026, 11, 27)]
        upload(made, clerk, standing=TAKEN_DOWN)
        assert place(made) == Place.NONE

    def test_what_ended_before_is_not_uploaded(
        self, library: UpperLibrary, housing: Body, rules: Column
    ) -> None:
        made = public(housing, [rules], effective_on=date(2020, 1, 1), ends_on=date(2025, 1, 1))
        assert place(made) == Place.NONE


class TestDays:
    def test_from_the_publication_and_never_before_the_setting(
        self, library: UpperLibrary, housing: Body, rules: Column
    ) -> None:
        made = public(housing, [rules])
        assert [day for _, day in outstanding(library)] == [date(2026, 11, 27)]
        type(made.document).objects.filter(pk=made.document_id).update(  # type: ignore[union-attr]
            published_at="2020-01-06T04:00:00Z"
        )
        assert [day for _, day in outstanding(library)] == [date(2026, 11, 9)]
        UpperLibrary.objects.update(working_days=False, days=30)
        assert [day for _, day in outstanding(UpperLibrary.objects.get())] == [date(2026, 12, 2)]

    def test_one_entry_for_a_unit_and_a_day_that_settles_and_opens_again(
        self, library: UpperLibrary, housing: Body, rules: Column, clerk: Actor
    ) -> None:
        first, second = public(housing, [rules]), public(housing, [rules])
        assert upload_tasks.keep_entries() == {"uploads_owed": 1, "uploads_done": 0}
        assert upload_tasks.keep_entries() == {"uploads_owed": 0, "uploads_done": 0}
        entry = Entry.objects.get(kind="upload")
        assert (entry.body, str(entry.due_at.date())) == (housing, "2026-11-27")
        upload(first, clerk)
        entry.refresh_from_db()
        assert entry.closed_at is None
        slip = upload(second, clerk, number="库2")
        entry.refresh_from_db()
        assert (entry.state, bool(entry.closed_at)) == ("done", True)
        actions.take_back_upload(slip, by=clerk, reason="登记到了另一份文件上")
        entry.refresh_from_db()
        assert (entry.state, entry.closed_at) == ("open", None)
        assert place(second) == Place.MISSING
        assert settle_task.why_not(entry, by=clerk)
        assert reopen_task.why_not(entry, by=clerk)
        assert postpone_task.why_not(entry, by=clerk)
        UpperLibrary.objects.update(active=False)
        upload_tasks.keep_entries()
        entry.refresh_from_db()
        assert entry.state == "cancelled"

    def test_another_setting_moves_what_is_owed_and_settles_nothing(
        self, library: UpperLibrary, city: Body, chief: Actor, housing: Body, rules: Column
    ) -> None:
        made = public(housing, [rules])
        upload_tasks.keep_entries()
        entry = Entry.objects.get(kind="upload")
        for days, until in ((2, "2026-11-24"), (10, "2026-12-04")):
            actions.set_upper_library(city, by=chief, **{**SETTING, "days": days})
            assert upload_tasks.keep_entries() == {"uploads_owed": 0, "uploads_done": 0}
            entry.refresh_from_db()
            assert (entry.state, str(entry.due_at.date()), until in entry.title) == ("open", until, True)
        assert deadline_of(entry).date == date(2026, 12, 4)
        assert made.document is not None
        publishing.withdraw(made.document, by=actor(Role.SIGNER, housing), reason="有误")
        upload_tasks.keep_entries()
        entry.refresh_from_db()
        assert entry.state == "cancelled"

    def test_days_that_come_together_are_one_entry_and_the_other_is_not_done(
        self, library: UpperLibrary, city: Body, chief: Actor, housing: Body, rules: Column
    ) -> None:
        public(housing, [rules])
        with time_machine.travel("2026-11-23 04:00"):
            public(housing, [rules])
            upload_tasks.keep_entries()
            assert Entry.objects.filter(kind="upload").count() == 2
            actions.set_upper_library(city, by=chief, **{**SETTING, "since": date(2026, 11, 24)})
        with time_machine.travel("2026-11-24 04:00"):
            upload_tasks.keep_entries()
        states = Entry.objects.filter(kind="upload").order_by("state").values_list("state", flat=True)
        assert list(states) == ["cancelled", "open"]

    def test_a_successor_owes_what_a_merged_unit_owed(
        self, library: UpperLibrary, housing: Body, justice: Body, rules: Column
    ) -> None:
        public(housing, [rules])
        upload_tasks.keep_entries()
        Body.objects.filter(pk=housing.pk).update(merged_into=justice, active_to=TODAY)
        upload_tasks.keep_entries()
        states = dict(Entry.objects.filter(kind="upload").values_list("body", "state"))
        assert states == {housing.pk: "cancelled", justice.pk: "open"}
        Body.objects.filter(pk=justice.pk).update(active_to=TODAY)
        upload_tasks.keep_entries()
        assert not Entry.objects.filter(kind="upload", closed_at=None).exists()


class TestUploads:
    def test_rows_are_never_changed_and_slips_are_taken_back_once(
        self, library: UpperLibrary, housing: Body, rules: Column, clerk: Actor
    ) -> None:
        made = upload(public(housing, [rules]), clerk)
        with pytest.raises(DatabaseError), transaction.atomic():
            Upload.objects.update(number="改")
        with pytest.raises(Refused, match="理由"):
            actions.take_back_upload(made, by=clerk, reason=" ")
        actions.take_back_upload(made, by=clerk, reason="误登记")
        with pytest.raises(Refused, match="已经撤回"):
            actions.take_back_upload(made, by=clerk, reason="误登记")
        assert UploadBack.objects.get().made_by == clerk.name

    def test_a_record_with_an_upload_stays_in_the_library(
        self, library: UpperLibrary, housing: Body, clerk: Actor
    ) -> None:
        made = record(housing)
        actions.take_back_upload(upload(made, clerk), by=clerk, reason="误登记")
        with pytest.raises(Refused, match="不能移出"):
            actions.remove(made, by=clerk, reason="误录")

    @pytest.mark.parametrize(
        ("facts", "said"),
        [
            ({"on": date(2026, 11, 21)}, "不能晚于今天"),
            ({"on": date(2026, 11, 18)}, "早于最近一次"),
            ({"on": date(2019, 12, 31)}, "成文日期"),
            ({"on": date(1999, 12, 31)}, "2000年"),
            ({"number": ""}, "已经登记了回执"),
            ({}, "已经登记过"),
            ({"standing": ""}, "有效性"),
            ({"address": "javascript:alert(1)"}, "http"),
        ],
    )
    def test_what_cannot_be(
        self,
        library: UpperLibrary,
        housing: Body,
        rules: Column,
        clerk: Actor,
        facts: dict[str, Any],
        said: str,
    ) -> None:
        made = public(housing, [rules])
        upload(made, clerk)
        with pytest.raises(Refused, match=said):
            upload(made, clerk, **facts)

    def test_one_receipt_is_of_one_document(
        self, library: UpperLibrary, housing: Body, rules: Column, clerk: Actor
    ) -> None:
        upload(public(housing, [rules]), clerk)
        with pytest.raises(Refused, match="另一份文件"):
            upload(public(housing, [rules]), clerk)

    def test_of_ones_own_unit_only(
        self, library: UpperLibrary, housing: Body, justice: Body, rules: Column
    ) -> None:
        with pytest.raises(Refused, match="本单位"):
            upload(public(justice, [rules]), actor(Role.CLERK, housing))


class TestGate:
    def test_published_only_behind_a_receipt_where_it_was_set_so(
        self, city: Body, chief: Actor, housing: Body, rules: Column, clerk: Actor
    ) -> None:
        actions.set_upper_library(city, by=chief, **SETTING, refuses=True)
        made = record(housing)
        made.html = "<p>为了规范管理，制定本办法。</p>"
        made.save()
        page = actions.draft(made, by=clerk, columns=[rules])
        made.refresh_from_db()
        assert place(made) == Place.COMING
        with pytest.raises(Refused, match="须先入全省政策文件库、后公开"):
            signed(page)
        upload(made, clerk, number="")
        with pytest.raises(Refused, match="后公开"):
            signed(page)
        upload(made, clerk)
        signed(page)
        made.refresh_from_db()
        assert made.document is not None
        assert made.document.published_at
        # What is public may be corrected whatever the library above has.
        actions.take_back_upload(Upload.objects.latest("pk"), by=clerk, reason="误登记")
        assert receipted(page, page.frozen(page.latest_revision_id)) == []

    def test_reminding_only_refuses_nothing(
        self, library: UpperLibrary, housing: Body, rules: Column
    ) -> None:
        assert public(housing, [rules], reviewed=True).document_id


class TestSpreadsheet:
    def read(self, by: Actor, *rows: dict[str, Any]) -> Any:
        empty = {
            "title": "",
            "number": "",
            "up_on": None,
            "up_number": "",
            "up_address": "",
            "up_standing": "",
        }
        lines = [SimpleNamespace(**{**empty, **row}) for row in rows]
        content = write_csv(SHEET, lines)
        return spreadsheets.try_file("uploads", content=content, file_name="目录.csv", by=by)

    def test_receipts_in_by_number_then_title_and_back(
        self, library: UpperLibrary, housing: Body, justice: Body, rules: Column, clerk: Actor
    ) -> None:
        one, two, later = (public(housing, [rules]) for _ in range(3))
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
        assert [place(x) for x in (one, two, later)] == [Place.DONE, Place.STALE, Place.MISSING]
        _, again = self.read(
            clerk, {"title": one.title, "number": one.number, "up_on": TODAY, "up_number": "库1"}
        )
        assert (again.same, again.changes) == (1, [])
        spreadsheets.undo(run, by=clerk)
        assert [place(x) for x in (one, two)] == [Place.MISSING, Place.MISSING]
        assert UploadBack.objects.count() == Upload.objects.count() == 2

    def test_errors_by_cell(self, library: UpperLibrary, housing: Body, rules: Column, clerk: Actor) -> None:
        made = public(housing, [rules])
        _, plan = self.read(
            clerk,
            {"title": made.title, "up_number": "库1"},
            {"title": made.title, "number": made.number, "up_on": date(2027, 1, 1)},
        )
        assert [(one.row, one.head) for one in plan.errors] == [(2, "上传日期"), (3, "上传日期")]

    def test_a_number_that_is_not_found_is_no_title(
        self, library: UpperLibrary, housing: Body, justice: Body, rules: Column, clerk: Actor
    ) -> None:
        made, other = public(housing, [rules]), public(justice, [rules])
        _, plan = self.read(
            clerk,
            {"title": made.title, "number": "云建规〔1999〕99号", "up_on": TODAY, "up_number": "库1"},
            {"title": made.title, "number": other.number, "up_on": TODAY, "up_number": "库2"},
        )
        assert (plan.changes, [(one.row, one.head) for one in plan.errors]) == ([], [(2, "发文字号")])
        assert other.number in plan.notes[0]

    def test_one_receipt_of_two_lines_and_a_line_that_says_less(
        self, library: UpperLibrary, housing: Body, rules: Column, clerk: Actor
    ) -> None:
        made, one, two = (public(housing, [rules]) for _ in range(3))
        upload(made, clerk)
        _, plan = self.read(
            clerk,
            {"title": made.title, "number": made.number, "up_on": TODAY},
            {"title": one.title, "number": one.number, "up_on": TODAY, "up_number": "库1"},
            {"title": two.title, "number": two.number, "up_on": TODAY, "up_number": "库1"},
        )
        assert (plan.same, len(plan.changes)) == (1, 1)
        assert [(one.row, one.head) for one in plan.errors] == [(4, "回执号")]


class TestTakenAlong:
    def test_texts_and_the_sheet_of_fields(
        self, library: UpperLibrary, housing: Body, rules: Column, clerk: Actor
    ) -> None:
        made, waiting = public(housing, [rules]), record(housing)
        waiting.html = "<p>第一条　先入库。</p>"
        waiting.save()
        with zipfile.ZipFile(io.BytesIO(handing.bundle([made, waiting]))) as found:
            names = found.namelist()
        assert f"01 {made.title}.docx" in names
        assert f"02 {waiting.title}.docx" in names
        assert "上级库上传材料.xlsx" in names

    def test_nothing_that_is_not_for_all(
        self, library: UpperLibrary, housing: Body, rules: Column, clerk: Actor
    ) -> None:
        made = record(housing)
        made.html = "<p>内部。</p>"
        made.save()
        actions.draft(made, by=clerk, columns=[rules])
        made.refresh_from_db()
        assert made.document is not None
        page = item_of(made.document)
        publishing.revise(page, by=clerk, attribute="request")
        with pytest.raises(Refused, match="不是主动公开"):
            handing.bundle([PolicyRecord.objects.get(pk=made.pk)])


class TestPages:
    def test_recorded_with_its_receipt_which_others_do_not_get(
        self, library: UpperLibrary, housing: Body, rules: Column
    ) -> None:
        made = public(housing, [rules])
        client = signed_in(Role.CLERK, housing)
        assert made.title in client.get(reverse("policies:uploads")).content.decode()
        assert client.get(reverse("policies:uploads_export")).status_code == 200
        picture = SimpleUploadedFile("回执.txt", "已入库".encode())
        address = reverse("policies:record_uploads", args=(made.pk,))
        wrong = client.post(address, {"on": "", "standing": "in_force", "number": "库1"})
        assert 'value="库1"' in wrong.content.decode()
        sent = client.post(address, {"on": "2026-11-20", "standing": "in_force", "file": picture})
        assert sent.status_code == 302
        row = Upload.objects.get()
        file = reverse("policies:upload_receipt", args=(row.pk,))
        assert b"".join(client.get(file).streaming_content) == "已入库".encode()  # type: ignore[attr-defined]
        given = client.post(reverse("policies:uploads_files"), {"record": made.pk})
        assert given["Content-Type"] == "application/zip"
        client = signed_in(Role.CLERK, BodyFactory(name="云岭市教育局", parent=housing.parent))
        assert client.get(file).status_code == client.get(address).status_code == 404
        assert client.post(reverse("policies:uploads_files"), {"record": made.pk}).status_code == 302
        assert client.get(reverse("policies:upper_library", args=(housing.parent_id,))).status_code == 404

    def test_the_office_sets_the_library(self, city: Body) -> None:
        client = signed_in(Role.CHIEF, city)
        address = reverse("policies:upper_library", args=(city.pk,))
        assert "设置上级库" in client.get(address).content.decode()
        sent = {**SETTING, "since": "2026-11-02", "working_days": "on", "active": "on"}
        assert client.post(address, sent).status_code == 302
        assert UpperLibrary.objects.get().basis == SETTING["basis"]
        stale = client.post(address, {**sent, "days": "9", "version": "0"})
        assert "刚刚已由他人处理" in stale.content.decode()
        assert UpperLibrary.objects.get().days == SETTING["days"]

    def test_what_will_be_owed_is_said_before_it_is_saved(
        self, city: Body, housing: Body, rules: Column
    ) -> None:
        public(housing, [rules])
        client = signed_in(Role.CHIEF, city)
        address = reverse("policies:upper_library", args=(city.pk,))
        sent = {**SETTING, "since": "2026-11-02", "working_days": "on", "active": "on"}
        shown = client.post(address, sent)
        assert "1个单位的1份文件须上传" in shown.content.decode()
        assert not UpperLibrary.objects.exists()
        stamp = shown.context["form"].stamp
        assert client.post(address, {**sent, "days": "6", "counted": stamp}).status_code == 200
        assert client.post(address, {**sent, "counted": stamp}).status_code == 302
        own = reverse("policies:upper_library", args=(housing.pk,))
        assert own in client.get(address).content.decode()
