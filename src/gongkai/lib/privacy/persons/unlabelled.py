"""Score names without announcement: shape, dictionary borders and context."""

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.persons import context, elements, lines, right_context, shape
from gongkai.lib.privacy.persons.context import LeftContext
from gongkai.lib.privacy.persons.name_matches import PersonSearch
from gongkai.lib.privacy.persons.plausible import is_office_word
from gongkai.lib.privacy.search_text import SearchText
from gongkai.lib.privacy.surroundings import get_line_around

#: Minimum score of a string that counts as a name.
MIN_NAME_SCORE = 2.55


def score_unannounced_name(
    search: PersonSearch, start: int, end: int, score: float, has_personal_fact: bool, closed: bool
) -> float:
    """Return the score of a name without an announcing word, by shape and context.

    `has_personal_fact`: a personal fact follows it; `closed`: a boundary does.
    """
    search_text = search.search_text
    given = search_text.text[start + 2 : end]
    if (
        search_text.text[start : start + 2] in shape.COMPOUND_SURNAMES
        and shape.is_ordinary_word(given)
        and given not in shape.GIVEN_NAME_PAIRS
    ):
        score -= 2.0  # 南门集合: a place and a word
    total = score + elements.score_word_before(search_text, start) + _score_word_borders(search_text, start, end)
    surname = search_text.text[start]
    if (
        not has_personal_fact
        and search_text.text[start : start + 2] in shape.COMPOUND_SURNAMES
        and search_text.text[start - 1 : start] == "、"
    ):
        total -= 0.8  # 小天鹅、东方白鹳: what stands before it in the row is no name
    if (
        surname in shape.WEAK_SURNAMES
        and not has_personal_fact
        and search_text.text[start : start + 2] not in shape.COMPOUND_SURNAMES
    ):
        total -= 0.1 if surname in shape.MOST_COMMON_SURNAMES else 0.3
    if shape.BIRTH_ORDER_NAME_PATTERN.fullmatch(search_text.text[start:end]):
        total += 2.0  # 蒙老三
    if surname in search.surnames and surname not in shape.MOST_COMMON_SURNAMES:
        total += 0.6  # a family bears one name
    if has_personal_fact:
        total += 3.0 if score > 0.4 else 2.0
    else:
        total += min(
            right_context.score_verb_after(search_text, end) or _score_following_verb(search_text, start, end, score),
            2.0 if score > 0.9 else 1.0,
        )
    if closed and not has_personal_fact:
        total += 0.2
    if not closed and not has_personal_fact and not _score_following_verb(search_text, start, end, score):
        total -= _score_open_end(search_text, end)
    if total >= MIN_NAME_SCORE:
        line = get_line_around(search_text, start, 160)
        if lines.is_public_line(line) or (
            not has_personal_fact and lines.is_historical_mention(search_text, start, line)
        ):
            return 0.0
    return total


#: Characters that continue names of places and organisations after a word that looks like a name (白竹坡路, 竹园新城).
_PLACE_CONTINUATIONS = frozenset("城苑郡都府园湾路街坡铺湖山庄桥亭冲岭社区学校站厂场馆楼村镇乡县市省寺桥塘垸洲洞堂里")


def _score_following_verb(search_text: SearchText, start: int, end: int, score: float) -> float:
    """Return 1 if a verb follows a probable name of three characters, else 0."""
    if (
        end - start != 3
        or score < 1.4
        or not search_text.starts[end]
        or elements.score_word_before(search_text, start) < 0.5
    ):
        return 0.0
    word = search_text.word(end)
    return 1.0 if len(word) > 1 and shape.get_word_tag(word).startswith("v") else 0.0


def _score_open_end(search_text: SearchText, end: int) -> float:
    """Return how much the text after a name speaks against it (0 to 1.6)."""
    text = search_text.text
    next_character = text[end : end + 1]
    if (
        right_context.score_verb_after(search_text, end)
        or shape.FOLLOWING_WORDS.at(text, end)
        or next_character in "0123456789一二三四五六七八九十"
    ):
        return 0.0
    if next_character in _PLACE_CONTINUATIONS or text[end + 1 : end + 2] in _PLACE_CONTINUATIONS:
        return 1.6
    return 0.5


def _score_word_borders(search_text: SearchText, start: int, end: int) -> float:
    """Return how well a name fits the word borders: positive if it begins and ends at borders."""
    bonus = 0.3 if search_text.starts[start] else -0.8
    at, word_start = start, start
    while at < end and search_text.starts[at]:
        word_start = at
        at += search_text.starts[at]
    if at == end:
        return bonus + 0.2
    crossing = search_text.text[word_start : word_start + search_text.starts[word_start]]
    return bonus - (1.6 if shape.is_ordinary_word(crossing) else 0.0)


#: Surnames that are words as well.
_WORD_SURNAMES = shape.WEAK_SURNAMES | shape.SCARCE_SURNAMES | shape.FUNCTION_SURNAMES
_PRONOUNS = frozenset("我你他她它咱俺您们")


def is_known_word(name: str) -> bool:
    """Return whether a string is a counted or dictionary word (盖子, 周全), or 张家."""
    if name in shape.NAME_LIKE_WORDS or _PRONOUNS & set(name):
        return True
    if len(name) > 2 or not shape.get_word_tag(name):
        return False
    return (
        name[0] not in shape.MOST_COMMON_SURNAMES - shape.WEAK_SURNAMES or name[1] not in shape.TIER_A_GIVEN_CHARACTERS
    )


