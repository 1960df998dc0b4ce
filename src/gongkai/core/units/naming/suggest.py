"""Suggest bodies with similar names for an unknown name."""

from gongkai.core.units.models import Body
from gongkai.core.units.naming.catalogue import Catalogue
from gongkai.core.units.naming.spelling import LEVELS, canonical_stem, clean, without_places

_SIMILARITY_THRESHOLD = 0.34


def _is_subsequence(short: str, long: str) -> bool:
    rest = iter(long)
    return all(char in rest for char in short)


def get_similarity(asked: str, known: str) -> float:
    """Return the similarity of two stems, 0 to 1, by shared characters and pairs.

    Abbreviations score higher, names with another ending lower.
    """
    if not asked or not known:
        return 0.0
    shared = len(set(asked) & set(known)) * 2 / (len(set(asked)) + len(set(known)))
    pairs, others = ({word[i : i + 2] for i in range(len(word) - 1)} for word in (asked, known))
    score = 0.6 * shared + 0.4 * (len(pairs & others) * 2 / max(1, len(pairs) + len(others)))
    if min(len(asked), len(known)) >= 3 and (_is_subsequence(asked, known) or _is_subsequence(known, asked)):
        score += 0.35
    return score if asked[-1] == known[-1] else score * 0.8


def _has_other_level(name: str, place: str) -> bool:
    own, other = name[:1], place[-1:]
    return bool(own and other) and own in LEVELS and other in LEVELS and own != other


def suggest_bodies(name: str, government: Body, catalogue: Catalogue, *, most: int = 5) -> tuple[Body, ...]:
    """Return the most similar bodies of this government and of those above it, best first."""
    homes = {government.pk, *(one.pk for one in catalogue.chain(government))}
    places = (*catalogue.above(government), catalogue.places.get(government.pk, ""))
    stem = without_places(name, places)
    asked = {
        canonical_stem(stem),
        clean(stem),
        canonical_stem(stem[1:]) if stem[:1] in LEVELS and len(stem) > 3 else "",
    }
    # Skip the many bodies that share almost no characters with the name.
    letters = set(stem)
    enough = max(2, (len(letters) + 2) // 3)
    scores: dict[int, float] = {}
    for body in catalogue.bodies.values():
        home = catalogue.home_above(body)
        heir = catalogue.successor(body)
        if home not in homes or not catalogue.alive(heir):
            continue
        if home != government.pk and _has_other_level(name, catalogue.places.get(home or 0, "")):
            continue
        known = [other for other in catalogue.spellings(body) if len(letters.intersection(other)) >= enough]
        score = max((get_similarity(value, other) for value in asked for other in known), default=0)
        score *= 1 if home == government.pk else 0.9
        scores[heir.pk] = max(score, scores.get(heir.pk, 0))
    best = sorted(
        (pair for pair in scores.items() if pair[1] >= _SIMILARITY_THRESHOLD),
        key=lambda one: (-one[1], one[0]),
    )
    return tuple(catalogue.bodies[pk] for pk, _ in best[:most])


#: Maximum number of wrong characters in a misspelt name of equal length.
_MAX_WRONG_CHARACTERS = 2
#: Endings of one field's units at different levels: 省司法厅 is no misspelling of 市司法局.
_LEVEL_ENDINGS = "厅局委办部"


#: Largest share of wrong characters in what distinguishes a unit: of 教育 one may be wrong, 司法 is another unit.
MAX_WRONG_SHARE = 0.5
#: Largest share that is a slip rather than another unit: 林业 is not 农业.
CLEAR_SLIP_SHARE = 1 / 3


def _count_distinguishing(name: str) -> int:
    """Return the number of characters between the place and the ending: 2 in 云岭市教育局."""
    stem = name[max(name.rfind(level) for level in LEVELS) + 1 :] or name
    return len(stem.rstrip(_LEVEL_ENDINGS)) or len(stem)


def describe_misspelling(
    name: str, known: tuple[Body, ...], catalogue: Catalogue, *, share: float = MAX_WRONG_SHARE
) -> str:
    """Return the wrong characters if a name misspells one of these bodies, e.g. `“肓”应为“育”`, else "".

    Similar characters are hard to distinguish on a screen, so they are printed. `share` is the largest
    share of wrong ones among the characters that distinguish the unit.
    """
    spelled = [other for body in known for other in (body.short_name, body.name, *catalogue.spellings(body))]
    if name[:1] in LEVELS and any(name[1:] in (other, other[1:]) for other in spelled):
        return ""  # 区财政局 is 财政局 at another level, and no slip of 民政局
    for other in spelled:
        for text in (name, name[1:]):
            wrong = [pair for pair in zip(text, other, strict=False) if pair[0] != pair[1]]
            if any(
                printed in LEVELS or (printed in _LEVEL_ENDINGS and right in _LEVEL_ENDINGS) for printed, right in wrong
            ):
                continue  # 县民政局 is another level's, and no slip of 市民政局; 设区市 none of 云岭市
            most = min(_MAX_WRONG_CHARACTERS, share * _count_distinguishing(other))
            if len(other) == len(text) and 0 < len(wrong) <= most:
                return "、".join(f"“{printed}”应为“{right}”" for printed, right in wrong)
    return ""
