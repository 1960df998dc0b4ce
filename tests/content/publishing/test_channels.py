"""Releases through other channels: recorded with proof, after publication on the site."""

from datetime import timedelta

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from factories.publishing import item, public
from factories.units import actor, signed_in
from gongkai.content.editions.frozen import store_publishable_file
from gongkai.content.editions.models import Column
from gongkai.content.editions.sources import ensure_document
from gongkai.content.publishing import actions
from gongkai.content.publishing.channel_names import get_channels, names_channel
from gongkai.content.publishing.models import ChannelRelease, DisclosureChannel
from gongkai.content.publishing.registers import IRREGULAR, _filter_by_state
from gongkai.core.acts.action import Refused
from gongkai.core.units.models import Body, Role

pytestmark = pytest.mark.django_db


def make_facts(**more: object) -> dict[str, object]:
    return {
        "channel": "media",
        "name": "“云岭发布”微信公众号",
        "at": timezone.now(),
        "address": "https://mp.example/1",
    } | more


def list_irregular() -> QuerySet[ChannelRelease]:
    return _filter_by_state(ChannelRelease.objects.all(), "state", IRREGULAR)


def test_a_release_is_recorded_with_its_proof(housing: Body, plans: Column) -> None:
    document = public(housing, [plans])
    picture = store_publishable_file(b"\x89PNG\r\n\x1a\n" + b"0" * 40, "截图.png")
    made = actions.record_channel(
        document, by=actor(Role.CLERK, housing), **make_facts(address="", proof=("截图.png", picture))
    )
    assert (made.channel, made.proof_name) == ("media", "截图.png")
    assert not list_irregular().exists()
    wrongs: list[tuple[dict[str, object], str]] = [
        ({"address": ""}, "佐证"),
        ({"name": " "}, "名称"),
        ({"channel": "smoke"}, "渠道"),
        ({"at": timezone.now() + timedelta(days=400)}, "晚于现在"),
    ]
    for wrong, reason in wrongs:
        with pytest.raises(Refused, match=reason):
            actions.record_channel(document, by=actor(Role.CLERK, housing), **make_facts(**wrong))


def test_release_before_or_without_the_site_is_listed_as_irregular(housing: Body, plans: Column) -> None:
    clerk = actor(Role.CLERK, housing)
    early = public(housing, [plans])
    slip = actions.record_channel(early, by=clerk, **make_facts(at=timezone.now() - timedelta(days=1)))
    draft = ensure_document(item(housing, [plans], title="只在公众号发过的消息"))
    actions.record_channel(draft, by=clerk, **make_facts())
    assert {row.document_id for row in list_irregular()} == {early.pk, draft.pk}
    html = signed_in(Role.CLERK, housing).get("/admin/publishing/channels/").content.decode()
    assert "尚未公开" in html
    with pytest.raises(Refused, match="理由"):
        actions.drop_channel(slip, by=clerk, reason=" ")
    actions.drop_channel(slip, by=clerk, reason="登记错了信息")
    slip.refresh_from_db()
    assert slip.dropped == "登记错了信息"
    assert {row.document_id for row in list_irregular()} == {draft.pk}
    with pytest.raises(Refused, match="已经作废"):
        actions.drop_channel(slip, by=clerk, reason="再来一次")


def test_release_is_recorded_on_its_page(housing: Body, plans: Column) -> None:
    document = public(housing, [plans])
    client = signed_in(Role.CLERK, housing)
    address = f"/admin/publishing/items/{document.item_number}/channels/"
    given = {"channel": "board", "name": "政务服务大厅电子屏", "at": "2099-01-01T09:00", "address": ""}
    page = client.post(address, given).content.decode()
    assert "晚于现在" in page
    assert "政务服务大厅电子屏" in page
    at = timezone.localtime().strftime("%Y-%m-%dT%H:%M:%S")
    assert client.post(address, given | {"at": at, "address": "https://yunling.example/p"}).status_code == 302
    assert ChannelRelease.objects.count() == 1


def test_other_units_neither_record_nor_read_releases(housing: Body, plans: Column) -> None:
    from factories.units import BodyFactory

    document = public(housing, [plans])
    elsewhere = BodyFactory(parent=plans.website.body)
    stranger = actor(Role.CLERK, elsewhere)
    with pytest.raises(Refused):
        actions.record_channel(document, by=stranger, **make_facts())
    picture = store_publishable_file(b"\x89PNG\r\n\x1a\n" + b"1" * 40, "截图.png")
    made = actions.record_channel(
        document, by=actor(Role.CLERK, housing), **make_facts(address="", proof=("截图.png", picture))
    )
    assert signed_in(Role.CLERK, elsewhere).get(f"/admin/publishing/channels/{made.pk}/proof").status_code == 404
    assert signed_in(Role.CLERK, housing).get(f"/admin/publishing/channels/{made.pk}/proof").status_code == 200


@pytest.mark.parametrize(
    ("name", "channel"),
    [
        ("政务新媒体", DisclosureChannel.MEDIA),
        ("“云岭发布”微信公众号", DisclosureChannel.MEDIA),
        ("政府公报", DisclosureChannel.GAZETTE),
        ("政府信息公开专区", DisclosureChannel.READING),
        ("村(居)务公开栏", DisclosureChannel.BOARD),
        ("公示栏", DisclosureChannel.BOARD),
        ("新闻媒体", DisclosureChannel.PRESS),
        ("广播电视", DisclosureChannel.BROADCAST),
        ("新闻发布会", DisclosureChannel.CONFERENCE),
        ("手机短信", DisclosureChannel.SMS),
        ("宣传册", DisclosureChannel.OTHER),
    ],
)
def test_get_channels_of_a_single_name(name: str, channel: DisclosureChannel) -> None:
    assert get_channels(name) == {channel.value}


def test_other_channels_mean_all_and_the_site_means_none() -> None:
    assert get_channels("其他渠道") == set(DisclosureChannel.values)
    assert get_channels("其他渠道：政务新媒体、宣传栏等") == set(DisclosureChannel.values)
    assert get_channels("市政府网站") == frozenset()


def test_other_channels_with_names_mean_those_named() -> None:
    assert get_channels("其他渠道：政务新媒体") == {DisclosureChannel.MEDIA}
    assert get_channels("其他渠道（政务新媒体和村务公开栏）") == {DisclosureChannel.MEDIA, DisclosureChannel.BOARD}
    assert names_channel(["市政府网站", "公示栏"], DisclosureChannel.BOARD)
    assert not names_channel(["市政府网站", "公示栏"], DisclosureChannel.MEDIA)
