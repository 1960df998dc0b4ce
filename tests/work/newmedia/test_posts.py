"""Posts of published texts on an account: prepared, cleared by another person, posted, recorded as a channel; requested and declined."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from factories.publishing import public
from factories.units import actor, signed_in
from gongkai.content.editions.actions import withdraw
from gongkai.content.editions.models import Column, Website
from gongkai.content.publishing.models import ChannelRelease
from gongkai.core.acts.action import Refused
from gongkai.core.units.models import Body, Role
from gongkai.work.newmedia import actions
from gongkai.work.newmedia.actions.posting import digest_post
from gongkai.work.newmedia.lower_sites import list_requestable_sites
from gongkai.work.newmedia.models import Account, Post, PostGate
from gongkai.work.newmedia.panels import make_pending_block

pytestmark = pytest.mark.django_db
GATES = PostGate.values


@pytest.fixture
def town(housing: Body, plans: Column) -> SimpleNamespace:
    account = Account.objects.create(
        body=housing, platform="wechat", name="云岭住建", state="open", opened_on=timezone.localdate()
    )
    document = public(housing, [plans], title="住房保障规划", body="<p>新建公租房两千套。</p><p>明年完成。</p>")
    clerk, reviewer = actor(Role.CLERK, housing), actor(Role.REVIEWER, housing)
    return SimpleNamespace(account=account, document=document, clerk=clerk, reviewer=reviewer, body=housing)


def test_text_is_posted_after_five_gates(town: SimpleNamespace) -> None:
    post: Post = actions.prepare_post(town.account, by=town.clerk, document=town.document)
    assert post.text.startswith("新建公租房两千套。\n明年完成。")
    assert "原文：" in post.text
    with pytest.raises(Refused, match="状态"):
        actions.mark_posted(post, by=town.clerk, at=timezone.now(), address="https://wx.example/s/1")
    with pytest.raises(Refused, match="保密关"):
        actions.clear_post(post, by=town.reviewer, gates=["politics"], seen=digest_post(post))
    with pytest.raises(Refused, match="可以审核"):
        actions.clear_post(post, by=town.clerk, gates=GATES, seen=digest_post(post))
    seen = digest_post(post)
    post = actions.rewrite_post(post, by=town.clerk, title=post.title, text="联系人手机13800138000")
    with pytest.raises(Refused, match=r"改动[\s\S]*个人信息"):
        actions.clear_post(post, by=town.reviewer, gates=GATES, seen=seen)
    post = actions.rewrite_post(post, by=town.clerk, title=post.title, text="新建公租房两千套。")
    post = actions.clear_post(post, by=town.reviewer, gates=GATES, seen=digest_post(post))
    early = timezone.now() - timedelta(hours=1)
    with pytest.raises(Refused, match="先审后发"):
        actions.mark_posted(post, by=town.clerk, at=early, address="https://wx.example/s/1")
    post = actions.send_back_post(post, by=town.clerk, reason="再改一处")
    post = actions.clear_post(post, by=town.reviewer, gates=GATES, seen=digest_post(post))
    this_minute = timezone.now().replace(second=0, microsecond=0)
    post = actions.mark_posted(post, by=town.clerk, at=this_minute, address="https://wx.example/s/1")
    release = ChannelRelease.objects.get()
    assert (release.channel, release.document, release.recorded_by) == ("media", town.document, town.clerk.name)
    town.account.refresh_from_db()
    assert town.account.updated_on == timezone.localdate()


def test_only_texts_public_on_the_site_are_posted(town: SimpleNamespace) -> None:
    post = actions.prepare_post(town.account, by=town.clerk, document=town.document)
    withdraw(town.document, by=actor(Role.LEAD, town.body), reason="内容有误")
    with pytest.raises(Refused, match="第一公开平台"):
        actions.clear_post(post, by=town.reviewer, gates=GATES, seen=digest_post(post))
    with pytest.raises(Refused, match="第一公开平台"):
        actions.prepare_post(town.account, by=town.clerk, document=town.document)


def test_post_of_an_earlier_edition_is_composed_again(town: SimpleNamespace) -> None:
    post: Post = actions.prepare_post(town.account, by=town.clerk, document=town.document)
    with pytest.raises(Refused, match="已经为这个账号编写"):
        actions.prepare_post(town.account, by=town.clerk, document=town.document)
    Post.objects.filter(pk=post.pk).update(edition=post.edition + 1, text="旧文")  # as if the site had gone on
    post.refresh_from_db()
    with pytest.raises(Refused, match="已经更新"):
        actions.clear_post(post, by=town.reviewer, gates=GATES, seen=digest_post(post))
    post = actions.prepare_post(town.account, by=town.clerk, document=town.document)
    assert post.text.startswith("新建公租房两千套。")
    post = actions.clear_post(post, by=town.reviewer, gates=GATES, seen=digest_post(post))
    assert post.state == "cleared"


def test_requested_post_is_fulfilled_or_ends_with_the_account(town: SimpleNamespace) -> None:
    chief = actor(Role.CHIEF, town.body.parent)
    until = timezone.localdate() + timedelta(days=2)
    asked: Post = actions.request_post(
        town.account, by=chief, document=town.document, until=until, asked_by="市政务公开办"
    )
    with pytest.raises(Refused, match="已经要求"):
        actions.request_post(town.account, by=chief, document=town.document, until=until, asked_by="市")
    filled: Post = actions.prepare_post(town.account, by=town.clerk, document=town.document)
    assert (filled.pk, filled.state) == (asked.pk, "draft")
    web = signed_in(Role.REVIEWER, town.body)
    page = web.get(f"/admin/newmedia/posts/{filled.pk}/clear-post/").content.decode()
    assert all(label in page for label in PostGate.labels)
    assert "新建公租房两千套" in page, "what is cleared is read beside the gates"
    sent = {"gates": GATES, "seen": digest_post(filled)}
    web.post(f"/admin/newmedia/posts/{filled.pk}/clear-post/", sent)
    assert "五关审核" in web.get(f"/admin/newmedia/posts/{filled.pk}/").content.decode()
    filled.refresh_from_db()
    assert filled.state == "cleared"
    with pytest.raises(Refused, match="不转发的理由"):
        actions.decline_post(filled, by=town.clerk, reason=" ")
    closing = actions.file_account_closing(town.account, by=town.clerk, reason="整合", aftercare="置顶公告")
    entry = actions.accept_filing(closing.entry, by=chief)
    actions.finish_filing(entry, by=town.clerk, on=timezone.localdate(), address="https://example.cn/gg")
    filled.refresh_from_db()
    assert (filled.state, "已于" in filled.reason) == ("declined", True), "nothing is still to be carried"
    page = web.get(f"/admin/newmedia/posts/?document={town.document.pk}")
    assert page.context["totals"][1:] == (("网站和账号", 1), ("已发布", 0))
    assert "不转发" in page.content.decode()


def test_lower_website_records_requested_page_or_declines(town: SimpleNamespace) -> None:
    chief = actor(Role.CHIEF, town.body.parent)
    website = Website.objects.create(name="住建网", host="zj.example.gov.cn", body=town.body)
    assert not list_requestable_sites(town.clerk)
    (site,) = (one for one in list_requestable_sites(chief) if one.body == town.body)
    assert site.host == website.host
    asks = {"site": site, "document": town.document, "until": timezone.localdate(), "asked_by": "市政务公开办"}
    with pytest.raises(Refused, match="政务公开办"):
        actions.request_website_copy(town.body, by=town.clerk, **asks)
    post: Post = actions.request_website_copy(town.body, by=chief, **asks)
    with pytest.raises(Refused, match="已经要求"):
        actions.request_website_copy(town.body, by=chief, **asks)
    assert make_pending_block(town.clerk)["posts"] == [post]
    with pytest.raises(Refused, match="只登记结果"):
        actions.rewrite_post(post, by=town.clerk, title="题", text="文")
    with pytest.raises(Refused, match=r"zj\.example\.gov\.cn"):
        actions.record_website_copy(post, by=town.clerk, at=timezone.now(), address="https://example.cn/1")
    carried = actions.record_website_copy(post, by=town.clerk, at=timezone.now(), address="https://zj.example.gov.cn/1")
    assert carried.state == "posted"
    page = signed_in(Role.CHIEF, town.body.parent).get(f"/admin/newmedia/posts/?document={post.document_id}")
    assert "https://zj.example.gov.cn/1" in page.content.decode()
