"""Compare a notice with its parent or last year's: page, spreadsheet export, decisions."""

import re

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from gongkai.core.acts.action import Refused
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.spreadsheets.responses import spreadsheet_response
from gongkai.core.spreadsheets.sheet import Column, Sheet
from gongkai.core.units.actors import Actor
from gongkai.core.widgets.query_parameters import parse_whole_number
from gongkai.work.notices import actions as act
from gongkai.work.notices.alignment.comparison import KIND_LABELS, LINE_KINDS, ComparedLine, ComparedMeasure
from gongkai.work.notices.alignment.stored_notices import (
    NoticeAlignment,
    align_notices,
    list_notices_to_compare,
    map_row_numbers_to_measures,
    summarize_alignment,
)
from gongkai.work.notices.alignment.text_differences import GONE, NEW
from gongkai.work.notices.models import Duty, Notice
from gongkai.work.notices.queries.visible import visible_to
from gongkai.work.notices.views.common import get_notice_or_404, run_and_redirect

CHANGE_BRACKETS = {GONE: ("【删：", "】"), NEW: ("【增：", "】")}


def build_sheet(alignment: NoticeAlignment) -> tuple[Sheet, list[dict[str, object]]]:
    """Return (sheet, its rows); changes are shown as 【删：…】 and 【增：…】."""
    other, ours = alignment.sides
    columns = (
        Column("kind", "对照结果", width=12),
        Column("upper_no", f"{other}序号", width=8),
        Column("upper_place", f"{other}工作任务", width=28),
        Column("upper", f"{other}举措", width=60),
        Column("own_no", f"{ours}序号", width=8),
        Column("own_place", f"{ours}工作任务", width=28),
        Column("own", f"{ours}举措", width=60),
        Column("marked", "改动之处", width=60),
        Column("words", "增减要求", width=40),
        Column("figures", "数字和时间", width=30),
        Column("limits", "时限建议", width=40),
        Column("units", "单位", width=30),
        Column("decided", "人工确认", width=24),
    )
    return Sheet(f"与{other if alignment.mode != 'own' else '另一份通知'}对照", columns), [
        _build_row(line, alignment.mode) for line in alignment.lines
    ]


def _build_row(line: ComparedLine, mode: str) -> dict[str, object]:
    """Return the cells of a compared line for the exported table."""
    return {
        "kind": KIND_LABELS[mode][line.kind],
        "upper_no": line.upper.number if line.upper else "",
        "upper_place": _make_section_text(line.upper),
        "upper": line.upper.text if line.upper else "",
        "own_no": line.own.number if line.own else "",
        "own_place": _make_section_text(line.own),
        "own": _make_compared_text(line.own),
        "marked": _format_marked_text(line),
        "words": "\n".join(
            [*(f"增：{text}" for text in line.marked.added), *(f"减：{text}" for text in line.marked.removed)]
        ),
        "figures": "\n".join(line.differs),
        "limits": "\n".join(
            [
                *(f"{limit.words}（{limit.upper_words}；{limit.sides[1]}{limit.own_words}）" for limit in line.limits),
                *line.overridden_deadlines,
            ]
        ),
        "units": "\n".join(line.units),
        "decided": _describe_decision(line),
    }


def _describe_decision(line: ComparedLine) -> str:
    """Return lines on the decisions to pair the measures or keep the own rule: user, reason."""
    lines = []
    if line.decided:
        lines.append(f"{line.decided.by}{'：' + line.decided.words if line.decided.words else ''}")
    if line.kept:
        stale = "（此后内容有改动）" if line.kept.stale else ""
        lines.append(f"{line.kept.by}决定保留本级规定：{line.kept.reason}{stale}")
    return "\n".join(lines)


def _make_section_text(side: ComparedMeasure | None) -> str:
    """Return section and item of a measure, one a line; "" without a measure."""
    return "\n".join(part for part in (side.section, side.item) if part) if side else ""


