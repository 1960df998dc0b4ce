"""Fill in a report's figures, explanations, texts and cut-off day, and check it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.rows import insert_row, list_related_rows, update_row
from gongkai.core.ledger.entry_action import entry_action
from gongkai.core.ledger.entry_creation import make_entries
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.rules import check_may_work
from gongkai.core.units.models import Body
from gongkai.core.widgets.request_cache import ask_once
from gongkai.lib.chinese.days import end_of_day
from gongkai.lib.law.annual import get_report_due_day
from gongkai.oversight.annual.checks import ReportProblem, find_outdated_texts, list_problems
from gongkai.oversight.annual.form import (
    FIGURE_LIMIT,
    SECTION_BY_TABLE,
    SECTION_TITLES,
    TYPED_FIGURE_KEYS,
    Number,
    format_figure,
    make_label,
)
from gongkai.oversight.annual.models import EnteredFigure, Explanation, Report, Section
from gongkai.oversight.annual.queries.area import count_live_figures, count_now, is_government, list_direct_units
from gongkai.oversight.annual.queries.figures import get_values
from gongkai.oversight.annual.rules import check_collector
from gongkai.oversight.annual.states import KIND, ReportState, map_to_correction_state
from gongkai.oversight.annual.text_drafts import GAP_MARKER, draft_texts

#: First year of the current form (国办公开办函〔2021〕30号); earlier reports are imported.
FIRST_FORM_YEAR = 2021


@action("annual_report.open_year", label="布置年度报告", rule=check_collector)
def open_reports(
    government: Body, *, by: Actor, year: int, until: date | None = None, only: Collection[int] = ()
) -> ActionResult:
    """Open the missing reports of a year for a government and its units; return the new ones.

    Args:
        government: government of the area.
        by: person who requests the reports.
        year: the reported year.
        until: last day that counts (default: 31 December).
        only: primary keys of the units that get a report (empty: all).
    """
    if not is_government(government):
        raise Refused("年度报告由本级政府的政务公开办布置。")
    if not FIRST_FORM_YEAR <= year <= timezone.localdate().year:
        raise Refused(f"报告年度应在{FIRST_FORM_YEAR}年至{timezone.localdate().year}年之间。")
    last = date(year, 12, 31)
    if until and not date(year, 1, 1) <= until <= last:
        raise Refused("统计截止日期应在报告年度内。")
    existing_ids = set(Report.objects.filter(year=year).values_list("body_id", flat=True))
    bodies = [body for body in (government, *list_direct_units(government)) if body.pk not in existing_ids]
    bodies = [body for body in bodies if not only or body.pk in only]
    if not bodies:
        raise Refused(f"{year}年度报告已经布置。")
    entries = make_entries([_make_entry(body, year) for body in bodies], by=by, words=f"布置{year}年度报告")
    rows = [
        Report(entry=entry, body=entry.body, year=year, area=is_government(entry.body), until=until or last)
        for entry in entries
    ]
    Report.objects.bulk_create(rows)
    return ActionResult(
        words=f"布置{year}年政府信息公开工作年度报告，共{len(rows)}个单位",
        facts={"year": year, "bodies": [report.body_id for report in rows]},
        stream=f"annual_year/{government.pk}/{year}",
        result=rows,
    )


def _make_entry(body: Body, year: int) -> Entry:
    due = get_report_due_day(year, government=is_government(body))
    return Entry(kind=KIND, title=f"{year}年政府信息公开工作年度报告", body=body, year=year, due_at=end_of_day(due))


#: Maximum number of problems listed when a report fails its check.
MAX_LISTED_PROBLEMS = 12
MAX_TEXT_CHARACTERS = 20_000


def record_author(entry: Entry, by: Actor) -> Report:
    """Record the user as author, who must not sign the report; return the report."""
    report: Report = entry.annual_report
    mark = [by.user_id, by.person_id]
    if not by.system and mark not in report.authors:
        report.authors = [*report.authors, mark]
        report.save(update_fields=["authors"])
    return report


def _make_result(entry: Entry, *, text: str, facts: Mapping[str, object] | None = None) -> ActionResult:
    """Return the result of filling in; the report becomes a draft again (in a correction: a draft of the correction)."""
    return ActionResult(
        words=text, facts=dict(facts or {}), to_state=map_to_correction_state(entry.state, ReportState.DRAFTING)
    )


@entry_action(KIND, "fill", label="填报数据", rule=check_may_work)
def enter_figures(entry: Entry, *, by: Actor, figures: Mapping[str, Number], source: str) -> ActionResult:
    """Enter figures with their source, overriding counted and earlier ones; only fees may have decimals."""
    source = source.strip()
    if len(source) < 2:
        raise Refused("请写明数据来源，如“行政执法统计年报”“财政非税系统”。")
    wrong = [key for key, value in figures.items() if key not in TYPED_FIGURE_KEYS or value < 0]
    if wrong or not figures:
        raise Refused("没有可以填报的数据。")
    report = record_author(entry, by)
    existing = {row.key: row for row in list_related_rows(EnteredFigure, report, "entered")}
    for key, value in figures.items():
        if not key.endswith("fees_10k_yuan/value") and value != int(value):
            raise Refused(f"{make_label(key)}应为整数。")
        if value >= FIGURE_LIMIT:
            raise Refused(f"{make_label(key)}应小于{FIGURE_LIMIT}。")
        row = existing.get(key) or EnteredFigure(report=report, key=key)
        row.value, row.source, row.by = value, source[:300], by.name
        update_row(row) if key in existing else insert_row(row)
    name_list = "、".join(f"{make_label(key)}{format_figure(value)}" for key, value in list(figures.items())[:6])
    more = f"等{len(figures)}项" if len(figures) > 6 else ""
    facts = {"figures": {key: format_figure(value) for key, value in figures.items()}, "source": source}
    return _make_result(entry, text=f"填报{name_list}{more}（来源：{source}）", facts=facts)


@entry_action(KIND, "drop", label="恢复系统数据", rule=check_may_work)
def remove_figures(entry: Entry, *, by: Actor, keys: Sequence[str]) -> ActionResult:
    """Remove entered figures, so that the counted ones apply again."""
    report = record_author(entry, by)
    rows = report.entered.filter(key__in=keys)
    gone = {row.key: format_figure(row.value) for row in rows}
    if not gone:
        raise Refused("这些数据没有填报，请先填报再提交。")
    rows.delete()
    return _make_result(
        entry, text="恢复系统数据：" + "、".join(make_label(key) for key in list(gone)[:6]), facts={"was": gone}
    )


@entry_action(KIND, "explain", label="说明差异", rule=check_may_work)
def explain_differences(entry: Entry, *, by: Actor, marks: Sequence[str], text: str) -> ActionResult:
    """Explain differences that have the same cause; those that must be corrected are refused.

    `marks` identify the differences; a changed difference needs a new explanation.
    """
    report = record_author(entry, by)
    reason = text.strip()
    if len(reason) < 4:
        raise Refused("请写明差异的原因。")
    problems_by_mark = {
        problem.mark: problem for problem in list_problems(report, count_now(report), today=timezone.localdate())
    }
    problems = [problems_by_mark[mark] for mark in dict.fromkeys(marks) if mark in problems_by_mark]
    if not problems or len(problems) < len(set(marks)):
        raise Refused("没有选择差异，或者差异已经不存在，请刷新页面后再说明。")
    if must := [f"{difference.said}：须更正，不能以说明代替。" for difference in problems if difference.must]:
        raise Refused(must)
    for problem in problems:
        Explanation.objects.update_or_create(
            report=report, mark=problem.mark, defaults={"said": problem.said[:300], "text": reason[:500], "by": by.name}
        )
    count_text = f"等{len(problems)}处" if len(problems) > 1 else ""
    return _make_result(
        entry,
        text=f"{problems[0].said}{count_text}。说明：{reason}",
        facts={"marks": [difference.mark for difference in problems]},
    )


def _list_redraftable(report: Report) -> list[int]:
    """Return the numbers of the sections that nobody wrote or confirmed."""
    kept_numbers = {
        section.number
        for section in report.sections.all()
        if section.text and (section.confirmed_by or not section.drafted)
    }
    return [number for number in SECTION_TITLES if number not in kept_numbers]


def _check_redraftable(entry: Entry) -> list[str]:
    return [] if _list_redraftable(entry.annual_report) else ["各部分都已经改写或者确认，没有重新起草。"]


@entry_action(KIND, "draft", label="依据台账起草文字", rule=check_may_work, ready=_check_redraftable)
def redraft_report_texts(entry: Entry, *, by: Actor, numbers: Sequence[int] = tuple(SECTION_TITLES)) -> ActionResult:
    """Draft texts from the ledgers again, except those written or confirmed by people; refuse if none is left."""
    report = record_author(entry, by)
    texts = draft_texts(report, get_values(count_live_figures(report)))
    done = [number for number in _list_redraftable(report) if number in numbers]
    for number in done:
        Section.objects.update_or_create(
            report=report, number=number, defaults={"text": texts[number], "drafted": True, "basis": texts[number]}
        )
    if not done:
        raise Refused("各部分都已经改写或者确认，没有重新起草。")
    return _make_result(entry, text=f"依据台账起草第{'、'.join(map(str, done))}部分", facts={"sections": done})


@entry_action(KIND, "write", label="改写文字", rule=check_may_work)
def write_section(entry: Entry, *, by: Actor, number: int, text: str) -> ActionResult:
    """Change a section's text, which must then be confirmed again."""
    if number not in SECTION_TITLES:
        raise Refused("年度报告只有六个部分，请选择其中一个。")
    if len(text) > MAX_TEXT_CHARACTERS:
        raise Refused(f"第{number}部分超过{MAX_TEXT_CHARACTERS}字，请精简。")
    report = record_author(entry, by)
    Section.objects.update_or_create(
        report=report,
        number=number,
        defaults={"text": text.strip(), "drafted": False, "confirmed_by": "", "confirmed_at": None},
    )
    return _make_result(entry, text=f"改写第{number}部分“{SECTION_TITLES[number]}”", facts={"section": number})


