"""Remove boilerplate from a text before comparison: counters, buttons, bylines, links. Pure.

Sites put these into the text element and change them at every visit or redesign.
"""

import unicodedata
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import filterfalse

from gongkai.lib.chinese import lazy_re as re

#: Characters with several forms: quotes, dashes, invisible characters.
_CHARACTER_VARIANTS_TABLE = str.maketrans(
    dict.fromkeys("“”„‟«»「」『』″＂", '"') | dict.fromkeys("‘’‚′`´", "'") | dict.fromkeys("‐‑‒–—―−─－", "-")
)
_DASH_RUN_RE = re.compile("-{2,}")
#: Unicode categories of invisible characters: joiners, direction marks, soft hyphens, variation selectors.
_INVISIBLE_CATEGORIES = frozenset({"Cf", "Cc", "Mn"})
_COUNTER_LABEL = r"(?:浏览|阅读|点击|访问|下载|点赞|评论|收藏|转发|查看|人气|热度|赞|顶|踩)(?:次数|人数|总数|率|量|数)?"
#: Download count after a file name.
_DOWNLOAD_COUNT_RE = re.compile(rf"[(\[【]{_COUNTER_LABEL}:?\d+(?:人?次)?[)\]】]")
#: File name in a line.
_FILE_NAME_RE = re.compile(
    r"[^\s:：【】\[\]《》]{1,150}\.(?:docx?|xlsx?|pptx?|pdf|wps|et|ofd|zip|rar|7z|jpe?g|png)(?![a-z])", re.IGNORECASE
)
#: Maximum number of other characters in a line of file names, such as 附件, sizes and download counts.
_MAX_CHARACTERS_BESIDE_FILES = 40
#: Labels of advertisements.
_ADVERTISEMENT_LABEL_RE = re.compile(r"\s*(?:(?:广告|推广|赞助)[\s:：|｜]|[【\[(（〔](?:广告|推广|赞助)[】\])）〕])")
#: Parts of boilerplate lines, normalised without blanks.
_BOILERPLATE_PART_RE = re.compile(
    "|".join(
        (
            rf"(?:[本该](?:页面?|文章?|站|篇))?(?:总|已?被|已)?{_COUNTER_LABEL}:?[(\[【]?\d*[)\]】]?(?:人次|次|人|条|位)?",
            r"(?:[本该](?:页面?|文章?))?(?:共|已有)\d+(?:人次|次|人|条|位)(?:浏览|阅读|点击|访问|评论)|(?:本文)?共\d+字",
            r"距.{0,10}?(?:还有|还剩|剩余?)(?:\d+[天日])?(?:\d+(?:小时|时))?(?:\d+分钟?)?(?:\d+秒)?|已有\d+(?:家|个|位|名)?(?:单位|人|企业|网友)?(?:浏览|阅读|查看|关注|点赞|收藏|下载)(?:文件)?",
            r"第\d{1,3}版(?::[^。]{1,8})?|返回目录|[上下前后]一?[期版]|放大|缩小|默认|朗读(?:\((?:时长)?[\d分秒:]*\))?|时长[\d分秒:]+",
            r"您是.{0,8}第\d+位(?:访客|访问者|浏览者|读者|网友)",
            r"(?:网友|全部|最新)评论(?:[(\[]?\d+条?[)\]])?",
            r"(?:(?:责任|值班|文章)?编辑|责编|编审|签发(?:人)?|责任校对|校对|初审|复审|终审|一审|二审|三审|审核(?:人)?|审签|撰稿|供稿|通讯员|(?:文章)?录入(?:人|员)?):[^,。;:]{0,20}?"
            r"(?=$|[|;()\[\]【】]|(?:责|编|校|初|复|终|一审|二审|三审|审|撰|供|录|签|稿源|来源|发布|时间|日期|浏览|阅读|点击|访问))",
            r"(?:(?:信息|文章|稿件|内容)?来源|稿源|发布(?:机构|单位|人)|作者):[^,。;:]{0,24}?"
            r"(?=$|[|;()\[\]【】]|\d{4}[-/.年]|(?:发布|时间|日期|浏览|阅读|点击|访问|分享|作者|编辑|字号|字体|责|来源))",
            r"(?:发布|发表|更新|录入|公开|信息)(?:时间|日期):?(?=\d{4})",
            r"(?:字号|字体)(?:大小)?:?",
            r"(?:这条|本条|该|以上)?(?:信息|内容|文章|回答)?(?:对您)?(?:是否)?有(?:没有)?帮助吗?\??(?:(?:有|没有|是|否)(?:帮助)?\d*)*",
            r"(?:我要)?打印(?:本页|本文|此页|正文|文章)?|关闭(?:本页|窗口|页面)?|(?:加入|添加)?收藏(?:本页)?|返回(?:顶部|列表|首页|上一?页)|TOP$|下载附件|[上下首尾末]一?页|共\d+页|第\d+页",
            r"(?:一键)?(?:分享|转发)(?:到|至)?:?\d*|微信(?:好友)?|(?:新浪|腾讯)?微博|QQ(?:空间|好友)|朋友圈|复制(?:链接|网址)",
            r"(?:用微信)?扫(?:一扫|码|描二维码).{0,14}$|(?:手机)?二维码|语音(?:播报|朗读)|听全文|(?:无障碍)?(?:浏览|阅读)模式|(?:我要|内容|页面)?纠错|无障碍阅读|(?:关怀|长者|繁体|简体|适老)版?",
        )
    ),
    re.IGNORECASE,
)
#: Parts that may accompany these and have no meaning of their own.
_ACCOMPANYING_PART_RE = re.compile(
    r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:\d{1,2}:\d{2}(?::\d{2})?)?|(?:时间|日期):|[大中小](?=[大中小|\]】)]|$)|\W|_"
)
#: Beginnings of boilerplate lines: links to other texts, breadcrumbs, site owner.
_BOILERPLATE_START_RE = re.compile(
    r"[上下前后]一(?:篇|条|则):?|(?:您的?)?(?:当前)?(?:所在)?位置:|(?:本文(?:地址|链接)|原文(?:地址|链接)):http|版权所有|copyright|©|"
    r"(?:相关|延伸|推荐|扩展|更多|热门)(?:阅读|链接|新闻|文章|报道|推荐|内容):|>{2,}|▶|☞|👉|(?:免责|版权)声明|[^\W\d]?ICP备|网站标识码|(?:广告|推广|赞助商?):",
    re.IGNORECASE,
)
_OTHER_ARTICLES_HEADING_RE = re.compile(
    r"[【\[]?(?:相关|推荐|延伸|热点|热门|更多|猜你|最新|扩展)(?:的)?(?:阅读|信息|链接|新闻|文章|内容|推荐|专题|文件|政策|解读|稿件|资讯|报道|喜欢)+[】\]]?:?$|[【\[]?相关[】\]]?:?$"
)
#: Lines that introduce other texts and contain the first one.
_OTHER_ARTICLES_START_RE = re.compile(
    r"[【\[]?(?:猜你喜欢|(?:相关|推荐|延伸|热门|更多)(?:阅读|新闻|文章|推荐))[】\]]?:?(?=.{4,60}$)"
)
#: Beginning of readers' comments.
_COMMENTS_START_RE = re.compile(
    r"(?:《.{1,100}》)?(?:共|(?:已|共)?有)?\d+条(?:评论|留言|回复|跟帖)|(?:网友|读者|全部|最新|精选|热门)(?:评论|留言|跟帖)[(\[]?\d*条?[)\]]?:?|(?:发表|我要|参与)评论|评论区?[(\[]\d+条?[)\]]"
)
#: Signature, date or document number, shown by some page designs only.
_SIGNATURE_RE = re.compile(
    r"[^\W\d_]{2,28}(?:局|委|办|厅|部|院|会|处|科|队|站|所|社|府|中心|公司|集团|学校|小学|中学|大学|银行|指挥部|领导小组|专班|办公室|支队|大队)(?:\(?(?:盖章|印章|章)\)?)?"
)
_DATE_AND_TIME_RE = re.compile(
    r"(?:\d{4}|[〇零○O一二三四五六七八九]{4})[-/.年][\d一二三四五六七八九十]{1,3}[-/.月][\d一二三四五六七八九十]{1,3}日?(?:\d{1,2}:\d{2}(?::\d{2})?)?"
)
_SIGNATURE_WITH_DATE_RE = re.compile(
    rf"{_DATE_AND_TIME_RE.pattern}(?:{_SIGNATURE_RE.pattern})|(?:{_SIGNATURE_RE.pattern}){_DATE_AND_TIME_RE.pattern}"
)
_DOCUMENT_NUMBER_RE = re.compile(r"[^\W\d_]{1,12}[(\[〔【]\d{4}[)\]〕】]\d+号")
#: Number of pages of a source with the same line from which the line is boilerplate.
MIN_PAGES_WITH_LINE = 3
#: Words on the state of a document; a line that contains one is never boilerplate.
INFORMATIVE_WORDS_PATTERN = re.compile(
    r"废止|失效|作废|撤销|撤回|取消|更正|补充|变更|延期|推迟|暂停|终止|停止|中止|恢复"
)


