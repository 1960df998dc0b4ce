"""`gongkai law`: statutory calculations; options and Chinese output over `gongkai.lib.law.commands`."""

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO, TypeVar

import click

from gongkai.lib.law import LawError, values
from gongkai.lib.law.calendar import CALENDAR_VARIABLE
from gongkai.lib.law.calendar_import import import_year
from gongkai.lib.law.commands import run_law_command, run_lines, split_event
from gongkai.lib.law.errors import describe_os_error
from gongkai.lib.law.figures import CERTAINTY_LABELS, UNIT_LABELS
from gongkai.lib.law.rules import build_rule_sets
from gongkai.lib.typed_json import read_numbers, read_records, read_text
from gongkai.ops.cli.chinese_commands import ChineseGroup, help_alone
from gongkai.ops.cli.errors import report_in_one_line

#: Reason of a day's kind → label.
DAY_REASON_LABELS = {"weekday": "工作日", "makeup": "调休上班", "holiday": "放假", "weekend": "周末"}
#: Status of a due date → label.
STATUS_LABELS = {
    "running": "正在办理",
    "paused": "停止计算期限",
    "overdue": "已经逾期",
    "abandoned": "视为放弃申请",
    "closed_in_time": "按期答复",
    "closed_late": "逾期答复",
    "closed_early": "未满最短期限",
}
#: Fault of an identifier → label.
FAULT_LABELS = {
    "ok": "有效",
    "form": "格式不符",
    "region": "行政区划代码有误",
    "birth_date": "出生日期有误",
    "check": "校验码不符",
}
#: Choice after a supplement → label.
CHOICE_LABELS = {"restart": "重新起算", "resume": "继续计算"}


def _get_provisional_note(value: Mapping[str, object]) -> str:
    return "（暂定：所涉年份的放假安排尚未载入）" if value.get("provisional") else ""


def describe_workday(value: Mapping[str, object]) -> str:
    """Return in Chinese whether a day is a working day, with the reason, and if it is provisional."""
    answer = "是工作日" if value["is_workday"] else "不是工作日"
    reason = read_text(value, "holiday") + DAY_REASON_LABELS[read_text(value, "reason")]
    return f"{value['date']} {answer}（{reason}）{_get_provisional_note(value)}"


def describe_due(value: Mapping[str, object]) -> str:
    """Return a due date in Chinese with its status, if given, and its steps with their rules."""
    lines = [f"届满日期：{value['due'] or '无'}{_get_provisional_note(value)}"]
    if "status" in value:
        lines.append(f"状态：{STATUS_LABELS[read_text(value, 'status')]}")
    for step in read_records(value, "steps"):
        rule = f"［{step['rule']}］" if "rule" in step else ""
        lines.append(f"  {step['date']} {step['text']}{rule}")
    return "\n".join(lines)


def describe_remedy(value: Mapping[str, object]) -> str:
    """Return in Chinese whether a review must be applied for before a lawsuit, with the rule."""
    order = "应当先申请行政复议" if value["review_first"] else "可以申请行政复议，也可以直接提起行政诉讼"
    return f"{order}（{value['rule']}）"


def describe_count(value: Mapping[str, object]) -> str:
    """Return a number of working days in Chinese, and if it is provisional."""
    return f"{value['count']}个工作日{_get_provisional_note(value)}"


def describe_fee(value: Mapping[str, object]) -> str:
    """Return a fee in Chinese with its rule, then each tier with its price."""
    lines = [f"应收{value['yuan']}元（{value['rule']}）"]
    for line in read_records(value, "lines"):
        price = "逐级递增" if line["price"] is None else f"每件（页）{line['price']}元"
        lines.append(f"  第{line['first']}至{line['last']}：{price}，计{line['yuan']}元")
    return "\n".join(lines)


def describe_verdict(value: Mapping[str, object]) -> str:
    """Return in Chinese whether an identifier is valid, and its kind or the fault."""
    why = FAULT_LABELS[read_text(value, "why")]
    return why if value["valid"] else f"无效：{why}"


def describe_annual(value: Mapping[str, object]) -> str:
    """Return the errors and warnings of an annual report's sums in Chinese, a line each."""
    errors = read_records(value, "errors")
    lines = ["勾稽关系正确" if value["ok"] else f"有{len(errors)}处错误"]
    lines += [f"  错误：{fault['message']}" for fault in errors]
    lines += [f"  提示：{fault['message']}" for fault in read_records(value, "warnings")]
    return "\n".join(lines)


