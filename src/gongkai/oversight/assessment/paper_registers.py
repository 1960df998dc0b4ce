"""Registers of bulletins, of required frequencies, and of cases of accountability."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from gongkai.content.publishing.source_desk import make_source_desk
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.queries import visible_to as entries_visible_to
from gongkai.core.registers.columns import FILE_AND_RECORD, Column, render_light
from gongkai.core.registers.filters import YearFilter
from gongkai.core.registers.forms import Act, New
from gongkai.core.registers.record import RecordTable
from gongkai.core.registers.register import Listing, Register
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.core.widgets.fields import DecimalNumberField, WholeNumberField, YearCheckedDateField
from gongkai.oversight.assessment import actions, queries
from gongkai.oversight.assessment.forms import make_sentences_field
from gongkai.oversight.assessment.models import Bulletin, BulletinKind, Pursuit, YearlyTimes
from gongkai.oversight.assessment.queries.consequences import (
    count_done_activities,
    draft_failure_bulletin,
    draft_round_bulletin,
    list_deduction_indicators,
    list_frequencies,
)
from gongkai.oversight.assessment.queries.registers import list_failures, list_overseen_bodies, list_visible_bodies
from gongkai.oversight.assessment.queries.visible import list_managed_governments
from gongkai.oversight.assessment.rules import MIN_ACCOUNT_CHARACTERS, MIN_TOPIC_CHARACTERS
from gongkai.oversight.assessment.states import STATES_WITH_SHOWN_SCORES, BulletinState

if TYPE_CHECKING:
    from gongkai.core.registers.columns import AnyRows
    from gongkai.core.spreadsheets.sheet import AnyRow
    from gongkai.oversight.assessment.models import Round

ASSESSMENT_SECTION = (("考核评估", "assessment:home"),)
DEDUCTION_FIELDS = {
    "indicator": forms.ModelChoiceField(None, label="扣分的指标", empty_label="请选择"),
    "value": DecimalNumberField(label="扣分", min_value=0, max_value=100, decimal_places=2),
}
BULLETIN_TEXT_FIELD = make_sentences_field("正文", rows=10, least=MIN_ACCOUNT_CHARACTERS)


def make_entry_link(entry: Entry | None) -> SafeString | str:
    """Return a link to an entry with its number and state."""
    if entry is None:
        return ""
    return format_html('<a href="{}">{}</a>　{}', entry.url, entry.number, entry.state_label)


def _list_rectifications(row: Bulletin, by: Actor) -> "AnyRows":
    """Return the rectifications ordered after a bulletin; `opens` is true for those that the user may open."""
    opens = Exists(entries_visible_to(by).filter(pk=OuterRef("pk")))
    return row.entries.select_related("body").annotate(opens=opens).order_by("body__position")


def _render_rectification(row: "AnyRow") -> SafeString | str:
    return make_entry_link(row) if row.opens else f"{row.number}　{row.state_label}"


def _list_rounds(by: Actor, row: object) -> "QuerySet[Round]":
    return queries.rounds_visible_to(by)


def _list_units(by: Actor, row: object) -> QuerySet[Body]:
    return list_visible_bodies(by)


def _make_initial_values(by: Actor, parameters: QueryDict) -> Mapping[str, object]:
    """Return the initial values of a new bulletin, drafted from the round, or the unit and failure, in the URL."""
    heads = list(list_managed_governments(by))
    initial: dict[str, object] = {"body": heads[0].pk if heads else None}
    number = parameters.get("round", "")
    if number.isdecimal():
        round_ = queries.rounds_visible_to(by).filter(pk=int(number), state__in=STATES_WITH_SHOWN_SCORES).first()
        return initial | (draft_round_bulletin(round_) if round_ else {})
    return initial | draft_failure_bulletin(by, heads, parameters.get("unit", ""), parameters.get("failure", ""))


def describe_yearly_counts(by: Actor, activity: str, year: int) -> list[tuple[str, object]]:
    """Return actual and required numbers of circulars or talks in a year, in words."""
    label = YearlyTimes.What(activity).label
    return [
        (f"{frequency.demand.body.label}{year}年{label}", frequency.said)
        for frequency in list_frequencies(by, activity, year)
    ]


class BulletinRegister(Register[Bulletin]):
    """Register of bulletins, with the failures of units that call for one (V-01, V-11 to V-13)."""

    name, model, title, section = "assessment.bulletins", Bulletin, "通报", ASSESSMENT_SECTION
    record_route = "bulletin"
    acts_listed = False
    columns = (
        "title",
        "what",
        "number",
        Column("state", value=lambda row: row.state_label),
        "issued_on",
        Column("body", at=FILE_AND_RECORD),
        Column("round", at=FILE_AND_RECORD),
        Column("units", at=FILE_AND_RECORD),
        Column("persons", at=FILE_AND_RECORD),
        Column("public", at=FILE_AND_RECORD),
        Column("approved_by", at=FILE_AND_RECORD),
        Column("text", at=FILE_AND_RECORD),
    )
    filters = (YearFilter("issued_on", label="印发年度"), "what", "public", "round")
    search_fields = ("title", "number", "persons", "text")
    intro = "表扬、批评和问题通报：起草后由政府或者政府办公室负责人批准再印发；向社会公开的须由政府负责人批准。"
    empty = "还没有通报。"
    new = New(
        action=actions.draft_bulletin,
        targets=list_managed_governments,
        target_label="政府",
        fields=("kind", "title", "text", "units", "persons", "public", "round"),
        asks={
            "kind": forms.ChoiceField(label="类别", choices=BulletinKind),
            "text": BULLETIN_TEXT_FIELD,
            "public": forms.BooleanField(
                label="向社会公开", required=False, help_text="须由本级政府负责人批准；正文不写台账编号。"
            ),
        },
        offers={"units": _list_units, "round": _list_rounds},
        begin=_make_initial_values,
        done="已起草。",
    )
    acts = (
        Act(
            action=actions.change_bulletin,
            label="修改",
            fields=("title", "text", "units", "persons", "public"),
            asks={"text": BULLETIN_TEXT_FIELD},
            offers={"units": _list_units},
            done="已保存。",
        ),
        Act(
            action=actions.approve_bulletin,
            quick=True,
            told=True,
            when=lambda row: row.state == BulletinState.DRAFT,
            done="已批准。",
        ),
        Act(
            action=actions.issue_bulletin,
            quick=True,
            told=True,
            when=lambda row: row.state == BulletinState.APPROVED,
            done="已印发，并通知有关单位。",
        ),
        Act(
            action=actions.order_bulletin_rectification,
            part="entries",
            fields=("demand", "until"),
            asks={
                "demand": make_sentences_field("整改要求", rows=3, least=MIN_TOPIC_CHARACTERS),
                "until": YearCheckedDateField(label="整改期限"),
            },
            note="对通报的每个单位各下达一项整改，记入单位台账。",
            done="已下达整改。",
        ),
        Act(
            action=actions.deduct_by_bulletin,
            fields=("indicator", "value"),
            asks=DEDUCTION_FIELDS,
            offers={"indicator": list_deduction_indicators},
            when=lambda row: row.state == BulletinState.ISSUED,
            note="计入正在评分的考核：通报的单位各扣这么多分，依据写这份通报。",
            done="已计入扣分。",
        ),
    )
    parts = (
        RecordTable(
            name="entries",
            title="整改",
            model=Entry,
            rows=_list_rectifications,
            columns=(
                Column("body"),
                Column("number", value=lambda row: row.number, cell=_render_rectification),
                Column("due_at"),
            ),
            empty="没有下达整改。",
        ),
    )
    template = "assessment/bulletins.html"
    record_template = "assessment/bulletin.html"

    def totals(self, listing: Listing[Bulletin]) -> Sequence[tuple[str, object]]:
        """Return the number issued this year, and the required number."""
        return describe_yearly_counts(listing.by, YearlyTimes.What.BULLETIN, timezone.localdate().year)

    def record_links(self, by: Actor, row: Bulletin) -> Sequence[tuple[str, str]]:
        """Return the links to the bulletin as Word and PDF."""
        return [
            (text, reverse("assessment:letter", args=[row.pk, form]))
            for text, form in (("Word", "docx"), ("PDF", "pdf"))
        ]

    def extra_context(self, request: HttpRequest, listing: Listing[Bulletin]) -> Mapping[str, object]:
        """Return the failures that call for a bulletin, for users who may draft one."""
        return {"failures": list_failures(listing.by) if self.new_url(listing.by) else []}

    def record_context(self, request: HttpRequest, by: Actor, row: Bulletin) -> Mapping[str, object]:
        """Return the publication steps of an issued bulletin for the public."""
        return {"desk": make_source_desk(row, by, back=request.path) if row.public and row.issued_on else None}


def _get_frequency_light(row: YearlyTimes) -> tuple[str, str]:
    """Return (light, Chinese words) on whether the year's number is reached."""
    missing_count = row.least - count_done_activities(row)
    if missing_count <= 0:
        return "green", "已达到"
    return ("red" if row.year < timezone.localdate().year else "yellow"), f"还差{missing_count}次"


