"""Align the unit cells of a page with its measures by the best fit."""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, islice, pairwise

from gongkai.lib.chinese.characters import HAN
from gongkai.lib.reading.layouts.interleaved.units import LEAD, UnitsReading, split_names

#: Minimum lead of the best score over another reading; otherwise the row is reported as doubtful.
MIN_SCORE_MARGIN = 1.0
#: Minimum improvement of the score by which two cells are read in the reverse of their printed order.
SWAP_MARGIN = 4.5


@dataclass(frozen=True, slots=True)
class AssignedUnitCells:
    """Unit cells assigned to the rows of a page, with the score; a lead of None is that of the row above."""

    leads: tuple[str | None, ...]
    responsibles: tuple[str, ...]
    score: float


def find_best_alignment(
    readings: list[UnitsReading], measures: list[str], items: list[str | None], previous_lead: str | None
) -> tuple[AssignedUnitCells | None, set[int]]:
    """Return (best assignment of units to rows or None, doubtful rows).

    `previous_lead` is the lead at the end of the page before.
    """
    laid = [
        alignment for reading in readings for alignment in _list_alignments(reading, measures, items, previous_lead)
    ]
    if not laid:
        return None, set(range(len(measures)))
    laid.sort(key=lambda one: -one.score)
    swapped = _swap_cells(laid[0], measures, previous_lead)
    best = swapped or laid[0]
    doubted = set(range(len(measures))) if swapped else set()
    doubted |= {
        row
        for other in laid[1:200]
        if best.score - other.score < MIN_SCORE_MARGIN
        for row in range(len(measures))
        if (other.leads[row] or previous_lead, other.responsibles[row])
        != (best.leads[row] or previous_lead, best.responsibles[row])
    }
    return best, doubted


def _swap_cells(best: AssignedUnitCells, measures: list[str], previous_lead: str | None) -> AssignedUnitCells | None:
    """Return the assignment with the first two neighbouring cells exchanged that fit better so, or None."""
    leads = [lead or previous_lead or "" for lead in best.leads]

    def fit(row: int, cell: str) -> float:
        """Return how well a responsible cell fits a row."""
        return _score_responsible(measures[row], cell) + _score_lead(measures[row], leads[row], cell)

    for row in range(len(measures) - 1):
        value, other = best.responsibles[row : row + 2]
        gain = fit(row, other) + fit(row + 1, value) - fit(row, value) - fit(row + 1, other)
        if gain > SWAP_MARGIN:
            cells = (*best.responsibles[:row], other, value, *best.responsibles[row + 2 :])
            return AssignedUnitCells(best.leads, cells, best.score + gain - SWAP_MARGIN)
    return None


def _list_alignments(
    reading: UnitsReading, measures: list[str], items: list[str | None], previous_lead: str | None
) -> list[AssignedUnitCells]:
    """Return the ways to assign the cells of a reading to the measures, each with its score."""
    rows = len(measures)
    leads = [(n, text) for n, (column, text, _) in enumerate(reading.cells) if column == LEAD]
    responsibles = [(n, text) for n, (column, text, _) in enumerate(reading.cells) if column != LEAD]
    if len(responsibles) != rows or len(leads) > rows:
        return []
    mixed = _is_mixed([column for column, _, _ in reading.cells])
    base = -reading.cost + sum(_score_responsible(measures[n], text) for n, (_, text) in enumerate(responsibles))
    names = [text for _, text in responsibles]
    out = []
    for starts in list(islice(combinations(range(rows), len(leads)), 600)):
        score = base - (2.5 if starts[:1] != (0,) and previous_lead is None else 0.0)
        lead_by_row: list[str | None] = [None] * rows
        for number, start in enumerate(starts):
            end = starts[number + 1] if number + 1 < len(starts) else rows
            for row in range(start, end):
                lead_by_row[row] = leads[number][1]
            if mixed:
                cells_before = sum(place < leads[number][0] for place, _ in responsibles)
                score += 0.6 if start <= cells_before <= end else -1.5
        for row in range(rows):
            lead = lead_by_row[row] or previous_lead or ""
            score += _score_lead(measures[row], lead, names[row])
            moved = bool(row) and items[row] != items[row - 1]
            if moved:
                score += 1.5 if row in starts else -1.5
            if row and row not in starts:
                score += 3.0 * _score_likeness(measures[row - 1], measures[row])
            elif row:
                score -= 1.6 * _score_likeness(measures[row - 1], measures[row])
        out.append(AssignedUnitCells(tuple(lead_by_row), tuple(names), score))
    return out


def _is_mixed(columns: list[int]) -> bool:
    """Return true if the lines change between the columns more than once."""
    changes = sum(a != b for a, b in pairwise(columns))
    return changes > 1


