"""Find names without a known surname: in fields, transliterated, or of known elements."""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.data_tables import read_word_group
from gongkai.lib.privacy.persons import context, right_context, shape
from gongkai.lib.privacy.persons.elements import (
    ELEMENT_START_PAIRS,
    ELEMENT_START_PATTERN,
    find_elements_end,
    is_element_name,
)
from gongkai.lib.privacy.search_text import SearchText

#: Possible end of a name.
NAME_BOUNDARY_PATTERN = re.compile(r"[\s,，。、;；:：()（）\[\]【】|/\"”“’'》!！?？…\-—_&]|$")
_DOTTED_NAME_RE = re.compile(rf"[{HAN}]{{1,14}}(?:\s?[·•・‧．∙]\s?[{HAN}]{{1,9}}){{1,3}}")

_FIELD_NAME_RE = re.compile(
    r"(?:姓\s{0,4}名|户主姓名|申请人姓名|学生姓名|申请人|户主|当事人|被处罚人|监护人|收件人|收款人|投诉人|举报人|信访人|反映人|留言人|来信人|患者|考生|承租人|产权人|"
    r"联系人|家长|配偶|权利人|被征收人|经营者|委托代理人|受益人|开户人|户名|昵称|"
    r"(?i:\b(?:applicant|(?:full |given )?name|passenger|patient|contact(?: person)?|holder|guardian|complainant)))"
    r"(?:\([^()\n]{1,12}\))?\s?[:：]\s{0,4}"
)
_FIELD_VALUE_RE = re.compile(
    rf"[{HAN}]{{2,6}}|(?!.{{0,60}}(?:Bureau|Office|Cent|School|Co\b|Ltd|Depart|Govern|Commi)){shape.LATIN_NAME_PATTERN}"
)


def find_unusual_names_in_fields(search_text: SearchText) -> Iterator[tuple[int, int, str, str]]:
    """Yield (start, end, kind, label) of names in name fields that are Latin or lack a known surname."""
    for field in _FIELD_NAME_RE.finditer(search_text.text):
        value = _FIELD_VALUE_RE.match(search_text.text, field.end())
        if not value or not NAME_BOUNDARY_PATTERN.match(search_text.text, value.end()):
            continue
        name = value[0]
        label = re.sub(r"[\s:：]|\(.*\)", "", field[0])
        if not shape.HAN_CHARACTER_PATTERN.match(name) or is_element_name(name):
            yield value.start(), value.end(), "private", label


def find_dotted_names(search_text: SearchText) -> Iterator[tuple[int, int, str, str]]:
    """Yield dotted names (买买提·艾力, 约翰·史密斯) and element names after a role."""
    at = 0
    while match := _DOTTED_NAME_RE.search(search_text.text, at):
        led = _ATTESTATION_WORD_RE.match(search_text.text, match.start())
        span = _find_transliterated_span(search_text.text, led.end() if led else match.start(), match.end())
        if span is None:
            at = match.end()
            continue
        at = span[1]
        start, end = span
        if WORK_AND_PART_PATTERN.search(search_text.text, start, end):
            continue
        left = context.read_left_context(search_text, start)
        if (
            (left.kind == "public" and not _ID_WORD_AFTER_NAME_RE.match(search_text.text, end))
            or right_context.is_official_after(search_text, end)
            or "·" in search_text.text[end : end + 1]
        ):
            if left.kind == "public":
                yield start, end, "public", left.word
            continue
        if (
            not left.kind
            and len(search_text.text[start:end]) < 5
            and not right_context.score_verb_after(search_text, end)
        ):
            continue
        yield start, end, left.kind.replace("public", "") or "context", left.word
    yield from _find_element_names(search_text)


def _is_between_boundary_and_verb(search_text: SearchText, start: int, end: int) -> bool:
    """Return whether a name has a boundary before it and a verb after it."""
    border = start == 0 or search_text.text[start - 1] in "\n:;,，。；、("
    border = border or (end - start > 3 and search_text.text[start - 1] in "于对由给向与和将")
    acts = len(shape.FOLLOWING_WORDS.at(search_text.text, end)) > 1 or search_text.text[end : end + 1] in tuple(
        "因被于将经与和"
    )
    return end - start > 2 and border and acts


