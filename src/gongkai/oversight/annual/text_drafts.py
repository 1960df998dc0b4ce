"""Draft report texts from counted facts, with marked gaps that people must fill."""

from collections.abc import Callable

from gongkai.lib.chinese.days import day_in_words
from gongkai.lib.law import annual_form as form
from gongkai.lib.law import get_figures_in_force
from gongkai.lib.writing.titles import cite_title
from gongkai.oversight.annual.form import Number, Values, format_figure
from gongkai.oversight.annual.models import Report
from gongkai.oversight.annual.queries.facts import YearFacts, count_facts
from gongkai.work.notices.queries.lights import LightCounts

#: Marker of a gap that only people can fill.
GAP_MARKER = "〔请补充"


def draft_texts(report: Report, values: Values) -> dict[int, str]:
    """Return the six drafted texts by section number, one paragraph a line."""
    facts = count_facts(report)
    return {number: "\n".join(write(report, values, facts)) for number, write in _SECTION_DRAFTERS.items()}


def _get_total(values: Values, row: str) -> Number:
    return values.get(f"table3/{row}/total") or 0


def _draft_first(report: Report, values: Values, facts: YearFacts) -> list[str]:
    """Return the draft of section one, 总体情况: the introduction and five numbered paragraphs."""
    reporter = "本行政区域" if report.area else "本机关"
    period = f"{day_in_words(report.first)}至{day_in_words(report.until)}"
    kinds = "、".join(f"{name}{count}条" for name, count in facts.kinds[:5])
    kinds += "等" if 0 < sum(count for _, count in facts.kinds[:5]) < facts.published else ""
    lines = [
        f"本报告依据《中华人民共和国政府信息公开条例》第五十条，按照政府信息公开工作年度报告格式（{form.CURRENT_FORM}）编制，数据统计期限为{period}。",
        f"（一）主动公开。{reporter}{_describe_published(facts, kinds)}发布政策解读{facts.interpretations}条。"
        + _describe_documents_in_force(values)
        + _describe_open_days(facts),
        f"（二）依申请公开。收到政府信息公开申请{format_figure(_get_total(values, form.NEW))}件，"
        f"上年结转{format_figure(_get_total(values, form.CARRIED_IN))}件，"
        f"办结{format_figure(_get_total(values, form.RESULTS_TOTAL))}件，结转下年度{format_figure(_get_total(values, form.CARRIED_OUT))}件；"
        + _describe_late(values, facts),
        f"（三）政府信息管理。{_describe_promptness(report, facts)}{_describe_cleanups(facts)}",
        f"（四）政府信息公开平台建设。政府网站开设栏目{facts.columns}个；办理“我为政府网站找错”留言{facts.faults}条。"
        if report.area
        else f"（四）政府信息公开平台建设。办理“我为政府网站找错”留言{facts.faults}条。",
        f"（五）监督保障。答复咨询留言{facts.inquiries}件；收到整改要求{facts.ordered}项，已整改{facts.mended}项。"
        + (f"{GAP_MARKER}：工作考核、社会评议和责任追究结果〕" if report.area else ""),
    ]
    return lines


def _describe_published(facts: YearFacts, kinds: str) -> str:
    if not facts.published:
        return f"通过政府网站公开信息{GAP_MARKER}：条数，本系统中没有这一年公开的信息〕；"
    return f"通过政府网站公开信息{facts.published}条{f'，其中{kinds}' if kinds else ''}；"


def _describe_open_days(facts: YearFacts) -> str:
    """Return the sentence on open days and meetings with representatives; empty without any."""
    phrases = [
        f"{text.format(count)}，{guests}人次参加"
        for kind, text in (("open_day", "举办政府开放日{}次"), ("meeting", "邀请公众代表列席会议{}次"))
        for count, guests in [facts.open_events.get(kind, (0, 0))]
        if count
    ]
    return f"{'；'.join(phrases)}。" if phrases else ""


def _describe_late(values: Values, facts: YearFacts) -> str:
    """Return the sentence on late requests; with a gap if some were not handled in this system."""
    if facts.answered < _get_total(values, form.RESULTS_TOTAL):
        late_text = f"超过法定期限办结或者逾期未办结{facts.late_requests}件，" if facts.late_requests else ""
        return f"{late_text}{GAP_MARKER}：没有在本系统办理的申请有没有超过法定期限的〕。"
    if facts.late_requests:
        return f"超过法定期限办结或者逾期未办结{facts.late_requests}件。"
    return "没有超过法定期限的。"