def describe_rules(value: Mapping[str, object]) -> str:
    """Return the rule sets with their figures, sources and certainty in Chinese."""
    lines = []
    for record in read_records(value, "rule_sets"):
        lines.append(f"{record['key']} {record['name']}")
        for figure in read_records(record, "figures"):
            sure = "本机关设置" if figure["set"] else CERTAINTY_LABELS[read_text(figure, "sure")]
            text = read_text(figure, "value")
            says = CHOICE_LABELS.get(text) or f"{text}{UNIT_LABELS[read_text(figure, 'unit')]}"
            lines.append(f"  {figure['key']} {figure['name']}：{says}（{figure['source']}；{sure}）")
    return "\n".join(lines)


def describe_import(value: Mapping[str, object]) -> str:
    """Return in Chinese the years, the numbers of days and the file of a calendar import."""
    years = "、".join(f"{year}年" for year in read_numbers(value, "years"))
    return f"已载入{years}：放假{value['days_off']}天，调休上班{value['makeup_days']}天，写入 {value['file']}"


@click.group(cls=ChineseGroup, invoke_without_command=True)
@click.pass_context
def law(ctx: click.Context) -> None:
    """法定期限、费用、证件号码、年报勾稽的计算。"""
    help_alone(ctx)


T = TypeVar("T")
as_json = click.option("--json", "as_json", is_flag=True, help="输出 JSON")
event_option = click.option("--event", "events", multiple=True, metavar="KIND:DATE[:VALUE]", help="事项，可多次给出")
rules_option = click.option("--rules", metavar="FILE", help="规定的变动（TOML），只用于这一次计算")


def emit(value: T, as_json: bool, in_words: Callable[[T], str]) -> None:
    """Print a result as one JSON value, or as text made by `in_words`."""
    if as_json:
        sys.stdout.buffer.write(values.dumps(value) + b"\n")
    else:
        click.echo(in_words(value))


@law.command("workday")
@click.argument("date")
@as_json
@report_in_one_line(LawError)
def workday(date: str, as_json: bool) -> None:
    """DATE 是不是工作日。"""
    emit(run_law_command("workday", {"date": date}), as_json, describe_workday)


@law.command("add-workdays")
@click.argument("date")
@click.argument("n")
@as_json
@report_in_one_line(LawError)
def add_workdays(date: str, n: str, as_json: bool) -> None:
    """DATE 之后第 N 个工作日（当日不计）。"""
    emit(run_law_command("add-workdays", {"date": date, "n": n}), as_json, describe_due)


@law.command("workdays-between")
@click.argument("a")
@click.argument("b")
@as_json
@report_in_one_line(LawError)
def workdays_between(a: str, b: str, as_json: bool) -> None:
    """A 之后至 B（含当日）的工作日数。"""
    emit(run_law_command("workdays-between", {"a": a, "b": b}), as_json, describe_count)


@law.command("foi-due")
@click.option("--received", required=True, metavar="DATE", help="收到申请之日（条例第三十一条）")
@click.option("--today", metavar="DATE", help="计算状态的日期，默认今天")
@event_option
@rules_option
@as_json
@report_in_one_line(LawError)
def foi_due(received: str, today: str | None, events: tuple[str, ...], rules: str | None, as_json: bool) -> None:
    """依申请公开的答复期限。"""
    emit(
        run_law_command("foi-due", {"received": received, **_make_due_arguments(today, events, rules)}),
        as_json,
        describe_due,
    )


@law.command("due")
@click.argument("key")
@click.option("--start", required=True, metavar="DATE", help="起算之日：收到、公布、形成、知道等")
@click.option("--today", metavar="DATE", help="计算状态的日期，默认今天")
@event_option
@rules_option
@as_json
@report_in_one_line(LawError)
def due(key: str, start: str, today: str | None, events: tuple[str, ...], rules: str | None, as_json: bool) -> None:
    """KEY 一类事项的期限，按起算之日的规定；KEY 见 law rules。"""
    emit(
        run_law_command("due", {"key": key, "start": start, **_make_due_arguments(today, events, rules)}),
        as_json,
        describe_due,
    )


def _make_due_arguments(today: str | None, events: tuple[str, ...], rules: str | None) -> dict[str, object]:
    optional = {"today": today, "rules": rules}
    args: dict[str, object] = {name: value for name, value in optional.items() if value is not None}
    return args | {"events": [split_event(event) for event in events]}


