"""Names between a word for a person and what closes them: a mark, a verb of saying or suffering; and those listed with them.

第三人宁静称, 乘客高原鼻骨骨折, 其女石慧应于…: whatever the dictionary makes of the characters, and where it cuts across them (女史|慧).
"""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.frame import Frame
from gongkai.lib.privacy.persons import context, shape
from gongkai.lib.privacy.persons.found import Named
from gongkai.lib.privacy.persons.personal import DISEASE
from gongkai.lib.privacy.persons.plausible import heads_record, shaped, usual
from gongkai.lib.privacy.persons.written import BORDER
from gongkai.lib.privacy.tables import alternatives_pattern, read_word_group

_PRIVATE = ("private", "kin", "minor")
#: One character for a relative behind 其, 随, 投靠; who says of himself what he is called.
_KIN = re.compile(r"(?:[其随][父母子女妻夫弟兄姐妹孙]|自称|孩子)$")
_KIN_ENDS = frozenset("父母子女妻夫弟兄姐妹孙称")
#: What begins right behind a name and what only people do, suffer or have.
_SAYS = re.compile(
    r"(?:诉称|辩称|述称|陈述称|自述|供述|声称|称[:：,，其]|说[:：,，]|不服|系|因(?!为)|患|之[子女妻父母夫]|名下|车祸|坠|溺水|"
    rf"(?:不慎|被)|(?:轻微|轻度|重度|严重)?(?:脑震荡|轻伤|重伤|受伤|骨折|昏迷|死亡)|(?:{alternatives_pattern(read_word_group('names', 'organ'))})|"
    rf"(?:头|面|胸|腹|背|腰|手|腿|鼻|颅|颈|左|右|双)[{HAN}]{{0,4}}(?:伤|折|裂|肿)|(?:轻微|重度)?{DISEASE})"
)
_ENDS = re.compile(
    r"(?:应[于当在]|须[于在]|于(?=[0-9收本当次上今去昨同]|[一二三]月)|在(?=[0-9本我县市某])|由|与|和|及|诉|住|现[就住年]|目前|户籍|"
    r"退货|退款|投诉|申请|反映|向[我本县市]|的(?=[父母妻儿女丈家意见银账户房卡身请诉申医]))"
)
_NEXT = re.compile(rf"\s?(?:、|和|与|及|以及)\s?(?=[{HAN}]{{2}})")
#: Whose name may be an office's.
_CONTACTS = ("联系人", "代理人", "经办人", "负责人", "代表人")


def closed(frame: Frame) -> Iterator[Named]:
    """Yield names that stand right behind a word for a private person and are closed, and those that follow in the same list."""
    text = frame.text
    last = 0
    for begin in shape.BEGIN.finditer(text):
        start = begin.start()
        if start < last:
            continue
        kind, word = _role(frame, start)
        if not kind:
            continue
        end = _end(frame, start, len(begin["surname"]))
        if end:
            yield start, end, kind, word
            last = end
            for first, second in _listed(frame, end):
                yield first, second, kind, word
                last = second


def _role(frame: Frame, start: int) -> tuple[str, str]:
    """Return kind and word of what stands right before a place and tells of a private person."""
    near = frame.text[max(0, start - 7) : start]
    kind, word = context.role_ending(near)
    if kind in _PRIVATE and not word.endswith(_CONTACTS):
        at = start - len(word)
        inside = not frame.starts[at] and shape.IS_HAN.match(frame.text[at - 1 : at] or " ")
        over = frame.starts[at] > len(word) and shape.is_ordinary(frame.word(at))  # 居民楼
        none = inside or over or context.goes_on_as_role(frame.text, start, word)
        return ("", "") if none else (kind, word)
    found = None if kind or near[-1:] not in _KIN_ENDS else _KIN.search(near)
    return ("kin", found[0]) if found else ("", "")


def _end(frame: Frame, start: int, surname: int) -> int:
    """Return where a name ends that begins here, or 0."""
    text = frame.text
    best = shape.name_end(frame, start, surname)
    for end in dict.fromkeys((best, start + surname + 2, start + surname + 1)):
        name = text[start:end]
        if (
            end > len(text)
            or not shape.IS_HAN.match(name[-1:])
            or end - start < 2
            or not heads_record(name)
            or _cuts(frame, start, end)
        ):
            continue
        says = bool(_SAYS.match(text, end))
        if shaped(name) and (says or BORDER.match(text, end) or _ENDS.match(text, end)):
            return end
    return 0


def _cuts(frame: Frame, start: int, end: int) -> bool:
    """Return whether an everyday word reaches over the end of a name, or all but its end is one (丁一居|住, 通知|书)."""
    if shape.is_ordinary(frame.text[end - 1 : end + 1]) and end - start > 2:
        return True
    plain = shape.name_score(frame.text[start:end]) < 1.5 or frame.text[end - 1] in "书单函表证件费"
    return end - start == 3 and plain and frame.starts[start] > 1 and usual(frame.text[start : start + 2])


def _listed(frame: Frame, end: int) -> Iterator[tuple[int, int]]:
    """Yield the names that follow in the same list: everyday words too, where a mark stands behind them."""
    text = frame.text
    for _ in range(40):
        joined = _NEXT.match(text, end)
        size = shape.surname_size(text[joined.end() : joined.end() + 2]) if joined else 0
        if not joined or not size:
            return
        start = joined.end()
        end = shape.name_end(frame, start, size)
        name = text[start:end]
        mark = BORDER.match(text, end) or _NEXT.match(text, end)
        goes_on = _ENDS.match(text, end) or _SAYS.match(text, end)
        if not ((mark and joined[0].strip() == "、") or (shaped(name) and (mark or goes_on))):
            return
        yield start, end
