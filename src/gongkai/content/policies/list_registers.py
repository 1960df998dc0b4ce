"""Registers of 政策库, 文件清理, 依据失效 and 本部门执行的法规规章 (L-02, L-05, L-09)."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

from django import forms
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_filters import CharFilter, ChoiceFilter

from gongkai.content.editions.models import ValidityState
from gongkai.content.policies import actions, source_comparison
from gongkai.content.policies.ended_bases import find_dependent_title, list_unreviewed_bases
from gongkai.content.policies.forms.text_fields import (
    SUGGESTION_INPUT_ATTRIBUTES,
    RecordField,
    SuggestionInput,
    list_suggestions,
)
from gongkai.content.policies.importing.filed_list import find_filing_government
from gongkai.content.policies.importing.planner import LIBRARY_SHEET
from gongkai.content.policies.library_proposals import map_entry_states
from gongkai.content.policies.models import (
    CleanupRound,
    ComparisonResult,
    KeptText,
    PolicyLevel,
    PolicyRecord,
    Relation,
)
from gongkai.content.policies.models.texts import TEXT_SOURCES
from gongkai.content.policies.queries.office import (
    OFFICE_TABS,
    annotate_validity,
    count_hidden_records,
    count_public_by_site,
    filter_by_tab,
    filter_nameable_records,
    filter_without_record,
)
from gongkai.content.policies.rules import check_may_maintain, check_round_manager, find_responsible_body
from gongkai.content.policies.validity_periods import load_last_day
from gongkai.content.policies.views.common import list_writer_bodies
from gongkai.content.publishing.item_list import make_can_open_condition
from gongkai.content.publishing.models import WordsState
from gongkai.core.registers.columns import FILE_AND_RECORD, LIST_ONLY, Column, make_sheet_columns
from gongkai.core.registers.filters import YearFilter
from gongkai.core.registers.forms import Act, ActForm, New
from gongkai.core.registers.register import Listing, Register
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.core.widgets.fields import YearCheckedDateField
from gongkai.core.widgets.request_cache import ask_once
from gongkai.lib.chinese.document_numbers import canonical_number

if TYPE_CHECKING:
    from gongkai.content.policies.queries.office import Stated

#: Menu path of these registers.
MENU_SECTION = ("政策文件",)


def list_organised_bodies(by: Actor) -> QuerySet[Body]:
    """Return the bodies for which the user may open a clean-up: their government and their own units."""
    numbers = [body.pk for body in list_writer_bodies(by) if not check_round_manager(by, body)]
    government = find_filing_government(by)
    numbers += [government.pk] if government else []
    return Body.objects.filter(pk__in=numbers).order_by("position", "pk")


def _filter_by_tab(rows: "QuerySet[Stated]", name: str, value: str) -> QuerySet[PolicyRecord]:
    return filter_by_tab(rows, value)


def _filter_by_words(rows: QuerySet[PolicyRecord], name: str, value: str) -> QuerySet[PolicyRecord]:
    """Filter by words in title or number, a number in any spelling, or the whole unified number."""
    text = value.strip()[:60]
    query = Q(title__icontains=text) | Q(number__icontains=text) | Q(unified_number__iexact=text)
    return rows.filter(query | Q(number_key=canonical_number(text)))


def _render_title(row: PolicyRecord) -> SafeString:
    numbers = "　".join(filter(None, (row.number, row.unified_number)))
    return format_html('{}<br><span class="gk-soft">{}</span>', row.title, numbers)


def standing_tag(row: PolicyRecord) -> SafeString:
    """Return a record's validity today as an HTML tag."""
    state = row.state  # type: ignore[attr-defined]
    text = ValidityState(state).label if state else ""
    return format_html('<span class="gk-tag po-state po-state--{}">{}</span>', state or "none", text)


def _describe_publicity(row: PolicyRecord) -> str:
    """Return the Chinese state: public, waiting, not drafted, or not entered in the library."""
    if row.is_public:  # type: ignore[attr-defined]
        return "已公开"
    if row.document_id:
        return "待公开"
    state = ask_once(("entries proposed",), map_entry_states).get(row.stream)
    if state is None:
        return "未起草"
    return "待确认入库" if state == WordsState.WAITING else "没有入库"


