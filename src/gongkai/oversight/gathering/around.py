"""What stands around the text of a page and says nothing of it: counters, buttons, who edited it, other texts, who signs. Pure.

Sites put these into the element of their text, and change them at every visit or with their design. They are taken out of a text before it is
held against what was kept.
"""

import unicodedata
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import filterfalse

from gongkai.lib.chinese import lazy_re as re

#: Signs written in several ways: quotes, dashes, signs that show nothing.
_ALIKE = str.maketrans(
    dict.fromkeys("“”„‟«»「」『』″＂", '"') | dict.fromkeys("‘’‚′`´", "'") | dict.fromkeys("‐‑‒–—―−─－", "-")
)
_DASHES = re.compile("-{2,}")
#: Signs that nobody sees: joiners, marks of direction, soft hyphens, selectors of a shape.
_UNSEEN = frozenset({"Cf", "Cc", "Mn"})
_COUNTED = (
    r"(?:浏览|阅读|点击|访问|下载|点赞|评论|收藏|转发|查看|人气|热度|赞|顶|踩)(?:次数|人数|总数|率|量|数)?"
)
#: How often a file was fetched, behind its name.
_FETCHED = re.compile(rf"[(\[【]{_COUNTED}:?\d+(?:人?次)?[)\]】]")
#: A file as a line names it.
_FILE = re.compile(
    r"[^\s:：【】\[\]《》]{1,150}\.(?:docx?|xlsx?|pptx?|pdf|wps|et|ofd|zip|rar|7z|jpe?g|png)(?![a-z])",
    re.IGNORECASE,
)
#: Characters that stand beside the names of files in a line that is there for them, at most: 附件, sizes, how often they were fetched.
_BESIDE_FILES = 40
#: A paid line says so first.
_PAID = re.compile(r"\s*(?:(?:广告|推广|赞助)[\s:：|｜]|[【\[(（〔](?:广告|推广|赞助)[】\])）〕])")
#: Parts of which a line around a text is made. Normalised, without blanks; each names what it is of itself.
_PARTS = re.compile(
    "|".join(
        (
            rf"(?:[本该](?:页面?|文章?|站|篇))?(?:总|已?被|已)?{_COUNTED}:?[(\[【]?\d*[)\]】]?(?:人次|次|人|条|位)?",
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
#: Parts that stand beside these and say nothing by themselves.
_BESIDE = re.compile(
    r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:\d{1,2}:\d{2}(?::\d{2})?)?|(?:时间|日期):|[大中小](?=[大中小|\]】)]|$)|\W|_"
)
#: How a line begins that is one of the frame whatever follows: the way to other texts, where the reader is, whose the site is.
_BEGINS = re.compile(
    r"[上下前后]一(?:篇|条|则):?|(?:您的?)?(?:当前)?(?:所在)?位置:|(?:本文(?:地址|链接)|原文(?:地址|链接)):http|版权所有|copyright|©|"
    r"(?:相关|延伸|推荐|扩展|更多|热门)(?:阅读|链接|新闻|文章|报道|推荐|内容):|>{2,}|▶|☞|👉|(?:免责|版权)声明|[^\W\d]?ICP备|网站标识码|(?:广告|推广|赞助商?):",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"[【\[]?(?:相关|推荐|延伸|热点|热门|更多|猜你|最新|扩展)(?:的)?(?:阅读|信息|链接|新闻|文章|内容|推荐|专题|文件|政策|解读|稿件|资讯|报道|喜欢)+[】\]]?:?$|[【\[]?相关[】\]]?:?$"
)
#: The same, with the first of them in its line.
_OTHERS_BEGIN = re.compile(
    r"[【\[]?(?:猜你喜欢|(?:相关|推荐|延伸|热门|更多)(?:阅读|新闻|文章|推荐))[】\]]?:?(?=.{4,60}$)"
)
#: Where what readers say begins.
_COMMENTS = re.compile(
    r"(?:《.{1,100}》)?(?:共|(?:已|共)?有)?\d+条(?:评论|留言|回复|跟帖)|(?:网友|读者|全部|最新|精选|热门)(?:评论|留言|跟帖)[(\[]?\d*条?[)\]]?:?|(?:发表|我要|参与)评论|评论区?[(\[]\d+条?[)\]]"
)
#: Who signs, when, under which number: what one design shows beside a text and another does not.
_SIGNED = re.compile(
    r"[^\W\d_]{2,28}(?:局|委|办|厅|部|院|会|处|科|队|站|所|社|府|中心|公司|集团|学校|小学|中学|大学|银行|指挥部|领导小组|专班|办公室|支队|大队)(?:\(?(?:盖章|印章|章)\)?)?"
)
_DAY = re.compile(
    r"(?:\d{4}|[〇零○O一二三四五六七八九]{4})[-/.年][\d一二三四五六七八九十]{1,3}[-/.月][\d一二三四五六七八九十]{1,3}日?(?:\d{1,2}:\d{2}(?::\d{2})?)?"
)
_SIGNED_ON = re.compile(rf"{_DAY.pattern}(?:{_SIGNED.pattern})|(?:{_SIGNED.pattern}){_DAY.pattern}")
_NUMBERED = re.compile(r"[^\W\d_]{1,12}[(\[〔【]\d{4}[)\]〕】]\d+号")
#: So many pages of one source that say a line alike; words that tell what became of a text, which are none of a frame and no badge.
MANY = 3
TELLS = re.compile(r"废止|失效|作废|撤销|撤回|取消|更正|补充|变更|延期|推迟|暂停|终止|停止|中止|恢复")


