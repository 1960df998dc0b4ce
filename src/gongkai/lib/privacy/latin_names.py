"""Build patterns for names in Latin letters and for the pinyin of Chinese names."""

import unicodedata

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.pinyin import syllable

#: Readings of surnames that differ from the usual reading of the character.
_SURNAME_READINGS = {
    "单": "shan",
    "曾": "zeng",
    "解": "xie",
    "仇": "qiu",
    "查": "zha",
    "区": "ou",
    "翟": "zhai",
    "朴": "piao",
    "乐": "yue",
    "重": "chong",
    "缪": "miao",
    "尉": "yu",
    "覃": "tan",
}
#: What may part the words of a name: zhang san, Zhang-san, zhang_san.
_WORD_SEPARATORS = r"[\s\-_.,'’·]*"
_MIN_PART_LETTERS = 3
#: A shorter run of letters is also a syllable of other names and words.
_MIN_PINYIN_LETTERS = 4


def _syllable_pattern(char: str, reading: str) -> str:
    readings = {reading, _SURNAME_READINGS.get(char, reading)}
    written = {re.sub(r"^([ln])[uv](e?)$", r"\1(?:u|v|yu)\2", one) for one in readings}
    return f"(?:{'|'.join(sorted(written))})"


def _list_pinyin_forms(surname: str, given: str) -> list[str]:
    first, last = (
        _WORD_SEPARATORS.join(_syllable_pattern(char, syllable(char)) for char in part)
        for part in (surname, given)
    )
    forms = [f"{first}{_WORD_SEPARATORS}{last}", f"{last}{_WORD_SEPARATORS}{first}"]
    return [*forms, last] if len(given) > 1 else forms


def latin_name_pattern(name: str) -> re.Pattern[str]:
    """Return a pattern for a Latin name and its words of at least three letters."""
    words = name.lower().split()
    forms = [r"\s*".join(map(re.escape, words))]
    forms += [re.escape(word) for word in words if len(word) >= _MIN_PART_LETTERS]
    return _whole_words_pattern(forms)


def pinyin_pattern(parts: list[tuple[str, str]]) -> re.Pattern[str] | None:
    """Return a pattern for the pinyin of a Chinese name; None if a character has no reading.

    Args:
        parts: the ways to divide the name into surname and given name.
    """
    known = [
        (surname, given)
        for surname, given in parts
        if all(map(syllable, surname + given))
        and len("".join(map(syllable, surname + given))) >= _MIN_PINYIN_LETTERS
    ]
    forms = [form for surname, given in known for form in _list_pinyin_forms(surname, given)]
    return _whole_words_pattern(forms) if forms else None


def _whole_words_pattern(forms: list[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z])(?:{'|'.join(forms)})(?![a-z])")


def remove_tone_marks(text: str) -> str:
    """Return the text in lower case without tone marks, same length."""
    return "".join(_remove_tone_mark(char) for char in text)


def _remove_tone_mark(char: str) -> str:
    plain = unicodedata.normalize("NFD", char)[0] if "\u00c0" <= char <= "\u1eff" else char
    lower = plain.lower()
    return lower if len(lower) == 1 else char
