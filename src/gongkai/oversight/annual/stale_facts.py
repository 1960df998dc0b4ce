"""Find facts in drafted texts that no longer agree with the ledgers and tables.

A text is compared with a new draft. Facts in the draft's wording must have the present number.
Facts that changed since the draft (`Section.basis`) are reported even if the text was reworded.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from gongkai.content.editions.models import Document
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.days import as_day, day_in_words
from gongkai.lib.typed_json import read_numbers, read_record, read_records, read_text
from gongkai.oversight.annual.form import FIGURE_KEYS, SECTION_TITLES, format_figure, make_label
from gongkai.oversight.annual.models import Correction, Report, Section
from gongkai.oversight.annual.snapshot import get_figures

#: Maximum number of changed figures listed in a corrected report.
MAX_LISTED_CHANGES = 40


def get_current_correction(report: Report) -> Correction | None:
    """Return the correction of the report that a person started and nobody has ended yet, or None."""
    return report.corrections.filter(ended_at=None).first()


def list_changed_figures(before: Mapping[str, object], after: Mapping[str, object]) -> list[dict[str, str]]:
    """Return a dict (`label`, `was`, `now`, as the form prints them) for each changed figure. Pure."""
    was, now = get_figures(before), get_figures(after)
    return [
        {
            "label": make_label(key),
            "was": format_figure(was[key].value) or "—",
            "now": format_figure(now[key].value) or "—",
        }
        for key in FIGURE_KEYS
        if was[key].value != now[key].value
    ]


def list_changed_sections(before: Mapping[str, object], after: Mapping[str, object]) -> list[int]:
    """Return the sections whose texts differ between two submissions. Pure."""
    texts = [
        {key: str(words).strip() for key, words in read_record(row, "sections").items()} for row in (before, after)
    ]
    return [number for number in SECTION_TITLES if texts[0].get(str(number), "") != texts[1].get(str(number), "")]


def make_correction_note(report: Report, correction: Correction, content: Mapping[str, object]) -> dict[str, object]:
    """Return the public note of a correction.

    Its keys: `replaces`, `reason`, `first` (ISO day of first publication or ""), `changes` (of figures), `sections`.
    """
    former = report.submissions.get(number=correction.replaces).content
    document = Document.objects.filter(source=report.stream).first()
    first = document.published_at if document else None
    return {
        "replaces": correction.replaces,
        "reason": correction.reason,
        "first": as_day(first).isoformat() if first else "",
        "changes": list_changed_figures(former, content),
        "sections": list_changed_sections(former, content),
    }


def list_correction_lines(content: Mapping[str, object]) -> Iterator[str]:
    """Yield the lines printed before the first section of a corrected report; none for other reports."""
    correction = read_record(content, "correction")
    if not correction:
        return
    day, changed, sections = (
        read_text(correction, "first"),
        read_records(correction, "changes"),
        read_numbers(correction, "sections"),
    )
    publication_text = f"于{day_in_words(date.fromisoformat(day))}首次公布，" if day else "公布后"
    yield f"更正说明：本报告{publication_text}现予更正，以本版为准。更正原因：{read_text(correction, 'reason').rstrip('。')}。"
    figures = [f"{change['label']}由{change['was']}更正为{change['now']}" for change in changed[:MAX_LISTED_CHANGES]]
    count_text = f"等{len(changed)}项数据" if len(changed) > MAX_LISTED_CHANGES else ""
    clauses = ["；".join(figures) + count_text] if figures else []
    if sections:
        clauses.append(f"修改了第{'、'.join(map(str, sections))}部分的文字")
    yield f"更正内容：{'；'.join(clauses) or '重新公布，数据和文字没有变化'}。"


#: A fact in drafted wording: words, number, unit.
_DRAFTED_FACT_RE = re.compile(r"([^\d\s，。；：（）〔〕]{2,40})(\d[\d.]*)(件|条|项|个(?!工作日)|元)")
#: Reporting period in a text, which depends on the last day that counts.
_DATE_PATTERN = r"\d{4}年\d{1,2}月\d{1,2}日"
_STATED_PERIOD_RE = re.compile(rf"(数据统计期限)为({_DATE_PATTERN}至{_DATE_PATTERN})")
#: Stands for a value that is missing in a text.
NO_VALUE_LABEL = "没有"
#: The only fact that drafts express in words if the count is zero.
_LATE_TEXT, _NONE_LATE_TEXT = "超过法定期限办结或者逾期未办结", "没有超过法定期限的"
_NONE_LATE_RE = re.compile(rf"(?<!有){_NONE_LATE_TEXT}")


@dataclass(frozen=True)
class ChangedFact:
    """A fact on which a report depends and that changed: its name, old (`was`) and new value (`now`).

    `stated` is true if the text itself contains it, false if only its draft did.
    """

    name: str
    was: str
    now: str
    stated: bool

    @property
    def said(self) -> str:
        """Return the change as a phrase."""
        previous_text = self.was if self.was == NO_VALUE_LABEL else f"为{self.was}"
        current_text = self.now if self.now == NO_VALUE_LABEL else f"是{self.now}"
        return f"“{self.name}”{'文中' if self.stated else '起草时'}{previous_text}，现在{current_text}"


def _clean_fact_name(text: str) -> str:
    """Return a fact's name without 、, 其中 or 个 at its beginning."""
    return (
        text.lstrip("、").removeprefix("其中").removeprefix("个")
    )  # keep 、 within a name: 行政复议、行政诉讼结果纠正


