"""Corrections (更正) of published reports: the current one, its changes, and its public note."""

from collections.abc import Iterator, Mapping
from datetime import date

from gongkai.content.editions.models import Document
from gongkai.lib.chinese.days import as_day, day_in_words
from gongkai.lib.typed_json import numbers, record, records, text
from gongkai.oversight.annual.form import KEYS, SECTIONS, label_of, said
from gongkai.oversight.annual.models import Correction, Report
from gongkai.oversight.annual.snapshot import figures_in

#: Maximum number of changed figures listed in a corrected report.
MAX_SHOWN = 40


def under_way(report: Report) -> Correction | None:
    """Return the current correction, or None."""
    return report.corrections.filter(ended_at=None).first()


def changes(before: Mapping[str, object], after: Mapping[str, object]) -> list[dict[str, str]]:
    """Return changed figures with label, old and new value, as the form prints them. Pure."""
    was, now = figures_in(before), figures_in(after)
    return [
        {"label": label_of(key), "was": said(was[key].value) or "—", "now": said(now[key].value) or "—"}
        for key in KEYS
        if was[key].value != now[key].value
    ]


def changed_sections(before: Mapping[str, object], after: Mapping[str, object]) -> list[int]:
    """Return the sections whose texts differ between two submissions. Pure."""
    texts = [{key: str(words).strip() for key, words in record(row, "sections").items()} for row in (before, after)]
    return [number for number in SECTIONS if texts[0].get(str(number), "") != texts[1].get(str(number), "")]


def correction_of(report: Report, correction: Correction, content: Mapping[str, object]) -> dict[str, object]:
    """Return the public note of a correction: reason, first publication, changes."""
    former = report.submissions.get(number=correction.replaces).content
    document = Document.objects.filter(source=report.stream).first()
    first = document.published_at if document else None
    return {
        "replaces": correction.replaces,
        "reason": correction.reason,
        "first": as_day(first).isoformat() if first else "",
        "changes": changes(former, content),
        "sections": changed_sections(former, content),
    }


def lines_of(content: Mapping[str, object]) -> Iterator[str]:
    """Return the lines printed before the first section of a corrected report, if it is one."""
    kept = record(content, "correction")
    if not kept:
        return
    day, changed, sections = text(kept, "first"), records(kept, "changes"), numbers(kept, "sections")
    first = f"于{day_in_words(date.fromisoformat(day))}首次公布，" if day else "公布后"
    yield f"更正说明：本报告{first}现予更正，以本版为准。更正原因：{text(kept, 'reason').rstrip('。')}。"
    figures = [f"{one['label']}由{one['was']}更正为{one['now']}" for one in changed[:MAX_SHOWN]]
    more = f"等{len(changed)}项数据" if len(changed) > MAX_SHOWN else ""
    parts = ["；".join(figures) + more] if figures else []
    if sections:
        parts.append(f"修改了第{'、'.join(map(str, sections))}部分的文字")
    yield f"更正内容：{'；'.join(parts) or '重新公布，数据和文字没有变化'}。"
