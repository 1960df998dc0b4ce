"""The `gongkai law` commands as functions from arguments to JSON values."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time
from typing import Any, BinaryIO

from gongkai.lib.chinese.days import BEIJING, as_day, day_in_words, today
from gongkai.lib.chinese.document_numbers import find_numbers
from gongkai.lib.chinese.identity import check_credit_code, check_identity_number
from gongkai.lib.law import values
from gongkai.lib.law.annual import check_annual_report
from gongkai.lib.law.calendar import default_calendar
from gongkai.lib.law.changes import NO_CHANGES, read_changes_file
from gongkai.lib.law.due_dates import compute_deadline as count_deadline
from gongkai.lib.law.errors import LawError, describe_os_error
from gongkai.lib.law.fees import FEE_SOURCE, ProcessingFee, compute_item_fee, compute_page_fee
from gongkai.lib.law.figures import list_figures_with_history
from gongkai.lib.law.records import Event
from gongkai.lib.law.remedies import REMEDY_RESULTS, find_remedy
from gongkai.lib.law.rules import RULE_SETS, RuleSet
from gongkai.lib.law.values import parse_date, parse_whole, quote_value
from gongkai.lib.law.workdays import add_workdays, count_workdays_between

#: A value that JSON can express.
Json = Any
#: Maximum size of a report file; bounds the work on a wrong file.
MAX_REPORT_BYTES = 16 * 1024 * 1024
_EVENT_KEYS = {"date", "kind", "value"}
#: Roles of a request's events that the command accepts (its contract); withdrawal and reopening belong to the ledger.
_ACCEPTED_ROLES = {"begin", "end", "extend", "close"}


def read_text_argument(value: object, name: str) -> str:
    """Return an argument as text.

    Raises:
        LawError: neither a text nor a whole number.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise LawError(f"参数 {name} 应为文字或整数，不能读取{quote_value(value)}")


def describe_day(date: str) -> Json:
    """Return whether a day is a working day, its kind and the name of its holiday."""
    calendar, day = default_calendar(), parse_date(date)
    result = {"date": date, "is_workday": calendar.is_workday(day), "reason": calendar.get_kind(day)}
    name = calendar.holiday_name(day)
    result |= {"holiday": name} if name and result["reason"] == "holiday" else {}
    return result | _format_provisional_flag(not calendar.covers(day, day))


def find_working_day(date: str, n: str) -> Json:
    """Return the n-th working day after a day."""
    result = add_workdays(parse_date(date), parse_whole(n, "工作日数", least=1), default_calendar())
    steps = [{"date": step.on.isoformat(), "text": step.text} for step in result.steps]
    return {"due": result.due.isoformat(), "steps": steps} | _format_provisional_flag(result.provisional)


def count_working_days(a: str, b: str) -> Json:
    """Return the number of working days after a up to and including b."""
    calendar, after, upto = default_calendar(), parse_date(a), parse_date(b)
    count = count_workdays_between(after, upto, calendar)
    is_covered = after == upto or calendar.covers(after.fromordinal(after.toordinal() + 1), upto)
    return {"count": count} | _format_provisional_flag(not is_covered)


def _format_provisional_flag(flag: bool) -> dict[str, bool]:
    return {"provisional": True} if flag else {}


# -- information requests ---------------------------------------------------------------------------------------------


def compute_request_due(received: str, events: object = (), **optional: str) -> Json:
    """Return the reply date of an information request (政府信息公开申请), as `compute_case_due` does."""
    return compute_case_due("request", received, events, **optional)


