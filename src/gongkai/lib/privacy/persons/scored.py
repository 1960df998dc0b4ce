"""Score names announced by a role, field or list, and list objections to any name."""

from gongkai.lib.privacy.frame import Frame
from gongkai.lib.privacy.persons import behind, context, lines, shape
from gongkai.lib.privacy.persons.context import LeftContext
from gongkai.lib.privacy.surroundings import line_around

#: Surnames that are words as well.
_WORD_SURNAMES = shape.WEAK_SURNAMES | shape.SCARCE_SURNAMES | shape.FUNCTION_SURNAMES
_PRONOUNS = frozenset("我你他她它咱俺您们")


def is_known_word(name: str) -> bool:
    """Return whether a string is a counted or dictionary word (盖子, 周全), or 张家."""
    if name in shape.NAME_LIKE_WORDS or _PRONOUNS & set(name):
        return True
    if len(name) > 2 or not shape.dictionary_tag(name):
        return False
    return name[0] not in shape.TOP_SURNAMES - shape.WEAK_SURNAMES or name[1] not in shape.TIER_A_GIVEN_CHARACTERS


#: What counts behind a figure, and the figures written out: 1000余人, 9时许, 7.8万平.
_COUNTING_CHARACTERS = frozenset("余万元时线年月日米公里分点千百亿号层户台项")
_FIGURE_CHARACTERS = frozenset("0123456789一二三四五六七八九十百千万亿")


def _is_plain_word(frame: Frame, start: int, end: int) -> bool:
    if frame.text[start] in _COUNTING_CHARACTERS and frame.text[start - 1 : start] in _FIGURE_CHARACTERS:
        return True
    return (
        end - start == 2
        and shape.is_ordinary_word(frame.text[start:end])
        and not behind.has_marked_fact_after(frame, end)
    )


def is_no_person(frame: Frame, start: int, end: int, left: LeftContext, chain: str, strong: bool) -> bool:
    """Return whether history, a dictionary word or the end of a role explains the name."""
    loose = left.kind == "private" and not context.is_known_role(left.word) and not strong
    unannounced = loose or not (left.kind or chain or strong)
    if lines.is_historical_sentence(frame, end, strong) or (unannounced and is_known_word(frame.text[start:end])):
        return True
    if not (left.kind or chain) and _is_plain_word(frame, start, end):
        return True
    if not (left.kind or chain) and context.find_role_at_end(frame.text[max(0, start - 5) : start + 1])[0]:
        return True  # 转入方|解放
    return loose and lines.is_historical_mention(frame, start, line_around(frame, start, 160))


def score_after_role(
    frame: Frame, start: int, end: int, left: LeftContext, score: float, strong: bool, closed: float
) -> float:
    """Return the score of a name after a role or field label."""
    total = score + (3.6 if left.field and closed else 2.6) + closed + (2.0 if strong else 0)
    total += 0.6 * behind.score_verb_after(frame, end)
    if (
        end - start > 2
        and score > 0.6
        and frame.starts[end] > 1
        and shape.dictionary_tag(frame.word(end)).startswith("v")
    ):
        total += 0.4  # 死亡人员房宝余|发放…
    if left.field or closed or strong or shape.FOLLOWING_WORDS.at(frame.text, end):
        return total
    if left.kind == "private":
        total -= 1.2 if frame.text[start] in _WORD_SURNAMES else 0.3
    return total


def score_in_list(frame: Frame, end: int, score: float, strong: bool, closed: float) -> float:
    """Return the score of a name right after another one in a list."""
    total = score + (2.7 if closed or score >= 0.9 else 1.9) + closed + (1.5 if strong else 0)
    return total + 0.4 * behind.score_verb_after(frame, end)
