"""`gongkai qa`: import the Q&A base (政策咨询问答库), query it, fit its search weights."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import click

from gongkai.ops.cli.django import start_django
from gongkai.ops.cli.errors import report_in_one_line
from gongkai.ops.cli.unit import import_file

if TYPE_CHECKING:
    from gongkai.lib.matching.weight_fitting import FittedWeights


@click.group()
def qa() -> None:
    """政策问答库：导入、提问、改进检索。"""


@qa.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="只预览，不写入")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出")
def import_(file: Path, dry_run: bool, as_json: bool) -> None:
    """从 .xlsx、.xls、.csv 导入问答；导入的是草稿，经初审、签发后对外使用。"""
    import_file("answers", file, dry_run=dry_run, as_json=as_json)


@qa.command()
@click.argument("text")
@click.option("--in-use", is_flag=True, help="只找已签发使用的，不找草稿")
@click.option("-k", "most", default=5, show_default=True, type=click.IntRange(1, 50), help="最多几条")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出")
def ask(text: str, in_use: bool, most: int, as_json: bool) -> None:
    """提问：给出可以直接答复的、供选择的，或者建议转办的单位。"""
    if not text.strip():
        raise click.ClickException("请写明要问什么，如 gongkai qa ask 公租房申请条件")
    start_django()
    from gongkai.core.acts.action import Refused

    reply = report_in_one_line(Refused)(_answer_question)(text.strip()[:2000], in_use, most)
    if as_json:
        click.echo(json.dumps(reply, ensure_ascii=False, indent=1))
        return
    decision_labels = {"answer": "可以直接答复", "candidates": "可能是以下之一", "hand_over": "请转办"}
    click.echo(f"{decision_labels[reply['decision']]}{'：' + reply['unit'] if reply['unit'] else ''}")
    for match in reply["hits"]:
        click.echo(f"- {match['question']}（{match['state']}）{'；'.join(match['why'])}\n  {match['answer']}")


@qa.command()
@click.option("--dry-run", is_flag=True, help="只计算，不采用")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出")
def fit(dry_run: bool, as_json: bool) -> None:
    """用本单位的问答对改进检索：留出三分之一检验，确实更好才采用。"""
    start_django()
    from gongkai.core.acts.action import Refused

    result, was_adopted = report_in_one_line(Refused, ValueError)(_fit_weights)(dry_run)
    if as_json:
        click.echo(json.dumps({**asdict(result), "kept": was_adopted}, ensure_ascii=False, indent=1))
        return
    click.echo(f"问答对{result.pairs}对，其中{result.held}对用于检验。")
    for label, score_before, score_after in (
        ("检验得分（nDCG@10）", result.before.ndcg, result.after.ndcg),
        ("首条命中", result.before.first, result.after.first),
        ("前三条命中", result.before.three, result.after.three),
    ):
        click.echo(f"{label}：{score_before:.3f} → {score_after:.3f}")
    text = "更好" if result.better else "没有更好，权重不变"
    click.echo(text + ("，已采用。" if was_adopted else "，只计算，没有采用。" if result.better else "。"))


def _fit_weights(dry_run: bool) -> "tuple[FittedWeights, bool]":
    """Fit the search weights and, unless it is a dry run, save the fit; return (fit, whether it was adopted)."""
    from gongkai.core.acts.actors import SYSTEM
    from gongkai.work.consultation import actions, search_learning

    fit_result = search_learning.fit_weights()
    is_adopted = fit_result.better and not dry_run
    if not dry_run:
        actions.save_weight_fit(None, by=SYSTEM, found=fit_result)
    return fit_result, is_adopted


class MatchingAnswer(TypedDict):
    """An answer of the Q&A base that matches a question, with reasons (`why`) and warnings (`flags`) in Chinese."""

    id: int
    question: str
    answer: str
    score: float
    why: list[str]
    flags: list[str]
    state: str
    unit: str


class QuestionReply(TypedDict):
    """The reply to a question: decision with reasons (`why`), answers, and the unit that answers or is proposed."""

    decision: str
    hits: list[MatchingAnswer]
    unit: str | None
    why: list[str]


def _answer_question(text: str, in_use: bool, limit: int) -> QuestionReply:
    """Return the reply to a question: decision, at most `limit` answers (drafts unless `in_use`), and the responsible unit."""
    from gongkai.work.consultation import answer_index, queries

    recall_result = answer_index.search_answers(text, k=limit, drafts=not in_use)
    units = queries.propose_units(text, k=1)
    unit = recall_result.found[0].answer.body.name if recall_result.found and recall_result.decision == "answer" else ""
    return {
        "decision": recall_result.decision,
        "hits": [
            {
                "id": match.answer.pk,
                "question": match.answer.question,
                "answer": match.answer.answer,
                "score": match.score,
                "why": list(match.why),
                "flags": list(match.flags),
                "state": match.answer.state_label,
                "unit": match.answer.body.name,
            }
            for match in recall_result.found
        ],
        "unit": unit or (units[0][0].name if units else None),
        "why": list(recall_result.why),
    }
