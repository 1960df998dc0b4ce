"""Registers of news releases (新闻发布, I-10): held, planned, and owed by each unit."""

from collections.abc import Mapping, Sequence

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_filters import ChoiceFilter

from gongkai.content.interpretation import actions, queries
from gongkai.content.interpretation.actions.result_handovers import has_public_result
from gongkai.content.interpretation.forms.press_entries import TOPIC_HELP_TEXT, make_result_url_field
from gongkai.content.interpretation.forms.press_events import (
    CorrectReleaseResultForm,
    PressEventForm,
    ReleaseResultForm,
    ResultHandoverForm,
)
from gongkai.content.interpretation.models import (
    COUNTED_KINDS,
    LEADER_RANKS,
    HandOver,
    PlannedRelease,
    PressEvent,
    PressEventKind,
    PressTarget,
    SpeakerRank,
)
from gongkai.content.interpretation.views import bodies_seen, list_writable_bodies
from gongkai.content.publishing.models import map_document_titles
from gongkai.core.acts.public_words import find_personal_hints
from gongkai.core.ledger.columns import unit_filter
from gongkai.core.registers.columns import FILE_AND_RECORD, FILE_ONLY, LIST_ONLY, Column
from gongkai.core.registers.filters import ChosenFilters, YearFilter
from gongkai.core.registers.forms import Act, New
from gongkai.core.registers.record import RecordTable
from gongkai.core.registers.register import Listing, Register
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role
from gongkai.core.widgets.fields import WholeNumberField, YearCheckedDateField
from gongkai.core.widgets.templatetags.ui import light

#: Menu path of these registers.
MENU_SECTION = ("政策解读",)
SUPPLY_KIND = PressEventKind.SUPPLY
#: Filter of the register of releases by state.
EVENT_STATES = [("standing", "没有作废"), ("unseen", "结果没有公开"), ("dropped", "已作废")]
#: Sections of a release's page: heading, fields.
EVENT_SECTIONS = (
    ("发布", ("body", "kind", "on", "topic", "speaker", "rank", "place")),
    ("政策和媒体", ("policy", "document", "medium", "coverage")),
    ("公开的结果", ("result", "address")),
)


def _lacks_result(row: PressEvent) -> bool:
    return not row.dropped and row.kind != SUPPLY_KIND and not has_public_result(row)


def _render_policy(row: PressEvent) -> str:
    return row.policy or "、".join(row.titles[document.pk] for document in row.documents.all())  # type: ignore[attr-defined]


def _render_topic(row: PressEvent) -> SafeString | str:
    return format_html("<s>{}</s>", row.topic) if row.dropped else row.topic


def _describe_media(row: PressEvent) -> str:
    """Return the place, media and coverage of a release."""
    return "　".join(filter(None, (row.get_place_display() if row.place else "", row.medium, row.coverage)))


def _render_speaker(row: PressEvent) -> SafeString | str:
    if not row.speaker:
        return ""
    return format_html('{}<br><span class="gk-soft gk-nowrap">{}</span>', row.speaker, row.get_rank_display())


def _get_result_title(row: PressEvent) -> str:
    return str(row.titles[row.result.pk]) if row.result else ""  # type: ignore[attr-defined]


def _render_result(row: PressEvent) -> SafeString | str:
    """Return the link to the public result, or a note that there is none."""
    if row.dropped:
        return format_html('<span class="gk-soft">已作废：{}</span>', row.dropped)
    if row.result and row.found:  # type: ignore[attr-defined]
        number, title = row.result.item_number, _get_result_title(row)
        if not row.opens:  # type: ignore[attr-defined]
            return title
        return format_html('<a href="{}">{}</a>', reverse("publishing:item", args=[number]), title)
    if row.address:
        link = '<a href="{}" rel="noopener noreferrer" target="_blank">打开链接<span class="gk-sr">：{}</span></a>'
        return format_html(link, row.address, row.topic)
    if row.kind == SUPPLY_KIND:
        return ""
    text = "结果已撤下" if row.result_id else "没有公开结果"
    running: HandOver | None = row.handed  # type: ignore[attr-defined]
    handed = ""
    if running is not None:
        entry = running.entry
        handed = format_html('<br><a href="{}">{}</a>：{}', entry.url, entry.state_label, entry.body.label)
    return format_html('<span class="gk-chip gk-chip--warn">{}</span>{}', text, handed)


def _filter_by_state(rows: QuerySet[PressEvent], name: str, value: str) -> QuerySet[PressEvent]:
    """Filter by "dropped" or "unseen" (its result is not found yet); else exclude only the dropped."""
    if value == "dropped":
        return rows.exclude(dropped="")
    rows = rows.filter(dropped="")
    query = Q(found=True)  # annotated by `annotate_result`
    return rows.exclude(query).exclude(kind=SUPPLY_KIND) if value == "unseen" else rows


