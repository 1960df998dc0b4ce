"""Registers of collections, sources and entries (归集, A-02)."""

from collections.abc import Mapping, Sequence
from datetime import date

from django import forms
from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_filters import ChoiceFilter

from gongkai.core.registers.columns import LIST_ONLY, Column, render_light
from gongkai.core.registers.filters import YearFilter
from gongkai.core.registers.forms import Act, New
from gongkai.core.registers.record import RecordTable
from gongkai.core.registers.register import Listing as Listed
from gongkai.core.registers.register import Register
from gongkai.core.units.actors import Actor
from gongkai.core.units.forms.base import words_field
from gongkai.core.widgets.fields import YearCheckedDateField
from gongkai.oversight.gathering import actions, queries
from gongkai.oversight.gathering.forms import SOURCE_ASKS, SOURCE_FIELDS, SOURCE_GROUPS, list_columns
from gongkai.oversight.gathering.models import Collection, Gathered, GatheredState, Listing, Source, SourceMethod
from gongkai.oversight.gathering.queries import check_source_manager

GATHERING_SECTION = (("归集", "gathering:index"),)
#: States of entries that count towards the expected number (A-02).
COUNTED_STATES = (GatheredState.NEW, GatheredState.DRAFTED)


def get_source_light(source: Source) -> tuple[str, str]:
    """Return (traffic light, label) of a source."""
    if not source.active:
        return "grey", "已停用"
    if source.way == SourceMethod.MANUAL:
        return "green", "人工录入"
    if source.failing:
        return "red", f"连续{source.failing}次失败"
    return ("green", "正常") if source.succeeded_at else ("blue", "还没有收取")


def _render_health(row: Collection) -> SafeString | str:
    if row.failing_count:  # type: ignore[attr-defined]
        return format_html("{} {}个", render_light("red", "有来源失败"), row.failing_count)  # type: ignore[attr-defined]
    return render_light("green", "正常") if row.source_count else "没有来源"  # type: ignore[attr-defined]


def list_sources(row: Collection, by: Actor) -> list[Source]:
    """Return a collection's sources with the number of entries and the listing state."""
    listed, count = (
        set(queries.list_listed_sources()),
        Count("gathered", filter=Q(gathered__state__in=COUNTED_STATES)),
    )
    sources: list[Source] = [*row.sources.annotate(brought=count).order_by("pk")]
    for source in sources:
        source.is_listed = source.pk in listed  # type: ignore[attr-defined]
    return sources


def _render_source(row: Source) -> SafeString:
    url = reverse("gathering:source", args=[row.pk])
    tag = format_html(' <span class="gk-tag">链接自动列出</span>') if row.is_listed else ""  # type: ignore[attr-defined]
    named = '<a href="{}">{}</a>{}<br><span class="gk-soft">{}</span>'
    return format_html(named, url, row.name, tag, row.unit_name)


def _render_entry_count(row: Source) -> SafeString:
    url = reverse("gathering:source_entries", args=[row.pk])
    return format_html('<a href="{}">{}</a>', url, row.brought)  # type: ignore[attr-defined]


def _render_expected(row: Source) -> SafeString | str:
    """Return the cell of the expected number of entries, with the number still missing."""
    if row.expected is None:
        return ""
    lacking = row.expected - row.brought  # type: ignore[attr-defined]
    if lacking <= 0:
        return str(row.expected)
    return format_html('{}<br><span class="gk-chip gk-chip--warn">缺{}</span>', row.expected, lacking)


