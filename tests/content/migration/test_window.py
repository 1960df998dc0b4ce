"""Abuse of a migration: invented rows, a puppet who orders, keeping personal data, moves outside the window."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from factories.migration import approve_and_process, page, read_run, row, sheet, zipped
from factories.units import AppointmentFactory, PersonFactory, UserFactory, actor, signed_in
from gongkai.content.editions.models import Document, Edition, Website
from gongkai.content.editions.sources import find_source
from gongkai.content.migration import actions
from gongkai.content.migration.models import MoveRow, MoveRun, MoveWindow, RowState, RunState
from gongkai.content.migration.queries import count_by_state, describe_rows_outside_years
from gongkai.content.migration.run_steps import work_on_run
from gongkai.content.publishing.models import ItemPage
from gongkai.content.reviewing.actions.reviews import find_submission_blockers
from gongkai.core.acts.action import Refused
from gongkai.core.acts.chain import append_record
from gongkai.core.units.actions import appointments
from gongkai.core.units.actors import SYSTEM, Actor, get_actor
from gongkai.core.units.models import Body, Role

pytestmark = pytest.mark.django_db


def test_unproven_rows_become_drafts_not_signed_by_their_preparers(
    site: Website, chief: Actor, housing: Body, plans: Any, tmp_path: Any
) -> None:
    other = page("别的标题", date="2018-05-03", text="别的文字")
    wrong_day = page(row(3)["title"], date="2017-01-01", text=row(3)["text"])
    bundle = tmp_path / "b.zip"
    bundle.write_bytes(zipped({"other.html": other, "day.html": wrong_day}))
    rows = [row(1), row(2, page="other.html"), row(3, page="day.html")]
    run = read_run(site, chief, sheet=sheet(*rows), bundle=bundle, prove=False)
    assert count_by_state(run) == {"draft": 3}
    assert [one.words.partition("，")[0] for one in run.rows.order_by("number")] == [
        "没有保存的原网页佐证",
        "原网页上没有：标题、正文“为改善居民居住条件",
        "原网页的发布日期与表中不同",
    ]
    run = approve_and_process(run, chief)
    assert count_by_state(run) == {"drafted": 3}
    assert not Edition.objects.exists()
    document = Document.objects.get(pk=run.rows.get(number=1).document_id)
    source = find_source(document.source)
    assert source is not None
    assert source.latest_revision_id is not None
    assert chief.person_id in source.writers(0, source.latest_revision_id).people


def test_rows_dated_after_the_new_site_went_live_become_drafts(site: Website, chief: Actor) -> None:
    MoveWindow.objects.update(live_on=timezone.localdate() - timedelta(days=365 * 9))
    run = read_run(site, chief, sheet=sheet(row(1)))
    assert count_by_state(run) == {"draft": 1}


def test_rows_outside_the_years_of_the_reason_are_reported(site: Website, chief: Actor) -> None:
    run = read_run(site, chief, sheet=sheet(row(1), row(2, published="2016-05-03 10:00")))
    for reason, warning in (
        ("迁移2019年以来的信息", "有2条的发布时间（2016年至2018年）不在迁移期事由写明的2019年以来"),
        ("迁移2017至2023年的信息", "有1条的发布时间（2016年）不在迁移期事由写明的2017至2023年"),
        ("迁移2015—2023年的信息", ""),
        ("2026年新网站建设方案", ""),
    ):
        MoveWindow.objects.update(reason=reason)
        said = describe_rows_outside_years(MoveRun.objects.get(pk=run.pk))
        assert said.startswith(warning) if warning else said == ""


def test_migration_is_refused_outside_a_window(site: Website, chief: Actor) -> None:
    run = read_run(site, chief, sheet=sheet(row(1)))
    over = timezone.localdate() - timedelta(days=1)
    for facts, said in (
        ({"until": over}, "已于"),
        ({"until": timezone.localdate(), "opened_at": None}, "没有开通迁移期"),
        ({"closed_at": timezone.now()}, "没有开通迁移期"),
    ):
        MoveWindow.objects.update(**facts)
        with pytest.raises(Refused, match=said):
            actions.order_run(run, by=chief)
        with pytest.raises(Refused, match=said):
            actions.reread_source(run, by=chief)
    assert not Edition.objects.exists()


def test_ordered_run_pauses_when_the_window_ends(site: Website, chief: Actor) -> None:
    run = read_run(site, chief, sheet=sheet(row(1)))
    found = run.rows.get()
    assert (found.state, len(found.source["digest"])) == (RowState.READY, 64)
    actions.order_run(run, by=chief)
    MoveWindow.objects.update(until=timezone.localdate() - timedelta(days=1))
    assert work_on_run(run).state == RunState.MOVING
    office = signed_in(Role.ADMINISTRATOR, site.body)
    office.post(f"/admin/migration/{run.pk}/step/")
    assert not Edition.objects.exists()
    assert "已经停下" in office.get(f"/admin/migration/{run.pk}/").content.decode()
    for place, what in ((f"{run.pk}/do/", "again"), (f"{run.pk}/do/", "order")):
        office.post(f"/admin/migration/{place}", {"what": what})
    assert not Edition.objects.exists()
    MoveWindow.objects.update(until=timezone.localdate())
    assert count_by_state(work_on_run(run)) == {"moved": 1}
    behind = Edition.objects.get().approvals[0]["source"]
    assert behind == found.source["digest"], "the saved page stands behind the edition"


def test_page_saved_after_the_new_site_went_live_proves_no_row(site: Website, chief: Actor, tmp_path: Any) -> None:
    live = timezone.localdate()
    late = page(row(1)["title"], date=f"{live} 00:00", text=row(1)["text"], charset="utf-8")
    bundle = tmp_path / "b.zip"
    bundle.write_bytes(zipped({"late.html": late, "late2.html": late}))
    rows = [row(1, page="late.html"), row(2, page="late2.html", title=row(1)["title"], published=str(live))]
    run = read_run(site, chief, sheet=sheet(*rows), bundle=bundle, prove=False)
    words = [one.words for one in run.rows.order_by("number")]
    assert count_by_state(run) == {"draft": 2}
    assert words[0].startswith("原网页的发布日期与表中不同")
    assert words[1].startswith(f"{live}新网站上线以后发布的")


def test_window_is_opened_by_two_persons(site: Website, chief: Actor) -> None:
    MoveWindow.objects.update(closed_at=timezone.now())
    today = timezone.localdate()
    facts = {"reason": "新网站建设", "live_on": today, "until": today + timedelta(days=30)}
    with pytest.raises(Refused, match="最长"):
        actions.request_window(site, by=chief, **{**facts, "until": today + timedelta(days=400)})
    one = actions.request_window(site, by=chief, **facts)
    with pytest.raises(Refused, match="不能自己批准"):
        actions.open_window(one, by=chief)
    for by in (SYSTEM, actor(Role.SIGNER, site.body)):
        with pytest.raises(Refused, match="只有政务公开办"):
            actions.open_window(one, by=by)
    second = signed_in(Role.ADMINISTRATOR, site.body)
    page_ = second.get("/admin/migration/").content.decode()
    assert "迁移期待批准" in page_
    second.post("/admin/migration/window/", {"what": "open", "window": one.pk})
    one.refresh_from_db()
    assert one.is_open
    assert "迁移期至" in second.get("/admin/migration/").content.decode()


def test_person_appointed_after_reading_cannot_order(site: Website, chief: Actor) -> None:
    run = read_run(site, chief, sheet=sheet(row(1)))
    puppet = PersonFactory(user=UserFactory())
    post = AppointmentFactory(person=puppet, role=Role.CHIEF, body=site.body)
    append_record(f"person/{puppet.pk}", action="units.appoint", by=SYSTEM, facts={"appointment": post.pk})
    by = get_actor(puppet.user)
    with pytest.raises(Refused, match="还没有担任相应职务"):
        actions.order_run(run, by=by)
    actions.order_run(run, by=chief)
    held = MoveRow.objects.get()
    MoveRow.objects.update(state=RowState.HELD)
    with pytest.raises(Refused, match="还没有担任相应职务"):
        actions.decide_row(held, by=by, how="keep", ground="依据条例")


@pytest.mark.parametrize("way", ["hand_over", "cover"])
def test_person_who_took_over_the_post_after_reading_cannot_order(way: str, site: Website, chief: Actor) -> None:
    """A handover and a deputy's term begin at midnight, before the run was read that morning."""
    old = AppointmentFactory(person=PersonFactory(user=UserFactory()), role=Role.CHIEF, body=site.body)
    puppet = PersonFactory(user=UserFactory())
    run = read_run(site, chief, sheet=sheet(row(1)))
    today = timezone.localdate()
    if way == "cover":
        until = today + timedelta(days=3)
        covering = appointments.cover(old, by=SYSTEM, person=puppet, start=today, end=until)
    else:
        appointments.hand_over(old.person, by=SYSTEM, to=puppet, on=today - timedelta(days=30))
        covering = puppet.appointments.get()
    assert covering.standing == "confirmed", "who entered it at the server waits for nobody"
    client = Client()
    client.force_login(puppet.user)
    client.post(f"/admin/migration/{run.pk}/do/", {"what": "order"})
    assert "还没有担任相应职务" in client.get(f"/admin/migration/{run.pk}/").content.decode()
    run.refresh_from_db()
    assert run.state == RunState.PLANNED