def _describe_missing_times(row: YearlyTimes) -> str:
    """Return 已达到, or how many circulars or talks are still missing."""
    return _get_frequency_light(row)[1]


class RequiredTimesRegister(Register[YearlyTimes]):
    """Register of the required frequencies of circulars and talks."""

    name, model, title, section = "assessment.times", YearlyTimes, "通报、约谈次数", ASSESSMENT_SECTION
    columns = (
        "what",
        "year",
        "body",
        "least",
        Column("done", "已办（次）", value=count_done_activities, number=True),
        Column(
            "state", "情况", value=_describe_missing_times, cell=lambda row: render_light(*_get_frequency_light(row))
        ),
        "basis",
    )
    filters = (YearFilter("year"), "what", "body")
    has_record = False
    empty = "还没有设定每年通报、约谈的次数。"
    new = New(
        action=actions.set_yearly_minimum,
        targets=list_managed_governments,
        target_label="政府",
        fields=("year", "what", "least", "basis"),
        asks={
            "year": WholeNumberField(label="年度", min_value=2000, max_value=2100),
            "least": WholeNumberField(label="每年至少（次）", min_value=0, max_value=99, help_text="填0取消这项要求。"),
            "basis": forms.CharField(label="依据的文件", max_length=200),
        },
        initial=lambda by, row: {"year": timezone.localdate().year, "least": 2},
        label="设定次数",
        done="已设定。",
    )


