"""Detect near-duplicate and changed texts with MinHash over character trigrams. Pure."""

from collections.abc import Container, Sequence
from difflib import SequenceMatcher
from hashlib import blake2b, sha256
from itertools import accumulate, takewhile

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.oversight.gathering.boilerplate import (
    INFORMATIVE_WORDS_PATTERN,
    get_own_lines,
    is_signature_line,
    normalise_line,
    separate_file_lines,
)

#: Minimum text length for a comparison; shorter texts are compared by title only.
MIN_COMPARED_CHARACTERS = 40
#: Minimum share of common trigrams of near-duplicates.
MIN_SHARED_TRIGRAM_SHARE = 0.8
#: Minimum share of the shorter title's character pairs in the other title.
MIN_SHARED_TITLE_PAIR_SHARE = 0.4
#: Minimum length of a truncated title or excerpt.
MIN_TRUNCATED_CHARACTERS = 6
MINHASH_BANDS, HASHES_PER_BAND = 4, 2
#: Number of MinHash values of whole sentences, which reprints share even if the lead differs.
SENTENCE_HASH_COUNT = 4
#: Database columns of the MinHash values.
MINHASH_COLUMNS = tuple(f"band{at}" for at in range(MINHASH_BANDS + SENTENCE_HASH_COUNT))
_PUNCTUATION_RUN_RE = re.compile(r"[\W_]+")
_SHINGLE_CHARACTERS = 3
_HASH_MULTIPLIERS = [
    0x9E3779B97F4A7C15 * (2 * at + 1) & (2**64 - 1) | 1 for at in range(MINHASH_BANDS * HASHES_PER_BAND)
]


def strip_punctuation(text: str) -> str:
    """Return a text in lower case without blanks and punctuation."""
    return _PUNCTUATION_RUN_RE.sub("", text).lower()


def digest_text(text: str) -> str:
    """Return the digest by which equal texts are found."""
    return sha256(text.encode()).hexdigest()


#: Badges around titles in lists, and signs of truncation.
_TITLE_BADGE_RE = re.compile(
    r"^(?:[\[(【]([^\[(【\])】]{1,8})[\])】]|[·•●■◆▪★☆>-])|[\[(【](?:new|hot|新|热|图|图文|视频|置顶|荐)[\])】]$|"
    rf"(?<=[{HAN})])(?:new|hot)!?$",
    re.IGNORECASE,
)
_READ_MORE_ENDING_RE = re.compile(
    r"(?:\.{2,}|[\[(]\.{2,}[\])]|(?:点击)?(?:阅读|查看)?(?:全文|详情|更多|详细)[>\]]*|\[?(?:read )?more[>\]]*)+$",
    re.IGNORECASE,
)


def _keep_informative_badge(match: re.Match[str]) -> str:
    """Return a matched badge with informative words unchanged, others as ""."""
    return match[0] if match[1] and INFORMATIVE_WORDS_PATTERN.search(match[1]) else ""


def strip_title_badges(title: str) -> str:
    """Return a title without list badges; status words such as 已废止 stay.

    >>> strip_title_badges("【置顶】·关于调整水价的通知new"), strip_title_badges("【已废止】关于调整水价的通知")
    ('关于调整水价的通知', '【已废止】关于调整水价的通知')
    """
    text = normalise_line(title)
    while (less := _TITLE_BADGE_RE.sub(_keep_informative_badge, text)) != text:
        text = less
    return text


def digest_title(title: str) -> str:
    """Return the digest by which titles are found that are equal apart from badges, punctuation and case."""
    return digest_text(strip_punctuation(strip_title_badges(title)))


def is_same_title(title: str, other: str) -> bool:
    """Return True if two titles are equal apart from badges, character forms and truncation."""
    own, its = strip_title_badges(title), strip_title_badges(other)
    return own == its or _is_excerpt(own, its)


def choose_title(stored: str, read: str) -> str:
    """Return the title to store: the fetched one (`read`), or a longer stored form of it."""
    return (
        stored
        if is_same_title(stored, read)
        and len(_READ_MORE_ENDING_RE.sub("", strip_title_badges(read)))
        <= len(_READ_MORE_ENDING_RE.sub("", strip_title_badges(stored)))
        else read
    )


def excerpt_differs(stored: str, read: str) -> bool:
    """Return True if a stored and a fetched excerpt differ in content, not only in length.

    >>> excerpt_differs("共31户，每户840元……", "共31户，每户840元，11月底前发放。阅读全文"), excerpt_differs("共31户。", "共38户。")
    (False, True)
    """
    return has_changed(stored, read) and not _is_excerpt(*("".join(get_own_lines(value)) for value in (stored, read)))