@entry_action(KIND, "confirm", label="确认文字", rule=check_may_work)
def confirm_sections(entry: Entry, *, by: Actor, numbers: Sequence[int]) -> ActionResult:
    """Confirm the texts of sections; refuse missing, marked and outdated ones."""
    report = record_author(entry, by)
    sections = {section.number: section for section in report.sections.filter(number__in=numbers)}
    against = [reason for number in numbers for reason in _find_section_error(number, sections.get(number))]
    current_drafts = (
        draft_texts(report, get_values(count_live_figures(report)))
        if any(draft.text for draft in sections.values())
        else {}
    )
    against += _find_unexplained_changes(report, list(sections.values()), current_drafts)
    if against or not numbers:
        raise Refused(against or "请选择要确认的部分。")
    for section in sections.values():
        section.confirmed_by, section.confirmed_at = by.name, timezone.now()
        section.basis = current_drafts[section.number] if section.basis else ""
        section.save(update_fields=["confirmed_by", "confirmed_at", "basis"])
    return _make_result(
        entry, text=f"确认第{'、'.join(map(str, numbers))}部分的文字", facts={"sections": list(numbers)}
    )


def _find_unexplained_changes(
    report: Report, sections: Sequence[Section], current_drafts: Mapping[int, str]
) -> list[str]:
    """Return the Chinese reason against confirming texts that differ, unexplained, from the drafts; [] if none does."""
    explained = set(report.explanations.values_list("mark", "said"))
    outdated_texts = find_outdated_texts(sections, current_drafts)
    stated = [
        outdated.said
        for outdated, fact in outdated_texts
        if fact.stated and (outdated.mark, outdated.said) not in explained
    ]
    todo = "请更新文字；确实应当这样写的，先在“数据表”的“核对”中说明原因，再确认。"
    return [f"{'；'.join(stated[:MAX_LISTED_PROBLEMS])}。{todo}"] if stated else []


