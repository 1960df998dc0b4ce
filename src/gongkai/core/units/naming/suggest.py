"""Suggest bodies with similar names for an unknown name."""

from gongkai.core.units.models import Body
from gongkai.core.units.naming.catalogue import NameCatalogue
from gongkai.core.units.naming.spelling import LEVEL_CHARACTERS, canonical_stem, clean_name, remove_places
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import SIMILAR_SHAPES

_SIMILARITY_THRESHOLD = 0.34


def _is_subsequence(short: str, long: str) -> bool:
    """Return true if the characters of `short` occur in `long` in the same order."""
    remaining = iter(long)
    return all(char in remaining for char in short)


def get_similarity(typed_stem: str, known_stem: str) -> float:
    """Return the similarity of two stems, 0 to 1.35, by shared characters and pairs.

    Abbreviations score higher, names with another ending lower.
    """
    if not typed_stem or not known_stem:
        return 0.0
    shared_ratio = len(set(typed_stem) & set(known_stem)) * 2 / (len(set(typed_stem)) + len(set(known_stem)))
    asked_pairs, known_pairs = ({word[i : i + 2] for i in range(len(word) - 1)} for word in (typed_stem, known_stem))
    score = 0.6 * shared_ratio + 0.4 * (
        len(asked_pairs & known_pairs) * 2 / max(1, len(asked_pairs) + len(known_pairs))
    )
    if min(len(typed_stem), len(known_stem)) >= 3 and (
        _is_subsequence(typed_stem, known_stem) or _is_subsequence(known_stem, typed_stem)
    ):
        score += 0.35
    return score if typed_stem[-1] == known_stem[-1] else score * 0.8


def _has_other_level(name: str, place: str) -> bool:
    """Return true if a name begins with an administrative level (市, 县) other than that of the place."""
    name_level, place_level = name[:1], place[-1:]
    return (
        bool(name_level and place_level)
        and name_level in LEVEL_CHARACTERS
        and place_level in LEVEL_CHARACTERS
        and name_level != place_level
    )


def suggest_bodies(name: str, government: Body, catalogue: NameCatalogue) -> tuple[Body, ...]:
    """Return at most five existing bodies of this government and those above whose names, or names of bodies merged
    into them, are similar; best first."""
    homes = {government.pk, *(one.pk for one in catalogue.chain(government))}
    places = (*catalogue.above(government), catalogue.places.get(government.pk, ""))
    stem = remove_places(name, places)
    name_spellings = {
        canonical_stem(stem),
        clean_name(stem),
        canonical_stem(stem[1:]) if stem[:1] in LEVEL_CHARACTERS and len(stem) > 3 else "",
    }
    # Skip the many bodies that share almost no characters with the name.
    letters = set(stem)
    min_shared = max(2, (len(letters) + 2) // 3)
    scores: dict[int, float] = {}
    for body in catalogue.bodies.values():
        home = catalogue.government_id_of(body)
        successor = catalogue.successor(body)
        if home not in homes or not catalogue.alive(successor):
            continue
        if home != government.pk and _has_other_level(name, catalogue.places.get(home or 0, "")):
            continue
        body_spellings = [
            spelling for spelling in catalogue.spellings(body) if len(letters.intersection(spelling)) >= min_shared
        ]
        score = max(
            (get_similarity(value, spelling) for value in name_spellings for spelling in body_spellings), default=0
        )
        score *= 1 if home == government.pk else 0.9
        scores[successor.pk] = max(score, scores.get(successor.pk, 0))
    best_pairs = sorted(
        (pair for pair in scores.items() if pair[1] >= _SIMILARITY_THRESHOLD),
        key=lambda one: (-one[1], one[0]),
    )
    return tuple(catalogue.bodies[pk] for pk, _ in best_pairs[:5])


#: Endings of bodies' names; a body with another ending is another body (司法厅 and 司法局, 中学 and 小学).
_ENDINGS_PATTERN = re.compile(
    r"(?:人民政府|政府)?(?:委员会|管委会|办公[室厅]|街道办事处|办事处|[镇乡]人民政府|人民政府|政府"
    r"|[大支总]队|[中小大]学|学校|幼儿园|医院|卫生院|中心|集团|公司|分局|街道|[厅局委办部院所站馆校室镇乡区县市])$"
)
#: Last characters of the place in a unit's name.
_PLACE_ENDINGS = "省市州盟区县旗"
#: A wrong character counts as a slip in names with this many distinguishing characters: 司法局 is not a misspelt 司教局.
_MIN_CHARACTERS_PER_SLIP = 4
#: Characters that distinguish bodies of one kind: 第一中学 and 第二中学, 城东街道 and 城西街道.
_DISTINGUISHING_CHARACTERS = frozenset("一二三四五六七八九十东南西北中上下前后内外新老大小甲乙丙丁高初金银0123456789")


def _split_ending(name: str) -> tuple[str, str]:
    """Return (a unit's name without its ending 局, 委员会, …; the ending or "")."""
    match = _ENDINGS_PATTERN.search(name)
    start = match.start() if match and match.start() else len(name)
    return name[:start], name[start:]


def _is_slip(differing_characters: list[tuple[str, str]], stem: str) -> bool:
    """Return true if these (printed, correct) characters are a misspelling: at most two, few or of similar shape,
    and no numbering (第一, 第二)."""
    if any(
        printed in _DISTINGUISHING_CHARACTERS and correct in _DISTINGUISHING_CHARACTERS
        for printed, correct in differing_characters
    ):
        return False
    unlike_pairs = [
        pair for pair in differing_characters if not any(set(pair) <= set(group) for group in SIMILAR_SHAPES)
    ]
    return len(differing_characters) <= 2 and len(unlike_pairs) * _MIN_CHARACTERS_PER_SLIP <= len(stem)


def describe_misspelling(name: str, similar_bodies: tuple[Body, ...], catalogue: NameCatalogue) -> str:
    """Return the wrong characters if a name misspells one of these bodies, e.g. `“肓”应为“育”`, else "".

    The message contains both characters, which are hard to distinguish on a screen. The place, the level (县) and
    the ending (局) are ignored, because many bodies share them.
    """
    known_names = [
        correct_name
        for body in similar_bodies
        for correct_name in (body.short_name, body.name, *catalogue.spellings(body))
        if correct_name
    ]
    if name[:1] in LEVEL_CHARACTERS and any(
        name[1:] in (correct_name, correct_name[1:]) for correct_name in known_names
    ):
        return ""  # 区财政局 is 财政局 at another level, and no slip of 民政局
    for correct_name in known_names:
        for text in (name, name[1:]):
            if len(text) != len(correct_name) or text == correct_name:
                continue
            right_stem, ending = _split_ending(correct_name)
            stem, printed_ending = _split_ending(text)
            if printed_ending != ending and len(stem) != len(text):
                continue  # a body of another kind
            differing_characters = [pair for pair in zip(text, correct_name, strict=True) if pair[0] != pair[1]]
            if any(printed in LEVEL_CHARACTERS for printed, _ in differing_characters):
                continue  # 县民政局 is another level's, and no slip of 市民政局
            place = next(
                (n for n in range(min(len(right_stem), 12) - 1, 0, -1) if right_stem[n - 1] in _PLACE_ENDINGS), 0
            )
            distinctive_part = right_stem[place:] if printed_ending == ending else correct_name[place:]
            if _is_slip(differing_characters, distinctive_part):
                return "、".join(f"“{printed}”应为“{correct}”" for printed, correct in differing_characters)
    return ""
