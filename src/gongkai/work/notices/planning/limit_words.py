"""Recognize shared deadlines in headings and sentences: 除另有说明外，各项任务均于11月30日前完成. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.model import Due
from gongkai.lib.reading.words.due_table import When
from gongkai.lib.reading.words.dues import find_dues, read_limit, unread_times
from gongkai.work.notices.planning.drafting import DraftMeasure
from gongkai.work.notices.planning.rules import Rule, last_day, plain

# Where a deadline was read: a cell, a heading or a sentence of the notice.
CELL, HEADING, SENTENCE = "cell", "heading", "sentence"
# Sources of deadlines shared by several rows.
SHARED = frozenset({HEADING, SENTENCE})
# Closeness of a deadline to a row; the closest wins.
ROW, NUMBERED, SECTION, NOTICE, REST = range(5)

TASKS = r"(?:任务|工作|事项|举措|措施|要求|项目|内容)"
NO_LIMIT = (
    r"(?:时限|时间|期限|日期)[^，。；]{0,8}?(?:空白|空着|为空|空缺|未|没有|没填|不填|缺)|"
    r"(?:未|没有|无)[^，。；]{0,8}?(?:时限|时间|期限|日期)|[没未]有?写(?:几时|何时|[什啥]么?时候)|未(?:另行|单独|特别|逐一|逐项)?(?:注明|标明|标注|写明|列明|明确)的"
)
_UNLESS = (
    r"除[^，。；]{0,16}?(?:说明|规定|注明|标明|标注|写明|明确|要求|时限|特别|列明)[^，。；]{0,12}?(?:外|以外)"
)
_EVERY = (
    rf"(?:各项|所有|全部|每项|各条|各类|各自)[^，。；]{{0,12}}?{TASKS}|各(?:任务|事项|举措)|"
    rf"(?:本(?:通知|方案|要点|清单|分工|任务表|分工表|表|一览表)|(?:表|分工|清单)(?:中|内))[^，。；]{{0,10}}?{TASKS}"
)
WHOLE = re.compile(f"{NO_LIMIT}|{_UNLESS}|{_EVERY}")
ABOVE = re.compile(rf"(?:以上|上述|前述|上列)[^，。；]{{0,10}}?(?:{TASKS}|各项|各条|均|都)")
BELOW = re.compile(rf"(?:以下|下列|下述)[^，。；]{{0,10}}?(?:{TASKS}|各项|各条|均|都)")
PART = re.compile(r"本(?:部分|章|节|类|块|板块|阶段|组|大项|领域|方面)")
OTHERS = re.compile(rf"其[余他它](?:各?项)?(?:[^，。；]{{0,8}}?(?:{TASKS}|均|都|的)|[于在]?$)")
_ANY = rf"{WHOLE.pattern}|{ABOVE.pattern}|{BELOW.pattern}|{PART.pattern}|{OTHERS.pattern}"
NUMBER = r"(?:\d{1,3}|[一二三四五六七八九十]{1,3})"
NUMBERS = re.compile(
    rf"(?<!最后)(?<![前后])第?[（(]?(?P<first>{NUMBER})[)）]?(?:项|条)?(?:(?P<to>至|到|[-—－–~～])第?[（(]?(?P<last>{NUMBER})[)）]?|(?P<more>(?:、第?[（(]?{NUMBER}[)）]?)+))?"
    r"(?:项|条)[^，。；]{0,6}?(?:任务|工作|事项|举措|措施|均|都|于|应|须|要|在|$)"
)
MARKED = re.compile(r"(?:标|带|注|加|打)有?[“\"]?(?P<mark>[★☆▲△●○◆◇※*＊#])")
_DONE = re.compile(
    r"^[^，。；]{0,10}?(?:完成|落实|办结|到位|掌握|执行|办理|实施|兑现|达标|推进|见效|做完|整改|把握|控制|计)|^(?:之|以)?[前内]?[”）)。]*$|^[^，。；]{0,2}为[准限]"
)
_TIME_IS = re.compile(
    r"(?:时限|时间|期限|节点)[^，。；]{0,6}?(?:均|统一|一律)?(?:为|是|按|：|:|至|在)[^，。；]{0,3}$"
)
# A report due by a date is not a deadline of the tasks.
_REPORT = re.compile(r"(?:情况|进展|总结|清单|台账|方案|报告|材料|计划)[^，。；]{0,12}$")
_REPORTED = re.compile(
    r"^(?!(?:全部|全面|基本|按时|按期|如期)?(?:完成|落实|办结)(?!情况|方案|台账|清单|进展|措施))[^，。；]{0,20}?(?:报送|上报|报备|反馈|提交|报(?!告))"
)
# Supervision (督查、调度), papers and past dates are no deadlines of tasks.
_SUPERVISED = re.compile(
    r"调度|通报|督[查办导]|检查|抽查|考核|评估|会商|例会|总结|将(?:于|在|按|对|适时|组织|结合)|电话|有效期|施行|实施后|以来|会议精神|《[^》]*》"
)
_SPAN = re.compile(r"\d{1,2}[月日]?\s*[至到—－～~-]{1,2}\s*(?:20\d\d年)?\d{1,2}月")
LABEL = re.compile(
    r"^[（(【\[]?(?:完成|办理|落实|工作)?(?:时限|时间|期限)(?:要求)?[：:](?P<limit>.{2,24}?)[）)】\]。]?$"
)
MEANS = re.compile(
    r"“(?P<word>[^“”]{1,8})”(?:均|统一|一律)?(?:是指|指的是|指|为|即|按照?|系)(?P<limit>[^，。；]{2,20})"
)
_IN_BRACKETS = re.compile(r"[（(【\[〔](?P<inner>[^（()）【】\[\]〔〕]{2,60})[）)】\]〕]")
_TIME_OF_HEADING = re.compile(
    r"(?:完成|办理|落实)?(?:时限|时间|期限)(?:要求)?[：:]\s*(?P<limit>[^，。；（）()]{2,24})"
)
LEAD_IN = re.compile(
    r"^[\s（(]*(?:注|备注|说明|填表说明)?[：:]?\s*(?:[一二三四五六七八九十\d]{1,2}[、．.）)])?\s*"
)
SENTENCES = re.compile(r"[^。；;！\n]+[。；;！]?")
STOPS = re.compile(r"[，,、。；;]")


def is_shared_limit(rule: Rule) -> bool:
    """Tell whether a rule comes from a heading or sentence for several tasks."""
    return (rule.get("source") or {}).get("kind") in SHARED


@dataclass(frozen=True)
class SharedLimit:
    """A deadline for several rows: rule, words, rows, closeness, and a question if it is ambiguous."""

    due: Rule
    words: str
    kind: str
    reach: frozenset[int] = frozenset()
    near: int = NOTICE
    doubt: str = ""


def bare(text: str) -> str:
    """Return a text without white space."""
    return "".join(text.split())


def limits_of_headings(draft: DraftMeasure, when: When) -> Iterator[SharedLimit]:
    """Yield the deadlines in the headings of a row, the nearest first."""
    for heading in (draft.item, str(draft.extras.get("上级标题") or ""), draft.section):
        if heading and (said := limit_of_heading(heading, when)):
            yield said


def limit_of_heading(heading: str, when: When) -> SharedLimit | None:
    """Return the deadline of a heading; outside brackets and labels it is flagged."""
    inside = [match["inner"] for match in _IN_BRACKETS.finditer(heading)]
    labelled = [match["limit"] for match in _TIME_OF_HEADING.finditer(heading)]
    for words in (*labelled, *reversed(inside)):
        rules = distinct(_rules_in(words, when))
        if len(rules) == 1:
            return SharedLimit(
                rules[0], heading, HEADING, near=SECTION, doubt=str(rules[0].get("doubt") or "")
            )
        if rules:
            first = min(rules, key=day_or_last)
            said = "、".join(str(rule.get("text")) for rule in rules)
            doubt = f"标题“{heading[:30]}”写有几个时限（{said}），按“{first.get('text')}”读取，请核对"
            return SharedLimit(first, heading, HEADING, near=SECTION, doubt=doubt)
    outside = _IN_BRACKETS.sub("", heading)
    rules = [due.due.to_json() for due in find_dues(outside, when) if due.due.kind == "by_date"]
    if len(rules) != 1 or str(rules[0]["date"]).endswith("-12-31"):
        return None
    doubt = f"标题“{heading[:30]}”写有“{rules[0]['text']}”，下面没有写时限的按它读取，请核对"
    return SharedLimit(rules[0], heading, HEADING, near=SECTION, doubt=doubt)


def _rules_in(words: str, when: When) -> list[Rule]:
    """Return deadlines in brackets, for example 长期坚持 or 市财政局牵头，9月底前完成."""
    if re.search(r"公开路径|[>＞]", words):
        return []
    found = [due.due for due in find_dues(f"（{words}）", when)]
    found = found or read_limit(LEAD_IN.sub("", words), when)
    kept = [
        one for one in found if not one.least and not (one.kind == "times" and one.period == "unspecified")
    ]
    return [rule_of(one) for one in kept]


def rule_of(due: Due) -> Rule:
    """Return a deadline as data, with its doubt if there is one."""
    return due.to_json() | ({"doubt": due.doubt} if due.doubt else {})


def distinct(rules: Iterable[Rule]) -> list[Rule]:
    """Return rules with different meanings, each once."""
    found: list[Rule] = []
    for rule in rules:
        if all(plain(rule) != plain(row) for row in found):
            found.append(rule)
    return found


def day_or_last(rule: Rule) -> date:
    """Return the date of a rule for sorting; the maximum date if it has none."""
    return last_day(rule, date.max.year) or date.max if rule.get("kind") == "by_date" else date.max


def is_shared(text: str, when: When) -> bool:
    """Tell whether a text is only a deadline for other tasks: `上述任务均于8月底前完成。`."""
    words = LEAD_IN.sub("", text.strip())
    if len(words) > 60 or not re.search(_ANY, words):
        return False
    return any(sets_limit(before, after) for before, _, after in clauses(words, when))


# A date without 前: 按12月20日办理.
_BY_DAY = re.compile(
    r"(?P<day>(?:按照?|为|至|到)(?:20\d\d年)?\d{1,2}月\d{1,2}日)(?=办理|办结|完成|掌握|执行|计算?|把握|为[准限]|[。；;，,]|$)"
)


def clauses(sentence: str, when: When) -> Iterator[tuple[str, Rule, str]]:
    """Yield (before, rule, after) for each deadline in a sentence."""
    sentence = _BY_DAY.sub(r"\g<day>前", sentence)
    found = find_dues(sentence, when)
    for place, one in enumerate(found):
        begin = found[place - 1].end if place else 0
        end = found[place + 1].start if place + 1 < len(found) else len(sentence)
        yield sentence[begin : one.start], rule_of(one.due), sentence[one.end : end]


def may_set_limit(sentence: str, when: When) -> bool:
    """Tell whether a sentence may set a deadline of tasks, not of reports or checks."""
    if _SUPERVISED.search(sentence) or MEANS.search(sentence):
        return False
    found = list(clauses(sentence, when))
    kept = [
        rule
        for before, rule, after in found
        if rule.get("kind") != "ongoing"
        and rule.get("period") != "unspecified"
        and not rule.get("least")
        and not (_REPORT.search(before) or _REPORTED.search(STOPS.split(after)[0]))
    ]
    return bool(kept) or bool(_SPAN.search(sentence)) or (not found and bool(unread_times(sentence, when)))


def sets_limit(before: str, after: str) -> bool:
    """Tell whether the words around a deadline order work to be done, not reported, by it."""
    clause = STOPS.split(after)[0]
    if _REPORT.search(before) or _REPORTED.search(clause):
        return False
    return bool(_DONE.search(clause) or _TIME_IS.search(before))
