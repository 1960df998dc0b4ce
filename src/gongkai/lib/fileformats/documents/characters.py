"""The characters of text from files: one form for each, without those that are not seen."""

import re
import unicodedata

from gongkai.lib.chinese.characters import HAN_ALL

#: Radicals from U+2E81 and their ideographs (Unicode's EquivalentUnifiedIdeograph); \u3000 where there is none.
_RADICALS = (
    "厂乛乚乙亻冂𠘨刀刂卜㔾小小兀尣尢𡯂巳幺彑彐忄㣺扌攵\u3000旡日月歺母民氵氺灬爫爫丬牛犭王𤴔目示礻𥫗糹纟罓罒㓁冗𦉫羊"
    "𦍌𦍋耂肀聿月臼艹艹艹虎衤覀西见角𧢲讠贝𧾷车辶辶辶阝钅長镸长门𨸏阝雨青韦页风飞食𩙿飠饣𩠐马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟"
)
#: Private codes of GB 18030 as it was before 2005, and their characters since GB 18030-2022.
_PRIVATE = {
    0xE78D: "︐", 0xE78E: "︒", 0xE78F: "︑", 0xE790: "︓", 0xE791: "︔", 0xE792: "︕", 0xE793: "︖", 0xE794: "︗",
    0xE795: "︘", 0xE796: "︙", 0xE76C: "€", 0xE7C7: "ḿ", 0xE7C8: "ǹ", 0xE816: "𠂇", 0xE817: "𠂉", 0xE818: "𠃌",
    0xE81E: "龴", 0xE826: "龵", 0xE82B: "龶", 0xE82C: "龷", 0xE831: "𡗗", 0xE832: "龸", 0xE83B: "𢦏", 0xE843: "龹",
    0xE854: "龺", 0xE855: "𤇾", 0xE864: "龻",
}  # fmt: skip
_IDEOGRAPHS: dict[int, str] = {
    **{code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)},
    **{0x2E81 + at: char for at, char in enumerate(_RADICALS) if char != "\u3000"},
    **{0xE815 + at: bytes([0xFE, 0x50 + at + (at > 0x2E)]).decode("gb18030") for at in range(0x50)},
    **_PRIVATE,
}
#: Removed: controls, soft hyphens, zero-width characters, marks of direction, interlinear anchors, variation selectors.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufeff\ufff9-\ufffb\ufe00-\ufe0f\U000e0100-\U000e01ef\ud800-\udfff]"
)
_LINE_ENDS = re.compile("\r\n?|\x0b|\x0c|\x85|\u2028|\u2029")
_UNKNOWN = re.compile("[\ufffd\ue000-\uf8ff\U000f0000-\U0010ffff]")
#: A line of single Han characters with blanks between them: 张　三, 通 知.
_SPACED = re.compile(rf"[{HAN_ALL}](?:[ \u3000\xa0\t]+[{HAN_ALL}])+")


def normalise(text: str) -> str:
    """Return the text with one form for each character."""
    if text.isascii() and text.isprintable():
        return text
    text = _UNSEEN.sub("", _LINE_ENDS.sub("\n", text)).translate(_IDEOGRAPHS)
    return unicodedata.normalize("NFC", text)


def find_unknown(text: str) -> str:
    """Return the characters that no font and no search knows, with what surrounds the first; "" for none."""
    if text.isascii() or not (first := _UNKNOWN.search(text)):
        return ""
    return text[max(0, first.start() - 10) : first.end() + 10]


def close_spaced_letters(text: str) -> str:
    """Close the blanks of lines in which they only space single characters.

    >>> close_spaced_letters("张　三"), close_spaced_letters("张 三 男")
    ('张三', '张三男')
    """
    if " " not in text and "\u3000" not in text and "\xa0" not in text:
        return text
    return "\n".join(re.sub(r"\s", "", line) if _SPACED.fullmatch(line.strip()) else line for line in text.split("\n"))
