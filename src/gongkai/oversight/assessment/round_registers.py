"""Registers of rounds and of units' sheets; their pages offer the next steps (V-03)."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from gongkai.core.acts.action import AnyAction
from gongkai.core.registers.columns import FILE_AND_RECORD, Column
from gongkai.core.registers.filters import YearFilter
from gongkai.core.registers.forms import Act, New
from gongkai.core.registers.record import RecordTable
from gongkai.core.registers.register import Register
from gongkai.core.units.actors import Actor
from gongkai.core.units.forms.base import BodiesChoice
from gongkai.core.units.models import Body, BodyKind, Office
from gongkai.core.units.unit_filters import list_responsible_units
from gongkai.core.widgets.fields import RowChoices, WholeNumberField
from gongkai.oversight.assessment import actions, queries, rules
from gongkai.oversight.assessment.forms import AppealForm
from gongkai.oversight.assessment.models import Assessed, Evaluator, Indicator, Round, Scheme, ScoringWay
from gongkai.oversight.assessment.paper_registers import BulletinRegister
from gongkai.oversight.assessment.queries.consequences import list_open_duties
from gongkai.oversight.assessment.queries.ranking import group_ranking, list_first_level
from gongkai.oversight.assessment.queries.scores import UnitScore, get_standing, list_standings, list_unjudged_leaves
from gongkai.oversight.assessment.queries.trees import list_tree_rows
from gongkai.oversight.assessment.queries.visible import can_oversee_round, can_see_scores, list_assessing_bodies
from gongkai.oversight.assessment.registers import TalkRegister
from gongkai.oversight.assessment.scoring import round_to_cents
from gongkai.oversight.assessment.states import ROUND_MACHINE, STATES_WITH_SHOWN_SCORES, RoundState, SchemeState

if TYPE_CHECKING:
    from gongkai.core.spreadsheets.sheet import AnyRow

ASSESSMENT_SECTION = (("考核评估", "assessment:home"),)
#: Default number of days for a third party's evaluation.
DEFAULT_EVALUATION_DAYS = 30
UNIT_FORM_FIELDS = {
    "units": BodiesChoice(label="被考核单位", help_text="按单位类别分组排名；启动自评后不能增减。"),
    "offices": RowChoices(
        Office.objects.none(),
        label="被考核处室",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="考核本单位内设机构的选择。",
    ),
}


def _list_schemes(by: Actor) -> QuerySet[Scheme]:
    """Return the schemes in force by which the user may organise a round."""
    schemes = queries.schemes_visible_to(by).filter(state=SchemeState.IN_FORCE, body__in=list_assessing_bodies(by))
    return Scheme.objects.filter(pk__in=[scheme.pk for scheme in schemes if not rules.check_round_manager(by, scheme)])


def _list_assessable_bodies(by: Actor) -> QuerySet[Body]:
    """Return the working units that the user's assessing bodies may assess."""
    inside = Body.objects.filter(active_to=None, merged_into=None, parent__in=list_assessing_bodies(by))
    inside = inside.exclude(pk__in=rules.list_own_units(by)[0])
    return inside.exclude(kind__in=[BodyKind.GOVERNMENT, BodyKind.GENERAL_OFFICE]).order_by("position", "pk")


def _list_selectable_units(by: Actor, row: Round | None) -> QuerySet[Body]:
    """Return the units under a round's body, and those under it that the round already has."""
    rows = _list_assessable_bodies(by)
    if row is None:
        return rows
    # the sheet of an office names its bureau too, and a unit may have moved elsewhere since
    current = Body.objects.filter(assessed__round=row, path__startswith=row.body.path).exclude(pk=row.body_id)
    return (rows.filter(parent=row.body_id) | current).distinct()


def _list_selectable_offices(by: Actor, row: Round | None) -> QuerySet[Office]:
    """Return the working offices of the user's assessing bureaus (or the round's), without the user's own."""
    bureaus = list_assessing_bodies(by).exclude(kind__in=[BodyKind.GOVERNMENT, BodyKind.DISTRICT])
    rows = Office.objects.filter(body__in=bureaus, active_to=None).select_related("body")
    rows = rows.exclude(pk__in=rules.list_own_units(by)[1])
    return rows if row is None else rows.filter(body=row.body_id)