def normalise_line(line: str) -> str:
    r"""Return a line with normal width, quotes and dashes, without blanks and counts.

    >>> normalise_line("咨询电话：０８７１（上班时间）\u200b　——“一窗受理”") == normalise_line('咨询电话:0871(上班时间)--"一窗受理"')
    True
    """
    text = unicodedata.normalize("NFKC", line).translate(_CHARACTER_VARIANTS_TABLE)
    seen = "".join(
        char for char in text if not char.isspace() and unicodedata.category(char) not in _INVISIBLE_CATEGORIES
    )
    return _DOWNLOAD_COUNT_RE.sub("", _DASH_RUN_RE.sub("-", seen))


def normalise_file_names(line: str) -> str:
    """Normalise a line like `normalise_line`, and reduce a line of file names to these names.

    >>> normalise_file_names("附件【报名登记表.doc】已下载23次"), normalise_file_names("相关文档 DOC 报名登记表.doc 大小58KB")
    ('报名登记表.doc', '报名登记表.doc')
    """
    text = normalise_line(line)
    if "。" in text:  # fast pre-check for pages of one long line
        return text
    files = [normalise_line(name) for name in _FILE_NAME_RE.findall(line)]
    if not files or len(text) - sum(map(len, files)) > _MAX_CHARACTERS_BESIDE_FILES:
        return text
    return "、".join(files)


