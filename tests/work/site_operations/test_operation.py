"""Operation of a website: site file, missing logs, findings as rectifications, handover by two persons, export."""

import io
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from factories.migration import PNG
from factories.publishing import WebsiteFactory, column, public
from factories.units import BodyFactory, actor, signed_in
from gongkai.content.migration.bundles import open_bundle
from gongkai.content.migration.sources.sheet import OLD_ITEMS_SHEET, make_item
from gongkai.content.publishing.freezing import store_picture
from gongkai.core.acts.action import Refused
from gongkai.core.background_jobs.exports import EXPORTS_BY_NAME, find_export
from gongkai.core.background_jobs.models import Export
from gongkai.core.background_jobs.worker import process_due_jobs
from gongkai.core.files.models import StoredFile
from gongkai.core.files.storage import get_files_storage, get_store_path
from gongkai.core.outbox.models import Message
from gongkai.core.spreadsheets import read_table
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Role
from gongkai.work.newmedia.models import Account
from gongkai.work.site_operations import actions, panels, permissions, queries
from gongkai.work.site_operations.export import MISSING_FILE_NAME, export_site
from gongkai.work.site_operations.models import Regulation, RegulationKind, RestoreDrill, Upkeep
from gongkai.work.site_operations.sections import ReadingFindsField

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def upkeep() -> Upkeep:
    website = WebsiteFactory(body=BodyFactory())
    begun = TODAY - timedelta(days=3)
    made: Upkeep = actions.save_site_file(
        Upkeep(website=website), by=SYSTEM, supervisor=website.body, undertaker="信息中心", reading_from=begun
    )
    return made


@pytest.mark.parametrize(
    ("role", "own", "may"), [(Role.CLERK, True, True), (Role.CLERK, False, False), (Role.CHIEF, True, True), (Role.AUDITOR, True, False)]
)  # fmt: skip
def test_who_edits_the_site_file(upkeep: Upkeep, role: Role, own: bool, may: bool) -> None:
    by = actor(role, upkeep.body if own else BodyFactory())
    assert (actions.set_funding.why_not(upkeep, by=by) == []) is may
    assert queries.websites_visible_to(by).exists() is own


def test_day_without_log_is_flagged_and_notified_once(upkeep: Upkeep) -> None:
    clerk = actor(Role.CLERK, upkeep.body)
    actions.write_daily_log(upkeep, by=clerk, day=TODAY - timedelta(days=2), words="各栏目正常")
    with pytest.raises(Refused):
        actions.remind_of_missing_log(upkeep, by=clerk, day=TODAY, body=upkeep.body)
    missing = [TODAY - timedelta(days=1), TODAY - timedelta(days=3)]
    assert queries.list_missing_days(upkeep, TODAY) == missing
    assert queries.find_status(upkeep, TODAY).light == "red"
    assert panels.remind_of_missing_logs() == {"reminded": 2}
    assert panels.remind_of_missing_logs() == {}
    assert Message.objects.filter(key__startswith="platform.reading").values("key").distinct().count() == 2
    # For scoring: one day logged late, two not at all.
    cases = queries.list_reading_cases(upkeep.body, TODAY - timedelta(days=9), TODAY)
    assert [(one.value, one.why) for one in cases] == [(0.0, "没有日志"), (0.0, "日志补记"), (0.0, "没有日志")]
    with pytest.raises(Refused, match="预先"):
        actions.write_daily_log(upkeep, by=clerk, day=TODAY + timedelta(days=1), words="各栏目正常")


def test_closed_account_is_not_read_any_more(upkeep: Upkeep) -> None:
    account = Account.objects.create(body=upkeep.body, platform="wechat", name="云岭发布&政务", state="open")
    begun = TODAY - timedelta(days=4)
    actions.save_site_file(Upkeep(account=account), by=SYSTEM, reading_from=begun)
    clerk = actor(Role.CLERK, upkeep.body)
    assert len(queries.list_sites_read_by(clerk)) == 2
    page = signed_in(Role.CLERK, upkeep.body).get(f"/admin/operation/account/{account.pk}/").content.decode()
    assert f"q={quote(account.name)}" in page
    Account.objects.update(state="closed", closed_on=TODAY - timedelta(days=2))
    assert queries.list_sites_read_by(clerk) == [upkeep]
    assert panels.remind_of_missing_logs() == {"reminded": 3}, "those of the site"
    cases = queries.list_reading_cases(upkeep.body, begun, TODAY)
    assert [one.label for one in cases if "云岭发布" in one.label] == [
        f"{account.name} {begun + timedelta(days=number)}" for number in (0, 1)
    ]