def _list_selectable_organisers(by: Actor, row: object) -> QuerySet[Body]:
    """Return the bodies that may organise a round: general offices of assessing governments, and bureaus."""
    heads = list_assessing_bodies(by)
    general = Body.objects.filter(active_to=None, parent__in=heads, kind=BodyKind.GENERAL_OFFICE)
    bureaus = heads.exclude(kind__in=[BodyKind.GOVERNMENT, BodyKind.DISTRICT])
    return Body.objects.filter(pk__in=[*general.values_list("pk", flat=True), *bureaus.values_list("pk", flat=True)])


def _make_initial_values(by: Actor, row: object) -> Mapping[str, object]:
    """Return the initial values of a new round."""
    year, scheme = timezone.localdate().year, _list_schemes(by).first()
    initial: dict[str, object] = {"year": year, "first": date(year, 1, 1), "until": date(year, 12, 31)}
    if scheme is not None:
        general = Body.objects.filter(parent=scheme.body, kind=BodyKind.GENERAL_OFFICE, active_to=None).first()
        initial |= {
            "scheme": scheme,
            "office": general or scheme.body,
            "units": list(_list_assessable_bodies(by).filter(parent=scheme.body_id)),
        }
    return initial


def _get_current_units(by: Actor, row: Round) -> Mapping[str, object]:
    """Return the initial values of the form 确定被考核单位: deadline, units and offices of the round."""
    sheets = row.units.select_related("body", "office")
    return {
        "self_until": row.self_until,
        "units": [sheet.body for sheet in sheets if sheet.office is None and rules.is_under(sheet.body, row.body)],
        "offices": [sheet.office for sheet in sheets if sheet.office is not None],
    }


def _list_third_party_indicators(by: Actor, row: "AnyRow") -> QuerySet[Indicator]:
    return row.scheme.indicators.filter(way=ScoringWay.THIRD)


def _get_default_deadline(by: Actor, row: Round) -> Mapping[str, object]:
    """Return the deadline for a new evaluator: 30 days after the self-assessment, or after today if later."""
    # Do not use the period's end as deadline: the assessed year is mostly over.
    return {"until": max(row.self_until, timezone.localdate()) + timedelta(days=DEFAULT_EVALUATION_DAYS)}


def _make_step_act(state: str, step: AnyAction) -> Act:
    """Return the form action of a round's step, offered in a state only."""
    return Act(action=step, quick=True, told=True, when=lambda row: row.state == state, done=f"“{step.label}”已办理。")


