"""Import and export of the yearly plan of news releases."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Model
from django.utils import timezone

from gongkai.content.interpretation import actions
from gongkai.content.interpretation.actions.planned_releases import PlannedReleaseRow, find_plan_errors
from gongkai.content.interpretation.models import PlannedRelease, PressEventKind, SpeakerRank
from gongkai.content.interpretation.queries import list_planned_releases
from gongkai.content.interpretation.rules import check_writer
from gongkai.content.interpretation.states import PLANNED_RELEASE_KIND
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.public_words import find_personal_lines
from gongkai.core.ledger.entry_creation import remove_entries
from gongkai.core.ledger.models import ClockEvent, Entry
from gongkai.core.spreadsheets import cells
from gongkai.core.spreadsheets.importers import ChangeRecorder, Difference, Importer, ImportPlan, RowChange
from gongkai.core.spreadsheets.sheet import Column, Row, Sheet, Table
from gongkai.core.units.models import Body
from gongkai.core.units.queries import UNKNOWN_UNIT_ERROR, map_names_to_bodies
from gongkai.core.units.unit_filters import list_actor_bodies

_KINDS_BY_LABEL = {str(label): value for value, label in PressEventKind.choices}
_OTHER_KIND_LABELS = {
    "新闻通气会": PressEventKind.BRIEFING,
    "吹风会": PressEventKind.BRIEFING,
    "发布会": PressEventKind.CONFERENCE,
}
_RANKS_BY_LABEL = {str(label): value for value, label in SpeakerRank.choices}
#: Number of rows with possible personal data that are named.
MAX_NAMED_ROWS = 20
_COLUMNS = (
    Column("number", "编号", cells.short_text(40), width=20, help="系统编号；新增的不填"),
    Column(
        "body",
        "单位",
        cells.short_text(120),
        grouping=True,
        width=24,
        also=("责任单位", "主办单位"),
        help="不填时为本单位",
    ),
    Column(
        "kind",
        "形式",
        cells.choice(_KINDS_BY_LABEL, synonyms=_OTHER_KIND_LABELS),
        choices=tuple(_KINDS_BY_LABEL),
        required=True,
        width=18,
        also=("发布形式",),
    ),
    Column(
        "topic",
        "主题",
        cells.short_text(200),
        required=True,
        width=40,
        also=("发布主题", "内容"),
        help="不写姓名、电话等个人信息",
    ),
    Column("policy", "涉及政策", cells.short_text(200), width=40, also=("涉及的政策", "政策文件")),
    Column("until", "计划日期", cells.parse_day, required=True, width=12, also=("日期", "时间", "计划时间")),
    Column(
        "rank",
        "发布人身份",
        cells.choice(_RANKS_BY_LABEL),
        choices=tuple(_RANKS_BY_LABEL),
        width=14,
        help="不填时为新闻发言人",
    ),
    Column("state", "状态", cells.parse_text, width=12, help="导出的情况，导入时不读"),
    Column("held_on", "举办日期", cells.parse_text, width=12, help="导出的情况，导入时不读"),
)
#: Spreadsheet layout of the plan.
PLANNED_RELEASES_SHEET = Sheet(
    "新闻发布计划",
    _COLUMNS,
    max_rows=1000,
    intro="每行一场发布。带编号的行已在计划中，不改动；调整日期和取消在计划的页面上办理。",
)


class PlannedReleaseImporter(Importer):
    """Import and export the plan; planned releases stay unchanged."""

    name = "press-plan"
    label = "新闻发布计划"
    sheet = PLANNED_RELEASES_SHEET
    home = "interpretation:plans"

    def why_not(self, by: Actor) -> list[str]:
        """Return reasons unless the actor writes for a unit."""
        return [] if by.system or _get_default_unit(by) else ["只有各单位的工作人员可以导入发布计划。"]

    def plan(self, table: Table, *, by: Actor) -> ImportPlan:
        """Plan the releases of rows without a number; those already in the plan stay unchanged."""
        made, own, bodies = ImportPlan(), _get_default_unit(by), map_names_to_bodies(by)
        known = {
            (row.entry.body_id, row.entry.year, row.entry.title, row.kind)
            for row in PlannedRelease.objects.filter(entry__closed_at=None).select_related("entry")
        }
        numbered = {
            row.entry.number: row
            for row in PlannedRelease.objects.filter(entry__body__in=list_actor_bodies(by)).select_related("entry")
        }
        for row in table.rows:
            body = bodies.get(row["body"]) if row["body"] else own
            if row["number"]:
                self._check_numbered_row(made, row, numbered.get(row["number"]))
                continue
            key = (body.pk if body else 0, row["until"].year, row["topic"], row["kind"])
            if key in known:
                made.same += 1
                continue
            self._plan_row(made, row, body, by)
            if body:
                known.add(key)
        made.notes += _warn_of_personal_data(made.changes)
        return made

    def _check_numbered_row(self, plan: ImportPlan, row: Row, release: PlannedRelease | None) -> None:
        """Skip a row whose number and values are in the plan; add an error for any other row with a number."""
        if release is None:
            plan.errors.append(
                row.error(PLANNED_RELEASES_SHEET, "number", "计划中没有这个编号", "新增的发布请不填编号")
            )
            return
        due = release.entry.due_at
        there = (release.entry.title, release.kind, release.policy, timezone.localdate(due) if due else None)
        same_rank = (row["rank"] or release.rank) == release.rank
        if same_rank and there == (row["topic"], row["kind"], row["policy"] or "", row["until"]):
            plan.same += 1
            return
        plan.errors.append(
            row.error(
                PLANNED_RELEASES_SHEET,
                "number",
                "这一行与计划中的内容不同，表格不改动已有的计划",
                "请在计划的页面上更正或者调整日期，或者把这一行恢复原样",
            )
        )

    def _plan_row(self, plan: ImportPlan, row: Row, body: Body | None, by: Actor) -> None:
        """Add the release of a row to the plan, or the reasons against it."""
        rank = row["rank"] or SpeakerRank.SPOKESPERSON
        if body is None:
            plan.errors.append(row.error(PLANNED_RELEASES_SHEET, "body", *UNKNOWN_UNIT_ERROR))
            return
        refused = [("body", why, "请只导入本单位的计划") for why in check_writer(by, body)]
        refused += [
            ("until", why, "请改为今天以后的日期")
            for why in find_plan_errors(row["kind"], row["until"], row["topic"], rank)
        ]
        if refused:
            plan.errors += [
                row.error(PLANNED_RELEASES_SHEET, key, why.rstrip("。"), todo) for key, why, todo in refused
            ]
            return
        differences = (
            Difference("形式", "", PressEventKind(row["kind"]).label),
            Difference("计划日期", "", row["until"].isoformat()),
        )
        planned = PlannedReleaseRow(
            kind=row["kind"],
            until=row["until"],
            topic=row["topic"],
            policy=row["policy"] or "",
            rank=rank,
        )
        facts = {"body": body, "row": planned}
        plan.changes.append(RowChange(row.number, f"{body.label}：{row['topic']}", None, differences, facts))

    def carry_out_many(self, changes: Sequence[RowChange], *, by: Actor, recorder: ChangeRecorder) -> None:
        """Plan the news releases of all rows together."""
        entries = actions.plan_releases([(change.facts["body"], change.facts["row"]) for change in changes], by=by)
        numbers = [entry.pk for entry in entries]
        made = (
            Entry.objects.filter(pk__in=numbers),
            ClockEvent.objects.filter(entry__in=numbers),
            PlannedRelease.objects.filter(entry__in=numbers).select_related("entry"),
        )
        for rows in made:  # one table after the other: so they are taken back at once
            for row in rows.order_by("pk"):
                recorder.made(row)

    def delete_created_rows(self, model: str, keys: list[int], *, by: Actor) -> bool:
        """Remove entries by the ledger's function, with everything that depends on them."""
        if model == "ledger.entry":
            remove_entries(Entry.objects.filter(pk__in=keys, kind=PLANNED_RELEASE_KIND.name), by=by)
        return True

    def find_undo_objections(self, row: Model, changed: list[str] | None, *, by: Actor) -> list[str]:
        """Return reasons against undoing a row whose release took place."""
        if not isinstance(row, Entry):  # goes with its entry, which is asked itself
            return []
        return [f"“{row.title}”已经办结，不能撤销。"] if row.closed_at else check_writer(by, row.body)

    def rows(self, by: Actor) -> Iterable[dict[str, object]]:
        """Return this year's plan of units that the user sees."""
        return export_rows(list_planned_releases(list_actor_bodies(by), timezone.localdate().year))


