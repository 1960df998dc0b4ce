"""Import and export promises with their occasions."""

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.addresses import normalize_entered_url
from gongkai.core.ledger.models import ClockEvent, Entry, Evidence
from gongkai.core.spreadsheets import cells
from gongkai.core.spreadsheets.importers import ChangeRecorder, Difference, ImportPlan, RowChange
from gongkai.core.spreadsheets.sheet import Column, Row, Sheet, Table
from gongkai.core.units.models import Body
from gongkai.core.units.queries import UNKNOWN_UNIT_ERROR, map_names_to_bodies
from gongkai.work.opinion import actions, rules
from gongkai.work.opinion.facts import PromiseFacts
from gongkai.work.opinion.importing.cases import OpinionImporter, get_imported_entry, get_own_body
from gongkai.work.opinion.models import Promise, PromiseTopic, Statement
from gongkai.work.opinion.queries.promises import visible_to

PROMISE_SHEET = Sheet(
    "公开承诺台账",
    (
        Column("number", "编号", cells.short_text(40), width=18, help="系统编号；新登记的不填"),
        Column("title", "承诺事项", cells.short_text(200), required=True, width=40, also=("事项", "标题")),
        Column("words", "承诺内容", cells.parse_text, required=True, width=60, also=("内容",)),
        Column("body", "承诺单位", cells.short_text(120), width=24, also=("单位", "责任单位"), help="不填时为本单位"),
        Column("promised_by", "承诺人", cells.short_text(120), width=18),
        Column("occasion", "承诺场合", cells.short_text(200), required=True, width=24, also=("场合",)),
        Column("promised_on", "承诺日期", cells.parse_day, required=True, width=12),
        Column("until", "完成期限", cells.parse_day, required=True, width=12, also=("承诺期限", "完成时限", "期限")),
        Column("address", "出处", cells.short_text(500), required=True, width=30, also=("网址", "来源", "链接")),
        Column("topic", "主题", cells.short_text(40), width=14, also=("分类", "类别")),
        Column("state", "状态", cells.parse_text, width=12, help="导出的情况，导入时不读"),
        Column("published_on", "公开日期", cells.parse_text, width=12, help="导出的情况，导入时不读"),
        Column("first_until", "最初期限", cells.parse_text, width=12, help="导出的情况，导入时不读"),
        Column("progress", "最近进展", cells.parse_text, width=40, help="导出的情况，导入时不读"),
        Column("ended_on", "兑现（说明）日期", cells.parse_text, width=14, help="导出的情况，导入时不读"),
    ),
    max_rows=2000,
    intro="每行一项承诺。带编号的行已在台账中，不改动；导入的承诺经审签后向社会公开。",
)


