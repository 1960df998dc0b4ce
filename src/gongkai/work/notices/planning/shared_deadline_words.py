"""Recognize shared deadlines in headings and sentences: 除另有说明外，各项任务均于11月30日前完成. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.model import DueLimit
from gongkai.lib.reading.words.due_table import ReferenceYears
from gongkai.lib.reading.words.dues import find_dues, find_unread_times, read_limit
from gongkai.work.notices.planning.draft_rows import DraftMeasure
from gongkai.work.notices.planning.rules import DueRule, find_last_day, normalize_rule

# Where a deadline was read: a cell, a heading or a sentence of the notice.
CELL, HEADING, SENTENCE = "cell", "heading", "sentence"
# Sources of deadlines shared by several rows.
SHARED_SOURCES = frozenset({HEADING, SENTENCE})
# Closeness of a deadline to a row; the closest wins.
ROW, NUMBERED, SECTION, NOTICE, REST = range(5)

TASK_WORDS = r"(?:任务|工作|事项|举措|措施|要求|项目|内容)"
NO_DEADLINE_WORDS = (
    r"(?:时限|时间|期限|日期)[^，。；]{0,8}?(?:空白|空着|为空|空缺|未|没有|没填|不填|缺)|"
    r"(?:未|没有|无)[^，。；]{0,8}?(?:时限|时间|期限|日期)|[没未]有?写(?:几时|何时|[什啥]么?时候)|未(?:另行|单独|特别|逐一|逐项)?(?:注明|标明|标注|写明|列明|明确)的"
)
_EXCEPTION_PATTERN = (
    r"除[^，。；]{0,16}?(?:说明|规定|注明|标明|标注|写明|明确|要求|时限|特别|列明)[^，。；]{0,12}?(?:外|以外)"
)
_EVERY_TASK_PATTERN = (
    rf"(?:各项|所有|全部|每项|各条|各类|各自)[^，。；]{{0,12}}?{TASK_WORDS}|各(?:任务|事项|举措)|"
    rf"(?:本(?:通知|方案|要点|清单|分工|任务表|分工表|表|一览表)|(?:表|分工|清单)(?:中|内))[^，。；]{{0,10}}?{TASK_WORDS}"
)
#: Matches words that mean all tasks, or all without a deadline of their own.
ALL_TASKS = re.compile(f"{NO_DEADLINE_WORDS}|{_EXCEPTION_PATTERN}|{_EVERY_TASK_PATTERN}")
TASKS_ABOVE = re.compile(rf"(?:以上|上述|前述|上列)[^，。；]{{0,10}}?(?:{TASK_WORDS}|各项|各条|均|都)")
TASKS_BELOW = re.compile(rf"(?:以下|下列|下述)[^，。；]{{0,10}}?(?:{TASK_WORDS}|各项|各条|均|都)")
TASKS_OF_SECTION = re.compile(r"本(?:部分|章|节|类|块|板块|阶段|组|大项|领域|方面)")
OTHER_TASKS = re.compile(rf"其[余他它](?:各?项)?(?:[^，。；]{{0,8}}?(?:{TASK_WORDS}|均|都|的)|[于在]?$)")
_TASK_SCOPE_PATTERN = (
    rf"{ALL_TASKS.pattern}|{TASKS_ABOVE.pattern}|{TASKS_BELOW.pattern}|{TASKS_OF_SECTION.pattern}|{OTHER_TASKS.pattern}"
)
NUMBER_WORDS = r"(?:\d{1,3}|[一二三四五六七八九十]{1,3})"
NUMBERED_TASKS = re.compile(
    rf"(?<!最后)(?<![前后])第?[（(]?(?P<first>{NUMBER_WORDS})[)）]?(?:项|条)?(?:(?P<to>至|到|[-—－–~～])第?[（(]?(?P<last>{NUMBER_WORDS})[)）]?|(?P<more>(?:、第?[（(]?{NUMBER_WORDS}[)）]?)+))?"
    r"(?:项|条)[^，。；]{0,6}?(?:任务|工作|事项|举措|措施|均|都|于|应|须|要|在|$)"
)
MARKED_TASKS = re.compile(r"(?:标|带|注|加|打)有?[“\"]?(?P<mark>[★☆▲△●○◆◇※*＊#])")
_COMPLETION_AFTER_DATE_PATTERN = re.compile(
    r"^[^，。；]{0,10}?(?:完成|落实|办结|到位|掌握|执行|办理|实施|兑现|达标|推进|见效|做完|整改|把握|控制|计)|^(?:之|以)?[前内]?[”）)。]*$|^[^，。；]{0,2}为[准限]"
)
_DEADLINE_LABEL_BEFORE_DATE_PATTERN = re.compile(
    r"(?:时限|时间|期限|节点)[^，。；]{0,6}?(?:均|统一|一律)?(?:为|是|按|：|:|至|在)[^，。；]{0,3}$"
)
# A report due by a date is not a deadline of the tasks.
_REPORT_NOUN_RE = re.compile(r"(?:情况|进展|总结|清单|台账|方案|报告|材料|计划)[^，。；]{0,12}$")
_REPORT_VERB_RE = re.compile(
    r"^(?!(?:全部|全面|基本|按时|按期|如期)?(?:完成|落实|办结)(?!情况|方案|台账|清单|进展|措施))[^，。；]{0,20}?(?:报送|上报|报备|反馈|提交|报(?!告))"
)
# Supervision (督查、调度), papers and past dates are no deadlines of tasks.
_SUPERVISION_PATTERN = re.compile(
    r"调度|通报|督[查办导]|检查|抽查|考核|评估|会商|例会|总结|将(?:于|在|按|对|适时|组织|结合)|电话|有效期|施行|实施后|以来|会议精神|《[^》]*》"
)
_MONTH_RANGE_RE = re.compile(r"\d{1,2}[月日]?\s*[至到—－～~-]{1,2}\s*(?:20\d\d年)?\d{1,2}月")
DEADLINE_LABEL = re.compile(
    r"^[（(【\[]?(?:完成|办理|落实|工作)?(?:时限|时间|期限)(?:要求)?[：:](?P<limit>.{2,24}?)[）)】\]。]?$"
)
EXPLAINED_WORD = re.compile(
    r"“(?P<word>[^“”]{1,8})”(?:均|统一|一律)?(?:是指|指的是|指|为|即|按照?|系)(?P<limit>[^，。；]{2,20})"
)
_BRACKETED_TEXT_PATTERN = re.compile(r"[（(【\[〔](?P<inner>[^（()）【】\[\]〔〕]{2,60})[）)】\]〕]")
_LABELLED_TIME_RE = re.compile(
    r"(?:完成|办理|落实)?(?:时限|时间|期限)(?:要求)?[：:]\s*(?P<limit>[^，。；（）()]{2,24})"
)
LEAD_IN_WORDS = re.compile(
    r"^[\s（(]*(?:注|备注|说明|填表说明)?[：:]?\s*(?:[一二三四五六七八九十\d]{1,2}[、．.）)])?\s*"
)
SENTENCE_PATTERN = re.compile(r"[^。；;！\n]+[。；;！]?")
CLAUSE_STOPS = re.compile(r"[，,、。；;]")


def has_shared_source(rule: DueRule) -> bool:
    """Return true if the source of a rule is a heading or a sentence for several tasks."""
    return (rule.get("source") or {}).get("kind") in SHARED_SOURCES


@dataclass(frozen=True)
class SharedDeadline:
    """A deadline for several rows.

    `kind` is its source and `words` are the text there; `reach` are the indexes of the rows; `near` is the closeness,
    by which the nearest deadline wins; `doubt` is a question if it is ambiguous.
    """

    due: DueRule
    words: str
    kind: str
    reach: frozenset[int] = frozenset()
    near: int = NOTICE
    doubt: str = ""


_HALF_WIDTH_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")


def remove_spaces(text: str) -> str:
    """Return a text without white space and with half-width digits, for comparison."""
    return "".join(text.split()).translate(_HALF_WIDTH_DIGITS)


def find_heading_deadlines(draft: DraftMeasure, reference: ReferenceYears) -> Iterator[SharedDeadline]:
    """Yield the deadlines in the headings of a row, the nearest first."""
    for heading in (draft.item, str(draft.extras.get("上级标题") or ""), draft.section):
        if heading and (deadline := read_heading_deadline(heading, reference)):
            yield deadline


def read_heading_deadline(heading: str, reference: ReferenceYears) -> SharedDeadline | None:
    """Return the deadline of a heading, or None; unclear ones have a doubt."""
    inside = [match["inner"] for match in _BRACKETED_TEXT_PATTERN.finditer(heading)]
    labelled = [match["limit"] for match in _LABELLED_TIME_RE.finditer(heading)]
    for limit_text in (*labelled, *reversed(inside)):
        rules = remove_duplicates(_find_bracketed_rules(limit_text, reference))
        if len(rules) == 1:
            return SharedDeadline(rules[0], heading, HEADING, near=SECTION, doubt=str(rules[0].get("doubt") or ""))
        if rules:
            earliest = min(rules, key=get_sort_day)
            name_list = "、".join(str(rule.get("text")) for rule in rules)
            doubt = f"标题“{heading[:30]}”写有几个时限（{name_list}），按“{earliest.get('text')}”读取，请核对"
            return SharedDeadline(earliest, heading, HEADING, near=SECTION, doubt=doubt)
    outside = _BRACKETED_TEXT_PATTERN.sub("", heading)
    rules = [due.due.to_json() for due in find_dues(outside, reference) if due.due.kind == "by_date"]
    if len(rules) != 1 or str(rules[0]["date"]).endswith("-12-31"):
        return None
    doubt = f"标题“{heading[:30]}”写有“{rules[0]['text']}”，下面没有写时限的按它读取，请核对"
    return SharedDeadline(rules[0], heading, HEADING, near=SECTION, doubt=doubt)


def _find_bracketed_rules(text: str, reference: ReferenceYears) -> list[DueRule]:
    """Return deadlines in brackets, for example 长期坚持 or 市财政局牵头，9月底前完成."""
    if re.search(r"公开路径|[>＞]", text):
        return []
    dues = [due.due for due in find_dues(f"（{text}）", reference)]
    dues = dues or read_limit(LEAD_IN_WORDS.sub("", text), reference)
    kept = [due for due in dues if not due.least and not (due.kind == "times" and due.period == "unspecified")]
    return [to_rule(due) for due in kept]


def to_rule(due: DueLimit) -> DueRule:
    """Return a deadline as data, with its doubt if there is one."""
    return due.to_json() | ({"doubt": due.doubt} if due.doubt else {})


def remove_duplicates(rules: Iterable[DueRule]) -> list[DueRule]:
    """Return rules with different meanings, each once."""
    found: list[DueRule] = []
    for rule in rules:
        if all(normalize_rule(rule) != normalize_rule(row) for row in found):
            found.append(rule)
    return found


def get_sort_day(rule: DueRule) -> date:
    """Return the date of a rule for sorting; the maximum date if it has none."""
    return find_last_day(rule, date.max.year) or date.max if rule.get("kind") == "by_date" else date.max


def is_only_shared_deadline(text: str, reference: ReferenceYears) -> bool:
    """Return true if a text is only a deadline for other tasks: `上述任务均于8月底前完成。`."""
    sentence = LEAD_IN_WORDS.sub("", text.strip())
    if len(sentence) > 60 or not re.search(_TASK_SCOPE_PATTERN, sentence):
        return False
    return any(
        sets_deadline(text_before, text_after) for text_before, _, text_after in split_at_deadlines(sentence, reference)
    )


# A date without 前: 按12月20日办理.
_DATE_WITHOUT_BEFORE_PATTERN = re.compile(
    r"(?P<day>(?:按照?|为|至|到)(?:20\d\d年)?\d{1,2}月\d{1,2}日)(?=办理|办结|完成|掌握|执行|计算?|把握|为[准限]|[。；;，,]|$)"
)


def split_at_deadlines(sentence: str, reference: ReferenceYears) -> Iterator[tuple[str, DueRule, str]]:
    """Yield each deadline of a sentence as (words before, rule, words after)."""
    sentence = _DATE_WITHOUT_BEFORE_PATTERN.sub(r"\g<day>前", sentence)
    limits = find_dues(sentence, reference)
    for place, limit in enumerate(limits):
        begin = limits[place - 1].end if place else 0
        end = limits[place + 1].start if place + 1 < len(limits) else len(sentence)
        yield sentence[begin : limit.start], to_rule(limit.due), sentence[limit.end : end]


def may_set_deadline(sentence: str, reference: ReferenceYears) -> bool:
    """Return true if a sentence may set a deadline of tasks, not of reports or checks."""
    if _SUPERVISION_PATTERN.search(sentence) or EXPLAINED_WORD.search(sentence):
        return False
    clauses = list(split_at_deadlines(sentence, reference))
    limiting_rules = [
        rule
        for text_before, rule, text_after in clauses
        if rule.get("kind") != "ongoing"
        and rule.get("period") != "unspecified"
        and not rule.get("least")
        and not (_REPORT_NOUN_RE.search(text_before) or _REPORT_VERB_RE.search(CLAUSE_STOPS.split(text_after)[0]))
    ]
    return (
        bool(limiting_rules)
        or bool(_MONTH_RANGE_RE.search(sentence))
        or (not clauses and bool(find_unread_times(sentence, reference)))
    )


def sets_deadline(before: str, after: str) -> bool:
    """Return true if the words around a deadline order work to be done, not reported, by it."""
    clause = CLAUSE_STOPS.split(after)[0]
    if _REPORT_NOUN_RE.search(before) or _REPORT_VERB_RE.search(clause):
        return False
    return bool(_COMPLETION_AFTER_DATE_PATTERN.search(clause) or _DEADLINE_LABEL_BEFORE_DATE_PATTERN.search(before))