@law.command("remedies")
@click.option("--replied", required=True, metavar="DATE", help="作出答复之日")
@click.option("--result", required=True, metavar="RESULT", help="refused 不予公开，not_held 本机关不掌握")
@as_json
@report_in_one_line(LawError)
def remedies(replied: str, result: str, as_json: bool) -> None:
    """对答复不服，是否应先申请行政复议。"""
    emit(run_law_command("remedies", {"replied": replied, "result": result}), as_json, describe_remedy)


@law.command("fee-items")
@click.argument("before", metavar="COUNT_THIS_MONTH_BEFORE")
@click.argument("new")
@as_json
@report_in_one_line(LawError)
def fee_items(before: str, new: str, as_json: bool) -> None:
    """按件计收的信息处理费。"""
    emit(run_law_command("fee-items", {"before": before, "new": new}), as_json, describe_fee)


@law.command("fee-pages")
@click.argument("pages")
@as_json
@report_in_one_line(LawError)
def fee_pages(pages: str, as_json: bool) -> None:
    """按量（页）计收的信息处理费。"""
    emit(run_law_command("fee-pages", {"pages": pages}), as_json, describe_fee)


@law.command("check-id")
@click.argument("id_number", metavar="ID")
@as_json
@report_in_one_line(LawError)
def check_id(id_number: str, as_json: bool) -> None:
    """核对居民身份证号码。"""
    emit(run_law_command("check-id", {"id": id_number}), as_json, describe_verdict)


@law.command("check-credit-code")
@click.argument("code")
@as_json
@report_in_one_line(LawError)
def check_credit_code(code: str, as_json: bool) -> None:
    """核对统一社会信用代码。"""
    emit(run_law_command("check-credit-code", {"code": code}), as_json, describe_verdict)


@law.command("check-annual")
@click.argument("file")
@as_json
@report_in_one_line(LawError)
def check_annual(file: str, as_json: bool) -> None:
    """核对政府信息公开工作年度报告的勾稽关系。"""
    emit(run_law_command("check-annual", {"file": file}), as_json, describe_annual)


@law.command("doc-number")
@click.argument("text")
@as_json
@report_in_one_line(LawError)
def doc_number(text: str, as_json: bool) -> None:
    """找出文字中的发文字号。"""
    emit(run_law_command("doc-number", {"text": text}), as_json, "\n".join)


@law.command("rules")
@as_json
@report_in_one_line(LawError)
def rules(as_json: bool) -> None:
    """列出期限规则：数值、出处、是否核对过原文、可否由本机关设置。"""
    emit({"rule_sets": [rule_set.as_dict() for rule_set in build_rule_sets().values()]}, as_json, describe_rules)


@law.command("calendar-import")
@click.argument("file")
@click.option("--output", metavar="FILE", help=f"写入的日历文件，默认为环境变量 {CALENDAR_VARIABLE} 所指")
@as_json
@report_in_one_line(LawError)
def calendar_import(file: str, output: str | None, as_json: bool) -> None:
    """载入新一年的放假安排（通知全文 .txt，或日历表 .toml）。"""
    target = output or os.environ.get(CALENDAR_VARIABLE, "")
    if not target:
        raise LawError(f"请用 --output 或环境变量 {CALENDAR_VARIABLE} 指明写入哪个日历文件")
    emit(import_year(Path(file), Path(target)), as_json, describe_import)


@law.command("batch")
@click.argument("file")
@as_json
@report_in_one_line(LawError)
def batch(file: str, as_json: bool) -> None:
    """逐行执行 FILE.jsonl 中的命令（- 为标准输入），逐行输出 JSON。"""
    if file == "-":
        return write_lines(sys.stdin.buffer, flush=True)
    try:
        with open(file, "rb") as source:
            write_lines(source)
    except OSError as error:
        raise LawError(f"不能读取文件 {file}：{describe_os_error(error)}") from error


def write_lines(source: BinaryIO, *, flush: bool = False) -> None:
    """Run each line of the input as a command, and write its JSON result; `flush`: after each line.

    Stop if the reader closes the pipe.
    """
    out = sys.stdout.buffer
    try:
        for line in run_lines(source):
            out.write(line + b"\n")
            if flush:
                out.flush()
        out.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
