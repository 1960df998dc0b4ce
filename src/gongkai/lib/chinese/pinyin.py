"""Pinyin of single characters, without tones."""

from functools import cache

from anyascii import anyascii


@cache
def syllable(char: str) -> str:
    """Return the usual pinyin of a character without tone, or an empty string.

    >>> syllable("静"), syllable("A")
    ('jing', '')
    """
    plain = anyascii(char).lower() if "\u3400" <= char <= "\u9fff" else ""
    return plain if plain.isascii() and plain.isalpha() else ""
