"""Which channel a name means, as notices and people write it (政务新媒体, 政府公报, 村务公开栏, 其他渠道). Pure."""

import re
from collections.abc import Iterable

from gongkai.publishing.models.disclosure import Channel

#: Words in a name → the channel, the first that fits.
_KNOWN: tuple[tuple[str, Channel], ...] = (
    (r"新媒体|微信|微博|公众号|客户端|抖音|视频号", Channel.MEDIA),
    (r"公报", Channel.GAZETTE),
    (r"查阅|公开专区|档案馆|图书馆|服务大厅|政务大厅", Channel.READING),
    (r"宣传栏|公开栏|公示栏|公告栏|电子屏|显示屏|公开墙", Channel.BOARD),
    (r"广播|电视", Channel.BROADCAST),
    (r"报刊|报纸|新闻媒体|日报|晚报|媒体", Channel.PRESS),
    (r"发布会|吹风会", Channel.CONFERENCE),
    (r"短信", Channel.SMS),
)
_SITE = re.compile(r"网站|门户|网页|栏目")
_ANY = re.compile(r"^其[他它]|其[他它].{0,4}(?:渠道|方式|途径)")
#: 其他渠道：政务新媒体、宣传栏: what stands behind it says which are meant.
_WHICH = re.compile(r"^其[他它].{0,4}?[：:（(](.+?)[）)]?$")
_OPEN_LIST = re.compile(r"等|包括但不限于")


def channels_named(name: str) -> frozenset[str]:
    """Return the channels that a name may mean: one; all of them for 其他渠道, where it does not say which; none for the site itself."""
    which = _WHICH.search(name.strip())
    if which and not _OPEN_LIST.search(which[1]):
        listed = re.split(r"[、，,；;]|以及|或者|[和或及]", which[1])
        return frozenset().union(*(channels_named(one) for one in listed if one.strip()))
    if _ANY.search(name):
        return frozenset(Channel.values)
    for words, channel in _KNOWN:
        if re.search(words, name):
            return frozenset({channel.value})
    return frozenset() if _SITE.search(name) else frozenset({Channel.OTHER.value})


def names_channel(names: Iterable[str], channel: str) -> bool:
    """Whether one of the names means this channel."""
    return any(channel in channels_named(name) for name in names)
