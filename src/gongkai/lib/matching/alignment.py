"""Align the measures of a higher office with one's own: kept, changed, dropped or added."""

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.matching import analysis
from gongkai.lib.matching.facts import find_facts, find_places
from gongkai.lib.matching.folding import fold

#: Relation of two measures: passed down unchanged, changed, dropped by the lower office, or added
#: by it.
AlignmentKind = Literal["passed_down", "changed", "dropped", "added"]

MIN_MATCH_SCORE = 0.4
"""Minimum similarity of two measures that count as the same."""
MIN_UNCHANGED_SCORE = 0.8
"""Minimum similarity, with the same numbers and dates, of a measure passed down unchanged."""
MIN_MERGED_SCORE = 0.6
"""Minimum similarity of a remaining measure that counts as merged into a matched one."""
MAX_MEASURES = 3000
"""Maximum number of measures in one notice."""

_LOCAL_WORDS_RE = re.compile(
    "(?:我|全|本|各)(?:省|市|州|区县|县区|区|县|镇|乡)|(?:省|市|州|区|县|镇|乡)(?=政府|委|级|直|人民政府)"
)
_DISCLOSURE_PATH_LABEL_RE = re.compile("公开路径[:：]")
_FACT_KINDS = {"date": "日期", "amount": "数量", "year": "年份", "number": "文号"}
_UNIT_SUFFIX = re.compile(r"[^0-9.]+$")


class MeasurePair(NamedTuple):
    """A measure of the higher notice and its counterpart in the lower one.

    Attributes:
        kind: what the lower notice did with the measure.
        parent: position in the list of the higher notice's measures, None if added.
        child: position in the list of one's own measures, None if dropped.
        score: similarity from 0 to 1; of a measure without counterpart, that of the most similar one.
        differences: Chinese sentences (`list_differences`).
    """

    kind: AlignmentKind
    parent: int | None
    child: int | None
    score: float
    differences: list[str]


def align_measures(parents: Sequence[str], children: Sequence[str], *, names: Iterable[str] = ()) -> list[MeasurePair]:
    """Align the measures of a higher office's notice with one's own.

    A parent can be split and several can be merged: such pairs share their parent or their child.

    Args:
        parents: texts of the higher notice's measures.
        children: texts of one's own.
        names: place names of the two offices, which the comparison ignores (provinces and prefectures are known).

    Returns:
        Pairs in the order of the parents (what was dropped at its place), then what was added, in its order.

    Raises:
        ValueError: more than `MAX_MEASURES` measures on one side.
    """
    if max(len(parents), len(children)) > MAX_MEASURES:
        raise ValueError(f"举措过多：最多 {MAX_MEASURES} 条")
    place_names = tuple(sorted({fold(name) for name in names}, key=lambda name: (-len(name), name)))
    similarities = _compute_similarities(
        [_remove_local_words(text, place_names) for text in parents],
        [_remove_local_words(text, place_names) for text in children],
    )
    chosen = _choose_pairs(similarities)
    matched_parents = {parent for parent, _ in chosen}
    pairs = [
        _make_pair(parents[parent], children[child], parent, child, float(similarities[parent, child]))
        for parent, child in chosen
    ]
    pairs += [
        MeasurePair("dropped", row, None, _get_best_similarity(similarities, row), [])
        for row in range(len(parents))
        if row not in matched_parents
    ]
    pairs.sort(key=lambda pair: (pair.parent or 0, pair.child or 0))
    matched_children = {child for _, child in chosen}
    added = [
        MeasurePair("added", None, row, _get_best_similarity(similarities.T, row), [])
        for row in range(len(children))
        if row not in matched_children
    ]
    return pairs + added


def _get_best_similarity(similarities: NDArray[np.float64], row: int) -> float:
    """Return the highest similarity of the measure in a row of the matrix, 0 if it has no columns."""
    return round(float(similarities[row].max()), 4) if similarities.shape[1] else 0.0


def _remove_local_words(text: str, names: tuple[str, ...]) -> str:
    """Return the folded text without local words, `names` and places."""
    plain = _LOCAL_WORDS_RE.sub("", fold(text))
    for name in (*names, *find_places(plain)):
        plain = plain.replace(name, "")
    return plain


