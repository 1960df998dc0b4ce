"""Find problems of a report, and verify stored submissions."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from gongkai.core.acts.digest import canonical_json, digest
from gongkai.core.acts.models import Movement
from gongkai.core.acts.seal import LogVerdict
from gongkai.lib.chinese.days import day_in_words
from gongkai.lib.law.annual import check_annual_report
from gongkai.oversight.annual.erasure import digest_erased_submissions
from gongkai.oversight.annual.form import SECTION_TITLES, Number, is_sum, to_tables
from gongkai.oversight.annual.models import Report, Section, Submission
from gongkai.oversight.annual.queries.area import CountedReport, UnitContribution
from gongkai.oversight.annual.queries.comparisons import get_previous_figures
from gongkai.oversight.annual.queries.figures import get_values
from gongkai.oversight.annual.stale_facts import ChangedFact, find_outdated_section_facts
from gongkai.oversight.annual.states import KIND, ReportState
from gongkai.oversight.annual.text_drafts import draft_texts


def verify_submissions() -> LogVerdict:
    """Recompute the digests of the submissions and compare them with the log; stop at the first mismatch."""
    count = 0
    erased_digests = digest_erased_submissions()
    for submission in Submission.objects.select_related("report").iterator(chunk_size=200):
        count += 1
        moved = Movement.objects.filter(stream=f"entry/{submission.report_id}", action=f"{KIND}.hand_in")
        logged = {row.facts.get("digest") for row in moved}
        if (
            digest(canonical_json(submission.content)) != erased_digests.get(submission.pk, submission.digest)
            or submission.digest not in logged
        ):
            return LogVerdict(count, f"{submission}与报送时不一致")
    return LogVerdict(count)


#: Required step for a problem that is not a wrong figure.
_REQUIRED_STEP_LABELS = {"missing": "待填报", "section": "待确认", "period": "未到期"}


@dataclass(frozen=True)
class ReportProblem:
    """A violated rule (`mark`) of an annual report, its message and its explanation.

    `must` is true if it must be corrected, false if it may be explained. `key` is that of the
    figure (or ""), `text` the given explanation, `idea` a suggested one.
    """

    mark: str
    said: str
    must: bool
    key: str = ""
    text: str = ""
    idea: str = ""

    @property
    def open(self) -> bool:
        """Return True if the problem still blocks submission."""
        return self.must or not self.text

    @property
    def word(self) -> str:
        """Return the Chinese label of the required step."""
        if not self.must:
            return "已说明" if self.text else "须更新" if self.mark.startswith("text/") else "须说明"
        return _REQUIRED_STEP_LABELS.get(self.mark.partition("/")[0], "须更正")


def find_table_problems(
    values: Mapping[str, Number | None], previous: Mapping[str, object] | None
) -> list[ReportProblem]:
    """Return missing figures, violated identities, and differences from last year's tables. Pure."""
    verdict = check_annual_report(to_tables(values) | ({"previous": previous} if previous else {}))
    problems = []
    for fault, must in [(error, True) for error in verdict.errors] + [(warning, False) for warning in verdict.warnings]:
        mark = "/".join((fault.rule, fault.row or "", fault.column or ""))
        key = f"{fault.table}/{fault.row}/{fault.column}" if fault.row and fault.column else ""
        if fault.rule == "missing":
            problems.append(ReportProblem(mark, f"{fault.message}，请填报", must, key))
        else:
            problems.append(ReportProblem(mark, fault.message, must, key))
    return _drop_missing_sums(problems)


def _drop_missing_sums(problems: list[ReportProblem]) -> list[ReportProblem]:
    """Return the problems without missing sums, which follow from the missing parts."""
    return [
        problem
        for problem in problems
        if not (problem.mark.startswith("missing/") and problem.key and is_sum(problem.key))
    ]


def list_problems(report: Report, now: CountedReport, *, today: date) -> list[ReportProblem]:
    """Return all problems of a report with the explanations given; those that are `open` block submission."""
    previous = get_previous_figures(report.body, report.year)
    problems = find_table_problems(get_values(now.figures), previous.tables if previous else None)
    if report.area:
        problems = [
            *_name_units(_merge_missing_figures(problems, now.members), now.members),
            *_check_units(report, now.members),
        ]
    problems += _check_period(report, today)
    problems += [*_check_texts(report), *_check_outdated(report, now)]
    given = {(explanation.mark, explanation.said): explanation.text for explanation in report.explanations.all()}
    return [
        problem if problem.must else replace(problem, text=given.get((problem.mark, problem.said), ""))
        for problem in problems
    ]


