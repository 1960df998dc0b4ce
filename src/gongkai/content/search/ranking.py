"""Rank the hits of a search. Pure."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from gongkai.content.editions.models import ValidityState
from gongkai.content.editions.models.editions import POLICY_KINDS, ItemKind
from gongkai.content.search.keywords import SearchKeyword, compute_matched_share, select_needed_keywords
from gongkai.content.search.parser import SearchMeaning
from gongkai.content.search.rows import RankedRow
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.matching.analysis import get_contained_answer_kinds, get_requested_answer_kinds
from gongkai.lib.matching.folding import fold

#: Characters by which folding (blanks, widths, ligatures) may change the length of a title.
MAX_FOLDED_CHARACTERS = 12
#: Validity states that rank lower.
NOT_IN_FORCE_STANDINGS = {ValidityState.REPEALED.value, ValidityState.EXPIRED.value}
#: Kind of information → factor of its score: rules count more than explanations, these more than news.
AUTHORITY_WEIGHTS: dict[str, float] = {
    **{kind.value: 1.3 for kind in POLICY_KINDS},
    ItemKind.GUIDE.value: 1.2,
    ItemKind.INTERPRETATION.value: 1.15,
}
#: Share of its score that a document loses in a year, and its least factor: words outrank dates.
SCORE_LOSS_PER_YEAR, MIN_AGE_FACTOR = 0.05, 0.8

#: Characters of a text that are read, and around a word, for what was asked for.
MAX_ANSWER_TEXT_CHARACTERS, ANSWER_MARGIN_CHARACTERS = 20_000, 120
#: Words that ask if a text is in force; then texts that are no longer in force are wanted, too.
_VALIDITY_QUESTION_PATTERN = re.compile("有效|失效|废止|作废|过期|还(?:能|有)用|管用|算数|施行")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
RelevanceKey = tuple[bool, bool, int, float, bool, bool, float, int]
#: Microseconds of a day.
MICROSECONDS_PER_DAY = 86_400_000_000


def make_day_key(exact: Collection[int]) -> Callable[[RankedRow], tuple[bool, int]]:
    """Return the sort key by day, with exact numbers first."""
    return lambda row: (row.pk in exact, row.at)


def make_relevance_key(
    meaning: SearchMeaning,
    scores: Mapping[int, float],
    now: datetime,
    *,
    exact: Collection[int],
    archived: Collection[int],
    whole: Collection[int],
) -> Callable[[RankedRow], RelevanceKey]:
    """Return the function that sorts search results by relevance.

    The order is: exact numbers, exact titles, documents in force and maintained, then others, then compilations; within
    these, titles with most keywords, the service guide on the topic, texts with whole words, and finally score or
    date.

    Args:
        meaning: the interpreted search.
        scores: of the full-text table, by edition.
        now: the moment.
        exact: editions with exactly the number searched for.
        archived: documents in archived columns only.
        whole: editions that contain the words undivided.
    """
    folded, typed = fold(meaning.words), len(meaning.words)
    moment = to_microseconds(now)
    required = select_needed_keywords(meaning.keywords)
    any_standing = bool(_VALIDITY_QUESTION_PATTERN.search(meaning.words))

    def key(row: RankedRow) -> RelevanceKey:
        """Return the sort key of a row, greatest first."""
        pk, document, _, kind, standing, title, _, at = row
        # Folding 500 titles costs more than finding them; one that is much longer than the words is not the same.
        same = abs(len(title) - typed) < MAX_FOLDED_CHARACTERS and fold(title) == folded
        score = scores.get(pk, 0.0)
        return (
            pk in exact,
            same,
            rank_tier(kind, "" if any_standing else standing, meaning.words, listed=document not in archived),
            round(compute_title_share(required, title), 1),
            kind == ItemKind.GUIDE and is_guide_to(title, meaning, required),
            pk in whole,
            score and score * compute_score_factor(kind, (moment - at) // MICROSECONDS_PER_DAY),
            at,
        )

    return key


def sort_answers_first(rows: Sequence[RankedRow], texts: Mapping[int, str], meaning: SearchMeaning) -> list[RankedRow]:
    """Return a page's rows with those first whose text has the asked kind of answer (time, sum, place, number).

    Rows are reordered only within one rank tier, so documents in force come first.
    """
    asked = get_requested_answer_kinds(fold(meaning.words))
    if not asked or meaning.exact:
        return list(rows)
    required = select_needed_keywords(meaning.keywords)

    def key(row: RankedRow) -> tuple[int, float, int]:
        """Return the sort key by tier, words in the title, and kinds of answer close to the words."""
        text = texts.get(row.pk, "")[:MAX_ANSWER_TEXT_CHARACTERS]
        said = max(
            (_count_kinds_near(text, spelling, asked) for word in required for spelling in word.spellings), default=0
        )
        return (
            -rank_tier(row.kind, row.standing, meaning.words),
            -round(compute_title_share(required, row.title), 1),
            -said,
        )

    return sorted(rows, key=key)


#: Last characters of a unit's name.
_UNIT_ENDINGS = ("局", "委", "办", "厅", "院", "中心", "政府", "办公室", "委员会")


def compute_title_share(required: Sequence[SearchKeyword], title: str) -> float:
    """Return the share of the keywords that a title contains; a unit in brackets at its end counts only for its name.

    >>> from gongkai.content.search.parser import interpret_search
    >>> words = lambda typed: interpret_search(typed).keywords
    >>> compute_title_share(words("社保"), "就业培训一览表（市人力社保局）"), compute_title_share(words("教育局"), "一览表（市教育局）")
    (0.0, 1.0)
    """
    head, mark, unit = title.rpartition("（") if title.endswith("）") else (title, "", "")
    if not mark or not unit[:-1].endswith(_UNIT_ENDINGS):
        return compute_matched_share(required, title)
    named = [word for word in required if word.is_in(head) or (word.text.endswith(_UNIT_ENDINGS) and word.is_in(unit))]
    return sum(word.weight for word in named) / (sum(word.weight for word in required) or 1)


def _count_kinds_near(text: str, word: str, kinds: int) -> int:
    """Return the number of asked kinds of answer (bits of `kinds`) in the text around a word."""
    at = text.find(word)
    return (
        (
            get_contained_answer_kinds(text[max(0, at - ANSWER_MARGIN_CHARACTERS) : at + ANSWER_MARGIN_CHARACTERS])
            & kinds
        ).bit_count()
        if at >= 0
        else 0
    )


def to_microseconds(moment: datetime) -> int:
    """Return a time in microseconds, as stored in rows."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def is_guide_to(title: str, meaning: SearchMeaning, required: Sequence[SearchKeyword] = ()) -> bool:
    """Return true if a guide's title matches the topic of a how-to question.

    >>> from gongkai.content.search.parser import interpret_search
    >>> is_guide_to("居民身份证办理", interpret_search("身份证怎么办")), is_guide_to("居民身份证办理", interpret_search("身份证"))
    (True, False)
    """
    named = fold(title) if meaning.core else ""
    whole = bool(required) and all(word.is_in(named) for word in required)
    return bool(meaning.core) and (
        whole or any(all(word in named for word in text.split()) for text in (meaning.core, *meaning.variants))
    )


def rank_tier(kind: str, standing: str, text: str, *, listed: bool = True) -> int:
    """Return the rank tier: documents in force, then ended or archived ones, then compilations.

    Gazette issues may print repealed texts, so the documents come first, except in searches for the
    gazette.

    >>> rank_tier("policy", "in_force", "养犬") > rank_tier("policy", "repealed", "养犬") > rank_tier("gazette", "", "养犬")
    True
    >>> rank_tier("gazette", "", "2026年第3期公报") == rank_tier("notice", "", "2026年第3期公报")
    True
    """
    if kind == ItemKind.GAZETTE and "公报" not in text:
        return 0
    return 2 if listed and standing not in NOT_IN_FORCE_STANDINGS else 1


def compute_score_factor(kind: str, days: int) -> float:
    """Return the factor of a score for authority and age.

    >>> kinds = ("normative", 0), ("interpretation", 0), ("notice", 0), ("notice", 900)
    >>> factors = [compute_score_factor(kind, days) for kind, days in kinds]
    >>> factors == sorted(factors, reverse=True)
    True
    """
    return AUTHORITY_WEIGHTS.get(kind, 1.0) * max(MIN_AGE_FACTOR, 1 - SCORE_LOSS_PER_YEAR * max(days, 0) / 365)
