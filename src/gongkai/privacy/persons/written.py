"""Names that no surname opens: in name fields, written by sound with a dot, made of known elements."""

import re
from collections.abc import Iterator

from gongkai.privacy.frame import Frame
from gongkai.privacy.persons import behind, context, shape
from gongkai.privacy.tables import alternatives, words

#: What a name may end at.
BORDER = re.compile(r"[\s,，。、;；:：()（）\[\]【】|/\"”“’'》!！?？…\-—]|$")
_DOTTED = re.compile(r"[\u4e00-\u9fff]{1,14}(?:\s?[·•・‧．∙]\s?[\u4e00-\u9fff]{1,9}){1,3}")

_ELEMENTS = words("names", "element")
_ELEMENT = re.compile(
    f"(?=[{''.join(sorted({word[0] for word in _ELEMENTS}))}])(?:{alternatives(_ELEMENTS)}){{1,3}}"
)
_FIELD_NAME = re.compile(
    r"(?:姓\s{0,4}名|户主姓名|申请人姓名|学生姓名|申请人|户主|当事人|被处罚人|监护人|收件人|收款人|投诉人|举报人|信访人|反映人|留言人|来信人|患者|考生|承租人|产权人|"
    r"联系人|家长|配偶|权利人|被征收人|经营者|委托代理人|受益人|开户人|户名|昵称)(?:\([^()\n]{1,12}\))?\s?[:：]\s{0,4}"
)
_VALUE = re.compile(r"[\u4e00-\u9fff]{2,6}|[A-Z][A-Za-z'\-]{1,20}(?:[ ·][A-Z][A-Za-z'\-.]{0,20}){1,3}")


def slots(frame: Frame) -> Iterator[tuple[int, int, str, str]]:
    """Yield values of name fields that no surname opens: rare names, ethnic names without a dot, Latin names."""
    for field in _FIELD_NAME.finditer(frame.text):
        value = _VALUE.match(frame.text, field.end())
        if not value or not BORDER.match(frame.text, value.end()):
            continue
        name = value[0]
        label = re.sub(r"[\s:：]|\(.*\)", "", field[0])
        known = shape.surname_size(name) and len(name) < 4
        if name[0].isascii() or is_elements(name) or (not known and len(name) <= 6 and _unknown_name(name)):
            yield value.start(), value.end(), "private", label


_SEX = re.compile(r"[\u4e00-\u9fff]{2,8}(?=\s?[(,，]\s?(?:[男女][,，、)]|身份证|[0-9]{1,3}岁))")


def before_facts(frame: Frame) -> Iterator[tuple[int, int, str, str]]:
    """Yield names that no known surname opens, between a role or a border and a fact (苦春花（女，62岁)."""
    for found in _SEX.finditer(frame.text):
        run, end = found[0], found.end()
        for size in (3, 2):
            start = end - size
            name = frame.text[start:end]
            if (
                start < found.start()
                or shape.surname_size(name)
                or shape.surname_size(name[1:])
                or shape.is_ordinary(name)
                or shape.is_ordinary(name[:2])
            ):
                continue
            left = context.left_of(frame, start)
            alone = start == found.start() and not shape.HAN.match(frame.text[start - 1 : start] or " ")
            if (
                (left.kind in ("private", "kin", "minor") or alone)
                and shape.given_score(name[1:]) >= 0.6
                and len(run) < 9
            ):
                yield start, end, left.kind or "context", left.word
                break


def _unknown_name(name: str) -> bool:
    if (
        any(char in "某等的司局厂店院校村镇县市区部处科" for char in name)
        or name in shape.FORM
        or name[:2] in shape.FORM
    ):
        return False
    if shape.foreign_like(name) or is_elements(name):
        return True
    return (
        len(name) <= 3
        and not shape.is_ordinary(name)
        and not any(shape.is_ordinary(name[i : i + 2]) for i in range(len(name) - 1))
    )


def is_elements(name: str) -> bool:
    """Return whether a string is made of known elements of Tibetan, Mongolian, Uyghur, Kazakh or Yi names only."""
    return bool(_ELEMENT.fullmatch(name))


def dotted(frame: Frame) -> Iterator[tuple[int, int, str, str]]:
    """Yield names with a dot (买买提·艾力, 约翰·史密斯) and ethnic names of known elements after a role."""
    for found in _DOTTED.finditer(frame.text):
        span = _sound_span(frame.text, found.start(), found.end())
        if span is None:
            continue
        start, end = span
        if TITLED.search(frame.text, start, end):
            continue
        left = context.left_of(frame, start)
        if (
            (left.kind == "public" and not _PASSPORT.match(frame.text, end))
            or behind.office_right(frame, end)
            or "·" in frame.text[end : end + 1]
        ):
            continue
        if not left.kind and len(frame.text[start:end]) < 5 and not behind.verb_right(frame, end):
            continue
        yield start, end, left.kind.replace("public", "") or "context", left.word
    yield from _of_elements(frame)


def _begins(frame: Frame, start: int, end: int) -> bool:
    """Return whether a name of elements stands between a border and a word that does something."""
    border = start == 0 or frame.text[start - 1] in "\n:;,，。；、("
    border = border or (end - start > 3 and frame.text[start - 1] in "于对由给向与和将")
    return end - start > 2 and border and len(shape.STARTER.at(frame.text, end)) > 1