def compute_case_due(key: str, start: str, events: object = (), **optional: str) -> Json:
    """Return the due date of a case by the law of the day its clock starts.

    Args:
        key: a rule set; an act that its rules do not allow is refused.
        start: the day the clock starts.
        events: a list of ``{"kind", "date", "value"?}``.
        optional: `today`, and `rules`, the path of a file of changes.
    """
    if key not in RULE_SETS:
        raise LawError(f"没有这一类期限规则：{quote_value(key)}")
    rules, began = RULE_SETS[key], parse_date(start)
    if rules.ordered:
        raise LawError(f"{rules.name}没有法定期限，完成日期由布置的文件规定")
    if rules.start_on and (began.month, began.day) != rules.start_on:
        raise LawError(f"{rules.name}自{rules.start_on[0]}月{rules.start_on[1]}日起算，不能自{day_in_words(began)}起算")
    at = parse_date(optional["today"]) if "today" in optional else today()
    if not isinstance(events, list | tuple):
        raise LawError(f"参数 events 应为列表，不能读取{quote_value(events)}")
    happened = [Event(rules.start, began), *(_parse_event(row, rules) for row in events)]
    changes = read_changes_file(optional["rules"], list_figures_with_history()) if "rules" in optional else NO_CHANGES
    if rules.unit == "hour":  # a day alone: its hours are counted from its beginning
        happened = [replace(event, on=_begin_of_day(event.on)) for event in happened]
        at = _begin_of_day(at)
    deadline = count_deadline(key, happened, default_calendar(), at, changes)
    if deadline.irregular:
        raise LawError(deadline.irregular[0].text)
    steps = [{"date": as_day(step.on).isoformat(), "rule": step.rule, "text": step.text} for step in deadline.steps]
    end = as_day(deadline.date).isoformat() if deadline.date else None
    return {"due": end, "status": deadline.status.value, "steps": steps} | _format_provisional_flag(
        deadline.provisional
    )


def _begin_of_day(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=BEIJING)


def describe_remedy(replied: str, result: str) -> Json:
    """Return {"review_first": must review precede a lawsuit, "rule": the provision}."""
    for remedy_result in REMEDY_RESULTS:
        if result == remedy_result:
            return asdict(find_remedy(parse_date(replied), remedy_result))
    raise LawError(f"参数 result 只能是 {'、'.join(REMEDY_RESULTS)}，不能读取{quote_value(result)}")


def split_event(text: str) -> dict[str, str]:
    """Return ``KIND:DATE[:VALUE]`` as {"kind", "date", "value"}.

    Raises:
        LawError: another form.
    """
    parts = text.split(":")
    if len(parts) not in {2, 3}:
        raise LawError(f"事项应写作 KIND:DATE 或 KIND:DATE:VALUE，不能读取{quote_value(text)}")
    return dict(zip(("kind", "date", "value"), parts, strict=False))


def _parse_event(row: object, rules: RuleSet) -> Event:
    """Return the event of a JSON object (LawError: not allowed)."""
    if not isinstance(row, Mapping) or not {"kind", "date"} <= row.keys() <= _EVENT_KEYS:
        raise LawError(f'事项应为 {{"kind", "date", "value"?}}，不能读取{quote_value(row)}')
    kind = row["kind"]
    if not isinstance(kind, str) or rules.roles.get(kind, ("",))[0] not in _ACCEPTED_ROLES:
        raise LawError(f"没有这一种事项：{quote_value(kind)}")
    value = None
    if "value" in row:
        value = parse_whole(read_text_argument(row["value"], "value"), f"{rules.label(kind)}（{kind}）的数值", least=1)
    return Event(kind, parse_date(read_text_argument(row["date"], "date")), value)


# -- fees, identifiers, annual report, document numbers -----------------------------------------------------------------


def charge_items(before: str, new: str) -> Json:
    """Return the processing fee for `new` items after `before` items of one applicant in a month."""
    return _make_fee_result(compute_item_fee(parse_whole(before, "本月已提出件数"), parse_whole(new, "本次件数")))


def charge_pages(pages: str) -> Json:
    """Return the processing fee by the pages of one request."""
    return _make_fee_result(compute_page_fee(parse_whole(pages, "页数")))


def _make_fee_result(fee: ProcessingFee) -> Json:
    return {"yuan": fee.yuan, "lines": [asdict(line) for line in fee.lines], "rule": FEE_SOURCE}


def describe_identity_number(id: str) -> Json:
    """Return whether an identity number is valid, and the reason."""
    return asdict(check_identity_number(id))


def check_social_credit_code(code: str) -> Json:
    """Return whether a unified social credit code is valid, and the reason."""
    return asdict(check_credit_code(code))


def check_report(**source: object) -> Json:
    """Return the faults of an annual report, given as object (`report`) or path (`file`)."""
    if len(source) != 1:
        raise LawError("check-annual 应给出 report 或者 file 之一")
    if "file" in source:
        name = read_text_argument(source["file"], "file")
        report = values.loads(_read_file(name), f"文件 {name} ")
    else:
        report = source["report"]
    if not isinstance(report, dict):
        raise LawError("年度报告应为一个 JSON 对象")
    verdict = check_annual_report(report)
    found = {"errors": [asdict(f) for f in verdict.errors], "warnings": [asdict(f) for f in verdict.warnings]}
    return {"ok": verdict.ok} | found


