"""`gongkai qa …`: the base of answers (政策咨询问答库) from a spreadsheet, and asking it."""

import json
from pathlib import Path
from typing import Any

import click

from gongkai.cli.django import start
from gongkai.cli.errors import refusing
from gongkai.cli.unit import import_file


@click.group()
def qa() -> None:
    """政策问答库：导入、提问。"""


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
    start()
    from gongkai.acts.action import Refused

    said: dict[str, Any] = refusing(Refused)(_ask)(text.strip()[:2000], in_use, most)
    if as_json:
        click.echo(json.dumps(said, ensure_ascii=False, indent=1))
        return
    words = {"answer": "可以直接答复", "candidates": "可能是以下之一", "hand_over": "请转办"}
    click.echo(f"{words[said['decision']]}{'：' + said['unit'] if said['unit'] else ''}")
    for hit in said["hits"]:
        click.echo(f"- {hit['question']}（{hit['state']}）{'；'.join(hit['why'])}\n  {hit['answer']}")


def _ask(text: str, in_use: bool, most: int) -> dict[str, Any]:
    from gongkai.consultation import recall, routing

    found = recall.recall(text, k=most, drafts=not in_use)
    units = routing.propose(text, k=1)
    unit = found.found[0].answer.body.name if found.found and found.decision == "answer" else ""
    return {
        "decision": found.decision,
        "hits": [
            {
                "id": one.answer.pk,
                "question": one.answer.question,
                "answer": one.answer.answer,
                "score": one.score,
                "why": list(one.why),
                "flags": list(one.flags),
                "state": one.answer.state_label,
                "unit": one.answer.body.name,
            }
            for one in found.found
        ],
        "unit": unit or (units[0][0].name if units else None),
        "why": list(found.why),
    }