def _stands_free(frame: Frame, start: int, end: int) -> bool:
    """Return whether a string stands by itself at the head of an item, with a comma or bracket behind."""
    head = start == 0 or frame.text[start - 1] in "\n;；、"
    return head and frame.text[end : end + 1] in (",", "，", "(", "、")


def _of_elements(frame: Frame) -> Iterator[tuple[int, int, str, str]]:
    """Yield names of known elements (扎西次仁, 巴特尔) after a role or before a fact."""
    for found in _ELEMENT.finditer(frame.text):
        start, end = found.span()
        left = context.left_of(frame, start)
        strong = behind.strong_right(frame, end) or behind.fact_right(frame, end)
        goes_on = bool(shape.HAN.match(frame.text[end : end + 1] or " "))
        kin = left.kind in ("kin", "minor") and len(found[0]) > 2
        if goes_on and not (
            kin or shape.STARTER.at(frame.text, end) or strong or behind.verb_right(frame, end)
        ):
            continue
        if (
            left.kind in ("private", "kin", "minor")
            or (len(found[0]) >= 4 and strong)
            or _begins(frame, start, end)
            or (len(found[0]) >= 4 and _stands_free(frame, start, end))
        ):
            yield start, end, left.kind or "context", left.word


#: What a name written by sound does not go over.
_OVER = re.compile(
    r"[在于与和系因被向已持的是从将经现曾又也还就至]|护照|身份证|家庭|户|一案|名下|所有|同志|到[户场]"
)
#: A work and its part (县志·人物).
_PASSPORT = re.compile(r"\s?[(,，]\s?(?:护照|身份证)")
TITLED = re.compile(r"[志史录卷篇集][·•・‧．∙]")
#: What may stand before the first part of a dotted name, and behind the last.
_LEAD = re.compile(r"^(?:其中|关于|兹有|我县居民|以及|[及和与由对被将向为致因班给让经系是]|本人及)")
_TWO = re.compile(r"..")
_TRAIL = re.compile(r"(?:同志|先生|女士|家长|同学|等|户|老人|夫妇|将军)$")


def _from_border(text: str, low: int, before: str, default: int) -> int:
    """Return where the part before the dot begins where a border or a word for a person stands before it."""
    for cut in range(len(before) - 1, 0, -1):
        if context.role_ending(before[:cut])[0] and 1 < len(before) - cut < 8:
            lead = _LEAD.match(before[cut:])
            return cut + (lead.end() if lead and len(before) - cut - lead.end() > 1 else 0)
    lead = _LEAD.match(before) or (
        _TWO.match(before) if shape.dictionary_tag(before[:2]).startswith("v") else None
    )
    cut = lead.end() if lead and len(before) - lead.end() > 1 else 0
    whole = len(before) - cut < 8 and BORDER.match(text[low - 1 : low] or " ")
    return (
        cut
        if whole
        and (is_sounds(before[cut:]) or is_elements(before[cut:]))
        and not context.role_ending(before)[0]
        else default
    )


def is_sounds(part: str) -> bool:
    """Return whether most characters of a part write sounds."""
    return sum(char in shape.SOUND for char in part) >= 0.5 * len(part)


def _sound_span(text: str, low: int, high: int) -> tuple[int, int] | None:
    """Return the part of a dotted run that is a name written by sound, or None for a title like 山水·人文."""
    words = text[low:high]
    first = re.search(r"[·•・‧．∙]", words)
    last = max(words.rfind(dot) for dot in "·•・‧．∙")
    if not first:
        return None
    start, end = _from_border(text, low, words[: first.start()], first.start()), last + 1
    given = start < first.start()
    while start and words[start - 1].strip() == "":
        start -= 1
    while not given and start and first.start() - start < 7 and words[start - 1] in shape.SOUND:
        start -= 1
        if context.role_ending(words[:start])[0]:
            break
    while end < len(words) and words[end].strip() == "":
        end += 1
    tail = end
    known = _ELEMENT.match(words, tail)
    end = known.end() if known else end
    while (
        end < len(words)
        and end - tail < 8
        and words[end] in shape.SOUND
        and not (shape.STARTER.at(words, end) and end > tail)
    ):
        end += 1
    rest = words[tail:]
    over = _OVER.search(rest, 1)
    if over:
        rest, words = rest[: over.start()], words[: tail + over.start()]
    trail = _TRAIL.search(rest)
    rest = rest[: trail.start()] if trail else rest
    verb = next((at for at in range(1, len(rest)) if len(shape.STARTER.at(rest, at)) > 1), 0)
    if verb:
        end = tail + verb
    elif (
        0 < len(rest) < 8
        and (over or trail or BORDER.match(text, high))
        and (is_sounds(rest) or len(rest) < 4)
    ):
        # A border stands behind: all of the part belongs to the name although some characters seldom write a sound.
        end = tail + len(rest)
    if end == tail and given:
        end = tail + next((size for size in (1, 2, 3) if shape.STARTER.at(words, tail + size)), 2)
    name = words[start : min(end, len(words))]
    if end - tail < 1 or first.start() - start < 1 or len(name) < 4:
        return None
    return low + start, low + end
