"""The action that records the decision on a proposal (C-10) or an investment blockage (C-12)."""

from django.utils import timezone

from gongkai.content.editions.models import Document
from gongkai.core.acts.action import ActionResult, Refused
from gongkai.core.ledger.entry_action import entry_action
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import Actor
from gongkai.work.consultation import rules
from gongkai.work.consultation.models import DECISIONS_BY_CATEGORY, Decision, Outcome


@entry_action("inquiry", "conclude", label="登记研究结果", rule=rules.check_decision_recorder)
def conclude(entry: Entry, *, by: Actor, decision: str, words: str, document: Document | None = None) -> ActionResult:
    """Record the decision on a proposal or blockage before it is answered.

    Args:
        entry: the inquiry.
        by: the clerk.
        decision: a decision that `DECISIONS` allows for the category.
        words: the reasons, or the solution of a blockage.
        document: the policy that was amended, if known already.
    """
    inquiry = entry.inquiry
    if decision not in DECISIONS_BY_CATEGORY.get(inquiry.category, ()):
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