def _describe_promptness(report: Report, facts: YearFacts) -> str:
    """Return the clause that counts prompt and late publications by the law of the last day, or "" without any."""
    if not facts.prompt and not facts.not_prompt:
        return ""
    within = get_figures_in_force(on=report.until)["disclosure.publish"].words
    return f"信息自形成之日起{within}内公开{facts.prompt}条、逾期公开{facts.not_prompt}条；"


def _describe_documents_in_force(values: Values) -> str:
    issued, valid = (values.get(f"table2/normative_documents/{value}") for value in ("issued", "in_force"))
    if issued is None or valid is None:
        return ""
    return f"制发行政规范性文件{format_figure(issued)}件，现行有效{format_figure(valid)}件。"


def _describe_cleanups(facts: YearFacts) -> str:
    return f"办结文件清理任务{facts.cleanups}项。" if facts.cleanups else "年内没有文件清理任务办结。"


def _draft_second(report: Report, values: Values, facts: YearFacts) -> list[str]:
    """Return no lines: section two consists of its table."""
    return []


def _draft_third(report: Report, values: Values, facts: YearFacts) -> list[str]:
    """Return the draft of section three, the results of requests; empty if none was settled."""
    done = [
        (name, int(_get_total(values, row))) for row, name in form.TABLE3_RESULTS.items() if _get_total(values, row)
    ]
    if not done:
        return []
    return ["办理结果：" + "，".join(f"{name}{count}件" for name, count in done) + "。"]


def _draft_fourth(report: Report, values: Values, facts: YearFacts) -> list[str]:
    """Return the draft of section four on reviews and lawsuits; empty if there were none."""

    def total(row: str, column: str = "total") -> Number:
        return values.get(f"table4/{row}/{column}") or 0

    cases = total("review"), total("litigation_direct") + total("litigation_after_review")
    wrong = sum(total(row, "corrected") for row in form.TABLE4_ROWS)
    if not any(cases):
        return []
    return [
        f"行政复议{format_figure(cases[0])}件，行政诉讼{format_figure(cases[1])}件，其中结果纠正{format_figure(wrong)}件。"
    ]


def _draft_fifth(report: Report, values: Values, facts: YearFacts) -> list[str]:
    """Return the draft of section five: problems that the ledgers show, and gaps."""
    wrong = sum(values.get(f"table4/{row}/corrected") or 0 for row in form.TABLE4_ROWS)
    counts = (
        (facts.late_requests, "政府信息公开申请超过法定期限{}件"),
        (facts.not_prompt, "信息逾期公开{}条"),
        (facts.tasks.red, "年度任务逾期未办结{}项"),
        (facts.tasks.grey_red, "年度任务逾期办结{}项"),
        (facts.ordered - facts.mended, "整改要求尚未办结{}项"),
        (wrong, "行政复议、行政诉讼结果纠正{}件"),
    )
    shortcomings = [text.format(format_figure(count)) for count, text in counts if count > 0]
    lines = [f"存在的主要问题：{'；'.join(shortcomings)}。" if shortcomings else "台账中没有逾期、退回和被纠正的事项。"]
    return [*lines, f"{GAP_MARKER}：问题的原因，上一年度问题的改进情况，下一步改进措施〕"]


def _draft_sixth(report: Report, values: Values, facts: YearFacts) -> list[str]:
    """Return the draft of section six: processing fees, and the year's tasks if there were any."""
    lines = [
        f"（一）信息处理费。本年度依据《政府信息公开信息处理费管理办法》收取信息处理费{facts.fees}元。"
        if facts.fees
        else "（一）信息处理费。本年度没有收取信息处理费。"
    ]
    sentences = []
    if facts.tasks.total:
        notice_label = cite_title(facts.notice) if facts.notice else "政务公开年度任务分工"
        sentences.append(f"{notice_label}共有任务{_describe_tasks(facts.tasks)}。")
    if facts.own_tasks.total:
        sentences.append(f"本机关自行部署内部任务{_describe_tasks(facts.own_tasks)}。")
    return [*lines, f"（二）年度任务落实情况。{''.join(sentences)}"] if sentences else lines


def _describe_tasks(tasks: LightCounts) -> str:
    open_count = tasks.total - tasks.closed
    remainder_text = f"，尚在办理{open_count}项（其中逾期{tasks.red}项）" if open_count else ""
    return f"{tasks.total}项，已办结{tasks.closed}项（其中逾期办结{tasks.grey_red}项）{remainder_text}"


_SECTION_DRAFTERS: dict[int, Callable[[Report, Values, YearFacts], list[str]]] = {
    1: _draft_first,
    2: _draft_second,
    3: _draft_third,
    4: _draft_fourth,
    5: _draft_fifth,
    6: _draft_sixth,
}
