"""Registers of catalogue versions, catalogue items, follow-ups and yearly checks."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from django import forms
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django_filters import ChoiceFilter

from gongkai.content.editions.models import Column as SiteColumn
from gongkai.content.editions.models import Website
from gongkai.content.editions.user_scope import columns_seen
from gongkai.core.ledger.clock import get_light
from gongkai.core.registers.columns import FILE_AND_RECORD, LIST_ONLY, Column, render_light
from gongkai.core.registers.filters import ChosenFilters, YearFilter
from gongkai.core.registers.forms import Act, New
from gongkai.core.registers.record import RecordTable
from gongkai.core.registers.register import Register
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.core.units.unit_filters import GOVERNING_KINDS, make_reach_condition
from gongkai.core.widgets.fields import WholeNumberField, lazy_figures
from gongkai.work.directory import actions, coverage, queries, rules
from gongkai.work.directory.forms import FollowupCreationForm, ItemMappingForm
from gongkai.work.directory.models import Catalogue, CatalogueItem, CellVerdict, Followup, YearlyCheck
from gongkai.work.directory.states import CURRENT_STATES, CatalogueState
from gongkai.work.tables.models import Record

DIRECTORY_SECTION = (("基层标准目录", "directory:index"),)


def filter_maintained_governments(by: Actor) -> QuerySet[Body]:
    """Return the government whose catalogue the user maintains, as a queryset for choices."""
    government = queries.get_maintained_government(by)
    return Body.objects.filter(
        pk__in=[government.pk]
        if government is not None and not rules.list_reasons_unless_catalogue_manager(by, government)
        else []
    )


def _list_governments_to_check(by: Actor) -> QuerySet[Body]:
    """Return the government the user maintains, if its catalogues have items to draw."""
    owed = queries.list_checkable_items().filter(catalogue__government=OuterRef("pk"))
    return filter_maintained_governments(by).filter(Exists(owed))


def get_website(government: Body) -> Website | None:
    """Return the site of a government, if any."""
    return Website.objects.filter(body=government).order_by("-is_default", "pk").first()


def _has_columns_of_same_names(row: Catalogue) -> bool:
    """Return true if the government's site has columns named like items without one."""
    website = get_website(row.government)
    return website is not None and any(actions.find_columns_by_name(row, website).values())


def _filter_items_by_gap(rows: QuerySet[CatalogueItem], name: str, value: str) -> QuerySet[CatalogueItem]:
    """Narrow items to those that lack `value`, a key of `GAP_FILTER_LABELS`."""
    if value == "power":
        return rows.filter(power=None)
    return rows.annotate(linked=Count(value, distinct=True)).filter(linked=0)


#: Labels of the filter for items that lack a mapping: columns, units or power-list items.
GAP_FILTER_LABELS = {"columns": "没有栏目的", "bodies": "没有对应单位的", "power": "没有权责事项的"}


def _make_columns_cell(row: CatalogueItem) -> SafeString | str:
    """Return the columns, with links to those that the user sees (`_make_columns_prefetch`)."""
    html = [
        format_html('<a href="{}">{}</a>', reverse("publishing:column", args=[column.pk]), column.name)
        if getattr(column, "seen", False)
        else format_html("{}", column.name)
        for column in row.columns.all()
    ]
    none = format_html('<span class="gk-chip gk-chip--warn">{}</span>', "没有")
    return format_html_join("、", "{}", ((one,) for one in html)) or none


def _make_columns_prefetch(by: Actor) -> "Prefetch[str]":
    """Return the lookup of items' columns, with whether the user sees them."""
    is_seen = Exists(columns_seen(by).filter(pk=OuterRef("pk")))
    return Prefetch("columns", SiteColumn.objects.annotate(seen=is_seen))


def _render_responsible(row: CatalogueItem) -> SafeString | str:
    """Return the responsible units as written, marked if none of them is known."""
    if row.bodies.all():
        return row.responsible
    return format_html('{}<br><span class="gk-chip gk-chip--warn">没有对应单位</span>', row.responsible)


def _describe_audience(row: CatalogueItem) -> str:
    """Return for whom, how and on which level an item is disclosed, in words."""
    texts = [
        *(["全社会"] if row.everybody else []),
        *([row.group] if row.group else []),
        *(["主动"] if row.proactive else []),
        *(["依申请"] if row.on_request else []),
        *(["县级"] if row.county else []),
        *(["乡级"] if row.township else []),
    ]
    return "、".join(texts)


def _make_item_link(row: CatalogueItem) -> SafeString:
    return format_html('<a href="{}">{}</a>', reverse("directory:item", args=[row.pk]), row.title)


ITEM_COLUMNS = (
    "content",
    "time_limit",
    Column("responsible", cell=_render_responsible),
    Column("channels", value=lambda row: "、".join(row.channels)),
    Column("whom", "对象、方式、层级", value=_describe_audience),
    Column("columns", cell=_make_columns_cell),
)