class RoundRegister(Register[Round]):
    """Register of yearly rounds; overseers see the ranking, units their own sheet."""

    name, model, title, record_route = "assessment.home", Round, "年度考核", "round"
    section = ("考核评估",)
    acts_listed = False
    columns = (
        "year",
        "name",
        Column("state", value=lambda row: row.state_label, order="state"),
        "first",
        "until",
        "self_until",
        "office",
        Column("scheme", at=FILE_AND_RECORD),
        Column("confirmed_on", at=FILE_AND_RECORD),
        Column("confirmed_by", at=FILE_AND_RECORD),
    )
    main = "name"
    filters = (YearFilter("year"), "body")
    search_fields = ("name",)
    intro = "指标体系启用后不再改动，每年按它考核一次：单位自评、台账取数、网上和电话检查、第三方评估，反馈后可以申诉，由负责人确定名次。"
    empty = "还没有年度考核。先建立并启用指标体系，再新建年度考核。"
    new = New(
        action=actions.plan_round,
        label="新建年度考核",
        targets=_list_schemes,
        lacking="年度考核按使用中的指标体系进行：组织考核的单位请先建立并启用指标体系；在被考核单位工作的人不能组织。",
        target="scheme",
        fields=("office", "year", "name", "first", "until", "self_until", "units", "offices"),
        asks={
            **UNIT_FORM_FIELDS,
            "year": WholeNumberField(label="年度", min_value=2000, max_value=2100),
            "name": forms.CharField(
                label="名称", max_length=100, required=False, help_text="不填时按年度和指标体系命名。"
            ),
        },
        offers={
            "office": _list_selectable_organisers,
            "units": _list_selectable_units,
            "offices": _list_selectable_offices,
        },
        initial=_make_initial_values,
        done="已新建，核对被考核单位后启动自评。",
    )
    acts = (
        Act(
            action=actions.set_units,
            label="被考核单位",
            fields=("units", "offices", "self_until"),
            asks=UNIT_FORM_FIELDS,
            offers={"units": _list_selectable_units, "offices": _list_selectable_offices},
            initial=_get_current_units,
            done="已保存。",
        ),
        Act(action=actions.measure_round, quick=True, done="已按台账取数。"),
        _make_step_act(RoundState.PLANNED, actions.open_round),
        _make_step_act(RoundState.SELF, actions.begin_scoring),
        _make_step_act(RoundState.SCORING, actions.publish_scores),
        _make_step_act(RoundState.PUBLISHED, actions.confirm_round),
        Act(
            action=actions.invite_evaluator,
            model=Evaluator,
            part="evaluators",
            fields=("organisation", "name", "username", "indicators", "until"),
            asks={
                "name": forms.CharField(label="评估人员姓名", max_length=60),
                "username": forms.CharField(label="账号", max_length=150),
                "indicators": RowChoices(
                    Indicator.objects.none(), label="评估的指标", widget=forms.CheckboxSelectMultiple
                ),
            },
            offers={"indicators": _list_third_party_indicators},
            initial=_get_default_deadline,
            label="委托第三方",
            note="第三方人员没有任职，账号只能看到、只能评委托的指标；到期或者结束委托后停用。",
            done="已登记账号。一次性密码由安全保密管理员核实后生成，当面交给本人，首次登录须修改。",
        ),
    )
    parts = (
        RecordTable(
            name="evaluators",
            title="第三方",
            model=Evaluator,
            rows=lambda row, by: row.evaluators.select_related("person__user").prefetch_related("indicators"),
            columns=(
                "organisation",
                Column("person"),
                Column("username", "账号", value=lambda row: row.person.user.username if row.person.user else ""),
                "indicators",
                "until",
                "ended_on",
            ),
            acts=(
                Act(
                    action=actions.end_evaluator,
                    quick=True,
                    label="结束委托",
                    when=lambda row: row.ended_on is None,
                    done="已结束委托，账号停用。",
                ),
            ),
            note="评分表也可以由本单位代为导入。",
            empty="还没有委托第三方。",
        ),
    )
    record_template = "assessment/round.html"
    template = "assessment/home.html"

    def redirect_url(self, by: Actor, row: Round) -> str:
        """Return "" for overseers, for others the URL of their own unit's sheet or list."""
        if can_oversee_round(by, row):
            return ""
        own = queries.units_visible_to(by).filter(round=row).first()
        return reverse("assessment:unit", args=[own.pk]) if own else self.url()

    def record_links(self, by: Actor, row: Round) -> Sequence[tuple[str, str]]:
        """Return links to the ranking's files."""
        names = (("导出表格", "xlsx"), ("结果（Word）", "docx"), ("结果（PDF）", "pdf"))
        return [(text, reverse("assessment:ranking", args=[row.pk, form])) for text, form in names]

    def record_context(self, request: HttpRequest, by: Actor, row: Round) -> Mapping[str, object]:
        """Return the ranking by group, the next steps, appeals and missing marks."""
        standings, tops, may = list_standings(row), list_first_level(row.scheme), not actions.set_units.rule(by, row)
        names = list(ROUND_MACHINE.labels)
        sheets = row.units.prefetch_related("appeals__entry")
        return {
            "round": row,
            "steps": [(name, STEP_LABELS[name]) for name in names],
            "done": names[: names.index(row.state)],
            "groups": group_ranking(standings, tops),
            "tops": [top.indicator for top in tops],
            "shown": row.state in STATES_WITH_SHOWN_SCORES,
            "bulletin_url": BulletinRegister().new_url(by) if may else "",
            "talk_url": TalkRegister().new_url(by) if may else "",
            "appeals": [appeal for sheet in sheets for appeal in sheet.appeals.all()],
            "missing": len(list_unjudged_leaves(row, standings)),
        }


