"""Import the score sheet of a third-party evaluator."""

from collections import Counter
from collections.abc import Iterable

from django.db.models import F

from gongkai.core.acts.actors import Actor
from gongkai.core.spreadsheets.cells import parse_day, parse_text, short_text
from gongkai.core.spreadsheets.importers import ChangeRecorder, Difference, ImportPlan, RowChange
from gongkai.core.spreadsheets.sheet import CellError, Column, Row, Sheet, Table
from gongkai.core.units.queries import map_names_to_bodies
from gongkai.oversight.assessment import actions, rules
from gongkai.oversight.assessment.importing.layout import AssessmentImporter, parse_number
from gongkai.oversight.assessment.models import Assessed, Evaluator, Indicator, Mark, Round
from gongkai.oversight.assessment.states import MARKING_STATES

EVALUATION_SHEET = Sheet(
    "第三方评分",
    (
        Column("round", "考核", short_text(100), required=True, width=26),
        Column("organisation", "评估机构", short_text(120), required=True, width=24),
        Column("body", "单位", short_text(120), required=True, width=28),
        Column("code", "指标编号", short_text(20), required=True, width=10),
        Column("indicator", "指标", short_text(100), width=28),
        Column("value", "得分率（%）", parse_number, required=True, blank=True, width=12),
        Column("words", "评语", parse_text, required=True, blank=True, width=50),
        Column("on", "日期", parse_day, width=12),
    ),
    intro="第三方交来的评分表：每行一个单位的一项指标，填得分率和评语；还没有评的，两格都空着。",
)


def _make_by_case_error(row: Row, cases: int) -> CellError:
    """Return the error for a row whose indicator the evaluator scored case by case."""
    message = f"这家机构对这个单位的这项指标已逐件评分（{cases}件）"
    return row.error(EVALUATION_SHEET, "code", message, "请删去这一行；要改为整体评分的，先撤销逐件评分")


def _find_score_error(row: Row) -> CellError | None:
    """Return the error of a row with a score or words, if one is missing or the score is out of range."""
    if missing := next((name for name in ("value", "words") if row[name] in (None, "")), ""):
        return row.error(EVALUATION_SHEET, missing, "没有填写", "请补填；还没有评的，两格都空着")
    return None if 0 <= row["value"] <= 100 else row.error(EVALUATION_SHEET, "value", "应在0至100之间", "请改正")


class _EvaluationScope:
    """The units, indicators, evaluators and marks of an organisation in a round while a file is imported.

    An indicator given to several evaluators belongs to the first whose engagement was not ended early.
    """

    def __init__(self, round_: Round, organisation: str, by: Actor) -> None:
        rows = round_.evaluators.filter(organisation=organisation).order_by(F("ended_on").asc(nulls_first=True), "pk")
        units = round_.units.select_related("body", "office", "round__body")
        self.units = {unit.name: unit for unit in units}
        self.bodies = {unit.body_id: unit for unit in units if unit.office is None}
        self.refused = {unit.pk: rules.check_marker(by, unit) for unit in self.units.values()}
        self.leaves: dict[str, Indicator] = {}
        self.evaluators: dict[str, Evaluator] = {}
        for evaluator in rows:
            for leaf in evaluator.indicators.all():
                self.leaves.setdefault(leaf.code, leaf)
                self.evaluators.setdefault(leaf.code, evaluator)
        self.cases: Counter[tuple[int, int]] = Counter()
        self.marks: dict[tuple[int, int], Mark] = {}
        for mark in Mark.objects.filter(evaluator__in=rows, struck_at=None).select_related("indicator").order_by("pk"):
            if self.evaluators[mark.indicator.code].pk != mark.evaluator_id:
                continue
            if mark.ref:
                self.cases[mark.unit_id, mark.indicator_id] += 1
            else:
                self.marks[mark.unit_id, mark.indicator_id] = mark