def _is_excerpt(text: str, other: str) -> bool:
    """Return True if one text is the beginning of the other, cut off with a mark such as …."""
    own, its = _READ_MORE_ENDING_RE.sub("", text), _READ_MORE_ENDING_RE.sub("", other)
    return (
        (own, its) != (text, other)
        and min(len(own), len(its)) >= MIN_TRUNCATED_CHARACTERS
        and (own.startswith(its) or its.startswith(own))
    )


def get_trigrams(text: str) -> set[str]:
    """Return the character trigrams of a text without punctuation; empty below `MIN_COMPARED_CHARACTERS`."""
    bare_text = strip_punctuation(text)
    return (
        {bare_text[at : at + _SHINGLE_CHARACTERS] for at in range(len(bare_text) - _SHINGLE_CHARACTERS + 1)}
        if len(bare_text) >= MIN_COMPARED_CHARACTERS
        else set()
    )


def hash_bands(text: str) -> list[int | None]:
    """Return the MinHash values of a text; near-duplicates almost always share one.

    Four are of trigrams and four of sentences; a short text has none.
    """
    import numpy as np  # slow import that most processes do not need

    trigrams = get_trigrams(text)
    if not trigrams:
        return [None] * (MINHASH_BANDS + SENTENCE_HASH_COUNT)
    digests = b"".join(blake2b(run.encode(), digest_size=8).digest() for run in trigrams)
    hashes = np.frombuffer(digests, dtype=np.uint64)
    with np.errstate(over="ignore"):
        mixed = hashes[None, :] * np.array(_HASH_MULTIPLIERS, dtype=np.uint64)[:, None]
    least = (mixed ^ (mixed >> np.uint64(29))).min(axis=1)
    band_hashes: list[int | None] = [
        _hash_shingle(least[at * HASHES_PER_BAND : (at + 1) * HASHES_PER_BAND].tobytes()) for at in range(MINHASH_BANDS)
    ]
    sentences = split_sentences(text)
    return band_hashes + [
        min((_hash_shingle(f"{at}{sentence}".encode()) for sentence in sentences), default=None)
        for at in range(SENTENCE_HASH_COUNT)
    ]


def get_minhash_columns(text: str) -> dict[str, int | None]:
    """Return the MinHash values by database column."""
    return dict(zip(MINHASH_COLUMNS, hash_bands(text), strict=True))


def _hash_shingle(shingle: bytes) -> int:
    return int.from_bytes(blake2b(shingle, digest_size=4).digest(), "big") >> 1


#: Minimum length of a sentence in characters.
MIN_SENTENCE_CHARACTERS = 8
_END_OF_SENTENCE_RE = re.compile(r"[。！？；!?;]")


def split_sentences(text: str, title: str = "") -> list[str]:
    """Return the sentences and lines of a text, without short ones and boilerplate."""
    lines = (line for line in get_own_lines(text, title) if not is_signature_line(line))
    pieces = [strip_punctuation(piece) for line in lines for piece in _END_OF_SENTENCE_RE.split(line)]
    return [piece for piece in pieces if len(piece) >= MIN_SENTENCE_CHARACTERS]


def titles_agree(title: str, other: str) -> bool:
    """Return True if two titles may belong to the same text.

    This is needed because texts of one site share boilerplate.
    """
    a, b = get_character_pairs(strip_punctuation(title)), get_character_pairs(strip_punctuation(other))
    return bool(a and b) and len(a & b) >= MIN_SHARED_TITLE_PAIR_SHARE * min(len(a), len(b))


def get_character_pairs(text: str) -> set[str]:
    """Return the character pairs of a text."""
    return {text[at : at + 2] for at in range(len(text) - 1)}


def are_near_duplicates(text: str, other: str) -> bool:
    """Return True if two texts share at least `MIN_SHARED_TRIGRAM_SHARE` of their trigrams; False if one is short."""
    a, b = get_trigrams(text), get_trigrams(other)
    return bool(a and b) and len(a & b) >= MIN_SHARED_TRIGRAM_SHARE * len(a | b)