def _find_element_names(search_text: SearchText) -> Iterator[tuple[int, int, str, str]]:
    """Yield (start, end, kind, word) of names of transliterated elements (买买提…)."""
    last_end = 0
    for match in ELEMENT_START_PATTERN.finditer(search_text.text):
        start = match.start()
        if start < last_end or search_text.text[start : start + 2] not in ELEMENT_START_PAIRS:
            continue
        end = last_end = find_elements_end(search_text.text, start)
        if end == start:
            continue
        context_before = context.read_left_context(search_text, start)
        strong = right_context.has_fact_after(search_text, end) or right_context.has_marked_fact_after(search_text, end)
        goes_on = bool(shape.HAN_CHARACTER_PATTERN.match(search_text.text[end : end + 1] or " "))
        kin = context_before.kind in ("kin", "minor") and end - start > 2
        if goes_on and not (
            kin
            or shape.FOLLOWING_WORDS.at(search_text.text, end)
            or strong
            or right_context.score_verb_after(search_text, end)
        ):
            continue
        if (
            context_before.kind in ("private", "kin", "minor")
            or (search_text.text[start - 1 : start] == "族" and (end - start > 2 or not goes_on))
            or (end - start >= 4 and strong)
            or _is_between_boundary_and_verb(search_text, start, end)
        ):
            yield start, end, context_before.kind or "context", context_before.word
        elif context_before.kind == "public" and end - start > 2 and NAME_BOUNDARY_PATTERN.match(search_text.text, end):
            yield start, end, "public", context_before.word


#: Words that a transliterated name does not contain.
_NON_TRANSLITERATION_WORD_RE = re.compile(
    r"[在于与和系因被向已持的是从将经现曾又也还就至]|护照|身份证|家庭|户|一案|名下|所有|同志|到[户场]"
)
#: An ID card or passport right after a name.
_ID_WORD_AFTER_NAME_RE = re.compile(r"\s?[(,，]\s?(?:护照|身份证)")
#: A title of a work with its part (史记·列传), which looks like a dotted name.
WORK_AND_PART_PATTERN = re.compile(r"[志史录卷篇集][·•・‧．∙]")
#: Text allowed before the first and after the last part of a dotted name.
_LEAD_BEFORE_NAME_RE = re.compile(r"其中|关于|兹有|我县居民|以及|[及和与由对被将向为致因班给让经系是]|本人及")
_TITLE_AFTER_NAME_RE = re.compile(r"(?:同志|先生|女士|家长|同学|等|户|老人|夫妇|将军)$")


def _find_start_at_boundary(text: str, search_start: int, text_before: str, default: int) -> int:
    """Return where a dotted name begins, at a word boundary; else `default`."""
    for cut in range(len(text_before) - 1, 0, -1):
        if context.find_role_at_end(text_before[:cut])[0] and 1 < len(text_before) - cut < 8:
            lead = _LEAD_BEFORE_NAME_RE.match(text_before[cut:])
            return cut + (lead.end() if lead and len(text_before) - cut - lead.end() > 1 else 0)
    for cut in range(max(0, len(text_before) - 8), len(text_before) - 1):
        if is_element_name(text_before[cut:]):
            return cut
    cut = _count_lead_characters(text_before)
    is_bounded = len(text_before) - cut < 8 and (
        cut or NAME_BOUNDARY_PATTERN.match(text[search_start - 1 : search_start] or " ")
    )
    return (
        cut
        if is_bounded and is_transliteration(text_before[cut:]) and not context.find_role_at_end(text_before)[0]
        else default
    )


_LEAD_WORDS = read_word_group("roles", "lead")