class PromisesImporter(OpinionImporter):
    """Importer and exporter of promises; existing ones are skipped."""

    makes = (Entry, ClockEvent, Evidence, Promise, Statement)
    name = "promises"
    label = "公开承诺台账"
    sheet = PROMISE_SHEET
    home = "opinion:promises"

    def plan(self, table: Table, *, by: Actor) -> ImportPlan:
        """Return the promises the rows would register, without stored ones."""
        import_plan, body, bodies = ImportPlan(), get_own_body(by), map_names_to_bodies(by)
        topics = {promise_topic.name: promise_topic for promise_topic in PromiseTopic.objects.all()}
        stored_promises = set(visible_to(by).values_list("entry__title", "entry__body", "promised_on"))
        for row in table.rows:
            if row["number"]:
                import_plan.same += 1
                continue
            self._plan_row(import_plan, row, body, bodies, topics, stored_promises, by)
        return import_plan

    def _plan_row(
        self,
        plan: ImportPlan,
        row: Row,
        own_unit: Body | None,
        bodies: dict[str, Body],
        topics: dict[str, PromiseTopic],
        known_promises: set[tuple[str, int, date]],
        by: Actor,
    ) -> None:
        """Add a row to the plan, or its errors; stored promises count as the same."""
        body = bodies.get(row["body"]) if row["body"] else own_unit
        faults = _find_row_errors(row, body, by)
        if faults or body is None:
            plan.errors += [row.error(PROMISE_SHEET, key, fault, todo) for key, fault, todo in faults]
            return
        key = (row["title"], body.pk, row["promised_on"])
        if key in known_promises:
            plan.same += 1
            return
        known_promises.add(key)
        if row["topic"] and row["topic"] not in topics:
            plan.notes = list(dict.fromkeys([*plan.notes, f"没有主题“{row['topic']}”，这些承诺不归入主题。"]))
        facts = {
            "body": body,
            "topic": topics.get(row["topic"] or ""),
            **{name: row[name] or "" for name in ("title", "words", "promised_by", "occasion", "address")},
            **{name: row[name] for name in ("promised_on", "until")},
        }
        differences = (
            Difference("承诺内容", "", row["words"][:120]),
            Difference("完成期限", "", row["until"].isoformat()),
        )
        plan.changes.append(RowChange(row.number, row["title"], None, differences, facts))

    def carry_out(self, change: RowChange, *, by: Actor, recorder: ChangeRecorder) -> None:
        """Register the promise of one row."""
        facts = dict(change.facts)
        actions.register_promise(facts.pop("body"), by=by, facts=PromiseFacts(**facts))

    def find_undo_objections(self, row: object, changed: list[str] | None, *, by: Actor) -> list[str]:
        """Return reasons against undoing: only unpublished promises are removed."""
        entry = get_imported_entry(row)
        if entry is not None and entry.state != "registered":
            return [f"“{entry.title}”已经公开，不能撤销。"]
        if entry is not None and actions.is_under_review(entry.promise.stream):
            return [f"“{entry.title}”正在审签或者等待定时公开，请先撤回。"]
        return rules.list_reasons_unless_unit_staff(by, entry) if entry is not None else []

    def rows(self, by: Actor) -> Iterable[object]:
        """Return the promises visible to the user."""
        return export_promises(visible_to(by).order_by("pk"))


def _find_row_errors(row: Row, body: Body | None, by: Actor) -> list[tuple[str, str, str]]:
    """Return (column, fault, advice) for a wrong unit, days or address."""
    if body is None:
        return [("body", *UNKNOWN_UNIT_ERROR)]
    faults = [
        ("body", reason.rstrip("。"), "请只导入本单位的承诺")
        for reason in rules.list_reasons_unless_unit_staff(by, body)
    ]
    if row["promised_on"] > timezone.localdate():
        faults.append(("promised_on", "晚于今天", "请核对日期"))
    if row["until"] < row["promised_on"]:
        faults.append(("until", "早于承诺日期", "请核对日期"))
    try:
        normalize_entered_url(row["address"])
    except Refused as refused:
        faults.append(("address", refused.reasons[0].rstrip("。"), "请填写完整的网址"))
    return faults


def export_promises(promises: QuerySet[Promise]) -> Iterable[dict[str, object]]:
    """Yield promises as rows of the sheet, with the last published statement as progress."""
    for promise in promises.prefetch_related("revisions").iterator(500):
        entry = promise.entry
        public = [row for row in promise.revisions.all() if row.public_at]
        due = timezone.localdate(entry.due_at) if entry.due_at else promise.first_until
        yield {
            "number": entry.number,
            "title": entry.title,
            "words": promise.words,
            "body": entry.body.name,
            "promised_by": promise.promised_by,
            "occasion": promise.occasion,
            "promised_on": promise.promised_on,
            "until": due,
            "address": promise.address,
            "topic": promise.topic.name if promise.topic else "",
            "state": entry.state_label,
            "published_on": timezone.localdate(promise.published_at) if promise.published_at else None,
            "first_until": promise.first_until,
            "progress": public[-1].text if len(public) > 1 else "",
            "ended_on": promise.ended_on,
        }


PROMISES_IMPORTER = PromisesImporter()