@lru_cache(maxsize=20_000)
def _score_responsible(measure: str, cell: str) -> float:
    """Score how well a responsible cell fits a measure, by places and unit names in it."""
    score = 0.0
    local = "本区县" in measure or "区县政府及其" in measure
    if local:
        score += 2.0 if "各区县政府" in cell or "各区" in cell or "各县" in cell or "各乡镇" in cell else -2.0
    if "本部门" in measure and not local:
        score += 1.0 if "部门" in cell else 0.0
        score -= 1.0 if cell == "各区县政府" else 0.0
    if re.search(r"全市|我市|市级|本系统", measure) and not local:
        score -= 1.0 if cell == "各区县政府" else 0.0
    return score + 1.2 * _score_names(measure, cell)


@lru_cache(maxsize=20_000)
def _score_lead(measure: str, lead: str, responsible: str) -> float:
    """Score how well a lead fits a measure and its responsible cell."""
    score = 0.0
    if match := re.match(rf"(?:\d{{1,2}}[．.])?按照(?P<unit>[市省][{HAN}]{{2,10}}?)(?:的)?统一要求", measure):
        score += 3.0 if match["unit"] in lead else -3.0
    if "主办单位" in lead or "承办单位" in responsible:
        score += 3.0 if "主办单位" in lead and "承办单位" in responsible else -4.0
        if "主办单位" in lead:
            score += 1.0 if lead.replace("主办", "承办") == responsible else -2.0
    shared = set(split_names(lead)) & set(split_names(responsible))
    score += 1.0 if shared else 0.0
    score += 0.5 if lead == responsible else 0.0
    score -= 2.5 if re.search(r"各|有关部门|有关单位", lead) else 0.0
    if not shared and not re.search(r"各|有关|成员|承办|中心|学院", responsible):
        score -= 1.0
    return score + 1.2 * _score_names(measure, lead)


@lru_cache(maxsize=20_000)
def _score_names(measure: str, cell: str) -> float:
    """Return 1 if a measure contains the distinctive part of a unit's name in the cell, else 0."""
    for name in split_names(cell):
        core = re.sub(r"^(?:市委|市政府|各|市|区|县)+|(?:局|委|办|厅|部门|政府|中心)+$", "", name)
        if (
            len(core) >= 2
            and core not in ("政府", "有关", "区县")
            and (core in measure or (len(core) > 3 and core[:2] in measure and core[-2:] in measure))
        ):
            return 1.0
    return 0.0


@lru_cache(maxsize=20_000)
def _score_likeness(one: str, other: str) -> float:
    """Return the share of common character pairs, 0 to 1."""
    pairs = [{text[n : n + 2] for n in range(len(text) - 1)} for text in (one[:160], other[:160])]
    return len(pairs[0] & pairs[1]) / max(1, min(map(len, pairs)))


def assign_items(items: list[str], measures: list[str]) -> tuple[list[str | None], set[int]]:
    """Return (heading of each row, by shared words and in order; rows where that is uncertain)."""
    if not items:
        return [None] * len(measures), set()
    if len(items) == 1:
        return [items[0]] * len(measures), set()
    ways = []
    for cut in combinations(range(1, len(measures)), min(len(items), len(measures)) - 1):
        edges = (0, *cut, len(measures))
        score = sum(
            _score_shared_words(items[n], measures[row], measures)
            for n in range(len(edges) - 1)
            for row in range(edges[n], edges[n + 1])
        )
        ways.append((score, edges))
        if len(ways) > 5000:
            break
    ways.sort(key=lambda way: (-way[0], [-edge for edge in way[1]]))  # without a sign a row stays where it was
    best = _spread_items(items, ways[0][1])
    doubted = {
        row
        for score, edges in ways[1:]
        if ways[0][0] - score < MIN_SCORE_MARGIN
        for row, item in enumerate(_spread_items(items, edges))
        if item != best[row]
    }
    return best, doubted if len(items) <= len(measures) else set(range(len(measures)))


def _spread_items(items: list[str], edges: tuple[int, ...]) -> list[str | None]:
    """Return the items repeated over the rows between edges."""
    out: list[str | None] = []
    for n in range(len(edges) - 1):
        out.extend([items[n]] * (edges[n + 1] - edges[n]))
    return out


def _score_shared_words(item: str, measure: str, measures: list[str]) -> float:
    """Score the pairs of characters that an item shares with a measure and few other measures."""
    text = re.sub(r"^（.{1,3}）|[。的和]", "", item)
    score = 0.0
    for n in range(len(text) - 1):
        pair = text[n : n + 2]
        having = sum(pair in other_measure for other_measure in measures)
        if pair in measure and having * 5 <= 3 * len(measures) + 2:
            score += 1.0 / having
    return score