class CatalogueItemRegister(Register[CatalogueItem]):
    """Register of catalogue items that the user sees, with columns, units and power list (B-06)."""

    name, model, title, section = "directory.items", CatalogueItem, "目录事项", DIRECTORY_SECTION
    record_route = "item"
    columns = (
        Column("title", "事项", value=lambda row: row.title, order="first"),
        Column("catalogue", "目录"),
        *ITEM_COLUMNS,
        Column("basis", at=FILE_AND_RECORD),
        Column("bodies", at=FILE_AND_RECORD),
        Column("power", at=FILE_AND_RECORD),
    )
    filters = (
        "catalogue",
        (
            "only",
            ChoiceFilter(
                label="范围", choices=[*GAP_FILTER_LABELS.items()], empty_label="全部", method=_filter_items_by_gap
            ),
        ),
        "proactive",
        "township",
    )
    search_fields = ("first", "second", "responsible")
    empty = "还没有目录。"
    acts = (Act(action=actions.map_item, form=ItemMappingForm, done="已保存对应关系。"),)
    record_template = "directory/item.html"

    def rows(self, by: Actor) -> QuerySet[CatalogueItem]:
        """Return the items that the user sees."""
        return super().rows(by).prefetch_related(_make_columns_prefetch(by), "bodies").select_related("power")

    def record_context(self, request: HttpRequest, by: Actor, row: CatalogueItem) -> Mapping[str, object]:
        """Return the public texts of the item by unit."""
        cells = coverage.list_cells([row.catalogue]) if row.proactive else []
        own_cells = [cell for cell in cells if cell.item.pk == row.pk]
        return {
            "item": row,
            "keeps": not rules.list_reasons_unless_catalogue_manager(by, row),
            "cells": own_cells,
            "seen_columns": coverage.find_seen_columns(by, own_cells),
        }


class StandardCatalogueRegister(Register[Catalogue]):
    """All versions of catalogues: drafts, in force, superseded."""

    name, model, title, section = "directory.catalogues", Catalogue, "目录各版", DIRECTORY_SECTION
    record_route = "catalogue"
    unit = "government"
    columns = (
        "domain",
        Column("number", "版次", value=lambda row: f"第{row.number}版", order="number"),
        Column("government"),
        "state",
        Column("count", "事项", value=lambda row: row.count, number=True, order="count"),
        "made_at",
        "released_at",
    )
    filters = ("government", "state")
    search_fields = ("domain",)
    empty = "还没有目录。直接导入各领域的目录表即可，两行表头、合并单元格、勾选列都不用先整理。"
    acts = (
        Act(
            action=actions.release_catalogue,
            quick=True,
            told=True,
            label="核对无误，启用",
            when=lambda row: row.state == CatalogueState.DRAFT,
            done="已启用。",
        ),
        Act(
            action=actions.map_items_by_name,
            quick=True,
            given={"website": lambda row: get_website(row.government)},
            when=_has_columns_of_same_names,
            done="已按名称对应。",
        ),
        Act(action=actions.drop_catalogue_draft, quick=True, done="已删除草稿，现行版本不变。"),
    )
    parts = (
        RecordTable(
            name="items",
            title="事项",
            model=CatalogueItem,
            rows=lambda row, by: row.items.prefetch_related(_make_columns_prefetch(by), "bodies").order_by(
                "position", "pk"
            ),
            columns=(
                Column("title", "事项", value=lambda row: row.title, cell=_make_item_link),
                Column("position"),
                *ITEM_COLUMNS,
            ),
            empty="目录中还没有事项。",
        ),
        RecordTable(
            name="powers",
            title="没有对应事项的权责事项",
            model=Record,
            rows=lambda row, by: queries.list_unlisted_powers(row),
            columns=(
                Column("name", "权责事项"),
                Column("unit", "单位", value=lambda row: row.table.body.label),
                Column("table", "公开表", value=lambda row: row.table.title),
            ),
            empty="已填报权责清单的单位，权责事项都有目录事项。",
        ),
    )

    def get_heading(self, row: Catalogue) -> str:
        """Return domain and version."""
        return f"{row.domain}领域标准目录（第{row.number}版）"

    def extra_facts(self, by: Actor, row: Catalogue) -> Sequence[tuple[str, object]]:
        """Return the numbers of items that lack columns, units or powers."""
        parameters = {"catalogue": row.pk}
        blank = "、".join(unit.label for unit in queries.list_units_without_power_list(row))
        return [
            (
                text,
                format_html(
                    '<a href="{}?{}">{}项</a>',
                    reverse("directory:items"),
                    urlencode({**parameters, "only": key}),
                    _filter_items_by_gap(row.items.all(), "only", key).count(),
                ),
            )
            for key, text in GAP_FILTER_LABELS.items()
        ] + ([("没有填报权责清单的单位", blank)] if blank else [])

    def record_links(self, by: Actor, row: Catalogue) -> Sequence[tuple[str, str]]:
        """Return the links to its spreadsheet, its coverage and its other versions."""
        links = [("导出", f"{reverse('directory:export')}?catalogue={row.pk}")]
        if row.state in CURRENT_STATES:
            query_string = urlencode({"government": row.government_id, "domain": row.domain})
            links.append(("公开情况", f"{reverse('directory:coverage')}?{query_string}"))
        versions = queries.visible_to(by).filter(government=row.government, domain=row.domain).exclude(pk=row.pk)
        return [*links, *((f"第{other_version.number}版", self.get_url(other_version)) for other_version in versions)]


