"""Pinyin of single characters, without tones."""

from functools import cache

from anyascii import anyascii

from gongkai.lib.chinese.characters import is_han

#: Readings that the table has in another language.
_READINGS = {"𠮷": "ji"}


@cache
def syllable(char: str) -> str:
    """Return the usual pinyin of a character without tone, or an empty string.

    >>> syllable("静"), syllable("A")
    ('jing', '')
    """
    plain = _READINGS.get(char) or anyascii(char).lower() if is_han(char) else ""
    return plain if plain.isascii() and plain.isalpha() else ""
