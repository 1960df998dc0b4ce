"""The importer of 12345 orders; the export adds their status."""

from collections.abc import Iterable

from django.db.models import Model, QuerySet
from django.utils import timezone

from gongkai.core.acts.actors import Actor
from gongkai.core.intake.actions import log_unmasked_rows
from gongkai.core.intake.declared_fields import ERASED_TEXT_PLACEHOLDER
from gongkai.core.intake.held_forms import digest_for_search
from gongkai.core.intake.models import Party
from gongkai.core.ledger.entry_creation import EntryUndoMixin
from gongkai.core.ledger.models import ClockEvent, Entry
from gongkai.core.ledger.outside_texts import set_revealed
from gongkai.core.ledger.rules import check_may_register_entries
from gongkai.core.spreadsheets.cells import long_text, parse_day, parse_text, short_text
from gongkai.core.spreadsheets.importers import ChangeRecorder, Difference, Importer, ImportPlan, RowChange
from gongkai.core.spreadsheets.sheet import Column, Row, Sheet, Table
from gongkai.core.units.models import Body
from gongkai.core.units.queries import map_names_to_bodies
from gongkai.work.consultation import rules
from gongkai.work.consultation.actions import register_order
from gongkai.work.consultation.importers import get_importing_unit
from gongkai.work.consultation.models import ExchangeOrder, Inquiry, InquiryCategory
from gongkai.work.consultation.models.known_answers import HOTLINE_NUMBER
from gongkai.work.consultation.queries import find_asker_digests, inquiries_visible_to

CATEGORY_BY_LABEL = {category.label: category.value for category in InquiryCategory}
#: Spreadsheet layout of 12345 orders.
ORDER_SHEET = Sheet(
    "12345工单",
    (
        Column("ref", "工单编号", short_text(80), required=True, width=22, also=("编号", "工单号", "流水号")),
        Column("title", "标题", short_text(300), required=True, width=36, also=("主题", "诉求标题")),
        Column("text", "内容", parse_text, required=True, width=60, also=("诉求内容", "问题描述", "来电内容")),
        Column(
            "category",
            "类别",
            short_text(20),
            help=f"{'、'.join(CATEGORY_BY_LABEL)}；不填的按咨询登记",
            width=10,
            also=("诉求类型", "类型"),
        ),
        Column(
            "received_on",
            "收到日期",
            parse_day,
            help="如2026-11-20；不填的按导入当天",
            width=12,
            also=("来电时间", "派单日期", "受理日期"),
        ),
        Column(
            "body",
            "承办单位",
            short_text(120),
            help="单位全称或者简称；不填的由受理单位分办",
            width=26,
            also=("单位", "责任单位"),
        ),
        Column("name", "来电人", short_text(50), width=10, also=("姓名", "联系人")),
        Column("phone", "联系电话", short_text(30), width=16, also=("电话", "手机号码")),
        Column("number", "登记编号", short_text(40), width=18),
        Column("state", "状态", short_text(20), width=10),
        Column("due_on", "期限", parse_day, width=12),
        Column("answered_on", "答复日期", parse_day, width=12),
        Column("answer", "答复内容", long_text(10_000), width=60),
    ),
    max_rows=20_000,
    intro="每行一件工单。登记编号、状态、期限、答复由系统填写，导入时不看；编号相同的不重复登记。",
)