def test_saved_page_proves_only_one_row(site: Website, chief: Actor, tmp_path: Any) -> None:
    saved = page(row(1)["title"], date="2018-05-02", text=row(1)["text"], charset="utf-8")
    bundle = tmp_path / "b.zip"
    bundle.write_bytes(zipped({"a.html": saved, "b.html": saved}))
    text = row(1)["text"]
    twice = [row(1, page="a.html"), row(2, page="b.html", published="2018-05-02", title=text, text=text)]
    run = read_run(site, chief, sheet=sheet(*twice), bundle=bundle, prove=False)
    assert [one.words for one in run.rows.order_by("number")] == ["", "同一原网页已用于第1条，存为草稿送审"]
    again = read_run(site, chief, sheet=sheet({**twice[1], "old": "/z"}), bundle=bundle, prove=False)
    assert count_by_state(again) == {"ready": 1}, "nobody ordered the first"
    approve_and_process(run, chief)
    actions.set_column_mapping(again, by=chief, targets={})
    assert again.rows.get().words == "同一原网页已用于“旧网站”中的一条，存为草稿送审"


def test_second_run_with_the_same_rows_is_refused(site: Website, chief: Actor) -> None:
    one, two = (read_run(site, chief, sheet=sheet(row(1), row(2))) for _ in range(2))
    actions.order_run(one, by=chief)
    with pytest.raises(Refused, match="没有可以迁移的信息"):
        actions.order_run(two, by=chief)
    work_on_run(one, seconds=1e9)
    assert Edition.objects.count() == 2


