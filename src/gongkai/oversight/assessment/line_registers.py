"""Registers of line inspections (条线检查), highlights and look-backs (回头看)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django import forms
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django_filters import ChoiceFilter

from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.queries import visible_to as entries_visible_to
from gongkai.core.registers.columns import FILE_AND_RECORD, Column
from gongkai.core.registers.filters import ChosenFilters, YearFilter
from gongkai.core.registers.forms import Act, New
from gongkai.core.registers.register import Listing, Register
from gongkai.core.units.actors import Actor
from gongkai.core.units.forms.base import words_field
from gongkai.core.units.forms.units import UnitField
from gongkai.core.units.models import Body, BodyKind
from gongkai.core.units.object_access import register_visible_to
from gongkai.core.units.unit_filters import list_units_of_government, own_units_q
from gongkai.core.widgets.fields import YearCheckedDateField
from gongkai.oversight.assessment import actions
from gongkai.oversight.assessment.forms import make_sentences_field
from gongkai.oversight.assessment.models import Highlight, LineInspection, LookBack
from gongkai.oversight.assessment.paper_registers import ASSESSMENT_SECTION, make_entry_link
from gongkai.oversight.assessment.queries.registers import list_editable_bodies, list_visible_bodies
from gongkai.oversight.assessment.registers import SECTION
from gongkai.oversight.assessment.rules import MIN_TOPIC_CHARACTERS

if TYPE_CHECKING:
    from gongkai.core.spreadsheets.sheet import AnyRow


def _render_verdict(row: "AnyRow") -> SafeString | str:
    """Return the cell with the result of the later review of a rectification."""
    look_back: LookBack | None = getattr(row, "look_back", None)
    if look_back is None:
        return "" if row.closed_at else "未办结"
    if look_back.holds:
        return format_html("整改到位　{} {}：{}", look_back.on, look_back.by, look_back.words)
    return format_html(
        '<span class="gk-chip gk-chip--warn">不到位</span> {}　{} {}：{}',
        make_entry_link(look_back.again),
        look_back.on,
        look_back.by,
        look_back.words,
    )


def _describe_verdict(row: "AnyRow") -> str:
    look_back: LookBack | None = getattr(row, "look_back", None)
    return "" if look_back is None else f"{'整改到位' if look_back.holds else '不到位，重新下达'}：{look_back.words}"


#: Result of a look-back → filter on entries.
LOOK_BACK_RESULTS = {
    "open": ("未办结", Q(closed_at=None)),
    "waiting": ("待回头看", Q(closed_at__isnull=False, look_back=None)),
    "holds": ("整改到位", Q(look_back__holds=True)),
    "back": ("不到位，重新下达", Q(look_back__holds=False)),
}


class LookBackRegister(Register[Entry]):
    """Register of a year's rectifications with the result of the look-back (V-08)."""

    name, model, title, section = "assessment.look_backs", Entry, "整改回头看", ASSESSMENT_SECTION
    columns = (
        "number",
        Column("title", width=40),
        Column("body"),
        Column("state", "整改", value=lambda row: row.state_label),
        Column("verdict", "回头看", value=_describe_verdict, cell=_render_verdict, width=40),
        Column("what", "问题", value=lambda row: row.rectification.what, at=FILE_AND_RECORD),
        Column("demand", "要求", value=lambda row: row.rectification.demand, at=FILE_AND_RECORD),
        Column("address", "网址", value=lambda row: row.rectification.address, at=FILE_AND_RECORD),
        Column("report", "整改情况", value=lambda row: row.rectification.report, at=FILE_AND_RECORD),
        Column("closed_at", at=FILE_AND_RECORD),
    )
    main = "number"
    filters = (
        YearFilter("year", this_year=True, back=1),
        "body",
        (
            "looked",
            ChoiceFilter(
                label="回头看",
                choices=[(key, words) for key, (words, _) in LOOK_BACK_RESULTS.items()],
                empty_label="全部",
                method=lambda rows, name, value: rows.filter(LOOK_BACK_RESULTS[value][1]),
            ),
        ),
    )
    search_fields = ("title", "number")
    ordering = ("body__position", "pk")
    has_record = False
    shown_at = "url"
    empty = "这一年没有下达整改。"
    acts = (
        Act(
            action=actions.record_look_back,
            label="登记回头看",
            when=lambda row: row.closed_at is not None and getattr(row, "look_back", None) is None,
            asks={
                "holds": forms.TypedChoiceField(
                    label="结论",
                    choices=[("", "请选择"), ("1", "整改到位"), ("0", "整改不到位，重新下达")],
                    coerce=lambda value: value == "1",
                ),
                "words": make_sentences_field("情况", rows=3, least=MIN_TOPIC_CHARACTERS),
                "until": YearCheckedDateField(label="重新整改的期限", required=False, help_text="整改不到位的填写。"),
            },
            beside=("what", "demand", "address", "report", "closed_at"),
            done="已登记。",
        ),
    )

    def rows(self, by: Actor) -> QuerySet[Entry]:
        """Return the rectifications visible to the user."""
        rows = entries_visible_to(by).filter(kind="rectification")
        return rows.select_related("body", "rectification", "look_back__again")

    def get_heading(self, row: Entry) -> str:
        """Return number and title."""
        return f"{row.number} {row.title}"

    def totals(self, listing: Listing[Entry]) -> Sequence[tuple[str, object]]:
        """Return the number of rectifications by result."""
        rows = listing.rows.order_by()
        return [(text, f"{rows.filter(condition).count():,}") for text, condition in LOOK_BACK_RESULTS.values()]


