"""Find names between a word for a person and a mark or verb that closes them.

第三人宁静称, 其女石慧应于…: the dictionary's view of the characters does not matter.
"""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.data_tables import read_alternation
from gongkai.lib.privacy.persons import context, shape
from gongkai.lib.privacy.persons.elements import DISEASE_PATTERN
from gongkai.lib.privacy.persons.name_matches import NameMatch
from gongkai.lib.privacy.persons.names_without_surname import NAME_BOUNDARY_PATTERN
from gongkai.lib.privacy.persons.plausible import has_clear_name_shape, is_office_word, is_possible_record_head
from gongkai.lib.privacy.search_text import SearchText

_PRIVATE_KINDS = ("private", "kin", "minor")
#: One character for a relative behind 其, 随, 投靠; who says of himself what he is called.
_KINSHIP_BEFORE_NAME_RE = re.compile(r"(?:[其随][父母子女妻夫弟兄姐妹孙]|自称|孩子)$")
_KINSHIP_ENDINGS = frozenset("父母子女妻夫弟兄姐妹孙称")
#: Text that begins right behind a name and what only people do, suffer or have.
_PERSON_VERB_RE = re.compile(
    r"(?:诉称|辩称|述称|陈述称|自述|供述|声称|称[:：,，其]|说[:：,，]|不服|系|因(?!为)|患|之[子女妻父母夫]|名下|车祸|坠|溺水|"
    rf"(?:不慎|被)|(?:轻微|轻度|重度|严重)?(?:脑震荡|轻伤|重伤|受伤|骨折|昏迷|死亡)|(?:{read_alternation('names', 'organ')})|"
    rf"(?:头|面|胸|腹|背|腰|手|腿|鼻|颅|颈|左|右|双)[{HAN}]{{0,4}}(?:伤|折|裂|肿)|(?:轻微|重度)?{DISEASE_PATTERN})"
)
_NAME_BOUNDARY_RE = re.compile(
    r"(?:应[于当在]|须[于在]|于(?=[0-9收本当次上今去昨同]|[一二三]月)|在(?=[0-9本我县市某])|由|与|和|及|诉|住|现[就住年]|目前|户籍|"
    r"退货|退款|投诉|申请|反映|向[我本县市]|的(?=[父母妻儿女丈家意见银账户房卡身请诉申医]))"
)
_LIST_SEPARATOR_RE = re.compile(rf"\s?(?:、|和|与|及|以及)\s?(?=[{HAN}]{{2}})")
#: Labels that may stand before the name of an office.
_CONTACT_WORDS = ("联系人", "代理人", "经办人", "负责人", "代表人")


def find_enclosed_names(search_text: SearchText) -> Iterator[NameMatch]:
    """Yield names enclosed by a word for a private person and a boundary, and their lists."""
    text = search_text.text
    last_end = 0
    for begin in shape.NAME_START_PATTERN.finditer(text):
        start = begin.start()
        if start < last_end:
            continue
        kind, word = _find_role_before(search_text, start)
        if not kind:
            continue
        end = _find_name_end(search_text, start, len(begin["surname"]))
        if end:
            yield start, end, kind, word
            last_end = end
            for next_start, next_end in _find_listed_names(search_text, end):
                yield next_start, next_end, kind, word
                last_end = next_end


def _find_role_before(search_text: SearchText, start: int) -> tuple[str, str]:
    """Return (kind, word) of the private role right before a name, or two ""."""
    text_before = search_text.text[max(0, start - 7) : start]
    kind, word = context.find_role_at_end(text_before)
    if kind in _PRIVATE_KINDS and not word.endswith(_CONTACT_WORDS):
        at = start - len(word)
        inside = not search_text.starts[at] and shape.HAN_CHARACTER_PATTERN.match(search_text.text[at - 1 : at] or " ")
        is_longer_word = search_text.starts[at] > len(word) and shape.is_ordinary_word(search_text.word(at))  # 居民楼
        none = inside or is_longer_word or context.continues_as_role(search_text.text, start, word)
        return ("", "") if none else (kind, word)
    match = None if kind or text_before[-1:] not in _KINSHIP_ENDINGS else _KINSHIP_BEFORE_NAME_RE.search(text_before)
    return ("kin", match[0]) if match else ("", "")


def _find_name_end(search_text: SearchText, start: int, surname_size: int) -> int:
    """Return the end of a name that a boundary or a verb of persons follows, or 0."""
    text = search_text.text
    best = shape.find_name_end(search_text, start, surname_size)
    for end in dict.fromkeys((best, start + surname_size + 2, start + surname_size + 1)):
        name = text[start:end]
        if (
            end > len(text)
            or not shape.HAN_CHARACTER_PATTERN.match(name[-1:])
            or end - start < 2
            or not is_possible_record_head(name)
            or _splits_everyday_word(search_text, start, end)
        ):
            continue
        has_verb = bool(_PERSON_VERB_RE.match(text, end))
        if has_clear_name_shape(name) and (
            has_verb or NAME_BOUNDARY_PATTERN.match(text, end) or _NAME_BOUNDARY_RE.match(text, end)
        ):
            return end
    return 0


def _splits_everyday_word(search_text: SearchText, start: int, end: int) -> bool:
    """Return true if a name would cut an everyday word or is an office word."""
    if shape.is_ordinary_word(search_text.text[end - 1 : end + 1]) and end - start > 2:
        return True
    plain = shape.score_name(search_text.text[start:end]) < 1.5 or search_text.text[end - 1] in "书单函表证件费"
    return (
        end - start == 3
        and plain
        and search_text.starts[start] > 1
        and is_office_word(search_text.text[start : start + 2])
    )


def _find_listed_names(search_text: SearchText, end: int) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of at most 40 names that follow one in a list."""
    text = search_text.text
    for _ in range(40):
        match = _LIST_SEPARATOR_RE.match(text, end)
        size = shape.get_surname_size(text[match.end() : match.end() + 2]) if match else 0
        if not match or not size:
            return
        start = match.end()
        end = shape.find_name_end(search_text, start, size)
        name = text[start:end]
        is_closed = NAME_BOUNDARY_PATTERN.match(text, end) or _LIST_SEPARATOR_RE.match(text, end)
        goes_on = _NAME_BOUNDARY_RE.match(text, end) or _PERSON_VERB_RE.match(text, end)
        if not ((is_closed and match[0].strip() == "、") or (has_clear_name_shape(name) and (is_closed or goes_on))):
            return
        yield start, end
