"""Registers of inspected sites and of their runs, their forms, and the page of a site."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Unpack

from django import forms
from django.conf import settings
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_filters import ChoiceFilter

from gongkai.core.registers.columns import FILE_AND_RECORD, FILE_ONLY, Column, render_chip
from gongkai.core.registers.filters import YearFilter, YesNoFilter
from gongkai.core.registers.forms import Act, New
from gongkai.core.registers.record import RecordTable
from gongkai.core.registers.register import Listing, Register
from gongkai.core.spreadsheets.sheet import AnyRow
from gongkai.core.units.actors import Actor
from gongkai.core.units.forms.units import UnitField
from gongkai.core.units.models import Body, Role
from gongkai.core.units.unit_filters import list_actor_bodies
from gongkai.core.widgets.charts import draw_line
from gongkai.core.widgets.fields import DecimalNumberField, WholeNumberField, YearCheckedDateField
from gongkai.core.widgets.forms import FormFacts, Posted, Sent, style_inputs
from gongkai.core.widgets.paging import get_page
from gongkai.core.widgets.query_parameters import parse_whole_number
from gongkai.oversight.inspection import actions, internal_hosts, queries
from gongkai.oversight.inspection.actions import find_request_barriers
from gongkai.oversight.inspection.availability import list_months, list_quarters, sum_last_week
from gongkai.oversight.inspection.models import SITE_FIELDS, InspectedKind, InspectedSite, InspectionRun
from gongkai.oversight.inspection.pending_steps import list_pending_steps
from gongkai.oversight.inspection.site.scoring import INDICATOR_TABLE_PATH, read_indicators
from gongkai.oversight.inspection.templatetags.inspecting import change
from gongkai.oversight.inspection.visits import list_daily_visits

if TYPE_CHECKING:
    from django.http import QueryDict

#: Form fields of a site that differ from those of the model.
_SITE_ASKS: Mapping[str, forms.Field] = {
    "body": UnitField(
        Body.objects.none(),
        label="责任单位",
        required=False,
        empty_label="不是本级单位的网站",
        help_text="负责这个网站、整改问题的单位；检查别处的网站不选。",
    ),
    "rate": DecimalNumberField(
        label="每秒最多请求数",
        min_value=0,
        initial=InspectedSite._meta.get_field("rate").get_default(),
        help_text="别人的网站请不超过2；自己的网站可填0，不限。",
    ),
    "pages": WholeNumberField(label="最多检查网页数", min_value=1, max_value=1_000_000, initial=10_000),
    "ended_on": YearCheckedDateField(label="停止检查", required=False, help_text="从这一天起不再定期检查。"),
}


def _list_registrable_bodies(by: Actor) -> QuerySet[Body]:
    """Return the active units for whose sites the user's 政务公开办 may register; none for other users."""
    return list_actor_bodies(by, roles=(), supervising=(Role.CHIEF,)).filter(active_to=None).order_by("position", "pk")


def _make_initial_site(by: Actor, query: "QueryDict") -> dict[str, object]:
    """Return the details of the account that the query names, if it can be registered."""
    rows = queries.list_accounts_to_register(by)
    account = rows.filter(pk=parse_whole_number(query.get("account", "")) or 0).first()
    if account is None:
        return {}
    facts = {"what": InspectedKind.ACCOUNT, "name": str(account), "address": account.address}
    return {**facts, "body": account.body_id, "every": 7}


class LearnLayoutForm(forms.Form):
    """Form for a list page from which a layout is learnt."""

    address = forms.URLField(label="列表页网址", max_length=1000, assume_scheme="https")
    title = forms.CharField(
        label="列表中的一个标题", max_length=200, required=False, help_text="一页有几个列表时填写，指明是哪一个。"
    )

    def __init__(self, data: Posted = None, files: Sent = None, **kwargs: Unpack[FormFacts]) -> None:
        super().__init__(data, files, **kwargs)
        style_inputs(self)


class OrderRectificationForm(forms.Form):
    """Form for a rectification order: unit, deadline and demand."""

    body = UnitField(label="整改单位", queryset=Body.objects.none(), empty_label="请选择单位")
    until = YearCheckedDateField(label="整改期限")
    demand = forms.CharField(
        label="整改要求", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, data: Posted = None, files: Sent = None, *, by: Actor, **kwargs: Unpack[FormFacts]) -> None:
        super().__init__(data, files, **kwargs)
        # Only units to which this 政务公开办 may issue orders.
        bodies = list_actor_bodies(by, roles=(), supervising=(Role.CHIEF,)).order_by("position", "pk")
        self.fields["body"].queryset = bodies  # type: ignore[attr-defined]
        style_inputs(self)


#: Maximum number of runs in a site's chart, and of months, quarters and faults on a page.
MAX_DRAWN_RUNS, MONTHS_PER_PAGE, QUARTERS_PER_PAGE, FAULTS_PER_PAGE = 12, 12, 8, 20
PASSED, FAILED, UNDECIDED, NEVER = "合格", "不合格", "未能作出结论", "未检查"


