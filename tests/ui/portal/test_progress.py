"""Public progress of the year: measures, lead units, states, lights, and no internal data."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from factories import notices
from factories.ledger import EntryFactory
from factories.publishing import WebsiteFactory, column, public
from gongkai.content.editions.models import Column, Shelf
from gongkai.content.publishing import actions
from gongkai.core.acts.chain import read_log_state
from gongkai.core.ledger.actions import comment
from gongkai.core.ledger.models import Entry, Evidence
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body
from gongkai.core.widgets.charts import RED
from gongkai.oversight.assessment.queries.ranking import compute_deadline_statistics
from gongkai.ui.portal import tree
from gongkai.ui.portal.charts import SettledShare, describe_shares, draw_shares
from gongkai.ui.portal.views import promises
from gongkai.work.notices.entries.columns import find_website
from gongkai.work.notices.queries.lights import LightCounts
from gongkai.work.notices.queries.public import count_public_progress, load_public_progress

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Disable caching of the progress, as tests change rows without log records."""
    monkeypatch.setattr(promises, "read_log_state", lambda: (object(),))


def test_year_is_loaded_again_after_each_action(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    where = notices.city()
    notice = notices.live(where)
    reads, real = [], promises.load_public_progress
    monkeypatch.setattr(promises, "read_log_state", read_log_state)
    monkeypatch.setattr(promises, "load_public_progress", lambda *a, **k: reads.append(1) or real(*a, **k))
    with time_machine.travel(timezone.now().replace(second=0), tick=False):
        for _ in range(2):
            client.get("/progress/")
        comment(Entry.objects.filter(assignment__notice=notice).first(), by=where.chief, text="已经联系。")
        client.get("/progress/")
        assert len(reads) == 2
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=False):
        client.get("/progress/")
    assert len(reads) == 3, "dates pass without an act"


@pytest.fixture(autouse=True)
def _forget() -> None:
    tree.reload_next_time()


def test_unconfirmed_notice_is_announced_as_such(client: Client) -> None:
    where = notices.city()
    assert "还没有确认发布" in client.get("/progress/").content.decode()
    notices.draft(where)
    assert "还没有确认发布" in client.get("/progress/").content.decode()


def test_notice_in_force_shows_measures_lead_units_and_state(client: Client) -> None:
    """Search finds its number and the name of the page."""
    where = notices.city()
    notice = notices.live(where)
    page = client.get("/progress/").content.decode()
    assert notice.title in page
    assert where.chief.name not in page
    assert "牵头：" in page
    assert "进行中" in page
    assert client.get(f"/progress/{notice.year}/").status_code == 200
    assert client.get("/progress/1999/").status_code == 404
    code, year, serial = re.fullmatch(r"(.*)〔(\d+)〕(\d+)号", notice.doc_number).groups()
    way = f'<a href="/progress/{notice.year}/">'
    for number in (notice.doc_number, f"{code}[{year}]{serial}", f"{code}{serial}号"):
        found = client.get("/search/", {"q": number}).content.decode()
        assert way in found
        assert "没有找到" not in found
    assert way not in client.get("/search/", {"q": f"{code}〔{year}〕{serial}9号"}).content.decode()
    assert '<a href="/progress/">' in client.get("/search/", {"q": "任务进展"}).content.decode()


