"""Split a run of pinyin without tones into known terms. Pure."""

from collections.abc import Mapping

from gongkai.content.search.sounds import spelled

#: Terms that a run may be read as, readings kept at each place, readings returned.
MOST_TERMS, MOST_READINGS, MOST = 4, 20, 6


def in_terms(typed: str, counts: Mapping[str, int]) -> list[str]:
    """Return the readings of a run of pinyin as terms separated by spaces: fewest terms first, then
    more frequent.

    >>> in_terms("jiaoyuyusuan", {"教育": 9, "预算": 5, "鱼": 9})
    ['教育 预算']
    """
    by_sound: dict[str, str] = {}
    for known in sorted(counts, key=lambda one: -counts[one]):
        if len(known) > 1 and (heard := spelled(known)) and heard[:2] in typed:
            by_sound.setdefault(heard, known)
    longest = max(map(len, by_sound), default=0)
    readings: dict[int, list[tuple[str, ...]]] = {0: [()]}
    for start in range(len(typed)):
        for so_far in sorted(readings.pop(start, []), key=len)[:MOST_READINGS]:
            if len(so_far) == MOST_TERMS:
                continue
            for end in range(start + 2, min(start + longest, len(typed)) + 1):
                if term := by_sound.get(typed[start:end], ""):
                    readings.setdefault(end, []).append((*so_far, term))
    whole = sorted(readings.get(len(typed), []), key=lambda terms: (len(terms), -min(counts[t] for t in terms)))
    return [" ".join(terms) for terms in whole[:MOST]]
