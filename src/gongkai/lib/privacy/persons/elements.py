"""Recognise Tibetan, Mongolian, Uyghur, Kazakh, Yi, Dai and Hui names without a dot."""

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.privacy.tables import PrefixSet, read_word_group

_NAME_ELEMENTS = read_word_group("names", "element")
_ELEMENT_PREFIXES = PrefixSet(_NAME_ELEMENTS)
#: Where a name of elements may begin: the first two characters of one.
ELEMENT_START_PAIRS = frozenset(word[:2] for word in _NAME_ELEMENTS)
ELEMENT_START = re.compile(f"[{''.join(sorted({word[0] for word in _NAME_ELEMENTS}))}]")


def is_element_name(name: str) -> bool:
    """Return whether a string consists of known name elements only."""
    if name[:2] not in ELEMENT_START_PAIRS:
        return False
    return find_elements_end(name, 0) == len(name)


def find_elements_end(text: str, start: int) -> int:
    """Return where up to three name elements that begin at a place end."""
    return _extend_elements(text, start, 3)


#: What ends given names behind an element: 哈力木江, 阿依汗.
_ELEMENT_SUFFIXES = ("别克", "古丽", "古力", "拉提", "买提", "江", "汗")


def _extend_elements(text: str, start: int, most: int) -> int:
    if not most or text[start : start + 2] not in ELEMENT_START_PAIRS:
        return start
    best = start
    for size in range(len(_ELEMENT_PREFIXES.at(text, start)), 1, -1):
        if text[start : start + size] in _NAME_ELEMENTS:
            end = _extend_elements(text, start + size, most - 1)
            tail = next((tail for tail in _ELEMENT_SUFFIXES if text.startswith(tail, end)), "")
            best = max(best, end + len(tail))
    return best
