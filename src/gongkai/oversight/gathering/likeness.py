"""Whether two texts are nearly the same: runs of three characters, found again by marks of their least hashes (MinHash) and of those of their
sentences, then compared; and whether a page says something else than it said. Pure."""

from collections.abc import Container, Sequence
from difflib import SequenceMatcher
from hashlib import blake2b, sha256
from itertools import accumulate, takewhile

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.oversight.gathering.around import TELLS, alike, apart_from_files, own_lines, signs

#: Texts shorter than this say too little to be compared by anything but their title.
LEAST = 40
#: The part of all runs that near texts share.
SHARED = 0.8
#: The part of the shorter title's pairs of characters that the other one has.
AGREEING = 0.4
#: Characters that a title or an excerpt has left, at least, where a list cut it off.
LEAST_OF_TITLE = 6
MARKS, ROWS = 4, 2
#: Marks of the least hashes of whole sentences: reprints share sentences where a new lead and a cut end leave few of the runs.
OF_SENTENCES = 4
#: The columns that keep the marks.
BANDS = tuple(f"band{at}" for at in range(MARKS + OF_SENTENCES))
_BARE = re.compile(r"[\W_]+")
_RUN = 3
_ODD = [0x9E3779B97F4A7C15 * (2 * at + 1) & (2**64 - 1) | 1 for at in range(MARKS * ROWS)]


def bare(words: str) -> str:
    """Return words without blanks and marks."""
    return _BARE.sub("", words).lower()


def key_of(words: str) -> str:
    """Return the digest by which equal words are found."""
    return sha256(words.encode()).hexdigest()


#: What lists put before or behind a title, and where they or a feed cut one off.
_BADGE = re.compile(
    r"^(?:[\[(【]([^\[(【\])】]{1,8})[\])】]|[·•●■◆▪★☆>-])|[\[(【](?:new|hot|新|热|图|图文|视频|置顶|荐)[\])】]$|"
    rf"(?<=[{HAN})])(?:new|hot)!?$",
    re.IGNORECASE,
)
_CUT = re.compile(
    r"(?:\.{2,}|[\[(]\.{2,}[\])]|(?:点击)?(?:阅读|查看)?(?:全文|详情|更多|详细)[>\]]*|\[?(?:read )?more[>\]]*)+$",
    re.IGNORECASE,
)


def _badged(match: re.Match[str]) -> str:
    return match[0] if match[1] and TELLS.search(match[1]) else ""


def plain_title(title: str) -> str:
    """Return a title as it is compared: without the badges of lists; words that tell (已废止) stay.

    >>> plain_title("【置顶】·关于调整水价的通知new"), plain_title("【已废止】关于调整水价的通知")
    ('关于调整水价的通知', '【已废止】关于调整水价的通知')
    """
    said = alike(title)
    while (less := _BADGE.sub(_badged, said)) != said:
        said = less
    return said


def title_key(title: str) -> str:
    """Return the digest by which equal titles are found."""
    return key_of(bare(plain_title(title)))


def same_title(one: str, other: str) -> bool:
    """Whether two titles are one, however a list writes it: its badges, ways of writing signs, and where it cuts a title off."""
    own, its = plain_title(one), plain_title(other)
    return own == its or _excerpt(own, its)


def retitled(kept: str, said: str) -> str:
    """Return the title to keep: what is listed now, or the fuller one of two that are the same."""
    return (
        kept
        if same_title(kept, said)
        and len(_CUT.sub("", plain_title(said))) <= len(_CUT.sub("", plain_title(kept)))
        else said
    )


def excerpt_differs(kept: str, said: str) -> bool:
    """Whether what a list or feed says beside a title is something else than it said, not only longer or shorter, cut off elsewhere.

    >>> excerpt_differs("共31户，每户840元……", "共31户，每户840元，11月底前发放。阅读全文"), excerpt_differs("共31户。", "共38户。")
    (False, True)
    """
    return differs(kept, said) and not _excerpt(*("".join(own_lines(one)) for one in (kept, said)))


def _excerpt(one: str, other: str) -> bool:
    """Whether the beginning of two texts is one where a list cut either off."""
    own, its = _CUT.sub("", one), _CUT.sub("", other)
    return (
        (own, its) != (one, other)
        and min(len(own), len(its)) >= LEAST_OF_TITLE
        and (own.startswith(its) or its.startswith(own))
    )


def runs_of(text: str) -> set[str]:
    """Return the runs of three characters of a text; none of a short one."""
    words = bare(text)
    return {words[at : at + _RUN] for at in range(len(words) - _RUN + 1)} if len(words) >= LEAST else set()


