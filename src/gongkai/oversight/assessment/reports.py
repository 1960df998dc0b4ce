"""Official documents (.docx, .pdf): a unit's report, a round's ranking, a bulletin."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction

from django.utils import timezone

from gongkai.lib.chinese.days import day_in_words
from gongkai.lib.writing.blocks import Block, TableBlock, TextBlock, make_paragraphs
from gongkai.lib.writing.official import IssuedDocument, render_official_docx
from gongkai.oversight.assessment.models import Bulletin, Indicator, Round
from gongkai.oversight.assessment.queries.ranking import (
    FirstLevelIndicator,
    format_first_level_points,
    list_first_level,
)
from gongkai.oversight.assessment.queries.scores import UnitScore, list_standings
from gongkai.oversight.assessment.queries.trees import list_leaves, list_tree_rows
from gongkai.oversight.assessment.scoring import SHARE_WAYS, round_to_cents
from gongkai.oversight.assessment.states import RoundState

#: Maximum length of a reason in the ranking; the unit's own report has it in full.
MAX_REASON_CHARACTERS = 60
DocumentRenderer = Callable[[IssuedDocument], bytes]


def render_docx(document: IssuedDocument) -> bytes:
    """Render a document as .docx."""
    return render_official_docx(document, lambda mark: None)


def render_pdf(document: IssuedDocument) -> bytes:
    """Render a document as .pdf."""
    from gongkai.lib.writing.pdf import render_official_pdf  # slow import

    return render_official_pdf(document, lambda mark: None)


RENDERERS: dict[str, DocumentRenderer] = {"docx": render_docx, "pdf": render_pdf}


def compose_unit_report(standing: UnitScore, unit_count: int) -> IssuedDocument:
    """Return a unit's report with rank, points and findings of every indicator.

    Args:
        standing: score and rank of the unit.
        unit_count: number of units in its group.
    """
    round_ = standing.unit.round
    final = round_.state == RoundState.CONFIRMED
    head = [
        f"按照“{round_.scheme.name}”指标体系（第{round_.scheme.edition}版），对{standing.unit.name}"
        f"{day_in_words(round_.first)}至{day_in_words(round_.until)}的政务公开工作进行了考核。",
        _describe_result(standing, unit_count) + ("" if final else "本结果尚未最终确定。"),
        f"其中基础分{standing.base}分，加分{round_to_cents(standing.outcome.bonus)}分，扣分{round_to_cents(standing.outcome.deducted)}分。"
        + _describe_scaling(standing)
        + (f"触发单项否决：{'、'.join(standing.vetoed_by)}。" if standing.outcome.vetoes else ""),
    ]
    rows: list[tuple[str, ...]] = [("编号", "指标", "分值", "得分", "评分情况")]
    rows += [_make_indicator_row(standing, branch.indicator) for branch in list_tree_rows(round_.scheme) if branch.leaf]
    weak = [
        f"{leaf.name}：得{standing.format_points(leaf)}分（分值{leaf.points.normalize():f}）。"
        for leaf in standing.weak
    ]
    blocks: list[Block] = [
        *(TextBlock(line) for line in head),
        TextBlock("一、评分明细", 1),
        TableBlock(tuple(rows), 1),
    ]
    if weak:
        blocks += [
            TextBlock("二、需要改进的方面", 1),
            *(TextBlock(f"{place}. {line}") for place, line in enumerate(weak, 1)),
        ]
    title = f"{standing.unit.name}\n{round_.year}年度政务公开考核结果报告"
    return IssuedDocument(title, (round_.office.name,), "", blocks, made_on=round_.confirmed_on or timezone.localdate())


def _describe_result(standing: UnitScore, unit_count: int) -> str:
    """Return the sentence on a unit's score, grade and rank, or why it has none yet."""
    if standing.outcome.vetoes and not standing.missing:
        return f"得分{standing.score}分；被单项否决（{'、'.join(standing.vetoed_by)}），等次为{standing.grade}，不参加排名。"
    if not standing.outcome.applies:
        return f"各项指标对{standing.unit.name}都不适用，不评分，不参加排名。"
    if not standing.missing:
        place = (
            f"在“{standing.unit.group}”{unit_count}个单位中列第{standing.place}位"
            if standing.place
            else f"“{standing.unit.group}”还有单位没有评完，暂不定名次"
        )
        return f"得分{standing.score}分，等次为{standing.grade}，{place}。"
    names = "、".join(f"{leaf.code} {leaf.name}" for leaf in standing.missing)
    score_so_far = f"已评项目得分{standing.score}分（{standing.so_far_of}）；" if standing.has_score else ""
    return f"{score_so_far}还有{len(standing.missing)}项没有评分（{names}），暂不定等次和名次。"


def _describe_scaling(standing: UnitScore) -> str:
    """Return the formula of a scaled base score (points × maximum ÷ applicable maximum); "" if nothing is scaled."""
    if standing.missing:
        return ""
    shared = [leaf for leaf in list_leaves(standing.unit.round.scheme) if leaf.way in SHARE_WAYS]
    total_points = sum((leaf.points for leaf in shared), Decimal(0))
    applying = sum((leaf.points for leaf in shared if standing.outcome.lines[leaf.code].applies), Decimal(0))
    if total_points == applying or not applying:
        return ""
    return (
        f"不适用的指标不计，其余按比例折算：各项合计{round_to_cents(standing.outcome.got)}分×{total_points.normalize():f}÷{applying.normalize():f}"
        f"＝基础分{round_to_cents(standing.outcome.base)}分。"
    )