def test_many_units_are_listed_by_measure(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    notices.live(notices.city())
    whole = client.get("/progress/").content.decode()
    assert "measure=" not in whole
    assert whole.count('<details class="pk-units-of"') > 1
    monkeypatch.setattr("gongkai.ui.portal.views.promises.MAX_UNIT_LINES", 0)
    short = client.get("/progress/").content.decode()
    assert 'href="?measure=1#m1-1"' in short
    assert 'id="m1-1"' in short
    assert '<details class="pk-units-of"' not in short
    opened = client.get("/progress/?measure=1").content.decode()
    assert opened.count('<details class="pk-units-of"') == 1
    assert client.get("/progress/?measure=x").content.decode().count('<details class="pk-units-of"') == 0


def test_rendered_year_is_cached_until_shown_data_change(client: Client) -> None:
    notice = notices.live(notices.city())
    entries = Entry.objects.filter(assignment__notice=notice)
    unit = entries[0].body
    measure = notice.measures.get(pk=entries[0].assignment.measure_id)
    yesterday = timezone.now() - timedelta(days=1)
    changes: dict[str, Callable[[], object]] = {
        "一个更名的单位": lambda: type(unit).objects.filter(pk=unit.pk).update(short_name="一个更名的单位"),
        "一份改了标题的通知": lambda: type(notice).objects.filter(pk=notice.pk).update(title="一份改了标题的通知"),
        "每周公布一次水质": lambda: type(measure).objects.filter(pk=measure.pk).update(text="每周公布一次水质"),
        "修订后仍要办": lambda: type(measure).objects.filter(pk=measure.pk).update(kept_because="修订后仍要办"),
        "已经办完，等待核对": lambda: entries.filter(pk=entries[0].pk).update(paused=True, state="submitted"),
        f"{timezone.localdate(yesterday)} 到期": lambda: entries.update(due_at=yesterday, paused=False),
    }
    for words, change in changes.items():
        before = client.get("/progress/").content.decode()
        hits = promises.render_notices.cache_info().hits
        assert client.get("/progress/").status_code == 200
        assert promises.render_notices.cache_info().hits == hits + 1
        assert words not in " ".join(before.split())
        change()
        assert words in " ".join(client.get("/progress/").content.decode().split())


@time_machine.travel(datetime(2026, 10, 12, 2, tzinfo=UTC))  # later months are ahead
def test_closed_task_links_evidence_and_is_listed_among_changes(client: Client) -> None:
    notice = notices.live(notices.city())
    entry = Entry.objects.filter(assignment__notice=notice).first()
    url = "https://www.yunling.gov.example/gk/1.html"
    evidence = {"entry": entry, "kind": "address", "title": "公开的目录", "url": url, "captured_at": timezone.now()}
    Evidence.objects.create(**evidence)
    assert url not in client.get("/progress/").content.decode()  # not closed yet
    Entry.objects.filter(pk=entry.pk).update(closed_at=timezone.now(), state="done")
    page = client.get("/progress/").content.decode()
    assert page.count(f'href="{url}"') == 3  # among the changes, at the unit and at the measure
    assert "以来的变化" in page
    feed = re.search(r'href="(/progress/[0-9/]+feed/)"', page)
    assert feed
    [month] = [one for one in load_public_progress(notice.year, notice.government)[0].months if one.closed]
    assert (month.first, month.closed) == (timezone.localdate().replace(day=1), 1)
    assert re.search("<h3>办结1项，[^<]*</h3>.*<svg.*各月的数字", page, re.DOTALL)
    text = client.get(feed[1]).content.decode()
    assert url in text
    assert "SectionScope" not in text
    assert client.get(f"/progress/{notice.year}/{notice.pk}/999/feed/").status_code == 404


def test_evidence_on_own_site_is_shown_with_document_title(client: Client) -> None:
    notice = notices.live(notices.city())
    entry = Entry.objects.filter(assignment__notice=notice).first()
    assert entry
    website = find_website(notice.government) or WebsiteFactory(body=notice.government)
    shown = public(entry.body, [column(website, "目录")], title="已经公开的目录")
    path = Shelf.objects.get(document=shown, column=None).path
    evidence = {"kind": "address", "title": "https://", "url": f"https://{website.host}{path}"}
    Evidence.objects.create(entry=entry, captured_at=timezone.now(), **evidence)
    closed = column(website, "未开通", opened=False)
    for gone in ("/a.html", f"/columns/{closed.pk}/"):  # nothing answers there
        dead = {**evidence, "url": f"https://{website.host}{gone}"}
        Evidence.objects.create(entry=entry, captured_at=timezone.now(), **dead)
    Entry.objects.filter(pk=entry.pk).update(closed_at=timezone.now(), state="done")
    shown_page = client.get("/progress/").content.decode()
    assert re.search(rf'<a\s+href="{path}"\s*>已经公开的目录</a>', shown_page)
    assert website.host not in shown_page.partition("<main")[2].partition("</main>")[0]


def test_chart_states_its_finding_and_is_red_for_late_entries() -> None:
    shares = [SettledShare("年度任务", 63, late=True), SettledShare("主动公开", 93, late=False)]
    words = {"counted": "类事项", "late": "逾期没有办结的"}
    assert describe_shares(shares, **words) == "2类事项中，1类现在有逾期没有办结的；主动公开按期比例最高，93%"
    assert describe_shares(shares[1:], **words) == "1类事项现在都没有逾期的；主动公开按期比例最高，93%"
    drawn = draw_shares("按期比例", shares)
    assert (drawn.count(RED), "应当全部按期" in drawn) == (1, True)


def test_public_page_shows_shares_completed_in_time(client: Client) -> None:
    body, now = notices.city().website.body, timezone.now()
    facts = {"kind": "request", "body": body, "year": now.year, "title": "王某某的申请"}
    EntryFactory(due_at=now - timedelta(minutes=2), closed_at=now - timedelta(minutes=3), **facts)
    EntryFactory(due_at=now - timedelta(minutes=2), **facts)
    # Transferred to the responsible unit (转出): not counted as due here.
    EntryFactory(closed_at=now - timedelta(minutes=3), outcome="void", **facts)
    page = client.get("/performance/").content.decode()
    assert "50%" in page
    assert "王某某" not in page
    assert client.get(f"/performance/{now.year}/").status_code == 200
    assert client.get("/performance/1999/").status_code == 404


def test_figures_are_consistent_on_every_day_of_a_changing_year() -> None:
    """Open entries due last year count as due. Regression: in January more was overdue than had been due."""
    body = notices.city().website.body
    with time_machine.travel("2026-12-30 10:00+08:00", tick=False):
        now = timezone.now()
        for kind in ("request", "inquiry", "disclosure"):
            for days in (-9, -1, 1, 3, 40):
                EntryFactory(kind=kind, body=body, year=2026, due_at=now + timedelta(days=days))
            EntryFactory(kind=kind, body=body, year=2026, due_at=now, closed_at=now - timedelta(hours=1))
    late = {}
    for day in (date(2026, 12, 30), date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 3), date(2027, 3, 1)):
        with time_machine.travel(f"{day} 12:00+08:00", tick=False):
            for year in (2026, 2027):
                for row in compute_deadline_statistics(body, year):
                    assert row.in_time + row.late_now <= row.settled, (day, year, row)
                    late[day, year, row.kind] = row.late_now
    assert [late[day, year, "request"] for day in (date(2027, 1, 1), date(2027, 3, 1)) for year in (2026, 2027)] == [
        3,
        0,
        3,
        2,
    ]


