"""Importers of catalogues and comments; exports have the same columns."""

import calendar
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils import timezone

from gongkai.core.acts.actors import Actor
from gongkai.core.acts.rows import cached_in_batch, read_values_ahead
from gongkai.core.ledger.entry_creation import EntryUndoMixin
from gongkai.core.ledger.models import ClockEvent, Entry
from gongkai.core.spreadsheets import cells
from gongkai.core.spreadsheets.cells import choice, parse_day, parse_text, short_text, words_list
from gongkai.core.spreadsheets.errors import BadCell
from gongkai.core.spreadsheets.importers import ChangeRecorder, Difference, Importer, ImportPlan, RowChange
from gongkai.core.spreadsheets.sheet import Column, Sheet, Table
from gongkai.core.units.queries import UNKNOWN_UNIT_ERROR, map_names_to_bodies
from gongkai.core.units.unit_filters import find_government
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.confined import report_progress
from gongkai.work.participation import actions, queries, rules
from gongkai.work.participation.models import (
    Catalogue,
    Comment,
    CommentChannel,
    Consultation,
    Decision,
    DraftKind,
    ParticipationWay,
    Point,
)
from gongkai.work.participation.states import DecisionState
from gongkai.work.participation.texts import mask_comment

if TYPE_CHECKING:
    from gongkai.core.spreadsheets import Row

_MONTH_PATTERN = re.compile(r"^(\d{4})年(\d{1,2})月(?:底|末)?前?(?:完成)?$")
_WAY_BY_LABEL = {way.label: way.value for way in ParticipationWay} | {
    "征求意见": "comment",
    "听证": "hearing",
    "座谈": "meeting",
    "问卷调查": "survey",
    "民意调查": "survey",
    "书面": "written",
}


def parse_planned_day(value: object) -> date | None:
    """Parse a planned day, or a month as its last day (BadCell: no such day)."""
    match = _MONTH_PATTERN.match(cells.format_value(value).replace(" ", "")) if value is not None else None
    if match is None:
        return parse_day(value)
    year, month = int(match[1]), int(match[2])
    if not 1 <= month <= 12:
        raise BadCell("没有这个月份", "请写成 2026年9月 或者 2026-09-30")
    parse_day(f"{year}-{month}-1")  # a year that no form accepts
    return date(year, month, calendar.monthrange(year, month)[1])


def parse_ways(value: object) -> list[str]:
    """Return the values of ways of participation in a cell (BadCell: unknown)."""
    names = words_list()(value)
    unknown = [name for name in names if name not in _WAY_BY_LABEL]
    if unknown:
        raise BadCell(
            f"没有这种公众参与方式：{unknown[0]}",
            f"请填写：{'、'.join(participation_way.label for participation_way in ParticipationWay)}",
        )
    return list(dict.fromkeys(_WAY_BY_LABEL[name] for name in names))


_DRAFT_KIND_BY_LABEL = {draft_kind.label: draft_kind.value for draft_kind in DraftKind}
CATALOGUE_SHEET = Sheet(
    "重大行政决策事项目录",
    (
        Column("year", "年度", cells.whole_number(minimum=2000, maximum=2100), width=8, help="不填为今年"),
        Column(
            "title", "决策事项", short_text(300), required=True, width=44, also=("事项名称", "决策事项名称", "名称")
        ),
        Column(
            "body",
            "承办单位",
            short_text(120),
            grouping=True,
            required=True,
            width=26,
            also=("责任单位", "起草单位", "牵头单位"),
        ),
        Column("partners", "会同单位", short_text(200), width=24, also=("配合单位", "协办单位")),
        Column("draft_kind", "类型", choice(_DRAFT_KIND_BY_LABEL), width=16, choices=list(_DRAFT_KIND_BY_LABEL)),
        Column("basis", "决策依据", short_text(300), width=36, also=("依据", "法律政策依据")),
        Column(
            "planned_on",
            "计划完成时间",
            parse_planned_day,
            required=True,
            width=16,
            also=("完成时限", "计划时间", "完成时间"),
        ),
        Column("timetable", "时间安排", short_text(200), width=30, also=("工作安排",)),
        Column("ways", "公众参与方式", parse_ways, width=26, also=("参与方式", "公众参与")),
    ),
    max_rows=2000,
    intro="每行一个决策事项。公众参与方式用顿号隔开，如：公开征求意见、听证会。",
)