def separate_file_lines(lines: Sequence[str]) -> tuple[list[str], set[str]]:
    """Return (other lines, file names in lines that only name files) of lines from `normalise_file_names`."""
    files = {line for line in lines if all(map(_FILE_NAME_RE.fullmatch, line.split("、")))}
    return [line for line in lines if line not in files], {name for line in files for name in line.split("、")}


def is_boilerplate(line: str) -> bool:
    """Return True if a normalised line is boilerplate: counter, button, byline, link."""
    if _BOILERPLATE_START_RE.match(line):
        return True
    remainder, replaced_count = _BOILERPLATE_PART_RE.subn("", line)
    return bool(replaced_count) and not _ACCOMPANYING_PART_RE.sub("", remainder)


def is_signature_line(line: str) -> bool:
    """Return True if a line only contains a signature, date or document number."""
    return any(
        pattern.fullmatch(line)
        for pattern in (_SIGNATURE_RE, _DATE_AND_TIME_RE, _DOCUMENT_NUMBER_RE, _SIGNATURE_WITH_DATE_RE)
    )


def find_common_lines(texts: Sequence[str]) -> frozenset[str]:
    """Return the lines that many pages of a source share, without figures and status notes."""
    counts = Counter(line for text in texts for line in {normalise_file_names(one) for one in text.splitlines()})
    least = max(MIN_PAGES_WITH_LINE, len(texts) / 2)
    return frozenset(
        line
        for line, count in counts.items()
        if count >= least and not re.search(r"\d", line) and not INFORMATIVE_WORDS_PATTERN.search(line)
    )


_CONTACT_WORD_RE = re.compile(r"电话|热线|邮箱|网址")
#: Minimum share of a source's pages that a redesign changes at once.
REDESIGN_PAGE_SHARE = 1 / 3


def find_changed_lines(pages: Sequence[tuple[str, str]]) -> tuple[frozenset[str], frozenset[str]]:
    """Return (lines that vanished from many pages at once, lines that appeared on many); numbers in them may differ.

    Args:
        pages: old and new text of each page.
    """
    least = max(MIN_PAGES_WITH_LINE, int(len(pages) * REDESIGN_PAGE_SHARE))
    sides = [[_group_lines_by_shape(old) for old, _ in pages], [_group_lines_by_shape(new) for _, new in pages]]
    changed_lines: list[frozenset[str]] = []
    for pages_of_side, pages_opposite in (sides, sides[::-1]):
        vanished = [
            {shape: lines - other_lines.get(shape, set()) for shape, lines in own_lines.items()}
            for own_lines, other_lines in zip(pages_of_side, pages_opposite, strict=True)
        ]
        counts = Counter(shape for page_lines in vanished for shape, lines in page_lines.items() if lines)
        changed_lines.append(
            frozenset(
                line
                for page_lines in vanished
                for shape, lines in page_lines.items()
                if counts[shape] >= least
                for line in lines
            )
        )
    return changed_lines[0], changed_lines[1]


