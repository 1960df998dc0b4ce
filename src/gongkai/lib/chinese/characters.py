"""Character classes for Chinese text, for use inside square brackets of regular expressions."""

#: The characters of running text: the first block of unified ideographs. Quick to match.
HAN = "\u4e00-\u9fff"
#: Every Chinese character, rare ones of names and places included: 〇, extensions, compatibility ideographs.
HAN_ALL = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
#: Those of them that Unicode 13 assigns (ideographs, extensions A–G, 〇): what an index cuts into words, the same wherever it runs.
HAN_ASSIGNED = (
    "〇\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002a6dd\U0002a700-\U0002b734\U0002b740-\U0002b81d"
    "\U0002b820-\U0002cea1\U0002ceb0-\U0002ebe0\U00030000-\U0003134a"
)


def is_han(char: str) -> bool:
    """Return whether a single character is in the basic block (`HAN`)."""
    return "\u4e00" <= char <= "\u9fff"
