"""Find texts that contain some of the searched words; split a search into its words."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from django.db.models import Max

from gongkai.content.search import fulltext_table
from gongkai.content.search.keywords import (
    SUFFICIENT_SHARE,
    SearchKeyword,
    list_spellings,
    select_needed_keywords,
    split_keyword,
)
from gongkai.content.search.models import SearchRow
from gongkai.content.search.parser import SearchMeaning, interpret_search
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.matching.folding import fold

if TYPE_CHECKING:
    from gongkai.content.search.query import SearchHit, SearchResults

#: Texts that are counted at most when a word's rarity is determined.
MAX_TEXTS_FOR_RARITY = 1_000


def find_partial_hits(
    keywords: Sequence[SearchKeyword], limit: int, facets: Sequence[str], *, enough: float = SUFFICIENT_SHARE
) -> tuple[list[fulltext_table.FulltextHit], bool]:
    """Return (texts with enough of the keywords, true if no text has one of the required words).

    Rare words weigh more, and a word that no text has weighs most. Years do not count.

    Each word is searched alone; a word in more than `limit` texts also together with the rarest one.
    """
    keywords = [word for word in keywords if not word.is_year] or keywords
    if not any(word.needed for word in keywords):
        return [], False
    hits: dict[SearchKeyword, dict[int, float]] = {}
    for word in keywords:
        found_word = fulltext_table.find_hits(word.spellings, limit, facets)
        for one in (not found_word and split_keyword(word)) or [word]:
            some = found_word if one is word else fulltext_table.find_hits(one.spellings, limit, facets)
            hits[one] = {hit.edition: hit.score for hit in some}
    keywords = tuple(hits)
    rarest = min((word for word in keywords if hits[word]), key=lambda word: len(hits[word]), default=None)
    for word in keywords:
        if rarest and word != rarest and len(hits[word]) >= limit:
            together = fulltext_table.find_hits(list_spellings([rarest, word]), limit, facets)
            hits[word] |= {hit.edition: hit.score for hit in together}
    texts = min(SearchRow.objects.aggregate(last=Max("pk"))["last"] or 0, MAX_TEXTS_FOR_RARITY)
    weights = {
        word: (max(word.weight / 2, word.absent_weight) if scored else word.absent_weight)
        * math.log(1 + texts / (len(scored) + 0.5))
        for word, scored in hits.items()
    }
    whole = sum(weights.values())
    shares: dict[int, float] = defaultdict(float)
    for word, editions in hits.items():
        for edition in editions:
            shares[edition] += weights[word] / whole
    enough_of = {edition: share for edition, share in shares.items() if share >= enough}
    scores = {edition: sum(scored.get(edition, 0.0) for scored in hits.values()) for edition in enough_of}
    most = max(scores.values(), default=0.0) or 1.0
    found = [
        fulltext_table.FulltextHit(edition, share + scores[edition] / most / 10) for edition, share in enough_of.items()
    ]
    missing = any(word.needed and not scored for word, scored in hits.items())
    return sorted(found, key=lambda hit: (-hit.score, -hit.edition))[:limit], missing


#: Separators between typed words, and a number with its counted noun, which is a separate word: 12路公交.
_SEPARATOR_PATTERN = re.compile(r"[\s、，,；;＋+]+")
_COUNTED_NUMBER_PATTERN = re.compile(r"((?:总?第)?\d+(?:路车?|号[线楼]?|期|条))")


def split_pieces(text: str) -> list[str]:
    """Return the words of a search that were typed apart; a document number is one of them.

    >>> split_pieces("加装电梯 2025年第7号文件"), split_pieces("12路公交"), split_pieces("加装电梯")
    (['加装电梯', '2025年第7号文件'], ['12路', '公交'], ['加装电梯'])
    """
    pieces: list[str] = []
    for piece in _SEPARATOR_PATTERN.split(text.strip()):
        pieces += [piece] if is_number_search(interpret_search(piece)) else _COUNTED_NUMBER_PATTERN.split(piece)
    return list(dict.fromkeys(filter(None, pieces)))


def is_number_search(meaning: SearchMeaning) -> bool:
    """Return true if the search is for a document number."""
    return bool(meaning.exact or meaning.index_key or meaning.number_part)


def is_counted_number(piece: str) -> bool:
    """Return true if a word is a number with the noun that it counts: 12路."""
    return _COUNTED_NUMBER_PATTERN.fullmatch(piece) is not None


def names_subject(meaning: SearchMeaning) -> bool:
    """Return true if the words name something; 申请 and 电话 alone do not."""
    return is_number_search(meaning) or any(word.needed for word in meaning.keywords)


def list_related_words(meaning: SearchMeaning, texts: Iterable[str]) -> tuple[str, ...]:
    """Return the words that replace the only required word of a search: synonyms, or its parts.

    Empty for searches with several required words, and if a found text has the word itself.
    """
    required = select_needed_keywords(meaning.keywords)
    if len(required) != 1:
        return ()
    [word] = required
    if any(word.text in text for text in texts):
        return ()
    return word.spellings[1:] or tuple(part.text for part in split_keyword(word))


def filter_by_counted_number(piece: str, results: "SearchResults") -> "SearchResults":
    """Return the results for one word of a search.

    For a number with its noun (12路), only texts with both together are returned.
    """
    if not is_counted_number(piece):
        return results
    alone = re.compile(rf"(?<!\d){re.escape(piece)}")
    hits = [hit for hit in results.hits if alone.search(fold_hit_text(hit))]
    return replace(results, hits=hits, total=len(hits))


def fold_hit_text(hit: "SearchHit") -> str:
    """Return the title and text of a hit, folded."""
    return fold(f"{hit.row.title}\n{hit.row.text}")


def intersect_hits(results_of_searches: Sequence["SearchResults"]) -> "list[SearchHit]":
    """Return the hits of the first result that all others contain as well; [] for fewer than two results."""
    if len(results_of_searches) < 2:
        return []
    others = [{hit.row.pk for hit in results.hits} for results in results_of_searches[1:]]
    return [hit for hit in results_of_searches[0].hits if all(hit.row.pk in pks for pks in others)]
