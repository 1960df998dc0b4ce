"""Which channel a notice's words mean."""

import pytest

from gongkai.publishing.channel_names import channels_named, names_channel
from gongkai.publishing.models import Channel


@pytest.mark.parametrize(
    ("name", "channel"),
    [
        ("政务新媒体", Channel.MEDIA),
        ("“云岭发布”微信公众号", Channel.MEDIA),
        ("政府公报", Channel.GAZETTE),
        ("政府信息公开专区", Channel.READING),
        ("村(居)务公开栏", Channel.BOARD),
        ("公示栏", Channel.BOARD),
        ("新闻媒体", Channel.PRESS),
        ("广播电视", Channel.BROADCAST),
        ("新闻发布会", Channel.CONFERENCE),
        ("手机短信", Channel.SMS),
        ("宣传册", Channel.OTHER),
    ],
)
def test_one_channel(name: str, channel: Channel) -> None:
    assert channels_named(name) == {channel.value}


def test_other_channels_are_all_and_the_site_is_none() -> None:
    assert channels_named("其他渠道") == set(Channel.values)
    assert channels_named("其他渠道：政务新媒体、宣传栏等") == set(Channel.values)
    assert channels_named("市政府网站") == frozenset()


def test_other_channels_that_say_which_mean_those() -> None:
    assert channels_named("其他渠道：政务新媒体") == {Channel.MEDIA}
    assert channels_named("其他渠道（政务新媒体和村务公开栏）") == {Channel.MEDIA, Channel.BOARD}
    assert names_channel(["市政府网站", "公示栏"], Channel.BOARD)
    assert not names_channel(["市政府网站", "公示栏"], Channel.MEDIA)