def _make_compared_text(side: ComparedMeasure | None) -> str:
    """Return the text of a measure and the office's own requirements; "" without a measure."""
    if side is None:
        return ""
    return "\n".join([side.text, *(f"{head}：{text}" for head, text in side.own_words)])


def _format_marked_text(line: ComparedLine) -> str:
    """Return the text with brackets around added or removed parts, or ""."""
    if not line.marked.differs:
        return ""
    return "".join(
        f"{CHANGE_BRACKETS[segment.kind][0]}{segment.text}{CHANGE_BRACKETS[segment.kind][1]}"
        if segment.kind in CHANGE_BRACKETS
        else segment.text
        for segment in line.marked.segments
    )


# Filters other than the kinds of lines.
EXTRA_FILTERS = {"waits": "待确认", "figures": "数字和时间不同", "limits": "时限建议", "units": "单位不同"}


def _find_notice_to_compare(request: HttpRequest, notice: Notice, values: QueryDict) -> Notice | None:
    """Return the notice to compare with: the requested one, the parent, the likeliest, or None."""
    rows = visible_to(request.user).select_related("government").exclude(pk=notice.pk)
    if requested := values.get("with"):
        return get_visible_or_404(request.user, Notice, requested)
    if notice.parent_id and (parent := rows.filter(pk=notice.parent_id).first()):
        return parent
    likely = [candidate for candidate, reason in list_notices_to_compare(notice, request.user) if reason]
    return likely[0] if likely else None


def show_alignment(request: HttpRequest, pk: int) -> HttpResponse:
    """Show both notices side by side."""
    notice, actor = get_notice_or_404(request, pk)
    other = _find_notice_to_compare(request, notice, request.GET)
    try:
        alignment = align_notices(notice, other) if other else None
    except Refused as refusal:
        messages.error(request, str(refusal))
        alignment = None
    show = request.GET.get("show", "")
    show = show if show in {*LINE_KINDS, *EXTRA_FILTERS} else ""
    context: dict[str, object] = {
        "notice": notice,
        "other": other,
        "offered": list_notices_to_compare(notice, request.user),
        "made": alignment,
        "show": show,
        "may": not act.align_measures.why_not(notice, by=actor),
        "editable": notice.editable,
    }
    if alignment:
        context |= {
            "lines": [(line, KIND_LABELS[alignment.mode][line.kind]) for line in _filter_lines(alignment, show)],
            "summary": summarize_alignment(alignment),
            "filters": _build_filters(alignment),
        }
    return render(request, "notices/alignment.html", context)


def _build_filters(alignment: NoticeAlignment) -> list[tuple[str, str, int]]:
    """Return (key, label, count) of the filters that find something."""
    rows = [("", "全部", len(alignment.lines)), *alignment.counts]
    return rows + [
        (key, text, count) for key, text in EXTRA_FILTERS.items() if (count := len(_filter_lines(alignment, key)))
    ]


def _filter_lines(alignment: NoticeAlignment, show: str) -> list[ComparedLine]:
    tests = {
        "waits": lambda line: line.waits,
        "figures": lambda line: bool(line.differs) or line.marked.figures,
        "limits": lambda line: bool(line.limits),
        "units": lambda line: bool(line.units),
    }
    test = tests.get(show, lambda line: not show or line.kind == show)
    return [line for line in alignment.lines if test(line)]


def export_alignment(request: HttpRequest, pk: int) -> HttpResponse:
    """Export the comparison as a spreadsheet."""
    notice, _ = get_notice_or_404(request, pk)
    other = _find_notice_to_compare(request, notice, request.GET)
    if other is None:
        return redirect("notices_alignment", pk)
    try:
        sheet, rows = build_sheet(align_notices(notice, other))
    except Refused:
        return redirect(f"{reverse('notices_alignment', args=[pk])}?with={other.pk}")
    return spreadsheet_response(sheet, rows, f"{sheet.name} {notice.title[:60]}", guide=False)


