"""A promise takes effect as published: its words, a new date, and whether it was kept."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone

from factories.fixtures import town
from factories.opinion import PROOF, in_days, promise, public_promise, publish_pending, reload_entry
from factories.publishing import column, sign_all, with_sheet
from factories.units import actor
from gongkai.content.editions.actions import place, withdraw
from gongkai.content.editions.sources import ensure_document
from gongkai.content.publishing.source_desk import make_source_desk
from gongkai.content.reviewing import actions as reviews
from gongkai.core.acts.action import Refused
from gongkai.core.acts.models import Movement
from gongkai.core.ledger.clock import compute_deadline
from gongkai.core.ledger.models import Entry, Lapse
from gongkai.core.units.models import Appointment, Body, Role
from gongkai.ui.portal.tree import reload_next_time
from gongkai.work.opinion import actions
from gongkai.work.opinion.columns import PROMISE_COLUMNS, find_column_by_name
from gongkai.work.opinion.queries.promises import list_public_promises

pytestmark = [pytest.mark.django_db, pytest.mark.own_town]


def scene() -> SimpleNamespace:
    reload_next_time()
    made = town()
    made.column = column(made.site, "公开承诺")
    made.running = public_promise(made.housing)
    return made


@pytest.fixture
def unit(kept: SimpleNamespace, db: None) -> Body:
    reload_next_time()
    return Body.objects.get(pk=kept.housing.pk)


@pytest.fixture
def running(kept: SimpleNamespace, unit: Body) -> Entry:
    return reload_entry(kept.running)


def clerk(unit: Body) -> object:
    return actor(Role.CLERK, unit)


def test_promise_is_internal_until_its_words_are_published(unit: Body, kept: SimpleNamespace) -> None:
    made = promise(unit, title="改造两条背街小巷")
    assert made.entry.state == "registered"
    assert made.entry.evidence.get().url == PROOF
    desk = make_source_desk(made, clerk(unit), back="/", own_ways=True)
    assert desk.reasons == []  # its own act puts it into its column
    assert "改造两条背街小巷" not in {one.title for one in list_public_promises(kept.site.pk)}
    assert publish_pending(made).state == "running"
    assert Movement.objects.filter(stream=made.entry.stream, action="promise.published").count() == 1
    assert "改造两条背街小巷" in {one.title for one in list_public_promises(kept.site.pk)}


def test_promise_needs_source_occasion_and_dates(unit: Body) -> None:
    for facts, why in [
        ({"address": ""}, "出处"),
        ({"promised_on": in_days(1)}, "不能晚于今天"),
        ({"until": in_days(-90)}, "不能早于承诺日期"),
        ({"occasion": " "}, "承诺场合"),
    ]:
        with pytest.raises(Refused, match=why):
            promise(unit, **facts)


def test_new_date_applies_when_its_reason_is_published(running: Entry, unit: Body, kept: SimpleNamespace) -> None:
    due, until = timezone.localdate(running.due_at), in_days(60)
    with pytest.raises(Refused, match="责任单位"):
        actions.propose_promise_date(running, by=clerk(unit.parent), until=until, reason="管材供应延误。")
    actions.propose_promise_date(running, by=clerk(unit), until=until, reason="管材供应延误，已重新安排。")
    assert timezone.localdate(reload_entry(running).due_at) == due
    entry = publish_pending(running)
    assert timezone.localdate(entry.due_at) == until
    shown = list_public_promises(kept.site.pk)[0]
    assert (shown.due, shown.standing, len(shown.moves)) == (until, "running", 1)
    assert (shown.moves[0].before, shown.moves[0].reason) == (due, "管材供应延误，已重新安排。")


def test_date_moved_after_due_date_leaves_lapse(unit: Body, kept: SimpleNamespace) -> None:
    late = public_promise(unit, title="开通社区公交", until=in_days(-10))
    actions.propose_promise_date(late, by=clerk(unit), until=in_days(60), reason="车辆没有到位，另行安排。")
    entry = publish_pending(late)
    assert timezone.localdate(entry.due_at) == in_days(60)
    assert [timezone.localdate(lapse.entry.due_at) for lapse in Lapse.objects.filter(of=entry)] == [in_days(-10)]
    actions.report_promise_kept(reload_entry(entry), by=clerk(unit), text="社区公交已开通。", on=in_days(0), url=PROOF)
    publish_pending(entry)
    assert {one.title: one.word for one in list_public_promises(kept.site.pk)}["开通社区公交"] == "逾期兑现"


def test_promise_is_kept_when_report_is_published(running: Entry, unit: Body, kept: SimpleNamespace) -> None:
    said = {"text": "8个小区供水管网全部更换完成，已通水。", "on": in_days(-1)}
    with pytest.raises(Refused, match="佐证"):
        actions.report_promise_kept(running, by=clerk(unit), **said)
    actions.report_promise_kept(reload_entry(running), by=clerk(unit), url=PROOF, **said)
    entry = reload_entry(running)
    assert (entry.state, entry.light, entry.closed_at) == ("reported", "blue", None)
    assert list_public_promises(kept.site.pk)[0].standing == "running"
    entry = publish_pending(running)
    assert (entry.state, entry.outcome, entry.light) == ("kept", "kept", "grey")
    assert compute_deadline(entry).irregular == ()
    shown = list_public_promises(kept.site.pk)[0]
    assert (shown.standing, shown.ended_on, shown.told[-1].label) == ("kept", in_days(-1), "兑现")
    html = running.promise.frozen(running.promise.latest_revision_id).html
    assert (f'出处：<a href="{PROOF}"' in html, f'佐证：<a href="{PROOF}"' in html) == (True, True)


def test_late_and_broken_promises_are_shown_as_such(unit: Body, kept: SimpleNamespace, client: Client) -> None:
    late = public_promise(unit, title="开通社区公交", until=in_days(-10))
    assert late.light == "red"
    assert {one.title: one.word for one in list_public_promises(kept.site.pk)}["开通社区公交"] == "逾期未兑现"
    with pytest.raises(Refused, match="由另一人核对后生效"):
        actions.report_promise_kept(late, by=clerk(unit), text="社区公交已开通。", on=in_days(-11), url=PROOF)
    actions.report_promise_kept(reload_entry(late), by=clerk(unit), text="社区公交已开通。", on=in_days(-2), url=PROOF)
    assert publish_pending(late).light == "grey_red"
    broken = public_promise(unit, title="新建停车场", until=in_days(5))
    actions.report_promise_broken(broken, by=clerk(unit), reason="地块地质条件不适合，改为错时共享停车。")
    assert publish_pending(broken).state == "broken"
    words = {one.title: one.word for one in list_public_promises(kept.site.pk)}
    assert (words["开通社区公交"], words["新建停车场"]) == ("逾期兑现", "未兑现")
    page = client.get("/promises/").content.decode()
    assert "新建停车场" in page
    assert "地块地质条件不适合" in page
    page = client.get(f"/promises/{broken.pk}/").content.decode()
    assert "✗" in page
    assert "地块地质条件不适合" in page
    text = client.get(page.split('">历次公开的文字')[0].rpartition('href="')[2]).content.decode()
    assert f'href="/promises/{broken.pk}/"' in text
    assert client.get("/promises/?standing=broken").content.decode().count("pk-standing--") == 1
    page = client.get("/promises/?topic=别人写的话").content.decode()
    assert "别人写的话" not in page
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gongkai.core.widgets.paging.PER_PAGE", 1)
        assert "第2/" in client.get("/promises/?page=2").content.decode().replace(" ", "")


def test_statement_under_review_cannot_be_changed(running: Entry, unit: Body) -> None:
    by = clerk(unit)
    actions.report_promise_progress(running, by=by, text="已完成5个小区。")
    actions.submit_statement(reload_entry(running), by=by)
    with pytest.raises(Refused, match="正在审签"):
        actions.report_promise_progress(reload_entry(running), by=by, text="已完成6个小区。")
    with pytest.raises(Refused, match="正在审签"):
        actions.discard_statement(reload_entry(running), by=by, reason="写错了")


def test_statement_signed_for_later_time_cannot_be_changed(running: Entry, unit: Body) -> None:
    by = clerk(unit)
    actions.report_promise_progress(running, by=by, text="已完成5个小区。")
    promised = reload_entry(running).promise
    place(ensure_document(promised), by=by, columns=[find_column_by_name(unit, PROMISE_COLUMNS)])
    review = reviews.submit(promised, by=by, visible_from=timezone.now() + timedelta(days=2))
    sign_all(with_sheet(review))
    for act, facts in (
        (actions.report_promise_progress, {"text": "已完成6个小区。"}),
        (actions.discard_statement, {"reason": "错了"}),
    ):
        with pytest.raises(Refused, match="等待定时公开"):
            act(reload_entry(running), by=by, **facts)


@pytest.mark.usefixtures("refuses_without_signers")
def test_statement_nobody_can_sign_is_not_submitted(running: Entry, unit: Body) -> None:
    by = clerk(unit)
    actions.report_promise_progress(running, by=by, text="已完成5个小区。")
    Appointment.objects.exclude(person=by.person_id).update(end=in_days(-1))
    assert "没有人能" in actions.submit_statement.why_not(reload_entry(running), by=by)[0]


def test_discarded_statement_lets_deadline_continue(running: Entry, unit: Body) -> None:
    by = clerk(unit)
    actions.report_promise_kept(running, by=by, text="全部更换完成。", on=in_days(0), url=PROOF)
    entry = actions.discard_statement(reload_entry(running), by=by, reason="还差一个小区")
    assert (entry.state, entry.light, entry.paused) == ("running", "green", False)
    with pytest.raises(Refused, match="没有待公开"):
        actions.submit_statement(reload_entry(entry), by=by)
    actions.report_promise_kept(reload_entry(entry), by=by, text="全部更换完成。", on=in_days(0), url=PROOF)
    assert publish_pending(entry).light == "grey"


def test_broken_promise_can_be_reopened_and_kept(unit: Body) -> None:
    entry = public_promise(unit, title="加装电梯", until=in_days(-3))
    actions.report_promise_broken(entry, by=clerk(unit), reason="部分业主尚未同意，继续协商。")
    entry = publish_pending(entry)
    entry = actions.reopen_promise(entry, by=actor(Role.CHIEF, unit.parent), reason="业主已全部同意")
    assert (entry.state, entry.light) == ("running", "red")
    actions.report_promise_kept(entry, by=clerk(unit), text="电梯已加装并投入使用。", on=in_days(0), url=PROOF)
    entry = publish_pending(entry)
    assert (entry.state, entry.light) == ("kept", "grey_red")
    assert compute_deadline(entry).irregular == ()


def test_withdrawn_promise_is_on_no_page(running: Entry, unit: Body, kept: SimpleNamespace, client: Client) -> None:
    document = running.promise.document
    assert document is not None
    withdraw(document, by=actor(Role.LEAD, unit), reason="内容有误")
    reload_next_time()
    assert list_public_promises(kept.site.pk) == []
    assert client.get(f"/promises/{running.pk}/").status_code == 404


def test_promise_registered_by_mistake_is_voided_before_publication(running: Entry, unit: Body) -> None:
    chief = actor(Role.CHIEF, unit.parent)
    made = promise(unit, title="重复登记")
    assert actions.void_promise(made.entry, by=chief, reason="重复").state == "voided"
    with pytest.raises(Refused, match="不能“撤销登记”"):
        actions.void_promise(running, by=chief, reason="重复")


def test_every_text_contains_all_earlier_public_statements(running: Entry, unit: Body) -> None:
    actions.report_promise_progress(running, by=clerk(unit), text="已完成5个小区。", on=in_days(-5))
    publish_pending(running)
    actions.report_promise_progress(reload_entry(running), by=clerk(unit), text="已完成7个小区。", on=in_days(-1))
    made = running.promise
    frozen = made.frozen(made.latest_revision_id or 0)
    for words in ("城南8个小区", "已完成5个小区", "已完成7个小区", "新闻发布会"):
        assert words in frozen.html
    assert frozen.title.startswith("公开承诺：")
