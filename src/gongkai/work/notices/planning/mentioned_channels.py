"""Find channels (在公示栏张贴, 编发政府公报) and website columns in the text of a task. Pure.

A channel counts if something is published there. If the work is about the channel itself
(加强政务新媒体监管), it is flagged instead.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from gongkai.content.publishing.channel_names import ChannelMention, find_mentions, get_channels
from gongkai.content.publishing.models import DisclosureChannel
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN

_CLAUSE_PATTERN = re.compile(r"[^，。；！\n]+")
# Half-width punctuation is read as full-width; positions do not change.
_FULL_WIDTH_TABLE = str.maketrans(",;()", "，；（）")
_PUBLISHING_VERBS = (
    r"发布|公开|公示|公布|推送|张贴|刊登|刊发|刊载|登载|展示|展播|播出|播放|播发|转载|转发|发送"
    r"|宣传|解读|回应|上墙|直播|告知|推介|发声|同步|亮相|投放"
)
_PUBLISHING_PATTERN = re.compile(_PUBLISHING_VERBS)
_BY_MEANS_OF_PREFIX_PATTERN = re.compile(r"(?:通过|利用|运用|借助|依托|借力|采取|采用|协调|联合)[^，]{0,30}$")
_AT_PLACE_PREFIX_PATTERN = re.compile(
    r"(?:^|[^存正实现潜所内外])(?:在|于|至|到|进|入)(?!期|位)[^，]{0,30}$|(?:发布|刊登)于|(?:刊登|登)上[^，]{0,12}$"
)
# Verbs of work on a channel itself.
_BUILDING_VERBS = (
    r"建设|改造|设置|设立|规范|升级|管理|监管|运维|运营|运行|维护|完善|打造|健全|备案|整合|清理|关停|标准化|提升|优化|改版|考核|检查|监测|巡查|年检|矩阵|功能"
    r"|布局|扩容|配备|配置|排查|整治|发展|内容|数据库|传播|开设|增设|开办|搭建"
)
_BUILDING_PATTERN = re.compile(_BUILDING_VERBS)
_BUILDING_VERB_AFTER_CHANNEL_PATTERN = re.compile(rf"^(?:的|账号|平台|工作)?(?:{_BUILDING_VERBS})")
_BUILDING_VERB_BEFORE_CHANNEL_PATTERN = re.compile(
    r"(?:开设|开通|开办|建立|培育|办好|管好|建好|用好|发挥|规范|优化|升级|提升|完善|健全|加强|推进)[^，、]{0,8}$"
)
# A press conference that is held is the task, not where something is published: 召开新闻发布会, 新闻发布会全年不少于4场.
_HOLDING_VERB_BEFORE_EVENT_PATTERN = re.compile(r"(?:召开|举办|举行|组织|安排|开好)[^，]{0,16}$")
_FREQUENCY_AFTER_EVENT_PATTERN = re.compile(r"^[^，]{0,6}(?:[每全][年季月]|不少于|\d{1,2}[场次])")
# Editing a gazette is publishing it: 编发政府公报.
_EDITING_VERB_BEFORE_GAZETTE_PATTERN = re.compile(
    r"(?:编发|编印|编辑|编制|编纂|出版|刊印|印发|发行|赠阅|办好|刊发)[^，]{0,16}$"
)
# 公报编印; but 公报编印后上网 is about the following words.
_EDITING_VERB_AFTER_GAZETTE_PATTERN = re.compile(
    r"^[^，]{0,8}(?:编发|编印|编辑|编纂|出版|刊印|发行|赠阅|印制)(?!(?:完成)?之?后)"
)
_UNIT_VERBS_RE = re.compile(r"(?:牵头|负责|配合|参与|协助|承办)$")
_COLUMN_WORDS = r"(?:子栏目|专栏|栏目|专题|板块|版块)"


# A column in a list of channels: 门户网站“财政预决算”栏目, 教育信息专栏.
COLUMN_NAME = re.compile(
    rf"(?:[{HAN}]{{0,10}}(?:网站|门户)(?:首页)?的?)?(?P<name>[“\"《][^“”\"《》]{{2,30}}[”\"》]|[{HAN}（）]{{2,14}}?){_COLUMN_WORDS}"
)
# Head of a table column that lists channels (公开方式).
CHANNEL_COLUMN_HEAD = re.compile(r"(?:公开|发布|公布|展示)(?:的)?(?:方式|形式|载体|途径|媒介)")
# Head of a remark column, which may also name channels.
REMARKS_HEAD = re.compile(r"备注|说明|工作要求|有关要求|公开要求|成果|完成标准")


@dataclass
class ChannelMentions:
    """Channels in a text: `used` by the task, `asked` maps a name to a question."""

    used: list[str] = field(default_factory=list)
    asked: dict[str, str] = field(default_factory=dict)


def find_channels(text: str) -> ChannelMentions:
    """Return the channels that a text uses, and questions on doubtful ones.

    >>> find_channels("由学校在公示栏同步张贴").used
    ['公示栏']
    >>> find_channels("加强政务新媒体监管").used
    []
    """
    mentions = ChannelMentions()
    for clause in _CLAUSE_PATTERN.finditer(text.translate(_FULL_WIDTH_TABLE)):
        clause_text = clause[0]
        clause_mentions = [
            mention
            for mention in _find_mentions(clause_text)
            if mention.name != clause_text
            and not _is_column_name(clause_text, mention)
            and not _is_object_of_check(clause_text, mention)
        ]
        if not clause_mentions or _UNIT_VERBS_RE.search(clause_text):
            continue
        text_before, text_after = clause_text[: clause_mentions[0].start], clause_text[clause_mentions[-1].end :]
        aimed = bool(
            _BY_MEANS_OF_PREFIX_PATTERN.search(text_before)
            or _AT_PLACE_PREFIX_PATTERN.search(text_before)
            or _DISPLAY_VERB_AFTER_CHANNEL_PATTERN.match(text_after)
        )
        used = _is_published_there(text_after, aimed, any(mention.place for mention in clause_mentions))
        unsure = bool(used and _BUILDING_PATTERN.search(clause_text[clause_mentions[0].end :]))
        for mention in clause_mentions:
            is_used = _is_editing_publication(clause_text, mention) or (
                used and not _is_work_on_channel(clause_text, mention)
            )
            if is_used and mention.name not in mentions.used:
                mentions.used.append(mention.name)
            if _SITE_NAME_RE.fullmatch(mention.name) or is_press_conference_to_hold(clause_text, mention):
                continue
            deed = _EDITING_VERB_BEFORE_GAZETTE_PATTERN.search(
                clause_text[: mention.start]
            ) or _EDITING_VERB_AFTER_GAZETTE_PATTERN.search(clause_text[mention.end :])
            if (is_used and (unsure or deed)) or not (is_used or (mention.place and not aimed)):
                mentions.asked.setdefault(mention.name, _build_question(mention.name, clause_text, taken=is_used))
    return mentions


# 政务服务大厅同时摆放纸质手册: things are put there.
_DISPLAY_VERB_AFTER_CHANNEL_PATTERN = re.compile(
    r"(?:内|里|中|门口)?(?:同时|同步|统一|集中|滚动)*(?:摆放|张贴|悬挂|播放|陈列)"
)
# The site next to other channels: 在门户网站和政务服务大厅同步提供.
_SITE_NAME_RE = re.compile(
    r"(?:[省市县区镇乡委局办院]?(?:人民)?(?:政府|机关|官方)?门户网站|[省市县区镇乡]?(?:人民)?政府网站|(?:部门|单位|官方|[委局厅院办])网站|官网)"
)


# 在医院官网、自助服务机展示, 在市行政执法公示平台挂出: a list between 在 or 通过 and what is done there.
_LISTED_PLACES_RE = re.compile(
    rf"(?:^|[^存正实现潜所内外])(?:在|于|通过|利用|依托)(?P<list>[{HAN}（）“”、]{{3,60}}?)(?:统一|同步|集中|及时|予以|进行|滚动)*"
    rf"(?:{_PUBLISHING_VERBS}|挂出|挂网|提示|滚动|发放|摆放|悬挂|播报)(?![馆厅栏屏墙牌室台平系网])"
)
#: Matches names of sites, halls and machines that are no known channel.
NAMED_PLACE = re.compile(
    r"(?:平台|系统|[^上联][网]|网站|网页|大厅|候诊区|自助(?:服务)?(?:机|终端)|服务[站点]|窗口|公示[牌栏板]|宣传[栏廊]|橱窗|触摸屏)$"
)


def _find_mentions(text: str) -> list[ChannelMention]:
    """Return channels, sites and places in a text by position."""
    sites = (ChannelMention(match[0], match.start(), match.end(), place=True) for match in _SITE_NAME_RE.finditer(text))
    mentions = [*find_mentions(text), *sites]
    for match in _LISTED_PLACES_RE.finditer(text):
        for item in re.finditer(r"[^、和及与]{3,16}", match["list"]):
            start, end = match.start("list") + item.start(), match.start("list") + item.end()
            if NAMED_PLACE.search(item[0]) and not any(
                candidate.start < end and start < candidate.end for candidate in mentions
            ):
                mentions.append(ChannelMention(item[0], start, end, place=True))
    mention_starts = {mention.start for mention in mentions}  # 政务服务大厅公告栏 is the board, not the hall
    return sorted(
        (candidate for candidate in mentions if not (candidate.place and candidate.end in mention_starts)),
        key=lambda one: one.start,
    )


def _is_column_name(text: str, mention: ChannelMention) -> bool:
    """Return true if a mention is a column name (“政务新媒体”栏目) or part of a path."""
    text_after = text[mention.end : mention.end + 6]
    return bool(re.match(rf"[”\"》]?{_COLUMN_WORDS}|\s*[>＞—→]", text_after)) or bool(
        re.search(r"[>＞—→]\s*$", text[: mention.start])
    )


def _is_published_there(after: str, aimed: bool, place: bool) -> bool:
    """Return true if a clause states publication in the channels that it names.

    `after` is the text after the channels; `aimed` is true if 在 or 通过 precedes them; `place` is
    true if some are also places or units.
    """
    match, build = _PUBLISHING_PATTERN.search(after), _BUILDING_PATTERN.search(after)
    if match and (build is None or match.start() < build.start()):
        return aimed or not place
    return aimed and (build is None or bool(match))


def _is_work_on_channel(text: str, mention: ChannelMention) -> bool:
    """Return true if the work is about the channel itself: 政务新媒体监管, 开设政务新媒体."""
    return bool(
        _BUILDING_VERB_AFTER_CHANNEL_PATTERN.search(text[mention.end :])
        or _BUILDING_VERB_BEFORE_CHANNEL_PATTERN.search(text[: mention.start])
    )


# 对公告栏进行现场查看, 检查公开专区, 抽查政务新媒体: the channel is what is looked at.
_CHECKING_VERBS = r"查看|检查|抽查|巡查|核查|排查|普查|抽检|监测|测评|评估|评查|考核|走访|摸排|清查|验收|巡检"
_CHECKING_VERB_AFTER_CHANNEL_PATTERN = re.compile(
    rf"^[^，]{{0,14}}?(?:进行|开展|实施|组织)?(?:现场|实地|全面|逐一|逐个|定期|日常|专项|在线|随机)?(?:{_CHECKING_VERBS})"
)
_CHECKING_VERB_BEFORE_CHANNEL_PATTERN = re.compile(rf"(?:{_CHECKING_VERBS})(?!结果|情况|报告)[^，在于]{{0,16}}$")


def _is_object_of_check(text: str, mention: ChannelMention) -> bool:
    before = text[: mention.start]
    aimed = re.search(r"对[^，]{0,24}$", before) and _CHECKING_VERB_AFTER_CHANNEL_PATTERN.search(text[mention.end :])
    return bool(aimed or _CHECKING_VERB_BEFORE_CHANNEL_PATTERN.search(before))


def _is_editing_publication(text: str, mention: ChannelMention) -> bool:
    """Return true if editing the channel is itself the publication."""
    text_before, text_after = text[: mention.start], text[mention.end :]
    edited = _EDITING_VERB_BEFORE_GAZETTE_PATTERN.search(text_before) or _EDITING_VERB_AFTER_GAZETTE_PATTERN.search(
        text_after
    )
    return bool(edited) and DisclosureChannel.GAZETTE in get_channels(mention.name)


def is_press_conference_to_hold(text: str, mention: ChannelMention) -> bool:
    """Return true if a mention is a press conference that the task is to hold."""
    match = _HOLDING_VERB_BEFORE_EVENT_PATTERN.search(text[: mention.start]) or _FREQUENCY_AFTER_EVENT_PATTERN.search(
        text[mention.end :]
    )
    return bool(match) and DisclosureChannel.CONFERENCE in get_channels(mention.name)


def _build_question(name: str, sentence: str, *, taken: bool) -> str:
    """Return the question on a channel named in a sentence; `taken`: it was read as one."""
    text = sentence.strip()[:40]
    if taken:
        return f"“{text}”中的“{name}”按公开渠道读取，请核对"
    return f"这句话没有用上：“{text}”；其中的“{name}”没有作为公开渠道，需要的请补充，或者标为无误"


# Separators of path levels in running text.
_LEVEL_SEPARATOR = r"\s?(?:-{1,2}>|[—－–]{1,2}>?|--|>|＞|﹥|→|/|／|-|》)\s?"
_LEVEL_NAME = rf"[{HAN}（）]{{2,16}}"
_PATH_AFTER_SITE_RE = re.compile(
    rf"(?:在|于|至|到|入|为|挂|放|传|载)\s?(?P<site>[{HAN}]{{0,12}}?(?:门户网站|网站|门户)(?:首页)?的?)?"
    rf"(?P<path>(?:{_LEVEL_NAME}{_LEVEL_SEPARATOR}){{1,6}}[{HAN}（）]{{2,16}}?)\s?(?P<word>{_COLUMN_WORDS}|(?=[，。；;]|$))"
)
# Names with unambiguous separators: 石桥镇→政府信息公开→机构职能.
_PATH_NAME = rf"[“\"]?[{HAN}\d]{{2,20}}(?:（[{HAN}]{{1,10}}）)?[{HAN}]{{0,8}}[”\"]?"
_ARROW_PATH_RE = re.compile(rf"(?P<path>{_PATH_NAME}(?:\s?(?:-{{1,2}}>|[＞﹥>→➔⟶»›])\s?{_PATH_NAME}){{1,7}})")
# Words before the first and after the last name: 目录发布于政府信息公开>政策栏目中.
_WORDS_BEFORE_PATH_RE = re.compile(rf"^[{HAN}]*?(?:布|示|开|登|载|置|传|新|护|^)(?:在|于|至|到)(?=[{HAN}]{{2}})")
_WORDS_AFTER_PATH_RE = re.compile(
    rf"(?:(?:{_COLUMN_WORDS})(?:下|中|内|里)?[{HAN}]*|(?:集中|同步|统一|及时)?(?:发布|公开|公布|公示|展示)(?:相关信息)?)$"
)
# A task written with arrows is no path: 市财政局→公开债券情况→6月20日前→门户网站.
_TIME_WORDS_PATTERN = re.compile(r"\d{1,2}月|月底|每[年季月周半]|(?:[>＞→➔])[^>＞→➔]*前(?:[>＞→➔]|$)")
_NAVIGATION_START_RE = re.compile(r"^(?:首页|当前位置)")
# 栏目路径：政府信息公开/重大项目, 位置为门户网站-政务公开-机构概况.
_LABELLED_PATH_RE = re.compile(
    rf"(?:路径|位置|栏目|栏目名称|发布于|公布于|公开于|刊登于|刊载于|见|入口)(?:为|是)?\s?[:：]\s?(?P<path>{_PATH_NAME}(?:\s?(?:[—－–-]{{1,2}}|[/／·》|])\s?{_PATH_NAME}){{1,7}})"
)
_QUOTED_COLUMN_RE = re.compile(
    rf"(?P<before>[^，。；、“\"《]{{0,14}})[“\"《](?P<path>[^“”\"\n《]{{2,80}})[”\"》](?P<after>\s*(?:(?:下|中|内|里)(?:的|设)?|等?[一两二三四五六\d]?个)?\s*{_COLUMN_WORDS}|(?=[、和及][“\"《][^“”\"《》]{{2,20}}[”\"》](?:等?[一两二三四五六\d]?个)?{_COLUMN_WORDS})|专区(?=[^，。；]*(?:发布|公开|公布|公示)))?"
)
_UNQUOTED_COLUMN_RE = re.compile(
    rf"(?:在|于|至|到|入)[{HAN}]{{0,10}}?(?:门户网站|网站|门户|平台)(?:首页)?的?(?P<name>[{HAN}（）]{{2,14}}?){_COLUMN_WORDS}"
)
#: Matches words before 栏目 or a place that are no name.
NOT_A_NAME = re.compile(
    r"^(?:的|相关|相应|对应|指定|统一|显著|专门|各|有关|该|本|同一|原|新|重点|主要|一级|二级)|开设|设置|设立|建立|新增|增设|建设"
)
_COLUMN_LABEL_RE = re.compile(rf"{_COLUMN_WORDS}(?:为|是|[:：])$|(?:路径|位置)(?:为|是|[:：])$")
# 挂到市政府网站“互动交流—常见问题”.
_SITE_BEFORE_PATH_PATTERN = re.compile(r"(?:网站|门户|官网|网页)(?:首页)?[上的内中]?$")
_PLACE_VERB_BEFORE_PATH_PATTERN = re.compile(r"(?:在|于|到|至|入|设置|设立|开设|开辟|新增)[^，。；“\"]{0,14}$")
_PUBLISHING_VERB_AFTER_PATH_PATTERN = re.compile(
    rf"(?:集中|同步|统一|及时|首页|中|下|内|里|上|予以|进行)*(?:{_PUBLISHING_VERBS})"
)
_PATH_SEPARATOR_PATTERN = re.compile(r"-{1,2}>|[—－–]|--|>|＞|﹥|→|》|(?<=[^\d])[-/／](?=[^\d])")


@dataclass(frozen=True)
class MentionedColumn:
    """A column or path in a text; `sure` if the text orders publication there."""

    path: str
    sure: bool


def find_mentioned_columns(text: str) -> Iterator[MentionedColumn]:
    """Yield columns named in a text: quoted, chained, or after the site's name.

    >>> [one.path for one in find_mentioned_columns("在政府信息公开—统计信息栏目发布")]
    ['政府信息公开—统计信息']
    """
    for match in _ARROW_PATH_RE.finditer(text):
        path = _WORDS_BEFORE_PATH_RE.sub("", _WORDS_AFTER_PATH_RE.sub("", match["path"])).strip('“”"')
        if (
            _PATH_SEPARATOR_PATTERN.search(path)
            and not _NAVIGATION_START_RE.search(path)
            and not _TIME_WORDS_PATTERN.search(path)
        ):
            yield MentionedColumn(path, True)
    for match in _LABELLED_PATH_RE.finditer(text):
        yield MentionedColumn(match["path"], True)
    text = _ARROW_PATH_RE.sub(lambda match: "■" * len(match[0]), text)
    text = _LABELLED_PATH_RE.sub(lambda match: "■" * len(match[0]), text)
    quoted = list(_QUOTED_COLUMN_RE.finditer(text))
    for match in quoted:
        is_labelled = bool(_COLUMN_LABEL_RE.search(match["before"]))
        path = match["path"].strip()
        is_publication = is_labelled or bool(_PLACE_VERB_BEFORE_PATH_PATTERN.search(match["before"]))
        chain = bool(_PATH_SEPARATOR_PATTERN.search(path)) and _PUBLISHING_VERB_AFTER_PATH_PATTERN.match(
            text, match.end()
        )
        behind_site = bool(_SITE_BEFORE_PATH_PATTERN.search(match["before"]))
        if match["after"] or is_labelled or (chain and is_publication) or behind_site:
            yield MentionedColumn(path, is_publication or behind_site)
    unquoted_text = _QUOTED_COLUMN_RE.sub(lambda match: "■" * len(match[0]), text)
    for match in _PATH_AFTER_SITE_RE.finditer(unquoted_text):
        yield MentionedColumn(match["path"], bool(match["word"]))
    for match in _UNQUOTED_COLUMN_RE.finditer(
        _PATH_AFTER_SITE_RE.sub(lambda match: "■" * len(match[0]), unquoted_text)
    ):
        if not NOT_A_NAME.search(match["name"]):
            yield MentionedColumn(match["name"], True)