def test_task_figures_equal_those_of_progress_page() -> None:
    where = notices.city()
    notice = notices.live(where)
    own = Entry.objects.filter(assignment__notice=notice)
    late, in_time, gone = own.order_by("pk")[:3]
    now = timezone.now()
    Entry.objects.filter(pk=late.pk).update(due_at=now - timedelta(days=1))
    Entry.objects.filter(pk=in_time.pk).update(closed_at=now, outcome="done", due_at=now + timedelta(days=1))
    Entry.objects.filter(pk=gone.pk).update(closed_at=now, outcome="not_applicable")
    # Another notice's task, due late in the same year (a county's own, last year's look-back).
    EntryFactory(kind="assignment", body=where.education, year=notice.year, due_at=now - timedelta(days=2))
    shown = compute_deadline_statistics(where.government, notice.year)[0]
    lights = sum((one.lights for one in count_public_progress(notice.year, where.government)), LightCounts())
    assert (shown.settled, shown.in_time, shown.late_now) == (2, 1, 1)
    assert (shown.in_time, shown.late_now) == (lights.grey, lights.red)
    assert shown.settled == lights.grey + lights.grey_red + lights.red


def get_page(client: Client, path: str = "/") -> str:
    return client.get(path).content.decode()


def test_new_column_and_changed_site_are_shown_at_once(client: Client, plans: Column, housing: Body) -> None:
    assert "预决算公开" not in get_page(client)
    column(plans.website, "预决算公开")
    assert "预决算公开" in get_page(client)
    actions.change_website(plans.website, by=SYSTEM, sponsor="新主办单位")
    assert "新主办单位" in get_page(client)


def test_cached_texts_contain_no_request_data(client: Client, plans: Column) -> None:
    client.get("/search/", {"q": "秘密的词"})
    assert "秘密的词" not in get_page(client)
    kept = "".join(text for site in tree.load_sites() for text in site.texts.values())
    assert kept
    assert "秘密的词" not in kept
    assert "csrf" not in kept