def alike(line: str) -> str:
    """Return a line as it is compared: one width of signs, one kind of quotes and dashes, without blanks and what nobody sees.

    >>> alike("咨询电话：０８７１（上班时间）\\u200b　——“一窗受理”") == alike('咨询电话:0871(上班时间)--"一窗受理"')
    True
    """
    words = unicodedata.normalize("NFKC", line).translate(_ALIKE)
    seen = "".join(one for one in words if not one.isspace() and unicodedata.category(one) not in _UNSEEN)
    return _FETCHED.sub("", _DASHES.sub("-", seen))


def plain(line: str) -> str:
    """Return a line as `alike` does; of one that names files, these alone.

    >>> plain("附件【报名登记表.doc】已下载23次"), plain("相关文档 DOC 报名登记表.doc 大小58KB")
    ('报名登记表.doc', '报名登记表.doc')
    """
    said = alike(line)
    if "。" in said:  # asked first: a page that is one long line has hardly more to look through
        return said
    files = [alike(name) for name in _FILE.findall(line)]
    if not files or len(said) - sum(map(len, files)) > _BESIDE_FILES:
        return said
    return "、".join(files)


def apart_from_files(lines: Sequence[str]) -> tuple[list[str], set[str]]:
    """Return lines (as `plain` returns them) without those that name files alone, and these files: a design lists them where it likes."""
    files = {line for line in lines if all(map(_FILE.fullmatch, line.split("、")))}
    return [line for line in lines if line not in files], {
        name for line in files for name in line.split("、")
    }


def frames(line: str) -> bool:
    """Whether a line (as `alike` returns it) is a part of a page's frame: a counter, buttons, who edited it, the way to another text."""
    if _BEGINS.match(line):
        return True
    rest, parts = _PARTS.subn("", line)
    return bool(parts) and not _BESIDE.sub("", rest)


def signs(line: str) -> bool:
    """Whether a line says who signs, when, or a document's number, and nothing else."""
    return any(pattern.fullmatch(line) for pattern in (_SIGNED, _DAY, _NUMBERED, _SIGNED_ON))


def common(texts: Sequence[str]) -> frozenset[str]:
    """Return the lines that many pages of one source say alike: its frame's. Lines with figures, and what may befall many texts at once, are none."""
    counts = Counter(line for text in texts for line in {plain(one) for one in text.splitlines()})
    least = max(MANY, len(texts) / 2)
    return frozenset(
        line
        for line, count in counts.items()
        if count >= least and not re.search(r"\d", line) and not TELLS.search(line)
    )


_TELLS_WHERE = re.compile(r"电话|热线|邮箱|网址")
#: The part of a source's pages that a design turns at once, at least.
AT_ONCE = 1 / 3


