"""Papers: a unit's report, the ranking of a round, a bulletin; in the layout of official documents, as .docx and .pdf."""

from collections.abc import Callable
from decimal import Decimal

from django.utils import timezone

from gongkai.assessment.models import Bulletin, Indicator, Round
from gongkai.assessment.queries.scores import Standing, standings
from gongkai.assessment.queries.trees import leaves_of, tree
from gongkai.assessment.scoring import SHARED, two
from gongkai.assessment.states import RoundState
from gongkai.chinese.days import day_in_words
from gongkai.writing.blocks import Block, Grid, Text, paragraphs
from gongkai.writing.official import Issued, official_docx
from gongkai.writing.pdf import official_pdf

Write = Callable[[Issued], bytes]


def docx(made: Issued) -> bytes:
    """Return a paper as .docx."""
    return official_docx(made, lambda mark: None)


def pdf(made: Issued) -> bytes:
    """Return a paper as .pdf."""
    return official_pdf(made, lambda mark: None)


FORMS: dict[str, Write] = {"docx": docx, "pdf": pdf}


def unit_report(one: Standing, of: int) -> Issued:
    """Return a unit's report: total, place, every indicator with its points and what was found, what to mend.

    Args:
        one: the unit's standing.
        of: how many units its group has.
    """
    round_ = one.unit.round
    final = round_.state == RoundState.CONFIRMED
    head = [
        f"按照“{round_.scheme.name}”指标体系（第{round_.scheme.edition}版），对{one.unit.body.name}"
        f"{day_in_words(round_.first)}至{day_in_words(round_.until)}的政务公开工作进行了考核。",
        _result(one, of) + ("" if final else "本结果尚未最终确定。"),
        f"其中基础分{one.base}分，加分{two(one.outcome.bonus)}分，扣分{two(one.outcome.deducted)}分。"
        + _stretched(one)
        + (f"触发单项否决：{'、'.join(one.vetoed_by)}。" if one.outcome.vetoes else ""),
    ]
    rows: list[tuple[str, ...]] = [("编号", "指标", "分值", "得分", "评分情况")]
    weak = []
    for branch in tree(round_.scheme):
        leaf = branch.indicator
        if branch.leaf:
            rows.append(_row(one, leaf))
            line = one.outcome.lines[leaf.code]
            if line.share is not None and line.points < line_half(leaf):
                weak.append(f"{leaf.name}：得{two(line.points)}分（分值{leaf.points.normalize():f}）。")
    blocks: list[Block] = [*(Text(line) for line in head), Text("一、评分明细", 1), Grid(tuple(rows), 1)]
    if weak:
        blocks += [
            Text("二、需要改进的方面", 1),
            *(Text(f"{place}. {line}") for place, line in enumerate(weak, 1)),
        ]
    title = f"{one.unit.body.name}\n{round_.year}年度政务公开考核结果报告"
    return Issued(
        title, (round_.office.name,), "", blocks, made_on=round_.confirmed_on or timezone.localdate()
    )


def _result(one: Standing, of: int) -> str:
    """Return the sentence of the total; of what is not judged to its end neither grade nor place."""
    if not one.missing:
        place = (
            f"在“{one.unit.group}”{of}个单位中列第{one.place}位"
            if one.place
            else f"“{one.unit.group}”还有单位没有评完，暂不定名次"
        )
        return f"得分{one.score}分，等次为{one.grade}，{place}。"
    names = "、".join(f"{leaf.code} {leaf.name}" for leaf in one.missing)
    return f"已评项目得分{one.score}分（{one.so_far_of}）；还有{len(one.missing)}项没有评分（{names}），暂不定等次和名次。"


def _stretched(one: Standing) -> str:
    """Return how the base follows from the rows, where something does not apply: got × whole ÷ applying; nothing till all is judged."""
    if one.missing:
        return ""
    shared = [leaf for leaf in leaves_of(one.unit.round.scheme) if leaf.way in SHARED]
    whole = sum((leaf.points for leaf in shared), Decimal(0))
    applying = sum((leaf.points for leaf in shared if one.outcome.lines[leaf.code].applies), Decimal(0))
    if whole == applying or not applying:
        return ""
    return (
        f"不适用的指标不计，其余按比例折算：各项合计{two(one.outcome.got)}分×{whole.normalize():f}÷{applying.normalize():f}"
        f"＝基础分{two(one.outcome.base)}分。"
    )


def line_half(leaf: Indicator) -> Decimal:
    """Return the points below which an indicator is called weak: six tenths."""
    return leaf.points * Decimal("0.6")


def _row(one: Standing, leaf: Indicator) -> tuple[str, ...]:
    line = one.outcome.lines[leaf.code]
    words = "；".join(mark.words for mark in one.marks if mark.indicator_id == leaf.pk and mark.words)[:160]
    got = (
        "未评"
        if leaf in one.missing
        else "不适用"
        if not line.applies
        else ("否决" if line.judged else "—")
        if leaf.way == "veto"
        else str(two(line.points))
    )
    return (leaf.code, leaf.name, f"{leaf.points.normalize():f}", got, words or "—")


def _score(one: Standing) -> str:
    return f"{one.score}（{one.so_far_of}）" if one.missing else str(one.score)


def ranking(round_: Round) -> Issued:
    """Return the ranking of a round, group by group."""
    found = standings(round_)
    blocks: list[Block] = [
        Text(
            f"考核期为{day_in_words(round_.first)}至{day_in_words(round_.until)}，共考核{len(found)}个单位。"
            + ("" if round_.state == RoundState.CONFIRMED else "本结果尚未最终确定。")
        )
    ]
    for group in dict.fromkeys(one.unit.group for one in found):
        rows = [("名次", "单位", "得分", "等次")]
        rows += [
            (one.place_told, one.unit.body.name, _score(one), one.grade_told)
            for one in found
            if one.unit.group == group
        ]
        blocks += [Text(f"{group}", 1), Grid(tuple(rows), 1)]
    return Issued(
        f"{round_.name}结果",
        (round_.office.name,),
        "",
        blocks,
        made_on=round_.confirmed_on or timezone.localdate(),
    )


def letter(bulletin: Bulletin) -> Issued:
    """Return a bulletin as it is issued."""
    names = "、".join(one.name for one in bulletin.units.all())
    blocks = list(paragraphs(bulletin.text))
    if names:
        blocks.append(Text(f"通报的单位：{names}。"))
    if bulletin.persons:
        blocks.append(Text(f"通报的个人：{bulletin.persons}。"))
    return Issued(
        bulletin.title,
        (bulletin.body.name,),
        bulletin.number,
        blocks,
        made_on=bulletin.issued_on or timezone.localdate(),
        notice="" if bulletin.issued_on else "草稿",
    )
