"""The score of a name that a role, a field or a list announces, and what speaks against one whatever its shape."""

from gongkai.lib.privacy.frame import Frame
from gongkai.lib.privacy.persons import behind, context, lines, shape
from gongkai.lib.privacy.persons.context import Left
from gongkai.lib.privacy.surroundings import line_around

#: Surnames that are words as well.
_OF_WORDS = shape.WEAK | shape.SCARCE | shape.FUNCTION_SURNAMES
_PRONOUNS = frozenset("我你他她它咱俺您们")


def known_as_word(name: str) -> bool:
    """Return whether a string is counted as a word, or is a short one that the dictionary has (盖子, 周全), or 张家."""
    if name in shape.NO_PERSONS or _PRONOUNS & set(name):
        return True
    if len(name) > 2 or not shape.dictionary_tag(name):
        return False
    return name[0] not in shape.TOP - shape.WEAK or name[1] not in shape.GIVEN_A


#: What counts behind a figure, and the figures written out: 1000余人, 9时许, 7.8万平.
_COUNTS = frozenset("余万元时线年月日米公里分点千百亿号层户台项")
_FIGURES = frozenset("0123456789一二三四五六七八九十百千万亿")


def _plain_word(frame: Frame, start: int, end: int) -> bool:
    """Return whether an everyday word of two characters, or a word that counts behind a figure, stands where nothing announces a name."""
    if frame.text[start] in _COUNTS and frame.text[start - 1 : start] in _FIGURES:
        return True
    return end - start == 2 and shape.is_ordinary(frame.text[start:end]) and not behind.fact_right(frame, end)


def no_person(frame: Frame, start: int, end: int, left: Left, chain: str, strong: bool) -> bool:
    """Return whether history, a word of the dictionary or the end of a role stands where the name would be."""
    loose = left.kind == "private" and not context.is_role(left.word) and not strong
    unannounced = loose or not (left.kind or chain or strong)
    if lines.long_ago(frame, end, strong) or (unannounced and known_as_word(frame.text[start:end])):
        return True
    if not (left.kind or chain) and _plain_word(frame, start, end):
        return True
    if not (left.kind or chain) and context.role_ending(frame.text[max(0, start - 5) : start + 1])[0]:
        return True  # 转入方|解放
    return loose and lines.of_history(frame, start, line_around(frame, start, 160))


def behind_a_role(
    frame: Frame, start: int, end: int, left: Left, score: float, strong: bool, closed: float
) -> float:
    """Return the score of a name behind a role or a field's name."""
    total = score + (3.6 if left.field and closed else 2.6) + closed + (2.0 if strong else 0)
    total += 0.6 * behind.verb_right(frame, end)
    if (
        end - start > 2
        and score > 0.6
        and frame.starts[end] > 1
        and shape.dictionary_tag(frame.word(end)).startswith("v")
    ):
        total += 0.4  # 死亡人员房宝余|发放…
    if left.field or closed or strong or shape.STARTER.at(frame.text, end):
        return total
    if left.kind == "private":
        total -= 1.2 if frame.text[start] in _OF_WORDS else 0.3
    return total


def in_a_list(frame: Frame, end: int, score: float, strong: bool, closed: float) -> float:
    """Return the score of a name right behind another one in a list."""
    total = score + (2.7 if closed or score >= 0.9 else 1.9) + closed + (1.5 if strong else 0)
    return total + 0.4 * behind.verb_right(frame, end)
