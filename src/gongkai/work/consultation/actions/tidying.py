"""Actions of the periodic review (定期梳理, C-04) of answered inquiries and answers."""

from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.ledger.clock import event
from gongkai.core.ledger.entry_action import entry_action
from gongkai.core.ledger.making import make_entries
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.rules import system_only
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.work.consultation import rules, tidying
from gongkai.work.consultation.actions.learning import record_use
from gongkai.work.consultation.models import KnownAnswer, Sorted, Way
from gongkai.work.consultation.rounds import describe_round_result


@entry_action("inquiry", "sort", label="梳理", rule=rules.check_unit_staff)
def sort_inquiry(entry: Entry, *, by: Actor, decision: str, known: KnownAnswer | None = None) -> ActionResult:
    """Decide that an answered inquiry is merged into the Q&A base or not included.

    The action `write` adds it.
    """
    if decision not in {Sorted.MERGED, Sorted.SKIPPED}:
        raise Refused("请选择并入已有问答或者不收入；收入的请点“收入问答库”。")
    if decision == Sorted.MERGED and known is None:
        raise Refused("请选择并入哪一条问答。")
    if known is not None and decision == Sorted.MERGED:
        record_use(known, Way.MERGED, inquiry=entry.inquiry)
    entry.inquiry.sorted = decision
    entry.inquiry.save(update_fields=["sorted"])
    words = Sorted(decision).label + (f"“{known.question}”" if known else "")
    return ActionResult(words=words, facts={"decision": decision, "answer": known.pk if known else None})


@action("tidying.open", label="开始梳理", rule=system_only)
def open_round(body: Body, *, by: Actor, year: int, quarter: int) -> ActionResult:
    """Open a unit's review round of a quarter; the action's result is the entry."""
    entry = Entry(
        kind=tidying.ROUND_KIND_NAME,
        title=tidying.make_round_title(year, quarter),
        body=body,
        year=year,
        due_at=tidying.get_round_due_time(year, quarter),
    )
    make_entries([entry], by=by, words="按季度梳理问答库")
    return ActionResult(words=f"开始{entry.title}", facts={"entry": entry.pk}, result=entry)


def _check_nothing_left(entry: Entry) -> list[str]:
    left = tidying.get_backlog(entry.body)
    checks = [
        (left.answers, "条问答没有确认、修改或者停用"),
        (left.inquiries, "件已答复的留言没有决定是否收入问答库"),
    ]
    return [f"还有{count}{words}。" for count, words in checks if count]


@entry_action(
    tidying.ROUND_KIND_NAME,
    "finish",
    label="完成梳理",
    rule=rules.check_unit_staff,
    ready=_check_nothing_left,
)
def finish_round(entry: Entry, *, by: Actor, words: str = "") -> ActionResult:
    """Finish a review round; refused while items are left."""
    entry.outcome = "done"
    said = [describe_round_result(entry) or "没有需要梳理的", words.strip()]
    return ActionResult(words="；".join(part for part in said if part), events=(event("closed"),))