#: Minimum share of the former length; shorter pages with new content are not the same text.
MIN_LENGTH_SHARE = 0.5
#: Share of a page's trigrams in its text below which it may be another page.
MAX_OTHER_TEXT_SHARE = 0.1
_ERROR_PAGE_RE = re.compile(
    r"系统(?:正在)?(?:维护|升级|繁忙|错误)|服务器(?:内部)?(?:错误|繁忙|异常)|访问(?:过于|太)频繁|(?:请|用户)(?:先)?登录|验证码|安全验证|"
    r"(?:网页|页面|文章|内容|(?<!政府)信息)(?:不存在|无法访问|已(?:被?删除|失效|下线)|出错)|事件ID|请求(?:被拦截|已被阻断)|访问被(?:拦截|阻断|拒绝|禁止)|稍后(?:再试|访问|重试)|(?:正在)?加载中|正在加载|"
    r"Internal Server Error|Bad Gateway|Not Found|Forbidden|Access Denied|JavaScript",
    re.IGNORECASE,
)
#: Old and new boilerplate lines of a source.
BoilerplateLines = tuple[Container[str], Container[str]]
#: Endings of a complete text.
_SENTENCE_END_MARKS = ("。", "!", "?", ";", ":", ")", '"')


def is_another_page(
    stored: str,
    read: str,
    *,
    title: str = "",
    shown: str | None = None,
    is_complete: bool = True,
    boilerplate: BoilerplateLines = ((), ()),
) -> bool:
    r"""Return True if a fetched page is not the text: error, login, other page, incomplete.

    Args:
        stored: the stored text.
        read: the fetched text.
        title: the title of the entry.
        shown: the title of the fetched page.
        is_complete: the page was received completely.
        boilerplate: old and new boilerplate lines of the source.

    >>> text = "公开招聘社区工作者，报名截止11月25日。" * 3
    >>> [is_another_page(text, one) for one in ("请登录", text[:21], text[:15], "县人社局\n阅读 3 次")]
    [True, False, True, True]
    """
    lines, read_lines = get_own_lines(stored, title, boilerplate[0]), get_own_lines(read, title, boilerplate[1])
    stored_text, text = "".join(lines), "".join(read_lines)
    if all(is_signature_line(line) for line in read_lines) or _is_cut_off(lines, text, is_complete=is_complete):
        return bool(stored_text) and text != stored_text
    read_trigrams, stored_trigrams = get_trigrams(text), get_trigrams(stored_text)
    shared = len(read_trigrams & stored_trigrams)
    if shared >= MIN_LENGTH_SHARE * len(read_trigrams) and (
        read_trigrams or strip_punctuation(text) in strip_punctuation(stored_text)
    ):
        return False
    if _ERROR_PAGE_RE.search(text) and not _ERROR_PAGE_RE.search(stored_text):
        return True
    poor = len(text) < MIN_LENGTH_SHARE * len(stored_text)
    title_matches = not title or shown is None or titles_agree(title, shown)
    if not read_trigrams:
        pairs = get_character_pairs(strip_punctuation(text))
        close = len(pairs & get_character_pairs(strip_punctuation(stored_text))) >= MIN_LENGTH_SHARE * len(pairs)
        return not close and (not title_matches or (poor and not (shown and "。" in text)))
    return (poor and "。" not in text) or (shared < MAX_OTHER_TEXT_SHARE * len(read_trigrams) and not title_matches)


def _is_cut_off(lines: Sequence[str], text: str, *, is_complete: bool) -> bool:
    """Return true if the fetched text is only the beginning of the lines."""
    if not "".join(lines).startswith(text):
        return False
    return not is_complete or not (text.endswith(_SENTENCE_END_MARKS) or text in accumulate(lines))


def has_changed(stored: str, read: str, *, title: str = "", boilerplate: BoilerplateLines = ((), ())) -> bool:
    r"""Return True if a page's content changed, apart from boilerplate and signature.

    Args:
        stored: the stored text.
        read: the fetched text.
        title: the title of the entry.
        boilerplate: old and new boilerplate lines of the source.

    >>> has_changed("共31户。\n县住建局", "共31户。"), has_changed("共31户。", "共38户。"), has_changed("共31户。", "共31户。\n【已废止】")
    (False, True, True)
    """
    # A short table line may occur on many pages, and so look like boilerplate in one design only.
    return all(_differs_otherwise(stored, read, title, around) for around in (boilerplate, ((), ())))


def _differs_otherwise(stored_text: str, read_text: str, title: str, boilerplate: BoilerplateLines) -> bool:
    """Return True if two texts differ in more than order, line breaks, boilerplate and signature lines."""
    (kept_lines, kept_files), (read_lines, read_files) = (
        separate_file_lines(get_own_lines(text, title, around))
        for text, around in zip((stored_text, read_text), boilerplate, strict=True)
    )
    if kept_files != read_files:
        return True
    longer, shorter = sorted((kept_lines, read_lines), key=len, reverse=True)
    if "".join(longer) == "".join(shorter) or _is_reordered(kept_lines, read_lines):
        return False
    for at in range(len(longer) - len(shorter) + 1):
        if shorter and longer[at : at + len(shorter)] == shorter:
            return not all(is_signature_line(line) for line in (*longer[:at], *longer[at + len(shorter) :]))
    return True


