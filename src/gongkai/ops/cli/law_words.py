"""Chinese output and usage errors of `gongkai law`."""

from collections.abc import Mapping

from gongkai.lib.law.figures import SURE_WORDS, UNITS
from gongkai.lib.typed_json import numbers, records, text

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


def _provisional(value: Mapping[str, object]) -> str:
    return "（暂定：所涉年份的放假安排尚未载入）" if value.get("provisional") else ""


def describe_workday(value: Mapping[str, object]) -> str:
    """Return in Chinese if a day is a working day."""
    answer = "是工作日" if value["is_workday"] else "不是工作日"
    reason = text(value, "holiday") + DAY_REASON_LABELS[text(value, "reason")]
    return f"{value['date']} {answer}（{reason}）{_provisional(value)}"


def describe_due(value: Mapping[str, object]) -> str:
    """Return a due date with its steps in Chinese."""
    head = [f"届满日期：{value['due'] or '无'}{_provisional(value)}"]
    if "status" in value:
        head.append(f"状态：{STATUS_LABELS[text(value, 'status')]}")
    for step in records(value, "steps"):
        rule = f"［{step['rule']}］" if "rule" in step else ""
        head.append(f"  {step['date']} {step['text']}{rule}")
    return "\n".join(head)


def describe_remedy(value: Mapping[str, object]) -> str:
    """Return the order of remedies in Chinese."""
    order = "应当先申请行政复议" if value["review_first"] else "可以申请行政复议，也可以直接提起行政诉讼"
    return f"{order}（{value['rule']}）"


def describe_count(value: Mapping[str, object]) -> str:
    """Return a number of working days in Chinese."""
    return f"{value['count']}个工作日{_provisional(value)}"


def describe_fee(value: Mapping[str, object]) -> str:
    """Return a fee in Chinese, line by line."""
    lines = [f"应收{value['yuan']}元（{value['rule']}）"]
    for line in records(value, "lines"):
        price = "逐级递增" if line["price"] is None else f"每件（页）{line['price']}元"
        lines.append(f"  第{line['first']}至{line['last']}：{price}，计{line['yuan']}元")
    return "\n".join(lines)


def describe_verdict(value: Mapping[str, object]) -> str:
    """Return in Chinese if an identifier is valid."""
    why = FAULT_LABELS[text(value, "why")]
    return why if value["valid"] else f"无效：{why}"


def describe_annual(value: Mapping[str, object]) -> str:
    """List the errors of an annual report."""
    errors = records(value, "errors")
    lines = ["勾稽关系正确" if value["ok"] else f"有{len(errors)}处错误"]
    lines += [f"  错误：{fault['message']}" for fault in errors]
    lines += [f"  提示：{fault['message']}" for fault in records(value, "warnings")]
    return "\n".join(lines)


def describe_rules(value: Mapping[str, object]) -> str:
    """List the rule sets with their figures."""
    lines = []
    for record in records(value, "rule_sets"):
        lines.append(f"{record['key']} {record['name']}")
        for figure in records(record, "figures"):
            sure = "本机关设置" if figure["set"] else SURE_WORDS[text(figure, "sure")]
            said = text(figure, "value")
            says = CHOICE_LABELS.get(said) or f"{said}{UNITS[text(figure, 'unit')]}"
            lines.append(f"  {figure['key']} {figure['name']}：{says}（{figure['source']}；{sure}）")
    return "\n".join(lines)


def describe_import(value: Mapping[str, object]) -> str:
    """Describe the result of a calendar import."""
    years = "、".join(f"{year}年" for year in numbers(value, "years"))
    return f"已载入{years}：放假{value['days_off']}天，调休上班{value['makeup_days']}天，写入 {value['file']}"
