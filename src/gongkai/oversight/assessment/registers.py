"""Registers of talks, training, staff, funds and rankings (V-07, V-09, V-12, V-14)."""

from collections.abc import Mapping, Sequence

from django import forms
from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from gongkai.core.registers.columns import FILE_AND_RECORD, Column
from gongkai.core.registers.filters import ChosenFilters, YearFilter
from gongkai.core.registers.forms import Act, New
from gongkai.core.registers.record import FileActions
from gongkai.core.registers.register import Listing, Register
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.core.widgets.fields import WholeNumberField, YearCheckedDateField
from gongkai.oversight.assessment import actions, queries
from gongkai.oversight.assessment.models import (
    OutsideRanking,
    Provision,
    Talk,
    Training,
    TrainingDemand,
    TrainingKind,
    YearlyTimes,
)
from gongkai.oversight.assessment.models.registers import PROVISION_FIELDS
from gongkai.oversight.assessment.paper_registers import DEDUCTION_FIELDS, describe_yearly_counts
from gongkai.oversight.assessment.queries.consequences import (
    draft_round_talk,
    list_deduction_indicators,
    list_lowest_units,
    list_weak_points,
)
from gongkai.oversight.assessment.queries.registers import (
    demands_visible_to,
    list_editable_bodies,
    list_overseen_bodies,
    list_staff_and_funds,
    list_training_tallies,
    list_visible_bodies,
)
from gongkai.oversight.assessment.queries.visible import list_managed_governments
from gongkai.oversight.assessment.states import STATES_WITH_SHOWN_SCORES

SECTION = ("考核评估",)


def _render_rectification(row: Talk | OutsideRanking) -> SafeString | str:
    if row.entry is None:
        return ""
    return format_html('<a href="{}">{}</a>　{}', row.entry.url, row.entry.number, row.entry.state_label)


#: Column with the number of files of a record.
FILES_COLUMN = Column(
    "paper_count",
    "文件",
    value=lambda row: f"{row.paper_count} 个文件" if row.paper_count else "",
    at=frozenset({"list"}),
)


def _get_entry_number(row: Talk | OutsideRanking) -> str:
    return row.entry.number if row.entry else ""


class TalkRegister(Register[Talk]):
    """Register of talks with units and support visits."""

    name, model, title, section = "assessment.talks", Talk, "约谈、帮扶", SECTION
    file_name = "约谈帮扶台账"
    columns = (
        "on",
        "body",
        "kind",
        "problems",
        Column("held_by", at=FILE_AND_RECORD),
        Column("attended", at=FILE_AND_RECORD),
        Column("demands", at=FILE_AND_RECORD),
        "solved",
        Column("entry", "整改", value=_get_entry_number, cell=_render_rectification, order=""),
        FILES_COLUMN,
    )
    main = "body"
    filters = (YearFilter("on"), "body", "kind")
    search_fields = ("problems", "demands", "held_by", "attended")
    empty = "还没有约谈、帮扶的记录。"
    new = New(
        action=actions.record_talk,
        label="登记",
        targets=list_overseen_bodies,
        fields=("kind", "on", "held_by", "attended", "problems", "demands", "solved", "round", "until"),
        asks={
            "until": YearCheckedDateField(
                label="整改期限", required=False, help_text="填写后作为整改下达，记入单位台账。"
            )
        },
        offers={"round": lambda by, row: queries.rounds_visible_to(by)},
        initial=lambda by, row: {"on": timezone.localdate(), "kind": "talk"},
        begin=lambda by, asked: draft_round_talk(by, asked.get("round", ""), asked.get("body", "")),
    )
    acts = (
        Act(
            action=actions.deduct_by_talk,
            fields=("indicator", "value"),
            asks=DEDUCTION_FIELDS,
            offers={"indicator": list_deduction_indicators},
            note="计入正在评分的考核，依据写这次约谈。",
            when=lambda row: row.kind == "talk",
            done="已计入扣分。",
        ),
    )
    papers = FileActions(actions.attach_papers, actions.drop_paper)
    template = "assessment/talks.html"

    def rows(self, by: Actor) -> QuerySet[Talk]:
        """Return the talks visible to the user."""
        return super().rows(by).annotate(paper_count=Count("papers__stored", distinct=True))

    def extra_context(self, request: HttpRequest, listing: Listing[Talk]) -> Mapping[str, object]:
        """Return the lowest-ranked units, for users who may hold talks."""
        last = queries.rounds_visible_to(listing.by).filter(state__in=STATES_WITH_SHOWN_SCORES).first()
        weak = list_lowest_units(last) if last is not None and self.new_url(listing.by) else []
        return {"weak": [standing for standing in weak if standing.unit.office is None and list_weak_points(standing)]}

    def totals(self, listing: Listing[Talk]) -> Sequence[tuple[str, object]]:
        """Return the number of talks this year, and the required number."""
        return describe_yearly_counts(listing.by, YearlyTimes.What.TALK, timezone.localdate().year)


