"""Feed entries become leads, leads become cases; permissions of the registers."""

from datetime import timedelta

import pytest
from django.utils import timezone

from factories.opinion import hours_ago, reload_entry
from factories.units import BodyFactory, actor
from gongkai.core.acts.action import Refused
from gongkai.core.registers.record import list_record_history
from gongkai.core.registers.register import map_declared_registers
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body, Person, Role
from gongkai.work.opinion import actions, feeds
from gongkai.work.opinion.actions import LeadFeedEntry
from gongkai.work.opinion.models import Feed, Lead, PromiseTopic, Spokesperson, WatchField
from gongkai.work.opinion.queries.cases import leads_visible_to, list_pending_leads

pytestmark = pytest.mark.django_db
RSS = """<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>监测</title>
<item><title>城南 楼盘延期交房</title><link>https://bbs.example/1</link><guid>a1</guid>
<description>&lt;p&gt;业主集体反映&lt;/p&gt;</description><pubDate>Fri, 20 Nov 2026 09:30:00 +0800</pubDate></item>
<item><title>天气晴好</title><link>javascript:alert(1)</link></item></channel></rss>""".encode()
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>校园门口拥堵</title><id>urn:2</id>
<link rel="alternate" href="https://bbs.example/2"/><summary>家长反映</summary><updated>2026-11-20T01:00:00Z</updated>
</entry></feed>""".encode()
BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rss><channel><item><title>&b;</title></item></channel></rss>'


@pytest.fixture
def chief(housing: Body):
    return actor(Role.CHIEF, housing.parent)


@pytest.fixture
def feed(housing: Body, chief) -> Feed:
    made: Feed = actions.add_feed(
        housing, by=chief, name="本地论坛", address="https://feeds.example/x.xml", words="楼盘、漏水"
    )
    return made


def test_rss_and_atom_feeds_are_read() -> None:
    one, two = feeds.read_feed(RSS)
    assert (one.title, one.text, one.address) == ("城南 楼盘延期交房", "业主集体反映", "https://bbs.example/1")
    assert one.written_at is not None
    assert timezone.localtime(one.written_at).hour == 9
    assert two.address == ""
    (atom,) = feeds.read_feed(ATOM)
    assert (atom.title, atom.address) == ("校园门口拥堵", "https://bbs.example/2")
    assert len(atom.ref) == 64


@pytest.mark.parametrize("data", [b"", b"<html><body>x</body></html>", b"\xff\xfe", b"<rss", b"{}"])
def test_invalid_feed_is_refused_with_message(data: bytes) -> None:
    with pytest.raises(feeds.FeedReadError, match="不是RSS"):
        feeds.read_feed(data)


def test_entities_in_feed_are_not_expanded() -> None:
    assert [one.title for one in feeds.read_feed(BOMB)] == ["&b;"]


def _rss(item: str) -> bytes:
    return f"<rss><channel><link>http://x.example/a/</link><item>{item}</item></channel></rss>".encode()


@pytest.mark.parametrize(
    ("data", "title", "address", "hour"),
    [
        ("\ufeff\n<?xml version='1.0'?>".encode() + _rss("<title>甲&nbsp;乙</title><link>../1?a=1&b=2</link>"),
         "甲 乙", "http://x.example/1?a=1&b=2", None),
        (b"<?xml version='1.0' encoding='gb2312'?>" + _rss("<title>镕\x0b</title>").decode().encode("gbk"), "镕", "", None),
        (_rss("<title>甲</title><guid>http://x.example/g</guid><pubDate>Fri Nov 27 20:00:00 CST 2026</pubDate>"),
         "甲", "http://x.example/g", 20),
        (_rss("<description>没有标题</description><pubDate>2026年11月27日 20:00</pubDate>"), "没有标题", "", 20),
    ],
)  # fmt: skip
def test_common_variants_of_feeds_are_read(data: bytes, title: str, address: str, hour: int | None) -> None:
    (found,) = feeds.read_feed(data)
    assert (found.title, found.address) == (title, address)
    assert (timezone.localtime(found.written_at).hour if found.written_at else None) == hour


def test_entry_without_identifier_stays_one_lead_despite_changed_url() -> None:
    item = "<title>公告</title><link>http://x.example/1?v={}</link>"
    one, again = (feeds.read_feed(_rss(item.format(token)))[0].ref for token in "ab")
    assert one == again
    both = _rss(item.format("a") + "</item><item>" + item.format("b"))
    assert len({found.ref for found in feeds.read_feed(both)}) == 2


def test_poll_stores_new_entries_with_watched_words(feed: Feed, monkeypatch, settings) -> None:
    assert feeds.poll_feed(feed) == 0
    feed.refresh_from_db()
    assert "请系统管理员添加" in feed.failed
    settings.GONGKAI_FEEDS = ["feeds.example"]
    monkeypatch.setattr(feeds, "fetch_feed", lambda address: RSS)
    assert feeds.poll_all_feeds() == {"leads": 1}
    assert feeds.poll_all_feeds() == {"leads": 0}
    assert [lead.title for lead in list_pending_leads(SYSTEM)] == ["城南 楼盘延期交房"]
    feed.refresh_from_db()
    assert (feed.failed, feed.polled_at is not None) == ("", True)


def test_case_from_lead_counts_from_discovery_of_lead(feed: Feed, housing: Body) -> None:
    actions.store_feed_entries(
        feed, by=SYSTEM, found=[LeadFeedEntry("r1", "楼盘漏水"), LeadFeedEntry("r2", "某楼盘广告")]
    )
    Lead.objects.update(found_at=hours_ago(10))
    clerk = actor(Role.CLERK, housing)
    one, two = Lead.objects.order_by("ref")
    with pytest.raises(Refused, match="理由"):
        actions.dismiss_lead(two, by=clerk, reason=" ")
    actions.dismiss_lead(two, by=clerk, reason="商业广告")
    made = actions.open_case_from_lead(one, by=clerk)
    assert made.found_at == one.found_at
    assert reload_entry(made).due_at == one.found_at + timedelta(hours=48)
    assert made.field == WatchField.objects.get(name="房地产金融")
    with pytest.raises(Refused, match="已经处理"):
        actions.open_case_from_lead(Lead.objects.get(pk=one.pk), by=clerk)
    assert not list_pending_leads(clerk).exists()
    assert not leads_visible_to(actor(Role.CLERK, BodyFactory(parent=housing.parent))).exists()


def test_only_the_office_edits_registers(feed: Feed, housing: Body, chief) -> None:
    clerk = actor(Role.CLERK, housing)
    for act in (
        lambda by: actions.switch_feed(feed, by=by, active=False),
        lambda by: actions.add_topic(housing.parent, by=by, name="水利"),
        lambda by: actions.add_watched_field(
            housing.parent, by=by, name="供水", bodies=[housing], source="云府办发〔2026〕15号"
        ),
    ):
        with pytest.raises(Refused, match="政务公开办"):
            act(clerk)
        act(chief)
    feed.refresh_from_db()
    assert feed.active is False
    assert PromiseTopic.objects.filter(name="水利").exists()
    field = WatchField.objects.get(name="供水")
    assert field.bodies.get() == housing
    with pytest.raises(Refused, match="责任单位"):
        actions.change_watched_field(field, by=chief, bodies=[], source="云府办发〔2026〕15号")
    actions.change_watched_field(field, by=chief, bodies=[housing], source="云府办发〔2026〕15号", words="停水、断水")
    assert WatchField.objects.get(name="供水").keywords == ["停水", "断水", "供水"]
    person = Person.objects.get(pk=clerk.person_id)
    kept = actions.appoint_spokesperson(housing, by=chief, person=person, title="副局长", phone="0999-1234567")
    with pytest.raises(Refused, match="已经是"):
        actions.appoint_spokesperson(housing, by=chief, person=person, title="副局长", phone="0999-1234567")
    other = BodyFactory(name="云岭市教育局", short_name="市教育局", parent=housing.parent)
    with pytest.raises(Refused, match="不是市教育局的人员"):
        actions.appoint_spokesperson(other, by=chief, person=person, title="副局长", phone="0999-1234567")
    actions.release_spokesperson(kept, by=chief)
    register = map_declared_registers()["opinion.spokespeople"]
    assert kept in register.rows(clerk)
    assert [movement.label for movement in list_record_history(kept)] == ["新闻发言人卸任", "确定新闻发言人"]
    assert Spokesperson.objects.get().end == timezone.localdate()
