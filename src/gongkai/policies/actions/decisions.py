"""What is decided about a document after it was made: one action changes its state, its history, and tells whoever rests on it."""

from datetime import date

from django.utils import timezone

from gongkai.acts.action import ActionResult, Refused, action
from gongkai.acts.actors import Actor
from gongkai.policies import wording
from gongkai.policies.models import Decision, Kind, PolicyRecord, Relation
from gongkai.policies.rules import decides
from gongkai.policies.signed import held, personal
from gongkai.policies.spans import life_of, refresh, sync
from gongkai.policies.states import ENDED, What, last_day, on_day
from gongkai.policies.warnings import warn_of
from gongkai.publishing.wording import tell

#: The edge that a decision leaves from the document that took it.
EDGES = {What.AMEND: Kind.AMENDS, What.REPEAL: Kind.REPEALS, What.EXPIRE: Kind.REPEALS}


@action("policies.decide", label="记入效力决定", rule=decides)
def decide(
    record: PolicyRecord,
    *,
    by: Actor,
    what: str,
    on: date,
    until: date | None = None,
    actor: PolicyRecord | None = None,
    cited: str = "",
    reason: str = "",
    replaces: bool = False,
) -> ActionResult:
    """Record that a document was amended, repealed, declared void or extended, from a day on.

    Args:
        record: what it is about.
        by: who records it.
        what: one of `What`.
        on: from which day it counts; in the past it is recorded as it was, in the future it comes by itself.
        until: the new last day of an extension; None: without limit.
        actor: the document that did it, where the library has it; the edge between both is written, too.
        cited: that document in words, where it is outside; of a signed document the public reads it once a second person confirmed it.
        reason: why.
        replaces: the document that did it takes the place of this one.
    """
    if reasons := [*_against(record, what, on, until, actor), *_unsaid(actor, cited, reason)]:
        raise Refused(reasons)
    before = on_day(life_of(record), timezone.localdate()).state
    waits = "" if by.system or actor or not held(record) else cited.strip()[:300]
    said = "" if waits else cited
    made = _made(record, by, what=what, on=on, until=until, actor=actor, cited=said, reason=reason)
    proposal = wording.name_cause(made, waits, by)
    if actor:
        _edges(actor, record, what, by, replaces=replaces)
    record.save()
    sync(record)
    after = on_day(life_of(record), timezone.localdate()).state
    return ActionResult(
        words=_words(made) + (f"；作出决定的文件“{waits}”待另一人确认后显示" if waits else ""),
        from_state=before,
        to_state=after,
        facts=_facts(made),
        tell=(*(warn_of(record) if after in ENDED else ()), *tell(proposal)),
        result=made,
    )


def _facts(made: Decision) -> dict[str, object]:
    until = made.until.isoformat() if made.until else None
    return {"decision": made.pk, "what": made.what, "on": made.on.isoformat(), "until": until}


def _unsaid(actor: PolicyRecord | None, cited: str, reason: str) -> list[str]:
    """Return what is wrong with the words: nothing says who decided and why, or they name somebody."""
    silent = not actor and not cited.strip() and not reason.strip()
    missing = ["请选择或填写作出决定的文件，或者写明理由。"] if silent else []
    return [*missing, *personal("作出决定的文件", cited), *personal("说明", reason)]


def _made(record: PolicyRecord, by: Actor, *, cited: str, reason: str, **facts: object) -> Decision:
    """Write the row; a day until when counts for an extension only, words for the document only where the library lacks it."""
    if facts["what"] != What.EXTEND:
        facts["until"] = None
    return Decision.objects.create(
        record=record,
        cited="" if facts["actor"] else cited.strip()[:300],
        reason=reason.strip()[:300],
        made_at=timezone.now(),
        made_by=by.name,
        **facts,
    )


def _words(made: Decision) -> str:
    by = f"，依据{made.by_words}" if made.by_words else ""
    why = f"：{made.reason}" if made.reason else ""
    return f"{What(made.what).label}，自{made.on:%Y-%m-%d}起{by}{why}"


def _against(
    record: PolicyRecord, what: str, on: date, until: date | None, actor: PolicyRecord | None
) -> list[str]:
    if what not in What.values:
        return ["没有这种效力决定。"]
    reasons = []
    life = life_of(record)
    state = on_day(life, on).state
    ends = last_day(life)
    if state in ENDED:
        reasons.append(
            f"这份文件到{on:%Y-%m-%d}已经{state.label.removeprefix('已')}，不能再{What(what).label}。"
        )
    if actor and actor.pk == record.pk:
        reasons.append("作出决定的文件不能是它自己。")
    if what == What.EXTEND and ends is None:
        reasons.append("这份文件没有规定有效期，无须延长。")
    if what == What.EXTEND and until and ends and until <= ends:
        reasons.append(f"延长后的有效期应晚于原有效期（{ends:%Y-%m-%d}）。")
    return reasons


def _edges(actor: PolicyRecord, record: PolicyRecord, what: str, by: Actor, *, replaces: bool) -> None:
    kinds = [EDGES[What(what)]] if what in EDGES else []
    if replaces:
        kinds.append(Kind.REPLACES)
    for kind in kinds:
        Relation.objects.get_or_create(
            kind=kind,
            record=actor,
            target=record,
            defaults={"made_by": by.name, "made_at": timezone.now()},
        )


def _standing(decision: Decision) -> list[str]:
    if decision.undone_at:
        return ["这项决定已经撤销。"]
    if decision.record.cleanup_cases.filter(applied_on=decision.on, round__state="closed").exists() and (
        decision.reason.startswith(CLEANUP)
    ):
        return ["这项决定由已办结的清理作出，不能单独撤销。"]
    return []


#: How the reason of a decision begins that a clean-up round took.
CLEANUP = "文件清理："


@action("policies.undo_decision", label="撤销误记的决定", rule=decides, ready=_standing)
def undo_decision(decision: Decision, *, by: Actor, reason: str) -> ActionResult:
    """Take back a decision that was recorded by mistake; it stays in the record's history as taken back."""
    if not reason.strip():
        raise Refused("请写明撤销的理由。")
    record = decision.record
    decision.undone_at = timezone.now()
    decision.save(update_fields=["undone_at"])
    if decision.actor_id and decision.what in EDGES:
        Relation.objects.filter(
            record_id=decision.actor_id, target=record, kind__in=(EDGES[What(decision.what)], Kind.REPLACES)
        ).delete()
    refresh(record)
    return ActionResult(
        words=f"撤销“{decision}”：{reason.strip()}", facts={"decision": decision.pk}, stream=record.stream
    )
