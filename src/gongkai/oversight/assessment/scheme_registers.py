"""Register of indicator schemes with their trees and states (V-03, V-05)."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from gongkai.core.ledger.figures import SCORE_SOURCES_BY_NAME
from gongkai.core.registers.columns import FILE_AND_RECORD, Column
from gongkai.core.registers.forms import Act, New
from gongkai.core.registers.record import RecordTable
from gongkai.core.registers.register import Register
from gongkai.core.spreadsheets.importers import find_importer
from gongkai.core.units.actors import Actor
from gongkai.oversight.assessment import actions
from gongkai.oversight.assessment.forms import GradesField, IndicatorForm, make_amount_field
from gongkai.oversight.assessment.models import Indicator, Scheme
from gongkai.oversight.assessment.queries.trees import TreeRow, compute_document_points, list_tree_rows
from gongkai.oversight.assessment.queries.visible import list_assessing_bodies, rounds_visible_to, schemes_visible_to
from gongkai.oversight.assessment.states import SCHEME_MACHINE, SchemeState

if TYPE_CHECKING:
    from gongkai.core.spreadsheets.sheet import AnyRow

ASSESSMENT_SECTION = (("考核评估", "assessment:home"),)


def _list_tree_rows(row: Scheme, by: Actor) -> list[Indicator]:
    """Return the scheme's indicators in tree order, each with its `branch`."""
    rows = []
    for branch in list_tree_rows(row):
        branch.indicator.branch = branch  # type: ignore[attr-defined]
        rows.append(branch.indicator)
    return rows


def _get_branch(row: "AnyRow") -> TreeRow:
    """Return the tree row that `_list_tree_rows` stored with an indicator."""
    branch = row.branch
    assert isinstance(branch, TreeRow)
    return branch


def _render_name(row: Indicator) -> SafeString:
    """Return the cell of an indicator's name, indented by its depth, with its legal basis."""
    basis = format_html('<br><span class="gk-soft">{}</span>', row.basis) if row.basis else ""
    return format_html("{}{}{}", "　" * _get_branch(row).depth, row.name, basis)


def _render_points(row: Indicator) -> SafeString | str:
    """Return the cell of an indicator's points, with a warning if its children add up to another sum."""
    branch, points = _get_branch(row), f"{row.points.normalize():f}"
    if not branch.uneven or branch.children_sum is None:
        return points
    warning = f"下级合计 {branch.children_sum.normalize():f}"
    return format_html('{}<br><span class="gk-chip gk-chip--warn">{}</span>', points, warning)


def _describe_way(row: Indicator) -> str:
    """Return how a leaf indicator is scored: way, data source and limits; empty for others."""
    if not _get_branch(row).leaf:
        return ""
    source = SCORE_SOURCES_BY_NAME.get(row.source)
    texts = [row.get_way_display() or "未选择", *([source.label] if source else [])]
    if row.full_at != 100 or row.zero_at:
        texts.append(f"{row.zero_at.normalize():f}%以下不得分，{row.full_at.normalize():f}%以上满分")
    return "；".join(texts)


def _get_indicator_values(by: Actor, row: "AnyRow") -> Mapping[str, object]:
    """Return the initial form values of an existing indicator; none for a new one."""
    if not isinstance(row, Indicator):
        return {}
    names = ("code", "name", "points", "way", "source", "full_at", "zero_at", "standard", "basis")
    return {name: getattr(row, name) for name in names} | {"parent": row.parent.code if row.parent else ""}


SCHEME_FIELDS = ("name", "share", "basis", "grades")
#: Form fields of a scheme that need their own widgets.
SCHEME_ASKS = {
    "share": make_amount_field("政务公开在绩效考核中的权重（%）", help_text="不得低于4%。"),
    "grades": GradesField(label="等次", help_text="各等次的最低分；更低的为不合格。例如：优秀90、良好80、合格60"),
}


def _get_grade_values(by: Actor, row: "AnyRow") -> Mapping[str, object]:
    """Return the initial grades of a scheme as text; for a new scheme also the share of 4 percent."""
    grades = row.grades if row is not None else Scheme._meta.get_field("grades").get_default()
    values = {"grades": "、".join(f"{name}{least}" for name, least in grades)}
    return values if row is not None else {**values, "share": 4}