#: Kinds of units that lead a system of their own: bureaus and districts.
LEADING_BODY_KINDS = (BodyKind.DEPARTMENT, BodyKind.DISTRICT)


@register_visible_to(LineInspection)
def line_inspections_visible_to(by: Actor) -> QuerySet[LineInspection, LineInspection]:
    """Return the inspections visible to the user: own, supervised, or with the user's unit.

    Of their `entries`, `opens` is true for those that the user may open.
    """
    opens = Exists(entries_visible_to(by).filter(pk=OuterRef("pk")))
    entries = Entry.objects.select_related("body").annotate(opens=opens)
    rows = LineInspection.objects.select_related("body").prefetch_related("units", Prefetch("entries", entries))
    return rows.filter(own_units_q(by) | own_units_q(by, "units", supervising=())).distinct()


def list_inspectable_units(by: Actor) -> QuerySet[Body, Body]:
    """Return the units of the government of the user's (highest) unit, including those in districts."""
    home = list_visible_bodies(by).order_by("path").first()
    return list_units_of_government(home) if home else Body.objects.none()


@register_visible_to(Highlight)
def highlights_visible_to(by: Actor) -> QuerySet[Highlight, Highlight]:
    """Return the highlights of units that the user works for or supervises."""
    return Highlight.objects.filter(own_units_q(by)).select_related("body")


def _render_entries(row: LineInspection) -> SafeString:
    """Return the cell with the rectifications of an inspection, linked as far as the reader may open them."""
    rows = [
        (format_html('<a href="{}">{}</a>', entry.url, entry.number) if entry.opens else entry.number, entry)  # type: ignore[attr-defined]
        for entry in row.entries.all()
    ]
    words = ((number, entry.body.label, entry.state_label) for number, entry in rows)
    return format_html_join(mark_safe("<br>"), "{}　{}　{}", words)


