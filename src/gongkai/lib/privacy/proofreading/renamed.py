"""Find institutions under a former name, unless the sentence is about the past."""

from collections.abc import Iterable, Iterator
from functools import cache

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.frame import SearchText
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.proofreading.places import PrefixFilter
from gongkai.lib.privacy.tables import read_rows

_PAST_BEFORE = re.compile(r"(?:原|前|时任|原来的|撤销|曾任|将|《[^》\n]{0,40}|“[^”\n]{0,12})$")
_PAST_AFTER = re.compile(
    r"(?:更名|改名|改为|并入|划入|职责|撤销|[令函发]|.{0,6}〔|.{0,3}(?:等部门)?(?:合并|整合|组建)|[^。；\n]{0,20}》)"
)


@cache
def _load_renamed() -> tuple[tuple[re.Pattern[str], str, str, tuple[str, ...]], ...]:
    return tuple((re.compile(row[0]), row[1], row[2], _find_anchors(row[0])) for row in read_rows("old_names"))


@cache
def _list_unanchored_patterns() -> tuple[tuple[re.Pattern[str], str, str, tuple[str, ...]], ...]:
    return tuple(row for row in _load_renamed() if not row[3])


@cache
def _load_anchors() -> tuple[PrefixFilter, int]:
    words = {word for row in _load_renamed() for word in row[3]}
    return PrefixFilter(words), max(map(len, words))


def _find_anchors(pattern: str) -> tuple[str, ...]:
    plain = re.sub(r"\[[^]]*\]", "\0", pattern)
    while (shorter := re.sub(r"\([^()]*\)[?*+]?", "\0", plain)) != plain:
        plain = shorter
    words = [max(re.findall(rf"[{HAN}]+", branch), key=len, default="") for branch in plain.split("|")]
    return tuple(words) if all(words) and not re.search(rf"[{HAN}][?*{{]", plain) else ()


def find_former_names(frame: SearchText, units: Iterable[str] = ()) -> Iterator[Finding]:
    """Yield institutions under a former name."""
    text = frame.text
    official = tuple(units)
    heads, longest = _load_anchors()
    # Most texts name none of these bodies, few more than one: no need to look for each in all of the text.
    named = "\n".join(text[at : at + longest] for at in heads.places(text))
    for pattern, new, since, anchors in _load_renamed() if named else _list_unanchored_patterns():
        if anchors and not any(word in named for word in anchors):
            continue
        for found in pattern.finditer(text):
            start, end = found.span("n") if pattern.groups else found.span()
            if _PAST_BEFORE.search(text[max(0, start - 42) : start]) or _PAST_AFTER.match(text, end):
                continue
            if text[end - 1] == "部" and text[end : end + 1] == "门":
                continue
            if (
                _is_marked_former(text, start)
                or _is_about_past(text, start, end)
                or any(text[start:end] in name and name in text[max(0, start - 20) : end + 20] for name in official)
            ):
                continue
            why = f"机构已更名或撤并（{since}年机构改革），现为{new}；如述历史沿革请加“原”字"
            yield Finding("old_name", start, end, frame.source[start:end], why, re.sub(r"（.*", "", new))


def _is_marked_former(text: str, start: int) -> bool:
    near = text[max(0, start - 12) : start]
    return bool(re.search(rf"原[{HAN}]{{0,10}}$", near)) and "原则" not in near


#: What a sentence says that tells of an institution's end or beginning, and of a year before the reforms.
_REORGANISATION = re.compile(
    r"机构改革|职责(?:整合|划转|划入|调整|并入)|职责[^。；\n]{0,12}划[入转给]|(?<!变)更名(?!称)|改称|改组|前身|沿革|不再保留|不再(?:加挂|挂)|摘牌|撤销|并入|合并|划归|转隶|重新组建"
)
_PAST_YEAR = re.compile(r"(?P<y>(?:19[0-9]{2}|20[01][0-9]))年")
_COMPANY_BODY = re.compile(
    rf"(?:公司|集团|企业|学院|大学|学校|医院|酒店|工会|学生会|商会|协会|编辑|报社|项目)[{HAN}]{{0,4}}$"
)


def _is_about_past(text: str, start: int, end: int) -> bool:
    # Looked for nearby only: a text without marks must not be searched whole for each name.
    low, high = max(0, start - 120), min(len(text), end + 120)
    begin = max(low, *(text.rfind(mark, low, start) + 1 for mark in "。；\n"))
    stop = min((place for place in (text.find(mark, end, high) for mark in "。；\n") if place >= 0), default=high)
    sentence = text[begin:stop]
    if _REORGANISATION.search(sentence):
        return True
    if text[end - 1] == "部" and _COMPANY_BODY.search(text[max(0, start - 10) : start]):
        return True
    # 1998年，县工商行政管理局…: a year that opens the sentence, with no later one in it.
    years = [int(hit["y"]) for hit in _PAST_YEAR.finditer(sentence)]
    return (
        bool(years)
        and max(years) < 2018
        and bool(_PAST_YEAR.match(sentence))
        and not re.search("202[0-9]年|目前|现在|今年", sentence)
    )
