"""Import entries of manual sources from a spreadsheet, and export those of all sources."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Model
from django.utils import timezone

from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.addresses import normalize_entered_url
from gongkai.core.spreadsheets import BadCell
from gongkai.core.spreadsheets.cells import format_value, long_text, parse_day, short_text
from gongkai.core.spreadsheets.importers import ChangeRecorder, Difference, Importer, ImportPlan, RowChange
from gongkai.core.spreadsheets.sheet import Column, Sheet, Table
from gongkai.oversight.gathering import queries
from gongkai.oversight.gathering.actions import add_gathered_entries
from gongkai.oversight.gathering.models import Gathered, GatheredState, Source, SourceMethod
from gongkai.oversight.gathering.queries import check_source_manager
from gongkai.oversight.gathering.source_reader import get_midnight
from gongkai.oversight.gathering.texts import SourceEntry


def parse_url(value: object) -> str:
    """Parse a web address (BadCell: not http or https)."""
    try:
        return normalize_entered_url(format_value(value))
    except Refused as refused:
        raise BadCell("不是网址", "请以 http:// 或者 https:// 开头") from refused


GATHERED_ENTRY_SHEET = Sheet(
    "归集内容",
    (
        Column("collection", "归集专题", short_text(80), required=True, width=24, also=("专题",)),
        Column("source", "来源名称", short_text(80), required=True, width=26, also=("来源",)),
        Column("title", "标题", short_text(300), required=True, width=50, also=("名称",)),
        Column("address", "原文网址", parse_url, required=True, width=44, also=("网址", "链接", "地址")),
        Column("written_on", "来源发布日期", parse_day, width=14, also=("发布日期", "日期")),
        Column("text", "内容", long_text(500_000), width=40, also=("正文", "摘要")),
    ),
    max_rows=10_000,
    intro="来源须先登记为“人工录入、表格导入”。每行一条，已有的网址不重复导入。",
)


class GatheredEntryImporter(Importer):
    """Importer and exporter of collected entries."""

    adds_only = True
    name = "gathering"
    label = "归集内容"
    sheet = GATHERED_ENTRY_SHEET
    home = "gathering:entries"

    def why_not(self, by: Actor) -> list[str]:
        """Return the reasons against an import; the user must collect content for a unit."""
        return [] if by.system or queries.list_own_bodies(by).exists() else ["您没有可以归集的单位。"]

    def plan(self, table: Table, *, by: Actor) -> ImportPlan:
        """Return the new entries of manual sources; skip addresses that the source has."""
        import_plan = ImportPlan()
        sources: dict[tuple[str, str], Source | None] = {}
        for visible_source in queries.visible_to(by):
            key = (visible_source.collection.name, visible_source.name)
            sources[key] = None if key in sources else visible_source
        existing = set(
            Gathered.objects.filter(source__in=filter(None, sources.values())).values_list("source", "address")
        )
        for row in table.rows:
            source = sources.get((row["collection"], row["source"]))
            if source is None and (row["collection"], row["source"]) in sources:
                import_plan.errors.append(
                    row.error(GATHERED_ENTRY_SHEET, "source", "有几个来源是这个名称", "请先修改其中一个的名称")
                )
            elif source is not None and (source.pk, row["address"]) in existing:
                import_plan.same += 1
            elif source is None or check_source_manager(by, source):
                import_plan.errors.append(
                    row.error(GATHERED_ENTRY_SHEET, "source", "没有这个来源", "请先在专题中登记这个来源")
                )
            elif source.way != SourceMethod.MANUAL:
                import_plan.errors.append(
                    row.error(GATHERED_ENTRY_SHEET, "source", "这个来源由系统收取", "请填写人工录入的来源")
                )
            else:
                existing.add((source.pk, row["address"]))
                facts = {name: row[name] for name in ("title", "address", "written_on")}
                facts |= {"source": source, "text": row["text"] or ""}
                difference = Difference("原文网址", "", row["address"])
                import_plan.changes.append(RowChange(row.number, row["title"], None, (difference,), facts))
        return import_plan

    def carry_out_many(self, changes: Sequence[RowChange], *, by: Actor, recorder: ChangeRecorder) -> None:
        """Add the entries of a portion, by source."""
        entries: dict[Source, list[SourceEntry]] = defaultdict(list)
        for facts in (change.facts for change in changes):
            at = get_midnight(facts["written_on"])
            entries[facts["source"]].append(
                SourceEntry(facts["address"], facts["title"].strip(), at, facts["text"].strip())
            )
        for source, source_entries in entries.items():
            for row in add_gathered_entries(source, by=by, entries=source_entries):
                recorder.made(row)

    def find_undo_objections(self, row: Model, changed: list[str] | None, *, by: Actor) -> list[str]:
        """Return reasons against undoing: only unused entries are removed."""
        assert isinstance(row, Gathered)
        if row.state == GatheredState.DRAFTED:
            return [f"“{row}”已转为草稿，不能撤销。"]
        return check_source_manager(by, row)

    def rows(self, by: Actor) -> Iterable[object]:
        """Yield the entries visible to the user as dicts by column key."""
        rows = Gathered.objects.filter(source__in=queries.visible_to(by)).select_related("source__collection")
        for row in rows.order_by("source", "pk").iterator(1000):
            when: datetime | None = row.written_at
            yield {
                "collection": row.source.collection.name,
                "source": row.source.name,
                "title": row.title,
                "address": row.address,
                "written_on": timezone.localtime(when).date() if when else None,
                "text": row.text[:2000],
            }


GATHERED_ENTRY_IMPORTER = GatheredEntryImporter()
