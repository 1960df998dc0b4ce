"""Chinese characters, for square brackets of regular expressions."""

from gongkai.lib.chinese import lazy_re as re

#: First and last code points of the script Han (Unicode: Scripts.txt), the most frequent first. Planes 2 and 3
#: are whole, so that a character counts before the library of an installation knows its extension.
HAN_RANGES = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x3FFFD),
    (0x3005, 0x3005),
    (0x3007, 0x3007),
    (0x3021, 0x3029),
    (0x3038, 0x303B),
    (0x2E80, 0x2E99),
    (0x2E9B, 0x2EF3),
    (0x2F00, 0x2FD5),
    (0xF900, 0xFA6D),
    (0xFA70, 0xFAD9),
    (0x16FE2, 0x16FE3),
    (0x16FF0, 0x16FF1),
)
#: Every Chinese character: the basic block, all extensions, compatibility ideographs, radicals, 〇 and 々.
HAN = "".join(f"{chr(first)}-{chr(last)}" for first, last in HAN_RANGES)
_HAN_CHARACTER = re.compile(f"[{HAN}]")


def is_rare(char: str) -> bool:
    """Return whether a character is of an extension: of a name or a place, hardly ever of a common word."""
    return any(first <= ord(char) <= last for first, last in HAN_RANGES[1:3])


def is_han(char: str) -> bool:
    """Return whether a string is a single Chinese character."""
    return _HAN_CHARACTER.fullmatch(char) is not None
