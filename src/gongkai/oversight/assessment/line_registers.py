"""Registers of line inspections (条线检查, V-04) and of highlights."""

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from gongkai.core.registers.columns import FILE_AND_RECORD, Column
from gongkai.core.registers.filters import ChosenFilters, YearFilter
from gongkai.core.registers.forms import Act, New
from gongkai.core.registers.register import Register
from gongkai.core.units.actors import Actor
from gongkai.core.units.door import register_visible_to
from gongkai.core.units.forms.base import words_field as sentences
from gongkai.core.units.forms.units import UnitField
from gongkai.core.units.models import Body, BodyKind
from gongkai.core.units.reach import rows_of_own_units, units_of_same_government
from gongkai.core.widgets.fields import YearCheckedDateField
from gongkai.oversight.assessment import actions
from gongkai.oversight.assessment.models import Highlight, LineInspection
from gongkai.oversight.assessment.queries.registers import list_editable_bodies, list_visible_bodies
from gongkai.oversight.assessment.registers import SECTION

#: Kinds of units that lead a system of their own: bureaus and districts.
LEADING_BODY_KINDS = (BodyKind.DEPARTMENT, BodyKind.DISTRICT)


@register_visible_to(LineInspection)
def line_inspections_visible_to(by: Actor) -> QuerySet[LineInspection, LineInspection]:
    """Return the inspections visible to the user: own, supervised, or with the user's unit."""
    rows = LineInspection.objects.select_related("body").prefetch_related("units", "entries")
    return rows.filter(rows_of_own_units(by) | rows_of_own_units(by, "units", supervising=())).distinct()


def list_inspectable_units(by: Actor) -> QuerySet[Body, Body]:
    """Return the units that the user's unit may inspect, including those in districts."""
    home = list_visible_bodies(by).order_by("path").first()
    return units_of_same_government(home) if home else Body.objects.none()


@register_visible_to(Highlight)
def highlights_visible_to(by: Actor) -> QuerySet[Highlight, Highlight]:
    """Return the highlights of units that the user works for or supervises."""
    return Highlight.objects.filter(rows_of_own_units(by)).select_related("body")


def _entries(row: LineInspection) -> SafeString:
    return format_html_join(
        mark_safe("<br>"),
        '<a href="{}">{}</a>　{}　{}',
        ((entry.url, entry.number, entry.body.label, entry.state_label) for entry in row.entries.all()),
    )


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
            "entries", "整改", value=lambda row: "、".join(entry.number for entry in row.entries.all()), cell=_entries
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
                "what": sentences("发现的问题"),
                "demand": sentences("整改要求", required=False, rows=2),
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
