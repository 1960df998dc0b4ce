"""Preview of a confirmation, line by line: measure, deadline, units and warnings, sorted by date."""

from datetime import timedelta

import pytest

from factories.notices import YEAR, City, by_date, draft, duty, parsed, row
from gongkai.work.notices.models import Notice
from gongkai.work.notices.queries.readiness import DATE_WARNING_LABELS, preview_confirmation


def draft_with_due(town: City, due: dict[str, object] | None, text: str = "公开目录。") -> Notice:
    """Create a draft with one row and one deadline."""
    made = row(text, ["市财政局"], ["市教育局"], duties=[duty(text, due=due)])
    return draft(town, parsed(rows=[made]))


QUARTERLY = {"kind": "recurring", "period": "quarter", "text": "每季度"}


@pytest.mark.parametrize(
    ("due", "marks"),
    [
        (by_date(f"{YEAR}-12-10"), ()),
        (by_date(f"{YEAR}-12-31"), ()),
        (None, ("none",)),
        (by_date(f"{YEAR}-02-01"), ("past",)),
        (by_date(f"{YEAR - 1}-12-31"), ("past", "before_issue", "other_year")),
        (by_date(f"{YEAR + 1}-03-31"), ("other_year",)),
        (QUARTERLY, ()),
        ({"kind": "ongoing", "mode": "及时", "text": "及时"}, ("year_end",)),
        ({"kind": "months", "count": 3, "after": "国家出台规定", "text": "3个月内"}, ("awaits", "none")),
    ],
)
def test_unusual_dates_are_marked(town: City, due: dict[str, object] | None, marks: tuple[str, ...]) -> None:
    notice = draft_with_due(town, due)
    assert notice.issued_on is not None
    [line] = preview_confirmation(notice, notice.issued_on + timedelta(days=40)).lines
    assert line.marks == marks
    assert line.mark_labels == tuple(DATE_WARNING_LABELS[mark] for mark in marks)


def test_lines_are_sorted_by_date_with_printed_and_parsed_words(town: City) -> None:
    rows = [
        row("甲。", ["市财政局"], ["市教育局", "市财政局"], duties=[duty("甲。", due=by_date(f"{YEAR}-11-30"))]),
        row("乙。", ["市财政局"], ["市教育局"], duties=[duty("乙。", due=by_date(f"{YEAR}-06-30"))]),
    ]
    shown = preview_confirmation(draft(town, parsed(rows=rows)))
    assert [(line.number, line.measure.text, line.unit_names) for line in shown.lines] == [
        (2, "乙。", "市教育局"),
        (1, "甲。", "市财政局、市教育局"),
    ]
    assert shown.lines[0].limits == (f"{YEAR}-06-30（{YEAR}年6月30日前）",)
    assert sum(len(line.units) for line in shown.lines) == shown.entries


def test_row_with_unknown_units_is_listed_with_its_date(town: City) -> None:
    rows = [row("甲。", ["市财政局"], ["市某某局"], duties=[duty("甲。", due=by_date(f"{YEAR}-11-30"))])]
    [line] = preview_confirmation(draft(town, parsed(rows=rows))).lines
    assert (line.units, line.unknown, line.marks[-1]) == ((), ("市某某局",), "units")
    assert line.due.isoformat() == f"{YEAR}-11-30"


def test_preview_of_large_notice_uses_constant_number_of_queries(
    town: City, django_assert_max_num_queries: object
) -> None:
    rows = [row(f"第{n}项。", ["市财政局"], ["市教育局", "市财政局"]) for n in range(40)]
    notice = draft(town, parsed(rows=rows))
    with django_assert_max_num_queries(30):  # type: ignore[operator]
        preview_confirmation(notice)