def find_facts(text: str) -> dict[str, str]:
    """Return the facts in a text by name, with number and unit, or the period. Pure."""
    facts: dict[str, str] = {}
    for name, number, unit in _DRAFTED_FACT_RE.findall(text):
        facts.setdefault(_clean_fact_name(name), f"{number}{unit}")
    for name, period in _STATED_PERIOD_RE.findall(text):
        facts.setdefault(name, period)
    if _NONE_LATE_RE.search(text):
        facts.setdefault(_LATE_TEXT, NO_VALUE_LABEL)
    return facts


def find_outdated_facts(text: str, basis: str, now: str) -> list[ChangedFact]:
    """Return the outdated facts of a text. Pure.

    Args:
        text: the current text.
        basis: the draft on which it is based or confirmed; empty if none.
        now: the current draft.
    """
    if text.strip() == now.strip():
        return []
    stated, drafted, current = find_facts(text), find_facts(basis), find_facts(now)
    outdated_facts = []
    for name in dict.fromkeys((*stated, *drafted, *current)):
        is_now = current.get(name, NO_VALUE_LABEL)
        if name in stated and (name in current or name in drafted):
            if stated[name] != is_now:
                outdated_facts.append(ChangedFact(name, stated[name], is_now, stated=True))
        elif basis and drafted.get(name, NO_VALUE_LABEL) != is_now:
            outdated_facts.append(ChangedFact(name, drafted.get(name, NO_VALUE_LABEL), is_now, stated=False))
    return outdated_facts


def find_outdated_section_facts(section: Section, drafts: Mapping[int, str]) -> list[ChangedFact]:
    """Return the outdated facts of a section, compared with the current drafts by number."""
    return find_outdated_facts(section.text, section.basis, drafts[section.number]) if section.text.strip() else []


def update_facts(text: str, now: str) -> str:
    """Return a text with the numbers of the current draft (`now`)."""
    current_facts = find_facts(now)

    def put(match: re.Match[str]) -> str:
        """Return the phrase with the present figure."""
        name, number, unit = match.groups()
        said = current_facts.get(_clean_fact_name(name), number + unit)
        return _NONE_LATE_TEXT if said == NO_VALUE_LABEL else f"{name}{said}"

    if (late := current_facts.get(_LATE_TEXT, NO_VALUE_LABEL)) != NO_VALUE_LABEL:
        text = _NONE_LATE_RE.sub(f"{_LATE_TEXT}{late}", text)
    text = _STATED_PERIOD_RE.sub(lambda found: f"{found[1]}为{current_facts.get(found[1], found[2])}", text)
    return _DRAFTED_FACT_RE.sub(put, text)