class CollectionRegister(Register[Collection]):
    """Register of collections; a collection's page lists its sources with light and number."""

    name, model, title, record_route = "gathering.index", Collection, "归集", "collection"
    columns = (
        "name",
        "body",
        Column("about", at=frozenset({"file", "record"})),
        Column("sources", "来源", value=lambda row: row.source_count, number=True, order="source_count"),
        Column("entries", "内容", value=lambda row: row.entry_count, number=True, order="entry_count"),
        Column("health", "情况", value=lambda row: "", cell=_render_health, at=LIST_ONLY),
    )
    filters = ("body",)
    search_fields = ("name", "about")
    file_name = "归集专题"
    intro = (
        "把其他网站公开的信息归集起来集中展示，注明来源和时间。归集来的内容先待处理，转为草稿后照常审签公开；"
        "可信来源的链接，经审签作出决定后可以在有效期内自动列出。"
    )
    empty = "还没有归集专题。新建一个，再登记从哪些网站归集。"
    template, record_template = "gathering/index.html", "gathering/collection.html"
    new = New(
        action=actions.add_collection,
        label="新建归集专题",
        targets=queries.list_own_bodies,
        target_label="归集单位",
        asks={
            "name": forms.CharField(
                label="名称", max_length=80, help_text="如：专项规划、市场规则和标准、部门重要信息。"
            ),
            "about": forms.CharField(label="说明（向社会公开）", max_length=300, required=False),
        },
        done="已新建，请登记来源。",
    )
    acts = (
        Act(
            action=actions.add_source,
            label="登记来源",
            part="sources",
            listed=False,
            model=Source,
            fields=SOURCE_FIELDS,
            asks=SOURCE_ASKS,
            groups=SOURCE_GROUPS,
            offers={"column": lambda by, row: list_columns()},
            done="来源已登记。",
        ),
    )
    parts = (
        RecordTable(
            name="sources",
            title="来源",
            model=Source,
            rows=list_sources,
            columns=(
                Column("name", cell=_render_source),
                Column("light", "情况", value=lambda row: render_light(*get_source_light(row))),
                "way",
                "laws",
                Column("brought", "已有", value=lambda row: row.brought, cell=_render_entry_count, number=True),
                Column("expected", "应有", cell=_render_expected),
                "status",
                "pulled_at",
            ),
            empty="还没有来源。",
        ),
    )

    def rows(self, by: Actor) -> QuerySet[Collection]:
        """Return the collections visible to the user, with figures."""
        return (
            super()
            .rows(by)
            .annotate(
                source_count=Count("sources", distinct=True),
                failing_count=Count("sources", filter=Q(sources__failing__gt=0), distinct=True),
                entry_count=Count(
                    "sources__gathered", filter=Q(sources__gathered__state__in=COUNTED_STATES), distinct=True
                ),
            )
        )

    def extra_context(self, request: HttpRequest, listing: Listed[Collection]) -> Mapping[str, object]:
        """Return as `calling` whether this installation may contact other sites."""
        return {"calling": bool(settings.GONGKAI_GATHER_HOSTS)}

    def record_context(self, request: HttpRequest, by: Actor, row: Collection) -> Mapping[str, object]:
        """Return as `calling` whether this installation may contact other sites."""
        return {"calling": bool(settings.GONGKAI_GATHER_HOSTS)}


def _list_distinct_sources(row: Source, by: Actor) -> list[Source]:
    """Return the visible sources with which this one shares no duplicates by decision; each has it as `told_from`."""
    sources = list(queries.visible_to(by).filter(pk__in=row.apart.order_by().values("pk")))
    for other in sources:
        other.told_from = row  # type: ignore[attr-defined]
    return sources


def _render_listing_state(row: Listing) -> SafeString | str:
    """Return the cell of a listing's state: expired, in force and public or not, or its source has moved."""
    if row.until < timezone.localdate():
        return "已到期"
    if row.holds:
        return "有效期内" if row.of_id in queries.list_listed_sources() else "还没有公开"
    return format_html('<span class="gk-chip gk-chip--warn">{}</span>', "来源已换网站，请重新提出")


def _describe_resume_point(row: Source) -> str:
    """Return from where the list is read next time, "" if it was read whole."""
    if row.back_page > 1:
        return f"已读到列表第{row.back_page - 1}页，更早的下次接着收取"
    return "列表还没有读完，下次接着收取" if row.back_page else ""