class PolicyRecordRegister(Register[PolicyRecord]):
    """Register of library records; its exported file can be imported."""

    name, model, title, section = "policies.records", PolicyRecord, "政策库", MENU_SECTION
    columns = (
        Column("document", "文件", value=str, cell=_render_title, order="title", at=LIST_ONLY, width=50),
        Column("level", at=LIST_ONLY),
        Column("body", at=LIST_ONLY),
        Column("state", "状态", value=standing_tag, order="state", at=LIST_ONLY),
        Column("effective_on", at=LIST_ONLY),
        Column("ends_on", cell=lambda row: load_last_day(row) or ("见原文" if row.ends_when else "长期"), at=LIST_ONLY),
        Column("publicity", "公开", value=_describe_publicity, order="is_public", at=LIST_ONLY),
        *make_sheet_columns(LIBRARY_SHEET),
    )
    filters = (
        (
            "tab",
            ChoiceFilter(label="分类", choices=[*OFFICE_TABS.items()][1:], empty_label="全部", method=_filter_by_tab),
        ),
        "body",
        "level",
        ("q", CharFilter(label="标题或文号", method=_filter_by_words)),
    )
    ordering = ("-pk",)
    intro = "政策文件先入库、后公开；是否有效由施行日期、有效期和修改、废止的记录得出，到期自动转为失效。"
    empty = "这里还没有文件。点右上角“入库”逐件录入，或者“导入”整批录入。"
    importer = "policies"
    template = "policies/records.html"
    has_record = False
    shown_at = "policies:record"

    def rows(self, by: Actor) -> QuerySet[PolicyRecord]:
        """Return the records with today's validity and whether they are public."""
        rows = annotate_validity(super().rows(by)).select_related("body", "document")
        return rows.prefetch_related("decisions__actor")

    def totals(self, listing: Listing[PolicyRecord]) -> Sequence[tuple[str, object]]:
        """Return the number of public documents by site, and of documents on no site."""
        public = count_public_by_site(listing.rows)
        return (
            *((f"公众在{site}政策库看到", f"{count:,} 件") for site, count in public),
            ("没有公开", f"{count_hidden_records(listing.rows):,} 件"),
        )

    def extra_context(self, request: HttpRequest, listing: Listing[PolicyRecord]) -> Mapping[str, object]:
        """Return the units for which the user enters documents, and the number of public documents without a record."""
        return {"writes": list_writer_bodies(listing.by), "unentered": filter_without_record(listing.by).count()}


class CleanupRoundRegister(Register[CleanupRound]):
    """Register of clean-up rounds that the user may see."""

    name, model, title, section = "policies.rounds", CleanupRound, "文件清理", MENU_SECTION
    columns = (
        "name",
        Column("body", "组织单位"),
        "state",
        Column("due_on", "提出意见期限"),
        Column("total", "文件", value=lambda row: row.total, number=True, order="total"),
        Column("undecided", "未提出", value=lambda row: row.undecided, number=True, order="undecided"),
    )
    filters = (YearFilter("due_on"), "body", "state")
    search_fields = ("name",)
    ordering = ("-pk",)
    intro = "每年至少清理一次：逐件提出保留、修改、废止或失效的意见，全部提出后办结，结果公布，文件状态同时更新。"
    empty = "还没有清理。由政务公开办、司法行政部门或者本部门负责人启动。"
    has_record = False
    shown_at = "policies:round"
    new = New(
        action=actions.open_round,
        targets=list_organised_bodies,
        target_label="清理谁的文件（选政府的，包括其部门）",
        fields=("name", "due_on", "levels"),
        asks={
            "due_on": YearCheckedDateField(label="提出意见期限"),
            "levels": forms.MultipleChoiceField(
                label="清理范围",
                choices=[
                    (level.value, level.label)
                    for level in (PolicyLevel.GOVERNMENT_RULE, PolicyLevel.NORMATIVE, PolicyLevel.OTHER)
                ],
                widget=forms.CheckboxSelectMultiple,
            ),
        },
        initial=lambda by, row: {
            "name": f"{timezone.localdate().year}年文件清理",
            "levels": [PolicyLevel.GOVERNMENT_RULE, PolicyLevel.NORMATIVE],
        },
        note="范围内没有失效、废止的文件逐件列入，任务分到各起草单位的台账。",
        done="清理已启动，任务已分到各起草单位的台账。",
    )

    def rows(self, by: Actor) -> QuerySet[CleanupRound]:
        """Return the rounds with their number of documents and of missing verdicts."""
        undecided = Count("cases", filter=Q(cases__verdict=""), distinct=True)
        rows = super().rows(by).select_related("body")
        return rows.annotate(total=Count("cases", distinct=True), undecided=undecided)


def _render_dependent(row: Relation) -> SafeString | str:
    """Return the dependent document, with a link to its item."""
    document = row.user or (row.record.document if row.record else None)
    if document is None or not row.opens:  # type: ignore[attr-defined]
        return find_dependent_title(row)
    return format_html(
        '<a href="{}">{}</a>', reverse("publishing:item", args=[document.item_number]), find_dependent_title(row)
    )


def _render_basis(row: Relation) -> SafeString:
    return format_html('<a href="{}">{}</a>', reverse("policies:record", args=[row.target_id]), row.target)


def _describe_end(row: Relation) -> str:
    """Return since when a basis is repealed or expired, in Chinese."""
    state = "已废止" if row.basis_state == "repealed" else "已失效"  # type: ignore[attr-defined]
    return f"{state}，自{row.basis_since}起"  # type: ignore[attr-defined]


