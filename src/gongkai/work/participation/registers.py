"""Registers of the year's catalogues (D-01) and of the points of comments."""

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from django import forms
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_filters import ChoiceFilter

from gongkai.core.acts.action import Refused
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.intake.deidentification import DeidentifiedText
from gongkai.core.intake.forms.previews import RewrittenForm
from gongkai.core.registers.bulk_actions import BulkAction
from gongkai.core.registers.columns import FILE_AND_RECORD, Column, render_chip
from gongkai.core.registers.filters import ChosenFilters, YearFilter
from gongkai.core.registers.forms import Act, New
from gongkai.core.registers.record import RecordTable
from gongkai.core.registers.register import Listing, Register
from gongkai.core.units.actors import Actor
from gongkai.core.units.forms.base import words_field
from gongkai.core.units.models import Body
from gongkai.core.units.unit_filters import GOVERNING_KINDS, list_actor_bodies
from gongkai.core.widgets.fields import WholeNumberField
from gongkai.core.widgets.forms import PlainForm
from gongkai.work.participation import actions, queries, rules
from gongkai.work.participation.models import Catalogue, Comment, Consultation, Point, PointOutcome
from gongkai.work.participation.texts import hide_commenters


def _format_publication_day(row: Catalogue) -> str:
    return timezone.localtime(row.shown_at).date().isoformat() if row.shown_at else "尚未公布"


class DecisionCatalogueRegister(Register[Catalogue]):
    """The register of a year's catalogues; governments without one are listed."""

    name, model, title = "participation.catalogues", Catalogue, "年度重大行政决策事项目录"
    section = (("决策预公开", "participation:decisions"),)
    columns = (
        Column("catalogue", "目录", value=str, order=""),
        "body",
        "year",
        Column("decisions", "事项", value=lambda row: row.decision_count, number=True, order="decision_count"),
        Column("changes", "调整", value=lambda row: row.change_count, number=True, order="change_count"),
        Column("shown_at", "公布", cell=_format_publication_day),
        "consent",
    )
    filters = (YearFilter("year"), "body")
    search_fields = ("body__name", "consent")
    intro = "目录经同级党委同意后公布，并根据实际情况调整（国令第713号第三条）。"
    empty = "还没有目录。导入表格会自动建立，也可以先建立再逐项列入。"
    has_record = False
    shown_at = "participation:catalogue"
    importer = "decisions"
    new = New(
        action=actions.open_catalogue,
        label="建立目录",
        targets=queries.list_catalogue_units,
        asks={"year": WholeNumberField(label="年度", min_value=2000, max_value=2100)},
        initial=lambda by, row: {"year": timezone.localdate().year},
        done="已建立，请逐项列入，或者导入表格。",
    )

    def rows(self, by: Actor) -> QuerySet[Catalogue]:
        """Return the catalogues with their numbers of decisions and changes."""
        counts = {"decision_count": Count("decisions", distinct=True), "change_count": Count("changes", distinct=True)}
        return super().rows(by).annotate(**counts)

    def owing_units(self, by: Actor, chosen: ChosenFilters) -> QuerySet[Body] | None:
        """Return the user's governments, which must have a catalogue; None without a year."""
        if chosen.year is None:
            return None
        return list_actor_bodies(by).filter(kind__in=GOVERNING_KINDS, active_to=None, merged_into=None)


_REASON_FIELD = words_field("说明", rows=3, limit=2000, required=False, hint="未采纳、部分采纳的须说明理由，会公开")
_OUTCOME_FIELD = forms.ChoiceField(label="采纳情况", choices=[("", "请选择"), *PointOutcome.choices])


class PointAnswerForm(RewrittenForm):
    """The form for the outcome of a point, with a preview of the published text."""

    leaving, leaves_as = ("gist", "reason"), "公开的采纳情况"

    def deidentified(self, text: str) -> DeidentifiedText:
        """Return a text as the table of outcomes publishes it."""
        assert isinstance(self.target, Point)
        return hide_commenters(text, self.target.comments.all())

    def proposed(self) -> dict[str, DeidentifiedText]:
        """Return the present gist and reason, without the commenters."""
        assert isinstance(self.target, Point)
        texts = {name: getattr(self.target, name) for name in self.leaving}
        return {name: self.deidentified(text) for name, text in texts.items() if text}


class PointOutcomeForm(PlainForm):
    """The form for one outcome of several points."""

    outcome = _OUTCOME_FIELD
    reason = _REASON_FIELD


def _get_chosen_period(listing: Listing[Point]) -> Consultation | None:
    chosen = listing.chosen.get("consultation")
    return chosen if isinstance(chosen, Consultation) else None


