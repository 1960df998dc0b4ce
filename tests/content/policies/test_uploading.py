"""Uploading to a superior library: setting, due documents, receipts, later changes."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, transaction

from factories.policies import public, record
from factories.units import BodyFactory, actor
from factories.uploads import LIBRARY_SETTINGS, TODAY, upload, upload_stage
from gongkai.content.editions.models import Column
from gongkai.content.policies import actions, upload_tasks
from gongkai.content.policies.actions.uploading import postpone_task, reopen_task, settle_task
from gongkai.content.policies.models import (
    TAKEN_DOWN_STANDING,
    PolicyLevel,
    PolicyRecord,
    Upload,
    UploadBack,
    UploadedScope,
    UpperLibrary,
)
from gongkai.content.policies.queries.uploading import UploadStage, find_upper_library_of_record, list_due_documents
from gongkai.content.policies.validity import DecisionKind
from gongkai.content.publishing import actions as publishing
from gongkai.core.acts.action import Conflict, Refused
from gongkai.core.acts.chain import read_stream
from gongkai.core.ledger.clock import compute_deadline
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import SYSTEM, Actor
from gongkai.core.units.models import Body, BodyKind, Role

pytestmark = pytest.mark.django_db


class TestSetting:
    def test_nothing_is_due_without_a_setting(self, clerk: Actor, policy: PolicyRecord) -> None:
        assert upload_stage(policy) == "not covered"
        assert upload_tasks.update_upload_entries() == {"uploads_owed": 0, "uploads_done": 0}
        with pytest.raises(Refused, match="没有设置"):
            upload(policy, clerk)

    def test_office_sets_the_library_with_its_legal_basis(self, city: Body, chief: Actor, clerk: Actor) -> None:
        with pytest.raises(Refused, match="政务公开办"):
            actions.set_upper_library(city, by=clerk, **LIBRARY_SETTINGS)
        with pytest.raises(Refused, match="依据"):
            actions.set_upper_library(city, by=chief, **{**LIBRARY_SETTINGS, "basis": " "})
        made = actions.set_upper_library(city, by=chief, **LIBRARY_SETTINGS)
        with pytest.raises(Refused, match="没有改动"):
            actions.set_upper_library(city, by=chief, **LIBRARY_SETTINGS)
        changed = actions.set_upper_library(city, by=chief, **{**LIBRARY_SETTINGS, "days": 10}, seen=1)
        assert (changed.pk, changed.limit) == (made.pk, "10个工作日")
        assert "期限由“5个工作日”改为“10个工作日”" in list(read_stream(changed.stream))[-1].kept_words.text
        with pytest.raises(Conflict):
            actions.set_upper_library(city, by=chief, **LIBRARY_SETTINGS, seen=1)

    def test_actions_refuse_what_forms_refuse(self, city: Body, chief: Actor, housing: Body) -> None:
        cases: list[tuple[dict[str, Any], str]] = [
            ({"since": date(202, 6, 1)}, "年份"),
            ({"covers": "some"}, "上传哪些文件"),
            ({"address": "https://"}, "网址"),
            ({"name": "库" * 61}, "名称"),
        ]
        for facts, said in cases:
            with pytest.raises(Refused, match=said):
                actions.set_upper_library(city, by=chief, **{**LIBRARY_SETTINGS, **facts})
        Body.objects.filter(pk=housing.pk).update(active_to=date(2026, 1, 1))
        with pytest.raises(Refused, match="撤销"):
            actions.set_upper_library(Body.objects.get(pk=housing.pk), by=chief, **LIBRARY_SETTINGS)

    def test_uploads_to_a_former_library_do_not_count(
        self, library: UpperLibrary, city: Body, chief: Actor, clerk: Actor, policy: PolicyRecord
    ) -> None:
        former = upload(policy, clerk)
        with pytest.raises(Refused, match="换了另一个库"):
            actions.set_upper_library(city, by=chief, **{**LIBRARY_SETTINGS, "name": "全国库"})
        actions.set_upper_library(city, by=chief, **{**LIBRARY_SETTINGS, "name": "全省新库"}, same=True)
        assert upload_stage(policy) == UploadStage.DONE
        actions.set_upper_library(city, by=chief, **{**LIBRARY_SETTINGS, "name": "全国库"}, same=False)
        assert upload_stage(policy) == UploadStage.MISSING
        former.refresh_from_db()
        assert former.place == LIBRARY_SETTINGS["name"]
        upload(policy, clerk)
        assert upload_stage(policy) == UploadStage.DONE

    @pytest.mark.parametrize(
        ("covers", "levels"),
        [
            (UploadedScope.NORMATIVE, {PolicyLevel.NORMATIVE}),
            (UploadedScope.RULES, {PolicyLevel.NORMATIVE, PolicyLevel.GOVERNMENT_RULE}),
            (UploadedScope.ALL, {PolicyLevel.NORMATIVE, PolicyLevel.GOVERNMENT_RULE, PolicyLevel.OTHER}),
        ],
    )
    def test_levels_covered_by_a_scope(self, covers: str, levels: set[str]) -> None:
        assert set(UpperLibrary(covers=covers).levels) == levels

    def test_setting_of_the_nearest_body_counts(
        self, library: UpperLibrary, housing: Body, policy: PolicyRecord
    ) -> None:
        own = UpperLibrary.objects.create(body=housing, name="全省住建系统文件库", since=TODAY, basis="厅通知")
        assert find_upper_library_of_record(policy) == own
        assert [row.pk for row, _ in list_due_documents(own)] == [policy.pk]
        assert list_due_documents(library) == []

    def test_subordinate_government_uses_its_own_setting(self, library: UpperLibrary, city: Body) -> None:
        county = BodyFactory(name="青溪县人民政府", kind=BodyKind.DISTRICT, parent=city)
        made = record(BodyFactory(name="青溪县财政局", parent=county))
        assert find_upper_library_of_record(made) is None
        own = UpperLibrary.objects.create(body=county, name="云岭市政策文件库", since=TODAY, basis="市通知")
        assert find_upper_library_of_record(made) == own


class TestUploadStages:
    def test_public_documents_are_due_until_receipt_and_after_changes(
        self, library: UpperLibrary, housing: Body, rules: Column, clerk: Actor, policy: PolicyRecord
    ) -> None:
        made, hidden, other = (
            policy,
            record(housing),
            public(housing, [rules], level=PolicyLevel.OTHER),
        )
        ended = public(housing, [rules], effective_on=date(2020, 1, 1), ends_on=date(2025, 1, 1))
        assert [upload_stage(one) for one in (made, hidden, ended)] == [
            UploadStage.MISSING,
            UploadStage.NONE,
            UploadStage.NONE,
        ]
        assert upload_stage(other) == "not covered"
        actions.record_upload(made, by=clerk, on=TODAY, standing="in_force")
        assert upload_stage(made) == UploadStage.WAITING
        upload(made, clerk)
        assert upload_stage(made) == UploadStage.DONE
        changes: list[tuple[dict[str, Any], str]] = [
            ({"what": DecisionKind.EXTEND, "until": date(2031, 4, 30)}, "in_force"),
            ({"what": DecisionKind.AMEND}, "amended"),
            ({"what": DecisionKind.REPEAL}, "repealed"),
        ]
        for number, (change, standing) in enumerate(changes):
            actions.decide(made, by=SYSTEM, on=TODAY, cited="新的办法", **change)
            assert upload_stage(made) == UploadStage.STALE
            upload(made, clerk, standing=standing, number=f"省库〔2026〕1{number}号")
            assert upload_stage(made) == UploadStage.DONE

    def test_expiry_makes_an_upload_stale_and_entry_into_force_does_not(
        self, library: UpperLibrary, housing: Body, rules: Column, clerk: Actor
    ) -> None:
        made = public(housing, [rules], effective_on=date(2026, 12, 1), ends_on=date(2026, 12, 31))
        upload(made, clerk, standing="not_yet")
        with time_machine.travel("2026-12-02 04:00"):
            assert upload_stage(made) == UploadStage.DONE
        with time_machine.travel("2027-01-04 04:00"):
            assert upload_stage(made) == UploadStage.STALE
            assert dict(list_due_documents(library))[made] == date(2027, 1, 8)

    def test_withdrawn_document_is_due_until_taken_down_there(
        self, library: UpperLibrary, housing: Body, clerk: Actor, policy: PolicyRecord
    ) -> None:
        upload(policy, clerk)
        assert policy.document is not None
        publishing.withdraw(policy.document, by=actor(Role.SIGNER, housing), reason="有误")
        assert upload_stage(policy) == UploadStage.STALE
        assert [day for _, day in list_due_documents(library)] == [date(2026, 11, 27)]
        upload(policy, clerk, standing=TAKEN_DOWN_STANDING)
        assert upload_stage(policy) == UploadStage.NONE


class TestDeadlines:
    def test_deadline_counts_from_publication_but_not_before_the_setting(
        self, library: UpperLibrary, policy: PolicyRecord
    ) -> None:
        assert [day for _, day in list_due_documents(library)] == [date(2026, 11, 27)]
        type(policy.document).objects.filter(pk=policy.document_id).update(  # type: ignore[union-attr]
            published_at="2020-01-06T04:00:00Z"
        )
        assert [day for _, day in list_due_documents(library)] == [date(2026, 11, 9)]
        UpperLibrary.objects.update(working_days=False, days=30)
        assert [day for _, day in list_due_documents(UpperLibrary.objects.get())] == [date(2026, 12, 2)]

    def test_one_entry_per_unit_and_day_is_settled_and_reopened(
        self, library: UpperLibrary, housing: Body, rules: Column, clerk: Actor, policy: PolicyRecord
    ) -> None:
        first, second = policy, public(housing, [rules])
        assert upload_tasks.update_upload_entries() == {"uploads_owed": 1, "uploads_done": 0}
        assert upload_tasks.update_upload_entries() == {"uploads_owed": 0, "uploads_done": 0}
        entry = Entry.objects.get(kind="upload")
        assert (entry.body, str(entry.due_at.date())) == (housing, "2026-11-27")
        assert entry.work_label == "登记上传"
        upload(first, clerk)
        entry.refresh_from_db()
        assert entry.closed_at is None
        slip = upload(second, clerk, number="库2")
        entry.refresh_from_db()
        assert (entry.state, bool(entry.closed_at)) == ("done", True)
        actions.take_back_upload(slip, by=clerk, reason="登记到了另一份文件上")
        entry.refresh_from_db()
        assert (entry.state, entry.closed_at) == ("open", None)
        assert upload_stage(second) == UploadStage.MISSING
        assert settle_task.why_not(entry, by=clerk)
        assert reopen_task.why_not(entry, by=clerk)
        assert postpone_task.why_not(entry, by=clerk)
        UpperLibrary.objects.update(active=False)
        upload_tasks.update_upload_entries()
        entry.refresh_from_db()
        assert entry.state == "cancelled"

    def test_changed_setting_moves_deadlines_without_settling(
        self, library: UpperLibrary, city: Body, chief: Actor, housing: Body, policy: PolicyRecord
    ) -> None:
        upload_tasks.update_upload_entries()
        entry = Entry.objects.get(kind="upload")
        for days, until in ((2, "2026-11-24"), (10, "2026-12-04")):
            actions.set_upper_library(city, by=chief, **{**LIBRARY_SETTINGS, "days": days})
            assert upload_tasks.update_upload_entries() == {"uploads_owed": 0, "uploads_done": 0}
            entry.refresh_from_db()
            assert (entry.state, str(entry.due_at.date()), until in entry.title) == ("open", until, True)
        assert compute_deadline(entry).date == date(2026, 12, 4)
        assert policy.document is not None
        publishing.withdraw(policy.document, by=actor(Role.SIGNER, housing), reason="有误")
        upload_tasks.update_upload_entries()
        entry.refresh_from_db()
        assert entry.state == "cancelled"

    def test_merged_deadlines_share_one_entry(
        self, library: UpperLibrary, city: Body, chief: Actor, housing: Body, rules: Column, policy: PolicyRecord
    ) -> None:
        with time_machine.travel("2026-11-23 04:00"):
            public(housing, [rules])
            upload_tasks.update_upload_entries()
            assert Entry.objects.filter(kind="upload").count() == 2
            actions.set_upper_library(city, by=chief, **{**LIBRARY_SETTINGS, "since": date(2026, 11, 24)})
        with time_machine.travel("2026-11-24 04:00"):
            upload_tasks.update_upload_entries()
        states = Entry.objects.filter(kind="upload").order_by("state").values_list("state", flat=True)
        assert list(states) == ["cancelled", "open"]

    def test_successor_takes_over_due_uploads(
        self, library: UpperLibrary, housing: Body, justice: Body, policy: PolicyRecord
    ) -> None:
        upload_tasks.update_upload_entries()
        Body.objects.filter(pk=housing.pk).update(merged_into=justice, active_to=TODAY)
        upload_tasks.update_upload_entries()
        states = dict(Entry.objects.filter(kind="upload").values_list("body", "state"))
        assert states == {housing.pk: "cancelled", justice.pk: "open"}
        Body.objects.filter(pk=justice.pk).update(active_to=TODAY)
        upload_tasks.update_upload_entries()
        assert not Entry.objects.filter(kind="upload", closed_at=None).exists()


class TestUploads:
    def test_uploads_are_immutable_and_taken_back_once(
        self, library: UpperLibrary, housing: Body, clerk: Actor, policy: PolicyRecord
    ) -> None:
        made = upload(policy, clerk)
        with pytest.raises(DatabaseError), transaction.atomic():
            Upload.objects.update(number="改")
        with pytest.raises(Refused, match="理由"):
            actions.take_back_upload(made, by=clerk, reason=" ")
        actions.take_back_upload(made, by=clerk, reason="误登记")
        with pytest.raises(Refused, match="已经撤回"):
            actions.take_back_upload(made, by=clerk, reason="误登记")
        assert UploadBack.objects.get().made_by == clerk.name
        entered = record(housing)
        actions.take_back_upload(upload(entered, clerk, number="库9"), by=clerk, reason="误登记")
        with pytest.raises(Refused, match="不能移出"):
            actions.remove_record(entered, by=clerk, reason="误录")

    def test_impossible_uploads_are_refused(
        self, library: UpperLibrary, housing: Body, justice: Body, rules: Column, clerk: Actor, policy: PolicyRecord
    ) -> None:
        made, other, foreign = policy, public(housing, [rules]), public(justice, [rules])
        upload(made, clerk)
        cases: list[tuple[dict[str, Any], str]] = [
            ({"on": date(2026, 11, 21)}, "不能晚于今天"),
            ({"on": date(2026, 11, 18)}, "早于最近一次"),
            ({"on": date(2019, 12, 31)}, "成文日期"),
            ({"on": date(1999, 12, 31)}, "2000年"),
            ({"number": ""}, "已经登记了回执"),
            ({}, "已经登记过"),
            ({"standing": ""}, "有效性"),
            ({"address": "javascript:alert(1)"}, "http"),
        ]
        for facts, said in cases:
            with pytest.raises(Refused, match=said):
                upload(made, clerk, **facts)
        with pytest.raises(Refused, match="另一份文件"):
            upload(other, clerk)
        with pytest.raises(Refused, match="本单位"):
            upload(foreign, actor(Role.CLERK, housing))
