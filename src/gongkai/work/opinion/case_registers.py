"""Registers of opinion cases, leads and promises (政务舆情, 舆情线索, 公开承诺; M-05, M-10)."""

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django_filters import ChoiceFilter

from gongkai.core.acts.many_targets import act_on_each
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.ledger.columns import due_column, state_column, title_column, unit_column, unit_filter
from gongkai.core.registers.bulk_actions import BulkAction
from gongkai.core.registers.columns import FILE_ONLY, Column, display_value, render_chip, row_link
from gongkai.core.registers.filters import YearFilter
from gongkai.core.registers.forms import Act
from gongkai.core.registers.register import Listing, Register
from gongkai.core.units.actors import Actor
from gongkai.core.widgets.templatetags.ui import period
from gongkai.work.opinion import actions
from gongkai.work.opinion.importing import CASES_IMPORTER, PROMISES_IMPORTER
from gongkai.work.opinion.importing.cases import export_cases as exported_cases
from gongkai.work.opinion.importing.promises import export_promises as exported_promises
from gongkai.work.opinion.models import Lead, LeadState, OpinionCase, Promise
from gongkai.work.opinion.queries import cases, promises
from gongkai.work.opinion.registers import OPINION_SECTION
from gongkai.work.opinion.views.cases import list_own_bodies


def _render_judgement(row: OpinionCase) -> SafeString | str:
    """Return kind and level of a case, or 待研判 without a kind."""
    if not row.kind:
        return "待研判"
    return format_html('{}<br><span class="gk-soft">{}</span>', row.get_kind_display(), row.get_level_display())


def _render_response_time(row: OpinionCase) -> SafeString | str:
    return render_chip("逾期回应", row.responded_at) if row.was_late else display_value(row.responded_at)


class OpinionCaseRegister(Register[OpinionCase]):
    """Register of opinion cases; exports can be imported."""

    name, model, title, section = "opinion.cases", OpinionCase, "政务舆情", OPINION_SECTION
    columns = (
        title_column("舆情", lambda row: row.platform),
        state_column(),
        unit_column(),
        Column("kind", "类型、等级", value=OpinionCase.get_kind_display, cell=_render_judgement, order="kind"),
        "found_at",
        due_column("回应时限", hours=True),
        Column(
            "responded_at", "回应", value=lambda row: row.responded_at, cell=_render_response_time, order="responded_at"
        ),
    )
    file_sheet, file_name, importer = CASES_IMPORTER.sheet, "政务舆情台账", CASES_IMPORTER.name
    tabs, initial_filters = "tab", {"tab": "open"}
    filters = (
        (
            "tab",
            ChoiceFilter(
                label="分类",
                choices=[(name, label) for name, (label, _) in cases.CASE_TABS.items()],
                empty_label=None,
                method=lambda rows, name, value: cases.filter_cases_by_tab(rows, value),
            ),
        ),
        ("unit", unit_filter()),
        "kind",
        "field",
        YearFilter("entry__year"),
    )
    search_fields = ("entry__title", "text")
    ordering = (F("entry__closed_at").desc(nulls_first=True), "entry__due_at")
    empty = "这一类没有舆情。发现涉及本地区、本部门的舆情，请登记；也可以导入监测报表。"
    has_record = False
    shown_at = "entry.url"
    new_label = "登记舆情"

    @property
    def intro(self) -> str:  # type: ignore[override]
        """Return the introduction with the legal deadlines of answers, in hours."""
        times = [period(f"opinion.{name}") for name in ("authoritative", "press", "response")]
        return (
            "收集、会商、研判、回应、评估，五个环节逐一留痕。涉及特别重大、重大突发事件的{}内发布权威信息、{}内举行新闻发布会，"
            "其他{}内回应，按实际小时计算。"
        ).format(*times)

    def file_objects(self, listing: Listing[OpinionCase]) -> Iterable[object]:
        """Return the cases in the import format."""
        return exported_cases(listing.rows)

    def new_url(self, by: Actor) -> str:
        """Return the URL for registering a case, "" without an own unit."""
        return reverse("opinion:collect") if list_own_bodies(by).exists() else ""

    def totals(self, listing: Listing[OpinionCase]) -> Sequence[tuple[str, object]]:
        """Return the number of pending leads with a link, or ()."""
        waiting = cases.list_pending_leads(listing.by).count()
        if not waiting:
            return ()
        html = format_html('<a href="{}">{}条</a>', reverse("opinion:leads"), waiting)
        return (("等待甄别的线索，回应时限自收到时起算", html),)