def _compute_similarities(parents: list[str], children: list[str]) -> NDArray[np.float64]:
    """Return the similarity of each parent with each child (0 to 1), weighing rare terms more."""
    terms_of_texts = [_list_measure_terms(text) for text in (*parents, *children)]
    texts_by_term: dict[str, list[int]] = {}
    for number, terms in enumerate(terms_of_texts):
        for term in terms:
            texts_by_term.setdefault(term, []).append(number)
    count = len(parents)
    shared = np.zeros((count, len(children)))
    weight = np.zeros(len(terms_of_texts))
    for numbers in texts_by_term.values():
        rare = float(np.log1p(len(terms_of_texts) / len(numbers)))
        weight[numbers] += rare
        parent_numbers = [number for number in numbers if number < count]
        child_numbers = [number - count for number in numbers if number >= count]
        if parent_numbers and child_numbers:
            shared[np.ix_(parent_numbers, child_numbers)] += rare
    parent_weights, child_weights = weight[:count, None], weight[None, count:]
    with np.errstate(divide="ignore", invalid="ignore"):
        similarities = 0.5 * shared / np.sqrt(parent_weights * child_weights) + 0.5 * shared / parent_weights
    return np.nan_to_num(similarities, nan=0.0, posinf=0.0)


def _list_measure_terms(text: str) -> set[str]:
    """Return the significant terms of a measure, without its publication path."""
    measure = _DISCLOSURE_PATH_LABEL_RE.split(text)[0]
    return {
        term for term in analysis.count_terms_in_text(measure or text) if analysis.is_main_term(term) or term[0] == "_"
    }


def _choose_pairs(scores: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Return pairs (parent, child): the best matches of two unused ones, then those of split and merged measures."""
    chosen: list[tuple[int, int]] = []
    parents: set[int] = set()
    children: set[int] = set()
    rows, columns = np.nonzero(scores >= MIN_MATCH_SCORE)
    for at in np.lexsort((columns, rows, -scores[rows, columns])):
        parent, child = int(rows[at]), int(columns[at])
        if parent not in parents and child not in children:
            chosen.append((parent, child))
            parents.add(parent)
            children.add(child)
    if scores.size:
        split = [(int(scores[:, child].argmax()), child) for child in range(scores.shape[1]) if child not in children]
        merged = [(row, int(scores[row].argmax())) for row in range(scores.shape[0]) if row not in parents]
        chosen += [pair for pair in split if scores[pair] >= MIN_MATCH_SCORE]
        chosen += [pair for pair in merged if scores[pair] >= MIN_MERGED_SCORE and pair not in chosen]
    return chosen


def _make_pair(parent_text: str, child_text: str, parent: int, child: int, score: float) -> MeasurePair:
    """Return the pair, passed down unchanged or changed, with the differences."""
    differing = list_differences(parent_text, child_text)
    kind: AlignmentKind = "passed_down" if score >= MIN_UNCHANGED_SCORE and not differing else "changed"
    return MeasurePair(kind, parent, child, round(score, 4), differing)


def list_differences(parent_text: str, child_text: str) -> list[str]:
    """Return sentences on the dates, years, document numbers and amounts of the higher measure that the lower one
    lacks.

    Amounts are compared by unit; an addition of the lower measure is no difference.
    """
    differences = []
    upper, lower = find_facts(parent_text), find_facts(child_text)
    for kind, name in _FACT_KINDS.items():
        upper_values = [fact.value for fact in upper if fact.kind == kind]
        if kind == "year":  # the year of a date is part of it
            upper_values = [
                year for year in upper_values if all(f.kind != "date" or f.value[:4] != year for f in upper)
            ]
        lower_values = [fact.value for fact in lower if fact.kind == kind]
        if kind == "amount":
            differences += [f"{name}：{sentence}" for sentence in _list_amount_differences(upper_values, lower_values)]
        elif set(upper_values) - set(lower_values):
            missing = "、".join(value for value in upper_values if value not in lower_values)
            instead = "、".join(value for value in lower_values if value not in upper_values)
            differences.append(f"{name}：上级为{missing}，本级{'为' + instead if instead else '没有'}")
    return differences


def _list_amount_differences(parent_amounts: list[str], child_amounts: list[str]) -> list[str]:
    """Return a sentence for each amount of the higher notice that is missing below."""
    sentences = []
    for unit in dict.fromkeys(_get_unit_suffix(value) for value in parent_amounts):
        upper_amounts = [value for value in parent_amounts if _get_unit_suffix(value) == unit]
        lower_amounts = [value for value in child_amounts if _get_unit_suffix(value) == unit]
        missing = [value for value in upper_amounts if value not in lower_amounts]
        if missing:
            instead = [value for value in lower_amounts if value not in upper_amounts]
            sentences.append(f"上级为{'、'.join(missing)}，本级{'为' + '、'.join(instead) if instead else '没有'}")
    return sentences


def _get_unit_suffix(value: str) -> str:
    match = _UNIT_SUFFIX.search(value)
    return match[0] if match else ""