def _make_indicator_row(standing: UnitScore, leaf: Indicator) -> tuple[str, ...]:
    text = "；".join(mark.words for mark in standing.marks if mark.indicator_id == leaf.pk and mark.words)[:160]
    return (leaf.code, leaf.name, f"{leaf.points.normalize():f}", standing.format_points(leaf), text or "—")


def _format_score(standing: UnitScore) -> str:
    """Return the score (with the possible score so far if some is missing), or “—”."""
    if not standing.has_score:
        return "—"
    return f"{standing.score}（{standing.so_far_of}）" if standing.missing else str(standing.score)


#: Maximum number of first-level indicators in one table; more would make columns too narrow.
MAX_INDICATORS_PER_TABLE = 5


def compose_ranking(round_: Round) -> IssuedDocument:
    """Return the ranking of a round by group, with the reasons for lost points."""
    standings = list_standings(round_)
    tops = list_first_level(round_.scheme)
    share = f"{round_.scheme.share.normalize():f}"
    blocks: list[Block] = [
        TextBlock(
            f"考核期为{day_in_words(round_.first)}至{day_in_words(round_.until)}，按“{round_.scheme.name}”指标体系"
            f"（第{round_.scheme.edition}版）共考核{len(standings)}个单位；政务公开在绩效考核中占{share}%。"
            + ("" if round_.state == RoundState.CONFIRMED else "本结果尚未最终确定。")
        )
    ]
    for group in dict.fromkeys(standing.unit.group for standing in standings):
        own = [standing for standing in standings if standing.unit.group == group]
        blocks += [
            TextBlock(f"{group}", 1),
            TableBlock(
                (
                    ("名次", "单位", "得分", "等次", "单项否决"),
                    *(
                        (
                            standing.rank_text,
                            standing.unit.name,
                            _format_score(standing),
                            standing.grade_text,
                            "、".join(standing.vetoed_by) or "—",
                        )
                        for standing in own
                    ),
                ),
                1,
            ),
            TextBlock(f"{group}各项指标得分", 2),
            *_make_indicator_tables(own, tops),
            TextBlock(f"{group}扣分、失分情况", 2),
            *(TextBlock(_describe_lost_points(standing)) for standing in own),
        ]
    return IssuedDocument(
        f"{round_.name}结果", (round_.office.name,), "", blocks, made_on=round_.confirmed_on or timezone.localdate()
    )


def _make_indicator_tables(own_standings: Sequence[UnitScore], tops: Sequence[FirstLevelIndicator]) -> list[Block]:
    """Return tables of the units' points, each with up to MAX_INDICATORS_PER_TABLE first-level indicators."""
    tables: list[Block] = []
    for start in range(0, len(tops), MAX_INDICATORS_PER_TABLE):
        some = tops[start : start + MAX_INDICATORS_PER_TABLE]
        heads = [f"{top.indicator.name}（{_describe_weight(top)}）" for top in some]
        rows = [
            (standing.unit.name, *(format_first_level_points(standing, top.codes)[0] for top in some))
            for standing in own_standings
        ]
        tables.append(TableBlock((("单位", *heads), *rows), 1))
    return tables


def _describe_weight(top: FirstLevelIndicator) -> str:
    """Return how much a first-level indicator counts: 否决, or its points."""
    way = top.indicator.way
    if way == "veto":
        return "否决"
    most = f"{top.indicator.points.normalize():f}分"
    return f"最多{most}" if way in {"bonus", "deduction"} else most


def _describe_lost_points(standing: UnitScore) -> str:
    """Return the sentence on a unit's vetoes, deductions and lost points with their reasons."""
    texts = [f"单项否决：{'、'.join(standing.vetoed_by)}"] if standing.outcome.vetoes else []
    for leaf in list_leaves(standing.unit.round.scheme):
        line = standing.outcome.lines[leaf.code]
        text = "，".join(
            mark.words.rstrip("。") for mark in standing.marks if mark.indicator_id == leaf.pk and mark.words
        )
        if leaf.way == "deduction" and line.judged:
            texts.append(f"{leaf.name}扣{round_to_cents(line.points)}分（{text[:MAX_REASON_CHARACTERS]}）")
        elif line.share is not None and line.points < leaf.points:
            texts.append(
                f"{leaf.name}失{round_to_cents(Fraction(leaf.points) - line.points)}分（{text[:MAX_REASON_CHARACTERS] or '没有说明'}）"
            )
    return f"{standing.unit.name}：{'；'.join(texts) or '没有失分'}。"


def compose_bulletin(bulletin: Bulletin) -> IssuedDocument:
    """Return a bulletin as an official document, marked as draft until issued."""
    names = "、".join(unit.name for unit in bulletin.units.all())
    blocks = list(make_paragraphs(bulletin.text))
    if names:
        blocks.append(TextBlock(f"通报的单位：{names}。"))
    if bulletin.persons:
        blocks.append(TextBlock(f"通报的个人：{bulletin.persons}。"))
    return IssuedDocument(
        bulletin.title,
        (bulletin.body.name,),
        bulletin.number,
        blocks,
        made_on=bulletin.issued_on or timezone.localdate(),
        notice="" if bulletin.issued_on else "草稿",
    )