#: Maximum length of a quoted change, and of its unchanged beginning.
_MAX_QUOTED_CHARACTERS, _MAX_UNCHANGED_CHARACTERS = 40, 10


_STATED_VALIDITY_RE = re.compile(r"^有效性：(.{1,20})$", re.MULTILINE)
_NOT_REPEALED_RE = re.compile("(?:没有?|未)(?:被|经)?(?:宣布)?(?:废止|失效)")
_ENDED_TITLE_RE = re.compile(r"[（(\[【〔](?:现?已)?(废止|失效)[）)\]】〕]")
_ENDED_LINE_RE = re.compile(r"^(?:(?:该|本|此)(?:规范性)?文件)?(?:现?已|已经)?(废止|失效)[。！!]?$", re.MULTILINE)


def find_validity(title: str, text: str) -> str:
    """Return the validity that the source's page states of its own document; "" if it states none.

    >>> find_validity("办法", "第一条\\n有效性：现行有效"), find_validity("办法（已废止）", ""), find_validity("办法", "甲办法废止")
    ('现行有效', '已废止', '')
    >>> find_validity("办法", "有效性：没有宣布失效"), find_validity("办法", "有效性：失效")
    ('没有宣布失效', '已失效')
    """
    label = _STATED_VALIDITY_RE.search(text)
    if label:
        words = label[1]
        if _NOT_REPEALED_RE.search(words):
            return "没有宣布失效"
        ended = next((word for word in ("废止", "失效") if word in words), "失效" if "无效" in words else "")
        return f"已{ended}" if ended else "已修改" if "修改" in words else "现行有效" if "有效" in words else ""
    match = _ENDED_TITLE_RE.search(title) or _ENDED_LINE_RE.search(text)
    return f"已{match[1]}" if match else ""


def remove_validity_line(text: str) -> str:
    """Return a text without its lines 有效性：…."""
    return _STATED_VALIDITY_RE.sub("", text).strip()


def describe_change(stored: str, read: str, *, title: str = "") -> str:
    """Describe in Chinese how a stored text (`stored`) changed: the first sentence, and how many more.

    >>> describe_change("请各镇填报。共31户。", "请各镇填报。共38户。"), describe_change("甲。乙。", "甲。")
    ('“共31户。”改为“共38户。”', '删去“乙。”')
    """
    old_pieces, new_pieces = (
        [piece for line in get_own_lines(text_version, title) for piece in _SENTENCE.findall(line)]
        for text_version in (stored, read)
    )
    # Keep `autojunk`: repetitive hostile pages would take hours otherwise.
    opcodes = SequenceMatcher(None, old_pieces, new_pieces).get_opcodes()
    places = [
        ("".join(old_pieces[a:b]), "".join(new_pieces[c:d]))
        for operation, a, b, c, d in opcodes
        if operation != "equal"
    ]
    if not places:
        return ""
    was, is_ = places[0]
    alike_from = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(was, is_, strict=False)))
    was, is_ = (_shorten_sentence(text_version, alike_from) for text_version in places[0])
    text = f"增加“{is_}”" if not was else f"删去“{was}”" if not is_ else f"“{was}”改为“{is_}”"
    return f"{text}{f'，另有{len(places) - 1}处' if len(places) > 1 else ''}"


_SENTENCE = re.compile(r"[^。!?;]+[。!?;]?")


def _shorten_sentence(text: str, first: int) -> str:
    """Return the part of a sentence around its first difference."""
    begins = 0 if len(text) <= _MAX_QUOTED_CHARACTERS else max(0, first - _MAX_UNCHANGED_CHARACTERS)
    shown = text[begins : begins + _MAX_QUOTED_CHARACTERS]
    return f"{'…' if begins else ''}{shown}{'…' if begins + _MAX_QUOTED_CHARACTERS < len(text) else ''}"


def has_fewer_lines(stored: str, read: str, *, title: str = "", boilerplate: BoilerplateLines = ((), ())) -> bool:
    """Return true if a page has some of its stored lines and no others."""
    stored_lines, read_lines = (
        set(get_own_lines(stored, title, boilerplate[0])),
        set(get_own_lines(read, title, boilerplate[1])),
    )
    return read_lines < stored_lines


def _is_reordered(earlier: Sequence[str], now: Sequence[str]) -> bool:
    """Return whether only the order of the sentences differs."""
    return sorted(earlier) == sorted(now) and [line for line in earlier if "。" not in line] == [
        line for line in now if "。" not in line
    ]