def bands(text: str) -> list[int | None]:
    """Return the marks of a text, four of its runs and four of its sentences, of which near texts nearly always share one; none of a short text."""
    import numpy as np  # costly to load, and most processes compare nothing

    runs = runs_of(text)
    if not runs:
        return [None] * (MARKS + OF_SENTENCES)
    digests = b"".join(blake2b(run.encode(), digest_size=8).digest() for run in runs)
    hashes = np.frombuffer(digests, dtype=np.uint64)
    with np.errstate(over="ignore"):
        mixed = hashes[None, :] * np.array(_ODD, dtype=np.uint64)[:, None]
    least = (mixed ^ (mixed >> np.uint64(29))).min(axis=1)
    marks: list[int | None] = [_mark(least[at * ROWS : (at + 1) * ROWS].tobytes()) for at in range(MARKS)]
    said = sentences(text)
    return marks + [
        min((_mark(f"{at}{one}".encode()) for one in said), default=None) for at in range(OF_SENTENCES)
    ]


def marks_of(text: str) -> dict[str, int | None]:
    """Return the marks by which near texts are found, by the columns that keep them."""
    return dict(zip(BANDS, bands(text), strict=True))


def _mark(said: bytes) -> int:
    return int.from_bytes(blake2b(said, digest_size=4).digest(), "big") >> 1


#: A piece of fewer characters is no sentence.
SENTENCE = 8
_END_OF_SENTENCE = re.compile(r"[。！？；!?;]")


def sentences(text: str, title: str = "") -> list[str]:
    """Return the sentences of a text without blanks and marks, and its lines that are long enough to tell as much; what frames it
    and who signs it when aside."""
    lines = (line for line in own_lines(text, title) if not signs(line))
    pieces = [bare(piece) for line in lines for piece in _END_OF_SENTENCE.split(line)]
    return [piece for piece in pieces if len(piece) >= SENTENCE]


def titles_agree(one: str, other: str) -> bool:
    """Whether two titles may be of one text: pages of one site share what stands around their texts, so that near words alone say too little."""
    a, b = pairs_of(bare(one)), pairs_of(bare(other))
    return bool(a and b) and len(a & b) >= AGREEING * min(len(a), len(b))


def pairs_of(words: str) -> set[str]:
    """Return the pairs of characters that follow one another."""
    return {words[at : at + 2] for at in range(len(words) - 1)}


def near(one: str, other: str) -> bool:
    """Whether two texts are nearly the same: they share most of their runs."""
    a, b = runs_of(one), runs_of(other)
    return bool(a and b) and len(a & b) >= SHARED * len(a | b)


#: A page that says less than this part of what it said, in words that it did not say, is not taken for its text.
POORER = 0.5
#: The part of a page's runs that its text had, below which it may be another page, shown in its place.
ANOTHER = 0.1
_ERROR = re.compile(
    r"系统(?:正在)?(?:维护|升级|繁忙|错误)|服务器(?:内部)?(?:错误|繁忙|异常)|访问(?:过于|太)频繁|(?:请|用户)(?:先)?登录|验证码|安全验证|"
    r"(?:网页|页面|文章|内容|(?<!政府)信息)(?:不存在|无法访问|已(?:被?删除|失效|下线)|出错)|事件ID|请求(?:被拦截|已被阻断)|访问被(?:拦截|阻断|拒绝|禁止)|稍后(?:再试|访问|重试)|(?:正在)?加载中|正在加载|"
    r"Internal Server Error|Bad Gateway|Not Found|Forbidden|Access Denied|JavaScript",
    re.IGNORECASE,
)
#: Lines that many pages of one source said alike (`around.common`), then and now.
Frame = tuple[Container[str], Container[str]]
#: Where a text ends that nobody cut off.
_ENDS = ("。", "!", "?", ";", ":", ")", '"')


def foreign(
    kept: str,
    read: str,
    *,
    title: str = "",
    shown: str | None = None,
    whole: bool = True,
    frame: Frame = ((), ()),
) -> bool:
    """Whether what was read of a page is none of its text: an error, a demand to sign in, another page, a frame without a text, a part that
    came before the connection broke.

    Args:
        kept: the text as it was kept.
        read: what the page says now.
        title: the text's title.
        shown: the title that the page bears now; None where nobody knows.
        whole: whether the page came to its end.
        frame: lines that many pages of the source said alike (`around.common`), then and now.

    >>> text = "公开招聘社区工作者，报名截止11月25日。" * 3
    >>> foreign(text, "请登录"), foreign(text, text[:21]), foreign(text, text[:15]), foreign(text, "县人社局\\n阅读 3 次")
    (True, False, True, True)
    """
    lines, words = own_lines(kept, title, frame[0]), own_lines(read, title, frame[1])
    had, said = "".join(lines), "".join(words)
    if all(signs(line) for line in words) or _cut_off(lines, said, whole=whole):
        return bool(had) and said != had
    own, there = runs_of(said), runs_of(had)
    shared = len(own & there)
    if shared >= POORER * len(own) and (own or bare(said) in bare(had)):
        return False
    if _ERROR.search(said) and not _ERROR.search(had):
        return True
    poor = len(said) < POORER * len(had)
    bears = not title or shown is None or titles_agree(title, shown)
    if not own:
        pairs = pairs_of(bare(said))
        close = len(pairs & pairs_of(bare(had))) >= POORER * len(pairs)
        return not close and (not bears or (poor and not (shown and "。" in said)))
    return (poor and "。" not in said) or (shared < ANOTHER * len(own) and not bears)