class EvaluationImporter(AssessmentImporter):
    """Importer of an evaluator's score sheet, used by the office."""

    name = "evaluation"
    holds = ("unit",)
    label = "第三方评分"
    sheet = EVALUATION_SHEET

    def plan(self, table: Table, *, by: Actor) -> ImportPlan:
        """Return the new marks; skip unchanged ones; rows outside the evaluation or scored by case are errors."""
        import_plan, bodies = ImportPlan(), map_names_to_bodies(by)
        errors = import_plan.errors
        planned_keys: set[tuple[int, int]] = set()
        running = Round.objects.filter(state__in=MARKING_STATES).select_related("body", "scheme")
        rounds = {one.name: one for one in running if not rules.check_round_manager(by, one)}
        evaluations: dict[tuple[str, str], _EvaluationScope] = {}
        scored_rows = [row for row in table.rows if row["value"] is not None or row["words"]]
        import_plan.same = len(table.rows) - len(scored_rows)
        for row in scored_rows:
            round_ = rounds.get(row["round"])
            if round_ is None:
                errors.append(row.error(EVALUATION_SHEET, "round", "没有这项正在评分的考核", "请填写考核的全名"))
                continue
            key = row["round"], row["organisation"]
            if key not in evaluations:
                evaluations[key] = _EvaluationScope(round_, row["organisation"], by)
            scope = evaluations[key]
            if not scope.evaluators:
                errors.append(row.error(EVALUATION_SHEET, "organisation", "没有委托这家机构", "请先登记委托"))
                continue
            body = bodies.get(row["body"])
            unit = scope.units.get(row["body"]) or (scope.bodies.get(body.pk) if body else None)
            leaf = scope.leaves.get(row["code"])
            if unit is None or leaf is None:
                faulty_column = "body" if unit is None else "code"
                errors.append(
                    row.error(EVALUATION_SHEET, faulty_column, "不在这家机构评估的范围内", "请核对单位和指标编号")
                )
                continue
            if reasons := scope.refused[unit.pk]:
                errors.append(row.error(EVALUATION_SHEET, "body", reasons[0].rstrip("。"), "请由他人导入这一行"))
                continue
            if error := _find_score_error(row):
                errors.append(error)
                continue
            if (unit.pk, leaf.pk) in planned_keys:
                errors.append(row.error(EVALUATION_SHEET, "code", "这个单位的这项指标已在前面出现", "请只留一行"))
                continue
            planned_keys.add((unit.pk, leaf.pk))
            if cases := scope.cases[unit.pk, leaf.pk]:
                errors.append(_make_by_case_error(row, cases))
                continue
            mark = scope.marks.get((unit.pk, leaf.pk))
            if mark and (mark.value, mark.words) == (row["value"], row["words"].strip()):
                import_plan.same += 1
                continue
            facts = {
                "unit": unit,
                "indicator": leaf,
                "evaluator": scope.evaluators[leaf.code],
                "value": row["value"],
                "words": row["words"],
                "on": row["on"],
            }
            previous_value = f"{mark.value.normalize():f}" if mark and mark.value is not None else ""
            differences = (Difference("得分率（%）", previous_value, f"{row['value']:f}"),)
            import_plan.changes.append(RowChange(row.number, f"{unit.label} {leaf}", mark, differences, facts))
        return import_plan

    def carry_out(self, change: RowChange, *, by: Actor, recorder: ChangeRecorder) -> None:
        """Create one mark and strike the one that it replaces; undoing restores it."""
        facts = dict(change.facts)
        if change.target:
            recorder.before(change.target)
        recorder.made(actions.record_mark(facts.pop("unit"), by=by, **facts))

    def find_undo_objections(self, row: object, changed: list[str] | None, *, by: Actor) -> list[str]:
        """Return reasons against undoing: marks stay once the scores were published."""
        unit = row.unit if isinstance(row, Mark) else None
        if unit is None or unit.round.state not in MARKING_STATES:
            return ["得分已经反馈，不能撤销导入；请撤销单条评分。"]
        return rules.check_marker(by, unit)

    def rows(self, by: Actor) -> Iterable[object]:
        """Return the evaluators' units and indicators with the scores so far."""
        for evaluator in Evaluator.objects.filter(ended_on=None).select_related("round__body"):
            if not rules.check_round_manager(by, evaluator):
                yield from make_evaluation_rows(evaluator)


def make_evaluation_rows(evaluator: Evaluator) -> Iterable[dict[str, object]]:
    """Yield an evaluator's sheet: a row for each unit and indicator with its score.

    Case-by-case scores are omitted, so that importing the unchanged sheet changes nothing.
    """
    leaves = list(evaluator.indicators.all())
    valid_marks = list(evaluator.marks.filter(struck_at=None))
    marks = {(mark.unit_id, mark.indicator_id): mark for mark in valid_marks if not mark.ref}
    by_case = {(mark.unit_id, mark.indicator_id) for mark in valid_marks if mark.ref}
    units: Iterable[Assessed] = evaluator.round.units.select_related("body")
    for unit in units:
        for leaf in leaves:
            if (unit.pk, leaf.pk) in by_case:
                continue
            existing_mark = marks.get((unit.pk, leaf.pk))
            yield {
                "round": evaluator.round.name,
                "organisation": evaluator.organisation,
                "body": unit.name,
                "code": leaf.code,
                "indicator": leaf.name,
                "value": existing_mark.value if existing_mark else None,
                "words": existing_mark.words if existing_mark else "",
                "on": existing_mark.on if existing_mark else None,
            }
