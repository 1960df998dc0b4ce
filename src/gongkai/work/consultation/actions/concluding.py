"""Proposals are studied (C-10), blockages of investment and its approvals are solved (C-12): what was decided, and why."""

from django.utils import timezone

from gongkai.content.editions.models import Document
from gongkai.core.acts.action import ActionResult, Refused
from gongkai.core.ledger.entry_action import entry_action
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import Actor
from gongkai.work.consultation import rules
from gongkai.work.consultation.models import DECISIONS, Decision, Outcome


@entry_action("inquiry", "conclude", label="登记研究结果", rule=rules.concludes)
def conclude(
    entry: Entry, *, by: Actor, decision: str, words: str, document: Document | None = None
) -> ActionResult:
    """Record what was decided of a proposal or a blockage, before it is answered; the changed policy may follow behind the answer.

    Args:
        entry: the inquiry.
        by: who records it.
        decision: one of `DECISIONS` of its category.
        words: why; of a blockage, how it was solved.
        document: the policy that was changed because of it.
    """
    inquiry = entry.inquiry
    if decision not in DECISIONS.get(inquiry.category, ()):
        raise Refused("请选择研究结果。")
    if not words.strip():
        raise Refused("请填写理由或者解决办法。")
    if document and decision != Decision.AMENDED:
        raise Refused("只有采纳并修改政策的，才填写修改后的文件，请清空这一栏。")
    facts = {
        "decision": decision,
        "words": words.strip(),
        "document": document,
        "by": by.name,
        "at": timezone.now(),
    }
    Outcome.objects.update_or_create(inquiry=inquiry, defaults=facts)
    return ActionResult(
        words=f"{Decision(decision).label}：{words.strip()}",
        facts={"decision": decision, "document": document.pk if document else None},
    )