def _check_period(report: Report, today: date) -> Iterator[ReportProblem]:
    """Yield a problem if the period is not over yet, or does not end with the year."""
    if report.until >= today:
        text = f"统计截止日期（{day_in_words(report.until)}）未到，数据还会变化"
        yield ReportProblem("period", text, must=True)
    elif (report.until.month, report.until.day) != (12, 31):
        yield ReportProblem("cut_off", f"统计截止到{day_in_words(report.until)}，不满全年", must=False)


def _merge_missing_figures(problems: list[ReportProblem], contributions: list[UnitContribution]) -> list[ReportProblem]:
    """Replace the problems of missing figures by one that names the units which have not filled them in."""
    missing_figures = [problem for problem in problems if problem.mark.startswith("missing/")]
    if not missing_figures:
        return problems
    names = [
        member.body.label
        for member in contributions
        if any(member.values.get(problem.key) is None for problem in missing_figures)
    ]
    unit_names = f"{'、'.join(names[:4])}{f'等{len(names)}个单位' if len(names) > 4 else ''}"
    text = f"有{len(missing_figures)}项数据还不能合计：{unit_names}没有填报，请催办，或者在下表填报"
    return [
        ReportProblem("missing", text, must=True),
        *(problem for problem in problems if problem not in missing_figures),
    ]


def _name_units(problems: list[ReportProblem], contributions: list[UnitContribution]) -> list[ReportProblem]:
    """Add to each problem that must be corrected the units whose own tables have it."""
    wrong_marks = {problem.mark for problem in problems if problem.word == "须更正"}
    if not wrong_marks:
        return problems
    names: dict[str, list[str]] = {}
    for contribution in contributions:
        for wrong_mark in {problem.mark for problem in find_table_problems(contribution.values, None)} & wrong_marks:
            names.setdefault(wrong_mark, []).append(contribution.body.label)
    return [
        replace(problem, said=f"{problem.said}。请{'、'.join(names[problem.mark][:4])}更正")
        if problem.mark in names and problem.mark in wrong_marks
        else problem
        for problem in problems
    ]


def _check_units(report: Report, contributions: list[UnitContribution]) -> Iterator[ReportProblem]:
    """Yield a problem for each unit without figures up to the report's last day."""
    for member in contributions:
        if not member.given and member.body.active_to:
            text = f"{member.body.name}已于{day_in_words(member.body.active_to)}撤销，没有承继单位，按台账现有的和已经填报的数据计入"
            yield ReportProblem(f"member/{member.body.pk}", text, must=False)
        elif not member.given:
            is_cancelled = member.report is not None and member.report.entry.state == ReportState.CANCELLED
            text = f"{member.body.name}{'不再编制' if is_cancelled else '尚未报送'}，按台账现有的和已经填报的数据计入"
            yield ReportProblem(f"member/{member.body.pk}", text, must=False)
        elif member.report and member.report.counted_until != report.until:
            text = f"{member.body.name}的统计截止日期是{day_in_words(member.report.counted_until)}，与本报告不同"
            yield ReportProblem(f"member_until/{member.body.pk}", text, must=False)


def find_outdated_texts(
    sections: Iterable[Section], drafts: Mapping[int, str]
) -> Iterator[tuple[ReportProblem, ChangedFact]]:
    """Yield (problem, outdated fact) for texts; they must be corrected or explained."""
    for section in sections:
        for changed in find_outdated_section_facts(section, drafts):
            text = f"文字第{section.number}部分早于现在的数据：{changed.said}"
            yield ReportProblem(f"text/{section.number}/{changed.name}", text, must=False), changed


def _check_outdated(report: Report, now: CountedReport) -> list[ReportProblem]:
    """Return the problems of section texts that no longer agree with the figures."""
    sections = [section for section in report.sections.all() if section.text.strip()]
    return (
        [problem for problem, _ in find_outdated_texts(sections, draft_texts(report, get_values(now.figures)))]
        if sections
        else []
    )


def _check_texts(report: Report) -> Iterator[ReportProblem]:
    """Yield a problem that names the sections which nobody has confirmed."""
    done = {section.number for section in report.sections.all() if section.confirmed_by}
    remaining = [number for number in SECTION_TITLES if number not in done]
    if remaining:
        numbers_text = "、".join(map(str, remaining))
        yield ReportProblem(f"section/{numbers_text}", f"文字部分的第{numbers_text}部分还没有确认", must=True)
