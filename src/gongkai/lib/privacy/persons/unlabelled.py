"""The score of a name that nothing announces: its shape, how the dictionary cuts the place, what stands around it."""

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.privacy.frame import Frame
from gongkai.lib.privacy.persons import behind, hints, lines, shape
from gongkai.lib.privacy.persons.found import Search
from gongkai.lib.privacy.surroundings import line_around

_LIST_NEXT = re.compile(r"\s{0,2}(?:[、/]|和|与|及|以及|等|;|；)")
#: From this score on a string is a name.
ACCEPT = 2.55


def unlabelled(search: Search, start: int, end: int, score: float, strong: bool, closed: bool) -> float:
    """Score a name that nothing announces: only a good shape and what stands around it carry it."""
    frame = search.frame
    given = frame.text[start + 2 : end]
    if (
        frame.text[start : start + 2] in shape.COMPOUND
        and shape.is_ordinary(given)
        and given not in shape.PAIRS
    ):
        score -= 2.0  # 南门集合: a place and a word
    total = score + hints.left_hint(frame, start) + _cut_cleanly(frame, start, end)
    surname = frame.text[start]
    if (
        not strong
        and frame.text[start : start + 2] in shape.COMPOUND
        and frame.text[start - 1 : start] == "、"
    ):
        total -= 0.8  # 小天鹅、东方白鹳: what stands before it in the row is no name
    if surname in shape.WEAK and not strong and frame.text[start : start + 2] not in shape.COMPOUND:
        total -= 0.1 if surname in shape.TOP else 0.3
    if shape.ELDEST.fullmatch(frame.text[start:end]):
        total += 2.0  # 蒙老三
    if surname in search.surnames and surname not in shape.TOP:
        total += 0.6  # a family bears one name
    if strong:
        total += 3.0 if score > 0.4 else 2.0
    else:
        total += min(
            behind.verb_right(frame, end) or _acts(frame, start, end, score), 2.0 if score > 0.9 else 1.0
        )
    if closed and not strong:
        total += 0.2
    if not closed and not strong and not _acts(frame, start, end, score):
        total -= _open_end(frame, end)
    if not strong and total < ACCEPT:
        total = _with_list(frame, start, end, score, total)
    if total >= ACCEPT:
        line = line_around(frame, start, 160)
        if lines.public_line(line) or (not strong and lines.of_history(frame, start, line)):
            return 0.0
    return total


#: What names of places and bodies go on with, so that what stood before is their head (白竹坡路, 竹园新城).
_GOES_ON = frozenset("城苑郡都府园湾路街坡铺湖山庄桥亭冲岭社区学校站厂场馆楼村镇乡县市省寺桥塘垸洲洞堂里")


def _acts(frame: Frame, start: int, end: int, score: float) -> float:
    """Return how much it speaks for a name of three characters and a good shape that any verb of the dictionary follows."""
    if end - start != 3 or score < 1.4 or not frame.starts[end] or hints.left_hint(frame, start) < 0.5:
        return 0.0
    word = frame.word(end)
    return 1.0 if len(word) > 1 and shape.dictionary_tag(word).startswith("v") else 0.0


def _open_end(frame: Frame, end: int) -> float:
    """Return how much it speaks against a name that the text goes on without a verb, a border or a known beginning."""
    text = frame.text
    after = text[end : end + 1]
    if (
        behind.verb_right(frame, end)
        or shape.STARTER.at(text, end)
        or after in "0123456789一二三四五六七八九十"
    ):
        return 0.0
    if after in _GOES_ON or text[end + 1 : end + 2] in _GOES_ON:
        return 1.6
    return 0.5


def _cut_cleanly(frame: Frame, start: int, end: int) -> float:
    """Return a bonus where the dictionary's borders agree with the name's, a malus where words run across them."""
    bonus = 0.3 if frame.starts[start] else -0.8
    at, last = start, start
    while at < end and frame.starts[at]:
        last = at
        at += frame.starts[at]
    if at == end:
        return bonus + 0.2
    crossing = frame.text[last : last + frame.starts[last]]
    return bonus - (1.6 if shape.is_ordinary(crossing) else 0.0)


def _with_list(frame: Frame, start: int, end: int, score: float, total: float) -> float:
    """Raise the score where other names follow: two support each other, three at a border are a list."""
    names = _names_in_row(frame, end, score)
    at_border = start == 0 or not shape.IS_HAN.match(frame.text[start - 1])
    if names >= 3 and at_border and score >= 1.0:
        return ACCEPT
    return total + 0.9 if names == 2 else total + 1.2 if names > 2 else total


def _names_in_row(frame: Frame, end: int, score: float) -> int:
    """Return how many names stand in a row, the one that ends here counted."""
    if score < 0.5 or not _LIST_NEXT.match(frame.text, end):
        return 1
    names, _at = 1, end
    return names