class TrainingRegister(Register[Training]):
    """Register of trainings, with the year's counts against the requirements."""

    name, model, title, section = "assessment.training", Training, "培训台账", SECTION
    columns = (
        "on",
        "topic",
        "body",
        "kind",
        "attendance",
        Column("hours", at=FILE_AND_RECORD),
        "requests",
        "material",
        FILES_COLUMN,
    )
    main = "topic"
    filters = (YearFilter("on", this_year=True), "body", "kind", "requests")
    search_fields = ("topic", "material")
    ordering = ("-on",)
    empty = "这一年度还没有登记培训。"
    new = New(
        action=actions.register_training,
        targets=list_editable_bodies,
        fields=("kind", "on", "topic", "attendance", "hours", "requests", "material"),
        asks={
            "attendance": WholeNumberField(label="参加人数", min_value=1, max_value=1_000_000),
            "material": forms.CharField(label="材料（名称或者网址）", max_length=300, required=False),
        },
        initial=lambda by, row: {"on": timezone.localdate(), "hours": 4},
    )
    acts = (Act(action=actions.remove_training, label="删除", done="已删除。"),)
    papers = FileActions(actions.attach_papers, actions.drop_paper)
    importer = "training"
    template = "assessment/training.html"

    def rows(self, by: Actor) -> QuerySet[Training]:
        """Return the trainings visible to the user."""
        return super().rows(by).annotate(paper_count=Count("papers__stored", distinct=True))

    def get_heading(self, row: Training) -> str:
        """Return the topic."""
        return row.topic

    def totals(self, listing: Listing[Training]) -> Sequence[tuple[str, object]]:
        """Return the numbers of trainings and participants."""
        people = listing.rows.order_by().aggregate(sum=Sum("attendance"))["sum"] or 0
        return (("培训", f"{listing.rows.count():,} 次"), ("参加", f"{people:,} 人次"))

    def extra_context(self, request: HttpRequest, listing: Listing[Training]) -> Mapping[str, object]:
        """Return the year's requirements, and each visible unit's trainings against them."""
        year = listing.chosen.year or timezone.localdate().year
        return {
            "kinds": TrainingKind.labels,
            "counted": list_training_tallies(list(list_visible_bodies(listing.by)), year),
            "demands": demands_visible_to(listing.by).filter(year=year),
        }


class TrainingDemandRegister(Register[TrainingDemand]):
    """Register of the required trainings of a year with their basis."""

    name, model, title = "assessment.demands", TrainingDemand, "培训要求"
    section = (*SECTION, ("培训台账", "assessment:training"))
    columns = ("kind", "whom", "year", "least", "basis", "body")
    filters = (YearFilter("year"), "kind", "whom")
    has_record = False
    empty = "还没有设定培训要求：只有一次没有举办的单位标红。"
    new = New(
        action=actions.set_training_demand,
        targets=list_managed_governments,
        fields=("year", "kind", "whom", "least", "basis"),
        asks={
            "year": WholeNumberField(label="年度", min_value=2000, max_value=2100),
            "least": WholeNumberField(label="每年至少（次）", min_value=0, max_value=99, help_text="填0取消这项要求。"),
            "basis": forms.CharField(label="依据的文件", max_length=200),
        },
        initial=lambda by, row: {"year": timezone.localdate().year, "least": 1},
        done="已设定。",
    )


