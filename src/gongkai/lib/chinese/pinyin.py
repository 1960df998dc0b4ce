"""Pinyin of single characters, without tones."""

from functools import cache

from anyascii import anyascii


@cache
def syllable(char: str) -> str:
    """Return the usual reading of a character in pinyin without tones; empty where it has none.

    >>> syllable("静"), syllable("A")
    ('jing', '')
    """
    plain = anyascii(char).lower() if "\u3400" <= char <= "\u9fff" else ""
    return plain if plain.isascii() and plain.isalpha() else ""
