"""Taking back what was wrong: the unit revokes its own answer and works on the request anew."""

from datetime import date

from gongkai.acts.action import Refused, Step, Tell
from gongkai.acts.actors import Actor
from gongkai.intake.actions import schedule_erasures
from gongkai.ledger.kinds import url_of
from gongkai.ledger.models import Entry
from gongkai.requests.actions.acting import (
    act,
    due_after,
    facts_of,
    happened,
    matters_of,
    needed,
    not_to_come,
)
from gongkai.requests.letters import ANSWERS, make_letter
from gongkai.requests.models import Decision, Letter, Material, Request
from gongkai.requests.results import NOT_CORRECTED, NOT_PAID, RESULTS
from gongkai.units.models import Role


def _answered(entry: Entry) -> list[str]:
    """Only what was answered, or counted as given up, can have been wrong."""
    if entry.outcome in RESULTS and (entry.outcome in {NOT_CORRECTED, NOT_PAID} or entry.request.decided):
        return []
    return ["没有作出过答复，也没有按放弃申请处理，不需要撤销。"]


@act("revoke_answer", ready=_answered)
def revoke_answer(
    entry: Entry, *, by: Actor, reason: str, withhold: bool = False, on: date | None = None
) -> Step:
    """Revoke an answer that was wrong, or that a request counts as given up; the applicant is told why, and is answered anew.

    What was handed out can be fetched no more from that moment. No provision names a period for the new answer: that of an answer runs anew.
    What the year's report counts is the new result; a year that is over keeps what it counted.

    Args:
        entry: the request.
        by: who revokes.
        reason: why, as the applicant reads it.
        withhold: the letter itself says what must not be known: it can be fetched no more either.
        on: the day (today).
    """
    why = needed(reason, "请写明撤销的理由，并告知申请人。", 4)
    day, request = not_to_come(on), facts_of(entry)
    decision, revoked = request.decided, happened("revoked", on)
    if decision and day < decision.decided_on:
        raise Refused("撤销日期不能早于原答复的日期。")
    letter = Letter.objects.filter(request=request, kind__in=ANSWERS, revoked_on=None).last()
    recalled = list(Material.objects.filter(request=request, released__isnull=False, recalled_on=None))
    _take_back(request, day, decision, letter, recalled, withhold=withhold)
    entry.outcome = ""
    number = f"（{letter.number}）" if letter else ""
    fields = {"事项": number, "理由": why.rstrip("。"), "届满日期": due_after(entry, revoked)}
    told = make_letter(entry, "revoked", on=day, fields=fields)
    tell = Tell(
        subject=f"答复已撤销，请重新办理：{entry.number}",
        body=f"{entry.number}的答复已经撤销，理由：{why}。请重新办理，于{fields['届满日期']}前答复。",
        link=url_of(entry),
        key=f"request/{entry.pk}/revoked/{entry.version}",
        posts=((Role.CLERK.value, entry.body_id),),
    )
    return Step(
        words=f"自行撤销原处理，重新办理：{why}{f'；收回材料{len(recalled)}件' if recalled else ''}",
        facts={
            "letter": told.digest,
            "recalled": [one.released_id for one in recalled],
            "withheld": withhold,
        },
        events=(revoked,),
        tell=(tell,),
    )


def _take_back(
    request: Request,
    day: date,
    decision: Decision | None,
    letter: Letter | None,
    recalled: list[Material],
    *,
    withhold: bool,
) -> None:
    """Mark everything that the old answer was made of, and let this year's report wait for the new one."""
    for one in [one for one in (decision, letter) if one]:
        one.revoked_on = day
        one.save(update_fields=["revoked_on"])
    if letter and withhold:
        letter.withheld = True
        letter.save(update_fields=["withheld"])
    for file in recalled:
        file.recalled_on = day
        file.save(update_fields=["recalled_on"])
    request.proposal = {}
    if request.ended_on and request.ended_on.year == day.year:
        request.ended_on, request.ended_as = None, ""
    request.save(update_fields=["proposal", "ended_on", "ended_as"])
    schedule_erasures(matters_of(request), None)