class PressEventRegister(Register[PressEvent]):
    """Register of news releases by year; units below their target are listed as missing."""

    name, model, title, section = "interpretation.press", PressEvent, "新闻发布", MENU_SECTION
    columns = (
        "on",
        "body",
        Column("topic", cell=_render_topic),
        "kind",
        Column("policy", "涉及政策", value=_render_policy, order=""),
        Column("speaker", cell=_render_speaker),
        Column("rank", at=FILE_ONLY),
        Column("media", "场所、媒体和报道", value=_describe_media, at=LIST_ONLY, width=30),
        *(Column(name, at=FILE_AND_RECORD) for name in ("place", "medium", "coverage")),
        Column("result", value=_get_result_title, cell=_render_result, order=""),
        Column("address", at=FILE_ONLY),
        *(Column(name, at=frozenset({"record"})) for name in ("made_by", "made_at")),
    )
    main = "topic"
    filters = (
        YearFilter("on", this_year=True),
        "body",
        "kind",
        ("state", ChoiceFilter(label="情况", choices=EVENT_STATES, empty_label="全部", method=_filter_by_state)),
    )
    initial_filters = {"state": "standing"}
    search_fields = ("topic", "policy", "speaker", "medium")
    intro = "计入场次的有新闻发布会、通气会（吹风会）、媒体专访、线上线下答问；活动和素材提供另行登记。"
    empty = "还没有登记。列入年度计划的，在计划的页面上登记举办。"
    template = "interpretation/press.html"
    acts_listed = False
    new = New(
        action=actions.record_event,
        label="登记",
        targets=list_writable_bodies,
        fields=("kind", "on", "topic", "speaker", "rank", "place", "policy", "medium", "coverage", "address"),
        asks={
            "policy": forms.CharField(
                label="涉及的政策",
                max_length=200,
                required=False,
                help_text="文件名称；已在本平台公开的也可以只选择涉及的文件",
            ),
            "speaker": forms.CharField(
                label="发布人", max_length=60, required=False, help_text="向媒体提供素材的可不填"
            ),
            "medium": forms.CharField(label="媒体", max_length=200, required=False, help_text="参加或接受素材的媒体"),
            "address": make_result_url_field(),
        },
        base=PressEventForm,
        groups=EVENT_SECTIONS,
        initial=lambda by, row: {"rank": SpeakerRank.SPOKESPERSON},
    )
    acts = (
        Act(
            action=actions.hand_over,
            form=ResultHandoverForm,
            when=_lacks_result,
            done="已移交，接收单位会收到提醒。",
        ),
        Act(action=actions.link_result, form=ReleaseResultForm, when=_lacks_result, done="已登记公开结果。"),
        Act(
            action=actions.correct_result,
            form=CorrectReleaseResultForm,
            when=has_public_result,
            done="已登记公开结果。",
        ),
        Act(action=actions.drop_event, label="作废", done="已作废，登记和理由保留。"),
    )
    parts = (
        RecordTable(
            name="handovers",
            title="移交成果",
            model=HandOver,
            rows=lambda row, by: row.handovers.select_related("entry__body").order_by("-pk"),
            columns=(
                Column(
                    "entry",
                    "移交",
                    cell=lambda row: format_html('<a href="{}">{}</a>', row.entry.url, row.entry.number),
                ),
                "entry__body",
                Column("materials", "内容", value=lambda row: row.listed),
                "handed_at",
                Column("state", "状态", value=lambda row: row.entry.state_label),
            ),
            empty="没有移交。",
        ),
    )

    def rows(self, by: Actor) -> QuerySet[PressEvent]:
        """Return the releases of units that the user sees, annotated with whether the result is public."""
        rows = queries.annotate_result(super().rows(by), by)
        return rows.select_related("body", "result").prefetch_related("documents")

    def prefetch(self, rows: Sequence[PressEvent], by: Actor) -> Sequence[PressEvent]:
        """Attach document titles and newest handovers, loaded together."""
        documents = [document for row in rows for document in (*row.documents.all(), row.result) if document]
        titles, handed = map_document_titles(documents), queries.load_handovers(rows)
        for row in rows:
            row.titles, row.handed = titles, handed.get(row.pk)  # type: ignore[attr-defined]
        return rows

    def owing_units(self, by: Actor, chosen: ChosenFilters) -> QuerySet[Body]:
        """Return the units with a target in the year."""
        year = chosen.year or timezone.localdate().year
        targets = PressTarget.objects.filter(year=year, least__gt=0)
        units = bodies_seen(by).filter(pk__in=targets.values("body"))
        return units.filter(pk=chosen.unit.pk) if chosen.unit else units

    def totals(self, listing: Listing[PressEvent]) -> Sequence[tuple[str, object]]:
        """Return the numbers of counted releases, of those led by a leader, and of those without a public result."""
        events = listing.rows.order_by().filter(kind__in=COUNTED_KINDS, dropped="")
        return (
            ("计入场次", f"{events.count():,} 场"),
            ("其中负责人出席", f"{events.filter(rank__in=LEADER_RANKS).count():,} 场"),
            ("结果没有公开", f"{_filter_by_state(listing.rows, '', 'unseen').count():,} 场"),
        )

    def extra_context(self, request: HttpRequest, listing: Listing[PressEvent]) -> Mapping[str, object]:
        """Return the progress of units against their targets."""
        bodies = bodies_seen(listing.by)
        if listing.chosen.unit:
            bodies = bodies.filter(pk=listing.chosen.unit.pk)
        year = listing.chosen.year or timezone.localdate().year
        return {"counters": queries.list_release_counters(bodies, year), "year": year}


