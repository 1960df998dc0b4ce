"""Import and export of indicator trees."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.db.models import Model

from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.figures import SCORE_SOURCES_BY_NAME
from gongkai.core.spreadsheets.cells import choice, format_value, parse_text, short_text
from gongkai.core.spreadsheets.importers import ChangeRecorder, Difference, ImportPlan, RowChange
from gongkai.core.spreadsheets.sheet import Column, Row, Sheet, Table
from gongkai.oversight.assessment import actions, rules
from gongkai.oversight.assessment.importing.layout import (
    AssessmentImporter,
    arrange_rows,
    find_number_errors,
    parse_number,
)
from gongkai.oversight.assessment.models import Indicator, Scheme, ScoringWay
from gongkai.oversight.assessment.queries import schemes_visible_to
from gongkai.oversight.assessment.queries.trees import list_tree_rows
from gongkai.oversight.assessment.states import SchemeState

WAYS_BY_LABEL = {label: value for value, label in ScoringWay.choices}
INDICATOR_SHEET = Sheet(
    "考核指标",
    (
        Column(
            "scheme",
            "指标体系",
            short_text(100),
            width=26,
            help="起草中的指标体系的名称，须先在系统中起草；只有一套在起草的可以不填。",
        ),
        Column(
            "code",
            "编号",
            short_text(20),
            required=True,
            width=8,
            help="在这套体系中不重复，如1.2；已有的编号会被改写。",
        ),
        Column("parent", "上级编号", short_text(20), width=10, help="上级指标的编号；一级指标不填。"),
        Column("name", "指标", short_text(100), required=True, width=30, help="指标的名称。"),
        Column(
            "points",
            "分值",
            parse_number,
            required=True,
            width=8,
            help="上级指标的分值等于下级之和；加分、扣分填最多几分。",
        ),
        Column(
            "way", "评分方式", choice(WAYS_BY_LABEL), width=14, choices=tuple(WAYS_BY_LABEL), help="有下级指标的不填。"
        ),
        Column("source", "数据来源", short_text(40), width=20, help="台账取数的必填，填来源的名称。"),
        Column("full_at", "得满分的比例（%）", parse_number, width=12, help="达到这个比例得满分，不填为100。"),
        Column(
            "zero_at", "不得分的比例（%）", parse_number, width=12, help="不超过这个比例不得分，中间按比例，不填为0。"
        ),
        Column("standard", "评分标准", parse_text, width=50, help="怎样给分，被考核单位看得到。"),
        Column("basis", "依据", short_text(200), width=30, help="文件名称和条款。"),
    ),
    intro="每行一项指标，上级在前。只能导入起草中的指标体系；启用后的请先起草新的一版。"
    "本地的指标表（一级、二级、三级指标分栏，合并单元格）不用改动，直接导入：自动编号，没有写明评分方式的导入后逐项选择。",
    arrange=arrange_rows,
)


class IndicatorsImporter(AssessmentImporter):
    """Importer of indicator trees."""

    name = "indicators"
    holds = ("scheme",)
    label = "考核指标"
    sheet = INDICATOR_SHEET

    def plan(self, table: Table, *, by: Actor) -> ImportPlan:
        """Return the indicators that the rows create or change in drafts; parents must come first."""
        import_plan = ImportPlan()
        drafts: dict[str, Scheme] = {}
        repeated_names = set[str]()
        for draft in schemes_visible_to(by).filter(state=SchemeState.DRAFT):
            if drafts.setdefault(draft.name, draft) is not draft:
                repeated_names.add(draft.name)
        labels = {source.label: source.name for source in SCORE_SOURCES_BY_NAME.values()}
        existing = {
            (indicator.scheme_id, indicator.code): indicator
            for indicator in Indicator.objects.filter(scheme__in=drafts.values()).select_related("parent")
        }
        planned_keys: set[tuple[int, str]] = set()
        single_draft = next(iter(drafts.values())) if len(drafts) == 1 else None
        for row_number, row in enumerate(table.rows, 1):
            scheme = drafts.get(row["scheme"]) if row["scheme"] else single_draft
            if scheme is not None and scheme.name in repeated_names:
                message, todo = "有几套同名的指标体系在起草", "请先修改其中一套的名称"
                import_plan.errors.append(row.error(INDICATOR_SHEET, "scheme", message, todo))
                continue
            if scheme is None:
                message = "没有这个起草中的指标体系" if row["scheme"] or not drafts else "有几套指标体系在起草"
                todo = "请填写指标体系的名称" if drafts else "请先新建，或者起草新的一版"
                import_plan.errors.append(row.error(INDICATOR_SHEET, "scheme", message, todo))
                continue
            key = (scheme.pk, row["code"])
            facts = self._read_fields(row, labels, import_plan, existing.get(key))
            if facts is None:
                continue
            if key in planned_keys:
                import_plan.errors.append(
                    row.error(INDICATOR_SHEET, "code", "这个编号在前面的行里出现过", "请改正编号，或者只留一行")
                )
                continue
            if row["points"] <= 0:
                import_plan.errors.append(row.error(INDICATOR_SHEET, "points", "分值应是正数", "请改正"))
                continue
            if facts["parent"] and (scheme.pk, facts["parent"]) not in {*existing, *planned_keys}:
                import_plan.errors.append(
                    row.error(INDICATOR_SHEET, "parent", "没有这个上级编号", "上级指标要在前面的行里")
                )
                continue
            if errors := find_number_errors(Indicator, row, INDICATOR_SHEET, ("points", "full_at", "zero_at")):
                import_plan.errors += errors
                continue
            planned_keys.add(key)
            indicator_in_draft = existing.get(key)
            differs = _list_differences(indicator_in_draft, facts)
            if indicator_in_draft is not None and not differs:
                import_plan.same += 1
            else:
                facts |= {"scheme": scheme, "code": row["code"], "position": row_number * 10}
                import_plan.changes.append(
                    RowChange(row.number, f"{row['code']} {row['name']}", indicator_in_draft, differs, facts)
                )
        return import_plan

    def _read_fields(
        self, row: Row, labels: dict[str, str], plan: ImportPlan, existing: Indicator | None
    ) -> dict[str, object] | None:
        """Return the fields of an indicator from a row, without absent columns; None after adding an error."""
        source_name = row["source"] or ""
        if source_name and source_name not in labels and source_name not in SCORE_SOURCES_BY_NAME:
            plan.errors.append(
                row.error(INDICATOR_SHEET, "source", f"没有数据来源“{source_name}”", f"请填写：{'、'.join(labels)}")
            )
            return None
        parent = existing.parent.code if existing and existing.parent and not row.has("parent") else row["parent"] or ""
        facts = {
            "parent": parent,
            "name": row["name"],
            "points": row["points"],
            "way": row["way"] or "",
            "source": labels.get(source_name, source_name),
            "full_at": row["full_at"] if row["full_at"] is not None else Decimal(100),
            "zero_at": row["zero_at"] if row["zero_at"] is not None else Decimal(0),
            "standard": row["standard"] or "",
            "basis": row["basis"] or "",
        }
        return {name: value for name, value in facts.items() if name == "parent" or row.has(name)}

    def carry_out(self, change: RowChange, *, by: Actor, recorder: ChangeRecorder) -> None:
        """Create or change one indicator."""
        facts = dict(change.facts)
        if change.target is not None:
            recorder.before(change.target)
        indicator = actions.set_indicator(facts.pop("scheme"), by=by, **facts)
        if change.target is None:
            recorder.made(indicator)

    def find_undo_objections(self, row: Model, changed: list[str] | None, *, by: Actor) -> list[str]:
        """Return reasons against undoing: only drafts can be undone."""
        assert isinstance(row, Indicator)
        return rules.check_round_manager(by, row.scheme) or rules.check_draft(row.scheme)

    def rows(self, by: Actor) -> Iterable[object]:
        """Return the trees visible to the user."""
        for scheme in schemes_visible_to(by).order_by("pk"):
            yield from make_indicator_rows(scheme)


def make_indicator_rows(scheme: Scheme) -> Iterable[dict[str, object]]:
    """Yield the rows of an indicator tree."""
    codes = {indicator.pk: indicator.code for indicator in scheme.indicators.all()}
    for row in list_tree_rows(scheme):
        shown_indicator = row.indicator
        yield {
            "scheme": scheme.name,
            "code": shown_indicator.code,
            "parent": codes.get(shown_indicator.parent_id or 0, ""),
            "name": shown_indicator.name,
            "points": shown_indicator.points,
            "way": shown_indicator.get_way_display(),
            "source": SCORE_SOURCES_BY_NAME[shown_indicator.source].label
            if shown_indicator.source in SCORE_SOURCES_BY_NAME
            else shown_indicator.source,
            "full_at": shown_indicator.full_at,
            "zero_at": shown_indicator.zero_at,
            "standard": shown_indicator.standard,
            "basis": shown_indicator.basis,
        }


def _format_field(name: str, value: object) -> str:
    """Return a field's value as text for the preview: labels for the way of scoring and the data source."""
    if name == "way":
        return dict(ScoringWay.choices).get(str(value), "")
    return (
        SCORE_SOURCES_BY_NAME[value].label
        if name == "source" and value in SCORE_SOURCES_BY_NAME
        else format_value(value)
    )


def _list_differences(existing_indicator: Indicator | None, facts: Mapping[str, object]) -> tuple[Difference, ...]:
    """Return the fields that differ from the existing indicator; only the points for a new one."""
    if existing_indicator is None:
        return (Difference("分值", "", f"{facts['points']:f}"),)
    existing_fields = {name: getattr(existing_indicator, name) for name in facts if name != "parent"}
    existing_fields["parent"] = existing_indicator.parent.code if existing_indicator.parent else ""
    heads = {column.key: column.head for column in INDICATOR_SHEET.columns}
    return tuple(
        Difference(heads[name], _format_field(name, existing_fields[name]), _format_field(name, value))
        for name, value in facts.items()
        if existing_fields[name] != value
    )