class ProvisionRegister(Register[Provision]):
    """Register of units' staff and funds in a year, including units without data."""

    name, model, title, section = "assessment.provision", Provision, "人员和经费", SECTION
    columns = (
        "body",
        "year",
        Column("full_time", "专职人员", cell=lambda row: row.full_time or _render_red_zero()),
        "part_time",
        "team",
        Column("skills", at=FILE_AND_RECORD),
        "budget",
        "spent",
        Column("contract", at=FILE_AND_RECORD),
    )
    filters = (YearFilter("year", this_year=True), "body")
    search_fields = ("team", "skills", "contract")
    ordering = ("-year", "body__position")
    empty = "这一年度还没有登记人员和经费。"
    new = New(
        action=actions.set_provision,
        targets=list_editable_bodies,
        fields=("year", *PROVISION_FIELDS),
        asks={"year": WholeNumberField(label="年度", min_value=2000, max_value=2100)},
        initial=lambda by, row: {"year": timezone.localdate().year},
    )
    acts = (Act(action=actions.change_provision, label="修改", fields=PROVISION_FIELDS, done="已保存。"),)
    importer = "provision"

    def owing_units(self, by: Actor, chosen: ChosenFilters) -> QuerySet[Body]:
        """Return all working units visible to the user, or the chosen one."""
        units = list_visible_bodies(by)
        return units.filter(pk=chosen.unit.pk) if chosen.unit else units

    def totals(self, listing: Listing[Provision]) -> Sequence[tuple[str, object]]:
        """Return staff and funds, and the number of units without full-time staff."""
        sums = listing.rows.order_by().aggregate(staff=Sum("full_time"), funds=Sum("budget"))
        year = listing.chosen.year or timezone.localdate().year
        short = sum(
            1 for row in list_staff_and_funds(list(self.owing_units(listing.by, listing.chosen)), year) if row.short
        )
        return (
            ("专职人员", f"{sums['staff'] or 0:,} 人"),
            ("列入预算", f"{(sums['funds'] or 0):,.2f} 万元"),
            ("没有专职人员或者没有登记", f"{short:,} 个单位"),
        )


def _render_red_zero() -> SafeString:
    return format_html('<span class="gk-light--red">{}</span>', "0")


class OutsideRankingRegister(Register[OutsideRanking]):
    """Register of external awards and rankings."""

    name, model, title, section = "assessment.rankings", OutsideRanking, "外部评比、排名", SECTION
    columns = (
        "on",
        "name",
        "organiser",
        "official",
        "fee",
        "body",
        "decision",
        Column("reason", at=FILE_AND_RECORD),
        Column("decided_on", at=FILE_AND_RECORD),
        "findings",
        Column("entry", "整改", value=_get_entry_number, cell=_render_rectification, order=""),
    )
    main = "name"
    filters = (YearFilter("on"), "body", "decision", "fee")
    search_fields = ("name", "organiser", "findings")
    intro = "不参加社会机构举办的或者收费的评比，不选择性参加；外部评估指出的问题转为整改。"
    empty = "还没有登记。收到评比、排名邀请的单位在这里登记，由政务公开办决定是否参加。"
    new = New(
        action=actions.register_ranking,
        label="登记邀请",
        targets=list_editable_bodies,
        fields=("on", "name", "organiser", "official", "fee"),
        initial=lambda by, row: {"on": timezone.localdate()},
    )
    acts = (
        Act(
            action=actions.decide_ranking,
            label="决定",
            done="已登记。",
            asks={
                "decision": forms.ChoiceField(
                    label="决定", choices=[("", "请选择"), *OutsideRanking.Decision.choices[1:]]
                ),
                "reason": forms.CharField(label="理由", max_length=300),
                "until": YearCheckedDateField(
                    label="整改期限", required=False, help_text="填写了指出的问题、需要整改的填写。"
                ),
            },
        ),
    )
