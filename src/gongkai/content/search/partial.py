"""Find texts that match a part of the keywords."""

import math
from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Max

from gongkai.content.search import table
from gongkai.content.search.keywords import ENOUGH_SHARE, Keyword, parts_of, ways_to_write
from gongkai.content.search.models import SearchRow

#: Beyond this number of texts a word is common wherever it stands.
MAX_TEXTS = 1_000


def find_part(words: Sequence[Keyword], limit: int, facets: Sequence[str]) -> tuple[list[table.Found], bool]:
    """Return texts with enough of the keywords, and true if no text has one of the required words.

    Rare words weigh more, and a word that no text has weighs most. Years do not count.

    Each word is asked for alone. Where more than `limit` texts have it, it is also asked for together with the rarest one.
    """
    words = [word for word in words if not word.is_year] or words
    if not any(word.needed for word in words):
        return [], False
    hits: dict[Keyword, dict[int, float]] = {}
    for word in words:
        found_word = table.find(word.spellings, limit, facets)
        for one in (not found_word and parts_of(word)) or [word]:
            some = found_word if one is word else table.find(one.spellings, limit, facets)
            hits[one] = {hit.edition: hit.score for hit in some}
    words = tuple(hits)
    rarest = min((word for word in words if hits[word]), key=lambda word: len(hits[word]), default=None)
    for word in words:
        if rarest and word != rarest and len(hits[word]) >= limit:
            together = table.find(ways_to_write([rarest, word]), limit, facets)
            hits[word] |= {hit.edition: hit.score for hit in together}
    texts = min(SearchRow.objects.aggregate(last=Max("pk"))["last"] or 0, MAX_TEXTS)
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
    enough = {edition: share for edition, share in shares.items() if share >= ENOUGH_SHARE}
    scores = {edition: sum(scored.get(edition, 0.0) for scored in hits.values()) for edition in enough}
    most = max(scores.values(), default=0.0) or 1.0
    found = [table.Found(edition, share + scores[edition] / most / 10) for edition, share in enough.items()]
    missing = any(word.needed and not scored for word, scored in hits.items())
    return sorted(found, key=lambda hit: (-hit.score, -hit.edition))[:limit], missing
