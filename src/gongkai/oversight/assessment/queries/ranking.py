"""Ranking of a round by first-level indicators, for page, spreadsheet and document."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import partial

from gongkai.core.spreadsheets import Column, Sheet
from gongkai.oversight.assessment.models import Indicator, Round, Scheme
from gongkai.oversight.assessment.queries.scores import Standing
from gongkai.oversight.assessment.queries.trees import tree
from gongkai.oversight.assessment.scoring import part, plain, two
from gongkai.oversight.assessment.states import RoundState

#: Columns before and after the first-level indicators.
_BEFORE = (
    Column("group", "分组", write=lambda one: one.unit.group, width=16),
    Column("place", "名次", write=lambda one: one.place or one.place_told, width=8),
    Column("body", "单位", write=lambda one: one.unit.name, width=30),
)
_BEHIND = (
    Column("base", "基础分", write=lambda one: one.base, width=10),
    Column("bonus", "加分", write=lambda one: two(one.outcome.bonus), width=8),
    Column("deducted", "扣分", write=lambda one: two(one.outcome.deducted), width=8),
    Column("vetoes", "单项否决", write=lambda one: "、".join(one.vetoed_by), width=14),
    Column("total", "得分", write=lambda one: one.score if one.outcome.applies else "—", width=10),
    Column("grade", "等次", write=lambda one: one.grade_told, width=10),
)


@dataclass(frozen=True)
class Top:
    """A first-level indicator with its own code and those below it."""

    indicator: Indicator
    codes: frozenset[str]


def first_level(scheme: Scheme) -> list[Top]:
    """Return the first-level indicators."""
    found: list[tuple[Indicator, set[str]]] = []
    for row in tree(scheme):
        if row.depth == 0:
            found.append((row.indicator, set()))
        found[-1][1].add(row.indicator.code)
    return [Top(indicator, frozenset(codes)) for indicator, codes in found]


def cell(one: Standing, codes: frozenset[str]) -> tuple[str, str]:
    """Return points and maximum of a first-level indicator; a veto is shown by its name."""
    below = [leaf for leaf in one.leaves if leaf.key in codes]
    barred = [code for code in one.outcome.vetoes if code in codes]
    names = [name for code, name in zip(one.outcome.vetoes, one.vetoed_by, strict=True) if code in barred]
    made = part(below, one.outcome)
    if barred and not made.judged:
        return "否决", "、".join(names)
    if not made.judged:
        return ("未评", "") if made.open else ("—", "")
    if not made.of and not made.open:
        return "不适用", ""
    said = [f"否决：{'、'.join(names)}"] if barred else []
    said += [f"满分 {plain(made.of)}"] if made.of else []
    said += [f"未评 {plain(made.open)}"] if made.open else []
    return str(two(made.points)) if made.of else "—", "，".join(said)


def by_group(
    found: Sequence[Standing], tops: Sequence[Top]
) -> list[tuple[str, list[tuple[Standing, list[tuple[str, str]]]]]]:
    """Return the ranking by group, with points of each first-level indicator."""
    groups: dict[str, list[tuple[Standing, list[tuple[str, str]]]]] = {}
    for standing in found:
        groups.setdefault(standing.unit.group, []).append((standing, [cell(standing, top.codes) for top in tops]))
    return list(groups.items())


def ranking_sheet(round_: Round) -> Sheet:
    """Return the spreadsheet columns of a ranking, with round and status."""
    final = round_.state == RoundState.CONFIRMED
    about = (
        Column("round", "考核", write=lambda _: round_.name, width=24),
        Column("span", "考核期", write=lambda _: f"{round_.first}至{round_.until}", width=24),
        Column("state", "结果", write=lambda _: f"{round_.confirmed_on}确定" if final else "尚未最终确定"),
    )
    tops = tuple(
        Column(
            f"top{top.indicator.pk}",
            f"{top.indicator.code} {top.indicator.name}",
            write=partial(_points, top.codes),
            width=14,
        )
        for top in first_level(round_.scheme)
    )
    return Sheet("考核结果", (*_BEFORE, *tops, *_BEHIND, *about))


def _points(codes: frozenset[str], one: Standing) -> object:
    said, more = cell(one, codes)
    try:
        return Decimal(said)
    except InvalidOperation:
        return f"否决：{more}" if said == "否决" else said