def find_boilerplate_lines(
    pages: Sequence[tuple[str, str]], titles: Iterable[str] = ()
) -> tuple[frozenset[str], frozenset[str]]:
    """Return (old, new) boilerplate lines of a source.

    These are lines that many pages share, lines that changed on many pages at once, and titles of
    other texts.

    Args:
        pages: old and new text of each page.
        titles: titles of the source's entries.
    """
    was, now = find_changed_lines(pages)
    names = _find_title_lines([text for page in pages for text in page], titles)
    both = was | now | names
    return find_common_lines([old for old, _ in pages]) | both, find_common_lines([new for _, new in pages]) | both


def _find_title_lines(texts: Sequence[str], titles: Iterable[str]) -> frozenset[str]:
    """Return the lines that consist only of known titles and of signs or digits."""
    sorted_titles = sorted({normalise_line(title) for title in titles} - {""}, key=len, reverse=True)
    if not sorted_titles:
        return frozenset()
    pattern = re.compile("|".join(map(re.escape, sorted_titles)))
    # Fast pre-check: few lines begin with a title.
    begins = re.compile(rf"[\W\d_]*?(?:{pattern.pattern})")
    lines = {normalise_file_names(line) for text in texts for line in text.splitlines()}
    return frozenset(line for line in lines if begins.match(line) and not re.sub(r"[\W\d_]", "", pattern.sub("", line)))


#: Numbers and machine-generated identifiers.
_NUMBER_OR_IDENTIFIER_RE = re.compile(r"[a-z]*\d[\da-z]*", re.IGNORECASE)
#: Label at the beginning of a line (热搜词：…), and the minimum common beginning of longer lines.
_LINE_LABEL_RE = re.compile(r"[^\W\d]{2,6}:")
_SHAPE_START_PARTS = 6


def _iterate_line_beginnings(line: str) -> Iterator[str]:
    """Yield the label and the first characters of a line, by which it is recognised if its end varies."""
    if label := _LINE_LABEL_RE.match(line):
        yield label[0]
    shape = _NUMBER_OR_IDENTIFIER_RE.sub("#", line)
    if len(shape) > 2 * _SHAPE_START_PARTS:
        yield f"{shape[:_SHAPE_START_PARTS]}…"


def _group_lines_by_shape(text: str) -> dict[str, set[str]]:
    """Return the page's lines by their beginnings and by their shape, with numbers as #.

    Lines on a document's state or with contact details are left out.
    """
    shapes: dict[str, set[str]] = {}
    for line in map(normalise_file_names, text.splitlines()):
        if line and not INFORMATIVE_WORDS_PATTERN.search(line) and not _CONTACT_WORD_RE.search(line):
            shapes.setdefault(_NUMBER_OR_IDENTIFIER_RE.sub("#", line), set()).add(line)
            for beginning in _iterate_line_beginnings(line):
                shapes.setdefault(beginning, set()).add(line)
    return shapes


def get_own_lines(text: str, title: str = "", shared: Container[str] = ()) -> list[str]:
    """Return the normalised lines of a text without boilerplate, title, comments and lists of other articles.

    Args:
        text: one line for each block.
        title: the title, which some designs repeat in the text.
        shared: boilerplate lines of the source (`find_common_lines`).
    """
    head = normalise_line(title)
    lines = [
        line
        for line in map(normalise_file_names, filterfalse(_ADVERTISEMENT_LABEL_RE.match, text.splitlines()))
        if line
    ]
    for index, line in enumerate(lines):
        if _COMMENTS_START_RE.fullmatch(line) and index:
            del lines[index:]  # readers' comments
            break
    for index, line in enumerate(lines):
        if (
            (_OTHER_ARTICLES_HEADING_RE.fullmatch(line) or _OTHER_ARTICLES_START_RE.match(line))
            and index
            and not any("。" in one for one in lines[index:])
        ):
            del lines[index:]
            break

    return [line for line in lines if not (line == head or line in shared or is_boilerplate(line))]
