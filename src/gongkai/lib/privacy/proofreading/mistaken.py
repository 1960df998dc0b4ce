"""Recognise one wrong character in a set phrase whose other characters agree."""

from gongkai.lib.privacy.proofreading.repeats import stands
from gongkai.lib.privacy.proofreading.suspects import like

#: Behind so many characters that agree one that is mistaken is no other wording.
_LEAST = 8


def slip(said: str, phrase: str, place: int) -> bool:
    """Return whether one changed character in a phrase is a typing mistake."""
    return place >= _LEAST and said in like(phrase[place])


def alone(phrase: str, text: str, start: int, place: int) -> bool:
    """Return whether a text contains a phrase with exactly one wrong character."""
    said, rest = text[start + place : start + place + 1], phrase[place + 1 :]
    if not said or not slip(said, phrase, place) or not text.startswith(rest, start + place + 1):
        return False
    return not stands(text[start + place - 2 : start + place + 2])