class OrderImporter(EntryUndoMixin, Importer):
    """Import 12345 orders and export their status."""

    adds_only = True
    personal = True
    makes = (Entry, ClockEvent, Inquiry, ExchangeOrder)
    name = "orders"
    label = "12345工单"
    sheet = ORDER_SHEET
    home = "consultation:orders"

    beside = {"consultation.inquiry": ("entry",), "consultation.exchangeorder": ("inquiry__entry",)}

    def why_not(self, by: Actor) -> list[str]:
        """Return Chinese reasons against importing: who may register entries may."""
        return check_may_register_entries(by, None)

    def plan(self, table: Table, *, by: Actor) -> ImportPlan:
        """Return the orders the rows would register; stored ones do not change."""
        import_plan, receiver = ImportPlan(), get_importing_unit(by)
        bodies = map_names_to_bodies(by)
        assignable_units = set(rules.list_assignable_units(by).values_list("pk", flat=True))
        orders = ExchangeOrder.objects.filter(platform=HOTLINE_NUMBER, ref__in=[row["ref"] for row in table.rows])
        existing = {
            ref: (subject.reveal(), text.reveal())
            for ref, subject, text in orders.values_list("ref", "inquiry__subject", "inquiry__text")
        }
        seen_numbers: set[str] = set()
        asker_digests = find_asker_digests(row["phone"] for row in table.rows)
        for row in table.rows:
            if row["ref"] in seen_numbers:
                import_plan.notes.append(
                    f"第{row.number}行：工单{row['ref']}在表中出现不止一次，只登记第一次出现的一行。"
                )
                continue
            seen_numbers.add(row["ref"])
            if row["ref"] in existing:
                import_plan.same += 1
                if differing_columns := self._describe_differing_texts(row, *existing[row["ref"]]):
                    import_plan.notes.append(
                        f"第{row.number}行：工单{row['ref']}已经登记，表中的{differing_columns}与登记的不同，没有改动。需要补充的，请在这条记录中“补充情况”。"
                    )
                continue
            self._plan_row(import_plan, row, bodies.get(row["body"] or ""), receiver, assignable_units, asker_digests)
        return import_plan

    @staticmethod
    def _describe_differing_texts(row: Row, title: str, text: str) -> str:
        """Return which texts of a row differ from the stored ones (标题、内容); "" if they were erased."""
        if text == ERASED_TEXT_PLACEHOLDER:
            return ""
        differs_by_name = {"标题": row["title"].strip()[:300] != title, "内容": row["text"].strip() != text}
        return "、".join(name for name, differs in differs_by_name.items() if differs)

    def _plan_row(
        self,
        plan: ImportPlan,
        row: Row,
        body: Body | None,
        receiver: Body | None,
        reachable_units: set[int],
        asker_digests: set[str],
    ) -> None:
        """Add a row that is not stored yet to the plan, or its errors.

        `asker_digests` are of the telephones of known askers; the row's own is added.
        """
        checks = [
            ("body", "没有这个单位", bool(row["body"]) and body is None),
            ("body", "您不能转给这个单位", body is not None and body.pk not in reachable_units),
            ("category", "没有这个类别", bool(row["category"]) and row["category"] not in CATEGORY_BY_LABEL),
            (
                "received_on",
                "收到日期不能晚于今天",
                bool(row["received_on"]) and row["received_on"] > timezone.localdate(),
            ),
        ]
        errors = [row.error(ORDER_SHEET, key, fault, "请核对后改正") for key, fault, is_wrong in checks if is_wrong]
        if errors or receiver is None:
            plan.errors += errors or [row.error(ORDER_SHEET, "ref", "您没有受理单位", "请由受理单位的人员导入")]
            return
        facts = {name: row[name] or "" for name in ("ref", "title", "text", "name", "phone")}
        asker = digest_for_search("phone", facts["phone"])
        facts |= {
            "first_of_asker": asker not in asker_digests,
            "receiver": receiver,
            "body": body,
            "category": CATEGORY_BY_LABEL.get(row["category"] or "", InquiryCategory.CONSULTATION.value),
            "received_on": row["received_on"],
        }
        asker_digests |= {asker} - {""}
        differences = (Difference("标题", "", row["title"][:40]), Difference("内容", "", row["text"][:120]))
        plan.changes.append(RowChange(row.number, f"工单{row['ref']}", None, differences, facts))

    def carry_out(self, change: RowChange, *, by: Actor, recorder: ChangeRecorder) -> None:
        """Register the 12345 order of one row."""
        facts = dict(change.facts)
        register_order(facts.pop("receiver"), by=by, platform=HOTLINE_NUMBER, new=True, **facts)

    def delete_created_rows(self, model: str, keys: list[int], *, by: Actor) -> bool:
        """Remove imported rows, with their callers. Return true if the model is handled here."""
        if model == "ledger.entry":
            Party.objects.filter(matter__in=[f"inquiry/{key}" for key in keys]).delete()
        return super().delete_created_rows(model, keys, by=by)

    def find_undo_objections(self, row: Model, changed: list[str] | None, *, by: Actor) -> list[str]:
        """Return reasons against undoing: an answer is drafted, or the user lacks permission."""
        inquiry = row.inquiry if isinstance(row, ExchangeOrder) else row
        if isinstance(inquiry, Inquiry) and inquiry.answer:
            return [f"工单“{inquiry.entry.external_ref}”已经起草答复或者办结，不能撤销。"]
        return check_may_register_entries(by, None)

    def rows(self, by: Actor) -> Iterable[object]:
        """Return the visible orders as rows; the reading of clear texts is logged."""
        rows = ExchangeOrder.objects.filter(inquiry__in=inquiries_visible_to(by).values("pk")).order_by("pk")
        return log_unmasked_rows(export_orders(rows, by), by, ORDER_SHEET.name)


def export_orders(rows: QuerySet[ExchangeOrder], by: Actor) -> Iterable[dict[str, object]]:
    """Yield orders with their status, without callers, as the user may read them."""
    for exchange_order in rows.select_related("inquiry__entry__body").iterator(500):
        inquiry, entry = exchange_order.inquiry, exchange_order.inquiry.entry
        set_revealed([entry], by)
        yield {
            "clear": entry.revealed,
            "ref": exchange_order.ref,
            "title": entry.as_read(inquiry.subject),
            "text": entry.as_read(inquiry.text),
            "category": inquiry.get_category_display(),
            "received_on": inquiry.received_on,
            "body": entry.body.name,
            "number": entry.number,
            "state": entry.state_label,
            "due_on": timezone.localdate(entry.due_at) if entry.due_at else None,
            "answered_on": timezone.localdate(inquiry.answered_at) if inquiry.answered_at else None,
            "answer": entry.as_read(inquiry.answer) if entry.closed_at else "",
        }


ORDER_IMPORTER = OrderImporter()