def turned(pages: Sequence[tuple[str, str]]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the lines, as they were and as they are, that came, went or were counted on at many pages of a source at once, figures aside:
    visits, days left, what another design says.

    Args:
        pages: the text of each page then and now.
    """
    least = max(MANY, int(len(pages) * AT_ONCE))
    sides = [[_by_shape(old) for old, _ in pages], [_by_shape(new) for _, new in pages]]
    found: list[frozenset[str]] = []
    for own, other in (sides, sides[::-1]):
        gone = [
            {shape: lines - there.get(shape, set()) for shape, lines in said.items()}
            for said, there in zip(own, other, strict=True)
        ]
        counts = Counter(shape for one in gone for shape, lines in one.items() if lines)
        found.append(
            frozenset(
                line
                for one in gone
                for shape, lines in one.items()
                if counts[shape] >= least
                for line in lines
            )
        )
    return found[0], found[1]


def frame_of(
    pages: Sequence[tuple[str, str]], titles: Iterable[str] = ()
) -> tuple[frozenset[str], frozenset[str]]:
    """Return the lines of a source's frame, then and now: what many of its pages say alike, what turned on many at once, what only names others.

    Args:
        pages: the text of each page then and now.
        titles: the titles of the source's entries.
    """
    was, now = turned(pages)
    names = _names_only([text for page in pages for text in page], titles)
    both = was | now | names
    return common([old for old, _ in pages]) | both, common([new for _, new in pages]) | both


def _names_only(texts: Sequence[str], titles: Iterable[str]) -> frozenset[str]:
    """Return the lines that say titles of entries and nothing else: lists of links to the source's other pages."""
    known = sorted({alike(title) for title in titles} - {""}, key=len, reverse=True)
    if not known:
        return frozenset()
    named = re.compile("|".join(map(re.escape, known)))
    # Asked first: few lines begin with one of a thousand titles.
    begins = re.compile(rf"[\W\d_]*?(?:{named.pattern})")
    lines = {plain(line) for text in texts for line in text.splitlines()}
    return frozenset(
        line for line in lines if begins.match(line) and not re.sub(r"[\W\d_]", "", named.sub("", line))
    )


#: Figures, and marks with figures that a machine wrote.
_FIGURES = re.compile(r"[a-z]*\d[\da-z]*", re.IGNORECASE)
#: What a line begins with that names what follows (热搜词：…); so many characters of one that is twice as long.
_LABEL = re.compile(r"[^\W\d]{2,6}:")
_OPENING = 6


def _openings(line: str) -> Iterator[str]:
    """Yield how a line begins, figures aside: designs write one line on all pages, with other words in it at each visit."""
    if label := _LABEL.match(line):
        yield label[0]
    shape = _FIGURES.sub("#", line)
    if len(shape) > 2 * _OPENING:
        yield f"{shape[:_OPENING]}…"


def _by_shape(text: str) -> dict[str, set[str]]:
    """Return the lines of a text by what they say beside figures, and by how they begin; without those that tell what became
    of it, or where to call."""
    shapes: dict[str, set[str]] = {}
    for line in map(plain, text.splitlines()):
        if line and not TELLS.search(line) and not _TELLS_WHERE.search(line):
            shapes.setdefault(_FIGURES.sub("#", line), set()).add(line)
            for opening in _openings(line):
                shapes.setdefault(opening, set()).add(line)
    return shapes


def own_lines(text: str, title: str = "", shared: Container[str] = ()) -> list[str]:
    """Return the lines of a text as they are compared: without what frames it.

    Args:
        text: a line for each block.
        title: the text's title, which some designs repeat within its element.
        shared: lines of the source's frame (`common`).
    """
    head = alike(title)
    lines = [line for line in map(plain, filterfalse(_PAID.match, text.splitlines())) if line]
    for at, line in enumerate(lines):
        if _COMMENTS.fullmatch(line) and at:
            del lines[at:]  # what readers say
            break
    for at, line in enumerate(lines):
        if (
            (_OTHERS.fullmatch(line) or _OTHERS_BEGIN.match(line))
            and at
            and not any("。" in one for one in lines[at:])
        ):
            del lines[at:]
            break

    return [line for line in lines if not (line == head or line in shared or frames(line))]
