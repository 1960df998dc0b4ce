"""Register opinion cases and assign them to the unit that answers first."""

from datetime import datetime

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.addresses import web_address
from gongkai.core.ledger.clock import event
from gongkai.core.ledger.entry_action import entry_action
from gongkai.core.ledger.making import make_entries
from gongkai.core.ledger.models import Audience, Entry
from gongkai.core.ledger.rules import registers
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.work.opinion import rules
from gongkai.work.opinion.actions.telling import to_speakers, to_unit
from gongkai.work.opinion.facts import CaseFacts
from gongkai.work.opinion.kinds import CASE_NAME
from gongkai.work.opinion.models import OpinionCase
from gongkai.work.opinion.proposing import responder

TITLE = 300
#: Rule sets of `law`: 48 hours, and 5 hours for grave emergencies.
USUAL, AUTHORITATIVE = "opinion", "opinion_authoritative"


@action("opinion.collect", label="登记舆情", rule=registers)
def collect(collector: Body, *, by: Actor, facts: CaseFacts) -> ActionResult:
    """Register an opinion case.

    Its deadline counts from discovery, or for a grave emergency from the event.

    Args:
        collector: the unit that found it and keeps access to it.
        by: the person who registers it, or the system.
        facts: the facts of the case.

    Returns:
        The `OpinionCase`.
    """
    found = facts.found_at or timezone.now()
    facts.check(found)
    proposed, because = responder(facts.field, list(facts.areas))
    why = facts.why.strip()
    if facts.body and proposed and facts.body.pk != proposed.pk and not why:
        raise Refused(f"按首要责任规则应为{proposed.label}（{because}），改由其他单位回应请写明理由。")
    entry = _open(facts, facts.body or proposed or collector, found, by=by)
    made = OpinionCase.objects.create(
        entry=entry,
        text=facts.text.strip(),
        platform=facts.platform.strip()[:60],
        address=web_address(facts.address),
        found_at=found,
        occurred_at=facts.occurred_at,
        collector=collector,
        field=facts.field,
        proposed=proposed,
        assigned_why=why[:500] or because,
        kind=facts.kind,
        level=facts.level,
    )
    made.areas.set(facts.areas)
    if facts.grave:
        from gongkai.work.opinion.actions.duties import owe_press

        owe_press(made, by=by)
    due = timezone.localtime(entry.due_at) if entry.due_at else found
    words = f"请尽快会商研判，最迟在{due:%Y-%m-%d %H:%M}前回应。"
    return ActionResult(
        words=f"登记舆情，编号{entry.number}",
        facts={"entry": entry.pk, "platform": made.platform},
        tell=(
            to_unit(entry, "新的舆情", words, "collected", urgent=facts.grave),
            *to_speakers(entry, "新的舆情", words, "collected", urgent=facts.grave),
        ),
        result=made,
        stream=f"opinion_case/{entry.pk}",
    )


def _open(facts: CaseFacts, body: Body, found: datetime, *, by: Actor) -> Entry:
    entry = Entry(
        kind=CASE_NAME,
        title=facts.title.strip()[:TITLE],
        body=body,
        year=timezone.localdate(found).year,
        rules=AUTHORITATIVE if facts.grave else USUAL,
        audience=Audience.PARTIES,
    )
    first = event("occurred", facts.occurred_at or found) if facts.grave else event("found", found)
    make_entries([entry], by=by, words=f"收集：{facts.platform.strip()}", events=lambda _: [first])
    return entry


@entry_action("opinion", "assign", label="确定责任单位", rule=rules.oversees)
def assign(entry: Entry, *, by: Actor, body: Body, reason: str) -> ActionResult:
    """Assign a case to another unit with a reason; the deadline stays (M-05)."""
    if body.pk == entry.body_id:
        raise Refused("已经由这个单位回应。")
    if not reason.strip():
        raise Refused("请写明改由这个单位回应的理由。")
    before, entry.body, entry.office = entry.body, body, None
    OpinionCase.objects.filter(pk=entry.pk).update(assigned_why=reason.strip()[:500])
    words = f"已确定由你单位首先回应。{reason.strip()}"
    return ActionResult(
        words=f"由{before.label}改为{body.label}：{reason.strip()}",
        facts={"from": before.pk, "to": body.pk},
        tell=(to_unit(entry, "新的舆情", words, "assigned", urgent=True),),
    )
