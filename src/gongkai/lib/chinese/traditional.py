"""Convert traditional characters to simplified ones (OpenCC, Apache-2.0) and to pinyin."""

from functools import cache
from importlib.resources import files

from anyascii import anyascii

from gongkai.lib.chinese.characters import is_han

#: Forms that stand in texts of sites beside the traditional ones and are in no table.
_VARIANT_FORMS = {"迴": "回", "佈": "布", "羣": "群", "衆": "众", "於": "于", "爲": "为", "裏": "里"}


@cache
def get_traditional_characters() -> dict[int, str]:
    """Return {code point of a traditional character or variant: simplified form}."""
    return get_simplified_table() | {ord(char): other for char, other in _VARIANT_FORMS.items()}


@cache
def get_simplified_table() -> dict[int, str]:
    """Return {code point of a traditional character: simplified form}, for `str.translate`.

    A character that may stay as it is (著, 乾, 瞭 …) stays: official text uses it as simplified.
    """
    simplified_table = {}
    text = files("opencc").joinpath("dictionary", "TSCharacters.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        traditional, _, simplified = line.partition("\t")
        first = simplified.split(" ")[0]
        if len(traditional) == 1 and len(first) == 1 and traditional not in simplified.split(" "):
            simplified_table[ord(traditional)] = first
    return simplified_table


def simplify(text: str) -> str:
    """Return the text in simplified characters, of the same length.

    >>> simplify("責任單位")
    '责任单位'
    """
    return text.translate(get_traditional_characters())


#: Readings that the table has in another language.
_ADDED_READINGS = {"𠮷": "ji"}


@cache
def find_syllable(char: str) -> str:
    """Return the usual pinyin of a character without tone, or an empty string.

    >>> find_syllable("静"), find_syllable("A")
    ('jing', '')
    """
    plain = _ADDED_READINGS.get(char) or anyascii(char).lower() if is_han(char) else ""
    return plain if plain.isascii() and plain.isalpha() else ""


#: Surnames that are read otherwise than the character in other words.
_SURNAME_READINGS = {
    **{
        "尉迟": "yuchi",
        "澹台": "tantai",
        "曾": "zeng",
        "单": "shan",
        "解": "xie",
        "仇": "qiu",
        "查": "zha",
        "区": "ou",
    },
    **{"翟": "zhai", "朴": "piao", "吕": "lv", "盖": "ge", "乐": "yue", "覃": "qin", "缪": "miao", "黑": "he"},
    **{"秘": "bi", "折": "she", "种": "chong", "繁": "po", "员": "yun", "召": "shao", "薄": "bo", "祭": "zhai"},
}


def spell_name(name: str) -> str:
    """Return a person's name in pinyin, "" if a character has none; surnames read as such.

    >>> spell_name("曾立新"), spell_name("尉迟刚"), spell_name("张曾")
    ('zenglixin', 'yuchigang', 'zhangceng')
    """
    plain = "".join(name.split())
    surname = next((text for text in (plain[:2], plain[:1]) if text in _SURNAME_READINGS), "")
    rest = [find_syllable(character) for character in plain[len(surname) :]]
    return _SURNAME_READINGS.get(surname, "") + "".join(rest) if all(rest) else ""