class LineInspectionRegister(Register[LineInspection]):
    """Register of line inspections in a year, and of units without one (V-04)."""

    name, model, title, section = "assessment.lines", LineInspection, "条线检查", SECTION
    file_name = "条线检查台账"
    columns = (
        "on",
        "body",
        Column("year", at=FILE_AND_RECORD),
        "scope",
        Column("units", at=FILE_AND_RECORD),
        "third_party",
        Column("summary", at=FILE_AND_RECORD),
        "circulated_on",
        Column("circular", at=FILE_AND_RECORD),
        "fed_back_on",
        Column("feedback", at=FILE_AND_RECORD),
        Column(
            "entries",
            "整改",
            value=lambda row: "、".join(entry.number for entry in row.entries.all()),
            cell=_render_entries,
        ),
    )
    main = "body"
    filters = (YearFilter("year", this_year=True), "body")
    search_fields = ("scope", "summary", "third_party")
    intro = (
        "各部门对本系统、区县政府办公室对辖区每年至少检查一次，可以委托第三方；结果在系统内通报，并反馈上级和有关区县。"
    )
    empty = "这一年度还没有登记条线检查。"
    new = New(
        action=actions.record_line_inspection,
        targets=list_editable_bodies,
        fields=("on", "scope", "units", "third_party", "summary"),
        offers={"units": lambda by, row: list_inspectable_units(by)},
        initial=lambda by, row: {"on": timezone.localdate()},
    )
    acts = (
        Act(
            action=actions.circulate_line_inspection,
            fields=("on", "circular"),
            asks={"on": YearCheckedDateField(label="通报日期")},
            initial=lambda by, row: {"on": timezone.localdate()},
            when=lambda row: row.circulated_on is None,
            done="已登记。",
        ),
        Act(
            action=actions.feed_back_line_inspection,
            fields=("on", "feedback"),
            asks={
                "on": YearCheckedDateField(label="反馈日期"),
                "feedback": forms.CharField(
                    label="反馈对象和方式", max_length=200, help_text="例如：结果抄送市政府办公室，区县结果逐一反馈"
                ),
            },
            initial=lambda by, row: {"on": timezone.localdate()},
            when=lambda row: row.fed_back_on is None,
            done="已登记。",
        ),
        Act(
            action=actions.order_line_problem,
            fields=("body", "what", "demand", "until"),
            asks={
                "body": UnitField(Body.objects.none(), label="整改单位", empty_label="请选择"),
                "what": words_field("发现的问题"),
                "demand": words_field("整改要求", required=False, rows=2),
                "until": YearCheckedDateField(label="整改期限"),
            },
            offers={"body": lambda by, row: row.units.order_by("position", "pk")},
            initial=lambda by, row: {"body": None},
            done="已下达。",
        ),
    )

    def owing_units(self, by: Actor, chosen: ChosenFilters) -> QuerySet[Body]:
        """Return the units that must inspect a system of their own."""
        units = list_visible_bodies(by).filter(kind__in=LEADING_BODY_KINDS)
        return units.filter(pk=chosen.unit.pk) if chosen.unit else units


class HighlightRegister(Register[Highlight]):
    """Register of exemplary practices and their outcomes."""

    name, model, title, section = "assessment.highlights", Highlight, "亮点和典型案例", SECTION
    columns = (
        "title",
        "body",
        "on",
        "typical",
        Column("text", at=FILE_AND_RECORD),
        "sent_on",
        Column("sent_to", at=FILE_AND_RECORD),
        "outcome",
        "covered_on",
        "medium",
        Column("link", at=FILE_AND_RECORD),
    )
    filters = (YearFilter("on"), "body", "outcome", "typical")
    search_fields = ("title", "text", "medium", "sent_to")
    intro = "收集各单位的好做法，报送上级，记录采用和媒体报道情况。"
    empty = "还没有登记亮点。"
    new = New(
        action=actions.collect_highlight,
        targets=list_editable_bodies,
        fields=("on", "title", "text", "typical"),
        initial=lambda by, row: {"on": timezone.localdate()},
    )
    acts = (
        Act(
            action=actions.follow_highlight,
            fields=("sent_on", "sent_to", "outcome", "covered_on", "medium", "link"),
            done="已登记。",
        ),
    )