def _render_held_day(row: PlannedRelease) -> str:
    return row.event.on.isoformat() if row.event else ""


class PlannedReleaseRegister(Register[PlannedRelease]):
    """Register of planned news releases; each is a ledger entry with its actions."""

    name, model, title = "interpretation.plans", PlannedRelease, "新闻发布计划"
    section = (*MENU_SECTION, ("新闻发布", "interpretation:press"))
    columns = (
        Column("entry__number", width=20),
        Column("entry__body", "单位", width=24),
        "kind",
        Column("entry__title", "主题", width=40),
        "policy",
        Column(
            "until",
            "计划日期",
            value=lambda row: timezone.localdate(row.entry.due_at) if row.entry.due_at else None,
            order="entry__due_at",
        ),
        "rank",
        Column("light", "灯", cell=lambda row: light(row.entry.light), value=lambda row: "", at=LIST_ONLY),
        Column("state", "状态", value=lambda row: row.entry.state_label, order="entry__state"),
        Column("held_on", "举办日期", value=_render_held_day, order="event__on"),
    )
    main = "entry__title"
    filters = (
        YearFilter("entry__year", this_year=True),
        ("body", unit_filter("单位")),
        "kind",
    )
    search_fields = ("entry__title", "policy")
    ordering = ("entry__due_at",)
    unit = "entry__body"
    has_record = False
    shown_at = "entry.url"
    importer = "press-plan"
    empty = "这一年还没有发布计划。可以逐场填写，也可以导入表格。"
    new = New(
        action=actions.plan_release,
        label="列入计划",
        targets=list_writable_bodies,
        fields=("kind", "topic", "policy", "until", "rank"),
        asks={
            "topic": forms.CharField(label="主题", max_length=200, help_text=TOPIC_HELP_TEXT),
            "until": YearCheckedDateField(label="计划日期", help_text="最迟在这一天举办；只定月份的，填当月最后一天"),
        },
        initial=lambda by, row: {"rank": SpeakerRank.SPOKESPERSON},
        hints=lambda facts: find_personal_hints(
            {"主题": str(facts["topic"]), "涉及政策": str(facts.get("policy", ""))}
        ),
        done="已列入计划。",
    )

    def owing_units(self, by: Actor, chosen: ChosenFilters) -> QuerySet[Body]:
        """Return the units with a target in the year."""
        return PressEventRegister().owing_units(by, chosen)


class PressTargetRegister(Register[PressTarget]):
    """Register of the releases due from units in a year."""

    name, model, title = "interpretation.targets", PressTarget, "新闻发布场次要求"
    section = (*MENU_SECTION, ("新闻发布", "interpretation:press"))
    columns = ("body", "year", "least", "led", "source")
    filters = (YearFilter("year", this_year=True), "body")
    search_fields = ("source",)
    ordering = ("-year", "body__position")
    has_record = False
    empty = "这一年还没有确定场次要求。"
    new = New(
        action=actions.set_target,
        label="确定场次要求",
        targets=lambda by: list_writable_bodies(by) if by.has(Role.CHIEF) else Body.objects.none(),
        fields=("year", "least", "led", "source"),
        asks={
            "year": WholeNumberField(label="年度", min_value=2000, max_value=2100),
            "least": WholeNumberField(label="至少场次", min_value=0, max_value=366),
            "led": WholeNumberField(label="其中负责人出席", min_value=0, max_value=366),
            "source": forms.CharField(label="依据", max_length=200, help_text="如某份任务分工通知的文号"),
        },
        initial=lambda by, row: {"year": timezone.localdate().year, "least": 4, "led": 2},
        done="已保存。",
    )
