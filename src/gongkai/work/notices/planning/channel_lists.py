"""Parse lists of channels in a cell: 网站+公众号, 线上：网站、公众号；线下：公示栏, 官网/官微. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from gongkai.content.publishing.channel_names import channels_named
from gongkai.content.publishing.models.disclosure import DisclosureChannel
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN

# Full names of short ones in channel columns.
SHORT_CHANNEL_NAMES: Mapping[str, str] = {
    "网": "门户网站", "网上": "门户网站", "上网": "门户网站", "门户": "门户网站",
    "微": "政务新媒体", "两微": "政务新媒体", "两微一端": "政务新媒体", "新媒": "政务新媒体", "号": "公众号", "公号": "公众号", "端": "客户端",
    "栏": "公示栏", "公示": "公示栏", "公告": "公告栏", "上墙": "公开墙", "榜": "公示栏", "墙": "公开墙", "屏": "电子屏", "屏幕": "电子屏",
    "喇叭": "大喇叭", "播": "广播",
    "厅": "政务大厅", "大厅": "政务大厅", "窗口": "政务大厅", "馆": "查阅场所（档案馆、图书馆）", "专区": "政务公开专区",
    "公报": "政府公报", "刊": "政府公报", "报": "政府公报", "台": "广播电视台", "会": "新闻发布会", "信": "短信",
}  # fmt: skip
# Ambiguous short names (报: 公报 or 报纸), which are flagged.
AMBIGUOUS_NAMES = frozenset({"报", "刊", "台", "会", "信", "号", "榜", "窗口"})
_SEPARATORS = re.compile(r"[；;，,、\n+＋]|以及|(?<=[^\s])\s*[/／|｜&]\s*(?=[^\s])|\s{1,3}(?=[^\s])")
_CONJUNCTIONS = re.compile(r"[和与及]")
_LABEL_BEFORE_COLON = re.compile(rf"^[{HAN}]{{1,6}}[:：]\s*")
# Words around a name: 通过网站, 网站为主, 公众号同步.
_WORDS_BEFORE = re.compile(r"^(?:通过|利用|依托|在|于|由|以|经|并|同步|同时|主要|首选)")
_WORDS_AFTER = re.compile(
    r"(?:为主|为辅|(?:同步|统一|首发|转发|推送|发布|公开|公示|公布|张贴|展示|播放|播出|刊登|刊载|滚动)+|等|等渠道|上)$"
)
_EXCEPTION = re.compile(r"^除.{1,12}外$")
_QUOTATION_MARKS = "“”\"‘’'《》"
# Ways of disclosure that are no channels: 主动公开, 依申请公开.
_DISCLOSURE_WAYS = re.compile(
    r"主动|依申请|不予|全文|部分公开|摘要|区分|实时|及时|定期|长期|常态|集中|^线[上下]$|免于|免予"
)


# Longest name of a channel.
_MAX_NAME_CHARACTERS = 14
# Signs of a path, and verbs of a sentence.
_NOT_IN_LISTS = re.compile(
    r"负责|牵头|配合|[>＞→»›—－]|--|^[^《]*》|提供|组织|开展|做好|加强|建设|设置|每|须|应|前(?!台)|后"
)


def is_unknown_channel(name: str) -> bool:
    """Tell whether a channel name is unknown."""
    return channels_named(name) == {DisclosureChannel.OTHER}


def is_disclosure_way(words: str) -> bool:
    """Tell whether a cell names a way of disclosure (主动公开) rather than a channel."""
    return is_unknown_channel(words) and bool(_DISCLOSURE_WAYS.search(words))


def split_channels(cell: str) -> list[str]:
    """Return the channels listed in a cell.

    >>> names_in("线上：网站、公众号；线下：公示栏")
    ['网站', '公众号', '公示栏']
    """
    return list(dict.fromkeys(name for piece in _iterate_pieces(cell) if (name := _clean_name(piece))))


def _iterate_pieces(cell: str) -> Iterator[str]:
    for piece in _SEPARATORS.split(cell):
        joined = _CONJUNCTIONS.split(piece)
        known = len(joined) > 1 and all(not is_unknown_channel(_clean_name(part) or "") for part in joined)
        yield from joined if known else [piece]


def _clean_name(piece: str) -> str:
    words = _LABEL_BEFORE_COLON.sub("", piece.strip(" 。.　"))
    if _EXCEPTION.match(words):
        return ""
    words = _remove_quotes(words)
    if is_unknown_channel(words) or _WORDS_AFTER.search(words) or _WORDS_BEFORE.search(words):
        bare = _WORDS_AFTER.sub("", _WORDS_BEFORE.sub("", words))
        words = bare if bare and (bare in SHORT_CHANNEL_NAMES or not is_unknown_channel(bare)) else words
    return SHORT_CHANNEL_NAMES.get(words, words)


def _remove_quotes(words: str) -> str:
    """Remove unmatched quotation marks and those around the whole; a single 》 separates path levels."""
    if "》" in words and "《" not in words:
        return words
    inner = words.strip(_QUOTATION_MARKS)
    opened = sum(inner.count(sign) for sign in "“《‘")
    closed = sum(inner.count(sign) for sign in "”》’")
    if opened > closed or closed > opened:
        whole = words if opened == closed else inner
        kept = words.count("“") == words.count("”") and words.count("《") == words.count("》")
        return words if kept else whole.translate(str.maketrans("", "", _QUOTATION_MARKS))
    return inner


def split_duty_channels(names: Iterable[str]) -> tuple[str, ...]:
    """Return the channels of a duty with joined names separated."""
    return tuple(dict.fromkeys(part for name in names for part in (_split_name(name))))


def _split_name(name: str) -> Sequence[str]:
    if _EXCEPTION.match(name):
        return []
    if _UNSPLIT_NAMES.search(name):
        return [name]
    found = [] if _NOT_IN_LISTS.search(name) else split_channels(name)
    known = found and all(not is_unknown_channel(part) for part in found)
    return found if known else [_remove_quotes(name)]


# Names that stay as printed: lists to choose from, columns.
_UNSPLIT_NAMES = re.compile(r"其[他它]|栏目|专栏|[”》]栏$")


def describe_unknown_channels(names: Iterable[str]) -> Iterator[str]:
    """Yield a question for each unknown channel."""
    for name in names:
        if is_unknown_channel(name):
            yield f"公开渠道“{name[:20]}”不认识，按其他渠道读取，请核对"


def is_channel_list(cell: str) -> bool:
    """Tell whether a cell contains only known channels."""
    names = [] if _NOT_IN_LISTS.search(cell) else split_channels(cell)
    return bool(names) and all(
        len(name) <= _MAX_NAME_CHARACTERS and not is_unknown_channel(name) for name in names
    )