#: Short labels of a round's steps, for the progress line on its page.
STEP_LABELS = {
    RoundState.PLANNED: "筹备",
    RoundState.SELF: "自评",
    RoundState.SCORING: "评分",
    RoundState.PUBLISHED: "反馈和申诉",
    RoundState.CONFIRMED: "确定结果",
}


class UnitSheetRegister(Register[Assessed]):
    """Register of units' score sheets; confirmed results of all years are in one list."""

    name, model, title, record_route = "assessment.sheets", Assessed, "考核结果", "unit"
    section = ASSESSMENT_SECTION
    acts_listed = False
    columns = (
        Column("round__year", "年度"),
        Column("round", "考核"),
        Column("label", "单位", value=lambda row: row.name, order="body__position"),
        "group",
        Column("state", "进程", value=lambda row: row.round.state_label),
        Column("total", "得分", value=lambda row: _get_result_field(row, "total"), number=True, order="result__total"),
        Column("grade", "等次", value=lambda row: _get_result_field(row, "grade")),
        Column("place", "名次", value=lambda row: _get_result_field(row, "place") or "—", order="result__place"),
    )
    main = "label"
    filters = (YearFilter("round__year"), "round", "body")
    search_fields = ("body__name", "office__name", "round__name")
    ordering = ("-round__year", "round", "group", "result__place", "body__position", "pk")
    intro = "结果确定以后显示得分、等次和名次；反馈以后、确定以前的得分在各单位的评分表中。"
    empty = "还没有考核过。"
    acts = (
        Act(
            action=actions.file_appeal,
            form=AppealForm,
            note="对某项指标的得分或者总的结果有异议的，写明事实和理由。",
            done="申诉已经提交。",
        ),
    )
    record_template = "assessment/unit.html"

    def rows(self, by: Actor) -> QuerySet[Assessed]:
        """Return the sheets visible to the user, with their results."""
        return super().rows(by).select_related("body", "office", "round__scheme", "round__body", "entry", "result")

    def get_heading(self, row: Assessed) -> str:
        """Return the name of the assessed unit."""
        return row.name

    def record_links(self, by: Actor, row: Assessed) -> Sequence[tuple[str, str]]:
        """Return links to the report's files, if the user may see the scores."""
        if not can_see_scores(by, row):
            return ()
        names = (("报告（Word）", "docx"), ("报告（PDF）", "pdf"))
        return [(text, reverse("assessment:report", args=[row.pk, form])) for text, form in names]

    def record_context(self, request: HttpRequest, by: Actor, row: Assessed) -> Mapping[str, object]:
        """Return the sheet with points, appeals and duties that still earn points."""
        standing = get_standing(row) if can_see_scores(by, row) else None
        return {
            "unit": row,
            "round": row.round,
            "standing": standing,
            "of": row.round.units.filter(group=row.group).count(),
            "rows": _make_sheet_rows(row, standing),
            "oversees": can_oversee_round(by, row.round),
            "duties": list_open_duties(row),
            "appeals": row.appeals.select_related("entry", "indicator"),
            "own": row.body_id in list_responsible_units(by),
        }


def _get_result_field(row: Assessed, name: str) -> object:
    """Return a field of the sheet's confirmed result; None without one."""
    return getattr(getattr(row, "result", None), name, None)


def _make_sheet_rows(unit: Assessed, standing: UnitScore | None) -> list[dict[str, object]]:
    """Return a dict (`branch`, `line`, `points`, `share`, `words`) for each indicator of a unit's sheet, in tree order."""
    rows: list[dict[str, object]] = []
    for branch in list_tree_rows(unit.round.scheme):
        leaf = branch.indicator
        line = standing.outcome.lines.get(leaf.code) if standing else None
        marks = [mark for mark in standing.marks if mark.indicator_id == leaf.pk] if standing else []
        rows.append(
            {
                "branch": branch,
                "line": line,
                "points": standing.format_points(leaf) if standing and line else "",
                "share": round_to_cents(line.share) if line and line.share is not None else None,
                "words": "；".join(mark.words for mark in marks if mark.words)[:200],
            }
        )
    return rows