def _find_section_error(number: int, section: Section | None) -> list[str]:
    """Return the Chinese reason why a section cannot be confirmed: no draft, a marked gap, or no text; [] if it can."""
    if section is None:
        return [f"请先起草第{number}部分。"]
    if GAP_MARKER in section.text:
        return [f"第{number}部分还有“{GAP_MARKER}”标出的内容没有补充。"]
    if number not in SECTION_BY_TABLE.values() and not section.text.strip():
        return [f"第{number}部分“{SECTION_TITLES[number]}”还没有内容，没有的写“无”。"]
    return []


@entry_action(KIND, "cut_off", label="设定统计截止日期", rule=check_may_work)
def set_cut_off_day(entry: Entry, *, by: Actor, until: date) -> ActionResult:
    """Change the last day that counts, for a trial run or a unit that was dissolved in the year."""
    report = record_author(entry, by)
    if not report.first <= until <= date(report.year, 12, 31):
        raise Refused("统计截止日期应在报告年度内。")
    Report.objects.filter(pk=report.pk).update(until=until)
    return _make_result(entry, text=f"统计截止日期改为{until.isoformat()}", facts={"until": until.isoformat()})


def find_open_problems(report: Report) -> list[ReportProblem]:
    """Return the problems that still block submission, computed once per HTTP request (`ask_once`)."""
    return ask_once(
        ("annual.open_problems", report.pk, report.entry.version),
        lambda: [one for one in list_problems(report, count_now(report), today=timezone.localdate()) if one.open],
    )


def find_reasons_against_submission(entry: Entry) -> list[str]:
    """Return the Chinese reasons why a report cannot be checked or submitted yet."""
    problems = find_open_problems(entry.annual_report)
    reasons = [
        f"{problem.said}。" if problem.must else f"{problem.said}，请更正或者说明。"
        for problem in problems[:MAX_LISTED_PROBLEMS]
    ]
    return (
        [*reasons, f"另有{len(problems) - MAX_LISTED_PROBLEMS}处，见填报页面。"]
        if len(problems) > MAX_LISTED_PROBLEMS
        else reasons
    )


@entry_action(KIND, "check", label="核对", rule=check_may_work, ready=find_reasons_against_submission)
def check_report(entry: Entry, *, by: Actor) -> ActionResult:
    """Confirm that a report has no open problem: identities, last year's figures and texts."""
    return ActionResult(
        words="核对通过：勾稽关系成立，差异已说明，文字已确认",
        to_state=map_to_correction_state(entry.state, ReportState.CHECKED),
    )