def test_training_cannot_be_in_the_future(upkeep: Upkeep) -> None:
    facts: dict[str, Any] = {"name": "陈敏", "team": "content", "field": "editing"}
    with pytest.raises(Refused, match="不能晚于今天"):
        actions.enter_member(upkeep, by=SYSTEM, **facts, trained_on=TODAY + timedelta(days=1))
    actions.enter_member(upkeep, by=SYSTEM, **facts, trained_on=TODAY)
    actions.enter_member(upkeep, by=SYSTEM, **facts)
    assert upkeep.members.get().trained_on == TODAY
    member = upkeep.members.get().pk
    actions.record_departure(upkeep, by=SYSTEM, member=member)
    with pytest.raises(Refused, match="已经离开"):
        actions.record_departure(upkeep, by=SYSTEM, member=member)


def test_duty_shifts_skip_days_off_unless_covered(upkeep: Upkeep) -> None:
    actions.save_site_file(upkeep, by=SYSTEM, reading_from=date(2026, 2, 9), every_day=False)
    assert (
        actions.plan_duty_shifts(upkeep, by=SYSTEM, names=["甲", "乙"], first=date(2026, 3, 6), last=date(2026, 3, 10))
        == 3
    )
    assert list(upkeep.turns.values_list("day__day", "name")) == [(6, "甲"), (9, "乙"), (10, "甲")]


def test_reading_finding_becomes_rectification_of_the_unit(upkeep: Upkeep) -> None:
    clerk = actor(Role.CLERK, upkeep.body)
    log = actions.write_daily_log(upkeep, by=clerk, day=TODAY, words="发现一处问题", finds=[("/a/", "图片不显示")])
    entry = log.finds.get().entry
    read = ReadingFindsField(required=False).clean
    assert read("/x/ 链接打不开\n首页有错字\n") == [("/x/", "链接打不开"), ("", "首页有错字")]
    for words, fault in (("/x/", "写明问题"), ("有错字\n" * 51, "最多登记50个")):
        with pytest.raises(ValidationError, match=fault):
            read(words)
    assert (entry.kind, entry.body, entry.rectification.what) == ("rectification", upkeep.body, "图片不显示")
    with pytest.raises(Refused, match="政务公开办"):
        actions.write_daily_log(
            upkeep, by=clerk, day=TODAY, words="发现一处问题", finds=[("", "x")], body=BodyFactory()
        )


def test_newest_regulation_is_current_and_older_ones_are_kept(upkeep: Upkeep) -> None:
    for since in (date(2024, 1, 1), date(2026, 1, 1)):
        actions.enter_regulation(upkeep, by=SYSTEM, kind="content", title=f"{since.year}年制度", since=since)
    assert queries.find_current_regulations(upkeep, TODAY)["content"].title == "2026年制度"
    assert Regulation.objects.get(title="2024年制度").ended_on == date(2026, 1, 1)
    assert (
        len([one for one in queries.find_status(upkeep, TODAY).lacks if one.endswith("制度")])
        == len(RegulationKind) - 1
    )


def test_handover_of_a_part_needs_two_persons(upkeep: Upkeep) -> None:
    row = actions.enter_handover(upkeep, by=SYSTEM, part="code", what="源代码一份", giver="某公司", on=TODAY)
    lead = actor(Role.LEAD, upkeep.body)
    assert actions.sign_handover_as_witness.why_not(row, by=lead) == ["接收人还没有签收。"]
    actions.sign_handover_receipt(row, by=lead)
    with pytest.raises(Refused, match="两个人"):
        actions.sign_handover_as_witness(row, by=lead)
    actions.sign_handover_as_witness(row, by=actor(Role.CHIEF, upkeep.body))
    with pytest.raises(Refused, match="已经签字"):
        actions.enter_handover(upkeep, by=SYSTEM, part="code", what="别的", giver="某公司", on=TODAY)