class DecisionCatalogueImporter(EntryUndoMixin, Importer):
    """Import and export the year's catalogue of major decisions."""

    adds_only = True
    makes = (Entry, ClockEvent, Decision)
    name = "decisions"
    label = "重大行政决策事项目录"
    sheet = CATALOGUE_SHEET
    home = "participation:catalogues"

    beside = {"participation.decision": ("announcements",)}

    def why_not(self, by: Actor) -> list[str]:
        """Return a Chinese reason unless the user may edit a unit's catalogue."""
        return [] if by.system or queries.list_catalogue_units(by).exists() else ["您没有可以管理的目录。"]

    def plan(self, table: Table, *, by: Actor) -> ImportPlan:
        """Return the decisions the rows would add to unpublished catalogues."""
        result, bodies = ImportPlan(), map_names_to_bodies(by)
        listed = queries.list_decision_titles(Decision.objects.all())
        visible = queries.list_decision_titles(queries.decisions_visible_to(by))
        for row in table.rows:
            body = bodies.get(row["body"])
            if body is None:
                result.errors.append(row.error(CATALOGUE_SHEET, "body", *UNKNOWN_UNIT_ERROR))
                continue
            owner = find_government(body)
            year, title = row["year"] or timezone.localdate().year, row["title"].strip()
            keys = {(year, owner.pk, title), (year, body.pk, title)}
            if keys.isdisjoint(visible) and (reasons := rules.list_reasons_unless_unit_staff(by, owner)):
                result.errors.append(row.error(CATALOGUE_SHEET, "body", reasons[0], "请由目录的制定机关导入"))
                continue
            if not keys.isdisjoint(listed):
                result.same += 1
                continue
            catalogue = Catalogue.objects.filter(body=owner, year=year).first()
            if catalogue is not None and catalogue.shown_at is not None:
                result.errors.append(
                    row.error(CATALOGUE_SHEET, "title", f"{year}年的目录已经公布", "请在目录中逐项新增并写明理由")
                )
                continue
            if row["planned_on"] < timezone.localdate():
                result.errors.append(
                    row.error(CATALOGUE_SHEET, "planned_on", "计划完成时间已经过去", "请填写今天以后的日期")
                )
                continue
            listed.add((year, owner.pk, title))
            facts = {name: row[name] for name in ("partners", "basis", "timetable") if row[name]}
            facts |= {"ways": row["ways"] or [ParticipationWay.COMMENT.value]}
            facts |= {"draft_kind": row["draft_kind"] or DraftKind.DECISION.value}
            values = {
                "owner": owner,
                "year": year,
                "title": title,
                "body": body,
                "planned_on": row["planned_on"],
                **facts,
            }
            result.changes.append(RowChange(row.number, title, None, (Difference("承办单位", "", body.name),), values))
        return result

    def carry_out_many(self, changes: Sequence[RowChange], *, by: Actor, recorder: ChangeRecorder) -> None:
        """Add decisions, after one query for all their titles."""
        rows = Decision.objects.filter(catalogue__year__in={change.facts["year"] for change in changes})
        read_values_ahead(rows, "entry__title", [change.facts["title"] for change in changes])
        super().carry_out_many(changes, by=by, recorder=recorder)

    def carry_out(self, change: RowChange, *, by: Actor, recorder: ChangeRecorder) -> None:
        """Add one decision and, if needed, its catalogue."""
        facts = dict(change.facts)
        owner, year = facts.pop("owner"), facts.pop("year")

        def find_or_open() -> Catalogue:
            catalogue = Catalogue.objects.filter(body=owner, year=year).first()
            if catalogue is None:
                catalogue = actions.open_catalogue(owner, by=by, year=year)
                recorder.made(catalogue)
            return catalogue

        actions.add_decision_to_catalogue(cached_in_batch(("decisions", owner.pk, year), find_or_open), by=by, **facts)

    def find_undo_objections(self, row: object, changed: list[str] | None, *, by: Actor) -> list[str]:
        """Return reasons against undoing: a decision has progressed, or the catalogue is published."""
        if isinstance(row, Entry) and row.state != DecisionState.LISTED:
            return ["已经进入下一阶段，不能撤销。"]
        if isinstance(row, Decision):
            return ["已经起草公告，不能撤销。"] if row.announcements.all() else []
        if isinstance(row, Catalogue) and row.shown_at:
            return ["目录已经公布，不能撤销。"]
        return []

    def rows(self, by: Actor) -> Iterable[object]:
        """Return the visible decisions, newest year first."""
        return export_decisions(queries.decisions_visible_to(by).order_by("-entry__year", "position", "pk"))


def export_decisions(rows: QuerySet[Decision]) -> Iterable[dict[str, object]]:
    """Yield decisions as rows of the sheet."""
    for decision in rows.iterator(500):
        yield {
            "year": decision.entry.year,
            "title": decision.entry.title,
            "body": decision.entry.body.name,
            "partners": decision.partners,
            "draft_kind": decision.get_draft_kind_display(),
            "basis": decision.basis,
            "planned_on": decision.planned_on,
            "timetable": decision.timetable,
            "ways": "、".join(decision.way_labels),
        }


