"""Which channel a notice's words mean."""

import pytest

from gongkai.content.publishing.channel_names import channels_named, names_channel
from gongkai.content.publishing.models import DisclosureChannel


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
def test_one_channel(name: str, channel: DisclosureChannel) -> None:
    assert channels_named(name) == {channel.value}


def test_other_channels_are_all_and_the_site_is_none() -> None:
    assert channels_named("其他渠道") == set(DisclosureChannel.values)
    assert channels_named("其他渠道：政务新媒体、宣传栏等") == set(DisclosureChannel.values)
    assert channels_named("市政府网站") == frozenset()


def test_other_channels_that_say_which_mean_those() -> None:
    assert channels_named("其他渠道：政务新媒体") == {DisclosureChannel.MEDIA}
    assert channels_named("其他渠道（政务新媒体和村务公开栏）") == {
        DisclosureChannel.MEDIA,
        DisclosureChannel.BOARD,
    }
    assert names_channel(["市政府网站", "公示栏"], DisclosureChannel.BOARD)
    assert not names_channel(["市政府网站", "公示栏"], DisclosureChannel.MEDIA)