def _cut_off(lines: Sequence[str], said: str, *, whole: bool) -> bool:
    """Whether a page says the beginning of what it said: within a line and a sentence, or to whichever end where the page itself has none."""
    if not "".join(lines).startswith(said):
        return False
    return not whole or not (said.endswith(_ENDS) or said in accumulate(lines))


def differs(kept: str, read: str, *, title: str = "", frame: Frame = ((), ())) -> bool:
    """Whether a page says something else than it said: ways of writing signs aside, what frames a text, and who signs it where one design shows
    that and another does not.

    Args:
        kept: the text as it was kept.
        read: what the page says now.
        title: the text's title.
        frame: lines that many pages of the source said alike (`around.common`), then and now.

    >>> differs("共31户。\\n县住建局", "共31户。"), differs("共31户。", "共38户。"), differs("共31户。", "共31户。\\n【已废止】")
    (False, True, True)
    """
    # A short line of a table may stand on many pages, and so pass for their frame where one design alone writes it as a line.
    return all(_otherwise(kept, read, title, around) for around in (frame, ((), ())))


def _otherwise(kept: str, read: str, title: str, frame: Frame) -> bool:
    (before, had), (now, has) = (
        apart_from_files(own_lines(said, title, around))
        for said, around in zip((kept, read), frame, strict=True)
    )
    if had != has:
        return True
    longer, shorter = sorted((before, now), key=len, reverse=True)
    if "".join(longer) == "".join(shorter) or _moved(before, now):
        return False
    for at in range(len(longer) - len(shorter) + 1):
        if shorter and longer[at : at + len(shorter)] == shorter:
            return not all(signs(line) for line in (*longer[:at], *longer[at + len(shorter) :]))
    return True


#: Characters of a changed sentence that are told, and of what stands in it before the first that differs, where it is longer.
_TOLD, _AROUND = 40, 10


def told_change(kept: str, read: str, *, title: str = "") -> str:
    """Return in words what a page says otherwise than it said: the first sentence, and how many more places there are.

    >>> told_change("请各镇填报。共31户。", "请各镇填报。共38户。"), told_change("甲。乙。", "甲。")
    ('“共31户。”改为“共38户。”', '删去“乙。”')
    """
    before, now = (
        [piece for line in own_lines(said, title) for piece in _PIECE.findall(line)] for said in (kept, read)
    )
    # What is said again and again is passed over (`autojunk`): else a hostile page takes hours.
    found = SequenceMatcher(None, before, now).get_opcodes()
    places = [("".join(before[a:b]), "".join(now[c:d])) for how, a, b, c, d in found if how != "equal"]
    if not places:
        return ""
    was, is_ = places[0]
    alike_from = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(was, is_, strict=False)))
    was, is_ = (_shown(said, alike_from) for said in places[0])
    said = f"增加“{is_}”" if not was else f"删去“{was}”" if not is_ else f"“{was}”改为“{is_}”"
    return f"{said}{f'，另有{len(places) - 1}处' if len(places) > 1 else ''}"


_PIECE = re.compile(r"[^。!?;]+[。!?;]?")


def _shown(said: str, first: int) -> str:
    """Return a sentence, cut where it is long: from shortly before the first character that differs."""
    begins = 0 if len(said) <= _TOLD else max(0, first - _AROUND)
    shown = said[begins : begins + _TOLD]
    return f"{'…' if begins else ''}{shown}{'…' if begins + _TOLD < len(said) else ''}"


def says_less(kept: str, read: str, *, title: str = "", frame: Frame = ((), ())) -> bool:
    """Whether a page says a part of its lines and no other: where many pages of a source do so at once, a new design was read in part."""
    before, now = set(own_lines(kept, title, frame[0])), set(own_lines(read, title, frame[1]))
    return now < before


def _moved(before: Sequence[str], now: Sequence[str]) -> bool:
    """Whether a text says the same sentences in another order; what is no sentence (the cells of a table) stands as it stood."""
    return sorted(before) == sorted(now) and [line for line in before if "。" not in line] == [
        line for line in now if "。" not in line
    ]