def test_handover_nobody_can_sign_is_not_pending(upkeep: Upkeep) -> None:
    row = actions.enter_handover(upkeep, by=SYSTEM, part="code", what="源代码一份", giver="某公司", on=TODAY)
    assert not permissions.can_be_received(row)
    lead = actor(Role.LEAD, upkeep.body)
    assert permissions.can_be_received(row)
    actions.sign_handover_receipt(row, by=lead)
    page = signed_in(Role.AUDITOR, upkeep.body).get(f"/admin/operation/site/{upkeep.website_id}/")
    assert "没有接收人以外可以监交的人" in page.content.decode()
    actor(Role.CHIEF, upkeep.body)
    assert permissions.can_be_witnessed(row)


def test_exported_site_is_imported_completely(upkeep: Upkeep, tmp_path: Path) -> None:
    assert upkeep.website is not None
    mark = store_picture(PNG, "图.png").pk
    text = f'<p>为改善居民居住条件，制定本计划。</p><p><img alt="效果图" src="gongkai-file:{mark}"></p>'
    public(upkeep.body, [column(upkeep.website, "通知公告")], title="关于防汛的通知", imported_html=text)
    actions.log_site_export(upkeep, by=SYSTEM)
    whole = export_site(upkeep.website)
    assert whole.missing == []
    (tmp_path / "整站.zip").write_bytes(whole.content.read())
    bundle = open_bundle(str(tmp_path / "整站.zip"))
    table = read_table(bundle.read("信息.xlsx"), OLD_ITEMS_SHEET)
    assert table.errors == []
    assert {"栏目.xlsx", "说明.txt", "摘要值.txt"} <= set(bundle.all)
    found = make_item(table.rows[0], bundle)
    assert (found.title, found.column, found.files) == ("关于防汛的通知", ("通知公告",), [])
    assert [bundle.read(picture.ref) for picture in found.pictures] == [StoredFile.objects.get(pk=mark).read()]


def test_export_names_missing_files(upkeep: Upkeep) -> None:
    assert upkeep.website is not None
    mark = store_picture(PNG, "图.png").pk
    text = f'<p>见图。</p><img src="gongkai-file:{mark}" alt="图">'
    public(upkeep.body, [column(upkeep.website, "通知公告")], title="关于防汛的通知", imported_html=text)
    get_files_storage().delete(get_store_path(mark))
    clerk = signed_in(Role.CLERK, upkeep.body)
    actions.log_site_export(upkeep, by=SYSTEM)
    answer = clerk.post(f"/admin/operation/site/{upkeep.website_id}/whole.zip")
    assert "1项未能导出" in unquote(answer["Content-Disposition"])
    with zipfile.ZipFile(io.BytesIO(b"".join(answer))) as bundle:  # type: ignore[arg-type]
        assert "“关于防汛的通知”的图片：文件库中已缺失" in bundle.read(MISSING_FILE_NAME).decode()
        assert MISSING_FILE_NAME in bundle.read("说明.txt").decode()


def test_restore_drill_is_due_each_year() -> None:
    assert queries.is_drill_due(TODAY)
    actions.log_restore_drill(RestoreDrill(), by=SYSTEM, ok=False, made_at="x", broken="缺文件")
    assert queries.is_drill_due(TODAY)
    actions.log_restore_drill(RestoreDrill(), by=SYSTEM, ok=True, made_at="x")
    assert not queries.is_drill_due(TODAY)


def test_export_of_large_site_is_made_by_worker(upkeep: Upkeep, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = find_export("platform.whole")
    assert whole is not None
    monkeypatch.setitem(EXPORTS_BY_NAME, "platform.whole", replace(whole, most=0))
    assert upkeep.website is not None
    public(upkeep.body, [column(upkeep.website, "整站栏目")], title="整站文件")
    clerk = signed_in(Role.CLERK, upkeep.body)
    asked = clerk.post(f"/admin/operation/site/{upkeep.website_id}/whole.zip")
    assert asked.status_code == 302
    process_due_jobs()
    export = Export.objects.get()
    taken = clerk.post(f"{asked.headers['Location']}take/")
    with zipfile.ZipFile(io.BytesIO(b"".join(taken))) as packed:  # type: ignore[arg-type]
        assert "信息.xlsx" in packed.namelist()
    assert export.name.endswith(".zip")
