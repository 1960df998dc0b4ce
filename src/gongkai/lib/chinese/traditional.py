"""Traditional characters as simplified ones (OpenCC's character table, Apache-2.0), and pinyin without tones."""

from functools import cache
from importlib.resources import files

from anyascii import anyascii

from gongkai.lib.chinese.characters import is_han

#: Forms that stand in texts of sites beside the traditional ones and are in no table.
_VARIANT_FORMS = {"迴": "回", "佈": "布", "羣": "群", "衆": "众", "於": "于", "爲": "为", "裏": "里"}


@cache
def traditional_characters() -> dict[int, str]:
    """Return traditional characters and their variants with their simplified form."""
    return simplified_table() | {ord(one): other for one, other in _VARIANT_FORMS.items()}


@cache
def simplified_table() -> dict[int, str]:
    """Return traditional characters with their simplified form, for `str.translate`.

    A character that may stay as it is (著, 乾, 瞭 …) stays: official text uses it as simplified.
    """
    made = {}
    text = files("opencc").joinpath("dictionary", "TSCharacters.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        traditional, _, simplified = line.partition("\t")
        first = simplified.split(" ")[0]
        if len(traditional) == 1 and len(first) == 1 and traditional not in simplified.split(" "):
            made[ord(traditional)] = first
    return made


def simplify(text: str) -> str:
    """Return the text in simplified characters, of the same length.

    >>> simplify("責任單位")
    '责任单位'
    """
    return text.translate(traditional_characters())


#: Readings that the table has in another language.
_READINGS = {"𠮷": "ji"}


@cache
def find_syllable(char: str) -> str:
    """Return the usual pinyin of a character without tone, or an empty string.

    >>> find_syllable("静"), syllable("A")
    ('jing', '')
    """
    plain = _READINGS.get(char) or anyascii(char).lower() if is_han(char) else ""
    return plain if plain.isascii() and plain.isalpha() else ""