def _format_score(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}".rstrip("0").rstrip(".")


# Runs


def _render_day(run: InspectionRun) -> SafeString:
    """Return the cell of a run's day with its hour and link."""
    moment = timezone.localtime(run.asked_at)
    address = reverse("inspection:run", args=[run.pk])
    return format_html(
        '<a href="{}">{}</a> <span class="gk-soft">{}</span>', address, run.today.isoformat(), f"{moment:%H:%M}"
    )


def _render_verdict(run: InspectionRun) -> SafeString | str:
    if run.score is None:
        return ""
    return run.verdict if run.passed else render_chip(run.verdict)


#: Columns of runs in the list of all runs and on a site's page.
RUN_COLUMNS = (
    Column("today", "检查日期", cell=_render_day, order="today"),
    "state",
    Column("score", value=lambda run: run.score, cell=lambda run: _format_score(run.score), number=True, order="score"),
    Column("verdict", "结论", value=lambda run: run.verdict if run.score is not None else "", cell=_render_verdict),
    "pages",
    "links",
    Column("table", "指标版本", value=lambda run: run.table.version if run.table else ""),
    "asked_by",
    Column("asked_at", at=FILE_ONLY),
    Column("ended_at", at=FILE_ONLY),
)


class InspectionRunRegister(Register[InspectionRun]):
    """Register of the inspection runs visible to the user, newest first."""

    name, model, title = "inspection.runs", InspectionRun, "网站检查记录"
    section = (("网站检查", "inspection:overview"),)
    columns = (Column("site", width=24), *RUN_COLUMNS)
    main = "today"
    filters = ("site", YearFilter("today"), "state")
    ordering = ("-pk",)
    has_record = False
    empty = "还没有检查过。"


# Sites


def _render_name(site: InspectedSite) -> SafeString:
    """Return the cell of a site's name with link, address and a tag for new-media accounts."""
    tag = format_html(' <span class="gk-tag">{}</span>', "新媒体") if site.is_account else ""
    return format_html(
        '<a href="{}">{}</a>{}<br><span class="gk-soft gk-break">{}</span>',
        reverse("inspection:site", args=[site.pk]),
        site.name,
        tag,
        site.address,
    )


def _render_last_score(site: AnyRow) -> SafeString | str:
    """Return the cell of a site's last score with its link; empty if it was never inspected."""
    if site.last_run is None:
        return ""
    return format_html(
        '<a href="{}">{}</a>', reverse("inspection:run", args=[site.last_run]), _format_score(site.last_score)
    )


def _get_last_verdict(site: AnyRow) -> str:
    """Return the verdict of a site's last inspection: never, passed, undecided or failed."""
    if site.last_run is None:
        return NEVER
    if site.last_passed:
        return PASSED
    return UNDECIDED if site.last_unread and site.last_score else FAILED


def _render_last_verdict(site: AnyRow) -> SafeString | str:
    text = _get_last_verdict(site)
    return render_chip(text) if text == FAILED else text


def _describe_interval(site: InspectedSite) -> str:
    if site.ended_on and site.ended_on <= timezone.localdate():
        return "已停止"
    return f"每 {site.every} 天" if site.every else "不定期"


_UNDECIDED_FILTER = Q(last_passed=False) & ~Q(last_unread=None) & ~Q(last_unread="") & Q(last_score__gt=0)
_FILTERS_BY_VERDICT = {
    PASSED: Q(last_passed=True),
    FAILED: Q(last_passed=False) & ~_UNDECIDED_FILTER,
    UNDECIDED: _UNDECIDED_FILTER,
    NEVER: Q(last_run=None),
}