#: Text that counts behind a figure, and the figures written out: 1000余人, 9时许, 7.8万平.
_COUNTING_CHARACTERS = frozenset("余万元时线年月日米公里分点千百亿号层户台项")
_FIGURE_CHARACTERS = frozenset("0123456789一二三四五六七八九十百千万亿")


def _is_plain_word(search_text: SearchText, start: int, end: int) -> bool:
    """Return true for a counting word after a figure or an ordinary word."""
    if search_text.text[start] in _COUNTING_CHARACTERS and search_text.text[start - 1 : start] in _FIGURE_CHARACTERS:
        return True
    return (
        end - start == 2
        and shape.is_ordinary_word(search_text.text[start:end])
        and not right_context.has_marked_fact_after(search_text, end)
    )


#: Items of a row, and last characters of places that are seldom those of names.
_NAME_ROW_RE = re.compile(rf"[{HAN}]{{2,6}}(?:、[{HAN}]{{2,6}}){{3,}}")
_PLACE_ENDINGS = shape.PLACE_SUFFIXES | frozenset("窑林园坡坪田地泉洞山道渡峰崖")
#: Produce and landmarks named after a family: 马家柚, 任家渡.
_FAMILY_NAMED_THING_RE = re.compile(rf"[{HAN}]家[柚桃梨枣茶柑橘藕豆姜酒醋糕饼粽渡]")


def _is_in_row_of_things(search_text: SearchText, start: int, end: int) -> bool:
    """Return whether a string is an item among places or everyday words: 白碗窑、金竹林、黄家坝、龙塘湾."""
    low = max(0, search_text.text.rfind("\n", 0, start), start - 120)
    row = next(
        (
            match
            for match in _NAME_ROW_RE.finditer(search_text.text, low, end + 120)
            if match.start() <= start < match.end()
        ),
        None,
    )
    if row is None:
        return False
    items = row[0].split("、")
    places = sum(item[-1] in _PLACE_ENDINGS for item in items)
    words = sum(shape.is_ordinary_word(item) or is_office_word(item) for item in items)
    if end - start == 2 and len(items) > 5 and 4 * words >= 3 * len(items):
        return True  # 方便、周全、安全、温暖、平安、高效
    ordinary_words = sum(shape.is_ordinary_word(item[-2:]) and not shape.get_surname_size(item) for item in items)
    name = search_text.text[start:end]
    return 3 * places >= 2 * len(items) or (5 * ordinary_words >= 2 * len(items) and bool(shape.get_word_tag(name)))


def is_no_person(
    search_text: SearchText, start: int, end: int, left: LeftContext, kind_before: str, has_personal_fact: bool
) -> bool:
    """Return true if history, a dictionary word or the end of a role explains the name.

    `kind_before`: the kind of the name before it in a list; `has_personal_fact`: a personal fact follows it.
    """
    loose = left.kind == "private" and not context.is_known_role(left.word) and not has_personal_fact
    unannounced = loose or not (left.kind or kind_before or has_personal_fact)
    if lines.is_historical_sentence(search_text, end, has_personal_fact) or (
        unannounced and is_known_word(search_text.text[start:end])
    ):
        return True
    if not (left.kind or has_personal_fact) and (
        _FAMILY_NAMED_THING_RE.fullmatch(search_text.text, start, end) or _is_in_row_of_things(search_text, start, end)
    ):
        return True
    if not (left.kind or kind_before) and _is_plain_word(search_text, start, end):
        return True
    if not (left.kind or kind_before) and context.find_role_at_end(search_text.text[max(0, start - 5) : start + 1])[0]:
        return True  # 转入方|解放
    return loose and lines.is_historical_mention(search_text, start, get_line_around(search_text, start, 160))


def score_after_role(
    search_text: SearchText,
    start: int,
    end: int,
    context: LeftContext,
    score: float,
    has_personal_fact: bool,
    boundary_bonus: float,
) -> float:
    """Return the score of a name after a role or field label."""
    total = (
        score + (3.6 if context.field and boundary_bonus else 2.6) + boundary_bonus + (2.0 if has_personal_fact else 0)
    )
    total += 0.6 * right_context.score_verb_after(search_text, end)
    if (
        end - start > 2
        and score > 0.6
        and search_text.starts[end] > 1
        and shape.get_word_tag(search_text.word(end)).startswith("v")
    ):
        total += 0.4  # 死亡人员房宝余|发放…
    if context.field or boundary_bonus or has_personal_fact or shape.FOLLOWING_WORDS.at(search_text.text, end):
        return total
    if context.kind == "private":
        total -= 1.2 if search_text.text[start] in _WORD_SURNAMES else 0.3
    return total


def score_in_list(
    search_text: SearchText, end: int, score: float, has_personal_fact: bool, boundary_bonus: float
) -> float:
    """Return the score of a name right after another one in a list."""
    total = (
        score + (2.7 if boundary_bonus or score >= 0.9 else 1.9) + boundary_bonus + (1.5 if has_personal_fact else 0)
    )
    return total + 0.4 * right_context.score_verb_after(search_text, end)