class IndicatorSchemeRegister(Register[Scheme]):
    """Register of indicator schemes; once in force, a scheme can only be revised."""

    name, model, title, section = "assessment.schemes", Scheme, "指标体系", ASSESSMENT_SECTION
    record_route = "scheme"
    acts_listed = False
    columns = (
        Column("name", "名称", value=str, order="name"),
        Column("body"),
        Column("state", value=lambda row: SCHEME_MACHINE.labels[row.state], order="state"),
        "share",
        Column("papers", "要交材料的分值", value=lambda row: f"{compute_document_points(row).normalize():f} / 100"),
        "enacted_on",
        Column("basis", at=FILE_AND_RECORD),
        Column(
            "grades",
            value=lambda row: "、".join(f"{name}{least}分以上" for name, least in row.grades),
            at=FILE_AND_RECORD,
        ),
        Column("digest", at=FILE_AND_RECORD),
    )
    filters = ("body",)
    search_fields = ("name", "basis")
    empty = "还没有指标体系。"
    new = New(
        action=actions.draft_scheme,
        label="新建指标体系",
        targets=list_assessing_bodies,
        fields=SCHEME_FIELDS,
        asks=SCHEME_ASKS,
        initial=_get_grade_values,
        done="已新建，请逐项填写或者导入指标。",
    )
    acts = (
        Act(
            action=actions.change_scheme,
            label="修改",
            fields=SCHEME_FIELDS,
            asks=SCHEME_ASKS,
            initial=_get_grade_values,
            done="已保存。",
        ),
        Act(
            action=actions.set_indicator,
            model=Indicator,
            form=IndicatorForm,
            part="indicators",
            label="新增指标",
            done="已保存。",
        ),
        Act(
            action=actions.enact_scheme,
            quick=True,
            told=True,
            when=lambda row: row.state == SchemeState.DRAFT,
            done="已启用，今后不再修改。",
        ),
        Act(action=actions.revise_scheme, quick=True, done="已起草新的一版。"),
        Act(action=actions.retire_scheme, quick=True, done="已停用。"),
    )
    parts = (
        RecordTable(
            name="indicators",
            title="指标",
            model=Indicator,
            rows=_list_tree_rows,
            columns=(
                "code",
                Column("name", cell=_render_name),
                Column("points", cell=_render_points, number=True),
                Column("way", "怎样评", value=_describe_way, width=30),
                "standard",
            ),
            acts=(
                Act(
                    action=actions.set_indicator,
                    model=Indicator,
                    form=IndicatorForm,
                    to=lambda row: row.scheme,
                    initial=_get_indicator_values,
                    label="修改",
                    done="已保存。",
                ),
                Act(
                    action=actions.remove_indicator,
                    to=lambda row: row.scheme,
                    given={"code": lambda row: row.code},
                    when=lambda row: _get_branch(row).leaf,
                    quick=True,
                    label="删除",
                    done="已删除。",
                ),
            ),
            empty="还没有指标。可以逐项新增，也可以导入表格。",
        ),
    )

    def record_links(self, by: Actor, row: Scheme) -> Sequence[tuple[str, str]]:
        """Return links to the tree's spreadsheet, and to its import for a draft."""
        links = [("导出", reverse("assessment:scheme_export", args=[row.pk]))]
        importer = find_importer("indicators")
        may_import = importer is not None and not importer.why_not(by)
        if may_import and row.state == SchemeState.DRAFT and not actions.change_scheme.why_not(row, by=by):
            links.insert(0, ("导入指标", reverse("spreadsheets:start", args=["indicators"])))
        return links

    def extra_facts(self, by: Actor, row: Scheme) -> Sequence[tuple[str, object]]:
        """Return the rounds that use the scheme, and its other editions, as far as the user may see them."""
        rounds = rounds_visible_to(by).filter(scheme=row)
        other_editions = (
            schemes_visible_to(by).filter(body=row.body, name=row.name).exclude(pk=row.pk).order_by("-edition")
        )
        return (
            (
                "用于",
                _render_links(
                    [(str(used_round), reverse("assessment:round", args=[used_round.pk])) for used_round in rounds]
                ),
            ),
            (
                "其他各版",
                _render_links([(f"第{edition.edition}版", self.get_url(edition)) for edition in other_editions]),
            ),
        )


def _render_links(links: Sequence[tuple[str, str]]) -> SafeString | str:
    return format_html_join("、", '<a href="{1}">{0}</a>', links)