# Rows between two progress messages, and numbers of a query.
ROWS_PER_PROGRESS_MESSAGE, QUERY_BATCH_SIZE = 100, 500
_CHANNEL_BY_LABEL = {comment_channel.label: comment_channel.value for comment_channel in CommentChannel}
# Headings of the day in the tables that survey sites export.
_RECEIPT_HEADINGS = ("提交时间", "提交日期", "提交答卷时间", "填写时间", "答题时间", "时间", "日期")


def parse_day_of_moment(value: object) -> date | None:
    """Return the day of a cell that contains a day, with or without time."""
    moment = cells.parse_day_and_time(value)
    return moment.date() if moment else None


_ADD_POINT = "请先在“归纳和采纳情况”中新增归纳意见，再填它的序号"
_NO_PERIOD = ("没有写明是哪一次征求意见", "请加“征求意见编号”一列，填写意见页面上的编号")
_EXPORTED = "导出的情况，导入时不读"
COMMENT_SHEET = Sheet(
    "公众意见",
    (
        Column(
            "period",
            "征求意见编号",
            cells.whole_number(minimum=1),
            width=14,
            help="意见页面上的编号；没有的，为正在办理的唯一一次征求意见",
        ),
        Column("number", "意见编号", cells.whole_number(minimum=1), width=10, help="新的意见不填"),
        Column("received_on", "收到日期", parse_day_of_moment, required=True, width=12, also=_RECEIPT_HEADINGS),
        Column("channel", "渠道", choice(_CHANNEL_BY_LABEL), width=14, choices=list(_CHANNEL_BY_LABEL)),
        Column("clause", "针对条款", short_text(120), width=20, also=("条款",)),
        Column("text", "意见内容", parse_text, required=True, width=80, also=("意见", "意见建议", "修改意见")),
        Column("point", "归纳序号", cells.whole_number(minimum=1), width=10, help="“归纳和采纳情况”页面上的序号"),
        Column("gist", "归纳意见", parse_text, width=50, help=_EXPORTED),
        Column("outcome", "采纳情况", short_text(20), width=12, help=_EXPORTED),
        Column("reason", "说明", parse_text, width=50, help=_EXPORTED),
        Column("recorded_by", "登记人", parse_text, width=14, help=_EXPORTED),
    ),
    max_rows=20000,
    intro="登记信函、电子邮件、电话、座谈会收到的意见。网站收到的意见自动登记，不需要导入；已有编号的行不会重复登记，只按归纳序号归入。",
)