def _list_bulletins(by: Actor, row: object) -> QuerySet[Bulletin]:
    return queries.bulletins_visible_to(by).filter(state=BulletinState.ISSUED)


def _render_publication(row: Pursuit) -> SafeString | str:
    """Return the cell on the publication of a case: link and day, the reason for withholding it, or a warning."""
    if row.address:
        return format_html('<a href="{}" rel="noopener">{}公开</a>', row.address, row.published_on)
    return f"不公开：{row.withheld}" if row.withheld else render_light("yellow", "还没有登记公开情况")


class PursuitRegister(Register[Pursuit]):
    """Register of cases of accountability (V-11)."""

    name, model, title, section = "assessment.pursuits", Pursuit, "追责", ASSESSMENT_SECTION
    columns = (
        "on",
        Column("body"),
        "matter",
        "persons",
        "result",
        Column("words", at=FILE_AND_RECORD),
        Column("basis", at=FILE_AND_RECORD),
        "authority",
        Column("bulletin", at=FILE_AND_RECORD),
        Column(
            "published_on",
            "公开情况",
            value=lambda row: row.address or (f"不公开：{row.withheld}" if row.withheld else ""),
            cell=_render_publication,
        ),
    )
    main = "body"
    filters = (YearFilter("on"), "body", "result")
    search_fields = ("matter", "persons", "basis", "authority")
    intro = (
        "对重要信息不发布、重大政策不解读、热点问题不回应，情节严重、造成严重后果的，由有关机关依规追究责任；"
        "这里登记依据、决定机关、结果和公开情况。"
    )
    empty = "没有登记过追责。"
    new = New(
        action=actions.record_pursuit,
        targets=list_overseen_bodies,
        fields=("on", "matter", "persons", "basis", "authority", "result", "words", "bulletin"),
        offers={"bulletin": _list_bulletins},
        initial=lambda by, row: {"on": timezone.localdate()},
    )
    acts = (
        Act(
            action=actions.publish_pursuit,
            fields=("published_on", "address", "withheld"),
            label="登记公开情况",
            done="已登记。",
        ),
    )