def _make_lead_title(row: Lead) -> SafeString | str:
    """Return the title of a lead, linked to its page in a new window if it has an address."""
    if not row.address:
        return row.title
    link_template = '<a href="{}" rel="noopener noreferrer" target="_blank">{}<span class="gk-sr">（新窗口）</span></a>'
    return format_html(link_template, row.address, row.title)


def _render_outcome(row: Lead) -> SafeString | str:
    return row_link(row.case.entry) if row.case else row.reason


class CaseLeadRegister(Register[Lead]):
    """Register of feed entries that may concern the government, with the decisions on them."""

    name, model, title = "opinion.leads", Lead, "舆情线索"
    section = (*OPINION_SECTION, ("政务舆情", "opinion:cases"))
    columns = (
        Column("title", "线索", value=lambda row: row.title, cell=_make_lead_title, order="title", width=40),
        "text",
        Column("feed__name", "来源"),
        "found_at",
        "written_at",
        Column("address", at=FILE_ONLY),
        Column(
            "became", "去向", value=lambda row: row.case.entry.number if row.case else row.reason, cell=_render_outcome
        ),
    )
    tabs, filters, initial_filters = "state", ("state", "feed"), {"state": LeadState.NEW}
    search_fields = ("title", "text")
    intro = "由“舆情来源”中设定的来源自动收取。立案的，回应时限自收到线索时起算，请尽快甄别。"
    empty = "没有等待甄别的线索。"
    has_record = False
    acts = (
        Act(
            action=actions.open_case_from_lead,
            fields=None,
            quick=True,
            done="已立案。",
            then=lambda made: made.entry.url,
        ),
        Act(action=actions.dismiss_lead, done="已标为不立案。"),
    )


def _submit_statements(request: HttpRequest, by: Actor, rows: QuerySet[Promise], facts: Mapping[str, object]) -> bool:
    """Submit the statements of the ticked promises for review; return true if that succeeded."""
    entries = [promise.entry for promise in rows]

    def submit_each() -> None:
        act_on_each(actions.submit_statement, entries, by=by)

    return run_with_messages(request, submit_each, f"已送审{len(entries)}项。")


class PromiseRegister(Register[Promise]):
    """Register of promises; exports can be imported."""

    name, model, title, section = "opinion.promises", Promise, "公开承诺", OPINION_SECTION
    columns = (
        title_column("承诺事项", lambda row: row.occasion),
        unit_column("单位"),
        Column("topic", value=lambda row: row.topic, order="topic__name"),
        "promised_on",
        due_column(),
        state_column(),
    )
    file_sheet, file_name, importer = PROMISES_IMPORTER.sheet, "公开承诺台账", PROMISES_IMPORTER.name
    tabs, initial_filters = "tab", {"tab": "open"}
    filters = (
        (
            "tab",
            ChoiceFilter(
                label="分类",
                choices=[*promises.PROMISE_TABS.items()],
                empty_label=None,
                method=lambda rows, name, value: promises.filter_promises_by_tab(rows, value),
            ),
        ),
        ("unit", unit_filter("单位")),
        "topic",
    )
    search_fields = ("entry__title", "words")
    ordering = ("entry__due_at",)
    intro = mark_safe(
        '公开作出的承诺、进展、期限变更和兑现情况，经审签后在网站<a href="/promises/" target="_blank" rel="noopener">公开承诺'
        '<span class="gk-sr">（新窗口）</span></a>页公开，公开后生效。'
    )
    empty = "这一类没有承诺。在会议、发布会、访谈中公开作出的承诺，请登记；也可以导入已有的台账。"
    has_record = False
    shown_at = "entry.url"
    new_label = "登记承诺"
    template = "opinion/promises.html"
    bulk_action = BulkAction(
        words="把所选的送审",
        do=_submit_statements,
        may=lambda by, listing: listing.chosen.get("tab") == "registered" and list_own_bodies(by).exists(),
        most=50,
    )

    def file_objects(self, listing: Listing[Promise]) -> Iterable[object]:
        """Return the promises in the import format."""
        return exported_promises(listing.rows)

    def new_url(self, by: Actor) -> str:
        """Return the URL for registering a promise, "" without an own unit."""
        return reverse("opinion:register") if list_own_bodies(by).exists() else ""

    def extra_context(self, request: HttpRequest, listing: Listing[Promise]) -> Mapping[str, object]:
        """Return `figures` by unit if all promises are shown, else an empty list."""
        shows_all = listing.chosen.get("tab") == "all" and not listing.chosen.get("unit")
        return {"figures": promises.count_promises_by_unit(self.rows(listing.by)) if shows_all else []}