def _render_due_date(row: Followup) -> SafeString | str:
    """Render the due date and traffic light of a follow-up; 未起算 before its deadline starts."""
    entry = row.entry
    if entry.due_at is None:
        return "未起算"
    text = f"{timezone.localdate(entry.due_at)}"
    return render_light(get_light(entry), text)


class FollowupRegister(Register[Followup]):
    """Register of follow-ups to ministries' acts, by step (B-04, B-06)."""

    name, model, title, section = "directory.followups", Followup, "细则和指引", DIRECTORY_SECTION
    columns = (
        "domain",
        "outcome",
        Column("unit", "制定单位", value=lambda row: row.entry.body),
        Column("act_title", "依据的规定", value=lambda row: row.act_title or "等待出台"),
        "act_on",
        Column("due", "期限", value=lambda row: row.entry.due_at, cell=_render_due_date),
        Column("state", "进程", value=lambda row: row.entry.state_label),
        "drafted_on",
        "submitted_on",
        "approved_on",
        "issued_on",
        Column("number", at=FILE_AND_RECORD),
        Column("address", at=FILE_AND_RECORD),
    )
    filters = ("outcome",)
    search_fields = ("domain", "act_title", "entry__body__name")
    ordering = ("outcome", "domain", "entry__body__path", "pk")
    has_record = False
    intro = lazy_figures(
        "国家有关部门出台公共企事业单位信息公开规定或者标准指引后，<followup.period>内制定实施细则、标准指引和标准目录，报政府批准后印发；"
        "上级政府启用标准目录后，下级政府自启用之日起<followup.period>内编制本级目录。"
    )
    empty = "还没有登记。教育、卫生健康、城市管理、供电供气、生态环境、交通运输六个领域应制定实施细则，由政务公开办登记制定单位。"
    new = New(
        action=actions.create_followups,
        label="登记等待的事项",
        targets=filter_maintained_governments,
        target="government",
        target_label="政府",
        form=FollowupCreationForm,
        done="已登记，国家规定出台后登记，即开始计时。",
    )

    def get_url(self, row: Followup) -> str:
        """Return the entry's page."""
        return reverse("ledger_entry", args=[row.pk])


def _list_years() -> list[tuple[str, str]]:
    today = timezone.localdate()
    return [(str(year), f"{year}年") for year in (today.year, today.year - 1)]


class YearlyCheckRegister(Register[YearlyCheck]):
    """Register of yearly checks; governments without one this year are listed as missing."""

    name, model, title, section = "directory.checks", YearlyCheck, "年度检查", DIRECTORY_SECTION
    unit = "government"
    columns = (
        Column("government", "检查单位"),
        "year",
        "third_party",
        Column("drawn", "抽查", value=lambda row: row.drawn, number=True, order="drawn"),
        Column("judged", "已检查", value=lambda row: row.judged, number=True, order="judged"),
        Column("good", "符合", value=lambda row: row.good, number=True, order="good"),
        Column("made_at"),
        Column("seed", at=FILE_AND_RECORD),
        Column("left", "进程", value=lambda row: "已全部检查" if row.drawn == row.judged else "检查中", at=LIST_ONLY),
    )
    filters = (YearFilter("year", this_year=True), "government")
    has_record = False
    shown_at = "directory:check"
    intro = "每年对标准目录的落实情况抽查一次：从各领域、各单位应公开的事项中随机抽取，逐项核对，可以委托第三方；结果经审签后公布。"
    empty = "这一年度还没有开展检查。现行目录的事项对应了责任单位以后，在这里抽取。"
    new = New(
        action=actions.draw_check_sample,
        targets=_list_governments_to_check,
        target="government",
        fields=("year", "size", "third_party"),
        asks={
            "year": forms.TypedChoiceField(label="年度", coerce=int, choices=_list_years),
            "size": WholeNumberField(label="抽查数量", min_value=10, max_value=500),
            "third_party": forms.CharField(
                label="受委托的第三方", max_length=120, required=False, help_text="没有委托的不填。"
            ),
        },
        initial=lambda by, row: {"year": timezone.localdate().year, "size": 60},
        done="已抽取，请逐项检查。",
    )

    def rows(self, by: Actor) -> QuerySet[YearlyCheck]:
        """Return the user's checks with the numbers of sampled, judged and conforming cells."""
        judged, query = ~Q(cells__verdict=""), Q(cells__verdict=CellVerdict.GOOD)
        return (
            super()
            .rows(by)
            .annotate(drawn=Count("cells"), judged=Count("cells", filter=judged), good=Count("cells", filter=query))
        )

    def owing_units(self, by: Actor, chosen: ChosenFilters) -> QuerySet[Body]:
        """Return the governments with a catalogue in force that the user works for or supervises."""
        rows = Body.objects.filter(make_reach_condition(by, "path"), kind__in=GOVERNING_KINDS, active_to=None)
        return rows.filter(catalogues__state__in=CURRENT_STATES).distinct()