def correct_alignment(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the parent, pair measures, keep differences or take over deadlines."""
    notice, actor = get_notice_or_404(request, pk)
    values = request.POST
    other_notice = get_visible_or_404(request.user, Notice, values.get("with", ""))
    return_url = f"{reverse('notices_alignment', args=[pk])}?with={other_notice.pk}"
    if values.get("show") in {*LINE_KINDS, *EXTRA_FILTERS}:
        return_url += f"&show={values['show']}"
    if anchor := parse_whole_number(values.get("at", "")):
        return_url += f"#line{anchor}"
    work = {
        "parent": lambda: act.choose_parent(notice, by=actor, parent=other_notice),
        "limit": lambda: save_deadline(notice, other_notice, actor, values, rewrite=False),
        "limit_words": lambda: save_deadline(notice, other_notice, actor, values, rewrite=True),
        "keep": lambda: save_keep_decision(notice, other_notice, actor, values, forget=False),
        "unkeep": lambda: save_keep_decision(notice, other_notice, actor, values, forget=True),
    }.get(values.get("do", ""), lambda: save_pairing(notice, other_notice, actor, values))
    return run_and_redirect(request, work, "已保存。", return_url)


def save_pairing(notice: Notice, other: Notice, actor: Actor, values: QueryDict) -> Notice:
    """Save the pairing that the form requests."""
    own_key = parse_whole_number(values.get("own", ""))
    uppers = [number for text in values.getlist("upper") if (number := parse_whole_number(text))]
    decision = values.get("do")
    if decision == "link":
        own_key, uppers = _read_measures_to_pair(notice, other, values)
    elif decision == "ours":
        uppers = []
    elif decision == "dropped":
        own_key = None
    notice_saved: Notice = act.align_measures(
        notice,
        by=actor,
        other=other,
        own=own_key,
        uppers=uppers,
        words=values.get("words", "").strip(),
        forget=decision == "forget",
    )
    return notice_saved


def save_keep_decision(notice: Notice, other: Notice, actor: Actor, values: QueryDict, *, forget: bool) -> Notice:
    """Save or delete a decision to keep the own version."""
    made: Notice = act.keep_own_version(
        notice,
        by=actor,
        other=other,
        own=parse_whole_number(values.get("own", "")) or 0,
        upper=parse_whole_number(values.get("upper", "")) or 0,
        reason=values.get("words", ""),
        forget=forget,
    )
    return made


def save_deadline(notice: Notice, other: Notice, actor: Actor, values: QueryDict, *, rewrite: bool) -> Notice:
    """Copy the posted deadline of the higher notice, with `rewrite` also the posted text (Refused: missing)."""
    upper_duty = Duty.objects.filter(measure__notice=other, pk=parse_whole_number(values.get("from", "")) or 0).first()
    if upper_duty is None:
        raise Refused("这一项要求已不存在，请刷新后重试。")
    text = values.get("words", "").strip() if rewrite else ""
    if rewrite and not text:
        raise Refused("请填写改写后的要求。")
    made: Notice = act.adopt_deadline(
        notice, by=actor, duty=parse_whole_number(values.get("duty", "")) or 0, theirs=upper_duty, words=text
    )
    return made


def _read_measures_to_pair(notice: Notice, other: Notice, values: QueryDict) -> tuple[int, list[int]]:
    """Return keys (own measure, other measures) to pair, posted as keys or as row numbers (Refused: unknown)."""
    own_key = parse_whole_number(values.get("own", ""))
    uppers = [number for text in values.getlist("upper") if (number := parse_whole_number(text))]
    if values.get("own_number"):
        own_key = map_row_numbers_to_measures(notice).get(parse_whole_number(values.get("own_number", "")) or 0)
    if values.get("numbers"):
        existing = map_row_numbers_to_measures(other)
        numbers = [
            parse_whole_number(number_text)
            for number_text in re.split(r"[、，,；;\s]+", values.get("numbers", "").strip())
        ]
        uppers = [existing[one] for one in numbers if one in existing]
        if len(uppers) != len(numbers):
            raise Refused(f"对照的通知只有第1条至第{len(existing)}条，请核对序号。")
    if not own_key or not uppers:
        raise Refused("请填写要对应的序号。")
    return own_key, uppers
