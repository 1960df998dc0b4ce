"""Register of reviews (审签记录): pending, urgent and decided."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django_filters import ChoiceFilter

from gongkai.content.reviewing import signature_queue
from gongkai.content.reviewing.models import Review
from gongkai.content.reviewing.states import OPEN_STATES, UNSETTLED_URGENT_STATES
from gongkai.core.registers.columns import FILE_AND_RECORD, FILE_ONLY, Column, render_chip, render_light
from gongkai.core.registers.filters import UnitFilter, YearFilter
from gongkai.core.registers.register import Register
from gongkai.core.units.actors import ANONYMOUS, Actor
from gongkai.core.units.models import Body

UNDER_WAY, URGENTLY, DECIDED = "others", "urgent", "done"
#: State filter of the register.
STATE_GROUPS = [(UNDER_WAY, "正在审签"), (URGENTLY, "紧急发布待补审"), (DECIDED, "已经审签")]
#: Light → label.
LIGHT_LABELS = {"red": "超期", "yellow": "今天到期", "green": "期限内"}


def _filter_by_group(rows: "QuerySet[Review]", name: str, value: str) -> "QuerySet[Review]":
    """Filter by under way, urgent and not settled, or the rest."""
    if value == UNDER_WAY:
        return rows.filter(state__in=OPEN_STATES)
    return (
        rows.filter(state__in=UNSETTLED_URGENT_STATES)
        if value == URGENTLY
        else rows.exclude(state__in=(*OPEN_STATES, *UNSETTLED_URGENT_STATES))
    )


def _filter_by_unit(rows: "QuerySet[Review]", name: str, value: Body) -> "QuerySet[Review]":
    return rows.filter(body_id=value.pk)


def _get_row(review: Review) -> signature_queue.ReviewRow:
    """Return the list row of a review, preloaded for a page."""
    review_row: signature_queue.ReviewRow | None = getattr(review, "row", None)
    return review_row or signature_queue.make_review_rows([review], ANONYMOUS)[0]


def _render_title(review: Review) -> SafeString:
    marks = format_html_join("", " {}", ((render_chip(mark),) for mark in _get_row(review).marks))
    why = f"{review.urgent_by}决定紧急发布：{review.urgent_reason}" if review.urgent_by else ""
    return format_html("{}{}{}", review.title, marks, format_html("<br>{}", why) if why else "")


def _describe_progress(review: Review) -> str:
    """Return the state of a review in words: the pending stage since when, or the decision."""
    if not review.stage_name:
        decided = f"，{review.decided_by}" if review.decided_by else ""
        return f"{review.get_state_display()}{decided}"
    until = f"，须在{timezone.localdate(review.urgent_due)}前补审" if review.urgent_due else ""
    return f"{review.stage_name}，已等{_get_row(review).days}天{until}"


def _render_progress(review: Review) -> SafeString:
    light = _get_row(review).light
    return format_html("{} {}", _describe_progress(review), render_light(light, LIGHT_LABELS[light]) if light else "")


def _describe_signatures(review: Review) -> str:
    return "，".join(
        f"{signature.stage_name}{signature.name}{'（纸质签批）' if signature.on_paper else ''}"
        for signature in _get_row(review).signed
    )


class ReviewRegister(Register[Review]):
    """Register of reviews that the user sees, newest first."""

    name, model, title = "reviewing.records", Review, "审签记录"
    section = ("信息公开", ("待审信息", "reviewing:reviews"))
    columns = (
        Column("title", cell=_render_title, width=40),
        Column("body", "单位", value=lambda review: _get_row(review).body, order=""),
        Column("submitted_by", width=12),
        "submitted_at",
        Column("standing", "审签到哪里", value=_describe_progress, cell=_render_progress, order="state", width=30),
        Column("signed", "已签", value=_describe_signatures, order="", width=30),
        Column("decided_at", at=FILE_AND_RECORD),
        Column("state", at=FILE_ONLY),
        Column("visible_from", at=FILE_AND_RECORD),
        Column("urgent_by", at=FILE_AND_RECORD),
        Column("urgent_reason", at=FILE_AND_RECORD),
    )
    filters = (
        ("group", ChoiceFilter(label="情况", choices=STATE_GROUPS, empty_label="全部", method=_filter_by_group)),
        (
            "body",
            UnitFilter(
                field_name="body_id",
                label="单位",
                queryset=Body.objects.none(),
                empty_label="全部",
                method=_filter_by_unit,
            ),
        ),
        YearFilter("submitted_at", label="送审年度"),
    )
    search_fields = ("title", "submitted_by", "decided_by")
    ordering = ("-submitted_at",)
    has_record = False
    shown_at = "reviewing:review"
    intro = "每一次送审：谁送的，签到哪一级，谁签过，结果如何。等您审签的在“待审信息”。"
    empty = "还没有送审过信息。"

    def prefetch(self, rows: Sequence[Review], by: Actor) -> Sequence[Review]:
        """Attach the list rows, loaded together."""
        for review_row in signature_queue.make_review_rows(rows, ANONYMOUS):
            review_row.review.row = review_row  # type: ignore[attr-defined]
        return rows