class CommentImporter(Importer):
    """Import comments and assign them to points; export them masked."""

    personal = True
    name = "comments"
    label = "公众意见"
    sheet = COMMENT_SHEET
    home = "participation:decisions"

    beside = {"participation.comment": ("consultation__decision__entry__body",)}

    def why_not(self, by: Actor) -> list[str]:
        """Return a Chinese reason unless the user works for a unit."""
        return [] if by.system or by.bodies else ["只有各单位的工作人员可以导入。"]

    def prepare(self, table: Table) -> None:
        """Add `masked` and `masked_clause` to new rows, with progress messages."""
        rows = [row for row in table.rows if not row["number"]]
        for done, row in enumerate(rows):
            if done % ROWS_PER_PROGRESS_MESSAGE == 0:
                report_progress(f"正在检查个人信息：第{done + 1}条，共{len(rows)}条", done, len(rows))
            row.values["masked"] = mask_comment(row["text"])
            row.values["masked_clause"] = mask_comment(row["clause"] or "")

    def plan(self, table: Table, *, by: Actor) -> ImportPlan:
        """Return the comments the rows would register or assign to a point."""
        result, only_period = ImportPlan(), queries.find_only_running_period(by)
        for row in table.rows:
            row.values["period"] = row["period"] or only_period
        numbers = {row["period"] for row in table.rows}
        periods = {
            consultation.pk: _ImportedPeriod(consultation, table.rows)
            for consultation in queries.consultations_visible_to(by).filter(pk__in=numbers)
        }
        for row in table.rows:
            period = periods.get(row["period"])
            if period is None:
                unknown = ("没有这次征求意见", "请核对页面上的编号") if row["period"] else _NO_PERIOD
                result.errors.append(row.error(COMMENT_SHEET, "period", *unknown))
                continue
            if reasons := rules.list_reasons_unless_unit_staff(by, period.consultation):
                result.errors.append(row.error(COMMENT_SHEET, "period", reasons[0], "请由承办单位导入"))
                continue
            point = period.points.get(row["point"]) if row["point"] else None
            if row["point"] and point is None:
                result.errors.append(row.error(COMMENT_SHEET, "point", "没有这项归纳意见", _ADD_POINT))
                continue
            self._plan_row(result, row, period, point)
        return result

    def _plan_row(self, plan: ImportPlan, row: "Row", period: "_ImportedPeriod", point: Point | None) -> None:
        """Plan one row: assign a numbered comment to a point, or add a new comment."""
        if row["number"]:
            comment = period.comments.get(row["number"])
            if comment is None:
                plan.errors.append(row.error(COMMENT_SHEET, "number", "没有这条意见", "新的意见不填编号"))
            elif unread := [key for key in ("gist", "outcome", "reason") if row[key] and not getattr(point, key, "")]:
                plan.errors.append(row.error(COMMENT_SHEET, unread[0], "这一列导入时不读", _ADD_POINT))
            elif point is None or comment.point_id == point.pk:
                plan.same += 1
            else:
                diff = Difference("归纳序号", str(comment.point.position if comment.point else ""), str(point.position))
                facts = {"period": period.consultation, "point": point}
                plan.changes.append(RowChange(row.number, f"第{comment.number}条意见", comment, (diff,), facts))
            return
        moment = timezone.make_aware(datetime.combine(row["received_on"], time(12)))
        if not period.consultation.is_open(row["received_on"]):
            plan.errors.append(
                row.error(COMMENT_SHEET, "received_on", "不在征求意见的期限内", "只登记期限内收到的意见")
            )
            return
        channel = row["channel"] or CommentChannel.OTHER.value
        if channel == CommentChannel.FORM:
            plan.errors.append(row.error(COMMENT_SHEET, "channel", "网站的意见自动登记", "请选择其他渠道"))
            return
        new_comment = actions.SubmittedComment(
            text=row["text"],
            clause=row["clause"] or "",
            channel=channel,
            at=min(moment, timezone.now()),
            masked=row["masked"],
            masked_clause=row["masked_clause"],
        )
        facts_of_new: dict[str, object] = {"period": period.consultation, "point": point, "given": new_comment}
        differences = (Difference("意见内容", "", row["text"][:120]),)
        plan.changes.append(RowChange(row.number, row["text"][:40], None, differences, facts_of_new))

    def carry_out_many(self, changes: Sequence[RowChange], *, by: Actor, recorder: ChangeRecorder) -> None:
        """Register new comments, one action a period; then assign comments to points."""
        numbers_by_point: dict[Point, list[int]] = defaultdict(list)
        new_by_period: dict[Consultation, list[RowChange]] = defaultdict(list)
        for change in changes:
            if change.target is None:
                new_by_period[change.facts["period"]].append(change)
            else:
                recorder.before(change.target)
                numbers_by_point[change.facts["point"]].append(change.target.pk)
        for period, some in new_by_period.items():
            comments = actions.register_comments(period, by=by, given=[change.facts["given"] for change in some])
            for change, comment in zip(some, comments, strict=True):
                recorder.made(comment)
                if change.facts["point"] is not None:
                    numbers_by_point[change.facts["point"]].append(comment.pk)
        for point, numbers in numbers_by_point.items():
            actions.assign_comments_to_point(point.consultation, by=by, comments=numbers, point=point)

    def find_undo_objections(self, row: object, changed: list[str] | None, *, by: Actor) -> list[str]:
        """Return reasons against undoing: staff of the unit may."""
        return rules.list_reasons_unless_unit_staff(by, row)

    def rows(self, by: Actor) -> Iterable[object]:
        """Return the comments of the user's periods, masked."""
        for period in queries.consultations_visible_to(by):
            if not rules.list_reasons_unless_unit_staff(by, period):
                yield from queries.export_comments(period)


class _ImportedPeriod:
    """A period with its points by position and, by number, the comments named in the rows."""

    def __init__(self, consultation: Consultation, rows: Sequence["Row"]) -> None:
        self.consultation = consultation
        self.points = {point.position: point for point in consultation.points.all()}
        wanted = [row["number"] for row in rows if row["number"] and row["period"] == consultation.pk]
        self.comments: dict[int, Comment] = {}
        for start in range(0, len(wanted), QUERY_BATCH_SIZE):
            some = consultation.comments.filter(number__in=wanted[start : start + QUERY_BATCH_SIZE])
            self.comments |= {comment.number: comment for comment in some.select_related("point")}


CATALOGUE_IMPORTER = DecisionCatalogueImporter()
COMMENT_IMPORTER = CommentImporter()