def test_row_with_kept_personal_data_goes_through_review(
    site: Website, chief: Actor, housing: Body, plans: Any
) -> None:
    run = approve_and_process(
        read_run(site, chief, sheet=sheet(row(1, text="补助对象身份证号110101199003078515。"))), chief
    )
    actions.decide_row(run.rows.get(), by=chief, how="keep", ground="依据条例")
    run = work_on_run(MoveRun.objects.get(pk=run.pk))
    assert count_by_state(run) == {"drafted": 1}
    assert not Edition.objects.exists()
    item = ItemPage.objects.get()
    assert item.title == run.rows.get().title
    assert any(
        "个人信息" in why or "身份证" in why for why in find_submission_blockers(item, by=actor(Role.CLERK, housing))
    )
    actions.undo_run(run, by=chief, reason="来源有误")
    assert count_by_state(work_on_run(MoveRun.objects.get(pk=run.pk))) == {"back": 1}
    assert not ItemPage.objects.exists()


def test_only_the_system_creates_migrated_drafts(housing: Body, chief: Actor, plans: Any) -> None:
    facts: dict[str, Any] = {
        "fields": {"title": "冒名"},
        "columns": [plans],
        "hands": [],
        "why": "旧网站迁移",
    }
    with pytest.raises(Refused, match="迁移程序"):
        actions.draft_migrated(housing, by=chief, **facts)
    assert not ItemPage.objects.exists()