class EndedBasisRegister(Register[Relation]):
    """Register of documents, guides and lists whose basis has ended and is not reviewed yet (L-09)."""

    name, model, title, section = "policies.bases", Relation, "依据失效", MENU_SECTION
    columns = (
        Column("user", "引用的文件、指南或清单", value=find_dependent_title, cell=_render_dependent, width=50),
        Column("body", "单位", value=find_responsible_body),
        Column("target", "失效的依据", cell=_render_basis, width=50),
        Column("ended", "失效情况", value=_describe_end, order="basis_since"),
    )
    search_fields = ("target__title", "target__number", "record__title")
    ordering = ("pk",)
    intro = "引用了已废止、已失效文件的政策文件、办事指南和清单。请更新依据，或者修改、下架；核对后写明结果。"
    empty = "没有引用失效依据的文件、指南和清单。"
    has_record = False
    acts = (
        Act(
            action=actions.settle_basis,
            label="核对",
            asks={"words": forms.CharField(label="核对结果", max_length=300, help_text="如：已改引新办法")},
            done="已核对。",
        ),
        Act(action=actions.remove_relation, label="删除这项依据", done="依据已删除。"),
    )

    def rows(self, by: Actor) -> QuerySet[Relation]:
        """Return the unreviewed relations of units that the user sees; `opens`: the user may open the dependent item."""
        opens = make_can_open_condition(by, "user__item_number") | make_can_open_condition(
            by, "record__document__item_number"
        )
        rows = list_unreviewed_bases().filter(pk__in=super().rows(by).values("pk"))
        return cast("QuerySet[Relation]", rows.annotate(opens=Q(opens)))


class EnforcedTextForm(ActForm):
    """Form for a text that a unit enforces, and its source."""

    record = RecordField(
        label="法规规章",
        widget=SuggestionInput(attrs=SUGGESTION_INPUT_ATTRIBUTES),
        help_text="政策库中的文号或完整标题",
    )
    source = forms.ChoiceField(
        label="来源", required=False, choices=[("", "没有"), *((source, source) for source in TEXT_SOURCES)]
    )
    address = forms.URLField(label="来源网址", required=False, max_length=500, assume_scheme="https")
    edition = forms.CharField(label="来源版本", required=False, max_length=120, help_text="如：2024年3月10日修订")

    def prepare(self) -> None:
        """Limit and suggest the documents that can be named."""
        field, records = self.fields["record"], filter_nameable_records(self.by)
        assert isinstance(field, RecordField)
        assert isinstance(field.widget, SuggestionInput)
        field.rows = records
        field.widget.proposals = list_suggestions(records.filter(level__in=source_comparison.ENFORCED_LEVELS))


def _render_last_check(row: KeptText) -> SafeString | str:
    if row.checked_on:
        return row.checked_on.isoformat()
    return format_html('<span class="gk-light--red">{}</span>', "从未核对")


def _render_result(row: KeptText) -> SafeString | str:
    if not row.result:
        return ""
    bad = row.result in (ComparisonResult.DIFFERENT, ComparisonResult.DEAD)
    return format_html('<span class="{}">{}</span>', "gk-light--red" if bad else "", row.get_result_display())


def _filter_by_level(rows: QuerySet[KeptText], name: str, value: str) -> QuerySet[KeptText]:
    return rows.filter(record__level=value)


class EnforcedTextRegister(Register[KeptText]):
    """Register of enforced texts by level, with their last check and its result (L-01, L-02)."""

    name, model, title, section = "policies.kept", KeptText, "本部门执行的法规规章", MENU_SECTION
    columns = (
        Column("record", "文件", order="record__title", width=50),
        "body",
        Column("record__level", "类别"),
        "source",
        Column("address", at=FILE_AND_RECORD),
        "edition",
        Column("checked_on", cell=_render_last_check),
        Column("checked_by", at=FILE_AND_RECORD),
        Column("result", cell=_render_result),
        Column("note", at=FILE_AND_RECORD),
    )
    filters = (
        (
            "level",
            ChoiceFilter(
                label="类别",
                choices=[(level.value, level.label) for level in source_comparison.ENFORCED_LEVELS],
                empty_label="全部",
                method=_filter_by_level,
            ),
        ),
        "body",
        "result",
    )
    search_fields = ("record__title", "record__number")
    intro = "行政法规、国务院部门规章、政府规章三类，定期与来源核对文字，有差异的由人核实后采用。"
    empty = "没有列入。从政策库中选择本部门执行的法规规章。"
    has_record = False
    shown_at = "policies:kept_one"
    new = New(
        action=actions.add_enforced_text,
        label="列入",
        targets=lambda by: Body.objects.filter(
            pk__in=[body.pk for body in list_writer_bodies(by) if not check_may_maintain(by, body)]
        ),
        form=EnforcedTextForm,
        done="已列入。",
    )

    def rows(self, by: Actor) -> QuerySet[KeptText]:
        """Return the enforced texts without loading their content."""
        return super().rows(by).select_related("record", "body").defer("text")

    def totals(self, listing: Listing[KeptText]) -> Sequence[tuple[str, object]]:
        """Return (label, number) of texts never checked, different, or with an unreachable source."""
        rows = listing.rows.order_by()
        return (
            ("列入", f"{rows.count():,} 件"),
            ("从未核对", f"{rows.filter(checked_on=None).count():,} 件"),
            ("与来源有差异", f"{rows.filter(result=ComparisonResult.DIFFERENT).count():,} 件"),
            ("来源打不开", f"{rows.filter(result=ComparisonResult.DEAD).count():,} 件"),
        )
