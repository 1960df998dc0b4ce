"""Recognise one wrong character in a set phrase whose other characters agree."""

from gongkai.lib.privacy.proofreading.repeats import sequence_count
from gongkai.lib.privacy.proofreading.suspects import list_similar_characters

#: Behind so many characters that agree one that is mistaken is no other wording.
_MIN_AGREEING_CHARACTERS = 8


def is_slip(said: str, phrase: str, place: int) -> bool:
    """Return whether one changed character in a phrase is a typing mistake."""
    return place >= _MIN_AGREEING_CHARACTERS and said in list_similar_characters(phrase[place])


def has_single_error(phrase: str, text: str, start: int, place: int) -> bool:
    """Return whether a text contains a phrase with exactly one wrong character."""
    said, rest = text[start + place : start + place + 1], phrase[place + 1 :]
    if not said or not is_slip(said, phrase, place) or not text.startswith(rest, start + place + 1):
        return False
    return not sequence_count(text[start + place - 2 : start + place + 2])
