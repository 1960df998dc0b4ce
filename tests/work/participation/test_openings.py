"""政府开放日、会议开放: planned, announced, held, documented; evidence of tasks, public pages, annual report."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Q
from django.test import Client
from django.utils import timezone

from factories.checks import sheet_of_paper
from factories.notices import city, entry_of, live, parsed, row
from factories.participation import travel_to_noon
from factories.publishing import column, public, website
from factories.units import BodyFactory, actor, signed_in
from gongkai.content.editions.models import Column
from gongkai.core.acts.action import Conflict, Refused
from gongkai.core.files.models import StoredFile
from gongkai.core.files.store import store_upload
from gongkai.core.spreadsheets import write_xlsx
from gongkai.core.spreadsheets.importers import IMPORTERS_BY_NAME
from gongkai.core.units.models import Body, BodyKind, BodyLevel, Role
from gongkai.work.participation import actions
from gongkai.work.participation.models import Opening
from gongkai.work.participation.open_events import (
    count_open_events_held_between,
    list_public_open_events,
    open_events_visible_to,
)
from gongkai.work.participation.panels import MAX_PANEL_ROWS, make_unrecorded_open_events_block

pytestmark = pytest.mark.django_db
ADMIN_URL = "/admin/decisions/openings/"
FACTS = {
    "kind": "open_day",
    "place": "市自来水厂",
    "theme": "走进水厂",
    "invited": "市民代表",
    "guests": None,
    "account": "",
    "address": "",
}


def plan_event(body: Body, on: date, **facts: object) -> Opening:
    made: Opening = actions.register_open_event(body, by=actor(Role.CLERK, body), on=on, **{**FACTS, **facts})
    return made


def make_photo(name: str = "照片.png") -> SimpleUploadedFile:
    bytes_ = sheet_of_paper(name, 60, 80)
    return SimpleUploadedFile(name, bytes_, "image/png")


def test_open_day_is_planned_announced_held_and_published(housing: Body, plans: Column, client: Client) -> None:
    day = timezone.localdate() + timedelta(days=10)
    with pytest.raises(Refused, match="日期还没有到"):
        plan_event(housing, day, guests=3)
    with pytest.raises(Refused, match="只有承办单位"):
        actions.register_open_event(housing, by=actor(Role.CLERK, plans.website.body), on=day, **FACTS)
    made, clerk = plan_event(housing, day), actor(Role.CLERK, housing)
    item = actions.announce_open_event(made, by=clerk)
    assert "走进水厂" in item.body
    assert list_public_open_events(plans.website.body) == ([], [])
    actions.unlink_open_event(made, by=clerk, document=Opening.objects.get().announcement)
    announced = public(housing, [plans], title="关于政府开放日的公告")
    actions.link_open_event(made, by=clerk, document=announced, announces="1")
    page = client.get("/decisions/").content.decode()
    assert "关于政府开放日的公告" in page
    assert "走进水厂" not in page  # what no review saw stays inside
    with travel_to_noon(day + timedelta(days=1)):
        one = Opening.objects.get()
        assert one.state == "待登记举办情况"
        assert make_unrecorded_open_events_block(clerk)["todos"].count == 1
        assert make_unrecorded_open_events_block(actor(Role.CLERK, plans.website.body)) is None
        facts = {name: getattr(one, name) for name in (*FACTS, "on")}
        actions.change_open_event(one, by=clerk, **{**facts, "guests": 24, "account": "提出建议5条"})
        report = public(housing, [plans], title="市民走进水厂")
        actions.link_open_event(one, by=clerk, document=report)
        coming, over = list_public_open_events(plans.website.body)
        assert (coming, [title for title, _ in over[0].texts]) == ([], ["关于政府开放日的公告", "市民走进水厂"])
        assert count_open_events_held_between(Q(body=housing), day, day) == {"open_day": (1, 24)}


def test_event_is_evidence_of_its_task() -> None:
    town = city()
    body = town.education
    rows = [row("落实政府开放日制度，每年至少组织2次，邀请市民代表参加。", ["市发展改革委"], ["市教育局"])]
    entry = entry_of(live(town, parsed(rows=rows)), body)
    client, clerk = signed_in(Role.CLERK, body), actor(Role.CLERK, body)
    today = timezone.localdate()
    one = plan_event(body, today, guests=12)
    address = f"{ADMIN_URL}{one.pk}/"
    sent = {"what": "photo", "uploads": [make_photo()]}
    client.post(f"{address}papers/", sent)
    client.post(f"{address}papers/", {"what": "sign_in", "uploads": [make_photo("签到.png")]})
    client.post(f"{address}papers/", sent)
    assert [paper.name for paper in one.papers.all()] == ["照片.png", "签到.png"]
    assert "列为佐证" in client.get(entry.url).content.decode()
    form = client.get(f"{address}prove-by-opening/").context["form"]
    assert form.initial["papers"] == [one.papers.get(name="照片.png").pk]
    chosen = {"entry": entry.pk, "papers": form.initial["papers"], "next": entry.url}
    assert client.post(f"{address}prove-by-opening/", chosen)["Location"] == entry.url
    twice = client.post(f"{address}prove-by-opening/", chosen).content.decode()
    assert "已经是这项任务的佐证" in twice
    proof = entry.evidence.get()
    assert (proof.title, timezone.localdate(proof.captured_at)) == ("照片：照片.png", today)
    assert "已列为佐证" in client.get(entry.url).content.decode()
    with pytest.raises(Refused, match="先在任务页面撤回佐证"):
        actions.drop_open_event(one, by=clerk, reason="重复登记")
    with pytest.raises(Refused, match="不能改为没有举办"):
        actions.change_open_event(one, by=clerk, **FACTS, on=today)
    other = plan_event(town.finance, today, guests=2)
    with pytest.raises(Refused, match="只能作为本单位任务的佐证"):
        actions.prove_by_open_event(other, by=actor(Role.CLERK, town.finance), entry=entry, papers=[1])
    for number in range(MAX_PANEL_ROWS):
        plan_event(body, today, guests=1, theme=f"第{number}次")
    assert f"已登记举办 {MAX_PANEL_ROWS + 1} 次" in client.get(entry.url).content.decode()
    sheet = one.papers.get(name="签到.png")
    assert client.get(f"{address}papers/{sheet.pk}/").status_code == 200
    stranger, theirs = signed_in(Role.CLERK, town.finance), actor(Role.CLERK, town.finance)
    for refused, target in ((actions.attach_open_event_papers, one), (actions.drop_open_event_paper, sheet)):
        assert "只有承办单位" in refused.why_not(target, by=theirs)[0]
    assert stranger.get(f"{address}papers/{sheet.pk}/").status_code == 404
    assert one not in open_events_visible_to(actor(Role.CLERK, town.finance))
    client.post(f"{address}papers/{sheet.pk}/")
    assert one.papers.count() == 1
    assert StoredFile.objects.filter(pk=sheet.stored_id).exists()  # the same picture under another name
    with pytest.raises(Conflict, match="已由他人删除"):
        actions.drop_open_event_paper(sheet, by=clerk)


def test_stale_form_does_not_overwrite_other_fields(housing: Body) -> None:
    one, client = plan_event(housing, timezone.localdate()), signed_in(Role.CLERK, housing)
    sent = {**FACTS, "guests": "", "on": str(one.on), "version": one.version}
    client.post(f"{ADMIN_URL}{one.pk}/change-opening/", {**sent, "guests": 24})
    client.post(f"{ADMIN_URL}{one.pk}/change-opening/", {**sent, "place": "二水厂"})
    stored = Opening.objects.get()
    assert (stored.guests, stored.place) == (24, "市自来水厂")
    answer = client.post(f"{ADMIN_URL}new/", {**sent, "body": housing.pk}).content.decode()
    assert "已经登记，不重复登记" in answer
    assert Opening.objects.count() == 1


def test_announcement_on_another_site_is_linked_there(plans: Column, client: Client) -> None:
    county = BodyFactory(
        name="青溪县人民政府", parent=plans.website.body, kind=BodyKind.DISTRICT, level=BodyLevel.COUNTY
    )
    there = website(name="青溪县政府网", host="qx.example", code="5309990002", body=county, is_default=False)
    announced = public(county, [column(there, "公告")], title="关于开放日的公告")
    one = plan_event(county, timezone.localdate() + timedelta(days=5))
    clerk = actor(Role.CLERK, county)
    actions.link_open_event(one, by=clerk, document=announced, announces="1")
    assert 'href="//qx.example/columns/' in client.get("/decisions/").content.decode()
    office = signed_in(Role.CLERK, county)
    assert 'href="//qx.example/columns/' in office.get(f"{ADMIN_URL}{one.pk}/").content.decode()
    said = office.post(f"{ADMIN_URL}{one.pk}/drop-opening/", {"reason": "因故取消"}, follow=True).content.decode()
    assert "公告没有随之改动" in said


def test_deleting_document_keeps_published_picture(housing: Body, plans: Column) -> None:
    mark = store_upload(make_photo()).digest
    picture = f'<p><img src="gongkai-file:{mark}" alt="参观"></p>'
    public(housing, [plans], title="市民走进水厂", body=f"<p>市民参观了水厂。</p>{picture}")
    one, client = plan_event(housing, timezone.localdate(), guests=3), signed_in(Role.CLERK, housing)
    client.post(f"{ADMIN_URL}{one.pk}/papers/", {"what": "photo", "uploads": [make_photo()]})
    client.post(f"{ADMIN_URL}{one.pk}/papers/{one.papers.get().pk}/")
    assert not one.papers.exists()
    assert StoredFile.objects.filter(pk=mark).exists()


def test_register_is_exported_reimported_and_undone(housing: Body) -> None:
    client, today = signed_in(Role.CLERK, housing), timezone.localdate()
    one = plan_event(housing, today, kind="meeting", theme="局长办公会：物业条例", guests=4)
    new = Opening(body=housing, **{**FACTS, "on": today, "guests": 9})
    importer = IMPORTERS_BY_NAME["openings"]
    sent = BytesIO(write_xlsx(importer.sheet, [one, new]))
    sent.name = "开放日.xlsx"
    run = client.post("/admin/spreadsheets/openings/", {"file": sent}, follow=True).redirect_chain[-1][0]
    client.post(f"{run}apply/")
    assert Opening.objects.count() == 2
    sums = count_open_events_held_between(Q(body=housing), today, today)
    assert sums == {"open_day": (1, 9), "meeting": (1, 4)}
    page = client.get(f"{ADMIN_URL}?year={today.year}").content.decode()
    assert ">2 次<" in page
    assert ">13 人<" in page
    assert ">0 次<" in client.get(f"{ADMIN_URL}?body={housing.pk}&year={today.year - 1}").content.decode()
    assert client.get(f"{ADMIN_URL}?export=1").status_code == 200
    client.post(f"{ADMIN_URL}{one.pk}/drop-opening/", {"reason": "登记错误"})
    assert Opening.objects.get(pk=one.pk).state == "已取消"