def _can_answer_points(by: Actor, listing: Listing[Point]) -> bool:
    period = _get_chosen_period(listing)
    return period is not None and not rules.list_reasons_unless_unit_staff(by, period)


def _answer_selected_points(
    request: HttpRequest, by: Actor, rows: QuerySet[Point], facts: Mapping[str, object]
) -> bool:
    """Answer the ticked points of one consultation alike; return true if done."""
    points = list(rows)
    periods = {point.consultation for point in points}

    def answer_ticked() -> None:
        """Answer points of one consultation (Refused: points of several)."""
        if len(periods) != 1:
            raise Refused("请勾选同一次征求意见的归纳意见。")
        actions.answer_points(periods.pop(), by=by, points=[point.pk for point in points], **facts)

    return run_with_messages(request, answer_ticked, "已填写。")


def _make_comments_cell(row: Point) -> SafeString:
    url = reverse("participation:comments", args=[row.consultation_id])
    return format_html('<a href="{}?point={}">{}</a>', url, row.position, row.count)  # type: ignore[attr-defined]


class PointRegister(Register[Point]):
    """The register of points, from which the published table is made."""

    name, model, title = "participation.points", Point, "归纳和采纳情况"
    section = (("决策预公开", "participation:decisions"),)
    columns = (
        Column("position", number=True),
        Column("consultation", width=28, at=FILE_AND_RECORD),
        "gist",
        Column("count", "条数", value=lambda row: row.count, cell=_make_comments_cell, number=True, order="count"),
        Column(
            "outcome",
            cell=lambda row: row.get_outcome_display() or render_chip("待填写"),
            value=lambda row: row.get_outcome_display(),
            order="outcome",
            width=14,
        ),
        "reason",
    )
    main = "gist"
    filters = (
        "consultation",
        (
            "outcome",
            ChoiceFilter(
                label="采纳情况",
                choices=[("none", "待填写"), *PointOutcome.choices],
                empty_label="全部",
                method=lambda rows, name, value: rows.filter(outcome="" if value == "none" else value),
            ),
        ),
    )
    search_fields = ("gist", "reason")
    ordering = ("-consultation", "position")
    intro = "这里的归纳意见和说明会公开。"
    empty = "还没有归纳意见。到“公众意见”中自动归纳相近意见，或者勾选后归为一项。"
    template = "participation/points.html"
    acts = (
        Act(
            action=actions.answer_point,
            base=PointAnswerForm,
            fields=("gist", "outcome", "reason"),
            asks={"outcome": _OUTCOME_FIELD, "reason": _REASON_FIELD},
            done="已保存。",
        ),
    )
    acts_listed = False
    parts = (
        RecordTable(
            name="comments",
            title="归入的意见",
            model=Comment,
            rows=lambda row, by: queries.comments_visible_to(by).filter(point=row).order_by("number"),
            columns=(
                Column(
                    "number",
                    cell=lambda row: format_html(
                        '<a href="{}">{}</a>', reverse("participation:comment", args=[row.pk]), row.number
                    ),
                ),
                Column("masked", "意见", value=lambda row: row.masked.reveal(), width=60),
                "channel",
                "received_at",
            ),
        ),
    )
    bulk_action = BulkAction(
        words="填写",
        do=_answer_selected_points,
        may=_can_answer_points,
        form=PointOutcomeForm,
        title="勾选的归纳意见一并填写",
        note="广告、与草案无关的，要求相同、说明也相同的，可以一次填写。",
    )

    def rows(self, by: Actor) -> QuerySet[Point]:
        """Return the points with their number of comments."""
        return super().rows(by).annotate(count=Count("comments"))

    def get_heading(self, row: Point) -> str:
        """Return the heading of a point."""
        return f"第{row.position}项意见的采纳情况"

    def list_links(self, by: Actor, row: Point) -> Sequence[tuple[str, str]]:
        """Return the link to the form, which leads back to the list, if the user may answer."""
        if actions.answer_point.why_not(row, by=by):
            return []
        return_url = quote(f"{self.url()}?consultation={row.consultation_id}")
        return [("填写", f"{self.url('act', row.pk, self.acts[0].slug)}?next={return_url}")]

    def extra_context(self, request: HttpRequest, listing: Listing[Point]) -> Mapping[str, object]:
        """Return the progress of the feedback on the chosen period; {} without one."""
        period = _get_chosen_period(listing)
        if period is None:
            return {}
        return {
            "consultation": period,
            "counts": queries.count_comments_by_outcome(period),
            "loose": period.comments.filter(point=None).count(),
            "unanswered": queries.find_feedback_gaps(period),
            "may": not rules.list_reasons_unless_unit_staff(listing.by, period),
        }
