"""Map names of channels (政务新媒体, 政府公报, 村务公开栏) to channels, also in running text. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gongkai.content.publishing.models import DisclosureChannel
from gongkai.lib.chinese import lazy_re as re


@dataclass(frozen=True)
class ChannelWords:
    """The patterns by which texts name a channel.

    Args:
        channel: the channel.
        inside: pattern of parts of its names.
        named: pattern of its names in running text; empty if it has none.
        source: the rule that names it.
        place: true if its names are also places or units (档案馆, 融媒体中心); they count only if something
            is published there.
    """

    channel: DisclosureChannel
    inside: str
    named: str
    source: str
    place: bool = False


_ARTICLE_23 = "政府信息公开条例（国令第711号）第二十三条"
_ARTICLE_25 = "政府信息公开条例（国令第711号）第二十五条"
#: Patterns of channel names; the first match decides.
CHANNEL_WORDS: tuple[ChannelWords, ...] = (
    ChannelWords(
        DisclosureChannel.MEDIA,
        r"新媒体|微信|微博|公众号|客户端|抖音|视频号|短视频|头条号|百家号|小程序|官微|官博|(?i:\bapp\b)|[两双]微",
        r"政务新媒体|新媒体(?:账号|平台|矩阵)?|(?:[“\"][^“”\"]{2,12}[”\"])?(?:政务)?(?:微信公众号|公众号|视频号|抖音号|客户端)|(?:政务)?(?:微信|微博|抖音)|[“\"][^“”\"]{2,12}[”\"]\s*(?i:app)(?![A-Za-z])",
        f"{_ARTICLE_23}（其他互联网政务媒体）、国办发〔2018〕123号",
    ),
    ChannelWords(DisclosureChannel.GAZETTE, r"公报", r"政府公报", _ARTICLE_23),
    ChannelWords(
        DisclosureChannel.READING,
        r"公开专区",
        r"(?:政务公开|政府信息公开|信息公开)专区",
        f"{_ARTICLE_25}（公共查阅室、资料索取点）",
    ),
    ChannelWords(
        DisclosureChannel.READING,
        r"查阅|档案馆|图书馆|服务大厅|政务大厅|办事大厅|便民服务(?:中心|站|点)",
        r"[省市县区]?(?:国家|公共|综合)?(?:档案馆|图书馆)|(?:政务|便民)?服务(?:大厅|中心)|政务大厅|(?:信息)?(?:公共)?查阅(?:场所|点|室)",
        f"{_ARTICLE_25}（国家档案馆、公共图书馆、政务服务场所）",
        place=True,
    ),
    ChannelWords(
        DisclosureChannel.BOARD,
        r"宣传栏|公开栏|公示栏|公告栏|电子屏|显示屏|公[开示]墙|大屏|公[示告]屏|LED屏?|滚动屏|信息屏|公示牌|公示板|展板",
        r"(?:村[（(]居[)）]务|村居务|村务|居务|党务|政务|厂务|校务|院务|信息)?(?:公开栏|公告栏)(?!目)|公示栏|公开墙|(?:电子)?(?:信息|显示|大)屏|电子屏",
        f"{_ARTICLE_25}（信息公告栏、电子信息屏），村务公开栏见村民委员会组织法（2018年修正）第三十条",
    ),
    ChannelWords(DisclosureChannel.BOARD, r"宣传栏", r"宣传栏", f"{_ARTICLE_25}（信息公告栏）", place=True),
    ChannelWords(
        DisclosureChannel.BROADCAST,
        r"广播|电视|电台|大喇叭|村村响",
        r"广播电视(?:台)?|(?:应急)?广播|电视台?|大喇叭|村村响",
        _ARTICLE_23,
        place=True,
    ),
    ChannelWords(
        DisclosureChannel.PRESS,
        r"报刊|报纸|新闻媒体|日报|晚报|媒体",
        r"[省市县区]?融媒体中心|(?:主流|新闻|传统)媒体|报刊|报纸|(?:[“\"《][^“”\"《》]{2,8}[”\"》]|[^\W\d_]{2})(?:日报|晚报)",
        _ARTICLE_23,
        place=True,
    ),
    ChannelWords(
        DisclosureChannel.CONFERENCE,
        r"发布会|吹风会|通气会",
        r"(?:新闻)?发布会|(?:政策)?吹风会|通气会",
        _ARTICLE_23,
    ),
    ChannelWords(DisclosureChannel.SMS, r"短信", r"(?:手机)?短信", f"{_ARTICLE_23}（等途径）", place=True),
)
_WEBSITE_NAME_PATTERN = re.compile(r"网站|政府网|门户|网页|栏目|官网|官方网|校园网|政务网|[局委办厅]网$")
_OTHER_CHANNEL_PATTERN = re.compile(r"^其[他它]|其[他它].{0,4}(?:渠道|方式|途径)")
#: Channels named after 其他渠道: 政务新媒体、宣传栏 in 其他渠道：政务新媒体、宣传栏.
_SPECIFIED_CHANNELS_PATTERN = re.compile(r"^其[他它].{0,4}?[：:（(](.+?)[）)]?$")
#: A note in brackets after a name: 第6期 in 政府公报（第6期）.
_TRAILING_NOTE_PATTERN = re.compile(r"(?<=.)[（(][^（）()]*[）)]$")
_OPEN_LIST_PATTERN = re.compile(r"等|包括但不限于")
_CHANNEL_NAMES_PATTERN = re.compile("|".join(f"(?P<n{place}>{row.named})" for place, row in enumerate(CHANNEL_WORDS)))


@dataclass(frozen=True)
class ChannelMention:
    """The name of a channel in running text, with its offsets; `place`: it is a physical place (公示栏)."""

    name: str
    start: int
    end: int
    place: bool = False  # its name may also mean a place or a unit


def get_channels(name: str) -> frozenset[str]:
    """Return the channels that a name may refer to: all for 其他渠道, none for the site itself, else OTHER if unknown."""
    which = _SPECIFIED_CHANNELS_PATTERN.search(name.strip())
    if which and not _OPEN_LIST_PATTERN.search(which[1]):
        listed = re.split(r"[、，,；;]|以及|或者|[和或及]", which[1])
        return frozenset().union(*(get_channels(value) for value in listed if value.strip()))
    if _OTHER_CHANNEL_PATTERN.search(name):
        return frozenset(DisclosureChannel.values)
    plain = _TRAILING_NOTE_PATTERN.sub("", name.strip())
    ends = [
        (max(match.end() for match in matches), row)
        for row in CHANNEL_WORDS
        if (matches := list(re.finditer(row.inside, plain)))
    ]
    if ends:
        last = max(end for end, _ in ends)
        return frozenset({next(row for end, row in ends if end == last).channel.value})
    return frozenset() if _WEBSITE_NAME_PATTERN.search(name) else frozenset({DisclosureChannel.OTHER.value})


def names_channel(names: Iterable[str], channel: str) -> bool:
    """Return true if one of the names refers to this channel."""
    return any(channel in get_channels(name) for name in names)


def find_mentions(text: str) -> Iterator[ChannelMention]:
    """Yield the channel names in running text, in order."""
    for match in _CHANNEL_NAMES_PATTERN.finditer(text):
        row = CHANNEL_WORDS[int(str(match.lastgroup)[1:])]
        yield ChannelMention(match[0], match.start(), match.end(), row.place)
