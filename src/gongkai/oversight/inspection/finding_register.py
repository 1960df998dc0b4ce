"""List the findings of a run: new, unchanged, gone since the last run, or false alarms."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_filters import ChoiceFilter

from gongkai.core.registers.columns import LIST_ONLY, Column, row_link
from gongkai.core.registers.filters import PresentValuesFilter
from gongkai.core.registers.register import Register
from gongkai.core.spreadsheets.sheet import AnyRow
from gongkai.core.units.actors import Actor
from gongkai.oversight.inspection import queries
from gongkai.oversight.inspection.export_sheets import FINDINGS_SHEET
from gongkai.oversight.inspection.false_alarms import get_false_alarm_marks
from gongkai.oversight.inspection.models import FalseAlarm, InspectionRun, SiteFinding

if TYPE_CHECKING:
    from gongkai.core.registers.columns import AnyRows

#: State of a finding compared with the previous run; `NOW` combines new and unchanged ones.
NOW, NEW, STILL, GONE, ASIDE = "now", "new", "still", "gone", "aside"
#: State of a finding compared with the previous run → its label.
FINDING_STATE_LABELS = {NOW: "问题", NEW: "新发现", STILL: "仍存在", GONE: "上次有、这次已消除", ASIDE: "误报"}


def _render_finding(row: SiteFinding) -> SafeString:
    return format_html(
        '{}<br><span class="gk-soft gk-break">{}</span>', row.what, row.url[:100] + "…" * (len(row.url) > 100)
    )


def _render_indicator(row: SiteFinding) -> SafeString:
    """Return the cell of a finding's indicator with its weight."""
    return format_html('{}<br><span class="gk-soft">{}</span>', row.name, row.weight)


def _render_order(row: AnyRow) -> SafeString | str:
    """Return the cell with a link to the rectification that was ordered, or a dash."""
    return row_link(row.ordered.entry, row.ordered.entry.state_label) if row.ordered else "—"


def list_findings_of_run(run: InspectionRun) -> "AnyRows":
    """Return the findings of a run and those gone since the previous one; `place` is NEW, STILL, GONE or ASIDE."""
    previous_run = queries.get_previous_run(run)
    marked = SiteFinding.objects.filter(mark=OuterRef("mark"))
    query = Q(run=run)
    rows = SiteFinding.objects.filter(query | Q(run=previous_run) & ~Exists(marked.filter(run=run)))
    places = (
        When(mark__in=get_false_alarm_marks(run.site), then=Value(ASIDE)),
        When(~query, then=Value(GONE)),
        When(Exists(marked.filter(run=previous_run)), then=Value(STILL)),
    )
    return rows.annotate(place=Case(*places, default=Value(NEW), output_field=CharField()))


class SiteFindingRegister(Register[SiteFinding]):
    """Register of a run's findings; exports contain the filtered rows."""

    name, model, parent, title = "inspection.findings", SiteFinding, InspectionRun, "检查发现的问题"
    columns = (
        Column("name", "指标", value=_render_indicator, order="indicator", at=LIST_ONLY),
        Column("what", cell=_render_finding, order="", at=LIST_ONLY, width=40),
        Column("count", at=LIST_ONLY),
        Column("ordered", "整改", value=_render_order, order="", at=LIST_ONLY),
    )
    main = "what"
    file_sheet = FINDINGS_SHEET
    tabs, initial_filters = "place", {"place": NOW}
    filters = (
        (
            "place",
            ChoiceFilter(
                label="分类",
                choices=[*FINDING_STATE_LABELS.items()],
                empty_label=None,
                method=lambda rows, name, value: rows.filter(place__in=(NEW, STILL) if value == NOW else (value,)),
            ),
        ),
        ("indicator", PresentValuesFilter("indicator", "指标", called="name")),
    )
    search_fields = ("what", "url")
    ordering = ("pk",)
    empty = "没有发现问题。"
    has_record = False
    shown_at = "inspection:finding"

    @property
    def heading(self) -> str:
        """Return the site and the day of the run."""
        return f"{self.of.site.name}{self.of.today:%Y-%m-%d}{self.title}"

    def crumbs(self) -> Sequence[tuple[str, str]]:
        """Return the breadcrumb links to the site and the run."""
        return (
            ("网站检查", reverse("inspection:overview")),
            (self.of.site.name, reverse("inspection:site", args=[self.of.site_id])),
            (f"{self.of.today:%Y-%m-%d}", reverse("inspection:run", args=[self.of.pk])),
        )

    def rows(self, by: Actor) -> "QuerySet[SiteFinding]":
        """Return the findings with their state compared with the previous run."""
        return list_findings_of_run(self.of).filter(pk__in=super().rows(by).values("pk"))

    def prefetch(self, rows: Sequence[SiteFinding], by: Actor) -> Sequence[SiteFinding]:
        """Return the rows with their rectification orders and the reasons of false alarms."""
        ordered = queries.map_finding_orders(self.of, list(rows))
        alarms = FalseAlarm.objects.filter(site=self.of.site_id, withdrawn_at=None, waiting=False)
        reasons = dict(alarms.values_list("mark", "reason"))
        for row in rows:
            row.ordered = ordered.get(row.pk)  # type: ignore[attr-defined]
            row.aside = reasons.get(row.mark, "")  # type: ignore[attr-defined]
        return rows