def export_rows(planned: Iterable[PlannedRelease]) -> Iterable[dict[str, object]]:
    """Yield a plan as rows of the sheet."""
    for planned_release in planned:
        due = planned_release.entry.due_at
        yield {
            "number": planned_release.entry.number,
            "body": planned_release.entry.body.name,
            "kind": PressEventKind(planned_release.kind).label,
            "topic": planned_release.entry.title,
            "policy": planned_release.policy,
            "until": timezone.localdate(due) if due else None,
            "rank": SpeakerRank(planned_release.rank).label,
            "state": planned_release.entry.state_label,
            "held_on": _describe_held_day(planned_release),
        }


def _describe_held_day(release: PlannedRelease) -> str:
    held: date | None = release.event.on if release.event else None
    return held.isoformat() if held else ""


def _warn_of_personal_data(changes: Sequence[RowChange]) -> list[str]:
    """Return warnings on rows that may have personal data, because many users read the plan."""
    rows = [change.facts["row"] for change in changes]
    found = find_personal_lines([f"{row['topic']} {row['policy']}" for row in rows])
    if not found:
        return []
    some = "、".join(str(changes[place].row) for place in found[:MAX_NAMED_ROWS])
    more = "等" if len(found) > MAX_NAMED_ROWS else ""
    return [f"第{some}{more}行的主题或者涉及政策中可能有个人信息，不需要的请删去后重新上传。"]


def _get_default_unit(by: Actor) -> Body | None:
    """Return the unit of rows that name none, or None if the actor may not write for any."""
    rows = Body.objects.filter(active_to=None, merged_into=None).order_by("pk")
    if by.system:
        return rows.filter(parent=None).first()
    return next(
        (body for body in rows.filter(pk__in=[post.body_id for post in by.posts]) if not check_writer(by, body)),
        None,
    )


PLANNED_RELEASE_IMPORTER = PlannedReleaseImporter()
