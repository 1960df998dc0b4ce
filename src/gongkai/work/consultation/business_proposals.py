"""Proposals (C-10) and investment blockages (C-12): decisions and monthly counts."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from gongkai.content.publishing.models import get_document_title
from gongkai.core.ledger.outside_texts import set_revealed
from gongkai.core.spreadsheets.sheet import Column, Sheet
from gongkai.core.units.actors import Actor
from gongkai.work.consultation.models import Inquiry, InquiryCategory, Outcome, ProposalDecision
from gongkai.work.consultation.queries import inquiries_visible_to
from gongkai.work.consultation.states import InquiryState

# Query-string name → category.
CATEGORY_BY_NAME = {"suggestion": InquiryCategory.SUGGESTION, "blockage": InquiryCategory.BLOCKAGE}
CATEGORY_LABELS = (("suggestion", "意见建议"), ("blockage", "投资审批堵点"))
#: Spreadsheet layout of proposals and investment blockages.
DECISION_SHEET = Sheet(
    "建议和堵点",
    (
        Column("number", "编号", width=18),
        Column("title", "标题", width=36),
        Column("asker", "提出人", width=14),
        Column("received_on", "收到日期", width=12),
        Column("body", "承办单位", width=26),
        Column("state", "状态", width=10),
        Column("due_on", "办理期限", width=12),
        Column("answered_on", "反馈日期", width=12),
        Column("decision", "研究结果", width=20),
        Column("words", "理由或者解决办法", width=50),
        Column("document", "修改后的文件", width=36),
        Column("answer", "答复", width=50),
    ),
)
# Decisions that resolve the matter.
RESOLVING_DECISIONS = frozenset(
    {ProposalDecision.AMENDED, ProposalDecision.ADOPTED, ProposalDecision.PARTLY, ProposalDecision.SOLVED}
)


@dataclass
class MonthCounts:
    """The numbers of proposals or blockages received in a month: answered, with a decision, and by decision.

    `done` counts RESOLVING_DECISIONS; `eased` and `unsolved` count the decisions of those names.
    """

    month: date
    received: int = 0
    answered: int = 0
    decided: int = 0
    done: int = 0
    eased: int = 0
    unsolved: int = 0

    @property
    def open(self) -> int:
        """Return the number of inquiries without an answer."""
        return self.received - self.answered


def list_proposals_and_blockages(user: object) -> QuerySet[Inquiry]:
    """Return the visible proposals and blockages, without rejected ones."""
    rows = inquiries_visible_to(user).filter(category__in=CATEGORY_BY_NAME.values())
    return rows.exclude(entry__state=InquiryState.INVALID)


def get_outcome(inquiry: Inquiry) -> Outcome | None:
    """Return the decision on an inquiry, or None."""
    return getattr(inquiry, "outcome", None)


def count_proposals_by_month(rows: QuerySet[Inquiry]) -> list[MonthCounts]:
    """Return the counts by month of receipt, newest first."""
    by_month: dict[date, MonthCounts] = defaultdict(lambda: MonthCounts(date.min))
    fields = ("received_on", "entry__closed_at", "outcome__decision")
    for received, closed_at, decision in rows.values_list(*fields):
        month_counts = by_month[received.replace(day=1)]
        month_counts.month = received.replace(day=1)
        month_counts.received += 1
        month_counts.answered += closed_at is not None
        month_counts.decided += bool(decision)
        month_counts.done += decision in RESOLVING_DECISIONS
        month_counts.eased += decision == ProposalDecision.EASED
        month_counts.unsolved += decision == ProposalDecision.UNSOLVED
    return sorted(by_month.values(), key=lambda one: one.month, reverse=True)


def list_undocumented_amendments(user: object) -> QuerySet[Outcome]:
    """Return visible decisions to amend a policy that name no amended document yet."""
    inquiries = inquiries_visible_to(user).values("pk")
    return Outcome.objects.filter(decision=ProposalDecision.AMENDED, document=None, inquiry__in=inquiries)


def make_decision_sheet_row(inquiry: Inquiry, by: Actor) -> dict[str, object]:
    """Return an inquiry as a row of the export sheet, its texts masked as the user may read them."""
    set_revealed([inquiry.entry], by)
    read = inquiry.entry.as_read
    outcome = get_outcome(inquiry)
    return {
        "clear": inquiry.entry.revealed,
        "number": inquiry.entry.number,
        "title": read(inquiry.subject) or inquiry.entry.title,
        "asker": inquiry.get_asker_display(),
        "received_on": inquiry.received_on,
        "body": inquiry.entry.body.name,
        "state": inquiry.entry.state_label,
        "due_on": timezone.localdate(inquiry.entry.due_at) if inquiry.entry.due_at else None,
        "answered_on": timezone.localdate(inquiry.answered_at) if inquiry.answered_at else None,
        "decision": outcome.get_decision_display() if outcome else "",
        "words": read(outcome.words) if outcome else "",
        "document": get_document_title(outcome.document) if outcome and outcome.document else "",
        "answer": read(inquiry.answer) if inquiry.entry.closed_at else "",
    }