def _count_lead_characters(before: str) -> int:
    """Return how many characters before a transliterated name are a joining word or a verb."""
    for cut in range(len(before) - 2, 0, -1):
        led = before[max(0, cut - 2) : cut] in _LEAD_WORDS or before[cut - 1] in _LEAD_WORDS
        if (
            led
            and len(before) - cut < 8
            and is_transliteration(before[cut:])
            and before[cut] in shape.PHONETIC_CHARACTERS
        ):
            return cut
    return 2 if len(before) > 3 and shape.get_word_tag(before[:2]).startswith("v") else 0


def is_transliteration(part: str) -> bool:
    """Return whether most characters of a part are used for transliteration."""
    return sum(char in shape.PHONETIC_CHARACTERS for char in part) >= 0.5 * len(part)


def _find_verb(text_after: str) -> int:
    """Return the offset of the verb after a name, or 0."""
    verb_at = 0
    for at in range(2, min(len(text_after) - 1, 7)):
        word = text_after[at : at + 2]
        tag = shape.get_word_tag(word)
        if is_element_name(text_after[: at + 1]):
            continue  # 买合木提|及其丈夫
        is_verb = tag.startswith(("v", "d", "p")) and not set(word) <= shape.PHONETIC_CHARACTERS
        is_verb = is_verb or (bool(tag) and not set(word) & shape.PHONETIC_CHARACTERS)
        if (
            is_verb
            and (is_element_name(text_after[:at]) or is_transliteration(text_after[:at]))
            and (not verb_at or text_after[verb_at] in shape.PHONETIC_CHARACTERS)
        ):
            verb_at = at
    return verb_at


_ATTESTATION_WORD_RE = re.compile(r"兹?证明|查明|经查|兹有")


def _find_transliterated_span(text: str, search_start: int, search_end: int) -> tuple[int, int] | None:
    """Return (start, end) of a dotted name (阿卜杜拉·买买提) between two offsets, or None."""
    text_part = text[search_start:search_end]
    first_dot = re.search(r"[·•・‧．∙]", text_part)
    last_dot = max(text_part.rfind(dot) for dot in "·•・‧．∙")
    if not first_dot:
        return None
    start, end = (
        _find_start_at_boundary(text, search_start, text_part[: first_dot.start()], first_dot.start()),
        last_dot + 1,
    )
    has_start = start < first_dot.start()
    while start and text_part[start - 1].strip() == "":
        start -= 1
    while (
        not has_start and start and first_dot.start() - start < 7 and text_part[start - 1] in shape.PHONETIC_CHARACTERS
    ):
        start -= 1
    while end < len(text_part) and text_part[end].strip() == "":
        end += 1
    tail = end
    end = max(end, find_elements_end(text_part, tail))
    while (
        end < len(text_part)
        and end - tail < 8
        and text_part[end] in shape.PHONETIC_CHARACTERS
        and not (shape.FOLLOWING_WORDS.at(text_part, end) and end > tail)
    ):
        end += 1
    tail_text = text_part[tail:]
    impossible = _NON_TRANSLITERATION_WORD_RE.search(tail_text, 1)
    if impossible:
        tail_text, text_part = tail_text[: impossible.start()], text_part[: tail + impossible.start()]
    trail = _TITLE_AFTER_NAME_RE.search(tail_text)
    tail_text = tail_text[: trail.start()] if trail else tail_text
    verb = next((at for at in range(1, len(tail_text)) if len(shape.FOLLOWING_WORDS.at(tail_text, at)) > 1), 0)
    verb = min(filter(None, (verb, _find_verb(tail_text))), default=0)
    if verb:
        end = tail + verb
    elif (
        0 < len(tail_text) < 8
        and (impossible or trail or NAME_BOUNDARY_PATTERN.match(text, search_end))
        and (is_transliteration(tail_text) or len(tail_text) < 4)
    ):
        # A border stands behind: all of the part belongs to the name although some characters seldom write a sound.
        end = tail + len(tail_text)
    if end == tail and has_start:
        end = tail + next((size for size in (1, 2, 3) if shape.FOLLOWING_WORDS.at(text_part, tail + size)), 2)
    name = text_part[start : min(end, len(text_part))]
    if end - tail < 1 or first_dot.start() - start < 1 or len(name) < 4:
        return None
    return search_start + start, search_start + end