class InspectedSiteRegister(Register[InspectedSite]):
    """Register of the inspected sites visible to the user, worst first."""

    name, model, title = "inspection.overview", InspectedSite, "网站检查"
    file_name = "受检网站"
    columns = (
        Column("name", "网站", cell=_render_name, width=30, at=frozenset({"list", "file"})),
        Column("address", at=FILE_AND_RECORD),
        Column("what", at=FILE_AND_RECORD),
        Column("body"),
        Column(
            "last_score",
            "得分",
            value=lambda site: site.last_score,
            cell=_render_last_score,
            number=True,
            order="last_score",
            at=frozenset({"list", "file"}),
        ),
        Column(
            "change",
            "比上次",
            value=lambda site: change(site.last_score, site.score_before),
            number=True,
            at=frozenset({"list"}),
        ),
        Column("score_before", "上次得分", value=lambda site: site.score_before, at=FILE_ONLY),
        Column("verdict", "结论", value=_get_last_verdict, cell=_render_last_verdict, at=frozenset({"list", "file"})),
        Column("last_on", "检查日期", value=lambda site: site.last_on, order="last_on", at=frozenset({"list", "file"})),
        Column("every", "检查周期", value=_describe_interval, order="every"),
    )
    filters = (
        "body",
        "what",
        (
            "verdict",
            ChoiceFilter(
                label="结论",
                choices=[(said, said) for said in _FILTERS_BY_VERDICT],
                empty_label="全部",
                method=lambda rows, name, value: rows.filter(_FILTERS_BY_VERDICT[value]),
            ),
        ),
        ("ended", YesNoFilter("ended_on", "检查", yes="已停止", no="在检查")),
    )
    search_fields = ("name", "address")
    ordering = ("last_score", "name")
    intro = (
        "定期或随时检查本级和下级网站：能否打开、是否更新、链接、错别字、个人信息、标签、页脚、搜索、解读关联、年报等，"
        "按指标评分，发现的问题可以直接下达整改。"
    )
    empty = "还没有登记受检网站。"
    new = New(
        action=actions.register_site,
        label="登记网站",
        fields=SITE_FIELDS,
        asks=_SITE_ASKS,
        targets=_list_registrable_bodies,
        begin=_make_initial_site,
        lacking="受检网站由政务公开办登记。",
    )
    acts = (
        Act(
            action=actions.change_site,
            fields=[name for name in SITE_FIELDS if name != "address"],
            asks=_SITE_ASKS,
            offers={"body": lambda by, row: _list_registrable_bodies(by)},
            done="已保存。",
        ),
    )
    acts_listed = False
    template = "inspection/overview.html"
    record_template, record_route = "inspection/site.html", "site"
    parts = (
        RecordTable(
            name="runs",
            title="检查记录",
            model=InspectionRun,
            rows=lambda site, by: queries.runs_visible_to(by).filter(site=site),
            columns=[column for column in RUN_COLUMNS if isinstance(column, str) or "list" in column.at],
            empty="还没有检查过。",
        ),
    )

    def rows(self, by: Actor) -> "QuerySet[InspectedSite]":
        """Return the sites with their last two scores."""
        scored: QuerySet[Model] = queries.annotate_last_scores(super().rows(by))
        return scored  # type: ignore[return-value]

    def get_url(self, row: InspectedSite) -> str:
        """Return an empty URL: the name cell links to the site."""
        return ""

    def extra_context(self, request: HttpRequest, listing: Listing[InspectedSite]) -> Mapping[str, object]:
        """Return pending steps, accounts not yet inspected, and `keeps_inner`: the user may see internal hosts."""
        by = listing.by
        accounts = queries.list_accounts_to_register(request.user) if by.has(Role.CHIEF) else None
        return {
            "keeps_inner": internal_hosts.can_see_inner_hosts(by),
            "waiting": list_pending_steps(request.user),
            "accounts": accounts and get_page(request, accounts, name="accounts"),
        }

    def extra_facts(self, by: Actor, row: InspectedSite) -> Sequence[tuple[str, object]]:
        """Return the number of inspections in each quarter of this year."""
        year = timezone.localdate().year
        counts = queries.count_runs_by_quarter(row, year)
        text = "，".join(f"{place}季度 {count} 次" for place, count in enumerate(counts, 1))
        return [(f"{year}年已完成检查", text)]

    def record_links(self, by: Actor, row: InspectedSite) -> Sequence[tuple[str, str]]:
        """Return links to the list of runs and to external findings."""
        runs = [("检查记录、导出", f"{reverse('inspection:runs')}?site={row.pk}")]
        if count := row.outside.count():
            runs.append((f"第三方检查结果 {count}", f"{reverse('inspection:outside')}?site={row.pk}&year="))
        return runs

    def record_context(self, request: HttpRequest, by: Actor, row: InspectedSite) -> Mapping[str, object]:
        """Return the score chart, availability figures and available actions."""
        today, days = timezone.localdate(), list_daily_visits(row)
        faults = [(day.day, at, why) for day in row.days.all() for at, why in day.faults]
        return {
            "site": row,
            "chart": _draw_scores(row),
            "months": get_page(request, list_months(days), MONTHS_PER_PAGE, "months"),
            "watched": get_page(request, list_quarters(days, today), QUARTERS_PER_PAGE, "watched"),
            "week": sum_last_week(days, today),
            "faults": get_page(request, faults, FAULTS_PER_PAGE, "faults"),
            "why_not": actions.start_inspection.why_not(row, by=by),
            "barred": find_request_barriers(row.address),
            "under_way": next((run for run in row.runs.all()[:MAX_DRAWN_RUNS] if run.under_way), None),
            "layout": LearnLayoutForm(),
        }


def _draw_scores(site: InspectedSite) -> str:
    """Return the line chart of the site's last scores as SVG; empty if it has fewer than two."""
    inspection_runs = list(site.runs.exclude(score=None)[:MAX_DRAWN_RUNS])[::-1]
    if len(inspection_runs) < 2:
        return ""
    passing = read_indicators(settings.GONGKAI_INDICATORS or INDICATOR_TABLE_PATH).passing
    labels = [f"{run.today:%m-%d}" for run in inspection_runs]
    scores = [round(run.score or 0, 1) for run in inspection_runs]
    most = 100 if max(scores) <= 100 else 120 if max(scores) <= 120 else 140
    return draw_line(f"{site.name}历次得分", labels, scores, maximum=most, threshold=passing)