def _read_file(name: str) -> bytes:
    """Return the bytes of a report file (LawError: it cannot be read or is too large)."""
    try:
        with open(name, "rb") as source:
            data = source.read(MAX_REPORT_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise LawError(f"不能读取文件 {name}：{describe_os_error(error)}") from None
    if len(data) > MAX_REPORT_BYTES:
        raise LawError(f"文件 {name} 过大（超过{MAX_REPORT_BYTES // 1024 // 1024}MB）")
    return data


def list_document_numbers(text: str) -> Json:
    """Return the document numbers in a text."""
    return find_numbers(text)


# -- the table of commands ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its function, and its required (`needs`), optional (`takes`) and non-text (`raw`) arguments."""

    run: Callable[..., Json]
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    raw: tuple[str, ...] = ()


#: Name of a command → command.
COMMANDS: Mapping[str, Command] = {
    "workday": Command(describe_day, ("date",)),
    "add-workdays": Command(find_working_day, ("date", "n")),
    "workdays-between": Command(count_working_days, ("a", "b")),
    "foi-due": Command(compute_request_due, ("received",), ("today", "events", "rules"), raw=("events",)),
    "due": Command(compute_case_due, ("key", "start"), ("today", "events", "rules"), raw=("events",)),
    "remedies": Command(describe_remedy, ("replied", "result")),
    "fee-items": Command(charge_items, ("before", "new")),
    "fee-pages": Command(charge_pages, ("pages",)),
    "check-id": Command(describe_identity_number, ("id",)),
    "check-credit-code": Command(check_social_credit_code, ("code",)),
    "check-annual": Command(check_report, (), ("report", "file"), raw=("report",)),
    "doc-number": Command(list_document_numbers, ("text",)),
}


def run_law_command(name: str, args: Mapping[str, object]) -> Json:
    """Run the command `name` with its arguments and return its result.

    Raises:
        LawError: an unknown command or argument, an argument that is absent or malformed, or an act the law does not allow.
    """
    command = COMMANDS.get(name)
    if command is None:
        raise LawError(f"没有这个命令：{quote_value(name)}")
    for needed in command.needs:
        if needed not in args:
            raise LawError(f"{name} 缺少参数 {needed}")
    values = {}
    for key, value in args.items():
        if key not in command.needs and key not in command.takes:
            raise LawError(f"{name} 没有参数 {quote_value(key)}")
        values[key] = value if key in command.raw else read_text_argument(value, key)
    return command.run(**values)


#: Maximum length of a line; a longer one is refused without being held in memory.
MAX_LINE_BYTES = 64 * 1024 * 1024


def run_lines(source: BinaryIO) -> Iterator[bytes]:
    """Yield one JSON line for each line read: the result, or ``{"error": "…"}``.

    A bad line does not stop the rest. Lines end at a line feed, nowhere else.
    """
    while line := source.readline(MAX_LINE_BYTES + 1):
        if len(line) > MAX_LINE_BYTES and not line.endswith(b"\n"):
            while (rest := source.readline(MAX_LINE_BYTES)) and not rest.endswith(b"\n"):
                pass
            yield _make_error_line(f"该行过长（超过{MAX_LINE_BYTES // 1024 // 1024}MB）")
        else:
            yield run_line(line)


def run_line(line: bytes) -> bytes:
    """Run one line and return its answer as one line, without the line feed."""
    try:
        return values.dumps(_run_command(line))
    except LawError as error:
        return _make_error_line(" ".join(str(error).split()))
    except Exception as error:  # a fault of ours is told in its line and must not stop the rest
        return _make_error_line(f"程序内部错误（{type(error).__name__}），请报告此行")


def _run_command(line: bytes) -> object:
    """Run the command of a line and return its result (LawError: malformed or refused)."""
    row = values.loads(line, "该行")
    if not isinstance(row, dict) or not isinstance(row.get("cmd"), str) or not isinstance(row.get("args"), dict):
        raise LawError('每行应为 {"cmd": "命令", "args": {参数}}')
    return run_law_command(row["cmd"], row["args"])


def _make_error_line(text: str) -> bytes:
    return values.dumps({"error": text})
