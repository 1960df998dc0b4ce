"""One character mistaken in a set phrase of which all the rest stands there, also where good texts vary."""

from gongkai.lib.privacy.proofreading.repeats import stands
from gongkai.lib.privacy.proofreading.suspects import like

#: Behind so many characters that agree one that is mistaken is no other wording.
_LEAST = 8


def slip(said: str, phrase: str, place: int) -> bool:
    """Return whether one character for another in a phrase is a slip: it is like the right one, and much agrees before it."""
    return place >= _LEAST and said in like(phrase[place])


def alone(phrase: str, text: str, start: int, place: int) -> bool:
    """Return whether a bare text has a phrase from an offset on but for one character mistaken, which good texts never have there."""
    said, rest = text[start + place : start + place + 1], phrase[place + 1 :]
    if not said or not slip(said, phrase, place) or not text.startswith(rest, start + place + 1):
        return False
    return not stands(text[start + place - 2 : start + place + 2])
