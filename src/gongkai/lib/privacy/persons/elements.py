"""Elements of Tibetan, Mongolian, Uyghur, Kazakh, Yi, Dai and Hui names, which are written without a dot and open with no surname."""

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.privacy.tables import PrefixSet, read_word_group

_ELEMENTS = read_word_group("names", "element")
_OPENING = PrefixSet(_ELEMENTS)
#: Where a name of elements may begin: the first two characters of one.
TWO_OF_ELEMENT = frozenset(word[:2] for word in _ELEMENTS)
FIRST_OF_ELEMENT = re.compile(f"[{''.join(sorted({word[0] for word in _ELEMENTS}))}]")


def is_elements(name: str) -> bool:
    """Return whether a string is made of known elements of Tibetan, Mongolian, Uyghur, Kazakh or Yi names only."""
    if name[:2] not in TWO_OF_ELEMENT:
        return False
    return elements_at(name, 0) == len(name)


def elements_at(text: str, start: int) -> int:
    """Return where the elements of names that begin at a place end, three at most; the place itself for none."""
    return _elements_to(text, start, 3)


#: What ends given names behind an element: 哈力木江, 阿依汗.
_TAILS = ("别克", "古丽", "古力", "拉提", "买提", "江", "汗")


def _elements_to(text: str, start: int, most: int) -> int:
    if not most or text[start : start + 2] not in TWO_OF_ELEMENT:
        return start
    best = start
    for size in range(len(_OPENING.at(text, start)), 1, -1):
        if text[start : start + size] in _ELEMENTS:
            end = _elements_to(text, start + size, most - 1)
            tail = next((tail for tail in _TAILS if text.startswith(tail, end)), "")
            best = max(best, end + len(tail))
    return best