class SourceRegister(Register[Source]):
    """Register of sources; a source's page shows its entries and actions."""

    name, model, title, record_route = "gathering.sources", Source, "归集来源", "source"
    section = GATHERING_SECTION
    columns = (
        "name",
        Column(
            "light",
            "情况",
            value=lambda row: get_source_light(row)[1],
            cell=lambda row: render_light(*get_source_light(row)),
        ),
        "unit_name",
        Column("collection", order="collection__name"),
        Column("body", "归集单位", value=lambda row: row.collection.body, order="collection__body__position"),
        "way",
        Column("address", cell=lambda row: format_html('<span class="gk-break">{}</span>', row.address)),
        Column("expected", at=frozenset({"file", "record"})),
        Column("column", at=frozenset({"file", "record"})),
        Column("status", order=""),
        "pulled_at",
        Column("back", "更早的内容", value=_describe_resume_point, at=frozenset({"record"})),
        Column("due_at", at=frozenset({"record"})),
    )
    filters = (
        "collection",
        "way",
        "active",
        (
            "failing",
            ChoiceFilter(
                label="收取",
                choices=[("1", "失败"), ("0", "正常")],
                empty_label="全部",
                method=lambda rows, name, value: rows.filter(failing__gt=0) if value == "1" else rows.filter(failing=0),
            ),
        ),
    )
    search_fields = ("name", "unit_name", "address")
    empty = "还没有来源。在归集专题中登记。"
    record_template = "gathering/source.html"
    acts_listed = False
    acts = (
        Act(
            action=actions.change_source,
            note="网站改版、换地址的，在这里修改；改了地址的，将立即重新收取。",
            fields=SOURCE_FIELDS,
            asks=SOURCE_ASKS,
            groups=SOURCE_GROUPS,
            offers={"column": lambda by, row: list_columns()},
            done="已修改。",
        ),
        Act(
            action=actions.relearn_source,
            asks={"example": forms.CharField(label="列表中的一个标题", max_length=300)},
            when=lambda row: row.way == SourceMethod.LIST,
            done="下次收取时重新识别。",
        ),
        Act(
            action=actions.reread_all_pages,
            when=lambda row: row.way == SourceMethod.LIST and bool(row.pulled_at) and not row.back_at,
            note="平时只读到没有新内容的一页为止；从前只收取了第一页的，用它补齐。",
            done="稍后逐页收取，每次收取一部分。",
        ),
        Act(action=actions.switch_source, given={"active": lambda row: not row.active}, quick=True, done="已保存。"),
        Act(
            action=actions.add_gathered_entry,
            when=lambda row: row.way == SourceMethod.MANUAL,
            asks={
                "title": forms.CharField(label="标题", max_length=300),
                "address": forms.CharField(label="原文网址", max_length=500),
                "written_on": YearCheckedDateField(label="来源发布日期", required=False),
                "text": words_field("内容", required=False, rows=4, limit=5000),
            },
            model=Gathered,
            done="已录入。",
        ),
        Act(
            action=actions.propose_listing,
            label="提出决定",
            part="listings",
            model=Listing,
            when=lambda row: row.way != SourceMethod.MANUAL,
            asks={
                "until": YearCheckedDateField(label="有效期至"),
                "reason": forms.CharField(
                    label="理由", max_length=300, help_text="来源是哪个党政机关的网站，为什么可信。"
                ),
            },
            done="已提出，请打开决定，选择栏目后送审。",
        ),
    )
    parts = (
        RecordTable(
            name="listings",
            title="链接自动列出",
            model=Listing,
            rows=lambda row, by: row.listings.select_related("of"),
            columns=(
                Column(
                    "until",
                    cell=lambda row: format_html(
                        '<a href="{}">至{}</a>', reverse("gathering:listing", args=[row.pk]), row.until
                    ),
                ),
                "reason",
                Column("state", "情况", value=_render_listing_state),
            ),
            note="没有生效的决定，归集来的内容不会自动公开；人工录入的内容逐条转为草稿送审，不能一次决定长期列出。",
            empty="没有决定。",
        ),
        RecordTable(
            name="apart",
            title="不互为重复",
            model=Source,
            rows=_list_distinct_sources,
            columns=("name", "unit_name"),
            acts=(
                Act(
                    action=actions.resume_comparison,
                    to=lambda row: row.told_from,
                    given={"other": lambda row: row},
                    quick=True,
                    done="已恢复比对。",
                ),
            ),
            note="与这些来源文字相近的内容，不自动标为重复；地址相同的仍标为重复。",
            empty="没有。",
        ),
    )

    def record_links(self, by: Actor, row: Source) -> Sequence[tuple[str, str]]:
        """Return the link to its entries."""
        fresh = queries.filter_tab(row.gathered.all(), "new").count()
        return ((f"归集内容（待处理 {fresh}）", reverse("gathering:source_entries", args=[row.pk])),)

    def record_context(self, request: HttpRequest, by: Actor, row: Source) -> Mapping[str, object]:
        """Return as `may` whether the user may read the source now."""
        return {"may": not check_source_manager(by, row)}


def get_publication_day(row: Gathered) -> date | None:
    """Return the publication day of an entry at its source, or None."""
    return timezone.localtime(row.written_at).date() if row.written_at else None


class GatheredContentRegister(Register[Gathered]):
    """Register of all entries visible to the user; exports can be imported for manual sources."""

    name, model, title, section = "gathering.entries", Gathered, "归集内容", GATHERING_SECTION
    columns = (
        Column(
            "collection", "归集专题", value=lambda row: row.source.collection.name, order="source__collection__name"
        ),
        Column("source", "来源名称", value=lambda row: row.source.name, order="source__name"),
        Column("title", cell=lambda row: format_html('<a href="{}" rel="noopener">{}</a>', row.address, row.title)),
        Column("address", "原文网址", at=frozenset({"file"})),
        Column("written_on", "来源发布日期", value=get_publication_day, order="written_at"),
        Column("text", at=frozenset({"file"}), value=lambda row: row.text[:2000]),
        Column("found_at", at=LIST_ONLY),
        Column("state", at=LIST_ONLY),
    )
    main = "title"
    filters = ("source__collection", "source", "state", YearFilter("written_at"))
    search_fields = ("title", "source__name", "source__unit_name")
    has_record = False
    importer = "gathering"
    empty = "还没有归集来的内容。"

    def rows(self, by: Actor) -> QuerySet[Gathered]:
        """Return the entries of sources visible to the user."""
        return super().rows(by).select_related("source__collection")
